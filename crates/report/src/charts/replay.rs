//! What the heat maps of replays say.

use super::{
    color,
    heat::{HeatMap, Row},
    speech::Speech,
    strings,
};
use crate::{CatalogueReplay, PlanName, WeekReplay, replay::extremes};
use ballast_model::WeekTime;
use plotters_backend::BackendColor;

/// Events that the catalogue's map shows: the dearest today.
const EVENTS: usize = 8;
/// Plans that it shows.
const PLANS: usize = 9;

fn tint(plan: &PlanName) -> Option<BackendColor> {
    if plan.is_today { Some(color::ORANGE) } else { plan.is_chosen.then_some(color::RED) }
}

pub(super) fn week(replay: &WeekReplay<'_>, speech: Speech) -> HeatMap {
    let mut rows = Vec::new();
    let mut framed = Vec::new();
    for (plan, _, losses) in &replay.plans {
        for (day, weekday) in strings::WEEKDAYS.into_iter().enumerate() {
            if let Some(struck) = replay.struck.filter(|struck| struck.weekday == day) {
                framed.push((rows.len(), struck.minute / 60));
            }
            rows.push(Row {
                name: speech.word(weekday),
                tint: None,
                values: losses.iter().skip(day * 24).take(24).copied().collect(),
                heading: (day == 0).then(|| (speech.plan(plan), tint(plan).unwrap_or(color::INK))),
            });
        }
    }
    HeatMap {
        speech,
        finding: week_finding(replay, speech),
        subject: speech
            .say(strings::WEEK_SUBJECT, &[("title", &replay.historic.title), ("zone", replay.time.zone())]),
        currency: replay.currency.to_owned(),
        columns: (0..24).map(|hour| [String::new(), format!("{hour:02}")]).collect(),
        rows,
        shows_amounts: false,
        framed,
    }
}

/// What the worst hour would have cost against the one at which it struck.
pub(super) fn week_finding(replay: &WeekReplay<'_>, speech: Speech) -> String {
    let money = |value: f64| speech.money(value, replay.currency);
    let Some((plan, struck, losses)) = replay.plans.first() else { return speech.word(strings::NO_PLAN) };
    let (_, (when, worst)) = extremes(losses);
    let who = speech.who(plan);
    if worst <= 0.0 {
        return speech.say(strings::WEEK_NEVER, &[("who", &who)]);
    }
    let (struck, when, worst) = (money(*struck), moment(when, speech), money(worst));
    let values = [("struck", &*struck), ("who", &who), ("when", &when), ("worst", &worst)];
    let mut text = speech.say(strings::WEEK_WORST, &values);
    if let Some((plan, _, losses)) = replay.plans.get(1) {
        let (_, (_, most)) = extremes(losses);
        text.push_str(&speech.say(strings::WEEK_PLAN, &[("plan", &plan.id), ("most", &money(most))]));
    }
    text
}

/// `Tue 10:00`, `Di 10:00`.
fn moment(time: WeekTime, speech: Speech) -> String {
    let weekday = speech.word(strings::WEEKDAYS[time.weekday % 7]);
    format!("{weekday} {:02}:{:02}", time.minute / 60, time.minute % 60)
}

pub(super) fn catalogue(replay: &CatalogueReplay<'_>, speech: Speech) -> HeatMap {
    let estate = replay.estate;
    let today = replay.plans.iter().find(|(plan, ..)| plan.is_today).or(replay.plans.first());
    let mut events: Vec<usize> = (0..estate.events().len()).collect();
    if let Some((_, _, losses)) = today {
        events.sort_by(|a, b| losses[*b].total_cmp(&losses[*a]).then(a.cmp(b)));
    }
    events.truncate(EVENTS);
    events.sort_unstable();
    // Today's, the chosen one, and others evenly along the curve.
    let others: Vec<usize> = (0..replay.plans.len())
        .filter(|index| !replay.plans[*index].0.is_today && !replay.plans[*index].0.is_chosen)
        .collect();
    let wanted = PLANS.saturating_sub(2).min(others.len());
    let mut shown: Vec<usize> = (0..replay.plans.len()).filter(|index| !others.contains(index)).collect();
    shown.extend((0..wanted).map(|place| others[place * (others.len() - 1) / wanted.saturating_sub(1).max(1)]));
    shown.sort_unstable();
    shown.dedup();
    HeatMap {
        speech,
        finding: catalogue_finding(replay, speech),
        subject: speech.word(strings::PAST_SUBJECT),
        currency: estate.settings().currency.clone(),
        columns: events.iter().map(|index| two_lines(&estate.events()[*index].id)).collect(),
        rows: shown
            .iter()
            .map(|index| {
                let (plan, cost, losses) = &replay.plans[*index];
                Row {
                    name: format!("{}  {}", speech.plan(plan), speech.money(*cost, &estate.settings().currency)),
                    tint: tint(plan),
                    values: events.iter().map(|event| losses[*event]).collect(),
                    heading: None,
                }
            })
            .collect(),
        shows_amounts: true,
        framed: Vec::new(),
    }
}

/// `aws` over `2025-10-20`, where an id has a date.
fn two_lines(id: &str) -> [String; 2] {
    let date = id.match_indices('-').find(|(at, _)| {
        let rest = &id[at + 1..];
        rest.len() >= 10 && rest[..4].bytes().all(|byte| byte.is_ascii_digit())
    });
    match date {
        Some((at, _)) => [id[..at].to_owned(), id[at + 1..].to_owned()],
        None => [id.to_owned(), String::new()],
    }
}

/// What the events cost today and with the chosen plan, the dearest set apart: it alone would make the sum.
pub(super) fn catalogue_finding(replay: &CatalogueReplay<'_>, speech: Speech) -> String {
    let currency = &replay.estate.settings().currency;
    let today = replay.plans.iter().find(|(plan, ..)| plan.is_today);
    let chosen = replay.plans.iter().find(|(plan, ..)| plan.is_chosen);
    let (Some((first, _, before)), last) = (today.or(chosen), chosen.filter(|_| today.is_some())) else {
        return speech.word(strings::NO_PLAN);
    };
    let who = speech.who(first);
    let costly = before.iter().filter(|loss| **loss > 0.0).count();
    let mut dearest = None;
    for (index, loss) in before.iter().enumerate() {
        if dearest.is_none_or(|known: usize| *loss > before[known]) {
            dearest = Some(index);
        }
    }
    if costly == 0 {
        return speech.say(strings::PAST_NONE, &[("count", &before.len().to_string()), ("who", &who)]);
    }
    let without = |losses: &[f64]| {
        let others = losses.iter().enumerate().filter(|(index, _)| costly == 1 || Some(*index) != dearest);
        speech.money(others.map(|(_, loss)| loss).sum(), currency)
    };
    let which = match costly {
        1 => strings::PAST_ONE,
        2 => strings::PAST_OTHER,
        _ => strings::PAST_OTHERS,
    };
    let values = [("count", &*(costly - 1).to_string()), ("before", &without(before)), ("who", &who)];
    let mut text = speech.say(which, &values);
    if let Some((plan, _, after)) = last {
        text.push_str(&speech.say(strings::PAST_PLAN, &[("after", &without(after)), ("plan", &plan.id)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_broken_before_their_date() {
        assert_eq!(two_lines("aws-2025-10-20"), ["aws", "2025-10-20"]);
        assert_eq!(two_lines("azure-front-door-2025-10-29-b"), ["azure-front-door", "2025-10-29-b"]);
        assert_eq!(two_lines("frankfurt-tuesday"), ["frankfurt-tuesday", ""]);
    }
}
