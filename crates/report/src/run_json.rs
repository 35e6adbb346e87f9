//! `run.json`: what was run on what, how it ended, and how long it took. The only result file with times in it.

use serde::{Deserialize, Serialize};

use crate::{PlanView, Study, tables};

/// An input file and its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path within the case.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// The engine that solved the programmes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SolverRecord {
    /// The engine's name.
    pub backend: String,
    /// Versions of the crates that bring it.
    pub version: String,
    /// Options that the hard rules allow.
    pub options_generated: usize,
    /// Options left after pruning.
    pub options_kept: usize,
}

/// Seconds of wall-clock time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Times {
    /// When the run began, ISO 8601 in UTC.
    pub started: String,
    /// Reading and checking the case.
    pub read_s: f64,
    /// Simulating events.
    pub sample_s: f64,
    /// Evaluating today's plan once over all simulated years; 0 where it is not whole.
    pub evaluate_s: f64,
    /// Generating options and factoring losses.
    pub prepare_s: f64,
    /// Solving.
    pub solve_s: f64,
    /// All of it.
    pub total_s: f64,
}

/// What the caller knows about a run and the results do not.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFacts {
    /// The run's id.
    pub id: String,
    /// Version of the program.
    pub version: String,
    /// The command and its arguments that change the answer.
    pub command: String,
    /// The flags that change the case, as typed.
    pub arguments: Vec<String>,
    /// Every input file.
    pub inputs: Vec<InputFile>,
    /// Changes laid over the inputs, in words; empty if none.
    pub overrides: String,
    /// The engine.
    pub solver: SolverRecord,
    /// Wall-clock times.
    pub times: Times,
    /// Most memory in use, MiB; none where the system does not tell.
    pub peak_memory_mib: Option<u64>,
    /// Findings that did not stop the run.
    pub warnings: Vec<String>,
    /// The result files of the run's folder.
    pub files: Vec<String>,
    /// The dialect of its tables.
    pub csv_dialect: &'static str,
    /// The language of its charts and page.
    pub language: &'static str,
}

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRecord {
    run: String,
    version: String,
    command: String,
    arguments: Vec<String>,
    case: String,
    currency: String,
    status: &'static str,
    gap: f64,
    gap_wanted: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
    chosen: String,
    seed: u64,
    years: usize,
    alpha: f64,
    points: Vec<PointRecord>,
    solver: SolverRecord,
    inputs: Vec<InputFile>,
    overrides: String,
    warnings: Vec<String>,
    files: Vec<String>,
    csv_dialect: &'static str,
    language: &'static str,
    times: Times,
    peak_memory_mib: Option<u64>,
}

/// One plan in short. Money in the case's currency per year.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct PointRecord {
    point: String,
    role: &'static str,
    annual_cost: f64,
    expected_loss: f64,
    expected_loss_se: f64,
    cvar: f64,
    total: f64,
    lower_bound: Option<f64>,
    gap: Option<f64>,
    status: Option<&'static str>,
    programmes: Option<usize>,
}

impl RunRecord {
    /// The record of `study`.
    pub fn new(study: &Study<'_>, facts: RunFacts) -> Self {
        let settings = study.estate.settings();
        Self {
            run: facts.id,
            version: facts.version,
            command: facts.command,
            arguments: facts.arguments,
            case: settings.name.clone(),
            currency: settings.currency.clone(),
            status: match (study.complete, study.within_gap()) {
                (false, _) if study.out_of_time => "time_limit",
                (false, _) => "interrupted",
                (true, true) => "within_gap",
                (true, false) => "limit",
            },
            gap: study.largest_gap(),
            gap_wanted: study.surface.map_or(settings.solver.gap, |surface| surface.wanted),
            distance: study.surface.map(|surface| surface.distance),
            chosen: study.chosen().id.clone(),
            seed: settings.risk.seed,
            years: study.chosen().risk.annual_losses().len(),
            alpha: study.alpha(),
            points: study.plans.iter().map(|plan| PointRecord::new(study, plan)).collect(),
            solver: facts.solver,
            inputs: facts.inputs,
            overrides: facts.overrides,
            warnings: facts.warnings,
            files: facts.files,
            csv_dialect: facts.csv_dialect,
            language: facts.language,
            times: facts.times,
            peak_memory_mib: facts.peak_memory_mib,
        }
    }

    /// The document as indented JSON with a line end.
    ///
    /// # Panics
    /// Never: every field is a number, text or a list of them.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("plain data");
        text.push('\n');
        text
    }
}

impl PointRecord {
    fn new(study: &Study<'_>, plan: &PlanView<'_>) -> Self {
        let solution = plan.solution;
        Self {
            point: plan.id.clone(),
            role: plan.role.name(),
            annual_cost: plan.annual_cost,
            expected_loss: plan.risk.expected_loss(),
            expected_loss_se: plan.risk.expected_loss_se(),
            cvar: plan.risk.cvar(study.alpha()),
            total: study.total(plan),
            lower_bound: solution.map(|found| found.lower_bound),
            gap: solution.map(|found| found.gap),
            status: solution.map(|found| tables::status(found.status)),
            programmes: solution.map(|found| found.programmes),
        }
    }
}
