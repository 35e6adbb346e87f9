//! What fails: failure domains, how failure spreads between them, and how often it begins.

use crate::{AnnualRate, CalendarId, DomainId, Hours, PatternId, Probability, Share, SiteId, WorkloadId};

/// Names for the levels of a failure domain.
pub const DOMAIN_LEVELS: [&str; 13] = [
    "zone",
    "region",
    "provider",
    "control_plane",
    "identity",
    "dns",
    "edge",
    "network",
    "power",
    "building",
    "software",
    "supplier",
    "site",
];

/// Something whose failure takes down everything that runs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureDomain {
    /// The id in the files; a site's id for the domain that is the site.
    pub id: String,
    /// What it is: one of [`DOMAIN_LEVELS`].
    pub level: String,
    /// A name for people; the id where none is given.
    pub name: String,
    /// Whose it is, where the files say so; a site's provider for the domain that is the site.
    pub provider: Option<String>,
    /// The site that this domain is, if it is one.
    pub site: Option<SiteId>,
}

impl FailureDomain {
    /// Whether it is an availability zone, which only deployments in that zone feel.
    pub fn is_zone(&self) -> bool {
        self.level == "zone"
    }
}

/// How a child feels the failure of its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The child is down when the parent is.
    Run,
    /// The child runs on, but nothing can be started or rerouted in it while the parent is down.
    Failover,
    /// The child runs at `severity` less.
    Degrade,
}

impl Mode {
    /// Every mode with its name in the files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Run, "run"), (Self::Failover, "failover"), (Self::Degrade, "degrade")];
}

/// What depends on a failure domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Child {
    /// A domain, which may be a site.
    Domain(DomainId),
    /// Every deployment of a pattern.
    Pattern(PatternId),
    /// A workload, wherever it is.
    Workload(WorkloadId),
}

/// An edge of the failure-domain graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dependency {
    /// What feels the failure.
    pub child: Child,
    /// What fails.
    pub parent: DomainId,
    /// How the child feels it.
    pub mode: Mode,
    /// How much of the parent's severity reaches the child.
    pub severity: Share,
}

/// On what a hazard's figures rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Counted from incidents.
    Observed,
    /// Derived from a service level agreement.
    Sla,
    /// Someone's judgement.
    Expert,
    /// Neither counted nor judged: a figure to start from.
    Assumption,
}

impl Basis {
    /// Every basis with its name in the files.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Observed, "observed"),
        (Self::Sla, "sla"),
        (Self::Expert, "expert"),
        (Self::Assumption, "assumption"),
    ];
}

/// How long the events of a hazard last.
#[derive(Debug, Clone, PartialEq)]
pub enum DurationLaw {
    /// Lognormal by its median and the standard deviation of the logarithm; 0 for a fixed duration.
    Lognormal {
        /// Half of all events are shorter.
        median: Hours,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Observed durations in rising order, each with its share of the events; the shares add up to 1.
    Empirical(Vec<(Hours, f64)>),
}

/// Something that takes a failure domain down, as a Poisson stream of events whose rate is itself uncertain.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazard {
    /// The id in the files.
    pub id: String,
    /// What it takes down.
    pub domain: DomainId,
    /// Events per year.
    pub rate: AnnualRate,
    /// 90 % interval of the rate: its width is that of the Gamma distribution from which each year draws its rate.
    pub rate_interval: Option<(AnnualRate, AnnualRate)>,
    /// How long events last.
    pub duration: DurationLaw,
    /// No event lasts longer.
    pub duration_max: Option<Hours>,
    /// How much of the domain's function is lost.
    pub severity: Share,
    /// Whether data are destroyed, not merely out of reach.
    pub destructive: bool,
    /// When events start; at any hour of the year if none.
    pub calendar: Option<CalendarId>,
    /// On what the figures rest.
    pub basis: Basis,
}

/// One historic outage, shipped or the planner's own.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoricEvent {
    /// The id in the files.
    pub id: String,
    /// What happened, for people.
    pub title: String,
    /// Start in hours from the start of the calendar year, UTC: noon where only the day is known, none where not even
    /// that is.
    pub start: Option<Hours>,
    /// How long it lasted.
    pub duration: Hours,
    /// What went down.
    pub domains: Vec<DomainId>,
    /// How much of the domains' function was lost.
    pub severity: Share,
    /// Whether data were destroyed.
    pub destructive: bool,
}

/// One event of an event set of the planner's own, which replaces sampling.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenEvent {
    /// The simulated year it falls in, as named in the file.
    pub year: u32,
    /// The event's id in the file.
    pub event: String,
    /// What goes down.
    pub domain: DomainId,
    /// Start in hours from the start of the calendar year, UTC; noon of 1 July if none.
    pub start: Option<Hours>,
    /// How long it lasts.
    pub duration: Hours,
    /// How much of the domain's function is lost.
    pub severity: Share,
    /// Whether data are destroyed.
    pub destructive: bool,
    /// Probability of the year; equal for all years if none.
    pub probability: Option<Probability>,
}

/// One past incident, the raw input of rate estimation.
#[derive(Debug, Clone, PartialEq)]
pub struct PastIncident {
    /// ISO 8601 date.
    pub date: String,
    /// What failed, where it is a domain of the case.
    pub domain: Option<DomainId>,
    /// How long; none if still open.
    pub duration: Option<Hours>,
    /// How much of the function was lost.
    pub severity: Share,
}
