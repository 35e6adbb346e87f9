//! The trade-off curve: the cheapest plan for each of a list of loss caps, refined where the curve is coarsest.

mod restated;

use ballast_model::LossMeasure;
use rayon::prelude::*;

use crate::{
    Baseline, Control, Frontier, Goal, Progress, Solution, SolveError, Status, blocks,
    bounds::{best_proof, range},
    formulation::Known,
    problem::{Problem, baseline},
    solve::{Effort, Solved, feasible, solve_with},
};

/// Weight of the figure that only breaks ties.
const LITTLE: f64 = 1e-3;

/// The curve ends where avoiding one unit of loss costs more than `1 / STEEPEST` units: nobody pays for what is beyond.
const STEEPEST: f64 = 0.25;

/// The smallest part of a segment that is worth a try.
const SMALLEST_PART: f64 = 0.2;

/// Prices of loss that differ by less than this part are the same.
const SAME_PRICE: f64 = 1e-3;

/// Points solved side by side; fixed, so that the curve does not depend on the number of threads.
const BATCH: usize = 4;

/// Sweeps the frontier: from the cheapest plan to the safest one, `objective.points` points in all.
///
/// # Errors
/// If the case is infeasible or a solve is not certified. An interrupt or a limit ends the sweep early with what there is.
pub fn frontier(problem: &Problem<'_>, control: &Control<'_>) -> Result<Frontier, SolveError> {
    (control.progress)(Progress::Preparing);
    let mut sweep = Sweep::new(problem, control);
    let as_is = baseline(problem)?;
    match sweep.run() {
        Err(error) if error.is_end() && !sweep.points.is_empty() => {}
        other => other?,
    }
    // Too few points within the gap: those with a wider one, which they state, are better than none.
    for solution in std::mem::take(&mut sweep.spare) {
        if sweep.points.len() < sweep.wanted {
            sweep.admit(solution);
        }
    }
    let mut complete = !control.interrupted();
    let (same_loss, same_cost) = match as_is.as_ref().filter(|_| complete).map(|as_is| sweep.arms(as_is)) {
        Some(Err(error)) if error.is_end() => {
            complete = false;
            (None, None)
        }
        arms => arms.transpose()?.unwrap_or_default(),
    };
    sweep.finish(as_is, same_loss, same_cost, complete)
}

struct Sweep<'a> {
    problem: &'a Problem<'a>,
    control: &'a Control<'a>,
    axis: LossMeasure,
    wanted: usize,
    known: Known,
    points: Vec<Solution>,
    /// The plan of least total, if it counts another loss too and lies beside the curve.
    beside: Option<Solution>,
    /// Plans whose gap is wider than asked for.
    spare: Vec<Solution>,
    /// Caps that gave no new point.
    tried: Vec<f64>,
    /// Prices of loss for which the best plan is known.
    priced: Vec<f64>,
}

impl<'a> Sweep<'a> {
    fn new(problem: &'a Problem<'a>, control: &'a Control<'a>) -> Self {
        let objective = &problem.estate.settings().objective;
        Self {
            problem,
            control,
            axis: objective.axis,
            wanted: objective.points.max(2),
            known: problem.first.clone(),
            points: Vec::new(),
            beside: None,
            spare: Vec::new(),
            tried: Vec::new(),
            priced: Vec::new(),
        }
    }

