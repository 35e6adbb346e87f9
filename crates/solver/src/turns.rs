//! Better bounds and plans for large estates in turns, as workloads choose together.

use std::sync::Arc;

use crate::{
    Progress, blocks,
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

/// What turns go by.
struct Terms<'a> {
    together: &'a Together<'a>,
    relaxed: &'a Relaxed,
    multipliers: &'a Multipliers,
    /// The charges that plans may need.
    begun: Vec<bool>,
    /// The part of the wanted gap that is enough.
    part: f64,
}

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
        let mut found: Bounded = (relaxed.bound_at_duals, known);
        let Some(together) = Together::new(self.problem, self.goal, relaxed) else { return found };
        let (is_alone, is_few) = (effort == Effort::Alone, !blocks::suit(self.problem));
        // Of many goals of an estate of very many processes each takes no more time than it must.
        let part = if is_alone || is_few { CONTENT } else { 1.0 };
        let terms = Terms { together: &together, relaxed, multipliers, begun: together.begun(), part };
        let mut ascent = Ascent::new(&together, Care::Quick);
        let mut goes_on = self.take_turns(&mut ascent, &terms, &mut found);
        // Where processes have come to, what is paid once is shared out anew.
        let other = if goes_on && !self.is_content(part, &found) { ascent.reshared() } else { None };
        let again = other.as_ref().and_then(|other| Together::new(self.problem, self.goal, other));
        let mut terms = terms;
        if let Some(again) = &again {
            ascent = ascent.at_shares_of(again);
            terms.together = again;
            goes_on = self.take_turns(&mut ascent, &terms, &mut found);
        }
        let enough = if is_few { CONTENT } else { 1.0 };
        if goes_on && (is_alone || is_few) && !self.is_content(enough, &found) {
            ascent.take_care();
            self.take_turns(&mut ascent, &terms, &mut found);
        }
        self.prove(relaxed, found.0, multipliers);
        found
    }

    /// Takes turns until the gap is small enough or they are slow. Answers whether the run was not ended meanwhile.
    fn take_turns(&self, ascent: &mut Ascent<'_>, terms: &Terms<'_>, found: &mut Bounded) -> bool {
        let unit = self.problem.money_unit;
        let mut has_looked = false;
        for turn in 0..TURNS {
            let before = ascent.bound();
            if !ascent.turn(self.control) {
                return false;
            }
            found.0 = found.0.max(ascent.bound());
            (self.control.progress)(Progress::Bounds {
                round: turn + 1,
                rows: self.problem.losses.processes.len(),
                columns: self.problem.options.len(),
                bound: found.0 * unit,
                relaxed: found.0 * unit,
            });
            let is_slow = turn > 0
                && found.1.as_ref().is_some_and(|whole| {
                    let gained = ascent.bound() - before;
                    let wanted = terms.part * self.wanted() * self.size(whole) / unit;
                    let missing = whole.objective / unit - found.0 - wanted;
                    // At this pace the turns that are left may still do.
                    let is_in_reach = missing > 0.0 && gained * (TURNS - 1 - turn) as f64 > missing;
                    gained < SLOW * (whole.objective / unit - found.0) && !is_in_reach
                });
            let is_content = self.is_content(terms.part, found);
            if is_content && has_looked {
                break;
            }
            let is_last = is_slow || turn + 1 == TURNS || is_content;
            // Plans become better as processes agree, and hardly once they do.
            if is_last || turn > 0 && (turn + 1).is_power_of_two() {
                has_looked = true;
                let mut starts = vec![ascent.plan(&terms.begun)];
                if turn == 1 {
                    let known = found.1.as_ref().and_then(|whole| options_of(&whole.mix));
                    starts.extend(known.map(|options| terms.together.completed(&options, &terms.begun)));
                }
                let plan = self.search_from(terms.multipliers, Self::prices(terms.relaxed), starts);
                found.1 = better(found.1.take(), plan);
            }
            if is_last || self.is_content(terms.part, found) {
                break;
            }
        }
        true
    }

    /// Whether there is a plan within this part of the wanted gap.
    fn is_content(&self, part: f64, (bound, whole): &Bounded) -> bool {
        whole.as_ref().is_some_and(|whole| self.is_within(part, whole, *bound))
    }
}
