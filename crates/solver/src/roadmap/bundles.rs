//! Sets of units that may pay together where none pays by itself: what a process needs, and what opens or leaves a site.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{Role, SiteId, WorkloadId};

use super::{
    Bond,
    ground::{Ground, Place, used},
    room::Units,
};

/// Workloads of one group that change their primary move at once; any other moves by itself.
pub(super) fn units(ground: &Ground<'_>) -> Vec<(Vec<WorkloadId>, Vec<Bond>)> {
    let mut groups: BTreeMap<&str, Vec<WorkloadId>> = BTreeMap::new();
    let mut units = Vec::new();
    for workload in ground.movers() {
        match &ground.estate.workload(workload).group {
            Some(group) if ground.changes_primary(workload) => groups.entry(group).or_default().push(workload),
            _ => units.push((vec![workload], Vec::new())),
        }
    }
    for (group, members) in groups {
        let bonds = if members.len() > 1 { vec![Bond::Group(group.to_owned())] } else { Vec::new() };
        units.push((members, bonds));
    }
    units.sort_by_key(|(members, _)| members[0]);
    units
}

/// The bundles among the units that are `left`, each with its reason; of equal ones the first.
pub(super) fn bundles(
    ground: &Ground<'_>,
    place: &Place,
    units: &[Vec<WorkloadId>],
    left: &Units,
) -> Vec<(Units, Bond)> {
    let mut unit_of: BTreeMap<WorkloadId, usize> = BTreeMap::new();
    for unit in left {
        unit_of.extend(units[*unit].iter().map(|workload| (*workload, *unit)));
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut push = |bundle: Units, bond: Bond| {
        if bundle.len() > 1 && seen.insert(bundle.clone()) {
            found.push((bundle, bond));
        }
    };
    for process in ground.estate.processes().iter().filter(|process| process.partner.is_none()) {
        let critical = process.needs.iter().filter(|need| need.role == Role::Critical);
        let bundle = critical.filter_map(|need| unit_of.get(&need.workload)).copied().collect();
        push(bundle, Bond::Process(process.id.clone()));
    }
    for (site, bundle) in of_sites(ground, place, &unit_of) {
        push(bundle, Bond::Site(ground.estate.site(site).id.clone()));
    }
    found
}

/// By site that costs something to have: those that open it, or, where it has no place in the end, those on it.
fn of_sites(ground: &Ground<'_>, place: &Place, unit_of: &BTreeMap<WorkloadId, usize>) -> BTreeMap<SiteId, Units> {
    let estate = ground.estate;
    let parts = estate.workload_ids().flat_map(|workload| place.plan.of(workload));
    let now = used(parts.map(|part| &part.deployment));
    let costs = |site: &SiteId| {
        let site = estate.site(*site);
        site.fixed_cost.get() > 0.0 || estate.provider(site.provider).onboarding_cost.get() > 0.0
    };
    let stay = estate.workload_ids().filter(|workload| !unit_of.contains_key(workload));
    let kept: BTreeSet<SiteId> = used(stay.flat_map(|id| place.plan.of(id)).map(|part| &part.deployment));
    let mut bundles: BTreeMap<SiteId, Units> = BTreeMap::new();
    for (workload, unit) in unit_of {
        let [before, after] = ground.sites(*workload);
        let opens = after.iter().filter(|site| !now.contains(site));
        let leaves = before.difference(&after).filter(|site| !kept.contains(site));
        for site in opens.chain(leaves).filter(|site| costs(site)) {
            bundles.entry(*site).or_default().insert(*unit);
        }
    }
    bundles
}
