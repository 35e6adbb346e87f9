//! Years with their events: the planner's own, historic ones, and what sampled ones are made of.

use std::{collections::BTreeMap, ops::Range};

use ballast_model::{DomainId, Estate, GivenEvent, HazardId};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::{FailureGraph, Impairment, sampling::stream_seed};

/// Events that do the same to the estate.
#[derive(Debug, Clone, PartialEq)]
pub struct EventClass {
    /// `class-17`: part of row names.
    pub name: String,
    /// What they do.
    pub impairment: Impairment,
    /// Where the first of them begins.
    pub origin: DomainId,
}

/// One occurrence of a hazard in one simulated year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The simulated year, from 0.
    pub year: u32,
    /// Position of its class.
    pub class: u32,
    /// Start, hours from the start of the calendar year in UTC.
    pub start_h: f64,
    /// Duration in hours.
    pub duration_h: f64,
    /// Uniform in 0 to 1: whether failovers succeed.
    pub luck: f64,
    /// The hazard, unless the event was given.
    pub hazard: Option<HazardId>,
    /// The domain in which it begins.
    pub origin: DomainId,
    /// How often it counts: 1, or the factor by which its hazard's rate is scaled.
    pub times: f64,
}

/// Simulated years with their events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSet {
    weights: Vec<f64>,
    events: Vec<Event>,
    first: Vec<usize>,
    classes: Vec<EventClass>,
    replicates: usize,
}

/// Pieces of years that are not replicates, for parallel work: fixed, so that sums do not depend on the threads.
const PIECES: usize = 16;

impl EventSet {
    /// How many years there are.
    pub fn years(&self) -> usize {
        self.weights.len()
    }
    /// The probability of each year; they add up to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
    /// All events by year, start and hazard.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
    /// The events of one year.
    pub fn events_of(&self, year: usize) -> &[Event] {
        &self.events[self.first[year]..self.first[year + 1]]
    }
    /// The events of years that follow each other.
    pub fn events_of_years(&self, years: Range<usize>) -> &[Event] {
        &self.events[self.first[years.start]..self.first[years.end]]
    }
    /// The impairment classes.
    pub fn classes(&self) -> &[EventClass] {
        &self.classes
    }

    /// How many independent replicates the years are made of; 0 if they are not a sample.
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// The years in pieces: the replicates, or as many equal parts.
    pub fn pieces(&self) -> Vec<Range<usize>> {
        let (years, pieces) = (self.years(), if self.replicates > 0 { self.replicates } else { PIECES });
        (0..pieces).map(|piece| years * piece / pieces..years * (piece + 1) / pieces).collect()
    }

    /// The same events with another luck: whether failovers succeed.
    #[must_use]
    pub fn with_luck(&self, luck: f64) -> Self {
        let events = self.events.iter().map(|event| Event { luck, ..*event }).collect();
        Self { events, ..self.clone() }
    }

    /// The same events, each counted `factor` times by its hazard: the expected loss is that of rates so scaled,
    /// without drawing anew.
    #[must_use]
    pub fn scaled(&self, factor: impl Fn(HazardId) -> f64) -> Self {
        let times = |event: &Event| event.hazard.map_or(1.0, &factor);
        let events = self.events.iter().map(|event| Event { times: times(event), ..*event }).collect();
        Self { events, ..self.clone() }
    }

    /// The same years with other probabilities, brought to a sum of 1.
    ///
    /// # Panics
    /// If there is not one for every year.
    #[must_use]
    pub fn reweighted(&self, weights: &[f64]) -> Self {
        assert_eq!(weights.len(), self.years(), "a probability for every year");
        let sum: f64 = weights.iter().sum();
        Self { weights: weights.iter().map(|weight| weight / sum).collect(), ..self.clone() }
    }

    pub(crate) fn new(
        weights: Vec<f64>,
        mut events: Vec<Event>,
        classes: Vec<EventClass>,
        replicates: usize,
    ) -> Self {
        events.sort_by(|a, b| {
            a.year
                .cmp(&b.year)
                .then(a.start_h.total_cmp(&b.start_h))
                .then(a.hazard.cmp(&b.hazard))
                .then(a.origin.cmp(&b.origin))
        });
        let first =
            (0..=weights.len()).map(|year| events.partition_point(|event| (event.year as usize) < year)).collect();
        Self { weights, events, first, classes, replicates }
    }
}

