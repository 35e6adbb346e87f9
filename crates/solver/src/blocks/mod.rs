//! The relaxation of large estates, a block of processes at a time.
//!
//! With the rows that couple everything priced and charges shared out, workloads are coupled by processes alone. The
//! dual is then raised by blocks of processes in turn: how the losses of a block's processes are split among their
//! workloads is a small linear programme, once the splits of all other processes are held fixed (block-coordinate
//! ascent; Bertsekas 1999). The time grows with the number of blocks and not faster.
//!
//! A process of one workload couples nothing: what it loses is part of what its workload's options cost.
//!
//! In the first pass nothing is known: workloads that several blocks need are part of each, at their part of the cost,
//! and limits are shared out like demand. The multipliers of the limits are then the blocks' average, and after every
//! pass each is set to where it proves most.

pub(crate) mod limits;
mod programme;

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    Goal, LinearProgram, Progress, SolveError,
    formulation::{Cuts, Formulation, Rows},
    losses::{CoarseCut, Cut, Mix},
    pricing::{Priced, Prices, least},
    problem::Problem,
    relaxation::{Relaxed, Search},
    shares::{self, SharedCharges},
};

use programme::{Solved, Terms};

/// Processes of a block.
pub(crate) const SIZE: usize = 20;
/// Workloads of a block where no process couples any.
const WORKLOADS: usize = 200;
/// Passes over all blocks, the first one included. More prove hardly more, since processes choose together afterwards.
const PASSES: usize = 2;
/// Blocks that are solved side by side in a later pass, at most.
const AT_A_TIME: usize = 6;
/// A later pass solves blocks one after the other at least so many times: the more, the more it proves.
const WAVES: usize = 8;
/// How many times as much loss may be worth, against cost, for a goal to go on from the splits of another one.
const ALIKE: f64 = 1.6;
/// Rounds of columns and cuts in a block in the first pass.
const FIRST_ROUNDS: usize = 10;
/// The same in later passes.
const ROUNDS: usize = 20;
/// A pass that proves less than this more, relative, is the last one; other multipliers of limits that do are not taken.
const WORTH: f64 = 1.5e-4;
/// What the programmes of the first pass may miss, relative; it only finds out what limits are worth.
const ROUGH: f64 = 1e-3;
/// What those of later passes may miss.
const TOLERANCE: f64 = 2e-3;
/// Processes below which the whole is one programme: it proves as much in time that grows faster.
const FEWEST: usize = 1000;
/// The same where there are very many options, for goals without caps and for those of a curve or a surface.
const FEWEST_OF_MANY: usize = 200;

/// Processes that are solved together, and their workloads.
pub(crate) struct Block {
    processes: Vec<usize>,
    workloads: Vec<usize>,
    /// By workload of the block: the part of the processes that need it which is in the block.
    parts: Vec<f64>,
}

/// What a block's programme begins with and leaves behind; other goals begin with it too.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// By workload: the options in its last programme.
    admitted: Vec<Vec<usize>>,
    /// By process: the cuts that bound last.
    cuts: Vec<Vec<Arc<CoarseCut>>>,
    /// By process: what it charges the options of its workloads, per unit of the price beside it.
    splits: Vec<Option<(Arc<Cut>, f64)>>,
    shared: Arc<SharedCharges>,
    /// By coupling row: its multiplier.
    limits: Vec<f64>,
    /// What a unit of cost and of expected loss was worth for this; nothing yet.
    weights: Option<(f64, f64)>,
}

/// Whether an estate has so many processes that its relaxation is solved by blocks.
pub(crate) fn suit(problem: &Problem<'_>) -> bool {
    problem.losses.processes.len() >= FEWEST && can_be(problem)
}

/// Whether it has enough for a goal without caps, and for goals of which there are many.
pub(crate) fn suit_many(problem: &Problem<'_>) -> bool {
    let is_enough = problem.is_large() && problem.losses.processes.len() >= FEWEST_OF_MANY;
    suit(problem) || is_enough && can_be(problem)
}

/// Whether its relaxation can be solved by blocks.
pub(crate) fn can_be(problem: &Problem<'_>) -> bool {
    problem.couplings.charges.len() <= shares::MOST && problem.couplings.companions.iter().all(Vec::is_empty)
}

/// Whether blocks can be solved for `goal`: a weighted sum of cost and expected loss, without caps.
pub(crate) fn suit_goal(goal: &Goal) -> bool {
    goal.cost_weight > 0.0
        && goal.loss_weight > 0.0
        && goal.loss_cap.is_none()
        && goal.budget.is_none()
        && !goal.needs_cvar()
}

