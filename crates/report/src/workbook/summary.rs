//! The first sheet: the plans in short, what if loss weighed otherwise, the proof, and what the other sheets show.

use rust_xlsxwriter::{
    DataValidation, DataValidationRule, FormatAlign, Formula, Url, Workbook, Worksheet, XlsxError,
};

use super::{
    Entry, chart,
    curve::{Curve, Weights},
    sheet::A4,
    style,
};
use crate::{
    Origin, PlanView, Role, Study, number, summary,
    tables::columns::{Kind, heading_in},
};

pub(super) const NAME: &str = "Summary";

/// Where the list of plans begins.
const PLANS: u32 = 5;
/// The column of the first figure, and of the weights.
const FIGURES: u16 = 2;
/// Rows that the chart covers.
const CHART_ROWS: u32 = 22;

/// What a row of figures shows, in order: heading, column of the curve's table, number format. The heading that is left
/// open says whose weights the total is by.
const HEADINGS: [(&str, Option<&str>, Kind); 5] = [
    ("Run cost ($ a year)", Some("annual_cost$"), Kind::Money),
    ("Expected loss ($ a year)", Some("expected_loss$"), Kind::Money),
    ("CVaR: mean of the worst years ($ a year)", Some("cvar$"), Kind::Money),
    ("", None, Kind::Money),
    ("Chance of a stop above 8 h (a year)", None, Kind::Share),
];

/// What the sheet shows.
pub(super) struct Summary<'a> {
    pub(super) study: &'a Study<'a>,
    pub(super) curve: &'a Curve<'a>,
    pub(super) origin: &'a Origin<'a>,
    pub(super) sheets: &'a [Entry],
}

