//! Which measures `ballast frontier --axes` trades off, and what that asks of the solver.

use crate::{
    args::{Axis, ChangeArgs, FrontierArgs},
    failure::Failure,
    optimise::Task,
};

/// How near all plans shall be proven to be where nobody says: three times the gap of one plan.
const DISTANCE: f64 = 0.015;

/// The task that the measures make; a curve's loss is a setting of the case, which `changes` take.
pub(crate) fn task(args: &FrontierArgs, changes: &mut ChangeArgs) -> Result<Task, Failure> {
    let mut axes = args.axes.clone();
    axes.sort_unstable();
    axes.dedup();
    let has_budget = args.budget.is_some();
    let distance = args.distance.unwrap_or(DISTANCE);
    let task = match (&axes[..], args.budget) {
        ([Axis::Loss, Axis::Cvar], Some(budget)) => Task::Surface { budget: Some(budget), distance },
        ([Axis::Loss, Axis::Cvar], None) => {
            let hint = "say what the plans may cost a year, e.g. --budget 12e6";
            return Err(Failure::usage("--axes loss,cvar needs --budget", hint));
        }
        _ if has_budget => {
            let hint = "to cap the cost of other curves: --set limits.budget=12e6";
            return Err(Failure::usage("--budget goes with --axes loss,cvar only", hint));
        }
        ([Axis::Cost, Axis::Loss, Axis::Cvar], _) => Task::Surface { budget: None, distance },
        ([] | [Axis::Cost, _], _) if args.distance.is_some() => {
            let hint = "the accuracy of a curve is its gap: --set solver.gap=0.01";
            return Err(Failure::usage("--distance goes with --axes cost,loss,cvar or loss,cvar only", hint));
        }
        ([], _) => Task::Frontier,
        ([Axis::Cost, loss], _) => {
            let name = if *loss == Axis::Cvar { "cvar" } else { "expected_loss" };
            changes.set.push(("objective.axis".to_owned(), name.to_owned()));
            Task::Frontier
        }
        _ => {
            let hint = "two or all of cost, loss and cvar, e.g. --axes cost,loss,cvar";
            return Err(Failure::usage("one measure is no trade-off", hint));
        }
    };
    let is_surface = matches!(task, Task::Surface { .. });
    if is_surface && args.log {
        return Err(Failure::usage("--log goes with the chart of a curve only", "leave it out"));
    }
    Ok(task)
}
