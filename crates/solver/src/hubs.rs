//! A bound that keeps whole plans whole: coupling rows priced by their duals, losses exact.
//!
//! What is paid once (sites, providers) is not priced but fixed too: open and paid, or closed and its options out.
//!
//! Estates are stars: a few workloads that many processes share (hubs), and many that belong to one process each
//! (locals). Once the hubs are fixed the priced problem falls apart into one small problem per process, each solved
//! exactly by depth-first search. So the priced problem is solved by enumerating the hubs, best bound first. Its
//! value is a Lagrangian bound (Geoffrion 1974) that is at least the relaxation's, and mostly far better: it does not
//! split workloads. Under a cap on loss each fixing of the hubs is priced at a loss price of its own, which is
//! branching on the hubs.

use std::{cell::Cell, collections::BTreeMap};

use crate::{
    Goal,
    certify::lagrangian_bound,
    losses::joint::{Mark, mark},
    problem::Problem,
    relaxation::{Relaxed, ranked},
};

/// Fixings of the hubs that are looked at, at most.
const FIXINGS: usize = 6_000;
/// Charges that are fixed open or closed; others keep the duals of their rows.
const CHARGES: usize = 5;
/// Prices of loss that one fixing of the hubs is tried at.
const PRICES: usize = 12;
/// Fixings whose price of loss is improved, at most.
const IMPROVED: usize = 400;
/// Steps of depth-first search in all; beyond, bounds are the quick ones.
const WORK: u64 = 3_000_000;
/// Fixings whose plans are starts for the local search.
const STARTS: usize = 4;

/// What the enumeration proves, and plans to start from.
pub(crate) struct HubBound {
    /// No plan has a lower objective, in units of [`Problem::money_unit`]; at most the target.
    pub(crate) bound: f64,
    /// The same at the relaxation's own price of loss: a bound for the whole curve.
    pub(crate) at_price: f64,
    /// Whole choices that came up at good prices, best first.
    pub(crate) starts: Vec<Vec<usize>>,
}

/// Bounds `goal` from below by `target` at most; none if the goal's objective is not about cost and expected loss.
pub(crate) fn hub_bound(problem: &Problem<'_>, goal: &Goal, relaxed: &Relaxed, target: f64) -> Option<HubBound> {
    if goal.needs_cvar() || relaxed.formulation.losses.is_empty() {
        return None;
    }
    let star = problem.star.get_or_init(|| Star::new(problem));
    let (hubs, reach) = star.hubs(problem, relaxed, target);
    let mut found = Found { bound: reach.min(target), at_price: reach.min(target), starts: Vec::new() };
    let fixed: Vec<usize> = (0..problem.couplings.charges.len()).take(CHARGES).collect();
    let mut work = 0;
    for mask in 0..1_usize << fixed.len() {
        let open: Vec<bool> = fixed.iter().map(|position| mask >> position & 1 == 1).collect();
        let priced = Priced::new(problem, star, goal, relaxed, &open);
        // Hub options that a closed charge rules out are no options.
        let usable = |w: usize, o: usize| priced.cost[w][o].is_finite();
        let hubs: Vec<(usize, Vec<usize>)> = hubs
            .iter()
            .map(|(w, options)| (*w, options.iter().copied().filter(|o| usable(*w, *o)).collect()))
            .collect();
        let mut enumeration = Enumeration {
            priced: &priced,
            hubs: &hubs,
            quick: BTreeMap::new(),
            exact: BTreeMap::new(),
            work: Cell::new(work),
        };
        enumeration.run(goal, &mut found);
        work = enumeration.work.get();
    }
    found.starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of the best fixings, the plans on either side of the best price.
    let starts = found.starts.into_iter().take(STARTS).flat_map(|(_, plans)| plans.into_iter().take(2)).collect();
    Some(HubBound { bound: found.bound, at_price: found.at_price.min(found.bound), starts })
}

/// What the enumeration has found so far.
struct Found {
    bound: f64,
    at_price: f64,
    /// Values with plans that came up there.
    starts: Vec<(f64, Vec<Vec<usize>>)>,
}

/// The estate as hubs and locals.
#[derive(Debug)]
pub(crate) struct Star {
    /// By process: whether its loss may be taken as that of whole choices.
    whole: Vec<bool>,
    parts: Vec<Parts>,
    /// By process and local: each option's loss of its own, in units of [`Problem::money_unit`].
    alone: Vec<Vec<Vec<f64>>>,
    /// By workload: whether it is no process's hub or local.
    free: Vec<bool>,
    /// Processes with the same hubs, in the order of their first.
    groups: Vec<(Vec<usize>, Vec<usize>)>,
}

