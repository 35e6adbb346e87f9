//! Events replayed: one event hour by hour, one event at every hour of the week, all events through all plans.

mod page;
mod tables;

use ballast_model::{Estate, HistoricEvent, LocalTime, WeekTime};
use ballast_risk::{Event, ProcessLoss};

pub use page::{catalogue_summary, event_summary};
pub(crate) use tables::{SCHEMAS, worst_event};
pub use tables::{catalogue_tables, event_tables, week_table};

/// A plan that events are replayed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanName {
    /// Its id in the run: `as_is`, `p07`.
    pub id: String,
    /// Whether it is today's.
    pub is_today: bool,
    /// Whether it is the run's chosen one.
    pub is_chosen: bool,
}

impl PlanName {
    /// `Today`, `Plan p07`.
    pub fn title(&self) -> String {
        if self.is_today { "Today".to_owned() } else { format!("Plan {}", self.id) }
    }
}

/// One event through several plans.
#[derive(Debug, Clone)]
pub struct EventReplay<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// The event in the catalogue.
    pub historic: &'a HistoricEvent,
    /// The event as it is replayed: moved, if it was.
    pub event: Event,
    /// Local time of most of the business.
    pub time: LocalTime,
    /// Each plan with what its processes lose; those that feel nothing are left out.
    pub plans: Vec<(PlanName, Vec<ProcessLoss>)>,
}

impl EventReplay<'_> {
    /// Our loss under one plan.
    pub fn loss(&self, losses: &[ProcessLoss]) -> f64 {
        self.ours(losses).map(|felt| felt.loss).sum()
    }

    /// How many of the estate's own processes stand, for how long at most, and how many are degraded.
    pub(crate) fn felt(&self, losses: &[ProcessLoss]) -> Felt {
        let stands = || self.ours(losses).filter(|felt| felt.stands_h > 0.0);
        Felt {
            stops: stands().count(),
            longest_h: stands().map(|felt| felt.stands_h).fold(0.0, f64::max),
            degraded: self.ours(losses).filter(|felt| felt.stands_h == 0.0 && felt.loss > 0.0).count(),
        }
    }

    fn ours<'l>(&'l self, losses: &'l [ProcessLoss]) -> impl Iterator<Item = &'l ProcessLoss> {
        losses.iter().filter(|felt| self.estate.process(felt.process).partner.is_none())
    }
}

/// What an event does to processes under a plan.
pub(crate) struct Felt {
    pub(crate) stops: usize,
    pub(crate) longest_h: f64,
    pub(crate) degraded: usize,
}

/// One event at every hour of a week, through today's plan and the chosen one.
#[derive(Debug, Clone)]
pub struct WeekReplay<'a> {
    /// The event in the catalogue.
    pub historic: &'a HistoricEvent,
    /// The case's currency.
    pub currency: &'a str,
    /// Local time of most of the business.
    pub time: LocalTime,
    /// When it struck.
    pub struck: Option<WeekTime>,
    /// Each plan with its loss when it struck and its loss at each of the 168 hours from Monday, 00:00.
    pub plans: Vec<(PlanName, f64, Vec<f64>)>,
}

/// All events through all plans.
#[derive(Debug, Clone)]
pub struct CatalogueReplay<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// Each plan with its cost per year and its loss in every event of the estate.
    pub plans: Vec<(PlanName, f64, Vec<f64>)>,
}

impl CatalogueReplay<'_> {
    /// The plans by what all events together would have cost, least first.
    pub fn ranking(&self) -> Vec<&(PlanName, f64, Vec<f64>)> {
        let mut ranked: Vec<&(PlanName, f64, Vec<f64>)> = self.plans.iter().collect();
        let total = |losses: &[f64]| losses.iter().sum::<f64>();
        ranked.sort_by(|a, b| total(&a.2).total_cmp(&total(&b.2)).then(a.1.total_cmp(&b.1)));
        ranked
    }
}

/// The hour at which the event costs least and the one at which it costs most, the first of equal ones.
pub(crate) fn extremes(losses: &[f64]) -> ((WeekTime, f64), (WeekTime, f64)) {
    let mut best: Option<(WeekTime, f64)> = None;
    let mut worst: Option<(WeekTime, f64)> = None;
    for (time, loss) in WeekTime::hours_of_week().zip(losses) {
        if best.is_none_or(|(_, least)| *loss < least) {
            best = Some((time, *loss));
        }
        if worst.is_none_or(|(_, most)| *loss > most) {
            worst = Some((time, *loss));
        }
    }
    let monday = (WeekTime { weekday: 0, minute: 0 }, 0.0);
    (best.unwrap_or(monday), worst.unwrap_or(monday))
}
