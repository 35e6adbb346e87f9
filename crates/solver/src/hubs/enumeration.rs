//! Every fixing of the hubs, the most promising first, each with its locals solved exactly.

use std::{cell::Cell, collections::BTreeMap};

use super::{Found, Priced};
use crate::{
    Control, Goal,
    losses::joint::{Mark, mark},
};

/// Prices of loss that one fixing of the hubs is tried at.
const PRICES: usize = 12;
/// Fixings whose price of loss is improved, at most.
const IMPROVED: usize = 400;
/// Steps of depth-first search in all; beyond, bounds are the quick ones.
const WORK: u64 = 3_000_000;

/// Hub options of one process, in the order of its hubs.
type Sub = Vec<usize>;

pub(super) struct Enumeration<'a> {
    priced: &'a Priced<'a>,
    hubs: &'a [(usize, Vec<usize>)],
    /// By group of processes and its hub options.
    quick: BTreeMap<(usize, Sub), f64>,
    exact: BTreeMap<(usize, Sub), Vec<Answer>>,
    /// Steps of depth-first search so far.
    work: Cell<u64>,
}

/// The best of a process given its hubs.
#[derive(Clone)]
struct Answer {
    value: f64,
    loss: f64,
    /// (workload, option).
    locals: Vec<(usize, usize)>,
}

/// A whole choice at prices.
struct Fixing {
    value: f64,
    loss: f64,
    options: Vec<usize>,
}

impl<'a> Enumeration<'a> {
    /// Prepares the fixings of `hubs` after `work` steps of search elsewhere.
    pub(super) fn new(priced: &'a Priced<'a>, hubs: &'a [(usize, Vec<usize>)], work: u64) -> Self {
        Self { priced, hubs, quick: BTreeMap::new(), exact: BTreeMap::new(), work: Cell::new(work) }
    }

    /// Steps of search so far.
    pub(super) fn work(&self) -> u64 {
        self.work.get()
    }

    /// Answers whether it came to its end.
    pub(super) fn run(&mut self, goal: &Goal, found: &mut Found, control: &Control<'_>) -> bool {
        let mut fixings: Vec<(f64, Vec<usize>)> = Vec::new();
        let count: usize = self.hubs.iter().map(|(_, options)| options.len()).product();
        for number in 0..count {
            if control.interrupted() {
                return false;
            }
            let mut rest = number;
            let option = |(_, options): &(usize, Vec<usize>)| {
                let option = options[rest % options.len()];
                rest /= options.len();
                option
            };
            let hub_options: Vec<usize> = self.hubs.iter().map(option).collect();
            let bound = self.quick_value(&hub_options);
            if bound < found.bound {
                fixings.push((bound, hub_options));
            }
        }
        fixings.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (number, (quick, hub_options)) in fixings.into_iter().enumerate() {
            if quick >= found.bound {
                break;
            }
            if self.work.get() >= WORK {
                // Fixings come by rising quick bound: this one holds for all that are left.
                found.bound = found.bound.min(quick);
                found.at_price = found.at_price.min(quick);
                break;
            }
            if control.interrupted() {
                return false;
            }
            let fixing = self.exact_value(&hub_options);
            if !fixing.value.is_finite() {
                continue;
            }
            let mut best = fixing.value;
            let mut plans = Vec::new();
            found.at_price = found.at_price.min(best);
            if let Some(cap) = goal.loss_cap.map(|cap| cap / self.priced.problem.money_unit)
                && best < found.bound
                && number < IMPROVED
            {
                best = best.max(self.best_price(&hub_options, &fixing, cap, found.bound, &mut plans));
            }
            plans.push(fixing.options);
            found.starts.push((best, plans));
            found.bound = found.bound.min(best);
        }
        true
    }

    fn sub(&self, hubs: &[usize], hub_options: &[usize]) -> Sub {
        let position =
            |workload: &usize| self.hubs.iter().position(|(known, _)| known == workload).unwrap_or_default();
        hubs.iter().map(|workload| hub_options[position(workload)]).collect()
    }

    /// Everything but the processes' own parts.
    fn outer(&self, hub_options: &[usize], price: f64) -> f64 {
        let priced = self.priced;
        let hubs: f64 = self.hubs.iter().zip(hub_options).map(|((w, _), o)| priced.cost_at(price, *w, *o)).sum();
        let free = if price == priced.price { priced.free_first } else { priced.free_at(price) };
        priced.constant_at(price) + hubs + free
    }

