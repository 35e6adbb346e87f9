//! The plan that is best when some of the rates turn out worst (Bertsimas and Sim 2004).
//!
//! Up to `budget` hazards may have the upper end of their rate's interval, the others their value:
//! `min over plans of cost + lambda * max over z of sum over hazards h of (1 + d_h z_h) EL_h(plan)` with `0 <= z <= 1`
//! and `sum z <= budget`, `d_h` the relative rise. For divisible plans this is one linear programme by duality. Here it is
//! solved from the side of the adversary, because each inner problem is then one that the solver is good at: for a
//! given `z` the best plan and its proven bound come from [`solve`], every plan is a cut on the adversary's programme,
//! and the greatest of the bounds is a bound on the whole. A plan's own worst case is exact: the `budget` hazards
//! with the greatest rise.

use ballast_model::{Estate, HazardId, Plan};
use ballast_risk::{EventSet, audit, evaluate};

use super::Figures;
use crate::{
    Backend, BackendError, Control, Effort, Goal, LinearProgram, Problem, Progress, SolveError, run, solve,
};

/// A plan against the worst that its budget of uncertainty allows.
#[derive(Debug, Clone)]
pub struct Worst {
    /// Cost, expected loss and total at the rates of the case.
    pub nominal: Figures,
    /// Cost and weighted expected loss when the rates that hurt most are at their upper ends.
    pub total: f64,
    /// The hazards that are, greatest rise first.
    pub hazards: Vec<HazardId>,
}

/// The robust plan with its proof.
#[derive(Debug, Clone)]
pub struct Robust {
    /// How many hazards may have their highest rate.
    pub budget: usize,
    /// The plan with the lowest worst case that was found.
    pub plan: Plan,
    /// Its figures.
    pub worst: Worst,
    /// No plan has a lower worst case.
    pub lower_bound: f64,
    /// `(worst case - lower bound) / worst case`.
    pub gap: f64,
    /// By compared plan: its own worst case.
    pub compared: Vec<Worst>,
    /// Inner problems solved.
    pub solves: usize,
    /// Whether nothing ended the search early.
    pub complete: bool,
}

/// No worst case is as many times the greatest nominal total.
const LARGEST: f64 = 1e6;
/// Inner problems at most.
const ROUNDS: usize = 10;

/// What the adversary can do: relative rises by hazard.
struct Adversary<'a> {
    estate: &'a Estate,
    events: &'a EventSet,
    lambda: f64,
    budget: usize,
    rises: Vec<f64>,
}

/// A plan as the adversary sees it.
struct Target {
    plan: Plan,
    nominal: Figures,
    /// By hazard: weighted expected loss.
    losses: Vec<f64>,
}

impl Adversary<'_> {
    fn target(&self, plan: &Plan) -> Target {
        let risk = evaluate(self.estate, self.events, plan);
        let annual_cost = audit(self.estate, self.events.classes(), plan).annual_cost;
        let expected_loss = risk.expected_loss();
        let nominal = Figures { annual_cost, expected_loss, total: annual_cost + self.lambda * expected_loss };
        let losses = risk.by_hazard.iter().map(|hazard| self.lambda * hazard.expected_loss).collect();
        Target { plan: plan.clone(), nominal, losses }
    }

    /// The exact worst case of a plan: the greatest rises.
    fn worst(&self, target: &Target) -> Worst {
        let mut ranked: Vec<(usize, f64)> =
            target.losses.iter().zip(&self.rises).map(|(loss, rise)| loss * rise).enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(self.budget);
        ranked.retain(|(_, rise)| *rise > 0.0);
        Worst {
            nominal: target.nominal,
            total: target.nominal.total + ranked.iter().map(|(_, rise)| rise).sum::<f64>(),
            hazards: ranked.into_iter().map(|(hazard, _)| HazardId::new(hazard)).collect(),
        }
    }

    /// The rates that hurt most against the best of the plans found so far: `max t` with `t` at most each plan's total.
    fn attack(&self, targets: &[Target], control: &Control<'_>) -> Result<Vec<f64>, SolveError> {
        let mut programme = LinearProgram::default();
        let unit = targets.iter().map(|target| target.nominal.total).fold(1.0, f64::max);
        let z: Vec<usize> = (0..self.rises.len())
            .map(|hazard| {
                let name = format!("z[{}]", self.estate.hazards()[hazard].id);
                programme.column(name, 0.0, (0.0, if self.rises[hazard] > 0.0 { 1.0 } else { 0.0 }), false)
            })
            .collect();
        let t = programme.column("t".to_owned(), -1.0, (0.0, LARGEST), false);
        for (number, target) in targets.iter().enumerate() {
            let mut row = vec![(t, 1.0)];
            for (hazard, column) in z.iter().enumerate() {
                let rise = target.losses[hazard] * self.rises[hazard] / unit;
                if rise > 0.0 {
                    row.push((*column, -rise));
                }
            }
            programme.at_most(format!("plan[{number}]"), row, target.nominal.total / unit);
        }
        let budget = z.iter().map(|column| (*column, 1.0)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of hazards")]
        programme.at_most("uncertainty_budget".to_owned(), budget, self.budget as f64);
        // Any rates within the budget give a valid bound, so this programme's answer needs no proof of its own.
        let raw = match run(Backend::Highs, &programme, Effort::default(), control) {
            Ok(raw) => raw,
            Err(BackendError::Failed(error)) => return Err(error),
            Err(_) if control.interrupted() => return Err(control.ended()),
            Err(_) => return Err(SolveError::NoPlan),
        };
        Ok(z.iter().map(|column| raw.x[*column].clamp(0.0, 1.0)).collect())
    }
}

