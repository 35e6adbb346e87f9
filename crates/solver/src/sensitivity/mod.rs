//! How far a plan hangs on what is not known: which inputs move it, at which value another plan becomes better, what
//! it regrets, and which plan is best against a budget of bad luck.

mod inputs;
mod robust;

use ballast_model::{Estate, Plan};
use ballast_risk::{EventSet, audit, evaluate, sample, sample_with};
use rayon::prelude::*;

pub use inputs::{Input, Subject};
pub use robust::{Robust, Worst, robust};

use crate::{Control, Goal, Problem, Progress, Solution, SolveError, solve};

/// A plan's three figures, per year, and what they add up to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Annual cost.
    pub annual_cost: f64,
    /// Expected annual loss.
    pub expected_loss: f64,
    /// Cost and weighted loss: what the case's objective minimises.
    pub total: f64,
}

/// One end of an input's interval.
#[derive(Debug, Clone)]
pub struct End {
    /// Each of the compared plans, kept as it is.
    pub kept: Vec<Figures>,
    /// The best plan there; none if the input moves too little to be solved for.
    pub best: Option<Best>,
}

/// The best plan at an end.
#[derive(Debug, Clone)]
pub struct Best {
    /// The plan.
    pub plan: Plan,
    /// Its figures there.
    pub figures: Figures,
    /// No plan has a lower total there.
    pub lower_bound: f64,
    /// By compared plan: what keeping it costs more than the best plan, per year; 0 or more.
    pub regret: Vec<f64>,
    /// Workloads that the best plan deploys otherwise than the first compared plan.
    pub changes: usize,
}

/// Where another plan becomes better than the first compared one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakEven {
    /// The input as a factor of its value in the case; none for all rates together.
    pub factor: f64,
    /// Its place in the interval: 0 is the low end, 0.5 the case's value, 1 the high end.
    pub position: f64,
}

/// What one input does.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The input.
    pub input: Input,
    /// At its low end.
    pub low: End,
    /// At its high end.
    pub high: End,
    /// Where the best plan of the low end becomes better, if it is better by more than the accepted gap.
    pub break_even_low: Option<BreakEven>,
    /// The same for the high end.
    pub break_even_high: Option<BreakEven>,
}

impl Effect {
    /// The greatest change of the first compared plan's total.
    pub fn swing(&self, base: f64) -> f64 {
        (self.low.kept[0].total - base).abs().max((self.high.kept[0].total - base).abs())
    }
}

/// What all inputs do, greatest effect first.
#[derive(Debug, Clone)]
pub struct Tornado {
    /// The compared plans in the case as it is.
    pub base: Vec<Figures>,
    /// The inputs.
    pub effects: Vec<Effect>,
    /// Inputs that the run ended before it could move them.
    pub not_moved: Vec<Input>,
    /// Positions in `effects` of inputs whose best plans were to be found at both ends and were not.
    pub unsolved: Vec<usize>,
}

impl Tornado {
    /// Whether nothing ended the analysis before all that was asked for was found.
    pub fn is_complete(&self) -> bool {
        self.not_moved.is_empty() && self.unsolved.is_empty()
    }

    /// By compared plan: its greatest regret over all solved ends, with the input and whether it is the high end.
    pub fn greatest_regret(&self, plan: usize) -> Option<(&Input, bool, f64)> {
        let ends = self
            .effects
            .iter()
            .flat_map(|effect| [(&effect.input, false, &effect.low), (&effect.input, true, &effect.high)]);
        ends.filter_map(|(input, is_high, end)| Some((input, is_high, *end.best.as_ref()?.regret.get(plan)?)))
            .fold(None, |worst: Option<(&Input, bool, f64)>, next| match worst {
                Some(known) if known.2 >= next.2 => Some(known),
                _ => Some(next),
            })
    }
}

/// The case's goal without caps: cost and weighted loss together.
fn goal_of(estate: &Estate) -> Goal {
    let objective = &estate.settings().objective;
    Goal::total(objective.loss_weight, objective.risk_aversion)
}

/// A plan measured in an estate and its events.
fn measure(estate: &Estate, events: &EventSet, plan: &Plan) -> Figures {
    let risk = evaluate(estate, events, plan);
    let annual_cost = audit(estate, events.classes(), plan).annual_cost;
    let alpha = estate.settings().risk.alpha.get();
    let expected_loss = risk.expected_loss();
    Figures {
        annual_cost,
        expected_loss,
        total: goal_of(estate).objective(annual_cost, expected_loss, risk.cvar(alpha)),
    }
}

/// An estate with one input moved, and its events: drawn from the same random numbers.
struct Moved {
    estate: Estate,
    /// None if the base's events hold.
    events: Option<EventSet>,
}

impl Moved {
    fn new(estate: &Estate, events: &EventSet, input: &Input, position: f64) -> Result<Self, SolveError> {
        let moved = input.at(estate, position)?;
        let redraws = matches!(input.subject, Subject::Rate(_) | Subject::AllRates | Subject::Durations);
        let drawn = redraws.then(|| {
            if moved.given_events().is_empty() {
                let years = u32::try_from(events.years()).unwrap_or(u32::MAX);
                sample_with(&moved, years, moved.settings().risk.seed)
            } else {
                sample(&moved)
            }
        });
        Ok(Self { estate: moved, events: drawn })
    }

    fn events<'a>(&'a self, base: &'a EventSet) -> &'a EventSet {
        self.events.as_ref().unwrap_or(base)
    }
}

/// Steps of the search for a break-even: the value is found to a thousandth of the interval.
const BISECTIONS: usize = 10;

