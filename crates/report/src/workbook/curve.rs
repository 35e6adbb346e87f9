//! The sheet of the curve: every plan, what it would be worth at the reader's own weight of loss, and the chart.

use ballast_solver::Goal;
use rust_xlsxwriter::{
    Formula, Workbook, XlsxError,
    utility::{column_number_to_name, row_col_to_cell_absolute},
};

use super::{
    chart,
    sheet::{Sheet, last_row},
    strings::{self, Words},
    style,
};
use crate::{
    Language, Role, Study,
    tables::{
        Table,
        columns::{Kind, heading_in},
    },
};

/// Where the weights stand, and what they are in the case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    /// Row in Summary of the weight of loss.
    pub(super) loss_row: u32,
    /// Row in Summary of the weight of CVaR within the loss.
    pub(super) cvar_row: u32,
    /// Column in Summary of both.
    pub(super) column: u16,
    pub(super) loss: f64,
    pub(super) cvar: f64,
}

/// The table of all plans as it stands in the sheet.
pub(super) struct Curve<'a> {
    table: &'a Table,
    pub(super) currency: &'a str,
    pub(super) language: Language,
    /// Rows of the curve's points, first and last; none where one plan was asked for.
    pub(super) points: Option<(u32, u32)>,
    pub(super) today: Option<u32>,
    pub(super) chosen: Option<(u32, Words)>,
}

impl<'a> Curve<'a> {
    pub(super) fn new(study: &'a Study<'_>, table: &'a Table, language: Language) -> Self {
        // One row per plan, in the order of the study; the header is row 0.
        let rows = |wanted: Role| {
            (1..).zip(&study.plans).filter(move |(_, plan)| plan.role == wanted).map(|(row, _)| row)
        };
        let chosen = (1..).zip(&study.plans).find(|(_, plan)| study.is_chosen(plan));
        let title = |role| if role == Role::Plan { strings::THE_PLAN } else { strings::LOWEST_TOTAL };
        Self {
            table,
            currency: &study.estate.settings().currency,
            language,
            points: rows(Role::Frontier).next().zip(rows(Role::Frontier).last()),
            today: rows(Role::AsIs).next(),
            chosen: chosen.map(|(row, plan)| (row, title(plan.role))),
        }
    }

