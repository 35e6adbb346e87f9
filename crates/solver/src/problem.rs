//! Everything about a case that does not depend on the goal, prepared once.

use std::sync::{Arc, OnceLock};

use ballast_model::{Estate, Plan, PlanError};
use ballast_risk::{EventSet, audit, evaluate};
use rayon::prelude::*;

use crate::{
    Backend, Baseline, Control, SolveError, blocks,
    couplings::Couplings,
    formulation::Known,
    hubs::Star,
    losses::{Cut, LossTable, Mix, RepeatedLosses, joint::Mark},
    options::{self, OptionTable},
};

/// Samples of years from which the true optimum is bounded, where nobody says how many.
const REPLICATIONS: u32 = 6;

/// An estate with its events, options and losses, ready for any goal.
#[derive(Debug)]
pub struct Problem<'a> {
    pub(crate) estate: &'a Estate,
    pub(crate) events: &'a EventSet,
    pub(crate) options: Arc<OptionTable>,
    pub(crate) losses: LossTable<'a>,
    pub(crate) first: Known,
    /// By process: no mix of options loses more in expectation.
    pub(crate) worst_loss: Vec<f64>,
    pub(crate) couplings: Arc<Couplings>,
    /// Hubs and locals, once somebody asks.
    pub(crate) star: OnceLock<Star>,
    pub(crate) money_unit: f64,
    pub(crate) alpha: f64,
    pub(crate) backend: Backend,
}

impl<'a> Problem<'a> {
    /// Generates, prices and prunes the options and factors their losses over `events`.
    ///
    /// # Errors
    /// If a workload has no option, a price is missing, or the case names an engine that does not exist.
    pub fn new(estate: &'a Estate, events: &'a EventSet) -> Result<Self, SolveError> {
        Self::watched(estate, events, &Control::quiet())
    }

    /// The same for a run that may be stopped meanwhile.
    ///
    /// # Errors
    /// As [`Problem::new`], and if the run is to end.
    pub fn watched(estate: &'a Estate, events: &'a EventSet, control: &Control<'_>) -> Result<Self, SolveError> {
        let settings = estate.settings();
        let backend = Backend::named(&settings.solver.backend).ok_or_else(|| SolveError::Backend {
            backend: "of the case",
            why: format!("there is no \"{}\"; use highs, microlp or clarabel", settings.solver.backend),
        })?;
        let options = options::generate(estate, events.classes(), control)?;
        let losses = LossTable::new(estate, events, &options);
        let (loss, worst_loss) = first_cuts(&losses, &options);
        let couplings = Couplings::new(estate, &options, events.classes());
        let useful = start_options(&options, &loss, &couplings);
        let first = Known::first(loss, useful);
        let cheapest: f64 = options
            .options
            .iter()
            .map(|of_workload| {
                of_workload.iter().map(options::DeploymentOption::annual_cost).fold(f64::MAX, f64::min)
            })
            .sum();
        Ok(Self {
            star: OnceLock::new(),
            couplings: Arc::new(couplings),
            estate,
            events,
            options: Arc::new(options),
            losses,
            first,
            worst_loss,
            money_unit: power_of_ten(cheapest / 10.0),
            alpha: settings.risk.alpha.get(),
            backend,
        })
    }

    /// The same estate, options and limits over the same events with other probabilities of their years.
    pub(crate) fn over<'b>(&self, events: &'b EventSet) -> Problem<'b>
    where
        'a: 'b,
    {
        let options = Arc::clone(&self.options);
        let losses = LossTable::new(self.estate, events, &options);
        let (loss, worst_loss) = first_cuts(&losses, &options);
        let first = Known::first(loss, self.first.useful.clone());
        let couplings = Arc::clone(&self.couplings);
        Problem { star: OnceLock::new(), events, options, losses, first, worst_loss, couplings, ..*self }
    }

    /// The estate.
    pub fn estate(&self) -> &'a Estate {
        self.estate
    }

    /// The simulated events.
    pub fn events(&self) -> &'a EventSet {
        self.events
    }

    /// Options that the hard rules allow, and those left after pruning.
    pub fn option_counts(&self) -> (usize, usize) {
        (self.options.generated, self.options.len())
    }

    /// Whether the estate is so large that a search stops where the gap is met, and branch and bound is hopeless.
    pub(crate) fn is_large(&self) -> bool {
        self.options.is_large() || blocks::suit(self)
    }

    /// By class and marks: what a process loses, or if that need not be exact in a large estate, what it loses at least.
    pub(crate) fn class_loss(&self, process: usize, is_exact: bool) -> impl Fn(u32, &[Mark]) -> f64 {
        let repeated = self.is_large().then(|| {
            if is_exact {
                RepeatedLosses::exact(&self.losses, process)
            } else {
                RepeatedLosses::by_groups(&self.losses, process)
            }
        });
        move |class, marks| match &repeated {
            Some(repeated) => repeated.loss(class, marks),
            None => self.losses.joint_loss(process, class, marks),
        }
    }

    /// Samples of years from which the true optimum is bounded: what the case says, else as many as take little time.
    pub fn replications(&self) -> u32 {
        let usual = if self.is_large() { 0 } else { REPLICATIONS };
        self.estate.settings().risk.replications.unwrap_or(usual)
    }

    /// How much money a programme's unit is: a power of ten.
    pub fn money_unit(&self) -> f64 {
        self.money_unit
    }

    /// Expected annual loss and CVaR of a mix, by the optimiser's own factored arithmetic.
    pub(crate) fn risk_of(&self, mix: &Mix) -> (f64, f64, Vec<f64>) {
        let annual = self.losses.annual_losses(mix, &self.options);
        let weights = self.events.weights();
        let expected = annual.iter().zip(weights).map(|(loss, weight)| loss * weight).sum();
        let tail = tail_weights(&annual, weights, self.alpha);
        let cvar = annual.iter().zip(&tail).map(|(loss, weight)| loss * weight).sum();
        (expected, cvar, tail)
    }
}

