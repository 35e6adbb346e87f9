//! workloads.csv, patterns.csv, placement.csv and `workload_sites.csv`.

use ballast_model::{
    AsIs, Deployment, LatencyRule, Pattern, PatternId, Replication, Resource, SiteId, SiteKind, SiteRule, Standby,
    Workload,
};

use crate::{
    cell::{self, Row},
    diagnostic::Diagnostics,
    names::{Names, rows, unique_keys},
    table::Table,
};

/// The deployment patterns.
pub(crate) fn patterns(table: &Table, found: &mut Diagnostics) -> (Names, Vec<Pattern>) {
    let mut names = Names::new("pattern");
    names.add_table(table, found);
    let list = rows(table)
        .map(|row| Pattern {
            id: row.text("pattern", found).to_owned(),
            primary_zones: row.whole("primary_zones", found),
            primary_compute_share: row.number("primary_compute_share", found),
            standby: row.word("standby", &Standby::ALL, found).unwrap_or(Standby::None),
            standby_compute_share: cell::share(row.number("standby_compute_share", found)),
            storage_copies: row.whole("storage_copies", found),
            replication: row.word("replication", &Replication::ALL, found).unwrap_or(Replication::None),
            detection: cell::hours(row.number("detection_h", found)),
            rto: cell::hours(row.number("rto_h", found)),
            rpo: cell::hours(row.number("rpo_h", found)),
            failover_success: cell::probability(row.number("failover_success_share", found)),
            promised: row.opt_number("sla_share", found).map(cell::share),
            needs_control_plane: row.flag("needs_control_plane", found).unwrap_or(true),
            offline_copy: row.flag("offline_copy", found).unwrap_or(false),
            operations_share: row.number("operations_share", found),
        })
        .collect();
    (names, list)
}

/// The workloads without their placement of today.
pub(crate) fn workloads(table: &Table, sites: &Names, found: &mut Diagnostics) -> (Names, Vec<Workload>) {
    let mut names = Names::new("workload");
    names.add_table(table, found);
    let list = rows(table).map(|row| workload(&row, sites, found)).collect();
    (names, list)
}

fn workload(row: &Row<'_>, sites: &Names, found: &mut Diagnostics) -> Workload {
    let id = row.text("workload", found).to_owned();
    let words = |column: &str, found: &mut Diagnostics| -> Vec<String> {
        let words = row.list(column, found);
        if words.iter().any(|word| word.contains(',')) {
            let message = format!("`{column}` is \"{}\", expected words without commas", words.join(";"));
            row.report(found, column, "E013", message, "write `;` or `|` between them");
        }
        words.into_iter().map(str::to_owned).collect()
    };
    let kinds = row.list("site_kinds", found);
    let site_kinds =
        kinds.into_iter().filter_map(|word| row.known_word("site_kinds", word, &SiteKind::ALL, found)).collect();
    let latency = match (row.opt("latency_site", found), row.opt_number("latency_ms_max", found)) {
        (Some(_), Some(max_ms)) => {
            sites.find(row, "latency_site", found).map(|site| LatencyRule { from: SiteId::new(site), max_ms })
        }
        (None, None) => None,
        (site, _) => {
            let missing = if site.is_some() { "latency_ms_max" } else { "latency_site" };
            row.report(found, missing, "E010", format!("`{missing}` is empty"), "give both or neither");
            None
        }
    };
    Workload {
        name: row.opt("name", found).unwrap_or(&id).to_owned(),
        kind: row.opt("type", found).map(str::to_owned),
        count: cell::quantity(row.number("count", found)),
        demand: Resource::ALL.map(|(_, resource)| cell::quantity(row.number(resource, found))),
        egress_gib_per_month: cell::quantity(row.number("egress_gib_per_month", found)),
        change_gib_per_day: cell::quantity(row.number("change_gib_per_day", found)),
        divisible: row.flag("divisible", found).unwrap_or(false),
        rto: row.opt_number("rto_h", found).map(cell::hours),
        rpo: row.opt_number("rpo_h", found).map(cell::hours),
        residency: words("residency", found),
        jurisdiction: words("jurisdiction", found),
        site_kinds,
        latency,
        group: row.opt("group", found).map(str::to_owned),
        as_is: None,
        site_rules: Vec::new(),
        id,
    }
}

/// Tells every workload where it is today.
pub(crate) fn placement(
    table: &Table,
    (workload_names, workloads): (&Names, &mut [Workload]),
    (pattern_names, patterns): (&Names, &[Pattern]),
    sites: &Names,
    found: &mut Diagnostics,
) {
    unique_keys(table, found);
    for row in rows(table) {
        let workload = workload_names.find(&row, "workload", found);
        let pattern = pattern_names.find(&row, "pattern", found);
        let primary = sites.find(&row, "primary_site", found);
        let standby = sites.find(&row, "standby_site", found);
        let pinned = row.flag("pinned", found).unwrap_or(false);
        let migration_cost = cell::money(row.number("migration_cost", found));
        let (Some(workload), Some(pattern), Some(primary)) = (workload, pattern, primary) else { continue };
        let wants_standby = patterns[pattern].standby != Standby::None;
        if wants_standby != standby.is_some() {
            let (message, help) = if wants_standby {
                ("the pattern has a standby, but `standby_site` is empty", "name it")
            } else {
                ("the pattern has no standby, but `standby_site` names one", "empty it or take another pattern")
            };
            row.report(found, "standby_site", "E034", message.to_owned(), help);
            continue;
        }
        let deployment = Deployment {
            pattern: PatternId::new(pattern),
            primary: SiteId::new(primary),
            standby: standby.map(SiteId::new),
        };
        workloads[workload].as_is = Some(AsIs { deployment, pinned, migration_cost });
    }
}

/// Tells every workload what holds for it at single sites.
pub(crate) fn site_rules(
    table: &Table,
    names: &Names,
    sites: &Names,
    workloads: &mut [Workload],
    found: &mut Diagnostics,
) {
    unique_keys(table, found);
    for row in rows(table) {
        let workload = names.find(&row, "workload", found);
        let site = sites.find(&row, "site", found);
        let allowed = row.flag("allowed", found);
        let extra_cost = cell::per_year(row.number("extra_cost_per_year", found));
        let latency_ms = row.opt_number("latency_ms", found);
        let migration_cost = row.opt_number("migration_cost", found).map(cell::money);
        if let (Some(workload), Some(site)) = (workload, site) {
            let site = SiteId::new(site);
            workloads[workload].site_rules.push(SiteRule {
                site,
                allowed,
                extra_cost,
                latency_ms,
                migration_cost,
            });
        }
    }
    for workload in workloads {
        workload.site_rules.sort_by_key(|rule| rule.site);
    }
}
