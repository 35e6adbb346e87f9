//! Importance sampling for the tail: years that have a long event for certain, weighted by the balance heuristic.
//!
//! Half of a replicate's years are stratified ones. Each of the others belongs to one hazard and is drawn given that
//! this hazard has a long event in it, one of its longest fifth; that probability is known in closed form. A year
//! then weighs `1 / (share of plain years + sum over hazards h with a long event in it of share of h / P(h has one))`
//! (multiple importance sampling with the balance heuristic, Veach and Guibas 1995): unbiased, and no year weighs
//! more than twice as much as in a plain sample.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::{Block, Source, draw_stratified, stream_seed};

/// A long event is longer than this share of its hazard's events.
const LONG: f64 = 0.8;
/// Draws of a year until one of its events is long: at the share above, one year in 10^19 needs more.
const MOST_TRIES: usize = 200;

pub(super) fn draw(sources: &[Source<'_>], first: u32, count: u32, seed: u64) -> Block {
    let with_long: Vec<f64> = sources.iter().map(|source| 1.0 - source.counts.none_kept(1.0 - LONG)).collect();
    let total: f64 = with_long.iter().map(|probability| probability.sqrt()).sum();
    if total <= 0.0 {
        return Block::draw(sources, first, count, seed, true);
    }
    // Rare hazards get more than their due, but not as much as frequent ones.
    let shares: Vec<f64> = with_long.iter().map(|probability| probability.sqrt() / total).collect();
    let plain = count.div_ceil(2);
    let owners = owners(&shares, (count - plain) as usize, seed);
    let mut events = Vec::new();
    // By year: the hazards with a long event in it.
    let mut long: Vec<Vec<usize>> = vec![Vec::new(); count as usize];
    for (index, source) in sources.iter().enumerate() {
        let mut stream = source.stream(seed);
        let mut take = |event: crate::Event, duration: f64| {
            let hazards = &mut long[(event.year - first) as usize];
            if duration >= LONG && hazards.last() != Some(&index) {
                hazards.push(index);
            }
            events.push(event);
        };
        draw_stratified(source, first, plain, &mut stream, &mut take);
        for (year, owner) in (first + plain..).zip(&owners) {
            for [start, duration, luck] in year_of(source, *owner == index, &mut stream) {
                take(source.event(year, start, duration, luck), duration);
            }
        }
    }
    let plain_share = f64::from(plain) / f64::from(count);
    let weights = long
        .iter()
        .map(|hazards| {
            let boosted: f64 = hazards.iter().map(|hazard| shares[*hazard] / with_long[*hazard]).sum();
            1.0 / (plain_share + (1.0 - plain_share) * boosted)
        })
        .collect();
    Block { weights, events }
}

/// The start, duration and luck of one year's events; one is long for certain if `is_owner`.
fn year_of(source: &Source<'_>, is_owner: bool, stream: &mut Pcg64) -> Vec<[f64; 3]> {
    let draw = |count: u32, stream: &mut Pcg64| -> Vec<[f64; 3]> {
        (0..count).map(|_| std::array::from_fn(|_| stream.random())).collect()
    };
    if !is_owner {
        let count = source.random_count(stream);
        return draw(count, stream);
    }
    let mut events = Vec::new();
    for _ in 0..MOST_TRIES {
        let count = source.random_count_above_zero(stream);
        events = draw(count, stream);
        if events.iter().any(|uniforms| uniforms[1] >= LONG) {
            break;
        }
    }
    events
}

/// The hazard of each boosted year: systematic sampling, so that the shares are met within one year.
fn owners(shares: &[f64], years: usize, seed: u64) -> Vec<usize> {
    let mut stream = Pcg64::seed_from_u64(stream_seed(seed, "owners of tail years"));
    let offset: f64 = stream.random();
    let mut owners = Vec::with_capacity(years);
    let mut below = 0.0;
    for (hazard, share) in shares.iter().enumerate() {
        below += share;
        while owners.len() < years && (owners.len() as f64 + offset) / (years as f64) < below {
            owners.push(hazard);
        }
    }
    owners.resize(years, shares.len() - 1);
    owners
}
