//! Expected failures and the exit codes that stand for them. Anything else is a bug.

use std::process::ExitCode;

use ballast_ingest::Diagnostics;
use ballast_report::{RowName, WriteError};
use ballast_solver::SolveError;

use crate::output::Output;

/// The program is wrong.
const BUG: u8 = 1;
/// The command or the input is wrong.
const BAD_INPUT: u8 = 2;
/// No plan meets the requirements.
const INFEASIBLE: u8 = 3;
/// A limit ended the search above the gap; the plan is written.
const ABOVE_GAP: u8 = 4;
/// The solver failed, or its answer did not stand up.
const SOLVER: u8 = 5;
/// Some jobs of a batch are not done.
const INCOMPLETE: u8 = 6;
/// Stopped by the user: 128 + SIGINT.
pub(crate) const INTERRUPTED: u8 = 130;

/// A failure that the user can do something about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command cannot be carried out as typed.
    #[error("{what}")]
    Usage { what: String, hint: String },
    /// The case is not usable; the findings have been shown.
    #[error("the case has {errors} errors")]
    Checked { errors: usize },
    /// The case is not usable.
    #[error("the case cannot be used")]
    Case(Diagnostics),
    /// There is no certified plan.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The plans are written, with their gap.
    #[error("stopped at a limit with a gap of {gap}; {wanted} was asked for; raise solver.time_limit_s")]
    AboveGap { gap: String, wanted: String },
    /// Jobs failed or did not run.
    #[error("{missing} of {all} jobs are not done")]
    Incomplete { missing: usize, all: usize, why: Vec<String> },
    /// The user stopped the run.
    #[error("interrupted{}", written.as_ref().map(|folder| format!("; what was done is in {folder}")).unwrap_or_default())]
    Interrupted { written: Option<String> },
}

impl Failure {
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hint: hint.into() }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Checked { .. } | Self::Case(_) | Self::Write(_) => BAD_INPUT,
            Self::Solve(error) => match error {
                SolveError::NoOption(_) | SolveError::MissingPrice { .. } | SolveError::Unsupported { .. } => BAD_INPUT,
                SolveError::Infeasible { .. } => INFEASIBLE,
                SolveError::NoPlan => ABOVE_GAP,
                SolveError::Interrupted => INTERRUPTED,
                SolveError::Unbounded
                | SolveError::Backend { .. }
                | SolveError::Uncertified { .. }
                | SolveError::Plan(_) => SOLVER,
            },
            Self::AboveGap { .. } => ABOVE_GAP,
            Self::Incomplete { .. } => INCOMPLETE,
            Self::Interrupted { .. } => INTERRUPTED,
        }
    }

    /// What to add below the message.
    fn details(&self) -> Vec<String> {
        match self {
            Self::Usage { hint, .. } if !hint.is_empty() => vec![format!("hint: {hint}")],
            Self::Solve(SolveError::Infeasible { conflict, relaxations }) => {
                let mut lines: Vec<String> =
                    conflict.iter().map(|row| format!("  conflict: {}", RowName::parse(row).in_words())).collect();
                lines.extend(relaxations.iter().map(|relaxation| {
                    let name = RowName::parse(&relaxation.row);
                    let unit = if name.is_money() { "a year".to_owned() } else { name.unit("") };
                    let by = ballast_report::number::rounded_up(relaxation.by);
                    format!("  would do: {} relaxed by {by} {unit}", name.in_words())
                }));
                lines
            }
            Self::Incomplete { why, .. } => why.iter().map(|line| format!("  {line}")).collect(),
            _ => Vec::new(),
        }
    }
}

/// Tells the user what failed and answers the exit code.
pub(crate) fn report(error: &anyhow::Error, output: &Output) -> ExitCode {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        output.error(&format!("{error:#}\nthis is a bug in ballast"));
        return ExitCode::from(BUG);
    };
    match failure {
        Failure::Case(findings) => {
            let (errors, _) = findings.counts();
            output.error(&format!("{}\n{findings}{errors} errors; nothing was run", failure));
        }
        // `check` has shown everything already.
        Failure::Checked { .. } => {}
        _ => {
            let mut text = failure.to_string();
            for line in failure.details() {
                text.push('\n');
                text.push_str(&line);
            }
            output.error(&text);
        }
    }
    ExitCode::from(failure.code())
}
