//! What an impairment does to one deployment of a workload.

use ballast_model::{Deployment, Estate, Pattern, SiteId, WorkloadId};

use crate::Impairment;

/// How a deployment comes through the events of a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The share of its function that is lost while it is down; 0 if it is not touched.
    pub severity: f64,
    /// How it recovers before the event is over, if it can.
    pub recovery: Option<Recovery>,
    /// Hours of data that are lost for good.
    pub data_loss_h: f64,
}

/// A failover, or a restart in another zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// Hours from the start of the event: the attained RTO.
    pub after_h: f64,
    /// How often it succeeds, 0 to 1.
    pub success: f64,
}

impl Outcome {
    /// Not touched at all.
    pub const UNTOUCHED: Self = Self { severity: 0.0, recovery: None, data_loss_h: 0.0 };

    /// Hours without the workload in an event of `duration_h` hours. `luck` is uniform in 0 to 1 and the same for
    /// all failovers of an event: they succeed together or fail together.
    pub fn downtime_h(&self, duration_h: f64, luck: f64) -> f64 {
        match self.recovery {
            _ if self.severity == 0.0 => 0.0,
            Some(recovery) if luck <= recovery.success => duration_h.min(recovery.after_h),
            _ => duration_h,
        }
    }
}

/// What `impairment` does to `workload` deployed as `deployment`.
pub fn outcome(
    estate: &Estate,
    impairment: &Impairment,
    workload: WorkloadId,
    deployment: &Deployment,
) -> Outcome {
    let pattern = estate.pattern(deployment.pattern);
    let everywhere =
        impairment.workload_down[workload.index()].max(impairment.pattern_down[deployment.pattern.index()]);
    let site = site_severity(estate, impairment, deployment.primary);
    let zone = zone_severity(impairment, deployment.primary, pattern.primary_zones);
    let here = site.max(zone);
    let severity = here.max(everywhere);
    if severity == 0.0 {
        return Outcome::UNTOUCHED;
    }
    let standby_up = deployment.standby.is_some_and(|standby| is_up(estate, impairment, standby));
    let recovers = everywhere == 0.0
        && match deployment.standby {
            Some(standby) => standby_up && can_fail_over(estate, impairment, deployment, pattern, standby),
            // A zone is lost and the site is not: restart in another zone.
            None => {
                site == 0.0
                    && estate.site(deployment.primary).zones >= 2
                    && can_fail_over(estate, impairment, deployment, pattern, deployment.primary)
            }
        };
    let recovery = recovers
        .then(|| Recovery { after_h: pattern.attained_rto().get(), success: pattern.failover_success.get() });
    let data_loss_h = match (impairment.destructive, standby_up || pattern.offline_copy) {
        (false, _) => 0.0,
        (true, true) => pattern.rpo.get(),
        (true, false) => estate.settings().risk.unprotected_data_loss.get(),
    };
    Outcome { severity, recovery, data_loss_h }
}

fn site_severity(estate: &Estate, impairment: &Impairment, site: SiteId) -> f64 {
    impairment.down[estate.site(site).domain.index()]
}

/// A deployment over several zones runs on as long as one of them does.
fn zone_severity(impairment: &Impairment, site: SiteId, zones_used: u32) -> f64 {
    impairment.zone_down[site.index()]
        .iter()
        .take(zones_used as usize)
        .copied()
        .reduce(f64::min)
        .unwrap_or_default()
}

fn is_up(estate: &Estate, impairment: &Impairment, site: SiteId) -> bool {
    site_severity(estate, impairment, site) == 0.0 && zone_severity(impairment, site, 1) == 0.0
}

/// Whether the failover path works: the lesson of 20 October 2025 is in `blocked`.
fn can_fail_over(
    estate: &Estate,
    impairment: &Impairment,
    deployment: &Deployment,
    pattern: &Pattern,
    target: SiteId,
) -> bool {
    let control_plane_lost = pattern.needs_control_plane && impairment.blocked[estate.site(target).domain.index()];
    !(impairment.pattern_blocked[deployment.pattern.index()] || control_plane_lost)
}
