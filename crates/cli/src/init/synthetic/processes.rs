//! `processes.csv`, `process_workloads.csv` and `supply.csv`.

use super::{
    draw::{Country, Draw, Mix, Rows, size},
    workloads::{office_id, plant_id, platform_id},
};

fn line_id(plant: u32) -> String {
    format!("line-{plant:05}")
}

fn service_id(position: u32) -> String {
    format!("service-{position:05}")
}

/// Whether a service is a supplier's: its loss is not ours, but lines wait for it.
fn is_supplier(position: u32) -> bool {
    position.is_multiple_of(5)
}

pub(super) fn process_files(mix: &Mix, countries: &[&Country], draw: &mut Draw) -> (Rows, Rows) {
    let mut processes = Rows::new(&[
        "process",
        "owner",
        "value_per_h",
        "calendar",
        "buffer_h",
        "restart_h",
        "made_up_share",
        "overtime_premium",
        "data_value_per_h",
    ]);
    let mut needs = Needs(Rows::new(&["process", "workload", "role", "buffer_h", "degraded_share"]));
    for (plant, country) in (1..).zip(countries) {
        let process = line_id(plant);
        let calendar = if draw.one_in(12) { "" } else { country.calendar };
        let value = draw.of(&["15000", "25000", "40000", "60000", "90000", "120000"]);
        let (buffer, restart) = (draw.of(&["0", "1", "2", "2", "4"]), draw.of(&["0.5", "1", "1.5", "1.5", "2"]));
        let (made_up, premium) = (draw.of(&["0.3", "0.5", "0.5", "0.6"]), draw.of(&["0.25", "0.35"]));
        let data = draw.of(&["0", "500", "2000"]);
        processes.push(&[&process, "ours", value, calendar, buffer, restart, made_up, premium, data]);
        needs.critical(&process, &plant_id(false, plant, country), draw.of(&["0", "2", "2", "4"]));
        needs.degrading(&process, &plant_id(true, plant, country), "0", draw.of(&["0.04", "0.1"]));
        // Few platforms carry most lines.
        let platforms = draw.below(3);
        needs.some(&process, platforms, 1..mix.platforms + 1, draw, &platform_id, true);
        let applications = draw.below(3);
        needs.some(&process, applications, mix.office_of(plant - 1), draw, &office_id, false);
    }
    for position in 1..=mix.services() {
        let process = service_id(position);
        let owner = if is_supplier(position) { format!("supplier-{position:05}") } else { "ours".to_owned() };
        let calendar = draw.of(&["office-de", "office-de", "plant-de", "plant-us", ""]);
        let value = draw.of(&["2000", "5000", "10000", "20000", "45000"]);
        let (buffer, restart) = (draw.of(&["0", "1", "2", "6"]), draw.of(&["0", "0.5", "1"]));
        let (made_up, premium) = (draw.of(&["0.3", "0.6", "0.7"]), draw.of(&["0.1", "0.2"]));
        let data = draw.of(&["0", "500", "1000", "8000"]);
        processes.push(&[&process, &owner, value, calendar, buffer, restart, made_up, premium, data]);
        let own = mix.office_of(mix.plants + position - 1);
        let critical = own.start..own.start + size(own.len()).div_ceil(2);
        let degrading = critical.end..own.end;
        let (most_critical, most_degrading) = (1 + draw.below(2), 1 + draw.below(3));
        needs.some(&process, most_critical, critical, draw, &office_id, true);
        needs.some(&process, most_degrading, degrading, draw, &office_id, false);
        needs.some(&process, 1, 1..mix.platforms + 1, draw, &platform_id, true);
    }
    (processes, needs.0)
}

struct Needs(Rows);

impl Needs {
    fn critical(&mut self, process: &str, workload: &str, buffer: &str) {
        self.0.push(&[process, workload, "critical", buffer, ""]);
    }

    fn degrading(&mut self, process: &str, workload: &str, buffer: &str, share: &str) {
        self.0.push(&[process, workload, "degrading", buffer, share]);
    }

    /// Up to `count` different ones of the workloads numbered `among`.
    fn some(
        &mut self,
        process: &str,
        count: u32,
        among: std::ops::Range<u32>,
        draw: &mut Draw,
        id: &dyn Fn(u32) -> String,
        is_critical: bool,
    ) {
        let among_count = size(among.len());
        let mut chosen: Vec<u32> =
            (0..count.min(among_count)).map(|_| among.start + draw.skewed(among_count)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        for position in chosen {
            if is_critical {
                self.critical(process, &id(position), draw.of(&["0", "2", "6", "6", "10", "24"]));
            } else {
                self.degrading(
                    process,
                    &id(position),
                    draw.of(&["0", "2", "8"]),
                    draw.of(&["0.05", "0.1", "0.2"]),
                );
            }
        }
    }
}

/// Suppliers deliver to up to three lines each, and one line in twelve to the next.
pub(super) fn supply_file(mix: &Mix, draw: &mut Draw) -> Rows {
    let mut rows = Rows::new(&["supplier_process", "consumer_process", "buffer_h", "share"]);
    let mut link = |supplier: &str, consumer: &str, draw: &mut Draw| {
        rows.push(&[supplier, consumer, draw.of(&["4", "8", "12", "16"]), draw.of(&["0.3", "0.6", "0.6", "1"])]);
    };
    for position in (1..=mix.services()).filter(|position| is_supplier(*position)) {
        let mut lines: Vec<u32> = (0..3).map(|_| 1 + draw.below(mix.plants)).collect();
        lines.sort_unstable();
        lines.dedup();
        for line in lines {
            link(&service_id(position), &line_id(line), draw);
        }
    }
    for plant in (1..mix.plants).filter(|plant| plant % 12 == 1) {
        link(&line_id(plant), &line_id(plant + 1), draw);
    }
    rows
}
