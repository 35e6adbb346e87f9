//! A heat map: rows, columns, and a colour scale for amounts of money.

use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance, color,
    page::{Line, Page, Text},
    scale::Scale,
    speech::Speech,
    strings,
};

/// One cell's row.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) name: String,
    /// Whether it is today's, or the chosen plan's: their names have the colour that they have everywhere.
    pub(super) tint: Option<BackendColor>,
    pub(super) values: Vec<f64>,
    /// A gap above, with a heading in this colour.
    pub(super) heading: Option<(String, BackendColor)>,
}

/// All that the picture shows.
#[derive(Clone)]
pub(super) struct HeatMap {
    pub(super) speech: Speech,
    pub(super) finding: String,
    /// What a cell is, without its unit.
    pub(super) subject: String,
    pub(super) currency: String,
    /// Two lines for each column; either may be empty.
    pub(super) columns: Vec<[String; 2]>,
    pub(super) rows: Vec<Row>,
    /// Whether the amount is written in each cell.
    pub(super) shows_amounts: bool,
    /// (row, column) of a cell to frame.
    pub(super) framed: Vec<(usize, usize)>,
}

/// From light to dark, in equal steps of lightness: to be told apart in grey as well.
const SCALE: [(f64, f64, f64); 6] = [
    (240.0, 246.0, 252.0),
    (198.0, 219.0, 239.0),
    (122.0, 180.0, 218.0),
    (58.0, 135.0, 193.0),
    (23.0, 91.0, 160.0),
    (8.0, 48.0, 107.0),
];

/// Colours of amounts span this much at most.
const REACH: f64 = 1e4;

/// The cells' place on the page.
const LEFT: f64 = 176.0;
const RIGHT: f64 = 776.0;
const TOP: f64 = 112.0;
const BOTTOM: f64 = 418.0;
const HEADING: f64 = 22.0;

impl HeatMap {
    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let values = || self.rows.iter().flat_map(|row| row.values.iter().copied()).filter(|value| *value > 0.0);
        let most = values().fold(0.0, f64::max);
        let least = values().fold(most, f64::min).max(most / REACH);
        let scale = Scale::Log { low: least.max(f64::MIN_POSITIVE), high: most.max(least * 1.001).max(1e-300) };
        let speech = self.speech;
        let (unit, unit_name) = speech.unit(most);
        let subtitle = format!("{}, {unit_name}{}", self.subject, self.currency);
        let alt = speech.say(strings::HEAT_ALT, &[("subtitle", &subtitle), ("finding", &self.finding)]);
        let mut page = Page::new(speech, &self.finding, &subtitle, alt, provenance);
        let headings = self.rows.iter().filter(|row| row.heading.is_some()).count() as f64;
        let height = (BOTTOM - TOP - headings * HEADING) / self.rows.len().max(1) as f64;
        let width = (RIGHT - LEFT) / self.columns.len().max(1) as f64;
        let gap = if width > 30.0 { 1.0 } else { 0.5 };
        self.draw_columns(&mut page, width);
        let mut top = TOP;
        for (row_index, row) in self.rows.iter().enumerate() {
            if let Some((heading, tint)) = &row.heading {
                let style = Text::bold(12.5, *tint);
                page.text((LEFT, top + HEADING / 2.0 + 2.0), &style.cut(heading, RIGHT - LEFT), style);
                top += HEADING;
            }
            let middle = top + height / 2.0;
            let name = Text::bold(12.0_f64.min(height * 0.9), row.tint.unwrap_or(color::INK)).aligned(HPos::Right);
            page.fitted((LEFT - 10.0, middle), &row.name, name, LEFT - 36.0);
            for (column, value) in row.values.iter().enumerate() {
                let left = LEFT + column as f64 * width;
                let tone = if *value > 0.0 && most > 0.0 { scale.position(*value).clamp(0.0, 1.0) } else { -1.0 };
                let (fill, ink) = tones(tone);
                page.rectangle((left + gap, top + gap), (left + width - gap, top + height - gap), fill);
                if self.shows_amounts {
                    let text = if *value > 0.0 {
                        speech.fixed(value / unit, decimals(value / unit))
                    } else {
                        "0".to_owned()
                    };
                    let style = Text::plain(12.0_f64.min(height * 0.6), ink).aligned(HPos::Center);
                    page.text((left + width / 2.0, middle), &text, style);
                }
                if self.framed.contains(&(row_index, column)) {
                    let (right, bottom) = (left + width, top + height);
                    let frame = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
                    page.line(&frame, Line { color: color::RED, width: 2.0, dash: None });
                }
            }
            top += height;
        }
        self.draw_legend(&mut page, &scale, (unit, unit_name));
        page
    }

    fn draw_columns(&self, page: &mut Page, width: f64) {
        for (column, lines) in self.columns.iter().enumerate() {
            let middle = LEFT + (column as f64 + 0.5) * width;
            for (line, text) in lines.iter().enumerate() {
                let style = if line == 0 { Text::bold(10.5, color::INK) } else { Text::plain(10.0, color::MUTED) };
                let style = style.aligned(HPos::Center);
                let shown = style.cut(text, width - 3.0);
                // A column too narrow for a letter has no name.
                if shown != "…" {
                    page.text((middle, TOP - 26.0 + 14.0 * line as f64), &shown, style);
                }
            }
        }
    }

    fn draw_legend(&self, page: &mut Page, scale: &Scale, (unit, unit_name): (f64, &str)) {
        const STEPS: u32 = 60;
        let (top, bottom, width) = (436.0, 446.0, 240.0);
        for step in 0..STEPS {
            let at = f64::from(step) / f64::from(STEPS);
            let left = LEFT + at * width;
            let right = LEFT + (at + 1.0 / f64::from(STEPS)) * width;
            page.rectangle((left, top), (right + 0.3, bottom), tones(at).0);
        }
        let mut free = f64::NEG_INFINITY;
        for value in scale.ticks(5.0).into_iter().filter(|value| scale.has(*value)) {
            let style = Text::plain(10.5, color::MUTED).aligned(HPos::Center);
            let (place, text) = (LEFT + scale.position(value) * width, self.speech.tick(value / unit));
            let half = style.width(&text) / 2.0;
            if place - half > free {
                page.line(
                    &[(place, bottom), (place, bottom + 3.0)],
                    Line { color: color::AXIS, width: 1.0, dash: None },
                );
                page.text((place, bottom + 11.0), &text, style);
                free = place + half + 8.0;
            }
        }
        let text = self.speech.say(strings::HEAT_LEGEND, &[("unit", unit_name), ("currency", &self.currency)]);
        page.text((LEFT + width + 14.0, f64::midpoint(top, bottom)), &text, Text::plain(11.0, color::MUTED));
    }
}

