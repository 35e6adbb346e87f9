//! The walk: the best move of those that are left, again and again.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{SiteId, WorkloadId};
use rayon::prelude::*;

use super::{
    Bond, Move, ROADMAP_MOVES, Roadmap, bundles,
    ground::{Figures, Ground, Place, used, with},
    rank::Worth,
    room::{Units, make_room, mends, workloads_of, worsening},
};
use crate::{Control, SolveError};

pub(super) fn walk(ground: &Ground<'_>, control: &Control<'_>) -> Result<Roadmap, SolveError> {
    let (units, groups): (Vec<_>, Vec<_>) = bundles::units(ground).into_iter().unzip();
    let nobody = vec![false; ground.estate.workloads().len()];
    let place = ground.place(nobody);
    let today = place.stop.clone();
    let left = (0..units.len()).collect();
    let mut walk =
        Walk { ground, control, units, groups, left, place, known: BTreeMap::new(), trimmed: BTreeMap::new() };
    let mut moves = Vec::new();
    let mut complete = true;
    while moves.len() < ROADMAP_MOVES {
        let next = walk.next();
        if control.interrupted() && !walk.left.is_empty() {
            // What it has chosen it has not compared with all others.
            complete = false;
            break;
        }
        let Some((chosen, bonds)) = next else { break };
        moves.push(walk.go(&chosen, bonds));
    }
    if moves.is_empty() && !complete {
        return Err(control.ended());
    }
    let rest = walk.left.clone();
    let rest = (!rest.is_empty()).then(|| Move { bonds: Vec::new(), ..walk.go(&rest, Vec::new()) });
    Ok(Roadmap { today, moves, rest, complete })
}

struct Walk<'g, 'a> {
    ground: &'g Ground<'a>,
    control: &'g Control<'g>,
    units: Vec<Vec<WorkloadId>>,
    /// By unit: why its workloads are one.
    groups: Vec<Vec<Bond>>,
    /// Units that have not moved.
    left: Units,
    place: Place,
    /// What is known of moves from here.
    known: BTreeMap<Units, Figures>,
    /// Bundles without those that they do better without.
    trimmed: BTreeMap<Units, Units>,
}

/// A move that is thought of.
#[derive(Clone)]
struct Candidate {
    units: Units,
    bonds: Vec<Bond>,
    figures: Figures,
}

impl Walk<'_, '_> {
    /// The best move from here; none if none pays and nothing is to be mended, or the run is to end.
    fn next(&mut self) -> Option<(Units, Vec<Bond>)> {
        if self.left.is_empty() || self.control.interrupted() {
            return None;
        }
        let is_mending = !self.place.broken.is_empty();
        let mut candidates = self.candidates();
        if self.control.interrupted() {
            return None;
        }
        let mut refused: BTreeSet<Units> = BTreeSet::new();
        loop {
            candidates.retain(|one| {
                let worth = Worth::of(&one.figures);
                if is_mending { mends(&self.place.broken, &one.figures.broken) } else { worth.pays() }
            });
            let Some(best) = candidates.iter().min_by(|a, b| self.compare(a, b)).cloned() else {
                return is_mending.then(|| self.mend_somehow());
            };
            let (units, limits) = make_room(self.ground, &self.place, &self.units, &best.units, &self.left);
            if units == best.units {
                return Some((units, best.bonds));
            }
            refused.insert(best.units.clone());
            let bonds = best.bonds.iter().cloned().chain(limits).collect();
            if !refused.contains(&units) && candidates.iter().all(|one| one.units != units) {
                let figures = self.figures(&units);
                candidates.push(Candidate { units, bonds, figures });
            }
            candidates.retain(|one| !refused.contains(&one.units));
        }
    }

    fn compare(&self, a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
        let names = |one: &Candidate| self.ground.names(&workloads_of(&self.units, &one.units));
        Worth::of(&a.figures).compare(&Worth::of(&b.figures)).then_with(|| names(a).cmp(&names(b)))
    }

    fn figures(&self, units: &Units) -> Figures {
        self.ground.figures(&self.place, &workloads_of(&self.units, units))
    }

    /// Every unit by itself, and the bundles that pay though none of their units does.
    fn candidates(&mut self) -> Vec<Candidate> {
        let singles: Vec<Units> = self.left.iter().map(|unit| Units::from([*unit])).collect();
        self.learn(&singles);
        let pays = |walk: &Self, units: &Units| walk.known.get(units).is_some_and(|known| Worth::of(known).pays());
        let mut bundles = bundles::bundles(self.ground, &self.place, &self.units, &self.left);
        bundles.retain(|(units, _)| units.iter().all(|unit| !pays(self, &Units::from([*unit]))));
        let sets: Vec<Units> = bundles.iter().map(|(units, _)| units.clone()).collect();
        self.learn(&sets);
        bundles.retain(|(units, _)| pays(self, units));
        if self.control.interrupted() {
            return Vec::new();
        }
        self.trim(&bundles);
        let together = bundles.into_iter().map(|(units, bond)| (self.trimmed[&units].clone(), vec![bond]));
        let mut candidates: BTreeMap<Units, Candidate> = BTreeMap::new();
        for (units, bonds) in singles.into_iter().map(|units| (units, Vec::new())).chain(together) {
            let figures = self.known.get(&units).cloned().unwrap_or_else(|| self.figures(&units));
            candidates.entry(units.clone()).or_insert(Candidate { units, bonds, figures });
        }
        candidates.into_values().collect()
    }

