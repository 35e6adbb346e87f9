//! What was found, in sentences: from today's plan to the chosen one.

use std::cmp::Ordering;

use super::{Language, rows};
use crate::{PlanView, Role, RowName, Study, summary};

/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
/// Broken rules that are named.
const RULES_NAMED: usize = 3;

/// The finding in one sentence.
pub(super) fn headline(study: &Study<'_>, language: Language) -> String {
    let plan = figures(study.chosen());
    let currency = &study.estate.settings().currency;
    sentence(&study.chosen().id, study.first(Role::AsIs).map(figures), plan, currency, language)
}

/// Run cost and expected loss.
fn figures(plan: &PlanView<'_>) -> (f64, f64) {
    (plan.annual_cost, plan.risk.expected_loss())
}

/// How `now` stands to `before`.
fn compare(now: f64, before: f64) -> Ordering {
    if (now - before).abs() <= SLIGHT * before { Ordering::Equal } else { now.total_cmp(&before) }
}

fn sentence(id: &str, today: Option<(f64, f64)>, plan: (f64, f64), currency: &str, language: Language) -> String {
    let money = |value: f64| language.money(value, currency);
    let Some(today) = today else {
        return language.say("alone", &[("plan", id), ("cost", &money(plan.0)), ("loss", &money(plan.1))]);
    };
    let costs = match compare(plan.0, today.0) {
        Ordering::Greater => "costs_more",
        Ordering::Less => "costs_less",
        Ordering::Equal => "costs_same",
    };
    let costs = language.say(costs, &[("plan", id), ("change", &money((plan.0 - today.0).abs()))]);
    let loss = match compare(plan.1, today.1) {
        Ordering::Greater => "loss_rises",
        Ordering::Less => "loss_falls",
        Ordering::Equal => "loss_stays",
    };
    language.say(loss, &[("costs", &costs), ("today", &money(today.1)), ("plan", &money(plan.1))])
}

/// The findings one by one.
pub(super) fn list(study: &Study<'_>, language: Language) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(today) = study.first(Role::AsIs) {
        found.extend(against_today(study, today, language));
    }
    if let Some(dearest) = rows::limits(study, study.chosen(), language).first() {
        let currency = &study.estate.settings().currency;
        let is_money = RowName::parse(&dearest.row).is_money();
        let value = if is_money {
            format!("{} {currency}", dearest.worth)
        } else {
            language.money(dearest.value, currency)
        };
        let unit = if is_money { currency } else { &dearest.unit };
        found.push(language.say("find_limit", &[("limit", &dearest.words), ("unit", unit), ("value", &value)]));
    }
    found.push(language.say("find_proof", &[("gap", &language.percent(study.largest_gap()))]));
    if !study.within_gap() {
        let wanted = language.percent(study.estate.settings().solver.gap);
        found.push(language.say("find_above_gap", &[("wanted", &wanted)]));
    }
    if !study.complete {
        found.push(language.say("find_incomplete", &[]));
    }
    found
}

fn against_today(study: &Study<'_>, today: &PlanView<'_>, language: Language) -> Vec<String> {
    let chosen = study.chosen();
    let currency = &study.estate.settings().currency;
    let both = |figure: &dyn Fn(&PlanView<'_>) -> f64, write: &dyn Fn(f64) -> String| {
        [write(figure(today)), write(figure(chosen))]
    };
    let money = |value: f64| language.money(value, currency);
    let mut found = Vec::new();
    let mut say = |key: &str, [today, plan]: [String; 2], more: &[(&str, &str)]| {
        let mut values = vec![("today", today.as_str()), ("plan", plan.as_str())];
        values.extend(more);
        found.push(language.say(key, &values));
    };
    let share = language.percent(1.0 - study.alpha());
    say("find_total", both(&|plan| study.total(plan), &money), &[]);
    say("find_worst", both(&|plan| plan.risk.cvar(study.alpha()), &money), &[("share", &share)]);
    let chance = |value| language.chance(value);
    say("find_stop", both(&|plan| plan.risk.probability_of_stop_above(8.0).0, &chance), &[]);
    let worst = today
        .risk
        .by_domain
        .iter()
        .filter(|risk| risk.expected_loss > 0.0)
        .max_by(|a, b| a.expected_loss.total_cmp(&b.expected_loss).then(b.domain.cmp(&a.domain)));
    if let Some(worst) = worst {
        let of = |plan: &PlanView<'_>| {
            let here = plan.risk.by_domain.iter().find(|risk| risk.domain == worst.domain);
            here.map_or(0.0, |risk| risk.expected_loss)
        };
        say("find_source", both(&of, &money), &[("domain", &study.estate.domain(worst.domain).name)]);
    }
    if let Some(moved) = summary::moves(study) {
        let all = study.estate.workloads().len().to_string();
        found.push(language.say("find_moves", &[("moved", &moved.len().to_string()), ("all", &all)]));
    }
    if !today.violations.is_empty() {
        let named = today.violations.iter().take(RULES_NAMED).map(|rule| rows::broken(rule, language));
        let mut rules = named.collect::<Vec<_>>().join("; ");
        if today.violations.len() > RULES_NAMED {
            rules.push_str("; …");
        }
        let count = today.violations.len().to_string();
        found.push(language.say("find_broken", &[("count", &count), ("rules", &rules)]));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headline_says_what_the_figures_say() {
        let says = |today, plan| sentence("p07", today, plan, "EUR", Language::English);
        let today = Some((5e6, 4e6));
        assert_eq!(
            says(today, (6e6, 1e6)),
            "Plan p07 costs €1.00m a year more than today and cuts the expected outage loss from €4.00m to €1.00m"
        );
        assert_eq!(
            says(today, (4e6, 4.5e6)),
            "Plan p07 costs €1.00m a year less than today and raises the expected outage loss from €4.00m to €4.50m"
        );
        assert_eq!(
            says(today, (5.01e6, 4.01e6)),
            "Plan p07 costs as much as today and leaves the expected outage loss at €4.01m"
        );
        assert_eq!(
            says(None, (5e6, 0.0)),
            "Plan p07 costs €5.00m a year and leaves an expected outage loss of €0"
        );
        assert_eq!(
            sentence("p07", today, (6e6, 1e6), "EUR", Language::German),
            "Plan p07 kostet 1,00\u{a0}Mio.\u{a0}€ im Jahr mehr als heute und senkt den erwarteten Ausfallschaden \
             von 4,00\u{a0}Mio.\u{a0}€ auf 1,00\u{a0}Mio.\u{a0}€"
        );
    }

    #[test]
    fn nothing_is_no_change_of_nothing() {
        let says = sentence("p01", Some((5e6, 0.0)), (5e6, 0.0), "EUR", Language::English);
        assert_eq!(says, "Plan p01 costs as much as today and leaves the expected outage loss at €0");
    }
}