    /// The sheet's name.
    pub(super) const fn name(&self) -> &'static str {
        strings::FRONTIER.of(self.language)
    }

    /// The position of a column by its name, with a `$` for the currency.
    pub(super) fn column(&self, name: &str) -> u16 {
        let name = name.replace('$', &format!("_{}", self.currency.to_lowercase()));
        (0..).zip(&self.table.columns).find(|(_, known)| **known == name).map_or(0, |(at, _)| at)
    }

    fn live_column(&self) -> u16 {
        u16::try_from(self.table.columns.len()).unwrap_or(u16::MAX)
    }

    /// The figures of a column, plan by plan.
    pub(super) fn figures(&self, name: &str) -> impl Iterator<Item = f64> {
        let column = self.column(name);
        (1..=last_row(self.table)).map(move |row| self.number(row, column))
    }

    /// A cell of the table by its place in the sheet.
    fn text(&self, row: u32, column: u16) -> &str {
        let cells = usize::try_from(row).ok().and_then(|row| self.table.rows.get(row.checked_sub(1)?));
        cells.and_then(|cells| cells.get(usize::from(column))).unwrap_or_default()
    }

    /// The same as the number that it is.
    fn number(&self, row: u32, column: u16) -> f64 {
        self.text(row, column).parse().unwrap_or(0.0)
    }

    /// What the live column shows before anybody has changed a weight.
    fn live(&self, row: u32, weights: &Weights) -> f64 {
        let [cost, loss, cvar] =
            ["annual_cost$", "expected_loss$", "cvar$"].map(|name| self.number(row, self.column(name)));
        Goal::total(weights.loss, weights.cvar).objective(cost, loss, cvar)
    }

    /// The row of the plan that the weights pick: the first with the least cost and weighted loss.
    pub(super) fn picked(&self, weights: &Weights) -> Option<u32> {
        let (first, last) = self.points?;
        (first..=last).min_by(|a, b| self.live(*a, weights).total_cmp(&self.live(*b, weights)))
    }

    /// Adds the sheet, with the live column and the chart below the rows.
    pub(super) fn add(&self, book: &mut Workbook, weights: Option<&Weights>) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet();
        let (name, language) = (self.name(), self.language);
        Sheet { name, table: self.table, currency: self.currency, language, frozen: 1 }.fill(sheet)?;
        if let Some(weights) = weights {
            let column = self.live_column();
            let heading = heading_in(strings::LIVE.of(language), self.currency);
            sheet.set_column_width(column, 22)?;
            sheet.write_string_with_format(0, column, heading, &style::heading(true))?;
            for row in 1..=last_row(self.table) {
                let format = style::cell(Kind::Money.format(language));
                sheet.write_formula_with_format(row, column, self.live_formula(row, weights), &format)?;
            }
            sheet.autofilter(0, 0, last_row(self.table), column)?;
        }
        sheet.insert_chart(last_row(self.table) + 2, 1, &chart::draw(self, None))?;
        Ok(())
    }

    fn live_formula(&self, row: u32, weights: &Weights) -> Formula {
        let summary = in_formula(strings::SUMMARY.of(self.language));
        let at = |name: &str| format!("{}{}", column_number_to_name(self.column(name)), row + 1);
        let weight = |row| format!("{summary}!{}", row_col_to_cell_absolute(row, weights.column));
        let (loss_weight, cvar_weight) = (weight(weights.loss_row), weight(weights.cvar_row));
        Formula::new(format!(
            "={}+{loss_weight}*((1-{cvar_weight})*{}+{cvar_weight}*{})",
            at("annual_cost$"),
            at("expected_loss$"),
            at("cvar$")
        ))
        .set_result(self.live(row, weights).to_string())
    }

    /// The formula of a figure of the picked plan, with what it shows at first; none without a curve.
    pub(super) fn picked_formula(&self, column: Option<&str>, weights: &Weights) -> Option<Formula> {
        let picked = self.picked(weights)?;
        let at = column.map_or(self.live_column(), |name| self.column(name));
        let shown = match column {
            Some("point") => self.text(picked, at).to_owned(),
            Some(_) => self.number(picked, at).to_string(),
            None => self.live(picked, weights).to_string(),
        };
        Some(Formula::new(format!("={}", self.index_of_picked(at)?)).set_result(shown))
    }

    /// How much the picked plan has more of a figure than today's; none without today's plan.
    pub(super) fn picked_against_today(&self, column: &str, weights: &Weights) -> Option<Formula> {
        let (today, picked) = (self.today?, self.picked(weights)?);
        let at = self.column(column);
        let index = self.index_of_picked(at)?;
        let formula = format!("={index}-{}!{}", in_formula(self.name()), row_col_to_cell_absolute(today, at));
        let change = self.number(picked, at) - self.number(today, at);
        Some(Formula::new(formula).set_result(change.to_string()))
    }

    /// The cell of the picked plan's row in a column, as a formula.
    fn index_of_picked(&self, column: u16) -> Option<String> {
        let (first, last) = self.points?;
        let range = |column: u16| {
            let corner = |row| row_col_to_cell_absolute(row, column);
            format!("{}!{}:{}", in_formula(self.name()), corner(first), corner(last))
        };
        let live = range(self.live_column());
        Some(format!("INDEX({},MATCH(MIN({live}),{live},0))", range(column)))
    }
}

/// A sheet's name in a formula: quoted unless it is of plain letters.
fn in_formula(sheet: &str) -> String {
    if sheet.bytes().all(|byte| byte.is_ascii_alphabetic()) { sheet.to_owned() } else { format!("'{sheet}'") }
}
