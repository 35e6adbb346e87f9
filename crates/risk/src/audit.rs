//! A plan's cost and constraints, computed a second time from the prices and rules alone.
//!
//! This shares no code with `ballast_model::cost` nor with the solver's rows: it is the check on both.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{Ceiling, Deployment, Estate, Plan, Priced, Replication, Resource, Scope, SiteId, WorkloadId};

use crate::{EventClass, outcome};

/// A limit that a plan does not keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The row's name, e.g. `capacity[onprem,vcpu]`.
    pub rule: String,
    /// By how much, relative to the limit.
    pub by: f64,
}

/// A plan's cost per year and the limits it breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// By workload: cost per year.
    pub workload_cost: Vec<f64>,
    /// Sites in use, per year.
    pub fixed_cost: f64,
    /// Providers in use, per year.
    pub onboarding_cost: f64,
    /// Penalties for soft limits, per year.
    pub soft_penalty: f64,
    /// All of it together.
    pub annual_cost: f64,
    /// Hard limits that are broken.
    pub violations: Vec<Violation>,
}

/// Relative slack for rounding in sums of demands.
const TOLERANCE: f64 = 1e-6;

/// Recomputes the cost of `plan` and checks every hard limit.
pub fn audit(estate: &Estate, classes: &[EventClass], plan: &Plan) -> Audit {
    let ledger = Ledger { estate, plan };
    let workload_cost: Vec<f64> = estate.workload_ids().map(|w| ledger.workload_cost(w)).collect();
    let used = ledger.used_sites();
    let fixed_cost = used.iter().map(|site| estate.site(*site).fixed_cost.get()).sum();
    let providers: BTreeSet<_> = used.iter().map(|site| estate.site(*site).provider).collect();
    let onboarding_cost = providers.iter().map(|id| estate.provider(*id).onboarding_cost.get()).sum();
    let mut violations = Vec::new();
    ledger.check_capacity(classes, &mut violations);
    let soft_penalty = ledger.check_limits(&mut violations);
    ledger.check_groups(&mut violations);
    let annual_cost = workload_cost.iter().sum::<f64>() + fixed_cost + onboarding_cost + soft_penalty;
    Audit { workload_cost, fixed_cost, onboarding_cost, soft_penalty, annual_cost, violations }
}

struct Ledger<'a> {
    estate: &'a Estate,
    plan: &'a Plan,
}

