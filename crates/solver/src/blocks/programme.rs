//! The programme of one block: its workloads' options, its processes' losses by cuts, and perhaps its part of the limits.

use std::sync::Arc;

use ballast_model::WorkloadId;

use super::{Block, Known};
use crate::{
    Control, Goal, LinearProgram, SolveError,
    backend::Warm,
    certified,
    losses::{CoarseCut, Cut},
    problem::Problem,
    relaxation::{SHARE_OF_ENGINE, make_whole},
};

/// Options of a workload, best reduced cost first, that the block's next programme begins with.
const KEPT: usize = 5;
/// Options of a workload that enter at a time.
const ENTERING: usize = 4;

/// How many times its costs a block would pay to go without a limit altogether.
const BEYOND_REASON: f64 = 10.0;

/// The part of what all options together would draw that a limit counts as at least, to be priced.
const LEAST_LIMIT: f64 = 1e-3;

/// What a block is solved for.
pub(super) struct Terms<'a> {
    pub(super) problem: &'a Problem<'a>,
    pub(super) goal: &'a Goal,
    pub(super) control: &'a Control<'a>,
    /// By workload of the block and option: what it costs beside the losses of the block, in units.
    pub(super) costs: Vec<Vec<f64>>,
    /// The block's part of every limit; without it they are in the costs.
    pub(super) limits: Option<f64>,
    /// What the cuts may miss and further options promise when it is solved, relative to the objective.
    pub(super) tolerance: f64,
    /// Rounds of columns and cuts at most.
    pub(super) rounds: usize,
}

/// A solved block.
pub(super) struct Solved {
    /// By workload of the block.
    pub(super) mix: Vec<Vec<(usize, f64)>>,
    /// By coupling row: its multiplier.
    pub(super) limits: Vec<f64>,
    /// By workload of the block: the options to begin with next time.
    pub(super) admitted: Vec<Vec<usize>>,
    /// By process of the block: the cuts that bind.
    pub(super) cuts: Binding,
    /// By process of the block: their average, and its multiplier.
    pub(super) splits: Splits,
    pub(super) programmes: usize,
}

/// A block's programme as it grows, with the meaning of its columns and rows.
struct Grown<'a> {
    block: &'a Block,
    terms: &'a Terms<'a>,
    program: LinearProgram,
    /// By workload of the block: its options, each with its column.
    columns: Vec<Vec<(usize, usize)>>,
    /// By process of the block: the column of its loss.
    losses: Vec<usize>,
    /// By coupling row: its row; none where limits are in the costs.
    limits: Vec<usize>,
    /// The cuts that are there, each with the position of its process in the block and its row.
    cuts: Vec<(usize, Arc<CoarseCut>, usize)>,
}

/// Solves a block by columns and cuts.
///
/// # Errors
/// If it was interrupted, or no answer of the engine stands up.
pub(super) fn solve(block: &Block, known: &Known, terms: &Terms<'_>) -> Result<Solved, SolveError> {
    let problem = terms.problem;
    let unit = problem.money_unit;
    let mut warm = Warm::default();
    let mut programmes = 0;
    let mut grown = Grown::new(block, known, terms);
    for round in 0.. {
        if terms.control.interrupted() {
            break;
        }
        let (raw, certificate) =
            certified::solve_from(problem, terms.control, &mut warm, &grown.program, &mut programmes)?;
        let mix: Vec<Vec<(usize, f64)>> = grown.columns.iter().map(|of| parts(of, &raw.x)).collect();
        let mut limits = vec![0.0; problem.couplings.rows.len()];
        for (limit, row) in limits.iter_mut().zip(&grown.limits) {
            *limit = certificate.duals[*row];
        }
        let duals: Vec<f64> = grown.cuts.iter().map(|(_, _, row)| certificate.duals[*row]).collect();
        let (costs, entering, promised) = entering(&grown, &certificate.duals, &duals, &limits);
        // Cuts at the mix.
        let at = |w: usize| {
            block.workloads.binary_search(&w).map_or_else(|_| Vec::new(), |position| mix[position].clone())
        };
        let weight = terms.goal.loss_weight;
        let mut missed = 0.0;
        let mut new = Vec::new();
        for (position, (&process, column)) in block.processes.iter().zip(&grown.losses).enumerate() {
            let (cut, value) = problem.losses.coarse_cut(process, &at, &problem.options);
            let more = weight * (value / unit - raw.x[*column]);
            if more > 1e-9 {
                missed += more;
                new.push((position, Arc::new(cut)));
            }
        }
        let is_last =
            missed + promised <= terms.tolerance * certificate.objective.abs() || round + 1 == terms.rounds;
        if is_last {
            let (cuts, splits) = binding(&grown, problem, &duals, weight);
            let admitted = kept(&grown, &costs, &mix);
            return Ok(Solved { mix, limits, admitted, cuts, splits, programmes });
        }
        grown.admit(&entering);
        for (position, cut) in new {
            grown.cut(position, cut);
        }
    }
    Err(SolveError::NoPlan)
}

