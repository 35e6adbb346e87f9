//! The invariants of ARCHITECTURE.md that can be read from the tree.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust source of a crate, by its path within the tree.
fn sources(krate: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join("crates").join(krate).join("src")];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("a crate") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).expect("readable")));
            }
        }
    }
    found
}

const CRATES: [&str; 6] = ["model", "ingest", "risk", "solver", "report", "cli"];

#[test]
fn crates_depend_downwards_only() {
    let allowed: [(&str, &[&str]); 6] = [
        ("model", &[]),
        ("ingest", &["model"]),
        ("risk", &["model"]),
        ("solver", &["model", "risk"]),
        ("report", &["model", "risk", "solver"]),
        ("cli", &["model", "ingest", "risk", "solver", "report"]),
    ];
    for (krate, below) in allowed {
        let manifest =
            fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).expect("a manifest");
        let own =
            manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
        for other in CRATES {
            let depends = own.contains(&format!("ballast-{other}"));
            assert!(!depends || below.contains(&other), "{krate} depends on {other}");
        }
    }
}

#[test]
fn a_library_is_named_where_it_can_be_replaced() {
    let only = |word: &str, crates: &[&str], home: &str| {
        for krate in crates {
            for (name, text) in sources(krate) {
                // What a file says about itself in its documentation is no use of a library.
                let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                assert!(!code.contains(word) || name.starts_with(home), "{word} in {name}");
            }
        }
    };
    only("polars::", &["model", "ingest", "risk", "solver", "cli"], "crates/ingest/src/table.rs");
    only("polars::", &["report"], "crates/report/src/tables/parquet.rs");
    only("good_lp::", &CRATES, "crates/solver/src/backend/mod.rs");
    only("use highs::", &CRATES, "crates/solver/src/backend/warm.rs");
    only("plotters", &CRATES, "crates/report/src/charts");
    only("rust_xlsxwriter", &CRATES, "crates/report/src/workbook");
}

#[test]
fn what_decides_bytes_is_ordered_and_seeded() {
    for krate in CRATES {
        for (name, text) in sources(krate) {
            for word in ["HashMap", "HashSet", "thread_rng", "RandomState"] {
                assert!(!text.contains(word), "{word} in {name}");
            }
        }
    }
    for krate in ["model", "risk", "solver"] {
        for (name, text) in sources(krate) {
            for word in ["std::fs", "std::env", "Instant", "SystemTime", "println!"] {
                assert!(!text.contains(word), "{word} in {name}");
            }
        }
    }
}

#[test]
fn no_file_outgrows_its_room() {
    for krate in CRATES {
        for (name, text) in sources(krate) {
            let lines = text.lines().count();
            assert!(lines <= 700, "{name} has {lines} lines");
        }
    }
}

#[test]
fn nothing_points_at_a_machine() {
    let mut waiting = vec![root()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("readable").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", ".git", "out", "runs"].contains(&name.as_str()) {
                    waiting.push(path);
                }
            } else if ["rs", "toml", "md", "csv", "py"]
                .iter()
                .any(|kind| Path::new(&name).extension().is_some_and(|e| e == *kind))
            {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let home = format!("/{}/", "home");
                assert!(!text.contains(&home), "{} names somebody's home", path.display());
            }
        }
    }
}
