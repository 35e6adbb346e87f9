//! One event through one plan, process by process, straight from the definitions (docs/math.md, section 3).

use ballast_model::{Estate, Plan, ProcessId, WorkloadId};

use crate::{Event, EventClass, LossModel, LossTerm, Outcome, TermKind, outcome, term_loss};

/// What one event does to one process.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessLoss {
    /// The process.
    pub process: ProcessId,
    /// What it loses; its partner's loss if it is a partner's.
    pub loss: f64,
    /// Whether it stands or runs degraded, and through which workloads; the worst critical one alone if it stands.
    pub causes: Vec<WorkloadId>,
    /// Hours from the start of the event until it stops; none if nothing critical is missed.
    pub stops_after_h: Option<f64>,
    /// Hours of standstill until it earns again, restart included.
    pub stands_h: f64,
    /// Hours without the workload that is down longest.
    pub downtime_h: f64,
}

/// What `event` of `class` does to every process of `estate` under `plan`. Processes that do not feel it are left out.
pub fn replay_event(
    estate: &Estate,
    model: &LossModel,
    class: &EventClass,
    event: &Event,
    plan: &Plan,
) -> Vec<ProcessLoss> {
    let outcomes: Vec<Vec<Outcome>> = estate
        .workload_ids()
        .map(|workload| {
            let parts = plan.of(workload).iter();
            parts.map(|part| outcome(estate, &class.impairment, workload, &part.deployment)).collect()
        })
        .collect();
    let scene = Scene { estate, event, plan, outcomes: &outcomes };
    estate.process_ids().filter_map(|id| scene.process(id, model.terms_of(id))).collect()
}

struct Scene<'a> {
    estate: &'a Estate,
    event: &'a Event,
    plan: &'a Plan,
    outcomes: &'a [Vec<Outcome>],
}

impl Scene<'_> {
    fn process(&self, id: ProcessId, terms: &[LossTerm]) -> Option<ProcessLoss> {
        let downtime_h = terms.iter().map(|term| self.downtime_h(term.workload)).fold(0.0, f64::max);
        if downtime_h == 0.0 {
            return None;
        }
        let critical = terms.iter().filter(|term| term.kind == TermKind::Critical);
        let worst = critical
            .map(|term| (term, self.loss(term)))
            .fold(None, |worst: Option<(&LossTerm, f64)>, (term, loss)| match worst {
                Some((_, most)) if most >= loss => worst,
                _ => Some((term, loss)),
            })
            .filter(|(_, loss)| *loss > 0.0);
        let degrading: Vec<(&LossTerm, f64)> = terms
            .iter()
            .filter(|term| term.kind != TermKind::Critical)
            .map(|term| (term, self.loss(term)))
            .filter(|(_, loss)| *loss > 0.0)
            .collect();
        let degraded: f64 = degrading.iter().map(|(_, loss)| loss).sum();
        let mut felt = ProcessLoss {
            process: id,
            loss: degraded,
            causes: degrading.iter().map(|(term, _)| term.workload).collect(),
            stops_after_h: None,
            stands_h: 0.0,
            downtime_h,
        };
        for term in terms.iter().filter(|term| term.kind == TermKind::Critical) {
            let down = self.downtime_h(term.workload);
            if down > term.buffer_h {
                let stands = down - term.buffer_h + self.estate.process(id).restart.get();
                felt.stops_after_h = Some(felt.stops_after_h.map_or(term.buffer_h, |soonest| soonest.min(term.buffer_h)));
                felt.stands_h = felt.stands_h.max(stands);
            }
        }
        if let Some((term, loss)) = worst
            && loss >= degraded
        {
            felt.loss = loss;
            felt.causes = vec![term.workload];
        }
        Some(felt)
    }

    /// The loss of a term, over the parts of its workload.
    fn loss(&self, term: &LossTerm) -> f64 {
        let parts = self.plan.of(term.workload).iter().zip(&self.outcomes[term.workload.index()]);
        parts
            .map(|(part, outcome)| {
                let event = self.event;
                let loss = term_loss(self.estate, term, outcome, event.start_h, event.duration_h, event.luck);
                part.share.get() * loss
            })
            .sum()
    }

    /// The downtime of a workload's worst part.
    fn downtime_h(&self, workload: WorkloadId) -> f64 {
        let outcomes = self.outcomes[workload.index()].iter();
        outcomes.map(|outcome| outcome.downtime_h(self.event.duration_h, self.event.luck)).fold(0.0, f64::max)
    }
}