impl Summary<'_> {
    /// The plans that the sheet names.
    fn plans(&self) -> Vec<(&'static str, &PlanView<'_>)> {
        let chosen = self.study.chosen();
        let title = if chosen.role == Role::Plan { "The plan" } else { "Lowest total (knee)" };
        let named = [
            ("Today", self.study.first(Role::AsIs)),
            (title, Some(chosen)),
            ("Same loss as today", self.study.first(Role::SameLoss)),
            ("Same cost as today", self.study.first(Role::SameCost)),
            ("Cheapest", self.study.frontier().next()),
            ("End of the curve", self.study.frontier().last()),
        ];
        named.into_iter().filter_map(|(name, plan)| Some((name, plan?))).collect()
    }

    /// The row at which what follows the list of plans begins.
    fn below_plans(&self) -> u32 {
        PLANS + 2 + u32::try_from(self.plans().len()).unwrap_or(u32::MAX)
    }

    /// Where the weights stand, and what they are in the case; none without a curve.
    pub(super) fn weights(&self) -> Option<Weights> {
        let objective = &self.study.estate.settings().objective;
        self.curve.points.map(|_| Weights {
            loss_row: self.below_plans() + 1,
            cvar_row: self.below_plans() + 2,
            column: FIGURES,
            loss: objective.loss_weight,
            cvar: objective.risk_aversion,
        })
    }

    pub(super) fn add(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(NAME)?.set_screen_gridlines(false);
        sheet.set_column_width(0, 30)?.set_column_width(1, 12)?;
        sheet.set_column_range_width(FIGURES, FIGURES + 6, 18)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        self.write_head(sheet)?;
        self.write_plans(sheet)?;
        let mut row = self.below_plans();
        if let Some(weights) = self.weights() {
            row = self.write_what_if(sheet, &weights)?;
        }
        sheet.insert_chart(row, 0, &chart::draw(self.curve, self.weights().map(|weights| picked(&weights))))?;
        self.write_sheets(sheet, row + CHART_ROWS)
    }

    fn write_head(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let settings = self.study.estate.settings();
        sheet.write_string_with_format(0, 0, &settings.name, &style::title(18))?;
        let years = self.study.chosen().risk.annual_losses().len();
        let line = format!(
            "Ballast {}, run {}: {} simulated years, seed {}; money in {}",
            self.origin.version,
            self.origin.run,
            number::grouped(u64::try_from(years).unwrap_or(u64::MAX)),
            settings.risk.seed,
            settings.currency
        );
        sheet.write_string_with_format(1, 0, line, &style::remark())?;
        sheet.write_string(2, 0, summary::proof(self.study).title)?;
        Ok(())
    }

    fn write_headings(&self, sheet: &mut Worksheet, row: u32, total: &'static str) -> Result<(), XlsxError> {
        sheet.set_row_height(row, 48.0)?;
        let currency = &self.study.estate.settings().currency;
        let against = ["Run cost against today ($ a year)", "Expected loss against today ($ a year)"];
        sheet.write_string_with_format(row, 0, "", &style::heading(false))?;
        sheet.write_string_with_format(row, 1, "Plan", &style::heading(false))?;
        let headings = HEADINGS.iter().map(|(heading, ..)| if heading.is_empty() { total } else { *heading });
        for (at, heading) in (FIGURES..).zip(headings.chain(against)) {
            sheet.write_string_with_format(row, at, heading_in(heading, currency), &style::heading(true))?;
        }
        Ok(())
    }

    fn write_plans(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.write_string_with_format(PLANS - 1, 0, "The plans", &style::title(13))?;
        self.write_headings(sheet, PLANS, "Total by the weights of the case ($ a year)")?;
        let today = self.study.first(Role::AsIs);
        let change = style::cell("+#,##0;-#,##0;0");
        for (row, (name, plan)) in (PLANS + 1..).zip(self.plans()) {
            sheet.write_string(row, 0, name)?;
            sheet.write_string_with_format(row, 1, &plan.id, &style::words())?;
            let figures = [
                plan.annual_cost,
                plan.risk.expected_loss(),
                plan.risk.cvar(self.study.alpha()),
                self.study.total(plan),
                plan.risk.probability_of_stop_above(8.0).0,
            ];
            for ((at, figure), (.., kind)) in (FIGURES..).zip(figures).zip(HEADINGS) {
                sheet.write_number_with_format(row, at, cents(figure, kind), &style::cell(kind.format()))?;
            }
            if let Some(today) = today.filter(|today| today.id != plan.id) {
                let cost = plan.annual_cost - today.annual_cost;
                let loss = plan.risk.expected_loss() - today.risk.expected_loss();
                sheet.write_number_with_format(row, FIGURES + 5, cents(cost, Kind::Money), &change)?;
                sheet.write_number_with_format(row, FIGURES + 6, cents(loss, Kind::Money), &change)?;
            }
        }
        Ok(())
    }

    /// Weights to change, and the plan that they pick; answers the row below.
    fn write_what_if(&self, sheet: &mut Worksheet, weights: &Weights) -> Result<u32, XlsxError> {
        let top = self.below_plans();
        sheet.write_string_with_format(top, 0, "What if loss weighed otherwise?", &style::title(13))?;
        sheet.write_string_with_format(
            top,
            FIGURES,
            "Change a yellow cell: the plan of the curve with the least cost + weight × loss is looked up in Frontier.",
            &style::remark(),
        )?;
        let inputs = [
            (
                weights.loss_row,
                weights.loss,
                "Weight of loss against cost",
                1e6,
                "1 adds them up; 2 counts loss twice; 0 asks for the cheapest",
            ),
            (
                weights.cvar_row,
                weights.cvar,
                "Weight of CVaR within the loss",
                1.0,
                "0 is the expected loss alone, 1 the mean of the worst years alone",
            ),
        ];
        for (row, value, name, most, help) in inputs {
            sheet.write_string(row, 0, name)?;
            sheet.write_number_with_format(row, weights.column, value, &style::input("0.00"))?;
            sheet.write_string_with_format(row, weights.column + 1, help, &style::remark().set_indent(1))?;
            let rule = DataValidation::new()
                .allow_decimal_number(DataValidationRule::Between(0.0, most))
                .set_error_title("Not a weight")?
                .set_error_message(format!("A number from 0 to {most}"))?;
            sheet.add_data_validation(row, weights.column, row, weights.column, &rule)?;
        }
        let (row, _) = picked(weights);
        self.write_headings(sheet, row - 1, "Total by your weights ($ a year)")?;
        sheet.write_string(row, 0, "Best plan by these weights")?;
        if let Some(plan) = self.curve.picked_formula(Some("point"), weights) {
            sheet.write_formula_with_format(row, 1, plan, &style::words())?;
        }
        let mut formula = |at: u16, formula: Option<Formula>, format: &str| {
            formula.map_or(Ok(()), |formula| {
                sheet.write_formula_with_format(row, at, formula, &style::cell(format)).map(|_| ())
            })
        };
        for (at, (_, column, kind)) in (FIGURES..FIGURES + 4).zip(HEADINGS) {
            formula(at, self.curve.picked_formula(column, weights), kind.format())?;
        }
        for (at, column) in [(FIGURES + 5, "annual_cost$"), (FIGURES + 6, "expected_loss$")] {
            formula(at, self.curve.picked_against_today(column, weights), "+#,##0;-#,##0;0")?;
        }
        Ok(row + 2)
    }

    fn write_sheets(&self, sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, "Sheets", &style::title(13))?;
        sheet.write_string_with_format(row, 1, "Rows", &style::remark().set_align(FormatAlign::Right))?;
        for (row, entry) in (row + 1..).zip(self.sheets) {
            match entry {
                Entry::There { name, shows, rows } => {
                    sheet.write_url_with_text(row, 0, Url::new(format!("internal:'{name}'!A1")), *name)?;
                    if let Some(rows) = rows {
                        let format = style::cell(Kind::Money.format());
                        sheet.write_number_with_format(row, 1, f64::from(*rows), &format)?;
                    }
                    sheet.write_string_with_format(row, FIGURES, *shows, &style::words())?;
                }
                Entry::Missing { name, why } => {
                    sheet.write_string_with_format(row, 0, *name, &style::remark())?;
                    sheet.write_string_with_format(row, FIGURES, *why, &style::remark().set_indent(1))?;
                }
            }
        }
        Ok(())
    }
}

/// Where the picked plan stands: its row, and the columns of its cost and its loss.
fn picked(weights: &Weights) -> (u32, [u16; 2]) {
    (weights.cvar_row + 2, [FIGURES, FIGURES + 1])
}

/// Money as the files have it, to the cent.
fn cents(value: f64, kind: Kind) -> f64 {
    if kind == Kind::Money { (value * 100.0).round() / 100.0 } else { value }
}
