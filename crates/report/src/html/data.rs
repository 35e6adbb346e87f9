//! What the page's script draws from: every plan with its figures, as the tables have them.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{Assignment, Deployment, DomainId, Estate, LossMeasure, SiteId, WorkloadId, cost};
use serde::Serialize;

use super::{
    Language,
    language::symbol,
    placements::{Difference, Part, State, differences},
    rows, strings,
};
use crate::{
    PlanView, Study,
    tables::{CONFIDENCE, cell, return_periods, status},
};

/// Points of an exceedance curve.
const STEPS: u32 = 60;
/// Simulated years beyond the rarest chance that is shown.
const RAREST: f64 = 10.0;

/// The document within the page. Money per year, in the case's currency, to the cent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Data {
    pub(super) text: BTreeMap<&'static str, &'static str>,
    pub(super) currency: String,
    pub(super) symbol: String,
    pub(super) alpha: f64,
    /// What the curve's loss is: `expected_loss` or `cvar`.
    pub(super) axis: &'static str,
    /// Weights of expected loss and CVaR in the total.
    pub(super) weights: [f64; 2],
    /// Position of the chosen plan.
    pub(super) chosen: usize,
    /// Id and name of each workload.
    pub(super) workloads: Vec<[String; 2]>,
    /// Position of each workload's deployment of today.
    pub(super) today: Vec<Option<usize>>,
    pub(super) patterns: Vec<String>,
    pub(super) sites: Vec<String>,
    /// Positions of pattern, primary and standby.
    pub(super) deployments: Vec<(usize, usize, Option<usize>)>,
    pub(super) components: Vec<&'static str>,
    /// Id, name, level and events a year of each failure domain.
    pub(super) domains: Vec<(String, String, String, f64)>,
    /// Chances at which the exceedance curves are given.
    pub(super) chances: Vec<f64>,
    /// Return periods in years at which losses are given with their intervals.
    pub(super) periods: Vec<u32>,
    pub(super) plans: Vec<PlanData>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PlanData {
    pub(super) id: String,
    pub(super) role: &'static str,
    /// What it is called: keys of the page's texts.
    pub(super) names: Vec<&'static str>,
    /// Whether it is no point of the curve's line.
    pub(super) beside: bool,
    pub(super) cost: f64,
    pub(super) fixed: f64,
    pub(super) loss: f64,
    pub(super) loss_se: f64,
    pub(super) cvar: f64,
    pub(super) cvar_se: f64,
    pub(super) var: f64,
    pub(super) total: f64,
    pub(super) objective: Option<f64>,
    pub(super) bound: Option<f64>,
    pub(super) gap: Option<f64>,
    pub(super) status: Option<&'static str>,
    pub(super) violations: Vec<String>,
    /// Cost by component, without sites and providers.
    pub(super) components: Vec<f64>,
    /// Expected loss by failure domain.
    pub(super) domains: Vec<f64>,
    /// Loss of a year at each of the chances.
    pub(super) ep: Vec<f64>,
    /// Loss, low end and high end at each of the return periods.
    pub(super) levels: Vec<[f64; 3]>,
    pub(super) limits: Vec<LimitData>,
    #[serde(flatten)]
    pub(super) placements: Difference,
}

/// A limit that binds, in the page's language.
#[derive(Debug, Clone, Serialize)]
pub(super) struct LimitData {
    pub(super) row: String,
    pub(super) words: String,
    pub(super) limit: String,
    /// From which limit to which the worth holds; empty where that is not proven.
    pub(super) holds: String,
    pub(super) unit: String,
    pub(super) worth: String,
    pub(super) value: f64,
}

