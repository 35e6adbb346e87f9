//! End-to-end tests of the binary.

use std::{path::Path, process::Command};

fn ballast(arguments: &[&str]) -> (i32, String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let run =
        Command::new(env!("CARGO_BIN_EXE_ballast")).args(arguments).current_dir(root).output().expect("starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap_or(-1), text(&run.stdout), text(&run.stderr))
}

#[test]
fn check_sums_a_sound_case_up() {
    let (code, out, _) = ballast(&["check", "data/cases/automotive-azure"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("automotive-azure: 70 workloads, 11 sites"), "{out}");
}

#[test]
fn check_names_what_is_missing() {
    let empty = std::env::temp_dir().join(format!("ballast-empty-{}", std::process::id()));
    std::fs::create_dir_all(&empty).expect("writable");
    let (code, _, errors) = ballast(&["check", &empty.display().to_string()]);
    std::fs::remove_dir(&empty).expect("empty");
    assert_eq!(code, 2);
    assert!(errors.contains("workloads.csv: error[E001]"), "{errors}");
}
