//! Small cases in memory and what every test asks of them.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]

use std::{fs, sync::atomic::AtomicBool};

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Assignment, Deployment, Estate, Plan, Share, WorkloadId, rules};
use ballast_risk::{EventSet, RiskProfile, audit, evaluate};
use ballast_solver::{Control, Frontier, Goal, Problem, Solution, SolveError, frontier, solve};

/// Reads a case of these files.
pub fn case(files: &[(&str, String)]) -> Estate {
    let dir = tempfile::tempdir().expect("a place to write");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("writable");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}")).estate
}

/// Numbers that look random and are the same every time (`SplitMix64`, Steele et al. 2014).
pub struct Dice(pub u64);

impl Dice {
    /// Between `low` and `high`.
    pub fn roll(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        low + (high - low) * (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Three patterns: nothing, a standby that needs the control plane, and one that does not.
pub const PATTERNS: &str = "pattern,primary_zones,standby,standby_compute_share,storage_copies,replication,detection_h,rto_h,rpo_h,failover_success_share,needs_control_plane\n\
    single,1,none,0,1,none,0.5,4,24,0.9,true\n\
    pilot,1,any,0.2,2,async,0.2,2,1,0.9,true\n\
    active,1,any,1,2,sync,0,0.05,0,0.99,false\n";

/// A random estate of three workloads, one of them shared by two lines: three sites of two providers, a small hall
/// with a fixed cost, an onboarding cost, a limit on one site.
pub fn random(seed: u64, divisible: bool) -> Estate {
    random_limited(seed, divisible, 0.7)
}

/// The same with this share as the limit on the site.
pub fn random_limited(seed: u64, divisible: bool, max_share: f64) -> Estate {
    random_with(seed, divisible, max_share, "")
}

/// The same with more lines of `case.toml`.
pub fn random_with(seed: u64, divisible: bool, max_share: f64, settings: &str) -> Estate {
    let mut dice = Dice(seed);
    let mut workloads = String::from("workload,vcpu,memory_gib,storage_gib,divisible\n");
    for name in ["hub", "mes-a", "mes-b"] {
        let vcpu = dice.roll(4.0, 24.0).round();
        workloads += &format!("{name},{vcpu},{},{},{divisible}\n", 4.0 * vcpu, dice.roll(100.0, 900.0).round());
    }
    let mut prices = String::from("site,resource,price,currency\n");
    for site in ["de", "ie", "us", "hall"] {
        for (resource, price) in [("vcpu_h", 0.04), ("memory_gib_h", 0.004), ("storage_gib_month", 0.09)] {
            prices += &format!("{site},{resource},{:.5},EUR\n", price * dice.roll(0.6, 1.4));
        }
    }
    let mut hazards = String::from("hazard,domain,rate_per_year,duration_median_h,duration_sigma\n");
    for site in ["de", "ie", "us", "hall"] {
        let (rate, median) = (dice.roll(0.2, 1.2), dice.roll(2.0, 12.0));
        hazards += &format!("fails-{site},{site},{rate:.3},{median:.2},{:.2}\n", dice.roll(0.3, 1.2));
    }
    let onboarding = dice.roll(0.0, 3000.0).round();
    let fixed = dice.roll(0.0, 2500.0).round();
    let values: [f64; 2] = [dice.roll(50.0, 4000.0).round(), dice.roll(50.0, 4000.0).round()];
    case(&[
        (
            "case.toml",
            format!(
                "name = \"dice\"\ncurrency = \"EUR\"\n[risk]\nyears = 250\nseed = 5\n[solver]\ngap = 0.0001\n{settings}"
            ),
        ),
        ("workloads.csv", workloads),
        (
            "sites.csv",
            format!(
                "site,kind,provider,country,fixed_cost_per_year,capacity_vcpu\nde,region,p,DE,0,\nie,region,p,IE,0,\n\
                 us,region,q,US,0,\nhall,onprem,own,DE,{fixed},{}\n",
                dice.roll(16.0, 40.0).round()
            ),
        ),
        ("providers.csv", format!("provider,onboarding_cost_per_year\np,0\nq,{onboarding}\nown,0\n")),
        ("prices.csv", prices),
        ("patterns.csv", PATTERNS.to_owned()),
        ("hazards.csv", hazards),
        ("dependencies.csv", "parent,child,mode,severity\nde,ie,failover,1\nde,us,degrade,0.1\n".to_owned()),
        ("limits.csv", format!("limit,scope,member,resource,max_share\nde-cap,site,de,vcpu,{max_share}\n")),
        (
            "processes.csv",
            format!(
                "process,value_per_h,buffer_h,restart_h\nline-a,{},1,1\nline-b,{},0.5,2\n",
                values[0], values[1]
            ),
        ),
        (
            "process_workloads.csv",
            "process,workload,role,buffer_h,degraded_share\nline-a,mes-a,critical,0,\nline-a,hub,critical,1,\n\
             line-b,mes-b,critical,0,\nline-b,hub,degrading,0,0.4\n"
                .to_owned(),
        ),
    ])
}

/// Every whole plan that keeps the limits, with its cost and risk by evaluator and audit alone.
pub fn whole_plans(estate: &Estate, events: &EventSet) -> Vec<(Plan, f64, RiskProfile)> {
    let choices: Vec<Vec<Deployment>> =
        (0..estate.workloads().len()).map(|w| rules::deployments(estate, WorkloadId::new(w))).collect();
    let count: usize = choices.iter().map(Vec::len).product();
    let mut plans = Vec::new();
    for number in 0..count {
        let mut rest = number;
        let assignments = choices
            .iter()
            .map(|choices| {
                let deployment = choices[rest % choices.len()];
                rest /= choices.len();
                vec![Assignment { deployment, share: Share::ONE }]
            })
            .collect();
        let plan = Plan::new(estate, assignments).expect("allowed");
        let audit = audit(estate, events.classes(), &plan);
        if audit.violations.is_empty() {
            let risk = evaluate(estate, events, &plan);
            plans.push((plan, audit.annual_cost, risk));
        }
    }
    plans
}

/// Cost, expected loss and CVaR at 95 % of every whole plan that keeps the limits.
pub fn every_plan(estate: &Estate, events: &EventSet) -> Vec<(f64, f64, f64)> {
    let plans = whole_plans(estate, events);
    plans.into_iter().map(|(_, cost, risk)| (cost, risk.expected_loss(), risk.cvar(0.95))).collect()
}

/// Solves without progress or interrupt.
pub fn solved(problem: &Problem<'_>, goal: &Goal) -> Result<Solution, SolveError> {
    let never = AtomicBool::new(false);
    solve(problem, goal, &Control { progress: &|_| {}, interrupt: &never, seconds_left: None })
}

/// Sweeps without progress or interrupt.
pub fn swept(problem: &Problem<'_>) -> Result<Frontier, SolveError> {
    let never = AtomicBool::new(false);
    frontier(problem, &Control { progress: &|_| {}, interrupt: &never, seconds_left: None })
}