impl Ledger<'_> {
    fn assignments(&self) -> impl Iterator<Item = (WorkloadId, f64, &Deployment)> {
        self.estate.workload_ids().flat_map(|workload| {
            self.plan.of(workload).iter().map(move |part| (workload, part.share.get(), &part.deployment))
        })
    }

    fn used_sites(&self) -> BTreeSet<SiteId> {
        self.assignments().flat_map(|(_, _, d)| [Some(d.primary), d.standby]).flatten().collect()
    }

    fn workload_cost(&self, id: WorkloadId) -> f64 {
        self.plan.of(id).iter().map(|part| part.share.get() * self.deployment_cost(id, &part.deployment)).sum()
    }

    fn deployment_cost(&self, id: WorkloadId, deployment: &Deployment) -> f64 {
        let estate = self.estate;
        let workload = estate.workload(id);
        let pattern = estate.pattern(deployment.pattern);
        let at = |site: SiteId, item| estate.site(site).prices.get(item).map_or(0.0, ballast_model::Money::get);
        let machine_hour = |site| {
            let [vcpu, memory, gpu, _] = workload.demand.map(ballast_model::Quantity::get);
            vcpu * at(site, Priced::VcpuHour)
                + memory * at(site, Priced::MemoryGibHour)
                + gpu * at(site, Priced::GpuHour)
        };
        let primary = deployment.primary;
        let standby_share = pattern.standby_compute_share.get();
        let mut yearly = 8760.0 * pattern.primary_compute_share * machine_hour(primary);
        let mut monthly = at(primary, Priced::LicenceMonth)
            + at(primary, Priced::OperationsMonth) * (1.0 + pattern.operations_share)
            + at(primary, Priced::EgressGib) * workload.egress_gib_per_month.get();
        if let Some(standby) = deployment.standby {
            yearly += 8760.0 * standby_share * machine_hour(standby);
            monthly += at(standby, Priced::LicenceMonth) * standby_share;
            if pattern.replication != Replication::None {
                yearly += 365.0 * workload.change_gib_per_day.get() * at(primary, Priced::ReplicationGib);
            }
        }
        let copies_at = deployment.standby.unwrap_or(primary);
        let object_price = estate.site(copies_at).prices.get(Priced::ObjectGibMonth);
        let copy_price = match object_price {
            Some(price) if standby_share == 0.0 => price.get(),
            _ => at(copies_at, Priced::StorageGibMonth),
        };
        let gib = workload.demand[Resource::StorageGib.index()].get();
        monthly += gib
            * (at(primary, Priced::StorageGibMonth) + f64::from(pattern.storage_copies.max(1) - 1) * copy_price);
        let units = workload.count.get() * (yearly + 12.0 * monthly);
        let extra: f64 = workload
            .site_rules
            .iter()
            .filter(|rule| rule.site == primary || Some(rule.site) == deployment.standby)
            .map(|rule| rule.extra_cost.get())
            .sum();
        units + extra + self.migration_per_year(id, primary)
    }

    fn migration_per_year(&self, id: WorkloadId, primary: SiteId) -> f64 {
        let workload = self.estate.workload(id);
        let Some(as_is) = &workload.as_is else { return 0.0 };
        if as_is.deployment.primary == primary {
            return 0.0;
        }
        let there =
            workload.site_rules.iter().find(|rule| rule.site == primary).and_then(|rule| rule.migration_cost);
        let once = there.unwrap_or(as_is.migration_cost).get();
        let settings = self.estate.settings();
        // The present value of 1 a year over the horizon, by summing the years where the horizon is whole.
        let (rate, years) = (settings.discount_rate, settings.horizon_years);
        let present_value = if rate == 0.0 { years } else { (1.0 - (-years * (1.0 + rate).ln()).exp()) / rate };
        once / present_value
    }

    fn check_capacity(&self, classes: &[EventClass], violations: &mut Vec<Violation>) {
        for site in self.estate.site_ids() {
            for (resource, name) in Resource::ALL {
                let Some(capacity) = self.estate.site(site).capacity[resource.index()] else { continue };
                let id = &self.estate.site(site).id;
                let normal: f64 =
                    self.assignments().map(|(w, share, d)| share * self.draw(w, d, site, resource)).sum();
                note(violations, || format!("capacity[{id},{name}]"), normal, capacity.get());
                if resource == Resource::StorageGib {
                    continue;
                }
                for class in classes {
                    let surge: f64 = self
                        .assignments()
                        .filter(|(w, _, d)| d.standby == Some(site) && self.fails_over(class, *w, d))
                        .map(|(w, share, d)| {
                            let standing_by = self.estate.pattern(d.pattern).standby_compute_share.get();
                            share * (1.0 - standing_by) * self.demand(w, resource)
                        })
                        .sum();
                    if surge > 0.0 {
                        let rule = || format!("standby[{id},{},{name}]", class.name);
                        note(violations, rule, normal + surge, capacity.get());
                    }
                }
            }
        }
    }

    fn fails_over(&self, class: &EventClass, workload: WorkloadId, deployment: &Deployment) -> bool {
        outcome(self.estate, &class.impairment, workload, deployment).recovery.is_some()
    }

    fn demand(&self, workload: WorkloadId, resource: Resource) -> f64 {
        let workload = self.estate.workload(workload);
        workload.count.get() * workload.demand[resource.index()].get()
    }

    fn draw(&self, workload: WorkloadId, deployment: &Deployment, site: SiteId, resource: Resource) -> f64 {
        let pattern = self.estate.pattern(deployment.pattern);
        let copies = f64::from(pattern.storage_copies.max(1) - 1);
        let mut share = 0.0;
        if deployment.primary == site {
            share += match (resource, deployment.standby) {
                (Resource::StorageGib, Some(_)) => 1.0,
                (Resource::StorageGib, None) => 1.0 + copies,
                _ => pattern.primary_compute_share,
            };
        }
        if deployment.standby == Some(site) {
            share += if resource == Resource::StorageGib { copies } else { pattern.standby_compute_share.get() };
        }
        share * self.demand(workload, resource)
    }

    /// Checks concentration limits; answers the penalties of the soft ones.
    fn check_limits(&self, violations: &mut Vec<Violation>) -> f64 {
        let mut penalty = 0.0;
        for limit in self.estate.limits() {
            let total: f64 = self.estate.workload_ids().map(|w| self.demand(w, limit.resource)).sum();
            let ceiling = match limit.ceiling {
                Ceiling::Share(share) => share.get() * total,
                Ceiling::Amount(amount) => amount,
            };
            let mut used: BTreeMap<String, f64> = BTreeMap::new();
            for (workload, share, deployment) in self.assignments() {
                if let Some(member) = self.member(limit.scope, deployment.primary) {
                    *used.entry(member).or_default() += share * self.demand(workload, limit.resource);
                }
            }
            used.retain(|member, _| limit.member.as_ref().is_none_or(|only| only == member));
            for (member, amount) in used {
                if let Some(price) = limit.soft_penalty {
                    penalty += price.get() * (amount - ceiling).max(0.0);
                } else {
                    let rule = || format!("share[{}={member},{}]", limit.scope.name(), limit.resource.name());
                    note(violations, rule, amount, ceiling);
                }
            }
        }
        let total: f64 = self.estate.workload_ids().map(|w| self.demand(w, Resource::Vcpu)).sum();
        for (index, provider) in self.estate.providers().iter().enumerate() {
            if let Some(share) = provider.max_share {
                let used: f64 = self
                    .assignments()
                    .filter(|(_, _, d)| self.estate.site(d.primary).provider.index() == index)
                    .map(|(w, part, _)| part * self.demand(w, Resource::Vcpu))
                    .sum();
                note(violations, || format!("share[provider={}]", provider.id), used, share.get() * total);
            }
        }
        penalty
    }

    fn member(&self, scope: Scope, site: SiteId) -> Option<String> {
        let site = self.estate.site(site);
        match scope {
            Scope::Site => Some(site.id.clone()),
            Scope::Provider => Some(self.estate.provider(site.provider).id.clone()),
            Scope::Region => site.region_code.clone(),
            Scope::Country => site.country.clone(),
            Scope::Jurisdiction => site.jurisdiction.clone(),
            Scope::Kind => Some(site.kind.name().to_owned()),
        }
    }

    fn check_groups(&self, violations: &mut Vec<Violation>) {
        let mut split: BTreeMap<&str, BTreeMap<WorkloadId, BTreeMap<SiteId, f64>>> = BTreeMap::new();
        for (workload, share, deployment) in self.assignments() {
            if let Some(group) = &self.estate.workload(workload).group {
                *split
                    .entry(group)
                    .or_default()
                    .entry(workload)
                    .or_default()
                    .entry(deployment.primary)
                    .or_default() += share;
            }
        }
        for (group, members) in split {
            let mut members = members.values();
            let Some(first) = members.next() else { continue };
            for other in members {
                let sites: BTreeSet<_> = first.keys().chain(other.keys()).collect();
                let apart: f64 = sites
                    .into_iter()
                    .map(|site| (first.get(site).unwrap_or(&0.0) - other.get(site).unwrap_or(&0.0)).abs())
                    .sum();
                note(violations, || format!("group[{group}]"), apart, 0.0);
            }
        }
    }
}

fn note(violations: &mut Vec<Violation>, rule: impl Fn() -> String, used: f64, limit: f64) {
    let by = (used - limit) / (1.0 + limit.abs());
    if by > TOLERANCE {
        violations.push(Violation { rule: rule(), by });
    }
}
