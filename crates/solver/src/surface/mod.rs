//! The trade-off of cost, expected loss and CVaR at once, or of both losses at a budget: plans, and a proof of how far
//! they are from all others.
//!
//! Every solve for prices of loss and CVaR gives a plan and a half-space that holds for every plan. Mixes of the plans
//! are a surface from inside, what the half-spaces leave is one from outside; the next prices are those at which the two
//! are farthest apart (sandwich algorithms after Benson 1998 and Bokrantz and Forsgren 2013). So for any prices
//! within the corners the best of the plans is within the proven distance of the best plan that there is.

mod geometry;

use ballast_model::MoneyPerYear;
use rayon::prelude::*;

use self::geometry::{AXES, Corner, HalfSpace, Point, corners, dot};
use crate::{
    Baseline, Control, Goal, Progress, Solution, SolveError,
    formulation::Known,
    problem::{Problem, baseline},
    solve::{Effort, Solved, solve_with},
};

/// Prices at the corners: a unit of cost is worth a quarter of a unit of loss at least, as on the curve.
const STEEPEST: f64 = 0.25;
/// A weight that decides between plans that are else alike.
const LITTLE: f64 = 1e-3;
/// Goals solved side by side; fixed, so that the surface does not depend on the number of threads.
const BATCH: usize = 4;
/// Solves for every plan that is asked for, at most: some give a plan that is there already.
const SOLVES_PER_PLAN: usize = 3;
/// Weights that differ by less than this part of their sum are the same.
const SAME: f64 = 1e-5;

/// What a surface is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// The most that a plan may cost, where only the two losses are traded off; none for all three measures.
    pub budget: Option<f64>,
    /// The distance at which it is near enough, relative.
    pub distance: f64,
    /// Plans at most.
    pub plans: usize,
}

/// What one solve says of every plan: its weighted sum of the measures is no less.
#[derive(Debug, Clone, PartialEq)]
pub struct Support {
    /// Position of the best of the plans at these weights.
    pub plan: usize,
    /// Weights of annual cost, expected loss and CVaR.
    pub weights: [f64; 3],
    /// The plan's weighted sum, money per year.
    pub objective: f64,
    /// No plan's is lower; proven.
    pub bound: f64,
    /// `(objective - bound) / objective`.
    pub gap: f64,
}

/// The trade-off of two or three measures.
#[derive(Debug, Clone)]
pub struct Surface {
    /// By rising annual cost; none is worse than another in all three measures.
    pub points: Vec<Solution>,
    /// Position of the plan with the lowest total of cost and weighted loss.
    pub knee: usize,
    /// Today's plan, where `placement.csv` gives it.
    pub as_is: Option<Baseline>,
    /// By falling weight of cost, then of expected loss.
    pub supports: Vec<Support>,
    /// Whatever loss and CVaR are worth within the corners, no plan's weighted sum is lower than that of the best of
    /// `points` by more than this part of it; proven.
    pub distance: f64,
    /// What that distance was asked to be.
    pub wanted: f64,
    /// Corners whose plan was not found before the search was ended: all plans are as far as the other corners tell.
    pub corners_left: usize,
    /// Whether a limit or an interrupt ended the search before it was near enough or had its plans.
    pub complete: bool,
}

