//! One goal, one certified plan: the relaxation's bound, a whole plan near it, and as much proof as the gap needs.

use std::sync::Arc;

use ballast_model::{LossMeasure, WorkloadId};
use ballast_risk::{audit, evaluate};

use crate::{
    Control, Goal, Range, RunnerUp, ShadowPrice, Solution, SolveError, Status, blocks,
    bounds::{Multipliers, Proof, Ranges, best_proof},
    conflict::{is_money, is_requirement},
    decomposed,
    formulation::Known,
    hubs::hub_bound,
    losses::Mix,
    problem::Problem,
    ranging::{Ground, NO_PRICE},
    relaxation::{Relaxed, Search, ranked},
    whole::{Whole, better, options_of, plan_of},
};

/// The part of the wanted gap that proofs over joint choices aim to be within.
const AIM: f64 = 0.5;

/// Solves `goal` from scratch.
///
/// # Errors
/// If it is infeasible (with the conflict), or no certified plan was found.
pub fn solve(problem: &Problem<'_>, goal: &Goal, control: &Control<'_>) -> Result<Solution, SolveError> {
    let Solved { mut solution, multipliers, .. } =
        solve_with(problem, goal, control, &problem.first, Effort::Alone)?;
    let ranges = multipliers.ranges(problem, control, &[]);
    for price in &mut solution.shadow_prices {
        price.range = ranges.get(&price.row).copied().unwrap_or_default();
    }
    Ok(solution)
}

/// How far to go for one goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// No branch and bound at all: the goal is part of another one's search.
    Glance,
    /// Branch and bound only if there is no plan without it: a sweep has other points to try.
    Quick,
    /// Everything until the gap is met: other goals wait, so not with all the time that is left.
    Thorough,
    /// The same with all of it.
    Alone,
}

/// A solution and what was learnt on the way.
pub(crate) struct Solved {
    pub(crate) solution: Solution,
    pub(crate) known: Known,
    pub(crate) multipliers: Arc<Multipliers>,
}

/// The best whole plan for a goal with its proof.
pub(crate) struct Found {
    pub(crate) whole: Whole,
    /// No plan has a lower objective, in units of [`Problem::money_unit`].
    pub(crate) bound: f64,
    pub(crate) multipliers: Arc<Multipliers>,
}

/// Solves `goal` with what is known so far.
pub(crate) fn solve_with(
    problem: &Problem<'_>,
    goal: &Goal,
    control: &Control<'_>,
    known: &Known,
    effort: Effort,
) -> Result<Solved, SolveError> {
    let mut search = Search::new(problem, goal, control, known.clone());
    search.by_blocks |= blocks::suit_many(problem) && (effort != Effort::Alone || blocks::suit_goal(goal));
    let found = match best_plan(&mut search, effort) {
        Err(SolveError::NoPlan) if control.interrupted() => return Err(control.ended()),
        other => other?,
    };
    search.remember(&found.whole.mix);
    let solution = search.finish(&found)?;
    Ok(Solved { solution, known: search.known, multipliers: found.multipliers })
}

