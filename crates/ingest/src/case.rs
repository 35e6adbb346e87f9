//! A case folder as an estate, or every reason why not.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ballast_model::{Estate, EstateParts, Provider, Scope, Site};

use crate::{
    assumptions::{self, Assumption},
    business, catalogue, checks,
    diagnostic::{Diagnostics, Severity, nearest},
    dialect::Dialect,
    encoding, failures,
    names::rows,
    overrides::Overrides,
    places,
    schema::{TABLES, TableSchema},
    settings::{self, plain},
    table::Table,
    workloads,
};

/// A case that can be optimised.
#[derive(Debug, Clone)]
pub struct Case {
    /// The estate.
    pub estate: Estate,
    /// The files it was read from.
    pub files: Vec<FileReport>,
    /// What to look at all the same.
    pub warnings: Diagnostics,
    /// Where its workloads come from.
    pub origins: Origins,
    /// What it takes for granted: settings first, then tables.
    pub assumptions: Vec<Assumption>,
}

/// A file of the case.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// Its name within the case.
    pub name: String,
    /// Where it is; none for a shipped default.
    pub path: Option<PathBuf>,
    /// How it is written; none for case.toml.
    pub dialect: Option<Dialect>,
    /// Rows without the header.
    pub rows: usize,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// `file:line` of what a planner asks about.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// By workload: its row in workloads.csv.
    pub workloads: Vec<String>,
    /// By workload: its row in placement.csv.
    pub placements: Vec<Option<String>>,
}

/// Tables that are shipped for cases without their own.
const DEFAULTS: [(&str, &[u8]); 4] = [
    ("patterns", include_bytes!("../../../data/defaults/patterns.csv")),
    ("calendars", include_bytes!("../../../data/defaults/calendars.csv")),
    ("dependencies", include_bytes!("../../../data/defaults/dependencies.csv")),
    ("fx", include_bytes!("../../../data/defaults/fx.csv")),
];

/// Reads the case in `dir` with `overrides` laid over it.
///
/// # Errors
/// Everything that is wrong with it, sorted by file, line and column.
pub fn read_case(dir: &Path, overrides: &Overrides) -> Result<Case, Diagnostics> {
    let mut found = Diagnostics::default();
    let mut files = Vec::new();
    let mut assumptions = Vec::new();
    let settings = read_file(dir, "case.toml", &mut found).and_then(|bytes| {
        let text = match encoding::decode(&bytes) {
            Ok((text, _)) => text.into_owned(),
            Err(why) => {
                let mut diagnostic =
                    plain("case.toml", "E002", why.message, "save it as UTF-8 in the text editor");
                (diagnostic.line, diagnostic.column) = why.place;
                found.push(diagnostic);
                return None;
            }
        };
        let settings = settings::read(&text, overrides.settings(), &mut found);
        assumptions = assumptions::of_settings(&text, overrides.settings());
        files.push(FileReport {
            name: "case.toml".to_owned(),
            path: Some(dir.join("case.toml")),
            dialect: None,
            rows: text.lines().count(),
            bytes,
        });
        settings
    });
    let decimal = settings.as_ref().and_then(|settings| settings.decimal);
    let mut tables = Vec::new();
    let mut defaulted = Vec::new();
    for schema in TABLES {
        let (table, report) = read_table(dir, schema, decimal, &mut found);
        if report.as_ref().is_some_and(|report| report.path.is_none()) {
            defaulted.push(schema.name);
        }
        tables.push(table);
        files.extend(report);
    }
    stray_files(dir, &mut found);
    overrides.apply(&mut tables, &mut found);
    assumptions.extend(assumptions::of_tables(&tables, &defaulted));
    let Some(settings) = settings else { return Err(found.sorted()) };
    let catalogue = settings.catalogue.then(|| {
        let (table, bytes) = catalogue::shipped(&mut found);
        let (rows, dialect) = (table.len(), Some(table.dialect));
        files.push(FileReport { name: "outages.csv".to_owned(), path: None, dialect, rows, bytes });
        table
    });
    let linker =
        Linker { tables: &tables, catalogue: catalogue.as_ref(), defaulted: &defaulted, settings: &settings };
    let linked = linker.link(&mut found);
    match linked {
        Some((estate, origins)) if !found.has_errors() => {
            Ok(Case { estate, files, warnings: found.sorted(), origins, assumptions })
        }
        _ => Err(found.sorted()),
    }
}

