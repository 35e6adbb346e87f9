//! A replay in a page of text.

use std::fmt::Write as _;

use super::{CatalogueReplay, EventReplay, WeekReplay, extremes, tables::worst_event};
use crate::{number, summary::Block};

/// Processes that the page lists.
const LISTED: usize = 8;

/// One event through the plans of a run, and at other hours of the week if it was swept.
pub fn event_summary(replay: &EventReplay<'_>, week: Option<&WeekReplay<'_>>, bold: bool) -> String {
    let estate = replay.estate;
    let currency = &estate.settings().currency;
    let money = |value: f64| number::money(value, currency);
    let domains: Vec<&str> = replay.historic.domains.iter().map(|id| estate.domain(*id).id.as_str()).collect();
    let mut rows =
        vec![["", "plan", "loss", "processes that stop", "longest stop", "degraded"].map(str::to_owned).to_vec()];
    for (plan, losses) in &replay.plans {
        let felt = replay.felt(losses);
        let title = if plan.is_today {
            "Today"
        } else if plan.is_chosen {
            "Chosen"
        } else {
            ""
        };
        rows.push(vec![
            title.to_owned(),
            plan.id.clone(),
            money(replay.loss(losses)),
            felt.stops.to_string(),
            format!("{:.1} h", felt.longest_h),
            felt.degraded.to_string(),
        ]);
    }
    let title = format!(
        "{}: {}, {:.1} h from {} ({})\nDown: {}",
        replay.historic.id,
        replay.historic.title,
        replay.event.duration_h,
        replay.time.show(replay.event.start_h),
        replay.time.zone(),
        domains.join(", ")
    );
    let mut page = Block { title, rows, text_columns: 2 }.render(bold);
    for (plan, losses) in replay.plans.iter().filter(|(plan, _)| plan.is_today || plan.is_chosen) {
        page.push('\n');
        page.push_str(&processes(replay, &plan.title(), losses).render(bold));
    }
    if let Some(week) = week {
        page.push('\n');
        page.push_str(&week_block(week).render(bold));
    }
    page
}

fn processes(replay: &EventReplay<'_>, plan: &str, losses: &[ballast_risk::ProcessLoss]) -> Block {
    let estate = replay.estate;
    let mut felt: Vec<_> = replay.ours(losses).filter(|felt| felt.loss > 0.0).collect();
    felt.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.process.cmp(&b.process)));
    if felt.is_empty() {
        return Block { title: format!("{plan}: no process loses anything"), rows: Vec::new(), text_columns: 0 };
    }
    let title = format!("{plan}: {} processes lose; the {} worst", felt.len(), felt.len().min(LISTED));
    let mut rows = vec![["process", "through", "stops after", "stands", "loss"].map(str::to_owned).to_vec()];
    rows.extend(felt.iter().take(LISTED).map(|felt| {
        let mut causes = felt.causes.first().map(|id| estate.workload(*id).id.clone()).unwrap_or_default();
        if felt.causes.len() > 1 {
            let _ = write!(causes, " and {} more", felt.causes.len() - 1);
        }
        vec![
            estate.process(felt.process).id.clone(),
            causes,
            felt.stops_after_h.map_or_else(|| "runs on".to_owned(), |hours| format!("{hours:.1} h")),
            format!("{:.1} h", felt.stands_h),
            number::money(felt.loss, &estate.settings().currency),
        ]
    }));
    Block { title, rows, text_columns: 2 }
}

/// The best and the worst hour, against the hour at which it struck.
fn week_block(week: &WeekReplay<'_>) -> Block {
    let money = |value: f64| number::money(value, week.currency);
    let mut rows =
        vec![["", "as replayed", "best hour", "", "mean hour", "worst hour", ""].map(str::to_owned).to_vec()];
    for (plan, struck, losses) in &week.plans {
        let (best, worst) = extremes(losses);
        rows.push(vec![
            plan.title(),
            money(*struck),
            money(best.1),
            best.0.to_string(),
            money(losses.iter().sum::<f64>() / losses.len().max(1) as f64),
            money(worst.1),
            worst.0.to_string(),
        ]);
    }
    let title = format!("The same event at every hour of its week ({})", week.time.zone());
    Block { title, rows, text_columns: 1 }
}

/// All events through all plans: the plans by what they would have cost together.
pub fn catalogue_summary(replay: &CatalogueReplay<'_>, bold: bool) -> String {
    let estate = replay.estate;
    let money = |value: f64| number::money(value, &estate.settings().currency);
    let mut rows =
        vec![["plan", "", "run cost", "all events", "that cost", "worst", "loss"].map(str::to_owned).to_vec()];
    for (plan, cost, losses) in replay.ranking() {
        let worst = worst_event(estate.events(), losses);
        rows.push(vec![
            plan.id.clone(),
            if plan.is_today {
                "today"
            } else if plan.is_chosen {
                "chosen"
            } else {
                ""
            }
            .to_owned(),
            money(*cost),
            money(losses.iter().sum()),
            losses.iter().filter(|loss| **loss > 0.0).count().to_string(),
            worst.map(|(event, _)| event.id.clone()).unwrap_or_default(),
            money(worst.map_or(0.0, |(_, loss)| loss)),
        ]);
    }
    let title = format!(
        "{} historic events through {} plans, least loss first",
        estate.events().len(),
        replay.plans.len()
    );
    Block { title, rows, text_columns: 2 }.render(bold)
}
