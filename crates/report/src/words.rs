//! Texts in each language. `{…}` in them stands for a figure or a name.

use crate::{Language, html::fill};

/// A text in each language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    pub(crate) english: &'static str,
    pub(crate) german: &'static str,
}

impl Words {
    /// The words in a language.
    pub(crate) const fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }

    /// The words with their figures.
    pub(crate) fn say(self, language: Language, values: &[(&str, &str)]) -> String {
        fill(self.of(language), values)
    }
}

/// Declares texts, and in tests the list of them all.
macro_rules! strings {
    ($($name:ident: $english:literal, $german:literal;)*) => {
        $(pub(super) const $name: $crate::words::Words = $crate::words::Words { english: $english, german: $german };)*
        #[cfg(test)]
        const ALL: &[(&str, $crate::words::Words)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use strings;

/// Fails where a text is missing in a language, or has other figures than in the other one.
#[cfg(test)]
pub(crate) fn assert_same_figures(all: &[(&str, Words)]) {
    for (name, Words { english, german }) in all {
        assert!(!english.is_empty() && !german.is_empty(), "{name}");
        assert_eq!(names(english), names(german), "{name}");
    }
}

/// The names in braces, in order of the alphabet.
#[cfg(test)]
fn names(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> = template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    names.sort_unstable();
    names
}
