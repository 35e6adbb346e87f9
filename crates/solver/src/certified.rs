//! Continuous programmes solved with a certificate: no engine's word is taken for an optimum.

use crate::{
    Control, LinearProgram, SolveError,
    backend::{self, Backend, BackendError, Effort, RawSolution, Warm},
    certify::{Certificate, Failure, certify},
    conflict,
    problem::Problem,
};

/// Solves a programme that continues the one that `warm` solved last; `programmes` counts the solves.
///
/// HiGHS may call a warm-started answer optimal that is not (its issues 3194 and 3294): what fails its certificate,
/// and what is said to be infeasible, is solved again from nothing.
pub(crate) fn solve_from(
    problem: &Problem<'_>,
    control: &Control<'_>,
    warm: &mut Warm,
    program: &LinearProgram,
    programmes: &mut usize,
) -> Result<(RawSolution, Certificate), SolveError> {
    if problem.backend == Backend::Highs {
        *programmes += 1;
        let ran = warm.run(program, Effort::default(), control);
        if ran.is_err() && control.interrupted() {
            return Err(SolveError::NoPlan);
        }
        if let Ok(raw) = ran
            && let Ok(certificate) = certify(program, &raw)
        {
            return Ok((raw, certificate));
        }
        *warm = Warm::default();
    }
    solve(problem, control, program, programmes)
}

/// Solves a programme from nothing; a failed certificate earns one more try with another seed.
pub(crate) fn solve(
    problem: &Problem<'_>,
    control: &Control<'_>,
    program: &LinearProgram,
    programmes: &mut usize,
) -> Result<(RawSolution, Certificate), SolveError> {
    solve_unexplained(problem, control, program, programmes).map_err(|error| match error {
        BackendError::Infeasible => conflict::explain(problem, program, control),
        BackendError::Unbounded => SolveError::Unbounded,
        BackendError::NoSolution => SolveError::NoPlan,
        BackendError::Failed(error) => error,
    })
}

/// The same where nobody asks which rows leave an infeasible programme without a solution.
pub(crate) fn solve_unexplained(
    problem: &Problem<'_>,
    control: &Control<'_>,
    program: &LinearProgram,
    programmes: &mut usize,
) -> Result<(RawSolution, Certificate), BackendError> {
    let backend = problem.backend;
    let mut failure = None;
    for seed in [0, 1] {
        *programmes += 1;
        let effort = Effort { seed, time_limit_s: control.seconds_left(), ..Effort::default() };
        let raw = backend::run(backend, program, effort, control)?;
        if raw.duals.is_empty() {
            let what = "prove a bound";
            return Err(BackendError::Failed(SolveError::Unsupported { backend: backend.name(), what }));
        }
        match certify(program, &raw) {
            Ok(certificate) => return Ok((raw, certificate)),
            // It had no time to come to its optimum.
            Err(_) if raw.stopped || control.interrupted() => return Err(BackendError::NoSolution),
            Err(fault) => failure = Some(fault),
        }
    }
    Err(failure.map_or(BackendError::NoSolution, |fault| BackendError::Failed(uncertified(backend, fault))))
}

/// The error of an answer that does not stand up.
pub(crate) fn uncertified(backend: Backend, fault: Failure) -> SolveError {
    SolveError::Uncertified { backend: backend.name(), what: fault.what, row: fault.row, by: fault.by }
}
