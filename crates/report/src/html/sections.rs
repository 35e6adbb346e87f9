//! The parts of the page that do not depend on the plan that is looked at.

use ballast_model::{MoneyPerYear, Sampling, WorkloadId};

use super::{Language, Origin, escape, findings, named};
use crate::{Chart, PlanView, Role, Study, summary};

/// A table with a caption; the first `text_columns` columns are text, the others are numbers. Cells are markup.
pub(super) fn table(caption: &str, header: &[String], rows: &[Vec<String>], text_columns: usize) -> String {
    let class = |column: usize| if column < text_columns { "" } else { " class=\"number\"" };
    let mut page = format!("<div class=\"wide\"><table><caption>{}</caption><thead><tr>", escape::html(caption));
    for (column, name) in header.iter().enumerate() {
        page.push_str(&format!("<th scope=\"col\"{}>{}</th>", class(column), escape::html(name)));
    }
    page.push_str("</tr></thead><tbody>\n");
    for row in rows {
        page.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            if column == 0 {
                // Short names stay in one line, long ones may break.
                let class = if cell.chars().count() <= 26 { " class=\"id\"" } else { "" };
                page.push_str(&format!("<th scope=\"row\"{class}>{cell}</th>"));
            } else {
                page.push_str(&format!("<td{}>{cell}</td>", class(column)));
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
    page
}

pub(super) fn findings(study: &Study<'_>, language: Language) -> String {
    let items = findings::list(study, language);
    let items = items.iter().fold(String::new(), |list, item| format!("{list}<li>{}</li>\n", escape::html(item)));
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

/// Today, the chosen plan, the arms and the ends of the curve; each leads to its plan.
pub(super) fn named_plans(study: &Study<'_>, language: Language) -> String {
    let currency = &study.estate.settings().currency;
    let share = language.percent(1.0 - study.alpha());
    let header = [
        String::new(),
        language.say("plan", &[]),
        language.say("run_cost", &[]),
        language.say("expected_loss", &[]),
        language.say("worst_years", &[("share", &share)]),
        language.say("stop_over_8", &[]),
        language.say("total", &[]),
    ];
    let money = |value: f64| escape::html(&language.money(value, currency));
    let rows: Vec<Vec<String>> = named(study)
        .into_iter()
        .map(|(key, plan)| {
            vec![
                escape::html(&language.say(key, &[])),
                format!("<a href=\"#plan={0}\">{0}</a>", escape::html(&plan.id)),
                money(plan.annual_cost),
                money(plan.risk.expected_loss()),
                money(plan.risk.cvar(study.alpha())),
                escape::html(&language.chance(plan.risk.probability_of_stop_above(8.0).0)),
                money(study.total(plan)),
            ]
        })
        .collect();
    table(&language.say("named_plans", &[("currency", currency)]), &header, &rows, 2)
}

/// The largest changes from today to the chosen plan.
pub(super) fn moves(study: &Study<'_>, language: Language) -> String {
    let (Some(today), Some(moved)) = (study.first(Role::AsIs), summary::moves(study)) else {
        return String::new();
    };
    if moved.is_empty() {
        return String::new();
    }
    let currency = &study.estate.settings().currency;
    let chosen = study.chosen();
    let header = ["workload", "as_is", "plan", "run_cost", "expected_loss"].map(|key| language.say(key, &[]));
    let rows: Vec<Vec<String>> = moved
        .iter()
        .take(summary::LIST_LENGTH)
        .map(|one| {
            vec![
                escape::html(&study.estate.workload(one.workload).id),
                deployments(study, today, one.workload, language),
                deployments(study, chosen, one.workload, language),
                escape::html(&language.change(one.cost, currency)),
                escape::html(&language.change(one.loss, currency)),
            ]
        })
        .collect();
    table(&language.say("largest_moves", &[("plan", &chosen.id)]), &header, &rows, 3)
}

fn deployments(study: &Study<'_>, plan: &PlanView<'_>, workload: WorkloadId, language: Language) -> String {
    let parts = plan.plan.of(workload).len();
    let main = plan.plan.main_deployment(workload).map(|main| study.estate.describe(main)).unwrap_or_default();
    let text = match parts {
        0 | 1 => main,
        many => language.say("and_more", &[("main", &main), ("count", &(many - 1).to_string())]),
    };
    escape::html(&text)
}

/// What there is to say of the curve before it is drawn.
pub(super) fn curve(study: &Study<'_>, language: Language) -> String {
    let key = if study.frontier().next().is_some() { "curve_help" } else { "no_curve" };
    escape::html(&language.say(key, &[]))
}

/// The pictures of the run's folder; their ids bear their names, so that all fit into one page.
pub(super) fn charts(charts: &[Chart], language: Language) -> String {
    charts.iter().fold(String::new(), |page, chart| {
        let start = chart.svg.find("<svg").unwrap_or(0);
        format!(
            "{page}<figure class=\"chart\" lang=\"{}\">{}</figure>\n",
            language.code(),
            chart.svg[start..].trim_end()
        )
    })
}

pub(super) fn settings(study: &Study<'_>, origin: &Origin<'_>, language: Language) -> String {
    let settings = study.estate.settings();
    let currency = &settings.currency;
    let years = study.chosen().risk.annual_losses().len();
    let sampling =
        Sampling::ALL.iter().find(|(kind, _)| *kind == settings.risk.sampling).map_or("", |(_, name)| name);
    let cap = |limit: Option<MoneyPerYear>| {
        limit.map_or_else(|| language.say("none", &[]), |limit| language.money(limit.get(), currency))
    };
    let overrides =
        if origin.overrides.is_empty() { language.say("none", &[]) } else { origin.overrides.to_owned() };
    let rows: Vec<Vec<String>> = [
        ("run", origin.run.to_owned()),
        ("version", format!("ballast {}", origin.version)),
        ("solver", format!("{} ({})", origin.solver.backend, origin.solver.version)),
        ("seed", settings.risk.seed.to_string()),
        ("years", language.number(years as f64, 0)),
        ("sampling", sampling.to_owned()),
        ("alpha", language.percent(study.alpha())),
        ("gap_wanted", language.percent(settings.solver.gap)),
        ("gap_reached", language.percent(study.largest_gap())),
        ("horizon", plain(settings.horizon_years, language)),
        ("discount_rate", language.percent(settings.discount_rate)),
        ("loss_weight", plain(settings.objective.loss_weight, language)),
        ("risk_aversion", plain(settings.objective.risk_aversion, language)),
        ("limit_budget", cap(settings.limits.budget)),
        ("limit_loss", cap(settings.limits.expected_loss)),
        ("limit_cvar", cap(settings.limits.cvar)),
        ("overrides", overrides),
    ]
    .into_iter()
    .map(|(key, value)| vec![escape::html(&language.say(key, &[])), escape::html(&value)])
    .collect();
    let header = ["setting", "value"].map(|key| language.say(key, &[]));
    table(&language.say("settings", &[]), &header, &rows, 2)
}

/// A setting as it was written, with the language's decimal mark.
fn plain(value: f64, language: Language) -> String {
    let written = value.to_string();
    let decimals = written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    language.number(value, decimals)
}

pub(super) fn inputs(origin: &Origin<'_>, language: Language) -> String {
    let rows: Vec<Vec<String>> = origin
        .inputs
        .iter()
        .map(|file| vec![escape::html(&file.path), format!("<code>{}</code>", escape::html(&file.sha256))])
        .collect();
    let header = ["file", "digest"].map(|key| language.say(key, &[]));
    table(&language.say("inputs", &[]), &header, &rows, 2)
}

pub(super) fn warnings(origin: &Origin<'_>, language: Language) -> String {
    if origin.warnings.is_empty() {
        return String::new();
    }
    let title = escape::html(&language.say("warnings", &[]));
    let items =
        origin.warnings.iter().fold(String::new(), |list, one| format!("{list}<li>{}</li>\n", escape::html(one)));
    format!("<h3>{title}</h3>\n<ul lang=\"en\">\n{items}</ul>\n")
}

/// The commands that make the run again and check it.
pub(super) fn reproduce(origin: &Origin<'_>, language: Language) -> String {
    let (word, flags) = origin.command.split_once(' ').unwrap_or((origin.command, ""));
    let mut again = format!("ballast {word} CASE");
    for flag in flags.split(' ').filter(|flag| !flag.is_empty()) {
        again.push_str(&format!(" {flag}"));
    }
    for argument in origin.arguments {
        again.push_str(&format!(" {}", escape::shell(argument)));
    }
    again.push_str(" --html");
    if language == Language::German {
        again.push_str(" --lang de");
    }
    format!("<pre>{}\nballast verify CASE --run {}</pre>\n", escape::html(&again), escape::html(origin.run))
}
