//! The workbooks of replays: one event hour by hour, or all events through all plans.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill,
    ChartType,
};

use super::{
    ASSUMPTIONS, AnalysisOrigin, Listed, WorkbookError, begun, chart, finished,
    front::{Entry, Figure, Front, HEADINGS},
    grid::{Grid, GridSheet},
    listed,
    strings::{self, Words},
    style, there,
};
use crate::{
    CatalogueReplay, EventReplay, Language, PlanName, WeekReplay, charts,
    replay::worst_event,
    tables::{Row, Table, columns::Kind},
};

const EVENT_SHEETS: [Listed; 4] = [
    ("processes", strings::PROCESSES, strings::PROCESSES_SHOWS, 2),
    ("hours", strings::HOURS, strings::HOURS_SHOWS, 2),
    ("week", strings::WEEK, strings::WEEK_SHOWS, 1),
    ASSUMPTIONS,
];

const CATALOGUE_SHEETS: [Listed; 3] = [
    ("ranking", strings::RANKING, strings::RANKING_SHOWS, 2),
    ("catalogue", strings::EVENTS, strings::EVENTS_SHOWS, 2),
    ASSUMPTIONS,
];

/// Plans that the chart of all events shows.
const BARS: usize = 20;

/// The workbook of one event: `tables` are all of its tables, `week` the sweep if it was asked for.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
pub fn event_workbook(
    replay: &EventReplay<'_>,
    week: Option<&WeekReplay<'_>>,
    (tables, assumptions): (&[Table], &Table),
    origin: &AnalysisOrigin<'_>,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    let currency = origin.settings.currency.as_str();
    let tables: Vec<&Table> = tables.iter().chain([assumptions]).collect();
    let shown = listed(&EVENT_SHEETS, &tables, currency, language);
    let mut sheets: Vec<Entry> = Vec::new();
    let map = strings::WEEK_MAP.of(language);
    if week.is_some() {
        sheets.push(Entry::There { name: map, shows: strings::WEEK_MAP_SHOWS, rows: None });
    }
    sheets.extend(shown.iter().map(there));
    let run = strings::RUN.of(language);
    sheets.push(Entry::There { name: run, shows: strings::RUN_OF_REPLAY_SHOWS, rows: None });
    let finding = week
        .map_or_else(|| event_finding(replay, currency, language), |week| charts::week_finding(week, language));
    let line = [
        ("title", replay.historic.title.clone()),
        ("hours", language.number(replay.event.duration_h, 1)),
        ("start", replay.time.show(replay.event.start_h)),
        ("zone", replay.time.zone().to_owned()),
    ];
    let line = strings::EVENT_LINE.say(language, &line.each_ref().map(|(name, value)| (*name, value.as_str())));
    let hours = tables.iter().find(|table| table.name == "hours");
    let front = Front {
        language,
        origin,
        finding: [finding, line],
        headings: vec![
            (strings::PLAN, false),
            (strings::LOSS, true),
            (strings::STOPS, true),
            (strings::LONGEST, true),
            (strings::DEGRADED, true),
        ],
        rows: replay.plans.iter().map(|(plan, _)| event_row(replay, plan, language)).collect(),
        chart: hours.and_then(|hours| so_far(replay, hours, currency, language)),
        sheets,
    };
    let mut book = begun(origin, language)?;
    front.add(&mut book)?;
    if let Some(week) = week {
        week_map(week, map, language).add(&mut book)?;
    }
    finished(book, &shown, origin, language)
}

/// `Today`, `Chosen: p07`, `p03`.
fn name(plan: &PlanName, language: Language) -> String {
    if plan.is_today {
        strings::TODAY.of(language).to_owned()
    } else if plan.is_chosen {
        format!("{}: {}", strings::CHOSEN.of(language), plan.id)
    } else {
        plan.id.clone()
    }
}

/// What the event costs today and with the chosen plan.
fn event_finding(replay: &EventReplay<'_>, currency: &str, language: Language) -> String {
    let mut text = String::new();
    for (plan, losses) in replay.plans.iter().filter(|(plan, _)| plan.is_today || plan.is_chosen) {
        let loss = language.money(replay.loss(losses), currency);
        let who = charts::who(plan, language);
        let words = if text.is_empty() { strings::EVENT_COSTS } else { strings::EVENT_COSTS_TOO };
        text = words.say(language, &[("before", &text), ("loss", &loss), ("who", &who)]);
    }
    text
}

