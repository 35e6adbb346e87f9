//! What `case.toml` says beside the tables.

use crate::{Hours, MoneyPerYear, Probability};

/// The axis that the frontier sweeps against annual cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossMeasure {
    /// Expected annual loss.
    ExpectedLoss,
    /// CVaR at the case's alpha.
    Cvar,
}

impl LossMeasure {
    /// Every measure with its name in the files.
    pub const ALL: [(Self, &'static str); 2] = [(Self::ExpectedLoss, "expected_loss"), (Self::Cvar, "cvar")];
}

/// How simulated years are drawn. All three give the same figures in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sampling {
    /// Independent years.
    Random,
    /// Latin hypercubes: counts, starts, durations and luck of every hazard are spread evenly over the years.
    Stratified,
    /// Half of the years stratified, half with a long event for certain, weighted so that nothing is biased.
    Tail,
}

impl Sampling {
    /// Every way with its name in the files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Random, "random"), (Self::Stratified, "stratified"), (Self::Tail, "tail")];
}

/// How the simulation runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskSettings {
    /// Simulated years; as many as `target_error` asks for if none.
    pub years: Option<u32>,
    /// Wanted standard error of today's expected loss and CVaR, as a share of them; used where `years` is none.
    pub target_error: f64,
    /// Samples of years from which the true optimum is bounded, 2 to 30, or 0; as many as suit the case's size if none.
    pub replications: Option<u32>,
    /// How years are drawn.
    pub sampling: Sampling,
    /// Seed of everything random.
    pub seed: u64,
    /// Confidence of VaR and CVaR (0.95: the worst 5 % of years).
    pub alpha: Probability,
    /// The calendar year on which simulated years are laid, for weekdays and holidays.
    pub calendar_year: i16,
    /// Hours of data lost when a destructive event reaches every copy.
    pub unprotected_data_loss: Hours,
}

/// What is optimised and swept.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveSettings {
    /// The frontier's loss axis.
    pub axis: LossMeasure,
    /// Points of the frontier, at least 2.
    pub points: usize,
    /// Weight of loss against cost (lambda of model.md section 5); 1 adds them up.
    pub loss_weight: f64,
    /// Weight of CVaR within the loss (rho of model.md section 5), 0 to 1.
    pub risk_aversion: f64,
}

/// Limits on the whole plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanLimits {
    /// The most that the plan may cost per year.
    pub budget: Option<MoneyPerYear>,
    /// The most expected annual loss.
    pub expected_loss: Option<MoneyPerYear>,
    /// The highest CVaR.
    pub cvar: Option<MoneyPerYear>,
}

/// How the solver works.
#[derive(Debug, Clone, PartialEq)]
pub struct SolverSettings {
    /// Accepted gap between the plan and its proven bound, relative (0.005 = 0.5 %).
    pub gap: f64,
    /// Time limit of a command, or of a job of a batch, seconds; none if the search ends by itself.
    pub time_limit_s: Option<f64>,
    /// Threads; all cores if none. The answer does not depend on it.
    pub threads: Option<usize>,
    /// The engine by name: `highs`, `microlp`, `clarabel`.
    pub backend: String,
}

/// The settings of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The case's name.
    pub name: String,
    /// ISO 4217 code of the currency of every amount.
    pub currency: String,
    /// Years over which one-off costs are spread.
    pub horizon_years: f64,
    /// Interest per year on one-off costs.
    pub discount_rate: f64,
    /// How the simulation runs.
    pub risk: RiskSettings,
    /// What is optimised and swept.
    pub objective: ObjectiveSettings,
    /// Limits on the whole plan.
    pub limits: PlanLimits,
    /// How the solver works.
    pub solver: SolverSettings,
}

/// The equal yearly payment that repays 1 over `years` at `rate` interest per year.
///
/// `rate / (1 - (1 + rate)^-years)`, or `1 / years` without interest.
pub fn annuity_factor(rate: f64, years: f64) -> f64 {
    if rate == 0.0 { 1.0 / years } else { rate / (1.0 - (1.0 + rate).powf(-years)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annuity_matches_a_loan_table() {
        // 8 % over 3 years: 0.388034, any table of capital recovery factors.
        assert!((annuity_factor(0.08, 3.0) - 0.388_034).abs() < 1e-6);
        assert!((annuity_factor(0.0, 4.0) - 0.25).abs() < 1e-15);
    }
}
