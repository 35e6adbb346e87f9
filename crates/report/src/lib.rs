//! Results as tables, a record, a page of text, charts and an HTML page. Computes no figure of its own and prints nothing.
//!
//! [`Study`] names the plans of a run; [`tables::all`] writes them as CSV, [`RunRecord`] as `run.json`, [`summary`] for
//! somebody who decides, [`charts`] as pictures. [`write()`] puts bytes into a file that is whole or absent.

mod artefacts;
mod charts;
mod html;
pub mod number;
mod prices;
mod replay;
mod roadmap;
mod row_name;
mod run_json;
mod sensitivity;
mod study;
mod summary;
pub mod tables;
pub mod terminal;
mod words;
mod workbook;

pub use artefacts::{WriteError, write, write_with};
pub use charts::{
    Chart, ChartError, ChartStyle, Provenance, catalogue_chart, charts, missing_characters, prices_chart,
    tornado_chart, week_chart,
};
pub use html::{Language, Origin, html};
pub use prices::{LimitPrice, Unpriced, prices_summary, prices_table, ranked};
pub use replay::{
    CatalogueReplay, EventReplay, PlanName, WeekReplay, catalogue_summary, catalogue_tables, event_summary,
    event_tables, week_table,
};
pub use roadmap::{RoadmapView, roadmap_summary};
pub use row_name::RowName;
pub use run_json::{InputFile, RunFacts, RunRecord, SolverRecord, Times};
pub use sensitivity::{Sensitivity, sensitivity_summary, sensitivity_tables};
pub use study::{PlanView, Role, Study};
pub use summary::summary;
pub use workbook::{
    AnalysisOrigin, WorkbookError, catalogue_workbook, event_workbook, sensitivity_workbook, workbook,
};
