//! Whole plans near a relaxation: by local search, and by branch and bound over few options.

use ballast_model::{Assignment, Plan, Share};
use ballast_risk::audit;
use rayon::prelude::*;

use crate::{
    SolveError,
    backend::{self, BackendError},
    bounds::Multipliers,
    certified::uncertified,
    certify::certify,
    couplings::CouplingRow,
    formulation,
    local_search::{Choice, Steering},
    losses::Mix,
    problem::Problem,
    relaxation::{Relaxed, Search, mix_of},
    solve::Effort,
};

/// Rounds of cuts around one whole plan, once there is one.
const WHOLE_ROUNDS: usize = 8;
/// Rounds of cuts until there is a first one: each rules out a choice that breaks a cap.
const FIRST_ROUNDS: usize = 60;
/// The part of the time left that one goal's branch and bound may take while other goals wait.
const PART: f64 = 0.25;
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

/// A whole plan and its true figures.
pub(crate) struct Whole {
    pub(crate) mix: Mix,
    pub(crate) cost: f64,
    pub(crate) objective: f64,
    pub(crate) stopped: bool,
}

/// By workload: its option; none if one is divided.
pub(crate) fn options_of(mix: &Mix) -> Option<Vec<usize>> {
    let option = |parts: &Vec<(usize, f64)>| match parts[..] {
        [(option, _)] => Some(option),
        _ => None,
    };
    mix.iter().map(option).collect()
}

/// The mix in which every workload has this option alone.
pub(crate) fn whole_mix(options: &[usize]) -> Mix {
    options.iter().map(|option| vec![(*option, 1.0)]).collect()
}

/// The one with the lower objective; the first of equals.
pub(crate) fn better(one: Option<Whole>, other: Option<Whole>) -> Option<Whole> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.objective < one.objective { other } else { one }),
        (one, other) => one.or(other),
    }
}

