//! What inputs and their values are called.

use ballast_solver::{BreakEven, Input, Subject};

use super::Sensitivity;
use crate::{
    Language, number,
    words::{Words, strings},
};

strings! {
    RATE: "Rate of {hazard}", "Rate von {hazard}";
    ALL_RATES: "All failure rates", "Alle Ausfallraten";
    DURATIONS: "Duration of outages", "Dauer der Ausfälle";
    VALUES: "Value of an hour", "Wert einer Stunde";
    BUFFERS: "Buffers", "Puffer";
    RECOVERY_TIMES: "Recovery times", "Wiederanlaufzeiten";
    FAILOVER_FAILURES: "Failed failovers", "Gescheiterte Failovers";
    PRICES: "Prices", "Preise";
    FIXED_COSTS: "Sites and providers", "Standorte und Anbieter";
    MIGRATION: "Migration costs", "Umzugskosten";
    EVENTS_A_YEAR: "{rate} a year", "{rate} im Jahr";
    LOWER_ENDS: "lower ends", "untere Enden";
    UPPER_ENDS: "upper ends", "obere Enden";
    PART_OF_WAY: "{share} of the way", "{share} des Wegs";
    ALREADY_NOW: "already now", "schon jetzt";
    GIVEN: "given", "gegeben";
    ASSUMED: "assumed", "angenommen";
    LOW: "low", "unten";
    HIGH: "high", "oben";
}

impl Sensitivity<'_> {
    /// What an input is called.
    pub(crate) fn title(&self, input: &Input, language: Language) -> String {
        let words = match input.subject {
            Subject::Rate(hazard) => {
                return RATE.say(language, &[("hazard", &self.estate.hazard(hazard).id)]);
            }
            Subject::AllRates => ALL_RATES,
            Subject::Durations => DURATIONS,
            Subject::Values => VALUES,
            Subject::Buffers => BUFFERS,
            Subject::RecoveryTimes => RECOVERY_TIMES,
            Subject::FailoverFailures => FAILOVER_FAILURES,
            Subject::Prices => PRICES,
            Subject::FixedCosts => FIXED_COSTS,
            Subject::Migration => MIGRATION,
        };
        words.of(language).to_owned()
    }

    /// The input's value at a place of its interval, in its own unit.
    pub(crate) fn value(&self, input: &Input, position: f64, language: Language) -> String {
        match input.subject {
            Subject::Rate(hazard) => {
                let rate = self.estate.hazard(hazard).rate.get() * input.factor(position);
                EVENTS_A_YEAR.say(language, &[("rate", &figure(rate, language))])
            }
            Subject::AllRates if position <= 0.0 => LOWER_ENDS.of(language).to_owned(),
            Subject::AllRates if position >= 1.0 => UPPER_ENDS.of(language).to_owned(),
            Subject::AllRates => {
                let share = number::percent((position * 2.0 - 1.0).abs());
                PART_OF_WAY.say(language, &[("share", &marked(&share, language))])
            }
            _ => format!("×{}", figure(input.factor(position), language)),
        }
    }

    /// `×1.4`, where the best plan of an end becomes the better one.
    pub(crate) fn break_even(&self, input: &Input, at: Option<BreakEven>, language: Language) -> String {
        let Some(at) = at else { return String::new() };
        // The place of today's value, as the solver gives it, is the middle.
        if at.position == 0.5 {
            ALREADY_NOW.of(language).to_owned()
        } else {
            self.value(input, at.position, language)
        }
    }
}

/// Whether an input's interval is one of the files.
pub(super) fn interval(input: &Input) -> Words {
    if input.is_given() { GIVEN } else { ASSUMED }
}

/// An end of an interval.
pub(super) const fn end(is_high: bool) -> Words {
    if is_high { HIGH } else { LOW }
}

fn figure(value: f64, language: Language) -> String {
    marked(&significant_short(value), language)
}

/// A number with the language's decimal mark.
fn marked(number: &str, language: Language) -> String {
    match language {
        Language::English => number.to_owned(),
        Language::German => number.replace('.', ","),
    }
}

/// Three significant figures at most.
fn significant_short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let text = format!("{value:.*}", digits as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_rates_are_short() {
        let values = [0.0, 0.5, 2.0, 1.25, 0.0123, 0.15, 1.049, 17.0, 1234.0];
        let shown = values.map(|value| figure(value, Language::English));
        assert_eq!(shown, ["0", "0.5", "2", "1.25", "0.0123", "0.15", "1.05", "17", "1234"]);
        assert_eq!(figure(0.0123, Language::German), "0,0123");
    }

    #[test]
    fn both_languages_say_the_same_figures() {
        crate::words::assert_same_figures(ALL);
    }
}