/// Steps that go on until the gap is met: a plan near the known ones against the proofs that there are; the relaxation
/// and a plan near it; bounds and plans in which each process's workloads choose together; the hubs' bound and plans near
/// its own, or those over reweighted years; branch and bound.
pub(crate) fn best_plan(search: &mut Search<'_>, effort: Effort) -> Result<Found, SolveError> {
    let (problem, goal) = (search.problem, search.goal);
    if let Some(found) = search.by_known_proofs() {
        return Ok(found);
    }
    // On large estates plans near every round's mix are tried: the best is kept, and one within the gap is enough.
    let mut early: Option<Whole> = None;
    let by_blocks = search.by_blocks;
    let is_large = by_blocks || problem.is_large();
    let has_caps = goal.budget.is_some() || goal.loss_cap.is_some() || goal.cvar_cap.is_some();
    if by_blocks && has_caps && effort == Effort::Quick {
        // It would take as long as the whole curve.
        return Err(SolveError::NoPlan);
    }
    if decomposed::suits(problem, goal) {
        return search.best_by_worths(effort);
    }
    let relaxed = if by_blocks && blocks::suit_goal(goal) {
        search.relax_by_blocks(blocks::SIZE, None)?
    } else {
        search.relax_until(|search, relaxed| {
            if !is_large || goal.needs_cvar() {
                return false;
            }
            let multipliers = search.multipliers(relaxed);
            let found = search.nearby(relaxed, &multipliers);
            early = better(early.take(), found);
            early.as_ref().is_some_and(|whole| search.met(whole, relaxed.bound_at_duals))
        })?
    };
    let multipliers = search.multipliers(&relaxed);
    let relaxed = &relaxed;
    search.prove(relaxed, relaxed.bound_at_duals, &multipliers);
    let mut bound = relaxed.bound_at_duals;
    let is_enough = early.as_ref().is_some_and(|whole| search.met(whole, bound));
    // By blocks plans are found where workloads choose together; one that another goal has found may be better.
    let mut whole = if is_enough || goal.needs_cvar() {
        early
    } else if by_blocks {
        better(early, search.best_known())
    } else {
        let found = search.nearby(relaxed, &multipliers);
        better(early, found)
    };
    if goal.needs_cvar() {
        if let Some((tilted, found)) = search.by_tilted_years(relaxed)? {
            bound = bound.max(tilted);
            search.prove(relaxed, bound, &multipliers);
            whole = better(whole, found);
        } else {
            whole = search.nearby(relaxed, &multipliers);
        }
    } else {
        let is_met = whole.as_ref().is_some_and(|whole| search.met(whole, bound));
        // A goal of its own deserves the best bound that is to be had quickly; by blocks there is no plan of its own yet.
        if is_large && (effort == Effort::Alone || by_blocks || !is_met) {
            let better = search.choose_together(relaxed, &multipliers, effort, whole);
            (bound, whole) = (bound.max(better.0), better.1);
            if whole.is_none() {
                whole = search.nearby(relaxed, &multipliers);
            }
        }
        if let Some(found) = &whole
            && !search.met(found, bound)
            && !search.control.interrupted()
        {
            let target = (found.objective - AIM * search.wanted() * search.size(found)) / problem.money_unit;
            match hub_bound(problem, goal, relaxed, target, search.control) {
                Some(hubs) => {
                    bound = bound.max(hubs.bound);
                    search.prove(relaxed, hubs.at_price, &multipliers);
                    let found = search.search_from(&multipliers, Search::prices(relaxed), hubs.starts);
                    whole = better(whole, found);
                }
                // No star.
                None if !is_large => {
                    let better = search.choose_together(relaxed, &multipliers, effort, whole);
                    (bound, whole) = (bound.max(better.0), better.1);
                }
                None => {}
            }
        }
    }
    let is_enough = match (&whole, effort) {
        (_, Effort::Glance) | (Some(_), Effort::Quick) => true,
        // Where there are many options it takes minutes, and what the local search has found it does not beat.
        (Some(_), Effort::Thorough | Effort::Alone) if !search.is_small() => true,
        (Some(found), Effort::Thorough | Effort::Alone) => search.met(found, bound),
        (None, Effort::Quick) if goal.needs_cvar() && !search.is_small() => true,
        (None, _) => false,
    };
    if !is_enough && !search.control.interrupted() {
        match search.branch_and_bound(relaxed, &multipliers, bound, effort) {
            Ok(found) if whole.as_ref().is_none_or(|known| found.objective < known.objective) => {
                whole = Some(found);
            }
            Err(error) if whole.is_none() => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    let whole =
        whole.ok_or(if search.control.interrupted() { search.control.ended() } else { SolveError::NoPlan })?;
    Ok(Found { whole, bound, multipliers })
}

impl Search<'_> {
    /// The multipliers at a relaxation, as people ask for them.
    fn multipliers(&self, relaxed: &Relaxed) -> Arc<Multipliers> {
        let problem = self.problem;
        let ground = || Arc::new(Ground::new(self.goal, relaxed, self.missable(relaxed)));
        Arc::new(Multipliers {
            ranked: ranked(problem, relaxed),
            shadow_prices: shadow_prices(problem, relaxed),
            split: split_workloads(problem, &relaxed.mix),
            ground: (!self.by_blocks).then(ground),
            known: if self.by_blocks {
                blocks::limits::ranges(problem, self.goal, &relaxed.prices, &relaxed.costs)
            } else {
                Ranges::new()
            },
        })
    }

    /// A plan near the known ones that what has been proven already is enough for.
    fn by_known_proofs(&mut self) -> Option<Found> {
        let goal = self.goal;
        if self.problem.estate.settings().objective.axis != LossMeasure::ExpectedLoss || goal.needs_cvar() {
            return None;
        }
        let (proof, bound, prices) =
            match (goal.cost_weight == 0.0, goal.loss_weight == 0.0, goal.loss_cap, goal.budget) {
                // Least cost for a cap on loss.
                (false, true, Some(cap), budget) if goal.cost_weight == 1.0 && budget == self.case_budget() => {
                    let proof = best_proof(&self.known.proofs, cap)?.clone();
                    let bound = proof.least_cost(cap);
                    let price = proof.price;
                    (proof, bound, (0.0, price))
                }
                // Least loss for a budget: cost >= intercept - price * loss, read the other way round.
                (true, false, None, Some(budget)) if goal.loss_weight == 1.0 => {
                    let least = |proof: &Proof| (proof.intercept - budget) / proof.price;
                    let useful = self.known.proofs.iter().filter(|proof| proof.price > 0.0);
                    let proof = useful.max_by(|a, b| least(a).total_cmp(&least(b)))?.clone();
                    let bound = least(&proof);
                    let price = proof.price.recip();
                    (proof, bound, (price, 0.0))
                }
                _ => return None,
            };
        let whole = self.search_from(&proof.multipliers, prices, self.near_caps())?;
        let bound = bound / self.problem.money_unit;
        let is_enough = self.met(&whole, bound) || goal.cost_weight == 0.0 && self.is_next_to_curve(&whole);
        is_enough.then_some(Found { whole, bound, multipliers: proof.multipliers })
    }

    /// Whether what has been proven puts a plan of least loss within the gap of the cheapest for its loss. Where the
    /// curve is flat a small part of the cost is a large part of the loss, and no programme makes that smaller.
    fn is_next_to_curve(&self, whole: &Whole) -> bool {
        let proof = best_proof(&self.known.proofs, whole.objective);
        proof.is_some_and(|proof| whole.cost - proof.least_cost(whole.objective) <= self.wanted() * whole.cost)
    }

    /// Keeps a whole plan and its options for the next goals.
    pub(crate) fn remember(&mut self, mix: &Mix) {
        for (useful, parts) in self.known.useful.iter_mut().zip(mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
        let plan = options_of(mix).map(Arc::new).filter(|plan| !self.known.plans.contains(plan));
        self.known.plans.extend(plan);
    }

    /// Notes what a bound at the relaxation's duals proves about cost at any loss; nothing if the goal is about
    /// something else.
    pub(crate) fn prove(&mut self, relaxed: &Relaxed, bound: f64, multipliers: &Arc<Multipliers>) {
        let [loss, cvar] = ["expected_loss", "cvar"].map(|cap| Self::price_of(relaxed, cap));
        self.prove_at(bound, (loss, cvar), multipliers);
    }

    /// The same where a unit of the caps on expected loss and on CVaR has these prices.
    pub(crate) fn prove_at(&mut self, bound: f64, prices: (f64, f64), multipliers: &Arc<Multipliers>) {
        let goal = self.goal;
        let (weight, other, price, cap) = match self.problem.estate.settings().objective.axis {
            LossMeasure::ExpectedLoss => (goal.loss_weight, goal.cvar_weight, prices.0, goal.loss_cap),
            LossMeasure::Cvar => (goal.cvar_weight, goal.loss_weight, prices.1, goal.cvar_cap),
        };
        if other > 0.0 || goal.cost_weight <= 0.0 || goal.budget != self.case_budget() {
            return;
        }
        let unit = self.problem.money_unit;
        self.known.proofs.push(Proof {
            intercept: (bound * unit + price * cap.unwrap_or_default()) / goal.cost_weight,
            price: (weight + price) / goal.cost_weight,
            multipliers: if goal.cost_weight == 1.0 {
                Arc::clone(multipliers)
            } else {
                Arc::new(multipliers.per_unit_of_cost(goal.cost_weight))
            },
        });
    }

    fn case_budget(&self) -> Option<f64> {
        self.problem.estate.settings().limits.budget.map(ballast_model::MoneyPerYear::get)
    }

    /// Turns the whole mix into a plan and has the independent evaluator and audit confirm it.
    fn finish(&self, found: &Found) -> Result<Solution, SolveError> {
        let Found { whole, bound, multipliers } = found;
        let problem = self.problem;
        let estate = problem.estate;
        let plan = plan_of(problem, &whole.mix)?;
        let risk = evaluate(estate, problem.events, &plan);
        let (expected, cvar, _) = problem.risk_of(&whole.mix);
        let uncertified = |what, row: &str, by| SolveError::Uncertified {
            backend: problem.backend.name(),
            what,
            row: row.to_owned(),
            by,
        };
        let apart = |a: f64, b: f64| (a - b).abs() / (1.0 + a.abs().max(b.abs()));
        for (row, ours, theirs) in
            [("expected_loss", expected, risk.expected_loss()), ("cvar", cvar, risk.cvar(problem.alpha))]
        {
            if apart(ours, theirs) > 1e-6 {
                return Err(uncertified("evaluation by simulation", row, apart(ours, theirs)));
            }
        }
        let audit = audit(estate, problem.events.classes(), &plan);
        if let Some(worst) = audit.violations.iter().max_by(|a, b| a.by.total_cmp(&b.by)) {
            return Err(uncertified("audit of the plan", &worst.rule, worst.by));
        }
        let budget = self.goal.budget.unwrap_or(f64::INFINITY);
        if audit.annual_cost > budget * (1.0 + 1e-6) {
            return Err(uncertified("audit of the plan", "budget", audit.annual_cost - budget));
        }
        let objective = self.goal.objective(audit.annual_cost, expected, cvar);
        sound_bound(problem, *bound * problem.money_unit, objective)?;
        let lower_bound = (*bound * problem.money_unit).min(objective);
        let gap = if objective == 0.0 { 0.0 } else { (objective - lower_bound) / objective.abs() };
        let met = gap <= estate.settings().solver.gap + 1e-9;
        Ok(Solution {
            goal: *self.goal,
            annual_cost: audit.annual_cost,
            fixed_cost: audit.fixed_cost + audit.onboarding_cost,
            objective,
            lower_bound,
            gap,
            status: if met || !whole.stopped && gap <= 0.0 { Status::WithinGap } else { Status::Limit },
            fractional_workloads: multipliers.split,
            shadow_prices: multipliers.shadow_prices.clone(),
            runner_up: runners_up(problem, &multipliers.ranked, &whole.mix),
            programmes: self.programmes,
            plan,
            risk,
        })
    }
}

/// An arm that the case's limits make infeasible is missing, not an error.
pub(crate) fn feasible(solved: Result<Solution, SolveError>) -> Result<Option<Solution>, SolveError> {
    match solved {
        Ok(solution) => Ok(Some(solution)),
        Err(SolveError::Infeasible { .. } | SolveError::NoPlan) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Checks that a lower bound is not above what a plan attains, but for rounding.
pub(crate) fn sound_bound(problem: &Problem<'_>, bound: f64, attained: f64) -> Result<(), SolveError> {
    let by = (bound - attained) / (1.0 + attained.abs());
    if by > 1e-6 {
        let backend = problem.backend.name();
        return Err(SolveError::Uncertified { backend, what: "lower bound", row: "objective".to_owned(), by });
    }
    Ok(())
}

/// Improvement of the objective per unit of relaxation: the dual's size, in the row's own unit.
fn shadow_prices(problem: &Problem<'_>, relaxed: &Relaxed) -> Vec<ShadowPrice> {
    let mut prices: Vec<ShadowPrice> = relaxed
        .formulation
        .program
        .rows
        .iter()
        .zip(&relaxed.duals)
        .filter(|(row, dual)| is_requirement(&row.name) && dual.abs() > NO_PRICE)
        .map(|(row, dual)| {
            let limit = if row.upper.is_finite() { row.upper } else { row.lower };
            // Money rows are scaled like the objective, so their dual is a pure number already.
            let (limit_unit, value_unit) =
                if is_money(&row.name) { (problem.money_unit, 1.0) } else { (1.0, problem.money_unit) };
            ShadowPrice {
                row: row.name.clone(),
                limit: limit * limit_unit,
                value: dual.abs() * value_unit,
                range: Range::default(),
            }
        })
        .collect();
    prices.sort_by(|a, b| a.row.cmp(&b.row));
    prices
}

/// Per workload the other option with the least reduced cost: what it would cost more, all told.
pub(crate) fn runners_up(problem: &Problem<'_>, ranked: &[Vec<(f64, usize)>], mix: &Mix) -> Vec<Option<RunnerUp>> {
    ranked
        .iter()
        .zip(mix)
        .enumerate()
        .map(|(workload, (options, parts))| {
            let is_chosen = |option: usize| parts.iter().any(|(taken, _)| *taken == option);
            let (chosen, _) = options.iter().find(|(_, option)| is_chosen(*option))?;
            let (cost, option) = options.iter().find(|(_, option)| !is_chosen(*option))?;
            Some(RunnerUp {
                deployment: problem.options.options[workload][*option].deployment,
                premium: (cost - chosen) * problem.money_unit,
            })
        })
        .collect()
}

/// The workloads that a mix splits although they are indivisible.
fn split_workloads(problem: &Problem<'_>, mix: &Mix) -> usize {
    mix.iter()
        .enumerate()
        .filter(|(w, parts)| parts.len() > 1 && !problem.estate.workload(WorkloadId::new(*w)).divisible)
        .count()
}
