//! The hard rules: which deployments a workload may have, and which rule excludes the others.

use std::fmt;

use crate::{Deployment, Estate, Pattern, PatternId, SiteId, Standby, WorkloadId};

/// The rule that excludes a site or a pattern for a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// `workload_sites.csv` forbids it.
    Forbidden,
    /// `residency`: the site's country is not among the allowed ones.
    Residency,
    /// `jurisdiction`: the operator's is not among the allowed ones.
    Jurisdiction,
    /// `site_kinds`: the site's kind is not among the allowed ones.
    SiteKind,
    /// `latency_ms_max`: the site is too far from the place of use.
    Latency,
    /// The site has fewer zones than the pattern needs.
    Zones,
    /// `rto_h`: the pattern recovers too late.
    Rto,
    /// `rpo_h`: the pattern loses too much data.
    Rpo,
    /// The pattern needs another kind of standby.
    Standby,
    /// `pinned`: it must stay where it is.
    Pinned,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forbidden => "workload_sites.csv forbids it",
            Self::Residency => "residency",
            Self::Jurisdiction => "jurisdiction",
            Self::SiteKind => "site_kinds",
            Self::Latency => "latency_ms_max",
            Self::Zones => "too few zones",
            Self::Rto => "rto_h",
            Self::Rpo => "rpo_h",
            Self::Standby => "standby rule",
            Self::Pinned => "pinned",
        })
    }
}

/// Country codes of the European Union, for `residency = EU`.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Whether `country` is, or lies in, the `area` that a residency rule names.
pub fn lies_in(country: &str, area: &str) -> bool {
    country.eq_ignore_ascii_case(area)
        || (area.eq_ignore_ascii_case("EU") && EU.iter().any(|member| member.eq_ignore_ascii_case(country)))
}

/// Round-trip time between two sites in milliseconds, estimated from the great-circle distance.
///
/// Light in fibre takes about 5 µs per km and cables run about half as far again as the great circle:
/// 0.015 ms of round trip per km. None if a coordinate is missing.
pub fn round_trip_ms(estate: &Estate, from: SiteId, to: SiteId) -> Option<f64> {
    let (lat1, lon1) = estate.site(from).coordinates?;
    let (lat2, lon2) = estate.site(to).coordinates?;
    let (lat1, lon1, lat2, lon2) = (lat1.to_radians(), lon1.to_radians(), lat2.to_radians(), lon2.to_radians());
    let half = ((lat2 - lat1) / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * ((lon2 - lon1) / 2.0).sin().powi(2);
    let kilometres = 2.0 * 6371.0 * half.sqrt().min(1.0).asin();
    Some(0.015 * kilometres)
}

/// The rule that keeps `workload` away from `site` altogether, if one does.
pub fn site_exclusion(estate: &Estate, workload: WorkloadId, site: SiteId) -> Option<Rule> {
    let needs = estate.workload(workload);
    let place = estate.site(site);
    match needs.site_rule(site).and_then(|rule| rule.allowed) {
        Some(true) => return None,
        Some(false) => return Some(Rule::Forbidden),
        None => {}
    }
    let in_area = |country: &Option<String>, areas: &[String]| {
        areas.is_empty() || country.as_ref().is_some_and(|country| areas.iter().any(|area| lies_in(country, area)))
    };
    if !in_area(&place.country, &needs.residency) {
        return Some(Rule::Residency);
    }
    if !in_area(&place.jurisdiction, &needs.jurisdiction) {
        return Some(Rule::Jurisdiction);
    }
    if !needs.site_kinds.is_empty() && !needs.site_kinds.contains(&place.kind) {
        return Some(Rule::SiteKind);
    }
    if let Some(latency) = &needs.latency {
        let measured = needs.site_rule(site).and_then(|rule| rule.latency_ms);
        let too_far = measured
            .or_else(|| round_trip_ms(estate, latency.from, site))
            .is_none_or(|round_trip| round_trip > latency.max_ms);
        if too_far && site != latency.from {
            return Some(Rule::Latency);
        }
    }
    None
}

/// The rule that keeps `workload` from `pattern` at any site, if one does.
pub fn pattern_exclusion(estate: &Estate, workload: WorkloadId, pattern: PatternId) -> Option<Rule> {
    let needs = estate.workload(workload);
    let pattern = estate.pattern(pattern);
    if needs.rto.is_some_and(|ceiling| pattern.attained_rto() > ceiling) {
        return Some(Rule::Rto);
    }
    if needs.rpo.is_some_and(|ceiling| pattern.rpo > ceiling) {
        return Some(Rule::Rpo);
    }
    None
}

/// Whether `standby` is where `pattern` wants it, given the primary.
pub fn standby_fits(estate: &Estate, pattern: &Pattern, primary: SiteId, standby: SiteId) -> bool {
    let same_provider = estate.site(primary).provider == estate.site(standby).provider;
    primary != standby
        && match pattern.standby {
            Standby::None => false,
            Standby::SameProvider => same_provider,
            Standby::OtherProvider => !same_provider,
            Standby::Onprem => estate.site(standby).kind.is_own(),
            Standby::Any => true,
        }
}

/// The first rule that forbids `deployment` to `workload`, if one does.
pub fn exclusion(estate: &Estate, workload: WorkloadId, deployment: &Deployment) -> Option<Rule> {
    let as_is = estate.workload(workload).as_is.as_ref();
    if let Some(as_is) = as_is.filter(|as_is| as_is.pinned) {
        return (as_is.deployment != *deployment).then_some(Rule::Pinned);
    }
    let pattern = estate.pattern(deployment.pattern);
    pattern_exclusion(estate, workload, deployment.pattern)
        .or_else(|| site_exclusion(estate, workload, deployment.primary))
        .or_else(|| (pattern.primary_zones > estate.site(deployment.primary).zones).then_some(Rule::Zones))
        .or_else(|| match (pattern.standby, deployment.standby) {
            (Standby::None, None) => None,
            (_, Some(standby)) if standby_fits(estate, pattern, deployment.primary, standby) => {
                site_exclusion(estate, workload, standby)
            }
            _ => Some(Rule::Standby),
        })
}

/// Every deployment that the hard rules allow to `workload`, in the order pattern, primary, standby.
pub fn deployments(estate: &Estate, workload: WorkloadId) -> Vec<Deployment> {
    if let Some(as_is) = estate.workload(workload).as_is.as_ref().filter(|as_is| as_is.pinned) {
        return vec![as_is.deployment];
    }
    let sites: Vec<SiteId> =
        estate.site_ids().filter(|site| site_exclusion(estate, workload, *site).is_none()).collect();
    let mut allowed = Vec::new();
    for id in estate.pattern_ids().filter(|id| pattern_exclusion(estate, workload, *id).is_none()) {
        let pattern = estate.pattern(id);
        for &primary in sites.iter().filter(|site| estate.site(**site).zones >= pattern.primary_zones) {
            if pattern.standby == Standby::None {
                allowed.push(Deployment { pattern: id, primary, standby: None });
                continue;
            }
            allowed.extend(
                sites
                    .iter()
                    .filter(|standby| standby_fits(estate, pattern, primary, **standby))
                    .map(|standby| Deployment { pattern: id, primary, standby: Some(*standby) }),
            );
        }
    }
    allowed
}
