//! Typed positions in the estate's tables: a workload's number cannot be taken for a site's.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The id of the table's row `index` (0-based).
            ///
            /// # Panics
            /// If `index` does not fit 32 bits, which no table that fits in memory reaches.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("a table has fewer than 2^32 rows"))
            }

            /// The 0-based position in its table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

id!(
    /// Position in [`crate::Estate::workloads`].
    WorkloadId,
    /// Position in [`crate::Estate::sites`].
    SiteId,
    /// Position in [`crate::Estate::providers`].
    ProviderId,
    /// Position in [`crate::Estate::patterns`].
    PatternId,
    /// Position in [`crate::Estate::domains`]; a site is a domain too.
    DomainId,
    /// Position in [`crate::Estate::hazards`].
    HazardId,
    /// Position in [`crate::Estate::processes`].
    ProcessId,
    /// Position in [`crate::Estate::calendars`].
    CalendarId,
);
