//! Ctrl-C: whole results or none.
#![cfg(unix)]

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::support::{Answer, Bench, answer};

fn start(bench: &Bench, line: &str) -> Child {
    bench.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success(), "the run had ended before it was interrupted");
}

/// Waits until the run has begun to write.
fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "no {}", path.display());
        sleep(Duration::from_millis(5));
    }
}

fn end(child: Child) -> Answer {
    answer(child.wait_with_output().expect("ends"))
}

#[test]
fn an_interrupted_run_leaves_whole_results_or_none() {
    let bench = Bench::with_small_case();
    let child = start(&bench, "frontier small --out results --years 400000 --points 200");
    wait_for(&bench.path("results.partial"));
    interrupt(&child);
    let said = end(child);
    assert_eq!(said.code, 130, "{}\n{}", said.out, said.err);
    assert!(said.err.contains("interrupted"), "{}", said.err);
    assert!(!bench.path("results.partial").exists());
    if bench.path("results").exists() {
        assert!(bench.read("results/run.json").contains("\"status\": \"interrupted\""));
        assert!(bench.path("results/frontier.csv").exists());
    }
}

#[test]
fn a_second_ctrl_c_ends_the_run_at_once_and_cleans_up() {
    let bench = Bench::with_small_case();
    let child = start(&bench, "frontier small --out results --years 2000000 --points 200");
    wait_for(&bench.path("results.partial"));
    interrupt(&child);
    sleep(Duration::from_millis(50));
    let second = Instant::now();
    interrupt(&child);
    let said = end(child);
    assert_eq!(said.code, 130, "{}\n{}", said.out, said.err);
    assert!(second.elapsed() < Duration::from_secs(2));
    assert!(!bench.path("results.partial").exists() && !bench.path("results").exists());
}

#[test]
fn an_interrupted_run_does_not_replace_a_whole_one() {
    let bench = Bench::with_small_case();
    let line = "frontier small --out results --points 3";
    bench.ok(line);
    let before = bench.files("results");
    let child = start(&bench, "frontier small --out results --years 400000 --points 200");
    wait_for(&bench.path("results.partial"));
    interrupt(&child);
    assert_eq!(end(child).code, 130);
    assert_eq!(bench.files("results"), before);
}

#[test]
fn an_interrupted_batch_goes_on_where_it_stopped() {
    let bench = Bench::with_small_case();
    bench.write(
        "sweep.toml",
        "cases = [\"small\"]\nseeds = [1, 2, 3, 4, 5, 6, 7, 8]\n[settings]\nrisk.years = 50000\nobjective.points = 3\n",
    );
    let child = start(&bench, "batch sweep.toml --jobs 1");
    wait_for(&bench.path("sweep.results/small/base/seed-1"));
    interrupt(&child);
    assert_eq!(end(child).code, 130);
    let files = bench.files("sweep.results");
    assert!(files.keys().all(|name| !name.contains(".partial")), "{:?}", files.keys());
    assert!(!files.contains_key("small/base/seed-8/run.json"));
    let said = bench.ok("batch sweep.toml");
    let skipped: usize = files.keys().filter(|name| name.ends_with("run.json")).count();
    assert!(skipped >= 1 && said.out.contains(&format!("{skipped} were done already")), "{}", said.out);
}
