//! Goals with caps or CVaR on estates of many processes: Dantzig-Wolfe decomposition by what couples everything.
//!
//! Given what a unit of cost and the loss of each year are worth, nothing but limits couples processes, and the
//! relaxation by blocks answers with a mix. A master programme over the mixes so far finds their best mixture under the
//! goal's own caps; its multipliers are the next worths, until no mix is better at them (Dantzig and Wolfe 1960). CVaR
//! enters by cuts at mixtures, which give years their weights (Künzi-Bay and Mayer 2006). At the last worths the goal has
//! neither caps nor CVaR: the bound and the plan that are found for it are a bound, and nearly a plan, for the goal.

mod master;
mod mixing;

use std::sync::Arc;

use crate::{
    Goal, Progress, Range, Relaxation, ShadowPrice, SolveError, blocks,
    bounds::Multipliers,
    choices::Together,
    losses::Mix,
    problem::Problem,
    relaxation::Search,
    solve::{Effort, Found, best_plan},
    tail::{Worth, is_without_answer},
    whole::{Whole, better, options_of, whole_mix},
};

use master::{Figures, Master, Mixture, cost_of};

/// Processes of a block: in one pass larger blocks prove more.
const SIZE: usize = 60;
/// Mixes at most.
const ROUNDS: usize = 30;
/// What a mix may promise when the master programme is done, relative to its value.
const TOLERANCE: f64 = 3e-4;
/// The same as a part of the gap that is asked for, if that is less.
const OF_GAP: f64 = 0.1;
/// How many times more a unit beyond a cap costs if that is too little.
const DEARER: f64 = 30.0;
/// Workloads at most for plans to be made better by single moves.
const POLISHED: usize = 500;
/// How far the next worths are those that were best so far.
const STAY: f64 = 0.5;
/// A cap that nothing keeps at this price is not looked at any more.
const DEAREST: f64 = 1e9;

/// Whether `goal` is solved by the worths of costs and losses: it has caps or CVaR, and too much for one programme.
pub(crate) fn suits(problem: &Problem<'_>, goal: &Goal) -> bool {
    let has_figures = goal.loss_weight > 0.0 || goal.loss_cap.is_some() || goal.needs_cvar();
    let has_costs = goal.cost_weight > 0.0 || goal.budget.is_some();
    let is_much = blocks::suit(problem) || goal.needs_cvar() && problem.is_large() && blocks::can_be(problem);
    is_much && has_figures && has_costs && !blocks::suit_goal(goal) && !problem.losses.processes.is_empty()
}

/// The worths to begin with: as in the goal, or 1 for what counts because of its cap alone.
fn first(problem: &Problem<'_>, goal: &Goal) -> Worth {
    let of_losses = goal.loss_weight + goal.cvar_weight;
    let if_none = |worth: f64, cap: Option<f64>| if worth <= 0.0 && cap.is_some() { 1.0 } else { 0.0 };
    let prices = [
        if_none(goal.cost_weight, goal.budget),
        if_none(of_losses, goal.loss_cap),
        if_none(of_losses, goal.cvar_cap),
    ];
    Worth::new(problem, goal, prices, &[])
}