/// Moves every uncertain input to both ends of its interval: the first of `plans` is what effects and break-evens
/// speak of. For the `solved` inputs that move it most the best plan is found at both ends.
///
/// # Errors
/// If a programme cannot be solved or certified, or the run was ended before an input was moved.
pub fn tornado(
    estate: &Estate,
    events: &EventSet,
    plans: &[&Plan],
    solved: usize,
    control: &Control<'_>,
) -> Result<Tornado, SolveError> {
    let base: Vec<Figures> = plans.iter().map(|plan| measure(estate, events, plan)).collect();
    let inputs = Input::all(estate);
    let screened: Vec<Option<[Vec<Figures>; 2]>> = inputs
        .par_iter()
        .map(|input| {
            let mut ends = [Vec::new(), Vec::new()];
            for (kept, position) in ends.iter_mut().zip([0.0, 1.0]) {
                if control.interrupted() {
                    return Ok(None);
                }
                let moved = Moved::new(estate, events, input, position)?;
                *kept = plans.iter().map(|plan| measure(&moved.estate, moved.events(events), plan)).collect();
            }
            Ok(Some(ends))
        })
        .collect::<Result<_, SolveError>>()?;
    let (mut effects, mut not_moved) = (Vec::new(), Vec::new());
    for (input, ends) in inputs.into_iter().zip(screened) {
        match ends.map(|ends| ends.map(|kept| End { kept, best: None })) {
            Some([low, high]) => {
                effects.push(Effect { input, low, high, break_even_low: None, break_even_high: None });
            }
            None => not_moved.push(input),
        }
    }
    if effects.is_empty() && !not_moved.is_empty() {
        return Err(control.ended());
    }
    let of = base[0].total;
    effects.sort_by(|a, b| b.swing(of).total_cmp(&a.swing(of)).then(a.input.subject.cmp(&b.input.subject)));
    let ends: Vec<(usize, f64)> =
        (0..effects.len().min(solved)).flat_map(|index| [(index, 0.0), (index, 1.0)]).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let found: Vec<Option<(Best, Option<BreakEven>)>> = ends
        .par_iter()
        .map(|&(index, position)| {
            if control.interrupted() {
                return Ok(None);
            }
            let effect = &effects[index];
            let kept = if position == 0.0 { &effect.low.kept } else { &effect.high.kept };
            let quiet = Control { progress: &|_| {}, ..*control };
            let found = match solve_end(estate, events, plans, &effect.input, position, kept, &quiet) {
                Err(error) if error.is_end() => None,
                other => Some(other?),
            };
            let finished = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            (control.progress)(Progress::Step { done: finished, of: ends.len() });
            Ok(found)
        })
        .collect::<Result<_, SolveError>>()?;
    let mut unsolved = Vec::new();
    for ((index, position), found) in ends.into_iter().zip(found) {
        let Some((best, break_even)) = found else {
            unsolved.push(index);
            continue;
        };
        let effect = &mut effects[index];
        if position == 0.0 {
            effect.low.best = Some(best);
            effect.break_even_low = break_even;
        } else {
            effect.high.best = Some(best);
            effect.break_even_high = break_even;
        }
    }
    unsolved.dedup();
    Ok(Tornado { base, effects, not_moved, unsolved })
}

/// The best plan at one end, and where it becomes better than the first of `plans`.
fn solve_end(
    estate: &Estate,
    events: &EventSet,
    plans: &[&Plan],
    input: &Input,
    position: f64,
    kept: &[Figures],
    control: &Control<'_>,
) -> Result<(Best, Option<BreakEven>), SolveError> {
    let moved = Moved::new(estate, events, input, position)?;
    let problem = Problem::new(&moved.estate, moved.events(events))?;
    let solution: Solution = solve(&problem, &goal_of(estate), control)?;
    let figures = Figures {
        annual_cost: solution.annual_cost,
        expected_loss: solution.expected_loss(),
        total: solution.objective,
    };
    let regret: Vec<f64> = kept.iter().map(|kept| (kept.total - figures.total).max(0.0)).collect();
    let changes = estate.workload_ids().filter(|id| plans[0].of(*id) != solution.plan.of(*id)).count();
    let flips = regret[0] > estate.settings().solver.gap * figures.total;
    let break_even = if flips {
        break_even(estate, events, (plans[0], &solution.plan), (input, position), control)?
    } else {
        None
    };
    let best = Best { plan: solution.plan, figures, lower_bound: solution.lower_bound, regret, changes };
    Ok((best, break_even))
}

/// Where between the case's value and `end` the second plan becomes better than the first, which it is at the end.
fn break_even(
    estate: &Estate,
    events: &EventSet,
    (kept, other): (&Plan, &Plan),
    (input, end): (&Input, f64),
    control: &Control<'_>,
) -> Result<Option<BreakEven>, SolveError> {
    let advantage = |position: f64| -> Result<f64, SolveError> {
        let moved = Moved::new(estate, events, input, position)?;
        let events = moved.events(events);
        Ok(measure(&moved.estate, events, kept).total - measure(&moved.estate, events, other).total)
    };
    let (mut worse, mut better) = (0.5, end);
    if advantage(worse)? >= 0.0 {
        // It is as good in the case as it is: the two are within the gap of each other.
        return Ok(Some(BreakEven { factor: 1.0, position: 0.5 }));
    }
    for _ in 0..BISECTIONS {
        if control.interrupted() {
            return Err(control.ended());
        }
        let middle = f64::midpoint(worse, better);
        if advantage(middle)? > 0.0 { better = middle } else { worse = middle }
    }
    Ok(Some(BreakEven { factor: input.factor(better), position: better }))
}
