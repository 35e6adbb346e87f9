//! What runs, and how it can be deployed.

use crate::{Hours, Money, MoneyPerYear, PatternId, Probability, Quantity, Share, SiteId, SiteKind};

/// One deployable unit: a manufacturing execution system, a billing database, a training cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// The id in the files.
    pub id: String,
    /// A name for people; the id where none is given.
    pub name: String,
    /// What it is (`mes`, `erp`, …), free text for grouping.
    pub kind: Option<String>,
    /// How many like units; multiplies every demand.
    pub count: Quantity,
    /// Demand per unit, by [`crate::Resource`].
    pub demand: [Quantity; 4],
    /// Traffic to the internet, GiB per month and unit.
    pub egress_gib_per_month: Quantity,
    /// Data that changes and must be replicated, GiB per day and unit.
    pub change_gib_per_day: Quantity,
    /// Whether the units may be split over several deployments.
    pub divisible: bool,
    /// The longest recovery time that is allowed.
    pub rto: Option<Hours>,
    /// The longest loss of data that is allowed, in hours of data.
    pub rpo: Option<Hours>,
    /// Countries or regions (`EU`) in which its data may be; empty means anywhere.
    pub residency: Vec<String>,
    /// Jurisdictions of the operator that are allowed; empty means any.
    pub jurisdiction: Vec<String>,
    /// Kinds of site that are allowed; empty means any.
    pub site_kinds: Vec<SiteKind>,
    /// The place of use and the longest round trip to it, in milliseconds.
    pub latency: Option<LatencyRule>,
    /// Workloads of one group have the same primary site.
    pub group: Option<String>,
    /// Today's deployment and what it costs to leave it.
    pub as_is: Option<AsIs>,
    /// Exceptions for single sites, sorted by site.
    pub site_rules: Vec<SiteRule>,
}

impl Workload {
    /// Demand of all its units for `resource`.
    pub fn total_demand(&self, resource: crate::Resource) -> f64 {
        self.count.get() * self.demand[resource.index()].get()
    }

    /// The exception for `site`, if the files give one.
    pub fn site_rule(&self, site: SiteId) -> Option<&SiteRule> {
        self.site_rules
            .binary_search_by_key(&site, |rule| rule.site)
            .ok()
            .map(|position| &self.site_rules[position])
    }
}

/// The round trip from a site of use must not exceed a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct LatencyRule {
    /// The site of use.
    pub from: SiteId,
    /// The longest round trip in milliseconds.
    pub max_ms: f64,
}

/// What holds for one workload at one site only; it overrides rules and prices.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRule {
    /// The site.
    pub site: SiteId,
    /// `Some(false)` forbids the site, `Some(true)` allows it whatever the other rules say.
    pub allowed: Option<bool>,
    /// Paid per year if the workload's primary or standby is here (licence, line, hardware).
    pub extra_cost: MoneyPerYear,
    /// The measured round trip to the place of use, milliseconds.
    pub latency_ms: Option<f64>,
    /// Paid once to move the workload here.
    pub migration_cost: Option<Money>,
}

/// Today's deployment of a workload: the baseline of every comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct AsIs {
    /// The deployment.
    pub deployment: Deployment,
    /// Whether it must stay as it is (a supplier's estate: not ours to move).
    pub pinned: bool,
    /// Paid once to move its primary elsewhere.
    pub migration_cost: Money,
}

/// A way to run one workload: a pattern at a primary site and, if the pattern has one, a standby.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deployment {
    /// The deployment pattern.
    pub pattern: PatternId,
    /// Where it runs.
    pub primary: SiteId,
    /// Where it fails over to.
    pub standby: Option<SiteId>,
}

/// Where a pattern's standby may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standby {
    /// No standby site.
    None,
    /// Another site of the same provider.
    SameProvider,
    /// A site of another provider.
    OtherProvider,
    /// A site whose hardware is one's own.
    Onprem,
    /// Any other site.
    Any,
}

impl Standby {
    /// Every rule with its name in the files.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::None, "none"),
        (Self::SameProvider, "same_provider"),
        (Self::OtherProvider, "other_provider"),
        (Self::Onprem, "onprem"),
        (Self::Any, "any"),
    ];
}

/// How data reach the standby.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replication {
    /// They do not.
    None,
    /// With a delay.
    Async,
    /// At once.
    Sync,
}

impl Replication {
    /// Every mode with its name in the files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::None, "none"), (Self::Async, "async"), (Self::Sync, "sync")];
}

/// A deployment pattern: single zone, multi-zone, pilot light, warm standby, active-active, …
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The id in the files.
    pub id: String,
    /// How many zones of the primary site it spreads over, at least 1.
    pub primary_zones: u32,
    /// Compute at the primary per unit of demand (1.5 = three zones that survive the loss of one).
    pub primary_compute_share: f64,
    /// Where the standby may be.
    pub standby: Standby,
    /// Compute that stands by, per unit of demand, 0 to 1.
    pub standby_compute_share: Share,
    /// Copies of the data in all, at least 1.
    pub storage_copies: u32,
    /// How data reach the standby.
    pub replication: Replication,
    /// Until the outage is noticed and failover is decided.
    pub detection: Hours,
    /// From the decision until it runs again.
    pub rto: Hours,
    /// Data lost at a failover, in hours of data.
    pub rpo: Hours,
    /// How often a failover succeeds.
    pub failover_success: Probability,
    /// The share of time for which providers promise it to run; none if no promise is known.
    pub promised: Option<Share>,
    /// Whether recovery starts or reroutes something through a control plane.
    pub needs_control_plane: bool,
    /// Whether a copy is out of reach of whatever destroys the live ones.
    pub offline_copy: bool,
    /// Run effort on top of the site's, as a share of it (0.5 = half as much again).
    pub operations_share: f64,
}

impl Pattern {
    /// From the outage until the workload runs again: detection and recovery.
    pub fn attained_rto(&self) -> Hours {
        self.detection + self.rto
    }
}
