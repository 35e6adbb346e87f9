//! The divisible relaxation of one goal, by columns and cuts, with its Lagrangian bound over every option.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use crate::{
    Control, Goal, LinearProgram, Progress, SolveError,
    backend::{RawSolution, Warm},
    blocks, certified,
    certify::Certificate,
    conflict,
    formulation::{self, Cuts, Formulation, Known, TailCut},
    losses::{Cut, Mix},
    pricing::{Priced, Prices},
    problem::Problem,
};

/// How far the average mix moves to the last one.
const STEP: f64 = 0.3;
/// Shares below this are none.
const SHARE: f64 = 1e-6;
/// Shares below this in an engine's answer are none.
pub(crate) const SHARE_OF_ENGINE: f64 = 1e-7;
/// Rounds of columns and cuts around one relaxation.
const ROUNDS: usize = 60;
/// How far the restricted programme may be above its Lagrangian bound when no more options enter, relative.
const COLUMN_TOLERANCE: f64 = 3e-4;
/// What the losses that the cuts miss may be worth when rounds of cuts end, relative to the objective.
const CUT_TOLERANCE: f64 = 3e-4;
/// The same for a cap that does not bind yet, relative to the cap.
const CAP_SLACK: f64 = 5e-3;
/// The most that the tolerances of columns and cuts may be of the gap that is asked for.
const OF_GAP: f64 = 0.1;
/// Requirements that give way by less than this part of their limits are met.
const FEASIBLE: f64 = 1e-9;
/// The part of what the cuts miss that new ones make up for: the largest first, as each is a row for good.
const COVERED: f64 = 0.97;
/// How far the restricted programme may be above its Lagrangian bound when plans near it are looked at, relative.
const NEAR: f64 = 3e-3;
/// Options of one workload that are remembered with their reduced costs where there are many.
const RANKED: usize = 64;
/// Options of one workload that enter at a time.
const ENTERING: usize = 12;

/// The solved relaxation, priced over every option.
#[derive(Debug)]
pub(crate) struct Relaxed {
    /// The programme over the options that were in it.
    pub(crate) formulation: Formulation,
    /// Its duals by row.
    pub(crate) duals: Vec<f64>,
    /// The same by what the rows are about.
    pub(crate) prices: Prices,
    /// By workload and option: what it costs at these prices.
    pub(crate) costs: Vec<Vec<f64>>,
    /// The Lagrangian bound at them, in units of [`Problem::money_unit`].
    pub(crate) bound_at_duals: f64,
    pub(crate) mix: Mix,
    /// The cuts of the programme.
    pub(crate) cuts: Cuts,
}

/// One goal being solved.
pub(crate) struct Search<'a> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) goal: &'a Goal,
    pub(crate) control: &'a Control<'a>,
    pub(crate) known: Known,
    pub(crate) programmes: usize,
    /// Where the mixes of the relaxation have been on average, and what they cost beside CVaR at most, money per year.
    pub(crate) center: Option<(Mix, f64)>,
    /// Whether its relaxation is solved by blocks where that can be.
    pub(crate) by_blocks: bool,
}

impl<'a> Search<'a> {
    /// A search that begins with what is known.
    pub(crate) fn new(problem: &'a Problem<'a>, goal: &'a Goal, control: &'a Control<'a>, known: Known) -> Self {
        Self { problem, goal, control, known, programmes: 0, center: None, by_blocks: blocks::suit(problem) }
    }
}

