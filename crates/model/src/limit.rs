//! Limits that couple workloads.

use crate::{Money, Resource, Share};

/// What a limit speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One site by id.
    Site,
    /// All sites of a provider.
    Provider,
    /// All sites with a region code.
    Region,
    /// All sites in a country.
    Country,
    /// All sites under a jurisdiction.
    Jurisdiction,
    /// All sites of a kind.
    Kind,
}

impl Scope {
    /// Every scope with its name in the files.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Site, "site"),
        (Self::Provider, "provider"),
        (Self::Region, "region"),
        (Self::Country, "country"),
        (Self::Jurisdiction, "jurisdiction"),
        (Self::Kind, "kind"),
    ];

    /// The name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// How much of a resource may be placed in a scope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ceiling {
    /// A share of the estate's total demand.
    Share(Share),
    /// An amount in the resource's unit.
    Amount(f64),
}

/// A concentration limit over the primaries of all workloads.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The id in the files.
    pub id: String,
    /// What the limit speaks of.
    pub scope: Scope,
    /// The member of the scope; none makes one limit for every member.
    pub member: Option<String>,
    /// What is counted.
    pub resource: Resource,
    /// How much of it.
    pub ceiling: Ceiling,
    /// Cost per year of one unit over the ceiling; none makes the limit hard.
    pub soft_penalty: Option<Money>,
}
