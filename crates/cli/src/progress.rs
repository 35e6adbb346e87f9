//! A progress bar on stderr, for terminals only.

use std::time::Duration;

use ballast_report::number;
use ballast_solver::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// Shows what a run is doing.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    currency: String,
}

impl Bar {
    pub(crate) fn new(output: &Output, currency: &str) -> Self {
        let bar = if output.shows_progress() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:28} {pos}/{len} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, currency: currency.to_owned() }
    }

    /// Says what happens before there are plans to count.
    pub(crate) fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Takes a message of the solver.
    pub(crate) fn take(&self, progress: &Progress) {
        match *progress {
            Progress::Preparing => self.say("preparing options"),
            Progress::Bounds { round, bound, relaxed, .. } => self.say(&format!(
                "bounds, round {round}: between {} and {}",
                number::money(bound, &self.currency),
                number::money(relaxed, &self.currency)
            )),
            Progress::Step { done, of } => {
                self.bar.set_length(of as u64);
                self.bar.set_position(done as u64);
            }
            Progress::Point { done, of, annual_cost, expected_loss, gap } => {
                self.bar.set_length(of as u64);
                self.bar.set_position(done as u64);
                self.say(&format!(
                    "cost {}, expected loss {}, gap {}",
                    number::money(annual_cost, &self.currency),
                    number::money(expected_loss, &self.currency),
                    number::percent(gap)
                ));
            }
        }
    }

    /// Sets how many jobs a batch has.
    pub(crate) fn of(&self, jobs: usize) {
        self.bar.set_length(jobs as u64);
    }

    /// Writes a line that stays, above the bar.
    pub(crate) fn above(&self, line: &str) {
        self.bar.println(line);
    }

    /// Counts one job.
    pub(crate) fn tick(&self, what: &str) {
        self.bar.inc(1);
        self.say(what);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
