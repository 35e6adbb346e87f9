//! What a plan hangs on, as tables and a page of text. The figures are the solver's.

use ballast_model::Estate;
use ballast_solver::{BreakEven, Effect, End, Figures, Input, Robust, Subject, Tornado, Worst};

use crate::{
    number,
    summary::Block,
    tables::{
        Table,
        cell::{money, text},
        schema::Schema,
    },
};

/// An analysis with the names of its plans. The first plan is the one that effects speak of.
#[derive(Debug, Clone)]
pub struct Sensitivity<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// The compared plans by name: `plan`, `as_is`, `robust`.
    pub names: Vec<String>,
    /// The inputs' effects.
    pub tornado: &'a Tornado,
    /// The plan against a budget of uncertainty, if it was asked for.
    pub robust: Option<&'a Robust>,
}

impl Sensitivity<'_> {
    fn currency(&self) -> &str {
        &self.estate.settings().currency
    }

    pub(crate) fn money(&self, value: f64) -> String {
        number::money(value, self.currency())
    }

    /// What an input is called.
    pub(crate) fn title(&self, input: &Input) -> String {
        match input.subject {
            Subject::Rate(hazard) => format!("Rate of {}", self.estate.hazard(hazard).id),
            Subject::AllRates => "All failure rates".to_owned(),
            Subject::Durations => "Duration of outages".to_owned(),
            Subject::Values => "Value of an hour".to_owned(),
            Subject::Buffers => "Buffers".to_owned(),
            Subject::RecoveryTimes => "Recovery times".to_owned(),
            Subject::FailoverFailures => "Failed failovers".to_owned(),
            Subject::Prices => "Prices".to_owned(),
            Subject::FixedCosts => "Sites and providers".to_owned(),
            Subject::Migration => "Migration costs".to_owned(),
        }
    }

    /// The input's value at a place of its interval, in its own unit.
    pub(crate) fn value(&self, input: &Input, position: f64) -> String {
        match input.subject {
            Subject::Rate(hazard) => {
                let rate = self.estate.hazard(hazard).rate.get() * input.factor(position);
                format!("{} a year", significant_short(rate))
            }
            Subject::AllRates if position <= 0.0 => "lower ends".to_owned(),
            Subject::AllRates if position >= 1.0 => "upper ends".to_owned(),
            Subject::AllRates => format!("{} of the way", number::percent((position * 2.0 - 1.0).abs())),
            _ => format!("×{}", significant_short(input.factor(position))),
        }
    }

    fn base(&self) -> f64 {
        self.tornado.base[0].total
    }

    /// `×1.4`, where the best plan of an end becomes the better one.
    pub(crate) fn break_even(&self, input: &Input, at: Option<BreakEven>) -> String {
        at.map(|at| if at.position == 0.5 { "already now".to_owned() } else { self.value(input, at.position) })
            .unwrap_or_default()
    }
}

