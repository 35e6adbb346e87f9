//! What the tables are drawn from: one stream of choices, the countries, and how many of each kind there are.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

pub(super) const SOURCE: &str = "assumption: synthetic";

/// A country with plants.
pub(super) struct Country {
    pub(super) code: &'static str,
    pub(super) calendar: &'static str,
    pub(super) site: &'static str,
    pub(super) residency: &'static str,
    pub(super) latency_ms: &'static str,
}

const fn country(
    code: &'static str,
    calendar: &'static str,
    site: &'static str,
    residency: &'static str,
    latency_ms: &'static str,
) -> Country {
    Country { code, calendar, site, residency, latency_ms }
}

pub(super) const FRANKFURT: &str = "aws-eu-central-1";
pub(super) const VIRGINIA: &str = "aws-us-east-1";

/// More plants are at the head of the list than at its end: see [`Draw::skewed`].
pub(super) const COUNTRIES: [Country; 6] = [
    country("de", "plant-de", FRANKFURT, "EU", "30"),
    country("cee", "plant-cee", FRANKFURT, "EU", "40"),
    country("us", "plant-us", VIRGINIA, "", "75"),
    country("es", "plant-es", FRANKFURT, "EU", "40"),
    country("mx", "plant-mx", VIRGINIA, "", "90"),
    country("sa", "plant-sa", VIRGINIA, "", "150"),
];

/// Choices from one stream.
pub(super) struct Draw(Pcg64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end.max(1))
    }

    pub(super) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    pub(super) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(size(choices.len())) as usize]
    }

    /// Below `end`, small numbers more often: the lesser of two draws.
    pub(super) fn skewed(&mut self, end: u32) -> u32 {
        self.below(end).min(self.below(end))
    }
}

/// What kinds of workload there are, by position: plants' first, then platforms, fleets, and office IT as the rest.
pub(super) struct Mix {
    pub(super) plants: u32,
    pub(super) platforms: u32,
    pub(super) fleets: u32,
    pub(super) workloads: u32,
}

impl Mix {
    pub(super) fn of(workloads: u32) -> Self {
        let share = |per_cent: u32| (workloads * per_cent / 100).max(1);
        Self { plants: share(15), platforms: share(1) + 1, fleets: share(4), workloads }
    }

    pub(super) fn office(&self) -> u32 {
        self.workloads - 2 * self.plants - self.platforms - self.fleets
    }

    /// The office applications of a process, which are next to each other: most serve one process alone.
    pub(super) fn office_of(&self, process: u32) -> std::ops::Range<u32> {
        let processes = u64::from(self.plants + self.services());
        let first = |process: u32| {
            let position = u64::from(self.office()) * u64::from(process) / processes;
            1 + u32::try_from(position).unwrap_or(u32::MAX)
        };
        first(process)..first(process + 1)
    }

    /// Processes other than the plants' lines: a fifth of the workloads in all.
    pub(super) fn services(&self) -> u32 {
        (self.workloads / 5).saturating_sub(self.plants).max(1)
    }
}

pub(super) fn size(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A CSV file in the making; every row gets its source.
pub(super) struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut rows = Self(csv::Writer::from_writer(Vec::new()));
        rows.record(columns, "source");
        rows
    }

    pub(super) fn push(&mut self, cells: &[&str]) {
        self.record(cells, SOURCE);
    }

    fn record(&mut self, cells: &[&str], last: &str) {
        let cells = cells.iter().copied().chain([last]);
        self.0.write_record(cells).expect("rows of one length, into memory");
    }

    pub(super) fn into_text(self) -> String {
        let bytes = self.0.into_inner().map_err(|why| why.to_string()).expect("memory takes all");
        String::from_utf8(bytes).expect("made of text")
    }
}
