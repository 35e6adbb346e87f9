//! The explanation as a page of text and as a document.

use std::fmt::Write as _;

use ballast_model::{Deployment, Estate, WorkloadId};
use ballast_report::{RowName, number, terminal};
use serde_json::json;

use super::{
    choice::Choice,
    options::{Options, Weighed},
    series,
    turning::{self, Input, Turning},
};
use crate::source::Source;

/// Options that the page lists.
const LISTED: usize = 8;

/// Processes that the page lists.
const NEEDS_LISTED: usize = 4;

/// What is explained.
pub(super) struct Subject<'a> {
    pub(super) source: &'a Source,
    pub(super) choice: &'a Choice,
    pub(super) options: &'a Options,
    pub(super) workload: WorkloadId,
}

impl Subject<'_> {
    fn estate(&self) -> &Estate {
        &self.source.case.estate
    }

    fn money(&self, value: f64) -> String {
        number::money(value, &self.estate().settings().currency)
    }

    fn change(&self, value: f64) -> String {
        format!("{}{}", if value < 0.0 { "-" } else { "+" }, self.money(value.abs()))
    }

    /// Where it is, what else it could be, and what is out.
    pub(super) fn page(&self, bold: bool) -> String {
        let estate = self.estate();
        let workload = estate.workload(self.workload);
        let (on, off) = if bold { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let current = &self.options.current;
        let mut page = format!("{on}{}: {}{off}\n", workload.id, self.deployed());
        // Writing to a String cannot fail.
        let risk = &self.options.risk;
        let _ = writeln!(
            page,
            "  {}; a year it costs {}, is down {:.1} h and causes an expected loss of {}",
            self.choice.origin,
            self.money(current.annual_cost),
            risk.downtime_h_per_year,
            self.money(risk.expected_loss)
        );
        if let Some(as_is) = &workload.as_is {
            let same = as_is.deployment == current.deployment;
            let today = if same { "the same".to_owned() } else { estate.describe(&as_is.deployment) };
            let pinned = if as_is.pinned { ", pinned" } else { "" };
            let _ = writeln!(page, "  today: {today}{pinned}");
        }
        let origins = &self.source.case.origins;
        let _ = write!(page, "  asked for in {}", origins.workloads[self.workload.index()]);
        if let Some(placement) = &origins.placements[self.workload.index()] {
            let _ = write!(page, ", placed today in {placement}");
        }
        page.push('\n');
        if let Some((deployment, premium)) = &self.choice.runner_up {
            let _ = writeln!(
                page,
                "  runner-up: {}, {} a year dearer at the shadow prices of the divisible plan",
                estate.describe(deployment),
                self.money(*premium)
            );
        }
        self.list_processes(&mut page, on, off);
        self.list_options(&mut page, on, off);
        self.list_turning_points(&mut page, on, off);
        self.list_excluded(&mut page, on, off);
        page
    }

    fn deployed(&self) -> String {
        let estate = self.estate();
        let parts = self.choice.plan.of(self.workload);
        match parts {
            [one] => estate.describe(&one.deployment),
            many => {
                let each = many.iter().map(|part| {
                    format!("{} of it {}", number::percent(part.share.get()), estate.describe(&part.deployment))
                });
                each.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// What needs the workload, and what stands in series with it.
    fn list_processes(&self, page: &mut String, on: &str, off: &str) {
        let needs = series::needs(self.estate(), &self.choice.plan, self.workload);
        if needs.is_empty() {
            page.push_str("\nNo process needs it: its downtime costs nothing\n");
            return;
        }
        let _ = writeln!(page, "\n{on}What needs it{off}");
        for need in needs.iter().take(NEEDS_LISTED) {
            let _ = writeln!(page, "  {}", need.sentence());
        }
        if needs.len() > NEEDS_LISTED {
            let _ = writeln!(page, "  and {} more", needs.len() - NEEDS_LISTED);
        }
        if needs.iter().any(|need| !need.others.is_empty()) {
            page.push_str(
                "  A process stands while any of its critical workloads does: spread over providers without failover, \
                 it stops for each of them.\n",
            );
        }
    }

    fn list_options(&self, page: &mut String, on: &str, off: &str) {
        let options = self.options;
        if options.others.is_empty() {
            page.push_str(if options.allowed > 1 {
                "\nOther options cannot be weighed within a plan that breaks rules\n"
            } else {
                "\nThe rules leave it no other option\n"
            });
            return;
        }
        let _ = writeln!(
            page,
            "\n{on}If it were deployed otherwise, all else as planned, a year{off}\n  the best {} of {} that were weighed; \
             the rules allow {}",
            options.others.len().min(LISTED),
            options.others.len(),
            options.allowed
        );
        let mut rows = vec![["", "costs", "run cost", "expected loss", "total", ""].map(str::to_owned)];
        let is_named = |other: &Weighed| self.is_runner_up(&other.deployment) || self.is_as_is(&other.deployment);
        let listed = options.others.iter().enumerate().filter(|(rank, other)| *rank < LISTED || is_named(other));
        rows.extend(listed.map(|(_, other)| {
            [
                self.estate().describe(&other.deployment),
                self.money(other.annual_cost),
                self.change(other.cost_change),
                self.change(other.loss_change),
                self.change(other.total_change()),
                self.remark(other),
            ]
        }));
        // Numbers between words.
        page.push_str(&terminal::aligned("  ", &rows, |column| column == 0 || column == 5));
    }

    /// The prices and rates at which it would move.
    fn list_turning_points(&self, page: &mut String, on: &str, off: &str) {
        let points = turning::points(self.options);
        if points.is_empty() {
            return;
        }
        let _ = writeln!(page, "\n{on}What would move it, all else as it is{off}");
        for point in &points {
            let to = self.estate().describe(&point.to);
            let _ = writeln!(page, "  {}: then {to} is as good", self.condition(point));
        }
    }

    fn condition(&self, point: &Turning) -> String {
        let times = point.times();
        match point.input {
            Input::OwnCost => {
                let now = self.options.current.annual_cost;
                format!("it costs {} a year, not {} ({times})", self.money(now * point.factor), self.money(now))
            }
            Input::Worth => format!("what outages destroy is worth {times} as much"),
            Input::Rate(id) => {
                let hazard = self.estate().hazard(id);
                let now = hazard.rate.get();
                let (then, now) = (significant(now * point.factor), significant(now));
                format!("{} strikes {then} times a year, not {now} ({times})", hazard.id)
            }
        }
    }

    fn turning_point(&self, point: &Turning) -> serde_json::Value {
        let (input, hazard, now) = match point.input {
            Input::OwnCost => ("own_cost", None, Some(self.options.current.annual_cost)),
            Input::Worth => ("worth_of_losses", None, None),
            Input::Rate(id) => {
                let hazard = self.estate().hazard(id);
                ("rate_per_year", Some(&hazard.id), Some(hazard.rate.get()))
            }
        };
        let mut fields = self.fields(&point.to);
        fields["input"] = input.into();
        fields["hazard"] = json!(hazard);
        fields["now"] = json!(now);
        fields["then"] = json!(now.map(|now| now * point.factor));
        fields["factor"] = point.factor.into();
        fields
    }

    fn remark(&self, other: &Weighed) -> String {
        let mut remarks: Vec<String> = Vec::new();
        if self.is_runner_up(&other.deployment) {
            remarks.push("runner-up".to_owned());
        }
        if self.is_as_is(&other.deployment) {
            remarks.push("today".to_owned());
        }
        if let Some(process) = series::parted(self.estate(), &self.choice.plan, self.workload, &other.deployment)
            && other.loss_change > 0.0
        {
            remarks.push(format!("{process} would stop for two providers"));
        }
        if let Some(first) = other.breaks.first() {
            remarks.push(format!("breaks {}", RowName::parse(first).in_words()));
        }
        remarks.join(", ")
    }

    fn is_runner_up(&self, deployment: &Deployment) -> bool {
        self.choice.runner_up.is_some_and(|(next, _)| next == *deployment)
    }

    fn is_as_is(&self, deployment: &Deployment) -> bool {
        self.estate().workload(self.workload).as_is.as_ref().is_some_and(|as_is| as_is.deployment == *deployment)
    }

    fn list_excluded(&self, page: &mut String, on: &str, off: &str) {
        let estate = self.estate();
        let sites = self.options.excluded_sites.iter().map(|(site, rule)| (estate.site(*site).id.as_str(), rule));
        let patterns = self
            .options
            .excluded_patterns
            .iter()
            .map(|(pattern, rule)| (estate.pattern(*pattern).id.as_str(), rule));
        let out: Vec<_> = sites.chain(patterns).collect();
        if out.is_empty() {
            page.push_str("\nNo rule excludes a site or a pattern\n");
            return;
        }
        let _ = writeln!(page, "\n{on}Excluded by its rules{off}");
        let width = out.iter().map(|(name, _)| terminal::columns(name)).max().unwrap_or(0);
        for (name, rule) in out {
            let _ = writeln!(page, "  {}  {rule}", terminal::left(name, width));
        }
    }

    /// The same as a document.
    pub(super) fn document(&self) -> serde_json::Value {
        let estate = self.estate();
        let excluded =
            |name: &str, rule: &ballast_model::rules::Rule| json!({ "id": name, "rule": rule.to_string() });
        json!({
            "workload": estate.workload(self.workload).id,
            "of": self.choice.origin,
            "currency": estate.settings().currency,
            "declared": self.source.case.origins.workloads[self.workload.index()],
            "is_as_is": self.is_as_is(&self.options.current.deployment),
            "deployments": self.choice.plan.of(self.workload).iter().map(|part| {
                let mut fields = self.fields(&part.deployment);
                fields["share"] = part.share.get().into();
                fields
            }).collect::<Vec<_>>(),
            "needed_by": series::needs(estate, &self.choice.plan, self.workload).iter().map(|need| json!({
                "process": need.process,
                "role": if need.is_critical { "critical" } else { "degrading" },
                "in_series_with": need.others.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "annual_cost": self.options.current.annual_cost,
            "expected_loss": self.options.risk.expected_loss,
            "downtime_h_per_year": self.options.risk.downtime_h_per_year,
            "runner_up": self.choice.runner_up.map(|(deployment, premium)| {
                let mut fields = self.fields(&deployment);
                fields["premium"] = premium.into();
                fields
            }),
            "allowed": self.options.allowed,
            "options": self.options.others.iter().map(|other| {
                let mut fields = self.fields(&other.deployment);
                fields["annual_cost"] = other.annual_cost.into();
                fields["cost_change"] = other.cost_change.into();
                fields["loss_change"] = other.loss_change.into();
                fields["total_change"] = other.total_change().into();
                fields["breaks"] = other.breaks.clone().into();
                fields
            }).collect::<Vec<_>>(),
            "turning_points": turning::points(self.options).iter()
                .map(|point| self.turning_point(point)).collect::<Vec<_>>(),
            "excluded_sites": self.options.excluded_sites.iter()
                .map(|(site, rule)| excluded(&estate.site(*site).id, rule)).collect::<Vec<_>>(),
            "excluded_patterns": self.options.excluded_patterns.iter()
                .map(|(pattern, rule)| excluded(&estate.pattern(*pattern).id, rule)).collect::<Vec<_>>(),
        })
    }

    fn fields(&self, deployment: &Deployment) -> serde_json::Value {
        let estate = self.estate();
        json!({
            "pattern": estate.pattern(deployment.pattern).id,
            "primary_site": estate.site(deployment.primary).id,
            "standby_site": deployment.standby.map(|standby| &estate.site(standby).id),
        })
    }
}

/// A positive number with three significant digits.
fn significant(value: f64) -> String {
    let decimals = (0_u8..12).find(|decimals| value * 10_f64.powi(i32::from(*decimals)) >= 99.95).unwrap_or(12);
    let text = format!("{value:.*}", usize::from(decimals));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
