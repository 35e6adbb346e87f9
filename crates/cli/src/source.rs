//! From a case's folder and the changes on the command line to an estate with an identity.

use std::{fs, path::Path};

use ballast_ingest::{Case, Overrides, read_case};
use ballast_report::InputFile;
use sha2::{Digest, Sha256};

use crate::{args::ChangeArgs, failure::Failure};

/// A case that has been read, and what identifies it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) case: Case,
    /// Every file that was read, shipped defaults included.
    pub(crate) inputs: Vec<InputFile>,
    /// The changes laid over them; empty if none.
    pub(crate) overrides: String,
    /// The flags that brought them.
    pub(crate) arguments: Vec<String>,
}

impl Source {
    /// Reads the case in `dir` with `overrides`. `threads` is no part of its identity.
    pub(crate) fn read(dir: &Path, overrides: &Overrides, threads: Option<u16>) -> anyhow::Result<Self> {
        must_exist(dir)?;
        let described = if *overrides == Overrides::none() { String::new() } else { overrides.describe() };
        let mut overrides = overrides.clone();
        if let Some(threads) = threads {
            overrides.set_setting("solver.threads", &threads.to_string());
        }
        let case = read_case(dir, &overrides)
            .map_err(|findings| Failure::Case { what: format!("the case {}", dir.display()), findings })?;
        let mut inputs: Vec<InputFile> = case
            .files
            .iter()
            .map(|file| InputFile {
                path: if file.path.is_some() { file.name.clone() } else { format!("default {}", file.name) },
                sha256: hex(&Sha256::digest(&file.bytes)),
            })
            .collect();
        inputs.sort();
        Ok(Self { case, inputs, overrides: described, arguments: Vec::new() })
    }

    /// Eight hexadecimal digits that stand for inputs, changes, command and version.
    pub(crate) fn fingerprint(&self, command: &str) -> String {
        let mut hasher = Sha256::new();
        for input in &self.inputs {
            hasher.update(format!("{}\0{}\0", input.path, input.sha256));
        }
        hasher.update(format!("{}\0{command}\0{}", self.overrides, env!("CARGO_PKG_VERSION")));
        hex(&hasher.finalize())[..8].to_owned()
    }

    /// What to look at although the case can be used.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.case.warnings.iter().map(ToString::to_string).collect()
    }
}

/// A case is a folder.
pub(crate) fn must_exist(dir: &Path) -> anyhow::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let hint = "`ballast init DIR --sample automotive` writes a case to start from";
    Err(Failure::usage(format!("there is no folder {}", dir.display()), hint).into())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The changes that the command line asks for: scenario files first, then settings.
pub(crate) fn overrides(changes: &ChangeArgs) -> anyhow::Result<Overrides> {
    let mut overrides = Overrides::none();
    for file in &changes.scenario {
        overrides.extend(scenario(file)?);
    }
    for (key, value) in &changes.set {
        overrides.set_setting(key, value);
    }
    if let Some(seed) = changes.seed {
        overrides.set_setting("risk.seed", &seed.to_string());
    }
    if let Some(years) = changes.years {
        overrides.set_setting("risk.years", &years.to_string());
    }
    Ok(overrides)
}

/// The changes as flags, for the record: whoever repeats them gets the same case.
pub(crate) fn as_arguments(changes: &ChangeArgs) -> Vec<String> {
    let mut flags: Vec<String> =
        changes.scenario.iter().map(|file| format!("--scenario={}", file.display())).collect();
    flags.extend(changes.set.iter().map(|(key, value)| format!("--set={key}={value}")));
    flags.extend(changes.seed.map(|seed| format!("--seed={seed}")));
    flags.extend(changes.years.map(|years| format!("--years={years}")));
    flags
}

/// Reads a scenario file.
pub(crate) fn scenario(file: &Path) -> anyhow::Result<Overrides> {
    let text = fs::read_to_string(file)
        .map_err(|why| Failure::usage(format!("cannot read scenario {}: {why}", file.display()), ""))?;
    let name = file.display().to_string();
    Ok(Overrides::parse(&text, &name)
        .map_err(|findings| Failure::Case { what: format!("the scenario {name}"), findings })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_everywhere() {
        // The SHA-256 of nothing (FIPS 180-4 examples).
        assert_eq!(hex(&Sha256::digest(b""))[..16], *"e3b0c44298fc1c14");
    }
}
