//! The tables of a replay.

use ballast_model::{HistoricEvent, WEEKDAYS};

use super::{CatalogueReplay, EventReplay, WeekReplay};
use crate::tables::{
    Table,
    cell::{hours, money},
    schema::{POINT, Schema},
};

/// The tables, as they are declared.
pub(crate) const SCHEMAS: [&Schema; 5] = [&PROCESSES, &HOURS, &WEEK, &CATALOGUE, &RANKING];

const PROCESSES: Schema = Schema {
    name: "processes",
    row: "plan and process that loses anything",
    columns: &[
        POINT,
        ("process", "", "process"),
        ("owner", "", "ours, or the partner whose loss it is"),
        ("downtime_h", "h", "outage of the workload that is away longest"),
        ("stops_after_h", "h", "from the start of the event until it stops; empty if it does not"),
        ("stands_h", "h", "how long it stands, restart included"),
        ("loss$", "$", "what it loses"),
        ("of_it_for_data$", "$", "of that, for lost data"),
        ("through", "", "workloads through which, joined by `;`"),
    ],
};

const HOURS: Schema = Schema {
    name: "hours",
    row: "plan and hour of the event; a day each if it lasts longer than two weeks",
    columns: &[
        POINT,
        ("hour", "h", "from so many hours after the start"),
        ("until_hour", "h", "until so many"),
        ("local_time", "", "time of the day where most of the value is earned, or of --time-zone"),
        ("processes_losing", "", "processes that lose in this hour"),
        ("loss$", "$", "loss in this hour"),
        ("loss_so_far$", "$", "loss since the start"),
    ],
};

const WEEK: Schema = Schema {
    name: "week",
    row: "plan and hour of the week at which the event might begin",
    columns: &[
        POINT,
        ("weekday", "", "weekday"),
        ("local_hour", "h", "hour of the day"),
        ("loss$", "$", "what the event would cost"),
    ],
};

const CATALOGUE: Schema = Schema {
    name: "catalogue",
    row: "plan and historic event",
    columns: &[
        POINT,
        ("event", "", "id of the event"),
        ("title", "", "what happened"),
        ("duration_h", "h", "how long"),
        ("domains", "", "what went down, joined by `;`"),
        ("loss$", "$", "what it would cost"),
    ],
};

const RANKING: Schema = Schema {
    name: "ranking",
    row: "plan, the one that all events together cost least first",
    columns: &[
        ("rank", "", "1 is the best"),
        POINT,
        ("annual_cost$", "$ a year", "run cost"),
        ("events_that_cost", "", "events that cost anything"),
        ("all_events$", "$", "what all events together would cost"),
        ("worst_event", "", "the event that costs most"),
        ("worst_loss$", "$", "what it costs"),
    ],
};

/// `processes.csv`: what each process loses and why; `hours.csv`: the same event hour by hour.
pub fn event_tables(replay: &EventReplay<'_>) -> [Table; 2] {
    [processes(replay), by_hour(replay)]
}

fn processes(replay: &EventReplay<'_>) -> Table {
    let estate = replay.estate;
    let mut table = Table::of(&PROCESSES, &estate.settings().currency);
    for (plan, losses) in &replay.plans {
        let mut losses: Vec<_> = losses.iter().collect();
        losses.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.process.cmp(&b.process)));
        for felt in losses {
            let process = estate.process(felt.process);
            let causes: Vec<&str> = felt.causes.iter().map(|id| estate.workload(*id).id.as_str()).collect();
            table.push(vec![
                plan.id.clone(),
                process.id.clone(),
                process.partner.as_deref().unwrap_or("ours").to_owned(),
                hours(felt.downtime_h),
                felt.stops_after_h.map(hours).unwrap_or_default(),
                hours(felt.stands_h),
                money(felt.loss),
                money(felt.data_loss),
                causes.join(";"),
            ]);
        }
    }
    table
}

/// Hours after the start that a table holds at most: beyond them an event of months has a row a day.
const HOURS_ONE_BY_ONE: f64 = 336.0;

fn by_hour(replay: &EventReplay<'_>) -> Table {
    let estate = replay.estate;
    let mut table = Table::of(&HOURS, &estate.settings().currency);
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
    let mut table = Table::of(&WEEK, replay.currency);
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
    let mut all = Table::of(&CATALOGUE, currency);
    for (plan, _, losses) in &replay.plans {
        for (event, loss) in estate.events().iter().zip(losses) {
            let domains: Vec<&str> = event.domains.iter().map(|id| estate.domain(*id).id.as_str()).collect();
            all.push(vec![
                plan.id.clone(),
                event.id.clone(),
                event.title.clone(),
                hours(event.duration.get()),
                domains.join(";"),
                money(*loss),
            ]);
        }
    }
    let mut ranking = Table::of(&RANKING, currency);
    for (rank, (plan, cost, losses)) in replay.ranking().into_iter().enumerate() {
        let worst = worst_event(estate.events(), losses);
        ranking.push(vec![
            (rank + 1).to_string(),
            plan.id.clone(),
            money(*cost),
            losses.iter().filter(|loss| **loss > 0.0).count().to_string(),
            money(losses.iter().sum()),
            worst.map(|(event, _)| event.id.clone()).unwrap_or_default(),
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
