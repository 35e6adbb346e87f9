//! What the heat maps of replays say.

use super::{
    color,
    heat::{HeatMap, Row},
};
use crate::{CatalogueReplay, PlanName, WeekReplay, number, replay::extremes};
use ballast_model::WEEKDAYS;
use plotters_backend::BackendColor;

/// Events that the catalogue's map shows: the dearest today.
const EVENTS: usize = 8;
/// Plans that it shows.
const PLANS: usize = 9;

fn tint(plan: &PlanName) -> Option<BackendColor> {
    if plan.is_today { Some(color::ORANGE) } else { plan.is_chosen.then_some(color::RED) }
}

pub(super) fn week(replay: &WeekReplay<'_>) -> HeatMap {
    let mut rows = Vec::new();
    let mut framed = Vec::new();
    for (plan, _, losses) in &replay.plans {
        for (day, weekday) in WEEKDAYS.iter().enumerate() {
            if let Some(struck) = replay.struck.filter(|struck| struck.weekday == day) {
                framed.push((rows.len(), struck.minute / 60));
            }
            rows.push(Row {
                name: (*weekday).to_owned(),
                tint: None,
                values: losses.iter().skip(day * 24).take(24).copied().collect(),
                heading: (day == 0).then(|| (plan.title(), tint(plan).unwrap_or(color::INK))),
            });
        }
    }
    HeatMap {
        finding: week_finding(replay),
        subject: format!(
            "{}: loss by the hour at which it begins ({}; the frame is when it did)",
            replay.historic.title,
            replay.time.zone()
        ),
        currency: replay.currency.to_owned(),
        columns: (0..24).map(|hour| [String::new(), format!("{hour:02}")]).collect(),
        rows,
        shows_amounts: false,
        framed,
    }
}

/// What the worst hour would have cost against the one at which it struck.
pub(super) fn week_finding(replay: &WeekReplay<'_>) -> String {
    let money = |value: f64| number::money(value, replay.currency);
    let Some((plan, struck, losses)) = replay.plans.first() else { return "No plan".to_owned() };
    let (_, (when, worst)) = extremes(losses);
    let who = if plan.is_today { "today".to_owned() } else { format!("with plan {}", plan.id) };
    if worst <= 0.0 {
        return format!("At no hour of the week does this event cost anything {who}");
    }
    let mut text =
        format!("When it struck it costs {} {who}; on {when} it costs {}", money(*struck), money(worst));
    if let Some((plan, _, losses)) = replay.plans.get(1) {
        let (_, (_, most)) = extremes(losses);
        text.push_str(&format!(", with plan {} at most {}", plan.id, money(most)));
    }
    text
}

pub(super) fn catalogue(replay: &CatalogueReplay<'_>) -> HeatMap {
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
        finding: catalogue_finding(replay),
        subject: "Loss if the event happened again, by plan; the dearest events of today's placement".to_owned(),
        currency: estate.settings().currency.clone(),
        columns: events.iter().map(|index| two_lines(&estate.events()[*index].id)).collect(),
        rows: shown
            .iter()
            .map(|index| {
                let (plan, cost, losses) = &replay.plans[*index];
                Row {
                    name: format!("{}  {}", plan.title(), number::money(*cost, &estate.settings().currency)),
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
pub(super) fn catalogue_finding(replay: &CatalogueReplay<'_>) -> String {
    let currency = &replay.estate.settings().currency;
    let today = replay.plans.iter().find(|(plan, ..)| plan.is_today);
    let chosen = replay.plans.iter().find(|(plan, ..)| plan.is_chosen);
    let (Some((first, _, before)), last) = (today.or(chosen), chosen.filter(|_| today.is_some())) else {
        return "No plan".to_owned();
    };
    let who = if first.is_today { "today".to_owned() } else { format!("with plan {}", first.id) };
    let costly = before.iter().filter(|loss| **loss > 0.0).count();
    let mut dearest = None;
    for (index, loss) in before.iter().enumerate() {
        if dearest.is_none_or(|known: usize| *loss > before[known]) {
            dearest = Some(index);
        }
    }
    if costly == 0 {
        return format!("None of {} past outages would cost anything {who}", before.len());
    }
    let without = |losses: &[f64]| {
        let others = losses.iter().enumerate().filter(|(index, _)| costly == 1 || Some(*index) != dearest);
        number::money(others.map(|(_, loss)| loss).sum(), currency)
    };
    let which = if costly == 1 {
        "One past outage costs".to_owned()
    } else {
        format!("Beside the dearest, {} past outages cost", costly - 1)
    };
    let mut text = format!("{which} {} {who}", without(before));
    if let Some((plan, _, after)) = last {
        text.push_str(&format!(", {} with plan {}", without(after), plan.id));
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
