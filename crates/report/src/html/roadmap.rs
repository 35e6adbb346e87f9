//! The way from today to the chosen plan, as a table.

use ballast_solver::{Bond, Stop};

use super::{Language, escape, rows, sections};
use crate::roadmap::{NAMED, RoadmapView, Step};

/// The moves in order with what they cost and avoid, and the plan after each; none if nothing moves.
pub(super) fn section(view: &RoadmapView<'_>, language: Language) -> String {
    let currency = &view.estate.settings().currency;
    let header = ["road_move", "road_then", "run_cost", "road_avoided", "road_cost", "road_loss"]
        .map(|key| language.say(key, &[]));
    let money = |value: f64| escape::html(&language.money(value, currency));
    let stop = |stop: &Stop| [money(stop.annual_cost), money(stop.expected_loss)];
    let today = escape::html(&language.say("today", &[]));
    let first = [today, String::new(), String::new(), String::new()];
    let mut lines: Vec<Vec<String>> = vec![first.into_iter().chain(stop(&view.roadmap.today)).collect()];
    for step in view.steps() {
        let change = [escape::html(&language.change(step.cost(), currency)), money(step.avoided())];
        let line = [name(view, &step, language), deployed(view, &step, language)].into_iter().chain(change);
        lines.push(line.chain(stop(&step.one.after)).collect());
    }
    if lines.len() == 1 {
        return String::new();
    }
    let caption = language.say("roadmap", &[("plan", view.name), ("currency", currency)]);
    let order = if view.is_broken_today() {
        language.say("road_order_broken", &[("rules", &rules(&view.roadmap.today.broken, language))])
    } else {
        language.say("road_order", &[])
    };
    let note = escape::html(&order);
    format!("{}<p class=\"muted\">{note}</p>\n", sections::table(&caption, &header, &lines, 2))
}

/// Where to, and from where; nothing for the rest.
fn deployed(view: &RoadmapView<'_>, step: &Step<'_>, language: Language) -> String {
    if step.number.is_none() {
        return String::new();
    }
    let [now, then] = view.deployments(step.one).map(|each| each.join("; "));
    let before = language.say("road_before", &[("today", &now)]);
    format!("{}<small>{}</small>", escape::html(&then), escape::html(&before))
}

/// Who moves, why together, and what that mends.
fn name(view: &RoadmapView<'_>, step: &Step<'_>, language: Language) -> String {
    let ids = view.ids(step.one);
    let count = |count: usize| count.to_string();
    let mut cell = if step.number.is_none() {
        escape::html(&language.say("road_rest", &[("count", &count(ids.len()))]))
    } else if ids.len() > NAMED + 1 {
        let values = [("names", ids[..NAMED].join(", ")), ("count", count(ids.len() - NAMED))];
        let short = language.say("road_names", &values.each_ref().map(|(key, value)| (*key, value.as_str())));
        let all = escape::html(&ids.join(", "));
        let list = escape::html(&language.say("road_list", &[]));
        format!("{}<details><summary>{list}</summary><small>{all}</small></details>", escape::html(&short))
    } else {
        escape::html(&ids.join(", "))
    };
    let bonds = step.one.bonds.iter().map(|bond| match bond {
        Bond::Group(name) => language.say("road_group", &[("name", name)]),
        Bond::Process(name) => language.say("road_process", &[("name", name)]),
        Bond::Site(name) => language.say("road_site", &[("name", name)]),
        Bond::Limit(row) => language.say("road_limit", &[("name", &rows::broken(row, language))]),
    });
    let mends = (!step.one.mends.is_empty())
        .then(|| language.say("road_mends", &[("rules", &rules(&step.one.mends, language))]));
    if let Some(number) = step.number {
        cell.insert_str(0, &format!("{number}.\u{a0}"));
    }
    for remark in bonds.chain(mends) {
        cell.push_str(&format!("<small>{}</small>", escape::html(&remark)));
    }
    cell
}

fn rules(broken: &[String], language: Language) -> String {
    broken.iter().map(|rule| rows::broken(rule, language)).collect::<Vec<_>>().join(", ")
}
