//! `ballast`: optimises what a company pays for resilience.
//!
//! This is the first, small command line: `check` and `frontier`. The full one (args.rs and its neighbours) is being
//! written beside it and is not wired in yet.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::AtomicBool,
};

use anyhow::{Context as _, Result};
use ballast_ingest::{Overrides, read_case};
use ballast_solver::{Control, Frontier, Problem, SolveError, frontier};
use clap::{Parser, Subcommand};

/// Balance what resilience costs against what outages cost.
#[derive(Parser)]
#[command(name = "ballast", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say everything that is wrong with a case, or that nothing is
    Check {
        /// The case folder
        case: PathBuf,
    },
    /// Compute the trade-off curve of a case and write it as CSV
    Frontier {
        /// The case folder
        case: PathBuf,
        /// The file to write
        #[arg(long, default_value = "frontier.csv")]
        out: PathBuf,
        /// Points of the curve
        #[arg(long)]
        points: Option<usize>,
        /// Simulated years
        #[arg(long)]
        years: Option<u32>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            let infeasible = matches!(error.downcast_ref(), Some(SolveError::Infeasible { .. }));
            // Nothing can be done if standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(if infeasible { 3 } else { 5 })
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut overrides = Overrides::none();
    let dir = match &arguments.command {
        Command::Check { case } => case,
        Command::Frontier { case, points, years, .. } => {
            if let Some(points) = points {
                overrides.set_setting("objective.points", &points.to_string());
            }
            if let Some(years) = years {
                overrides.set_setting("risk.years", &years.to_string());
            }
            case
        }
    };
    let case = match read_case(dir, &overrides) {
        Ok(case) => case,
        Err(found) => {
            let (errors, warnings) = found.counts();
            write!(std::io::stderr(), "{found}{errors} errors, {warnings} warnings\n")?;
            return Ok(ExitCode::from(2));
        }
    };
    let mut out = std::io::stdout().lock();
    match &arguments.command {
        Command::Check { .. } => {
            write!(std::io::stderr(), "{}", case.warnings)?;
            let estate = &case.estate;
            writeln!(
                out,
                "{}: {} workloads, {} sites, {} processes, {} hazards, {} warnings",
                estate.settings().name,
                estate.workloads().len(),
                estate.sites().len(),
                estate.processes().len(),
                estate.hazards().len(),
                case.warnings.len()
            )?;
        }
        Command::Frontier { out: file, .. } => {
            let events = ballast_risk::sample(&case.estate);
            let problem = Problem::new(&case.estate, &events)?;
            let quiet = |_| {};
            let never = AtomicBool::new(false);
            let curve = frontier(&problem, &Control { progress: &quiet, interrupt: &never })?;
            write_whole(file, &table(&curve))?;
            let knee = &curve.points[curve.knee];
            if let Some(today) = &curve.as_is {
                writeln!(
                    out,
                    "today  cost {:>12.0}  expected loss {:>12.0}",
                    today.annual_cost,
                    today.risk.expected_loss()
                )?;
            }
            writeln!(
                out,
                "knee   cost {:>12.0}  expected loss {:>12.0}  proven gap {:.2} %",
                knee.annual_cost,
                knee.expected_loss(),
                100.0 * knee.gap
            )?;
            writeln!(out, "{} points in {}", curve.points.len(), file.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn table(curve: &Frontier) -> String {
    let mut text = String::from("point,annual_cost,expected_loss,lower_bound,gap,is_knee\n");
    for (number, point) in curve.points.iter().enumerate() {
        text.push_str(&format!(
            "{number},{:.2},{:.2},{:.2},{:.6},{}\n",
            point.annual_cost,
            point.expected_loss(),
            point.lower_bound,
            point.gap,
            number == curve.knee
        ));
    }
    text
}

/// Writes to a temporary neighbour and renames it: a reader sees all of it or nothing.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let temporary = path.with_extension("csv.tmp");
    std::fs::write(&temporary, text).with_context(|| format!("cannot write {}", temporary.display()))?;
    std::fs::rename(&temporary, path).with_context(|| format!("cannot write {}", path.display()))
}
