//! What every column of the result tables holds, and its heading with the unit: for workbooks and Parquet.

use super::headings::COLUMNS;
use crate::Language;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// A number where it is one, else words.
    Setting,
    /// True or false.
    Flag,
    /// A whole number.
    Count,
    /// Money, shown without decimals.
    Money,
    /// Money for a single unit, shown with decimals.
    Price,
    /// A share of a whole, shown as percentage.
    Share,
    /// A small share: a gap.
    SmallShare,
    /// A share of time that must never be shown as 100 % where it is less.
    Availability,
    /// Hours or minutes.
    Time,
    /// Events a year.
    Rate,
    /// A number whose unit stands in another column.
    Number,
    /// The same of a limit: no fractions of a unit where it is large or nothing.
    Limit,
}

impl Kind {
    /// The number format. A spreadsheet shows it in the manner of its own country.
    pub(crate) const fn format(self, language: Language) -> &'static str {
        match self {
            Self::Text | Self::Setting => "General",
            // Excel has its own words for these; others would show 1 and 0.
            Self::Flag => match language {
                Language::English => "\"TRUE\";;\"FALSE\"",
                Language::German => "\"WAHR\";;\"FALSCH\"",
            },
            Self::Count => "0",
            Self::Money => "#,##0",
            Self::Price => "#,##0.000",
            Self::Share => "0.0%",
            Self::SmallShare => "0.00%",
            Self::Availability => "0.0000%",
            Self::Time => "#,##0.00",
            Self::Rate => "0.0000",
            Self::Number => "[>=1000]#,##0;[>=1]#,##0.00;0.000000",
            Self::Limit => "[>=1000]#,##0;[=0]0;#,##0.00",
        }
    }

    pub(crate) const fn is_number(self) -> bool {
        !matches!(self, Self::Text | Self::Setting | Self::Flag)
    }

    /// What a column of this name holds, whatever the currency at its end; text where it is not listed.
    pub(crate) fn of(name: &str) -> Self {
        let plain = COLUMNS.iter().find(|(known, ..)| *known == name);
        let money = || {
            let base = name.rsplit_once('_').map_or("", |(base, _)| base);
            let known = |known: &str| known.strip_suffix('$').is_some_and(|known| known == name || known == base);
            COLUMNS.iter().find(|(name, ..)| known(name))
        };
        plain.or_else(money).map_or(Self::Text, |(_, kind, _)| *kind)
    }
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    pub(crate) heading: String,
}

impl Column {
    /// The column of this name in a table whose money is in `currency`; one that is not listed is text under its name.
    pub(crate) fn of(name: &str, currency: &str, language: Language) -> Self {
        let suffix = format!("_{}", currency.to_lowercase());
        let is_it = |known: &str| match known.strip_suffix('$') {
            Some(money) => name.strip_suffix(suffix.as_str()) == Some(money),
            None => name == known,
        };
        COLUMNS.iter().find(|(known, ..)| is_it(known)).map_or_else(
            || Self { kind: Kind::Text, heading: name.to_owned() },
            |(_, kind, heading)| Self { kind: *kind, heading: heading_in(heading.of(language), currency) },
        )
    }
}

/// A heading with its currency. Its unit stays in one line.
pub(crate) fn heading_in(heading: &str, currency: &str) -> String {
    let heading = heading.replace('$', currency);
    match heading.split_once('(') {
        Some((what, unit)) => format!("{what}({}", unit.replace(' ', "\u{a0}")),
        None => heading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_is_listed() {
        for schema in crate::tables::schema::declared() {
            for (name, ..) in schema.columns {
                assert!(COLUMNS.iter().any(|(known, ..)| known == name), "{}: {name}", schema.name);
            }
        }
    }

    #[test]
    fn a_column_is_known_in_any_currency_and_without_one() {
        let kinds = ["annual_cost_eur", "annual_cost", "cvar_se_usd", "gap", "total_low", "point", "unheard_of"];
        assert_eq!(
            kinds.map(Kind::of),
            [Kind::Money, Kind::Money, Kind::Money, Kind::SmallShare, Kind::Money, Kind::Text, Kind::Text]
        );
    }

    #[test]
    fn headings_have_their_unit_and_no_name_is_there_twice() {
        let cost = Column::of("annual_cost_eur", "EUR", Language::English);
        assert_eq!((cost.heading.as_str(), cost.kind), ("Run cost (EUR\u{a0}a\u{a0}year)", Kind::Money));
        let cost = Column::of("annual_cost_eur", "EUR", Language::German);
        assert_eq!(cost.heading, "Betriebskosten (EUR\u{a0}im\u{a0}Jahr)");
        assert_eq!(Column::of("annual_cost_eur", "USD", Language::English).kind, Kind::Text);
        let mut names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
        for (name, kind, heading) in COLUMNS {
            assert_eq!(name.ends_with('$'), matches!(kind, Kind::Money | Kind::Price), "{name}");
            for heading in [heading.english, heading.german] {
                assert_eq!(name.ends_with('$'), heading.contains('$'), "{name}");
                assert!(!heading.is_empty(), "{name}");
            }
        }
    }
}
