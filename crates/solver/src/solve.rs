//! One goal, one certified plan: the relaxation's bound, a whole plan near it, and as much proof as the gap needs.

use std::sync::Arc;

use ballast_model::{Assignment, LossMeasure, Plan, Share, WorkloadId};
use ballast_risk::{audit, evaluate};

use crate::{
    Control, Goal, RunnerUp, ShadowPrice, Solution, SolveError, Status,
    backend::{self, BackendError},
    bounds::{Multipliers, Proof, best_proof},
    certify::certify,
    conflict::{is_money, is_requirement},
    formulation::{self, Known},
    hubs::hub_bound,
    local_search::Choice,
    losses::Mix,
    problem::Problem,
    relaxation::{Relaxed, Search, mix_of, ranked},
};

/// Rounds of cuts around one whole plan, once there is one.
const WHOLE_ROUNDS: usize = 8;
/// Rounds of cuts until there is a first one: each rules out a choice that breaks a cap.
const FIRST_ROUNDS: usize = 60;
/// Options of each workload, best reduced cost first, that the local search looks at.
const CANDIDATES: usize = 12;
/// How many of each workload's options, best reduced cost first, a search by branch and bound looks at in turn.
const BREADTHS: [usize; 3] = [6, 16, usize::MAX];
/// Options of a case that branch and bound takes all at once.
const SMALL: usize = 4000;
/// How far a modelled loss may be below the true one when rounds of cuts end, relative.
const CUT_TOLERANCE: f64 = 1e-4;
/// How far a plan's true loss may be above a cap, relative: the feasibility tolerance of the engines.
const CAP_TOLERANCE: f64 = 1e-6;
/// How far a choice may be beyond limits, relative, to count as a plan.
const WHOLE_TOLERANCE: f64 = 1e-9;
/// The part of the wanted gap that proofs over joint choices aim to be within.
const AIM: f64 = 0.5;

/// Solves `goal` from scratch.
///
/// # Errors
/// If it is infeasible (with the conflict), or no certified plan was found.
pub fn solve(problem: &Problem<'_>, goal: &Goal, control: &Control<'_>) -> Result<Solution, SolveError> {
    solve_with(problem, goal, control, &problem.first, Effort::Thorough).map(|solved| solved.solution)
}

/// How far to go for one goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Branch and bound only if there is no plan without it: a sweep has other points to try.
    Quick,
    /// Everything until the gap is met.
    Thorough,
}

/// A solution and what was learnt on the way.
pub(crate) struct Solved {
    pub(crate) solution: Solution,
    pub(crate) known: Known,
}

