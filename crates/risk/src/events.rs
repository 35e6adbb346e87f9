//! Simulated years: Poisson events with lognormal durations, or an event set of the planner's own.

use std::collections::BTreeMap;

use ballast_model::{DomainId, Estate, Hazard, HazardId, WorkProfile};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson, StandardNormal};
use rand_pcg::Pcg64;

use crate::{FailureGraph, Impairment};

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
}

/// Simulated years with their events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSet {
    weights: Vec<f64>,
    events: Vec<Event>,
    first: Vec<usize>,
    classes: Vec<EventClass>,
}

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
    /// The impairment classes.
    pub fn classes(&self) -> &[EventClass] {
        &self.classes
    }

    fn new(weights: Vec<f64>, mut events: Vec<Event>, classes: Vec<EventClass>) -> Self {
        events.sort_by(|a, b| {
            a.year
                .cmp(&b.year)
                .then(a.start_h.total_cmp(&b.start_h))
                .then(a.hazard.cmp(&b.hazard))
                .then(a.origin.cmp(&b.origin))
        });
        let first =
            (0..=weights.len()).map(|year| events.partition_point(|event| (event.year as usize) < year)).collect();
        Self { weights, events, first, classes }
    }
}

/// The case's event set: its own years if it brings them, else sampled ones by its settings.
pub fn sample(estate: &Estate) -> EventSet {
    if estate.given_events().is_empty() {
        let risk = &estate.settings().risk;
        sample_with(estate, risk.years, risk.seed)
    } else {
        given(estate)
    }
}

/// `years` simulated years from `seed`.
///
/// Every hazard has a random stream of its own, so that adding one changes no event of another.
pub fn sample_with(estate: &Estate, years: u32, seed: u64) -> EventSet {
    let mut classes = Classes::new(estate);
    let mut events = Vec::new();
    for (index, hazard) in estate.hazards().iter().enumerate() {
        if hazard.rate.get() <= 0.0 || hazard.severity.get() <= 0.0 {
            continue;
        }
        let class = classes.of(hazard.domain, hazard.severity.get(), hazard.destructive);
        let profile = estate.profile(hazard.calendar);
        let mut stream = Pcg64::seed_from_u64(stream_seed(seed, &hazard.id));
        let Ok(count) = Poisson::new(hazard.rate.get()) else { continue };
        for year in 0..years {
            let occurrences: f64 = count.sample(&mut stream);
            let mut left = occurrences;
            while left >= 1.0 {
                left -= 1.0;
                events.push(draw(hazard, HazardId::new(index), year, class, profile, &mut stream));
            }
        }
    }
    let weight = 1.0 / f64::from(years.max(1));
    EventSet::new(vec![weight; years as usize], events, classes.list)
}

fn draw(hazard: &Hazard, id: HazardId, year: u32, class: u32, profile: &WorkProfile, stream: &mut Pcg64) -> Event {
    let normal: f64 = StandardNormal.sample(stream);
    let duration = hazard.duration_median.get() * libm::exp(hazard.duration_sigma * normal);
    let start: f64 = stream.random();
    Event {
        year,
        class,
        start_h: profile.quantile(start),
        duration_h: hazard.duration_max.map_or(duration, |most| duration.min(most.get())),
        luck: stream.random(),
        hazard: Some(id),
        origin: hazard.domain,
    }
}

/// The planner's own event set. Years are numbered in the order of their names; a year without a probability has an
/// equal part of what the others leave.
fn given(estate: &Estate) -> EventSet {
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
    let events = estate
        .given_events()
        .iter()
        .map(|event| Event {
            year: u32::try_from(names.partition_point(|name| *name < event.year)).unwrap_or(u32::MAX),
            class: classes.of(event.domain, event.severity.get(), event.destructive),
            start_h: event.start.map_or(MIDSUMMER_H, ballast_model::Hours::get),
            duration_h: event.duration.get(),
            luck: stream.random(),
            hazard: None,
            origin: event.domain,
        })
        .collect();
    EventSet::new(weights, events, classes.list)
}

/// The historic events of `events.csv`, each in a year of its own: the annual losses of a plan are then its losses in
/// each event, in the file's order.
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
            })
        })
        .collect();
    let count = estate.events().len();
    EventSet::new(vec![1.0 / count.max(1) as f64; count], events, classes.list)
}

/// Noon of 1 July, hours from the start of the year.
const MIDSUMMER_H: f64 = 181.0 * 24.0 + 12.0;

/// The impairment classes met so far.
struct Classes<'a> {
    graph: FailureGraph<'a>,
    list: Vec<EventClass>,
}

impl<'a> Classes<'a> {
    fn new(estate: &'a Estate) -> Self {
        Self { graph: FailureGraph::new(estate), list: Vec::new() }
    }

    fn of(&mut self, domain: DomainId, severity: f64, destructive: bool) -> u32 {
        self.of_all(&[(domain, severity)], destructive)
    }

    /// The class of domains that go down together; there is at least one.
    fn of_all(&mut self, down: &[(DomainId, f64)], destructive: bool) -> u32 {
        let origin = down[0].0;
        let impairment = self.graph.impairment(down, destructive);
        let same = |class: &EventClass| class.impairment == impairment;
        let position = self.list.iter().position(same).unwrap_or_else(|| {
            let name = format!("class-{}", self.list.len() + 1);
            self.list.push(EventClass { name, impairment, origin });
            self.list.len() - 1
        });
        u32::try_from(position).unwrap_or(u32::MAX)
    }
}

/// Mixes the seed with a name (FNV-1a, then splitmix64's finaliser): one stream per hazard, whatever its position.
fn stream_seed(seed: u64, name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut mixed = hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
