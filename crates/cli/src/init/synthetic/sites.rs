//! The places of the base case at the size of the estate, and more of them.

use csv::StringRecord;

use super::draw::{Draw, SOURCE};

/// Sites that further ones are made after, in turn: regions, and every fifth time the own data centre.
const MODELS: [&str; 10] = [
    "aws-eu-central-1",
    "azure-germanywestcentral",
    "aws-us-east-1",
    "gcp-europe-west3",
    OWN,
    "aws-eu-west-1",
    "azure-swedencentral",
    "aws-us-east-2",
    "gcp-us-east4",
    OWN,
];
/// The own data centre, which has capacities and a fixed cost.
const OWN: &str = "onprem-wolfsburg";
/// Workloads of the base case, which its own data centre is sized for.
const BASE_WORKLOADS: u32 = 105;

/// Columns of `sites.csv` that grow with the estate.
const SIZED: [&str; 6] = [
    "capacity_vcpu",
    "capacity_memory_gib",
    "capacity_gpu",
    "capacity_storage_gib",
    "fixed_cost_per_year",
    "capex",
];

/// A file of the base case with the rows of the sites that are added. `None` if it has nothing to do with sites.
pub(super) fn enlarged(file: &str, base: &[u8], workloads: u32, added: u32, draw: &mut Draw) -> Option<Vec<u8>> {
    if !["sites.csv", "prices.csv", "domains.csv", "dependencies.csv", "hazards.csv"].contains(&file) {
        return None;
    }
    let mut reader = csv::Reader::from_reader(base);
    let header = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| header.iter().position(|known| known == name);
    let rows: Vec<StringRecord> = reader
        .records()
        .filter_map(Result::ok)
        .map(|row| if file == "sites.csv" { sized(&row, &header, workloads) } else { row })
        .collect();
    // A row is a site's own if this cell names it.
    let owner = column(if file == "hazards.csv" { "domain" } else { header.get(0).unwrap_or_default() })?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut put = |row: &StringRecord| writer.write_record(row).expect("rows of one length, into memory");
    put(&header);
    rows.iter().for_each(&mut put);
    for (number, model) in (1..=added).zip(MODELS.iter().cycle()) {
        let factor = draw.of(&[85, 90, 95, 100, 105, 110, 120]);
        let zone = format!("{model}-az1");
        let own = rows.iter().filter(|row| row.get(owner).is_some_and(|cell| cell == *model || cell == zone));
        for row in own {
            let mut more = StringRecord::new();
            for (position, cell) in row.iter().enumerate() {
                more.push_field(&match header.get(position) {
                    Some("source") => SOURCE.to_owned(),
                    Some("price") => scaled(cell, factor, 100),
                    _ => renamed(cell, model, number),
                });
            }
            put(&more);
        }
    }
    writer.into_inner().ok()
}

/// A cell that names a site, its zone or one of its hazards, with the new site's name.
fn renamed(cell: &str, model: &str, number: u32) -> String {
    let own = [
        model.to_owned(),
        format!("{model}-az1"),
        format!("zone-{model}"),
        format!("region-{model}"),
        format!("power-{model}"),
    ];
    if own.iter().any(|name| name == cell) {
        cell.replacen(model, &format!("{model}-{number}"), 1)
    } else {
        cell.to_owned()
    }
}

fn sized(row: &StringRecord, header: &StringRecord, workloads: u32) -> StringRecord {
    let cells = header.iter().zip(row);
    cells
        .map(|(column, cell)| {
            if SIZED.contains(&column) {
                scaled(cell, workloads.max(BASE_WORKLOADS), BASE_WORKLOADS)
            } else {
                cell.to_owned()
            }
        })
        .collect::<Vec<String>>()
        .into()
}

/// A number times a ratio of whole numbers, to six decimals; anything else as it is.
fn scaled(cell: &str, times: u32, over: u32) -> String {
    cell.parse::<f64>().map_or_else(
        |_| cell.to_owned(),
        |value| {
            let text = format!("{:.6}", value * f64::from(times) / f64::from(over));
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        },
    )
}
