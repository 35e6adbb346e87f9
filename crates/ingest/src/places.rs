//! sites.csv, providers.csv, prices.csv and fx.csv.

use std::collections::BTreeMap;

use ballast_model::{
    DomainId, Money, PriceList, Priced, Provider, ProviderId, Resource, Settings, Site, SiteId, SiteKind,
    annuity_factor,
};

use crate::{
    cell::{self, Row},
    diagnostic::Diagnostics,
    names::{Names, rows},
    table::Table,
};

/// The providers that the files declare, and those that only a site names.
pub(crate) fn providers(table: &Table, sites: &Table, found: &mut Diagnostics) -> (Names, Vec<Provider>) {
    let mut names = Names::new("provider");
    names.add_table(table, found);
    let mut list: Vec<Provider> = Vec::new();
    for row in rows(table) {
        let id = row.text("provider", found);
        if names.position(id) == Some(list.len()) {
            list.push(Provider {
                id: id.to_owned(),
                onboarding_cost: cell::per_year(row.number("onboarding_cost_per_year", found)),
                max_share: row.opt_number("max_share", found).map(cell::share),
            });
        }
    }
    names.miss(sites);
    for row in rows(sites) {
        let id = sites.text(row.row, "provider");
        if !id.is_empty() && names.add(id) {
            list.push(Provider { id: id.to_owned(), onboarding_cost: cell::per_year(0.0), max_share: None });
        }
    }
    // Sites of which none names a provider are reported; reading goes on as if they had one.
    if list.is_empty() && sites.len() > 0 {
        list.push(Provider { id: String::new(), onboarding_cost: cell::per_year(0.0), max_share: None });
    }
    (names, list)
}

/// The sites with their fixed costs; prices come later.
pub(crate) fn sites(
    table: &Table,
    providers: &Names,
    settings: &Settings,
    found: &mut Diagnostics,
) -> (Names, Vec<Site>) {
    let mut names = Names::new("site");
    names.add_table(table, found);
    let mut list: Vec<Site> = Vec::new();
    for row in rows(table) {
        let id = row.text("site", found);
        let kind = row.word("kind", &SiteKind::ALL, found).unwrap_or(SiteKind::Region);
        let provider = providers.find(&row, "provider", found).unwrap_or(0);
        let capacity = Resource::ALL
            .map(|(_, resource)| row.opt_number(&format!("capacity_{resource}"), found).map(cell::quantity));
        let capex = row.number("capex", found);
        let lifetime = row.number("lifetime_years", found).max(f64::MIN_POSITIVE);
        let fixed =
            row.number("fixed_cost_per_year", found) + capex * annuity_factor(settings.discount_rate, lifetime);
        let coordinates = match (row.opt_number("lat", found), row.opt_number("lon", found)) {
            (Some(lat), Some(lon)) => Some((lat, lon)),
            _ => None,
        };
        if names.position(id) != Some(list.len()) {
            continue;
        }
        let text = |column: &str| Some(table.text(row.row, column).to_owned()).filter(|text| !text.is_empty());
        list.push(Site {
            id: id.to_owned(),
            domain: DomainId::new(list.len()),
            kind,
            provider: ProviderId::new(provider),
            region_code: text("region_code"),
            country: text("country"),
            jurisdiction: text("jurisdiction"),
            zones: row.whole("zones", found),
            coordinates,
            capacity,
            fixed_cost: cell::per_year(fixed),
            prices: PriceList::default(),
        });
    }
    (names, list)
}

/// Exchange rates into the case's currency.
pub(crate) fn rates(table: &Table, currency: &str, found: &mut Diagnostics) -> BTreeMap<String, f64> {
    let mut rates: BTreeMap<String, f64> = rows(table)
        .filter_map(|row| Some((row.opt("currency", found)?.to_owned(), row.opt_number("rate", found)?)))
        .collect();
    rates.insert(currency.to_owned(), 1.0);
    rates
}

/// Puts the prices of `term` into the sites they are for.
pub(crate) fn prices(
    table: &Table,
    names: &Names,
    providers: &Names,
    rates: &BTreeMap<String, f64>,
    term: &str,
    sites: &mut [Site],
    found: &mut Diagnostics,
) {
    let mut given: BTreeMap<(SiteId, Priced), (usize, Money)> = BTreeMap::new();
    for row in rows(table) {
        let resource = row.word("resource", &Priced::ALL, found);
        let price = row.opt_number("price", found);
        let rate = rate(&row, rates, found);
        let targets = targets(&row, names, providers, sites, found);
        let (Some(resource), Some(price), Some(rate)) = (resource, price, rate) else { continue };
        if row.text("term", found) != term {
            continue;
        }
        let price = cell::money(price * rate);
        for site in targets {
            match given.get(&(site, resource)) {
                Some((first, known)) if *known != price => {
                    let message = format!(
                        "the price of {} at \"{}\" differs from that in line {}",
                        resource.name(),
                        sites[site.index()].id,
                        table.place(*first, "price").0
                    );
                    row.report(found, "price", "E022", message, "delete one, or give them different terms");
                }
                Some(_) => {}
                None => {
                    given.insert((site, resource), (row.row, price));
                    sites[site.index()].prices.set(resource, price);
                }
            }
        }
    }
}

fn rate(row: &Row<'_>, rates: &BTreeMap<String, f64>, found: &mut Diagnostics) -> Option<f64> {
    let currency = row.opt("currency", found)?;
    let rate = rates.get(currency).copied();
    if rate.is_none() {
        let help = format!("add `{currency},<rate>` to fx.csv");
        row.report(found, "currency", "E023", format!("there is no rate for currency \"{currency}\""), &help);
    }
    rate
}

/// The site that a price row names, or all sites of its provider and region code. A list price for a region that the
/// case does not use is no error.
fn targets(
    row: &Row<'_>,
    names: &Names,
    providers: &Names,
    sites: &[Site],
    found: &mut Diagnostics,
) -> Vec<SiteId> {
    let table = row.table;
    if !table.text(row.row, "site").is_empty() {
        return names.find(row, "site", found).map(SiteId::new).into_iter().collect();
    }
    let (provider, code) = (table.text(row.row, "provider"), table.text(row.row, "region_code"));
    if provider.is_empty() || code.is_empty() {
        let help = "fill `site`, or both `provider` and `region_code`";
        row.report(found, "site", "E010", "the price is for no site".to_owned(), help);
        return Vec::new();
    }
    let provider = providers.position(provider);
    sites
        .iter()
        .enumerate()
        .filter(|(_, site)| Some(site.provider.index()) == provider && site.region_code.as_deref() == Some(code))
        .map(|(index, _)| SiteId::new(index))
        .collect()
}