    /// A lower bound: in each process one local at a time.
    fn quick_value(&mut self, hub_options: &[usize]) -> f64 {
        let star = self.priced.star;
        let mut total = self.outer(hub_options, self.priced.price);
        for (group, (hubs, processes)) in star.groups.iter().enumerate() {
            let key = (group, self.sub(hubs, hub_options));
            let value = self.quick.get(&key).copied().unwrap_or_else(|| {
                // Processes of the same make-up and the same fixed workloads lose in proportion.
                let mut of_hubs: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
                let value = processes
                    .iter()
                    .map(|process| {
                        let (profile, unit) = self.priced.problem.losses.joint.profile_of(*process);
                        let known = of_hubs.get(&profile).copied();
                        let alike =
                            known.filter(|(first, _)| star.parts[*first].fixed == star.parts[*process].fixed);
                        let per_unit = alike.map_or_else(
                            || {
                                let loss = self.base(*process, &key.1).1 / unit;
                                of_hubs.insert(profile, (*process, loss));
                                loss
                            },
                            |(_, loss)| loss,
                        );
                        self.quick_of(*process, per_unit * unit)
                    })
                    .sum();
                self.quick.insert(key, value);
                value
            });
            total += value;
        }
        total
    }

    /// The marks and the loss that hubs and fixed workloads alone give a process.
    fn base(&self, process: usize, sub: &[usize]) -> (Vec<Vec<Mark>>, f64) {
        let star = self.priced.star;
        let parts = &star.parts[process];
        let chosen: Vec<_> = parts.hubs.iter().zip(sub).map(|(&(slot, w), &o)| (slot, w, o)).collect();
        let mut base = parts.fixed.clone();
        let loss = star.loss(self.priced.problem, process, &mut base, &chosen);
        (base, loss)
    }

    fn quick_of(&self, process: usize, of_hubs: f64) -> f64 {
        let priced = self.priced;
        let (locals, price) = (&priced.star.parts[process].locals, priced.price);
        let all: f64 = locals.iter().map(|(_, w)| priced.cheapest_at(price, *w).1).sum();
        let alone = priced.star.alone[process].iter().zip(&priced.order[process]);
        let one_at_a_time = locals.iter().zip(alone).map(|(&(_, w), (losses, order))| {
            let mut best = f64::INFINITY;
            // By rising value of the local alone, which is no more than its value beside the hubs.
            for &option in order {
                let (cost, loss) = (priced.cost_at(price, w, option), losses[option]);
                if cost + price * loss >= best {
                    break;
                }
                best = best.min(cost + price * loss.max(of_hubs));
            }
            best + all - priced.cheapest_at(price, w).1
        });
        one_at_a_time.fold(all + priced.price * of_hubs, f64::max)
    }

    fn exact_value(&mut self, hub_options: &[usize]) -> Fixing {
        let star = self.priced.star;
        let mut answers = Vec::with_capacity(star.parts.len());
        for (group, (hubs, processes)) in star.groups.iter().enumerate() {
            let key = (group, self.sub(hubs, hub_options));
            if !self.exact.contains_key(&key) {
                let found = self.exact_group(processes, &key.1, self.priced.price);
                self.exact.insert(key.clone(), found);
            }
            answers.extend(self.exact[&key].iter().cloned());
        }
        self.assemble(hub_options, answers, self.priced.price)
    }

    fn exact_group(&self, processes: &[usize], sub: &[usize], price: f64) -> Vec<Answer> {
        let of_process = |process: &usize| {
            if self.work.get() < WORK {
                return self.exact_of(*process, sub, price);
            }
            // Enough: the hubs' own loss and the cheapest locals are a bound too.
            let loss = self.base(*process, sub).1;
            let locals = &self.priced.star.parts[*process].locals;
            let cheapest: Vec<(usize, (usize, f64))> =
                locals.iter().map(|(_, w)| (*w, self.priced.cheapest_at(price, *w))).collect();
            let cost: f64 = cheapest.iter().map(|(_, (_, cost))| cost).sum();
            let locals = cheapest.iter().map(|(w, (option, _))| (*w, *option)).collect();
            Answer { value: cost + price * loss, loss, locals }
        };
        processes.iter().map(of_process).collect()
    }

    fn assemble(&self, hub_options: &[usize], answers: Vec<Answer>, price: f64) -> Fixing {
        let mut options: Vec<usize> =
            (0..self.priced.cost.len()).map(|w| self.priced.cheapest_at(price, w).0).collect();
        for ((workload, _), option) in self.hubs.iter().zip(hub_options) {
            options[*workload] = *option;
        }
        let mut fixing = Fixing { value: self.outer(hub_options, price), loss: 0.0, options };
        for answer in answers {
            fixing.value += answer.value;
            fixing.loss += answer.loss;
            for (workload, option) in answer.locals {
                fixing.options[workload] = option;
            }
        }
        fixing
    }