/// The plan with the lowest total of cost and expected loss when up to `budget` rates are at their upper ends; `plans`
/// are compared with it, and the first of them is where the search begins.
///
/// # Errors
/// If an inner problem cannot be solved or certified, or the run was ended before the first one was.
pub fn robust(
    estate: &Estate,
    events: &EventSet,
    plans: &[&Plan],
    budget: usize,
    control: &Control<'_>,
) -> Result<Robust, SolveError> {
    let lambda = estate.settings().objective.loss_weight;
    let rises = estate
        .hazards()
        .iter()
        .map(|hazard| match hazard.rate_interval {
            Some((_, high)) if hazard.rate.get() > 0.0 => (high.get() / hazard.rate.get() - 1.0).max(0.0),
            _ => 0.0,
        })
        .collect();
    let adversary = Adversary { estate, events, lambda, budget, rises };
    let targets: Vec<Target> = plans.iter().map(|plan| adversary.target(plan)).collect();
    if targets.is_empty() {
        return Err(SolveError::NoPlan);
    }
    let compared: Vec<Worst> = targets.iter().map(|target| adversary.worst(target)).collect();
    let goal = Goal::total(lambda, 0.0);
    let mut search = Search { adversary: &adversary, targets, goal, bound: 0.0, solves: 0 };
    let wanted = estate.settings().solver.gap;
    for _ in 0..ROUNDS {
        let z = match adversary.attack(&search.targets, control) {
            Err(error) if error.is_end() => break,
            other => other?,
        };
        let Some(is_new) = search.answer(&z, control)? else { break };
        // The adversary has nothing new to try, or the proof is as tight as that of the inner problems.
        if !is_new || search.gap() <= wanted || control.interrupted() {
            break;
        }
    }
    // What is best on average over the adversary's choices need not be among the best answers to any of them: answers
    // to the worst case of the best plan, and to half of it, are tried as well.
    for part in [1.0, 0.5, 0.75] {
        if search.gap() <= wanted || control.interrupted() {
            break;
        }
        let mut z = vec![0.0; adversary.rises.len()];
        for hazard in &search.best().1.hazards {
            z[hazard.index()] = part;
        }
        if search.answer(&z, control)?.is_none() {
            break;
        }
    }
    if search.solves == 0 && control.interrupted() {
        return Err(control.ended());
    }
    let complete = search.gap() <= wanted || !control.interrupted();
    let (plan, worst) = search.best();
    Ok(Robust {
        budget,
        plan: plan.clone(),
        gap: search.gap(),
        worst,
        lower_bound: search.bound,
        compared,
        solves: search.solves,
        complete,
    })
}

/// The plans found so far and what is proven of all others.
struct Search<'a> {
    adversary: &'a Adversary<'a>,
    targets: Vec<Target>,
    goal: Goal,
    bound: f64,
    solves: usize,
}

impl Search<'_> {
    /// Takes in the best plan at the rates that `z` makes; answers whether it is new, none if interrupted.
    fn answer(&mut self, z: &[f64], control: &Control<'_>) -> Result<Option<bool>, SolveError> {
        let adversary = self.adversary;
        let factor = |hazard: HazardId| 1.0 + z[hazard.index()] * adversary.rises[hazard.index()];
        let scaled = adversary.events.scaled(factor);
        let problem = Problem::new(adversary.estate, &scaled)?;
        let solution = match solve(&problem, &self.goal, control) {
            Err(error) if error.is_end() => return Ok(None),
            other => other?,
        };
        self.solves += 1;
        // Any rates within the budget: no plan's worst case is below the least total there.
        self.bound = self.bound.max(solution.lower_bound);
        let is_new = self.targets.iter().all(|target| target.plan != solution.plan);
        if is_new {
            self.targets.push(adversary.target(&solution.plan));
        }
        (control.progress)(Progress::Step { done: self.solves, of: ROUNDS });
        Ok(Some(is_new))
    }

    /// The plan with the lowest worst case; there is at least one plan.
    fn best(&self) -> (&Plan, Worst) {
        let mut best = (&self.targets[0].plan, self.adversary.worst(&self.targets[0]));
        for target in &self.targets[1..] {
            let worst = self.adversary.worst(target);
            if worst.total < best.1.total {
                best = (&target.plan, worst);
            }
        }
        best
    }

    fn gap(&self) -> f64 {
        let total = self.best().1.total;
        if total > 0.0 { (total - self.bound).max(0.0) / total } else { 0.0 }
    }
}
