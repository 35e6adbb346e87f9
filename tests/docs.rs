//! What the documents say is what the program does.

use std::{fs, path::PathBuf};

use crate::support::Bench;

fn document(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The lines of the fenced blocks of shell commands, without their comments.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside => found.push(line.split('#').next().unwrap_or_default().trim().to_owned()),
            _ => {}
        }
    }
    found
}

#[test]
fn the_commands_of_the_readme_work() {
    let readme = document("README.md");
    let makefile = document("Makefile");
    let bench = Bench::new();
    let mut ran = 0;
    for command in commands(&readme) {
        match command.split_once(' ') {
            // `make test` runs this test; `make demo` is the frontier of the same case.
            Some(("make", target)) => {
                assert!(makefile.contains(&format!("\n{target}: ")), "the Makefile has no {target}");
            }
            Some(("ballast", line)) => {
                bench.ok(line);
                ran += 1;
            }
            _ => panic!("what is {command:?}?"),
        }
    }
    assert_eq!(ran, 5, "init, check, frontier, solve, explain");
    let replay = fs::read_dir(bench.path("my-case/runs"))
        .expect("runs")
        .filter_map(|entry| fs::read_to_string(entry.expect("readable").path().join("replay.csv")).ok())
        .collect::<Vec<_>>();
    assert!(
        !replay.is_empty() && replay.iter().all(|text| text.contains("as_is,aws-2025-10-20")),
        "20 October 2025"
    );
    let made = fs::read_dir(bench.path("my-case/runs")).expect("runs").count();
    assert_eq!(made, 3, "a folder for the frontier, one for the plan, and the name of the latest");
}

#[test]
fn the_tour_names_only_commands_that_are_there() {
    let bench = Bench::new();
    for command in commands(&document("docs/tour.md")) {
        if let Some(line) = command.strip_prefix("ballast ") {
            let name = line.split(' ').next().unwrap_or_default();
            let help = bench.ok(&format!("{name} --help")).out;
            for flag in line.split(' ').filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag), "{name} has no {flag}");
            }
        }
    }
}

#[test]
fn the_formats_are_those_of_the_reader() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/data-format.md");
    let now = ballast_ingest::data_format_markdown();
    if std::env::var_os("BALLAST_BLESS").is_some() {
        fs::write(&path, &now).expect("writable");
    }
    assert_eq!(document("docs/data-format.md"), now, "BALLAST_BLESS=1 writes it anew");
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in ["README.md", "ARCHITECTURE.md", "docs/tour.md", "docs/math.md", "data/README.md"] {
        let text = document(name);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.starts_with("http") {
                let file = root.join(name).with_file_name(target);
                assert!(file.exists(), "{name} links to {target}");
            }
        }
    }
}
