//! The best whole choices of one process at prices: best-first search, bounded by a cut and by what is chosen.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap},
};

use super::table::{Partial, Table};

/// A process at prices. Money in units of the problem.
pub(super) struct Subproblem {
    /// By slot and exposure: what it costs beside the loss; infinite if it may not be chosen.
    pub(super) costs: Vec<Vec<f64>>,
    /// By slot and exposure: what a cut on the loss holds against it, at the price of loss. Added up over the slots
    /// of any choice it is at most the price of the choice's loss.
    pub(super) guide: Vec<Vec<f64>>,
    /// By slot: whether it is a hub's.
    pub(super) is_hub: Vec<bool>,
    /// Price of a unit of money lost, per money per year.
    pub(super) price: f64,
}

/// What a search has found.
#[derive(Debug)]
pub(super) struct Found {
    /// By exposures of the hubs, in the order of their slots: the best choice with them.
    pub(super) known: BTreeMap<Vec<usize>, Best>,
    /// Every choice that is not worse than one of these comes to at least this.
    pub(super) beyond: f64,
}

/// A whole choice.
#[derive(Debug, Clone)]
pub(super) struct Best {
    pub(super) value: f64,
    /// By slot.
    pub(super) exposures: Vec<usize>,
}

impl Found {
    /// What the best known choice comes to.
    pub(super) fn best(&self) -> f64 {
        self.known.values().map(|best| best.value).fold(f64::INFINITY, f64::min)
    }

    /// No choice comes to less.
    pub(super) fn least(&self) -> f64 {
        self.best().min(self.beyond)
    }
}

/// The exposure of a list that says how fast its costs rise.
const SPREAD: usize = 4;

/// The exposures of a slot.
struct List {
    slot: usize,
    /// By rising bound, by the cut.
    of: Vec<(f64, usize)>,
    /// By rising cost beside the loss.
    by_cost: Vec<(f64, usize)>,
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

/// A search on its way.
struct Search<'a, 'b> {
    sub: &'a Subproblem,
    table: &'a mut Table<'b>,
    /// The hubs' first.
    lists: Vec<List>,
    /// By depth: what the lists from there on come to at least, by the cut.
    rest: Vec<f64>,
    /// By hub in the order of the slots: its depth.
    hubs: Vec<usize>,
    open: BinaryHeap<Node>,
    known: BTreeMap<Vec<usize>, Best>,
    /// What is not below this is of no interest.
    limit: f64,
    reach: f64,
}

impl Subproblem {
    /// The best choices by exposures of the hubs, up to `reach` above the best of all. Takes at most so many `steps`:
    /// then there is less of it.
    pub(super) fn search(&self, table: &mut Table<'_>, steps: usize, reach: f64) -> Found {
        let lists = self.lists();
        if lists.iter().any(|list| list.of.is_empty()) {
            return Found { known: BTreeMap::new(), beyond: f64::INFINITY };
        }
        let mut rest = vec![0.0; lists.len() + 1];
        for depth in (0..lists.len()).rev() {
            rest[depth] = rest[depth + 1] + lists[depth].of[0].0;
        }
        let slots = (0..self.is_hub.len()).filter(|slot| self.is_hub[*slot]);
        let hubs = slots.filter_map(|slot| lists.iter().position(|list| list.slot == slot)).collect();
        let open =
            BinaryHeap::from([Node { bound: rest[0], by_the_cut: 0.0, places: Vec::new(), is_sharp: true }]);
        let (known, limit) = (BTreeMap::new(), f64::INFINITY);
        Search { sub: self, table, lists, rest, hubs, open, known, limit, reach }.run(steps)
    }

    /// The hubs' exposures and the others', those first whose bounds rise fastest: there the search is cut off soonest.
    fn lists(&self) -> Vec<List> {
        let list = |(slot, (costs, guide)): (usize, (&Vec<f64>, &Vec<f64>))| {
            let of = rising(costs.iter().zip(guide).map(|(cost, more)| cost + more));
            List { slot, of, by_cost: rising(costs.iter().copied()) }
        };
        let mut lists: Vec<List> = self.costs.iter().zip(&self.guide).enumerate().map(list).collect();
        let spread = |list: &List| {
            let value = |place: usize| list.of.get(place).map_or(0.0, |(value, _)| *value);
            value(list.of.len().min(SPREAD).saturating_sub(1)) - value(0)
        };
        lists.sort_by(|a, b| {
            let hubs_first = self.is_hub[b.slot].cmp(&self.is_hub[a.slot]);
            hubs_first.then_with(|| spread(b).total_cmp(&spread(a))).then(a.slot.cmp(&b.slot))
        });
        lists
    }

