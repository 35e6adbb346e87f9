//! The divisible relaxation of one goal, by columns and cuts, with its Lagrangian bound over every option.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Control, Goal, LinearProgram, SolveError,
    backend::{self, BackendError, Effort, RawSolution},
    certify::{Certificate, certify, lagrangian_bound},
    conflict,
    formulation::{self, Formulation, Known},
    losses::{Cut, Mix},
    problem::Problem,
};

/// Rounds of columns and cuts around one relaxation.
const ROUNDS: usize = 60;
/// How far the restricted programme may be above its Lagrangian bound when no more options enter, relative.
const COLUMN_TOLERANCE: f64 = 8e-4;
/// What the losses that the cuts miss may be worth when rounds of cuts end, relative to the objective.
const CUT_TOLERANCE: f64 = 8e-4;
/// The same for a cap that does not bind yet, relative to the cap.
const CAP_SLACK: f64 = 5e-3;
/// Requirements that give way by less than this part of their limits are met.
const FEASIBLE: f64 = 1e-9;
/// Options of one workload that enter at a time.
const ENTERING: usize = 4;
/// Relaxations in a row that a cut may be idle before it is dropped.
const PATIENCE: u32 = 4;

/// The solved relaxation, priced over every option.
#[derive(Debug)]
pub(crate) struct Relaxed {
    /// The programme over all options.
    pub(crate) formulation: Formulation,
    /// Duals by row of that programme.
    pub(crate) duals: Vec<f64>,
    /// Reduced costs by column of that programme.
    pub(crate) reduced_costs: Vec<f64>,
    /// The Lagrangian bound at these duals, in units of [`Problem::money_unit`].
    pub(crate) bound_at_duals: f64,
    pub(crate) mix: Mix,
}

/// One goal being solved.
pub(crate) struct Search<'a> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) goal: &'a Goal,
    pub(crate) control: &'a Control<'a>,
    pub(crate) known: Known,
    pub(crate) programmes: usize,
}