impl Search<'_> {
    /// Solves the relaxation by columns and cuts: few options are in the programme at a time, all are priced with
    /// its duals, those that would improve it enter, and so do the cuts that its losses violate. The Lagrangian value
    /// of a pricing pass over all options is a lower bound at every step.
    pub(crate) fn relax(&mut self) -> Result<Relaxed, SolveError> {
        self.relax_until(|_, _| false)
    }

    /// The same, but ends as soon as what there is after a round `is_enough`.
    pub(crate) fn relax_until(
        &mut self,
        mut is_enough: impl FnMut(&mut Self, &Relaxed) -> bool,
    ) -> Result<Relaxed, SolveError> {
        let mut admitted = self.known.useful.clone();
        let mut best: Option<Relaxed> = None;
        let mut warm = Warm::default();
        for round in 0..ROUNDS {
            let few = formulation::build(self.problem, self.goal, &self.known, false, &|w, o| admitted[w][o]);
            let (raw, certificate) = match self.certified_from(&mut warm, &few.program) {
                Ok(solved) => solved,
                Err(SolveError::Infeasible { .. }) if admitted.iter().flatten().any(|in_it| !in_it) => {
                    if !self.admit_until_feasible(&mut admitted)? {
                        // Nothing is feasible, or hard to tell: everything at once will say.
                        for row in &mut admitted {
                            row.fill(true);
                        }
                    }
                    continue;
                }
                // Out of time: what the rounds before have proven still holds.
                Err(SolveError::NoPlan) if best.is_some() => break,
                Err(error) => return Err(error),
            };
            let objective = certificate.objective;
            let slacks = self.slacks(&few, &certificate);
            let prices = Prices::of(&few, &self.known, &certificate.duals, true);
            let priced = prices.price(self.problem, self.goal);
            let bound = best.as_ref().map_or(f64::NEG_INFINITY, |known| known.bound_at_duals).max(priced.bound);
            (self.control.progress)(Progress::Bounds {
                round: round + 1,
                rows: few.program.rows.len(),
                columns: few.program.columns.len(),
                bound: bound * self.problem.money_unit,
                relaxed: objective * self.problem.money_unit,
            });
            let gap = objective - bound;
            let columns_settled = gap <= self.tolerance(COLUMN_TOLERANCE) * objective.abs() + 1e-9
                || !admit_cheapest(&prices, &priced, &mut admitted);
            let mix = mix_of(self.problem, &few, &raw);
            let cuts = self.known.cuts();
            self.note_idle(&few, &certificate);
            let cuts_settled = self.tighten(&few, &raw, &mix, slacks);
            let relaxed = Relaxed {
                formulation: few,
                duals: certificate.duals,
                prices,
                costs: priced.costs,
                bound_at_duals: priced.bound,
                mix,
                cuts,
            };
            // The duals with the best bound, the mix with the latest cuts.
            let now = match best.take() {
                Some(known) if known.bound_at_duals > relaxed.bound_at_duals => {
                    Relaxed { mix: relaxed.mix, ..known }
                }
                _ => relaxed,
            };
            let is_last = columns_settled && cuts_settled || round + 1 == ROUNDS || self.control.interrupted();
            let is_over = is_last || gap <= NEAR * objective.abs() && is_enough(self, &now);
            best = Some(now);
            if is_over {
                break;
            }
        }
        // What did not bind at the end is not worth carrying to the next goal.
        self.known.loss.retain(|cut| cut.idle.is_none_or(|idle| idle < 2));
        self.known.cvar.retain(|(_, idle)| *idle < 2);
        let relaxed = best.ok_or(SolveError::NoPlan)?;
        for (useful, parts) in self.known.useful.iter_mut().zip(&relaxed.mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
        Ok(relaxed)
    }

    /// This tolerance, or a small part of the gap that is asked for if that is less.
    fn tolerance(&self, usual: f64) -> f64 {
        usual.min(OF_GAP * self.problem.estate.settings().solver.gap)
    }

    /// Lets options in until the programme over the admitted ones is feasible; answers whether that was reached.
    ///
    /// The first phase of the simplex method over columns: every requirement may give way at a price, nothing else
    /// costs anything, and the options that the duals of this programme want enter.
    fn admit_until_feasible(&mut self, admitted: &mut [Vec<bool>]) -> Result<bool, SolveError> {
        for _ in 0..ROUNDS {
            let few = formulation::build(self.problem, self.goal, &self.known, false, &|w, o| admitted[w][o]);
            let (_, certificate) = self.certified(&conflict::elastic(&few.program))?;
            if certificate.objective <= FEASIBLE {
                return Ok(true);
            }
            let prices = Prices::of(&few, &self.known, &certificate.duals, false);
            let priced = prices.price(self.problem, self.goal);
            if !admit_cheapest(&prices, &priced, admitted) || self.control.interrupted() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// What the losses that the cuts of a relaxation miss may be worth, money per year.
    pub(crate) fn missable(&self, relaxed: &Relaxed) -> f64 {
        self.tolerance(CUT_TOLERANCE) * relaxed.bound_at_duals.abs() * self.problem.money_unit
    }

    /// How much expected loss and CVaR may be missed by the cuts, money per year: what is worth a small part of the
    /// objective at their price, and no more than a small part of their cap.
    fn slacks(&self, formulation: &Formulation, certificate: &Certificate) -> (f64, f64, f64) {
        let part = self.tolerance(CUT_TOLERANCE) * certificate.objective.abs() * self.problem.money_unit;
        let slack = |row: &str, weight: f64, cap: Option<f64>| {
            let rows = formulation.program.rows.iter().zip(&certificate.duals);
            let price =
                weight + rows.filter(|(known, _)| known.name == row).map(|(_, dual)| dual.abs()).sum::<f64>();
            (part / price).min(cap.map_or(f64::INFINITY, |cap| CAP_SLACK * cap))
        };
        (
            slack("expected_loss", self.goal.loss_weight, self.goal.loss_cap),
            slack("cvar", self.goal.cvar_weight, self.goal.cvar_cap),
            part,
        )
    }

    /// Counts for how long each cut has not bound.
    fn note_idle(&mut self, few: &Formulation, certificate: &Certificate) {
        let count = |idle: &mut u32, dual: &f64| *idle = if dual.abs() > 1e-12 { 0 } else { *idle + 1 };
        if let Some(first) = few.rows.first_loss_cut {
            for (cut, dual) in self.known.loss.iter_mut().zip(&certificate.duals[first..]) {
                if let Some(idle) = &mut cut.idle {
                    count(idle, dual);
                }
            }
        }
        if let Some(first) = few.rows.first_cvar_cut {
            for ((_, idle), dual) in self.known.cvar.iter_mut().zip(&certificate.duals[first..]) {
                count(idle, dual);
            }
        }
    }

    /// Adds the cuts that `mix` violates; answers whether what is missed of expected loss and of CVaR is within these,
    /// money per year.
    pub(crate) fn tighten(
        &mut self,
        formulation: &Formulation,
        raw: &RawSolution,
        mix: &Mix,
        (slack, cvar_slack, part): (f64, f64, f64),
    ) -> bool {
        let problem = self.problem;
        let unit = problem.money_unit;
        let mut settled = true;
        if !formulation.losses.is_empty() {
            let cuts = problem.losses.cuts(mix, &problem.options, problem.events.weights());
            let truth: Vec<f64> = cuts.iter().map(|cut| cut.value(mix)).collect();
            let total: f64 = truth.iter().sum();
            let modelled: f64 = formulation.losses.iter().map(|column| raw.x[*column] * unit).sum();
            settled = total - modelled.min(self.goal.loss_cap.unwrap_or(f64::INFINITY)) <= slack;
            if !settled {
                let missed = |process: usize| truth[process] - raw.x[formulation.losses[process]] * unit;
                let mut order: Vec<usize> = (0..cuts.len()).filter(|process| missed(*process) > 0.0).collect();
                order.sort_by(|a, b| missed(*b).total_cmp(&missed(*a)).then(a.cmp(b)));
                let all: f64 = order.iter().map(|process| missed(*process)).sum();
                let mut covered = 0.0;
                let worst = order.into_iter().take_while(|process| {
                    let goes_on = covered < COVERED * all;
                    covered += missed(*process);
                    goes_on
                });
                let mut worst: Vec<usize> = worst.collect();
                worst.sort_unstable();
                for process in worst {
                    self.known.add(process, Arc::new(cuts[process].clone()));
                }
            }
        }
        if let Some(column) = formulation.cvar {
            let (_, cvar, tail) = problem.risk_of(mix);
            let cap = self.goal.cvar_cap.unwrap_or(f64::INFINITY);
            if cvar - (raw.x[column] * unit).min(cap) > cvar_slack {
                self.cut_tail(mix, tail);
                // A second cut where the mixes have been on average: alone, the last ones swing from side to side.
                let weight = self.goal.cvar_weight;
                let objective = formulation.program.objective(&raw.x) * unit;
                let rest = objective - weight * raw.x[column] * unit;
                let (center, center_rest) = match self.center.take() {
                    Some((center, known)) => (blended(&center, mix, STEP), known + STEP * (rest - known)),
                    None => (mix.clone(), rest),
                };
                let (_, center_cvar, tail) = problem.risk_of(&center);
                self.cut_tail(&center, tail);
                // What the average costs at most, since everything is convex: where that is next to the programme's
                // objective, there is no more to be had.
                let missed = center_rest + weight * center_cvar - objective;
                settled &= missed <= part && center_cvar <= cap + cvar_slack;
                self.center = Some((center, center_rest));
            }
        }
        settled
    }

    /// Adds the cut on CVaR at a mix whose worst years have these weights.
    fn cut_tail(&mut self, mix: &Mix, years: Vec<f64>) {
        let parts = self.problem.losses.cuts(mix, &self.problem.options, &years);
        self.known.cvar.push((Arc::new(TailCut { cut: Cut::merged(&parts), years }), 0));
    }

    /// Solves a continuous programme that continues the one that `warm` solved last.
    fn certified_from(
        &mut self,
        warm: &mut Warm,
        program: &LinearProgram,
    ) -> Result<(RawSolution, Certificate), SolveError> {
        certified::solve_from(self.problem, self.control, warm, program, &mut self.programmes)
    }

    /// Solves a continuous programme.
    pub(crate) fn certified(&mut self, program: &LinearProgram) -> Result<(RawSolution, Certificate), SolveError> {
        certified::solve(self.problem, self.control, program, &mut self.programmes)
    }
}

/// By workload, the options with their reduced costs, best first.
///
/// Only the best of them where the estate is large.
pub(crate) fn ranked(problem: &Problem<'_>, relaxed: &Relaxed) -> Vec<Vec<(f64, usize)>> {
    let most = if problem.is_large() { RANKED } else { usize::MAX };
    relaxed.costs.par_iter().map(|costs| best_of(costs, most)).collect()
}

/// So many of one workload's options with their reduced costs, best first.
pub(crate) fn best_of(costs: &[f64], most: usize) -> Vec<(f64, usize)> {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let mut options: Vec<(f64, usize)> = costs.iter().enumerate().map(|(o, cost)| (cost - least, o)).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if options.len() > most {
        options.select_nth_unstable_by(most, order);
        options.truncate(most);
        options.shrink_to_fit();
    }
    options.sort_by(order);
    options
}

/// Lets the most improving options of every workload in; answers whether there was one.
fn admit_cheapest(prices: &Prices, priced: &Priced, admitted: &mut [Vec<bool>]) -> bool {
    let mut any = false;
    for ((costs, place), admitted) in priced.costs.iter().zip(&prices.place).zip(admitted) {
        let improves = |o: &usize| costs[*o] < place - 1e-9 && !admitted[*o];
        let mut improving: Vec<usize> = (0..costs.len()).filter(improves).collect();
        improving.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]).then(a.cmp(b)));
        any |= !improving.is_empty();
        for option in improving.into_iter().take(ENTERING) {
            admitted[option] = true;
        }
    }
    any
}

