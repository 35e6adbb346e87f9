//! The programme of docs/math.md: one function per labelled constraint. This is where units are dropped.

use std::collections::BTreeMap;

use ballast_model::{Ceiling, Deployment, Estate, Resource, Scope, SiteId, WorkloadId};

use crate::{
    Goal, LinearProgram,
    losses::Cut,
    options::{DeploymentOption, OptionTable},
    problem::Problem,
};

/// A programme with the meaning of its columns.
#[derive(Debug, Clone)]
pub(crate) struct Formulation {
    /// The programme, money in units of [`Problem::money_unit`].
    pub(crate) program: LinearProgram,
    /// Workload and option of each of the first columns.
    pub(crate) placements: Vec<(usize, usize)>,
    /// The column of each process's expected loss; none if the goal does not look at losses.
    pub(crate) losses: Vec<usize>,
    /// The column of CVaR; none if the goal does not look at it.
    pub(crate) cvar: Option<usize>,
}

/// Which options may enter.
pub(crate) type Admitted<'a> = &'a dyn Fn(usize, usize) -> bool;

/// What a formulation is built from; each constraint function below adds its rows to it.
struct Builder<'a> {
    problem: &'a Problem<'a>,
    estate: &'a Estate,
    options: &'a OptionTable,
    goal: &'a Goal,
    unit: f64,
    integer: bool,
    program: LinearProgram,
    /// Column of an admitted (workload, option).
    x: Vec<Vec<Option<usize>>>,
    placements: Vec<(usize, usize)>,
    /// Terms of the plan's annual cost.
    cost: Vec<(usize, f64)>,
}

/// Builds the programme of `goal` over the admitted options with the cuts found so far.
///
/// `loss_cuts` are (position of the process, cut); `cvar_cuts` bound CVaR.
pub(crate) fn build(
    problem: &Problem<'_>,
    goal: &Goal,
    cuts: &Cuts,
    integer: bool,
    admitted: Admitted<'_>,
) -> Formulation {
    let mut builder = Builder {
        problem,
        estate: problem.estate,
        options: &problem.options,
        goal,
        unit: problem.money_unit,
        integer,
        program: LinearProgram::default(),
        x: problem.options.options.iter().map(|of| vec![None; of.len()]).collect(),
        placements: Vec::new(),
        cost: Vec::new(),
    };
    builder.placement_columns(admitted);
    builder.place();
    builder.open_sites();
    builder.onboard_providers();
    builder.capacity();
    builder.limits();
    builder.provider_share();
    builder.groups();
    builder.budget();
    let losses = builder.expected_loss(cuts);
    let cvar = builder.cvar(cuts);
    Formulation { program: builder.program, placements: builder.placements, losses, cvar }
}

/// The cuts and useful options found so far, shared by all points of a frontier.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts {
    /// (position of the process, cut) on its expected loss.
    pub(crate) loss: Vec<(usize, Cut)>,
    /// By workload and option: whether a relaxation so far has had a use for it.
    pub(crate) useful: Vec<Vec<bool>>,
    /// Cuts on CVaR.
    pub(crate) cvar: Vec<Cut>,
}

