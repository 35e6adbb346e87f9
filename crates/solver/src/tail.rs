//! CVaR as an expected loss in which bad years count for more.
//!
//! CVaR is the greatest of all expected losses whose years count at most `1 / (1 - alpha)` times their probability
//! (Rockafellar, Uryasev and Zabarankin 2006). So with the years reweighted in any such way the optimum is a lower
//! bound, and with the weights that the relaxation's duals give it is as good a bound as the relaxation's. The problem
//! over reweighted years has no CVaR: whatever knows expected losses, such as the bound that keeps whole plans whole and
//! the local search, works on it.

use ballast_risk::EventSet;
use rayon::prelude::*;

use crate::{
    Goal, SolveError,
    bounds::Multipliers,
    local_search::Choice,
    problem::Problem,
    relaxation::{Relaxed, Search},
    solve::{Effort, Found, best_plan},
    whole::{Whole, better},
};

/// Times that the cap on the loss of the reweighted years is set anew.
const TRIES: usize = 6;
/// A cap that is used up to this part is.
const USED: f64 = 0.999;
/// Least improvement that counts, relative to the objective.
const LEAST: f64 = 1e-9;

/// Moves of one workload that are looked at for each step to a better plan.
const LOOKED_AT: usize = 32;
/// Steps to better plans, at most.
const STEPS: usize = 60;

/// The least that a unit of cost or loss is worth, relative to the other: what has no worth has no least figure.
const LEAST_WORTH: f64 = 1e-6;

/// What costs and losses are worth for one goal at prices of its caps.
#[derive(Debug, Clone)]
pub(crate) struct Worth {
    /// The price of the budget; none if the budget stays a cap.
    pub(crate) budget: Option<f64>,
    /// Of a unit of expected loss.
    pub(crate) expected: f64,
    /// Of a unit of CVaR.
    pub(crate) cvar: f64,
    /// By year: how a unit of its loss counts; they add up to both.
    pub(crate) years: Vec<f64>,
    /// What caps give back of it, money per year.
    pub(crate) given_back: f64,
}

impl Worth {
    /// At the relaxation's duals; none if no loss has a price.
    fn of(search: &Search<'_>, relaxed: &Relaxed) -> Option<Self> {
        let (goal, prices) = (search.goal, &relaxed.prices);
        let expected = prices.loss_price(goal).max(0.0);
        let cvar: f64 = prices.cvar_cuts.iter().map(|(_, dual)| dual).sum();
        let tails = prices.cvar_cuts.iter().map(|(tail, dual)| (&tail.years, *dual));
        let years = years(search.problem.events.weights(), expected, tails);
        let of_cap = |dual: f64, cap: Option<f64>| -dual * cap.unwrap_or_default();
        let given_back = of_cap(prices.loss_cap, goal.loss_cap) + of_cap(prices.cvar_cap, goal.cvar_cap);
        (expected + cvar > 0.0).then_some(Self { budget: None, expected, cvar, years, given_back })
    }

    /// At these prices of the budget and of the caps on expected loss and on CVaR, where years count in CVaR by `tails`
    /// with their parts of its worth; like their probabilities if there are none.
    pub(crate) fn new(problem: &Problem<'_>, goal: &Goal, prices: [f64; 3], tails: &[(&Vec<f64>, f64)]) -> Self {
        let [mut budget, mut loss_cap, mut cvar_cap] = prices;
        let of_losses = goal.loss_weight + loss_cap + goal.cvar_weight + cvar_cap;
        if goal.cost_weight + budget <= 0.0 {
            budget = LEAST_WORTH * of_losses;
        } else if of_losses <= 0.0 {
            let least = LEAST_WORTH * (goal.cost_weight + budget);
            *if goal.loss_cap.is_some() { &mut loss_cap } else { &mut cvar_cap } = least;
        }
        let (expected, cvar) = (goal.loss_weight + loss_cap, goal.cvar_weight + cvar_cap);
        let probabilities = problem.events.weights();
        let parts: f64 = tails.iter().map(|(_, part)| part).sum();
        let years = if parts > 0.0 {
            let tails = tails.iter().map(|(tail, part)| (*tail, cvar * part / parts));
            years(probabilities, expected, tails)
        } else {
            years(probabilities, expected + cvar, [])
        };
        let caps = [(budget, goal.budget), (loss_cap, goal.loss_cap), (cvar_cap, goal.cvar_cap)];
        let given_back = caps.into_iter().map(|(price, cap)| price * cap.unwrap_or_default()).sum();
        Self { budget: Some(budget), expected, cvar, years, given_back }
    }

    /// This part of `other` and the rest of `self`.
    pub(crate) fn blended(&self, other: &Self, part: f64) -> Self {
        let of = |one: f64, other: f64| (1.0 - part) * one + part * other;
        Self {
            budget: self.budget.zip(other.budget).map(|(one, other)| of(one, other)),
            expected: of(self.expected, other.expected),
            cvar: of(self.cvar, other.cvar),
            years: self.years.iter().zip(&other.years).map(|(one, other)| of(*one, *other)).collect(),
            given_back: of(self.given_back, other.given_back),
        }
    }

    /// Of a unit of cost.
    pub(crate) fn cost(&self, goal: &Goal) -> f64 {
        goal.cost_weight + self.budget.unwrap_or_default()
    }

    /// How the years count for a plan whose worst years have these weights.
    pub(crate) fn at(&self, probabilities: &[f64], tail: &Vec<f64>) -> Vec<f64> {
        years(probabilities, self.expected, [(tail, self.cvar)])
    }

    /// The same with years by this part nearer to where a plan with this tail loses.
    pub(crate) fn nearer(&self, probabilities: &[f64], tail: &Vec<f64>, part: f64) -> Self {
        self.blended(&Self { years: self.at(probabilities, tail), ..self.clone() }, part)
    }

