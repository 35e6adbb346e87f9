//! The options of every workload: generated, priced, exposed to every impairment class, and pruned.

use std::{collections::BTreeMap, sync::Arc};

use ballast_model::{Deployment, Estate, WorkloadId, cost, rules};
use ballast_risk::{EventClass, Outcome, outcome};
use rayon::prelude::*;

use crate::{
    Control, SolveError,
    pruning::{Comparison, Shares, prune},
};

/// Pieces of parallel work: fixed, so that nothing depends on the number of threads.
const PIECES: usize = 16;
/// More options than this are many.
const LARGE: usize = 100_000;

/// What a class does to an option: a position in [`OptionTable::kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    pub(crate) fn new(deployment: Deployment, cost: f64, touches: Arc<[Touch]>) -> Self {
        Self { deployment, cost, touches }
    }

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
    /// By workload: which of its options the classes hit alike.
    pub(crate) alike: Vec<Alike>,
    /// The distinct outcomes that occur.
    pub(crate) kinds: Vec<Outcome>,
    /// Options that the hard rules allowed, before pruning.
    pub(crate) generated: usize,
}

/// A workload's options by what the classes do to them: its exposures, in the order of their first options.
#[derive(Debug, Clone)]
pub(crate) struct Alike {
    /// By option: its exposure.
    pub(crate) of: Box<[u32]>,
    /// By exposure: the first option that has it.
    pub(crate) first: Box<[u32]>,
}

impl Alike {
    fn new(options: &[DeploymentOption]) -> Self {
        let mut known: BTreeMap<*const Touch, u32> = BTreeMap::new();
        let mut first = Vec::new();
        let of = (0..).zip(options).map(|(number, option)| {
            *known.entry(option.touches.as_ptr()).or_insert_with(|| {
                first.push(number);
                u32::try_from(first.len() - 1).unwrap_or(u32::MAX)
            })
        });
        Self { of: of.collect(), first: first.into() }
    }
}

impl OptionTable {
    /// Options that are left, of all workloads.
    pub(crate) fn len(&self) -> usize {
        self.options.iter().map(Vec::len).sum()
    }

    /// Whether they are many: every one of them is priced, but few are remembered.
    pub(crate) fn is_large(&self) -> bool {
        self.len() > LARGE
    }
}

