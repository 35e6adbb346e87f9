//! Processes as series systems: what stands with a workload, and at which providers.

use ballast_model::{Deployment, Estate, Need, Plan, ProviderId, Role, WorkloadId};

/// A process that needs the workload.
pub(super) struct Needed {
    pub(super) process: String,
    pub(super) is_critical: bool,
    /// The other workloads without which it stands, with their provider; empty for a degrading one.
    pub(super) others: Vec<(String, String)>,
    degraded_share: f64,
}

impl Needed {
    /// `line-1 stops without it, and without jit-calloff (aws)`.
    pub(super) fn sentence(&self) -> String {
        if !self.is_critical {
            let share = ballast_report::number::percent(self.degraded_share);
            return format!("{} loses {share} of its value without it", self.process);
        }
        let others: Vec<String> = self.others.iter().map(|(id, provider)| format!("{id} ({provider})")).collect();
        match others.as_slice() {
            [] => format!("{} stops without it", self.process),
            some => format!("{} stops without it, and without {}", self.process, some.join(" or ")),
        }
    }
}

/// The processes of ours that need `workload`.
pub(super) fn needs(estate: &Estate, plan: &Plan, workload: WorkloadId) -> Vec<Needed> {
    let ours = estate.processes().iter().filter(|process| process.partner.is_none());
    ours.filter_map(|process| {
        let need = process.needs.iter().find(|need| need.workload == workload)?;
        let degraded_share = match need.role {
            Role::Critical => 1.0,
            Role::Degrading(share) => share.get(),
        };
        let is_critical = need.role == Role::Critical;
        let others = process
            .needs
            .iter()
            .filter(|other| is_critical && is_other(other, workload))
            .map(|other| (estate.workload(other.workload).id.clone(), provider_name(estate, plan, other.workload)))
            .collect();
        Some(Needed { process: process.id.clone(), is_critical, others, degraded_share })
    })
    .collect()
}

/// A process that `deployment` would tear apart: all its other critical workloads are at one provider, where this one
/// is now, and the deployment has its primary at another one and no standby at theirs.
pub(super) fn parted(
    estate: &Estate,
    plan: &Plan,
    workload: WorkloadId,
    deployment: &Deployment,
) -> Option<String> {
    let now = provider(estate, plan, workload)?;
    let at = |site| estate.site(site).provider;
    if at(deployment.primary) == now || deployment.standby.is_some_and(|standby| at(standby) == now) {
        return None;
    }
    let torn = estate.processes().iter().filter(|process| process.partner.is_none()).find(|process| {
        let is_critical =
            process.needs.iter().any(|need| need.workload == workload && need.role == Role::Critical);
        let mut others = process.needs.iter().filter(|need| is_other(need, workload)).peekable();
        is_critical
            && others.peek().is_some()
            && others.all(|need| provider(estate, plan, need.workload) == Some(now))
    });
    torn.map(|process| process.id.clone())
}

fn is_other(need: &Need, workload: WorkloadId) -> bool {
    need.role == Role::Critical && need.workload != workload
}

fn provider(estate: &Estate, plan: &Plan, workload: WorkloadId) -> Option<ProviderId> {
    plan.main_deployment(workload).map(|deployment| estate.site(deployment.primary).provider)
}

fn provider_name(estate: &Estate, plan: &Plan, workload: WorkloadId) -> String {
    provider(estate, plan, workload).map(|id| estate.provider(id).id.clone()).unwrap_or_default()
}
