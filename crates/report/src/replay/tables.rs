//! The tables of a replay.

use ballast_model::{HistoricEvent, WEEKDAYS};

use super::{CatalogueReplay, EventReplay, WeekReplay};
use crate::tables::{
    Table,
    cell::{hours, money, text},
    money_columns,
};

/// `processes.csv`: what each process loses and why; `hours.csv`: the same event hour by hour.
pub fn event_tables(replay: &EventReplay<'_>) -> [Table; 2] {
    [processes(replay), by_hour(replay)]
}

fn processes(replay: &EventReplay<'_>) -> Table {
    let names = [
        "point",
        "process",
        "owner",
        "downtime_h",
        "stops_after_h",
        "stands_h",
        "loss$",
        "of_it_for_data$",
        "through",
    ];
    let estate = replay.estate;
    let mut table = Table::new("processes", money_columns(&estate.settings().currency, &names));
    for (plan, losses) in &replay.plans {
        let mut losses: Vec<_> = losses.iter().collect();
        losses.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.process.cmp(&b.process)));
        for felt in losses {
            let process = estate.process(felt.process);
            let causes: Vec<&str> = felt.causes.iter().map(|id| estate.workload(*id).id.as_str()).collect();
            table.push(vec![
                plan.id.clone(),
                text(&process.id),
                text(process.partner.as_deref().unwrap_or("ours")),
                hours(felt.downtime_h),
                felt.stops_after_h.map(hours).unwrap_or_default(),
                hours(felt.stands_h),
                money(felt.loss),
                money(felt.data_loss),
                text(&causes.join(";")),
            ]);
        }
    }
    table
}

/// Hours after the start that a table holds at most: beyond them an event of months has a row a day.
const HOURS_ONE_BY_ONE: f64 = 336.0;

fn by_hour(replay: &EventReplay<'_>) -> Table {
    let names = ["point", "hour", "until_hour", "local_time", "processes_losing", "loss$", "loss_so_far$"];
    let estate = replay.estate;
    let mut table = Table::new("hours", money_columns(&estate.settings().currency, &names));
    for (plan, losses) in &replay.plans {
        let ours: Vec<_> = replay.ours(losses).collect();
        let end = ours.iter().map(|felt| felt.ends_after_h()).fold(0.0, f64::max);
        let step = if end > HOURS_ONE_BY_ONE { 24.0 } else { 1.0 };
        // Lost data are lost when the event strikes.
        let mut so_far: f64 = ours.iter().map(|felt| felt.data_loss).sum();
        let mut carried = so_far;
        let mut from = 0.0;
        while from < end {
            let losing: Vec<f64> =
                ours.iter().map(|felt| felt.between(estate, &replay.event, from, from + step)).collect();
            let loss: f64 = losing.iter().sum::<f64>();
            so_far += loss;
            table.push(vec![
                plan.id.clone(),
                hours(from),
                hours(from + step),
                replay.time.show(replay.event.start_h + from),
                losing.iter().filter(|loss| **loss > 0.0).count().to_string(),
                money(loss + std::mem::take(&mut carried)),
                money(so_far),
            ]);
            from += step;
        }
    }
    table
}

/// `week.csv`: the loss at every hour of the week.
pub fn week_table(replay: &WeekReplay<'_>) -> Table {
    let names = ["point", "weekday", "local_hour", "loss$"];
    let mut table = Table::new("week", money_columns(replay.currency, &names));
    for (plan, _, losses) in &replay.plans {
        for (hour, loss) in losses.iter().enumerate() {
            table.push(vec![
                plan.id.clone(),
                WEEKDAYS[hour / 24 % 7].to_owned(),
                (hour % 24).to_string(),
                money(*loss),
            ]);
        }
    }
    table
}

/// `catalogue.csv`: every event through every plan; `ranking.csv`: the plans by what all events would have cost.
pub fn catalogue_tables(replay: &CatalogueReplay<'_>) -> [Table; 2] {
    let estate = replay.estate;
    let currency = &estate.settings().currency;
    let names = ["point", "event", "title", "duration_h", "domains", "loss$"];
    let mut all = Table::new("catalogue", money_columns(currency, &names));
    for (plan, _, losses) in &replay.plans {
        for (event, loss) in estate.events().iter().zip(losses) {
            let domains: Vec<&str> = event.domains.iter().map(|id| estate.domain(*id).id.as_str()).collect();
            all.push(vec![
                plan.id.clone(),
                text(&event.id),
                text(&event.title),
                hours(event.duration.get()),
                text(&domains.join(";")),
                money(*loss),
            ]);
        }
    }
    let names = ["rank", "point", "annual_cost$", "events_that_cost", "all_events$", "worst_event", "worst_loss$"];
    let mut ranking = Table::new("ranking", money_columns(currency, &names));
    for (rank, (plan, cost, losses)) in replay.ranking().into_iter().enumerate() {
        let worst = worst_event(estate.events(), losses);
        ranking.push(vec![
            (rank + 1).to_string(),
            plan.id.clone(),
            money(*cost),
            losses.iter().filter(|loss| **loss > 0.0).count().to_string(),
            money(losses.iter().sum()),
            worst.map(|(event, _)| text(&event.id)).unwrap_or_default(),
            money(worst.map_or(0.0, |(_, loss)| loss)),
        ]);
    }
    [all, ranking]
}

/// The event that costs most; none if none costs anything.
pub(crate) fn worst_event<'e>(events: &'e [HistoricEvent], losses: &[f64]) -> Option<(&'e HistoricEvent, f64)> {
    let mut worst: Option<(&HistoricEvent, f64)> = None;
    for (event, loss) in events.iter().zip(losses) {
        if *loss > worst.map_or(0.0, |(_, most)| most) {
            worst = Some((event, *loss));
        }
    }
    worst
}
