//! Simulated years: Poisson events with uncertain rates, drawn so that the same number of years says more.
//!
//! Years come in replicates that are independent of each other. Within a replicate the counts, starts, durations and
//! luck of every hazard are Latin hypercubes (`McKay`, Beckman and Conover 1979): each is spread evenly, so that what
//! adds up over hazards has next to no sampling error, and every single year still has the distribution that it
//! should have. The spread between replicates gives honest standard errors.

mod laws;
mod tail;

use ballast_model::{Estate, Hazard, HazardId, Plan, Sampling, WorkProfile};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;

pub(crate) use laws::normal_quantile;

use crate::{
    Event, EventSet, evaluate,
    events::{Classes, given},
};
use laws::{CountLaw, Shapes, duration_quantile};

/// Replicates of a sample of enough years: fixed, so that the years do not depend on the number of threads.
const REPLICATES: u32 = 16;
/// A replicate of fewer years says too little about the spread.
const LEAST_YEARS_OF_REPLICATE: u32 = 10;
/// What is added to the seed for years that no plan was chosen on.
const FRESH: u64 = 1_481_765_933;
/// Years tried where none are asked for: doubled until the target error is met.
const YEARS_TRIED: [u32; 6] = [5_000, 10_000, 20_000, 40_000, 80_000, 160_000];
/// Years where nothing tells how many are needed.
const YEARS_WITHOUT_PLAN: u32 = 10_000;

/// The case's event set: its own years if it brings them, else sampled ones by its settings.
///
/// Where the settings give no number of years, they are doubled from 5 000 until the standard errors of today's expected loss
/// and CVaR are within the target error, or there are 160 000. Without a whole plan of today there are 10 000.
pub fn sample(estate: &Estate) -> EventSet {
    let risk = &estate.settings().risk;
    if !estate.given_events().is_empty() {
        return given(estate);
    }
    match (risk.years, Plan::as_is(estate).ok()) {
        (Some(years), _) => sample_with(estate, years, risk.seed),
        (None, None) => sample_with(estate, YEARS_WITHOUT_PLAN, risk.seed),
        (None, Some(as_is)) => {
            let mut events = sample_with(estate, YEARS_TRIED[0], risk.seed);
            for &years in &YEARS_TRIED[1..] {
                if is_precise(estate, &events, &as_is) {
                    break;
                }
                events = sample_with(estate, years, risk.seed);
            }
            events
        }
    }
}

fn is_precise(estate: &Estate, events: &EventSet, plan: &Plan) -> bool {
    let risk = &estate.settings().risk;
    let alpha = risk.alpha.get();
    let profile = evaluate(estate, events, plan);
    profile.expected_loss_se() <= risk.target_error * profile.expected_loss()
        && profile.cvar_se(alpha) <= risk.target_error * profile.cvar(alpha)
}

/// As many years as `events` has, from other random numbers: what a plan loses in years that it was not chosen on.
/// None where the case brings its own years.
pub fn fresh(estate: &Estate, events: &EventSet) -> Option<EventSet> {
    let years = u32::try_from(events.years()).ok().filter(|_| estate.given_events().is_empty())?;
    Some(sample_with(estate, years, estate.settings().risk.seed.wrapping_add(FRESH)))
}

/// As many years as `events` has, for replication number `number`: independent of those years, of the fresh ones and
/// of every other replication. None where the case brings its own years.
pub fn replication(estate: &Estate, events: &EventSet, number: u32) -> Option<EventSet> {
    let years = u32::try_from(events.years()).ok().filter(|_| estate.given_events().is_empty())?;
    let seed = estate.settings().risk.seed.wrapping_add(FRESH.wrapping_mul(u64::from(number) + 2));
    Some(sample_with(estate, years, seed))
}

/// `years` simulated years from `seed`, drawn as the settings say.
///
/// Every hazard has a random stream of its own, so that adding one changes no event of another.
pub fn sample_with(estate: &Estate, years: u32, seed: u64) -> EventSet {
    let mut classes = Classes::new(estate);
    let mut shapes = Shapes::default();
    let sources: Vec<Source<'_>> = estate
        .hazards()
        .iter()
        .enumerate()
        .filter(|(_, hazard)| hazard.rate.get() > 0.0 && hazard.severity.get() > 0.0)
        .map(|(index, hazard)| Source {
            hazard,
            id: HazardId::new(index),
            class: classes.of(hazard.domain, hazard.severity.get(), hazard.destructive),
            counts: CountLaw::of(hazard, &mut shapes),
            profile: estate.profile(hazard.calendar),
        })
        .collect();
    let sampling = estate.settings().risk.sampling;
    let replicates = (years / LEAST_YEARS_OF_REPLICATE).clamp(1, REPLICATES);
    let blocks: Vec<Block> = (0..replicates)
        .into_par_iter()
        .map(|replicate| {
            let at = |position: u32| u64::from(years) * u64::from(position) / u64::from(replicates);
            let first = u32::try_from(at(replicate)).unwrap_or(u32::MAX);
            let count = u32::try_from(at(replicate + 1)).unwrap_or(u32::MAX) - first;
            let seed = seed ^ (u64::from(replicate) << 48);
            match sampling {
                Sampling::Random => Block::draw(&sources, first, count, seed, false),
                Sampling::Stratified => Block::draw(&sources, first, count, seed, true),
                Sampling::Tail => tail::draw(&sources, first, count, seed),
            }
        })
        .collect();
    let mut weights = Vec::with_capacity(years as usize);
    let mut events = Vec::with_capacity(blocks.iter().map(|block| block.events.len()).sum());
    for block in blocks {
        weights.extend(block.weights);
        events.extend(block.events);
    }
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    EventSet::new(weights, events, classes.list, replicates as usize)
}

