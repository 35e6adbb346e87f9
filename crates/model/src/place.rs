//! Where a workload can run: sites, their providers, and what a resource costs there.

use std::collections::BTreeMap;

use crate::{DomainId, MoneyPerYear, ProviderId, Quantity, Share};

/// What kind of place a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteKind {
    /// A public-cloud region.
    Region,
    /// A cloud region in a partition of its own, under local operation.
    SovereignRegion,
    /// A rented hall.
    Colocation,
    /// A data centre of one's own.
    Onprem,
    /// A room in or near the plant.
    Edge,
}

impl SiteKind {
    /// Every kind with its name in the files.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Region, "region"),
        (Self::SovereignRegion, "sovereign_region"),
        (Self::Colocation, "colocation"),
        (Self::Onprem, "onprem"),
        (Self::Edge, "edge"),
    ];

    /// The name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether the planner owns the hardware.
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Onprem | Self::Edge | Self::Colocation)
    }
}

/// What a workload needs and a site can run out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Virtual processors.
    Vcpu,
    /// Memory, GiB.
    MemoryGib,
    /// Graphics processors.
    Gpu,
    /// Block storage, GiB.
    StorageGib,
}

impl Resource {
    /// Every resource with its name in the files.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Vcpu, "vcpu"),
        (Self::MemoryGib, "memory_gib"),
        (Self::Gpu, "gpu"),
        (Self::StorageGib, "storage_gib"),
    ];

    /// Position in arrays indexed by resource.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL[self.index()].1
    }
}

/// What is paid for, each with its own price row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priced {
    /// Per vCPU and hour.
    VcpuHour,
    /// Per GiB of memory and hour.
    MemoryGibHour,
    /// Per GPU and hour.
    GpuHour,
    /// Per GiB of block storage and month.
    StorageGibMonth,
    /// Per GiB of object storage and month.
    ObjectGibMonth,
    /// Per GiB that leaves the site for the internet.
    EgressGib,
    /// Per GiB that is replicated to another site.
    ReplicationGib,
    /// Licences per unit of the workload and month.
    LicenceMonth,
    /// Run effort per unit of the workload and month.
    OperationsMonth,
}

impl Priced {
    /// Everything that has a price, with its name in the files.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::VcpuHour, "vcpu_h"),
        (Self::MemoryGibHour, "memory_gib_h"),
        (Self::GpuHour, "gpu_h"),
        (Self::StorageGibMonth, "storage_gib_month"),
        (Self::ObjectGibMonth, "object_gib_month"),
        (Self::EgressGib, "egress_gib"),
        (Self::ReplicationGib, "replication_gib"),
        (Self::LicenceMonth, "licence_month"),
        (Self::OperationsMonth, "operations_month"),
    ];

    /// The name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// Unit prices at one site, in the case's currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PriceList(BTreeMap<Priced, crate::Money>);

impl PriceList {
    /// Sets the unit price of `item`; answers the one it replaces.
    pub fn set(&mut self, item: Priced, price: crate::Money) -> Option<crate::Money> {
        self.0.insert(item, price)
    }

    /// The unit price of `item`, if the files give one.
    pub fn get(&self, item: Priced) -> Option<crate::Money> {
        self.0.get(&item).copied()
    }
}

/// A provider of sites: a cloud, a colocation operator, or the planner's own organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    /// The id in the files.
    pub id: String,
    /// Paid once a year if any site of the provider is used: contracts, skills, landing zone.
    pub onboarding_cost: MoneyPerYear,
    /// The most of the estate's vCPU demand that may run at this provider.
    pub max_share: Option<Share>,
}

/// A place where workloads can run. It is a failure domain too.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The id in the files.
    pub id: String,
    /// The failure domain that is this site.
    pub domain: DomainId,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Who runs it.
    pub provider: ProviderId,
    /// The provider's own name for it (`eu-central-1`).
    pub region_code: Option<String>,
    /// ISO 3166 alpha-2 code of the country in which it stands.
    pub country: Option<String>,
    /// Whose law reaches the operator (`US` for a US provider's EU region).
    pub jurisdiction: Option<String>,
    /// How many availability zones it has, at least 1.
    pub zones: u32,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f64, f64)>,
    /// Capacity per [`Resource`]; none means unlimited.
    pub capacity: [Option<Quantity>; 4],
    /// Paid per year if any deployment uses the site: running cost and annualised investment.
    pub fixed_cost: MoneyPerYear,
    /// Unit prices.
    pub prices: PriceList,
}
