//! Moves that break a limit by themselves take with them what makes room.

use std::collections::BTreeSet;

use ballast_model::WorkloadId;
use rayon::prelude::*;

use super::{
    Bond,
    ground::{Broken, Ground, Place},
};

/// Excess that is rounding.
const NOTHING: f64 = 1e-9;

/// By how much a plan breaks what `before` keeps, or breaks it more.
pub(super) fn worsening(before: &Broken, after: &Broken) -> f64 {
    let more = |(rule, by): (&String, &f64)| (by - before.get(rule).copied().unwrap_or_default()).max(0.0);
    let sum: f64 = after.iter().map(more).sum();
    if sum > NOTHING { sum } else { 0.0 }
}

/// Whether a plan breaks something less than `before` does.
pub(super) fn mends(before: &Broken, after: &Broken) -> bool {
    before.iter().any(|(rule, by)| after.get(rule).copied().unwrap_or_default() < by - NOTHING)
}

/// Units that move: sets of workloads that are never parted.
pub(super) type Units = BTreeSet<usize>;

/// The workloads of units, in the estate's order.
pub(super) fn workloads_of(units: &[Vec<WorkloadId>], chosen: &Units) -> Vec<WorkloadId> {
    chosen.iter().flat_map(|unit| &units[*unit]).copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// `chosen` with as many of the `others` as it takes to break no limit that `place` keeps; and the limits that called
/// for them. The end of the way keeps all, so enough of them do.
pub(super) fn make_room(
    ground: &Ground<'_>,
    place: &Place,
    units: &[Vec<WorkloadId>],
    chosen: &Units,
    others: &Units,
) -> (Units, Vec<Bond>) {
    let after = |chosen: &Units| ground.broken_after(place, &workloads_of(units, chosen));
    let first = after(chosen);
    let excess = |chosen: &Units| worsening(&place.broken, &after(chosen));
    let mut all = chosen.clone();
    let mut added = Vec::new();
    while excess(&all) > 0.0 {
        let left: Vec<usize> = others.difference(&all).copied().collect();
        let tried: Vec<(f64, usize)> = left.par_iter().map(|unit| (excess(&and(&all, *unit)), *unit)).collect();
        let Some((_, best)) = tried.into_iter().min_by(|a, b| {
            a.0.total_cmp(&b.0).then_with(|| ground.names(&units[a.1]).cmp(&ground.names(&units[b.1])))
        }) else {
            break;
        };
        all.insert(best);
        added.push(best);
    }
    // An early one may have become needless by a later one.
    for unit in added {
        let without = all.iter().copied().filter(|one| *one != unit).collect();
        if excess(&without) == 0.0 {
            all = without;
        }
    }
    let worse =
        first.iter().filter(|(rule, by)| **by > place.broken.get(*rule).copied().unwrap_or_default() + NOTHING);
    let bonds =
        if all == *chosen { Vec::new() } else { worse.map(|(rule, _)| Bond::Limit(rule.clone())).collect() };
    (all, bonds)
}

pub(super) fn and(units: &Units, unit: usize) -> Units {
    let mut units = units.clone();
    units.insert(unit);
    units
}