/// This part of `other` and the rest of `one`.
fn blended(one: &Mix, other: &Mix, part: f64) -> Mix {
    let mut mix = Vec::with_capacity(one.len());
    for (one, other) in one.iter().zip(other) {
        let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
        for (parts, weight) in [(one, 1.0 - part), (other, part)] {
            for (option, share) in parts {
                *shares.entry(*option).or_default() += weight * share;
            }
        }
        mix.push(shares.into_iter().filter(|(_, share)| *share > SHARE).collect());
    }
    mix
}

/// The mix of a programme's solution.
pub(crate) fn mix_of(problem: &Problem<'_>, formulation: &Formulation, raw: &RawSolution) -> Mix {
    let mut mix: Mix = vec![Vec::new(); problem.options.options.len()];
    for (&(workload, option), &share) in formulation.placements.iter().zip(&raw.x) {
        if share > SHARE_OF_ENGINE {
            mix[workload].push((option, share));
        }
    }
    for parts in &mut mix {
        make_whole(parts);
    }
    mix
}

/// Makes shares add up to one: engines keep that to their tolerance only.
pub(crate) fn make_whole(parts: &mut [(usize, f64)]) {
    if let [(_, share)] = parts {
        *share = 1.0;
    } else {
        let sum: f64 = parts.iter().map(|(_, share)| share).sum();
        for (_, share) in parts {
            *share /= sum;
        }
    }
}
