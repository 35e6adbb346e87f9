//! The programme of one block: its workloads' options, its processes' losses by cuts, and perhaps its part of the limits.

use std::sync::Arc;

use ballast_model::WorkloadId;

use super::{Block, Known};
use crate::{
    Control, Goal, LinearProgram, SolveError,
    backend::Warm,
    certified,
    losses::{CoarseCut, CoarseLosses, Cut},
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
    pub(super) coarse: &'a CoarseLosses,
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

/// A programme with the meaning of its columns and rows.
struct Built {
    program: LinearProgram,
    /// (position of the workload in the block, option) of the first columns.
    placements: Vec<(usize, usize)>,
    losses: Vec<usize>,
    first_cut: usize,
    /// By coupling row that is there.
    limits: Vec<(usize, usize)>,
}

/// A block's programme as it grows.
struct Grown<'a> {
    block: &'a Block,
    /// By workload of the block.
    admitted: Vec<Vec<usize>>,
    /// (position of the process in the block, cut), in the order in which they came.
    cuts: Vec<(usize, Arc<CoarseCut>)>,
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
    let of_process = |(position, process): (usize, &usize)| {
        known.cuts[*process].iter().map(|cut| (position, Arc::clone(cut))).collect::<Vec<_>>()
    };
    let mut grown = Grown {
        block,
        admitted: block.workloads.iter().map(|w| known.admitted[*w].clone()).collect(),
        cuts: block.processes.iter().enumerate().flat_map(of_process).collect(),
    };
    for round in 0.. {
        if terms.control.interrupted() {
            break;
        }
        let built = build(&grown, terms);
        let (raw, certificate) =
            certified::solve_from(problem, terms.control, &mut warm, &built.program, &mut programmes)?;
        let mut mix: Vec<Vec<(usize, f64)>> = vec![Vec::new(); block.workloads.len()];
        for (&(position, option), &share) in built.placements.iter().zip(&raw.x) {
            if share > SHARE_OF_ENGINE {
                mix[position].push((option, share));
            }
        }
        for parts in &mut mix {
            make_whole(parts);
        }
        let mut limits = vec![0.0; problem.couplings.rows.len()];
        for &(row, position) in &built.limits {
            limits[row] = certificate.duals[position];
        }
        let duals: Vec<f64> = (0..grown.cuts.len()).map(|cut| certificate.duals[built.first_cut + cut]).collect();
        let (costs, promised) = admit(&mut grown, terms, &certificate.duals, &duals, &limits);
        // Cuts at the mix.
        let at = |w: usize| {
            block.workloads.binary_search(&w).map_or_else(|_| Vec::new(), |position| mix[position].clone())
        };
        let weight = terms.goal.loss_weight;
        let mut missed = 0.0;
        let mut new = Vec::new();
        for (position, (&process, column)) in block.processes.iter().zip(&built.losses).enumerate() {
            let (cut, value) = problem.losses.coarse_cut(terms.coarse, process, &at, &problem.options);
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
        grown.cuts.extend(new);
    }
    Err(SolveError::NoPlan)
}

/// By workload the few options in the programme that cost least, and those of the mix.
fn kept(grown: &Grown<'_>, costs: &[Vec<f64>], mix: &[Vec<(usize, f64)>]) -> Vec<Vec<usize>> {
    let workloads = grown.admitted.iter().zip(costs).zip(mix);
    workloads
        .map(|((admitted, costs), parts)| {
            let mut order = admitted.clone();
            order.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]).then(a.cmp(b)));
            let mut kept: Vec<usize> = parts.iter().map(|(option, _)| *option).collect();
            kept.extend(order.into_iter().take(KEPT));
            kept.sort_unstable();
            kept.dedup();
            kept
        })
        .collect()
}

/// Lets the options in that would improve the programme; answers what every option costs at its multipliers, and how
/// much the new ones promise in all.
fn admit(
    grown: &mut Grown<'_>,
    terms: &Terms<'_>,
    row_duals: &[f64],
    duals: &[f64],
    limits: &[f64],
) -> (Vec<Vec<f64>>, f64) {
    let problem = terms.problem;
    let block = grown.block;
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
    for (position, (&w, costs)) in block.workloads.iter().zip(&mut costs).enumerate() {
        if terms.limits.is_some() {
            for (option, cost) in costs.iter_mut().enumerate() {
                let drawn = problem.couplings.draws(w, option).filter(|(row, _)| limits[*row] != 0.0);
                *cost -= block.parts[position] * drawn.map(|(row, demand)| limits[row] * demand).sum::<f64>();
            }
        }
        let place = row_duals[position];
        let mut improving: Vec<usize> = (0..costs.len()).filter(|o| costs[*o] < place - 1e-9).collect();
        improving.retain(|option| !grown.admitted[position].contains(option));
        improving.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]).then(a.cmp(b)));
        promised += improving.first().map_or(0.0, |option| place - costs[*option]);
        grown.admitted[position].extend(improving.into_iter().take(ENTERING));
    }
    (costs, promised)
}