/// A hazard with all that drawing its events needs.
struct Source<'a> {
    hazard: &'a Hazard,
    id: HazardId,
    class: u32,
    counts: CountLaw,
    profile: &'a WorkProfile,
}

impl Source<'_> {
    fn event(&self, year: u32, start: f64, duration: f64, luck: f64) -> Event {
        Event {
            year,
            class: self.class,
            start_h: self.profile.quantile(start),
            duration_h: duration_quantile(self.hazard, duration),
            luck,
            hazard: Some(self.id),
            origin: self.hazard.domain,
            times: 1.0,
        }
    }

    fn stream(&self, seed: u64) -> Pcg64 {
        Pcg64::seed_from_u64(stream_seed(seed, &self.hazard.id))
    }

    fn random_event(&self, year: u32, stream: &mut Pcg64) -> Event {
        self.event(year, stream.random(), stream.random(), stream.random())
    }

    fn random_count(&self, stream: &mut Pcg64) -> u32 {
        (0..self.counts.parts()).map(|_| self.counts.quantile(stream.random())).sum()
    }

    /// A count given that there is an event; where the count has several parts there always is one.
    fn random_count_above_zero(&self, stream: &mut Pcg64) -> u32 {
        if self.counts.parts() > 1 {
            return self.random_count(stream);
        }
        let none = self.counts.none_kept(1.0);
        let within: f64 = stream.random();
        self.counts.quantile(none + (1.0 - none) * within).max(1)
    }
}

/// The years of one replicate.
struct Block {
    /// Not yet brought to a sum of 1 over all blocks.
    weights: Vec<f64>,
    events: Vec<Event>,
}

impl Block {
    fn draw(sources: &[Source<'_>], first: u32, count: u32, seed: u64, is_stratified: bool) -> Self {
        let mut events = Vec::new();
        for source in sources {
            let mut stream = source.stream(seed);
            if is_stratified {
                draw_stratified(source, first, count, &mut stream, &mut |event, _| events.push(event));
            } else {
                for year in first..first + count {
                    for _ in 0..source.random_count(&mut stream) {
                        events.push(source.random_event(year, &mut stream));
                    }
                }
            }
        }
        Self { weights: vec![1.0; count as usize], events }
    }
}

/// The events of `source` in `count` years: every uniform number of theirs is a stratum of a Latin hypercube. `take`
/// gets each event and the share of its hazard's events that are shorter.
///
/// The first events of all years are one hypercube, the second ones another: two events of a year stay independent.
fn draw_stratified(
    source: &Source<'_>,
    first: u32,
    count: u32,
    stream: &mut Pcg64,
    take: &mut dyn FnMut(Event, f64),
) {
    let mut counts = vec![0_u32; count as usize];
    for _ in 0..source.counts.parts() {
        for (sum, u) in counts.iter_mut().zip(strata(count as usize, stream)) {
            *sum += source.counts.quantile(u);
        }
    }
    for ordinal in 0..counts.iter().copied().max().unwrap_or(0) {
        let group: Vec<u32> =
            (first..).zip(&counts).filter(|(_, count)| **count > ordinal).map(|(year, _)| year).collect();
        let [starts, durations, lucks] = std::array::from_fn(|_| strata(group.len(), stream));
        for (position, year) in group.into_iter().enumerate() {
            let event = source.event(year, starts[position], durations[position], lucks[position]);
            take(event, durations[position]);
        }
    }
}

/// `n` uniform numbers in random order, one in each `n`-th of 0 to 1.
fn strata(n: usize, stream: &mut Pcg64) -> Vec<f64> {
    let mut values: Vec<f64> = (0..n).map(|stratum| stratum as f64).collect();
    for last in (1..n).rev() {
        values.swap(last, stream.random_range(0..=last));
    }
    for value in &mut values {
        let within: f64 = stream.random();
        *value = (*value + within) / n as f64;
    }
    values
}

/// Mixes the seed with a name (FNV-1a, then splitmix64's finaliser): one stream per hazard, whatever its position.
pub(crate) fn stream_seed(seed: u64, name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut mixed = hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_has_one_number() {
        let mut stream = Pcg64::seed_from_u64(3);
        let mut values = strata(1_000, &mut stream);
        assert!(values.windows(2).any(|pair| pair[0] > pair[1]), "in random order");
        values.sort_by(f64::total_cmp);
        assert!(values.iter().enumerate().all(|(k, value)| (*value * 1_000.0).floor() == k as f64));
    }
}