/// The workloads of a process that have a choice, as (slot, workload).
#[derive(Debug)]
struct Parts {
    hubs: Vec<(usize, usize)>,
    locals: Vec<(usize, usize)>,
    /// Marks of the workloads without a choice, by class.
    fixed: Vec<Vec<Mark>>,
}

impl Star {
    fn new(problem: &Problem<'_>) -> Self {
        let whole = whole_processes(problem);
        let workloads = problem.options.options.len();
        let free = vec![true; workloads];
        let mut star = Self { whole, parts: Vec::new(), alone: Vec::new(), free, groups: Vec::new() };
        for process in 0..star.whole.len() {
            let parts = star.parts_of(problem, process);
            for (_, workload) in parts.hubs.iter().chain(&parts.locals) {
                star.free[*workload] = false;
            }
            let hubs: Vec<usize> = parts.hubs.iter().map(|(_, workload)| *workload).collect();
            match star.groups.iter_mut().find(|(known, _)| *known == hubs) {
                Some((_, members)) => members.push(process),
                None => star.groups.push((hubs, vec![process])),
            }
            star.parts.push(parts);
            star.alone.push(star.alone_of(problem, process));
        }
        star
    }

    fn parts_of(&self, problem: &Problem<'_>, process: usize) -> Parts {
        let joint = &problem.losses.joint;
        let workloads = &joint.processes()[process].workloads;
        let mut parts = Parts {
            hubs: Vec::new(),
            locals: Vec::new(),
            fixed: vec![vec![0; workloads.len()]; problem.events.classes().len()],
        };
        for (slot, &workload) in workloads.iter().enumerate().filter(|_| self.whole[process]) {
            let options = &problem.options.options[workload];
            if options.len() == 1 {
                for touch in &options[0].touches {
                    parts.fixed[touch.class as usize][slot] = mark(*touch);
                }
            } else if joint.needing(workload).len() > 1 {
                parts.hubs.push((slot, workload));
            } else {
                parts.locals.push((slot, workload));
            }
        }
        parts
    }

    fn alone_of(&self, problem: &Problem<'_>, process: usize) -> Vec<Vec<f64>> {
        let parts = &self.parts[process];
        let of = |&(slot, workload): &(usize, usize)| {
            let options = 0..problem.options.options[workload].len();
            options
                .map(|option| self.loss(problem, process, &mut parts.fixed.clone(), &[(slot, workload, option)]))
                .collect()
        };
        parts.locals.iter().map(of).collect()
    }

    /// Loss of a process with these (slot, workload, option) over the marks of `base`, which is changed.
    fn loss(
        &self,
        problem: &Problem<'_>,
        process: usize,
        base: &mut [Vec<Mark>],
        chosen: &[(usize, usize, usize)],
    ) -> f64 {
        if !self.whole[process] {
            return 0.0;
        }
        for &(slot, workload, option) in chosen {
            for touch in &problem.options.options[workload][option].touches {
                base[touch.class as usize][slot] = mark(*touch);
            }
        }
        let table = &problem.losses;
        let total: f64 = (0_u32..).zip(&*base).map(|(class, marks)| table.joint_loss(process, class, marks)).sum();
        total / problem.money_unit
    }

    /// The hubs with the options that a plan below the second figure may have; plans with others are not below it.
    fn hubs(&self, problem: &Problem<'_>, relaxed: &Relaxed, target: f64) -> (Vec<(usize, Vec<usize>)>, f64) {
        let mut workloads: Vec<usize> = self.groups.iter().flat_map(|(hubs, _)| hubs.iter().copied()).collect();
        workloads.sort_unstable();
        workloads.dedup();
        let ranked = ranked(problem, relaxed);
        let mut reach = target;
        loop {
            let may = |cost: f64| relaxed.bound_at_duals + cost.max(0.0) < reach;
            let hubs: Vec<(usize, Vec<usize>)> = workloads
                .iter()
                .map(|w| (*w, ranked[*w].iter().filter(|(cost, _)| may(*cost)).map(|(_, o)| *o).collect()))
                .collect();
            let fixings = hubs.iter().fold(1_usize, |product, (_, options)| product.saturating_mul(options.len()));
            if fixings <= FIXINGS {
                return (hubs, reach);
            }
            reach = relaxed.bound_at_duals + (reach - relaxed.bound_at_duals) * 0.7;
        }
    }
}