    /// The goal over years that count like this: costs and losses at their prices, without the caps that have one.
    pub(crate) fn goal(&self, goal: &Goal) -> Goal {
        Goal {
            cost_weight: self.cost(goal),
            loss_weight: self.expected + self.cvar,
            budget: goal.budget.filter(|_| self.budget.is_none()),
            ..Goal::CHEAPEST
        }
    }
}

/// By year: its probability at the worth of expected loss, and its weights in CVaR at theirs.
fn years<'a>(
    probabilities: &[f64],
    expected: f64,
    tails: impl IntoIterator<Item = (&'a Vec<f64>, f64)>,
) -> Vec<f64> {
    let mut years: Vec<f64> = probabilities.iter().map(|part| expected * part).collect();
    for (tail, worth) in tails {
        for (sum, part) in years.iter_mut().zip(tail) {
            *sum += worth * part;
        }
    }
    years
}

impl Search<'_> {
    /// A bound in units of [`crate::Problem::money_unit`], and the best plan that came up; none if no loss has a price, or
    /// nothing came up.
    ///
    /// # Errors
    /// If a programme over the reweighted years is not solved.
    pub(crate) fn by_tilted_years(
        &mut self,
        relaxed: &Relaxed,
    ) -> Result<Option<(f64, Option<Whole>)>, SolveError> {
        let Some(worth) = Worth::of(self, relaxed) else { return Ok(None) };
        let problem = self.problem;
        let priced = worth.goal(self.goal);
        let events = problem.events.reweighted(&worth.years);
        let found = match self.over(&events, &priced) {
            Ok(found) => found,
            Err(error) if is_without_answer(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let bound = found.bound - worth.given_back / problem.money_unit;
        let mut best = self.confirmed(found.whole.mix.clone());
        let is_capped_only = self.goal.loss_weight == 0.0 && self.goal.cvar_weight == 0.0;
        match self.goal.cvar_cap {
            Some(cap) if is_capped_only && self.goal.loss_cap.is_none() => {
                best = better(best, self.under_cap(&events, cap, bound)?);
            }
            _ => {}
        }
        if let Some(whole) = best.take() {
            best = Some(self.polished(whole, &worth, &found.multipliers, bound));
        }
        Ok(Some((bound, best)))
    }

    /// Cheapest plans whose loss over the reweighted years is capped, the cap moved until CVaR is just within its own.
    fn under_cap(&mut self, events: &EventSet, cap: f64, bound: f64) -> Result<Option<Whole>, SolveError> {
        let mut best: Option<Whole> = None;
        let mut inner = cap;
        for _ in 0..TRIES {
            let is_met = best.as_ref().is_some_and(|whole| self.met(whole, bound));
            if is_met || inner <= 0.0 || self.control.interrupted() {
                break;
            }
            let goal = Goal { loss_cap: Some(inner), cvar_cap: None, ..*self.goal };
            let found = match self.over(events, &goal) {
                Ok(found) => found,
                Err(SolveError::Infeasible { .. }) => break,
                Err(error) if is_without_answer(&error) => break,
                Err(error) => return Err(error),
            };
            let (_, cvar, _) = self.problem.risk_of(&found.whole.mix);
            best = better(best, self.confirmed(found.whole.mix));
            if cvar <= cap && cvar >= USED * cap {
                break;
            }
            inner += cap - cvar;
        }
        Ok(best)
    }

    /// The best plan that single moves lead to, each of which is an improvement in truth.
    ///
    /// The worst years of a plan are the worst for it: at their weights a move seems no worse than it is.
    pub(crate) fn polished(&self, whole: Whole, worth: &Worth, multipliers: &Multipliers, bound: f64) -> Whole {
        let problem = self.problem;
        let candidates = self.all_candidates(multipliers);
        let priced = worth.goal(self.goal);
        let mut best = whole;
        for _ in 0..STEPS {
            let options: Option<Vec<usize>> = best.mix.iter().map(|parts| Some(parts.first()?.0)).collect();
            let Some(options) = options.filter(|_| !self.met(&best, bound) && !self.control.interrupted()) else {
                break;
            };
            let (_, _, tail) = problem.risk_of(&best.mix);
            let events = problem.events.reweighted(&worth.at(problem.events.weights(), &tail));
            let other = problem.over(&events);
            let moves = Choice::new(&other, &priced, options).best_moves(&candidates, LOOKED_AT);
            let after = |(workload, option): &(usize, usize)| {
                let mut mix = best.mix.clone();
                mix[*workload] = vec![(*option, 1.0)];
                self.confirmed(mix).filter(|found| found.objective < best.objective * (1.0 - LEAST))
            };
            let found: Vec<Option<Whole>> = moves.par_iter().map(after).collect();
            let Some(next) = found.into_iter().fold(None, better) else { break };
            best = next;
        }
        best
    }

    /// The best plan for a goal over the same events with other probabilities of their years.
    fn over(&mut self, events: &EventSet, goal: &Goal) -> Result<Found, SolveError> {
        let problem = self.problem.over(events);
        let mut known = problem.first.clone();
        known.useful.clone_from(&self.known.useful);
        known.plans.clone_from(&self.known.plans);
        let mut search = Search::new(&problem, goal, self.control, known);
        let found = best_plan(&mut search, Effort::Glance)?;
        self.programmes += search.programmes;
        self.remember(&found.whole.mix);
        Ok(found)
    }
}

/// Whether a search came up with nothing, perhaps because the run is to end: what is known without it still holds.
pub(crate) fn is_without_answer(error: &SolveError) -> bool {
    *error == SolveError::NoPlan || error.is_end()
}
