//! The shipped catalogue of historic outages, resolved against a case.
//!
//! A row names a provider, the regions that were hit (none: all of it) and the level of what failed. In a case that is
//! - with regions: the provider's sites there; for an event of one zone, the first zone of each;
//! - without: the provider's domains of that level (`domains.csv` says whose a domain is); where the case has none, its
//!   domains of another global level, so that a sign-in outage is felt where only the control plane is modelled;
//! - for the level `provider` without such a domain: all its sites.
//!
//! What the case does not model was not hit: the event is left out.

use ballast_model::{Child, Dependency, DomainId, FailureDomain, HistoricEvent, Mode, Provider, Site};

use crate::{
    cell,
    diagnostic::Diagnostics,
    failures::start,
    names::{rows, unique_keys},
    schema::OUTAGES,
    table::Table,
};

/// The shipped table.
const SHIPPED: &[u8] = include_bytes!("../../../data/catalogue/outages.csv");

/// Levels that stand in for each other where a provider's own is not modelled.
const GLOBAL_LEVELS: [&str; 5] = ["control_plane", "identity", "edge", "dns", "network"];

/// What events are resolved against.
pub(crate) struct Places<'a> {
    pub(crate) sites: &'a [Site],
    pub(crate) providers: &'a [Provider],
    pub(crate) domains: &'a [FailureDomain],
    pub(crate) dependencies: &'a [Dependency],
}

/// The shipped table and its bytes, for the record of inputs.
pub(crate) fn shipped(found: &mut Diagnostics) -> (Table, Vec<u8>) {
    let table = Table::read(&OUTAGES, "default outages.csv", SHIPPED, Some(crate::Decimal::Point), found);
    (table, SHIPPED.to_vec())
}

/// The events of the catalogue that touch the case, but for those in `own`, which a case describes itself.
pub(crate) fn events(
    table: &Table,
    places: &Places<'_>,
    year: i16,
    own: &[HistoricEvent],
    found: &mut Diagnostics,
) -> Vec<HistoricEvent> {
    unique_keys(table, found);
    let mut list = Vec::new();
    for row in rows(table) {
        let id = row.text("event", found);
        let level = row.text("level", found);
        let regions = row.list("region_code", found);
        let domains = places.resolve(row.text("provider", found), &regions, level);
        if domains.is_empty() || own.iter().any(|event| event.id == id) {
            continue;
        }
        list.push(HistoricEvent {
            id: id.to_owned(),
            title: row.text("title", found).to_owned(),
            start: start(&row, year, found),
            duration: cell::hours(row.number("duration_h", found)),
            domains,
            severity: cell::share(row.number("severity", found)),
            destructive: row.flag("destructive", found).unwrap_or(false),
        });
    }
    list
}

impl Places<'_> {
    fn resolve(&self, provider: &str, regions: &[&str], level: &str) -> Vec<DomainId> {
        if !regions.is_empty() {
            let sites = self.sites_of(provider, |site| {
                site.region_code.as_deref().is_some_and(|code| regions.contains(&code))
            });
            return if level == "zone" {
                sites.iter().filter_map(|site| self.first_zone(*site)).collect()
            } else {
                sites
            };
        }
        let own = self.domains_of(provider, |domain| domain.level == level);
        if !own.is_empty() {
            return own;
        }
        if level == "provider" {
            return self.sites_of(provider, |_| true);
        }
        if GLOBAL_LEVELS.contains(&level) {
            return GLOBAL_LEVELS
                .iter()
                .map(|other| self.domains_of(provider, |domain| domain.level == *other))
                .find(|domains| !domains.is_empty())
                .unwrap_or_default();
        }
        Vec::new()
    }

    fn sites_of(&self, provider: &str, holds: impl Fn(&Site) -> bool) -> Vec<DomainId> {
        let own = self.sites.iter().filter(|site| self.providers[site.provider.index()].id == provider);
        own.filter(|site| holds(site)).map(|site| site.domain).collect()
    }

    fn domains_of(&self, provider: &str, holds: impl Fn(&FailureDomain) -> bool) -> Vec<DomainId> {
        let is_own =
            |domain: &FailureDomain| domain.site.is_none() && domain.provider.as_deref() == Some(provider);
        let own = self.domains.iter().enumerate().filter(|(_, domain)| is_own(domain) && holds(domain));
        own.map(|(index, _)| DomainId::new(index)).collect()
    }

    /// The zone that single-zone deployments of a site use: the first by id. None where zones are not modelled.
    fn first_zone(&self, site: DomainId) -> Option<DomainId> {
        let edges = self.dependencies.iter();
        let zones = edges.filter(|edge| edge.mode == Mode::Run && edge.child == Child::Domain(site));
        zones
            .map(|edge| edge.parent)
            .filter(|parent| self.domains[parent.index()].is_zone())
            .min_by(|a, b| self.domains[a.index()].id.cmp(&self.domains[b.index()].id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_whole() {
        let mut found = Diagnostics::default();
        let (table, bytes) = shipped(&mut found);
        assert!(found.is_empty(), "{found}");
        assert!(table.len() >= 40, "{} events", table.len());
        let text = String::from_utf8(bytes).expect("UTF-8");
        for id in [
            "aws-2017-02-28",
            "ovh-2021-03-10",
            "aws-2021-12-07",
            "gcp-2023-04-26",
            "crowdstrike-2024-07-19",
            "gcp-2025-06-12",
            "aws-2025-10-20",
            "azure-2025-10-29",
            "jlr-2025-09-01",
            "kojima-2022-03-01",
        ] {
            assert!(text.contains(&format!("\n{id},")), "no {id}");
        }
        let mut ids: Vec<&str> = Vec::new();
        for row in rows(&table) {
            let id = row.text("event", &mut found);
            assert!(!ids.contains(&id), "{id} is there twice");
            ids.push(id);
            let level = row.text("level", &mut found);
            assert!(ballast_model::DOMAIN_LEVELS.contains(&level), "{id}: {level}");
            assert!(row.number("duration_h", &mut found) > 0.0, "{id} has no duration");
            assert!(!row.text("title", &mut found).is_empty(), "{id} has no title");
        }
        let sourced = text.lines().skip(1).filter(|line| line.contains("confidence")).count();
        assert_eq!(sourced, table.len(), "each row has its source");
        assert!(found.is_empty(), "{found}");
    }
}
