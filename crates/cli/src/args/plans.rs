//! Commands that find plans.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{
    ChangeArgs, GoalArgs, ReportArgs, RunArgs,
    shared::{amount, share},
};

/// A measure of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Axis {
    /// What running it costs a year.
    Cost,
    /// Expected loss.
    Loss,
    /// Mean loss of the worst years.
    Cvar,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast solve my-case                            the lowest total of cost and loss
  ballast solve my-case --budget 12e6              the least loss for at most 12 million a year
  ballast solve my-case --max-loss 1.5m            the cheapest that loses at most 1.5 million
  ballast solve my-case --max-cvar 20m --years 2000")]
pub(crate) struct SolveArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) goal: GoalArgs,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast frontier my-case
  ballast frontier my-case --points 40 --out results --set objective.axis=cvar
  ballast frontier my-case --axes cost,loss,cvar   plans for every worth of loss and of bad years
  ballast frontier my-case --axes loss,cvar --budget 12e6
  ballast frontier my-case --svg                   with charts that any slide deck can scale
  ballast frontier my-case --html --lang de        with a page to mail, in German
  ballast frontier my-case --xlsx                  with a workbook for Excel")]
pub(crate) struct FrontierArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Measures to trade off, two or all of them [default: cost and the case's loss]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LIST")]
    pub(crate) axes: Vec<Axis>,
    /// The most that a plan may cost a year, for --axes loss,cvar
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    pub(crate) budget: Option<f64>,
    /// Stop where no plan is better in all by more than this share, for three axes or loss,cvar [default: 0.015]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) distance: Option<f64>,
    /// Plans on the curve, at most that many with three axes [default: the case's, 25]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub(crate) points: Option<u16>,
    /// Losses of the curve's chart on a logarithmic axis, even where they do not span much
    #[arg(long)]
    pub(crate) log: bool,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
A sweep file:
  command = \"frontier\"              # or \"solve\" with budget, max_loss or max_cvar
  cases = [\"automotive-aws\"]        # folders, from where the sweep file is
  seeds = [1, 2, 3]
  [settings.risk]                   # for all jobs; any key of case.toml
  years = 5000
  [[scenario]]
  name = \"base\"
  [[scenario]]
  name = \"dear\"
  set = [{ table = \"prices\", key = \"*\", column = \"price\", multiply = 1.2 }]
  [[scenario]]
  name = \"two-clouds\"
  file = \"two-clouds.toml\"        # a scenario file

Every job has a folder of its own; run the command again and finished jobs are skipped, unless a file
that is asked for is not there, or is in another language or dialect.")]
pub(crate) struct BatchArgs {
    /// Sweep file
    pub(crate) sweep: PathBuf,
    /// Folder for the results [default: the sweep file's name with .results]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Jobs at a time [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast export my-case                      the programme of the lowest total of cost and loss
  ballast export my-case --max-loss 1.5m --out programme

programme.mps is free MPS, which every solver reads; options.csv says what its placements mean;
run.json has the optimum that ours found with divisible workloads.
docs/math.md explains rows and columns.")]
pub(crate) struct ExportArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Folder for the files [default: CASE/runs/ID]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) goal: GoalArgs,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
}
