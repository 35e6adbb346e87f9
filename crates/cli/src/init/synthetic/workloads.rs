//! `workloads.csv` and `placement.csv`.

use super::draw::{Country, Draw, FRANKFURT, Mix, Rows, VIRGINIA};

/// What a workload's row says beside its id.
#[derive(Default)]
struct Shape {
    name: String,
    kind: &'static str,
    count: u32,
    vcpu: u32,
    memory_per_vcpu: u32,
    gpu: u32,
    storage_gib: u32,
    egress: u32,
    change: u32,
    divisible: bool,
    rto_h: &'static str,
    residency: &'static str,
    latency: Option<(&'static str, &'static str)>,
    site: &'static str,
    migration_cost: u32,
}

pub(super) fn workload_files(mix: &Mix, countries: &[&Country], draw: &mut Draw) -> (Rows, Rows) {
    let mut workloads = Rows::new(&[
        "workload",
        "name",
        "type",
        "count",
        "vcpu",
        "memory_gib",
        "gpu",
        "storage_gib",
        "egress_gib_per_month",
        "change_gib_per_day",
        "divisible",
        "rto_h",
        "residency",
        "latency_site",
        "latency_ms_max",
    ]);
    let mut placement =
        Rows::new(&["workload", "pattern", "primary_site", "standby_site", "pinned", "migration_cost"]);
    let mut add = |id: &str, shape: &Shape, draw: &mut Draw| {
        let (latency_site, latency_ms) = shape.latency.unwrap_or_default();
        workloads.push(&[
            id,
            &shape.name,
            shape.kind,
            &shape.count.to_string(),
            &shape.vcpu.to_string(),
            &(shape.vcpu * shape.memory_per_vcpu).to_string(),
            &shape.gpu.to_string(),
            &shape.storage_gib.to_string(),
            &shape.egress.to_string(),
            &shape.change.to_string(),
            if shape.divisible { "true" } else { "false" },
            shape.rto_h,
            shape.residency,
            latency_site,
            latency_ms,
        ]);
        let (pattern, standby) = today(shape, draw);
        let pinned = !shape.divisible && draw.one_in(40);
        let cost = if pinned { 0 } else { shape.migration_cost };
        let pinned = if pinned { "true" } else { "false" };
        placement.push(&[id, pattern, shape.site, standby, pinned, &cost.to_string()]);
    };
    for (plant, country) in (1..).zip(countries) {
        for vision in [false, true] {
            let shape = plant_workload(plant, country, vision, draw);
            add(&plant_id(vision, plant, country), &shape, draw);
        }
    }
    for position in 1..=mix.platforms {
        add(&platform_id(position), &platform(position, draw), draw);
    }
    for position in 1..=mix.fleets {
        add(&format!("fleet-{position:05}"), &fleet(position, draw), draw);
    }
    for position in 1..=mix.office() {
        add(&office_id(position), &office(position, draw), draw);
    }
    (workloads, placement)
}

/// Today's pattern and standby: mostly within one region, one in sixteen with a backup in the next.
fn today(shape: &Shape, draw: &mut Draw) -> (&'static str, &'static str) {
    if !shape.divisible && draw.one_in(16) {
        return ("backup_restore", if shape.site == FRANKFURT { "aws-eu-west-1" } else { "aws-us-east-2" });
    }
    let often_multi_zone = matches!(shape.kind, "mes" | "platform");
    let multi_zone = if often_multi_zone { !draw.one_in(3) } else { draw.one_in(3) };
    (if multi_zone && !shape.divisible { "multi_zone" } else { "single_zone" }, "")
}

pub(super) fn plant_id(vision: bool, plant: u32, country: &Country) -> String {
    format!("{}-plant-{plant:05}-{}", if vision { "vision" } else { "mes" }, country.code)
}

pub(super) fn platform_id(position: u32) -> String {
    format!("platform-{position:05}")
}

pub(super) fn office_id(position: u32) -> String {
    format!("office-{position:05}")
}

