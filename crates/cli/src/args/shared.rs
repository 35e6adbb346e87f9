//! Options that several commands have.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Lang;

/// Changes to a case that leave its files alone.
#[derive(Debug, Default, Clone, ClapArgs)]
#[command(next_help_heading = "Changes to the case")]
pub(crate) struct ChangeArgs {
    /// Scenario file whose changes are laid over the case
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Vec<PathBuf>,
    /// Setting of case.toml, e.g. risk.alpha=0.99
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) set: Vec<(String, String)>,
    /// Seed of the simulation
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Simulated years
    #[arg(long, value_name = "N")]
    pub(crate) years: Option<u32>,
}

/// What a single plan must keep; without any, the lowest total of cost and loss is found.
#[derive(Debug, Default, Clone, Copy, PartialEq, ClapArgs)]
#[command(next_help_heading = "Goal")]
pub(crate) struct GoalArgs {
    /// Least loss for at most this cost a year (12e6, 12000000 or 12m)
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    pub(crate) budget: Option<f64>,
    /// Least cost for at most this expected loss a year
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    pub(crate) max_loss: Option<f64>,
    /// Least cost for at most this mean loss of the worst years
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    pub(crate) max_cvar: Option<f64>,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Run options")]
pub(crate) struct RunArgs {
    /// Folder for the results [default: CASE/runs/ID]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads; the answer does not depend on them [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// What is written of a run beside its tables and pictures.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub(crate) struct ReportArgs {
    /// Write report.html too: the run in one page with an interactive curve, which fetches nothing
    #[arg(long)]
    pub(crate) html: bool,
    #[command(flatten)]
    pub(crate) files: FileArgs,
}

/// Files of which every command with results can write more, and their language.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub(crate) struct FileArgs {
    /// Write every chart as SVG too, beside the PNG
    #[arg(long)]
    pub(crate) svg: bool,
    /// Write every table as Parquet too, beside the CSV: numbers as numbers, for Python or R
    #[arg(long)]
    pub(crate) parquet: bool,
    /// Write workbook.xlsx too: all tables for a spreadsheet, with charts and what the case takes for granted
    #[arg(long)]
    pub(crate) xlsx: bool,
    /// Language of charts, workbook and page, and of the numbers in them
    #[arg(long, value_enum, default_value = "en", value_name = "CODE")]
    pub(crate) lang: Lang,
}

pub(super) fn amount(text: &str) -> Result<f64, String> {
    ballast_ingest::number(text)
        .filter(|value| *value >= 0.0)
        .ok_or_else(|| "not an amount of 0 or more; write 12e6, 12_000_000 or 12m".to_owned())
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    ballast_ingest::number(text)
        .filter(|value| (0.0..1.0).contains(value))
        .ok_or_else(|| "not a share of 0 to below 1; write 0.01 for 1 %".to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "write KEY=VALUE, e.g. risk.years=2000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        for text in ["12e6", "12_000_000", "12m", "12000k", "0.012bn"] {
            let value = amount(text).expect(text);
            assert!((value - 12e6).abs() < 1e-3, "{text} is {value}");
        }
        assert!(amount("-1").is_err() && amount("twelve").is_err() && amount("nan").is_err());
    }
}
