//! What a run found, under the names by which files and people know the plans.

use ballast_model::{Estate, LossMeasure, Plan};
use ballast_risk::{Concentration, RiskProfile};
use ballast_solver::{Baseline, Frontier, Goal, Optimum, Roadmap, Solution, Status, Surface};

use crate::RoadmapView;

/// What a plan is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Today's plan.
    AsIs,
    /// A point of the frontier.
    Frontier,
    /// A plan of a surface of three measures, or of both losses.
    Surface,
    /// The one plan that `solve` was asked for.
    Plan,
    /// The cheapest plan that loses no more than today's.
    SameLoss,
    /// The plan with the least loss that costs no more than today's.
    SameCost,
}

impl Role {
    /// The name in the result files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsIs => "as_is",
            Self::Frontier => "frontier",
            Self::Surface => "surface",
            Self::Plan => "plan",
            Self::SameLoss => "same_loss",
            Self::SameCost => "same_cost",
        }
    }
}

/// A plan with its figures. All money per year, in the case's currency.
#[derive(Debug, Clone)]
pub struct PlanView<'a> {
    /// Its name in the result files: `as_is`, `p01`, `same_loss`, `same_cost`.
    pub id: String,
    /// What it is to the run.
    pub role: Role,
    /// The plan.
    pub plan: &'a Plan,
    /// Its cost, fixed costs included.
    pub annual_cost: f64,
    /// Sites opened and providers onboarded, within `annual_cost`.
    pub fixed_cost: f64,
    /// Its simulated risk.
    pub risk: &'a RiskProfile,
    /// How it was found; none for today's plan.
    pub solution: Option<&'a Solution>,
    /// Rules and limits that it breaks; only today's plan may.
    pub violations: &'a [String],
}

impl<'a> PlanView<'a> {
    fn of_solution(id: String, role: Role, solution: &'a Solution) -> Self {
        Self {
            id,
            role,
            plan: &solution.plan,
            annual_cost: solution.annual_cost,
            fixed_cost: solution.fixed_cost,
            risk: &solution.risk,
            solution: Some(solution),
            violations: &[],
        }
    }

    fn of_baseline(baseline: &'a Baseline) -> Self {
        Self {
            id: Role::AsIs.name().to_owned(),
            role: Role::AsIs,
            plan: &baseline.plan,
            annual_cost: baseline.annual_cost,
            fixed_cost: baseline.fixed_cost,
            risk: &baseline.risk,
            solution: None,
            violations: &baseline.violations,
        }
    }
}

/// Every plan of a run: today's first, then the frontier or the one plan, then the two arms.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    /// The estate that the plans are for.
    pub estate: &'a Estate,
    /// The plans.
    pub plans: Vec<PlanView<'a>>,
    /// Whether the run came to its end.
    pub complete: bool,
    /// Whether it was its time limit that ended it before.
    pub out_of_time: bool,
    /// What a surface is proven to be; none for a curve or one plan.
    pub surface: Option<&'a Surface>,
    chosen: usize,
    /// By plan id: loss in each historic event, in the order of the estate's events.
    replayed: Vec<(String, Vec<f64>)>,
    /// By plan id: expected loss and CVaR in years that the plan was not chosen on.
    fresh: Vec<(String, (f64, f64))>,
    /// By plan id: where the true optimum of its objective lies, with 90 % confidence.
    optima: Vec<(String, Optimum)>,
    /// By plan id: how much stands on one provider, region or jurisdiction.
    concentrations: Vec<(String, [Concentration; 3])>,
    /// From today's plan to the chosen one.
    roadmap: Option<Roadmap>,
}

impl<'a> Study<'a> {
    /// The plans of a frontier; the chosen one is its knee.
    pub fn of_frontier(estate: &'a Estate, frontier: &'a Frontier) -> Self {
        let mut plans: Vec<PlanView<'a>> = frontier.as_is.iter().map(PlanView::of_baseline).collect();
        let chosen = plans.len() + frontier.knee;
        plans.extend(
            frontier
                .points
                .iter()
                .enumerate()
                .map(|(index, solution)| PlanView::of_solution(Self::point_name(index), Role::Frontier, solution)),
        );
        for (role, arm) in [(Role::SameLoss, &frontier.same_loss), (Role::SameCost, &frontier.same_cost)] {
            plans.extend(arm.iter().map(|solution| PlanView::of_solution(role.name().to_owned(), role, solution)));
        }
        Self::bare(estate, plans, chosen, frontier.complete)
    }

