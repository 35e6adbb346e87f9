//! The first sheet: the plans in short, what if loss weighed otherwise, the proof, and what the other sheets show.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, Workbook, Worksheet, XlsxError};

use super::{
    chart,
    curve::{Curve, Weights},
    front::{self, Entry},
    sheet::A4,
    strings::{self, Words},
    style,
};
use crate::{
    Language, Origin, PlanView, Role, Study,
    tables::columns::{Kind, heading_in},
};

/// Where the list of plans begins.
const PLANS: u32 = 5;
/// The column of the first figure, and of the weights.
const FIGURES: u16 = 2;
/// Rows that the chart covers.
const CHART_ROWS: u32 = 22;

/// What a row of figures shows, in order: heading, column of the curve's table, number format. The heading that is left
/// open says whose weights the total is by.
const HEADINGS: [(Option<Words>, Option<&str>, Kind); 5] = [
    (Some(strings::RUN_COST), Some("annual_cost$"), Kind::Money),
    (Some(strings::EXPECTED_LOSS), Some("expected_loss$"), Kind::Money),
    (Some(strings::CVAR), Some("cvar$"), Kind::Money),
    (None, None, Kind::Money),
    (Some(strings::CHANCE_OF_STOP), None, Kind::Share),
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
    fn plans(&self) -> Vec<(Words, &PlanView<'_>)> {
        let chosen = self.study.chosen();
        let title = if chosen.role == Role::Plan { strings::THE_PLAN } else { strings::KNEE };
        let named = [
            (strings::TODAY, self.study.first(Role::AsIs)),
            (title, Some(chosen)),
            (strings::SAME_LOSS, self.study.first(Role::SameLoss)),
            (strings::SAME_COST, self.study.first(Role::SameCost)),
            (strings::CHEAPEST, self.study.frontier().next()),
            (strings::END_OF_CURVE, self.study.frontier().last()),
        ];
        named.into_iter().filter_map(|(name, plan)| Some((name, plan?))).collect()
    }

    const fn language(&self) -> Language {
        self.curve.language
    }

    /// What is proven of the plans.
    fn proof(&self) -> String {
        let (study, language) = (self.study, self.language());
        let one = study.frontier().next().is_none();
        let words = if one { strings::PROVEN_ONE } else { strings::PROVEN };
        let mut text = words.say(language, &[("gap", &language.percent(study.largest_gap()))]);
        if !study.within_gap() {
            let wanted = language.percent(study.estate.settings().solver.gap);
            text.push_str(&strings::ABOVE_GAP.say(language, &[("wanted", &wanted)]));
        }
        if !study.complete {
            text.push_str(strings::STOPPED.of(language));
        }
        text
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
        sheet.set_name(strings::SUMMARY.of(self.language()))?.set_screen_gridlines(false);
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
        front::write_sheets(sheet, row + CHART_ROWS, self.sheets, self.language())
    }

    fn write_head(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let settings = self.study.estate.settings();
        sheet.write_string_with_format(0, 0, &settings.name, &style::title(18))?;
        let years = self.study.chosen().risk.annual_losses().len();
        let values = [
            ("version", self.origin.version),
            ("run", self.origin.run),
            ("years", &self.language().number(years as f64, 0)),
            ("seed", &settings.risk.seed.to_string()),
            ("currency", &settings.currency),
        ];
        let line = strings::LINE.say(self.language(), &values);
        sheet.write_string_with_format(1, 0, line, &style::remark())?;
        sheet.write_string(2, 0, self.proof())?;
        Ok(())
    }

    fn write_headings(&self, sheet: &mut Worksheet, row: u32, total: Words) -> Result<(), XlsxError> {
        sheet.set_row_height(row, 48.0)?;
        let currency = &self.study.estate.settings().currency;
        let language = self.language();
        let against = [strings::COST_AGAINST_TODAY, strings::LOSS_AGAINST_TODAY];
        sheet.write_string_with_format(row, 0, "", &style::heading(false))?;
        sheet.write_string_with_format(row, 1, strings::PLAN.of(language), &style::heading(false))?;
        let headings = HEADINGS.iter().map(|(heading, ..)| heading.unwrap_or(total));
        for (at, heading) in (FIGURES..).zip(headings.chain(against)) {
            sheet.write_string_with_format(
                row,
                at,
                heading_in(heading.of(language), currency),
                &style::heading(true),
            )?;
        }
        Ok(())
    }

    fn write_plans(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.write_string_with_format(PLANS - 1, 0, strings::THE_PLANS.of(self.language()), &style::title(13))?;
        self.write_headings(sheet, PLANS, strings::TOTAL_OF_CASE)?;
        let today = self.study.first(Role::AsIs);
        let change = style::cell(style::CHANGE);
        for (row, (name, plan)) in (PLANS + 1..).zip(self.plans()) {
            sheet.write_string(row, 0, name.of(self.language()))?;
            sheet.write_string_with_format(row, 1, &plan.id, &style::words())?;
            let figures = [
                plan.annual_cost,
                plan.risk.expected_loss(),
                plan.risk.cvar(self.study.alpha()),
                self.study.total(plan),
                plan.risk.probability_of_stop_above(8.0).0,
            ];
            for ((at, figure), (.., kind)) in (FIGURES..).zip(figures).zip(HEADINGS) {
                sheet.write_number_with_format(
                    row,
                    at,
                    cents(figure, kind),
                    &style::cell(kind.format(self.language())),
                )?;
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
        let (top, language) = (self.below_plans(), self.language());
        sheet.write_string_with_format(top, 0, strings::WHAT_IF.of(language), &style::title(13))?;
        sheet.write_string_with_format(top, FIGURES, strings::WHAT_IF_HELP.of(language), &style::remark())?;
        let inputs = [
            (weights.loss_row, weights.loss, strings::LOSS_WEIGHT, 1e6, strings::LOSS_WEIGHT_HELP),
            (weights.cvar_row, weights.cvar, strings::CVAR_WEIGHT, 1.0, strings::CVAR_WEIGHT_HELP),
        ];
        for (row, value, name, most, help) in inputs {
            sheet.write_string(row, 0, name.of(language))?;
            sheet.write_number_with_format(row, weights.column, value, &style::input("0.00"))?;
            sheet.write_string_with_format(
                row,
                weights.column + 1,
                help.of(language),
                &style::remark().set_indent(1),
            )?;
            let rule = DataValidation::new()
                .allow_decimal_number(DataValidationRule::Between(0.0, most))
                .set_error_title(strings::NO_WEIGHT.of(language))?
                .set_error_message(strings::NO_WEIGHT_WHY.say(language, &[("most", &most.to_string())]))?;
            sheet.add_data_validation(row, weights.column, row, weights.column, &rule)?;
        }
        let (row, _) = picked(weights);
        self.write_headings(sheet, row - 1, strings::TOTAL_OF_READER)?;
        sheet.write_string(row, 0, strings::PICKED.of(language))?;
        if let Some(plan) = self.curve.picked_formula(Some("point"), weights) {
            sheet.write_formula_with_format(row, 1, plan, &style::words())?;
        }
        let mut formula = |at: u16, formula: Option<Formula>, format: &str| {
            formula.map_or(Ok(()), |formula| {
                sheet.write_formula_with_format(row, at, formula, &style::cell(format)).map(|_| ())
            })
        };
        for (at, (_, column, kind)) in (FIGURES..FIGURES + 4).zip(HEADINGS) {
            formula(at, self.curve.picked_formula(column, weights), kind.format(language))?;
        }
        for (at, column) in [(FIGURES + 5, "annual_cost$"), (FIGURES + 6, "expected_loss$")] {
            formula(at, self.curve.picked_against_today(column, weights), style::CHANGE)?;
        }
        Ok(row + 2)
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
