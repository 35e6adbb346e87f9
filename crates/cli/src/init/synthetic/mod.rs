//! The sample of any size from a seed: to try Ballast at the scale of one's own estate, and to measure it.
//!
//! Prices, hazards and calendars are those of the ready automotive case; what runs there, what needs it and where it
//! is today is drawn. Only tables of choices and whole numbers are used: the bytes are the same everywhere.

mod draw;
mod processes;
mod sites;
mod workloads;

use draw::{COUNTRIES, Country, Draw, Mix, size};

use super::{File, ready_case};
use crate::{args::InitArgs, failure::Failure};

/// The sample's name.
pub(super) const SYNTHETIC: &str = "synthetic";
/// The ready case that it is made after.
const BASE: &str = "automotive-aws";
/// Sites of that case: there are no fewer.
const BASE_SITES: u32 = 14;
/// The files of [`BASE`] that it takes, with rows for further sites.
const BASE_FILES: [&str; 11] = [
    "calendars.csv",
    "dependencies.csv",
    "domains.csv",
    "events.csv",
    "fx.csv",
    "hazards.csv",
    "holidays.csv",
    "patterns.csv",
    "prices.csv",
    "providers.csv",
    "sites.csv",
];
/// The seed where none is given.
const SEED: u64 = 1;
/// What tells the streams of one seed apart.
const SITES_STREAM: u64 = 0x517e5;
/// The same.
const ESTATE_STREAM: u64 = 0x5ca1_ab1e;

/// Every file of the case that `args` ask for.
pub(super) fn files(args: &InitArgs) -> anyhow::Result<Vec<File>> {
    let Some(workloads) = args.workloads else {
        let hint = "say how many workloads, e.g. --sample synthetic --workloads 500";
        return Err(Failure::usage("the synthetic sample has no size of its own", hint).into());
    };
    let seed = args.seed.unwrap_or(SEED);
    let added = args.sites.unwrap_or(BASE_SITES) - BASE_SITES;
    let base = ready_case(BASE).unwrap_or_default().iter().filter(|(name, _)| BASE_FILES.contains(name));
    let mut files: Vec<File> = base
        .map(|(name, bytes)| {
            // A stream of its own for each file: sites have the same prices in estates of any size.
            let mut draw = Draw::new(seed ^ SITES_STREAM);
            let enlarged = sites::enlarged(name, bytes, workloads, added, &mut draw);
            ((*name).to_owned(), enlarged.unwrap_or_else(|| bytes.to_vec()))
        })
        .collect();
    files.extend(drawn(workloads, seed).into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())));
    files.sort();
    Ok(files)
}

/// Refuses a size or a seed for a sample that has its own.
pub(super) fn refuse_unused(args: &InitArgs) -> anyhow::Result<()> {
    let flags = [
        ("--workloads", args.workloads.is_some()),
        ("--sites", args.sites.is_some()),
        ("--seed", args.seed.is_some()),
    ];
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) if args.sample != SYNTHETIC => {
            let hint = format!("add --sample {SYNTHETIC}, or leave {flag} out");
            Err(Failure::usage(format!("{flag} is for the sample \"{SYNTHETIC}\""), hint).into())
        }
        _ => Ok(()),
    }
}

/// The files that are drawn.
fn drawn(workloads: u32, seed: u64) -> Vec<(&'static str, String)> {
    let mix = Mix::of(workloads);
    let countries: Vec<&Country> = {
        let mut draw = Draw::new(seed);
        // The first plants cover Europe and America in estates of any size.
        let drawn = (2..mix.plants).map(|_| draw.skewed(size(COUNTRIES.len())) as usize);
        [0, 2].into_iter().chain(drawn).take(mix.plants as usize).map(|index| &COUNTRIES[index]).collect()
    };
    let mut draw = Draw::new(seed ^ ESTATE_STREAM);
    let (workload_rows, placement_rows) = workloads::workload_files(&mix, &countries, &mut draw);
    let (process_rows, need_rows) = processes::process_files(&mix, &countries, &mut draw);
    let supply_rows = processes::supply_file(&mix, &mut draw);
    let case = format!(
        "# Every key and its meaning: docs/data-format.md.\n\
         name = \"synthetic-{workloads}\"\ncurrency = \"EUR\"\nhorizon_years = 3\ndiscount_rate = 0.08\n\n\
         [risk]\nyears = 10000\n"
    );
    let limits = "limit,scope,member,resource,max_share,max_amount,soft_penalty,source\n\
                  virginia-cap,site,aws-us-east-1,vcpu,0.4,,,assumption: synthetic\n\
                  frankfurt-cap,site,aws-eu-central-1,vcpu,0.6,,,assumption: synthetic\n";
    vec![
        ("case.toml", case),
        ("limits.csv", limits.to_owned()),
        ("placement.csv", placement_rows.into_text()),
        ("process_workloads.csv", need_rows.into_text()),
        ("processes.csv", process_rows.into_text()),
        ("supply.csv", supply_rows.into_text()),
        ("workloads.csv", workload_rows.into_text()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_workloads_gives_as_many_rows() {
        for workloads in [10, 11, 37, 500] {
            let files = drawn(workloads, 1);
            let rows =
                |name: &str| files.iter().find(|(file, _)| *file == name).map(|(_, text)| text.lines().count());
            assert_eq!(rows("workloads.csv"), Some(workloads as usize + 1));
            assert_eq!(rows("placement.csv"), Some(workloads as usize + 1));
            assert!(rows("processes.csv") >= Some(workloads as usize / 5 + 1));
        }
    }
}
