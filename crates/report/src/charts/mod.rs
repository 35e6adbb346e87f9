//! The pictures of a run.

use crate::Study;

/// What a picture says of where it comes from, in order: case, run, version, seed, years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Names and values.
    pub fields: Vec<(String, String)>,
}

/// A picture that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {chart}")]
pub struct ChartError {
    chart: &'static str,
}

/// The pictures by file name.
///
/// # Errors
/// If one cannot be drawn.
pub fn charts(_: &Study<'_>, _: &Provenance) -> Result<Vec<(&'static str, Vec<u8>)>, ChartError> {
    Ok(Vec::new())
}