fn event_row(replay: &EventReplay<'_>, plan: &PlanName, language: Language) -> Vec<Figure> {
    let losses = replay.plans.iter().find(|(known, _)| known == plan).map_or(&[][..], |(_, losses)| losses);
    let felt = replay.felt(losses);
    let count = |count: usize| Figure::Number(u32::try_from(count).map_or(f64::INFINITY, f64::from), Kind::Count);
    vec![
        Figure::Text(name(plan, language)),
        Figure::Number((replay.loss(losses) * 100.0).round() / 100.0, Kind::Money),
        count(felt.stops),
        Figure::Number(felt.longest_h, Kind::Time),
        count(felt.degraded),
    ]
}

/// The loss so far by the hour, today and with the chosen plan, from the sheet of hours.
fn so_far(replay: &EventReplay<'_>, hours: &Table, currency: &str, language: Language) -> Option<Chart> {
    let column = |wanted: &str| hours.columns.iter().position(|name| name.starts_with(wanted));
    let at = |wanted: &str| column(wanted).and_then(|at| u16::try_from(at).ok());
    let (until, loss) = (at("until_hour")?, at("loss_so_far")?);
    let mut chart = Chart::new(ChartType::ScatterStraight);
    chart.set_width(1000).set_height(440);
    let mut largest: f64 = 0.0;
    let mut drawn = false;
    for (plan, _) in replay.plans.iter().filter(|(plan, _)| plan.is_today || plan.is_chosen) {
        let of_plan = |row: &Row<'_>| hours.get(*row, "point") == plan.id;
        let Some(first) = hours.rows.iter().position(|row| of_plan(&row)) else { continue };
        let count = hours.rows.iter().filter(of_plan).count();
        let [first, last] = [first + 1, first + count].map(|row| u32::try_from(row).unwrap_or(u32::MAX));
        let figures = hours.rows.iter().filter(of_plan);
        let figures = figures.filter_map(|row| row.get(usize::from(loss))?.parse::<f64>().ok());
        largest = figures.fold(largest, f64::max);
        let mut line = ChartFormat::new();
        let color = if plan.is_today { style::ORANGE } else { style::RED };
        line.set_line(ChartLine::new().set_color(color).set_width(2.25));
        let sheet = strings::HOURS.of(language);
        chart
            .add_series()
            .set_name(&name(plan, language))
            .set_categories((sheet, first, until, last, until))
            .set_values((sheet, first, loss, last, loss))
            .set_format(&mut line);
        drawn = true;
    }
    let (format, unit) = chart::unit(largest, language);
    let title = strings::SO_FAR_AXIS.say(language, &[("currency", currency), ("unit", unit)]);
    chart.title().set_name(&title).set_font(ChartFont::new().set_size(12));
    chart.set_alt_text(&title);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.x_axis().set_name(strings::HOURS_AXIS.of(language)).set_min(0.0).set_major_gridlines(false);
    chart.y_axis().set_num_format(format).set_min(0.0).set_major_gridlines_line(&chart::grid());
    drawn.then_some(chart)
}

/// Days against hours, plan by plan.
fn week_map<'n>(week: &WeekReplay<'_>, name: &'n str, language: Language) -> GridSheet<'n> {
    let grids = week.plans.iter().map(|(plan, _, losses)| Grid {
        heading: self::name(plan, language),
        rows: (0..7)
            .map(|day| (charts::weekday(day, language), losses.iter().skip(day * 24).take(24).copied().collect()))
            .collect(),
        framed: week.struck.map(|struck| (struck.weekday, struck.minute / 60)),
    });
    GridSheet {
        name,
        corner: strings::HOUR_OF_DAY.of(language).to_owned(),
        columns: (0..24).map(|hour| format!("{hour:02}:00")).collect(),
        grids: grids.collect(),
        width: 6.5,
    }
}

