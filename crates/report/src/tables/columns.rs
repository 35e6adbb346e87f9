//! What every column of the result tables holds, and its heading with the unit: for workbooks and Parquet.

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
}

impl Kind {
    /// The number format. A spreadsheet shows it in the manner of its own country.
    pub(crate) const fn format(self) -> &'static str {
        match self {
            Self::Text | Self::Setting => "General",
            // Excel has its own words for these; others would show 1 and 0.
            Self::Flag => "\"TRUE\";;\"FALSE\"",
            Self::Count => "0",
            Self::Money => "#,##0",
            Self::Price => "#,##0.000",
            Self::Share => "0.0%",
            Self::SmallShare => "0.00%",
            Self::Availability => "0.0000%",
            Self::Time => "#,##0.00",
            Self::Rate => "0.0000",
            Self::Number => "[>=1000]#,##0;[>=1]#,##0.00;0.000000",
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

/// A column's name in the files, what it holds, and its heading; a `$` stands for the currency.
type Entry = (&'static str, Kind, &'static str);

const COLUMNS: [Entry; 156] = [
    ("point", Kind::Text, "Plan"),
    ("role", Kind::Text, "Role"),
    ("is_knee", Kind::Flag, "Lowest total of the curve"),
    ("is_as_is", Kind::Flag, "As today"),
    ("annual_cost$", Kind::Money, "Run cost ($ a year)"),
    ("fixed_cost$", Kind::Money, "Sites and providers, within it ($ a year)"),
    ("expected_loss$", Kind::Money, "Expected loss ($ a year)"),
    ("expected_loss_se$", Kind::Money, "Standard error of the expected loss ($ a year)"),
    ("cvar$", Kind::Money, "CVaR: mean of the worst years ($ a year)"),
    ("cvar_se$", Kind::Money, "Standard error of CVaR ($ a year)"),
    ("fresh_expected_loss$", Kind::Money, "Expected loss in fresh years ($ a year)"),
    ("fresh_cvar$", Kind::Money, "CVaR in fresh years ($ a year)"),
    ("var$", Kind::Money, "VaR: where the worst years begin ($ a year)"),
    ("alpha", Kind::Share, "Confidence of CVaR and VaR"),
    ("total$", Kind::Money, "Total of cost and weighted loss ($ a year)"),
    ("minimised", Kind::Text, "What was minimised"),
    ("budget$", Kind::Money, "Budget ($ a year)"),
    ("loss_cap$", Kind::Money, "Cap on expected loss ($ a year)"),
    ("cvar_cap$", Kind::Money, "Cap on CVaR ($ a year)"),
    ("objective$", Kind::Money, "Objective ($ a year)"),
    ("lower_bound$", Kind::Money, "No plan is below ($ a year)"),
    ("gap", Kind::SmallShare, "Gap to that bound"),
    ("optimum_low$", Kind::Money, "True optimum of the objective: low end, 90 % ($ a year)"),
    ("optimum_high$", Kind::Money, "True optimum of the objective: high end, 90 % ($ a year)"),
    ("status", Kind::Text, "How the search ended"),
    ("split_workloads", Kind::Count, "Workloads split in the relaxation"),
    ("binding", Kind::Text, "Limits that bind"),
    ("violations", Kind::Text, "Rules and limits that it breaks"),
    ("workload", Kind::Text, "Workload"),
    ("pattern", Kind::Text, "Pattern"),
    ("primary_site", Kind::Text, "Primary site"),
    ("standby_site", Kind::Text, "Standby site"),
    ("share", Kind::Share, "Share of its units"),
    ("compute$", Kind::Money, "Compute ($ a year)"),
    ("standby_compute$", Kind::Money, "Standby compute ($ a year)"),
    ("storage$", Kind::Money, "Storage ($ a year)"),
    ("replication$", Kind::Money, "Replication ($ a year)"),
    ("egress$", Kind::Money, "Egress ($ a year)"),
    ("licence$", Kind::Money, "Licence ($ a year)"),
    ("operations$", Kind::Money, "Operations ($ a year)"),
    ("extra$", Kind::Money, "Extra ($ a year)"),
    ("migration$", Kind::Money, "Migration ($ a year)"),
    ("downtime_h_per_year", Kind::Time, "Outage (hours a year)"),
    ("runner_up_pattern", Kind::Text, "Runner-up: pattern"),
    ("runner_up_primary_site", Kind::Text, "Runner-up: primary site"),
    ("runner_up_standby_site", Kind::Text, "Runner-up: standby site"),
    ("runner_up_premium$", Kind::Money, "Runner-up costs more by ($ a year)"),
    ("rank", Kind::Count, "Rank"),
    ("domain", Kind::Text, "Failure domain"),
    ("level", Kind::Text, "Level"),
    ("name", Kind::Text, "Name"),
    ("rate_per_year", Kind::Rate, "Events a year"),
    ("share_of_loss", Kind::Share, "Share of the expected loss"),
    ("loss_per_event$", Kind::Money, "Loss per event ($)"),
    ("worst_event$", Kind::Money, "Worst simulated event ($)"),
    ("process", Kind::Text, "Process"),
    ("owner", Kind::Text, "Whose loss it is"),
    ("stops_per_year_above_1_h", Kind::Rate, "Stops above 1 h a year"),
    ("stops_per_year_above_4_h", Kind::Rate, "Stops above 4 h a year"),
    ("stops_per_year_above_8_h", Kind::Rate, "Stops above 8 h a year"),
    ("stops_per_year_above_24_h", Kind::Rate, "Stops above 24 h a year"),
    ("stops_per_year_above_72_h", Kind::Rate, "Stops above 72 h a year"),
    ("stops_per_year_above_168_h", Kind::Rate, "Stops above 168 h a year"),
    ("measure", Kind::Text, "Measure"),
    ("of", Kind::Text, "Of"),
    ("value", Kind::Number, "Value (unit to the right)"),
    ("standard_error", Kind::Number, "Standard error (same unit)"),
    ("unit", Kind::Text, "Unit"),
    ("downtime_min_per_year", Kind::Number, "Outage (minutes a year)"),
    ("sla_share", Kind::Availability, "Promised availability"),
    ("sla_min_per_year", Kind::Time, "Promised outage, at most (minutes a year)"),
    ("times_sla", Kind::Number, "Outage as a multiple of what is promised"),
    ("return_period_years", Kind::Count, "Once in so many years"),
    ("exceedance_probability", Kind::SmallShare, "Chance a year"),
    ("aep_loss$", Kind::Money, "Loss of a year ($)"),
    ("aep_low$", Kind::Money, "Loss of a year, low end ($)"),
    ("aep_high$", Kind::Money, "Loss of a year, high end ($)"),
    ("oep_loss$", Kind::Money, "Largest loss of one event ($)"),
    ("oep_low$", Kind::Money, "Largest loss of one event, low end ($)"),
    ("oep_high$", Kind::Money, "Largest loss of one event, high end ($)"),
    ("band_confidence", Kind::Share, "Confidence of low and high end"),
    ("row", Kind::Text, "Limit"),
    ("limit", Kind::Number, "Limit (unit to the right)"),
    ("weight_of_cost", Kind::Number, "Weight of run cost"),
    ("weight_of_loss", Kind::Number, "Weight of expected loss"),
    ("weight_of_cvar", Kind::Number, "Weight of CVaR"),
    ("value_per_unit$", Kind::Price, "Worth of one unit more ($ a year)"),
    ("meaning", Kind::Text, "In words"),
    ("event", Kind::Text, "Event"),
    ("title", Kind::Text, "What happened"),
    ("duration_h", Kind::Time, "Duration (hours)"),
    ("domains", Kind::Text, "What went down"),
    ("loss$", Kind::Money, "Loss ($)"),
    ("move", Kind::Setting, "Move"),
    ("workloads", Kind::Text, "Workloads that move"),
    ("workloads_moved", Kind::Count, "Their number"),
    ("together", Kind::Text, "Why together"),
    ("today", Kind::Text, "Today"),
    ("then", Kind::Text, "Then"),
    ("cost_change$", Kind::Money, "Run cost, change by the move ($ a year)"),
    ("loss_avoided$", Kind::Money, "Expected loss avoided by the move ($ a year)"),
    ("benefit_per_cost", Kind::Number, "Net benefit per cost"),
    ("mends", Kind::Text, "Rules and limits that it mends"),
    ("column", Kind::Text, "Column of the programme"),
    ("loss_alone$", Kind::Money, "Expected loss through it alone ($ a year)"),
    ("downtime_h", Kind::Time, "Outage (hours)"),
    ("stops_after_h", Kind::Time, "Stops after (hours)"),
    ("stands_h", Kind::Time, "Stands, restart included (hours)"),
    ("of_it_for_data$", Kind::Money, "Of that, for lost data ($)"),
    ("through", Kind::Text, "Through"),
    ("hour", Kind::Time, "From hour"),
    ("until_hour", Kind::Time, "Until hour"),
    ("local_time", Kind::Text, "Local time"),
    ("processes_losing", Kind::Count, "Processes that lose"),
    ("loss_so_far$", Kind::Money, "Loss so far ($)"),
    ("weekday", Kind::Text, "Weekday"),
    ("local_hour", Kind::Count, "Hour of the day"),
    ("events_that_cost", Kind::Count, "Events that cost anything"),
    ("all_events$", Kind::Money, "All events together ($)"),
    ("worst_event", Kind::Text, "Worst event"),
    ("worst_loss$", Kind::Money, "What it costs ($)"),
    ("input", Kind::Text, "Input"),
    ("interval", Kind::Text, "Interval is"),
    ("low", Kind::Text, "Low end"),
    ("high", Kind::Text, "High end"),
    ("total_low$", Kind::Money, "Total at the low end ($ a year)"),
    ("total_high$", Kind::Money, "Total at the high end ($ a year)"),
    ("best_total_low$", Kind::Money, "Best plan's total at the low end ($ a year)"),
    ("best_total_high$", Kind::Money, "Best plan's total at the high end ($ a year)"),
    ("regret_low$", Kind::Money, "Regret at the low end ($ a year)"),
    ("regret_high$", Kind::Money, "Regret at the high end ($ a year)"),
    ("workloads_changed_low", Kind::Count, "Workloads that the best plan changes at the low end"),
    ("workloads_changed_high", Kind::Count, "Workloads that the best plan changes at the high end"),
    ("plan_changes_below", Kind::Text, "Another plan is better below"),
    ("plan_changes_above", Kind::Text, "Another plan is better above"),
    ("plan", Kind::Text, "Plan"),
    ("uncertainty_budget", Kind::Count, "Rates at their upper ends at once"),
    ("worst_total$", Kind::Money, "Total in the worst case ($ a year)"),
    ("worst_total_lower_bound$", Kind::Money, "No plan has a worst case below ($ a year)"),
    ("worst_hazards", Kind::Text, "Hazards of the worst case"),
    ("greatest_regret$", Kind::Money, "Greatest regret ($ a year)"),
    ("regret_input", Kind::Text, "Input at which"),
    ("regret_end", Kind::Text, "End at which"),
    ("job", Kind::Text, "Job"),
    ("case", Kind::Text, "Case"),
    ("scenario", Kind::Text, "Scenario"),
    ("seed", Kind::Count, "Seed"),
    ("job_status", Kind::Text, "How the job ended"),
    ("why", Kind::Text, "Why it failed"),
    ("currency", Kind::Text, "Currency"),
    ("file", Kind::Text, "File"),
    ("what", Kind::Text, "Key, column or row"),
    ("held", Kind::Setting, "What holds"),
    ("basis", Kind::Text, "Why"),
    ("rows", Kind::Count, "Rows"),
    ("source", Kind::Text, "Meaning or source"),
];

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    pub(crate) heading: String,
}

impl Column {
    /// The column of this name in a table whose money is in `currency`; one that is not listed is text under its name.
    pub(crate) fn of(name: &str, currency: &str) -> Self {
        let suffix = format!("_{}", currency.to_lowercase());
        let is_it = |known: &str| match known.strip_suffix('$') {
            Some(money) => name.strip_suffix(suffix.as_str()) == Some(money),
            None => name == known,
        };
        COLUMNS.iter().find(|(known, ..)| is_it(known)).map_or_else(
            || Self { kind: Kind::Text, heading: name.to_owned() },
            |(_, kind, heading)| Self { kind: *kind, heading: heading_in(heading, currency) },
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
        let cost = Column::of("annual_cost_eur", "EUR");
        assert_eq!((cost.heading.as_str(), cost.kind), ("Run cost (EUR\u{a0}a\u{a0}year)", Kind::Money));
        assert_eq!(Column::of("annual_cost_eur", "USD").kind, Kind::Text);
        let mut names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
        for (name, kind, heading) in COLUMNS {
            assert_eq!(name.ends_with('$'), matches!(kind, Kind::Money | Kind::Price), "{name}");
            assert_eq!(name.ends_with('$'), heading.contains('$'), "{name}");
        }
    }
}