/// By process: whether its loss may be taken as that of whole choices. A process that needs a divisible workload and
/// others may lose less when the workload is split than with any one of its options.
fn whole_processes(problem: &Problem<'_>) -> Vec<bool> {
    let divisible = |w: usize| problem.estate.workloads()[w].divisible && problem.options.options[w].len() > 1;
    let processes = problem.losses.joint.processes().iter();
    processes
        .map(|process| process.workloads.len() == 1 || !process.workloads.iter().any(|w| divisible(*w)))
        .collect()
}

/// The problem with its coupling rows priced and its charges fixed. Money in units of [`Problem::money_unit`].
struct Priced<'a> {
    problem: &'a Problem<'a>,
    star: &'a Star,
    goal: &'a Goal,
    /// What depends neither on the choice nor on the price of loss.
    constant: f64,
    /// By workload and option: cost with coupling rows at their duals; infinite if a closed charge rules it out.
    cost: Vec<Vec<f64>>,
    /// By workload: the cheapest option and its cost, without the linear part.
    cheapest: Vec<(usize, f64)>,
    /// The same with it, at the relaxation's price of loss.
    cheapest_first: Vec<(usize, f64)>,
    /// What the workloads that are neither hub nor local cost at that price.
    free_first: f64,
    /// By workload: what the cuts of processes that stay linear add to each option at the relaxation's price
    /// of loss; empty if nothing.
    linear: Vec<Vec<f64>>,
    /// The relaxation's price of a unit of loss.
    price: f64,
    /// By process and local: options by rising cost plus priced loss of the local alone.
    order: Vec<Vec<Vec<usize>>>,
}

impl<'a> Priced<'a> {
    fn new(problem: &'a Problem<'a>, star: &'a Star, goal: &'a Goal, relaxed: &Relaxed, open: &[bool]) -> Self {
        let formulation = &relaxed.formulation;
        let program = &formulation.program;
        let charges = &problem.couplings.charges[..open.len()];
        let is_charge = |name: &str| {
            charges.iter().any(|charge| {
                let rest = name.strip_prefix(charge.label).and_then(|rest| rest.strip_suffix(']'));
                let id = rest.filter(|rest| rest.starts_with('[')).and_then(|rest| rest.rsplit_once(','));
                id.is_some_and(|(_, id)| id == charge.id)
            })
        };
        // Losses and the cap on them are priced apart, charges fixed, and every workload takes one option.
        let is_out = |name: &str| {
            let label = name.split('[').next().unwrap_or_default();
            ["place", "loss_cut", "expected_loss"].contains(&label) || is_charge(name)
        };
        let duals: Vec<f64> = program
            .rows
            .iter()
            .zip(&relaxed.duals)
            .map(|(row, dual)| if *dual == 0.0 || is_out(&row.name) { 0.0 } else { *dual })
            .collect();
        let (bound, reduced, _) = lagrangian_bound(program, &duals);
        let mut cost: Vec<Vec<f64>> =
            problem.options.options.iter().map(|of| vec![f64::INFINITY; of.len()]).collect();
        let mut constant = bound;
        for (&(w, o), value) in formulation.placements.iter().zip(&reduced) {
            constant -= value.min(0.0);
            if !charges.iter().zip(open).any(|(charge, open)| !open && charge.used[w][o]) {
                cost[w][o] = *value;
            }
        }
        for (charge, open) in charges.iter().zip(open) {
            let column = program.columns.iter().position(|column| column.name == charge.column);
            if let Some(value) = column.map(|column| reduced[column]) {
                constant += if *open { value } else { 0.0 } - value.min(0.0);
            }
        }
        // The losses' columns have no place in the constant either: they are priced apart.
        constant -=
            formulation.losses.iter().map(|c| reduced[*c].min(0.0) * program.columns[*c].upper).sum::<f64>();
        let (linear, price) = linear_part(problem, star, relaxed);
        let cheapest: Vec<(usize, f64)> = cost.iter().map(|costs| least(costs)).collect();
        let mut priced = Self {
            problem,
            star,
            goal,
            constant,
            cost,
            cheapest,
            cheapest_first: Vec::new(),
            free_first: 0.0,
            linear,
            price,
            order: Vec::new(),
        };
        priced.cheapest_first = (0..priced.cost.len()).map(|w| priced.cheapest_at(price, w)).collect();
        priced.free_first = priced.free_at(price);
        priced.order =
            star.parts.iter().zip(&star.alone).map(|(parts, alone)| priced.order_of(parts, alone)).collect();
        priced
    }

