//! What result tables hold. A table is made from its declaration, so no column is written without its meaning;
//! docs/results.md is made from the same.

use std::fmt::Write as _;

use super::{ep_curve, frontier, losses, options, placements, replay, risk, roadmap, shadow_prices, surface};
use crate::{prices, replay as replays, sensitivity};

/// A table's declaration.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The file's name without `.csv`.
    pub(crate) name: &'static str,
    /// What there is one row of.
    pub(crate) row: &'static str,
    /// The columns, in order.
    pub(crate) columns: &'static [Column],
}

/// A column: its name, its unit and its meaning. A `$` in name and unit stands for the currency.
pub(crate) type Column = (&'static str, &'static str, &'static str);

/// The plan that a row is of: many tables begin with it.
pub(crate) const POINT: Column = ("point", "", "plan: as_is, p01 and so on, same_loss, same_cost");
pub(super) const PATTERN: Column = ("pattern", "", "how it is protected, a row of patterns.csv");
pub(super) const PRIMARY: Column = ("primary_site", "", "where it runs");
pub(super) const STANDBY: Column =
    ("standby_site", "", "where it goes if the primary fails; empty without standby");

/// The tables of each command, as docs/results.md has them.
const GROUPS: [(&str, &[&Schema]); 5] = [
    (
        "Of `frontier` and `solve`",
        &[
            &frontier::SCHEMA,
            &placements::SCHEMA,
            &losses::BY_DOMAIN,
            &losses::BY_PROCESS,
            &risk::MEASURES,
            &risk::DOWNTIME,
            &ep_curve::SCHEMA,
            &shadow_prices::SCHEMA,
            &surface::SCHEMA,
            &replay::SCHEMA,
            &roadmap::SCHEMA,
        ],
    ),
    ("Of `replay`", &replays::SCHEMAS),
    ("Of `sensitivity`", &sensitivity::SCHEMAS),
    ("Of `explain --limits --out FILE`, under the name that is given", &[&prices::SCHEMA]),
    ("Of `export`", &[&options::SCHEMA]),
];

/// Every table that is declared.
#[cfg(test)]
pub(crate) fn declared() -> impl Iterator<Item = &'static Schema> {
    GROUPS.iter().flat_map(|(_, schemas)| schemas.iter().copied())
}

/// Files that are no tables.
const OTHERS: &str = "\
| file | of | what it is |
|---|---|---|
| `run.json` | every command with results | what was run: inputs with their digests, settings, version, seed, gaps, times; the only file with times in it |
| `report.html` | `frontier` and `solve` with `--html` | the run in one page, which fetches nothing |
| `workbook.xlsx` | every command with tables, with `--xlsx` | all tables for a spreadsheet, with units, charts and what the case takes for granted |
| `frontier.png` | `frontier` of cost and one loss | run cost against expected loss, with today's plan, its arms and the knee |
| `measures.png` | `frontier` | the curve, or the surface's plans, in pairs of run cost, expected loss and CVaR |
| `mix.png` | `frontier` of cost and one loss | shares of the workloads' run cost along the curve by pattern, provider and jurisdiction |
| `portrait.png` | `frontier` and `solve` | the chosen plan on one page |
| `cost.png` | `frontier` and `solve` | what today's and the named plans pay for |
| `blast_radius.png` | `frontier` and `solve` | the failure domains with the largest expected losses |
| `ep.png` | `frontier` and `solve` | how likely a year is to lose more than an amount |
| `limits.png` | `frontier` and `solve` | what 1 % more room in each limit that binds would be worth; none if no limit binds |
| `week.png` | `replay --sweep-week` | the loss at every hour of the week |
| `catalogue.png` | `replay --all` | what every historic event would cost, by plan |
| `tornado.png` | `sensitivity` | what moves the total, greatest effect first |
| `limit_prices.png` | `explain --limits --out limit_prices.csv` | what each limit and rule costs, the dearest first |
| `programme.mps` | `export` | the linear programme as free MPS |

With `--svg` every picture is there as SVG too.
";

/// docs/results.md: every file that a run writes, and each column with its unit and meaning.
pub fn results_markdown() -> String {
    let mut page = format!(
        "# Results\n\nGenerated from the declarations in `crates/report/src`; `make docs` writes it anew.\n\n\
         A run's folder is `CASE/runs/ID`, and `CASE/runs/latest` has the name of the latest.\n\
         `…_eur` stands for the currency of the case: a case in USD has `…_usd`.\n\
         Empty means that there is none: today's plan has no bound. Shares and probabilities are between 0 and 1.\n\
         `--csv-dialect excel-de` writes the tables with semicolons, decimal commas and a byte-order mark.\n\
         `--parquet` writes each as Parquet too, under the same name: numbers, flags and text by type, empty cells as null.\n\
         `batch.csv` of a batch has the columns of `frontier.csv` without the currency in their names, after `job`, \
         `case`, `scenario`, `seed`, `job_status`, `why` and `currency`.\n\n{OTHERS}"
    );
    for (title, schemas) in GROUPS {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "\n## {title}");
        for schema in schemas {
            let _ = writeln!(page, "\n### {}.csv\n\nOne row per {}.\n", schema.name, schema.row);
            page.push_str("| column | unit | meaning |\n|---|---|---|\n");
            for (name, unit, meaning) in schema.columns {
                let name = name.replace('$', "_eur");
                let _ = writeln!(page, "| {name} | {} | {meaning} |", unit.replace('$', "EUR"));
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ballast_model::cost::Component;
    use ballast_risk::STOP_HOURS;

    use super::*;

    #[test]
    fn every_column_has_a_meaning_and_money_its_currency() {
        for schema in declared() {
            let names: BTreeSet<_> = schema.columns.iter().map(|column| column.0).collect();
            assert_eq!(names.len(), schema.columns.len(), "a column twice in {}", schema.name);
            for (name, unit, meaning) in schema.columns {
                assert!(meaning.len() > 3, "{}: {name} means {meaning:?}", schema.name);
                assert_eq!(name.ends_with('$'), unit.contains('$'), "{}: {name} in {unit:?}", schema.name);
            }
        }
    }

    #[test]
    fn what_the_model_lists_has_its_columns() {
        let has = |schema: &Schema, name: &str| schema.columns.iter().any(|column| column.0 == name);
        for (_, name) in Component::ALL {
            assert!(has(&placements::SCHEMA, &format!("{name}$")), "{name}");
        }
        for hours in STOP_HOURS {
            assert!(has(&losses::BY_PROCESS, &format!("stops_per_year_above_{hours}_h")), "{hours}");
        }
    }
}