/// Solves `goal` with what is known so far.
///
/// The steps go on until the gap is met: a plan near the known ones against the proofs that there are; the relaxation
/// and a plan near it; the hubs' bound and plans near its own; branch and bound.
pub(crate) fn solve_with(
    problem: &Problem<'_>,
    goal: &Goal,
    control: &Control<'_>,
    known: &Known,
    effort: Effort,
) -> Result<Solved, SolveError> {
    let mut search = Search { problem, goal, control, known: known.clone(), programmes: 0 };
    if let Some((proof, bound, whole)) = search.by_known_proofs() {
        search.remember(&whole.mix);
        let solution = search.finish(&proof.multipliers, bound, &whole)?;
        return Ok(Solved { solution, known: search.known });
    }
    // On large estates plans near every round's mix are tried: the best is kept, and one within the gap is enough.
    let mut early: Option<Whole> = None;
    let relaxed = search.relax_until(|search, relaxed| {
        if !problem.is_large() || goal.needs_cvar() {
            return false;
        }
        let found = search.nearby(relaxed, &multipliers(problem, relaxed));
        early = better(early.take(), found);
        early.as_ref().is_some_and(|whole| search.met(whole, relaxed.bound_at_duals))
    })?;
    let multipliers = multipliers(problem, &relaxed);
    let relaxed = &relaxed;
    search.prove(relaxed, relaxed.bound_at_duals, &multipliers);
    let mut bound = relaxed.bound_at_duals;
    let is_enough = early.as_ref().is_some_and(|whole| search.met(whole, bound));
    let mut whole = if is_enough || goal.needs_cvar() {
        early
    } else {
        let found = search.nearby(relaxed, &multipliers);
        better(early, found)
    };
    if let Some(found) = &whole
        && !search.met(found, bound)
        && !search.control.interrupted()
    {
        let target = (found.objective - AIM * search.wanted() * search.size(found)) / problem.money_unit;
        if let Some(hubs) = hub_bound(problem, goal, relaxed, target) {
            bound = bound.max(hubs.bound);
            search.prove(relaxed, hubs.at_price, &multipliers);
            let found = search.search_from(&multipliers, Search::prices(relaxed), hubs.starts);
            whole = better(whole, found);
        }
    }
    let is_enough = match (&whole, effort) {
        (Some(_), Effort::Quick) => true,
        (Some(_), Effort::Thorough) if problem.is_large() => true,
        (Some(found), Effort::Thorough) => search.met(found, bound),
        (None, _) => false,
    };
    if !is_enough && !search.control.interrupted() {
        match search.branch_and_bound(relaxed, &multipliers, bound) {
            Ok(found) if whole.as_ref().is_none_or(|known| found.objective < known.objective) => {
                whole = Some(found);
            }
            Err(error) if whole.is_none() => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    let found =
        whole.ok_or(if search.control.interrupted() { SolveError::Interrupted } else { SolveError::NoPlan })?;
    search.remember(&found.mix);
    let solution = search.finish(&multipliers, bound, &found)?;
    Ok(Solved { solution, known: search.known })
}

/// The one with the lower objective; the first of equals.
fn better(one: Option<Whole>, other: Option<Whole>) -> Option<Whole> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.objective < one.objective { other } else { one }),
        (one, other) => one.or(other),
    }
}

/// The multipliers at a relaxation, as people ask for them.
fn multipliers(problem: &Problem<'_>, relaxed: &Relaxed) -> Arc<Multipliers> {
    Arc::new(Multipliers {
        ranked: ranked(problem, relaxed),
        shadow_prices: shadow_prices(problem, relaxed),
        split: split_workloads(problem, &relaxed.mix),
    })
}

/// A whole plan and its true figures.
struct Whole {
    mix: Mix,
    cost: f64,
    objective: f64,
    stopped: bool,
}

