//! The sweep file: cases × scenarios × seeds, as jobs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use ballast_ingest::Overrides;
use serde::Deserialize;

use crate::{args::GoalArgs, failure::Failure, optimise::Task, source};

/// A sweep file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SweepFile {
    #[serde(default = "frontier")]
    command: String,
    cases: Vec<PathBuf>,
    #[serde(default)]
    seeds: Vec<u64>,
    budget: Option<toml::Value>,
    max_loss: Option<toml::Value>,
    max_cvar: Option<toml::Value>,
    #[serde(default)]
    settings: toml::Table,
    #[serde(default)]
    scenario: Vec<toml::Table>,
}

fn frontier() -> String {
    "frontier".to_owned()
}

/// One run of a sweep.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// The case's name: the last part of its folder.
    pub(super) case: String,
    /// The case's folder.
    pub(super) folder: PathBuf,
    /// The scenario's name.
    pub(super) scenario: String,
    /// The seed; none is the case's own.
    pub(super) seed: Option<u64>,
    /// What the sweep, the scenario and the seed change.
    pub(super) overrides: Overrides,
}

impl Job {
    /// `case/scenario/seed-1`: its name, and its folder within the results.
    pub(super) fn name(&self) -> String {
        let seed = self.seed.map_or_else(|| "own-seed".to_owned(), |seed| format!("seed-{seed}"));
        format!("{}/{}/{seed}", self.case, self.scenario)
    }
}

/// What a sweep asks for.
#[derive(Debug)]
pub(super) struct Sweep {
    pub(super) task: Task,
    /// Case by case, then scenario by scenario, then seed by seed.
    pub(super) jobs: Vec<Job>,
}

impl Sweep {
    /// Reads a sweep file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let refused = |what: String| {
            let hint = "`ballast batch --help` shows a sweep file";
            Failure::usage(format!("{}: {what}", path.display()), hint)
        };
        let text = fs::read_to_string(path).map_err(|why| refused(format!("cannot be read: {why}")))?;
        let file: SweepFile = toml::from_str(&text).map_err(|error| refused(place_of(&text, &error)))?;
        let task = task(&file).map_err(refused)?;
        let home = path.parent().unwrap_or_else(|| Path::new(""));
        let cases = cases(&file.cases, home).map_err(refused)?;
        let base = overrides(&settings_only(&file.settings), path)?;
        let scenarios = scenarios(&file.scenario, path, home)?;
        let seeds: Vec<Option<u64>> =
            if file.seeds.is_empty() { vec![None] } else { file.seeds.iter().copied().map(Some).collect() };
        let mut jobs = Vec::new();
        for (case, folder) in &cases {
            for (scenario, changes) in &scenarios {
                for seed in &seeds {
                    let mut overrides = base.clone();
                    overrides.extend(changes.clone());
                    if let Some(seed) = seed {
                        overrides.set_setting("risk.seed", &seed.to_string());
                    }
                    let (case, scenario, folder) = (case.clone(), scenario.clone(), folder.clone());
                    jobs.push(Job { case, folder, scenario, seed: *seed, overrides });
                }
            }
        }
        let names: BTreeSet<String> = jobs.iter().map(Job::name).collect();
        if names.len() < jobs.len() {
            return Err(refused("two jobs have the same case, scenario and seed".to_owned()).into());
        }
        Ok(Self { task, jobs })
    }
}

/// `line 3: what the parser says`.
fn place_of(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().lines().next().unwrap_or_default();
    match error.span() {
        Some(span) => {
            let line = text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
            format!("line {line}: {message}")
        }
        None => message.to_owned(),
    }
}

fn task(file: &SweepFile) -> Result<Task, String> {
    let amount = |name: &str, value: &Option<toml::Value>| {
        let Some(value) = value else { return Ok(None) };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        ballast_ingest::number(&text)
            .filter(|amount| *amount >= 0.0)
            .map(Some)
            .ok_or_else(|| format!("{name} must be an amount of 0 or more, such as 12e6 or \"12m\""))
    };
    let goal = GoalArgs {
        budget: amount("budget", &file.budget)?,
        max_loss: amount("max_loss", &file.max_loss)?,
        max_cvar: amount("max_cvar", &file.max_cvar)?,
    };
    match file.command.as_str() {
        "solve" => Ok(Task::Solve(goal)),
        "frontier" if goal == GoalArgs::default() => Ok(Task::Frontier),
        "frontier" => Err("budget, max_loss and max_cvar go with command = \"solve\"".to_owned()),
        other => Err(format!("command is \"{other}\"; it must be \"frontier\" or \"solve\"")),
    }
}

