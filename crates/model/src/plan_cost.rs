//! What a whole plan costs per year, by what is paid for and by who is paid.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Deployment, Estate, MoneyPerYear, Plan, SiteId,
    cost::{Component, CostBreakdown, MissingPrice, annual_cost},
};

/// A plan's cost per year. What it pays for breaking soft limits is not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanCost {
    deployments: Vec<(Deployment, f64, CostBreakdown)>,
    /// Sites in use.
    pub sites: MoneyPerYear,
    /// Providers in use.
    pub onboarding: MoneyPerYear,
}

impl PlanCost {
    /// The cost of `plan`.
    ///
    /// # Errors
    /// The first price that is needed and missing.
    pub fn of(estate: &Estate, plan: &Plan) -> Result<Self, MissingPrice> {
        let mut deployments = Vec::new();
        for workload in estate.workload_ids() {
            for part in plan.of(workload) {
                let cost = annual_cost(estate, workload, &part.deployment)?;
                deployments.push((part.deployment, part.share.get(), cost));
            }
        }
        let used: BTreeSet<SiteId> = deployments
            .iter()
            .flat_map(|(deployment, ..)| [Some(deployment.primary), deployment.standby])
            .flatten()
            .collect();
        let providers: BTreeSet<_> = used.iter().map(|site| estate.site(*site).provider).collect();
        Ok(Self {
            deployments,
            sites: used.iter().map(|site| estate.site(*site).fixed_cost).sum(),
            onboarding: providers.iter().map(|id| estate.provider(*id).onboarding_cost).sum(),
        })
    }

    /// One component of all workloads.
    pub fn component(&self, component: Component) -> MoneyPerYear {
        self.deployments.iter().map(|(_, share, cost)| cost.get(component) * *share).sum()
    }

    /// All workloads without sites and providers.
    pub fn workloads(&self) -> MoneyPerYear {
        self.deployments.iter().map(|(_, share, cost)| cost.total() * *share).sum()
    }

    /// All of it.
    pub fn total(&self) -> MoneyPerYear {
        self.workloads() + self.sites + self.onboarding
    }

    /// The cost of the workloads by a property of their deployments.
    pub fn by<K: Ord>(&self, property: impl Fn(&Deployment) -> K) -> BTreeMap<K, MoneyPerYear> {
        let mut sums = BTreeMap::new();
        for (deployment, share, cost) in &self.deployments {
            let sum = sums.entry(property(deployment)).or_insert(MoneyPerYear::ZERO);
            *sum += cost.total() * *share;
        }
        sums
    }
}