impl Search<'_> {
    /// The best whole plan for a goal with caps or CVaR, with its proof.
    ///
    /// # Errors
    /// If the caps are more than any plan keeps, or no plan was found.
    pub(crate) fn best_by_worths(&mut self, effort: Effort) -> Result<Found, SolveError> {
        let (problem, goal) = (self.problem, self.goal);
        let (mut worth, met) = self.worths()?;
        let has_tail = worth.cvar > 0.0;
        let mut best: Option<Whole> = None;
        let mut proven: Option<(f64, Arc<Multipliers>)> = None;
        // Whole plans show what the tail is worth to them, which proves more and is worth a second look.
        let efforts = if has_tail { vec![Effort::Glance, effort] } else { vec![effort] };
        for effort in efforts {
            let found = match self.at_worth(&worth, effort) {
                Err(error) if proven.is_some() && is_without_answer(&error) => break,
                other => other?,
            };
            self.remember(&found.whole.mix);
            let at_worth = found.bound - worth.given_back / problem.money_unit;
            let multipliers = Arc::new(with_caps(&found.multipliers, goal, &worth));
            let prices = (worth.expected - goal.loss_weight, worth.cvar - goal.cvar_weight);
            self.prove_at(at_worth, prices, &multipliers);
            let bound = proven.as_ref().map_or(at_worth, |(known, _)| known.max(at_worth));
            if bound == at_worth {
                proven = Some((bound, multipliers));
            }
            best = better(best, self.confirmed(found.whole.mix.clone()));
            if best.as_ref().is_some_and(|whole| self.met(whole, bound)) {
                break;
            }
            let Some(options) = options_of(&found.whole.mix) else { break };
            if has_tail {
                // At the last worths a plan may have what is shared where few years make it dear: one that was met
                // before then is the better start.
                let other = met.as_ref().and_then(|met| self.kept_within_limits(met, &worth, &found.multipliers));
                best = better(best, other);
                let start = best.as_ref().and_then(|whole| options_of(&whole.mix));
                let start = start.unwrap_or_else(|| options.clone());
                let (mixed, next) = self.mixed(start, &worth, &found.multipliers, bound);
                best = better(best, mixed);
                if best.is_none() {
                    let mut starts = std::iter::once(options).chain(met.clone()).chain(self.near_caps());
                    best = starts.find_map(|start| self.exchanged(start, &worth, &found.multipliers));
                }
                best = best.map(|whole| self.descended(whole, &worth, &found.multipliers, bound));
                // Where workloads are few, single moves matter.
                if let Some(whole) = best.take_if(|_| problem.options.options.len() <= POLISHED) {
                    best = Some(self.polished(whole, &worth, &found.multipliers, bound));
                }
                worth = next;
            } else {
                let starts = std::iter::once(options).chain(self.near_caps()).collect();
                let prices = (worth.budget.unwrap_or_default(), worth.expected - goal.loss_weight);
                best = better(best, self.search_from(&found.multipliers, prices, starts));
            }
            if best.as_ref().is_some_and(|whole| self.met(whole, bound)) || self.control.interrupted() {
                break;
            }
        }
        let (bound, multipliers) = proven.ok_or(SolveError::NoPlan)?;
        Ok(Found { whole: best.ok_or(SolveError::NoPlan)?, bound, multipliers })
    }

    /// The best plan and bound at these worths.
    fn at_worth(&mut self, worth: &Worth, effort: Effort) -> Result<Found, SolveError> {
        let (found, programmes, known) = self.priced(worth, |search| {
            let found = best_plan(search, effort);
            (found, search.programmes, std::mem::take(&mut search.known))
        });
        self.programmes += programmes;
        if worth.cvar <= 0.0 {
            self.known = known;
        }
        found
    }

    /// What a unit of cost and the losses of years are worth, and of the plans on the way the best one for the goal,
    /// whatever caps and limits say.
    fn worths(&mut self) -> Result<(Worth, Option<Vec<usize>>), SolveError> {
        let (problem, goal, control) = (self.problem, self.goal, self.control);
        let tolerance = TOLERANCE.min(OF_GAP * self.wanted());
        let mut master = Master::new(problem, goal);
        let mut worth = first(problem, goal);
        // What the best worths so far prove, and they.
        let mut best: Option<(f64, Worth)> = None;
        let mut now: Option<Mixture> = None;
        let mut met: Option<(f64, Vec<usize>)> = None;
        for round in 1..=ROUNDS {
            let (bound, plan) = match self.plan_at(&worth) {
                Err(error) if best.is_some() && is_without_answer(&error) => break,
                other => other?,
            };
            let mut figures = Figures::of(problem, &plan);
            let objective = figures.objective(problem, goal);
            if met.as_ref().is_none_or(|(least, _)| objective < *least) {
                met = options_of(&plan).map(|options| (objective, options)).or(met);
            }
            // A plan is above the bound by what it loses as a whole: not what it costs and loses counts, but in which
            // proportion, to each other and to the caps.
            let ratio = (bound + worth.given_back) / (figures.at(goal, &worth) + worth.given_back);
            figures.scale(ratio);
            let scaled = |cap: Option<f64>| cap.map(|cap| ratio * cap);
            master.set_caps(&Goal {
                budget: scaled(goal.budget),
                loss_cap: scaled(goal.loss_cap),
                cvar_cap: scaled(goal.cvar_cap),
                ..*goal
            });
            if best.as_ref().is_none_or(|(known, _)| bound > *known) {
                best = Some((bound, worth.clone()));
            }
            let (most_proven, center) = best.as_ref().ok_or(SolveError::NoPlan)?;
            let reached = most_proven + (1.0 - ratio) * center.given_back;
            (control.progress)(Progress::Bounds {
                round,
                rows: problem.losses.processes.len(),
                columns: problem.options.len(),
                bound,
                relaxed: now.as_ref().map_or(bound, |mixture| mixture.value),
            });
            if let Some(mixture) = &now
                && mixture.value - reached <= tolerance * mixture.value.abs()
            {
                if mixture.keeps_caps {
                    break;
                }
                if bound > most(problem, goal) {
                    return Err(conflict(problem, goal, (bound, &worth), &plan));
                }
                if master.penalty() >= DEAREST {
                    return Err(SolveError::NoPlan);
                }
                master.raise_penalty(DEARER);
            }
            master.add(figures);
            if control.interrupted() {
                break;
            }
            let mixture = master.solve(control, &mut self.programmes)?;
            // Near the best ones: the master programme alone swings from side to side (Wentges 1997).
            worth = if mixture.keeps_caps { mixture.worth.blended(center, STAY) } else { mixture.worth.clone() };
            now = Some(mixture);
        }
        let (_, worth) = best.ok_or(SolveError::NoPlan)?;
        Ok((worth, met.map(|(_, options)| options)))
    }

    /// The bound for the goal at these worths, money per year, and a plan that is nearly the best but for limits.
    fn plan_at(&mut self, worth: &Worth) -> Result<(f64, Mix), SolveError> {
        let (found, programmes, known) = self.priced(worth, |search| {
            let found = search.relax_by_blocks(SIZE, Some(1)).map(|relaxed| {
                let together = Together::new(search.problem, search.goal, &relaxed);
                let plan = together.map(|together| whole_mix(&together.at_splits()));
                (relaxed.bound_at_duals, plan.unwrap_or(relaxed.mix))
            });
            (found, search.programmes, std::mem::take(&mut search.known))
        });
        self.programmes += programmes;
        let is_tilted = worth.cvar > 0.0;
        self.known.useful = known.useful;
        self.known.blocks = known.blocks.map(|of| if is_tilted { Arc::new(of.over_other_years()) } else { of });
        let (bound, plan) = found?;
        Ok((bound * self.problem.money_unit - worth.given_back, plan))
    }

    /// Does `work` with a search for the goal at these worths, without the caps and over years that count like this.
    fn priced<T>(&self, worth: &Worth, work: impl FnOnce(&mut Search<'_>) -> T) -> T {
        let (problem, goal) = (self.problem, worth.goal(self.goal));
        let events = (worth.cvar > 0.0).then(|| problem.events.reweighted(&worth.years));
        let tilted = events.as_ref().map(|events| problem.over(events));
        let problem = tilted.as_ref().unwrap_or(problem);
        let mut known = problem.first.clone();
        known.useful.clone_from(&self.known.useful);
        known.plans.clone_from(&self.known.plans);
        known.blocks = self.known.blocks.as_ref().map(|blocks| match tilted {
            Some(_) => Arc::new(blocks.over_other_years()),
            None => Arc::clone(blocks),
        });
        work(&mut Search { by_blocks: true, ..Search::new(problem, &goal, self.control, known) })
    }
}

