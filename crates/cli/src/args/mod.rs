//! What can be typed. Help and completions come from here.

mod cases;
mod plans;
mod questions;
mod shared;

use clap::{
    Args as ClapArgs, Parser, Subcommand, ValueEnum,
    builder::styling::{AnsiColor, Styles},
};

pub(crate) use cases::{CheckArgs, CompletionsArgs, FitArgs, InitArgs};
pub(crate) use plans::{Axis, BatchArgs, ExportArgs, FrontierArgs, SolveArgs};
pub(crate) use questions::{ExplainArgs, ReplayArgs, SensitivityArgs, VerifyArgs};
pub(crate) use shared::{ChangeArgs, FileArgs, GoalArgs, ReportArgs, RunArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Place workloads so that running cost and outage loss balance, with a proof.
#[derive(Debug, Parser)]
#[command(
    name = "ballast",
    version,
    max_term_width = 110,
    styles = STYLES,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  ballast init my-case --sample automotive    a ready case to start from
  ballast check my-case                       every problem of its files, with the line
  ballast frontier my-case                    the trade-off curve, the knee, charts
  ballast solve my-case --budget 12e6         the least loss for a budget

Exit codes:
  0  fine                4  stopped above the gap or by time, results written
  1  a bug               5  the solver failed
  2  bad usage or input  6  batch incomplete
  3  proven infeasible   130  interrupted, what was done is written

Ctrl-C and solver.time_limit_s end a command with what it has found, plans with their gaps; a second
Ctrl-C ends it at once. `ballast COMMAND --help` shows options and examples."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a ready case, or an empty one, to start from
    Init(InitArgs),
    /// Check a case: every problem with its line, or a summary of the estate
    Check(CheckArgs),
    /// Find one plan: the cheapest, the safest or the best in all
    Solve(SolveArgs),
    /// Find the whole trade-off between cost and loss
    Frontier(FrontierArgs),
    /// Run a sweep of cases, scenarios and seeds over all cores
    Batch(BatchArgs),
    /// Send historic events through today's placement and the plans of a run
    Replay(ReplayArgs),
    /// Say what a plan hangs on: the inputs that move it, break-evens, regret, a plan for bad luck
    Sensitivity(SensitivityArgs),
    /// Check a finished run again, from its input files alone
    Verify(VerifyArgs),
    /// Say why a workload is where it is, what a limit costs, what to move first, or what a code such as E012 means
    Explain(ExplainArgs),
    /// Write the linear programme of a case, for another solver or a check of one's own
    Export(ExportArgs),
    /// Estimate hazard rates and durations from past incidents
    Fit(FitArgs),
    /// Write completions for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    Rfc4180,
    ExcelDe,
    ExcelUs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    #[default]
    En,
    De,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output options")]
pub(crate) struct OutputArgs {
    /// Text for people, or one JSON document on stdout
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORM")]
    pub(crate) format: Format,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show no progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Colour; auto is on terminals unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Color,
    /// How result tables are written; excel-de has semicolons and decimal commas
    #[arg(long, global = true, value_enum, default_value = "rfc4180", value_name = "DIALECT")]
    pub(crate) csv_dialect: Dialect,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }
}