impl Search<'_> {
    /// Whether branch and bound over everything is no great matter.
    fn is_small(&self) -> bool {
        self.problem.options.len() <= SMALL
    }

    fn wanted(&self) -> f64 {
        self.problem.estate.settings().solver.gap
    }

    /// What the gap is asked of: points of a curve are restated as costs at their loss, so the cost where there is one.
    fn size(&self, whole: &Whole) -> f64 {
        let cost = self.goal.cost_weight * whole.cost;
        if cost > 0.0 { cost.min(whole.objective.abs()) } else { whole.objective.abs() }
    }

    fn met(&self, whole: &Whole, bound: f64) -> bool {
        whole.objective - bound * self.problem.money_unit <= self.wanted() * self.size(whole)
    }

    /// A plan near the known ones that what has been proven already is enough for.
    fn by_known_proofs(&mut self) -> Option<(Proof, f64, Whole)> {
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
        self.met(&whole, bound).then_some((proof, bound, whole))
    }

    /// Keeps a whole plan and its options for the next goals.
    fn remember(&mut self, mix: &Mix) {
        for (useful, parts) in self.known.useful.iter_mut().zip(mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
        let whole: Option<Vec<usize>> = mix
            .iter()
            .map(|parts| match parts[..] {
                [(option, _)] => Some(option),
                _ => None,
            })
            .collect();
        let plan = whole.map(Arc::new).filter(|plan| !self.known.plans.contains(plan));
        self.known.plans.extend(plan);
    }

    /// Notes what a bound at the relaxation's duals proves about cost at any loss; nothing if the goal is about
    /// something else.
    fn prove(&mut self, relaxed: &Relaxed, bound: f64, multipliers: &Arc<Multipliers>) {
        let goal = self.goal;
        let unit = self.problem.money_unit;
        let (weight, other, row, cap) = match self.problem.estate.settings().objective.axis {
            LossMeasure::ExpectedLoss => (goal.loss_weight, goal.cvar_weight, "expected_loss", goal.loss_cap),
            LossMeasure::Cvar => (goal.cvar_weight, goal.loss_weight, "cvar", goal.cvar_cap),
        };
        if other > 0.0 || goal.cost_weight <= 0.0 || goal.budget != self.case_budget() {
            return;
        }
        let price = Self::price_of(relaxed, row);
        self.known.proofs.push(Proof {
            intercept: (bound * unit + price * cap.unwrap_or_default()) / goal.cost_weight,
            price: (weight + price) / goal.cost_weight,
            multipliers: Arc::clone(multipliers),
        });
    }

    fn case_budget(&self) -> Option<f64> {
        self.problem.estate.settings().limits.budget.map(ballast_model::MoneyPerYear::get)
    }

    /// What a unit of a cap is worth at the relaxation.
    fn price_of(relaxed: &Relaxed, cap: &str) -> f64 {
        let rows = relaxed.formulation.program.rows.iter().zip(&relaxed.duals);
        rows.filter(|(row, _)| row.name == cap).map(|(_, dual)| dual.abs()).sum()
    }

    /// What a unit of cost and of loss is worth at the relaxation because of caps.
    fn prices(relaxed: &Relaxed) -> (f64, f64) {
        (Self::price_of(relaxed, "budget"), Self::price_of(relaxed, "expected_loss"))
    }

    /// The best whole plan that the local search finds from the relaxation's and the known plans.
    fn nearby(&mut self, relaxed: &Relaxed, multipliers: &Multipliers) -> Option<Whole> {
        let largest = |parts: &Vec<(usize, f64)>| {
            parts.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|part| part.0)
        };
        let rounded: Option<Vec<usize>> = relaxed.mix.iter().map(largest).collect();
        let mut starts: Vec<Vec<usize>> = rounded.into_iter().collect();
        starts.extend(self.near_caps());
        self.search_from(multipliers, Self::prices(relaxed), starts)
    }

    /// The known plan that is best as it is, and the one that is next to the caps from the other side.
    fn near_caps(&self) -> Vec<Vec<usize>> {
        let known: Vec<Choice<'_>> = self
            .known
            .plans
            .iter()
            .map(|plan| Choice::new(self.problem, self.goal, plan.as_ref().clone()))
            .collect();
        let inside = known.iter().filter(|choice| choice.violation() <= WHOLE_TOLERANCE);
        let best = inside.min_by(|a, b| a.objective().total_cmp(&b.objective()));
        let outside = known.iter().filter(|choice| choice.violation() > WHOLE_TOLERANCE);
        let nearest = outside.min_by(|a, b| a.violation().total_cmp(&b.violation()));
        [best, nearest].into_iter().flatten().map(|choice| choice.options.clone()).collect()
    }

    /// The best whole plan that the local search finds from these, among each workload's options with the best
    /// reduced costs and those of the starts.
    fn search_from(
        &self,
        multipliers: &Multipliers,
        prices: (f64, f64),
        starts: Vec<Vec<usize>>,
    ) -> Option<Whole> {
        let mut candidates: Vec<Vec<usize>> =
            multipliers.ranked.iter().enumerate().map(|(w, options)| self.candidates(w, options)).collect();
        for start in &starts {
            for (options, option) in candidates.iter_mut().zip(start) {
                if !options.contains(option) {
                    options.push(*option);
                }
            }
        }
        let best = starts
            .into_iter()
            .map(|start| {
                let mut choice = Choice::new(self.problem, self.goal, start);
                choice.improve(&candidates, prices);
                choice
            })
            .min_by(|a, b| a.rank().total_cmp(&b.rank()))?;
        if best.violation() > WHOLE_TOLERANCE { None } else { self.confirmed(best.mix()) }
    }

    /// The options of a workload with the best reduced costs, and the best of those that use, and do not use, each of
    /// what is paid once.
    fn candidates(&self, workload: usize, ranked: &[(f64, usize)]) -> Vec<usize> {
        let mut few: Vec<usize> = ranked.iter().take(CANDIDATES).map(|(_, option)| *option).collect();
        for charge in &self.problem.couplings.charges {
            for uses in [false, true] {
                let best = ranked.iter().map(|(_, option)| *option).find(|o| charge.used[workload][*o] == uses);
                few.extend(best.filter(|option| !few.contains(option)));
            }
        }
        few
    }

    /// A whole mix with its true figures, if it keeps the caps.
    fn confirmed(&self, mix: Mix) -> Option<Whole> {
        let (expected, cvar, _) = self.problem.risk_of(&mix);
        let keeps = |figure: f64, cap: Option<f64>| cap.is_none_or(|cap| figure <= cap * (1.0 + CAP_TOLERANCE));
        if !keeps(expected, self.goal.loss_cap) || !keeps(cvar, self.goal.cvar_cap) {
            return None;
        }
        let cost = self.cost_of(&mix);
        if !keeps(cost, self.goal.budget) {
            return None;
        }
        let objective = self.goal.objective(cost, expected, cvar);
        Some(Whole { mix, cost, objective, stopped: false })
    }

    /// The best whole plan among few options by the engine's branch and bound, with rounds of cuts.
    ///
    /// The better an option's reduced cost, the likelier it is in a good plan: the search starts among the few best
    /// options of each workload and widens until the gap is met.
    fn branch_and_bound(
        &mut self,
        relaxed: &Relaxed,
        multipliers: &Multipliers,
        bound: f64,
    ) -> Result<Whole, SolveError> {
        let ranked = &multipliers.ranked;
        let mut best: Option<Whole> = None;
        for breadth in BREADTHS {
            // Everything at once is for those who have nothing, and for small cases that no other search looks at.
            if breadth == usize::MAX && best.is_some() && !self.is_small() {
                break;
            }
            let options = self.problem.options.options.iter();
            let mut admitted: Vec<Vec<bool>> = options.map(|options| vec![false; options.len()]).collect();
            for (row, options) in admitted.iter_mut().zip(ranked) {
                for &(_, o) in options.iter().take(breadth) {
                    row[o] = true;
                }
            }
            for (row, parts) in admitted.iter_mut().zip(&relaxed.mix) {
                for (o, _) in parts {
                    row[*o] = true;
                }
            }
            if let Some(found) = self.whole_among(&|w, o| admitted[w][o])?
                && best.as_ref().is_none_or(|known| found.objective < known.objective)
            {
                best = Some(found);
            }
            if best.as_ref().is_some_and(|known| self.met(known, bound)) || self.control.interrupted() {
                break;
            }
        }
        best.ok_or(if self.control.interrupted() { SolveError::Interrupted } else { SolveError::NoPlan })
    }

    /// The best whole plan among the admitted options whose true figures keep the caps.
    fn whole_among(&mut self, admitted: &dyn Fn(usize, usize) -> bool) -> Result<Option<Whole>, SolveError> {
        let problem = self.problem;
        let mut goal = *self.goal;
        // Among plans of equal cost the one that loses less; small enough to stay within the gap.
        if goal.loss_cap.is_some() && goal.loss_weight == 0.0 {
            goal.loss_weight = 1e-5;
        }
        let mut best: Option<Whole> = None;
        for round in 0..FIRST_ROUNDS {
            if best.is_some() && round >= WHOLE_ROUNDS && !self.is_small() {
                break;
            }
            let formulation = formulation::build(problem, &goal, &self.known, true, admitted);
            self.programmes += 1;
            let effort = backend::Effort {
                mip_gap: self.wanted() * 0.2,
                time_limit_s: self.time_limit(),
                ..backend::Effort::default()
            };
            let raw = match backend::run(problem.backend, &formulation.program, effort) {
                Ok(raw) => raw,
                Err(BackendError::Infeasible | BackendError::NoSolution) => return Ok(best),
                Err(BackendError::Unbounded) => return Err(SolveError::Unbounded),
                Err(BackendError::Failed(error)) => return Err(error),
            };
            certify(&formulation.program, &raw).map_err(|fault| SolveError::Uncertified {
                backend: problem.backend.name(),
                what: fault.what,
                row: fault.row,
                by: fault.by,
            })?;
            let mix = mix_of(problem, &formulation, &raw);
            if let Some(mut found) = self.confirmed(mix.clone()) {
                found.stopped = raw.stopped;
                if best.as_ref().is_none_or(|known| found.objective < known.objective) {
                    best = Some(found);
                }
            }
            let (loss, cvar, _) = problem.risk_of(&mix);
            let tolerance = if best.is_some() { CUT_TOLERANCE } else { 0.5 * CAP_TOLERANCE };
            let settled = self.tighten(&formulation, &raw, &mix, (tolerance * loss, tolerance * cvar));
            if settled && best.is_some() || self.control.interrupted() {
                break;
            }
        }
        Ok(best)
    }

    /// Annual cost of a mix, by the audit.
    fn cost_of(&self, mix: &Mix) -> f64 {
        plan_of(self.problem, mix).map_or(f64::INFINITY, |plan| {
            audit(self.problem.estate, self.problem.events.classes(), &plan).annual_cost
        })
    }

    /// Turns the whole mix into a plan and has the independent evaluator and audit confirm it.
    fn finish(&self, multipliers: &Multipliers, bound: f64, whole: &Whole) -> Result<Solution, SolveError> {
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
        sound_bound(problem, bound * problem.money_unit, objective)?;
        let lower_bound = (bound * problem.money_unit).min(objective);
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

/// Checks that a lower bound is not above what a plan attains, but for rounding.
pub(crate) fn sound_bound(problem: &Problem<'_>, bound: f64, attained: f64) -> Result<(), SolveError> {
    let by = (bound - attained) / (1.0 + attained.abs());
    if by > 1e-6 {
        let backend = problem.backend.name();
        return Err(SolveError::Uncertified { backend, what: "lower bound", row: "objective".to_owned(), by });
    }
    Ok(())
}

fn plan_of(problem: &Problem<'_>, mix: &Mix) -> Result<Plan, SolveError> {
    let assignments = mix
        .iter()
        .zip(&problem.options.options)
        .map(|(parts, options)| {
            parts
                .iter()
                .map(|&(option, share)| Assignment {
                    deployment: options[option].deployment,
                    share: Share::new(share.min(1.0)).unwrap_or(Share::ONE),
                })
                .collect()
        })
        .collect();
    Ok(Plan::new(problem.estate, assignments)?)
}

/// Improvement of the objective per unit of relaxation: the dual's size, in the row's own unit.
fn shadow_prices(problem: &Problem<'_>, relaxed: &Relaxed) -> Vec<ShadowPrice> {
    let mut prices: Vec<ShadowPrice> = relaxed
        .formulation
        .program
        .rows
        .iter()
        .zip(&relaxed.duals)
        .filter(|(row, dual)| is_requirement(&row.name) && dual.abs() > 1e-9)
        .map(|(row, dual)| {
            let limit = if row.upper.is_finite() { row.upper } else { row.lower };
            // Money rows are scaled like the objective, so their dual is a pure number already.
            let (limit_unit, value_unit) =
                if is_money(&row.name) { (problem.money_unit, 1.0) } else { (1.0, problem.money_unit) };
            ShadowPrice { row: row.name.clone(), limit: limit * limit_unit, value: dual.abs() * value_unit }
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
