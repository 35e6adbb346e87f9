//! Expected failures and the exit codes that stand for them. Anything else is a bug.

use std::process::ExitCode;

use ballast_ingest::Diagnostics;
use ballast_report::{RowName, WriteError, number};
use ballast_solver::{Relaxation, SolveError};

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
    /// The case, a scenario or a sweep is not usable.
    #[error("{what} cannot be used")]
    Case { what: String, findings: Diagnostics },
    /// There is no certified plan.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The plans are written and shown, with their gap.
    #[error("stopped at a limit with a gap of {gap}; {wanted} was asked for")]
    AboveGap { gap: String, wanted: String },
    /// Jobs failed or did not run; the others are written and shown.
    #[error("{} of {all} jobs are not done", why.len())]
    Incomplete { all: usize, why: Vec<String> },
    /// A run's figures are not those of its files; the findings have been shown.
    #[error("{wrong} of {all} checks fail: the run does not stand up")]
    Unverified { wrong: usize, all: usize },
    /// The time limit ended the run; what was found is written and shown.
    #[error("the time limit was reached; what was found by then is in {folder}")]
    OutOfTime { folder: String },
    /// A part of the answer is shown.
    #[error("{}; not done: {not_done}", if *interrupted { "interrupted" } else { "the time limit was reached" })]
    Partial { interrupted: bool, not_done: String },
    /// The time limit ended the run before there was something to write.
    #[error("the time limit was reached before {what}")]
    Unfinished { what: &'static str },
    /// The user stopped the run before there was something to write.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// The user stopped the run; what was done is written and shown.
    #[error("interrupted; what was done is in {folder}")]
    Stopped { folder: String },
}