    /// Plans of which nothing more is known yet.
    fn bare(estate: &'a Estate, plans: Vec<PlanView<'a>>, chosen: usize, complete: bool) -> Self {
        Self {
            estate,
            plans,
            complete,
            out_of_time: false,
            surface: None,
            chosen,
            replayed: Vec::new(),
            fresh: Vec::new(),
            optima: Vec::new(),
            concentrations: Vec::new(),
            roadmap: None,
        }
    }

    /// The name of the plan at this position of a curve or a surface.
    pub(crate) fn point_name(position: usize) -> String {
        format!("p{:02}", position + 1)
    }

    /// The plans of a surface; the chosen one has the lowest total.
    pub fn of_surface(estate: &'a Estate, surface: &'a Surface) -> Self {
        let mut plans: Vec<PlanView<'a>> = surface.as_is.iter().map(PlanView::of_baseline).collect();
        let chosen = plans.len() + surface.knee;
        plans.extend(
            surface
                .points
                .iter()
                .enumerate()
                .map(|(index, solution)| PlanView::of_solution(Self::point_name(index), Role::Surface, solution)),
        );
        Self { surface: Some(surface), ..Self::bare(estate, plans, chosen, surface.complete) }
    }

    /// One plan, beside today's.
    pub fn of_plan(estate: &'a Estate, solution: &'a Solution, as_is: Option<&'a Baseline>) -> Self {
        let mut plans: Vec<PlanView<'a>> = as_is.into_iter().map(PlanView::of_baseline).collect();
        let chosen = plans.len();
        plans.push(PlanView::of_solution("p01".to_owned(), Role::Plan, solution));
        Self::bare(estate, plans, chosen, true)
    }

    /// Notes what each of the compared plans loses in every historic event, as `losses` tells.
    #[must_use]
    pub fn replayed(mut self, losses: impl Fn(&Plan) -> Vec<f64>) -> Self {
        self.replayed = self.compared().map(|plan| (plan.id.clone(), losses(plan.plan))).collect();
        self
    }

    /// Notes what each plan loses in years that it was not chosen on: `risks` in the order of the plans.
    #[must_use]
    pub fn evaluated_afresh(mut self, risks: &[RiskProfile]) -> Self {
        let figures = risks.iter().map(|risk| (risk.expected_loss(), risk.cvar(self.alpha())));
        self.fresh = self.plans.iter().map(|plan| plan.id.clone()).zip(figures).collect();
        self
    }

    /// Notes where the true optimum of each solved plan's objective lies: in the order of [`Self::solved`].
    #[must_use]
    pub fn with_optima(mut self, optima: Vec<Optimum>) -> Self {
        self.optima = self.solved().map(|(_, plan, _)| plan.id.clone()).zip(optima).collect();
        self
    }

    /// The plans that were solved for, with their positions.
    pub fn solved(&self) -> impl Iterator<Item = (usize, &PlanView<'a>, &'a Solution)> {
        self.plans.iter().enumerate().filter_map(|(at, plan)| Some((at, plan, plan.solution?)))
    }

    /// Where the true optimum of a plan's objective lies, with 90 % confidence; none if that was not estimated.
    pub fn optimum(&self, id: &str) -> Option<Optimum> {
        self.optima.iter().find(|(known, _)| known == id).map(|(_, found)| *found)
    }

    /// Expected loss and CVaR of a plan in years that it was not chosen on; none if there are no such years.
    pub fn afresh(&self, id: &str) -> Option<(f64, f64)> {
        self.fresh.iter().find(|(known, _)| known == id).map(|(_, found)| *found)
    }

    /// Notes how concentrated each of the compared plans is, as `measure` tells.
    #[must_use]
    pub fn concentrated(mut self, measure: impl Fn(&Plan, &RiskProfile) -> [Concentration; 3]) -> Self {
        self.concentrations =
            self.compared().map(|plan| (plan.id.clone(), measure(plan.plan, plan.risk))).collect();
        self
    }

