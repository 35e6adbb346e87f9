//! The whole estate, linked: every reference is a valid id.

use crate::{
    Calendar, CalendarId, Child, Dependency, Deployment, DomainId, FailureDomain, GivenEvent, Hazard, HazardId,
    HistoricEvent, Limit, PastIncident, Pattern, PatternId, Process, ProcessId, Provider, ProviderId, Resource,
    Settings, Site, SiteId, SupplyLink, WorkProfile, Workload, WorkloadId,
};

/// What an [`Estate`] is made of, before its references have been checked.
#[derive(Debug, Clone)]
pub struct EstateParts {
    /// The settings of `case.toml`.
    pub settings: Settings,
    /// `providers.csv`, and every provider that a site names.
    pub providers: Vec<Provider>,
    /// `sites.csv` with their prices.
    pub sites: Vec<Site>,
    /// `patterns.csv`.
    pub patterns: Vec<Pattern>,
    /// `workloads.csv` with their placement of today and their exceptions.
    pub workloads: Vec<Workload>,
    /// The sites first, in their order, then `domains.csv`.
    pub domains: Vec<FailureDomain>,
    /// `dependencies.csv`.
    pub dependencies: Vec<Dependency>,
    /// `hazards.csv`.
    pub hazards: Vec<Hazard>,
    /// `processes.csv`, then one for each workload with a loss per hour of its own.
    pub processes: Vec<Process>,
    /// `supply.csv`.
    pub supply: Vec<SupplyLink>,
    /// `calendars.csv` with `holidays.csv`.
    pub calendars: Vec<Calendar>,
    /// `limits.csv`.
    pub limits: Vec<Limit>,
    /// The shipped catalogue as far as it touches the case, then `events.csv`.
    pub events: Vec<HistoricEvent>,
    /// `years.csv`.
    pub given_events: Vec<GivenEvent>,
    /// `history.csv`.
    pub history: Vec<PastIncident>,
}

/// Why parts do not make an estate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstateError {
    /// A table that must have rows has none.
    #[error("there are no {0}")]
    Empty(&'static str),
    /// A reference points past the end of its table.
    #[error("{from} refers to a {to} that does not exist")]
    Dangling {
        /// The row that refers.
        from: String,
        /// The table it refers to.
        to: &'static str,
    },
    /// The domains do not begin with the sites in their order.
    #[error("domain {0} is not the domain of its site")]
    SiteDomain(String),
    /// A calendar without a working hour.
    #[error("calendar {id}: {why}")]
    Calendar {
        /// The calendar's id.
        id: String,
        /// What is wrong with it.
        why: crate::CalendarError,
    },
}

/// A valid estate: every reference resolves, every calendar is laid out.
#[derive(Debug, Clone)]
pub struct Estate {
    parts: EstateParts,
    profiles: Vec<WorkProfile>,
    around_the_clock: WorkProfile,
}

impl Estate {
    /// Checks every reference of `parts` and lays out the calendars.
    pub fn new(parts: EstateParts) -> Result<Self, EstateError> {
        for (empty, what) in [
            (parts.workloads.is_empty(), "workloads"),
            (parts.sites.is_empty(), "sites"),
            (parts.patterns.is_empty(), "patterns"),
        ] {
            if empty {
                return Err(EstateError::Empty(what));
            }
        }
        References { parts: &parts }.check()?;
        let year = parts.settings.risk.calendar_year;
        let profiles = parts
            .calendars
            .iter()
            .map(|calendar| {
                calendar.profile(year).map_err(|why| EstateError::Calendar { id: calendar.id().to_owned(), why })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { parts, profiles, around_the_clock: WorkProfile::around_the_clock(year) })
    }

    /// The parts, to change some and check them again.
    pub fn into_parts(self) -> EstateParts {
        self.parts
    }

    /// The settings of `case.toml`.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }
    /// All providers.
    pub fn providers(&self) -> &[Provider] {
        &self.parts.providers
    }
    /// All sites.
    pub fn sites(&self) -> &[Site] {
        &self.parts.sites
    }
    /// All deployment patterns.
    pub fn patterns(&self) -> &[Pattern] {
        &self.parts.patterns
    }
    /// All workloads.
    pub fn workloads(&self) -> &[Workload] {
        &self.parts.workloads
    }
    /// All failure domains; the first ones are the sites.
    pub fn domains(&self) -> &[FailureDomain] {
        &self.parts.domains
    }
    /// The edges of the failure-domain graph.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.parts.dependencies
    }
    /// All hazards.
    pub fn hazards(&self) -> &[Hazard] {
        &self.parts.hazards
    }
    /// All processes.
    pub fn processes(&self) -> &[Process] {
        &self.parts.processes
    }
    /// The supply links between processes.
    pub fn supply(&self) -> &[SupplyLink] {
        &self.parts.supply
    }
    /// All calendars.
    pub fn calendars(&self) -> &[Calendar] {
        &self.parts.calendars
    }
    /// The concentration limits.
    pub fn limits(&self) -> &[Limit] {
        &self.parts.limits
    }
    /// The historic events: the shipped catalogue as far as it touches the case, then the planner's own.
    pub fn events(&self) -> &[HistoricEvent] {
        &self.parts.events
    }
    /// The planner's own event set, if there is one.
    pub fn given_events(&self) -> &[GivenEvent] {
        &self.parts.given_events
    }
    /// Past incidents.
    pub fn history(&self) -> &[PastIncident] {
        &self.parts.history
    }

