//! What can be typed. Help and completions come from here.

use std::path::PathBuf;

use ballast_model::Date;
use clap::{
    Args as ClapArgs, Parser, Subcommand, ValueEnum,
    builder::styling::{AnsiColor, Styles},
};

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
  0  fine                4  stopped above the gap, plan written
  1  a bug               5  the solver failed
  2  bad usage or input  6  batch incomplete
  3  proven infeasible   130  interrupted, what was done is written

`ballast COMMAND --help` shows options and examples."
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
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
    pub(crate) charts: ChartArgs,
    /// Write report.html too: the run in one page with an interactive curve, which fetches nothing
    #[arg(long)]
    pub(crate) html: bool,
    /// Language of charts and page, and of the numbers in them
    #[arg(long, value_enum, default_value = "en", value_name = "CODE")]
    pub(crate) lang: Lang,
    /// Write workbook.xlsx too: all tables for a spreadsheet, with a chart and a weight of loss to play with
    #[arg(long)]
    pub(crate) xlsx: bool,
}

/// How pictures are written.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(crate) struct ChartArgs {
    /// Write every chart as SVG too, beside the PNG
    #[arg(long)]
    pub(crate) svg: bool,
}

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

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast frontier my-case
  ballast frontier my-case --points 40 --out results --set objective.axis=cvar
  ballast frontier my-case --svg                   with charts that any slide deck can scale
  ballast frontier my-case --html --lang de        with a page to mail, in German
  ballast frontier my-case --xlsx                  with a workbook for Excel")]
pub(crate) struct FrontierArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Plans on the curve [default: the case's, 25]
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

Every job has a folder of its own; run the command again and finished jobs are skipped.")]
pub(crate) struct BatchArgs {
    /// Sweep file
    pub(crate) sweep: PathBuf,
    /// Folder for the results [default: the sweep file's name with .results]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Jobs at a time [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast replay my-case                                   the events that touch the case
  ballast replay my-case aws-2025-10-20                    hour by hour, today and with the plan
  ballast replay my-case aws-2025-10-20 --at 'Tue 10:00'   had it begun on Tuesday at ten
  ballast replay my-case aws-2025-10-20 --sweep-week       at every hour of the week, with a chart
  ballast replay my-case --all                             all events through all plans, ranked

An event of your own is a row of events.csv in the case.")]
pub(crate) struct ReplayArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Event, by its id; without one, the events are listed
    pub(crate) event: Option<String>,
    /// All events through all plans of the run
    #[arg(long, conflicts_with_all = ["event", "at", "sweep_week"])]
    pub(crate) all: bool,
    /// Begin at another time of the same week, local time of most of the business
    #[arg(long, value_name = "TIME", value_parser = week_time, requires = "event")]
    pub(crate) at: Option<ballast_model::WeekTime>,
    /// Begin at every hour of the week
    #[arg(long, requires = "event")]
    pub(crate) sweep_week: bool,
    /// IANA time zone of --at and of what is shown [default: where most of the value is earned]
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// No failover succeeds; else those succeed that do so at least every other time
    #[arg(long)]
    pub(crate) failovers_fail: bool,
    /// Run whose plans are replayed, by id [default: the latest; today's placement alone if there is none]
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Folder for the results [default: CASE/runs/ID]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) charts: ChartArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast sensitivity my-case                  the plan of lowest total
  ballast sensitivity my-case --point p07      a plan of the latest run
  ballast sensitivity my-case --robust 5       against up to five rates at their upper ends

Rates move within rate_low and rate_high of hazards.csv. Durations, values, buffers, recovery times,
failed failovers, fixed and migration costs are halved and doubled; prices move from x0.8 to x1.25.")]
pub(crate) struct SensitivityArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Plan of a run, by its name in frontier.csv [default: the plan of lowest total, solved now]
    #[arg(long, value_name = "POINT", conflicts_with_all = ["scenario", "set", "seed", "years"])]
    pub(crate) point: Option<String>,
    /// Run that the point is of, by id [default: the latest]
    #[arg(long, value_name = "ID", requires = "point")]
    pub(crate) run: Option<String>,
    /// Inputs for whose ends the best plan is found, greatest effect first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) inputs: u16,
    /// Rates that may be at their upper ends at once for the robust plan; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) robust: u16,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
    /// Folder for the results [default: CASE/runs/ID]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) charts: ChartArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast verify my-case                              the latest run
  ballast verify my-case --run frontier-059a81f7
  ballast verify my-case --run results                a folder made with --out

Costs, limits, losses and tail losses of every plan are worked out again from the input files and the
placements, by code that the solver does not share; bounds and gaps are held against each other.
Exit code 5 if anything does not stand up.")]
pub(crate) struct VerifyArgs {
    /// Folder of the case
    pub(crate) case: PathBuf,
    /// Run to check, by id or folder [default: the latest]
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast explain my-case mes-wolfsburg
  ballast explain my-case mes-wolfsburg --point p07
  ballast explain my-case --limit virginia-cap     what a limit costs a year, and who pays for it
  ballast explain my-case --roadmap                the ten moves from today to the plan that buy most, in order
  ballast explain E012")]
pub(crate) struct ExplainArgs {
    /// Folder of a case, or a code such as E012
    #[arg(value_name = "CASE|CODE")]
    pub(crate) subject: String,
    /// Workload to explain
    pub(crate) workload: Option<String>,
    /// Limit to price, by its id in limits.csv or its row in `shadow_prices.csv`; the case is solved with and without it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["workload", "run", "point"])]
    pub(crate) limit: Option<String>,
    /// The way from today to the plan: what buys most for its money first, and every stop on it keeps the limits
    #[arg(long, conflicts_with_all = ["workload", "limit"])]
    pub(crate) roadmap: bool,
    /// File to write the roadmap to, as a table; it must not be there yet
    #[arg(long, value_name = "FILE", requires = "roadmap")]
    pub(crate) out: Option<PathBuf>,
    /// Run to read, by id [default: the latest; the case is solved if there is none]
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Plan of the run, by its name in frontier.csv, e.g. p07 or 7 [default: the knee]
    #[arg(long, value_name = "POINT")]
    pub(crate) point: Option<String>,
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

fn amount(text: &str) -> Result<f64, String> {
    ballast_ingest::number(text)
        .filter(|value| *value >= 0.0)
        .ok_or_else(|| "not an amount of 0 or more; write 12e6, 12_000_000 or 12m".to_owned())
}

fn week_time(text: &str) -> Result<ballast_model::WeekTime, String> {
    ballast_model::WeekTime::parse(text).ok_or_else(|| "write a weekday and a time, e.g. 'Tue 10:00'".to_owned())
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a date; write 2026-03-29".to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "write KEY=VALUE, e.g. risk.years=2000".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn amounts_are_written_as_people_write_them() {
        for text in ["12e6", "12_000_000", "12m", "12000k", "0.012bn"] {
            let value = amount(text).expect(text);
            assert!((value - 12e6).abs() < 1e-3, "{text} is {value}");
        }
        assert!(amount("-1").is_err() && amount("twelve").is_err() && amount("nan").is_err());
    }
}
