//! One goal, one certified plan: cuts around the relaxation, then a whole plan among the options that can matter.

use std::collections::BTreeMap;

use ballast_model::{Assignment, Plan, Share, WorkloadId};
use ballast_risk::{audit, evaluate};

use crate::{
    Control, Goal, LinearProgram, Relaxation, RunnerUp, ShadowPrice, Solution, SolveError, Status,
    backend::{self, BackendError, Effort, RawSolution},
    certify::{Certificate, certify, lagrangian_bound},
    formulation::{self, Cuts, Formulation},
    losses::Mix,
    problem::Problem,
};

/// Rounds of cuts around one relaxation.
const RELAXATION_ROUNDS: usize = 40;
/// Rounds of cuts around one whole plan.
const WHOLE_ROUNDS: usize = 8;
/// How far the restricted programme may be above its Lagrangian bound when no more options enter, relative.
const COLUMN_TOLERANCE: f64 = 2e-4;
/// How many of each workload's options, best reduced cost first, a search for a whole plan looks at in turn.
const BREADTHS: [usize; 2] = [6, 16];
/// Options of one workload that enter at a time.
const ENTERING: usize = 4;
/// How far a modelled loss may be below the true one when rounds of cuts end, relative.
const CUT_TOLERANCE: f64 = 1e-4;
/// How far a plan's true loss may be above a cap, relative: the feasibility tolerance of the engines.
const CAP_TOLERANCE: f64 = 1e-6;

/// Solves `goal` from scratch.
///
/// # Errors
/// If it is infeasible (with the conflict), or no certified plan was found.
pub fn solve(problem: &Problem<'_>, goal: &Goal, control: &Control<'_>) -> Result<Solution, SolveError> {
    solve_with(problem, goal, control, &problem.first_cuts).map(|(solution, _)| solution)
}

/// Solves `goal` with the cuts found so far; answers the new ones too.
pub(crate) fn solve_with(
    problem: &Problem<'_>,
    goal: &Goal,
    control: &Control<'_>,
    known: &Cuts,
) -> Result<(Solution, Cuts), SolveError> {
    let mut search = Search { problem, goal, control, cuts: known.clone(), programmes: 0 };
    let relaxation = search.relax()?;
    let whole = search.whole_plan(&relaxation)?;
    search.remember(&whole.mix);
    let solution = search.finish(relaxation, whole)?;
    let new = Cuts {
        loss: search.cuts.loss.split_off(known.loss.len()),
        cvar: search.cuts.cvar.split_off(known.cvar.len()),
        useful: search.cuts.useful,
    };
    Ok((solution, new))
}

struct Search<'a> {
    problem: &'a Problem<'a>,
    goal: &'a Goal,
    control: &'a Control<'a>,
    cuts: Cuts,
    programmes: usize,
}

/// The solved relaxation, priced over every option.
struct Relaxed {
    /// The programme over all options.
    formulation: Formulation,
    /// Duals by row of that programme.
    duals: Vec<f64>,
    /// Reduced costs by column of that programme.
    reduced_costs: Vec<f64>,
    /// The Lagrangian bound at these duals.
    lower_bound: f64,
    mix: Mix,
}

/// A whole plan and its true figures.
struct Whole {
    mix: Mix,
    objective: f64,
    stopped: bool,
}

