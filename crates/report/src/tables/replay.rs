//! `replay.csv`: what each historic event would cost, today and planned.

use super::{
    Table,
    cell::{hours, money, text},
    columns,
};
use crate::Study;

pub(super) fn table(study: &Study<'_>) -> Table {
    let names = ["point", "event", "title", "duration_h", "domains", "loss$"];
    let mut table = Table::new("replay", columns(study, &names));
    for (point, losses) in study.replays() {
        for (event, loss) in study.estate.events().iter().zip(losses) {
            let domains: Vec<&str> =
                event.domains.iter().map(|domain| study.estate.domain(*domain).id.as_str()).collect();
            table.push(vec![
                point.clone(),
                text(&event.id),
                text(&event.title),
                hours(event.duration.get()),
                text(&domains.join(";")),
                money(*loss),
            ]);
        }
    }
    table
}
