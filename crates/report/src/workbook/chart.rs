//! The native chart: run cost against expected loss.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat, ChartLine, ChartMarker,
    ChartMarkerType, ChartSolidFill, ChartType, Color,
};

use super::{
    curve::Curve,
    strings::{self, Words},
    style,
};
use crate::Language;

/// How a series looks.
struct Look {
    name: Words,
    marker: ChartMarkerType,
    size: u8,
    color: Color,
    /// Where its name stands; nowhere for the curve.
    label: Option<ChartDataLabelPosition>,
}

/// Rows from first to last, and the columns of cost and loss.
type Points = ((u32, u32), [u16; 2]);

/// Draws all plans of `curve`; `picked` is where Summary shows cost and loss of the plan that the weights pick.
pub(super) fn draw(curve: &Curve<'_>, picked: Option<(u32, [u16; 2])>) -> Chart {
    let language = curve.language;
    let mut chart = Chart::new(ChartType::ScatterStraightWithMarkers);
    chart.set_width(900).set_height(420).set_alt_text(strings::CHART_ALT.of(language));
    chart.title().set_name(strings::CHART.of(language)).set_font(ChartFont::new().set_size(12));
    chart.legend().set_hidden();
    let columns = [curve.column("annual_cost$"), curve.column("expected_loss$")];
    if let Some(points) = curve.points {
        let look = Look {
            name: strings::FRONTIER,
            marker: ChartMarkerType::Circle,
            size: 5,
            color: style::BLUE,
            label: None,
        };
        add(&mut chart, (curve.name(), language), (points, columns), &look);
    }
    if let Some((row, cells)) = picked {
        let look = Look {
            name: strings::BY_WEIGHTS,
            marker: ChartMarkerType::Square,
            size: 14,
            color: style::ORANGE,
            label: Some(ChartDataLabelPosition::Below),
        };
        add(&mut chart, (strings::SUMMARY.of(language), language), ((row, row), cells), &look);
    }
    if let Some((row, name)) = curve.chosen {
        let look = Look {
            name,
            marker: ChartMarkerType::Circle,
            size: 9,
            color: style::RED,
            label: Some(ChartDataLabelPosition::Above),
        };
        add(&mut chart, (curve.name(), language), ((row, row), columns), &look);
    }
    if let Some(row) = curve.today {
        let look = Look {
            name: strings::TODAY,
            marker: ChartMarkerType::Diamond,
            size: 10,
            color: style::INK,
            label: Some(ChartDataLabelPosition::Right),
        };
        add(&mut chart, (curve.name(), language), ((row, row), columns), &look);
    }
    axes(&mut chart, curve);
    chart
}

/// Adds a series by its markers alone: this library writes a line's format after them, where a spreadsheet takes the
/// file for damaged.
fn add(chart: &mut Chart, (sheet, language): (&str, Language), ((first, last), [x, y]): Points, look: &Look) {
    let mut body = ChartFormat::new();
    body.set_line(ChartLine::new().set_color(look.color).set_width(1.5));
    // A hollow square leaves the plan within it in sight.
    if look.marker == ChartMarkerType::Square {
        body.set_no_fill();
    } else {
        body.set_solid_fill(ChartSolidFill::new().set_color(look.color));
    }
    let mut marker = ChartMarker::new();
    marker.set_type(look.marker).set_size(look.size).set_format(&mut body);
    let series = chart.add_series();
    series
        .set_name(look.name.of(language))
        .set_categories((sheet, first, x, last, x))
        .set_values((sheet, first, y, last, y))
        .set_marker(&marker);
    if let Some(position) = look.label {
        let mut font = ChartFont::new();
        font.set_color(look.color).set_bold();
        let mut label = ChartDataLabel::new();
        label.set_value(look.name.of(language)).set_position(position).set_font(&font);
        series.set_data_label(ChartDataLabel::new().show_value()).set_custom_data_labels(&[label.to_custom()]);
    }
}

/// Millions where amounts reach them; the cost begins where the plans do, the loss at nothing.
fn axes(chart: &mut Chart, curve: &Curve<'_>) {
    let least = curve.figures("annual_cost$").fold(f64::INFINITY, f64::min);
    let most = curve.figures("annual_cost$").fold(0.0, f64::max);
    let largest = curve.figures("expected_loss$").fold(most, f64::max);
    let (format, unit) = unit(largest, curve.language);
    let name = |what: Words| what.say(curve.language, &[("currency", curve.currency), ("unit", unit)]);
    let step = 10_f64.powf((most - least).max(1.0).log10().floor());
    chart
        .x_axis()
        .set_name(&name(strings::COST_AXIS))
        .set_num_format(format)
        .set_min((least / step).floor() * step);
    chart.y_axis().set_name(&name(strings::LOSS_AXIS)).set_num_format(format).set_min(0.0);
    chart.y_axis().set_major_gridlines_line(&grid());
    chart.x_axis().set_major_gridlines(false);
}

/// The number format of amounts up to `largest`, and the word of its unit.
pub(super) fn unit(largest: f64, language: Language) -> (&'static str, &'static str) {
    if largest >= 1e6 { ("#,##0.0,,", strings::MILLIONS.of(language)) } else { ("#,##0", "") }
}

/// A line of the grid.
pub(super) fn grid() -> ChartLine {
    let mut grid = ChartLine::new();
    grid.set_color(style::GRID).set_width(0.75);
    grid
}
