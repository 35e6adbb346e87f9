//! The limits that bind, named in the page's language.

use ballast_solver::Range;

use super::{Language, data::LimitData};
use crate::{PlanView, RowName, Study};

/// The limits that bind a plan, the dearest first.
pub(super) fn limits(study: &Study<'_>, plan: &PlanView<'_>, language: Language) -> Vec<LimitData> {
    let currency = &study.estate.settings().currency;
    let mut prices: Vec<_> = plan.solution.iter().flat_map(|found| &found.shadow_prices).collect();
    prices.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.row.cmp(&b.row)));
    prices
        .into_iter()
        .map(|price| {
            let name = RowName::parse(&price.row);
            LimitData {
                row: price.row.clone(),
                words: in_words(&name, language),
                limit: figure(price.limit, language),
                holds: holds(price.range, language),
                unit: unit(&name.unit(currency), language),
                worth: figure(price.value, language),
                value: price.value,
            }
        })
        .collect()
}

/// From which limit to which, or what is known of that.
fn holds(range: Range, language: Language) -> String {
    let [from, to] = [range.from, range.to].map(|end| end.map(|end| figure(end, language)));
    match (from, to) {
        (Some(from), Some(to)) if from == to => language.say("limit_at", &[("at", &from)]),
        (Some(from), Some(to)) => language.say("limit_range", &[("from", &from), ("to", &to)]),
        (Some(from), None) => language.say("limit_from", &[("from", &from)]),
        (None, Some(to)) => language.say("limit_to", &[("to", &to)]),
        (None, None) => String::new(),
    }
}

/// The row in words.
pub(crate) fn in_words(name: &RowName<'_>, language: Language) -> String {
    let resource = |position| unit(name.argument(position), language);
    let (first, second) = (name.argument(0), name.argument(1));
    let what = first.replacen('=', " ", 1);
    match name.label() {
        "budget" => language.say("row_budget", &[]),
        "expected_loss" => language.say("row_expected_loss", &[]),
        "cvar" => language.say("row_cvar", &[]),
        "capacity" => language.say("row_capacity", &[("resource", &resource(1)), ("site", first)]),
        "standby" => {
            let values = [("resource", resource(2)), ("site", first.to_owned()), ("other", second.to_owned())];
            language.say("row_standby", &values.each_ref().map(|(key, value)| (*key, value.as_str())))
        }
        "share" => language.say("row_share", &[("what", &what)]),
        "group" => language.say("row_group", &[("what", first)]),
        "place" => language.say("row_place", &[("what", first)]),
        _ => name.in_words(),
    }
}

/// A rule or limit that a plan breaks: a row in words, anything else as it is.
pub(super) fn broken(rule: &str, language: Language) -> String {
    RowName::of_rule(rule).map_or_else(|| rule.to_owned(), |name| in_words(&name, language))
}

/// A resource by its name for people; anything else as it is.
fn unit(unit: &str, language: Language) -> String {
    match unit {
        "vcpu" | "memory_gib" | "gpu" | "storage_gib" => language.say(unit, &[]),
        other => other.to_owned(),
    }
}

/// As many decimals as the figure has something to say with.
fn figure(value: f64, language: Language) -> String {
    let decimals = match value.abs() {
        0.0 | 1000.0.. => 0,
        1.0.. => usize::from(value.fract() != 0.0) * 2,
        0.01.. => 4,
        _ => 8,
    };
    language.number(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_in_both_languages() {
        let named = |row| {
            let name = RowName::parse(row);
            [in_words(&name, Language::English), in_words(&name, Language::German)]
        };
        for row in ["budget", "expected_loss", "cvar", "capacity[a,vcpu]", "share[provider=aws]", "group[g]"] {
            let [english, german] = named(row);
            assert_eq!(english, RowName::parse(row).in_words());
            assert_ne!(english, german);
        }
        assert_eq!(
            named("standby[a,b-down,memory_gib]")[1],
            "Speicher-Kapazität von a, wenn b-down dorthin ausweicht"
        );
        assert_eq!(named("odd[x,y]")[1], "odd[x,y]");
    }

    #[test]
    fn broken_rules_are_named_in_words() {
        let named = |rule| broken(rule, Language::English);
        assert_eq!(named("share[site=aws-us-east-1,vcpu]"), "the limit on site aws-us-east-1");
        assert_eq!(named("cvar"), "the cap on CVaR");
        assert_eq!(named("shared services may not leave DE"), "shared services may not leave DE");
    }

    #[test]
    fn small_figures_keep_their_digits() {
        let written = [0.0, 0.003_21, 0.25, 12.0, 12.5, 1234.5].map(|value| figure(value, Language::English));
        assert_eq!(written, ["0", "0.00321000", "0.2500", "12", "12.50", "1,234"]);
    }
}