/// By process: its loss by option of its only workload, if it has but one and loses what one term says.
fn losses_alone<'a>(problem: &'a Problem<'_>) -> Vec<Option<&'a Arc<Cut>>> {
    let processes = problem.losses.joint.processes();
    let mut alone: Vec<Option<&Arc<Cut>>> = vec![None; processes.len()];
    let mut cuts = vec![0; processes.len()];
    for first in problem.first.loss.iter().filter(|first| processes[first.process].workloads.len() == 1) {
        cuts[first.process] += 1;
        alone[first.process] = (cuts[first.process] == 1).then_some(&first.cut);
    }
    alone
}

/// Processes that share workloads next to each other, cut into blocks, without those of one workload; workloads that no
/// process of a block needs go with any.
///
/// Each `turn` puts others next to each other: what keeps a block from rising is undone in the next turn's blocks.
fn blocks(problem: &Problem<'_>, turn: usize, size: usize, alone: &[Option<&Arc<Cut>>]) -> Vec<Block> {
    let joint = &problem.losses.joint;
    let mut order: Vec<usize> = (0..joint.processes().len()).filter(|process| alone[*process].is_none()).collect();
    let needing = |w: usize| joint.needing(w).iter().filter(|(process, _)| alone[*process].is_none());
    let shared = |process: usize| {
        let workloads = joint.processes()[process].workloads.iter().copied();
        let mut shared: Vec<usize> = workloads.filter(|w| joint.needing(*w).len() > 1).collect();
        shared.sort_by_key(|w| (std::cmp::Reverse(joint.needing(*w).len()), *w));
        shared.get(turn % shared.len().max(1)).copied()
    };
    order.sort_by_key(|process| (shared(*process), *process));
    let couplings = &problem.couplings;
    // The best price of a single limit is found without a programme; prices of several, and of charges, hang together.
    let is_simple = couplings.rows.len() < 2 && couplings.charges.is_empty();
    let count = match order.len().div_ceil(size) {
        0 if turn == 0 && !is_simple => problem.options.options.len().div_ceil(WORKLOADS),
        count => count,
    };
    let free: Vec<usize> = (0..problem.options.options.len()).filter(|w| needing(*w).next().is_none()).collect();
    (0..count)
        .map(|number| {
            let part = |len: usize| len * number / count..len * (number + 1) / count;
            let mut processes = order[part(order.len())].to_vec();
            processes.sort_unstable();
            let needed =
                processes.iter().flat_map(|process| joint.processes()[*process].workloads.iter().copied());
            let free = free[part(free.len())].iter().copied().filter(|_| turn == 0);
            let mut workloads: Vec<usize> = needed.chain(free).collect();
            workloads.sort_unstable();
            workloads.dedup();
            let of = |w: &usize| {
                let all = needing(*w).count();
                let here = needing(*w).filter(|(process, _)| processes.binary_search(process).is_ok()).count();
                if all == 0 { 1.0 } else { here as f64 / all as f64 }
            };
            let parts = workloads.iter().map(of).collect();
            Block { processes, workloads, parts }
        })
        .collect()
}

impl Known {
    fn new(problem: &Problem<'_>) -> Self {
        let start = |useful: &Vec<bool>| {
            useful.iter().enumerate().filter(|(_, useful)| **useful).map(|(option, _)| option).collect()
        };
        let processes = problem.losses.processes.len();
        Self {
            admitted: problem.first.useful.iter().map(start).collect(),
            cuts: vec![Vec::new(); processes],
            splits: vec![None; processes],
            shared: Arc::new(shares::even(&problem.couplings.charges)),
            limits: vec![0.0; problem.couplings.rows.len()],
            weights: None,
        }
    }

    /// Whether the splits of a goal like this one are known. Then they are what it begins with, at its own prices.
    fn restated(&mut self, goal: &Goal) -> bool {
        let weights = (goal.cost_weight, goal.loss_weight);
        let Some(before) = self.weights.replace(weights) else { return false };
        let (of_cost, of_loss) = (weights.0 / before.0, weights.1 / before.1);
        for (_, dual) in self.splits.iter_mut().flatten() {
            *dual *= of_loss;
        }
        for dual in &mut self.limits {
            *dual *= of_cost;
        }
        // What counts is how much loss is worth against cost.
        (1.0 / ALIKE..=ALIKE).contains(&(of_loss / of_cost))
    }

    /// What of it holds where other years count.
    pub(crate) fn over_other_years(&self) -> Self {
        let processes = self.cuts.len();
        Self { cuts: vec![Vec::new(); processes], splits: vec![None; processes], weights: None, ..self.clone() }
    }