    /// The site with this id.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.parts.sites[id.index()]
    }
    /// The provider with this id.
    pub fn provider(&self, id: ProviderId) -> &Provider {
        &self.parts.providers[id.index()]
    }
    /// The pattern with this id.
    pub fn pattern(&self, id: PatternId) -> &Pattern {
        &self.parts.patterns[id.index()]
    }
    /// The workload with this id.
    pub fn workload(&self, id: WorkloadId) -> &Workload {
        &self.parts.workloads[id.index()]
    }
    /// The failure domain with this id.
    pub fn domain(&self, id: DomainId) -> &FailureDomain {
        &self.parts.domains[id.index()]
    }
    /// The hazard with this id.
    pub fn hazard(&self, id: HazardId) -> &Hazard {
        &self.parts.hazards[id.index()]
    }
    /// The process with this id.
    pub fn process(&self, id: ProcessId) -> &Process {
        &self.parts.processes[id.index()]
    }

    /// Every workload's id, in order.
    pub fn workload_ids(&self) -> impl ExactSizeIterator<Item = WorkloadId> + use<> {
        (0..self.parts.workloads.len()).map(WorkloadId::new)
    }
    /// Every site's id, in order.
    pub fn site_ids(&self) -> impl ExactSizeIterator<Item = SiteId> + use<> {
        (0..self.parts.sites.len()).map(SiteId::new)
    }
    /// Every pattern's id, in order.
    pub fn pattern_ids(&self) -> impl ExactSizeIterator<Item = PatternId> + use<> {
        (0..self.parts.patterns.len()).map(PatternId::new)
    }
    /// Every process's id, in order.
    pub fn process_ids(&self) -> impl ExactSizeIterator<Item = ProcessId> + use<> {
        (0..self.parts.processes.len()).map(ProcessId::new)
    }

    /// The hours of the year that count for `calendar`; every hour if none is given.
    pub fn profile(&self, calendar: Option<CalendarId>) -> &WorkProfile {
        calendar.map_or(&self.around_the_clock, |id| &self.profiles[id.index()])
    }

    /// Demand of all workloads together for `resource`.
    pub fn total_demand(&self, resource: Resource) -> f64 {
        self.parts.workloads.iter().map(|workload| workload.total_demand(resource)).sum()
    }

    /// `pattern @ primary → standby`, for people.
    pub fn describe(&self, deployment: &Deployment) -> String {
        let pattern = &self.pattern(deployment.pattern).id;
        let primary = &self.site(deployment.primary).id;
        match deployment.standby {
            Some(standby) => format!("{pattern} @ {primary} → {}", self.site(standby).id),
            None => format!("{pattern} @ {primary}"),
        }
    }
}

/// Checks that every id of `parts` is within its table.
struct References<'a> {
    parts: &'a EstateParts,
}

impl References<'_> {
    fn check(&self) -> Result<(), EstateError> {
        let parts = self.parts;
        for (position, site) in parts.sites.iter().enumerate() {
            let is_own = site.domain.index() == position
                && parts.domains.get(position).is_some_and(|domain| domain.site == Some(SiteId::new(position)));
            if !is_own {
                return Err(EstateError::SiteDomain(site.id.clone()));
            }
            within(&site.id, "provider", site.provider.index(), parts.providers.len())?;
        }
        for workload in &parts.workloads {
            if let Some(as_is) = &workload.as_is {
                self.deployment(&workload.id, &as_is.deployment)?;
            }
            if let Some(latency) = &workload.latency {
                within(&workload.id, "site", latency.from.index(), parts.sites.len())?;
            }
            for rule in &workload.site_rules {
                within(&workload.id, "site", rule.site.index(), parts.sites.len())?;
            }
        }
        for edge in &parts.dependencies {
            let name = "dependency";
            within(name, "domain", edge.parent.index(), parts.domains.len())?;
            match edge.child {
                Child::Domain(id) => within(name, "domain", id.index(), parts.domains.len())?,
                Child::Pattern(id) => within(name, "pattern", id.index(), parts.patterns.len())?,
                Child::Workload(id) => within(name, "workload", id.index(), parts.workloads.len())?,
            }
        }
        for hazard in &parts.hazards {
            within(&hazard.id, "domain", hazard.domain.index(), parts.domains.len())?;
            self.calendar(&hazard.id, hazard.calendar)?;
        }
        for process in &parts.processes {
            self.calendar(&process.id, process.calendar)?;
            for need in &process.needs {
                within(&process.id, "workload", need.workload.index(), parts.workloads.len())?;
            }
        }
        for link in &parts.supply {
            within("supply link", "process", link.supplier.index(), parts.processes.len())?;
            within("supply link", "process", link.consumer.index(), parts.processes.len())?;
        }
        for event in &parts.events {
            for domain in &event.domains {
                within(&event.id, "domain", domain.index(), parts.domains.len())?;
            }
        }
        for event in &parts.given_events {
            within(&event.event, "domain", event.domain.index(), parts.domains.len())?;
        }
        Ok(())
    }

    fn deployment(&self, from: &str, deployment: &Deployment) -> Result<(), EstateError> {
        within(from, "pattern", deployment.pattern.index(), self.parts.patterns.len())?;
        within(from, "site", deployment.primary.index(), self.parts.sites.len())?;
        deployment.standby.map_or(Ok(()), |standby| within(from, "site", standby.index(), self.parts.sites.len()))
    }

    fn calendar(&self, from: &str, calendar: Option<CalendarId>) -> Result<(), EstateError> {
        calendar.map_or(Ok(()), |id| within(from, "calendar", id.index(), self.parts.calendars.len()))
    }
}

fn within(from: &str, to: &'static str, index: usize, len: usize) -> Result<(), EstateError> {
    if index < len { Ok(()) } else { Err(EstateError::Dangling { from: from.to_owned(), to }) }
}
