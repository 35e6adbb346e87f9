//! The nouns of Ballast: an [`Estate`] and everything in it.
//!
//! An estate is what a planner has: [`Workload`]s that can run at [`Site`]s by deployment [`Pattern`]s, the
//! [`FailureDomain`]s and [`Hazard`]s that take sites down, the [`Process`]es that lose money meanwhile, and the
//! [`Limit`]s that a plan must keep. A [`Plan`] says how every workload is deployed.
//!
//! What this crate does not know: files, tables, linear programmes, charts, clocks and random numbers.
//! Everything here is valid once it exists: numbers are finite and in range, references resolve.

mod calendar;
pub mod cost;
mod estate;
mod hazard;
mod id;
mod limit;
mod place;
mod plan;
mod plan_cost;
mod process;
pub mod rules;
mod settings;
mod units;
mod week;
mod workload;

pub use calendar::{Calendar, CalendarError, Window, WorkProfile};
pub use estate::{Estate, EstateError, EstateParts};
pub use hazard::{
    Basis, Child, DOMAIN_LEVELS, Dependency, DurationLaw, FailureDomain, GivenEvent, Hazard, HistoricEvent, Mode,
    PastIncident,
};
pub use id::{CalendarId, DomainId, HazardId, PatternId, ProcessId, ProviderId, SiteId, WorkloadId};
/// Civil dates, for calendars.
pub use jiff::civil::Date;
pub use limit::{Ceiling, Limit, Scope};
pub use place::{PriceList, Priced, Provider, Resource, Site, SiteKind};
pub use plan::{Assignment, Plan, PlanError};
pub use plan_cost::PlanCost;
pub use process::{Need, Process, Role, SupplyLink};
pub use settings::{
    LossMeasure, ObjectiveSettings, PlanLimits, RiskSettings, Sampling, Settings, SolverSettings, annuity_factor,
};
pub use units::{AnnualRate, Hours, Money, MoneyPerHour, MoneyPerYear, Probability, Quantity, Share, UnitError};
pub use week::{LocalTime, WEEKDAYS, WeekTime};
pub use workload::{AsIs, Deployment, LatencyRule, Pattern, Replication, SiteRule, Standby, Workload};
