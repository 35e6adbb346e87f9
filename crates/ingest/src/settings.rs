//! `case.toml`: what a case says beside its tables.

use ballast_model::{
    LossMeasure, ObjectiveSettings, PlanLimits, RiskSettings, Sampling, Settings, SolverSettings,
};
use serde::Deserialize;

use crate::{
    cell,
    diagnostic::{Diagnostic, Diagnostics, Severity, nearest},
    dialect::Decimal,
    locate::line_column,
};

/// case.toml as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseFile {
    name: String,
    currency: String,
    #[serde(default = "three")]
    horizon_years: f64,
    #[serde(default = "eight_percent")]
    discount_rate: f64,
    #[serde(default)]
    risk: RiskFile,
    #[serde(default)]
    objective: ObjectiveFile,
    #[serde(default)]
    limits: LimitsFile,
    #[serde(default)]
    solver: SolverFile,
    #[serde(default)]
    prices: PricesFile,
    #[serde(default)]
    input: InputFile,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RiskFile {
    years: Option<u32>,
    target_error: f64,
    replications: Option<u32>,
    sampling: String,
    seed: u64,
    alpha: f64,
    catalogue: bool,
    calendar_year: i16,
    unprotected_data_loss_h: f64,
}

impl Default for RiskFile {
    fn default() -> Self {
        Self {
            years: None,
            target_error: 0.02,
            replications: None,
            sampling: "stratified".to_owned(),
            seed: 1,
            alpha: 0.95,
            catalogue: true,
            calendar_year: 2026,
            unprotected_data_loss_h: 168.0,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ObjectiveFile {
    axis: String,
    points: usize,
    loss_weight: f64,
    risk_aversion: f64,
}

impl Default for ObjectiveFile {
    fn default() -> Self {
        Self { axis: "expected_loss".to_owned(), points: 25, loss_weight: 1.0, risk_aversion: 0.0 }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsFile {
    budget: Option<f64>,
    expected_loss: Option<f64>,
    cvar: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SolverFile {
    gap: f64,
    time_limit_s: Option<f64>,
    threads: Option<usize>,
    backend: String,
}

impl Default for SolverFile {
    fn default() -> Self {
        Self { gap: 0.005, time_limit_s: None, threads: None, backend: "highs".to_owned() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PricesFile {
    term: String,
}

impl Default for PricesFile {
    fn default() -> Self {
        Self { term: "on_demand".to_owned() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct InputFile {
    decimal: Option<String>,
}

fn three() -> f64 {
    3.0
}

fn eight_percent() -> f64 {
    0.08
}

/// What the reader needs of case.toml.
pub(crate) struct CaseSettings {
    pub(crate) settings: Settings,
    pub(crate) price_term: String,
    /// Whether the shipped catalogue of outages is replayed.
    pub(crate) catalogue: bool,
    pub(crate) decimal: Option<Decimal>,
}

/// Reads case.toml with `overrides` (dotted key, value in TOML) laid over it.
pub(crate) fn read(text: &str, overrides: &[(String, String)], found: &mut Diagnostics) -> Option<CaseSettings> {
    let file: CaseFile = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            found.push(toml_diagnostic("case.toml", text, &error));
            return None;
        }
    };
    let file = if overrides.is_empty() { file } else { overlay(text, overrides, found)? };
    check(&file, found)
}

fn overlay(text: &str, overrides: &[(String, String)], found: &mut Diagnostics) -> Option<CaseFile> {
    let mut table: toml::Table = toml::from_str(text).ok()?;
    for (key, value) in overrides {
        let parsed: toml::Value = toml::from_str::<toml::Table>(&format!("v = {value}"))
            .ok()
            .and_then(|mut parsed| parsed.remove("v"))
            .unwrap_or_else(|| toml::Value::String(value.clone()));
        let mut parts: Vec<&str> = key.split('.').collect();
        let last = parts.pop()?;
        let mut at = &mut table;
        for part in parts {
            let next = at.entry(part.to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            at = next.as_table_mut()?;
        }
        // TOML keeps 12 and 12.0 apart, people do not.
        let value = match (at.get(last), &parsed) {
            (Some(toml::Value::Float(_)), toml::Value::Integer(whole)) => {
                cell::number(&whole.to_string()).map_or(parsed.clone(), toml::Value::Float)
            }
            _ => parsed,
        };
        at.insert(last.to_owned(), value);
    }
    match table.try_into() {
        Ok(file) => Some(file),
        Err(error) => {
            found.push(plain("case.toml", "E040", format!("an override does not fit: {}", error.message()), ""));
            None
        }
    }
}

fn check(file: &CaseFile, found: &mut Diagnostics) -> Option<CaseSettings> {
    let before = found.counts().0;
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            found.push(plain("case.toml", "E003", what.to_owned(), ""));
        }
    };
    demand(file.horizon_years > 0.0 && file.horizon_years.is_finite(), "`horizon_years` must be above 0");
    demand((0.0..1.0).contains(&file.discount_rate), "`discount_rate` must be 0 to 1");
    demand(file.risk.years != Some(0), "`risk.years` must be at least 1");
    demand(
        file.risk.target_error > 0.0 && file.risk.target_error < 1.0,
        "`risk.target_error` must be above 0 and below 1, e.g. 0.02",
    );
    demand(
        file.risk.replications.is_none_or(|count| count == 0 || (2..=30).contains(&count)),
        "`risk.replications` must be 0 for none, or 2 to 30",
    );
    let sampling = Sampling::ALL.iter().find(|(_, name)| *name == file.risk.sampling);
    demand(sampling.is_some(), "`risk.sampling` must be random, stratified or tail");
    demand((0.0..1.0).contains(&file.risk.alpha), "`risk.alpha` is a confidence: 0 to below 1, e.g. 0.95");
    demand((1970..=9000).contains(&file.risk.calendar_year), "`risk.calendar_year` must be 1970 to 9000");
    demand(file.risk.unprotected_data_loss_h >= 0.0, "`risk.unprotected_data_loss_h` must be 0 or more");
    demand(file.objective.points >= 2, "`objective.points` must be at least 2");
    demand(file.objective.loss_weight >= 0.0, "`objective.loss_weight` must be 0 or more");
    demand((0.0..=1.0).contains(&file.objective.risk_aversion), "`objective.risk_aversion` must be 0 to 1");
    demand((0.0..1.0).contains(&file.solver.gap), "`solver.gap` must be 0 to below 1, e.g. 0.005");
    demand(file.solver.time_limit_s.is_none_or(|limit| limit > 0.0), "`solver.time_limit_s` must be above 0");
    demand(file.solver.threads != Some(0), "`solver.threads` must be at least 1");
    demand(
        ["highs", "microlp", "clarabel"].contains(&file.solver.backend.as_str()),
        "`solver.backend` must be highs, microlp or clarabel",
    );
    let axis = LossMeasure::ALL.iter().find(|(_, name)| *name == file.objective.axis);
    demand(axis.is_some(), "`objective.axis` must be expected_loss or cvar");
    let decimal = match file.input.decimal.as_deref() {
        None => None,
        Some(".") => Some(Decimal::Point),
        Some(",") => Some(Decimal::Comma),
        Some(_) => {
            demand(false, "`input.decimal` must be \".\" or \",\"");
            None
        }
    };
    if found.counts().0 > before {
        return None;
    }
    let settings = Settings {
        name: file.name.clone(),
        currency: file.currency.clone(),
        horizon_years: file.horizon_years,
        discount_rate: file.discount_rate,
        risk: RiskSettings {
            years: file.risk.years,
            target_error: file.risk.target_error,
            replications: file.risk.replications,
            sampling: sampling?.0,
            seed: file.risk.seed,
            alpha: cell::probability(file.risk.alpha),
            calendar_year: file.risk.calendar_year,
            unprotected_data_loss: cell::hours(file.risk.unprotected_data_loss_h),
        },
        objective: ObjectiveSettings {
            axis: axis?.0,
            points: file.objective.points,
            loss_weight: file.objective.loss_weight,
            risk_aversion: file.objective.risk_aversion,
        },
        limits: PlanLimits {
            budget: file.limits.budget.map(cell::per_year),
            expected_loss: file.limits.expected_loss.map(cell::per_year),
            cvar: file.limits.cvar.map(cell::per_year),
        },
        solver: SolverSettings {
            gap: file.solver.gap,
            time_limit_s: file.solver.time_limit_s,
            threads: file.solver.threads,
            backend: file.solver.backend.clone(),
        },
    };
    Some(CaseSettings { settings, price_term: file.prices.term.clone(), catalogue: file.risk.catalogue, decimal })
}

/// A TOML error with its place and, for an unknown key, the nearest known one.
pub(crate) fn toml_diagnostic(file: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let (line, column) = error.span().map_or((0, 0), |span| line_column(text, span.start));
    let message = error.message().lines().next().unwrap_or_default().to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let help = quoted.next().and_then(|unknown| {
        let known: Vec<&str> = quoted.collect();
        nearest(unknown, known.into_iter()).map(|near| format!("did you mean `{near}`?"))
    });
    let bytes = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().as_bytes();
    let comma =
        bytes.windows(3).any(|three| three[1] == b',' && three[0].is_ascii_digit() && three[2].is_ascii_digit());
    let help = help.or_else(|| comma.then(|| "numbers here have a decimal point: write 0.08 for 0,08".to_owned()));
    Diagnostic {
        file: file.to_owned(),
        line,
        column,
        severity: Severity::Error,
        code: "E003",
        message,
        help: help.unwrap_or_default(),
    }
}

pub(crate) fn plain(file: &str, code: &'static str, message: String, help: &str) -> Diagnostic {
    Diagnostic {
        file: file.to_owned(),
        line: 0,
        column: 0,
        severity: Severity::Error,
        code,
        message,
        help: help.to_owned(),
    }
}