/// Three significant figures at most.
fn significant_short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let text = format!("{value:.*}", digits as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The tables, as they are declared.
pub(crate) const SCHEMAS: [&Schema; 2] = [&EFFECTS, &PLANS];

const EFFECTS: Schema = Schema {
    name: "sensitivity",
    row: "input, greatest effect first",
    columns: &[
        ("rank", "", "greatest effect on the total first"),
        ("input", "", "id of the input"),
        ("title", "", "the input in words"),
        ("interval", "", "given by the files, or assumed"),
        ("low", "", "its value at the low end"),
        ("high", "", "its value at the high end"),
        ("total$", "$ a year", "total of the plan as things are"),
        ("total_low$", "$ a year", "total of the plan with the input at its low end"),
        ("total_high$", "$ a year", "the same at its high end"),
        ("best_total_low$", "$ a year", "total of the best plan at the low end; empty if it was not asked for"),
        ("best_total_high$", "$ a year", "the same at the high end"),
        ("regret_low$", "$ a year", "what keeping the plan costs more than that best plan"),
        ("regret_high$", "$ a year", "the same at the high end"),
        ("workloads_changed_low", "", "workloads that the best plan there deploys otherwise"),
        ("workloads_changed_high", "", "the same at the high end"),
        ("plan_changes_below", "", "value below which another plan is better"),
        ("plan_changes_above", "", "value above which another plan is better"),
    ],
};

const PLANS: Schema = Schema {
    name: "robust",
    row: "plan: the one asked about, today's, and the robust one",
    columns: &[
        ("plan", "", "plan"),
        ("annual_cost$", "$ a year", "run cost"),
        ("expected_loss$", "$ a year", "expected loss"),
        ("total$", "$ a year", "total as things are"),
        ("uncertainty_budget", "", "rates that may be at their upper ends at once"),
        ("worst_total$", "$ a year", "total with the worst of them there"),
        (
            "worst_total_lower_bound$",
            "$ a year",
            "no plan has a lower worst total; proven, of the robust plan only",
        ),
        ("worst_hazards", "", "which hazards those are, joined by `;`"),
        (
            "greatest_regret$",
            "$ a year",
            "what keeping the plan costs more than the best one, at most over all inputs and ends that were looked at",
        ),
        ("regret_input", "", "the input at which"),
        ("regret_end", "", "low or high end of it"),
    ],
};

/// `sensitivity.csv`: one row per input, greatest effect first; `robust.csv`: one row per compared plan.
pub fn sensitivity_tables(study: &Sensitivity<'_>) -> Vec<Table> {
    let mut table = Table::of(&EFFECTS, study.currency());
    for (rank, effect) in study.tornado.effects.iter().enumerate() {
        let input = &effect.input;
        let best = |end: &End| end.best.as_ref().map(|best| money(best.figures.total)).unwrap_or_default();
        let regret = |end: &End| end.best.as_ref().map(|best| money(best.regret[0])).unwrap_or_default();
        let changes = |end: &End| end.best.as_ref().map(|best| best.changes.to_string()).unwrap_or_default();
        table.push(vec![
            (rank + 1).to_string(),
            text(&input.id(study.estate)),
            text(&study.title(input)),
            if input.is_given() { "given" } else { "assumed" }.to_owned(),
            study.value(input, 0.0),
            study.value(input, 1.0),
            money(study.base()),
            money(effect.low.kept[0].total),
            money(effect.high.kept[0].total),
            best(&effect.low),
            best(&effect.high),
            regret(&effect.low),
            regret(&effect.high),
            changes(&effect.low),
            changes(&effect.high),
            study.break_even(input, effect.break_even_low),
            study.break_even(input, effect.break_even_high),
        ]);
    }
    vec![table, plans_table(study)]
}

fn plans_table(study: &Sensitivity<'_>) -> Table {
    let mut table = Table::of(&PLANS, study.currency());
    for (index, (name, figures)) in study.names.iter().zip(&study.tornado.base).enumerate() {
        let worst = study.worst(index);
        let regret = study.tornado.greatest_regret(index);
        let bound = study.robust.filter(|_| name == ROBUST).map(|robust| money(robust.lower_bound));
        table.push(vec![
            name.clone(),
            money(figures.annual_cost),
            money(figures.expected_loss),
            money(figures.total),
            study.robust.map(|robust| robust.budget.to_string()).unwrap_or_default(),
            worst.map(|worst| money(worst.total)).unwrap_or_default(),
            bound.unwrap_or_default(),
            worst.map(|worst| study.hazards(worst)).unwrap_or_default(),
            regret.map(|(_, _, regret)| money(regret)).unwrap_or_default(),
            regret.map(|(input, ..)| text(&input.id(study.estate))).unwrap_or_default(),
            regret.map(|(_, is_high, _)| if is_high { "high" } else { "low" }.to_owned()).unwrap_or_default(),
        ]);
    }
    table
}

/// The robust plan's name among the compared ones.
pub(crate) const ROBUST: &str = "robust";

impl Sensitivity<'_> {
    /// The worst case of a compared plan.
    fn worst(&self, index: usize) -> Option<&Worst> {
        let robust = self.robust?;
        if self.names[index] == ROBUST { Some(&robust.worst) } else { robust.compared.get(index) }
    }

    fn hazards(&self, worst: &Worst) -> String {
        let names: Vec<&str> = worst.hazards.iter().map(|id| self.estate.hazard(*id).id.as_str()).collect();
        text(&names.join(";"))
    }
}

/// Inputs that the page lists.
const LISTED: usize = 12;