/// The cuts that hold from the start, and by process the most that any mix loses.
fn first_cuts(losses: &LossTable<'_>, options: &OptionTable) -> (Vec<(usize, Cut)>, Vec<f64>) {
    let cuts = losses.first_cuts(options);
    let mut worst = vec![0.0; losses.processes.len()];
    for (process, cut) in &cuts {
        worst[*process] += cut.worst();
    }
    (cuts, worst)
}

/// Today's plan, measured like any other; none if `placement.csv` does not give it whole.
///
/// # Errors
/// If a price is missing for it.
pub fn baseline(problem: &Problem<'_>) -> Result<Option<Baseline>, SolveError> {
    let estate = problem.estate;
    let plan = match Plan::as_is(estate) {
        Ok(plan) => plan,
        Err(PlanError::NoPlacement(_)) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    for workload in estate.workload_ids() {
        for assignment in plan.of(workload) {
            ballast_model::cost::annual_cost(estate, workload, &assignment.deployment)
                .map_err(|missing| SolveError::missing_price(estate, missing))?;
        }
    }
    let audit = audit(estate, problem.events.classes(), &plan);
    let mut violations: Vec<String> = audit.violations.iter().map(|violation| violation.rule.clone()).collect();
    for workload in estate.workload_ids() {
        for assignment in plan.of(workload) {
            if let Some(rule) = ballast_model::rules::exclusion(estate, workload, &assignment.deployment) {
                violations.push(format!("{}: {rule}", estate.workload(workload).id));
            }
        }
    }
    Ok(Some(Baseline {
        annual_cost: audit.annual_cost,
        fixed_cost: audit.fixed_cost + audit.onboarding_cost,
        risk: evaluate(estate, problem.events, &plan),
        plan,
        violations,
    }))
}

/// The weights `q` for which `sum of q * loss` is CVaR: the worst `1 - alpha` of the years' probability, each year's
/// part divided by it (Rockafellar and Uryasev 2002, with the atom at VaR split). Ties go to the earlier year.
pub(crate) fn tail_weights(annual: &[f64], probabilities: &[f64], alpha: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..annual.len()).collect();
    order.sort_by(|a, b| annual[*b].total_cmp(&annual[*a]).then(a.cmp(b)));
    let mut left = 1.0 - alpha;
    let mut weights = vec![0.0; annual.len()];
    for year in order {
        let part = probabilities[year].min(left);
        if part <= 0.0 {
            break;
        }
        weights[year] = part / (1.0 - alpha);
        left -= part;
    }
    weights
}

/// The options on each workload's lower convex hull of cost and expected loss (all its terms added up), with the one
/// that loses least and the cheapest: where the separable case would look. The same among the options that do without
/// one of the charges, and without any: so the first programme can close a site or leave a provider.
fn start_options(options: &OptionTable, cuts: &[(usize, Cut)], couplings: &Couplings) -> Vec<Vec<bool>> {
    let mut losses: Vec<Vec<f64>> = options.options.iter().map(|of| vec![0.0; of.len()]).collect();
    for (_, cut) in cuts {
        for (workload, row) in cut.parts() {
            for (loss, coefficient) in losses[*workload].iter_mut().zip(row) {
                *loss += coefficient;
            }
        }
    }
    let charges = &couplings.charges;
    let start = |(w, of_workload): (usize, &Vec<options::DeploymentOption>)| {
        let mut order: Vec<usize> = (0..of_workload.len()).collect();
        order.sort_by(|a, b| {
            let cost = |option: &usize| of_workload[*option].annual_cost();
            cost(a).total_cmp(&cost(b)).then(losses[w][*a].total_cmp(&losses[w][*b]))
        });
        let point = |option: usize| (of_workload[option].annual_cost(), losses[w][option]);
        let mut start = vec![false; of_workload.len()];
        let mut admit = |may: &dyn Fn(usize) -> bool| {
            for option in hull(order.iter().copied().filter(|option| may(*option)), point) {
                start[option] = true;
            }
        };
        admit(&|_| true);
        admit(&|option| !charges.iter().any(|charge| charge.used[w][option]));
        for charge in charges {
            admit(&|option| !charge.used[w][option]);
        }
        start
    };
    options.options.iter().enumerate().collect::<Vec<_>>().into_par_iter().map(start).collect()
}

/// The lower convex hull of options in the order of their costs.
fn hull(order: impl Iterator<Item = usize>, point: impl Fn(usize) -> (f64, f64)) -> Vec<usize> {
    let mut hull: Vec<usize> = Vec::new();
    for next in order {
        if hull.last().is_some_and(|last| point(next).1 >= point(*last).1) {
            continue;
        }
        while let [.., before, last] = hull[..] {
            let ((x0, y0), (x1, y1), (x2, y2)) = (point(before), point(last), point(next));
            if (y1 - y0) * (x2 - x0) < (y2 - y0) * (x1 - x0) {
                break;
            }
            hull.pop();
        }
        hull.push(next);
    }
    hull
}

/// The power of ten at or below `value`, at least 1.
fn power_of_ten(value: f64) -> f64 {
    let mut unit = 1.0;
    while unit * 10.0 <= value {
        unit *= 10.0;
    }
    unit
}
