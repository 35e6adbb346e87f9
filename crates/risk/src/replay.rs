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
    /// When the loss arises.
    pub windows: Vec<LossWindow>,
    /// The part of the loss that is for data that are gone.
    pub data_loss: f64,
}

/// Hours of an event in which a process loses money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossWindow {
    /// Hours from the start of the event.
    pub from_h: f64,
    /// Hours from the start of the event.
    pub to_h: f64,
    /// Money per hour of the process's calendar with weight 1.
    pub per_hour: f64,
}

impl ProcessLoss {
    /// The loss from `from_h` to `to_h` hours after the start of `event`, without that for data.
    pub fn between(&self, estate: &Estate, event: &Event, from_h: f64, to_h: f64) -> f64 {
        let profile = estate.profile(estate.process(self.process).calendar);
        let part = |window: &LossWindow| {
            let (from, to) = (window.from_h.max(from_h), window.to_h.min(to_h));
            if to > from {
                window.per_hour * profile.integral(event.start_h + from, event.start_h + to)
            } else {
                0.0
            }
        };
        self.windows.iter().map(part).sum()
    }

    /// Hours from the start of the event until nothing is lost any more.
    pub fn ends_after_h(&self) -> f64 {
        self.windows.iter().map(|window| window.to_h).fold(0.0, f64::max)
    }
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
            windows: degrading.iter().flat_map(|(term, _)| self.windows(term)).collect(),
            data_loss: degrading.iter().map(|(term, _)| self.data_loss(term)).sum(),
        };
        for term in terms.iter().filter(|term| term.kind == TermKind::Critical) {
            let down = self.downtime_h(term.workload);
            if down > term.buffer_h {
                let stands = down - term.buffer_h + self.estate.process(id).restart.get();
                felt.stops_after_h =
                    Some(felt.stops_after_h.map_or(term.buffer_h, |soonest| soonest.min(term.buffer_h)));
                felt.stands_h = felt.stands_h.max(stands);
            }
        }
        if let Some((term, loss)) = worst
            && loss >= degraded
        {
            felt.loss = loss;
            felt.causes = vec![term.workload];
            felt.windows = self.windows(term);
            felt.data_loss = self.data_loss(term);
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

    /// The parts of a term's loss in time.
    fn windows(&self, term: &LossTerm) -> Vec<LossWindow> {
        let process = self.estate.process(term.process);
        let (share, restart_h, made_up) = match term.kind {
            TermKind::Critical => (1.0, process.restart.get(), process.made_up_factor()),
            TermKind::Degrading(share) => (share, 0.0, 1.0),
        };
        let parts = self.plan.of(term.workload).iter().zip(&self.outcomes[term.workload.index()]);
        parts
            .filter_map(|(part, outcome)| {
                let down = outcome.downtime_h(self.event.duration_h, self.event.luck);
                let per_hour =
                    process.value.get() * term.share * share * made_up * outcome.severity * part.share.get();
                let window = LossWindow { from_h: term.buffer_h, to_h: down + restart_h, per_hour };
                (down > term.buffer_h && per_hour > 0.0).then_some(window)
            })
            .collect()
    }

    fn data_loss(&self, term: &LossTerm) -> f64 {
        if !term.is_own {
            return 0.0;
        }
        let value = self.estate.process(term.process).data_value.get();
        let parts = self.plan.of(term.workload).iter().zip(&self.outcomes[term.workload.index()]);
        parts.map(|(part, outcome)| part.share.get() * value * outcome.data_loss_h).sum()
    }

    /// The downtime of a workload's worst part.
    fn downtime_h(&self, workload: WorkloadId) -> f64 {
        let outcomes = self.outcomes[workload.index()].iter();
        outcomes.map(|outcome| outcome.downtime_h(self.event.duration_h, self.event.luck)).fold(0.0, f64::max)
    }
}
