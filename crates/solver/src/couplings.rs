//! What couples workloads: shared capacity, limits, and what is paid for once. Goal-independent, so prepared once.

use std::collections::BTreeMap;

use ballast_model::{Ceiling, Deployment, Estate, Resource, Scope, SiteId, WorkloadId};
use ballast_risk::EventClass;

use crate::options::{DeploymentOption, OptionTable};

/// A row over options: `sum of coefficients times x <= limit`, soft if going above has a price.
#[derive(Debug, Clone)]
pub(crate) struct CouplingRow {
    /// Its name, e.g. `capacity[onprem,vcpu]`.
    pub(crate) name: String,
    /// (workload, option, what it draws).
    pub(crate) coefficients: Vec<(usize, usize, f64)>,
    /// The most.
    pub(crate) limit: f64,
    /// Money per year and unit above the limit; hard if none.
    pub(crate) penalty: Option<f64>,
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
    /// By workload and option: (row, what it draws).
    pub(crate) draws: Vec<Vec<Vec<(usize, f64)>>>,
    /// By workload: its group's other members, whose primaries must be where its own is.
    pub(crate) companions: Vec<Vec<usize>>,
}

impl Couplings {
    pub(crate) fn new(estate: &Estate, options: &OptionTable, classes: &[EventClass]) -> Self {
        let mut rows = resource_rows(estate, options, classes);
        rows.extend(limit_rows(estate, options));
        rows.extend(provider_rows(estate, options));
        let mut charges = open_charges(estate, options);
        charges.extend(onboarding_charges(estate, options));
        let mut draws: Vec<Vec<Vec<(usize, f64)>>> =
            options.options.iter().map(|of| vec![Vec::new(); of.len()]).collect();
        for (number, row) in rows.iter().enumerate() {
            for &(workload, option, demand) in &row.coefficients {
                draws[workload][option].push((number, demand));
            }
        }
        Self { rows, charges, draws, companions: companions(estate) }
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
fn limit_rows(estate: &Estate, options: &OptionTable) -> Vec<CouplingRow> {
    let mut rows = Vec::new();
    for limit in estate.limits() {
        let total = estate.total_demand(limit.resource);
        let ceiling = match limit.ceiling {
            Ceiling::Share(share) => share.get() * total,
            Ceiling::Amount(amount) => amount,
        };
        for member in members(estate, limit.scope, limit.member.as_deref()) {
            let coefficients = coefficients(options, |w, option| {
                let is_in = belongs(estate, limit.scope, &member, option.deployment.primary);
                if is_in { estate.workload(w).total_demand(limit.resource) } else { 0.0 }
            });
            if !coefficients.is_empty() {
                rows.push(CouplingRow {
                    name: format!("share[{}={member},{}]", limit.scope.name(), limit.resource.name()),
                    coefficients,
                    limit: ceiling,
                    penalty: limit.soft_penalty.map(ballast_model::Money::get),
                });
            }
        }
    }
    rows
}

/// (V) share\[provider=v\]: vCPU demand of primaries at a provider.
fn provider_rows(estate: &Estate, options: &OptionTable) -> Vec<CouplingRow> {
    let total = estate.total_demand(Resource::Vcpu);
    let mut rows = Vec::new();
    for (v, provider) in estate.providers().iter().enumerate() {
        let Some(share) = provider.max_share else { continue };
        let coefficients = coefficients(options, |w, option| {
            let is_in = estate.site(option.deployment.primary).provider.index() == v;
            if is_in { estate.workload(w).total_demand(Resource::Vcpu) } else { 0.0 }
        });
        if !coefficients.is_empty() {
            let name = format!("share[provider={}]", provider.id);
            rows.push(CouplingRow { name, coefficients, limit: share.get() * total, penalty: None });
        }
    }
    rows
}

/// The rows of every finite capacity, in normal running and for every class that sends workloads over.
fn resource_rows(
    estate: &Estate,
    options: &OptionTable,
    classes: &[ballast_risk::EventClass],
) -> Vec<CouplingRow> {
    let mut rows = Vec::new();
    for site in estate.site_ids() {
        let place = estate.site(site);
        for (resource, resource_name) in Resource::ALL {
            let Some(capacity) = place.capacity[resource.index()] else { continue };
            let normal =
                coefficients(options, |w, option| normal_demand(estate, w, &option.deployment, site, resource));
            let mut seen: Vec<Vec<(usize, usize, f64)>> = Vec::new();
            for (class, event) in (0_u32..).zip(classes).filter(|_| resource != Resource::StorageGib) {
                let surge =
                    coefficients(options, |w, option| surge(estate, options, w, option, (class, site, resource)));
                if surge.is_empty() || seen.contains(&surge) {
                    continue;
                }
                let mut sum: BTreeMap<(usize, usize), f64> =
                    normal.iter().map(|&(w, o, demand)| ((w, o), demand)).collect();
                for &(w, o, demand) in &surge {
                    *sum.entry((w, o)).or_default() += demand;
                }
                rows.push(CouplingRow {
                    name: format!("standby[{},{},{resource_name}]", place.id, event.name),
                    coefficients: sum.into_iter().map(|((w, o), demand)| (w, o, demand)).collect(),
                    limit: capacity.get(),
                    penalty: None,
                });
                seen.push(surge);
            }
            if !normal.is_empty() {
                let name = format!("capacity[{},{resource_name}]", place.id);
                rows.push(CouplingRow { name, coefficients: normal, limit: capacity.get(), penalty: None });
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
