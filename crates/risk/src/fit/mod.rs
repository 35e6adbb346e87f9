//! Incident history to hazards: how often a domain fails, and for how long.
//!
//! [`rates`] estimates the rates of like domains together, [`durations`] a lognormal duration from ended and open
//! incidents. Both answer 90 % intervals. docs/math.md has the formulas; a test holds the intervals' coverage.

mod durations;
mod likelihood;
mod rates;

pub use durations::{DurationError, LEAST, Lasted, LognormalFit, durations};
pub use rates::{Exposure, PooledRates, Pooling, rates};

/// Lower tail of every interval; the upper tail is as large, so that 90 % lie between.
pub(crate) const TAIL: f64 = 0.05;

/// A value with its 90 % interval, in the unit of the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Where the increasing function `above` turns from false to true between `low` and `high`, by bisection.
pub(crate) fn turning_point(mut low: f64, mut high: f64, above: impl Fn(f64) -> bool) -> f64 {
    // Forty halvings leave 1e-12 of the bracket.
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    f64::midpoint(low, high)
}
