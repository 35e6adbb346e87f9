//! The uncertain inputs of an estate, and the estate with one of them at another value.

use ballast_model::{
    AnnualRate, DurationLaw, Estate, EstateError, HazardId, Hours, Money, MoneyPerHour, MoneyPerYear, Priced,
    Probability,
};

/// What is uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The rate of one hazard, within its own interval.
    Rate(HazardId),
    /// All rates together, each within its own interval.
    AllRates,
    /// The duration of all events.
    Durations,
    /// What an hour of standstill costs, all processes together.
    Values,
    /// Hours that processes run on without their workloads.
    Buffers,
    /// How long failovers take.
    RecoveryTimes,
    /// How often failovers fail.
    FailoverFailures,
    /// All unit prices of running.
    Prices,
    /// What opening sites and onboarding providers costs.
    FixedCosts,
    /// What moving a workload costs once.
    Migration,
}

/// An uncertain input with the ends of its interval, as factors of its value in the case.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is.
    pub subject: Subject,
    /// Factor at the low end, at most 1.
    pub low: f64,
    /// Factor at the high end, at least 1.
    pub high: f64,
}

/// Intervals of what the files give no interval for: assumptions, shown with every result. Published downtime costs
/// and durations differ by more than a factor of two; list prices by less.
const ASSUMED: [(Subject, f64, f64); 8] = [
    (Subject::Durations, 0.5, 2.0),
    (Subject::Values, 0.5, 2.0),
    (Subject::Buffers, 0.5, 2.0),
    (Subject::RecoveryTimes, 0.5, 2.0),
    (Subject::FailoverFailures, 0.5, 2.0),
    (Subject::Prices, 0.8, 1.25),
    (Subject::FixedCosts, 0.5, 2.0),
    (Subject::Migration, 0.5, 2.0),
];

impl Input {
    /// Every uncertain input of `estate`: the rates with an interval, alone and together, and what is assumed
    /// uncertain.
    pub fn all(estate: &Estate) -> Vec<Self> {
        let mut inputs: Vec<Self> = Vec::new();
        for (index, hazard) in estate.hazards().iter().enumerate() {
            let rate = hazard.rate.get();
            if let Some((low, high)) = hazard.rate_interval
                && rate > 0.0
            {
                let (low, high) = (low.get() / rate, high.get() / rate);
                inputs.push(Self { subject: Subject::Rate(HazardId::new(index)), low, high });
            }
        }
        if inputs.len() > 1 {
            inputs.push(Self { subject: Subject::AllRates, low: 0.0, high: 1.0 });
        }
        inputs.extend(ASSUMED.iter().map(|&(subject, low, high)| Self { subject, low, high }));
        inputs
    }

    /// The input's id in result files.
    pub fn id(&self, estate: &Estate) -> String {
        match self.subject {
            Subject::Rate(hazard) => format!("rate[{}]", estate.hazard(hazard).id),
            Subject::AllRates => "rates".to_owned(),
            Subject::Durations => "durations".to_owned(),
            Subject::Values => "value_per_h".to_owned(),
            Subject::Buffers => "buffers".to_owned(),
            Subject::RecoveryTimes => "recovery_times".to_owned(),
            Subject::FailoverFailures => "failover_failures".to_owned(),
            Subject::Prices => "prices".to_owned(),
            Subject::FixedCosts => "fixed_costs".to_owned(),
            Subject::Migration => "migration_costs".to_owned(),
        }
    }

    /// Whether the interval is the case's own and not assumed.
    pub fn is_given(&self) -> bool {
        matches!(self.subject, Subject::Rate(_) | Subject::AllRates)
    }