fn read_file(dir: &Path, name: &str, found: &mut Diagnostics) -> Option<Vec<u8>> {
    let path = dir.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let (code, message) = if error.kind() == std::io::ErrorKind::NotFound {
                ("E001", format!("there is no {name} in {}", dir.display()))
            } else {
                ("E002", format!("{name} cannot be read: {error}"))
            };
            found.push(plain(
                name,
                code,
                message,
                "`ballast init DIR --sample blank` writes one with its columns",
            ));
            None
        }
    }
}

/// Files that are not read because their name is not quite that of a table.
fn stray_files(dir: &Path, found: &mut Diagnostics) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let absent: Vec<String> =
        TABLES.iter().map(TableSchema::file).filter(|file| !dir.join(file).exists()).collect();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let lower = name.to_lowercase();
        if Path::new(&lower).extension().is_none_or(|kind| kind != "csv")
            || TABLES.iter().any(|schema| schema.file() == name)
        {
            continue;
        }
        if let Some(near) = nearest(&lower, absent.iter().map(String::as_str)) {
            let message = format!("the file {name} is not read");
            let mut diagnostic = plain(&name, "W105", message, &format!("did you mean {near}?"));
            diagnostic.severity = Severity::Warning;
            found.push(diagnostic);
        }
    }
}

fn read_table(
    dir: &Path,
    schema: &'static TableSchema,
    decimal: Option<crate::Decimal>,
    found: &mut Diagnostics,
) -> (Table, Option<FileReport>) {
    let file = schema.file();
    let path = dir.join(&file);
    let default = DEFAULTS.iter().find(|(name, _)| *name == schema.name).map(|(_, bytes)| bytes.to_vec());
    let (bytes, path, decimal) = if path.exists() || schema.required {
        (read_file(dir, &file, found), Some(path), decimal)
    } else {
        (default, None, Some(crate::Decimal::Point))
    };
    let Some(bytes) = bytes else { return (Table::empty(schema), None) };
    let shown = if path.is_some() { file.clone() } else { format!("default {file}") };
    let table = Table::read(schema, &shown, &bytes, decimal, found);
    let report = FileReport { name: file, path, dialect: Some(table.dialect), rows: table.len(), bytes };
    (table, Some(report))
}

struct Linker<'a> {
    tables: &'a [Table],
    /// The shipped catalogue of outages, unless the case does without.
    catalogue: Option<&'a Table>,
    defaulted: &'a [&'static str],
    settings: &'a settings::CaseSettings,
}