impl Search<'_> {
    /// Solves the relaxation by columns and cuts: few options are in the programme at a time, all are priced with
    /// its duals, those that would improve it enter, and so do the cuts that its losses violate. The Lagrangian value
    /// of a pricing pass over all options is a lower bound at every step.
    pub(crate) fn relax(&mut self) -> Result<Relaxed, SolveError> {
        let mut admitted = self.known.useful.clone();
        let mut best: Option<Relaxed> = None;
        for round in 0..ROUNDS {
            let few = formulation::build(self.problem, self.goal, &self.known, false, &|w, o| admitted[w][o]);
            let (raw, certificate) = match self.certified(&few.program) {
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
                Err(error) => return Err(error),
            };
            let mix = mix_of(self.problem, &few, &raw);
            let priced = self.price(&few, &certificate, mix);
            self.retire(&few, &certificate);
            let bound =
                best.as_ref().map_or(f64::NEG_INFINITY, |known| known.bound_at_duals).max(priced.bound_at_duals);
            let gap = certificate.objective - bound;
            let columns_settled = gap <= COLUMN_TOLERANCE * certificate.objective.abs() + 1e-9
                || !admit_cheapest(&priced, &mut admitted);
            let slacks = self.slacks(&few, &certificate);
            let cuts_settled = self.tighten(&few, &raw, &priced.mix, slacks);
            // The duals with the best bound, the mix with the latest cuts.
            best = Some(match best.take() {
                Some(known) if known.bound_at_duals > priced.bound_at_duals => {
                    Relaxed { mix: priced.mix, ..known }
                }
                _ => priced,
            });
            if columns_settled && cuts_settled || round + 1 == ROUNDS || self.control.interrupted() {
                break;
            }
        }
        // What did not bind at the end is not worth carrying to the next goal.
        self.known.loss.retain(|cut| cut.idle.is_none_or(|idle| idle < 2));
        let relaxed = best.ok_or(SolveError::NoPlan)?;
        for (useful, parts) in self.known.useful.iter_mut().zip(&relaxed.mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
        Ok(relaxed)
    }

    /// Lets options in until the programme over the admitted ones is feasible; answers whether that was reached.
    ///
    /// The first phase of the simplex method over columns: every requirement may give way at a price, nothing else
    /// costs anything, and the options that the duals of this programme want enter.
    fn admit_until_feasible(&mut self, admitted: &mut [Vec<bool>]) -> Result<bool, SolveError> {
        for _ in 0..ROUNDS {
            let few = formulation::build(self.problem, self.goal, &self.known, false, &|w, o| admitted[w][o]);
            let (raw, certificate) = self.certified(&conflict::elastic(&few.program))?;
            if certificate.objective <= FEASIBLE {
                return Ok(true);
            }
            let priced = self.priced(&few, &certificate, mix_of(self.problem, &few, &raw), true);
            if !admit_cheapest(&priced, admitted) || self.control.interrupted() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// How much expected loss and CVaR may be missed by the cuts, money per year: what is worth a small part of the
    /// objective at their price, and no more than a small part of their cap.
    fn slacks(&self, formulation: &Formulation, certificate: &Certificate) -> (f64, f64) {
        let part = CUT_TOLERANCE * certificate.objective.abs() * self.problem.money_unit;
        let slack = |row: &str, weight: f64, cap: Option<f64>| {
            let rows = formulation.program.rows.iter().zip(&certificate.duals);
            let price =
                weight + rows.filter(|(known, _)| known.name == row).map(|(_, dual)| dual.abs()).sum::<f64>();
            (part / price).min(cap.map_or(f64::INFINITY, |cap| CAP_SLACK * cap))
        };
        (
            slack("expected_loss", self.goal.loss_weight, self.goal.loss_cap),
            slack("cvar", self.goal.cvar_weight, self.goal.cvar_cap),
        )
    }

    /// Drops the cuts that have not bound for long.
    fn retire(&mut self, few: &Formulation, certificate: &Certificate) {
        if few.losses.is_empty() {
            return;
        }
        for (cut, dual) in self.known.loss.iter_mut().zip(&certificate.duals[few.first_cut_row..]) {
            if let Some(idle) = &mut cut.idle {
                *idle = if dual.abs() > 1e-12 { 0 } else { *idle + 1 };
            }
        }
        self.known.loss.retain(|cut| cut.idle.is_none_or(|idle| idle < PATIENCE));
    }

    /// Prices every option with the duals of a programme over few of them.
    fn price(&self, few: &Formulation, certificate: &Certificate, mix: Mix) -> Relaxed {
        self.priced(few, certificate, mix, false)
    }

    /// The same; with `is_free` nothing costs anything, as in the first phase.
    fn priced(&self, few: &Formulation, certificate: &Certificate, mix: Mix, is_free: bool) -> Relaxed {
        let by_name: BTreeMap<&str, f64> =
            few.program.rows.iter().map(|row| row.name.as_str()).zip(certificate.duals.iter().copied()).collect();
        // Cuts that do not bind have no dual and no part in the bound.
        let duals_of_cuts = certificate.duals.iter().skip(few.first_cut_row);
        let loss = if few.losses.is_empty() {
            Vec::new()
        } else {
            let bound = self.known.loss.iter().zip(duals_of_cuts).filter(|(_, dual)| **dual != 0.0);
            bound.map(|(cut, _)| cut.clone()).collect()
        };
        let binding = self.known.with_only(loss);
        let mut all = formulation::build(self.problem, self.goal, &binding, false, &|_, _| true);
        if is_free {
            for column in &mut all.program.columns {
                column.cost = 0.0;
            }
        }
        // A row without a column among the few has no dual there: 0 is as good a multiplier as any.
        let duals: Vec<f64> = all
            .program
            .rows
            .iter()
            .map(|row| by_name.get(row.name.as_str()).copied().unwrap_or_default())
            .collect();
        let (lower_bound, reduced_costs, duals) = lagrangian_bound(&all.program, &duals);
        Relaxed { formulation: all, duals, reduced_costs, bound_at_duals: lower_bound, mix }
    }

    /// Adds the cuts that `mix` violates; answers whether what is missed of expected loss and of CVaR is within these,
    /// money per year.
    pub(crate) fn tighten(
        &mut self,
        formulation: &Formulation,
        raw: &RawSolution,
        mix: &Mix,
        (slack, cvar_slack): (f64, f64),
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
                let floor = slack / f64::from(u32::try_from(cuts.len()).unwrap_or(1));
                for (process, cut) in cuts.into_iter().enumerate() {
                    if truth[process] > raw.x[formulation.losses[process]] * unit + floor * 0.1 {
                        self.known.add(process, Arc::new(cut));
                    }
                }
            }
        }
        if let Some(column) = formulation.cvar {
            let (_, cvar, tail) = problem.risk_of(mix);
            if cvar - (raw.x[column] * unit).min(self.goal.cvar_cap.unwrap_or(f64::INFINITY)) > cvar_slack {
                let parts = problem.losses.cuts(mix, &problem.options, &tail);
                self.known.cvar.push(Arc::new(merged(parts)));
                settled = false;
            }
        }
        settled
    }

    /// Solves a continuous programme; a failed certificate earns one more try with another seed.
    pub(crate) fn certified(&mut self, program: &LinearProgram) -> Result<(RawSolution, Certificate), SolveError> {
        let backend = self.problem.backend;
        let mut failure = None;
        for seed in [0, 1] {
            self.programmes += 1;
            let effort = Effort { seed, time_limit_s: self.time_limit(), ..Effort::default() };
            let raw = match backend::run(backend, program, effort) {
                Ok(raw) => raw,
                Err(BackendError::Infeasible) => return Err(conflict::explain(self.problem, program)),
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

    pub(crate) fn time_limit(&self) -> f64 {
        self.problem.estate.settings().solver.time_limit_s
    }
}

/// By workload, the options with their reduced costs, best first.
pub(crate) fn ranked(problem: &Problem<'_>, relaxed: &Relaxed) -> Vec<Vec<(f64, usize)>> {
    let mut ranked: Vec<Vec<(f64, usize)>> = vec![Vec::new(); problem.options.options.len()];
    for (&(w, o), &cost) in relaxed.formulation.placements.iter().zip(&relaxed.reduced_costs) {
        ranked[w].push((cost, o));
    }
    for options in &mut ranked {
        options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    ranked
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
fn merged(parts: Vec<Cut>) -> Cut {
    let mut sum: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (workload, option, coefficient) in parts.into_iter().flat_map(|cut| cut.coefficients) {
        *sum.entry((workload, option)).or_default() += coefficient;
    }
    Cut { coefficients: sum.into_iter().map(|((w, o), value)| (w, o, value)).collect() }
}

/// The mix of a programme's solution.
pub(crate) fn mix_of(problem: &Problem<'_>, formulation: &Formulation, raw: &RawSolution) -> Mix {
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
