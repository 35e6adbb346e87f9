//! How a caller watches and stops a run.

use std::sync::atomic::{AtomicBool, Ordering};

/// What a run is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Options and losses are being prepared.
    Preparing,
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
}

impl Control<'_> {
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}
