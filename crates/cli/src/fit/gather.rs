//! Incidents by domain and pool within a window of time.

use std::collections::BTreeMap;

use ballast_ingest::Incident;
use ballast_model::{Date, Estate};
use ballast_risk::fit::{Exposure, Lasted};

use crate::{check::counted, failure::Failure};

/// The days in which incidents are counted, the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) from: Date,
    pub(super) to: Date,
    /// Whether the user said when it begins; else it begins with the first incident.
    pub(super) given_from: bool,
    /// Whether the user said when it ends; else it ends with the last incident.
    pub(super) given_to: bool,
}

impl Window {
    pub(super) fn years(&self) -> f64 {
        f64::from(days(self.from, self.to) + 1) / 365.25
    }
}

/// What befell one domain.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Domain {
    pub(super) id: String,
    /// Incidents in the window.
    pub(super) incidents: u32,
    /// Those of them that count for the rate: all but the one that starts the clock.
    pub(super) counted: u32,
    /// Sum of their severities.
    severities: f64,
    /// How long they lasted, where that is above 0.
    pub(super) lasted: Vec<Lasted>,
    /// Whether hazards of this name can be laid on it: it is in the case, or there is no case.
    pub(super) known: bool,
}

/// Domains that inform each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pool {
    /// The level of its domains; none where no row gives one.
    pub(super) level: Option<String>,
    pub(super) domains: Vec<Domain>,
}

impl Pool {
    pub(super) fn name(&self) -> &str {
        self.level.as_deref().unwrap_or("no level")
    }

    pub(super) fn incidents(&self) -> u32 {
        self.domains.iter().map(|domain| domain.incidents).sum()
    }

    pub(super) fn lasted(&self) -> impl Iterator<Item = Lasted> {
        self.domains.iter().flat_map(|domain| domain.lasted.iter().copied())
    }

    /// Mean severity of the incidents of `domain`; of the pool, where it has none.
    pub(super) fn severity(&self, domain: &Domain) -> f64 {
        if domain.incidents > 0 {
            return domain.severities / f64::from(domain.incidents);
        }
        let sum: f64 = self.domains.iter().map(|domain| domain.severities).sum();
        if self.incidents() > 0 { sum / f64::from(self.incidents()) } else { 1.0 }
    }
}

/// All that is estimated from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) window: Window,
    pub(super) pools: Vec<Pool>,
}

impl Sample {
    /// What rates are estimated from: incidents that count, and years.
    pub(super) fn exposures(&self, pool: &Pool) -> Vec<Exposure> {
        let years = self.window.years();
        pool.domains.iter().map(|domain| Exposure { incidents: domain.counted, years }).collect()
    }
}

/// Sorts incidents into domains and pools; answers them with what the reader should know about it.
pub(super) fn gather(
    incidents: &[Incident],
    estate: Option<&Estate>,
    from: Option<Date>,
    to: Option<Date>,
) -> anyhow::Result<(Sample, Vec<String>)> {
    let window = window(incidents, from, to)?;
    let inside: Vec<&Incident> =
        incidents.iter().filter(|incident| (window.from..=window.to).contains(&incident.date)).collect();
    if inside.is_empty() {
        let what = format!("there is no incident from {} to {}", window.from, window.to);
        return Err(Failure::usage(what, "widen the window").into());
    }
    let mut domains = watched(&inside, estate);
    let mut notes = Vec::new();
    let outside = incidents.len() - inside.len();
    if outside > 0 {
        notes.push(format!("Not used, as outside the window: {}.", counted(outside, "incident")));
    }
    // The first of the earliest day, in the order of the file.
    let opening = if window.given_from {
        None
    } else {
        inside.iter().enumerate().min_by_key(|(_, i)| i.date).map(|(at, _)| at)
    };
    let (mut open, mut instant) = (0, 0);
    for (at, incident) in inside.iter().enumerate() {
        let Some((_, domain)) = domains.get_mut(&group(incident)) else { continue };
        domain.incidents += 1;
        domain.counted += u32::from(opening != Some(at));
        domain.severities += incident.severity;
        match incident.duration_h {
            Some(hours) if hours > 0.0 => domain.lasted.push(Lasted::Ended(hours)),
            Some(_) => instant += 1,
            None => {
                open += 1;
                // Only the day is known: from its noon to the end of the window's last day.
                let hours = (f64::from(days(incident.date, window.to)) + 0.5) * 24.0;
                domain.lasted.push(Lasted::Open(hours));
            }
        }
    }
    if let Some(first) = opening {
        notes.push(format!(
            "The clock starts at the first incident, {} of {}: counting it would bias the rates upwards, so it counts for durations alone. --from says since when the history is complete.",
            window.from,
            group(inside[first])
        ));
    }
    if !window.given_to {
        notes.push(format!(
            "The clock stops at the last incident, {}: quiet time since then is missing, so rates may be too high. --to says until when the history is complete.",
            window.to
        ));
    }
    if open > 0 {
        notes.push(format!(
            "Still open: {}, which counts as lasting at least until the end of {}.",
            counted(open, "incident"),
            window.to
        ));
    }
    if instant > 0 {
        notes.push(format!("Of 0 h: {}, which counts for rates alone.", counted(instant, "incident")));
    }
    if let Some(named) = inside.iter().find(|incident| incident.domain.is_none()) {
        notes.push(format!(
            "Incidents without a domain are counted by provider and level, as {}: the rate is that of all of it together.",
            group(named)
        ));
    }
    let pools = pools(domains, &mut notes);
    let watched = pools.iter().flat_map(|pool| &pool.domains);
    if estate.is_some() && watched.clone().any(|domain| domain.incidents == 0) {
        notes.push("Domains of the case without an incident count as watched all the time: true only if the history covers them.".to_owned());
    }
    Ok((Sample { window, pools }, notes))
}

