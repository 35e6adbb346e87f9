//! The pictures of a run: plotters on a backend of our own, an embedded typeface, and findings as titles.

mod backend;
mod color;
mod ep;
mod font;
mod frontier;
mod heat;
mod labels;
mod page;
mod raster;
mod replay;
mod scale;
mod svg;
mod tornado;

use crate::{CatalogueReplay, Sensitivity, Study, WeekReplay};
use page::Page;

/// What a picture says of where it comes from, in order: case, run, version, seed, years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Names and values.
    pub fields: Vec<(String, String)>,
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

/// The pictures of a run: `frontier` if it has a curve, and `ep`.
///
/// # Errors
/// If one cannot be encoded.
pub fn charts(study: &Study<'_>, provenance: &Provenance) -> Result<Vec<Chart>, ChartError> {
    let frontier = (study.frontier().next().is_some())
        .then(|| ("frontier", frontier::FrontierChart::of(study).draw(provenance)));
    let ep = ("ep", ep::EpChart::of(study).draw(provenance));
    frontier.into_iter().chain([ep]).map(|(name, page)| encode(name, &page, provenance)).collect()
}

/// `week`: one event at every hour of the week, today and with the chosen plan.
///
/// # Errors
/// If it cannot be encoded.
pub fn week_chart(replay: &WeekReplay<'_>, provenance: &Provenance) -> Result<Chart, ChartError> {
    encode("week", &replay::week(replay).draw(provenance), provenance)
}

/// `catalogue`: the dearest events through today's plan and some of the run.
///
/// # Errors
/// If it cannot be encoded.
pub fn catalogue_chart(replay: &CatalogueReplay<'_>, provenance: &Provenance) -> Result<Chart, ChartError> {
    encode("catalogue", &replay::catalogue(replay).draw(provenance), provenance)
}

/// `tornado`: what moves the plan's total most.
///
/// # Errors
/// If it cannot be encoded.
pub fn tornado_chart(study: &Sensitivity<'_>, provenance: &Provenance) -> Result<Chart, ChartError> {
    encode("tornado", &tornado::TornadoChart::of(study).draw(provenance), provenance)
}

fn encode(name: &'static str, page: &Page, provenance: &Provenance) -> Result<Chart, ChartError> {
    let png = raster::png(page, provenance).map_err(|error| ChartError { chart: name, why: error.to_string() })?;
    Ok(Chart { name, png, svg: svg::svg(page, name) })
}
