//! `ep_curve.csv`: what is lost once in so many years, today and planned.

use ballast_risk::EpCurve;

use super::{
    Table,
    cell::{money, significant},
    schema::{POINT, Schema},
};
use crate::Study;

/// Return periods in years that people ask for.
const RETURN_PERIODS: [u32; 13] = [2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000];
/// Simulated years beyond a return period that its figure rests on, at least.
const EXCEEDANCES: usize = 10;
/// Confidence of the band.
pub(crate) const CONFIDENCE: f64 = 0.9;

/// The return periods that `years` simulated years can speak of.
pub(crate) fn return_periods(years: usize) -> impl Iterator<Item = u32> {
    RETURN_PERIODS.into_iter().filter(move |period| *period as usize * EXCEEDANCES <= years)
}

pub(super) const SCHEMA: Schema = Schema {
    name: "ep_curve",
    row: "plan and return period, of today's and the chosen one; periods that the simulated years can speak of",
    columns: &[
        POINT,
        ("return_period_years", "years", "once in so many years"),
        ("exceedance_probability", "a year", "one over it"),
        ("aep_loss$", "$ a year", "loss that a year exceeds with this probability"),
        ("aep_low$", "$ a year", "low end of its band"),
        ("aep_high$", "$ a year", "high end of its band"),
        ("oep_loss$", "$", "loss that a year's greatest event exceeds with this probability"),
        ("oep_low$", "$", "low end of its band"),
        ("oep_high$", "$", "high end of its band"),
        ("band_confidence", "share", "confidence of the bands"),
    ],
};

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut table = Table::of(&SCHEMA, study.currency());
    for plan in study.compared() {
        let curves = [plan.risk.aep(), plan.risk.oep()];
        for period in return_periods(plan.risk.annual_losses().len()) {
            let years = f64::from(period);
            let mut row = vec![plan.id.clone(), period.to_string(), significant(1.0 / years)];
            row.extend(curves.iter().flat_map(|curve| point(curve, years)));
            row.push(significant(CONFIDENCE));
            table.push(row);
        }
    }
    table
}

/// Loss, low end and high end.
fn point(curve: &EpCurve, years: f64) -> [String; 3] {
    let (one, other) = curve.band(years, CONFIDENCE);
    [curve.loss_at(years), one.min(other), one.max(other)].map(money)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_simulation_does_not_speak_of_rare_years() {
        assert_eq!(return_periods(10_000).last(), Some(1000));
        assert_eq!(return_periods(300).collect::<Vec<_>>(), [2, 5, 10, 20, 25]);
        assert_eq!(return_periods(5).count(), 0);
    }
}