impl Builder<'_> {
    /// x\[w,o\]: the share of workload w's units that has option o.
    fn placement_columns(&mut self, admitted: Admitted<'_>) {
        for (w, options) in self.options.options.iter().enumerate() {
            let workload = self.estate.workload(WorkloadId::new(w));
            let whole = self.integer && !workload.divisible;
            for (o, option) in options.iter().enumerate().filter(|(o, _)| admitted(w, *o)) {
                let cost = option.annual_cost() / self.unit;
                let name = format!("x[{},{o}]", workload.id);
                let column = self.program.column(name, self.goal.cost_weight * cost, (0.0, 1.0), whole);
                self.x[w][o] = Some(column);
                self.placements.push((w, o));
                self.cost.push((column, cost));
            }
        }
    }

    /// The columns of one workload's options that `keep`.
    fn columns_of(&self, w: usize, keep: impl Fn(&DeploymentOption) -> bool) -> Vec<(usize, f64)> {
        self.x[w]
            .iter()
            .zip(&self.options.options[w])
            .filter_map(|(column, option)| column.filter(|_| keep(option)).map(|column| (column, 1.0)))
            .collect()
    }

    /// (P) place\[w\]: `sum over o of x[w,o] = 1`.
    fn place(&mut self) {
        for (w, workload) in self.estate.workloads().iter().enumerate() {
            let row = self.columns_of(w, |_| true);
            self.program.equal(format!("place[{}]", workload.id), row, 1.0);
        }
    }

    /// (Y) open\[w,r\]: `sum over o that use r of x[w,o] <= y[r]`; y\[r\] pays the site's fixed cost once.
    fn open_sites(&mut self) {
        for site in self.estate.site_ids() {
            let place = self.estate.site(site);
            if place.fixed_cost.get() > 0.0 {
                let cost = place.fixed_cost.get() / self.unit;
                let name = format!("y[{}]", place.id);
                self.pay_once(&name, "open", &place.id, cost, |deployment| uses(deployment, site));
            }
        }
    }

    /// (Z) onboard\[w,v\]: `sum over o that use v of x[w,o] <= z[v]`; z\[v\] pays the provider's onboarding once.
    fn onboard_providers(&mut self) {
        for (v, provider) in self.estate.providers().iter().enumerate() {
            if provider.onboarding_cost.get() > 0.0 {
                let cost = provider.onboarding_cost.get() / self.unit;
                let name = format!("z[{}]", provider.id);
                let estate = self.estate;
                self.pay_once(&name, "onboard", &provider.id, cost, |deployment| {
                    let at = |site: SiteId| estate.site(site).provider.index() == v;
                    at(deployment.primary) || deployment.standby.is_some_and(at)
                });
            }
        }
    }

    /// A binary column with a cost, and a row per workload that may use what it opens. One row per workload, not one
    /// for all, keeps the relaxation tight.
    fn pay_once(&mut self, name: &str, label: &str, id: &str, cost: f64, used: impl Fn(&Deployment) -> bool) {
        let rows: Vec<(usize, Vec<(usize, f64)>)> = (0..self.options.options.len())
            .map(|w| (w, self.columns_of(w, |option| used(&option.deployment))))
            .filter(|(_, row)| !row.is_empty())
            .collect();
        if rows.is_empty() {
            return;
        }
        let column =
            self.program.column(name.to_owned(), self.goal.cost_weight * cost, (0.0, 1.0), self.integer);
        self.cost.push((column, cost));
        for (w, mut row) in rows {
            row.push((column, -1.0));
            let workload = &self.estate.workload(WorkloadId::new(w)).id;
            self.program.at_most(format!("{label}[{workload},{id}]"), row, 0.0);
        }
    }

    /// (C) capacity\[r,k\]: `sum of demand in normal running <= capacity`, and
    /// (S) standby\[q,class,k\]: `normal demand + what one impairment class sends over at once <= capacity`.
    fn capacity(&mut self) {
        for resource_row in &self.problem.resource_rows {
            let row: Vec<(usize, f64)> = resource_row
                .coefficients
                .iter()
                .filter_map(|&(w, o, demand)| Some((self.x[w][o]?, demand)))
                .collect();
            if !row.is_empty() {
                self.program.at_most(resource_row.name.clone(), row, resource_row.capacity);
            }
        }
    }

    fn demand_row(&self, demand: impl Fn(WorkloadId, &Deployment) -> f64) -> Vec<(usize, f64)> {
        self.placements
            .iter()
            .enumerate()
            .map(|(column, &(w, o))| {
                (column, demand(WorkloadId::new(w), &self.options.options[w][o].deployment))
            })
            .filter(|(_, demand)| *demand > 0.0)
            .collect()
    }

    /// (L) share\[scope=member,k\]: `demand of primaries in the member <= ceiling`, soft if it has a penalty.
    fn limits(&mut self) {
        for limit in self.estate.limits() {
            let total = self.estate.total_demand(limit.resource);
            let ceiling = match limit.ceiling {
                Ceiling::Share(share) => share.get() * total,
                Ceiling::Amount(amount) => amount,
            };
            for member in members(self.estate, limit.scope, limit.member.as_deref()) {
                let mut row = self.demand_row(|w, deployment| {
                    let is_in = belongs(self.estate, limit.scope, &member, deployment.primary);
                    if is_in { self.estate.workload(w).total_demand(limit.resource) } else { 0.0 }
                });
                if row.is_empty() {
                    continue;
                }
                let name = format!("share[{}={member},{}]", limit.scope.name(), limit.resource.name());
                if let Some(penalty) = limit.soft_penalty {
                    let cost = penalty.get() / self.unit;
                    let excess = self.program.column(
                        format!("excess[{}={member},{}]", limit.scope.name(), limit.resource.name()),
                        self.goal.cost_weight * cost,
                        (0.0, total),
                        false,
                    );
                    self.cost.push((excess, cost));
                    row.push((excess, -1.0));
                }
                self.program.at_most(name, row, ceiling);
            }
        }
    }

    /// (V) share\[provider=v\]: `vCPU demand of primaries at provider v <= max_share of the estate's`.
    fn provider_share(&mut self) {
        let total = self.estate.total_demand(Resource::Vcpu);
        for (v, provider) in self.estate.providers().iter().enumerate() {
            let Some(share) = provider.max_share else { continue };
            let row = self.demand_row(|w, deployment| {
                let is_in = self.estate.site(deployment.primary).provider.index() == v;
                if is_in { self.estate.workload(w).total_demand(Resource::Vcpu) } else { 0.0 }
            });
            if !row.is_empty() {
                self.program.at_most(format!("share[provider={}]", provider.id), row, share.get() * total);
            }
        }
    }

    /// (G) group\[g,w,r\]: workloads of one group have the same share of their primaries at every site.
    fn groups(&mut self) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (w, workload) in self.estate.workloads().iter().enumerate() {
            let Some(group) = workload.group.as_deref() else { continue };
            let Some(&leader) = first.get(group) else {
                first.insert(group, w);
                continue;
            };
            for site in self.estate.site_ids() {
                let mut row = self.columns_of(leader, |option| option.deployment.primary == site);
                row.extend(
                    self.columns_of(w, |option| option.deployment.primary == site)
                        .into_iter()
                        .map(|(column, share)| (column, -share)),
                );
                if !row.is_empty() {
                    let name = format!("group[{group},{},{}]", workload.id, self.estate.site(site).id);
                    self.program.equal(name, row, 0.0);
                }
            }
        }
    }

    /// (B) budget: `annual cost <= budget`.
    fn budget(&mut self) {
        if let Some(budget) = self.goal.budget {
            self.program.at_most("budget".to_owned(), self.cost.clone(), budget / self.unit);
        }
    }

    /// (E) loss_cut\[p,i\]: `loss[p] >= cut i at x`; expected_loss: `sum over p of loss[p] <= cap`.
    fn expected_loss(&mut self, cuts: &Cuts) -> Vec<usize> {
        if self.goal.loss_weight == 0.0 && self.goal.loss_cap.is_none() {
            return Vec::new();
        }
        let losses: Vec<usize> = self
            .problem
            .losses
            .processes
            .iter()
            .zip(&self.problem.worst_loss)
            .map(|(process, worst)| {
                let name = format!("loss[{}]", self.estate.process(process.process).id);
                self.program.column(name, self.goal.loss_weight, (0.0, worst / self.unit), false)
            })
            .collect();
        for (number, (process, cut)) in cuts.loss.iter().enumerate() {
            let id = &self.estate.process(self.problem.losses.processes[*process].process).id;
            self.cut_row(format!("loss_cut[{id},{number}]"), losses[*process], cut);
        }
        if let Some(cap) = self.goal.loss_cap {
            let row = losses.iter().map(|column| (*column, 1.0)).collect();
            self.program.at_most("expected_loss".to_owned(), row, cap / self.unit);
        }
        losses
    }

    /// (R) cvar_cut\[i\]: `cvar >= cut i at x`; cvar: `cvar <= cap` (Rockafellar and Uryasev 2000; cuts after
    /// Künzi-Bay and Mayer 2006).
    fn cvar(&mut self, cuts: &Cuts) -> Option<usize> {
        if !self.goal.needs_cvar() {
            return None;
        }
        let worst: f64 = self.problem.worst_loss.iter().sum::<f64>() / (1.0 - self.problem.alpha);
        let column =
            self.program.column("cvar".to_owned(), self.goal.cvar_weight, (0.0, worst / self.unit), false);
        for (number, cut) in cuts.cvar.iter().enumerate() {
            self.cut_row(format!("cvar_cut[{number}]"), column, cut);
        }
        if let Some(cap) = self.goal.cvar_cap {
            self.program.at_most("cvar".to_owned(), vec![(column, 1.0)], cap / self.unit);
        }
        Some(column)
    }

    fn cut_row(&mut self, name: String, loss: usize, cut: &Cut) {
        let mut row: Vec<(usize, f64)> = cut
            .coefficients
            .iter()
            .filter_map(|(w, o, coefficient)| Some((self.x[*w][*o]?, -coefficient / self.unit)))
            .collect();
        row.push((loss, 1.0));
        self.program.at_least(name, row, 0.0);
    }
}

