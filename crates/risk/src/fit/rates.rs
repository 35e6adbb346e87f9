//! Rates of like domains by Gamma-Poisson empirical Bayes.

use statrs::distribution::{ContinuousCDF, Gamma};

use super::{Estimate, TAIL, turning_point};

/// What has been counted in one domain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Incidents in that time.
    pub incidents: u32,
    /// How long the domain was watched, in years, above 0.
    pub years: f64,
}

/// The least shape of a pool's prior, that of the Jeffreys prior. Below it the prior piles up at 0, and a quiet record
/// of some years would pass for proof that a domain hardly ever fails.
const LEAST_SHAPE: f64 = 0.5;

/// How the domains of a pool inform each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pooling {
    /// One domain: the Jeffreys prior Gamma(1/2, 0).
    Alone,
    /// The counts differ so much that the domains are not alike: each has the Jeffreys prior.
    Apart,
    /// The counts vary no more than those of one common rate would: all have that rate.
    Complete,
    /// The rates of the pool have a Gamma distribution, fitted to the counts.
    Partial {
        /// Its shape.
        shape: f64,
        /// Its rate parameter, in years: the prior weighs as much as so many years of watching.
        years: f64,
    },
}

/// The rates of a pool of like domains.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledRates {
    /// How they inform each other.
    pub pooling: Pooling,
    /// By domain, in the order in which they were given: events per year, the posterior mean and its interval.
    pub rates: Vec<Estimate>,
}

/// Estimates the rates of like domains, in events per year.
///
/// With n incidents in T years and the prior Gamma(a, b) of the pool, the posterior of a domain's rate is
/// Gamma(a + n, b + T). The prior has the a and b of greatest marginal (negative binomial) likelihood (Greenwood and
/// Yule 1920; Morris 1983). A lone domain has the Jeffreys prior Gamma(1/2, 0). Where the likelihood grows towards
/// b = infinity, the domains share one rate with the posterior Gamma(1/2 + sum n, sum T). Where its a is below 1/2, a few
/// domains have nearly all incidents: they are not alike, and each counts as a lone one.
///
/// The interval of a domain in a pool allows for a and b being estimates themselves: it is that of a Gamma distribution
/// with the same mean, and with the mean square deviation from it over all a and b, given the counts. Those have a prior
/// that is uniform in the square root of the shrinkage b / (b + T) and in the logarithm of the mean a / b; this is the
/// approach of Christiansen and Morris (1997), with more weight on rates that differ, as their prior that is uniform in
/// the shrinkage gives somewhat narrow intervals in pools of few domains. With the fitted a and b alone the intervals
/// cover less than 80 %. The upper end is never below the mean, which a very skewed posterior may exceed.
pub fn rates(pool: &[Exposure]) -> PooledRates {
    let incidents: f64 = pool.iter().map(|domain| f64::from(domain.incidents)).sum();
    let years: f64 = pool.iter().map(|domain| domain.years).sum();
    let common = gamma(0.5 + incidents, years);
    if pool.len() < 2 {
        return PooledRates { pooling: Pooling::Alone, rates: vec![common; pool.len()] };
    }
    // Without an incident nothing says how much the rates vary.
    if incidents == 0.0 {
        return PooledRates { pooling: Pooling::Complete, rates: vec![common; pool.len()] };
    }
    let marginal = Marginal { pool, mean_years: years / pool.len() as f64, incidents };
    let pooling = marginal.fit();
    if pooling == Pooling::Apart {
        let rates = pool.iter().map(|domain| gamma(0.5 + f64::from(domain.incidents), domain.years)).collect();
        return PooledRates { pooling, rates };
    }
    let priors = marginal.priors();
    let rates = pool
        .iter()
        .map(|domain| {
            let mean = match pooling {
                Pooling::Partial { shape, years } => posterior(domain, shape, years).0,
                Pooling::Alone | Pooling::Apart | Pooling::Complete => common.value,
            };
            let spread: f64 = priors
                .iter()
                .map(|prior| {
                    let (value, variance) = posterior(domain, prior.shape, prior.years);
                    prior.weight * (variance + (value - mean).powi(2))
                })
                .sum();
            Estimate { value: mean, ..gamma(mean * mean / spread, mean / spread) }
        })
        .collect();
    PooledRates { pooling, rates }
}

/// Mean and interval of a Gamma distribution.
fn gamma(shape: f64, rate: f64) -> Estimate {
    let value = shape / rate;
    // With a rate of 1 the search for the quantile works on numbers near 1, whatever the unit.
    let quantile =
        |p: f64| Gamma::new(shape, 1.0).map_or(value, |distribution| distribution.inverse_cdf(p) / rate);
    Estimate { value, low: quantile(TAIL).min(value), high: quantile(1.0 - TAIL).max(value) }
}

/// Mean and variance of a domain's rate under the prior Gamma(`shape`, `years`).
fn posterior(domain: &Exposure, shape: f64, years: f64) -> (f64, f64) {
    let weight = years + domain.years;
    let mean = (shape + f64::from(domain.incidents)) / weight;
    (mean, mean / weight)
}