/// The one with the lowest objective; the first of equals.
fn best(choices: Vec<Choice<'_>>) -> Option<Choice<'_>> {
    choices.into_iter().min_by(|a, b| a.objective().total_cmp(&b.objective()))
}

impl Search<'_> {
    /// Whether branch and bound over everything is no great matter.
    pub(crate) fn is_small(&self) -> bool {
        self.problem.options.len() <= SMALL
    }

    pub(crate) fn wanted(&self) -> f64 {
        self.problem.estate.settings().solver.gap
    }

    /// What the gap is asked of: points of a curve are restated as costs at their loss, so the cost where there is one.
    pub(crate) fn size(&self, whole: &Whole) -> f64 {
        let cost = self.goal.cost_weight * whole.cost;
        if cost > 0.0 { cost.min(whole.objective.abs()) } else { whole.objective.abs() }
    }

    pub(crate) fn met(&self, whole: &Whole, bound: f64) -> bool {
        self.is_within(1.0, whole, bound)
    }

    /// Whether the gap is within this part of the wanted one.
    pub(crate) fn is_within(&self, part: f64, whole: &Whole, bound: f64) -> bool {
        whole.objective - bound * self.problem.money_unit <= part * self.wanted() * self.size(whole)
    }

    /// What a unit of a cap is worth at the relaxation.
    pub(crate) fn price_of(relaxed: &Relaxed, cap: &str) -> f64 {
        let rows = relaxed.formulation.program.rows.iter().zip(&relaxed.duals);
        rows.filter(|(row, _)| row.name == cap).map(|(_, dual)| dual.abs()).sum()
    }

    /// What a unit of cost and of loss is worth at the relaxation because of caps.
    pub(crate) fn prices(relaxed: &Relaxed) -> (f64, f64) {
        (Self::price_of(relaxed, "budget"), Self::price_of(relaxed, "expected_loss"))
    }

    /// The best whole plan that the local search finds from the relaxation's and the known plans.
    pub(crate) fn nearby(&mut self, relaxed: &Relaxed, multipliers: &Multipliers) -> Option<Whole> {
        let largest = |parts: &Vec<(usize, f64)>| {
            parts.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|part| part.0)
        };
        let rounded: Option<Vec<usize>> = relaxed.mix.iter().map(largest).collect();
        let mut starts: Vec<Vec<usize>> = rounded.into_iter().collect();
        if relaxed.formulation.losses.is_empty() {
            // By blocks: what every workload would take at the multipliers, which is another plan.
            let first = |ranked: &Vec<(f64, usize)>| ranked.first().map(|(_, option)| *option);
            starts.extend(multipliers.ranked.iter().map(first).collect::<Option<Vec<usize>>>());
        }
        starts.extend(self.near_caps());
        self.search_from(multipliers, Self::prices(relaxed), starts)
    }

    /// The known plan that is best as it is.
    pub(crate) fn best_known(&self) -> Option<Whole> {
        let (inside, _) = self.known_choices();
        self.as_it_is(&best(inside)?)
    }

    /// The known plans that keep limits and caps, and those that do not.
    fn known_choices(&self) -> (Vec<Choice<'_>>, Vec<Choice<'_>>) {
        let plans = self.known.plans.iter();
        plans
            .map(|plan| Choice::new(self.problem, self.goal, plan.as_ref().clone()))
            .partition(|choice| choice.violation() <= WHOLE_TOLERANCE)
    }

    /// The known plan that is best as it is, and the one that is next to the caps from the other side.
    pub(crate) fn near_caps(&self) -> Vec<Vec<usize>> {
        let (inside, outside) = self.known_choices();
        let nearest = outside.into_iter().min_by(|a, b| a.violation().total_cmp(&b.violation()));
        [best(inside), nearest].into_iter().flatten().map(|choice| choice.options).collect()
    }

    /// The best whole plan that the local search finds from these, among each workload's options with the best
    /// reduced costs and those of the starts.
    pub(crate) fn search_from(
        &self,
        multipliers: &Multipliers,
        prices: (f64, f64),
        starts: Vec<Vec<usize>>,
    ) -> Option<Whole> {
        let mut candidates = self.all_candidates(multipliers);
        for start in &starts {
            for (options, option) in candidates.iter_mut().zip(start) {
                if !options.contains(option) {
                    options.push(*option);
                }
            }
        }
        let by = Steering {
            cost: prices.0,
            loss: prices.1,
            limits: self.worth_of_limits(multipliers),
            control: self.control,
        };
        let best = starts
            .into_par_iter()
            .map(|start| {
                let start = Choice::new(self.problem, self.goal, start);
                let mut choice = start.clone();
                choice.improve(&candidates, &by);
                // Steering may have led away from a start that was better for the goal itself.
                if start.rank() < choice.rank() { start } else { choice }
            })
            .collect::<Vec<_>>()
            .into_iter()
            .min_by(|a, b| a.rank().total_cmp(&b.rank()))?;
        self.as_it_is(&best)
    }

    /// By coupling row: what a unit of it is worth, money per year; nothing if it may be exceeded, for then that is
    /// part of the cost.
    fn worth_of_limits(&self, multipliers: &Multipliers) -> Vec<f64> {
        let worth = |row: &CouplingRow| {
            let priced = multipliers.shadow_prices.iter().find(|price| price.row == row.name);
            priced.filter(|_| row.penalty.is_none()).map_or(0.0, |price| price.value)
        };
        self.problem.couplings.rows.iter().map(worth).collect()
    }

    /// The plan of this choice, if it breaks nothing. Its figures are the choice's own unless bad years count: the plan
    /// that is returned in the end is confirmed in any case.
    pub(crate) fn as_it_is(&self, choice: &Choice<'_>) -> Option<Whole> {
        if choice.violation() > WHOLE_TOLERANCE {
            return None;
        }
        if self.goal.needs_cvar() {
            return self.confirmed(choice.mix());
        }
        Some(Whole { mix: choice.mix(), cost: choice.cost, objective: choice.objective(), stopped: false })
    }

    /// By workload: the options that the local search looks at.
    pub(crate) fn all_candidates(&self, multipliers: &Multipliers) -> Vec<Vec<usize>> {
        multipliers.ranked.iter().enumerate().map(|(w, options)| self.candidates(w, options)).collect()
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
    pub(crate) fn confirmed(&self, mix: Mix) -> Option<Whole> {
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
    pub(crate) fn branch_and_bound(
        &mut self,
        relaxed: &Relaxed,
        multipliers: &Multipliers,
        bound: f64,
        effort: Effort,
    ) -> Result<Whole, SolveError> {
        let ranked = &multipliers.ranked;
        let left = self.control.seconds_left();
        let part = if effort == Effort::Alone { 1.0 } else { PART };
        let ends_at = if left.is_finite() { left * (1.0 - part) } else { f64::NEG_INFINITY };
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
            if let Some(found) = self.whole_among(ends_at, &|w, o| admitted[w][o])?
                && best.as_ref().is_none_or(|known| found.objective < known.objective)
            {
                best = Some(found);
            }
            let is_over = self.control.seconds_left() <= ends_at;
            if best.as_ref().is_some_and(|known| self.met(known, bound)) || is_over || self.control.interrupted() {
                break;
            }
        }
        best.ok_or(if self.control.interrupted() { self.control.ended() } else { SolveError::NoPlan })
    }

    /// The best whole plan among the admitted options whose true figures keep the caps; the search ends when so many
    /// seconds are left.
    fn whole_among(
        &mut self,
        ends_at: f64,
        admitted: &dyn Fn(usize, usize) -> bool,
    ) -> Result<Option<Whole>, SolveError> {
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
            let left = self.control.seconds_left();
            let effort = backend::Effort {
                mip_gap: self.wanted() * 0.2,
                time_limit_s: (left - ends_at).max(0.0),
                ..backend::Effort::default()
            };
            let raw = match backend::run(problem.backend, &formulation.program, effort, self.control) {
                Ok(raw) => raw,
                Err(BackendError::Infeasible | BackendError::NoSolution) => return Ok(best),
                Err(BackendError::Unbounded) => return Err(SolveError::Unbounded),
                Err(BackendError::Failed(error)) => return Err(error),
            };
            certify(&formulation.program, &raw).map_err(|fault| uncertified(problem.backend, fault))?;
            let mix = mix_of(problem, &formulation, &raw);
            if let Some(mut found) = self.confirmed(mix.clone()) {
                found.stopped = raw.stopped;
                if best.as_ref().is_none_or(|known| found.objective < known.objective) {
                    best = Some(found);
                }
            }
            let (loss, cvar, _) = problem.risk_of(&mix);
            let tolerance = if best.is_some() { CUT_TOLERANCE } else { 0.5 * CAP_TOLERANCE };
            let settled = self.tighten(&formulation, &raw, &mix, (tolerance * loss, tolerance * cvar, 0.0));
            let is_over = self.control.seconds_left() <= ends_at;
            if settled && best.is_some() || is_over || self.control.interrupted() {
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
}

pub(crate) fn plan_of(problem: &Problem<'_>, mix: &Mix) -> Result<Plan, SolveError> {
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
