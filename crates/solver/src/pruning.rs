//! Options that another one of the same workload beats in every plan are dropped.

use std::collections::BTreeMap;

use ballast_model::{Deployment, Estate, Resource, SiteId, WorkloadId};
use ballast_risk::Outcome;
use rayon::prelude::*;

use crate::{
    couplings::member_at,
    options::{DeploymentOption, Touch},
};

/// Lists of touches up to which every pair is compared beforehand: two bits a pair.
const COMPARED: usize = 12_000;

/// An option before pruning: money per year, the deployment, and its list of touches by position.
pub(crate) type Candidate = (f64, Deployment, u32);

/// Drops every option that another one dominates.
///
/// `a` dominates `b` if it costs no more, no class hits it worse, and it uses no more of anything that couples
/// workloads. In any plan `b` can be exchanged for `a`: no row gets tighter, no process stands longer (losses rise
/// with downtime and severity), the cost does not rise. So an optimal plan without `b` exists.
pub(crate) fn prune(
    workload: WorkloadId,
    mut options: Vec<Candidate>,
    exposures: &Comparison<'_>,
    shares: &Shares<'_>,
) -> Vec<DeploymentOption> {
    let touches = |list: u32| &exposures.lists[list as usize];
    options
        .sort_by(|a, b| a.0.total_cmp(&b.0).then(touches(a.2).len().cmp(&touches(b.2).len())).then(a.1.cmp(&b.1)));
    let mut kept: Vec<Candidate> = Vec::new();
    let mut known = KnownLists::new(exposures);
    for option in options {
        let dominates = |better: &Candidate| {
            shares.fits_within(workload, &better.1, &option.1)
                && (shares.takes_all(&better.1) || exposures.sends_no_more(better.2, option.2))
        };
        let dominated = match &known {
            Some(known) => known.no_worse(option.2).any(|number| dominates(&kept[number])),
            None => kept
                .iter()
                .any(|better| exposures.is_no_worse(touches(better.2), touches(option.2)) && dominates(better)),
        };
        if !dominated {
            if let Some(known) = &mut known {
                known.add(option.2, kept.len());
            }
            kept.push(option);
        }
    }
    kept.into_iter()
        .map(|(cost, deployment, list)| DeploymentOption::new(deployment, cost, touches(list).clone()))
        .collect()
}

/// What lists of touches are to one another.
pub(crate) struct Comparison<'a> {
    lists: &'a [std::sync::Arc<[Touch]>],
    /// By kind and other kind: whether it is never worse.
    kinds: Vec<bool>,
    recovers: Vec<bool>,
    /// By list: the lists that are never worse; empty where there are too many.
    no_worse: Vec<Lists>,
    /// By list: the lists that send no more over.
    sends_no_more: Vec<Lists>,
}

/// A set of lists, by bit.
#[derive(Clone)]
struct Lists(Vec<u64>);

impl Lists {
    fn new(contained: impl Iterator<Item = bool>) -> Self {
        let mut words = Vec::new();
        for (number, contained) in contained.enumerate() {
            if number % 64 == 0 {
                words.push(0);
            }
            words[number / 64] |= u64::from(contained) << (number % 64);
        }
        Self(words)
    }

    fn contains(&self, list: usize) -> bool {
        self.0[list / 64] >> (list % 64) & 1 == 1
    }

    fn insert(&mut self, list: usize) {
        self.0[list / 64] |= 1 << (list % 64);
    }

    /// Those of both sets, in order.
    fn common<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = usize> + 's {
        let words = self.0.iter().zip(&other.0).enumerate();
        words.flat_map(|(place, (one, other))| {
            let mut word = one & other;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(64 * place + bit)
            })
        })
    }
}

/// The lists of the options that are kept so far, with these options.
struct KnownLists<'a> {
    comparison: &'a Comparison<'a>,
    lists: Lists,
    /// By list: the kept options that have it, by number.
    options: BTreeMap<usize, Vec<usize>>,
}

impl<'a> KnownLists<'a> {
    /// None if lists are not compared beforehand.
    fn new(comparison: &'a Comparison<'a>) -> Option<Self> {
        let lists = Lists::new((0..comparison.no_worse.len()).map(|_| false));
        (!comparison.no_worse.is_empty()).then_some(Self { comparison, lists, options: BTreeMap::new() })
    }