/// A prior of the pool and how likely it is, given the counts.
struct Prior {
    shape: f64,
    years: f64,
    weight: f64,
}

/// The negative binomial likelihood of a pool's counts, up to a constant factor.
struct Marginal<'a> {
    pool: &'a [Exposure],
    mean_years: f64,
    incidents: f64,
}

impl Marginal<'_> {
    /// Its logarithm, relative to that of one common rate of the same mean.
    ///
    /// Gamma(a + n) / Gamma(a) is the product of a + j for j below n. It is taken factor by factor: the difference of
    /// two logarithms of Gamma loses what matters where a is large.
    fn log(&self, shape: f64, years: f64) -> f64 {
        let common = self.incidents / (self.mean_years * self.pool.len() as f64);
        self.pool
            .iter()
            .map(|domain| {
                let rising: f64 = (0..domain.incidents)
                    .map(|j| ((shape + f64::from(j)) / (years + domain.years) / common).ln())
                    .sum();
                rising - shape * (domain.years / years).ln_1p() + common * domain.years
            })
            .sum()
    }

    /// The shape of greatest likelihood for these `years`, `least` or more, and the standard error of its logarithm.
    fn best_shape(&self, years: f64, least: f64) -> (f64, f64) {
        let sum_over = |f: &dyn Fn(f64) -> f64| -> f64 {
            self.pool.iter().flat_map(|domain| (0..domain.incidents).map(|j| f(f64::from(j)))).sum()
        };
        let decay: f64 = self.pool.iter().map(|domain| (domain.years / years).ln_1p()).sum();
        // The score falls in the shape; each of its terms is at most 1 / shape.
        let high = (self.incidents / decay).max(least);
        let log_shape = turning_point(least.ln(), high.ln(), |log| sum_over(&|j| 1.0 / (log.exp() + j)) < decay);
        let shape = log_shape.exp();
        (shape, 1.0 / (shape * sum_over(&|j| (shape + j).powi(-2)).sqrt()))
    }

    /// The prior's weight in years at which a domain of mean exposure shrinks by `shrinkage`.
    fn years_at(&self, shrinkage: f64) -> f64 {
        self.mean_years * shrinkage / (1.0 - shrinkage)
    }

    /// The prior of greatest likelihood, searched over the logit of the shrinkage.
    fn fit(&self) -> Pooling {
        let years = |logit: f64| self.years_at(1.0 / (1.0 + (-logit).exp()));
        let height = |logit: f64| {
            let years = years(logit);
            self.log(self.best_shape(years, 1e-6).0, years)
        };
        // A grid first: with unequal exposures there may be more than one hill.
        let grid = (-20..=20).map(|step| f64::from(step) * 0.5);
        let top = grid.fold((0.0, f64::NEG_INFINITY), |best: (f64, f64), logit| {
            let height = height(logit);
            if height > best.1 { (logit, height) } else { best }
        });
        let logit = highest(top.0 - 0.5, top.0 + 0.5, &height);
        // The limit of one common rate has height 0.
        if height(logit) <= 1e-6 || logit > 9.9 {
            return Pooling::Complete;
        }
        let years = years(logit);
        let shape = self.best_shape(years, 1e-6).0;
        if shape < LEAST_SHAPE { Pooling::Apart } else { Pooling::Partial { shape, years } }
    }

    /// The posterior of the prior on a grid: uniform in the root of the shrinkage and in the logarithm of the mean.
    fn priors(&self) -> Vec<Prior> {
        const SHRINKAGES: u32 = 16;
        const SHAPES: u32 = 20;
        let mut priors: Vec<Prior> = Vec::new();
        for step in 0..SHRINKAGES {
            let root = (f64::from(step) + 0.5) / f64::from(SHRINKAGES);
            let years = self.years_at(root * root);
            let (best, error) = self.best_shape(years, LEAST_SHAPE);
            let low = (best.ln() - 5.0 * error).max(LEAST_SHAPE.ln());
            let cell = (best.ln() + 4.0 * error - low) / f64::from(SHAPES);
            priors.extend((0..SHAPES).map(|step| {
                let shape = (low + cell * (f64::from(step) + 0.5)).exp();
                // The logarithm of the weight for now.
                Prior { shape, years, weight: self.log(shape, years) + cell.ln() }
            }));
        }
        let greatest = priors.iter().map(|prior| prior.weight).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = priors.iter().map(|prior| (prior.weight - greatest).exp()).sum();
        for prior in &mut priors {
            prior.weight = (prior.weight - greatest).exp() / sum;
        }
        priors
    }
}

/// Where `height` is greatest between `low` and `high`, by golden section.
fn highest(mut low: f64, mut high: f64, height: &dyn Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    for _ in 0..30 {
        let step = GOLDEN * (high - low);
        if height(high - step) < height(low + step) {
            low = high - step;
        } else {
            high = low + step;
        }
    }
    f64::midpoint(low, high)
}
