//! `replay.csv`: what each historic event would cost, today and planned.

use super::{
    Table,
    cell::{hours, money},
    schema::{POINT, Schema},
};
use crate::Study;

pub(super) const SCHEMA: Schema = Schema {
    name: "replay",
    row: "plan and historic event, of today's and the chosen one; only if an event touches the case",
    columns: &[
        POINT,
        ("event", "", "id of the event"),
        ("title", "", "what happened"),
        ("duration_h", "h", "how long"),
        ("domains", "", "what went down, joined by `;`"),
        ("loss$", "$", "what it would cost"),
    ],
};

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut table = Table::of(&SCHEMA, study.currency());
    for (point, losses) in study.replays() {
        for (event, loss) in study.estate.events().iter().zip(losses) {
            let domains: Vec<&str> =
                event.domains.iter().map(|domain| study.estate.domain(*domain).id.as_str()).collect();
            table.push(vec![
                point.clone(),
                event.id.clone(),
                event.title.clone(),
                hours(event.duration.get()),
                domains.join(";"),
                money(*loss),
            ]);
        }
    }
    table
}
