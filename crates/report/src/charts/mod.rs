//! The pictures of a run: plotters on a backend of our own, an embedded typeface, and findings as titles.

mod backend;
mod blast;
#[cfg(test)]
mod check;
mod color;
mod cost;
mod ep;
mod font;
mod frontier;
mod heat;
mod labels;
mod limits;
mod measures;
mod mix;
mod named;
mod page;
mod portrait;
mod prices;
mod raster;
mod replay;
mod scale;
mod speech;
mod strings;
mod svg;
mod tornado;

use std::collections::BTreeSet;

use crate::{CatalogueReplay, Language, LimitPrice, PlanName, Sensitivity, Study, WeekReplay};
use page::Page;
use speech::Speech;

/// What a picture says of where it comes from, in order: case, run, version, seed, years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Names and values.
    pub fields: Vec<(String, String)>,
}

impl Provenance {
    /// What these names and values say.
    pub fn of<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self { fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }
}

/// A picture that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {chart}.png: {why}")]
pub struct ChartError {
    chart: &'static str,
    why: String,
}

/// A picture in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The files' name without `.png` or `.svg`.
    pub name: &'static str,
    /// 1600 × 1000 pixels, with title, description and origin inside.
    pub png: Vec<u8>,
    /// The same shapes, with text as text.
    pub svg: String,
    /// Characters that no embedded typeface has, each once: boxes in the PNG.
    pub missing: BTreeSet<char>,
}

/// What can be chosen of the looks of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChartStyle {
    /// Losses of the curve on a logarithmic axis, even where they do not span much.
    pub log: bool,
    /// The language of words and numbers.
    pub language: Language,
}

/// What to tell somebody whose names the pictures cannot show; nothing if they can.
pub fn missing_characters(charts: &[Chart]) -> Option<String> {
    let missing: BTreeSet<char> = charts.iter().flat_map(|chart| chart.missing.iter().copied()).collect();
    if missing.is_empty() {
        return None;
    }
    let shown: Vec<String> = missing.iter().take(12).map(char::to_string).collect();
    let more = if missing.len() > 12 { format!(" and {} more", missing.len() - 12) } else { String::new() };
    Some(format!(
        "warning: the typefaces of the charts have no {}{more}: boxes stand for them in the PNGs; SVGs (--svg) show them",
        shown.join(" ")
    ))
}

impl Chart {
    /// The PNG's file name.
    pub fn png_file(&self) -> String {
        format!("{}.png", self.name)
    }

    /// The SVG's file name.
    pub fn svg_file(&self) -> String {
        format!("{}.svg", self.name)
    }
}

/// The pictures of a run, in the order in which they are read: those of the curve only if it has one, `limits` only if
/// a limit binds the chosen plan.
///
/// # Errors
/// If one cannot be encoded.
pub fn charts(study: &Study<'_>, style: ChartStyle, provenance: &Provenance) -> Result<Vec<Chart>, ChartError> {
    let speech = Speech(style.language);
    let has_curve = study.frontier().next().is_some();
    let pages = [
        ("frontier", has_curve.then(|| frontier::FrontierChart::of(study, style).draw(provenance))),
        ("measures", measures::MeasuresChart::of(study, speech).map(|chart| chart.draw(provenance))),
        ("mix", mix::MixChart::of(study, speech).map(|chart| chart.draw(provenance))),
        ("cost", cost::CostChart::of(study, speech).map(|chart| chart.draw(provenance))),
        ("blast_radius", Some(blast::BlastChart::of(study, speech).draw(provenance))),
        ("ep", Some(ep::EpChart::of(study, speech).draw(provenance))),
        ("limits", limits::LimitsChart::of(study, speech).map(|chart| chart.draw(provenance))),
        ("portrait", Some(portrait::Portrait::of(study, speech).draw(provenance))),
    ];
    let drawn = pages.into_iter().filter_map(|(name, page)| Some((name, page?)));
    drawn.map(|(name, page)| encode(name, &page, provenance)).collect()
}

/// `week`: one event at every hour of the week, today and with the chosen plan.
///
/// # Errors
/// If it cannot be encoded.
pub fn week_chart(
    replay: &WeekReplay<'_>,
    style: ChartStyle,
    provenance: &Provenance,
) -> Result<Chart, ChartError> {
    encode("week", &replay::week(replay, Speech(style.language)).draw(provenance), provenance)
}

/// `catalogue`: the dearest events through today's plan and some of the run.
///
/// # Errors
/// If it cannot be encoded.
pub fn catalogue_chart(
    replay: &CatalogueReplay<'_>,
    style: ChartStyle,
    provenance: &Provenance,
) -> Result<Chart, ChartError> {
    encode("catalogue", &replay::catalogue(replay, Speech(style.language)).draw(provenance), provenance)
}

/// `tornado`: what moves the plan's total most.
///
/// # Errors
/// If it cannot be encoded.
pub fn tornado_chart(
    study: &Sensitivity<'_>,
    style: ChartStyle,
    provenance: &Provenance,
) -> Result<Chart, ChartError> {
    encode("tornado", &tornado::TornadoChart::of(study, Speech(style.language)).draw(provenance), provenance)
}

/// `limit_prices`: what each limit and rule costs, the dearest first.
///
/// # Errors
/// If it cannot be encoded.
pub fn prices_chart(
    prices: &[LimitPrice],
    not_done: usize,
    currency: &str,
    style: ChartStyle,
    provenance: &Provenance,
) -> Result<Chart, ChartError> {
    let chart = prices::PricesChart { speech: Speech(style.language), currency, prices, not_done };
    encode("limit_prices", &chart.draw(provenance), provenance)
}

/// What the tornado chart finds.
pub(crate) fn tornado_finding(study: &Sensitivity<'_>, language: Language) -> String {
    tornado::TornadoChart::of(study, Speech(language)).finding()
}

/// What the chart of all events finds.
pub(crate) fn catalogue_finding(replay: &CatalogueReplay<'_>, language: Language) -> String {
    replay::catalogue_finding(replay, Speech(language))
}

/// `today`, `with plan p07`.
pub(crate) fn who(plan: &PlanName, language: Language) -> String {
    Speech(language).who(plan)
}

/// A day of the week, from Monday, 0.
pub(crate) fn weekday(day: usize, language: Language) -> String {
    Speech(language).word(strings::WEEKDAYS[day % 7])
}

/// What the chart of the week finds.
pub(crate) fn week_finding(replay: &WeekReplay<'_>, language: Language) -> String {
    replay::week_finding(replay, Speech(language))
}

fn encode(name: &'static str, page: &Page, provenance: &Provenance) -> Result<Chart, ChartError> {
    let png = raster::png(page, provenance).map_err(|error| ChartError { chart: name, why: error.to_string() })?;
    Ok(Chart { name, png, svg: svg::svg(page, name), missing: page.missing() })
}