/// The workbook of all events through all plans.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
pub fn catalogue_workbook(
    replay: &CatalogueReplay<'_>,
    (tables, assumptions): (&[Table], &Table),
    origin: &AnalysisOrigin<'_>,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    let currency = origin.settings.currency.as_str();
    let tables: Vec<&Table> = tables.iter().chain([assumptions]).collect();
    let shown = listed(&CATALOGUE_SHEETS, &tables, currency, language);
    let map = strings::EVENT_MAP.of(language);
    let mut sheets = vec![Entry::There { name: map, shows: strings::EVENT_MAP_SHOWS, rows: None }];
    sheets.extend(shown.iter().map(there));
    let run = strings::RUN.of(language);
    sheets.push(Entry::There { name: run, shows: strings::RUN_OF_REPLAY_SHOWS, rows: None });
    let front = Front {
        language,
        origin,
        finding: [charts::catalogue_finding(replay, language), strings::RANKING_SHOWS.of(language).to_owned()],
        headings: headings(),
        rows: ranking(replay, language),
        chart: Some(all_events(replay, currency, language)),
        sheets,
    };
    let rows = replay.plans.iter().map(|(plan, _, losses)| (name(plan, language), losses.clone()));
    let grid = Grid { heading: String::new(), rows: rows.collect(), framed: None };
    let map = GridSheet {
        name: map,
        corner: strings::PLAN.of(language).to_owned(),
        columns: replay.estate.events().iter().map(|event| event.id.clone()).collect(),
        grids: vec![grid],
        width: 14.0,
    };
    let mut book = begun(origin, language)?;
    front.add(&mut book)?;
    map.add(&mut book)?;
    finished(book, &shown, origin, language)
}

fn headings() -> Vec<(Words, bool)> {
    vec![
        (strings::PLAN, false),
        (strings::ALL_EVENTS, true),
        (strings::RUN_COST, true),
        (strings::THAT_COST, true),
        (strings::WORST_EVENT, false),
        (strings::WORST_LOSS, true),
    ]
}

fn ranking(replay: &CatalogueReplay<'_>, language: Language) -> Vec<Vec<Figure>> {
    let cents = |value: f64| (value * 100.0).round() / 100.0;
    let row = |(plan, cost, losses): &(PlanName, f64, Vec<f64>)| {
        let worst = worst_event(replay.estate.events(), losses);
        let costly = losses.iter().filter(|loss| **loss > 0.0).count();
        vec![
            Figure::Text(name(plan, language)),
            Figure::Number(cents(losses.iter().sum()), Kind::Money),
            Figure::Number(cents(*cost), Kind::Money),
            Figure::Number(u32::try_from(costly).map_or(f64::INFINITY, f64::from), Kind::Count),
            Figure::Text(worst.map(|(event, _)| event.id.clone()).unwrap_or_default()),
            Figure::Number(cents(worst.map_or(0.0, |(_, loss)| loss)), Kind::Money),
        ]
    };
    replay.ranking().into_iter().map(row).collect()
}

/// What all events together would cost, a bar for each plan, the least on top.
fn all_events(replay: &CatalogueReplay<'_>, currency: &str, language: Language) -> Chart {
    let bars = replay.plans.len().min(BARS);
    let (first, last) = (HEADINGS + 1, HEADINGS + u32::try_from(bars).unwrap_or(u32::MAX));
    let totals = replay.plans.iter().map(|(_, _, losses)| losses.iter().sum::<f64>());
    let (format, unit) = chart::unit(totals.fold(0.0, f64::max), language);
    let title = strings::ALL_EVENTS_AXIS.say(language, &[("currency", currency), ("unit", unit)]);
    let sheet = strings::SUMMARY.of(language);
    let mut fill = ChartFormat::new();
    fill.set_solid_fill(ChartSolidFill::new().set_color(style::BLUE));
    let mut chart = Chart::new(ChartType::Bar);
    chart.set_width(1000).set_height(440).set_alt_text(&title);
    chart.title().set_name(&title).set_font(ChartFont::new().set_size(12));
    chart.legend().set_hidden();
    chart
        .add_series()
        .set_categories((sheet, first, 0, last, 0))
        .set_values((sheet, first, 1, last, 1))
        .set_format(&mut fill)
        .set_gap(45);
    chart.y_axis().set_reverse().set_major_gridlines(false);
    chart
        .x_axis()
        .set_num_format(format)
        .set_min(0.0)
        .set_label_position(ChartAxisLabelPosition::High)
        .set_major_gridlines_line(&chart::grid());
    chart
}
