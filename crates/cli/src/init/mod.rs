//! `ballast init`: a case to start from.

mod synthetic;

use std::{fmt::Write as _, fs, path::Path};

use ballast_ingest::{schema, template};
use ballast_report::write;

use crate::{args::InitArgs, failure::Failure, output::Output};
use synthetic::SYNTHETIC;

/// A ready case: its name, and its files by path.
type EmbeddedCase = (&'static str, &'static [(&'static str, &'static [u8])]);

mod embedded {
    use super::EmbeddedCase;
    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}

/// A file to write: its path in the case, and its bytes.
type File = (String, Vec<u8>);

/// The case that `automotive` is short for.
const AUTOMOTIVE: &str = "automotive-aws";
/// The case without rows.
const BLANK: &str = "blank";

const BLANK_CASE: &str = "name = \"my case\"\ncurrency = \"EUR\"\nhorizon_years = 3\ndiscount_rate = 0.08\n\n\
                          [risk]\nyears = 10000\nseed = 1\nalpha = 0.95\n";

pub(crate) fn run(args: &InitArgs, output: &Output) -> anyhow::Result<()> {
    synthetic::refuse_unused(args)?;
    let files = files(args)?;
    refuse_full(&args.dir, args.force)?;
    for (path, bytes) in &files {
        let target = args.dir.join(path);
        let folder = target.parent().unwrap_or(&args.dir);
        fs::create_dir_all(folder)
            .map_err(|why| Failure::usage(format!("cannot make folder {}: {why}", folder.display()), ""))?;
        write(&target, bytes).map_err(Failure::Write)?;
    }
    if output.is_json() {
        let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        return output.json(&serde_json::json!({ "case": args.dir, "sample": args.sample, "files": names }));
    }
    let dir = args.dir.display();
    let mut page = format!("Wrote {} files to {dir}\n\nNext:\n", files.len());
    if args.sample == BLANK {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "  fill in workloads.csv, sites.csv, prices.csv and hazards.csv");
    }
    let _ = writeln!(page, "  ballast check {dir}\n  ballast solve {dir}\n  ballast frontier {dir}");
    output.result(&page)
}

fn files(args: &InitArgs) -> anyhow::Result<Vec<File>> {
    let sample = args.sample.as_str();
    if sample == SYNTHETIC {
        return synthetic::files(args);
    }
    if sample == BLANK {
        let mut files = vec![("case.toml".to_owned(), BLANK_CASE.as_bytes().to_vec())];
        let required = schema().iter().filter(|table| table.required);
        files.extend(required.map(|table| (table.file(), template(table).into_bytes())));
        return Ok(files);
    }
    let name = if sample == "automotive" { AUTOMOTIVE } else { sample };
    let Some(files) = ready_case(name) else {
        let ready = embedded::CASES.iter().map(|(known, _)| *known);
        let names: Vec<&str> = ready.chain([SYNTHETIC, BLANK]).collect();
        let hint = format!("the samples are {}", names.join(", "));
        return Err(Failure::usage(format!("there is no sample \"{sample}\""), hint).into());
    };
    Ok(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
}

/// The files of a ready case.
fn ready_case(name: &str) -> Option<&'static [(&'static str, &'static [u8])]> {
    embedded::CASES.iter().find(|(known, _)| *known == name).map(|(_, files)| *files)
}

fn refuse_full(dir: &Path, force: bool) -> anyhow::Result<()> {
    let is_full = dir.is_file() || fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if is_full && !force {
        let hint = "name another folder, or use --force to write over files of the same name";
        return Err(Failure::usage(format!("{} is not empty", dir.display()), hint).into());
    }
    Ok(())
}
