//! What couples workloads: shared capacity, limits, and what is paid for once. Goal-independent, so prepared once.

use std::{collections::BTreeMap, sync::Arc};

use ballast_model::{Ceiling, Deployment, Estate, Resource, Scope, SiteId};
use ballast_risk::EventClass;

use crate::{
    Row,
    options::{DeploymentOption, OptionTable, Touch},
};

/// A row over options: `sum of draws times x <= limit`, soft if going above has a price.
#[derive(Debug, Clone)]
pub(crate) struct CouplingRow {
    /// Its name, e.g. `capacity[onprem,vcpu]`.
    pub(crate) name: String,
    /// The most.
    pub(crate) limit: f64,
    /// Money per year and unit above the limit; hard if none.
    pub(crate) penalty: Option<f64>,
    /// What all options together would draw.
    pub(crate) all: f64,
}

/// What an option draws from a row, as a part of its workload's demand.
#[derive(Debug, Clone, Copy)]
struct Draw {
    row: u32,
    resource: Resource,
    part: f64,
}

/// What options with the same deployment that are hit alike share, whatever their workload.
#[derive(Debug, Clone)]
struct Footprint {
    deployment: Deployment,
    touches: Arc<[Touch]>,
    /// By resource: what the workloads of all options with this footprint demand.
    demand: [f64; Resource::ALL.len()],
    draws: Vec<Draw>,
}

/// What is paid once if any option uses it.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    /// `y[site]` or `z[provider]`.
    pub(crate) column: String,
    /// Label of its rows: `open` or `onboard`.
    pub(crate) label: &'static str,
    /// The site's or provider's id.
    pub(crate) id: String,
    /// Money per year.
    pub(crate) cost: f64,
    /// By workload and option: whether it uses it.
    pub(crate) used: Vec<Vec<bool>>,
}

/// All that couples the workloads of an estate, but for processes.
#[derive(Debug, Clone)]
pub(crate) struct Couplings {
    /// (C), (S), (L) and (V): capacities and limits.
    pub(crate) rows: Vec<CouplingRow>,
    /// (Y) and (Z): sites to open, providers to onboard.
    pub(crate) charges: Vec<Charge>,
    /// By workload: its group's other members, whose primaries must be where its own is.
    pub(crate) companions: Vec<Vec<usize>>,
    footprints: Vec<Footprint>,
    /// By workload and option: its footprint.
    footprint_of: Vec<Vec<u32>>,
    /// By workload and resource.
    demand: Vec<[f64; Resource::ALL.len()]>,
}

impl Couplings {
    pub(crate) fn new(estate: &Estate, options: &OptionTable, classes: &[EventClass]) -> Self {
        let demand: Vec<[f64; Resource::ALL.len()]> = estate
            .workloads()
            .iter()
            .map(|workload| Resource::ALL.map(|(resource, _)| workload.total_demand(resource)))
            .collect();
        let (footprints, footprint_of) = footprints(options, &demand);
        let mut rows = Rows { rows: Vec::new(), footprints };
        resource_rows(estate, options, classes, &mut rows);
        limit_rows(estate, &mut rows);
        provider_rows(estate, &mut rows);
        let mut charges = open_charges(estate, options);
        charges.extend(onboarding_charges(estate, options));
        let Rows { rows, footprints } = rows;
        Self { rows, charges, companions: companions(estate), footprints, footprint_of, demand }
    }

    /// (row, what the option draws from it), by row.
    pub(crate) fn draws(&self, workload: usize, option: usize) -> impl Iterator<Item = (usize, f64)> {
        let demand = &self.demand[workload];
        self.footprints[self.footprint_of[workload][option] as usize]
            .draws
            .iter()
            .map(|draw| (draw.row as usize, draw.part * demand[draw.resource.index()]))
            .filter(|(_, drawn)| *drawn > 0.0)
    }

    /// The coupling rows without their coefficients.
    pub(crate) fn empty_rows(&self) -> Vec<Row> {
        let row = |row: &CouplingRow| Row {
            name: row.name.clone(),
            coefficients: Vec::new(),
            lower: f64::NEG_INFINITY,
            upper: row.limit,
        };
        self.rows.iter().map(row).collect()
    }

    /// Adds to each option what its draws cost at these prices of the rows.
    pub(crate) fn add_priced(&self, prices: &[f64], costs: &mut [Vec<f64>]) {
        let priced: Vec<Vec<(usize, f64)>> = self
            .footprints
            .iter()
            .map(|footprint| {
                let paid = footprint.draws.iter().filter(|draw| prices[draw.row as usize] != 0.0);
                paid.map(|draw| (draw.resource.index(), draw.part * prices[draw.row as usize])).collect()
            })
            .collect();
        for ((costs, footprints), demand) in costs.iter_mut().zip(&self.footprint_of).zip(&self.demand) {
            for (cost, footprint) in costs.iter_mut().zip(footprints) {
                for (resource, price) in &priced[*footprint as usize] {
                    *cost += price * demand[*resource];
                }
            }
        }
    }
}

