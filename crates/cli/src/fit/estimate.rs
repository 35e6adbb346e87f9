//! Rates and durations of every pool.

use ballast_risk::fit::{DurationError, Lasted, LognormalFit, PooledRates, durations, rates};

use super::gather::{Pool, Sample};
use crate::check::counted;

/// A pool's estimates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    /// By domain of the pool.
    pub(super) rates: PooledRates,
    /// The pool's durations, or those of all pools; none if there are too few of those.
    pub(super) durations: Option<LognormalFit>,
    /// Whether they are the pool's own.
    pub(super) own_durations: bool,
}

/// Estimates every pool of `sample`, in its order; what had to be made do with goes into `notes`.
pub(super) fn estimate(sample: &Sample, notes: &mut Vec<String>) -> Vec<Fitted> {
    let of_all: Vec<Lasted> = sample.pools.iter().flat_map(Pool::lasted).collect();
    let of_all = durations(&of_all);
    let mut borrowing: Vec<String> = Vec::new();
    let fitted = sample
        .pools
        .iter()
        .map(|pool| {
            let own = durations(&pool.lasted().collect::<Vec<_>>());
            if let Err(why) = own {
                borrowing.push(match why {
                    DurationError::TooFew(ended) => {
                        format!("{} has {}", pool.name(), counted(ended, "ended incident"))
                    }
                    DurationError::AllSame => format!("all of {} lasted equally long", pool.name()),
                });
            }
            Fitted {
                rates: rates(&sample.exposures(pool)),
                durations: own.or(of_all).ok(),
                own_durations: own.is_ok(),
            }
        })
        .collect();
    if !borrowing.is_empty() {
        let instead = match of_all {
            Ok(_) => "the durations of all levels together stand in".to_owned(),
            Err(why) => format!("no duration is estimated: {why} over all levels"),
        };
        notes.push(format!("Too little to estimate durations from ({}): {instead}.", borrowing.join(", ")));
    }
    fitted
}
