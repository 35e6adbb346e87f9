//! Puts the ready cases and the versions of the solver into the binary.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let cases = root.join("data/cases");
    println!("cargo::rerun-if-changed={}", cases.display());
    let mut code =
        String::from("/// Name and files of every ready case.\npub(super) const CASES: &[EmbeddedCase] = &[\n");
    for case in sorted_entries(&cases)?.into_iter().filter(|path| path.join("case.toml").exists()) {
        let mut files = Vec::new();
        collect(&case, &mut files)?;
        writeln!(code, "    ({:?}, &[", name_of(&case))?;
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let inside = file.strip_prefix(&case)?.to_string_lossy().replace('\\', "/");
            writeln!(code, "        ({inside:?}, include_bytes!({:?})),", file.to_string_lossy())?;
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("cases.rs"), code)?;

    let lock = root.join("Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let lock: toml::Table = fs::read_to_string(lock)?.parse()?;
    for (crate_name, variable) in [("good_lp", "GOOD_LP_VERSION"), ("highs-sys", "HIGHS_SYS_VERSION")] {
        println!("cargo::rustc-env={variable}={}", locked_version(&lock, crate_name).unwrap_or("unknown"));
    }
    Ok(())
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut entries =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Every file of a case but its runs.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in sorted_entries(folder)? {
        if entry.is_dir() {
            if name_of(&entry) != "runs" {
                collect(&entry, files)?;
            }
        } else if !name_of(&entry).starts_with('.') {
            files.push(entry);
        }
    }
    Ok(())
}

fn locked_version<'a>(lock: &'a toml::Table, crate_name: &str) -> Option<&'a str> {
    lock.get("package")?
        .as_array()?
        .iter()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(crate_name))?
        .get("version")?
        .as_str()
}
