//! The options of every workload: generated, priced, exposed to every impairment class, and pruned.

use std::{collections::BTreeMap, sync::Arc};

use ballast_model::{Deployment, Estate, Resource, SiteId, WorkloadId, cost, rules};
use ballast_risk::{EventClass, Outcome, outcome};
use rayon::prelude::*;

use crate::SolveError;

/// What a class does to an option: a position in [`OptionTable::kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touch {
    /// The impairment class.
    pub(crate) class: u32,
    /// The kind of outcome.
    pub(crate) kind: u32,
}

/// A deployment that a workload may have, with all that the optimiser needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeploymentOption {
    /// The deployment.
    pub(crate) deployment: Deployment,
    /// Money per year.
    cost: f64,
    /// The classes that touch it, by class; shared by all that are touched alike.
    pub(crate) touches: Arc<[Touch]>,
}

impl DeploymentOption {
    /// Money per year.
    pub(crate) fn annual_cost(&self) -> f64 {
        self.cost
    }
}

/// Every workload's options after pruning.
#[derive(Debug, Clone)]
pub(crate) struct OptionTable {
    /// Options by workload.
    pub(crate) options: Vec<Vec<DeploymentOption>>,
    /// The distinct outcomes that occur.
    pub(crate) kinds: Vec<Outcome>,
    /// Options that the hard rules allowed, before pruning.
    pub(crate) generated: usize,
}

impl OptionTable {
    /// Options that are left, of all workloads.
    pub(crate) fn len(&self) -> usize {
        self.options.iter().map(Vec::len).sum()
    }
}

/// Generates, prices, exposes and prunes every workload's options.
pub(crate) fn generate(estate: &Estate, classes: &[EventClass]) -> Result<OptionTable, SolveError> {
    let allowed: Vec<Vec<Deployment>> =
        estate.workload_ids().collect::<Vec<_>>().par_iter().map(|w| rules::deployments(estate, *w)).collect();
    let mut kinds = Kinds::default();
    let exposures = expose(estate, classes, &allowed, &mut kinds);
    let footprints = Footprints::new(estate);
    let generated = allowed.iter().map(Vec::len).sum();
    let options = allowed
        .par_iter()
        .enumerate()
        .map(|(index, deployments)| {
            let workload = WorkloadId::new(index);
            if deployments.is_empty() {
                return Err(SolveError::NoOption(estate.workload(workload).id.clone()));
            }
            let priced = deployments
                .iter()
                .map(|deployment| {
                    let cost = cost::annual_cost(estate, workload, deployment)
                        .map_err(|missing| SolveError::missing_price(estate, missing))?;
                    let touches = exposures.of(workload, deployment);
                    Ok(DeploymentOption { deployment: *deployment, cost: cost.total().get(), touches })
                })
                .collect::<Result<Vec<_>, SolveError>>()?;
            Ok(prune(workload, priced, &kinds.list, &footprints))
        })
        .collect::<Result<Vec<_>, SolveError>>()?;
    Ok(OptionTable { options, kinds: kinds.list, generated })
}

/// Distinct outcomes, in the order in which they are met.
#[derive(Default)]
struct Kinds {
    list: Vec<Outcome>,
    positions: BTreeMap<[u64; 4], u32>,
}

impl Kinds {
    fn position(&mut self, outcome: Outcome) -> u32 {
        let recovery = outcome.recovery.map_or([u64::MAX; 2], |r| [r.after_h.to_bits(), r.success.to_bits()]);
        let key = [outcome.severity.to_bits(), recovery[0], recovery[1], outcome.data_loss_h.to_bits()];
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.positions.entry(key).or_insert_with(|| {
            self.list.push(outcome);
            next
        })
    }
}

/// What the classes do to every deployment.
struct Exposures {
    /// By deployment, for workloads that no class takes down by themselves.
    shared: BTreeMap<Deployment, Arc<[Touch]>>,
    /// By workload and deployment, for workloads that depend on a domain wherever they are.
    own: BTreeMap<(WorkloadId, Deployment), Arc<[Touch]>>,
}

impl Exposures {
    fn of(&self, workload: WorkloadId, deployment: &Deployment) -> Arc<[Touch]> {
        let own = self.own.get(&(workload, *deployment));
        own.or_else(|| self.shared.get(deployment)).map_or_else(|| Arc::from([]), Arc::clone)
    }
}

/// An outcome hangs on the workload only if a class takes the workload itself down, so the others share theirs.
fn expose(estate: &Estate, classes: &[EventClass], allowed: &[Vec<Deployment>], kinds: &mut Kinds) -> Exposures {
    let depends =
        |workload: WorkloadId| classes.iter().any(|class| class.impairment.workload_down[workload.index()] > 0.0);
    let mut exposures = Exposures { shared: BTreeMap::new(), own: BTreeMap::new() };
    for workload in estate.workload_ids() {
        let is_own = depends(workload);
        for deployment in &allowed[workload.index()] {
            if !is_own && exposures.shared.contains_key(deployment) {
                continue;
            }
            let touches: Arc<[Touch]> = (0_u32..)
                .zip(classes)
                .filter_map(|(class, event)| {
                    let outcome = outcome(estate, &event.impairment, workload, deployment);
                    (outcome.severity > 0.0).then(|| Touch { class, kind: kinds.position(outcome) })
                })
                .collect();
            if is_own {
                exposures.own.insert((workload, *deployment), touches);
            } else {
                exposures.shared.insert(*deployment, touches);
            }
        }
    }
    exposures
}

