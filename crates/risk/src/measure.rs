//! Measures of risk over simulated years: expected loss, VaR, CVaR, exceedance-probability curves.

use crate::{
    DomainRisk, EventSet, HazardRisk, ProcessRisk, WorkloadRisk, evaluate::spread, sampling::normal_quantile,
};

/// What each simulated year comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Years {
    annual: Vec<f64>,
    worst_event: Vec<f64>,
    longest_stop_h: Vec<f64>,
}

impl Years {
    pub(crate) fn push(&mut self, annual: f64, worst_event: f64, longest_stop_h: f64) {
        self.annual.push(annual);
        self.worst_event.push(worst_event);
        self.longest_stop_h.push(longest_stop_h);
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.annual.extend(other.annual);
        self.worst_event.extend(other.worst_event);
        self.longest_stop_h.extend(other.longest_stop_h);
    }
}

/// The losses of a plan over simulated years. CVaR is what insurers call TVaR.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskProfile {
    weights: Vec<f64>,
    /// The years of each independent replicate; none if the years are not a sample of replicates.
    replicates: Vec<std::ops::Range<usize>>,
    years: Years,
    /// By process, partners' included.
    pub by_process: Vec<ProcessRisk>,
    /// By workload.
    pub by_workload: Vec<WorkloadRisk>,
    /// By domain in which events begin; domains without events are left out.
    pub by_domain: Vec<DomainRisk>,
    /// By hazard; all zero where the events were given.
    pub by_hazard: Vec<HazardRisk>,
    /// By impairment class: expected annual loss of our processes.
    pub by_class: Vec<f64>,
}

impl RiskProfile {
    pub(crate) fn new(
        events: &EventSet,
        years: Years,
        by_process: Vec<ProcessRisk>,
        by_workload: Vec<WorkloadRisk>,
        by_domain: Vec<DomainRisk>,
        by_hazard: Vec<HazardRisk>,
        by_class: Vec<f64>,
    ) -> Self {
        let replicates = if events.replicates() > 1 { events.pieces() } else { Vec::new() };
        let weights = events.weights().to_vec();
        Self { weights, replicates, years, by_process, by_workload, by_domain, by_hazard, by_class }
    }

    /// Our loss in every simulated year.
    pub fn annual_losses(&self) -> &[f64] {
        &self.years.annual
    }

    /// Expected annual loss (AAL).
    pub fn expected_loss(&self) -> f64 {
        weighted_mean(&self.years.annual, &self.weights)
    }

    /// Standard error of the expected loss over the simulated years.
    pub fn expected_loss_se(&self) -> f64 {
        self.standard_error(&self.years.annual)
    }

    /// The loss that a year exceeds with probability `1 - alpha` at most.
    pub fn var(&self, alpha: f64) -> f64 {
        self.aep().loss_at_probability(1.0 - alpha)
    }

    /// The mean of the worst `1 - alpha` of years, with the year at VaR split
    /// (Rockafellar and Uryasev 2002, for discrete distributions).
    pub fn cvar(&self, alpha: f64) -> f64 {
        let tail = 1.0 - alpha;
        let mut left = tail;
        let mut sum = 0.0;
        for &(loss, weight) in self.aep().descending() {
            let part = weight.min(left);
            if part <= 0.0 {
                break;
            }
            sum += part * loss;
            left -= part;
        }
        sum / tail
    }

    /// Standard error of CVaR: of `VaR + max(0, loss - VaR) / (1 - alpha)`, whose mean is CVaR.
    pub fn cvar_se(&self, alpha: f64) -> f64 {
        let var = self.var(alpha);
        let excess: Vec<f64> =
            self.years.annual.iter().map(|loss| (loss - var).max(0.0) / (1.0 - alpha)).collect();
        self.standard_error(&excess)
    }

    /// Curve of the loss of a whole year.
    pub fn aep(&self) -> EpCurve {
        EpCurve::new(&self.years.annual, &self.weights)
    }

    /// Curve of the greatest single event of a year.
    pub fn oep(&self) -> EpCurve {
        EpCurve::new(&self.years.worst_event, &self.weights)
    }

    /// Probability that a year loses more than `amount`.
    pub fn probability_of_loss_above(&self, amount: f64) -> f64 {
        self.aep().exceedance_probability(amount)
    }

    /// Probability that one of our processes stands, in one event of a year, for more than `hours` of full
    /// standstill, with its standard error.
    pub fn probability_of_stop_above(&self, hours: f64) -> (f64, f64) {
        let stops: Vec<f64> =
            self.years.longest_stop_h.iter().map(|longest| f64::from(u8::from(*longest > hours))).collect();
        (weighted_mean(&stops, &self.weights), self.standard_error(&stops))
    }

    /// Standard error of VaR: half the width of the interval that holds with 68 % confidence.
    pub fn var_se(&self, alpha: f64) -> f64 {
        let (low, high) = self.aep().band(1.0 / (1.0 - alpha), 0.682_689_492);
        (high - low) / 2.0
    }

