//! How a caller watches and stops a run.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::SolveError;

/// What a run is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Options and losses are being prepared.
    Preparing,
    /// A relaxation has been solved once more: it closes in on the least objective from both sides.
    Bounds {
        /// Rounds so far.
        round: usize,
        /// The programme's size.
        rows: usize,
        /// The programme's size.
        columns: usize,
        /// No plan has a lower objective, money per year.
        bound: f64,
        /// The programme's objective, money per year: of plans that may split workloads.
        relaxed: f64,
    },
    /// A part of the work is done.
    Step {
        /// Parts done so far.
        done: usize,
        /// Parts in all.
        of: usize,
    },
    /// A plan has been found: how many of how many, its cost, its loss and its gap.
    Point {
        /// Plans found so far.
        done: usize,
        /// Plans to find.
        of: usize,
        /// The plan's annual cost.
        annual_cost: f64,
        /// The plan's expected annual loss.
        expected_loss: f64,
        /// The plan's gap.
        gap: f64,
    },
}

/// How a caller watches and stops a run.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Called from any thread as the run goes on.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set to stop the run at the next step.
    pub interrupt: &'a AtomicBool,
    /// Tells the seconds that are left, where there is a limit. Without one nothing depends on how fast the machine is.
    pub seconds_left: Option<&'a (dyn Fn() -> f64 + Sync)>,
}

/// A flag that nobody sets.
static NEVER: AtomicBool = AtomicBool::new(false);

impl Control<'_> {
    /// Of a run that nobody watches or stops.
    pub fn quiet() -> Self {
        Self { progress: &|_| {}, interrupt: &NEVER, seconds_left: None }
    }

    /// Whether the run shall end at the next step: it was interrupted, or its time is up.
    pub fn interrupted(&self) -> bool {
        self.is_asked_to_end() || self.seconds_left() <= 0.0
    }

    /// Whether it was interrupted, whatever time is left.
    pub(crate) fn is_asked_to_end(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Seconds that are left; infinite without a limit.
    pub(crate) fn seconds_left(&self) -> f64 {
        self.seconds_left.map_or(f64::INFINITY, |left| left().max(0.0))
    }

    /// Why a run that was ended before it had an answer has none.
    pub(crate) fn ended(&self) -> SolveError {
        if self.is_asked_to_end() { SolveError::Interrupted } else { SolveError::OutOfTime }
    }
}
