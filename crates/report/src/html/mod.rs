//! `report.html`: the whole run in one file that fetches nothing, for those who decide.
//!
//! What never changes is written here; the curve, the plans and their tables are drawn by `script/` from the data
//! within the page. Names from the case reach the page through [`escape`] alone, the script makes no markup of text.

mod data;
mod escape;
mod findings;
mod language;
mod placements;
mod policy;
mod roadmap;
mod rows;
mod sections;
mod strings;

pub use language::Language;
pub(crate) use rows::in_words as row_in_words;
pub(crate) use strings::fill;

use crate::{Chart, InputFile, PlanView, Role, SolverRecord, Study};
use data::Data;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// One script in small files; they share one scope.
const SCRIPT: &str = concat!(
    "'use strict';\n(() => {\n",
    include_str!("script/words.js"),
    include_str!("script/plans.js"),
    include_str!("script/drawing.js"),
    include_str!("script/curve.js"),
    include_str!("script/ep.js"),
    include_str!("script/tables.js"),
    include_str!("script/placements.js"),
    include_str!("script/plan.js"),
    include_str!("script/start.js"),
    "})();\n"
);

/// Where a run comes from, without anything that another run of the same inputs would not have.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The run's id.
    pub run: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// The command without what does not change the answer.
    pub command: &'a str,
    /// The flags that change the case, as typed.
    pub arguments: &'a [String],
    /// Every input file.
    pub inputs: &'a [InputFile],
    /// Changes laid over the inputs, in words; empty if none.
    pub overrides: &'a str,
    /// The engine.
    pub solver: &'a SolverRecord,
    /// Findings that did not stop the run.
    pub warnings: &'a [String],
}

/// The page.
pub fn html(study: &Study<'_>, origin: &Origin<'_>, charts: &[Chart], language: Language) -> String {
    let data = Data::of(study, language);
    let settings = study.estate.settings();
    let headline = findings::headline(study, language);
    assemble(language, |slot| match slot {
        "policy" => policy::content_security(SCRIPT),
        "language" => language.code().to_owned(),
        "title" => escape::html(&format!("{} – Ballast", settings.name)),
        "headline" => escape::html(&headline),
        "subtitle" => escape::html(&language.say("subtitle", &[("case", &settings.name)])),
        "findings" => sections::findings(study, language),
        "named_plans" => sections::named_plans(study, language),
        "moves" => sections::moves(study, language),
        "roadmap" => study.roadmap().map(|view| roadmap::section(&view, language)).unwrap_or_default(),
        "curve" => sections::curve(study, language),
        "charts" => sections::charts(charts, language),
        "settings" => sections::settings(study, origin, language),
        "inputs" => sections::inputs(origin, language),
        "warnings" => sections::warnings(origin, language),
        "reproduce" => sections::reproduce(origin, language),
        "style" => STYLE.to_owned(),
        "data" => escape::json(&data.to_json()),
        "script" => SCRIPT.to_owned(),
        other => unreachable!("page.html has the slot {other}, which nothing fills"),
    })
}

/// The page with its texts (`{{t:key}}`) and its slots (`{{name}}`) filled.
fn assemble(language: Language, slot: impl Fn(&str) -> String) -> String {
    let mut page = String::new();
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        match name.strip_prefix("t:") {
            Some(key) => page.push_str(&escape::html(strings::text(language, key))),
            None => page.push_str(&slot(name)),
        }
        rest = after;
    }
    page.push_str(rest);
    page
}

/// The plans that have a name, in the order in which people ask for them, by the key of the name.
fn named<'s, 'a>(study: &'s Study<'a>) -> Vec<(&'static str, &'s PlanView<'a>)> {
    let chosen = study.chosen();
    let of_role = |key, role| study.first(role).map(|plan| (key, plan));
    [
        of_role("as_is", Role::AsIs),
        Some((if chosen.role == Role::Plan { "the_plan" } else { "knee" }, chosen)),
        of_role("same_loss", Role::SameLoss),
        of_role("same_cost", Role::SameCost),
        study.frontier().next().map(|plan| ("cheapest", plan)),
        study.frontier().last().map(|plan| ("end_of_curve", plan)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
