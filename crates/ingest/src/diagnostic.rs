//! What is wrong with a case: all of it, sorted, each with its place and a way out.

use std::fmt;

use serde::Serialize;

/// Whether a finding stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The case cannot be used.
    Error,
    /// It can, but look at this.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// The file's name within the case.
    pub file: String,
    /// Line from 1; 0 if it is about the whole file.
    pub line: usize,
    /// Column in characters from 1; 0 if it is about the whole line.
    pub column: usize,
    /// Whether it stops the run.
    pub severity: Severity,
    /// Its code: `ballast explain E012` says more.
    pub code: &'static str,
    /// What is wrong, a lower-case fragment with the cell's text.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        write!(f, ": {severity}[{}]: {}", self.code, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, "\n  help: {}", self.help) }
    }
}

/// All findings, sorted by file, line and column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Takes a finding in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many errors and how many warnings.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.0.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        (errors, self.0.len() - errors)
    }

    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort();
        self.0.dedup();
        self
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.0 {
            writeln!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

/// Every code with what it means and what to do.
pub const CODES: [(&str, &str); 31] = [
    (
        "E001",
        "A file that every case needs is missing: case.toml, workloads.csv, sites.csv, prices.csv, hazards.csv.\n`ballast init DIR --sample blank` writes all of them with their columns.",
    ),
    (
        "E002",
        "The file cannot be read, or is not UTF-8 text (UTF-16 with its mark is read too).\nSave it from the spreadsheet as \"CSV UTF-8\"; what Excel calls plain CSV is Windows-1252.",
    ),
    (
        "E003",
        "case.toml or a scenario file does not say what it should: a syntax error, an unknown key or a value of the wrong type.\nKeys are listed in docs/data-format.md.",
    ),
    (
        "E004",
        "A line has more or fewer cells than the header; empty ones beyond it do not count.\nA cell that contains the separator must stand in double quotes, and a double quote that is opened must be closed.",
    ),
    ("E005", "A column that the table needs is missing from the header."),
    (
        "E006",
        "It is not clear whether numbers such as `1.234` mean one thousand or one point two: the file uses `;` and every decimal has three digits.\nWrite decimals with a comma, or write `1.2340`, or set `decimal` under [input] in case.toml.",
    ),
    ("E007", "Two columns have the same name."),
    ("E010", "A cell that must be filled is empty. Empty means \"not given\"; 0 is 0."),
    ("E011", "A cell that must hold a number does not. Units belong to the column's name, not into the cell."),
    ("E012", "A number is outside the range of its column, e.g. a share above 1 or a negative price."),
    ("E013", "A cell must hold one of a few words and holds another."),
    ("E014", "A cell must say true or false."),
    (
        "E015",
        "A date, time of day, weekday or time zone cannot be read. Dates are ISO 8601 (2026-03-29), times 06:00.",
    ),
    ("E020", "An id is used that no table declares. Ids are text and must match letter by letter."),
    ("E021", "Two rows have the same key."),
    ("E022", "Two rows give different prices for the same resource at the same site and term."),
    ("E023", "An amount is in a currency for which fx.csv has no rate."),
    (
        "E030",
        "A workload has no possible site: its rules exclude every one.\nRelax a rule, or add a site that keeps them.",
    ),
    (
        "E031",
        "A workload's RTO or RPO ceiling is below what any pattern reaches.\nRaise the ceiling or add a faster pattern to patterns.csv.",
    ),
    ("E032", "A site that a workload may use has no price for something the workload needs."),
    ("E033", "A hazard's rate is outside its own interval."),
    (
        "E034",
        "A workload is pinned but its placement of today is not given, or a placement names a standby that its pattern does not have.",
    ),
    (
        "E036",
        "The probabilities of years.csv do not make sense: they exceed 1 together, or one year has two of them.",
    ),
    ("E037", "A calendar has no working hour, or a window that ends before it starts."),
    ("E038", "The weights of a set of durations add up to 0, so that none of them could be drawn."),
    ("E040", "An override names a table, column, row or setting that does not exist."),
    (
        "W101",
        "A column is not known and is ignored. `comment`, `source` and columns that begin with `x_` are ignored without a warning.",
    ),
    ("W102", "A hazard strikes a domain on which no site, pattern or workload depends: it changes nothing."),
    ("W103", "A site has no price for traffic that workloads produce; it counts as free."),
    (
        "W104",
        "Today's placement breaks one of the workload's own rules. It is compared as it is; plans keep the rule.",
    ),
    (
        "W105",
        "A file of the case has nearly the name of a table that is not there, and is not read. Names are in small letters.",
    ),
];

/// What a code means and what to do about it.
pub fn explain(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, text)| *text)
}

/// `; did you mean "x"?` for the known word nearest to `word`, or nothing.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2.max(candidate.chars().count() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}