/// The distinct footprints, in the order in which they are met, and each option's.
fn footprints(options: &OptionTable, demand: &[[f64; Resource::ALL.len()]]) -> (Vec<Footprint>, Vec<Vec<u32>>) {
    let mut footprints: Vec<Footprint> = Vec::new();
    let mut known: BTreeMap<(Deployment, *const Touch), u32> = BTreeMap::new();
    let of_workload = |(of_workload, demand): (&Vec<DeploymentOption>, &[f64; Resource::ALL.len()])| {
        let mut row = Vec::with_capacity(of_workload.len());
        for option in of_workload {
            let next = u32::try_from(footprints.len()).unwrap_or(u32::MAX);
            let footprint = *known.entry((option.deployment, option.touches.as_ptr())).or_insert_with(|| {
                footprints.push(Footprint {
                    deployment: option.deployment,
                    touches: Arc::clone(&option.touches),
                    demand: [0.0; Resource::ALL.len()],
                    draws: Vec::new(),
                });
                next
            });
            for (sum, demand) in footprints[footprint as usize].demand.iter_mut().zip(demand) {
                *sum += demand;
            }
            row.push(footprint);
        }
        row
    };
    let footprint_of = options.options.iter().zip(demand).map(of_workload).collect();
    (footprints, footprint_of)
}

/// The rows so far, and what draws on them.
struct Rows {
    rows: Vec<CouplingRow>,
    footprints: Vec<Footprint>,
}

impl Rows {
    /// Adds a row on which footprints draw these parts of a resource's demand; none if nothing does.
    fn add(
        &mut self,
        name: String,
        (limit, penalty): (f64, Option<f64>),
        resource: Resource,
        part: impl Fn(usize, &Footprint) -> f64,
    ) {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let mut all = 0.0;
        for (number, footprint) in self.footprints.iter_mut().enumerate() {
            let demand = footprint.demand[resource.index()];
            let part = part(number, footprint);
            if part * demand > 0.0 {
                footprint.draws.push(Draw { row, resource, part });
                all += part * demand;
            }
        }
        if all > 0.0 {
            self.rows.push(CouplingRow { name, limit, penalty, all });
        }
    }
}

fn companions(estate: &Estate) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (w, workload) in estate.workloads().iter().enumerate() {
        if let Some(group) = workload.group.as_deref() {
            groups.entry(group).or_default().push(w);
        }
    }
    let mut companions = vec![Vec::new(); estate.workloads().len()];
    for members in groups.values() {
        for &member in members {
            companions[member] = members.iter().copied().filter(|other| *other != member).collect();
        }
    }
    companions
}

/// (Y) a site that costs something per year as soon as it is used.
fn open_charges(estate: &Estate, options: &OptionTable) -> Vec<Charge> {
    let sites = estate.site_ids().filter(|site| estate.site(*site).fixed_cost.get() > 0.0);
    sites
        .filter_map(|site| {
            let place = estate.site(site);
            charge("y", "open", &place.id, place.fixed_cost.get(), options, |deployment| uses(deployment, site))
        })
        .collect()
}

/// (Z) a provider that costs something per year as soon as it is used.
fn onboarding_charges(estate: &Estate, options: &OptionTable) -> Vec<Charge> {
    let providers = estate.providers().iter().enumerate();
    providers
        .filter(|(_, provider)| provider.onboarding_cost.get() > 0.0)
        .filter_map(|(v, provider)| {
            let at = |site: SiteId| estate.site(site).provider.index() == v;
            charge("z", "onboard", &provider.id, provider.onboarding_cost.get(), options, |deployment| {
                at(deployment.primary) || deployment.standby.is_some_and(at)
            })
        })
        .collect()
}

fn charge(
    column: &str,
    label: &'static str,
    id: &str,
    cost: f64,
    options: &OptionTable,
    used: impl Fn(&Deployment) -> bool,
) -> Option<Charge> {
    let used: Vec<Vec<bool>> =
        options.options.iter().map(|of| of.iter().map(|option| used(&option.deployment)).collect()).collect();
    let any = used.iter().flatten().any(|used| *used);
    any.then(|| Charge { column: format!("{column}[{id}]"), label, id: id.to_owned(), cost, used })
}

/// (L) share\[scope=member,k\]: demand of primaries in the member.
fn limit_rows(estate: &Estate, rows: &mut Rows) {
    for limit in estate.limits() {
        let total = estate.total_demand(limit.resource);
        let ceiling = match limit.ceiling {
            Ceiling::Share(share) => share.get() * total,
            Ceiling::Amount(amount) => amount,
        };
        let penalty = limit.soft_penalty.map(ballast_model::Money::get);
        for member in members(estate, limit.scope, limit.member.as_deref()) {
            let name = format!("share[{}={member},{}]", limit.scope.name(), limit.resource.name());
            rows.add(name, (ceiling, penalty), limit.resource, |_, footprint| {
                f64::from(u8::from(belongs(estate, limit.scope, &member, footprint.deployment.primary)))
            });
        }
    }
}