/// A row over what options draw from one site's capacity.
#[derive(Debug, Clone)]
pub(crate) struct ResourceRow {
    pub(crate) name: String,
    /// (workload, option, demand).
    pub(crate) coefficients: Vec<(usize, usize, f64)>,
    pub(crate) capacity: f64,
}

/// The rows of every finite capacity, in normal running and for every class that sends workloads over.
pub(crate) fn resource_rows(
    estate: &Estate,
    options: &OptionTable,
    classes: &[ballast_risk::EventClass],
) -> Vec<ResourceRow> {
    let mut rows = Vec::new();
    for site in estate.site_ids() {
        let place = estate.site(site);
        for (resource, resource_name) in Resource::ALL {
            let Some(capacity) = place.capacity[resource.index()] else { continue };
            let normal = coefficients(options, |w, option| normal_demand(estate, w, &option.deployment, site, resource));
            let mut seen: Vec<Vec<(usize, usize, f64)>> = Vec::new();
            for (class, event) in (0_u32..).zip(classes).filter(|_| resource != Resource::StorageGib) {
                let surge = coefficients(options, |w, option| surge(estate, options, w, option, (class, site, resource)));
                if surge.is_empty() || seen.contains(&surge) {
                    continue;
                }
                let mut sum: BTreeMap<(usize, usize), f64> =
                    normal.iter().map(|&(w, o, demand)| ((w, o), demand)).collect();
                for &(w, o, demand) in &surge {
                    *sum.entry((w, o)).or_default() += demand;
                }
                rows.push(ResourceRow {
                    name: format!("standby[{},{},{resource_name}]", place.id, event.name),
                    coefficients: sum.into_iter().map(|((w, o), demand)| (w, o, demand)).collect(),
                    capacity: capacity.get(),
                });
                seen.push(surge);
            }
            if !normal.is_empty() {
                let name = format!("capacity[{},{resource_name}]", place.id);
                rows.push(ResourceRow { name, coefficients: normal, capacity: capacity.get() });
            }
        }
    }
    rows
}

