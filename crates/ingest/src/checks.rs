//! Checks over the whole estate: what each row alone cannot show.

use std::collections::{BTreeMap, BTreeSet};

use ballast_model::{
    Child, DomainId, Estate, Priced, Replication, Standby, WorkloadId,
    cost::annual_cost,
    rules::{self, Rule},
};

use crate::{cell::Row, diagnostic::Diagnostics, names::rows, table::Table};

/// Where to report.
pub(crate) struct Sources<'a> {
    pub(crate) workloads: &'a Table,
    pub(crate) placement: &'a Table,
    pub(crate) prices: &'a Table,
    pub(crate) hazards: &'a Table,
}

/// Every check.
pub(crate) fn check(estate: &Estate, sources: &Sources<'_>, found: &mut Diagnostics) {
    let placed: BTreeMap<&str, Row<'_>> =
        rows(sources.placement).map(|row| (sources.placement.text(row.row, "workload"), row)).collect();
    for workload in estate.workload_ids() {
        options_exist(estate, workload, sources, found);
        today_keeps_rules(estate, workload, &placed, found);
    }
    prices_exist(estate, sources, found);
    traffic_has_a_price(estate, sources, found);
    hazards_matter(estate, sources, found);
}

fn options_exist(estate: &Estate, id: WorkloadId, sources: &Sources<'_>, found: &mut Diagnostics) {
    let workload = estate.workload(id);
    if workload.as_is.as_ref().is_some_and(|as_is| as_is.pinned) {
        return;
    }
    let row = Row { table: sources.workloads, row: id.index() };
    let exclusions: Vec<Option<Rule>> =
        estate.site_ids().map(|site| rules::site_exclusion(estate, id, site)).collect();
    if exclusions.iter().all(Option::is_some) {
        let reasons: Vec<String> = estate
            .sites()
            .iter()
            .zip(&exclusions)
            .filter_map(|(site, rule)| rule.map(|rule| format!("{}: {rule}", site.id)))
            .collect();
        let message = format!("workload \"{}\" has no possible site ({})", workload.id, reasons.join("; "));
        row.report(found, "workload", "E030", message, "relax a rule, or add a site that keeps them");
        return;
    }
    let excluded: Vec<Option<Rule>> =
        estate.pattern_ids().map(|pattern| rules::pattern_exclusion(estate, id, pattern)).collect();
    if excluded.iter().all(Option::is_some) {
        let fastest = estate.patterns().iter().min_by_key(|pattern| pattern.attained_rto());
        let column = if excluded.contains(&Some(Rule::Rto)) { "rto_h" } else { "rpo_h" };
        let message = format!("no pattern reaches the `{column}` of workload \"{}\"", workload.id);
        let help = fastest.map_or_else(String::new, |pattern| {
            format!("the fastest is {} with {} h", pattern.id, pattern.attained_rto())
        });
        row.report(found, column, "E031", message, &help);
    } else if rules::deployments(estate, id).is_empty() {
        let message = format!(
            "workload \"{}\" has no possible deployment: its sites and patterns do not go together",
            workload.id
        );
        row.report(found, "workload", "E030", message, "allow a pattern without standby, or a second site");
    }
}

fn today_keeps_rules(estate: &Estate, id: WorkloadId, placed: &BTreeMap<&str, Row<'_>>, found: &mut Diagnostics) {
    let workload = estate.workload(id);
    let Some(as_is) = workload.as_is.as_ref().filter(|as_is| !as_is.pinned) else { return };
    let broken = rules::exclusion(estate, id, &as_is.deployment);
    if let (Some(rule), Some(row)) = (broken, placed.get(workload.id.as_str())) {
        let message =
            format!("today's {} breaks a rule of \"{}\": {rule}", estate.describe(&as_is.deployment), workload.id);
        row.report(found, "workload", "W104", message, "plans will keep the rule");
    }
}

/// The prices that some allowed deployment needs and its site does not have, each named once.
fn prices_exist(estate: &Estate, sources: &Sources<'_>, found: &mut Diagnostics) {
    let mut missing = BTreeSet::new();
    for workload in estate.workload_ids() {
        let as_is = estate.workload(workload).as_is.as_ref().map(|as_is| as_is.deployment);
        for deployment in rules::deployments(estate, workload).into_iter().chain(as_is) {
            if let Err(price) = annual_cost(estate, workload, &deployment)
                && missing.insert(price)
            {
                let site = &estate.site(price.site).id;
                let item = price.item.name();
                let message = format!(
                    "site \"{site}\" has no price for {item}, which \"{}\" needs",
                    estate.workload(workload).id
                );
                whole_file(
                    sources.prices,
                    found,
                    "E032",
                    message,
                    &format!("add a row: {site},,,{item},on_demand,<price>"),
                );
            }
        }
    }
}

fn traffic_has_a_price(estate: &Estate, sources: &Sources<'_>, found: &mut Diagnostics) {
    let sends = estate.workloads().iter().any(|workload| workload.egress_gib_per_month.get() > 0.0);
    let changes = estate.workloads().iter().any(|workload| workload.change_gib_per_day.get() > 0.0);
    let replicates = estate
        .patterns()
        .iter()
        .any(|pattern| pattern.replication != Replication::None && pattern.standby != Standby::None);
    for (item, matters) in [(Priced::EgressGib, sends), (Priced::ReplicationGib, changes && replicates)] {
        let without: Vec<&str> = estate
            .sites()
            .iter()
            .filter(|site| matters && site.prices.get(item).is_none())
            .map(|site| site.id.as_str())
            .collect();
        if !without.is_empty() {
            let message =
                format!("no price for {} at {}: it counts as free there", item.name(), without.join(", "));
            whole_file(sources.prices, found, "W103", message, "write 0 if it is free");
        }
    }
}

fn hazards_matter(estate: &Estate, sources: &Sources<'_>, found: &mut Diagnostics) {
    let mut reaches = vec![false; estate.domains().len()];
    for site in estate.sites() {
        reaches[site.domain.index()] = true;
    }
    // Domains from which a site, pattern or workload can be reached, by repeated passes over the edges.
    let mut changed = true;
    while changed {
        changed = false;
        for edge in estate.dependencies() {
            let felt = match edge.child {
                Child::Domain(child) => reaches[child.index()],
                Child::Pattern(_) | Child::Workload(_) => true,
            };
            if felt && !reaches[edge.parent.index()] {
                reaches[edge.parent.index()] = true;
                changed = true;
            }
        }
    }
    for (index, hazard) in estate.hazards().iter().enumerate() {
        if !reaches[hazard.domain.index()] {
            let domain: DomainId = hazard.domain;
            let message = format!("nothing depends on domain \"{}\"", estate.domain(domain).id);
            let row = Row { table: sources.hazards, row: index.min(sources.hazards.len() - 1) };
            row.report(found, "domain", "W102", message, "add edges to dependencies.csv");
        }
    }
}

fn whole_file(table: &Table, found: &mut Diagnostics, code: &'static str, message: String, help: &str) {
    let mut diagnostic = crate::settings::plain(&table.file, code, message, help);
    if code.starts_with('W') {
        diagnostic.severity = crate::Severity::Warning;
    }
    found.push(diagnostic);
}
