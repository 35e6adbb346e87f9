//! domains.csv, dependencies.csv, hazards.csv, events.csv, years.csv and history.csv.

use std::collections::BTreeMap;

use ballast_model::{
    Basis, CalendarId, Child, Dependency, DomainId, DurationLaw, FailureDomain, GivenEvent, Hazard, HistoricEvent,
    Hours, Mode, PastIncident, PatternId, Provider, Site, SiteId, WorkloadId,
};

use crate::{
    cell::{self, Row, hour_of_year},
    diagnostic::{Diagnostics, nearest},
    names::{Names, rows, unique_keys},
    table::Table,
};

/// The failure domains: the sites first, then the declared ones.
pub(crate) fn domains(
    table: &Table,
    (site_table, sites): (&Table, &[Site]),
    providers: &[Provider],
    found: &mut Diagnostics,
) -> (Names, Vec<FailureDomain>) {
    let mut names = Names::new("domain or site");
    names.miss(site_table);
    let mut list: Vec<FailureDomain> = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        names.add(&site.id);
        list.push(FailureDomain {
            id: site.id.clone(),
            level: "site".to_owned(),
            name: site.id.clone(),
            provider: providers.get(site.provider.index()).map(|provider| provider.id.clone()),
            site: Some(SiteId::new(index)),
        });
    }
    names.add_table(table, found);
    for row in rows(table) {
        let id = row.text("domain", found);
        let levels: Vec<(&str, &'static str)> =
            ballast_model::DOMAIN_LEVELS.iter().map(|level| (*level, *level)).collect();
        let level = row.word("level", &levels, found).unwrap_or_default().to_owned();
        if names.position(id) == Some(list.len()) {
            let name = row.opt("name", found).unwrap_or(id).to_owned();
            let provider = row.opt("provider", found).map(str::to_owned);
            list.push(FailureDomain { id: id.to_owned(), level, name, provider, site: None });
        }
    }
    (names, list)
}

/// The names that a dependency's child may have.
pub(crate) struct Children<'a> {
    pub(crate) domains: &'a Names,
    pub(crate) patterns: &'a Names,
    pub(crate) workloads: &'a Names,
}

/// The edges of the graph. Rows of a shipped default whose ids the case lacks say nothing about it.
pub(crate) fn dependencies(
    table: &Table,
    children: &Children<'_>,
    is_default: bool,
    found: &mut Diagnostics,
) -> Vec<Dependency> {
    unique_keys(table, found);
    let mut list = Vec::new();
    for row in rows(table) {
        let id = row.text("child", found);
        let child = children
            .domains
            .position(id)
            .map(|index| Child::Domain(DomainId::new(index)))
            .or_else(|| children.patterns.position(id).map(|index| Child::Pattern(PatternId::new(index))))
            .or_else(|| children.workloads.position(id).map(|index| Child::Workload(WorkloadId::new(index))));
        let parent_known = children.domains.position(row.table.text(row.row, "parent")).is_some();
        if is_default && (child.is_none() || !parent_known) {
            continue;
        }
        if child.is_none() && !id.is_empty() {
            children.domains.find(&row, "child", found);
        }
        let parent = children.domains.find(&row, "parent", found);
        let mode = row.word("mode", &Mode::ALL, found);
        let severity = cell::share(row.number("severity", found));
        if let (Some(child), Some(parent), Some(mode)) = (child, parent, mode) {
            list.push(Dependency { child, parent: DomainId::new(parent), mode, severity });
        }
    }
    list
}

/// Sets of observed durations by id, in rising order with their shares.
pub(crate) type DurationSets = BTreeMap<String, Vec<(Hours, f64)>>;

/// The sets of durations.csv.
pub(crate) fn durations(table: &Table, found: &mut Diagnostics) -> DurationSets {
    let mut sets = DurationSets::new();
    for row in rows(table) {
        let id = row.text("durations", found).to_owned();
        let one = (cell::hours(row.number("duration_h", found)), row.number("weight", found));
        sets.entry(id).or_default().push(one);
    }
    for (id, set) in &mut sets {
        set.sort_by_key(|(hours, _)| *hours);
        let total: f64 = set.iter().map(|(_, weight)| weight).sum();
        if total <= 0.0 {
            let message = format!("the weights of \"{id}\" add up to 0");
            Row { table, row: 0 }.report(found, "weight", "E038", message, "give one of them a weight above 0");
        }
        for (_, weight) in set {
            *weight /= total.max(f64::MIN_POSITIVE);
        }
    }
    sets
}

/// How long a hazard's events last: by a set of observations, or lognormal.
fn duration_law(row: &Row<'_>, sets: &DurationSets, found: &mut Diagnostics) -> DurationLaw {
    let median = row.opt_number("duration_median_h", found);
    let set = row.opt("durations", found);
    let sigma = row.number("duration_sigma", found);
    match (median, set) {
        (None, Some(id)) => {
            if let Some(set) = sets.get(id) {
                return DurationLaw::Empirical(set.clone());
            }
            let help = nearest(id, sets.keys().map(String::as_str))
                .map_or_else(|| "declare it in durations.csv".to_owned(), |near| format!("did you mean {near}?"));
            row.report(found, "durations", "E020", format!("there are no durations \"{id}\""), &help);
        }
        (None, None) | (Some(_), Some(_)) => {
            let message = "a hazard needs either `duration_median_h` or `durations`".to_owned();
            row.report(found, "duration_median_h", "E010", message, "fill one of them");
        }
        (Some(_), None) => {}
    }
    DurationLaw::Lognormal { median: cell::hours(median.unwrap_or(0.0)), sigma }
}

