//! Every other way to deploy one workload, all else as planned: what it would cost and lose, and which rule forbids it.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{
    Assignment, Deployment, Estate, PatternId, Plan, ProcessId, ProviderId, Share, SiteId, WorkloadId, cost, rules,
};
use ballast_risk::{EventSet, LossModel, PartialLosses, WorkloadRisk, audit, evaluate, losses_through};
use rayon::prelude::*;

use super::choice::Choice;

/// Families of options of which every member is weighed.
const FAMILIES_IN_FULL: usize = 3;

/// Options that differ in the site of their standby only, not in who runs it.
type Family = (PatternId, SiteId, Option<ProviderId>);

/// A deployment, measured within the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighed {
    pub(super) deployment: Deployment,
    /// Cost of this workload's deployment, per year.
    pub(super) annual_cost: f64,
    /// Change of the whole plan's cost, opened and closed sites included, per year.
    pub(super) cost_change: f64,
    /// Change of the whole plan's expected loss, per year.
    pub(super) loss_change: f64,
    /// The same by hazard; nothing where the events are given.
    pub(super) loss_change_by_hazard: Vec<f64>,
    /// Limits that the plan would break with it and does not break now, by row name.
    pub(super) breaks: Vec<String>,
}

impl Weighed {
    /// Cost and loss together, per year.
    pub(super) fn total_change(&self) -> f64 {
        self.cost_change + self.loss_change
    }
}

/// What a workload could have been.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Options {
    /// The deployment that it has, its largest part if it is split.
    pub(super) current: Weighed,
    /// What it suffers there.
    pub(super) risk: WorkloadRisk,
    /// The others that were weighed, best total first.
    pub(super) others: Vec<Weighed>,
    /// How many the rules allow.
    pub(super) allowed: usize,
    /// Why the other sites are out.
    pub(super) excluded_sites: Vec<(SiteId, rules::Rule)>,
    /// Why the other patterns are out.
    pub(super) excluded_patterns: Vec<(PatternId, rules::Rule)>,
}

/// Weighs the options of `workload`: for each pattern, primary and provider of the standby the cheapest one, then all
/// of the best of these families.
pub(super) fn weigh(estate: &Estate, events: &EventSet, choice: &Choice, workload: WorkloadId) -> Options {
    let scale = Scale::new(estate, events, choice, workload);
    let allowed = rules::deployments(estate, workload);
    let family_of = |deployment: &Deployment| -> Family {
        (deployment.pattern, deployment.primary, deployment.standby.map(|standby| estate.site(standby).provider))
    };
    let mut families: BTreeMap<Family, Vec<Deployment>> = BTreeMap::new();
    for deployment in &allowed {
        families.entry(family_of(deployment)).or_default().push(*deployment);
    }
    let cheapest = families.values().filter_map(|family| {
        family.iter().min_by(|a, b| scale.cost_of(a).total_cmp(&scale.cost_of(b)).then(a.cmp(b))).copied()
    });
    let as_is = estate.workload(workload).as_is.as_ref().map(|as_is| as_is.deployment);
    let runner_up = choice.runner_up.map(|(deployment, _)| deployment);
    let mut others: Vec<Weighed> = Vec::new();
    scale.weigh_all(cheapest.chain(as_is).chain(runner_up), &mut others);
    let best: Vec<Deployment> = others.iter().take(FAMILIES_IN_FULL).map(|weighed| weighed.deployment).collect();
    let in_full = best.iter().filter_map(|best| families.get(&family_of(best))).flatten().copied();
    scale.weigh_all(in_full, &mut others);
    Options {
        current: scale.current.clone(),
        risk: scale.risk,
        others,
        allowed: allowed.len(),
        excluded_sites: estate
            .site_ids()
            .filter_map(|site| Some((site, rules::site_exclusion(estate, workload, site)?)))
            .collect(),
        excluded_patterns: estate
            .pattern_ids()
            .filter_map(|pattern| Some((pattern, rules::pattern_exclusion(estate, workload, pattern)?)))
            .collect(),
    }
}

/// Measures deployments of one workload within a plan.
struct Scale<'a> {
    estate: &'a Estate,
    events: &'a EventSet,
    plan: &'a Plan,
    workload: WorkloadId,
    model: LossModel,
    /// The processes that the workload can stop or degrade: no other loss changes with it.
    processes: Vec<ProcessId>,
    plan_cost: f64,
    /// What we lose through these processes.
    plan_losses: PartialLosses,
    broken: Vec<String>,
    current: Weighed,
    risk: WorkloadRisk,
}

