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

mod enumeration;

use enumeration::Enumeration;

use crate::{
    Control, Goal,
    losses::joint::{Mark, mark},
    lp::compensated_sum,
    pricing::least,
    problem::Problem,
    relaxation::{Relaxed, best_of},
};

/// Fixings of the hubs that are looked at, at most.
const FIXINGS: usize = 6_000;
/// Charges that are fixed open or closed; others keep the duals of their rows.
const CHARGES: usize = 5;
/// Times that the reach is shrunk: to a billionth of what was asked, where only ties are left.
const SHRINKINGS: usize = 60;
/// Fixings whose plans are starts for the local search.
const STARTS: usize = 4;

/// Estates with more hubs than this are no star: there is nothing to enumerate.
const MOST_HUBS: usize = 64;

/// Workloads with the options that they may have.
type Choices = Vec<(usize, Vec<usize>)>;

/// What the enumeration proves, and plans to start from.
pub(crate) struct HubBound {
    /// No plan has a lower objective, in units of [`Problem::money_unit`]; at most the target.
    pub(crate) bound: f64,
    /// The same at the relaxation's own price of loss: a bound for the whole curve.
    pub(crate) at_price: f64,
    /// Whole choices that came up at good prices, best first.
    pub(crate) starts: Vec<Vec<usize>>,
}

/// Bounds `goal` from below by `target` at most; none if the goal's objective is not about cost and expected loss, or the
/// run is ended meanwhile: what is not looked at might be below everything else.
pub(crate) fn hub_bound(
    problem: &Problem<'_>,
    goal: &Goal,
    relaxed: &Relaxed,
    target: f64,
    control: &Control<'_>,
) -> Option<HubBound> {
    if goal.needs_cvar() || relaxed.formulation.losses.is_empty() {
        return None;
    }
    if hub_count(problem) > MOST_HUBS {
        return None;
    }
    let star = problem.star.get_or_init(|| Star::new(problem));
    let (hubs, reach) = star.hubs(relaxed, target)?;
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
        let mut enumeration = Enumeration::new(&priced, &hubs, work);
        if !enumeration.run(goal, &mut found, control) {
            return None;
        }
        work = enumeration.work();
    }
    found.starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of the best fixings, the plans on either side of the best price.
    let starts = found.starts.into_iter().take(STARTS).flat_map(|(_, plans)| plans.into_iter().take(2)).collect();
    Some(HubBound { bound: found.bound, at_price: found.at_price.min(found.bound), starts })
}

/// Workloads with a choice that several processes need.
fn hub_count(problem: &Problem<'_>) -> usize {
    let options = problem.options.options.iter().enumerate();
    options.filter(|(w, options)| options.len() > 1 && problem.losses.joint.needing(*w).len() > 1).count()
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
                for touch in options[0].touches.iter() {
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
            for touch in problem.options.options[workload][option].touches.iter() {
                base[touch.class as usize][slot] = mark(*touch);
            }
        }
        let table = &problem.losses;
        let total: f64 = (0_u32..).zip(&*base).map(|(class, marks)| table.joint_loss(process, class, marks)).sum();
        total / problem.money_unit
    }

    /// The hubs with the options that a plan below the second figure may have; plans with others are not below it.
    /// None if even those that are as good as the best are too many.
    fn hubs(&self, relaxed: &Relaxed, target: f64) -> Option<(Choices, f64)> {
        let mut workloads: Vec<usize> = self.groups.iter().flat_map(|(hubs, _)| hubs.iter().copied()).collect();
        workloads.sort_unstable();
        workloads.dedup();
        let ranked: Vec<_> = workloads.iter().map(|w| best_of(&relaxed.costs[*w], usize::MAX)).collect();
        let mut reach = target;
        for _ in 0..SHRINKINGS {
            let may = |cost: f64| relaxed.bound_at_duals + cost.max(0.0) < reach;
            let hubs: Choices = workloads
                .iter()
                .zip(&ranked)
                .map(|(w, ranked)| (*w, ranked.iter().filter(|(cost, _)| may(*cost)).map(|(_, o)| *o).collect()))
                .collect();
            let fixings = hubs.iter().fold(1_usize, |product, (_, options)| product.saturating_mul(options.len()));
            if fixings <= FIXINGS {
                return Some((hubs, reach));
            }
            reach = relaxed.bound_at_duals + (reach - relaxed.bound_at_duals) * 0.7;
        }
        None
    }
}

/// By process: whether its loss may be taken as that of whole choices. A process that needs a divisible workload and
/// others may lose less when the workload is split than with any one of its options.
pub(crate) fn whole_processes(problem: &Problem<'_>) -> Vec<bool> {
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
        // Losses and the cap on them are priced apart, charges fixed, and every workload takes one option.
        let prices = &relaxed.prices;
        let charges = &problem.couplings.charges[..open.len()];
        let mut cost = prices.costs_without_losses(problem, goal, open.len());
        for (charge, _) in charges.iter().zip(open).filter(|(_, open)| !**open) {
            for (costs, used) in cost.iter_mut().zip(&charge.used) {
                for (cost, used) in costs.iter_mut().zip(used) {
                    if *used {
                        *cost = f64::INFINITY;
                    }
                }
            }
        }
        let constant = compensated_sum(prices.beside_placements(problem, goal, open));
        let (linear, price) = linear_part(problem, star, goal, relaxed);
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
fn linear_part(problem: &Problem<'_>, star: &Star, goal: &Goal, relaxed: &Relaxed) -> (Vec<Vec<f64>>, f64) {
    let mut linear: Vec<Vec<f64>> = vec![Vec::new(); problem.options.options.len()];
    for (_, cut, dual) in relaxed.prices.loss_cuts.iter().filter(|(process, _, _)| !star.whole[*process]) {
        for (w, o, loss) in cut.coefficients() {
            linear[w].resize(problem.options.options[w].len(), 0.0);
            linear[w][o] += dual * loss / problem.money_unit;
        }
    }
    (linear, relaxed.prices.loss_price(goal))
}

#[cfg(test)]
mod tests;
