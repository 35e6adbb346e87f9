//! What every limit and rule of a case costs, as a table and a page of text. The figures are the solver's.

use ballast_model::Estate;

use crate::{
    number,
    summary::Block,
    tables::{
        Table,
        cell::{flag, money, or_empty, significant},
        schema::Schema,
    },
};

/// A limit or a rule, with the plan of lowest total that keeps it and the one that need not. Money is per year.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitPrice {
    /// The id in limits.csv, the row in `shadow_prices.csv`, or the rule's column in workloads.csv.
    pub name: String,
    /// The same in words, within a sentence.
    pub in_words: String,
    /// Whether the plan without it would break it.
    pub binds: bool,
    /// What it adds to the lowest total; 0 where it does not bind.
    pub price: f64,
    /// No less and no more than this is proven.
    pub proven: (f64, f64),
    /// The lowest totals with it and without it.
    pub totals: (f64, f64),
    /// Workloads that are placed otherwise, cost otherwise or lose otherwise because of it.
    pub payers: usize,
    /// What one unit more of it is worth at the divisible plan, and the unit; none for a rule, or where it has slack.
    pub shadow_price: Option<(f64, String)>,
}

/// A limit or a rule whose price was not found before the run was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    /// As in [`LimitPrice`].
    pub name: String,
    /// The same in words, within a sentence.
    pub in_words: String,
}

/// The table, as it is declared.
pub(crate) const SCHEMA: Schema = Schema {
    name: "limit_prices",
    row: "limit or rule of the case, the dearest first; those that the run was ended before are last and have names alone",
    columns: &[
        ("row", "", "id in limits.csv, row in shadow_prices.csv, or column of the rule in workloads.csv"),
        ("meaning", "", "the limit or rule in words"),
        ("binds", "", "whether the plan without it would break it"),
        ("price$", "$ a year", "what it adds to the lowest total of run cost and expected loss"),
        ("price_low$", "$ a year", "it adds no less: proven"),
        ("price_high$", "$ a year", "it adds no more: proven"),
        ("total_with$", "$ a year", "lowest total with it"),
        ("total_without$", "$ a year", "lowest total without it"),
        ("payers", "", "workloads that are placed otherwise, cost otherwise or lose otherwise because of it"),
        (
            "value_per_unit$",
            "$ a year",
            "what one unit more would be worth: the shadow price at the divisible optimum",
        ),
        ("unit", "", "unit of the limit"),
    ],
};

/// The dearest first.
pub fn ranked(mut prices: Vec<LimitPrice>) -> Vec<LimitPrice> {
    prices.sort_by(|a, b| {
        b.price.total_cmp(&a.price).then(b.proven.1.total_cmp(&a.proven.1)).then(a.name.cmp(&b.name))
    });
    prices
}

/// `limit_prices.csv`: one row per limit or rule.
pub fn prices_table(estate: &Estate, prices: &[LimitPrice], not_done: &[Unpriced]) -> Table {
    let mut table = Table::of(&SCHEMA, &estate.settings().currency);
    for one in prices {
        table.push(vec![
            one.name.clone(),
            one.in_words.clone(),
            flag(one.binds),
            money(one.price),
            money(one.proven.0),
            money(one.proven.1),
            money(one.totals.0),
            money(one.totals.1),
            one.payers.to_string(),
            or_empty(one.shadow_price.as_ref().map(|(value, _)| *value), significant),
            one.shadow_price.as_ref().map(|(_, unit)| unit.clone()).unwrap_or_default(),
        ]);
    }
    for one in not_done {
        let mut row = vec![one.name.clone(), one.in_words.clone()];
        row.resize(SCHEMA.columns.len(), String::new());
        table.push(row);
    }
    table
}

/// The prices as a page of text; `bold` marks the title for terminals that can show it.
pub fn prices_summary(estate: &Estate, prices: &[LimitPrice], not_done: &[Unpriced], bold: bool) -> String {
    let currency = &estate.settings().currency;
    let money = |value: f64| number::money(value, currency);
    let mut rows = vec![
        ["limit or rule", "", "price", "at least", "at most", "who pay", "one more is worth"].map(str::to_owned),
    ];
    rows.extend(prices.iter().map(|one| {
        let shadow = one.shadow_price.as_ref().map(|(value, unit)| format!("{} per {unit}", money(*value)));
        [
            one.name.clone(),
            one.in_words.clone(),
            money(one.price),
            money(one.proven.0),
            money(one.proven.1),
            one.payers.to_string(),
            shadow.unwrap_or_default(),
        ]
    }));
    rows.extend(not_done.iter().map(|one| {
        let mut row = ["", "", "not done", "", "", "", ""].map(str::to_owned);
        row[0].clone_from(&one.name);
        row[1].clone_from(&one.in_words);
        row
    }));
    let block = Block {
        title: format!(
            "What each limit and rule costs, {currency} a year: the lowest total with it less that without it"
        ),
        rows: rows.into_iter().map(|row| row.to_vec()).collect(),
        text_columns: 2,
    };
    block.render(bold)
}
