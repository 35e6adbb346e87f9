//! How much of the estate stands on one provider, region or jurisdiction, and what that costs.

use std::collections::BTreeMap;

use ballast_model::{Estate, Plan, Resource, Site, SiteId};

use crate::{EventSet, Impairment, RiskProfile};

/// What concentration is measured over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Who runs the site.
    Provider,
    /// The site itself: a region, a hall, a plant.
    Region,
    /// Whose law reaches the operator.
    Jurisdiction,
}

impl Dimension {
    /// Every dimension with its name in the files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Provider, "provider"), (Self::Region, "region"), (Self::Jurisdiction, "jurisdiction")];

    fn member(self, estate: &Estate, site: &Site) -> String {
        match self {
            Self::Provider => estate.provider(site.provider).id.clone(),
            Self::Region => site.id.clone(),
            Self::Jurisdiction => site.jurisdiction.clone().unwrap_or_else(|| "unknown".to_owned()),
        }
    }
}

/// The concentration of a plan in one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Concentration {
    /// The dimension.
    pub dimension: Dimension,
    /// Herfindahl-Hirschman index over the vCPU demand of the primaries: 1 is all in one, 1/n is n equal shares
    /// (Hirschman 1964).
    pub herfindahl: f64,
    /// The member with most of the demand; empty for an estate without demand.
    pub largest: String,
    /// Its share.
    pub share: f64,
    /// The price: expected annual loss in events that take down or degrade a primary site of the largest member.
    pub expected_loss: f64,
}

/// The concentration of `plan`, whose simulated risk over `events` is `risk`, in every dimension.
pub fn concentration(estate: &Estate, events: &EventSet, plan: &Plan, risk: &RiskProfile) -> [Concentration; 3] {
    Dimension::ALL.map(|(dimension, _)| {
        let mut demand: BTreeMap<String, (f64, Vec<SiteId>)> = BTreeMap::new();
        for workload in estate.workload_ids() {
            let whole = estate.workload(workload).total_demand(Resource::Vcpu);
            for part in plan.of(workload) {
                let site = part.deployment.primary;
                let entry = demand.entry(dimension.member(estate, estate.site(site))).or_default();
                entry.0 += part.share.get() * whole;
                entry.1.push(site);
            }
        }
        let total: f64 = demand.values().map(|(demand, _)| demand).sum();
        let share = |demand: f64| if total > 0.0 { demand / total } else { 0.0 };
        let herfindahl = demand.values().map(|(demand, _)| share(*demand).powi(2)).sum();
        let mut largest: Option<(&String, &(f64, Vec<SiteId>))> = None;
        for entry in &demand {
            if largest.is_none_or(|(_, (most, _))| entry.1.0 > *most) {
                largest = Some(entry);
            }
        }
        let (name, held, sites) = largest
            .map_or((String::new(), 0.0, &[] as &[SiteId]), |(name, (held, sites))| (name.clone(), *held, sites));
        let hit = events.classes().iter().zip(&risk.by_class);
        let expected_loss = hit
            .filter(|(class, _)| sites.iter().any(|site| touches(estate, &class.impairment, *site)))
            .map(|(_, loss)| loss)
            .sum();
        Concentration { dimension, herfindahl, largest: name, share: share(held), expected_loss }
    })
}

fn touches(estate: &Estate, impairment: &Impairment, site: SiteId) -> bool {
    impairment.down[estate.site(site).domain.index()] > 0.0
        || impairment.zone_down[site.index()].iter().any(|severity| *severity > 0.0)
}
