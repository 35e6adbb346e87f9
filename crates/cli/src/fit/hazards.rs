//! The estimates as a hazards.csv that a case can use.

use ballast_report::tables::{CsvDialect, Rows, significant};

use super::{
    estimate::Fitted,
    gather::{Pool, Sample},
};
use crate::{check::counted, failure::Failure};

const COLUMNS: [&str; 12] = [
    "hazard",
    "domain",
    "rate_per_year",
    "rate_low",
    "rate_high",
    "duration_median_h",
    "duration_sigma",
    "duration_max_h",
    "severity",
    "destructive",
    "basis",
    "source",
];

/// One hazard a domain. `duration_max_h` stays empty: a history does not say what cannot happen.
///
/// What is left out, and why, goes into `notes`.
pub(super) fn csv(
    sample: &Sample,
    fitted: &[Fitted],
    file: &str,
    notes: &mut Vec<String>,
) -> anyhow::Result<Vec<u8>> {
    let mut rows = Rows::default();
    let mut unknown: Vec<&str> = Vec::new();
    for (pool, estimates) in sample.pools.iter().zip(fitted) {
        // No case may have a sigma above 10; one that is says that nearly all incidents are still open.
        let usable = estimates.durations.as_ref().filter(|durations| durations.sigma.value <= 10.0);
        let Some(durations) = usable else {
            let hint = "a hazard needs a duration: give at least three ended incidents that differ in length";
            return Err(Failure::usage("there are too few durations for a file of hazards", hint).into());
        };
        for (domain, rate) in pool.domains.iter().zip(&estimates.rates.rates) {
            if !domain.known {
                unknown.push(&domain.id);
                continue;
            }
            rows.push([
                format!("{}-observed", domain.id),
                domain.id.clone(),
                significant(rate.value),
                significant(rate.low),
                significant(rate.high),
                significant(durations.median.value),
                significant(durations.sigma.value),
                String::new(),
                significant(pool.severity(domain)),
                "false".to_owned(),
                "observed".to_owned(),
                source(sample, pool, estimates, domain.incidents, file),
            ]);
        }
    }
    if !unknown.is_empty() {
        notes.push(format!("Left out of the file, as they are no domains of the case: {}.", unknown.join(", ")));
    }
    Ok(CsvDialect::Rfc4180.bytes(&COLUMNS.map(str::to_owned), &rows))
}

fn source(sample: &Sample, pool: &Pool, estimates: &Fitted, incidents: u32, file: &str) -> String {
    let window = &sample.window;
    let of = match &pool.level {
        Some(level) if estimates.own_durations => format!("level {level}"),
        _ => "all incidents".to_owned(),
    };
    format!(
        "ballast fit of {file}, {} to {}: {}; durations of {of}",
        window.from,
        window.to,
        counted(incidents as usize, "incident")
    )
}