    /// How concentrated a plan is; empty if that was not measured.
    pub fn concentrations_of(&self, id: &str) -> &[Concentration] {
        self.concentrations.iter().find(|(known, _)| known == id).map_or(&[], |(_, found)| found)
    }

    /// Notes the way from today's plan to the chosen one; none if it was not looked for.
    #[must_use]
    pub fn with_roadmap(mut self, roadmap: Option<Roadmap>) -> Self {
        self.roadmap = roadmap;
        self
    }

    /// The way from today's plan to the chosen one.
    pub fn roadmap(&self) -> Option<RoadmapView<'_>> {
        let plans = [self.first(Role::AsIs)?.plan, self.chosen().plan];
        Some(RoadmapView { estate: self.estate, name: &self.chosen().id, plans, roadmap: self.roadmap.as_ref()? })
    }

    /// By plan id: loss in each historic event.
    pub fn replays(&self) -> &[(String, Vec<f64>)] {
        &self.replayed
    }

    /// The knee, or the one plan that was asked for.
    pub fn chosen(&self) -> &PlanView<'a> {
        &self.plans[self.chosen]
    }

    /// Whether `plan` is the chosen one.
    pub fn is_chosen(&self, plan: &PlanView<'_>) -> bool {
        self.chosen().id == plan.id
    }

    /// The first plan with this role.
    pub fn first(&self, role: Role) -> Option<&PlanView<'a>> {
        self.plans.iter().find(|plan| plan.role == role)
    }

    /// The points of the frontier, by rising cost.
    pub fn frontier(&self) -> impl Iterator<Item = &PlanView<'a>> {
        self.plans.iter().filter(|plan| plan.role == Role::Frontier)
    }

    /// Whether a point of the frontier lies beside the curve, since it was chosen for another loss too.
    pub fn is_beside(&self, plan: &PlanView<'_>) -> bool {
        let axis = self.estate.settings().objective.axis;
        let is_capped = |goal: &Goal| match axis {
            LossMeasure::ExpectedLoss => goal.loss_cap.is_some(),
            LossMeasure::Cvar => goal.cvar_cap.is_some(),
        };
        let is_own = plan.role == Role::Frontier && plan.solution.is_some_and(|own| !is_capped(&own.goal));
        is_own && self.frontier().count() > 1
    }

    /// The plans of the surface, by rising cost.
    pub fn on_surface(&self) -> impl Iterator<Item = &PlanView<'a>> {
        self.plans.iter().filter(|plan| plan.role == Role::Surface)
    }

    /// Today's plan and the chosen one: those that the loss tables and the curve compare.
    pub fn compared(&self) -> impl Iterator<Item = &PlanView<'a>> {
        self.first(Role::AsIs).into_iter().chain(std::iter::once(self.chosen()))
    }

    /// Cost and weighted loss of `plan` together, per year.
    pub fn total(&self, plan: &PlanView<'_>) -> f64 {
        let objective = &self.estate.settings().objective;
        Goal::total(objective.loss_weight, objective.risk_aversion).objective(
            plan.annual_cost,
            plan.risk.expected_loss(),
            plan.risk.cvar(self.alpha()),
        )
    }

    /// The case's currency.
    pub(crate) fn currency(&self) -> &str {
        &self.estate.settings().currency
    }

    /// Confidence of VaR and CVaR.
    pub fn alpha(&self) -> f64 {
        self.estate.settings().risk.alpha.get()
    }

    /// The widest proven gap of all plans; of a surface the distance of all plans from it.
    pub fn largest_gap(&self) -> f64 {
        if let Some(surface) = self.surface {
            return surface.distance;
        }
        self.solutions().map(|solution| solution.gap).fold(0.0, f64::max)
    }

    /// Whether every plan is within the gap that was asked for; of a surface whether all plans are within the distance.
    pub fn within_gap(&self) -> bool {
        if let Some(surface) = self.surface {
            return surface.distance <= surface.wanted;
        }
        let wanted = self.estate.settings().solver.gap;
        self.solutions().all(|solution| solution.status == Status::WithinGap || solution.gap <= wanted)
    }

    fn solutions(&self) -> impl Iterator<Item = &'a Solution> {
        self.plans.iter().filter_map(|plan| plan.solution)
    }
}