    /// Adds what the block's processes charge, times so much.
    fn charge(&self, block: &Block, costs: &mut [Vec<f64>], times: f64) {
        for (cut, dual) in block.processes.iter().filter_map(|process| self.splits[*process].as_ref()) {
            charge(costs, cut, times * dual);
        }
    }

    /// By workload of the block: what its options cost without what the block's own processes charge.
    fn costs_without(&self, block: &Block, charged: &[Vec<f64>], problem: &Problem<'_>) -> Vec<Vec<f64>> {
        let mut costs: Vec<Vec<f64>> = block.workloads.iter().map(|w| charged[*w].clone()).collect();
        for (cut, dual) in block.processes.iter().filter_map(|process| self.splits[*process].as_ref()) {
            for (w, losses) in cut.parts() {
                if let Ok(position) = block.workloads.binary_search(w) {
                    for (cost, loss) in costs[position].iter_mut().zip(losses) {
                        *cost -= dual / problem.money_unit * loss;
                    }
                }
            }
        }
        costs
    }

    /// Takes over what a solved block leaves.
    fn take(&mut self, block: &Block, solved: &mut Solved) {
        for (&w, admitted) in block.workloads.iter().zip(solved.admitted.drain(..)) {
            self.admitted[w] = admitted;
        }
        for ((&process, cuts), split) in
            block.processes.iter().zip(solved.cuts.drain(..)).zip(solved.splits.drain(..))
        {
            self.cuts[process] = cuts;
            self.splits[process] = split;
        }
    }
}

