//! Placements of many plans in little room: each plan is told by what differs from the plan before it.

use serde::{Serialize, Serializer};

/// Part of a workload in one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// Position in the page's table of deployments.
    pub(super) deployment: usize,
    /// Share of the workload.
    pub(super) share: f64,
    /// Cost per year.
    pub(super) cost: f64,
}

/// A workload in a plan: its parts, the largest first, and the expected loss that it causes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) parts: Vec<Part>,
    pub(super) loss: f64,
}

/// A number of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Figure {
    Position(usize),
    Share(f64),
    Amount(Amount),
}

/// Money as the page shows it: whole units, cents where there is little else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount(f64);

impl Amount {
    pub(super) fn of(value: f64) -> Self {
        Self(if value.abs() < 100.0 { (value * 100.0).round() / 100.0 } else { value.round() })
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            // What is missing is no number, which JSON calls null.
            serializer.serialize_f64(self.0)
        }
    }
}

/// What a plan changes in the plan before it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Difference {
    /// `[workload, deployment, cost]`, or `[workload, deployment, share, cost, deployment, share, cost …]` of one
    /// that is split.
    placed: Vec<Vec<Figure>>,
    /// How many workloads lose as much as before, how many do not, and so on in turns.
    runs: Vec<usize>,
    /// The losses of those that do not.
    losses: Vec<Amount>,
}

/// The plans one after another; the first differs from nothing.
pub(super) fn differences(plans: &[Vec<State>]) -> Vec<Difference> {
    let nothing = Vec::new();
    let before = std::iter::once(&nothing).chain(plans);
    plans.iter().zip(before).map(|(plan, before)| difference(plan, before)).collect()
}

fn difference(plan: &[State], before: &[State]) -> Difference {
    let mut found = Difference { placed: Vec::new(), runs: vec![0], losses: Vec::new() };
    let mut is_odd = false;
    for (workload, state) in plan.iter().enumerate() {
        let older = before.get(workload);
        if older.is_none_or(|older| older.parts != state.parts) {
            found.placed.push(entry(workload, &state.parts));
        }
        let loss = Amount::of(state.loss);
        let differs = older.is_none_or(|older| Amount::of(older.loss) != loss);
        // Runs of equal losses stand at even positions.
        match found.runs.last_mut() {
            Some(run) if differs == is_odd => *run += 1,
            _ => {
                found.runs.push(1);
                is_odd = differs;
            }
        }
        if differs {
            found.losses.push(loss);
        }
    }
    found
}

fn entry(workload: usize, parts: &[Part]) -> Vec<Figure> {
    use Figure::Position;
    let amount = |value: f64| Figure::Amount(Amount::of(value));
    let mut entry = vec![Position(workload)];
    match parts {
        [one] => entry.extend([Position(one.deployment), amount(one.cost)]),
        many => entry.extend(many.iter().flat_map(|part| {
            let share = Figure::Share(part.share);
            [Position(part.deployment), share, amount(part.cost)]
        })),
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(parts: &[(usize, f64, f64)], loss: f64) -> State {
        let part = |(deployment, share, cost)| Part { deployment, share, cost };
        State { parts: parts.iter().copied().map(part).collect(), loss }
    }

    #[test]
    fn a_plan_says_only_what_it_changes() {
        let first = vec![state(&[(3, 1.0, 10.5)], 1.0), state(&[(4, 1.0, 2000.4)], 0.0)];
        let mut second = first.clone();
        second[1] = state(&[(4, 0.75, 1500.3), (5, 0.25, 6.0)], 0.0);
        let mut third = second.clone();
        third[1].loss = 2.5;
        let written = serde_json::to_string(&differences(&[first, second, third])).expect("plain data");
        assert_eq!(
            written,
            "[{\"placed\":[[0,3,10.5],[1,4,2000]],\"runs\":[0,2],\"losses\":[1,0]},\
             {\"placed\":[[1,4,0.75,1500,5,0.25,6]],\"runs\":[2],\"losses\":[]},\
             {\"placed\":[],\"runs\":[1,1],\"losses\":[2.5]}]"
        );
    }
}