    /// Trims the bundles that are not yet.
    fn trim(&mut self, bundles: &[(Units, Bond)]) {
        let whole = bundles.iter().map(|(units, _)| units).filter(|units| !self.trimmed.contains_key(*units));
        let whole: Vec<Units> = whole.cloned().collect();
        let trimmed: Vec<Units> = whole.par_iter().map(|units| self.trimmed(units.clone())).collect();
        self.learn(&trimmed);
        self.trimmed.extend(whole.into_iter().zip(trimmed));
    }

    /// A bundle without those that it does better without: they may follow by themselves. Least useful ones first.
    fn trimmed(&self, mut bundle: Units) -> Units {
        let worth = |units: &Units| Worth::of(&self.figures(units));
        let without = |bundle: &Units, unit: usize| bundle.iter().copied().filter(|one| *one != unit).collect();
        let mut best = worth(&bundle);
        loop {
            let size = bundle.len();
            let mut order: Vec<(Worth, usize)> =
                bundle.par_iter().map(|unit| (worth(&without(&bundle, *unit)), *unit)).collect();
            order.sort_by(|a, b| a.0.compare(&b.0).then(a.1.cmp(&b.1)));
            for (_, unit) in order {
                let smaller = without(&bundle, unit);
                let found = worth(&smaller);
                if smaller.len() > 1 && found.pays() && found.compare(&best).is_le() {
                    (bundle, best) = (smaller, found);
                }
            }
            if bundle.len() == size || self.control.interrupted() {
                return bundle;
            }
        }
    }

    /// Works out the figures that are not known, as far as the run goes on.
    fn learn(&mut self, sets: &[Units]) {
        let unknown: Vec<&Units> = sets.iter().filter(|units| !self.known.contains_key(*units)).collect();
        let found: Vec<(Units, Figures)> = unknown
            .into_par_iter()
            .filter(|_| !self.control.interrupted())
            .map(|units| (units.clone(), self.figures(units)))
            .collect();
        self.known.extend(found);
    }

    /// What mends something although nothing does so by itself.
    fn mend_somehow(&self) -> (Units, Vec<Bond>) {
        let mut all = Units::new();
        let rules: Vec<Bond> = self.place.broken.keys().cloned().map(Bond::Limit).collect();
        for unit in &self.left {
            all.insert(*unit);
            let after = self.ground.broken_after(&self.place, &workloads_of(&self.units, &all));
            if mends(&self.place.broken, &after) && worsening(&self.place.broken, &after) == 0.0 {
                break;
            }
        }
        (all, rules)
    }

    /// Moves these units.
    fn go(&mut self, chosen: &Units, bonds: Vec<Bond>) -> Move {
        let workloads = workloads_of(&self.units, chosen);
        let before = self.used();
        let after = self.ground.place(with(&self.place.moved, &workloads));
        let place = std::mem::replace(&mut self.place, after);
        self.left.retain(|unit| !chosen.contains(unit));
        self.forget(&workloads, before != self.used(), !place.broken.is_empty());
        let mends = place.broken.keys().filter(|rule| !self.place.broken.contains_key(*rule)).cloned().collect();
        let groups = chosen.iter().flat_map(|unit| &self.groups[*unit]).cloned();
        let bonds = groups.chain(bonds).collect::<BTreeSet<_>>().into_iter().collect();
        Move { workloads, bonds, mends, after: self.place.stop.clone() }
    }

    fn used(&self) -> BTreeSet<SiteId> {
        let parts = self.ground.estate.workload_ids().flat_map(|workload| self.place.plan.of(workload));
        used(parts.map(|part| &part.deployment))
    }

    /// Forgets what the move may have changed: the loss of a move is that of before if no process needs both.
    fn forget(&mut self, moved: &[WorkloadId], has_other_sites: bool, was_mending: bool) {
        if has_other_sites || was_mending || self.ground.is_entangled() {
            self.known.clear();
            self.trimmed.clear();
            return;
        }
        let touched = self.ground.touched(moved);
        let (ground, units, left) = (self.ground, &self.units, &self.left);
        let holds =
            |set: &Units| set.is_subset(left) && ground.touched(&workloads_of(units, set)).is_disjoint(&touched);
        self.known.retain(|set, _| holds(set));
        self.trimmed.retain(|set, _| holds(set));
    }
}