/// What an option uses of things that are scarce or paid for once: the rows that couple workloads.
struct Footprints<'a> {
    estate: &'a Estate,
    /// Sites with a fixed cost, a capacity or a limit, each of which makes a site's use count.
    marked: Vec<bool>,
}

impl<'a> Footprints<'a> {
    fn new(estate: &'a Estate) -> Self {
        let limited = !estate.limits().is_empty();
        let marked = estate
            .sites()
            .iter()
            .map(|site| {
                let provider = estate.provider(site.provider);
                limited
                    || site.fixed_cost.get() > 0.0
                    || provider.onboarding_cost.get() > 0.0
                    || provider.max_share.is_some()
                    || site.capacity.iter().any(Option::is_some)
            })
            .collect();
        Self { estate, marked }
    }

    fn is_marked(&self, site: SiteId) -> bool {
        self.marked[site.index()]
    }

    /// Whether swapping `other` for `one` cannot use more of anything that couples workloads.
    fn fits_within(&self, workload: WorkloadId, one: &Deployment, other: &Deployment) -> bool {
        if self.estate.workload(workload).group.is_some() && one.primary != other.primary {
            return false;
        }
        let same_primary = one.primary == other.primary;
        let standby_free = one.standby.is_none_or(|site| !self.is_marked(site));
        let primary_free = !self.is_marked(one.primary);
        if primary_free && standby_free {
            return true;
        }
        let pattern = |deployment: &Deployment| self.estate.pattern(deployment.pattern);
        let (a, b) = (pattern(one), pattern(other));
        let lighter_primary = primary_free
            || (same_primary
                && a.primary_compute_share <= b.primary_compute_share
                && (one.standby.is_some() || a.storage_copies <= b.storage_copies || !self.has_storage(workload)));
        let same_standby = standby_free
            || (same_primary
                && one.standby == other.standby
                && a.standby_compute_share == b.standby_compute_share
                && a.storage_copies <= b.storage_copies);
        lighter_primary && same_standby
    }

    /// Whether what fails over to the standby finds all that it needs there, or room without end.
    fn takes_all(&self, deployment: &Deployment) -> bool {
        let has_no_end = |site| self.estate.site(site).capacity.iter().all(Option::is_none);
        deployment.standby.is_none_or(has_no_end)
            || self.estate.pattern(deployment.pattern).standby_compute_share.get() >= 1.0
    }

    fn has_storage(&self, workload: WorkloadId) -> bool {
        self.estate.workload(workload).total_demand(Resource::StorageGib) > 0.0
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

fn exposed_no_worse(a: &[Touch], b: &[Touch], kinds: &[Outcome]) -> bool {
    a.iter().all(|touch| {
        b.binary_search_by_key(&touch.class, |other| other.class).is_ok_and(|position| {
            let other = b[position];
            touch.kind == other.kind || no_worse(&kinds[touch.kind as usize], &kinds[other.kind as usize])
        })
    })
}

/// Whether every class that makes `a` fail over does so with `b`: what waits for its primary needs no room elsewhere.
fn sends_no_more(a: &[Touch], b: &[Touch], kinds: &[Outcome]) -> bool {
    let fails_over = |touch: &Touch| kinds[touch.kind as usize].recovery.is_some();
    a.iter().filter(|touch| fails_over(touch)).all(|touch| {
        b.binary_search_by_key(&touch.class, |other| other.class).is_ok_and(|position| fails_over(&b[position]))
    })
}

/// Drops every option that another one dominates.
///
/// `a` dominates `b` if it costs no more, no class hits it worse, and it uses no more of anything that couples
/// workloads. In any plan `b` can be exchanged for `a`: no row gets tighter, no process stands longer (losses rise
/// with downtime and severity), the cost does not rise. So an optimal plan without `b` exists.
fn prune(
    workload: WorkloadId,
    mut options: Vec<DeploymentOption>,
    kinds: &[Outcome],
    footprints: &Footprints<'_>,
) -> Vec<DeploymentOption> {
    options.sort_by(|a, b| {
        a.annual_cost()
            .total_cmp(&b.annual_cost())
            .then(a.touches.len().cmp(&b.touches.len()))
            .then(a.deployment.cmp(&b.deployment))
    });
    let mut kept: Vec<DeploymentOption> = Vec::new();
    for option in options {
        let dominated = kept.iter().any(|better| {
            exposed_no_worse(&better.touches, &option.touches, kinds)
                && footprints.fits_within(workload, &better.deployment, &option.deployment)
                && (footprints.takes_all(&better.deployment)
                    || sends_no_more(&better.touches, &option.touches, kinds))
        });
        if !dominated {
            kept.push(option);
        }
    }
    kept
}