    fn add(&mut self, list: u32, number: usize) {
        self.lists.insert(list as usize);
        self.options.entry(list as usize).or_default().push(number);
    }

    /// The kept options that no class hits worse than one with this list.
    fn no_worse(&self, list: u32) -> impl Iterator<Item = usize> {
        let lists = self.lists.common(&self.comparison.no_worse[list as usize]);
        lists.flat_map(|list| self.options[&list].iter().copied())
    }
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(lists: &'a [std::sync::Arc<[Touch]>], outcomes: &[Outcome]) -> Self {
        let kinds = outcomes.iter().flat_map(|a| outcomes.iter().map(|b| no_worse(a, b))).collect();
        let recovers = outcomes.iter().map(|outcome| outcome.recovery.is_some()).collect();
        let mut comparison = Self { lists, kinds, recovers, no_worse: Vec::new(), sends_no_more: Vec::new() };
        if lists.len() <= COMPARED {
            let no_worse =
                |b: &std::sync::Arc<[Touch]>| Lists::new(lists.iter().map(|a| comparison.is_no_worse(a, b)));
            let sends_no_more =
                |b: &std::sync::Arc<[Touch]>| Lists::new(lists.iter().map(|a| comparison.is_sent_no_more(a, b)));
            let compared = lists.par_iter().map(|b| (no_worse(b), sends_no_more(b))).unzip();
            (comparison.no_worse, comparison.sends_no_more) = compared;
        }
        comparison
    }

    /// Whether every class that makes the first list's options fail over does so with the second's: what waits for
    /// its primary needs no room elsewhere.
    fn sends_no_more(&self, a: u32, b: u32) -> bool {
        let known = self.sends_no_more.get(b as usize);
        known.map_or_else(
            || self.is_sent_no_more(&self.lists[a as usize], &self.lists[b as usize]),
            |lists| lists.contains(a as usize),
        )
    }

    /// Whether no class hits options with the first touches worse than those with the second.
    fn is_no_worse(&self, a: &[Touch], b: &[Touch]) -> bool {
        let kinds = self.recovers.len();
        a.len() <= b.len()
            && a.iter().all(|touch| {
                b.binary_search_by_key(&touch.class, |other| other.class)
                    .is_ok_and(|position| self.kinds[touch.kind as usize * kinds + b[position].kind as usize])
            })
    }

    fn is_sent_no_more(&self, a: &[Touch], b: &[Touch]) -> bool {
        let fails_over = |touch: &Touch| self.recovers[touch.kind as usize];
        a.iter().filter(|touch| fails_over(touch)).all(|touch| {
            b.binary_search_by_key(&touch.class, |other| other.class)
                .is_ok_and(|position| fails_over(&b[position]))
        })
    }
}

/// Whether outcome `a` is never worse than `b`, whatever the event's duration and luck.
fn no_worse(a: &Outcome, b: &Outcome) -> bool {
    let sooner = match (a.recovery, b.recovery) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a.after_h <= b.after_h && a.success >= b.success,
    };
    a.severity <= b.severity && a.data_loss_h <= b.data_loss_h && sooner
}

/// What deployments use of things that are scarce or paid for once: whatever couples workloads.
pub(crate) struct Shares<'a> {
    estate: &'a Estate,
    /// By site: whether it has a finite capacity of anything.
    capped: Vec<bool>,
    /// By site and other site: whether primaries at the first count for no limit that those at the second do not.
    limited_no_more: Vec<Vec<bool>>,
    /// By site: what is paid once if it is used, the site's own charge and its provider's.
    charges: Vec<Vec<Charged>>,
}

/// What is paid once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charged {
    Site(SiteId),
    Provider(usize),
}

impl<'a> Shares<'a> {
    pub(crate) fn new(estate: &'a Estate) -> Self {
        let capped = estate.sites().iter().map(|site| site.capacity.iter().any(Option::is_some)).collect();
        let counted: Vec<Vec<Option<String>>> = estate.site_ids().map(|site| counted_at(estate, site)).collect();
        let limited_no_more = counted
            .iter()
            .map(|one| {
                let no_more = |other: &Vec<Option<String>>| {
                    one.iter().zip(other).all(|(one, other)| one.is_none() || one == other)
                };
                counted.iter().map(no_more).collect()
            })
            .collect();
        let charges = estate.site_ids().map(|site| charged_at(estate, site)).collect();
        Self { estate, capped, limited_no_more, charges }
    }