    /// What these slots cost and lose more at least. What they lose together is as much as each alone: so as much as
    /// their average, and as much as the worst of them.
    fn rest_at_least(&self, table: &mut Table<'_>, partial: &Partial, rest: &[List]) -> f64 {
        let part = 1.0 / rest.len() as f64;
        let (mut by_parts, mut by_one, mut costs) = (0.0, 0.0_f64, 0.0);
        for list in rest {
            let (mut of_part, mut of_all) = (f64::INFINITY, f64::INFINITY);
            // The first by the cut is likely the least: after it few are cheap enough to be looked at.
            let likely = list.of[0].1;
            let likely = (self.costs[list.slot][likely], likely);
            for &(cost, exposure) in std::iter::once(&likely).chain(&list.by_cost) {
                if cost >= of_all {
                    break;
                }
                let enough = ((of_part - cost) / part).max(of_all - cost) / self.price;
                let more = self.price * table.more_until(partial, list.slot, exposure, enough);
                of_part = of_part.min(cost + part * more);
                of_all = of_all.min(cost + more);
            }
            let own = list.by_cost[0].0;
            by_parts += of_part;
            by_one = by_one.max(of_all - own);
            costs += own;
        }
        by_parts.max(costs + by_one)
    }
}

/// The finite ones of these values by exposure, least first.
fn rising(values: impl Iterator<Item = f64>) -> Vec<(f64, usize)> {
    let mut rising: Vec<(f64, usize)> = values.zip(0..).filter(|(value, _)| value.is_finite()).collect();
    rising.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    rising
}

impl Search<'_, '_> {
    fn run(mut self, steps: usize) -> Found {
        let mut left = steps;
        let mut beyond = f64::INFINITY;
        while let Some(node) = self.open.pop() {
            if node.bound >= self.limit || left == 0 {
                beyond = node.bound;
                break;
            }
            self.open_sibling(&node);
            // With the same hubs a better choice may be known.
            if node.places.len() >= self.hubs.len() && self.best_with(&self.of_hubs(&node.places)) <= node.bound {
                continue;
            }
            left -= 1;
            self.step(node);
        }
        Found { known: self.known, beyond: beyond.min(self.limit) }
    }

    /// The node next to it in the list, which has not been looked at.
    fn open_sibling(&mut self, node: &Node) {
        let depth = node.places.len();
        if node.is_sharp {
            return;
        }
        let list = &self.lists[depth - 1];
        let place = node.places[depth - 1];
        if let Some((value, _)) = list.of.get(place + 1) {
            let by_the_cut = node.by_the_cut - list.of[place].0 + value;
            let mut places = node.places.clone();
            places[depth - 1] += 1;
            let bound = node.bound.max(by_the_cut + self.rest[depth]);
            self.open.push(Node { bound, by_the_cut, places, is_sharp: false });
        }
    }

    fn step(&mut self, mut node: Node) {
        let depth = node.places.len();
        let (partial, value) = self.chosen(&node.places);
        if depth + 1 == self.lists.len() {
            self.finish(&node, &partial, value);
            return;
        }
        if !node.is_sharp {
            node.is_sharp = true;
            let sharp = value + self.sub.rest_at_least(self.table, &partial, &self.lists[depth..]);
            if sharp > node.bound {
                node.bound = sharp;
                if sharp < self.limit {
                    self.open.push(node);
                }
                return;
            }
        }
        let by_the_cut = node.by_the_cut + self.lists[depth].of[0].0;
        let bound = node.bound.max(by_the_cut + self.rest[depth + 1]);
        node.places.push(0);
        self.open.push(Node { bound, by_the_cut, places: node.places, is_sharp: false });
    }

    /// Tries every exposure of the last slot.
    fn finish(&mut self, node: &Node, partial: &Partial, value: f64) {
        let depth = node.places.len();
        let mut places = node.places.clone();
        places.push(0);
        let mut of_hubs = self.of_hubs(&places);
        for place in 0..self.lists[depth].of.len() {
            places[depth] = place;
            let (by_the_cut, exposure) = self.lists[depth].of[place];
            if depth < self.hubs.len() {
                of_hubs = self.of_hubs(&places);
            }
            let before = self.best_with(&of_hubs);
            let bound = node.by_the_cut + by_the_cut;
            if bound >= self.limit || depth >= self.hubs.len() && bound >= before {
                break;
            }
            let slot = self.lists[depth].slot;
            let more = self.table.more(partial, slot, exposure);
            let value = value + self.sub.costs[slot][exposure] + self.sub.price * more;
            if value < before {
                self.limit = self.limit.min(value + self.reach);
                let mut exposures = vec![0; places.len()];
                for (list, place) in self.lists.iter().zip(&places) {
                    exposures[list.slot] = list.of[*place].1;
                }
                self.known.insert(of_hubs.clone(), Best { value, exposures });
            }
        }
    }

    /// The exposures of the hubs, in the order of their slots.
    fn of_hubs(&self, places: &[usize]) -> Vec<usize> {
        self.hubs.iter().map(|depth| self.lists[*depth].of[places[*depth]].1).collect()
    }

    fn best_with(&self, of_hubs: &[usize]) -> f64 {
        self.known.get(of_hubs).map_or(f64::INFINITY, |best| best.value)
    }

    /// What is chosen, and what it comes to.
    fn chosen(&mut self, places: &[usize]) -> (Partial, f64) {
        let mut partial = self.table.nothing();
        let mut cost = 0.0;
        for (list, place) in self.lists.iter().zip(places) {
            let exposure = list.of[*place].1;
            self.table.choose(&mut partial, list.slot, exposure);
            cost += self.sub.costs[list.slot][exposure];
        }
        let value = cost + self.sub.price * partial.loss;
        (partial, value)
    }
}