fn window(incidents: &[Incident], from: Option<Date>, to: Option<Date>) -> anyhow::Result<Window> {
    let dates = || incidents.iter().map(|incident| incident.date);
    let ends = dates().min().zip(dates().max());
    let Some((first, last)) = ends else {
        return Err(Failure::usage("the history has no incident", "a row per incident, with its date").into());
    };
    let window = Window {
        from: from.unwrap_or(first),
        to: to.unwrap_or(last),
        given_from: from.is_some(),
        given_to: to.is_some(),
    };
    let hint = "say since and until when the history is complete: --from 2020-01-01 --to 2025-12-31";
    if window.from > window.to {
        return Err(Failure::usage(format!("{} is after {}", window.from, window.to), hint).into());
    }
    if window.from == window.to && !(window.given_from && window.given_to) {
        return Err(Failure::usage("all incidents are of one day: that is no window of time", hint).into());
    }
    Ok(window)
}

/// Every domain that was watched, without its incidents, with its level: those of the estate and those with incidents.
fn watched(incidents: &[&Incident], estate: Option<&Estate>) -> BTreeMap<String, (Option<String>, Domain)> {
    let mut domains: BTreeMap<String, (Option<String>, Domain)> = BTreeMap::new();
    for domain in estate.map(Estate::domains).unwrap_or_default() {
        let empty = Domain { id: domain.id.clone(), known: true, ..Domain::default() };
        domains.insert(domain.id.clone(), (Some(domain.level.clone()), empty));
    }
    for incident in incidents {
        let id = group(incident);
        let empty = Domain { id: id.clone(), known: estate.is_none(), ..Domain::default() };
        let (level, _) = domains.entry(id).or_insert((None, empty));
        if level.is_none() {
            level.clone_from(&incident.level);
        }
    }
    domains
}

/// What an incident is counted under: its domain, or else its provider and level.
fn group(incident: &Incident) -> String {
    match (&incident.domain, &incident.provider, &incident.level) {
        (Some(domain), _, _) => domain.clone(),
        (None, Some(provider), Some(level)) => format!("{provider} {level}"),
        (None, _, level) => level.clone().unwrap_or_default(),
    }
}

/// The pools that had incidents. A whole level without any more likely means that nobody kept a record of it.
fn pools(domains: BTreeMap<String, (Option<String>, Domain)>, notes: &mut Vec<String>) -> Vec<Pool> {
    let mut levels: BTreeMap<Option<String>, Vec<Domain>> = BTreeMap::new();
    for (level, domain) in domains.into_values() {
        levels.entry(level).or_default().push(domain);
    }
    let pools = levels.into_iter().map(|(level, domains)| Pool { level, domains });
    let (recorded, quiet): (Vec<Pool>, Vec<Pool>) = pools.partition(|pool| pool.incidents() > 0);
    if !quiet.is_empty() {
        let names: Vec<&str> = quiet.iter().map(Pool::name).collect();
        notes.push(format!(
            "No incident of these levels is recorded, so nothing is estimated: {}.",
            names.join(", ")
        ));
    }
    recorded
}

/// Days from one date to a later one.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