/// (V) share\[provider=v\]: vCPU demand of primaries at a provider.
fn provider_rows(estate: &Estate, rows: &mut Rows) {
    let total = estate.total_demand(Resource::Vcpu);
    for (v, provider) in estate.providers().iter().enumerate() {
        let Some(share) = provider.max_share else { continue };
        let name = format!("share[provider={}]", provider.id);
        rows.add(name, (share.get() * total, None), Resource::Vcpu, |_, footprint| {
            f64::from(u8::from(estate.site(footprint.deployment.primary).provider.index() == v))
        });
    }
}

/// The rows of every finite capacity, in normal running and for every class that sends workloads over.
fn resource_rows(estate: &Estate, options: &OptionTable, classes: &[EventClass], rows: &mut Rows) {
    for site in estate.site_ids() {
        let place = estate.site(site);
        let limited = Resource::ALL.into_iter().filter_map(|(resource, name)| {
            place.capacity[resource.index()].map(|capacity| (resource, name, capacity.get()))
        });
        for (resource, resource_name, capacity) in limited {
            let normal: Vec<f64> = rows
                .footprints
                .iter()
                .map(|footprint| normal_part(estate, &footprint.deployment, site, resource))
                .collect();
            let mut seen: Vec<Vec<(usize, f64)>> = Vec::new();
            for (class, event) in (0_u32..).zip(classes).filter(|_| resource != Resource::StorageGib) {
                let surge: Vec<(usize, f64)> = rows
                    .footprints
                    .iter()
                    .enumerate()
                    .filter(|(_, footprint)| footprint.demand[resource.index()] > 0.0)
                    .map(|(number, footprint)| (number, surge_part(estate, options, footprint, class, site)))
                    .filter(|(_, part)| *part > 0.0)
                    .collect();
                if surge.is_empty() || seen.contains(&surge) {
                    continue;
                }
                let name = format!("standby[{},{},{resource_name}]", place.id, event.name);
                rows.add(name, (capacity, None), resource, |number, _| {
                    let sent = surge.binary_search_by_key(&number, |(known, _)| *known);
                    normal[number] + sent.map_or(0.0, |position| surge[position].1)
                });
                seen.push(surge);
            }
            let name = format!("capacity[{},{resource_name}]", place.id);
            rows.add(name, (capacity, None), resource, |number, _| normal[number]);
        }
    }
}

/// What `class` sends to `site` beyond what already stands by there, as a part of a workload's demand.
fn surge_part(estate: &Estate, options: &OptionTable, footprint: &Footprint, class: u32, site: SiteId) -> f64 {
    let deployment = &footprint.deployment;
    if deployment.standby != Some(site) {
        return 0.0;
    }
    let Ok(touch) = footprint.touches.binary_search_by_key(&class, |touch| touch.class) else { return 0.0 };
    if options.kinds[footprint.touches[touch].kind as usize].recovery.is_none() {
        return 0.0;
    }
    1.0 - estate.pattern(deployment.pattern).standby_compute_share.get()
}

fn uses(deployment: &Deployment, site: SiteId) -> bool {
    deployment.primary == site || deployment.standby == Some(site)
}

/// What a deployment draws from a site in normal running, as a part of a workload's demand.
fn normal_part(estate: &Estate, deployment: &Deployment, site: SiteId, resource: Resource) -> f64 {
    let pattern = estate.pattern(deployment.pattern);
    let further_copies = f64::from(pattern.storage_copies.saturating_sub(1));
    let (at_primary, at_standby) = if resource == Resource::StorageGib {
        let standby = if deployment.standby.is_some() { further_copies } else { 0.0 };
        (1.0 + further_copies - standby, standby)
    } else {
        (pattern.primary_compute_share, pattern.standby_compute_share.get())
    };
    let primary = if deployment.primary == site { at_primary } else { 0.0 };
    let standby = if deployment.standby == Some(site) { at_standby } else { 0.0 };
    primary + standby
}

/// The member of `scope` that a primary at `site` counts for.
pub(crate) fn member_at(estate: &Estate, scope: Scope, site: SiteId) -> Option<String> {
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
    member_at(estate, scope, site).is_some_and(|found| found == member)
}

/// The member that a limit names, or every member of its scope.
fn members(estate: &Estate, scope: Scope, member: Option<&str>) -> Vec<String> {
    member.map_or_else(
        || {
            let all: std::collections::BTreeSet<String> =
                estate.site_ids().filter_map(|site| member_at(estate, scope, site)).collect();
            all.into_iter().collect()
        },
        |member| vec![member.to_owned()],
    )
}
