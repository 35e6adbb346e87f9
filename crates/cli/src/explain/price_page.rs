//! The price of a limit as a page of text and as a document.

use std::fmt::Write as _;

use ballast_model::{Estate, WorkloadId};
use ballast_report::{RowName, number, terminal};
use ballast_solver::{Range, Solution};
use serde_json::json;

use super::{limit::Named, price::Price};

/// Workloads that the page lists.
const LISTED: usize = 12;

/// What is explained.
pub(super) struct Subject<'a> {
    pub(super) estate: &'a Estate,
    pub(super) limit: &'a Named,
    pub(super) price: &'a Price,
}

impl Subject<'_> {
    fn money(&self, value: f64) -> String {
        number::money(value, &self.estate.settings().currency)
    }

    /// A value of a limit in its own unit.
    fn limit_of(&self, row: &RowName<'_>, value: f64) -> String {
        if row.is_money() {
            return self.money(value);
        }
        let written = format!("{value:.2}");
        written.strip_suffix(".00").unwrap_or(&written).to_owned()
    }

    /// For which limits a price holds, as the end of a sentence; nothing if that is not known.
    fn holds(&self, row: &RowName<'_>, range: Range) -> String {
        let [from, to] = [range.from, range.to].map(|end| end.map(|end| self.limit_of(row, end)));
        let limits = match (from, to) {
            (Some(from), Some(to)) if from == to => format!("of {from} only"),
            (Some(from), Some(to)) => format!("from {from} to {to}"),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("up to {to}"),
            (None, None) => return String::new(),
        };
        format!(", which holds for limits {limits}")
    }

    fn change(&self, value: f64) -> String {
        format!("{}{}", if value < 0.0 { "-" } else { "+" }, self.money(value.abs()))
    }

    /// What it costs, and who pays.
    pub(super) fn page(&self, bold: bool) -> String {
        let (on, off) = if bold { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let price = self.price;
        let name = self.limit.in_words(self.estate);
        let (least, most) = price.proven;
        // Writing to a String cannot fail.
        let mut page = String::new();
        if !price.binds {
            let _ = writeln!(
                page,
                "{on}{name} costs nothing{off}\n  without it, the plan of lowest total that was found keeps it too; \
                 no plan saves more than {} a year",
                self.money(most)
            );
            return page;
        }
        let _ = writeln!(page, "{on}{name} costs {} a year{off}", self.money(price.adds));
        let _ = writeln!(
            page,
            "  the lowest total is {} with it and {} without it; proven is a price from {} to {}",
            self.money(price.with.objective),
            self.money(price.without.objective),
            self.money(least),
            self.money(most)
        );
        for one in &price.shadow_prices {
            let row = RowName::parse(&one.row);
            let _ = writeln!(
                page,
                "  one {} more of {} is worth {} a year, at the shadow price of the divisible plan{}",
                row.unit(&self.estate.settings().currency),
                row.in_words(),
                self.money(one.value),
                self.holds(&row, one.range)
            );
        }
        let shown = price.payers.len().min(LISTED);
        let _ = writeln!(page, "\n{on}Who pays for it a year, {shown} of {}{off}", price.payers.len());
        let mut rows = vec![["workload", "without it", "with it", "run cost", "expected loss"].map(str::to_owned)];
        rows.extend(price.payers.iter().take(LISTED).map(|payer| {
            [
                self.estate.workload(payer.workload).id.clone(),
                self.deployed(&price.without, payer.workload),
                self.deployed(&price.with, payer.workload),
                self.change(payer.cost),
                self.change(payer.loss),
            ]
        }));
        let plain = |name: &str, cost: f64, loss: String| {
            [name.to_owned(), String::new(), String::new(), self.change(cost), loss]
        };
        if price.shared_cost.abs() >= 1.0 {
            rows.push(plain("sites, providers, penalties", price.shared_cost, String::new()));
        }
        let loss = price.with.expected_loss() - price.without.expected_loss();
        rows.push(plain("all of it", price.with.annual_cost - price.without.annual_cost, self.change(loss)));
        page.push_str(&terminal::aligned("  ", &rows, |column| column < 3));
        page
    }

    fn deployed(&self, found: &Solution, workload: WorkloadId) -> String {
        let parts = found.plan.of(workload).iter().map(|part| self.estate.describe(&part.deployment));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The same as a document.
    pub(super) fn document(&self) -> serde_json::Value {
        let price = self.price;
        let plan = |found: &Solution| {
            json!({
                "annual_cost": found.annual_cost,
                "expected_loss": found.expected_loss(),
                "total": found.objective,
                "lower_bound": found.lower_bound,
            })
        };
        json!({
            "limit": self.limit.name,
            "in_words": self.limit.in_words(self.estate),
            "currency": self.estate.settings().currency,
            "binds": price.binds,
            "price": price.adds,
            "price_at_least": price.proven.0,
            "price_at_most": price.proven.1,
            "with": plan(&price.with),
            "without": plan(&price.without),
            "shared_cost_change": price.shared_cost,
            "shadow_prices": price.shadow_prices.iter().map(|one| json!({
                "row": one.row,
                "limit": one.limit,
                "limit_from": one.range.from,
                "limit_to": one.range.to,
                "value_per_unit": one.value,
            })).collect::<Vec<_>>(),
            "payers": price.payers.iter().map(|payer| json!({
                "workload": self.estate.workload(payer.workload).id,
                "without": self.deployed(&price.without, payer.workload),
                "with": self.deployed(&price.with, payer.workload),
                "cost_change": payer.cost,
                "loss_change": payer.loss,
            })).collect::<Vec<_>>(),
        })
    }
}
