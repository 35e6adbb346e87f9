//! The workbook of a sensitivity analysis: a tornado that a spreadsheet draws, and every input.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartSolidFill, ChartType,
};

use super::{
    ASSUMPTIONS, AnalysisOrigin, Listed, WorkbookError, begun, chart, finished,
    front::{Entry, Figure, Front, HEADINGS},
    listed,
    strings::{self, Words},
    style, there,
};
use crate::{
    Language, Sensitivity, charts,
    sensitivity::{saving, tables_in},
    tables::{Table, columns::Kind},
};

const SHEETS: [Listed; 3] = [
    ("sensitivity", strings::SENSITIVITY, strings::SENSITIVITY_SHOWS, 3),
    ("robust", strings::BAD_LUCK, strings::BAD_LUCK_SHOWS, 1),
    ASSUMPTIONS,
];

/// Inputs that the chart shows: as many as the picture does.
const BARS: usize = 10;

/// The workbook of what moves a plan; `assumptions` is what the case takes for granted.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
pub fn sensitivity_workbook(
    study: &Sensitivity<'_>,
    assumptions: &Table,
    origin: &AnalysisOrigin<'_>,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    let currency = origin.settings.currency.as_str();
    let own = tables_in(study, language);
    let tables: Vec<&Table> = own.iter().chain([assumptions]).collect();
    let shown = listed(&SHEETS, &tables, currency, language);
    let mut sheets: Vec<Entry> = shown.iter().map(there).collect();
    sheets.push(Entry::There { name: strings::RUN.of(language), shows: strings::RUN_SHOWS, rows: None });
    let total = language.money(study.base_total(), currency);
    let front = Front {
        language,
        origin,
        finding: [
            charts::tornado_finding(study, language),
            strings::TOTAL_NOW.say(language, &[("total", &total)]),
        ],
        headings: headings(),
        rows: rows(study, language),
        chart: (!study.tornado.effects.is_empty()).then(|| tornado(study, currency, language)),
        sheets,
    };
    let mut book = begun(origin, language)?;
    front.add(&mut book)?;
    finished(book, &shown, origin, language)
}

fn headings() -> Vec<(Words, bool)> {
    vec![
        (strings::INPUT, false),
        (strings::FROM, false),
        (strings::TO, false),
        (strings::CHANGE_LOW, true),
        (strings::CHANGE_HIGH, true),
        (strings::BETTER_BELOW, false),
        (strings::BETTER_ABOVE, false),
        (strings::SAVES, true),
    ]
}

fn rows(study: &Sensitivity<'_>, language: Language) -> Vec<Vec<Figure>> {
    let base = study.base_total();
    let change = |total: f64| Figure::Change(cents(total - base));
    let effects = study.tornado.effects.iter();
    effects
        .map(|effect| {
            let input = &effect.input;
            let [below, above] =
                [effect.break_even_low, effect.break_even_high].map(|at| study.break_even(input, at, language));
            let changes = !below.is_empty() || !above.is_empty();
            let mut row = vec![
                Figure::Text(study.title(input, language)),
                Figure::Text(study.value(input, 0.0, language)),
                Figure::Text(study.value(input, 1.0, language)),
                change(effect.low.kept[0].total),
                change(effect.high.kept[0].total),
                Figure::Text(below),
                Figure::Text(above),
            ];
            row.extend(changes.then(|| Figure::Number(cents(saving(effect)), Kind::Money)));
            row
        })
        .collect()
}

/// Bars to both sides of the total as it is, the greatest effect on top.
fn tornado(study: &Sensitivity<'_>, currency: &str, language: Language) -> Chart {
    let bars = study.tornado.effects.len().min(BARS);
    let (first, last) = (HEADINGS + 1, HEADINGS + u32::try_from(bars).unwrap_or(u32::MAX));
    let mut chart = Chart::new(ChartType::Bar);
    chart.set_width(1000).set_height(440).set_alt_text(charts::tornado_finding(study, language));
    let font = |size| {
        let mut font = ChartFont::new();
        font.set_size(size);
        font
    };
    chart.title().set_name(&charts::tornado_finding(study, language)).set_font(&font(12));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    let sheet = strings::SUMMARY.of(language);
    for (column, words, color) in [(3, strings::AT_LOW, style::TEAL), (4, strings::AT_HIGH, style::RUST)] {
        let mut fill = ChartFormat::new();
        fill.set_solid_fill(ChartSolidFill::new().set_color(color));
        chart
            .add_series()
            .set_name(words.of(language))
            .set_categories((sheet, first, 0, last, 0))
            .set_values((sheet, first, column, last, column))
            .set_format(&mut fill)
            .set_overlap(100)
            .set_gap(45);
    }
    let ends = study.tornado.effects.iter().flat_map(|effect| [&effect.low, &effect.high]);
    let largest = ends.map(|end| (end.kept[0].total - study.base_total()).abs()).fold(0.0, f64::max);
    let (format, unit) = chart::unit(largest, language);
    // In a bar chart the axis of the names stands upright. It is reversed, so that the other one is at its far end.
    chart.y_axis().set_reverse().set_label_position(ChartAxisLabelPosition::Low).set_font(&font(10));
    chart
        .x_axis()
        .set_name(&strings::TOTAL_AXIS.say(language, &[("currency", currency), ("unit", unit)]))
        .set_num_format(format)
        .set_label_position(ChartAxisLabelPosition::High)
        .set_major_gridlines_line(&chart::grid());
    chart.y_axis().set_major_gridlines(false);
    chart
}

fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
