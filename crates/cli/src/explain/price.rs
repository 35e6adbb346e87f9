//! What a limit costs and who pays for it: the plan of lowest total with it and without it.

use std::time::Instant;

use ballast_model::{Estate, Plan, WorkloadId};
use ballast_risk::{Audit, EventSet, audit};
use ballast_solver::{ShadowPrice, Solution, SolveError, Status};

use super::limit::Named;
use crate::{deadline::Deadline, failure::Failure, optimise::lowest_total, output::Output, progress::Bar};

/// The part of the time that the plan with all limits may take, where there is a limit: every price rests on it.
const FOR_BASE: f64 = 0.4;
/// What a run has not done that was ended after it had a plan with the limits and without each.
pub(super) const BETTER_PROOF: &str = "plans within the gap that is asked for, so what is proven is wide";
/// A change of less is rounding.
const CENT: f64 = 0.01;
/// How far a plan may be beyond a cap, relative, and still keep it.
const TOLERANCE: f64 = 1e-6;

/// A workload that is placed otherwise, costs otherwise or loses otherwise because of the limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Payer {
    pub(super) workload: WorkloadId,
    /// What the limit adds to its run cost, per year.
    pub(super) cost: f64,
    /// What the limit adds to the expected loss that it causes, per year.
    pub(super) loss: f64,
}

/// The price of a limit.
pub(super) struct Price {
    /// The plan that keeps the limit.
    pub(super) with: Solution,
    /// The plan that need not.
    pub(super) without: Solution,
    /// Whether the plan without the limit breaks it, or pays for breaking it.
    pub(super) binds: bool,
    /// What it adds to the total, per year.
    pub(super) adds: f64,
    /// No less and no more than this is proven.
    pub(super) proven: (f64, f64),
    /// What it adds to the cost of sites and providers, and to penalties, per year.
    pub(super) shared_cost: f64,
    /// Those who pay, or gain; the greatest change first.
    pub(super) payers: Vec<Payer>,
    /// What one unit more of it is worth, where it binds at the divisible plan.
    pub(super) shadow_prices: Vec<ShadowPrice>,
}

/// The prices of limits, as far as there was time.
pub(super) struct Prices {
    /// By limit; none if the run was ended before it.
    pub(super) of_limits: Vec<Option<Price>>,
    /// Whether a search was ended before its plan was within the gap.
    pub(super) is_cut_short: bool,
}

/// Solves the case, and then without each of the limits, in the time of a command that began at `start`.
pub(super) fn find(
    estate: &Estate,
    events: &EventSet,
    limits: &[Named],
    start: Instant,
    output: &Output,
) -> anyhow::Result<Prices> {
    let deadline = Deadline::new(start, estate.settings());
    let bar = Bar::new(output, &estate.settings().currency);
    let mut is_cut_short = false;
    let mut solve = |estate: &Estate, part: f64, what: &str| -> anyhow::Result<Solution> {
        bar.say(what);
        deadline.within(part, &|progress| bar.take(&progress), |control| {
            let solution = lowest_total(estate, events, control)?;
            is_cut_short |= control.interrupted() && solution.status == Status::Limit;
            Ok(solution)
        })
    };
    let mut best = solve(estate, FOR_BASE, "solving with all limits")?;
    let mut without = Vec::new();
    for (at, limit) in limits.iter().enumerate() {
        if deadline.is_over() {
            break;
        }
        let lifted = limit.lifted(estate)?;
        // What the others leave is theirs who come after.
        let part = 1.0 / (limits.len() - at) as f64;
        let found = match solve(&lifted, part, &format!("solving without {}", limit.name)) {
            Err(error) if is_end(&error) => {
                without.push(None);
                continue;
            }
            other => other?,
        };
        // What a limit's lifting finds by luck is a plan of the case too, if it keeps the limit.
        if !breaks(estate, events, &found) && found.objective < best.objective {
            best = Solution {
                lower_bound: best.lower_bound,
                shadow_prices: best.shadow_prices.clone(),
                ..found.clone()
            };
        }
        without.push(Some((lifted, found)));
    }
    without.resize_with(limits.len(), || None);
    let priced = limits
        .iter()
        .zip(without)
        .map(|(limit, found)| found.map(|(lifted, found)| price(estate, events, limit, (&lifted, found), &best)));
    let of_limits = priced.collect();
    Ok(Prices { of_limits, is_cut_short })
}

/// Whether this is only that the run was ended.
fn is_end(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Failure::Interrupted | Failure::Solve(SolveError::OutOfTime)))
}

fn price(
    estate: &Estate,
    events: &EventSet,
    limit: &Named,
    (lifted, mut without): (&Estate, Solution),
    best: &Solution,
) -> Price {
    let mut with = best.clone();
    // No plan is lost by lifting a limit: within the gap, the search may still end at a worse one.
    let bound = without.lower_bound.min(with.objective);
    if without.objective > with.objective {
        without = with.clone();
    }
    let least = (with.lower_bound - without.objective).max(0.0);
    let binds = breaks(estate, events, &without);
    if !binds {
        with = without.clone();
    }
    let audits = [audit(estate, events.classes(), &with.plan), audit(lifted, events.classes(), &without.plan)];
    let shared = |audit: &Audit| audit.fixed_cost + audit.onboarding_cost + audit.soft_penalty;
    let shadow_prices =
        best.shadow_prices.iter().filter(|price| limit.has_row(estate, &price.row)).cloned().collect();
    Price {
        binds,
        adds: with.objective - without.objective,
        proven: (least, (with.objective - bound).max(least)),
        shared_cost: shared(&audits[0]) - shared(&audits[1]),
        payers: payers(estate, &audits, [&with, &without]),
        shadow_prices,
        with,
        without,
    }
}

/// Whether a plan breaks a limit or a rule of the case, or pays a penalty for it.
fn breaks(estate: &Estate, events: &EventSet, found: &Solution) -> bool {
    let parts = estate.workload_ids().map(|workload| found.plan.of(workload).to_vec()).collect();
    if Plan::new(estate, parts).is_err() {
        return true;
    }
    let audit = audit(estate, events.classes(), &found.plan);
    let caps = &estate.settings().limits;
    let cvar = found.risk.cvar(estate.settings().risk.alpha.get());
    let money = [(caps.budget, found.annual_cost), (caps.expected_loss, found.expected_loss()), (caps.cvar, cvar)];
    let is_above = |(cap, figure): &(Option<ballast_model::MoneyPerYear>, f64)| {
        cap.is_some_and(|cap| *figure > cap.get() * (1.0 + TOLERANCE))
    };
    !audit.violations.is_empty() || audit.soft_penalty > 0.0 || money.iter().any(is_above)
}

fn payers(estate: &Estate, audits: &[Audit; 2], plans: [&Solution; 2]) -> Vec<Payer> {
    let mut payers: Vec<Payer> = estate
        .workload_ids()
        .filter_map(|workload| {
            let at = workload.index();
            let cost = audits[0].workload_cost[at] - audits[1].workload_cost[at];
            let [with, without] = plans.map(|found| found.risk.by_workload[at].expected_loss);
            let payer = Payer { workload, cost, loss: with - without };
            let moves = plans[0].plan.of(workload) != plans[1].plan.of(workload);
            (moves || payer.size() > CENT).then_some(payer)
        })
        .collect();
    payers.sort_by(|a, b| b.size().total_cmp(&a.size()).then(a.workload.cmp(&b.workload)));
    payers
}

impl Payer {
    fn size(&self) -> f64 {
        self.cost.abs() + self.loss.abs()
    }
}
