//! Help, completions, speed of the start, pipes.

use std::{
    io::Read as _,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::support::Bench;

#[test]
fn help_names_every_command_and_every_exit_code() {
    let help = Bench::new().ok("--help").out;
    for word in ["init", "check", "solve", "frontier", "batch", "explain", "completions", "Exit codes", "130"] {
        assert!(help.contains(word), "no {word} in\n{help}");
    }
}

#[test]
fn every_command_has_examples() {
    let bench = Bench::new();
    for command in ["init", "check", "solve", "frontier", "batch", "explain", "completions"] {
        let help = bench.ok(&format!("{command} --help")).out;
        assert!(help.contains("ballast ") && help.contains("Usage: "), "{help}");
    }
}

#[test]
fn completions_are_written_for_every_shell() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(bench.ok(&format!("completions {shell}")).out.contains("frontier"), "{shell}");
    }
}

#[test]
fn what_is_mistyped_is_a_usage_error() {
    let bench = Bench::with_small_case();
    for line in ["", "frontir small", "solve small --budget lots", "frontier small --points 1"] {
        assert!(
            bench.fails(line, 2).contains("Usage: ballast") || bench.fails(line, 2).contains("--help"),
            "{line}"
        );
    }
}

#[test]
fn the_start_is_quick() {
    let bench = Bench::new();
    let quickest = (0..20)
        .map(|_| {
            let start = Instant::now();
            bench.ok("--version");
            start.elapsed()
        })
        .min();
    assert!(quickest < Some(Duration::from_millis(20)), "{quickest:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let bench = Bench::new();
    let mut child =
        bench.command("completions zsh").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    // The script is longer than a pipe holds, so the program still writes when its reader goes away.
    drop(child.stdout.take());
    assert!(child.wait().expect("ends").success());
    let mut err = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("readable");
    assert_eq!(err, "");
}

#[test]
fn progress_and_colour_stay_on_terminals() {
    let bench = Bench::with_small_case();
    let said = bench.ok("frontier small --points 3 --color auto");
    assert!(!said.out.contains('\u{1b}') && said.err.is_empty(), "{:?}", said.err);
    assert!(bench.ok("frontier small --points 3 --color always").out.contains("\u{1b}[1m"));
}
