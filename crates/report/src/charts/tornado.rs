//! `tornado.png`: what moves a plan's total, greatest effect first.

use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance, color,
    named::lower_first,
    page::{Line, Page, Text},
    scale::Scale,
    speech::Speech,
    strings,
};
use crate::{Language, Sensitivity, sensitivity::Bar};

/// Bars that fit.
const BARS: usize = 10;
const LEFT: f64 = 290.0;
const RIGHT: f64 = 716.0;
const TOP: f64 = 96.0;
const BOTTOM: f64 = 424.0;
const TEAL: BackendColor = BackendColor { alpha: 1.0, rgb: (0x0b, 0x7a, 0x75) };
const RUST: BackendColor = BackendColor { alpha: 1.0, rgb: (0xc4, 0x55, 0x2d) };

/// All that the picture shows.
pub(super) struct TornadoChart {
    speech: Speech,
    currency: String,
    plan: String,
    total: f64,
    bars: Vec<Bar>,
    /// Inputs in all, those that are not shown included.
    inputs: usize,
    /// Whether the run was ended before all inputs were moved and best plans found.
    is_ended: bool,
}

impl TornadoChart {
    pub(super) fn of(study: &Sensitivity<'_>, speech: Speech) -> Self {
        let mut bars = study.bars(speech.0);
        let inputs = bars.len() + study.tornado.not_moved.len();
        bars.truncate(BARS);
        Self {
            speech,
            currency: study.estate.settings().currency.clone(),
            plan: plan_name(study.names.first().map_or("", String::as_str), speech),
            total: study.base_total(),
            bars,
            inputs,
            is_ended: !study.tornado.is_complete(),
        }
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let moving: Vec<&str> = self
            .bars
            .iter()
            .filter(|bar| bar.low != 0.0 || bar.high != 0.0)
            .take(2)
            .map(|bar| bar.title.as_str())
            .collect();
        let changing = self.bars.iter().filter(|bar| bar.changes_plan).count();
        let then = match changing {
            _ if self.is_ended => strings::TORNADO_ENDED,
            0 => strings::TORNADO_STAYS,
            1 => strings::TORNADO_CHANGES,
            _ => strings::TORNADO_CHANGE,
        };
        let then = speech.say(then, &[("count", &changing.to_string())]);
        match moving.as_slice() {
            [] if self.is_ended => speech.starting(&then),
            [] => speech.word(strings::TORNADO_NONE),
            [one] => speech.say(strings::TORNADO_ONE, &[("one", one), ("then", &then)]),
            [one, two, ..] => {
                // German names of inputs begin with a noun.
                let two = if speech == Speech::default() { lower_first(two) } else { (*two).to_owned() };
                speech.say(strings::TORNADO_TWO, &[("one", one), ("two", &two), ("then", &then)])
            }
        }
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let largest = self.bars.iter().flat_map(|bar| [bar.low.abs(), bar.high.abs()]).fold(0.0, f64::max);
        let (unit, unit_name) = speech.unit(largest);
        let subtitle = speech.say(
            strings::TORNADO_SUBTITLE,
            &[("plan", &self.plan), ("unit", unit_name), ("currency", &self.currency)],
        );
        let (shown, inputs) = (self.bars.len().to_string(), self.inputs.to_string());
        let alt = speech
            .say(strings::TORNADO_ALT, &[("finding", &self.finding()), ("shown", &shown), ("inputs", &inputs)]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let least = self.bars.iter().flat_map(|bar| [bar.low, bar.high]).fold(0.0, f64::min);
        let most = self.bars.iter().flat_map(|bar| [bar.low, bar.high]).fold(0.0, f64::max);
        let span = (most - least).max(f64::MIN_POSITIVE * 1e10);
        let scale = Scale::Linear { low: least - 0.02 * span, high: most + 0.02 * span };
        let place = |value: f64| LEFT + 50.0 + scale.position(value) * (RIGHT - LEFT - 50.0);
        for value in scale.ticks(5.0) {
            let x = place(value);
            page.line(&[(x, TOP + 6.0), (x, BOTTOM)], Line { color: color::GRID, width: 1.0, dash: None });
            let text = signed(value / unit, speech);
            page.text((x, BOTTOM + 12.0), &text, Text::plain(11.5, color::MUTED).aligned(HPos::Center));
        }
        let base = place(0.0);
        let total = speech.money(self.total, &self.currency);
        let text = speech.say(strings::TORNADO_NOW, &[("total", &total)]);
        page.text((base, TOP - 4.0), &text, Text::bold(11.5, color::INK).aligned(HPos::Center));
        let step = (BOTTOM - TOP - 12.0) / (self.bars.len().max(1) as f64).max(5.0);
        for (position, bar) in self.bars.iter().enumerate() {
            let middle = TOP + 12.0 + step * (position as f64 + 0.5);
            draw_bar(&mut page, bar, (middle, step), (&place, unit), speech);
        }
        page.line(&[(base, TOP + 6.0), (base, BOTTOM)], Line { color: color::INK, width: 1.2, dash: None });
        let mut left = 64.0;
        for (tint, words) in [(TEAL, strings::LOWER_TOTAL), (RUST, strings::HIGHER_TOTAL)] {
            let (text, style) = (speech.word(words), Text::plain(11.5, color::MUTED));
            page.rectangle((left, 452.0), (left + 12.0, 462.0), tint);
            page.text((left + 18.0, 457.0), &text, style);
            left += 42.0 + style.width(&text);
        }
        page
    }
}

/// The plan within a sentence.
fn plan_name(name: &str, speech: Speech) -> String {
    match (speech.0, name) {
        (Language::English, name) => name.to_owned(),
        (Language::German, "plan") => "Plan".to_owned(),
        (Language::German, name) => speech.say(strings::PLAN, &[("plan", name)]),
    }
}

fn draw_bar(
    page: &mut Page,
    bar: &Bar,
    (middle, step): (f64, f64),
    (place, unit): (&dyn Fn(f64) -> f64, f64),
    speech: Speech,
) {
    let half = (step * 0.34).min(12.0);
    let name = Text::bold(12.0, color::INK).aligned(HPos::Right);
    page.text((LEFT - 8.0, middle - 6.5), &name.cut(&bar.title, LEFT - 32.0), name);
    let small = Text::plain(10.5, color::MUTED).aligned(HPos::Right);
    page.text((LEFT - 8.0, middle + 7.0), &bar.interval, small);
    if bar.changes_plan {
        let at = LEFT - 14.0 - small.width(&bar.interval);
        let style = Text::bold(10.5, color::RED).aligned(HPos::Right);
        page.text((at, middle + 7.0), &speech.word(strings::CHANGES_PLAN), style);
    }
    let base = place(0.0);
    // Both ends may lie on one side: the longer bar first, so that the shorter one is seen.
    let mut ends = [bar.low, bar.high];
    ends.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
    let same_side = ends[0] * ends[1] > 0.0;
    for (order, value) in ends.into_iter().enumerate() {
        let tint = if value < 0.0 { TEAL } else { RUST };
        let shade = if same_side && order == 1 { BackendColor { alpha: 0.55, ..color::WHITE } } else { tint };
        let (from, to) = (base.min(place(value)), base.max(place(value)));
        page.rectangle((from, middle - half), (to, middle + half), shade);
        if value == 0.0 || (same_side && order == 1) {
            continue;
        }
        let (x, align) = if value < 0.0 { (from - 5.0, HPos::Right) } else { (to + 5.0, HPos::Left) };
        page.text((x, middle), &signed(value / unit, speech), Text::plain(11.5, color::INK).aligned(align));
    }
}

/// `+1.2`, `−0.04`, `0`.
fn signed(value: f64, speech: Speech) -> String {
    let size = value.abs();
    let text = if size >= 9.95 || size == 0.0 {
        speech.tick(size.round())
    } else {
        speech.fixed(size, if size >= 0.995 { 1 } else { 2 })
    };
    match value {
        _ if value > 0.0 => format!("+{text}"),
        _ if value < 0.0 => format!("−{text}"),
        _ => "0".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::check::assert_sound;

    fn bar(title: &str, low: f64, high: f64, changes_plan: bool) -> Bar {
        Bar { title: title.to_owned(), interval: "×0.5 – ×2".to_owned(), low, high, changes_plan }
    }

    fn chart(bars: Vec<Bar>) -> TornadoChart {
        let (currency, plan) = ("EUR".to_owned(), "plan".to_owned());
        let inputs = bars.len();
        TornadoChart { speech: Speech::default(), currency, plan, total: 1e6, inputs, bars, is_ended: false }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let two = chart(vec![bar("Value of an hour", -1e5, 2e5, true), bar("Prices", -5e4, 6e4, false)]);
        assert_eq!(two.finding(), "Value of an hour and prices move the total most; one input changes the plan");
        assert_eq!(
            chart(vec![bar("Prices", 0.0, 1.0, false)]).finding(),
            "Prices moves the total most; no input changes the plan"
        );
        assert_eq!(chart(vec![bar("Prices", 0.0, 0.0, false)]).finding(), "No input moves the total");
        assert_eq!(chart(Vec::new()).finding(), "No input moves the total");
        let ended = TornadoChart { is_ended: true, ..chart(vec![bar("Prices", 0.0, 1.0, false)]) };
        assert_eq!(ended.finding(), "Prices moves the total most; the run was ended before all was tried");
    }

    #[test]
    fn the_german_finding_says_the_same() {
        let german = |bars| TornadoChart { speech: Speech(Language::German), ..chart(bars) };
        let two = german(vec![bar("Wert einer Stunde", -1e5, 2e5, true), bar("Preise", -5e4, 6e4, true)]);
        assert_eq!(
            two.finding(),
            "Am meisten bewegen die Summe: Wert einer Stunde und Preise; 2 Eingaben ändern den Plan"
        );
        assert_eq!(german(Vec::new()).finding(), "Keine Eingabe bewegt die Summe");
        let page = two.draw(&Provenance { fields: Vec::new() });
        assert_sound(&page);
        assert!(page.alt().contains("2 von 2 Eingaben"), "{}", page.alt());
        assert_eq!([1.25, -0.5, 12_000.0].map(|value| signed(value, two.speech)), ["+1,2", "−0,50", "+12.000"]);
    }

    #[test]
    fn bars_of_any_size_can_be_drawn() {
        let provenance = Provenance { fields: Vec::new() };
        for size in [0.0, 1e-3, 1e12] {
            let bars = (0..14)
                .map(|n| {
                    bar(
                        "Rate of zone-aws-eu-central-1-with-a-very-long-name",
                        -size * f64::from(n),
                        size,
                        n % 2 == 0,
                    )
                })
                .collect();
            let page = chart(bars).draw(&provenance);
            assert_sound(&page);
        }
    }
}