    fn is_capped(&self, site: SiteId) -> bool {
        self.capped[site.index()]
    }

    /// Whether swapping `other` for `one` cannot use more of anything that couples workloads.
    fn fits_within(&self, workload: WorkloadId, one: &Deployment, other: &Deployment) -> bool {
        if self.estate.workload(workload).group.is_some() && one.primary != other.primary {
            return false;
        }
        if !self.limited_no_more[one.primary.index()][other.primary.index()] || !self.pays_no_more(one, other) {
            return false;
        }
        let same_primary = one.primary == other.primary;
        let pattern = |deployment: &Deployment| self.estate.pattern(deployment.pattern);
        let (a, b) = (pattern(one), pattern(other));
        let lighter_primary = !self.is_capped(one.primary)
            || (same_primary
                && a.primary_compute_share <= b.primary_compute_share
                && (one.standby.is_some() || a.storage_copies <= b.storage_copies || !self.has_storage(workload)));
        let lighter_standby = one.standby.is_none_or(|site| !self.is_capped(site))
            || (same_primary
                && one.standby == other.standby
                && a.standby_compute_share == b.standby_compute_share
                && a.storage_copies <= b.storage_copies);
        lighter_primary && lighter_standby
    }

    fn pays_no_more(&self, one: &Deployment, other: &Deployment) -> bool {
        let paid = |deployment: &Deployment| {
            let sites = [Some(deployment.primary), deployment.standby].into_iter().flatten();
            sites.flat_map(|site| &self.charges[site.index()])
        };
        paid(one).all(|charge| paid(other).any(|known| known == charge))
    }

    /// Whether what fails over to the standby finds all that it needs there, or room without end.
    fn takes_all(&self, deployment: &Deployment) -> bool {
        deployment.standby.is_none_or(|site| !self.is_capped(site))
            || self.estate.pattern(deployment.pattern).standby_compute_share.get() >= 1.0
    }

    fn has_storage(&self, workload: WorkloadId) -> bool {
        self.estate.workload(workload).total_demand(Resource::StorageGib) > 0.0
    }
}

/// By limit, then by provider with a greatest share: the member that a primary at `site` counts for.
fn counted_at(estate: &Estate, site: SiteId) -> Vec<Option<String>> {
    let limits = estate.limits().iter().map(|limit| {
        let at = member_at(estate, limit.scope, site);
        at.filter(|at| limit.member.as_ref().is_none_or(|member| member == at))
    });
    let provider = estate.provider(estate.site(site).provider);
    limits.chain([provider.max_share.map(|_| provider.id.clone())]).collect()
}

fn charged_at(estate: &Estate, site: SiteId) -> Vec<Charged> {
    let place = estate.site(site);
    let own = (place.fixed_cost.get() > 0.0).then_some(Charged::Site(site));
    let provider = estate.provider(place.provider).onboarding_cost.get() > 0.0;
    own.into_iter().chain(provider.then(|| Charged::Provider(place.provider.index()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set by bits is the set: across words, at their ends, and empty.
    #[test]
    fn what_two_sets_of_lists_have_in_common_is_found_in_order() {
        for size in [0, 1, 63, 64, 65, 200] {
            let (every, third) = (|list: usize| list.is_multiple_of(2), |list: usize| list.is_multiple_of(3));
            let (one, mut other) = (Lists::new((0..size).map(every)), Lists::new((0..size).map(|_| false)));
            assert_eq!(one.common(&other).count(), 0);
            (0..size).filter(|list| third(*list)).for_each(|list| other.insert(list));
            let expected: Vec<usize> = (0..size).filter(|list| every(*list) && third(*list)).collect();
            assert_eq!(one.common(&other).collect::<Vec<usize>>(), expected);
            assert!((0..size).all(|list| other.contains(list) == third(list)));
        }
    }
}
