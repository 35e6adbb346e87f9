//! The pictures of a run: plotters on a backend of our own, an embedded typeface, and findings as titles.

mod backend;
mod ep;
mod font;
mod frontier;
mod heat;
mod labels;
mod page;
mod replay;
mod scale;
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
#[error("cannot draw {chart}: {why}")]
pub struct ChartError {
    chart: &'static str,
    why: String,
}

/// The pictures by file name: `frontier.png` if the run has a curve, and `ep.png`.
///
/// # Errors
/// If one cannot be encoded.
pub fn charts(study: &Study<'_>, provenance: &Provenance) -> Result<Vec<(&'static str, Vec<u8>)>, ChartError> {
    let frontier = (study.frontier().next().is_some())
        .then(|| ("frontier.png", frontier::FrontierChart::of(study).draw(provenance)));
    let ep = ("ep.png", ep::EpChart::of(study).draw(provenance));
    frontier.into_iter().chain([ep]).map(|(chart, page)| encode(chart, page, provenance)).collect()
}

/// `week.png`: one event at every hour of the week, today and with the chosen plan.
///
/// # Errors
/// If it cannot be encoded.
pub fn week_chart(
    replay: &WeekReplay<'_>,
    provenance: &Provenance,
) -> Result<(&'static str, Vec<u8>), ChartError> {
    encode("week.png", replay::week(replay).draw(provenance), provenance)
}

/// `catalogue.png`: the dearest events through today's plan and some of the run.
///
/// # Errors
/// If it cannot be encoded.
pub fn catalogue_chart(
    replay: &CatalogueReplay<'_>,
    provenance: &Provenance,
) -> Result<(&'static str, Vec<u8>), ChartError> {
    encode("catalogue.png", replay::catalogue(replay).draw(provenance), provenance)
}

/// `tornado.png`: what moves the plan's total most.
///
/// # Errors
/// If it cannot be encoded.
pub fn tornado_chart(
    study: &Sensitivity<'_>,
    provenance: &Provenance,
) -> Result<(&'static str, Vec<u8>), ChartError> {
    encode("tornado.png", tornado::TornadoChart::of(study).draw(provenance), provenance)
}

fn encode(
    chart: &'static str,
    page: Option<Page>,
    provenance: &Provenance,
) -> Result<(&'static str, Vec<u8>), ChartError> {
    let failed = |why: String| ChartError { chart, why };
    let page = page.ok_or_else(|| failed("no memory for its pixels".to_owned()))?;
    Ok((chart, page.into_png(provenance).map_err(|error| failed(error.to_string()))?))
}
