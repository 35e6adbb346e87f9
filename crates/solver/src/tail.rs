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

/// What losses are worth for one goal at the prices of its relaxation.
struct Tilt {
    /// Of a unit of expected loss.
    expected: f64,
    /// Of a unit of CVaR.
    cvar: f64,
    /// By year: how a unit of its loss counts at the relaxation; they add up to both prices.
    years: Vec<f64>,
    /// What caps give back of it, money per year.
    given_back: f64,
}

impl Tilt {
    /// At the relaxation's duals; none if no loss has a price.
    fn of(search: &Search<'_>, relaxed: &Relaxed) -> Option<Self> {
        let (goal, prices) = (search.goal, &relaxed.prices);
        let expected = prices.loss_price(goal).max(0.0);
        let cvar: f64 = prices.cvar_cuts.iter().map(|(_, dual)| dual).sum();
        let mut years: Vec<f64> = search.problem.events.weights().iter().map(|part| expected * part).collect();
        for (tail, dual) in &prices.cvar_cuts {
            for (sum, part) in years.iter_mut().zip(&tail.years) {
                *sum += dual * part;
            }
        }
        let of_cap = |dual: f64, cap: Option<f64>| -dual * cap.unwrap_or_default();
        let given_back = of_cap(prices.loss_cap, goal.loss_cap) + of_cap(prices.cvar_cap, goal.cvar_cap);
        (expected + cvar > 0.0).then_some(Self { expected, cvar, years, given_back })
    }

    /// How the years count for a plan whose worst years have these weights.
    fn at(&self, probabilities: &[f64], tail: &[f64]) -> Vec<f64> {
        let parts = probabilities.iter().zip(tail);
        parts.map(|(probability, tail)| self.expected * probability + self.cvar * tail).collect()
    }

    /// The goal over years that count like this: losses at their prices, without caps on them.
    fn goal(&self, goal: &Goal) -> Goal {
        Goal { loss_weight: self.expected + self.cvar, cvar_weight: 0.0, loss_cap: None, cvar_cap: None, ..*goal }
    }
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
        let Some(tilt) = Tilt::of(self, relaxed) else { return Ok(None) };
        let problem = self.problem;
        let priced = tilt.goal(self.goal);
        let events = problem.events.reweighted(&tilt.years);
        let found = match self.over(&events, &priced) {
            Ok(found) => found,
            Err(error) if is_without_answer(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let bound = found.bound - tilt.given_back / problem.money_unit;
        let mut best = self.confirmed(found.whole.mix.clone());
        let is_capped_only = self.goal.loss_weight == 0.0 && self.goal.cvar_weight == 0.0;
        match self.goal.cvar_cap {
            Some(cap) if is_capped_only && self.goal.loss_cap.is_none() => {
                best = better(best, self.under_cap(&events, cap, bound)?);
            }
            _ => {}
        }
        if let Some(whole) = best.take() {
            best = Some(self.polished(whole, &tilt, &found.multipliers, bound));
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
    fn polished(&self, whole: Whole, tilt: &Tilt, multipliers: &Multipliers, bound: f64) -> Whole {
        let problem = self.problem;
        let candidates = self.all_candidates(multipliers);
        let priced = tilt.goal(self.goal);
        let mut best = whole;
        for _ in 0..STEPS {
            let options: Option<Vec<usize>> = best.mix.iter().map(|parts| Some(parts.first()?.0)).collect();
            let Some(options) = options.filter(|_| !self.met(&best, bound) && !self.control.interrupted()) else {
                break;
            };
            let (_, _, tail) = problem.risk_of(&best.mix);
            let events = problem.events.reweighted(&tilt.at(problem.events.weights(), &tail));
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
        let mut search =
            Search { problem: &problem, goal, control: self.control, known, programmes: 0, center: None };
        let found = best_plan(&mut search, Effort::Glance)?;
        self.programmes += search.programmes;
        self.remember(&found.whole.mix);
        Ok(found)
    }
}

/// Whether a search came up with nothing, perhaps because the run is to end: what is known without it still holds.
fn is_without_answer(error: &SolveError) -> bool {
    *error == SolveError::NoPlan || error.is_end()
}
