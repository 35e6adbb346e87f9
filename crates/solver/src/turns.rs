//! Better bounds and plans for large estates in turns, as workloads choose together.

use std::sync::Arc;

use crate::{
    Progress,
    bounds::Multipliers,
    choices::{Ascent, Care, Together},
    relaxation::{Relaxed, Search},
    solve::Effort,
    whole::{Whole, better, options_of},
};

/// Turns at most with the same care.
const TURNS: usize = 12;
/// A turn that closes less than this part of the gap is the last one.
const SLOW: f64 = 0.05;
/// The part of the wanted gap at which a goal of its own is content.
const CONTENT: f64 = 0.2;

/// A bound in units of [`crate::Problem::money_unit`], and the best plan so far.
pub(crate) type Bounded = (f64, Option<Whole>);

impl Search<'_> {
    /// Raises the bound at the relaxation's multipliers turn by turn, and looks for plans where processes agree, until
    /// the gap is met: by far for a goal of its own, which may take more care too.
    pub(crate) fn choose_together(
        &mut self,
        relaxed: &Relaxed,
        multipliers: &Arc<Multipliers>,
        effort: Effort,
        known: Option<Whole>,
    ) -> Bounded {
        let (problem, control) = (self.problem, self.control);
        let mut found: Bounded = (relaxed.bound_at_duals, known);
        let Some(together) = Together::new(problem, self.goal, relaxed) else { return found };
        let begun = together.begun();
        let mut ascent = Ascent::new(&together, Care::Quick);
        let part = if effort == Effort::Alone { CONTENT } else { 1.0 };
        let mut cares = vec![Care::Quick];
        cares.extend((effort == Effort::Alone).then_some(Care::Thorough));
        'all: for care in cares {
            if care == Care::Thorough {
                if self.is_within(&found, 1.0) {
                    break;
                }
                ascent.take_care();
            }
            for turn in 0..TURNS {
                let before = found.0;
                if !ascent.turn(control) {
                    break 'all;
                }
                found.0 = ascent.bound();
                (control.progress)(Progress::Bounds {
                    round: turn + 1,
                    rows: problem.losses.processes.len(),
                    columns: problem.options.len(),
                    bound: found.0 * problem.money_unit,
                    relaxed: found.0 * problem.money_unit,
                });
                let gap =
                    |found: &Bounded| found.1.as_ref().map(|whole| whole.objective / problem.money_unit - found.0);
                let is_slow = turn > 0 && gap(&found).is_some_and(|gap| found.0 - before < SLOW * gap);
                let is_last = is_slow || turn + 1 == TURNS || self.is_within(&found, part);
                // Plans become better as processes agree, and hardly once they do.
                if is_last || (turn + 1).is_power_of_two() && turn > 0 {
                    let mut starts = vec![ascent.plan(&begun)];
                    if turn == 1 {
                        starts.extend(
                            found
                                .1
                                .as_ref()
                                .and_then(|whole| options_of(&whole.mix))
                                .map(|options| together.completed(&options, &begun)),
                        );
                    }
                    // They are as good as what a descent finds from them, but it looks longer.
                    let as_they_are = starts.iter().filter_map(|start| self.as_it_is(start.clone()));
                    let plan = as_they_are.fold(None, |best, plan| better(best, Some(plan)));
                    let plan = match plan {
                        Some(plan) if !is_last => Some(plan),
                        plan => better(plan, self.search_from(multipliers, Self::prices(relaxed), starts)),
                    };
                    found.1 = better(found.1.take(), plan);
                }
                if is_last || self.is_within(&found, part) {
                    break;
                }
            }
        }
        self.prove(relaxed, found.0, multipliers);
        found
    }

    /// Whether the gap is within this part of the wanted one.
    fn is_within(&self, (bound, whole): &Bounded, part: f64) -> bool {
        let gap = |whole: &Whole| whole.objective - bound * self.problem.money_unit;
        whole.as_ref().is_some_and(|whole| gap(whole) <= part * self.wanted() * self.size(whole))
    }
}