/// The hazards.
pub(crate) fn hazards(
    table: &Table,
    domains: &Names,
    calendars: &Names,
    sets: &DurationSets,
    found: &mut Diagnostics,
) -> Vec<Hazard> {
    unique_keys(table, found);
    rows(table)
        .filter_map(|row| {
            let domain = domains.find(&row, "domain", found);
            let rate = row.number("rate_per_year", found);
            let low = row.opt_number("rate_low", found);
            let high = row.opt_number("rate_high", found);
            if low.is_some_and(|low| low > rate) || high.is_some_and(|high| high < rate) {
                let message = format!("`rate_per_year` is {rate}, outside its interval");
                row.report(found, "rate_per_year", "E033", message, "rate_low <= rate_per_year <= rate_high");
            }
            let rate_interval = low.zip(high).map(|(low, high)| (cell::rate(low), cell::rate(high)));
            let hazard = Hazard {
                id: row.text("hazard", found).to_owned(),
                domain: DomainId::new(domain.unwrap_or(0)),
                rate: cell::rate(rate),
                rate_interval,
                duration: duration_law(&row, sets, found),
                duration_max: row.opt_number("duration_max_h", found).map(cell::hours),
                severity: cell::share(row.number("severity", found)),
                destructive: row.flag("destructive", found).unwrap_or(false),
                calendar: calendar(&row, calendars, found),
                basis: row.word("basis", &Basis::ALL, found).unwrap_or(Basis::Assumption),
            };
            domain.map(|_| hazard)
        })
        .collect()
}

/// The calendar that a row names; `24x7` is none.
pub(crate) fn calendar(row: &Row<'_>, calendars: &Names, found: &mut Diagnostics) -> Option<CalendarId> {
    if row.opt("calendar", found) == Some("24x7") && calendars.position("24x7").is_none() {
        return None;
    }
    calendars.find(row, "calendar", found).map(CalendarId::new)
}

/// The planner's own events to replay.
pub(crate) fn events(table: &Table, domains: &Names, year: i16, found: &mut Diagnostics) -> Vec<HistoricEvent> {
    unique_keys(table, found);
    rows(table)
        .map(|row| {
            let ids = row.list("domains", found);
            if ids.is_empty() && !row.text("domains", found).is_empty() {
                let message = "`domains` names none".to_owned();
                row.report(found, "domains", "E010", message, "name what went down");
            }
            HistoricEvent {
                id: row.text("event", found).to_owned(),
                title: row.text("title", found).to_owned(),
                start: start(&row, year, found),
                duration: cell::hours(row.number("duration_h", found)),
                domains: ids
                    .into_iter()
                    .filter_map(|id| domains.find_id(&row, "domains", id, found))
                    .map(DomainId::new)
                    .collect(),
                severity: cell::share(row.number("severity", found)),
                destructive: row.flag("destructive", found).unwrap_or(false),
            }
        })
        .collect()
}

pub(crate) fn start(row: &Row<'_>, year: i16, found: &mut Diagnostics) -> Option<ballast_model::Hours> {
    let text = row.opt("start", found)?;
    let hour = hour_of_year(text, year);
    if hour.is_none() {
        let message = format!("`start` is \"{text}\", expected a time");
        row.report(found, "start", "E015", message, "write 2025-10-20T06:48Z");
    }
    hour.map(cell::hours)
}

/// The planner's own event set.
pub(crate) fn given_events(table: &Table, domains: &Names, year: i16, found: &mut Diagnostics) -> Vec<GivenEvent> {
    let mut of_year: BTreeMap<u32, f64> = BTreeMap::new();
    let list = rows(table)
        .filter_map(|row| {
            let domain = domains.find(&row, "domain", found);
            let number = row.whole("year", found);
            let probability = row.opt_number("probability", found);
            if let Some(probability) = probability
                && of_year
                    .insert(number, probability)
                    .is_some_and(|other| other.to_bits() != probability.to_bits())
            {
                let message = format!("year {number} has two probabilities");
                row.report(found, "probability", "E036", message, "give all events of a year the same");
            }
            let event = GivenEvent {
                year: number,
                event: row.text("event", found).to_owned(),
                domain: DomainId::new(domain.unwrap_or(0)),
                start: start(&row, year, found),
                duration: cell::hours(row.number("duration_h", found)),
                severity: cell::share(row.number("severity", found)),
                destructive: row.flag("destructive", found).unwrap_or(false),
                probability: probability.map(cell::probability),
            };
            domain.map(|_| event)
        })
        .collect();
    let sum: f64 = of_year.values().sum();
    if sum > 1.0 + 1e-6 {
        let row = Row { table, row: 0 };
        row.report(found, "probability", "E036", format!("the years' probabilities add up to {sum}"), "at most 1");
    }
    list
}

/// Past incidents. A row may name a level and a provider in place of a domain of the case.
pub(crate) fn history(table: &Table, domains: &Names, found: &mut Diagnostics) -> Vec<PastIncident> {
    rows(table)
        .filter_map(|row| {
            let date = row.date("date", found);
            let domain = domains.find(&row, "domain", found).map(DomainId::new);
            let duration = row.opt_number("duration_h", found).map(cell::hours);
            let severity = cell::share(row.number("severity", found));
            Some(PastIncident { date: date?.to_string(), domain, duration, severity })
        })
        .collect()
}
