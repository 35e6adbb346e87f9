//! Words that the files write in cells, in the workbook's language. Names and ids stay as they are: they are looked
//! up in the files.

use std::borrow::Cow;

use crate::{Language, RowName, html};

/// A column's name, the word in the files, and the German one.
const GERMAN: &[(&str, &str, &str)] = &[
    ("role", "as_is", "heute"),
    ("role", "frontier", "Kurve"),
    ("role", "same_loss", "gleicher Schaden"),
    ("role", "same_cost", "gleiche Kosten"),
    ("role", "plan", "Plan"),
    ("status", "within_gap", "innerhalb der Lücke"),
    ("status", "limit", "an einer Grenze beendet"),
    ("owner", "ours", "unserer"),
    ("level", "zone", "Zone"),
    ("level", "region", "Region"),
    ("level", "provider", "Anbieter"),
    ("level", "control_plane", "Steuerungsebene"),
    ("level", "identity", "Identität"),
    ("level", "dns", "DNS"),
    ("level", "edge", "Edge"),
    ("level", "network", "Netz"),
    ("level", "power", "Strom"),
    ("level", "building", "Gebäude"),
    ("level", "software", "Software"),
    ("level", "supplier", "Zulieferer"),
    ("level", "site", "Standort"),
    ("measure", "expected_annual_loss", "erwarteter Jahresschaden"),
    ("measure", "var", "VaR"),
    ("measure", "cvar", "CVaR"),
    ("measure", "aep", "Schaden eines Jahres (AEP)"),
    ("measure", "oep", "größtes Ereignis eines Jahres (OEP)"),
    ("measure", "probability_of_stop_above", "Wahrscheinlichkeit eines Stillstands über"),
    ("measure", "herfindahl", "Herfindahl-Index"),
    ("measure", "largest_share", "größter Anteil"),
    ("measure", "loss_when_largest_fails", "Schaden, wenn der Größte ausfällt"),
    ("unit", "a year", "im Jahr"),
    ("unit", "0 to 1", "0 bis 1"),
    ("unit", "share of vCPU", "Anteil der vCPU"),
    ("unit", "vcpu", "vCPU"),
    ("unit", "memory_gib", "GiB Speicher"),
    ("unit", "storage_gib", "GiB Plattenplatz"),
    ("move", "today", "heute"),
    ("move", "rest", "Rest"),
    ("basis", "given", "gegeben"),
    ("basis", "laid over", "darübergelegt"),
    ("basis", "default", "Vorgabe"),
    ("basis", "shipped", "mitgeliefert"),
    ("weekday", "Mon", "Mo"),
    ("weekday", "Tue", "Di"),
    ("weekday", "Wed", "Mi"),
    ("weekday", "Thu", "Do"),
    ("weekday", "Fri", "Fr"),
    ("weekday", "Sat", "Sa"),
    ("weekday", "Sun", "So"),
    ("held", "true", "ja"),
    ("held", "false", "nein"),
    ("held", "none", "keine"),
    ("plan", "plan", "Plan"),
    ("plan", "as_is", "heute"),
    ("plan", "robust", "robust"),
];

/// The words and German ones within the cells of a column.
type Parts = (&'static str, &'static [(&'static str, &'static str)]);

/// Columns whose cells are put together of words, names and figures.
const PARTS: [Parts; 2] = [
    (
        "minimised",
        &[
            (".", ","),
            ("annual_cost", "Betriebskosten"),
            ("expected_loss", "erwarteter Schaden"),
            ("cvar", "CVaR"),
        ],
    ),
    ("of", &[("1 year in ", "1 Jahr von ")]),
];

/// Why workloads move together, by the first word.
const BONDS: [(&str, &str); 4] =
    [("group ", "Gruppe "), ("process ", "Prozess "), ("site ", "Standort "), ("limit ", "Grenze ")];

/// The bonds of a move, joined by `;`.
fn bonds(cell: &str) -> String {
    let german = |bond: &str| {
        let known = BONDS.iter().find_map(|(from, to)| Some(format!("{to}{}", bond.strip_prefix(from)?)));
        known.unwrap_or_else(|| bond.to_owned())
    };
    cell.split(';').map(german).collect::<Vec<_>>().join(";")
}

/// What a cell of a column says in a language; `row` reads the other cells of its row.
pub(super) fn word<'c>(
    language: Language,
    column: &str,
    cell: &'c str,
    row: impl Fn(&str) -> &'c str,
) -> Cow<'c, str> {
    if language == Language::English {
        return cell.into();
    }
    if column == "meaning" {
        return html::row_in_words(&RowName::parse(row("row")), language).into();
    }
    if let Some(currency) = cell.strip_suffix(" a year").filter(|_| column == "unit") {
        return format!("{currency} im Jahr").into();
    }
    if column == "together" {
        return bonds(cell).into();
    }
    if let Some((_, parts)) = PARTS.iter().find(|(of, _)| *of == column) {
        return parts.iter().fold(cell.to_owned(), |text, (from, to)| text.replace(from, to)).into();
    }
    GERMAN
        .iter()
        .find(|(of, english, _)| *of == column && *english == cell)
        .map_or_else(|| cell.into(), |(_, _, german)| (*german).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_translated_and_names_are_not() {
        let row = |_: &str| "share[provider=aws]";
        let german = |column, cell| word(Language::German, column, cell, row).into_owned();
        assert_eq!(german("status", "within_gap"), "innerhalb der Lücke");
        assert_eq!(german("unit", "EUR a year"), "EUR im Jahr");
        let minimised = german("minimised", "annual_cost + 0.5 expected_loss");
        assert_eq!(minimised, "Betriebskosten + 0,5 erwarteter Schaden");
        assert_eq!(german("together", "group a;process group b"), "Gruppe a;Prozess group b");
        assert_eq!([german("of", "1 year in 10"), german("of", "0.950000")], ["1 Jahr von 10", "0.950000"]);
        assert_eq!(german("meaning", "the limit on provider aws"), "die Grenze für provider aws");
        for column in ["point", "workload", "event"] {
            assert_eq!(german(column, "as_is"), "as_is", "{column} is looked up in the files");
        }
        for level in ballast_model::DOMAIN_LEVELS {
            assert!(GERMAN.iter().any(|(of, known, _)| (*of, *known) == ("level", level)), "{level}");
        }
        assert_eq!(word(Language::English, "status", "within_gap", row), "within_gap");
    }
}
