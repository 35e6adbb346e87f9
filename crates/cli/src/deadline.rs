//! What ends a command before it is done, by Ctrl-C or the time limit of its case, and what is said then.

use std::time::Instant;

use ballast_model::Settings;
use ballast_solver::{Control, Progress, SolveError};

use crate::{failure::Failure, interrupt};

/// When a command has to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    start: Instant,
    /// Seconds from then on; none if it may take as long as it takes.
    limit: Option<f64>,
}

impl Deadline {
    /// That of a command on a case with these settings which began at `start`.
    pub(crate) fn new(start: Instant, settings: &Settings) -> Self {
        Self { start, limit: settings.solver.time_limit_s }
    }

    /// Seconds that are left; infinite without a limit.
    fn left(&self) -> f64 {
        self.limit.map_or(f64::INFINITY, |limit| limit - self.start.elapsed().as_secs_f64())
    }

    /// Whether the command shall end now.
    pub(crate) fn is_over(&self) -> bool {
        interrupt::asked() || self.left() <= 0.0
    }

    /// Does `work` that may take this part of the time that is left, so that there is some for what follows.
    pub(crate) fn within<T>(
        &self,
        part: f64,
        progress: &(dyn Fn(Progress) + Sync),
        work: impl FnOnce(&Control<'_>) -> T,
    ) -> T {
        let kept = if self.limit.is_some() { (1.0 - part) * self.left().max(0.0) } else { 0.0 };
        let left = || self.left() - kept;
        let seconds_left: Option<&(dyn Fn() -> f64 + Sync)> =
            if self.limit.is_some() { Some(&left) } else { None };
        work(&Control { progress, interrupt: interrupt::flag(), seconds_left })
    }
}

/// What ended a command that has written something into a folder.
pub(crate) fn stopped(folder: String) -> Failure {
    if interrupt::asked() { Failure::Stopped { folder } } else { Failure::OutOfTime { folder } }
}

/// What ended a command that has nothing to show, before `what`.
pub(crate) fn unfinished(what: &'static str) -> Failure {
    if interrupt::asked() { Failure::Interrupted } else { Failure::Unfinished { what } }
}

/// The failure of a solver that had no answer yet: an end of the run is one before `what`.
pub(crate) fn failure_before(what: &'static str) -> impl Fn(SolveError) -> Failure {
    move |error| if error.is_end() { unfinished(what) } else { Failure::Solve(error) }
}

/// What ended a command that has shown a part of its answer.
pub(crate) fn partial(not_done: impl Into<String>) -> Failure {
    Failure::Partial { interrupted: interrupt::asked(), not_done: not_done.into() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn that_began(seconds_ago: u64, limit: Option<f64>) -> Deadline {
        let start =
            Instant::now().checked_sub(Duration::from_secs(seconds_ago)).expect("after the machine's start");
        Deadline { start, limit }
    }

    fn is_ended(deadline: &Deadline, part: f64) -> bool {
        deadline.within(part, &|_| {}, |control: &Control<'_>| control.interrupted())
    }

    #[test]
    fn time_that_is_up_ends_every_part() {
        let over = that_began(3, Some(2.0));
        assert!(over.is_over() && is_ended(&over, 1.0) && is_ended(&over, 0.5));
    }

    #[test]
    fn a_part_leaves_time_for_what_follows() {
        let long = that_began(1, Some(1e6));
        assert!(!long.is_over() && !is_ended(&long, 0.5) && is_ended(&long, 0.0));
    }

    #[test]
    fn without_a_limit_nothing_ends() {
        let free = that_began(3, None);
        assert!(!free.is_over() && !is_ended(&free, 0.0));
        free.within(0.5, &|_| {}, |control| assert!(control.seconds_left.is_none()));
    }
}
