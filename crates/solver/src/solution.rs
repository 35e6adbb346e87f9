//! What the solver answers with, in domain words.

use ballast_model::{Deployment, Plan, WorkloadId};
use ballast_risk::RiskProfile;

/// What a solve minimises, and the caps it keeps. All money per year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Weight of the plan's annual cost.
    pub cost_weight: f64,
    /// Weight of the expected annual loss.
    pub loss_weight: f64,
    /// Weight of CVaR.
    pub cvar_weight: f64,
    /// The most that the plan may cost.
    pub budget: Option<f64>,
    /// The most expected annual loss.
    pub loss_cap: Option<f64>,
    /// The highest CVaR.
    pub cvar_cap: Option<f64>,
}

impl Goal {
    /// The cheapest plan.
    pub const CHEAPEST: Self = Self {
        cost_weight: 1.0,
        loss_weight: 0.0,
        cvar_weight: 0.0,
        budget: None,
        loss_cap: None,
        cvar_cap: None,
    };
    /// The plan with the least expected loss.
    pub const SAFEST: Self = Self { cost_weight: 0.0, loss_weight: 1.0, ..Self::CHEAPEST };

    /// Cost and loss added up: `cost + lambda * ((1 - rho) * expected loss + rho * CVaR)`.
    pub fn total(lambda: f64, rho: f64) -> Self {
        Self { loss_weight: lambda * (1.0 - rho), cvar_weight: lambda * rho, ..Self::CHEAPEST }
    }

    /// The objective's value for a plan's three figures.
    pub fn objective(&self, cost: f64, expected_loss: f64, cvar: f64) -> f64 {
        self.cost_weight * cost + self.loss_weight * expected_loss + self.cvar_weight * cvar
    }

    pub(crate) fn needs_cvar(&self) -> bool {
        self.cvar_weight > 0.0 || self.cvar_cap.is_some()
    }
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The gap is within the one asked for.
    WithinGap,
    /// A limit ended the search above the gap; the plan is feasible and its gap is stated.
    Limit,
}

/// The worth of relaxing a limit by one unit, at the relaxed (divisible) optimum.
#[derive(Debug, Clone, PartialEq)]
pub struct ShadowPrice {
    /// The row's name, e.g. `capacity[onprem-wolfsburg,vcpu]`.
    pub row: String,
    /// The limit's right-hand side in its own unit.
    pub limit: f64,
    /// Improvement of the objective per unit of relaxation, money per year and unit; never negative.
    pub value: f64,
    /// The values of the limit for which `value` holds, all else being as it is.
    pub range: Range,
}

/// Values of a limit in its own unit, both ends included. An end that was not looked for, or not found, is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// Least.
    pub from: Option<f64>,
    /// Greatest.
    pub to: Option<f64>,
}

/// The next best deployment of a workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunnerUp {
    /// The deployment.
    pub deployment: Deployment,
    /// What it would cost more per year, with losses and scarce capacity at their shadow prices.
    pub premium: f64,
}

/// A certified plan.
#[derive(Debug, Clone)]
pub struct Solution {
    /// What was asked.
    pub goal: Goal,
    /// The plan.
    pub plan: Plan,
    /// Its cost per year, fixed costs included.
    pub annual_cost: f64,
    /// Sites opened and providers onboarded, per year, within `annual_cost`.
    pub fixed_cost: f64,
    /// Its simulated risk, by the evaluator that shares no code with the optimiser.
    pub risk: RiskProfile,
    /// The objective's value.
    pub objective: f64,
    /// No plan has a lower objective: the Lagrangian bound, recomputed from the duals.
    pub lower_bound: f64,
    /// `(objective - lower_bound) / objective`.
    pub gap: f64,
    /// How the solve ended.
    pub status: Status,
    /// Workloads split in the divisible relaxation.
    pub fractional_workloads: usize,
    /// Limits that bind, with what one more unit is worth; sorted by row name.
    pub shadow_prices: Vec<ShadowPrice>,
    /// Per workload, the next best deployment, where there is another.
    pub runner_up: Vec<Option<RunnerUp>>,
    /// Linear programmes solved for it.
    pub programmes: usize,
}

impl Solution {
    /// Expected annual loss.
    pub fn expected_loss(&self) -> f64 {
        self.risk.expected_loss()
    }

    /// The next best deployment of `workload`.
    pub fn runner_up_of(&self, workload: WorkloadId) -> Option<&RunnerUp> {
        self.runner_up[workload.index()].as_ref()
    }
}

/// Today's plan, measured like any other.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// Today's plan.
    pub plan: Plan,
    /// Its cost per year, fixed costs included.
    pub annual_cost: f64,
    /// Sites and providers in use, per year, within `annual_cost`.
    pub fixed_cost: f64,
    /// Its simulated risk.
    pub risk: RiskProfile,
    /// Rules and limits that today's plan breaks, by row name or in words.
    pub violations: Vec<String>,
}

/// The trade-off curve: the cheapest plan for each of a list of loss caps.
#[derive(Debug, Clone)]
pub struct Frontier {
    /// By rising annual cost; no point is dominated by another.
    pub points: Vec<Solution>,
    /// Position of the plan with the lowest total of cost and weighted loss.
    pub knee: usize,
    /// Today's plan, where `placement.csv` gives it.
    pub as_is: Option<Baseline>,
    /// The cheapest plan that loses no more than today's.
    pub same_loss: Option<Solution>,
    /// The plan of the curve, or between its points, with the least loss that costs no more than today's; its gap, like the points', is that of its cost at
    /// its loss.
    pub same_cost: Option<Solution>,
    /// Whether a limit or an interrupt ended the sweep before all points were solved.
    pub complete: bool,
}