/// The options of these that a solution takes, each with its share; with an engine's rounding made up for.
fn parts(columns: &[(usize, usize)], x: &[f64]) -> Vec<(usize, f64)> {
    let shares = columns.iter().map(|(option, column)| (*option, x[*column]));
    let mut parts: Vec<(usize, f64)> = shares.filter(|(_, share)| *share > SHARE_OF_ENGINE).collect();
    make_whole(&mut parts);
    parts
}

/// By workload the few options in the programme that cost least, and those of the mix.
fn kept(grown: &Grown<'_>, costs: &[Vec<f64>], mix: &[Vec<(usize, f64)>]) -> Vec<Vec<usize>> {
    let workloads = grown.columns.iter().zip(costs).zip(mix);
    workloads
        .map(|((columns, costs), parts)| {
            let mut order: Vec<usize> = columns.iter().map(|(option, _)| *option).collect();
            order.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]).then(a.cmp(b)));
            let mut kept: Vec<usize> = parts.iter().map(|(option, _)| *option).collect();
            kept.extend(order.into_iter().take(KEPT));
            kept.sort_unstable();
            kept.dedup();
            kept
        })
        .collect()
}

/// What every option costs at the programme's multipliers, by workload the options that would improve it most, and how
/// much they promise in all.
fn entering(
    grown: &Grown<'_>,
    row_duals: &[f64],
    duals: &[f64],
    limits: &[f64],
) -> (Vec<Vec<f64>>, Vec<Vec<usize>>, f64) {
    let Grown { block, terms, .. } = grown;
    let problem = terms.problem;
    let mut costs = terms.costs.clone();
    for (&process, of) in block.processes.iter().zip(by_process(grown, duals)) {
        let sum: f64 = of.iter().map(|(_, dual)| dual).sum();
        let cuts: Vec<(&CoarseCut, f64)> = of.iter().map(|(cut, dual)| (cut.as_ref(), *dual)).collect();
        let Some(cut) = CoarseCut::average(&cuts, sum) else { continue };
        for &w in &problem.losses.joint.processes()[process].workloads {
            let Ok(position) = block.workloads.binary_search(&w) else { continue };
            let losses = problem.losses.coarse_losses(process, &cut, w, &problem.options);
            for (cost, loss) in costs[position].iter_mut().zip(losses) {
                *cost += sum / problem.money_unit * loss;
            }
        }
    }
    let mut promised = 0.0;
    let mut entering = Vec::with_capacity(costs.len());
    for (position, (&w, costs)) in block.workloads.iter().zip(&mut costs).enumerate() {
        if terms.limits.is_some() {
            for (option, cost) in costs.iter_mut().enumerate() {
                let drawn = problem.couplings.draws(w, option).filter(|(row, _)| limits[*row] != 0.0);
                *cost -= block.parts[position] * drawn.map(|(row, demand)| limits[row] * demand).sum::<f64>();
            }
        }
        let place = row_duals[position];
        let mut improving: Vec<usize> = (0..costs.len()).filter(|o| costs[*o] < place - 1e-9).collect();
        improving.retain(|option| grown.columns[position].iter().all(|(known, _)| known != option));
        improving.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]).then(a.cmp(b)));
        promised += improving.first().map_or(0.0, |option| place - costs[*option]);
        improving.truncate(ENTERING);
        entering.push(improving);
    }
    (costs, entering, promised)
}

/// By process: the cuts that bind.
pub(super) type Binding = Vec<Vec<Arc<CoarseCut>>>;
/// By process: an average cut and its multiplier.
pub(super) type Splits = Vec<Option<(Arc<Cut>, f64)>>;

/// By process of the block: the cuts that bind with their multipliers.
fn by_process<'a>(grown: &'a Grown<'_>, duals: &[f64]) -> Vec<Vec<(&'a Arc<CoarseCut>, f64)>> {
    let mut of: Vec<Vec<(&Arc<CoarseCut>, f64)>> = vec![Vec::new(); grown.block.processes.len()];
    for ((position, cut, _), dual) in grown.cuts.iter().zip(duals).filter(|(_, dual)| **dual > 1e-12) {
        of[*position].push((cut, *dual));
    }
    of
}

/// The cuts that bind, and what they charge together.
fn binding(grown: &Grown<'_>, problem: &Problem<'_>, duals: &[f64], weight: f64) -> (Binding, Splits) {
    let of = by_process(grown, duals);
    let split = |(&process, of): (&usize, &Vec<(&Arc<CoarseCut>, f64)>)| {
        let sum: f64 = of.iter().map(|(_, dual)| dual).sum();
        let cuts: Vec<(&CoarseCut, f64)> = of.iter().map(|(cut, dual)| (cut.as_ref(), *dual)).collect();
        let cut = problem.losses.coarse_row(process, &CoarseCut::average(&cuts, sum)?, &problem.options);
        // A multiplier above the price would prove nothing.
        Some((Arc::new(cut), sum.min(weight)))
    };
    let splits = grown.block.processes.iter().zip(&of).map(split).collect();
    (of.into_iter().map(|of| of.into_iter().map(|(cut, _)| Arc::clone(cut)).collect()).collect(), splits)
}

