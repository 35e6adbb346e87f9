//! What does not change on the way, and what a plan on the way costs, loses and breaks.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{Estate, Plan, ProcessId, SiteId, WorkloadId, rules};
use ballast_risk::{Audit, EventSet, LossModel, RiskProfile, audit, evaluate, losses_through};

use super::Stop;
use crate::{Goal, problem::tail_weights};

/// How far a sum of money may be above a cap, relative, and still keep it: as in the audit.
const TOLERANCE: f64 = 1e-6;

/// Workloads by position: whether each has moved.
pub(super) type Moved = Vec<bool>;

/// Rules and limits that a plan breaks, with by how much, relative to the limit.
pub(super) type Broken = BTreeMap<String, f64>;

/// The two ends of the way.
pub(super) struct Ground<'a> {
    pub(super) estate: &'a Estate,
    events: &'a EventSet,
    today: &'a Plan,
    plan: &'a Plan,
    model: LossModel,
    ours: Vec<ProcessId>,
    /// By workload: our processes that lose by it.
    processes: Vec<Vec<ProcessId>>,
    /// By workload: rules that its deployment of today breaks.
    forbidden: Vec<Vec<String>>,
    pub(super) goal: Goal,
}

/// A plan on the way.
pub(super) struct Place {
    pub(super) moved: Moved,
    pub(super) plan: Plan,
    pub(super) annual_cost: f64,
    /// Our loss in each year.
    pub(super) annual: Vec<f64>,
    pub(super) broken: Broken,
    pub(super) stop: Stop,
}

/// What moving some workloads changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    /// Cost, per year.
    pub(super) cost: f64,
    /// Weighted loss that is avoided, per year.
    pub(super) avoided: f64,
    /// What the plan breaks after it.
    pub(super) broken: Broken,
}