impl Failure {
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hint: hint.into() }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Checked { .. } | Self::Case { .. } | Self::Write(_) => BAD_INPUT,
            Self::Solve(error) => match error {
                SolveError::NoOption(_) | SolveError::MissingPrice { .. } | SolveError::Unsupported { .. } => {
                    BAD_INPUT
                }
                SolveError::Infeasible { .. } => INFEASIBLE,
                SolveError::Interrupted => INTERRUPTED,
                SolveError::NoPlan
                | SolveError::OutOfTime
                | SolveError::Unbounded
                | SolveError::Backend { .. }
                | SolveError::Uncertified { .. }
                | SolveError::Moved(_)
                | SolveError::Plan(_) => SOLVER,
            },
            Self::Unverified { .. } | Self::Unfinished { .. } => SOLVER,
            Self::AboveGap { .. } | Self::OutOfTime { .. } | Self::Partial { interrupted: false, .. } => ABOVE_GAP,
            Self::Incomplete { .. } => INCOMPLETE,
            Self::Interrupted | Self::Stopped { .. } | Self::Partial { interrupted: true, .. } => INTERRUPTED,
        }
    }

    /// Whether stdout has got the document of this run already.
    fn is_shown(&self) -> bool {
        matches!(
            self,
            Self::Checked { .. }
                | Self::Unverified { .. }
                | Self::AboveGap { .. }
                | Self::OutOfTime { .. }
                | Self::Incomplete { .. }
                | Self::Stopped { .. }
                | Self::Partial { .. }
        )
    }

    /// What to add below the message, one line each.
    fn details(&self) -> Vec<String> {
        match self {
            Self::Usage { hint, .. } if !hint.is_empty() => vec![format!("hint: {hint}")],
            Self::Case { findings, .. } => {
                let errors = findings.counts().0;
                let plural = if errors == 1 { "error" } else { "errors" };
                let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
                lines.push(format!("hint: {errors} {plural}, nothing was run; `ballast explain CODE` says more"));
                lines
            }
            Self::Solve(SolveError::Infeasible { conflict, relaxations }) => {
                let conflicts =
                    conflict.iter().map(|row| format!("  conflict: {}", RowName::parse(row).in_words()));
                conflicts.chain(relaxations.iter().map(would_do)).collect()
            }
            Self::AboveGap { .. } => {
                vec!["hint: ask for less with --set solver.gap=0.01, or give it time with --set solver.time_limit_s=600 where it has a limit".to_owned()]
            }
            Self::OutOfTime { .. } => {
                vec!["hint: --set solver.time_limit_s=600 gives it ten minutes; with fewer --points, or --inputs, it has less to do".to_owned()]
            }
            Self::Incomplete { why, .. } => why.iter().map(|line| format!("  {line}")).collect(),
            Self::Solve(SolveError::OutOfTime) | Self::Unfinished { .. } => {
                vec!["hint: give it ten minutes by time_limit_s = 600 under [solver] in case.toml, or --set solver.time_limit_s=600; nothing was written".to_owned()]
            }
            Self::Partial { interrupted: false, .. } => {
                vec!["hint: time_limit_s = 600 under [solver] in case.toml gives it ten minutes".to_owned()]
            }
            Self::Stopped { .. } | Self::Partial { .. } => {
                vec!["hint: run the command again to finish it".to_owned()]
            }
            _ => Vec::new(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Solve(SolveError::Infeasible { .. }) => {
                "no plan meets all requirements; that is proven".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// The failure in one line, for a list of jobs.
    pub(crate) fn in_one_line(&self) -> String {
        match self {
            Self::Case { findings, .. } => {
                let errors = findings.counts().0;
                let first = findings.iter().find(|finding| finding.severity == ballast_ingest::Severity::Error);
                let place = first.map(ToString::to_string).unwrap_or_default();
                let more = if errors > 1 { format!(" and {} more errors", errors - 1) } else { String::new() };
                format!("{}{more}", place.lines().next().unwrap_or_default())
            }
            Self::Solve(SolveError::Infeasible { conflict, .. }) => {
                let rows: Vec<String> = conflict.iter().map(|row| RowName::parse(row).in_words()).collect();
                format!("{}: {}", self.message(), rows.join(", "))
            }
            other => other.to_string(),
        }
    }
}

/// A requirement that would have to give way, and how far.
fn would_do(relaxation: &Relaxation) -> String {
    let name = RowName::parse(&relaxation.row);
    let unit = if name.is_money() { "a year".to_owned() } else { name.unit("") };
    format!("  would do: {} relaxed by {} {unit}", name.in_words(), rounded_up(relaxation.by))
}

/// A whole number that is no less, so that the advice suffices.
fn rounded_up(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is not negative")]
    let whole = value.max(0.0).ceil() as u64;
    number::grouped(whole)
}

/// Tells the user what failed and answers the exit code.
pub(crate) fn report(error: &anyhow::Error, output: &Output) -> ExitCode {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        output.error(&format!("{error:#}\nhint: this is a bug in ballast; please report it with the command"));
        return ExitCode::from(BUG);
    };
    let details = failure.details();
    if output.is_json() && !failure.is_shown() {
        let diagnostics = if let Failure::Case { findings, .. } = failure { Some(findings) } else { None };
        let document = serde_json::json!({
            "error": { "code": failure.code(), "message": failure.message(), "details": details, "diagnostics": diagnostics }
        });
        if output.json(&document).is_err() {
            return ExitCode::from(BAD_INPUT);
        }
    }
    // `check` has shown everything already.
    if !matches!(failure, Failure::Checked { .. }) {
        output.error(&details.iter().fold(failure.message(), |text, line| format!("{text}\n{line}")));
    }
    ExitCode::from(failure.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_rounded_so_that_it_suffices() {
        assert_eq!(rounded_up(1_234_567.2), format!("1{0}234{0}568", '\u{a0}'));
        assert_eq!(rounded_up(4.0), "4");
    }

    #[test]
    fn exit_codes_are_those_of_the_help() {
        let infeasible = SolveError::Infeasible { conflict: vec!["budget".to_owned()], relaxations: Vec::new() };
        assert_eq!(Failure::Solve(infeasible).code(), 3);
        assert_eq!(Failure::Solve(SolveError::Unbounded).code(), 5);
        assert_eq!(Failure::AboveGap { gap: String::new(), wanted: String::new() }.code(), 4);
        assert_eq!(Failure::OutOfTime { folder: String::new() }.code(), 4);
        assert_eq!(Failure::Solve(SolveError::OutOfTime).code(), 5);
        for (interrupted, code) in [(false, 4), (true, 130)] {
            assert_eq!(Failure::Partial { interrupted, not_done: String::new() }.code(), code);
        }
        assert_eq!(Failure::Incomplete { all: 2, why: Vec::new() }.code(), 6);
        assert_eq!(Failure::Interrupted.code(), 130);
        assert_eq!(Failure::usage("", "").code(), 2);
    }
}