/// By process: the cuts that bind.
pub(super) type Binding = Vec<Vec<Arc<CoarseCut>>>;
/// By process: an average cut and its multiplier.
pub(super) type Splits = Vec<Option<(Arc<Cut>, f64)>>;

/// By process of the block: the cuts that bind with their multipliers.
fn by_process<'a>(grown: &'a Grown<'_>, duals: &[f64]) -> Vec<Vec<(&'a Arc<CoarseCut>, f64)>> {
    let mut of: Vec<Vec<(&Arc<CoarseCut>, f64)>> = vec![Vec::new(); grown.block.processes.len()];
    for ((position, cut), dual) in grown.cuts.iter().zip(duals).filter(|(_, dual)| **dual > 1e-12) {
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

fn build(grown: &Grown<'_>, terms: &Terms<'_>) -> Built {
    let (problem, block) = (terms.problem, grown.block);
    let unit = problem.money_unit;
    let mut program = LinearProgram::default();
    let mut placements = Vec::new();
    let mut columns: Vec<Vec<(usize, usize)>> = vec![Vec::new(); block.workloads.len()];
    for (position, admitted) in grown.admitted.iter().enumerate() {
        for &option in admitted {
            let cost = terms.costs[position][option];
            let column = program.column(format!("x{position},{option}"), cost, (0.0, 1.0), false);
            columns[position].push((option, column));
            placements.push((position, option));
        }
    }
    for (position, of) in columns.iter().enumerate() {
        let id = &problem.estate.workload(WorkloadId::new(block.workloads[position])).id;
        program.equal(format!("place[{id}]"), of.iter().map(|(_, column)| (*column, 1.0)).collect(), 1.0);
    }
    let mut limits = Vec::new();
    if let Some(part) = terms.limits {
        let rows = &problem.couplings.rows;
        let cheapest = terms.costs.iter().map(|costs| costs.iter().copied().fold(f64::INFINITY, f64::min));
        let all: f64 = cheapest.sum();
        let mut drawn: Vec<Vec<(usize, f64)>> = vec![Vec::new(); rows.len()];
        for (position, of) in columns.iter().enumerate() {
            for &(option, column) in of {
                for (row, demand) in problem.couplings.draws(block.workloads[position], option) {
                    drawn[row].push((column, block.parts[position] * demand));
                }
            }
        }
        for (number, (row, mut drawn)) in rows.iter().zip(drawn).enumerate() {
            // Every row may give way at a price beyond reason, since a block's part of a limit may be too small for
            // it: going without the limit would cost ten times everything. A limit of nothing has no size of its own.
            let size = row.limit.max(LEAST_LIMIT * row.all) * part;
            let beyond = BEYOND_REASON * all / size;
            let price = row.penalty.map_or(beyond, |penalty| terms.goal.cost_weight * penalty / unit);
            let name = format!("excess{number}");
            let excess = program.column(name, price, (0.0, row.all), false);
            drawn.push((excess, -1.0));
            limits.push((number, program.rows.len()));
            program.at_most(row.name.clone(), drawn, row.limit * part);
        }
    }
    let losses: Vec<usize> = block
        .processes
        .iter()
        .map(|process| {
            let worst = problem.worst_loss[*process] / unit;
            program.column(format!("loss{process}"), terms.goal.loss_weight, (0.0, worst), false)
        })
        .collect();
    let first_cut = program.rows.len();
    for (number, (process, cut)) in grown.cuts.iter().enumerate() {
        let mut row = vec![(losses[*process], 1.0)];
        let process = block.processes[*process];
        for &w in &problem.losses.joint.processes()[process].workloads {
            let Ok(position) = block.workloads.binary_search(&w) else { continue };
            let options = &problem.options.options[w];
            let losing = columns[position].iter().map(|&(option, column)| {
                (column, -problem.losses.coarse_loss(process, cut, w, &options[option]) / unit)
            });
            row.extend(losing.filter(|(_, loss)| *loss != 0.0));
        }
        program.at_least(format!("cut{number}"), row, 0.0);
    }
    Built { program, placements, losses, first_cut, limits }
}