impl Search<'_> {
    /// The relaxation by blocks of so many processes, in so many passes: by default as many as the gap is worth.
    pub(crate) fn relax_by_blocks(&mut self, size: usize, passes: Option<usize>) -> Result<Relaxed, SolveError> {
        let (problem, goal, control) = (self.problem, self.goal, self.control);
        let alone = losses_alone(problem);
        let before = self.known.blocks.take();
        let mut known = before.map_or_else(|| Known::new(problem), |known| known.as_ref().clone());
        let is_known = known.restated(goal) && passes.is_none();
        for (split, cut) in known.splits.iter_mut().zip(&alone) {
            if let Some(cut) = cut {
                *split = Some((Arc::clone(cut), goal.loss_weight));
            }
        }
        let apart = if is_known { Vec::new() } else { blocks(problem, 0, size, &alone) };
        let mut prices = Prices::of_limits(problem, vec![0.0; problem.couplings.rows.len()]);
        prices.share(goal, &known.shared, problem.money_unit);

        // Each block by itself.
        let mut base = Vec::new();
        if !apart.is_empty() {
            base = prices.costs_without_losses(problem, goal, 0);
            for cut in alone.iter().flatten() {
                charge(&mut base, cut, goal.loss_weight / problem.money_unit);
            }
        }
        let part = 1.0 / apart.len() as f64;
        let mut solved: Vec<Solved> = apart
            .par_iter()
            .map(|block| {
                let costs = block.workloads.iter().zip(&block.parts);
                let costs = costs.map(|(w, part)| base[*w].iter().map(|cost| cost * part).collect()).collect();
                let terms = Terms {
                    problem,
                    goal,
                    control,
                    costs,
                    limits: Some(part),
                    tolerance: ROUGH,
                    rounds: FIRST_ROUNDS,
                };
                programme::solve(block, &known, &terms)
            })
            .collect::<Result<_, _>>()?;
        self.programmes += solved.iter().map(|solved| solved.programmes).sum::<usize>();
        let rows = problem.couplings.rows.len();
        let paid = |row: usize| solved.iter().map(|solved| solved.limits[row]).sum::<f64>() * part;
        if !apart.is_empty() {
            known.limits = (0..rows).map(paid).collect();
        }
        prices = Prices::of_limits(problem, known.limits.clone());
        prices.share(goal, &known.shared, problem.money_unit);
        let mut mix: Mix = vec![Vec::new(); problem.options.options.len()];
        for (block, solved) in apart.iter().zip(&mut solved) {
            known.take(block, solved);
        }
        // Of a workload that is in several blocks the largest part counts.
        let mut largest = vec![0.0; mix.len()];
        for (block, solved) in apart.iter().zip(solved) {
            for ((w, part), parts) in block.workloads.iter().zip(&block.parts).zip(solved.mix) {
                if *part > largest[*w] {
                    largest[*w] = *part;
                    mix[*w] = parts;
                }
            }
        }
        let mut best: Option<(Prices, Priced)> = None;
        let passes = passes.unwrap_or(PASSES);
        for pass in 1..=passes {
            let splits = known.splits.iter().enumerate();
            prices.loss_cuts = splits
                .filter_map(|(process, split)| split.as_ref().map(|(cut, dual)| (process, Arc::clone(cut), *dual)))
                .collect();
            let mut priced = prices.price(problem, goal);
            let other = shares::improved(
                &problem.couplings.charges,
                &priced.costs,
                &known.shared,
                problem.money_unit / goal.cost_weight,
            );
            let mut again = prices.clone();
            again.share(goal, &other, problem.money_unit);
            let repriced = again.price(problem, goal);
            if repriced.bound > priced.bound {
                (prices, priced, known.shared) = (again, repriced, Arc::new(other));
            }
            // Splits of blocks that had limits of their own fit the average of what those were worth to them.
            let is_settled = apart.is_empty() || pass > 1 || pass == passes;
            let better = is_settled.then(|| limits::improved(problem, goal, &prices, priced.costs.clone()));
            if let Some(better) = better.filter(|better| *better != prices.couplings) {
                let mut again = prices.clone();
                again.couplings = better;
                let repriced = again.price(problem, goal);
                // Little more is no reason to say that a full limit is worth nothing.
                let is_dropped =
                    again.couplings.iter().zip(&prices.couplings).any(|(new, old)| *new == 0.0 && *old != 0.0);
                let least = if is_dropped && !apart.is_empty() { WORTH * priced.bound.abs() } else { 0.0 };
                if repriced.bound - priced.bound > least {
                    (prices, priced) = (again, repriced);
                }
            }
            let bound = priced.bound;
            let before = best.as_ref().map_or(f64::NEG_INFINITY, |(_, known)| known.bound);
            (control.progress)(Progress::Bounds {
                round: pass,
                rows: problem.losses.processes.len(),
                columns: problem.options.len(),
                bound: bound.max(before) * problem.money_unit,
                relaxed: bound.max(before) * problem.money_unit,
            });
            let is_last = pass == passes || pass > 1 && bound - before < WORTH * bound.abs();
            let is_over = is_last || control.interrupted();
            // What every option costs at all splits, for the blocks to go on from.
            let mut charged = if is_over { Vec::new() } else { priced.costs.clone() };
            if bound > before {
                best = Some((prices.clone(), priced));
            }
            if is_over {
                break;
            }
            // One block after the other, the splits of all the others held fixed.
            let turn = blocks(problem, pass, size, &alone);
            // Some at a time, far from each other: a fixed number, so that nothing depends on the threads.
            let apart = turn.len().div_ceil((turn.len() / WAVES).clamp(2, AT_A_TIME));
            for first in 0..apart {
                let some: Vec<&Block> = turn.iter().skip(first).step_by(apart).collect();
                let solved: Result<Vec<Solved>, SolveError> = some
                    .par_iter()
                    .map(|block| {
                        let costs = known.costs_without(block, &charged, problem);
                        let terms = Terms {
                            problem,
                            goal,
                            control,
                            costs,
                            limits: None,
                            tolerance: TOLERANCE,
                            rounds: ROUNDS,
                        };
                        programme::solve(block, &known, &terms)
                    })
                    .collect();
                // What has been proven before an interrupt still holds.
                if control.interrupted() {
                    break;
                }
                for (block, mut solved) in some.into_iter().zip(solved?) {
                    known.charge(block, &mut charged, -1.0 / problem.money_unit);
                    known.take(block, &mut solved);
                    known.charge(block, &mut charged, 1.0 / problem.money_unit);
                    self.programmes += solved.programmes;
                    for (w, parts) in block.workloads.iter().zip(solved.mix) {
                        mix[*w] = parts;
                    }
                }
            }
        }
        let (prices, priced) = best.ok_or(SolveError::NoPlan)?;
        known.limits.clone_from(&prices.couplings);
        for (parts, costs) in mix.iter_mut().zip(&priced.costs).filter(|(parts, _)| parts.is_empty()) {
            parts.push((least(costs).0, 1.0));
        }
        self.known.blocks = Some(Arc::new(known));
        for (useful, parts) in self.known.useful.iter_mut().zip(&mix) {
            for (option, _) in parts {
                useful[*option] = true;
            }
        }
        let program = LinearProgram { columns: Vec::new(), rows: problem.couplings.empty_rows() };
        let formulation =
            Formulation { program, placements: Vec::new(), losses: Vec::new(), rows: Rows::default(), cvar: None };
        Ok(Relaxed {
            formulation,
            duals: prices.couplings.clone(),
            costs: priced.costs,
            bound_at_duals: priced.bound,
            prices,
            mix,
            cuts: Cuts::default(),
        })
    }
}

fn charge(costs: &mut [Vec<f64>], cut: &Cut, price: f64) {
    for (w, losses) in cut.parts() {
        for (cost, loss) in costs[*w].iter_mut().zip(losses) {
            *cost += price * loss;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