impl Linker<'_> {
    fn table(&self, name: &str) -> &Table {
        // Every name is one of TABLES: a test reads a case with all of them.
        self.tables.iter().find(|table| table.schema.name == name).unwrap_or(&self.tables[0])
    }

    fn link(&self, found: &mut Diagnostics) -> Option<(Estate, Origins)> {
        let settings = &self.settings.settings;
        let year = settings.risk.calendar_year;
        let (provider_names, providers) = places::providers(self.table("providers"), self.table("sites"), found);
        let (site_names, mut sites) = places::sites(self.table("sites"), &provider_names, settings, found);
        let rates = places::rates(self.table("fx"), &settings.currency, found);
        let term = &self.settings.price_term;
        places::prices(self.table("prices"), &site_names, &provider_names, &rates, term, &mut sites, found);
        let (calendar_names, calendars) =
            business::calendars(self.table("calendars"), self.table("holidays"), found);
        let (pattern_names, patterns) = workloads::patterns(self.table("patterns"), found);
        let (workload_names, mut workloads) = workloads::workloads(self.table("workloads"), &site_names, found);
        workloads::placement(
            self.table("placement"),
            (&workload_names, &mut workloads),
            (&pattern_names, &patterns),
            &site_names,
            found,
        );
        workloads::site_rules(self.table("workload_sites"), &workload_names, &site_names, &mut workloads, found);
        let (domain_names, domains) =
            failures::domains(self.table("domains"), (self.table("sites"), &sites), &providers, found);
        let children =
            failures::Children { domains: &domain_names, patterns: &pattern_names, workloads: &workload_names };
        let is_default = self.defaulted.contains(&"dependencies");
        let dependencies = failures::dependencies(self.table("dependencies"), &children, is_default, found);
        let durations = failures::durations(self.table("durations"), found);
        let hazards = failures::hazards(self.table("hazards"), &domain_names, &calendar_names, &durations, found);
        let (process_names, processes) = business::processes(
            self.table("processes"),
            self.table("process_workloads"),
            self.table("workloads"),
            &workload_names,
            &calendar_names,
            found,
        );
        let supply = business::supply(self.table("supply"), &process_names, found);
        let known = |scope: Scope, member: &str| has_member(&sites, &providers, scope, member);
        let limits = business::limits(self.table("limits"), &known, found);
        let own = failures::events(self.table("events"), &domain_names, year, found);
        let places = catalogue::Places {
            sites: &sites,
            providers: &providers,
            domains: &domains,
            dependencies: &dependencies,
        };
        let mut events =
            self.catalogue.map(|table| catalogue::events(table, &places, year, &own, found)).unwrap_or_default();
        events.extend(own);
        let given_events = failures::given_events(self.table("years"), &domain_names, year, found);
        let history = failures::history(self.table("history"), &domain_names, found);
        // Checks over the whole estate would only repeat what is wrong with its rows.
        if found.has_errors() {
            return None;
        }
        let origins = self.origins(&workloads);
        let parts = EstateParts {
            settings: settings.clone(),
            providers,
            sites,
            patterns,
            workloads,
            domains,
            dependencies,
            hazards,
            processes,
            supply,
            calendars,
            limits,
            events,
            given_events,
            history,
        };
        match Estate::new(parts) {
            Ok(estate) => {
                let sources = checks::Sources {
                    workloads: self.table("workloads"),
                    placement: self.table("placement"),
                    prices: self.table("prices"),
                    hazards: self.table("hazards"),
                };
                checks::check(&estate, &sources, found);
                Some((estate, origins))
            }
            Err(why) => {
                let code =
                    if matches!(why, ballast_model::EstateError::Calendar { .. }) { "E037" } else { "E005" };
                found.push(plain(
                    "case",
                    code,
                    why.to_string(),
                    "docs/data-format.md says what each table is for",
                ));
                None
            }
        }
    }

    fn origins(&self, workloads: &[ballast_model::Workload]) -> Origins {
        let placement = self.table("placement");
        let mut placed: BTreeMap<&str, usize> = BTreeMap::new();
        for row in 0..placement.len() {
            placed.entry(placement.text(row, "workload")).or_insert(row);
        }
        let placed =
            |id: &str| placed.get(id).map(|row| crate::cell::Row { table: placement, row: *row }.origin());
        Origins {
            workloads: rows(self.table("workloads")).map(|row| row.origin()).collect(),
            placements: workloads.iter().map(|workload| placed(&workload.id)).collect(),
        }
    }
}

fn has_member(sites: &[Site], providers: &[Provider], scope: Scope, member: &str) -> bool {
    sites.iter().any(|site| match scope {
        Scope::Site => site.id == member,
        Scope::Provider => providers[site.provider.index()].id == member,
        Scope::Region => site.region_code.as_deref() == Some(member),
        Scope::Country => site.country.as_deref() == Some(member),
        Scope::Jurisdiction => site.jurisdiction.as_deref() == Some(member),
        Scope::Kind => site.kind.name() == member,
    })
}