    fn order_of(&self, parts: &Parts, alone: &[Vec<f64>]) -> Vec<Vec<usize>> {
        let sorted = |(&(_, w), losses): (&(usize, usize), &Vec<f64>)| {
            let values: Vec<f64> = losses
                .iter()
                .enumerate()
                .map(|(o, loss)| self.cost_at(self.price, w, o) + self.price * loss)
                .collect();
            let mut order: Vec<usize> = (0..losses.len()).filter(|o| values[*o].is_finite()).collect();
            order.sort_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
            order
        };
        parts.locals.iter().zip(alone).map(sorted).collect()
    }

    /// The part of the linear cuts' duals that holds at a price of loss: all of it at the price that they are for.
    fn share(&self, price: f64) -> f64 {
        if self.price > 0.0 { (price / self.price).min(1.0) } else { 0.0 }
    }

    fn cost_at(&self, price: f64, workload: usize, option: usize) -> f64 {
        let cost = self.cost[workload][option];
        let linear = &self.linear[workload];
        if linear.is_empty() { cost } else { cost + self.share(price) * linear[option] }
    }

    fn cheapest_at(&self, price: f64, workload: usize) -> (usize, f64) {
        let linear = &self.linear[workload];
        if linear.is_empty() {
            return self.cheapest[workload];
        }
        if price == self.price && !self.cheapest_first.is_empty() {
            return self.cheapest_first[workload];
        }
        let share = self.share(price);
        let costs: Vec<f64> =
            self.cost[workload].iter().zip(linear).map(|(cost, more)| cost + share * more).collect();
        least(&costs)
    }

    /// What the workloads that are neither hub nor local cost at least.
    fn free_at(&self, price: f64) -> f64 {
        (0..self.cost.len()).filter(|w| self.star.free[*w]).map(|w| self.cheapest_at(price, w).1).sum()
    }

    /// What does not depend on the choice, with the cap on loss at this price.
    fn constant_at(&self, price: f64) -> f64 {
        let cap = self.goal.loss_cap.unwrap_or_default() / self.problem.money_unit;
        self.constant - (price - self.goal.loss_weight) * cap
    }
}

/// What the cuts of processes that stay linear add to each option at the relaxation's price of loss, and that price.
fn linear_part(problem: &Problem<'_>, star: &Star, relaxed: &Relaxed) -> (Vec<Vec<f64>>, f64) {
    let formulation = &relaxed.formulation;
    let program = &formulation.program;
    let is_linear = |name: &str| {
        let id = name.strip_prefix("loss_cut[").and_then(|rest| rest.rsplit_once(',')).map(|(id, _)| id);
        let processes = problem.losses.processes.iter().zip(&star.whole);
        id.is_some_and(|id| {
            processes
                .filter(|(_, whole)| !**whole)
                .any(|(process, _)| problem.estate.process(process.process).id == id)
        })
    };
    let mut linear: Vec<Vec<f64>> = vec![Vec::new(); problem.options.options.len()];
    let mut price = formulation.losses.first().map_or(0.0, |column| program.columns[*column].cost);
    for (row, dual) in program.rows.iter().zip(&relaxed.duals).filter(|(_, dual)| **dual != 0.0) {
        if row.name == "expected_loss" {
            price += dual.abs();
        } else if is_linear(&row.name) {
            for &(column, coefficient) in &row.coefficients {
                if let Some(&(w, o)) = formulation.placements.get(column) {
                    let options = problem.options.options[w].len();
                    linear[w].resize(options, 0.0);
                    linear[w][o] -= dual * coefficient;
                }
            }
        }
    }
    (linear, price)
}

/// Hub options of one process, in the order of its hubs.
type Sub = Vec<usize>;

struct Enumeration<'a> {
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

impl Enumeration<'_> {
    fn run(&mut self, goal: &Goal, found: &mut Found) {
        let mut fixings: Vec<(f64, Vec<usize>)> = Vec::new();
        let count: usize = self.hubs.iter().map(|(_, options)| options.len()).product();
        for number in 0..count {
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
            for touch in touches {
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
            for touch in touches {
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

/// The cheapest option and its cost.
fn least(costs: &[f64]) -> (usize, f64) {
    costs.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
}
