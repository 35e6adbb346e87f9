//! What the documents say is what the program does.

mod page;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::support::{Bench, Csv, files_in};

/// What the first how-to builds and the others go on with.
const CASE: &str = "docs/how-to/plant";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == ending)
}

fn document(name: &str) -> String {
    let path = root().join(name);
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

/// A document is as it comes out now.
fn held(name: &str, now: &str) {
    if std::env::var_os("BALLAST_BLESS").is_some() {
        fs::write(root().join(name), now).expect("writable");
    }
    assert_eq!(document(name), now, "{name}: BALLAST_BLESS=1 writes it anew");
}

/// The page is followed in a folder that has the case of the how-tos.
fn followed(name: &str) {
    let bench = Bench::new();
    fs::create_dir(bench.path("plant")).expect("writable");
    for (file, bytes) in case_of_the_book() {
        fs::write(bench.path("plant").join(file), bytes).expect("writable");
    }
    held(name, &page::follow(&document(name), &bench, |_| ()));
}

fn case_of_the_book() -> BTreeMap<String, Vec<u8>> {
    files_in(&root().join(CASE))
}

/// Over few years and roughly, so that it does not take minutes: this holds that every command works, and how it ends.
/// The README's test runs the same case in full.
#[test]
fn the_tour_can_be_taken() {
    let bench = Bench::new();
    let roughly = |bench: &Bench| {
        if let Ok(settings) = fs::read_to_string(bench.path("my-case/case.toml")) {
            let settings = settings
                .replace("years = 10000", "years = 300\nreplications = 0")
                .replace("points = 25", "points = 4")
                .replace("gap = 0.005", "gap = 0.5");
            bench.write("my-case/case.toml", &settings);
        }
    };
    held("docs/tour.md", &page::follow(&document("docs/tour.md"), &bench, roughly));
}

#[test]
fn a_case_is_built_from_what_there_is() {
    let name = "docs/how-to/build-a-case.md";
    let bench = Bench::new();
    held(name, &page::follow(&document(name), &bench, |_| ()));
    // What a reader does not need to go on.
    fs::remove_file(bench.path("plant/fitted.csv")).expect("the page writes it");
    let built = bench.files("plant");
    if std::env::var_os("BALLAST_BLESS").is_some() {
        for (file, bytes) in &built {
            fs::write(root().join(CASE).join(file), bytes).expect("writable");
        }
    }
    assert_eq!(built, case_of_the_book(), "the other pages go on with it: BALLAST_BLESS=1 writes it anew");
}

#[test]
fn the_frontier_is_read() {
    followed("docs/how-to/read-the-frontier.md");
}

#[test]
fn a_plan_is_defended() {
    followed("docs/how-to/defend-a-plan.md");
}

#[test]
fn a_batch_is_run() {
    followed("docs/how-to/run-a-batch.md");
}

#[test]
fn what_is_infeasible_is_mended() {
    followed("docs/how-to/when-it-says-infeasible.md");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = document("docs/README.md");
    let pages =
        files_in(&root().join("docs")).into_keys().filter(|name| has_ending(name, "md") && name != "README.md");
    let missing: Vec<_> = pages.filter(|name| !contents.contains(&format!("]({name})"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_formats_are_those_of_the_reader() {
    held("docs/data-format.md", &ballast_ingest::data_format_markdown());
}

#[test]
fn the_results_are_those_that_are_written() {
    let now = ballast_report::tables::results_markdown();
    held("docs/results.md", &now);
    let bench = Bench::with_small_case();
    bench.write(
        "small/events.csv",
        "event,title,start,duration_h,domains\nhall-down,Hall,2024-03-05T08:00Z,9,hall\n",
    );
    bench.ok("frontier small --svg --html --xlsx --out frontier");
    bench.ok("frontier small --axes cost,loss,cvar --points 4 --out surface");
    bench.ok("solve small --out solve");
    bench.ok("sensitivity small --inputs 1 --out sensitivity");
    bench.ok("replay small hall-down --out event");
    bench.ok("replay small hall-down --sweep-week --out week");
    bench.ok("replay small --all --out all");
    bench.ok("export small --out export");
    fs::create_dir(bench.path("prices")).expect("writable");
    bench.ok("explain small --limits --out prices/limit_prices.csv");
    let mut tables = BTreeSet::new();
    for folder in ["frontier", "surface", "solve", "sensitivity", "event", "week", "all", "export", "prices"] {
        for (file, bytes) in bench.files(folder) {
            let file = file.replace(".svg", ".png");
            assert!(now.contains(&file), "{folder}/{file} is not in docs/results.md");
            if has_ending(&file, "csv") {
                let columns = Csv::parse(&String::from_utf8(bytes).expect("UTF-8")).columns;
                assert_eq!(columns, described(&now, &file), "{folder}/{file}");
                tables.insert(file);
            }
        }
    }
    assert_eq!(
        tables.len(),
        now.matches("\n### ").count(),
        "a table that nothing writes, or that this test does not"
    );
}

/// The columns that a page has under the heading of a file.
fn described(page: &str, file: &str) -> Vec<String> {
    let section = page.split_once(&format!("\n### {file}\n")).unwrap_or_else(|| panic!("no {file}")).1;
    let section = section.split("\n#").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    rows.filter_map(|row| row.split(" |").next()).map(str::to_owned).collect()
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let pages = files_in(&root().join("docs")).into_keys().map(|name| format!("docs/{name}"));
    let others = ["README.md", "ARCHITECTURE.md", "data/README.md"].map(str::to_owned);
    for name in pages.chain(others).filter(|name| has_ending(name, "md")) {
        let text = document(&name);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !target.starts_with("http") && !target.is_empty() {
                let file = root().join(&name).with_file_name("").join(target);
                assert!(file.exists(), "{name} links to {target}");
            }
        }
    }
}