/// Fill and ink of a cell at `tone`, 0 to 1; below 0 is nothing.
fn tones(tone: f64) -> (BackendColor, BackendColor) {
    if tone < 0.0 {
        return (BackendColor { alpha: 1.0, rgb: (0xf8, 0xf9, 0xfb) }, color::MUTED);
    }
    let place = tone.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step of the scale")]
    let step = (place.floor() as usize).min(SCALE.len() - 2);
    let within = place - step as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mix of two bytes")]
    let mix = |a: f64, b: f64| (a + (b - a) * within).round() as u8;
    let (a, b) = (SCALE[step], SCALE[step + 1]);
    let fill = BackendColor { alpha: 1.0, rgb: (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2)) };
    (fill, color::ink_on(fill))
}

/// Decimals of three significant figures, two at most.
fn decimals(value: f64) -> usize {
    match value {
        99.95.. => 0,
        9.95.. => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::check::assert_sound;

    fn map(rows: usize, columns: usize, size: f64) -> HeatMap {
        HeatMap {
            speech: Speech::default(),
            finding: "Finding".to_owned(),
            subject: "Loss".to_owned(),
            currency: "EUR".to_owned(),
            columns: vec![["one".to_owned(), "two".to_owned()]; columns],
            rows: (0..rows)
                .map(|row| Row {
                    name: format!("Zeile {row} für Düsseldorf und Straßburg mit einem sehr langen Namen"),
                    tint: None,
                    values: (0..columns).map(|column| size * (row * column) as f64).collect(),
                    heading: (row == 0).then(|| ("Today".to_owned(), color::ORANGE)),
                })
                .collect(),
            shows_amounts: columns < 12,
            framed: vec![(0, 0)],
        }
    }

    #[test]
    fn maps_of_any_size_and_amount_can_be_drawn() {
        let provenance = Provenance { fields: Vec::new() };
        for (rows, columns, size) in
            [(0, 0, 1.0), (1, 1, 0.0), (6, 7, 1e-3), (14, 24, 1e6), (60, 40, 1e12), (2, 3, f64::MIN_POSITIVE)]
        {
            let page = map(rows, columns, size).draw(&provenance);
            assert_sound(&page);
        }
    }

    #[test]
    fn the_scale_darkens_and_its_ink_can_be_read() {
        let light = color::luminance;
        let mut before = f64::INFINITY;
        for step in 0..=100 {
            let (fill, ink) = tones(f64::from(step) / 100.0);
            assert!(light(fill) < before, "darker at every step");
            before = light(fill);
            let (bright, dark) = (light(fill).max(light(ink)), light(fill).min(light(ink)));
            assert!((bright + 0.05) / (dark + 0.05) >= 4.5, "{step}");
        }
    }
}
