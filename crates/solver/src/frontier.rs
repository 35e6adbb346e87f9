//! The trade-off curve: the cheapest plan for each of a list of loss caps, refined where the curve is coarsest.

use ballast_model::LossMeasure;
use rayon::prelude::*;

use crate::{
    Baseline, Control, Frontier, Goal, Progress, Solution, SolveError,
    formulation::Cuts,
    problem::{Problem, baseline},
    solve::solve_with,
};

/// Weight of the figure that only breaks ties.
const LITTLE: f64 = 1e-3;

/// The curve ends where avoiding one unit of loss costs more than `1 / STEEPEST` units: nobody pays for what is
/// beyond, and the last few units of loss take longer to prove than all the rest.
const STEEPEST: f64 = 0.25;

/// Points solved side by side; fixed, so that the curve does not depend on the number of threads.
const BATCH: usize = 4;

/// Sweeps the frontier: from the cheapest plan to the safest one, `objective.points` points in all.
///
/// # Errors
/// If the case is infeasible or a solve is not certified. An interrupt ends the sweep early with what there is.
pub fn frontier(problem: &Problem<'_>, control: &Control<'_>) -> Result<Frontier, SolveError> {
    (control.progress)(Progress::Preparing);
    let mut sweep = Sweep::new(problem, control);
    sweep.solve_ends()?;
    let as_is = baseline(problem)?;
    let knee = sweep.solve_one(&sweep.total_goal())?;
    let (same_loss, same_cost) = match &as_is {
        Some(as_is) => sweep.arms(as_is)?,
        None => (None, None),
    };
    sweep.admit(knee);
    while sweep.points.len() < sweep.wanted && !control.interrupted() {
        let caps = sweep.coarsest();
        if caps.is_empty() || !sweep.solve_caps(&caps)? {
            break;
        }
    }
    let complete = !control.interrupted();
    Ok(sweep.finish(as_is, same_loss, same_cost, complete))
}

struct Sweep<'a> {
    problem: &'a Problem<'a>,
    control: &'a Control<'a>,
    axis: LossMeasure,
    wanted: usize,
    cuts: Cuts,
    points: Vec<Solution>,
    /// Middles of segments in which no further plan lies.
    barren: Vec<(f64, f64)>,
}

impl<'a> Sweep<'a> {
    fn new(problem: &'a Problem<'a>, control: &'a Control<'a>) -> Self {
        let objective = &problem.estate.settings().objective;
        Self {
            problem,
            control,
            axis: objective.axis,
            wanted: objective.points.max(2),
            cuts: problem.first_cuts.clone(),
            points: Vec::new(),
            barren: Vec::new(),
        }
    }