/// Generates, prices, exposes and prunes every workload's options.
pub(crate) fn generate(
    estate: &Estate,
    classes: &[EventClass],
    control: &Control<'_>,
) -> Result<OptionTable, SolveError> {
    let workloads: Vec<WorkloadId> = estate.workload_ids().collect();
    let mut kinds = Kinds::default();
    let exposures = Exposures::new(estate, classes, &workloads, &mut kinds);
    let comparison = Comparison::new(&exposures.lists, &kinds.list);
    let shares = Shares::new(estate);
    let pruned = workloads
        .par_iter()
        .map(|&workload| {
            if control.interrupted() {
                return Err(control.ended());
            }
            let deployments = rules::deployments(estate, workload);
            if deployments.is_empty() {
                return Err(SolveError::NoOption(estate.workload(workload).id.clone()));
            }
            let priced = deployments
                .iter()
                .map(|deployment| {
                    let cost = cost::annual_cost(estate, workload, deployment)
                        .map_err(|missing| SolveError::missing_price(estate, missing))?;
                    Ok((cost.total().get(), *deployment, exposures.of(workload, deployment)))
                })
                .collect::<Result<Vec<_>, SolveError>>()?;
            Ok((priced.len(), prune(workload, priced, &comparison, &shares)))
        })
        .collect::<Result<Vec<_>, SolveError>>()?;
    let generated = pruned.iter().map(|(generated, _)| generated).sum();
    let options: Vec<Vec<DeploymentOption>> = pruned.into_iter().map(|(_, options)| options).collect();
    let alike = options.par_iter().map(|options| Alike::new(options)).collect();
    Ok(OptionTable { options, alike, kinds: kinds.list, generated })
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
///
/// An outcome hangs on the workload only through the classes that take the workload itself down, wherever it runs: those
/// that are alike in this share theirs.
struct Exposures {
    sites: usize,
    /// By workload: those that are alike.
    alike: Vec<usize>,
    /// By group of those and deployment: position in `lists`.
    of: Vec<Vec<u32>>,
    /// The distinct lists of touches.
    lists: Vec<Arc<[Touch]>>,
}

/// No workload may have the deployment.
const NOWHERE: u32 = u32::MAX;

impl Exposures {
    fn new(estate: &Estate, classes: &[EventClass], workloads: &[WorkloadId], kinds: &mut Kinds) -> Self {
        let (alike, groups) = alike(classes, workloads);
        let sites = estate.sites().len();
        let mut exposures = Self { sites, alike, of: Vec::new(), lists: Vec::new() };
        let mut known: BTreeMap<Arc<[Touch]>, u32> = BTreeMap::new();
        for members in groups {
            let allowed = exposures.allowed(estate, &members);
            let met: Vec<Vec<(u32, Outcome)>> = allowed
                .par_iter()
                .map(|deployment| {
                    (0_u32..)
                        .zip(classes)
                        .map(|(class, event)| (class, outcome(estate, &event.impairment, members[0], deployment)))
                        .filter(|(_, outcome)| outcome.severity > 0.0)
                        .collect()
                })
                .collect();
            let mut of = vec![NOWHERE; estate.patterns().len() * sites * (sites + 1)];
            for (deployment, met) in allowed.iter().zip(met) {
                let touches: Arc<[Touch]> = met
                    .into_iter()
                    .map(|(class, outcome)| Touch { class, kind: kinds.position(outcome) })
                    .collect();
                let next = u32::try_from(known.len()).unwrap_or(NOWHERE);
                of[exposures.index(deployment)] = *known.entry(touches).or_insert_with_key(|touches| {
                    exposures.lists.push(Arc::clone(touches));
                    next
                });
            }
            exposures.of.push(of);
        }
        exposures
    }

    /// The deployments that any of these workloads may have.
    fn allowed(&self, estate: &Estate, workloads: &[WorkloadId]) -> Vec<Deployment> {
        let found = workloads
            .par_chunks(workloads.len().div_ceil(PIECES).max(1))
            .map(|piece| {
                let mut found: BTreeMap<usize, Deployment> = BTreeMap::new();
                for workload in piece {
                    for deployment in rules::deployments(estate, *workload) {
                        found.entry(self.index(&deployment)).or_insert(deployment);
                    }
                }
                found
            })
            .reduce(BTreeMap::new, |mut all, found| {
                all.extend(found);
                all
            });
        found.into_values().collect()
    }

    fn index(&self, deployment: &Deployment) -> usize {
        let standby = deployment.standby.map_or(0, |site| site.index() + 1);
        (deployment.pattern.index() * self.sites + deployment.primary.index()) * (self.sites + 1) + standby
    }

    fn of(&self, workload: WorkloadId, deployment: &Deployment) -> u32 {
        self.of[self.alike[workload.index()]][self.index(deployment)]
    }
}

/// By workload its group, and the groups: the same classes take all of a group down by themselves, as far.
fn alike(classes: &[EventClass], workloads: &[WorkloadId]) -> (Vec<usize>, Vec<Vec<WorkloadId>>) {
    let mut groups: Vec<Vec<WorkloadId>> = Vec::new();
    let mut known: BTreeMap<Vec<(usize, u64)>, usize> = BTreeMap::new();
    let of = workloads.iter().map(|&workload| {
        let down = classes.iter().map(|class| class.impairment.workload_down[workload.index()]);
        let key = down.enumerate().filter(|(_, down)| *down > 0.0).map(|(class, down)| (class, down.to_bits()));
        let group = *known.entry(key.collect()).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(workload);
        group
    });
    let of = of.collect();
    (of, groups)
}