impl Data {
    pub(super) fn of(study: &Study<'_>, language: Language) -> Self {
        let estate = study.estate;
        let settings = estate.settings();
        let deployments = deployments(study);
        let years = study.chosen().risk.annual_losses().len();
        let common = Common {
            study,
            language,
            names: super::named(study),
            domains: domains(study),
            chances: chances(years),
            periods: return_periods(years).collect(),
        };
        let states: Vec<Vec<State>> = study.plans.iter().map(|plan| states(estate, plan, &deployments)).collect();
        let plans = study.plans.iter().zip(differences(&states));
        let is_cvar = settings.objective.axis == LossMeasure::Cvar;
        let (lambda, rho) = (settings.objective.loss_weight, settings.objective.risk_aversion);
        Self {
            text: strings::STRINGS.iter().map(|(key, ..)| (*key, strings::text(language, key))).collect(),
            currency: settings.currency.clone(),
            symbol: symbol(&settings.currency).to_owned(),
            alpha: study.alpha(),
            axis: if is_cvar { "cvar" } else { "expected_loss" },
            weights: [lambda * (1.0 - rho), lambda * rho],
            chosen: study.plans.iter().position(|plan| study.is_chosen(plan)).unwrap_or_default(),
            workloads: estate.workloads().iter().map(|one| [one.id.clone(), one.name.clone()]).collect(),
            today: estate
                .workloads()
                .iter()
                .map(|one| one.as_is.as_ref().and_then(|as_is| position(&deployments, &as_is.deployment)))
                .collect(),
            patterns: estate.patterns().iter().map(|pattern| pattern.id.clone()).collect(),
            sites: estate.sites().iter().map(|site| site.id.clone()).collect(),
            deployments: deployments
                .iter()
                .map(|one| (one.pattern.index(), one.primary.index(), one.standby.map(SiteId::index)))
                .collect(),
            components: cost::Component::ALL.iter().map(|(_, name)| *name).collect(),
            domains: common
                .domains
                .iter()
                .map(|(id, rate)| {
                    let domain = estate.domain(*id);
                    (domain.id.clone(), domain.name.clone(), domain.level.clone(), significant(*rate))
                })
                .collect(),
            plans: plans.map(|(plan, difference)| common.plan(plan, difference)).collect(),
            chances: common.chances,
            periods: common.periods,
        }
    }

