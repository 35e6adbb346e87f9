//! The limits of a case by name, and the same case without one of them.

use ballast_model::{Estate, Limit, Resource, Workload};
use ballast_report::RowName;

/// A limit that can be lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A row of limits.csv, by its position.
    Row(usize),
    /// The share of a provider.
    Provider(usize),
    /// What a site has of a resource.
    Capacity(usize, Resource),
    Budget,
    ExpectedLoss,
    Cvar,
    /// What workloads ask for themselves.
    Rule(Rule),
}

/// A rule of workloads, by its column in workloads.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Rto,
    Rpo,
    Residency,
    Jurisdiction,
    SiteKinds,
    Latency,
}

/// Every rule with its column and what it is called.
const RULES: [(Rule, &str, &str); 6] = [
    (Rule::Rto, "rto_h", "RTO"),
    (Rule::Rpo, "rpo_h", "RPO"),
    (Rule::Residency, "residency", "residency"),
    (Rule::Jurisdiction, "jurisdiction", "jurisdiction"),
    (Rule::SiteKinds, "site_kinds", "kinds of sites"),
    (Rule::Latency, "latency_ms_max", "latency"),
];

impl Rule {
    fn holds_for(self, workload: &Workload) -> bool {
        match self {
            Self::Rto => workload.rto.is_some(),
            Self::Rpo => workload.rpo.is_some(),
            Self::Residency => !workload.residency.is_empty(),
            Self::Jurisdiction => !workload.jurisdiction.is_empty(),
            Self::SiteKinds => !workload.site_kinds.is_empty(),
            Self::Latency => workload.latency.is_some(),
        }
    }

    fn lift(self, workload: &mut Workload) {
        match self {
            Self::Rto => workload.rto = None,
            Self::Rpo => workload.rpo = None,
            Self::Residency => workload.residency.clear(),
            Self::Jurisdiction => workload.jurisdiction.clear(),
            Self::SiteKinds => workload.site_kinds.clear(),
            Self::Latency => workload.latency = None,
        }
    }
}

/// A limit of a case under the name by which people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its id in limits.csv, or its row in `shadow_prices.csv`.
    pub(super) name: String,
    what: What,
}

/// Every limit of the case, in the order of its files, then the rules of its workloads.
pub(super) fn all(estate: &Estate) -> Vec<Named> {
    let named = |name: String, what| Named { name, what };
    let rows = estate.limits().iter().enumerate().map(|(at, limit)| named(limit.id.clone(), What::Row(at)));
    let providers = estate.providers().iter().enumerate().filter(|(_, provider)| provider.max_share.is_some());
    let shares = providers.map(|(at, one)| named(format!("share[provider={}]", one.id), What::Provider(at)));
    let capacities = estate.sites().iter().enumerate().flat_map(|(at, site)| {
        Resource::ALL.iter().filter(|(resource, _)| site.capacity[resource.index()].is_some()).map(
            move |(resource, name)| named(format!("capacity[{},{name}]", site.id), What::Capacity(at, *resource)),
        )
    });
    let caps = &estate.settings().limits;
    let money = [
        ("budget", caps.budget, What::Budget),
        ("expected_loss", caps.expected_loss, What::ExpectedLoss),
        ("cvar", caps.cvar, What::Cvar),
    ];
    let money =
        money.into_iter().filter(|(_, cap, _)| cap.is_some()).map(|(name, _, what)| named(name.to_owned(), what));
    let is_there = |rule: Rule| estate.workloads().iter().any(|workload| rule.holds_for(workload));
    let rules = RULES.iter().filter(|(rule, ..)| is_there(*rule));
    let rules = rules.map(|(rule, column, _)| named((*column).to_owned(), What::Rule(*rule)));
    rows.chain(shares).chain(capacities).chain(money).chain(rules).collect()
}

/// The limit of this name, or whose row in `shadow_prices.csv` this is.
pub(super) fn find(estate: &Estate, name: &str) -> Option<Named> {
    let known = all(estate);
    let is_it = |limit: &&Named| limit.name == name || limit.has_row(estate, name);
    known.iter().find(is_it).cloned()
}

impl Named {
    /// The limit in words.
    pub(super) fn in_words(&self, estate: &Estate) -> String {
        match self.what {
            What::Row(at) => {
                let limit = &estate.limits()[at];
                let member = limit.member.as_deref().unwrap_or("each");
                format!("the limit {} on {} {member}", limit.id, limit.scope.name())
            }
            What::Rule(rule) => {
                let count = estate.workloads().iter().filter(|workload| rule.holds_for(workload)).count();
                let called = RULES.iter().find(|(known, ..)| *known == rule).map_or("", |(_, _, called)| called);
                let of = if count == 1 { "one workload".to_owned() } else { format!("{count} workloads") };
                format!("the {called} of {of}")
            }
            _ => RowName::parse(&self.name).in_words(),
        }
    }

    /// Whether `row` of a solution's shadow prices is of this limit.
    pub(super) fn has_row(&self, estate: &Estate, row: &str) -> bool {
        match self.what {
            What::Row(at) => is_row_of(&estate.limits()[at], row),
            What::Capacity(site, resource) => {
                let site = format!("standby[{},", estate.sites()[site].id);
                let resource = format!(",{}]", resource.name());
                row == self.name || (row.starts_with(&site) && row.ends_with(&resource))
            }
            _ => row == self.name,
        }
    }

    /// The same case without it.
    ///
    /// # Errors
    /// Never, as far as can be told: nothing refers to a limit.
    pub(super) fn lifted(&self, estate: &Estate) -> anyhow::Result<Estate> {
        let mut parts = estate.clone().into_parts();
        match self.what {
            What::Row(at) => {
                parts.limits.remove(at);
            }
            What::Provider(at) => parts.providers[at].max_share = None,
            What::Capacity(at, resource) => parts.sites[at].capacity[resource.index()] = None,
            What::Budget => parts.settings.limits.budget = None,
            What::ExpectedLoss => parts.settings.limits.expected_loss = None,
            What::Cvar => parts.settings.limits.cvar = None,
            What::Rule(rule) => parts.workloads.iter_mut().for_each(|workload| rule.lift(workload)),
        }
        Ok(Estate::new(parts)?)
    }
}

/// `share[site=aws-us-east-1,vcpu]`, for a limit on that site's vCPU or on each site's.
fn is_row_of(limit: &Limit, row: &str) -> bool {
    let start = format!("share[{}=", limit.scope.name());
    let end = format!(",{}]", limit.resource.name());
    let member = row.strip_prefix(&start).and_then(|rest| rest.strip_suffix(&end));
    member.is_some_and(|member| limit.member.as_deref().is_none_or(|only| only == member))
}