fn plant_workload(plant: u32, country: &Country, vision: bool, draw: &mut Draw) -> Shape {
    let has_latency = draw.one_in(if vision { 8 } else { 3 });
    Shape {
        name: format!("{} of plant {plant}", if vision { "Vision" } else { "MES" }),
        kind: if vision { "vision_qa" } else { "mes" },
        count: 1,
        vcpu: draw.of(if vision { &[12, 16, 24, 32, 40] } else { &[16, 24, 32, 48, 64] }),
        memory_per_vcpu: 4,
        gpu: if vision { draw.of(&[1, 2, 2, 4]) } else { 0 },
        storage_gib: draw.of(&[2_000, 4_000, 6_000, 10_000]),
        change: draw.of(&[8, 12, 20, 30]),
        rto_h: if !vision && draw.one_in(6) { "24" } else { "" },
        residency: if draw.one_in(4) { country.residency } else { "" },
        latency: has_latency.then_some((country.site, country.latency_ms)),
        site: country.site,
        migration_cost: draw.of(&[30_000, 60_000, 90_000]),
        ..Shape::default()
    }
}

fn platform(position: u32, draw: &mut Draw) -> Shape {
    Shape {
        name: format!("Platform {position}"),
        kind: "platform",
        count: 1,
        vcpu: draw.of(&[48, 64, 96, 120, 160, 240, 320]),
        memory_per_vcpu: draw.of(&[4, 4, 6, 8]),
        storage_gib: draw.of(&[9_000, 15_000, 30_000, 90_000, 180_000]),
        egress: draw.of(&[0, 0, 500, 4_000]),
        change: draw.of(&[20, 40, 60, 120, 400]),
        rto_h: if draw.one_in(5) { "24" } else { "" },
        residency: if draw.one_in(3) { "EU" } else { "" },
        site: FRANKFURT,
        migration_cost: draw.of(&[120_000, 180_000, 250_000, 600_000]),
        ..Shape::default()
    }
}

fn fleet(position: u32, draw: &mut Draw) -> Shape {
    let trains = draw.one_in(3);
    Shape {
        name: format!("{} {position}", if trains { "Training fleet" } else { "Build fleet" }),
        kind: if trains { "ml_training" } else { "build" },
        count: draw.of(&[4, 8, 16, 30]),
        vcpu: draw.of(&[16, 32]),
        memory_per_vcpu: 4,
        gpu: if trains { 2 } else { 0 },
        storage_gib: draw.of(&[1_000, 2_000, 4_000]),
        divisible: true,
        site: draw.of(&[FRANKFURT, FRANKFURT, VIRGINIA]),
        migration_cost: draw.of(&[20_000, 40_000]),
        ..Shape::default()
    }
}

fn office(position: u32, draw: &mut Draw) -> Shape {
    Shape {
        name: format!("Office application {position}"),
        kind: "office",
        count: draw.of(&[1, 1, 1, 2]),
        vcpu: draw.of(&[2, 4, 4, 8, 8, 16, 24, 48]),
        memory_per_vcpu: draw.of(&[2, 4, 8]),
        storage_gib: draw.of(&[100, 200, 500, 1_000, 4_000]),
        egress: draw.of(&[0, 0, 0, 50, 300]),
        change: draw.of(&[0, 1, 2, 5, 10]),
        residency: if draw.one_in(12) { "EU" } else { "" },
        // What must stay in Europe is there.
        site: FRANKFURT,
        migration_cost: draw.of(&[5_000, 10_000, 20_000, 40_000]),
        ..Shape::default()
    }
    .somewhere(draw)
}

impl Shape {
    /// A quarter of what may leave Europe is in Virginia.
    fn somewhere(self, draw: &mut Draw) -> Self {
        let abroad = draw.one_in(4) && self.residency.is_empty();
        Self { site: if abroad { VIRGINIA } else { self.site }, ..self }
    }
}
