//! The shipped catalogue of historic outages, resolved against a case.
//!
//! A row names a provider, the regions that were hit (none: all of it) and the level of what failed. In a case that is
//! - level `region` or `site`: the provider's sites in these regions;
//! - level `zone`: the first zone of each of these sites;
//! - another level with regions: the provider's domains of that level in these regions, or the sites there. A domain
//!   is in a region if its id or name says so, or if it runs on a site there, or if nothing but sites there hang on it;
//! - another level without: the provider's domains of that level (`domains.csv` says whose a domain is); where the case
//!   has none, its domains of another global level, so that a sign-in outage is felt where only the control plane is
//!   modelled;
//! - for the level `provider` without such a domain: all its sites;
//! - for the level `supplier`, where none of the case's suppliers is the one that failed: all of them.
//!
//! Providers and regions match in any case of letters. What the case does not model was not hit: the event is left out.

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
        let is_there = |site: &Site| {
            let code = site.region_code.as_deref();
            regions.is_empty() || code.is_some_and(|code| regions.iter().any(|one| one.eq_ignore_ascii_case(code)))
        };
        let sites = self.sites_of(provider, is_there);
        match level {
            "region" | "site" => return sites,
            "zone" => return sites.iter().filter_map(|site| self.first_zone(*site)).collect(),
            _ => {}
        }
        let own = self.domains_of(provider, |domain| domain.level == level);
        if !regions.is_empty() {
            let regional: Vec<DomainId> =
                own.into_iter().filter(|domain| self.is_regional(*domain, regions, &sites)).collect();
            return if regional.is_empty() { sites } else { regional };
        }
        if !own.is_empty() {
            return own;
        }
        match level {
            "provider" => sites,
            "supplier" => self.find(|domain| domain.level == level),
            level if GLOBAL_LEVELS.contains(&level) => GLOBAL_LEVELS
                .iter()
                .map(|other| self.domains_of(provider, |domain| domain.level == *other))
                .find(|domains| !domains.is_empty())
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn sites_of(&self, provider: &str, holds: impl Fn(&Site) -> bool) -> Vec<DomainId> {
        let is_own = |site: &&Site| self.providers[site.provider.index()].id.eq_ignore_ascii_case(provider);
        self.sites.iter().filter(is_own).filter(|site| holds(site)).map(|site| site.domain).collect()
    }

    fn domains_of(&self, provider: &str, holds: impl Fn(&FailureDomain) -> bool) -> Vec<DomainId> {
        let is_own = |domain: &FailureDomain| {
            domain.provider.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(provider))
        };
        self.find(|domain| is_own(domain) && holds(domain))
    }

    /// The declared domains for which this holds.
    fn find(&self, holds: impl Fn(&FailureDomain) -> bool) -> Vec<DomainId> {
        let declared = self.domains.iter().enumerate().filter(|(_, domain)| domain.site.is_none());
        declared.filter(|(_, domain)| holds(domain)).map(|(index, _)| DomainId::new(index)).collect()
    }

    /// Whether a domain is one of these regions, whose sites are given, and of no other place.
    fn is_regional(&self, id: DomainId, regions: &[&str], sites: &[DomainId]) -> bool {
        let domain = &self.domains[id.index()];
        let is_named = |region: &&str| names_region(&domain.id, region) || names_region(&domain.name, region);
        let mut above = self.dependencies.iter().filter(|edge| edge.child == Child::Domain(id));
        let mut below = self.dependencies.iter().filter(|edge| edge.parent == id).peekable();
        regions.iter().any(is_named)
            || above.any(|edge| edge.mode == Mode::Run && sites.contains(&edge.parent))
            || (below.peek().is_some()
                && below.all(|edge| matches!(edge.child, Child::Domain(child) if sites.contains(&child))))
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

/// Whether `text` has `region` as a word of its own: `eastus` is not in `azure-eastus2-link`.
fn names_region(text: &str, region: &str) -> bool {
    let (text, region) = (text.to_ascii_lowercase(), region.to_ascii_lowercase());
    text.match_indices(&region).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_named_by_a_word_of_its_own() {
        for (text, region, named) in [
            ("aws-us-east-1-link", "us-east-1", true),
            ("AZURE-EASTUS", "eastus", true),
            ("azure-eastus2-link", "eastus", false),
            ("azure-northeastus", "eastus", false),
        ] {
            assert_eq!(names_region(text, region), named, "{region} in {text}");
        }
    }

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
            "gcp-2024-05-02",
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
            assert!(start(&row, 2026, &mut found).is_some(), "{id} has no start");
            let place = row.list("region_code", &mut found);
            assert!(!["zone", "region"].contains(&level) || !place.is_empty(), "{id} has no region");
            assert!(!row.text("title", &mut found).is_empty(), "{id} has no title");
        }
        let sourced = text.lines().skip(1).filter(|line| line.contains("confidence")).count();
        assert_eq!(sourced, table.len(), "each row has its source");
        assert!(found.is_empty(), "{found}");
    }
}
