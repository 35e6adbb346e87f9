//! The estimates as a page of text or a JSON document.

use std::{fmt::Write as _, path::Path};

use ballast_report::terminal;
use ballast_risk::fit::{Estimate, Pooling};
use serde_json::json;

use super::{
    estimate::Fitted,
    gather::{Pool, Sample},
};
use crate::check::counted;

/// What every use of such figures should know.
const CAUTION: [&str; 6] = [
    "Published histories favour outages that made the news; short ones are often not in them, so rates may be too low and medians too high.",
    "Popular regions are watched more closely: their share of the incidents says as much about their customers as about their failures.",
    "Some durations run from the first error to the last recovery, others cover the main impact alone.",
    "Incidents that hit several domains at once are one row: what fails together is not in these rates.",
    "Providers publish by different rules: counts of one cannot be held against those of another.",
    "So take these as a start, and look at the curve with the rates at both ends of their intervals.",
];

/// All that is shown.
pub(super) struct Page<'a> {
    pub(super) source: &'a Path,
    pub(super) written: Option<&'a Path>,
    pub(super) sample: &'a Sample,
    pub(super) pools: &'a [Fitted],
    pub(super) notes: &'a [String],
}

impl Page<'_> {
    fn pools(&self) -> impl Iterator<Item = (&Pool, &Fitted)> {
        self.sample.pools.iter().zip(self.pools)
    }

    pub(super) fn text(&self, bold: bool) -> String {
        let window = &self.sample.window;
        let incidents: u32 = self.sample.pools.iter().map(Pool::incidents).sum();
        let title = format!(
            "{}: {} from {} to {}, {:.1} years",
            self.source.display(),
            counted(incidents as usize, "incident"),
            window.from,
            window.to,
            window.years()
        );
        let mut page = heading(&title, bold);
        page.push_str("Ranges are 90 % intervals.\n\n");
        page.push_str(&terminal::aligned("  ", &self.rows(), |column| column < 2));
        page.push_str(&heading("\nHow the domains of a level inform each other", bold));
        for (pool, fitted) in self.pools() {
            // Writing to a String cannot fail.
            let _ = writeln!(page, "  {}: {}", pool.name(), pooling(fitted.rates.pooling, pool.domains.len()));
        }
        page.push_str(&list("\nNotes", self.notes.iter().map(String::as_str), bold));
        page.push_str(&list("\nBefore these figures are used", CAUTION.into_iter(), bold));
        if let Some(path) = self.written {
            let _ = writeln!(page, "\nWrote {}", path.display());
        }
        page
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let header = ["domain", "level", "incidents", "years", "rate a year", "", "median h", "", "sigma", ""];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for (pool, fitted) in self.pools() {
            for (domain, rate) in pool.domains.iter().zip(&fitted.rates.rates) {
                let mut row = vec![
                    domain.id.clone(),
                    pool.level.clone().unwrap_or_default(),
                    domain.incidents.to_string(),
                    format!("{:.1}", self.sample.window.years()),
                ];
                row.extend(shown(rate));
                match &fitted.durations {
                    Some(durations) => row.extend([shown(&durations.median), shown(&durations.sigma)].concat()),
                    None => row.extend(["-", "", "-", ""].map(str::to_owned)),
                }
                rows.push(row);
            }
        }
        rows
    }

    pub(super) fn document(&self) -> serde_json::Value {
        let window = &self.sample.window;
        json!({
            "source": self.source,
            "window": {
                "from": window.from.to_string(),
                "to": window.to.to_string(),
                "from_is_first_incident": !window.given_from,
                "to_is_last_incident": !window.given_to,
                "years": window.years(),
            },
            "interval": 0.9,
            "pools": self.pools().map(|(pool, fitted)| self.pool(pool, fitted)).collect::<Vec<_>>(),
            "notes": self.notes,
            "caution": CAUTION,
            "written": self.written,
        })
    }

    fn pool(&self, pool: &Pool, fitted: &Fitted) -> serde_json::Value {
        let (kind, prior) = match fitted.rates.pooling {
            Pooling::Alone => ("alone", None),
            Pooling::Apart => ("apart", None),
            Pooling::Complete => ("complete", None),
            Pooling::Partial { shape, years } => ("partial", Some(json!({ "shape": shape, "years": years }))),
        };
        let durations = fitted.durations.map(|durations| {
            json!({
                "of_this_level": fitted.own_durations,
                "ended": durations.ended,
                "open": durations.open,
                "median_h": estimate(&durations.median),
                "sigma": estimate(&durations.sigma),
            })
        });
        let domains: Vec<serde_json::Value> = pool
            .domains
            .iter()
            .zip(&fitted.rates.rates)
            .map(|(domain, rate)| {
                json!({
                    "domain": domain.id,
                    "incidents": domain.incidents,
                    "counted": domain.counted,
                    "years": self.sample.window.years(),
                    "rate_per_year": estimate(rate),
                    "severity": pool.severity(domain),
                })
            })
            .collect();
        json!({ "level": pool.level, "pooling": kind, "prior": prior, "durations": durations, "domains": domains })
    }
}

fn estimate(estimate: &Estimate) -> serde_json::Value {
    json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high })
}

fn pooling(pooling: Pooling, domains: usize) -> String {
    match pooling {
        Pooling::Alone => "one domain, which stands for itself (Jeffreys prior)".to_owned(),
        Pooling::Apart => {
            format!(
                "{domains} domains whose counts differ too much to be alike: each stands for itself (Jeffreys prior)"
            )
        }
        Pooling::Complete => {
            format!("{domains} domains whose counts differ no more than by chance: one rate for all")
        }
        Pooling::Partial { shape, years } => format!(
            "{domains} domains whose rates differ: each is drawn towards {} a year with the weight of {} years",
            short(shape / years),
            short(years)
        ),
    }
}

/// The value, and its interval.
fn shown(estimate: &Estimate) -> [String; 2] {
    [short(estimate.value), format!("{} to {}", short(estimate.low), short(estimate.high))]
}

/// Three digits, and at most four decimals.
fn short(value: f64) -> String {
    if value >= 1e6 {
        return format!("{value:.1e}");
    }
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 => 2,
        size if size >= 0.0995 => 3,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

fn heading(title: &str, bold: bool) -> String {
    let line = title.trim_start_matches('\n');
    let gap = "\n".repeat(title.len() - line.len());
    if bold { format!("{gap}\u{1b}[1m{line}\u{1b}[0m\n") } else { format!("{gap}{line}\n") }
}

/// A titled list; each line is broken at word ends to stay readable in a terminal.
fn list<'a>(title: &str, lines: impl Iterator<Item = &'a str>, bold: bool) -> String {
    const WIDTH: usize = 110;
    let mut text = String::new();
    for line in lines {
        text.push_str("  -");
        let mut used = 3;
        for word in line.split_whitespace() {
            if used + 1 + word.chars().count() > WIDTH {
                text.push_str("\n   ");
                used = 3;
            }
            text.push(' ');
            text.push_str(word);
            used += 1 + word.chars().count();
        }
        text.push('\n');
    }
    if text.is_empty() { text } else { heading(title, bold) + &text }
}