impl Search<'_> {
    /// Solves the relaxation by columns and cuts: few options are in the programme at a time, all are priced with
    /// its duals, those that would improve it enter, and so do the cuts that its losses violate. The Lagrangian value
    /// of a pricing pass over all options is a lower bound at every step.
    fn relax(&mut self) -> Result<Relaxed, SolveError> {
        let mut admitted = self.cuts.useful.clone();
        let mut best: Option<Relaxed> = None;
        for round in 0..RELAXATION_ROUNDS {
            let few = formulation::build(self.problem, self.goal, &self.cuts, false, &|w, o| admitted[w][o]);
            let (raw, certificate) = match self.certified(&few.program) {
                Ok(solved) => solved,
                Err(SolveError::Infeasible { .. }) if admitted.iter().flatten().any(|in_it| !in_it) => {
                    for row in &mut admitted {
                        row.fill(true);
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            let mix = mix_of(self.problem, &few, &raw);
            let priced = self.price(&few, &certificate, mix);
            let gap = certificate.objective - priced.lower_bound;
            let columns_settled = gap <= COLUMN_TOLERANCE * certificate.objective.abs() + 1e-9
                || !admit_cheapest(&priced, &mut admitted);
            let cuts_settled = self.tighten(&few, &raw, &priced.mix, CUT_TOLERANCE);
            // A bound from before the last cuts holds too, but prices that belong to it would be stale.
            best = Some(match best.take() {
                Some(known) if known.lower_bound > priced.lower_bound => Relaxed { lower_bound: known.lower_bound, ..priced },
                _ => priced,
            });
            if columns_settled && cuts_settled || round + 1 == RELAXATION_ROUNDS || self.control.interrupted() {
                break;
            }
        }
        let relaxed = best.ok_or(SolveError::NoPlan)?;
        self.remember(&relaxed.mix);
        Ok(relaxed)
    }

    /// Keeps the options of `mix` for the next goals.
    fn remember(&mut self, mix: &Mix) {
        for (useful, parts) in self.cuts.useful.iter_mut().zip(mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
    }

    /// Prices every option with the duals of a programme over few of them.
    fn price(&self, few: &Formulation, certificate: &Certificate, mix: Mix) -> Relaxed {
        let all = formulation::build(self.problem, self.goal, &self.cuts, false, &|_, _| true);
        let by_name: BTreeMap<&str, f64> =
            few.program.rows.iter().map(|row| row.name.as_str()).zip(certificate.duals.iter().copied()).collect();
        // A row without a column among the few has no dual there: 0 is as good a multiplier as any.
        let duals: Vec<f64> =
            all.program.rows.iter().map(|row| by_name.get(row.name.as_str()).copied().unwrap_or_default()).collect();
        let (lower_bound, reduced_costs, duals) = lagrangian_bound(&all.program, &duals);
        Relaxed { formulation: all, duals, reduced_costs, lower_bound, mix }
    }

    /// Adds the cuts that `mix` violates; answers whether there were none worth adding.
    fn tighten(&mut self, formulation: &Formulation, raw: &RawSolution, mix: &Mix, tolerance: f64) -> bool {
        let problem = self.problem;
        let unit = problem.money_unit;
        let mut settled = true;
        if !formulation.losses.is_empty() {
            let cuts = problem.losses.cuts(mix, &problem.options, problem.events.weights());
            let truth: Vec<f64> = cuts.iter().map(|cut| cut.value(mix)).collect();
            let total: f64 = truth.iter().sum();
            let modelled: f64 = formulation.losses.iter().map(|column| raw.x[*column] * unit).sum();
            settled = total - modelled.min(self.goal.loss_cap.unwrap_or(f64::INFINITY)) <= tolerance * total;
            if !settled {
                let floor = tolerance * total / f64::from(u32::try_from(cuts.len()).unwrap_or(1));
                for (process, cut) in cuts.into_iter().enumerate() {
                    if truth[process] > raw.x[formulation.losses[process]] * unit + floor * 0.1 {
                        self.cuts.loss.push((process, cut));
                    }
                }
            }
        }
        if let Some(column) = formulation.cvar {
            let (_, cvar, tail) = problem.risk_of(mix);
            if cvar - raw.x[column] * unit > tolerance * cvar {
                let parts = problem.losses.cuts(mix, &problem.options, &tail);
                self.cuts.cvar.push(merged(parts));
                settled = false;
            }
        }
        settled
    }

    /// Solves a continuous programme; a failed certificate earns one more try with another seed.
    fn certified(&mut self, program: &LinearProgram) -> Result<(RawSolution, Certificate), SolveError> {
        let backend = self.problem.backend;
        let mut failure = None;
        for seed in [0, 1] {
            self.programmes += 1;
            let effort = Effort { seed, time_limit_s: self.time_limit(), ..Effort::default() };
            let raw = match backend::run(backend, program, effort) {
                Ok(raw) => raw,
                Err(BackendError::Infeasible) => return Err(self.explain_infeasible(program)),
                Err(BackendError::Unbounded) => return Err(SolveError::Unbounded),
                Err(BackendError::NoSolution) => return Err(SolveError::NoPlan),
                Err(BackendError::Failed(error)) => return Err(error),
            };
            if raw.duals.is_empty() {
                return Err(SolveError::Unsupported { backend: backend.name(), what: "prove a bound" });
            }
            match certify(program, &raw) {
                Ok(certificate) => return Ok((raw, certificate)),
                Err(fault) => failure = Some(fault),
            }
        }
        let fault = failure.ok_or(SolveError::NoPlan)?;
        Err(SolveError::Uncertified { backend: backend.name(), what: fault.what, row: fault.row, by: fault.by })
    }

    fn time_limit(&self) -> f64 {
        self.problem.estate.settings().solver.time_limit_s
    }

    /// Finds a whole plan within the gap of the relaxation's bound.
    ///
    /// The better an option's reduced cost, the likelier it is in a good plan: the search starts among the few best
    /// options of each workload and widens until the gap is met.
    fn whole_plan(&mut self, relaxed: &Relaxed) -> Result<Whole, SolveError> {
        let wanted = self.problem.estate.settings().solver.gap;
        let bound = relaxed.lower_bound;
        let mut ranked: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.problem.options.options.len()];
        for (&(w, o), &cost) in relaxed.formulation.placements.iter().zip(&relaxed.reduced_costs) {
            ranked[w].push((cost, o));
        }
        for options in &mut ranked {
            options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
        let mut best: Option<Whole> = None;
        for breadth in BREADTHS {
            let mut admitted: Vec<Vec<bool>> = ranked.iter().map(|options| vec![false; options.len()]).collect();
            for (row, options) in admitted.iter_mut().zip(&ranked) {
                for &(_, o) in options.iter().take(breadth) {
                    row[o] = true;
                }
            }
            for (row, parts) in admitted.iter_mut().zip(&relaxed.mix) {
                for (o, _) in parts {
                    row[*o] = true;
                }
            }
            if let Some(found) = self.whole_among(&|w, o| admitted[w][o], wanted)? {
                if best.as_ref().is_none_or(|known| found.objective < known.objective) {
                    best = Some(found);
                }
            }
            let unit = self.problem.money_unit;
            let met = best.as_ref().is_some_and(|known| {
                known.objective / unit - bound <= wanted * known.objective.abs() / unit
            });
            if met || self.control.interrupted() {
                break;
            }
        }
        best.ok_or(if self.control.interrupted() { SolveError::Interrupted } else { SolveError::NoPlan })
    }

    /// The best whole plan among the admitted options whose true figures keep the caps.
    fn whole_among(
        &mut self,
        admitted: &dyn Fn(usize, usize) -> bool,
        wanted: f64,
    ) -> Result<Option<Whole>, SolveError> {
        let problem = self.problem;
        let mut goal = *self.goal;
        // Among plans of equal cost the one that loses less; small enough to stay within the gap.
        if goal.loss_cap.is_some() && goal.loss_weight == 0.0 {
            goal.loss_weight = 1e-5;
        }
        let mut best: Option<Whole> = None;
        for _ in 0..WHOLE_ROUNDS {
            let formulation = formulation::build(problem, &goal, &self.cuts, true, admitted);
            self.programmes += 1;
            let effort =
                Effort { mip_gap: wanted * 0.2, time_limit_s: self.time_limit(), ..Effort::default() };
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
            let (expected, cvar, _) = problem.risk_of(&mix);
            let keeps = |figure: f64, cap: Option<f64>| cap.is_none_or(|cap| figure <= cap * (1.0 + CAP_TOLERANCE));
            if keeps(expected, self.goal.loss_cap) && keeps(cvar, self.goal.cvar_cap) {
                let objective = self.goal.objective(self.cost_of(&mix), expected, cvar);
                if best.as_ref().is_none_or(|known| objective < known.objective) {
                    best = Some(Whole { mix: mix.clone(), objective, stopped: raw.stopped });
                }
            }
            let tolerance = if best.is_some() { CUT_TOLERANCE } else { 0.5 * CAP_TOLERANCE };
            let settled = self.tighten(&formulation, &raw, &mix, tolerance);
            if settled && best.is_some() || self.control.interrupted() {
                break;
            }
        }
        Ok(best)
    }

    /// Annual cost of a mix, by the audit.
    fn cost_of(&self, mix: &Mix) -> f64 {
        plan_of(self.problem, mix)
            .map_or(f64::INFINITY, |plan| audit(self.problem.estate, self.problem.events.classes(), &plan).annual_cost)
    }

    /// Turns the whole mix into a plan and has the independent evaluator and audit confirm it.
    fn finish(&mut self, relaxed: Relaxed, whole: Whole) -> Result<Solution, SolveError> {
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
        for (row, ours, theirs) in [
            ("expected_loss", expected, risk.expected_loss()),
            ("cvar", cvar, risk.cvar(problem.alpha)),
        ] {
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
        let lower_bound = (relaxed.lower_bound * problem.money_unit).min(objective);
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
            fractional_workloads: split_workloads(problem, &relaxed.mix),
            shadow_prices: shadow_prices(problem, &relaxed),
            runner_up: runners_up(problem, &relaxed, &whole.mix),
            programmes: self.programmes,
            plan,
            risk,
        })
    }

    /// Names the requirements that conflict. What was asked of this solve (money rows) gives way first; the limits of
    /// the estate only if that is not enough.
    fn explain_infeasible(&mut self, program: &LinearProgram) -> SolveError {
        for gives_way in [is_money, is_requirement] {
            self.programmes += 1;
            if let Some((conflict, relaxations)) = cheapest_relaxation(self.problem, program, gives_way) {
                return SolveError::Infeasible { conflict, relaxations };
            }
        }
        SolveError::Infeasible { conflict: vec!["the placement rules".to_owned()], relaxations: Vec::new() }
    }
}

/// The cheapest elastic relaxation of the rows that may give way, relative to each row's limit: the rows that take
/// part in the conflict, and by how much those give way that do. None if it is not enough.
fn cheapest_relaxation(
    problem: &Problem<'_>,
    program: &LinearProgram,
    gives_way: fn(&str) -> bool,
) -> Option<(Vec<String>, Vec<Relaxation>)> {
    let mut elastic = program.clone();
    for column in &mut elastic.columns {
        column.cost = 0.0;
    }
    let mut slacks = Vec::new();
    for row in elastic.rows.iter_mut().filter(|row| gives_way(&row.name)) {
        let limit = if row.upper.is_finite() { row.upper } else { row.lower };
        let reach: f64 =
            row.coefficients.iter().map(|(column, a)| (a * program.columns[*column].upper).abs()).sum();
        let slack = elastic.columns.len();
        elastic.columns.push(crate::lp::Column {
            name: format!("slack[{}]", row.name),
            cost: 1.0 / (1.0 + limit.abs()),
            lower: 0.0,
            upper: reach + limit.abs(),
            integer: false,
        });
        row.coefficients.push((slack, if row.upper.is_finite() { -1.0 } else { 1.0 }));
        slacks.push((row.name.clone(), slack));
    }
    let raw = backend::run(problem.backend, &elastic, Effort::default()).ok()?;
    let relaxations: Vec<Relaxation> = slacks
        .into_iter()
        .filter(|(_, slack)| raw.x[*slack] > 1e-7)
        .map(|(row, slack)| {
            let unit = if is_money(&row) { problem.money_unit } else { 1.0 };
            Relaxation { by: raw.x[slack] * unit, row }
        })
        .collect();
    // The rows that give way, and those that hold them there (non-zero duals).
    let mut conflict: Vec<String> = relaxations.iter().map(|relaxation| relaxation.row.clone()).collect();
    let holding = elastic.rows.iter().zip(&raw.duals).filter(|(row, dual)| is_requirement(&row.name) && dual.abs() > 1e-9);
    conflict.extend(holding.map(|(row, _)| row.name.clone()));
    conflict.sort();
    conflict.dedup();
    Some((conflict, relaxations))
}

/// Rows that a planner asked for, as against those that define what a plan is.
fn is_requirement(row: &str) -> bool {
    is_money(row) || ["capacity[", "standby[", "share["].iter().any(|label| row.starts_with(label))
}

/// Rows whose right-hand side is money.
fn is_money(row: &str) -> bool {
    ["budget", "expected_loss", "cvar"].contains(&row)
}

/// Lets the most improving options of every workload in; answers whether there was one.
fn admit_cheapest(priced: &Relaxed, admitted: &mut [Vec<bool>]) -> bool {
    let mut improving: BTreeMap<usize, Vec<(f64, usize)>> = BTreeMap::new();
    for (&(w, o), &cost) in priced.formulation.placements.iter().zip(&priced.reduced_costs) {
        if cost < -1e-9 && !admitted[w][o] {
            improving.entry(w).or_default().push((cost, o));
        }
    }
    for (w, options) in &mut improving {
        options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for &(_, o) in options.iter().take(ENTERING) {
            admitted[*w][o] = true;
        }
    }
    !improving.is_empty()
}

/// One cut from the cuts of all processes.
fn merged(parts: Vec<crate::losses::Cut>) -> crate::losses::Cut {
    let mut sum: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (workload, option, coefficient) in parts.into_iter().flat_map(|cut| cut.coefficients) {
        *sum.entry((workload, option)).or_default() += coefficient;
    }
    crate::losses::Cut { coefficients: sum.into_iter().map(|((w, o), value)| (w, o, value)).collect() }
}

fn mix_of(problem: &Problem<'_>, formulation: &Formulation, raw: &RawSolution) -> Mix {
    let mut mix: Mix = vec![Vec::new(); problem.options.options.len()];
    for (&(workload, option), &share) in formulation.placements.iter().zip(&raw.x) {
        if share > 1e-7 {
            mix[workload].push((option, share));
        }
    }
    for parts in &mut mix {
        // Engines keep sums of shares to their tolerance only.
        if let [(_, share)] = parts.as_mut_slice() {
            *share = 1.0;
        } else {
            let sum: f64 = parts.iter().map(|(_, share)| share).sum();
            for (_, share) in parts {
                *share /= sum;
            }
        }
    }
    mix
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
fn runners_up(problem: &Problem<'_>, relaxed: &Relaxed, mix: &Mix) -> Vec<Option<RunnerUp>> {
    let mut chosen = vec![f64::INFINITY; mix.len()];
    let mut second: Vec<Option<(f64, usize)>> = vec![None; mix.len()];
    for (&(workload, option), &cost) in relaxed.formulation.placements.iter().zip(&relaxed.reduced_costs) {
        if mix[workload].iter().any(|(taken, _)| *taken == option) {
            chosen[workload] = chosen[workload].min(cost);
        } else if second[workload].is_none_or(|(least, _)| cost < least) {
            second[workload] = Some((cost, option));
        }
    }
    second
        .into_iter()
        .enumerate()
        .map(|(workload, second)| {
            let (cost, option) = second?;
            Some(RunnerUp {
                deployment: problem.options.options[workload][option].deployment,
                premium: (cost - chosen[workload]) * problem.money_unit,
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