impl<'a> Scale<'a> {
    fn new(estate: &'a Estate, events: &'a EventSet, choice: &'a Choice, workload: WorkloadId) -> Self {
        let plan = &choice.plan;
        let audited = audit(estate, events.classes(), plan);
        // A plan gives every workload at least one part.
        let parts = plan.of(workload);
        let deployment = plan.main_deployment(workload).copied().unwrap_or(parts[0].deployment);
        let current = Weighed {
            deployment,
            annual_cost: parts
                .iter()
                .map(|part| price(estate, workload, &part.deployment) * part.share.get())
                .sum(),
            cost_change: 0.0,
            loss_change: 0.0,
            loss_change_by_hazard: Vec::new(),
            breaks: Vec::new(),
        };
        let model = LossModel::new(estate);
        let needs = |process: &ProcessId| model.terms_of(*process).iter().any(|term| term.workload == workload);
        let processes: Vec<ProcessId> = estate.process_ids().filter(needs).collect();
        Self {
            estate,
            events,
            plan,
            workload,
            plan_cost: audited.annual_cost,
            plan_losses: losses_through(estate, events, plan, &model, &processes),
            model,
            processes,
            broken: audited.violations.into_iter().map(|violation| violation.rule).collect(),
            current,
            risk: evaluate(estate, events, plan).by_workload[workload.index()],
        }
    }

    fn cost_of(&self, deployment: &Deployment) -> f64 {
        price(self.estate, self.workload, deployment)
    }

    /// Adds those that are not there yet; best total first.
    fn weigh_all(&self, deployments: impl Iterator<Item = Deployment>, weighed: &mut Vec<Weighed>) {
        let is_split = self.plan.of(self.workload).len() > 1;
        let is_new = |deployment: &Deployment| {
            let is_current = !is_split && *deployment == self.current.deployment;
            !is_current && weighed.iter().all(|other| other.deployment != *deployment)
        };
        let new: BTreeSet<Deployment> = deployments.filter(is_new).collect();
        weighed.par_extend(new.into_par_iter().filter_map(|deployment| self.weigh(deployment)));
        weighed.sort_by(|a, b| {
            let key = |one: &Weighed| (!one.breaks.is_empty(), one.total_change());
            let ((a_breaks, a_total), (b_breaks, b_total)) = (key(a), key(b));
            a_breaks.cmp(&b_breaks).then(a_total.total_cmp(&b_total)).then(a.deployment.cmp(&b.deployment))
        });
    }

    /// The plan with `deployment` in place of what the workload has; none if it breaks a hard rule (today's may).
    fn weigh(&self, deployment: Deployment) -> Option<Weighed> {
        let assignments = self
            .estate
            .workload_ids()
            .map(|id| {
                if id == self.workload {
                    vec![Assignment { deployment, share: Share::ONE }]
                } else {
                    self.plan.of(id).to_vec()
                }
            })
            .collect();
        let plan = Plan::new(self.estate, assignments).ok()?;
        let audited = audit(self.estate, self.events.classes(), &plan);
        let losses = losses_through(self.estate, self.events, &plan, &self.model, &self.processes);
        let weights = self.events.weights();
        let years = losses.annual.iter().zip(&self.plan_losses.annual).zip(weights);
        let by_hazard = losses.by_hazard.iter().zip(&self.plan_losses.by_hazard);
        let rules = audited.violations.into_iter().map(|violation| violation.rule);
        Some(Weighed {
            deployment,
            annual_cost: self.cost_of(&deployment),
            cost_change: audited.annual_cost - self.plan_cost,
            loss_change: years.map(|((then, now), weight)| weight * (then - now)).sum(),
            loss_change_by_hazard: by_hazard.map(|(then, now)| then - now).collect(),
            breaks: rules.filter(|rule| !self.broken.contains(rule)).collect(),
        })
    }
}

/// Cost per year; a deployment without a price is no option, and the case was refused.
fn price(estate: &Estate, workload: WorkloadId, deployment: &Deployment) -> f64 {
    cost::annual_cost(estate, workload, deployment).map_or(f64::INFINITY, |cost| cost.total().get())
}