    /// Standard error of the weighted mean of `values`: from the spread between replicates, which knows how evenly
    /// they were drawn, else as for independent years.
    fn standard_error(&self, values: &[f64]) -> f64 {
        if self.replicates.is_empty() {
            return independent_error(values, &self.weights);
        }
        let sum = |years: &std::ops::Range<usize>, of: &dyn Fn(usize) -> f64| years.clone().map(of).sum::<f64>();
        let parts: Vec<f64> =
            self.replicates.iter().map(|years| sum(years, &|year| self.weights[year] * values[year])).collect();
        let weights: Vec<f64> =
            self.replicates.iter().map(|years| sum(years, &|year| self.weights[year])).collect();
        spread(&parts, &weights)
    }
}

/// Losses against the probability that a year exceeds them.
#[derive(Debug, Clone, PartialEq)]
pub struct EpCurve {
    /// Loss and probability of each year, greatest loss first.
    descending: Vec<(f64, f64)>,
}

impl EpCurve {
    fn new(losses: &[f64], weights: &[f64]) -> Self {
        let mut descending: Vec<(f64, f64)> = losses.iter().copied().zip(weights.iter().copied()).collect();
        descending.sort_by(|a, b| b.0.total_cmp(&a.0));
        Self { descending }
    }

    /// Loss and probability of each year, greatest loss first.
    pub fn descending(&self) -> &[(f64, f64)] {
        &self.descending
    }

    /// The least loss that a year exceeds with `probability` at most.
    pub fn loss_at_probability(&self, probability: f64) -> f64 {
        let mut exceeded = 0.0;
        for &(loss, weight) in &self.descending {
            exceeded += weight;
            // Sums of equal weights miss a round probability by rounding.
            if exceeded > probability * (1.0 + 1e-9) + 1e-12 {
                return loss;
            }
        }
        self.descending.last().map_or(0.0, |(loss, _)| *loss)
    }

    /// The loss that is exceeded once in `years` years on average.
    pub fn loss_at(&self, years: f64) -> f64 {
        self.loss_at_probability(1.0 / years)
    }

    /// The probability that a year loses more than `amount`.
    pub fn exceedance_probability(&self, amount: f64) -> f64 {
        self.descending.iter().take_while(|(loss, _)| *loss > amount).map(|(_, weight)| weight).sum()
    }

    /// The interval for the loss at a return period of `years` that holds with about `confidence`: order statistics
    /// around it, by the normal approximation of the binomial number of exceedances.
    pub fn band(&self, years: f64, confidence: f64) -> (f64, f64) {
        let probability = 1.0 / years;
        // Kish's effective number of years where weights differ.
        let n = 1.0 / self.descending.iter().map(|(_, weight)| weight * weight).sum::<f64>();
        let spread =
            normal_quantile(f64::midpoint(1.0, confidence)) * (probability * (1.0 - probability) / n).sqrt();
        (
            self.loss_at_probability((probability + spread).min(1.0)),
            self.loss_at_probability((probability - spread).max(0.0)),
        )
    }
}

fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn independent_error(values: &[f64], weights: &[f64]) -> f64 {
    let mean = weighted_mean(values, weights);
    let sum: f64 = values.iter().zip(weights).map(|(value, weight)| (weight * (value - mean)).powi(2)).sum();
    sum.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(annual: &[f64]) -> RiskProfile {
        let weights = vec![1.0 / annual.len() as f64; annual.len()];
        let events = EventSet::new(weights, Vec::new(), Vec::new(), 0);
        let mut years = Years::default();
        for loss in annual {
            years.push(*loss, *loss, 0.0);
        }
        RiskProfile::new(&events, years, vec![], vec![], vec![], vec![], vec![])
    }

    #[test]
    fn cvar_is_the_mean_of_the_worst_years() {
        let years: Vec<f64> = (1..=100).map(f64::from).collect();
        let profile = profile(&years);
        assert!((profile.expected_loss() - 50.5).abs() < 1e-9);
        assert!((profile.cvar(0.95) - 98.0).abs() < 1e-9);
        assert!((profile.var(0.95) - 95.0).abs() < 1e-9);
        // 0.975 splits a year: 2.5 years of 100, 99 and half of 98.
        assert!((profile.cvar(0.975) - (100.0 + 99.0 + 49.0) / 2.5).abs() < 1e-9);
    }

    #[test]
    fn the_curve_falls_with_the_loss() {
        let curve = profile(&[0.0, 10.0, 10.0, 30.0]).aep();
        assert!((curve.exceedance_probability(0.0) - 0.75).abs() < 1e-12);
        assert!((curve.exceedance_probability(10.0) - 0.25).abs() < 1e-12);
        assert!((curve.loss_at(2.0) - 10.0).abs() < 1e-12);
        assert!(curve.exceedance_probability(30.0).abs() < 1e-12);
    }
}