/// Name and folder of each case.
fn cases(folders: &[PathBuf], home: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    if folders.is_empty() {
        return Err("cases is empty".to_owned());
    }
    let mut named: Vec<(String, PathBuf)> = Vec::new();
    for folder in folders {
        let Some(name) = folder.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Err(format!("case {} has no name; write the folder's name", folder.display()));
        };
        if named.iter().any(|(other, _)| *other == name) {
            return Err(format!("two cases are named {name}"));
        }
        named.push((name, home.join(folder)));
    }
    Ok(named)
}

/// Name and changes of each scenario; without any, one that changes nothing.
fn scenarios(tables: &[toml::Table], path: &Path, home: &Path) -> anyhow::Result<Vec<(String, Overrides)>> {
    if tables.is_empty() {
        return Ok(vec![("base".to_owned(), Overrides::none())]);
    }
    let mut scenarios: Vec<(String, Overrides)> = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        let mut table = table.clone();
        let refused = |what: &str| {
            let hint = "give every [[scenario]] a name of letters, digits, - and _ of its own";
            Failure::usage(format!("{}: scenario {} {what}", path.display(), position + 1), hint)
        };
        let Some(toml::Value::String(name)) = table.remove("name") else {
            return Err(refused("has no name").into());
        };
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
            return Err(refused("has a name that cannot be a folder's").into());
        }
        if scenarios.iter().any(|(other, _)| *other == name) {
            return Err(refused("has the name of another").into());
        }
        let mut changes = match table.remove("file") {
            Some(toml::Value::String(file)) => source::scenario(&home.join(file))?,
            Some(_) => return Err(refused("has a file that is not text").into()),
            None => Overrides::none(),
        };
        changes.extend(overrides(&table, &path.with_file_name(format!("scenario {name}")))?);
        scenarios.push((name, changes));
    }
    Ok(scenarios)
}

fn settings_only(settings: &toml::Table) -> toml::Table {
    toml::Table::from_iter([("settings".to_owned(), toml::Value::Table(settings.clone()))])
}

/// The changes in `table`, which has the form of a scenario file.
fn overrides(table: &toml::Table, name: &Path) -> anyhow::Result<Overrides> {
    let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Overrides::parse(&toml::to_string(table)?, &name).map_err(|findings| {
        // The line would be that of a text nobody wrote.
        let what = findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ");
        let help = findings.iter().map(|finding| finding.help.as_str()).find(|help| !help.is_empty());
        Failure::usage(format!("{name}: {what}"), help.unwrap_or("`ballast batch --help` shows a sweep file"))
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Sweep> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("sweep.toml");
        fs::write(&path, text)?;
        Sweep::read(&path)
    }

    fn refused(text: &str, why: &str) {
        let error = read(text).expect_err(why).to_string();
        assert!(error.contains(why), "{text}: {error}");
    }

    #[test]
    fn jobs_are_cases_by_scenarios_by_seeds() {
        let sweep = read(
            "cases = [\"a\", \"b\"]\nseeds = [1, 2]\n[[scenario]]\nname = \"base\"\n[[scenario]]\nname = \"dear\"\n\
             set = [{ table = \"prices\", key = \"*\", column = \"price\", multiply = 2 }]\n",
        )
        .expect("sound");
        let names: Vec<String> = sweep.jobs.iter().map(Job::name).collect();
        assert_eq!(names.len(), 8);
        assert_eq!(names[..3], ["a/base/seed-1", "a/base/seed-2", "a/dear/seed-1"]);
        assert_ne!(sweep.jobs[0].overrides, sweep.jobs[2].overrides);
        assert_eq!(sweep.task, Task::Frontier);
    }

    #[test]
    fn without_scenarios_and_seeds_a_case_is_one_job() {
        let sweep = read("command = \"solve\"\nbudget = \"12m\"\ncases = [\"a\"]\n").expect("sound");
        assert_eq!(sweep.jobs[0].name(), "a/base/own-seed");
        assert_eq!(sweep.task, Task::Solve(GoalArgs { budget: Some(12e6), ..GoalArgs::default() }));
    }

    #[test]
    fn what_is_wrong_with_a_sweep_is_said() {
        refused("cases = [\"a\"]\nseed = 3\n", "line 2: unknown field `seed`");
        refused("cases = []\n", "cases is empty");
        refused("cases = [\"a\", \"x/a\"]\n", "two cases are named a");
        refused("cases = [\"a\"]\ncommand = \"optimise\"\n", "it must be \"frontier\" or \"solve\"");
        refused("cases = [\"a\"]\nbudget = 5\n", "go with command = \"solve\"");
        refused("cases = [\"a\"]\n[[scenario]]\nname = \"../x\"\n", "cannot be a folder's");
        refused("cases = [\"a\"]\n[[scenario]]\nname = \"x\"\nsett = []\n", "scenario x: unknown field `sett`");
        refused("cases = [\"a\"]\nseeds = [1, 1]\n", "the same case, scenario and seed");
    }
}