    /// Ends, knee, and points between them until there are enough.
    fn run(&mut self) -> Result<(), SolveError> {
        self.solve_ends()?;
        if self.control.interrupted() {
            return Ok(());
        }
        // The plan that is most likely to be chosen deserves the best proof.
        let effort = if blocks::suit_many(self.problem) { Effort::Alone } else { Effort::Thorough };
        let knee = self.solve_one(&self.total_goal(), effort)?;
        if self.is_beside(&knee)? {
            self.beside = Some(knee);
            self.wanted = (self.wanted - 1).max(2);
        } else {
            self.admit(knee);
        }
        let by_price: &[bool] = if self.is_hard() { &[true, false] } else { &[false] };
        for by_price in by_price {
            while self.points.len() < self.wanted && !self.control.interrupted() {
                let goals = if *by_price { self.supported() } else { self.coarsest() };
                if goals.is_empty() || !self.solve_goals(&goals)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The case's own limits hold for every point.
    fn limited(&self, goal: Goal) -> Goal {
        let limits = &self.problem.estate.settings().limits;
        let tighter = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Goal {
            budget: tighter(goal.budget, limits.budget.map(ballast_model::MoneyPerYear::get)),
            loss_cap: tighter(goal.loss_cap, limits.expected_loss.map(ballast_model::MoneyPerYear::get)),
            cvar_cap: tighter(goal.cvar_cap, limits.cvar.map(ballast_model::MoneyPerYear::get)),
            ..goal
        }
    }

    fn total_goal(&self) -> Goal {
        let objective = &self.problem.estate.settings().objective;
        Goal::total(objective.loss_weight, objective.risk_aversion)
    }

    fn capped(&self, cap: f64) -> Goal {
        match self.axis {
            LossMeasure::ExpectedLoss => Goal { loss_cap: Some(cap), ..Goal::CHEAPEST },
            LossMeasure::Cvar => Goal { cvar_cap: Some(cap), ..Goal::CHEAPEST },
        }
    }

    fn loss_of(&self, solution: &Solution) -> f64 {
        match self.axis {
            LossMeasure::ExpectedLoss => solution.risk.expected_loss(),
            LossMeasure::Cvar => solution.risk.cvar(self.problem.alpha),
        }
    }

    fn solve_one(&mut self, goal: &Goal, effort: Effort) -> Result<Solution, SolveError> {
        let solved = solve_with(self.problem, &self.limited(*goal), self.control, &self.known, effort)?;
        Ok(self.learn(solved))
    }

    fn learn(&mut self, solved: Solved) -> Solution {
        self.known.learn(solved.known);
        solved.solution
    }

    /// The cheapest plan and the safest one that is worth its cost by far. Each counts the other figure a little, so that among equals the better
    /// one is taken; then the cheapest plan at its loss, with a bound of its own.
    fn solve_ends(&mut self) -> Result<(), SolveError> {
        let cheapest = Goal { loss_weight: LITTLE, ..Goal::CHEAPEST };
        let end = self.end(&cheapest)?;
        self.admit(end);
        if self.control.interrupted() {
            return Ok(());
        }
        // Where the last plan is hard to prove, the curve ends a little before it.
        let mut last: Option<Solution> = None;
        for steepness in [1.0, 1.4, 2.0] {
            let end = self.end(&Goal { cost_weight: STEEPEST * steepness, ..self.safest() })?;
            let end = if self.problem.is_large() { self.restated(end)? } else { end };
            let is_proven = end.status == Status::WithinGap;
            if last.as_ref().is_none_or(|known| end.gap < known.gap) {
                last = Some(end);
            }
            if is_proven || self.control.interrupted() {
                break;
            }
        }
        if let Some(last) = last {
            self.admit(last);
        }
        Ok(())
    }

    /// The plan for a goal at an end of the curve, with a bound of its cost at its loss.
    fn end(&mut self, goal: &Goal) -> Result<Solution, SolveError> {
        let solution = self.solve_one(goal, Effort::Thorough)?;
        // Without branch and bound, the goal as a cap has the same proof and plans alike.
        if self.problem.is_large() || self.restated(solution.clone())?.status == Status::WithinGap {
            return Ok(solution);
        }
        match self.solve_one(&self.capped(self.loss_of(&solution)), Effort::Thorough) {
            Err(error) if error.is_end() => Ok(solution),
            other => other,
        }
    }

    fn safest(&self) -> Goal {
        match self.axis {
            LossMeasure::ExpectedLoss => Goal::SAFEST,
            LossMeasure::Cvar => Goal { cvar_weight: 1.0, loss_weight: 0.0, ..Goal::SAFEST },
        }
    }

    /// Adds a point unless one that is there costs and loses no more; drops those that it beats.
    fn admit(&mut self, solution: Solution) -> bool {
        let key = |solution: &Solution| (solution.annual_cost, self.loss_of(solution));
        let (cost, loss) = key(&solution);
        let beaten = self.points.iter().any(|point| {
            let (other_cost, other_loss) = key(point);
            other_cost <= cost * (1.0 + 1e-9) && other_loss <= loss * (1.0 + 1e-9)
        });
        if beaten {
            return false;
        }
        let keep: Vec<bool> = self
            .points
            .iter()
            .map(|point| {
                let (other_cost, other_loss) = key(point);
                other_cost < cost || other_loss < loss
            })
            .collect();
        let mut keep = keep.into_iter();
        self.points.retain(|_| keep.next().unwrap_or(true));
        (self.control.progress)(Progress::Point {
            done: self.points.len() + 1,
            of: self.wanted,
            annual_cost: solution.annual_cost,
            expected_loss: solution.risk.expected_loss(),
            gap: solution.gap,
        });
        self.points.push(solution);
        self.points.sort_by(|a, b| a.annual_cost.total_cmp(&b.annual_cost));
        true
    }

    /// The prices of loss at which the ends of the longest segments cost the same in all: what is better than both
    /// there is a point between them (dichotomic search, Aneja and Nair 1979).
    fn supported(&self) -> Vec<Goal> {
        let mut segments: Vec<(f64, f64)> = self
            .segments()
            .map(|(length, [first, last])| {
                let (cost, loss) =
                    (last.annual_cost - first.annual_cost, self.loss_of(first) - self.loss_of(last));
                (length, cost / loss.max(f64::MIN_POSITIVE))
            })
            .filter(|(length, price)| {
                let is_new = |known: &f64| (known - price).abs() > SAME_PRICE * price;
                *length > self.least_length() && price.is_finite() && self.priced.iter().all(is_new)
            })
            .collect();
        segments.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        segments.truncate(BATCH.min(self.wanted - self.points.len()));
        segments.into_iter().map(|(_, price)| self.priced_at(price)).collect()
    }

    fn priced_at(&self, price: f64) -> Goal {
        match self.axis {
            LossMeasure::ExpectedLoss => Goal { loss_weight: price, ..Goal::CHEAPEST },
            LossMeasure::Cvar => Goal { cvar_weight: price, ..Goal::CHEAPEST },
        }
    }

    /// The curve's segments with their lengths, both axes scaled to 1.
    fn segments(&self) -> impl Iterator<Item = (f64, [&Solution; 2])> {
        let ends = self.points.first().zip(self.points.last());
        let (width, height) = ends.map_or((1.0, 1.0), |(first, last)| {
            (last.annual_cost - first.annual_cost, self.loss_of(first) - self.loss_of(last))
        });
        let part = |size: f64, of: f64| size / of.max(f64::MIN_POSITIVE);
        self.points.windows(2).map(move |pair| {
            let cost = part(pair[1].annual_cost - pair[0].annual_cost, width);
            let loss = part(self.loss_of(&pair[0]) - self.loss_of(&pair[1]), height);
            (cost.hypot(loss), [&pair[0], &pair[1]])
        })
    }

    /// Whether plans that are the best at some price of loss come first, as they are the easiest to prove.
    fn is_hard(&self) -> bool {
        self.axis == LossMeasure::Cvar || blocks::suit_many(self.problem)
    }

    /// Segments below this are short enough: plans under a cap on CVaR take long to prove.
    fn least_length(&self) -> f64 {
        if self.is_hard() { 2.0 / self.wanted as f64 } else { 0.0 }
    }

    /// Caps in the middle of the longest segments of the curve, both axes scaled to 1. A cap that gave no new point
    /// divides its segment: the next try is in the middle of the larger part.
    fn coarsest(&self) -> Vec<Goal> {
        let mut segments: Vec<(f64, f64)> = self
            .segments()
            .filter_map(|(length, [first, last])| {
                let (upper, lower) = (self.loss_of(first), self.loss_of(last));
                let mut marks: Vec<f64> =
                    self.tried.iter().copied().filter(|cap| *cap < upper && *cap > lower).collect();
                marks.extend([upper, lower]);
                marks.sort_by(f64::total_cmp);
                let (from, to) = marks
                    .windows(2)
                    .map(|part| (part[0], part[1]))
                    .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))?;
                let share = (to - from) / (upper - lower);
                let is_worth_it = share > SMALLEST_PART && length * share > self.least_length();
                is_worth_it.then_some((length * share, f64::midpoint(from, to)))
            })
            .collect();
        segments.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        let missing = self.wanted - self.points.len();
        segments.into_iter().take(BATCH.min(missing)).map(|(_, cap)| self.capped(cap)).collect()
    }

    /// Solves the goals side by side; answers whether the sweep can go on.
    fn solve_goals(&mut self, goals: &[Goal]) -> Result<bool, SolveError> {
        let solved: Vec<Result<Solved, SolveError>> = goals
            .par_iter()
            .map(|goal| solve_with(self.problem, &self.limited(*goal), self.control, &self.known, Effort::Quick))
            .collect();
        for (goal, result) in goals.iter().zip(solved) {
            let cap = goal.loss_cap.or(goal.cvar_cap);
            match result {
                Ok(solved) => {
                    let solution = self.learn(solved);
                    // Plans of estates that are solved by blocks are a little above the gap, all of them.
                    let is_enough = blocks::suit_many(self.problem)
                        || self.restated(solution.clone())?.status == Status::WithinGap;
                    let is_new = if is_enough {
                        self.admit(solution)
                    } else {
                        self.spare.push(solution);
                        false
                    };
                    if !is_new {
                        self.tried.extend(cap);
                    }
                }
                Err(error) if error.is_end() => return Ok(false),
                // No whole plan lies between two neighbours that are close.
                Err(SolveError::NoPlan) => self.tried.extend(cap),
                Err(error) => return Err(error),
            }
            if cap.is_none() {
                self.priced.push(goal.loss_weight + goal.cvar_weight);
            }
        }
        Ok(true)
    }

    /// Same loss for less cost, and same cost for less loss.
    fn arms(&mut self, as_is: &Baseline) -> Result<(Option<Solution>, Option<Solution>), SolveError> {
        let loss = match self.axis {
            LossMeasure::ExpectedLoss => as_is.risk.expected_loss(),
            LossMeasure::Cvar => as_is.risk.cvar(self.problem.alpha),
        };
        let same_loss = self.arm(&self.capped(loss))?;
        // Money enough for the whole curve: its end is where nobody pays for more.
        let end = self.points.last().filter(|end| end.annual_cost <= as_is.annual_cost).cloned();
        let same_cost = match end {
            Some(end) => Some(self.restated(end)?),
            None => self.arm(&Goal { budget: Some(as_is.annual_cost), ..self.safest() })?,
        };
        Ok((same_loss, same_cost))
    }

    /// A plan beside the curve, restated as what it would be on it; none if the case's limits rule it out.
    fn arm(&mut self, goal: &Goal) -> Result<Option<Solution>, SolveError> {
        let Some(quick) = feasible(self.solve_one(goal, Effort::Quick))? else { return Ok(None) };
        let quick = self.restated(quick)?;
        if quick.status == Status::WithinGap || blocks::suit_many(self.problem) || self.control.interrupted() {
            return Ok(Some(quick));
        }
        let thorough = feasible(self.solve_one(goal, Effort::Thorough))?
            .map(|solution| self.restated(solution))
            .transpose()?;
        Ok(thorough.filter(|better| better.gap <= quick.gap).or(Some(quick)))
    }

    fn finish(
        mut self,
        as_is: Option<Baseline>,
        same_loss: Option<Solution>,
        same_cost: Option<Solution>,
        complete: bool,
    ) -> Result<Frontier, SolveError> {
        let goal = self.total_goal();
        let alpha = self.problem.alpha;
        let total = |solution: &Solution| {
            let cvar = solution.risk.cvar(alpha);
            goal.objective(solution.annual_cost, solution.risk.expected_loss(), cvar)
        };
        let points = std::mem::take(&mut self.points).into_iter();
        let mut points = points.map(|point| self.restated(point)).collect::<Result<Vec<_>, _>>()?;
        let again = |arm: Option<Solution>| arm.map(|plan| self.restated(plan)).transpose();
        let mut same = [again(same_loss)?, again(same_cost)?];
        let plans = points.iter_mut().chain(same.iter_mut().flatten());
        let proven = plans.map(|plan| (best_proof(&self.known.proofs, self.loss_of(plan)), plan)).collect();
        range(self.problem, self.control, proven);
        let [same_loss, same_cost] = same;
        if let Some(beside) = self.beside.filter(|beside| points.iter().all(|point| total(beside) < total(point)))
        {
            let position = points.partition_point(|point| point.annual_cost <= beside.annual_cost);
            points.insert(position, beside);
        }
        let knee = points.iter().enumerate().min_by(|(_, a), (_, b)| total(a).total_cmp(&total(b)));
        let knee = knee.map_or(0, |(position, _)| position);
        Ok(Frontier { points, knee, as_is, same_loss, same_cost, complete })
    }
}