    /// The estate with the input at `position` of its interval: 0 at the low end, 0.5 as it is, 1 at the high end.
    ///
    /// # Errors
    /// Never for a valid estate and interval: only values change.
    pub fn at(&self, estate: &Estate, position: f64) -> Result<Estate, EstateError> {
        let factor = self.factor(position);
        let mut parts = estate.clone().into_parts();
        match self.subject {
            Subject::Rate(hazard) => {
                let hazard = &mut parts.hazards[hazard.index()];
                hazard.rate = scaled(hazard.rate.get(), factor, AnnualRate::new, hazard.rate);
                hazard.rate_interval = interval_around(hazard.rate_interval, factor);
            }
            Subject::AllRates => {
                for hazard in &mut parts.hazards {
                    let Some((low, high)) = hazard.rate_interval else { continue };
                    let rate = hazard.rate.get();
                    let own = between(
                        position,
                        low.get() / rate.max(f64::MIN_POSITIVE),
                        high.get() / rate.max(f64::MIN_POSITIVE),
                    );
                    hazard.rate = scaled(rate, own, AnnualRate::new, hazard.rate);
                    hazard.rate_interval = interval_around(hazard.rate_interval, own);
                }
            }
            Subject::Durations => {
                for hazard in &mut parts.hazards {
                    match &mut hazard.duration {
                        DurationLaw::Lognormal { median, .. } => *median = hours(*median, factor),
                        DurationLaw::Empirical(observed) => {
                            for (one, _) in observed {
                                *one = hours(*one, factor);
                            }
                        }
                    }
                    hazard.duration_max = hazard.duration_max.map(|most| hours(most, factor));
                }
            }
            Subject::Values => {
                for process in &mut parts.processes {
                    process.value = scaled(process.value.get(), factor, MoneyPerHour::new, process.value);
                }
            }
            Subject::Buffers => {
                for process in &mut parts.processes {
                    process.buffer = hours(process.buffer, factor);
                    for need in &mut process.needs {
                        need.buffer = hours(need.buffer, factor);
                    }
                }
                for link in &mut parts.supply {
                    link.buffer = hours(link.buffer, factor);
                }
            }
            Subject::RecoveryTimes => {
                for pattern in &mut parts.patterns {
                    pattern.rto = hours(pattern.rto, factor);
                    pattern.detection = hours(pattern.detection, factor);
                }
                // A ceiling on the RTO is a demand, not a measurement: it moves along, or options would vanish.
                for workload in &mut parts.workloads {
                    workload.rto = workload.rto.map(|most| hours(most, factor.max(1.0)));
                }
            }
            Subject::FailoverFailures => {
                for pattern in &mut parts.patterns {
                    let fails = (1.0 - pattern.failover_success.get()) * factor;
                    pattern.failover_success =
                        Probability::new((1.0 - fails).clamp(0.0, 1.0)).unwrap_or(pattern.failover_success);
                }
            }
            Subject::Prices => {
                for site in &mut parts.sites {
                    for (item, _) in Priced::ALL {
                        if let Some(price) = site.prices.get(item) {
                            site.prices.set(item, scaled(price.get(), factor, Money::new, price));
                        }
                    }
                }
            }
            Subject::FixedCosts => {
                for site in &mut parts.sites {
                    site.fixed_cost = scaled(site.fixed_cost.get(), factor, MoneyPerYear::new, site.fixed_cost);
                }
                for provider in &mut parts.providers {
                    let cost = provider.onboarding_cost;
                    provider.onboarding_cost = scaled(cost.get(), factor, MoneyPerYear::new, cost);
                }
            }
            Subject::Migration => {
                for workload in &mut parts.workloads {
                    if let Some(as_is) = &mut workload.as_is {
                        let cost = as_is.migration_cost;
                        as_is.migration_cost = scaled(cost.get(), factor, Money::new, cost);
                    }
                    for rule in &mut workload.site_rules {
                        rule.migration_cost =
                            rule.migration_cost.map(|cost| scaled(cost.get(), factor, Money::new, cost));
                    }
                }
            }
        }
        Estate::new(parts)
    }

    /// The factor at `position`: linear on either side of 1, which is the middle.
    pub fn factor(&self, position: f64) -> f64 {
        between(position, self.low, self.high)
    }
}

fn between(position: f64, low: f64, high: f64) -> f64 {
    if position <= 0.5 { low + (1.0 - low) * position * 2.0 } else { 1.0 + (high - 1.0) * (position * 2.0 - 1.0) }
}

fn hours(value: Hours, factor: f64) -> Hours {
    scaled(value.get(), factor, Hours::new, value)
}

/// A value of 0 or more stays one when it is scaled; the old one stands where the product is beyond all numbers.
fn scaled<T, E>(value: f64, factor: f64, unit: impl Fn(f64) -> Result<T, E>, old: T) -> T {
    unit(value * factor).unwrap_or(old)
}

/// The same relative spread around the scaled rate: its year-to-year chance stays what it is.
fn interval_around(interval: Option<(AnnualRate, AnnualRate)>, factor: f64) -> Option<(AnnualRate, AnnualRate)> {
    interval.map(|(low, high)| {
        (scaled(low.get(), factor, AnnualRate::new, low), scaled(high.get(), factor, AnnualRate::new, high))
    })
}