/// Finds plans until every plan is within a proven distance of a mix of them, or there are enough.
///
/// # Errors
/// If the case is infeasible or a solve is not certified. An interrupt or a time limit ends the search early with what
/// there is, once there is a plan.
pub fn surface(problem: &Problem<'_>, reach: Reach, control: &Control<'_>) -> Result<Surface, SolveError> {
    (control.progress)(Progress::Preparing);
    let as_is = baseline(problem)?;
    let mut search = Search::new(problem, reach, control);
    for corner in AXES.into_iter().take(search.corners.len()) {
        if control.interrupted() && !search.points.is_empty() {
            break;
        }
        let solved = solve_with(problem, &search.goal(&corner), control, &search.known, Effort::Thorough);
        match solved {
            Ok(solved) => search.take(corner, solved),
            Err(error) if error.is_end() && !search.points.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    search.set_units();
    while let Some(weights) = search.next() {
        if !search.solve(&weights)? {
            break;
        }
    }
    Ok(search.finish(as_is))
}

struct Search<'a> {
    problem: &'a Problem<'a>,
    reach: Reach,
    control: &'a Control<'a>,
    /// Weights of cost, loss and CVaR that all others are mixed from.
    corners: Vec<Point>,
    /// What the plans of the corners come to there on average: sums are in these units, so that they are of one size.
    units: Point,
    known: Known,
    points: Vec<Solution>,
    /// Weights of the corners, with the bound that was proven for the goal at them.
    proven: Vec<(Point, f64)>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem<'a>, reach: Reach, control: &'a Control<'a>) -> Self {
        let safest = if reach.budget.is_some() { LITTLE } else { STEEPEST };
        let mut corners = vec![[safest, 1.0, LITTLE], [safest, LITTLE, 1.0]];
        if reach.budget.is_none() {
            corners.insert(0, [1.0, LITTLE, LITTLE]);
        }
        let known = problem.first.clone();
        Self { problem, reach, control, corners, units: [1.0; 3], known, points: Vec::new(), proven: Vec::new() }
    }

    /// The goal at these weights of the corners within the case's limits.
    fn goal(&self, of_corners: &Point) -> Goal {
        let limits = &self.problem.estate.settings().limits;
        let weights = self.weights(of_corners);
        let [cost_weight, loss_weight, cvar_weight] = weights.map(|weight| weight / self.scale(&weights));
        let limit = limits.budget.map(MoneyPerYear::get);
        Goal {
            cost_weight,
            loss_weight,
            cvar_weight,
            budget: [self.reach.budget, limit].into_iter().flatten().reduce(f64::min),
            loss_cap: limits.expected_loss.map(MoneyPerYear::get),
            cvar_cap: limits.cvar.map(MoneyPerYear::get),
        }
    }

    /// What goals are stated per unit of: cost, where it is one of the measures, else both losses.
    fn scale(&self, weights: &Point) -> f64 {
        if self.reach.budget.is_some() { weights[1] + weights[2] } else { weights[0] }
    }

    fn figures(&self, solution: &Solution) -> Point {
        [solution.annual_cost, solution.expected_loss(), solution.risk.cvar(self.problem.alpha)]
    }

    /// What the measures add up to at every corner: weights between the corners are weights of these, none of them below
    /// 0. A third one that is the same for all fills up where there are two corners.
    fn seen_from_corners(&self, point: &Point) -> Point {
        let mut sums = [1.0; 3];
        for ((sum, corner), unit) in sums.iter_mut().zip(&self.corners).zip(&self.units) {
            *sum = dot(corner, point) / unit;
        }
        sums
    }

    fn set_units(&mut self) {
        let seen: Vec<Point> =
            self.points.iter().map(|found| self.seen_from_corners(&self.figures(found))).collect();
        for (at, unit) in self.units.iter_mut().enumerate() {
            let mean = seen.iter().map(|sums| sums[at]).sum::<f64>() / seen.len().max(1) as f64;
            // Where nothing costs or loses anything there is nothing to compare.
            *unit = if mean > 0.0 { mean } else { 1.0 };
        }
    }

    /// The weights of cost, loss and CVaR that these weights of the corners come to.
    fn weights(&self, of_corners: &Point) -> Point {
        let mut weights = [0.0; 3];
        for ((part, corner), unit) in of_corners.iter().zip(&self.corners).zip(&self.units) {
            for (sum, weight) in weights.iter_mut().zip(corner) {
                *sum += part / unit * weight;
            }
        }
        weights
    }

    fn half_spaces(&self) -> Vec<HalfSpace> {
        let space = |(of_corners, bound): &(Point, f64)| HalfSpace {
            weights: *of_corners,
            bound: bound * self.scale(&self.weights(of_corners)),
        };
        let mut spaces: Vec<HalfSpace> = self.proven.iter().map(space).collect();
        spaces.extend(self.implied(&spaces));
        if self.corners.len() == 2 {
            spaces.push(HalfSpace { weights: [0.0, 0.0, 1.0], bound: 1.0 });
        }
        spaces
    }

    /// Corners that have no plan and so no proof of their own.
    fn left(&self) -> impl Iterator<Item = usize> {
        let is_solved = |at: &usize| self.proven.iter().any(|(weights, _)| alike(weights, &AXES[*at]));
        (0..self.corners.len()).filter(move |at| !is_solved(at))
    }

    /// What the corners with a proof say of the others: their sums are no less than this part of the proven ones.
    fn implied(&self, spaces: &[HalfSpace]) -> Vec<HalfSpace> {
        let best = |at: usize| {
            let of_known = spaces.iter().map(|space| {
                let solved = self.weights(&space.weights);
                least_part(&self.corners[at], &solved) * space.bound / self.units[at]
            });
            of_known.fold(0.0, f64::max)
        };
        self.left().map(|at| HalfSpace { weights: AXES[at], bound: best(at) }).collect()
    }

    /// Where plans and proofs are apart, the farthest first.
    fn apart(&self) -> Vec<Corner> {
        let points: Vec<Point> =
            self.points.iter().map(|found| self.seen_from_corners(&self.figures(found))).collect();
        corners(&self.half_spaces(), &points)
    }

    /// The next weights of the corners, new ones; none if it is near enough, there are enough plans, or all was tried.
    fn next(&self) -> Option<Vec<Point>> {
        let most = SOLVES_PER_PLAN * self.reach.plans;
        if self.points.len() >= self.reach.plans || self.proven.len() >= most || self.control.interrupted() {
            return None;
        }
        let at_once = BATCH.min(most - self.proven.len()).min(self.reach.plans - self.points.len());
        let mut chosen: Vec<Point> = Vec::new();
        for corner in self.apart() {
            if corner.distance <= self.reach.distance || chosen.len() == at_once {
                break;
            }
            let mut known = self.proven.iter().map(|(weights, _)| weights).chain(&chosen);
            if known.all(|known| !alike(known, &corner.weights)) {
                chosen.push(corner.weights);
            }
        }
        (!chosen.is_empty()).then_some(chosen)
    }

    /// Solves the goals at these weights side by side; answers whether to go on.
    fn solve(&mut self, weights: &[Point]) -> Result<bool, SolveError> {
        let solve = |weights: &Point| {
            solve_with(self.problem, &self.goal(weights), self.control, &self.known, Effort::Quick)
        };
        let solved: Vec<Result<Solved, SolveError>> = weights.par_iter().map(solve).collect();
        for (weights, solved) in weights.iter().zip(solved) {
            match solved {
                Ok(solved) => self.take(*weights, solved),
                Err(error) if error.is_end() => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Keeps what a solve has proven, and its plan unless one that is there is as good in every measure.
    fn take(&mut self, of_corners: Point, solved: Solved) {
        self.known.learn(solved.known);
        let solution = solved.solution;
        self.proven.push((of_corners, solution.lower_bound));
        let new = self.figures(&solution);
        let is_as_good = |a: &Point, b: &Point| a.iter().zip(b).all(|(a, b)| *a <= b * (1.0 + 1e-9));
        if self.points.iter().any(|known| is_as_good(&self.figures(known), &new)) {
            return;
        }
        let kept: Vec<Solution> = std::mem::take(&mut self.points);
        self.points = kept.into_iter().filter(|known| !is_as_good(&new, &self.figures(known))).collect();
        (self.control.progress)(Progress::Point {
            done: self.points.len() + 1,
            of: self.reach.plans,
            annual_cost: solution.annual_cost,
            expected_loss: solution.expected_loss(),
            gap: solution.gap,
        });
        self.points.push(solution);
        self.points.sort_by(|a, b| a.annual_cost.total_cmp(&b.annual_cost));
    }

    fn finish(self, as_is: Option<Baseline>) -> Surface {
        let figures: Vec<Point> = self.points.iter().map(|found| self.figures(found)).collect();
        let objective = &self.problem.estate.settings().objective;
        let total = Goal::total(objective.loss_weight, objective.risk_aversion);
        let best_at = |weights: &Point| {
            let sums = figures.iter().map(|point| dot(weights, point)).enumerate();
            sums.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
        };
        let mut supports: Vec<Support> = self
            .proven
            .iter()
            .map(|(of_corners, bound)| {
                let goal = self.goal(of_corners);
                let weights = [goal.cost_weight, goal.loss_weight, goal.cvar_weight];
                let (plan, objective) = best_at(&weights);
                let bound = bound.min(objective);
                let gap = if objective == 0.0 { 0.0 } else { (objective - bound) / objective };
                Support { plan, weights, objective, bound, gap }
            })
            .collect();
        // Of all weights per unit of their sum.
        let part = |support: &Support, at: usize| support.weights[at] / support.weights.iter().sum::<f64>();
        supports.sort_by(|a, b| part(b, 0).total_cmp(&part(a, 0)).then(part(b, 1).total_cmp(&part(a, 1))));
        let knee = best_at(&[total.cost_weight, total.loss_weight, total.cvar_weight]).0;
        Surface {
            knee,
            as_is,
            supports,
            // Of the plan's own sum, as gaps are.
            distance: self.apart().first().map_or(0.0, |corner| part_of_plan(corner.distance)),
            corners_left: self.left().count(),
            wanted: self.reach.distance,
            complete: !self.control.interrupted(),
            points: self.points,
        }
    }
}

/// The greatest part of what one sum of the measures comes to that another one is never below. Cost and loss are never
/// below 0, and CVaR is never below expected loss: so it is enough to look at the three plans that all are mixed of.
fn least_part(one: &Point, of: &Point) -> f64 {
    let extremes: [Point; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]];
    let parts = extremes.iter().map(|plan| dot(one, plan) / dot(of, plan));
    parts.fold(f64::INFINITY, f64::min)
}

/// A distance of what is proven, as a part of the plan's own sum: all of it where nothing is proven.
fn part_of_plan(distance: f64) -> f64 {
    if distance.is_finite() { distance / (1.0 + distance) } else { 1.0 }
}

/// Whether weights of the corners, which add up to 1, are the same but for rounding.
fn alike(a: &Point, b: &Point) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < SAME)
}
