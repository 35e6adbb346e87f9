//! Commands that make and check cases.

use std::path::PathBuf;

use ballast_model::Date;
use clap::Args as ClapArgs;

use super::ChangeArgs;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast init my-case --sample automotive
  ballast init my-case --sample blank
  ballast init big --sample synthetic --workloads 2000 --seed 7    a made-up estate of any size")]
pub(crate) struct InitArgs {
    /// Folder to write; it is made if it is not there
    pub(crate) dir: PathBuf,
    /// Which case: a ready one by name, `automotive` for short, `synthetic`, or `blank`
    #[arg(long, default_value = "automotive", value_name = "NAME")]
    pub(crate) sample: String,
    /// Workloads of the synthetic sample, 10 to 100000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    pub(crate) workloads: Option<u32>,
    /// Sites of the synthetic sample, 14 to 60
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(14..=60))]
    pub(crate) sites: Option<u32>,
    /// Seed of the synthetic sample: the same seed gives the same files
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Write into a folder that is not empty, over files of the same name
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast check my-case
  ballast check my-case --scenario my-case/scenarios/two-clouds.toml --format json")]
pub(crate) struct CheckArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast fit history.csv                                    rates and durations, with intervals
  ballast fit history.csv --from 2020-01-01 --to 2025-12-31  the time in which the history is complete
  ballast fit my-case --out fitted.csv                       a hazards.csv to compare with the case's

history.csv has a row per incident: date, domain (or level and provider), duration_h (empty if it is still open), severity.")]
pub(crate) struct FitArgs {
    /// File of incidents, or the folder of a case; the case's domains without an incident then count as quiet
    pub(crate) source: PathBuf,
    /// First day of the time in which the history is complete [default: that of the first incident]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last day of that time [default: that of the last incident]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// File to write the hazards to, in the form of a case's hazards.csv; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Example:
  ballast completions bash > ~/.local/share/bash-completion/completions/ballast")]
pub(crate) struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a date; write 2026-03-29".to_owned())
}