    /// The document.
    ///
    /// # Panics
    /// Never: every field is a number, text or a list of them.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// What all plans are measured at.
struct Common<'s, 'a> {
    study: &'s Study<'a>,
    language: Language,
    names: Vec<(&'static str, &'s PlanView<'a>)>,
    domains: BTreeMap<DomainId, f64>,
    chances: Vec<f64>,
    periods: Vec<u32>,
}

impl Common<'_, '_> {
    fn plan(&self, plan: &PlanView<'_>, placements: Difference) -> PlanData {
        let (study, risk, alpha) = (self.study, plan.risk, self.study.alpha());
        let curve = risk.aep();
        let level = |period: &u32| {
            let (one, other) = curve.band(f64::from(*period), CONFIDENCE);
            [curve.loss_at(f64::from(*period)), one.min(other), one.max(other)].map(cents)
        };
        let from = |domain: &DomainId| {
            risk.by_domain.iter().find(|one| one.domain == *domain).map_or(0.0, |one| cents(one.expected_loss))
        };
        PlanData {
            id: plan.id.clone(),
            role: plan.role.name(),
            names: self.names.iter().filter(|(_, named)| named.id == plan.id).map(|(key, _)| *key).collect(),
            beside: study.is_beside(plan),
            cost: cents(plan.annual_cost),
            fixed: cents(plan.fixed_cost),
            loss: cents(risk.expected_loss()),
            loss_se: cents(risk.expected_loss_se()),
            cvar: cents(risk.cvar(alpha)),
            cvar_se: cents(risk.cvar_se(alpha)),
            var: cents(risk.var(alpha)),
            total: cents(study.total(plan)),
            objective: plan.solution.map(|found| cents(found.objective)),
            bound: plan.solution.map(|found| cents(found.lower_bound)),
            gap: plan.solution.map(|found| significant(found.gap)),
            status: plan.solution.map(|found| status(found.status)),
            violations: plan.violations.iter().map(|rule| rows::broken(rule, self.language)).collect(),
            components: components(study.estate, plan),
            domains: self.domains.keys().map(from).collect(),
            ep: self.chances.iter().map(|chance| cents(curve.loss_at_probability(*chance))).collect(),
            levels: self.periods.iter().map(level).collect(),
            limits: rows::limits(study, plan, self.language),
            placements,
        }
    }
}

/// The number that the tables show.
fn cents(value: f64) -> f64 {
    cell::money(value).parse().unwrap_or(value)
}

/// The number that the tables show.
fn significant(value: f64) -> f64 {
    cell::significant(value).parse().unwrap_or(value)
}

/// Every deployment of every plan and of today, in order.
fn deployments(study: &Study<'_>) -> Vec<Deployment> {
    let estate = study.estate;
    let today = estate.workloads().iter().filter_map(|one| one.as_is.as_ref()).map(|as_is| as_is.deployment);
    let planned = study
        .plans
        .iter()
        .flat_map(|plan| estate.workload_ids().flat_map(|id| plan.plan.of(id)))
        .map(|part| part.deployment);
    today.chain(planned).collect::<BTreeSet<_>>().into_iter().collect()
}

fn position(deployments: &[Deployment], deployment: &Deployment) -> Option<usize> {
    deployments.binary_search(deployment).ok()
}

fn states(estate: &Estate, plan: &PlanView<'_>, deployments: &[Deployment]) -> Vec<State> {
    let state = |workload: WorkloadId| {
        let mut parts: Vec<&Assignment> = plan.plan.of(workload).iter().collect();
        parts.sort_by(|a, b| b.share.cmp(&a.share).then(a.deployment.cmp(&b.deployment)));
        let part = |part: &Assignment| {
            let cost = cost::annual_cost(estate, workload, &part.deployment);
            Some(Part {
                deployment: position(deployments, &part.deployment)?,
                share: significant(part.share.get()),
                // A price that is missing is shown as none.
                cost: cost.map_or(f64::NAN, |cost| cents(cost.total().get() * part.share.get())),
            })
        };
        State {
            parts: parts.into_iter().filter_map(part).collect(),
            loss: cents(plan.risk.by_workload[workload.index()].expected_loss),
        }
    };
    estate.workload_ids().map(state).collect()
}

/// Cost of all workloads by component.
fn components(estate: &Estate, plan: &PlanView<'_>) -> Vec<f64> {
    let mut sums = vec![0.0; cost::Component::ALL.len()];
    for workload in estate.workload_ids() {
        for part in plan.plan.of(workload) {
            let Ok(cost) = cost::annual_cost(estate, workload, &part.deployment) else { continue };
            for (sum, (component, _)) in sums.iter_mut().zip(cost::Component::ALL) {
                *sum += cost.get(component).get() * part.share.get();
            }
        }
    }
    sums.into_iter().map(cents).collect()
}

/// The failure domains in which events begin, with their events a year.
fn domains(study: &Study<'_>) -> BTreeMap<DomainId, f64> {
    study.plans.iter().flat_map(|plan| &plan.risk.by_domain).map(|one| (one.domain, one.rate_per_year)).collect()
}

/// From every year to the rarest that `years` can speak of, in equal ratios.
fn chances(years: usize) -> Vec<f64> {
    let rarest = (RAREST / years.max(1) as f64).min(0.1);
    (0..=STEPS).map(|step| significant(libm::pow(rarest, f64::from(step) / f64::from(STEPS)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_end_where_the_simulation_can_speak_no_more() {
        let chances = chances(10_000);
        assert_eq!((chances[0], chances[60]), (1.0, 0.001));
        assert!(chances.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(super::chances(10).last(), Some(&0.1));
    }
}
