//! `ballast fit`: hazard rates and durations from past incidents.

mod estimate;
mod gather;
mod hazards;
mod page;

use std::path::Path;

use ballast_ingest::{History, Overrides, read_case, read_history};
use ballast_model::Estate;
use ballast_report::write;

use crate::{args::FitArgs, failure::Failure, output::Output, run_folder};

/// Incidents, and the estate that they befell, if it is known.
struct Input {
    history: History,
    estate: Option<Estate>,
}

pub(crate) fn run(args: &FitArgs, output: &Output) -> anyhow::Result<()> {
    let input = read(&args.source)?;
    run_folder::refuse_written(args.out.as_deref())?;
    let (sample, mut notes) = gather::gather(&input.history.incidents, input.estate.as_ref(), args.from, args.to)?;
    let fitted = estimate::estimate(&sample, &mut notes);
    notes.splice(0..0, input.history.warnings.iter().map(ToString::to_string));
    let written = match &args.out {
        None => None,
        Some(path) => {
            let bytes = hazards::csv(&sample, &fitted, &input.history.file.name, &mut notes)?;
            write(path, &bytes).map_err(Failure::Write)?;
            Some(path.as_path())
        }
    };
    let page = page::Page { source: &args.source, written, sample: &sample, pools: &fitted, notes: &notes };
    if output.is_json() { output.json(&page.document()) } else { output.result(&page.text(output.is_bold())) }
}

/// Reads a case's history or a file of incidents alone.
fn read(source: &Path) -> anyhow::Result<Input> {
    let unusable = |findings| Failure::Case { what: source.display().to_string(), findings };
    if source.is_dir() {
        let case = read_case(source, &Overrides::none()).map_err(unusable)?;
        let Some(history) = case.history() else {
            let hint = "it has a row per incident: docs/data-format.md lists its columns";
            return Err(Failure::usage(format!("the case {} has no history.csv", source.display()), hint).into());
        };
        return Ok(Input { history: history.map_err(unusable)?, estate: Some(case.estate) });
    }
    if !source.exists() {
        let hint = "name a file of incidents or the folder of a case";
        return Err(Failure::usage(format!("there is no {}", source.display()), hint).into());
    }
    Ok(Input { history: read_history(source).map_err(unusable)?, estate: None })
}
