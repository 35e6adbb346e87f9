//! The loss of one term in one event, straight from the definition (model.md section 4).

use ballast_model::Estate;

use crate::{LossTerm, Outcome, TermKind};

/// Money that `term` loses in an event with this start, duration and luck, given the outcome for its workload.
///
/// A critical term stops the process from the end of its buffer until the workload is back and the process has
/// restarted; overtime makes a part of it up. A degrading one loses its share of the value until the workload is back.
pub fn term_loss(
    estate: &Estate,
    term: &LossTerm,
    outcome: &Outcome,
    start_h: f64,
    duration_h: f64,
    luck: f64,
) -> f64 {
    if outcome.severity == 0.0 {
        return 0.0;
    }
    let process = estate.process(term.process);
    let data = if term.is_own { process.data_value.get() * outcome.data_loss_h } else { 0.0 };
    let downtime = outcome.downtime_h(duration_h, luck);
    if downtime <= term.buffer_h {
        return data;
    }
    let (share, restart, made_up) = match term.kind {
        TermKind::Critical => (1.0, process.restart.get(), process.made_up_factor()),
        TermKind::Degrading(share) => (share, 0.0, 1.0),
    };
    let hours = estate.profile(process.calendar).integral(start_h + term.buffer_h, start_h + downtime + restart);
    process.value.get() * term.share * share * made_up * outcome.severity * hours + data
}
