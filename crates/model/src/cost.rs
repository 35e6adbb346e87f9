//! What a deployment costs per year, component by component (model.md section 2).

use crate::{
    Deployment, Estate, Money, MoneyPerYear, Priced, Replication, Resource, SiteId, Workload, WorkloadId,
    annuity_factor,
};

/// Hours of a year for prices per hour.
const HOURS_PER_YEAR: f64 = 8760.0;
/// Months of a year for prices per month.
const MONTHS_PER_YEAR: f64 = 12.0;
/// Days of a year for changes per day.
const DAYS_PER_YEAR: f64 = 365.0;

/// A part of a deployment's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// Compute at the primary.
    Compute,
    /// Compute that stands by.
    StandbyCompute,
    /// All copies of the data.
    Storage,
    /// Changes sent to the standby.
    Replication,
    /// Traffic to the internet.
    Egress,
    /// Licences at primary and standby.
    Licence,
    /// Run effort.
    Operations,
    /// What this workload costs more at this site.
    Extra,
    /// The move from today's site, spread over the horizon.
    Migration,
}

impl Component {
    /// Every component with its name in the result files.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Compute, "compute"),
        (Self::StandbyCompute, "standby_compute"),
        (Self::Storage, "storage"),
        (Self::Replication, "replication"),
        (Self::Egress, "egress"),
        (Self::Licence, "licence"),
        (Self::Operations, "operations"),
        (Self::Extra, "extra"),
        (Self::Migration, "migration"),
    ];
}

/// A deployment's cost per year by component.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CostBreakdown([MoneyPerYear; 9]);

impl CostBreakdown {
    /// One component.
    pub fn get(&self, component: Component) -> MoneyPerYear {
        self.0[component as usize]
    }

    /// All components together.
    pub fn total(&self) -> MoneyPerYear {
        self.0.iter().copied().sum()
    }

    fn set(&mut self, component: Component, amount: Money) {
        self.0[component as usize] = amount.each_year();
    }
}

/// A price that a deployment needs and the files do not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingPrice {
    /// The site without the price.
    pub site: SiteId,
    /// What has no price there.
    pub item: Priced,
}

/// The cost of running `workload` as `deployment` for a year.
///
/// # Errors
/// The first price that is needed and missing.
pub fn annual_cost(
    estate: &Estate,
    workload: WorkloadId,
    deployment: &Deployment,
) -> Result<CostBreakdown, MissingPrice> {
    let needs = estate.workload(workload);
    let pattern = estate.pattern(deployment.pattern);
    let primary = deployment.primary;
    let standby_share = pattern.standby_compute_share.get();
    let mut cost = CostBreakdown::default();

    cost.set(Component::Compute, compute(estate, needs, primary)? * pattern.primary_compute_share);
    if let Some(standby) = deployment.standby.filter(|_| standby_share > 0.0) {
        cost.set(Component::StandbyCompute, compute(estate, needs, standby)? * standby_share);
    }
    cost.set(Component::Storage, storage(estate, needs, deployment)?);
    if pattern.replication != Replication::None && deployment.standby.is_some() {
        let gib = needs.count.get() * needs.change_gib_per_day.get() * DAYS_PER_YEAR;
        cost.set(Component::Replication, optional(estate, primary, Priced::ReplicationGib) * gib);
    }
    let egress = needs.count.get() * needs.egress_gib_per_month.get() * MONTHS_PER_YEAR;
    cost.set(Component::Egress, optional(estate, primary, Priced::EgressGib) * egress);

    let unit_months = needs.count.get() * MONTHS_PER_YEAR;
    let standby_licence = deployment
        .standby
        .map_or(Money::ZERO, |standby| optional(estate, standby, Priced::LicenceMonth) * standby_share);
    cost.set(
        Component::Licence,
        (optional(estate, primary, Priced::LicenceMonth) + standby_licence) * unit_months,
    );
    let operations = optional(estate, primary, Priced::OperationsMonth) * unit_months;
    cost.set(Component::Operations, operations * (1.0 + pattern.operations_share));

    let extra: MoneyPerYear = [Some(primary), deployment.standby]
        .into_iter()
        .flatten()
        .filter_map(|site| needs.site_rule(site))
        .map(|rule| rule.extra_cost)
        .sum();
    cost.0[Component::Extra as usize] = extra;
    cost.set(Component::Migration, migration(estate, needs, primary));
    Ok(cost)
}

fn price(estate: &Estate, site: SiteId, item: Priced) -> Result<Money, MissingPrice> {
    estate.site(site).prices.get(item).ok_or(MissingPrice { site, item })
}

/// The price of something that a site may give away: 0 where the files name none (the checker warns).
fn optional(estate: &Estate, site: SiteId, item: Priced) -> Money {
    estate.site(site).prices.get(item).unwrap_or(Money::ZERO)
}

fn compute(estate: &Estate, needs: &Workload, site: SiteId) -> Result<Money, MissingPrice> {
    let items = [
        (Resource::Vcpu, Priced::VcpuHour),
        (Resource::MemoryGib, Priced::MemoryGibHour),
        (Resource::Gpu, Priced::GpuHour),
    ];
    let mut hourly = Money::ZERO;
    for (resource, item) in items {
        let demand = needs.total_demand(resource);
        if demand > 0.0 {
            hourly += price(estate, site, item)? * demand;
        }
    }
    Ok(hourly * HOURS_PER_YEAR)
}

fn storage(estate: &Estate, needs: &Workload, deployment: &Deployment) -> Result<Money, MissingPrice> {
    let gib = needs.total_demand(Resource::StorageGib);
    if gib == 0.0 {
        return Ok(Money::ZERO);
    }
    let pattern = estate.pattern(deployment.pattern);
    let first = price(estate, deployment.primary, Priced::StorageGibMonth)?;
    let copies = f64::from(pattern.storage_copies.saturating_sub(1));
    let at = deployment.standby.unwrap_or(deployment.primary);
    let cold = (pattern.standby_compute_share.get() == 0.0)
        .then(|| estate.site(at).prices.get(Priced::ObjectGibMonth))
        .flatten();
    let further = match cold {
        _ if copies == 0.0 => Money::ZERO,
        Some(price) => price,
        None => price(estate, at, Priced::StorageGibMonth)?,
    };
    Ok((first + further * copies) * (gib * MONTHS_PER_YEAR))
}

fn migration(estate: &Estate, needs: &Workload, primary: SiteId) -> Money {
    let Some(as_is) = needs.as_is.as_ref().filter(|as_is| as_is.deployment.primary != primary) else {
        return Money::ZERO;
    };
    let settings = estate.settings();
    let once = needs.site_rule(primary).and_then(|rule| rule.migration_cost).unwrap_or(as_is.migration_cost);
    once * annuity_factor(settings.discount_rate, settings.horizon_years)
}