/// No objective of a plan is above this, money per year.
fn most(problem: &Problem<'_>, goal: &Goal) -> f64 {
    let dearest = |options: &Vec<crate::options::DeploymentOption>| {
        options.iter().map(crate::options::DeploymentOption::annual_cost).fold(0.0, f64::max)
    };
    let couplings = &problem.couplings;
    let placing: f64 = problem.options.options.iter().map(dearest).sum();
    let charges: f64 = couplings.charges.iter().map(|charge| charge.cost).sum();
    let penalties: f64 = couplings.rows.iter().filter_map(|row| Some(row.penalty? * row.all)).sum();
    let losses: f64 = problem.worst_loss.iter().sum();
    goal.objective(placing + charges + penalties, losses, losses / (1.0 - problem.alpha))
}

/// The caps that no plan keeps. At least by how much, money per year: by the bound where they are worth more than
/// anything, and by a plan that is the best there but for limits.
fn conflict(problem: &Problem<'_>, goal: &Goal, (bound, worth): (f64, &Worth), plan: &Mix) -> SolveError {
    let cost = cost_of(problem, plan);
    let (expected, cvar, _) = problem.risk_of(plan);
    let caps = [
        ("budget", cost, goal.budget, worth.budget.unwrap_or_default()),
        ("expected_loss", expected, goal.loss_cap, worth.expected - goal.loss_weight),
        ("cvar", cvar, goal.cvar_cap, worth.cvar - goal.cvar_weight),
    ];
    let mut capped: Vec<(&str, f64, f64)> =
        caps.into_iter().filter_map(|(row, figure, cap, price)| Some((row, figure - cap?, price))).collect();
    if let [(_, by, price)] = &mut capped[..] {
        *by = by.max((bound - goal.objective(cost, expected, cvar)) / *price);
    }
    let beyond = capped.iter().filter(|(_, by, _)| *by > 0.0);
    SolveError::Infeasible {
        conflict: capped.iter().map(|(row, _, _)| (*row).to_owned()).collect(),
        relaxations: beyond.map(|(row, by, _)| Relaxation { row: (*row).to_owned(), by: *by }).collect(),
    }
}

/// The multipliers at these worths with the prices of the caps.
fn with_caps(multipliers: &Multipliers, goal: &Goal, worth: &Worth) -> Multipliers {
    let caps = [
        ("budget", goal.budget, worth.budget.unwrap_or_default()),
        ("expected_loss", goal.loss_cap, worth.expected - goal.loss_weight),
        ("cvar", goal.cvar_cap, worth.cvar - goal.cvar_weight),
    ];
    let priced = caps.into_iter().filter(|(_, _, value)| *value > 1e-9);
    let prices = priced.filter_map(|(row, cap, value)| {
        Some(ShadowPrice { row: row.to_owned(), limit: cap?, value, range: Range::default() })
    });
    let mut shadow_prices = multipliers.shadow_prices.clone();
    shadow_prices.extend(prices);
    shadow_prices.sort_by(|a, b| a.row.cmp(&b.row));
    Multipliers {
        ranked: multipliers.ranked.clone(),
        shadow_prices,
        split: multipliers.split,
        ground: None,
        known: multipliers.known.clone(),
    }
}

#[cfg(test)]
mod tests;