impl<'a> Ground<'a> {
    pub(super) fn new(estate: &'a Estate, events: &'a EventSet, [today, plan]: [&'a Plan; 2]) -> Self {
        let model = LossModel::new(estate);
        let mut processes = vec![Vec::new(); estate.workloads().len()];
        let ours: Vec<ProcessId> =
            estate.process_ids().filter(|id| estate.process(*id).partner.is_none()).collect();
        for &id in &ours {
            for workload in model.terms_of(id).iter().map(|term| term.workload).collect::<BTreeSet<_>>() {
                processes[workload.index()].push(id);
            }
        }
        let forbidden = estate.workload_ids().map(|workload| forbidden(estate, today, workload)).collect();
        let objective = &estate.settings().objective;
        let goal = Goal::total(objective.loss_weight, objective.risk_aversion);
        Self { estate, events, today, plan, model, ours, processes, forbidden, goal }
    }

    /// Those that are deployed otherwise at the end.
    pub(super) fn movers(&self) -> Vec<WorkloadId> {
        self.estate.workload_ids().filter(|id| self.today.of(*id) != self.plan.of(*id)).collect()
    }

    /// Where a workload's primaries are at the start and at the end, with their shares.
    pub(super) fn changes_primary(&self, workload: WorkloadId) -> bool {
        let primaries = |plan: &Plan| {
            let mut shares: BTreeMap<SiteId, f64> = BTreeMap::new();
            for part in plan.of(workload) {
                *shares.entry(part.deployment.primary).or_default() += part.share.get();
            }
            shares
        };
        primaries(self.today) != primaries(self.plan)
    }

    /// Sites that a workload uses at the start and at the end.
    pub(super) fn sites(&self, workload: WorkloadId) -> [BTreeSet<SiteId>; 2] {
        [self.today, self.plan].map(|plan| used(plan.of(workload).iter().map(|part| &part.deployment)))
    }

    /// The processes that lose by one of these workloads.
    pub(super) fn touched(&self, workloads: &[WorkloadId]) -> BTreeSet<ProcessId> {
        workloads.iter().flat_map(|workload| &self.processes[workload.index()]).copied().collect()
    }

    /// Whether the worth of a move can change although nothing moved that its processes need.
    pub(super) fn is_entangled(&self) -> bool {
        self.goal.needs_cvar() || self.estate.limits().iter().any(|limit| limit.soft_penalty.is_some())
    }

    /// The plan with these workloads moved, measured in full.
    pub(super) fn place(&self, moved: Moved) -> Place {
        let plan = self.today.moved(self.plan, |workload| moved[workload.index()]);
        let audit = audit(self.estate, self.events.classes(), &plan);
        let risk = evaluate(self.estate, self.events, &plan);
        let (expected_loss, cvar) = (risk.expected_loss(), risk.cvar(self.alpha()));
        let broken = self.broken(&audit, &moved, || self.caps_of(&risk));
        let stop = Stop {
            annual_cost: audit.annual_cost,
            expected_loss,
            cvar,
            total: self.goal.objective(audit.annual_cost, expected_loss, cvar),
            broken: broken.keys().cloned().collect(),
        };
        let annual = risk.annual_losses().to_vec();
        Place { annual_cost: audit.annual_cost, annual, plan, moved, broken, stop }
    }

    /// What it changes to move these workloads too: only the processes that need them are simulated again.
    pub(super) fn figures(&self, place: &Place, workloads: &[WorkloadId]) -> Figures {
        let moved = with(&place.moved, workloads);
        let plan = self.today.moved(self.plan, |workload| moved[workload.index()]);
        let audit = audit(self.estate, self.events.classes(), &plan);
        let touched = self.touched(workloads);
        let through = |plan: &Plan, processes: &[ProcessId]| {
            losses_through(self.estate, self.events, plan, &self.model, processes).annual
        };
        let minus = |after: Vec<f64>, before: &[f64]| -> Vec<f64> {
            after.iter().zip(before).map(|(after, before)| after - before).collect()
        };
        // What the others lose does not change; of all together it is known already what they lost before.
        let change = if 2 * touched.len() > self.ours.len() {
            minus(through(&plan, &self.ours), &place.annual)
        } else {
            let processes: Vec<ProcessId> = touched.into_iter().collect();
            minus(through(&plan, &processes), &through(&place.plan, &processes))
        };
        let weights = self.events.weights();
        let expected: f64 = change.iter().zip(weights).map(|(change, weight)| change * weight).sum();
        let needs_cvar = self.goal.needs_cvar() || self.estate.settings().limits.cvar.is_some();
        let annual: Vec<f64> = place.annual.iter().zip(&change).map(|(loss, change)| loss + change).collect();
        let cvar = if needs_cvar { self.cvar(&annual) } else { place.stop.cvar };
        let loss = (place.stop.expected_loss + expected, cvar);
        Figures {
            cost: audit.annual_cost - place.annual_cost,
            avoided: -self.goal.objective(0.0, expected, cvar - place.stop.cvar),
            broken: self.broken(&audit, &moved, || loss),
        }
    }

    /// What the plan with these workloads moved breaks.
    pub(super) fn broken_after(&self, place: &Place, workloads: &[WorkloadId]) -> Broken {
        if self.estate.settings().limits.expected_loss.is_some() || self.estate.settings().limits.cvar.is_some() {
            return self.figures(place, workloads).broken;
        }
        let moved = with(&place.moved, workloads);
        let plan = self.today.moved(self.plan, |workload| moved[workload.index()]);
        // Without a cap on it, no loss breaks one.
        self.broken(&audit(self.estate, self.events.classes(), &plan), &moved, || (0.0, 0.0))
    }

    fn broken(&self, audit: &Audit, moved: &[bool], loss: impl Fn() -> (f64, f64)) -> Broken {
        let mut broken = Broken::new();
        for violation in &audit.violations {
            *broken.entry(violation.rule.clone()).or_default() += violation.by;
        }
        for (rules, _) in self.forbidden.iter().zip(moved).filter(|(_, moved)| !**moved) {
            broken.extend(rules.iter().map(|rule| (rule.clone(), 1.0)));
        }
        let caps = &self.estate.settings().limits;
        let (expected, cvar) = loss();
        for (name, cap, figure) in [
            ("budget", caps.budget, audit.annual_cost),
            ("expected_loss", caps.expected_loss, expected),
            ("cvar", caps.cvar, cvar),
        ] {
            let by = cap.map_or(0.0, |cap| (figure - cap.get()) / (1.0 + cap.get()));
            if by > TOLERANCE {
                broken.insert(name.to_owned(), by);
            }
        }
        broken
    }

    fn caps_of(&self, risk: &RiskProfile) -> (f64, f64) {
        (risk.expected_loss(), risk.cvar(self.alpha()))
    }

    fn cvar(&self, annual: &[f64]) -> f64 {
        let tail = tail_weights(annual, self.events.weights(), self.alpha());
        annual.iter().zip(&tail).map(|(loss, weight)| loss * weight).sum()
    }

    fn alpha(&self) -> f64 {
        self.estate.settings().risk.alpha.get()
    }

    /// The names by which ties are broken.
    pub(super) fn names(&self, workloads: &[WorkloadId]) -> Vec<&'a str> {
        workloads.iter().map(|workload| self.estate.workload(*workload).id.as_str()).collect()
    }
}

pub(super) fn with(moved: &[bool], workloads: &[WorkloadId]) -> Moved {
    let mut moved = moved.to_vec();
    for workload in workloads {
        moved[workload.index()] = true;
    }
    moved
}

/// The sites that deployments use.
pub(super) fn used<'d>(deployments: impl Iterator<Item = &'d ballast_model::Deployment>) -> BTreeSet<SiteId> {
    deployments.flat_map(|one| [Some(one.primary), one.standby]).flatten().collect()
}

fn forbidden(estate: &Estate, plan: &Plan, workload: WorkloadId) -> Vec<String> {
    let name = &estate.workload(workload).id;
    let rules = plan.of(workload).iter().filter_map(|part| rules::exclusion(estate, workload, &part.deployment));
    rules.map(|rule| format!("{name}: {rule}")).collect()
}
