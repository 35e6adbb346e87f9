//! What a plan hangs on, as tables and a page of text. The figures are the solver's.

mod words;

use ballast_model::Estate;
use ballast_solver::{Effect, End, Figures, Input, Robust, Tornado, Worst};

use crate::{
    Language, number,
    summary::Block,
    tables::{Table, cell::money, schema::Schema},
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
    /// Whether that plan was asked for and the run was ended before there was one.
    pub lacks_robust: bool,
}

impl Sensitivity<'_> {
    fn currency(&self) -> &str {
        &self.estate.settings().currency
    }

    pub(crate) fn money(&self, value: f64) -> String {
        number::money(value, self.currency())
    }

    fn base(&self) -> f64 {
        self.tornado.base[0].total
    }
}

/// The tables, as they are declared.
pub(crate) const SCHEMAS: [&Schema; 2] = [&EFFECTS, &PLANS];

const EFFECTS: Schema = Schema {
    name: "sensitivity",
    row: "input, greatest effect first; those that the run was ended before are last and have no totals at their ends",
    columns: &[
        ("rank", "", "greatest effect on the total first; empty where the run was ended before"),
        ("input", "", "id of the input"),
        ("title", "", "the input in words"),
        ("interval", "", "given by the files, or assumed"),
        ("low", "", "its value at the low end"),
        ("high", "", "its value at the high end"),
        ("total$", "$ a year", "total of the plan as things are"),
        ("total_low$", "$ a year", "total of the plan with the input at its low end"),
        ("total_high$", "$ a year", "the same at its high end"),
        (
            "best_total_low$",
            "$ a year",
            "total of the best plan at the low end; empty if it was not asked for, or the run was ended before",
        ),
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
    tables_in(study, Language::English)
}

/// The same tables with their words in a language: files are English, workbooks need not be.
pub(crate) fn tables_in(study: &Sensitivity<'_>, language: Language) -> Vec<Table> {
    let mut table = Table::of(&EFFECTS, study.currency());
    for (rank, effect) in study.tornado.effects.iter().enumerate() {
        let input = &effect.input;
        let best = |end: &End| end.best.as_ref().map(|best| money(best.figures.total)).unwrap_or_default();
        let regret = |end: &End| end.best.as_ref().map(|best| money(best.regret[0])).unwrap_or_default();
        let changes = |end: &End| end.best.as_ref().map(|best| best.changes.to_string()).unwrap_or_default();
        let mut row = described(study, (rank + 1).to_string(), input, language);
        row.extend([
            money(effect.low.kept[0].total),
            money(effect.high.kept[0].total),
            best(&effect.low),
            best(&effect.high),
            regret(&effect.low),
            regret(&effect.high),
            changes(&effect.low),
            changes(&effect.high),
            study.break_even(input, effect.break_even_low, language),
            study.break_even(input, effect.break_even_high, language),
        ]);
        table.push(row);
    }
    for input in &study.tornado.not_moved {
        let mut row = described(study, String::new(), input, language);
        row.resize(EFFECTS.columns.len(), String::new());
        table.push(row);
    }
    vec![table, plans_table(study, language)]
}

/// The first cells of an input's row: what it is, and the total as things are.
fn described(study: &Sensitivity<'_>, rank: String, input: &Input, language: Language) -> Vec<String> {
    vec![
        rank,
        input.id(study.estate),
        study.title(input, language),
        words::interval(input).of(language).to_owned(),
        study.value(input, 0.0, language),
        study.value(input, 1.0, language),
        money(study.base()),
    ]
}

fn plans_table(study: &Sensitivity<'_>, language: Language) -> Table {
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
            regret.map(|(input, ..)| input.id(study.estate)).unwrap_or_default(),
            regret.map(|(_, is_high, _)| words::end(is_high).of(language).to_owned()).unwrap_or_default(),
        ]);
    }
    table
}

/// The robust plan's name among the compared ones.
pub(crate) const ROBUST: &str = "robust";

impl Sensitivity<'_> {
    /// What the run was ended before, one line each.
    pub fn not_done(&self) -> Vec<String> {
        let names = |inputs: &mut dyn Iterator<Item = &Input>| {
            inputs.map(|input| self.title(input, ENGLISH)).collect::<Vec<_>>().join(", ")
        };
        let mut lines = Vec::new();
        if self.lacks_robust {
            lines.push("the plan for bad luck".to_owned());
        }
        let tornado = self.tornado;
        if !tornado.not_moved.is_empty() {
            lines.push(format!("moving {}", names(&mut tornado.not_moved.iter())));
        }
        if !tornado.unsolved.is_empty() {
            let inputs = tornado.unsolved.iter().map(|at| &tornado.effects[*at].input);
            lines.push(format!("the best plans at both ends of {}", names(&mut inputs.into_iter())));
        }
        lines
    }

    /// The worst case of a compared plan.
    fn worst(&self, index: usize) -> Option<&Worst> {
        let robust = self.robust?;
        if self.names[index] == ROBUST { Some(&robust.worst) } else { robust.compared.get(index) }
    }

    fn hazards(&self, worst: &Worst) -> String {
        let names: Vec<&str> = worst.hazards.iter().map(|id| self.estate.hazard(*id).id.as_str()).collect();
        names.join(";")
    }
}

/// The language of the page of text.
const ENGLISH: Language = Language::English;

/// Inputs that the page lists.
const LISTED: usize = 12;

/// The analysis as a page of text.
pub fn sensitivity_summary(study: &Sensitivity<'_>, bold: bool) -> String {
    let mut page = effects_block(study).render(bold);
    page.push('\n');
    page.push_str(&plans_block(study).render(bold));
    for line in study.not_done() {
        page.push_str(&format!("Not done: {line}\n"));
    }
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
        let below = study.break_even(input, effect.break_even_low, ENGLISH);
        let above = study.break_even(input, effect.break_even_high, ENGLISH);
        vec![
            study.title(input, ENGLISH),
            study.value(input, 0.0, ENGLISH),
            study.value(input, 1.0, ENGLISH),
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
pub(crate) fn saving(effect: &Effect) -> f64 {
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
                    format!("{} {}", study.title(input, ENGLISH), words::end(is_high).of(ENGLISH))
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
    pub(crate) fn bars(&self, language: Language) -> Vec<Bar> {
        let base = self.base();
        self.tornado
            .effects
            .iter()
            .map(|effect| Bar {
                title: self.title(&effect.input, language),
                interval: [0.0, 1.0].map(|end| self.value(&effect.input, end, language)).join(" – "),
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
