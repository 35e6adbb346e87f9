//! The likelihood of a normal sample of which some values are known only to be greater than a bound.

use statrs::function::erf::erfc;

/// A sample: logarithms of durations, shifted and scaled so that they are near 0 and 1.
pub(crate) struct Censored {
    /// What was seen whole.
    pub(crate) seen: Vec<f64>,
    /// Bounds that the others exceed.
    pub(crate) above: Vec<f64>,
}

/// A normal distribution by the reciprocal of its standard deviation and its mean in units of that: in these the
/// logarithm of the likelihood is concave (Olsen 1978; Burridge 1981).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normal {
    /// 1 / sigma.
    pub(crate) precision: f64,
    /// mu / sigma.
    pub(crate) offset: f64,
}

impl Normal {
    pub(crate) fn mean(self) -> f64 {
        self.offset / self.precision
    }

    pub(crate) fn sigma(self) -> f64 {
        1.0 / self.precision
    }
}

/// First and second derivatives of the logarithm of the likelihood.
#[derive(Default)]
struct Slope {
    offset: f64,
    precision: f64,
    offset_offset: f64,
    offset_precision: f64,
    precision_precision: f64,
}

impl Censored {
    /// The logarithm of the likelihood, without constants.
    pub(crate) fn log(&self, at: Normal) -> f64 {
        let z = |x: &f64| at.precision * x - at.offset;
        let seen: f64 = self.seen.iter().map(|x| at.precision.ln() - 0.5 * z(x).powi(2)).sum();
        seen + self.above.iter().map(|x| tail(z(x)).0).sum::<f64>()
    }

    fn slope(&self, at: Normal) -> Slope {
        let mut slope = Slope::default();
        for x in &self.seen {
            let z = at.precision * x - at.offset;
            slope.offset += z;
            slope.precision += 1.0 / at.precision - z * x;
            slope.offset_offset -= 1.0;
            slope.offset_precision += x;
            slope.precision_precision -= at.precision.powi(-2) + x * x;
        }
        for x in &self.above {
            let z = at.precision * x - at.offset;
            let hazard = tail(z).1;
            let bend = hazard * (hazard - z);
            slope.offset += hazard;
            slope.precision -= hazard * x;
            slope.offset_offset -= bend;
            slope.offset_precision += bend * x;
            slope.precision_precision -= bend * x * x;
        }
        slope
    }

    /// The normal distribution of greatest likelihood, by Newton's method.
    pub(crate) fn fit(&self) -> Normal {
        let start = Normal { precision: 1.0, offset: 0.0 };
        self.climb(start, |at| {
            let s = self.slope(at);
            let determinant = s.offset_offset * s.precision_precision - s.offset_precision.powi(2);
            Normal {
                offset: -(s.precision_precision * s.offset - s.offset_precision * s.precision) / determinant,
                precision: -(s.offset_offset * s.precision - s.offset_precision * s.offset) / determinant,
            }
        })
    }

    /// The one of greatest likelihood among those with this mean.
    pub(crate) fn fit_with_mean(&self, mean: f64, start: Normal) -> Normal {
        let start = Normal { precision: start.precision, offset: start.precision * mean };
        self.climb(start, |at| {
            let s = self.slope(at);
            let slope = s.precision + mean * s.offset;
            let bend = s.precision_precision + 2.0 * mean * s.offset_precision + mean * mean * s.offset_offset;
            Normal { precision: -slope / bend, offset: -slope / bend * mean }
        })
    }

    /// The one of greatest likelihood among those with this standard deviation.
    pub(crate) fn fit_with_sigma(&self, sigma: f64, start: Normal) -> Normal {
        let start = Normal { precision: 1.0 / sigma, offset: start.mean() / sigma };
        self.climb(start, |at| {
            let s = self.slope(at);
            Normal { precision: 0.0, offset: -s.offset / s.offset_offset }
        })
    }

    /// Climbs by `step`, halved until it does not lead down, to the top of a concave function.
    fn climb(&self, mut at: Normal, step: impl Fn(Normal) -> Normal) -> Normal {
        let mut height = self.log(at);
        for _ in 0..100 {
            let step = step(at);
            let halvings = (0..40).map(|halving| 0.5_f64.powi(halving)).find_map(|share| {
                let next = Normal {
                    precision: at.precision + share * step.precision,
                    offset: at.offset + share * step.offset,
                };
                let reached = if next.precision > 0.0 { self.log(next) } else { f64::NEG_INFINITY };
                (reached >= height).then_some((next, reached))
            });
            let Some((next, reached)) = halvings else { break };
            let gain = reached - height;
            (at, height) = (next, reached);
            if gain < 1e-13 {
                break;
            }
        }
        at
    }
}

/// The logarithm of the upper tail of the standard normal distribution, and its hazard, density over tail.
fn tail(z: f64) -> (f64, f64) {
    // Beyond, erfc loses digits and then underflows; the first terms of the asymptotic series are exact enough.
    if z > 25.0 {
        let series = 1.0 - z.powi(-2) + 3.0 * z.powi(-4) - 15.0 * z.powi(-6);
        let density = -0.5 * z * z - 0.5 * std::f64::consts::TAU.ln();
        return (density - z.ln() + series.ln(), z / series);
    }
    let tail = 0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2);
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    (tail.ln(), density / tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_smooth_where_its_formulas_meet() {
        let (below, above) = (tail(25.0), tail(25.0 + 1e-9));
        assert!((below.0 - above.0).abs() < 1e-6 && (below.1 - above.1).abs() < 1e-6, "{below:?} {above:?}");
        // Abramowitz and Stegun, table 26.1: Q(1.96) = 0.0249979.
        assert!((tail(1.96).0.exp() - 0.024_997_9).abs() < 1e-7);
    }
}