/// The planner's own event set. Years are numbered in the order of their names; a year without a probability has an
/// equal part of what the others leave.
pub(crate) fn given(estate: &Estate) -> EventSet {
    let mut classes = Classes::new(estate);
    let mut years: BTreeMap<u32, Option<f64>> = BTreeMap::new();
    for event in estate.given_events() {
        let entry = years.entry(event.year).or_default();
        *entry = entry.or(event.probability.map(ballast_model::Probability::get));
    }
    let stated: f64 = years.values().flatten().sum();
    let silent = u32::try_from(years.values().filter(|weight| weight.is_none()).count()).unwrap_or(u32::MAX);
    let rest = if silent == 0 { 0.0 } else { (1.0 - stated).max(0.0) / f64::from(silent) };
    let mut weights: Vec<f64> = years.values().map(|weight| weight.unwrap_or(rest)).collect();
    // What is left of the probability is a year in which nothing happens.
    let quiet = 1.0 - weights.iter().sum::<f64>();
    if quiet > 1e-9 {
        weights.push(quiet);
    }
    let names: Vec<u32> = years.into_keys().collect();
    let mut stream = Pcg64::seed_from_u64(stream_seed(estate.settings().risk.seed, "years.csv"));
    // Rows of the same year and event are one event that takes down several domains.
    let mut groups: BTreeMap<(u32, &str), Vec<&GivenEvent>> = BTreeMap::new();
    for event in estate.given_events() {
        groups.entry((event.year, &event.event)).or_default().push(event);
    }
    let events = groups
        .into_iter()
        .map(|((year, _), rows)| {
            let down: Vec<(DomainId, f64)> = rows.iter().map(|row| (row.domain, row.severity.get())).collect();
            let starts = rows.iter().filter_map(|row| row.start).map(ballast_model::Hours::get);
            Event {
                year: u32::try_from(names.partition_point(|name| *name < year)).unwrap_or(u32::MAX),
                class: classes.of_all(&down, rows.iter().any(|row| row.destructive)),
                start_h: starts.reduce(f64::min).unwrap_or(MIDSUMMER_H),
                duration_h: rows.iter().map(|row| row.duration.get()).fold(0.0, f64::max),
                luck: stream.random(),
                hazard: None,
                origin: down[0].0,
                times: 1.0,
            }
        })
        .collect();
    EventSet::new(weights, events, classes.list, 0)
}

/// The estate's historic events, each in a year of its own: the annual losses of a plan are then its losses in each
/// event, in the estate's order.
///
/// Failovers succeed if their success share is at least one half. An event without a time begins at noon of 1 July.
pub fn historic(estate: &Estate) -> EventSet {
    let mut classes = Classes::new(estate);
    let events: Vec<Event> = (0_u32..)
        .zip(estate.events())
        .filter_map(|(year, event)| {
            let origin = *event.domains.first()?;
            let down: Vec<(DomainId, f64)> =
                event.domains.iter().map(|domain| (*domain, event.severity.get())).collect();
            Some(Event {
                year,
                class: classes.of_all(&down, event.destructive),
                start_h: event.start.map_or(MIDSUMMER_H, ballast_model::Hours::get),
                duration_h: event.duration.get(),
                luck: 0.5,
                hazard: None,
                origin,
                times: 1.0,
            })
        })
        .collect();
    let count = estate.events().len();
    EventSet::new(vec![1.0 / count.max(1) as f64; count], events, classes.list, 0)
}

/// One event of `events` at each of `starts`, each start in a year of its own, and with this luck: whether failovers
/// succeed.
pub fn moved(events: &EventSet, event: &Event, starts: &[f64], luck: f64) -> EventSet {
    let at = |(year, start): (u32, &f64)| Event { year, start_h: *start, luck, ..*event };
    let list = (0_u32..).zip(starts).map(at).collect();
    EventSet::new(vec![1.0 / starts.len().max(1) as f64; starts.len()], list, events.classes.clone(), 0)
}

/// Noon of 1 July, hours from the start of the year.
const MIDSUMMER_H: f64 = 181.0 * 24.0 + 12.0;

/// The impairment classes met so far.
pub(crate) struct Classes<'a> {
    graph: FailureGraph<'a>,
    pub(crate) list: Vec<EventClass>,
    /// By what goes down, each with the bits of its severity, and whether data are destroyed: the class.
    of: BTreeMap<(Vec<(DomainId, u64)>, bool), u32>,
}

impl<'a> Classes<'a> {
    pub(crate) fn new(estate: &'a Estate) -> Self {
        Self { graph: FailureGraph::new(estate), list: Vec::new(), of: BTreeMap::new() }
    }

    pub(crate) fn of(&mut self, domain: DomainId, severity: f64, destructive: bool) -> u32 {
        self.of_all(&[(domain, severity)], destructive)
    }

    /// The class of domains that go down together; there is at least one.
    pub(crate) fn of_all(&mut self, down: &[(DomainId, f64)], destructive: bool) -> u32 {
        let key = (down.iter().map(|(domain, severity)| (*domain, severity.to_bits())).collect(), destructive);
        if let Some(class) = self.of.get(&key) {
            return *class;
        }
        let origin = down[0].0;
        let impairment = self.graph.impairment(down, destructive);
        let same = |class: &EventClass| class.impairment == impairment;
        let position = self.list.iter().position(same).unwrap_or_else(|| {
            let name = format!("class-{}", self.list.len() + 1);
            self.list.push(EventClass { name, impairment, origin });
            self.list.len() - 1
        });
        let class = u32::try_from(position).unwrap_or(u32::MAX);
        self.of.insert(key, class);
        class
    }
}
