//! How charts write words and numbers in a language. English ones are as the summary writes them.

use super::{
    named::{lower_first, upper_first},
    scale, strings,
};
use crate::{Language, PlanName, number, words::Words};

/// A language, as charts use it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Speech(pub(super) Language);

impl Speech {
    fn text(self, words: Words) -> &'static str {
        words.of(self.0)
    }

    /// The words with their figures.
    pub(super) fn say(self, words: Words, values: &[(&str, &str)]) -> String {
        words.say(self.0, values)
    }

    /// Words without figures.
    pub(super) fn word(self, words: Words) -> String {
        self.text(words).to_owned()
    }

    /// `€1.23m`, `1,23 Mio. €`.
    pub(super) fn money(self, value: f64, currency: &str) -> String {
        match self.0 {
            Language::English => number::money(value, currency),
            Language::German => self.0.money(value, currency),
        }
    }

    /// `0.5 %`, `0,5 %`.
    pub(super) fn percent(self, fraction: f64) -> String {
        number::percent(fraction).replace('.', self.text(strings::DECIMAL_MARK))
    }

    /// A number with this many decimals.
    pub(super) fn fixed(self, value: f64, decimals: usize) -> String {
        format!("{value:.decimals$}").replace('.', self.text(strings::DECIMAL_MARK))
    }

    /// The plan that a figure is of, within a sentence: `today`, `with plan p07`.
    pub(super) fn who(self, plan: &PlanName) -> String {
        if plan.is_today {
            self.word(strings::WHO_TODAY)
        } else {
            self.say(strings::WHO_PLAN, &[("plan", &plan.id)])
        }
    }

    /// A replayed plan by itself: `Today`, `Plan p07`.
    pub(super) fn plan(self, plan: &PlanName) -> String {
        if plan.is_today { self.word(strings::TODAY) } else { self.say(strings::PLAN, &[("plan", &plan.id)]) }
    }

    /// A tick's number.
    pub(super) fn tick(self, value: f64) -> String {
        self.marked(&scale::tick_text(value))
    }

    /// The numbers of an axis.
    pub(super) fn ticks(self, values: &[f64], unit: f64) -> Vec<(f64, String)> {
        let texts = scale::tick_texts(values, unit);
        texts.into_iter().map(|(value, text)| (value, self.marked(&text))).collect()
    }

    /// A number of `scale` with this language's marks.
    fn marked(self, text: &str) -> String {
        let marks = text.chars().map(|letter| match letter {
            '.' => self.text(strings::DECIMAL_MARK).to_owned(),
            '\u{202f}' => self.text(strings::GROUP_MARK).to_owned(),
            other => other.to_string(),
        });
        marks.collect()
    }

    /// The unit in which an axis up to `largest` has short numbers, with its name.
    pub(super) fn unit(self, largest: f64) -> (f64, &'static str) {
        let unit = scale::money_unit(largest);
        let name = match unit {
            1e9 => self.text(strings::BILLION),
            1e6 => self.text(strings::MILLION),
            1e3 => self.text(strings::THOUSAND),
            _ => "",
        };
        (unit, name)
    }

    /// `1 year in 3.4`, for a probability per year.
    pub(super) fn chance(self, probability: f64) -> String {
        match probability {
            0.0 => self.word(strings::NEVER),
            often if often >= 0.95 => self.word(strings::EVERY_YEAR),
            some => self.say(strings::ONE_YEAR_IN, &[("years", &self.fixed(1.0 / some, 1))]),
        }
    }

    /// `seed 7`, `Startwert 7`: a field of a picture's origin; one that is not listed keeps its name.
    pub(super) fn origin(self, name: &str, value: &str) -> String {
        let known = strings::ORIGIN.into_iter().find(|words| words.english == name);
        let value = if value.ends_with(" %") { self.marked(value) } else { value.to_owned() };
        format!("{} {value}", known.map_or(name, |words| self.text(words)))
    }

    /// A name where the sentence with it begins in English; a German one begins otherwise.
    pub(super) fn starting(self, text: &str) -> String {
        match self.0 {
            Language::English => upper_first(text),
            Language::German => text.to_owned(),
        }
    }

    /// A name that begins a line, within one. A German noun keeps its capital: of the names, `Plan p07` is one.
    pub(super) fn within(self, text: &str) -> String {
        match self.0 {
            Language::German if text.starts_with(self.text(strings::PLAN_NOUN)) => text.to_owned(),
            _ => lower_first(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        let (english, german) = (Speech(Language::English), Speech(Language::German));
        assert_eq!([english.tick(12_500.5), german.tick(12_500.5)], ["12\u{202f}500.5", "12.500,5"]);
        assert_eq!([english.percent(0.005), german.percent(0.005)], ["0.5 %", "0,5 %"]);
        assert_eq!(german.ticks(&[6.5e6, 7e6], 1e6)[0].1, "6,5");
        assert_eq!([english.chance(0.4), german.chance(0.4)], ["1 year in 2.5", "1 Jahr von 2,5"]);
        assert_eq!([english.unit(3e6).1, german.unit(3e6).1], ["million ", "Mio. "]);
        assert_eq!(german.money(1_234_567.0, "EUR"), "1,23\u{a0}Mio.\u{a0}€");
        assert_eq!([english, german].map(|speech| speech.within("Plan p07")), ["plan p07", "Plan p07"]);
        assert_eq!(german.within("Am billigsten"), "am billigsten");
        assert_eq!(english.origin("gap", "0.42 %"), "gap 0.42 %");
        assert_eq!(german.origin("gap", "0.42 %"), "Lücke 0,42 %");
        assert_eq!(german.origin("event", "0.1.0"), "event 0.1.0");
    }
}