    /// The case's own limits hold for every point.
    fn limited(&self, goal: Goal) -> Goal {
        let limits = &self.problem.estate.settings().limits;
        let tighter = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Goal {
            budget: tighter(goal.budget, limits.budget.map(|budget| budget.get())),
            loss_cap: tighter(goal.loss_cap, limits.expected_loss.map(|cap| cap.get())),
            cvar_cap: tighter(goal.cvar_cap, limits.cvar.map(|cap| cap.get())),
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

    fn solve_one(&mut self, goal: &Goal) -> Result<Solution, SolveError> {
        let (solution, new) = solve_with(self.problem, &self.limited(*goal), self.control, &self.cuts)?;
        self.learn(new);
        Ok(solution)
    }

    fn learn(&mut self, new: Cuts) {
        for (known, row) in self.cuts.useful.iter_mut().zip(new.useful) {
            for (known, useful) in known.iter_mut().zip(row) {
                *known |= useful;
            }
        }
        for (process, cut) in new.loss {
            if !self.cuts.loss.iter().any(|(known, other)| *known == process && *other == cut) {
                self.cuts.loss.push((process, cut));
            }
        }
        for cut in new.cvar {
            if !self.cuts.cvar.contains(&cut) {
                self.cuts.cvar.push(cut);
            }
        }
    }

    /// The cheapest plan and the safest one that is worth its cost by far. Each counts the other figure a little, so that among equals the better
    /// one is taken; then the cheapest plan at its loss, with a bound of its own.
    fn solve_ends(&mut self) -> Result<(), SolveError> {
        let safest = self.safest();
        let ends = [
            Goal { loss_weight: LITTLE, ..Goal::CHEAPEST },
            Goal { cost_weight: STEEPEST, ..safest },
        ];
        for end in ends {
            let solution = self.solve_one(&end)?;
            let point = self.solve_one(&self.capped(self.loss_of(&solution)))?;
            self.admit(point);
        }
        Ok(())
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

    /// Caps in the middle of the longest segments of the curve, both axes scaled to 1.
    fn coarsest(&self) -> Vec<f64> {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return Vec::new() };
        let width = (last.annual_cost - first.annual_cost).max(f64::MIN_POSITIVE);
        let height = (self.loss_of(first) - self.loss_of(last)).max(f64::MIN_POSITIVE);
        let mut segments: Vec<(f64, f64)> = self
            .points
            .windows(2)
            .filter_map(|pair| {
                let (upper, lower) = (self.loss_of(&pair[0]), self.loss_of(&pair[1]));
                if self.barren.contains(&(upper, lower)) {
                    return None;
                }
                let length = ((pair[1].annual_cost - pair[0].annual_cost) / width).hypot((upper - lower) / height);
                Some((length, f64::midpoint(upper, lower)))
            })
            .collect();
        segments.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        let missing = self.wanted - self.points.len();
        segments.into_iter().take(BATCH.min(missing)).map(|(_, cap)| cap).collect()
    }

    /// Solves the caps side by side; answers whether the sweep can go on.
    fn solve_caps(&mut self, caps: &[f64]) -> Result<bool, SolveError> {
        let solved: Vec<Result<(Solution, Cuts), SolveError>> = caps
            .par_iter()
            .map(|cap| solve_with(self.problem, &self.limited(self.capped(*cap)), self.control, &self.cuts))
            .collect();
        for (cap, result) in caps.iter().zip(solved) {
            match result {
                Ok((solution, new)) => {
                    self.learn(new);
                    if !self.admit(solution) {
                        self.mark_barren(*cap);
                    }
                }
                Err(SolveError::Interrupted) => return Ok(false),
                // No whole plan lies between two neighbours that are close: the segment is done.
                Err(SolveError::NoPlan) => self.mark_barren(*cap),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn mark_barren(&mut self, cap: f64) {
        let segment = self
            .points
            .windows(2)
            .map(|pair| (self.loss_of(&pair[0]), self.loss_of(&pair[1])))
            .find(|(upper, lower)| (*lower..=*upper).contains(&cap));
        self.barren.extend(segment);
    }

    /// Same loss for less cost, and same cost for less loss.
    fn arms(&mut self, as_is: &Baseline) -> Result<(Option<Solution>, Option<Solution>), SolveError> {
        let loss = match self.axis {
            LossMeasure::ExpectedLoss => as_is.risk.expected_loss(),
            LossMeasure::Cvar => as_is.risk.cvar(self.problem.alpha),
        };
        let same_loss = feasible(self.solve_one(&self.capped(loss)))?;
        let least = Goal { budget: Some(as_is.annual_cost), ..self.safest() };
        let same_cost = feasible(self.solve_one(&least))?;
        for arm in [&same_loss, &same_cost].into_iter().flatten() {
            let is_capped = arm.goal.loss_cap.is_some() || arm.goal.cvar_cap.is_some();
            if is_capped && self.points.len() < self.wanted {
                self.admit(arm.clone());
            }
        }
        Ok((same_loss, same_cost))
    }

    fn finish(
        self,
        as_is: Option<Baseline>,
        same_loss: Option<Solution>,
        same_cost: Option<Solution>,
        complete: bool,
    ) -> Frontier {
        let goal = self.total_goal();
        let total = |solution: &Solution| {
            goal.objective(solution.annual_cost, solution.risk.expected_loss(), solution.risk.cvar(self.problem.alpha))
        };
        let knee = self
            .points
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| total(a).total_cmp(&total(b)))
            .map_or(0, |(position, _)| position);
        Frontier { points: self.points, knee, as_is, same_loss, same_cost, complete }
    }
}

/// An arm that the case's limits make infeasible is missing, not an error.
fn feasible(solved: Result<Solution, SolveError>) -> Result<Option<Solution>, SolveError> {
    match solved {
        Ok(solution) => Ok(Some(solution)),
        Err(SolveError::Infeasible { .. } | SolveError::NoPlan) => Ok(None),
        Err(error) => Err(error),
    }
}
