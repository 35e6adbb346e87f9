//! A plan: how every workload is deployed.

use crate::{Deployment, Estate, Share, WorkloadId, rules};

/// A part of a workload's units with one deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assignment {
    /// The deployment.
    pub deployment: Deployment,
    /// The share of the workload's units that has it, above 0.
    pub share: Share,
}

/// Why assignments do not make a plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// The plan's length is not the estate's number of workloads.
    #[error("the plan has {plan} workloads, the estate {estate}")]
    WrongLength {
        /// Workloads in the plan.
        plan: usize,
        /// Workloads in the estate.
        estate: usize,
    },
    /// A workload's shares do not add up to 1.
    #[error("the shares of workload {workload} add up to {sum}, not to 1")]
    NotWhole {
        /// The workload's id.
        workload: String,
        /// What they add up to.
        sum: f64,
    },
    /// A workload has a deployment that its rules forbid.
    #[error("workload {workload} may not be deployed as {deployment}: {rule}")]
    Forbidden {
        /// The workload's id.
        workload: String,
        /// The deployment in words.
        deployment: String,
        /// The rule that forbids it.
        rule: rules::Rule,
    },
    /// Today's placement of a workload is unknown.
    #[error("workload {0} has no row in placement.csv")]
    NoPlacement(String),
}

/// Every workload's assignments: shares are above 0 and add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    assignments: Vec<Vec<Assignment>>,
}

/// How far the shares of a workload may be from 1.
const SHARE_TOLERANCE: f64 = 1e-6;

impl Plan {
    /// A plan from one list of assignments per workload, in the estate's order.
    ///
    /// # Errors
    /// If a workload is missing, its shares do not add up to 1, or a rule forbids a deployment.
    pub fn new(estate: &Estate, assignments: Vec<Vec<Assignment>>) -> Result<Self, PlanError> {
        let plan = Self::whole(estate, assignments)?;
        for workload in estate.workload_ids() {
            for assignment in plan.of(workload) {
                if let Some(rule) = rules::exclusion(estate, workload, &assignment.deployment) {
                    return Err(PlanError::Forbidden {
                        workload: estate.workload(workload).id.clone(),
                        deployment: estate.describe(&assignment.deployment),
                        rule,
                    });
                }
            }
        }
        Ok(plan)
    }

    /// Today's plan from `placement.csv`. It may break rules: that is what it is compared for.
    ///
    /// # Errors
    /// If a workload has no placement of today.
    pub fn as_is(estate: &Estate) -> Result<Self, PlanError> {
        let assignments = estate
            .workloads()
            .iter()
            .map(|workload| {
                let as_is = workload.as_is.as_ref().ok_or_else(|| PlanError::NoPlacement(workload.id.clone()))?;
                Ok(vec![Assignment { deployment: as_is.deployment, share: Share::ONE }])
            })
            .collect::<Result<_, _>>()?;
        Self::whole(estate, assignments)
    }

    fn whole(estate: &Estate, assignments: Vec<Vec<Assignment>>) -> Result<Self, PlanError> {
        if assignments.len() != estate.workloads().len() {
            return Err(PlanError::WrongLength { plan: assignments.len(), estate: estate.workloads().len() });
        }
        for (workload, parts) in estate.workloads().iter().zip(&assignments) {
            let sum: f64 = parts.iter().map(|part| part.share.get()).sum();
            if (sum - 1.0).abs() > SHARE_TOLERANCE || parts.iter().any(|part| part.share.get() <= 0.0) {
                return Err(PlanError::NotWhole { workload: workload.id.clone(), sum });
            }
        }
        Ok(Self { assignments })
    }

    /// This plan with the workloads that `moves` picks deployed as in `target`.
    ///
    /// # Panics
    /// If `target` is not of the same estate.
    #[must_use]
    pub fn moved(&self, target: &Self, moves: impl Fn(WorkloadId) -> bool) -> Self {
        assert_eq!(self.assignments.len(), target.assignments.len(), "plans of two estates");
        let pairs = self.assignments.iter().zip(&target.assignments).enumerate();
        let pick = |(index, (ours, theirs)): (usize, (&Vec<Assignment>, &Vec<Assignment>))| {
            if moves(WorkloadId::new(index)) { theirs.clone() } else { ours.clone() }
        };
        Self { assignments: pairs.map(pick).collect() }
    }

    /// The assignments of one workload.
    pub fn of(&self, workload: WorkloadId) -> &[Assignment] {
        &self.assignments[workload.index()]
    }

    /// The deployment that holds most of a workload (all of it, unless it is divisible).
    pub fn main_deployment(&self, workload: WorkloadId) -> Option<&Deployment> {
        self.of(workload)
            .iter()
            .max_by(|a, b| a.share.cmp(&b.share).then(b.deployment.cmp(&a.deployment)))
            .map(|assignment| &assignment.deployment)
    }
}
