//! The best whole choice of one process at prices: best-first search, bounded by a cut and by what is chosen.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::table::{Partial, Table};

/// A process at prices. Money in units of the problem.
pub(super) struct Subproblem {
    /// By slot and exposure: what it costs beside the loss.
    pub(super) costs: Vec<Vec<f64>>,
    /// By slot and exposure: what a cut on the loss holds against it, at the price of loss. Added up over the slots
    /// of any choice it is at most the price of the choice's loss.
    pub(super) guide: Vec<Vec<f64>>,
    /// Price of a unit of money lost, per money per year.
    pub(super) price: f64,
}

/// The exposure of a list that says how fast its costs rise.
const SPREAD: usize = 4;

/// The exposures of a slot by rising bound.
struct List {
    slot: usize,
    of: Vec<(f64, usize)>,
}

/// The choices that begin like this.
struct Node {
    /// None of them comes to less.
    bound: f64,
    /// The same by the cut alone, of what is chosen.
    by_the_cut: f64,
    /// By depth: the place in its list.
    places: Vec<usize>,
    /// Whether what is chosen has been looked at already.
    is_sharp: bool,
}

impl Ord for Node {
    /// The lowest bound first, then the longest beginning.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .bound
            .total_cmp(&self.bound)
            .then_with(|| self.places.len().cmp(&other.places.len()))
            .then_with(|| other.places.cmp(&self.places))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl Subproblem {
    /// The least that any choice comes to, or less if that takes more than so many `steps` to find out.
    pub(super) fn least(&self, table: &mut Table<'_>, steps: usize) -> f64 {
        let lists = self.lists();
        let mut rest = vec![0.0; lists.len() + 1];
        for depth in (0..lists.len()).rev() {
            rest[depth] = rest[depth + 1] + lists[depth].of[0].0;
        }
        let mut best = f64::INFINITY;
        let mut open = BinaryHeap::new();
        open.push(Node { bound: rest[0], by_the_cut: 0.0, places: Vec::new(), is_sharp: true });
        let mut left = steps;
        while let Some(mut node) = open.pop() {
            if node.bound >= best || left == 0 {
                return best.min(node.bound);
            }
            let depth = node.places.len();
            if !node.is_sharp {
                // The one next to it in the list, which has not been looked at.
                let list = &lists[depth - 1];
                let place = node.places[depth - 1];
                if let Some((value, _)) = list.of.get(place + 1) {
                    let by_the_cut = node.by_the_cut - list.of[place].0 + value;
                    let mut places = node.places.clone();
                    places[depth - 1] += 1;
                    let bound = node.bound.max(by_the_cut + rest[depth]);
                    open.push(Node { bound, by_the_cut, places, is_sharp: false });
                }
            }
            left -= 1;
            let (partial, known) = self.chosen(table, &lists, &node.places);
            if depth + 1 == lists.len() {
                let list = &lists[depth];
                for &(value, exposure) in &list.of {
                    if node.by_the_cut + value >= best {
                        break;
                    }
                    let more = table.more(&partial, list.slot, exposure);
                    best = best.min(known + self.costs[list.slot][exposure] + self.price * more);
                }
                continue;
            }
            if !node.is_sharp {
                node.is_sharp = true;
                let sharp = known + self.rest_at_least(table, &partial, &lists[depth..]);
                if sharp > node.bound {
                    node.bound = sharp;
                    if sharp < best {
                        open.push(node);
                    }
                    continue;
                }
            }
            let by_the_cut = node.by_the_cut + lists[depth].of[0].0;
            let bound = node.bound.max(by_the_cut + rest[depth + 1]);
            node.places.push(0);
            open.push(Node { bound, by_the_cut, places: node.places, is_sharp: false });
        }
        best
    }

    fn lists(&self) -> Vec<List> {
        let list = |(slot, (costs, guide)): (usize, (&Vec<f64>, &Vec<f64>))| {
            let mut of: Vec<(f64, usize)> =
                costs.iter().zip(guide).map(|(cost, more)| cost + more).zip(0..).collect();
            of.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            List { slot, of }
        };
        let mut lists: Vec<List> = self.costs.iter().zip(&self.guide).enumerate().map(list).collect();
        // First the slots whose bounds rise fastest: there the search is cut off soonest.
        let spread = |list: &List| list.of[list.of.len().min(SPREAD) - 1].0 - list.of[0].0;
        lists.sort_by(|a, b| spread(b).total_cmp(&spread(a)).then(a.slot.cmp(&b.slot)));
        lists
    }

    /// What is chosen, and what it comes to.
    fn chosen(&self, table: &mut Table<'_>, lists: &[List], places: &[usize]) -> (Partial, f64) {
        let mut partial = table.nothing();
        let mut cost = 0.0;
        for (list, place) in lists.iter().zip(places) {
            let exposure = list.of[*place].1;
            table.choose(&mut partial, list.slot, exposure);
            cost += self.costs[list.slot][exposure];
        }
        let value = cost + self.price * partial.loss;
        (partial, value)
    }

    /// What these slots cost and lose more at least. What they lose together is as much as each alone: so as much as
    /// their average, and as much as the worst of them.
    fn rest_at_least(&self, table: &mut Table<'_>, partial: &Partial, rest: &[List]) -> f64 {
        let part = 1.0 / rest.len() as f64;
        let (mut by_parts, mut by_one, mut costs) = (0.0, 0.0_f64, 0.0);
        for list in rest {
            let (mut of_part, mut of_all, mut own) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
            for &(_, exposure) in &list.of {
                let cost = self.costs[list.slot][exposure];
                own = own.min(cost);
                if cost < of_all {
                    let more = self.price * table.more(partial, list.slot, exposure);
                    of_part = of_part.min(cost + part * more);
                    of_all = of_all.min(cost + more);
                }
            }
            by_parts += of_part;
            by_one = by_one.max(of_all - own);
            costs += own;
        }
        by_parts.max(costs + by_one)
    }
}
