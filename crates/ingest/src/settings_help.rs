//! The keys of case.toml with what they mean, for the documentation.

/// A key, what holds without it, and what it means. A test sets every one of them.
pub(crate) const KEYS: [(&str, &str, &str); 26] = [
    ("name", "", "the case's name; required"),
    ("currency", "", "ISO 4217 code of every amount; required"),
    ("horizon_years", "3", "years over which migration is paid off"),
    ("discount_rate", "0.08", "interest a year on one-off costs"),
    ("risk.years", "", "simulated years; without it, as many as `target_error` asks for"),
    ("risk.target_error", "0.02", "standard error of today's expected loss and CVaR, as a share of them"),
    (
        "risk.replications",
        "",
        "samples of years of their own from which the true optimum is bounded, 2 to 30, 0 for none; \
         without it 6, and none for more than 100 000 options",
    ),
    ("risk.sampling", "stratified", "how years are drawn: random, stratified, or tail for alpha of 0.99 and more"),
    ("risk.seed", "1", "seed of the simulation"),
    ("risk.alpha", "0.95", "confidence of VaR and CVaR"),
    ("risk.catalogue", "true", "whether the shipped historic outages are replayed beside events.csv"),
    ("risk.calendar_year", "2026", "the year on which simulated years are laid, for weekdays and holidays"),
    ("risk.unprotected_data_loss_h", "168", "hours of data lost when a destructive event reaches every copy"),
    ("objective.axis", "expected_loss", "the curve's loss: expected_loss or cvar"),
    ("objective.points", "25", "plans on the curve"),
    ("objective.loss_weight", "1", "weight of loss against cost"),
    ("objective.risk_aversion", "0", "weight of CVaR within the loss, 0 to 1"),
    ("limits.budget", "", "the most that a plan may cost a year"),
    ("limits.expected_loss", "", "the most expected loss a year"),
    ("limits.cvar", "", "the highest CVaR"),
    ("solver.gap", "0.005", "accepted gap to the proven bound"),
    (
        "solver.time_limit_s",
        "",
        "seconds that a command or a job of a batch may take: at the limit what is found so far is written, plans with \
         their gaps, and what is not done is named; without it the search ends by itself, alike on every machine",
    ),
    ("solver.threads", "", "threads; all cores without it; the answer does not depend on them"),
    ("solver.backend", "highs", "highs, microlp or clarabel"),
    ("prices.term", "on_demand", "which offers of prices.csv hold"),
    ("input.decimal", "", "decimal mark of all files, \".\" or \",\", where one cannot be told"),
];

/// The keys as a Markdown table.
pub(crate) fn markdown() -> String {
    let mut page =
        String::from("\n## case.toml\n\nSettings. Required.\n\n| key | without it | meaning |\n|---|---|---|\n");
    for (key, default, meaning) in KEYS {
        let default = if default.is_empty() { "none" } else { default };
        page.push_str(&format!("| {key} | {default} | {meaning} |\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Diagnostics, settings};

    #[test]
    fn every_key_is_read_and_has_the_default_that_is_documented() {
        let text = "name = \"n\"\ncurrency = \"EUR\"\n";
        let plain = settings::read(text, &[], &mut Diagnostics::default()).expect("enough");
        for (key, default, _) in KEYS {
            let value = match (key, default) {
                ("name", _) => "n",
                ("currency", _) => "EUR",
                ("input.decimal", _) => "\".\"",
                ("risk.years" | "risk.replications" | "solver.threads", _) => "10",
                (_, "") => "1e9",
                (_, default) => default,
            };
            let mut found = Diagnostics::default();
            let read = settings::read(text, &[(key.to_owned(), value.to_owned())], &mut found);
            let read = read.unwrap_or_else(|| panic!("{key} = {value}: {found}"));
            if !default.is_empty() {
                assert_eq!(read.settings, plain.settings, "{key} is not {default} without it");
            }
        }
        let mut found = Diagnostics::default();
        assert!(settings::read(text, &[("risk.yeers".to_owned(), "1".to_owned())], &mut found).is_none());
    }
}
