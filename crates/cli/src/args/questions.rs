//! Commands that ask about plans.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{ChangeArgs, FileArgs};

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast replay my-case                                   the events that touch the case
  ballast replay my-case aws-2025-10-20                    hour by hour, today and with the plan
  ballast replay my-case aws-2025-10-20 --at 'Tue 10:00'   had it begun on Tuesday at ten
  ballast replay my-case aws-2025-10-20 --sweep-week       at every hour of the week, with a chart
  ballast replay my-case --all                             all events through all plans, ranked
  ballast replay my-case --all --xlsx --lang de            with a workbook and chart in German

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
    pub(crate) files: FileArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  ballast sensitivity my-case                  the plan of lowest total
  ballast sensitivity my-case --point p07      a plan of the latest run
  ballast sensitivity my-case --robust 5       against up to five rates at their upper ends
  ballast sensitivity my-case --xlsx           with a workbook for Excel

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
    pub(crate) files: FileArgs,
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
  ballast explain my-case --limit residency        what sovereignty costs: the same for a rule of workloads
  ballast explain my-case --limits                 what each of them costs, the dearest first
  ballast explain my-case --roadmap                the ten moves from today to the plan that buy most, in order
  ballast explain E012")]
pub(crate) struct ExplainArgs {
    /// Folder of a case, or a code such as E012
    #[arg(value_name = "CASE|CODE")]
    pub(crate) subject: String,
    /// Workload to explain
    pub(crate) workload: Option<String>,
    /// Limit to price, by its id in limits.csv or its row in `shadow_prices.csv`, or a rule by its column in
    /// workloads.csv, such as `residency` or `rto_h`; the case is solved with and without it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["workload", "run", "point"])]
    pub(crate) limit: Option<String>,
    /// Every limit and rule with its price, the dearest first: the case is solved once more for each
    #[arg(long, group = "listed", conflicts_with_all = ["workload", "limit", "roadmap", "run", "point"])]
    pub(crate) limits: bool,
    /// The way from today to the plan: what buys most for its money first, and every stop on it keeps the limits
    #[arg(long, group = "listed", conflicts_with_all = ["workload", "limit"])]
    pub(crate) roadmap: bool,
    /// File to write the roadmap or the prices to, as a table; of prices, FILE.png beside it is a picture. Neither may
    /// be there yet
    #[arg(long, value_name = "FILE", requires = "listed")]
    pub(crate) out: Option<PathBuf>,
    /// Run to read, by id [default: the latest; the case is solved if there is none]
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Plan of the run, by its name in frontier.csv, e.g. p07 or 7 [default: the knee]
    #[arg(long, value_name = "POINT")]
    pub(crate) point: Option<String>,
}

fn week_time(text: &str) -> Result<ballast_model::WeekTime, String> {
    ballast_model::WeekTime::parse(text).ok_or_else(|| "write a weekday and a time, e.g. 'Tue 10:00'".to_owned())
}