impl<'a> Grown<'a> {
    /// The programme over the options and cuts that are known.
    fn new(block: &'a Block, known: &Known, terms: &'a Terms<'a>) -> Self {
        let problem = terms.problem;
        let mut grown = Self {
            block,
            terms,
            program: LinearProgram::default(),
            columns: vec![Vec::new(); block.workloads.len()],
            losses: Vec::new(),
            limits: Vec::new(),
            cuts: Vec::new(),
        };
        for w in &block.workloads {
            let id = &problem.estate.workload(WorkloadId::new(*w)).id;
            grown.program.equal(format!("place[{id}]"), Vec::new(), 1.0);
        }
        if let Some(part) = terms.limits {
            grown.limit(part);
        }
        for process in &block.processes {
            let worst = problem.worst_loss[*process] / problem.money_unit;
            let (name, weight) = (format!("loss{process}"), terms.goal.loss_weight);
            grown.losses.push(grown.program.column(name, weight, (0.0, worst), false));
        }
        let admitted: Vec<Vec<usize>> = block.workloads.iter().map(|w| known.admitted[*w].clone()).collect();
        grown.admit(&admitted);
        for (position, process) in block.processes.iter().enumerate() {
            for cut in &known.cuts[*process] {
                grown.cut(position, Arc::clone(cut));
            }
        }
        grown
    }

    /// Adds the block's part of every limit, over no option yet.
    fn limit(&mut self, part: f64) {
        let Terms { problem, goal, costs, .. } = self.terms;
        let cheapest = costs.iter().map(|costs| costs.iter().copied().fold(f64::INFINITY, f64::min));
        let all: f64 = cheapest.sum();
        for (number, row) in problem.couplings.rows.iter().enumerate() {
            // Every row may give way at a price beyond reason, since a block's part of a limit may be too small for
            // it: going without the limit would cost ten times everything. A limit of nothing has no size of its own.
            let size = row.limit.max(LEAST_LIMIT * row.all) * part;
            let beyond = BEYOND_REASON * all / size;
            let price = row.penalty.map_or(beyond, |penalty| goal.cost_weight * penalty / problem.money_unit);
            let excess = self.program.column(format!("excess{number}"), price, (0.0, row.all), false);
            self.limits.push(self.program.rows.len());
            self.program.at_most(row.name.clone(), vec![(excess, -1.0)], row.limit * part);
        }
    }

    /// Lets these options in, by workload of the block.
    fn admit(&mut self, entering: &[Vec<usize>]) {
        let problem = self.terms.problem;
        let before: Vec<usize> = self.columns.iter().map(Vec::len).collect();
        for (position, options) in entering.iter().enumerate() {
            let (w, part) = (self.block.workloads[position], self.block.parts[position]);
            for &option in options {
                let cost = self.terms.costs[position][option];
                let column = self.program.column(format!("x{position},{option}"), cost, (0.0, 1.0), false);
                self.columns[position].push((option, column));
                self.program.rows[position].coefficients.push((column, 1.0));
                if !self.limits.is_empty() {
                    for (row, demand) in problem.couplings.draws(w, option) {
                        let row = self.limits[row];
                        self.program.rows[row].coefficients.push((column, part * demand));
                    }
                }
            }
        }
        for (process, cut, row) in std::mem::take(&mut self.cuts) {
            let losing = self.losing(process, &cut, &before);
            self.program.rows[row].coefficients.extend(losing);
            self.cuts.push((process, cut, row));
        }
    }

    /// Adds a cut on the loss of the process at this position in the block.
    fn cut(&mut self, process: usize, cut: Arc<CoarseCut>) {
        let mut row = vec![(self.losses[process], 1.0)];
        row.extend(self.losing(process, &cut, &vec![0; self.columns.len()]));
        self.program.at_least(format!("cut{}", self.cuts.len()), row, 0.0);
        self.cuts.push((process, cut, self.program.rows.len() - 1));
    }

    /// What a cut holds against the columns of its process's workloads, by workload from so many on.
    fn losing(&self, process: usize, cut: &CoarseCut, from: &[usize]) -> Vec<(usize, f64)> {
        let problem = self.terms.problem;
        let process = self.block.processes[process];
        let mut losing = Vec::new();
        for &w in &problem.losses.joint.processes()[process].workloads {
            let Ok(position) = self.block.workloads.binary_search(&w) else { continue };
            let new = &self.columns[position][from[position]..];
            if new.is_empty() {
                continue;
            }
            let options = &problem.options.options[w];
            let loss = problem.losses.coarse_loss(process, cut, w);
            let of = new.iter().map(|&(option, column)| (column, -loss(&options[option]) / problem.money_unit));
            losing.extend(of.filter(|(_, loss)| *loss != 0.0));
        }
        losing
    }
}