    /// The best locals of a process by depth-first search. Losses rise with every workload that is added, so a
    /// partial choice is bounded by its own loss and the cheapest of what is left.
    fn exact_of(&self, process: usize, sub: &[usize], price: f64) -> Answer {
        let (mut base, loss) = self.base(process, sub);
        let locals = &self.priced.star.parts[process].locals;
        let mut rest = vec![0.0; locals.len() + 1];
        for (number, (_, w)) in locals.iter().enumerate().rev() {
            rest[number] = rest[number + 1] + self.priced.cheapest_at(price, *w).1;
        }
        let mut best = Answer { value: f64::INFINITY, loss, locals: Vec::new() };
        self.descend(process, price, (&mut base, loss, 0.0), &rest, &mut Vec::new(), &mut best);
        best
    }

    fn descend(
        &self,
        process: usize,
        price: f64,
        (marks, loss, cost): (&mut [Vec<Mark>], f64, f64),
        rest: &[f64],
        chosen: &mut Vec<(usize, usize)>,
        best: &mut Answer,
    ) {
        let star = self.priced.star;
        let depth = chosen.len();
        if depth == star.parts[process].locals.len() {
            let value = cost + price * loss;
            if value < best.value {
                *best = Answer { value, loss, locals: chosen.clone() };
            }
            return;
        }
        let (slot, workload) = star.parts[process].locals[depth];
        let table = &self.priced.problem.losses;
        let losses = &star.alone[process][depth];
        for &option in &self.priced.order[process][depth] {
            let here = cost + self.priced.cost_at(price, workload, option);
            if here + price * losses[option].max(loss) + rest[depth + 1] >= best.value {
                continue;
            }
            self.work.set(self.work.get() + 1);
            let touches = &self.priced.problem.options.options[workload][option].touches;
            let mut more = 0.0;
            for touch in touches.iter() {
                let of_class = &mut marks[touch.class as usize];
                let before = table.joint_loss(process, touch.class, of_class);
                of_class[slot] = mark(*touch);
                more += table.joint_loss(process, touch.class, of_class) - before;
            }
            let with_it = loss + more / self.priced.problem.money_unit;
            if here + price * with_it + rest[depth + 1] < best.value {
                chosen.push((workload, option));
                self.descend(process, price, (marks, with_it, here), rest, chosen, best);
                chosen.pop();
            }
            for touch in touches.iter() {
                marks[touch.class as usize][slot] = 0;
            }
        }
    }

    /// The best price of loss for one fixing of the hubs under a cap: the value is concave in the price, with slope
    /// loss minus cap, so the next price is where the lines of the two nearest prices meet (Kelley 1960).
    fn best_price(
        &self,
        hub_options: &[usize],
        at_start: &Fixing,
        cap: f64,
        enough: f64,
        plans: &mut Vec<Vec<usize>>,
    ) -> f64 {
        let first = self.priced.price;
        let mut best = at_start.value;
        // (price, value, slope) on either side of the best price.
        let mut low: Option<(f64, f64, f64)> = None;
        let mut high: Option<(f64, f64, f64)> = None;
        let mut last = (first, at_start.value, at_start.loss - cap);
        for _ in 0..PRICES {
            if last.2 > 0.0 {
                low = Some(last);
            } else {
                high = Some(last);
            }
            if best >= enough {
                break;
            }
            let price = match (low, high) {
                (Some(low), None) => low.0 * 2.0 + 1e-6,
                (None, Some(high)) if high.0 > 0.0 => {
                    if high.0 < 1e-6 {
                        0.0
                    } else {
                        high.0 * 0.5
                    }
                }
                (Some(low), Some(high)) => {
                    let meet = (high.1 - low.1 + low.2 * low.0 - high.2 * high.0) / (low.2 - high.2);
                    if !meet.is_finite() || meet <= low.0 || meet >= high.0 {
                        break;
                    }
                    if low.1 + low.2 * (meet - low.0) <= best * (1.0 + 1e-9) {
                        break;
                    }
                    meet
                }
                _ => break,
            };
            let groups = self.priced.star.groups.iter();
            let answers = groups
                .flat_map(|(hubs, processes)| self.exact_group(processes, &self.sub(hubs, hub_options), price))
                .collect();
            let found = self.assemble(hub_options, answers, price);
            last = (price, found.value, found.loss - cap);
            best = best.max(found.value);
            plans.insert(0, found.options);
        }
        best
    }
}
