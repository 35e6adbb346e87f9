//! The plans of a run that have a name, each once.

use plotters_backend::BackendColor;

use super::{color, speech::Speech, strings};
use crate::{PlanView, Role, Study};

/// A plan under the name that charts give it.
pub(super) struct Named<'s, 'a> {
    pub(super) title: String,
    pub(super) tint: BackendColor,
    pub(super) is_today: bool,
    pub(super) is_chosen: bool,
    pub(super) plan: &'s PlanView<'a>,
}

/// Today's plan, the cheapest, the two arms, the chosen one and the end of the curve. Who is two of them has both names.
pub(super) fn plans<'s, 'a>(study: &'s Study<'a>, speech: Speech) -> Vec<Named<'s, 'a>> {
    let chosen = study.chosen();
    let title = if chosen.role == Role::Plan { strings::PLAN } else { strings::LOWEST_TOTAL };
    let chosen_title = speech.say(title, &[("plan", &chosen.id)]);
    let candidates = [
        (speech.word(strings::TODAY), color::ORANGE, study.first(Role::AsIs)),
        (speech.word(strings::CHEAPEST), color::BLUE, study.frontier().next()),
        (speech.word(strings::NO_MORE_LOSS), color::BLUE, study.first(Role::SameLoss)),
        (speech.word(strings::NO_MORE_COST), color::BLUE, study.first(Role::SameCost)),
        (chosen_title, color::RED, Some(chosen)),
        (speech.word(strings::END_OF_CURVE), color::BLUE, study.frontier().last()),
    ];
    let mut named: Vec<Named<'s, 'a>> = Vec::new();
    for (title, tint, plan) in candidates {
        let Some(plan) = plan else { continue };
        let (is_today, is_chosen) = (plan.role == Role::AsIs, study.is_chosen(plan));
        // Today's plan keeps its own line: it may break rules that the others keep.
        match named.iter_mut().find(|known| !known.is_today && known.plan.plan == plan.plan) {
            Some(known) => {
                known.title = format!("{title}; {}", speech.within(&known.title));
                known.is_chosen |= is_chosen;
                known.tint = if known.is_chosen { color::RED } else { known.tint };
            }
            None => named.push(Named { title, tint, is_today, is_chosen, plan }),
        }
    }
    named
}

/// A name within a sentence, cut so that the figures after it stay on the page.
pub(super) fn short(name: &str) -> String {
    const LONGEST: usize = 36;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

/// `vCPU` and `GPU` are written as they are everywhere.
fn is_fixed(text: &str) -> bool {
    text.chars().nth(1).is_some_and(char::is_uppercase)
}

pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !is_fixed(text) => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

pub(super) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !is_fixed(text) => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_units_keep_their_letters() {
        let both = |text: &str| (upper_first(text), lower_first(text));
        assert_eq!(both("the budget"), ("The budget".to_owned(), "the budget".to_owned()));
        assert_eq!(both("vCPU capacity").0, "vCPU capacity");
        assert_eq!(both("GPU capacity").1, "GPU capacity");
        assert_eq!(both(""), (String::new(), String::new()));
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        assert_eq!(short("Straßburg"), "Straßburg");
        assert_eq!(short(&"ß".repeat(60)), format!("{}…", "ß".repeat(35)));
        assert_eq!(short(&format!("{} and more", "a".repeat(34))), format!("{}…", "a".repeat(34)));
    }
}