fn coefficients(
    options: &OptionTable,
    demand: impl Fn(WorkloadId, &DeploymentOption) -> f64,
) -> Vec<(usize, usize, f64)> {
    let mut list = Vec::new();
    for (w, of_workload) in options.options.iter().enumerate() {
        for (o, option) in of_workload.iter().enumerate() {
            let demand = demand(WorkloadId::new(w), option);
            if demand > 0.0 {
                list.push((w, o, demand));
            }
        }
    }
    list
}

/// What `class` sends to `site` beyond what already stands by there.
fn surge(
    estate: &Estate,
    options: &OptionTable,
    workload: WorkloadId,
    option: &DeploymentOption,
    (class, site, resource): (u32, SiteId, Resource),
) -> f64 {
    let deployment = &option.deployment;
    if deployment.standby != Some(site) {
        return 0.0;
    }
    let Ok(touch) = option.touches.binary_search_by_key(&class, |touch| touch.class) else { return 0.0 };
    if options.kinds[option.touches[touch].kind as usize].recovery.is_none() {
        return 0.0;
    }
    let missing = 1.0 - estate.pattern(deployment.pattern).standby_compute_share.get();
    estate.workload(workload).total_demand(resource) * missing
}

fn uses(deployment: &Deployment, site: SiteId) -> bool {
    deployment.primary == site || deployment.standby == Some(site)
}

/// What a deployment draws from a site in normal running.
fn normal_demand(
    estate: &Estate,
    workload: WorkloadId,
    deployment: &Deployment,
    site: SiteId,
    resource: Resource,
) -> f64 {
    let pattern = estate.pattern(deployment.pattern);
    let demand = estate.workload(workload).total_demand(resource);
    let further_copies = f64::from(pattern.storage_copies.saturating_sub(1));
    let (at_primary, at_standby) = if resource == Resource::StorageGib {
        let standby = if deployment.standby.is_some() { further_copies } else { 0.0 };
        (1.0 + further_copies - standby, standby)
    } else {
        (pattern.primary_compute_share, pattern.standby_compute_share.get())
    };
    let primary = if deployment.primary == site { at_primary } else { 0.0 };
    let standby = if deployment.standby == Some(site) { at_standby } else { 0.0 };
    demand * (primary + standby)
}

fn scope_of(estate: &Estate, scope: Scope, site: SiteId) -> Option<String> {
    let place = estate.site(site);
    match scope {
        Scope::Site => Some(place.id.clone()),
        Scope::Provider => Some(estate.provider(place.provider).id.clone()),
        Scope::Region => place.region_code.clone(),
        Scope::Country => place.country.clone(),
        Scope::Jurisdiction => place.jurisdiction.clone(),
        Scope::Kind => Some(place.kind.name().to_owned()),
    }
}

fn belongs(estate: &Estate, scope: Scope, member: &str, site: SiteId) -> bool {
    scope_of(estate, scope, site).is_some_and(|found| found == member)
}

/// The member that a limit names, or every member of its scope.
fn members(estate: &Estate, scope: Scope, member: Option<&str>) -> Vec<String> {
    member.map_or_else(
        || {
            let all: std::collections::BTreeSet<String> =
                estate.site_ids().filter_map(|site| scope_of(estate, scope, site)).collect();
            all.into_iter().collect()
        },
        |member| vec![member.to_owned()],
    )
}