/// The analysis as a page of text.
pub fn sensitivity_summary(study: &Sensitivity<'_>, bold: bool) -> String {
    let mut page = effects_block(study).render(bold);
    page.push('\n');
    page.push_str(&plans_block(study).render(bold));
    page
}

fn effects_block(study: &Sensitivity<'_>) -> Block {
    let headings =
        ["input", "from", "to", "total at low", "total at high", "other plan better below", "above", "saves"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let change = |figures: &Figures| {
        let change = figures.total - study.base();
        format!("{}{}", if change < 0.0 { "-" } else { "+" }, study.money(change.abs()))
    };
    rows.extend(study.tornado.effects.iter().take(LISTED).map(|effect| {
        let input = &effect.input;
        let below = study.break_even(input, effect.break_even_low);
        let above = study.break_even(input, effect.break_even_high);
        vec![
            study.title(input),
            study.value(input, 0.0),
            study.value(input, 1.0),
            change(&effect.low.kept[0]),
            change(&effect.high.kept[0]),
            below.clone(),
            above.clone(),
            if below.is_empty() && above.is_empty() { String::new() } else { study.money(saving(effect)) },
        ]
    }));
    let title = format!(
        "What moves the total of {} ({} a year), greatest effect first",
        study.names[0],
        study.money(study.base())
    );
    Block { title, rows, text_columns: 1 }
}

/// What the other plan saves at the end where it saves most.
fn saving(effect: &Effect) -> f64 {
    let of = |end: &End| end.best.as_ref().map_or(0.0, |best| best.regret[0]);
    of(&effect.low).max(of(&effect.high))
}

fn plans_block(study: &Sensitivity<'_>) -> Block {
    let budget = study.robust.map_or(0, |robust| robust.budget);
    let worst_heading = format!("if {budget} rates are highest");
    let mut rows = vec![
        ["plan", "run cost", "expected loss", "total", worst_heading.as_str(), "greatest regret", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (index, (name, figures)) in study.names.iter().zip(&study.tornado.base).enumerate() {
        let regret = study.tornado.greatest_regret(index);
        rows.push(vec![
            name.clone(),
            study.money(figures.annual_cost),
            study.money(figures.expected_loss),
            study.money(figures.total),
            study.worst(index).map(|worst| study.money(worst.total)).unwrap_or_default(),
            regret.map(|(_, _, regret)| study.money(regret)).unwrap_or_default(),
            regret
                .filter(|(.., regret)| *regret > 0.0)
                .map(|(input, is_high, _)| {
                    format!("{} {}", study.title(input), if is_high { "high" } else { "low" })
                })
                .unwrap_or_default(),
        ]);
    }
    let title = match study.robust {
        Some(robust) => format!(
            "Plans against bad luck; no plan does better than {} in its worst case (gap {})",
            study.money(robust.lower_bound),
            number::percent(robust.gap)
        ),
        None => "Plans over the intervals".to_owned(),
    };
    Block { title, rows, text_columns: 1 }
}

/// The shares of the tornado for its chart: title, interval, change at the low and the high end, whether the plan changes.
pub(crate) struct Bar {
    pub(crate) title: String,
    pub(crate) interval: String,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) changes_plan: bool,
}

impl Sensitivity<'_> {
    pub(crate) fn bars(&self) -> Vec<Bar> {
        let base = self.base();
        self.tornado
            .effects
            .iter()
            .map(|effect| Bar {
                title: self.title(&effect.input),
                interval: format!("{} – {}", self.value(&effect.input, 0.0), self.value(&effect.input, 1.0)),
                low: effect.low.kept[0].total - base,
                high: effect.high.kept[0].total - base,
                changes_plan: effect.break_even_low.is_some() || effect.break_even_high.is_some(),
            })
            .collect()
    }

    pub(crate) fn base_total(&self) -> f64 {
        self.base()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_rates_are_short() {
        let shown: Vec<String> =
            [0.0, 0.5, 2.0, 1.25, 0.0123, 0.15, 1.049, 17.0, 1234.0].map(significant_short).to_vec();
        assert_eq!(shown, ["0", "0.5", "2", "1.25", "0.0123", "0.15", "1.05", "17", "1234"]);
    }
}
