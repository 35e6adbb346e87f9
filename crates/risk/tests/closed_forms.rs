//! The simulation against what can be worked out by hand.

use std::fs;

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Estate, Plan};
use ballast_risk::{EventSet, RiskProfile, evaluate, historic, sample};

/// Events a year, hours each, money an hour: the base of every test below.
const RATE: f64 = 2.0;
const HOURS: f64 = 8.0;
const VALUE: f64 = 1000.0;

/// A case in memory: one workload at `north`, which fails RATE times a year for HOURS, and a process that needs it.
struct Case {
    files: Vec<(&'static str, String)>,
}

impl Case {
    fn new() -> Self {
        let text = str::to_owned;
        let files = vec![
            (
                "case.toml",
                text(
                    "name = \"hand\"\ncurrency = \"EUR\"\n[risk]\nyears = 20000\nseed = 11\nunprotected_data_loss_h = 100\n",
                ),
            ),
            ("workloads.csv", text("workload,vcpu,memory_gib\nshop,4,16\n")),
            ("sites.csv", text("site,kind,provider,zones\nnorth,region,p,2\nsouth,region,q,2\n")),
            (
                "prices.csv",
                text(
                    "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\nnorth,memory_gib_h,0.004,EUR\nsouth,vcpu_h,0.05,EUR\nsouth,memory_gib_h,0.005,EUR\n",
                ),
            ),
            (
                "patterns.csv",
                text(
                    "pattern,primary_zones,standby,standby_compute_share,detection_h,rto_h,rpo_h,failover_success_share,needs_control_plane,offline_copy\n\
                     single,1,none,0,0.5,3.5,24,1,true,false\nboth,2,none,0,0,0.1,0,1,false,false\n\
                     pilot,1,any,0.2,0.5,1.5,2,0.7,true,false\nactive,1,any,1,0,0.25,0,1,false,false\n\
                     vault,1,any,0,0.5,1.5,6,1,true,true\n",
                ),
            ),
            (
                "hazards.csv",
                format!("hazard,domain,rate_per_year,duration_median_h\nstorm,north,{RATE},{HOURS}\n"),
            ),
            ("processes.csv", format!("process,value_per_h\nsales,{VALUE}\n")),
            ("process_workloads.csv", text("process,workload,role\nsales,shop,critical\n")),
            ("placement.csv", text("workload,pattern,primary_site,standby_site\nshop,single,north,\n")),
        ];
        Self { files }
    }

    /// With this file in place of the one of the same name.
    fn with(mut self, name: &'static str, text: &str) -> Self {
        self.files.retain(|(known, _)| *known != name);
        self.files.push((name, text.to_owned()));
        self
    }

    fn placed(self, row: &str) -> Self {
        self.with("placement.csv", &format!("workload,pattern,primary_site,standby_site\n{row}\n"))
    }

    fn estate(&self) -> Estate {
        let dir = tempfile::tempdir().expect("a place to write");
        for (name, text) in &self.files {
            fs::write(dir.path().join(name), text).expect("writable");
        }
        read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}")).estate
    }

    fn risk(&self) -> RiskProfile {
        let estate = self.estate();
        evaluate(&estate, &sample(&estate), &Plan::as_is(&estate).expect("whole"))
    }

    /// Demands this expected loss within four standard errors.
    fn loses(&self, expected: f64) {
        let risk = self.risk();
        let (found, se) = (risk.expected_loss(), risk.expected_loss_se());
        assert!((found - expected).abs() <= 4.0 * se + 1e-9, "{found} (se {se}) against {expected}");
    }
}

fn processes(columns: &str, cells: &str) -> String {
    format!("process,value_per_h,{columns}\nsales,{VALUE},{cells}\n")
}

#[test]
fn counts_are_those_of_poisson() {
    let estate = Case::new().estate();
    let events = sample(&estate);
    let counts: Vec<f64> = (0..events.years()).map(|year| events.events_of(year).len() as f64).collect();
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (n - 1.0);
    assert!((mean - RATE).abs() < 4.0 * (RATE / n).sqrt(), "{mean}");
    // The variance of a sample variance of Poisson counts is (rate + 2 rate^2) / n.
    assert!((variance - RATE).abs() < 4.0 * ((RATE + 2.0 * RATE * RATE) / n).sqrt(), "{variance}");
}

#[test]
fn a_loss_is_rate_times_hours_times_value() {
    Case::new().loses(RATE * HOURS * VALUE);
}

#[test]
fn lognormal_durations_have_their_mean_and_their_cap() {
    let sigma: f64 = 0.9;
    let hazards = |cap: &str| {
        format!(
            "hazard,domain,rate_per_year,duration_median_h,duration_sigma,duration_max_h\nstorm,north,{RATE},{HOURS},{sigma},{cap}\n"
        )
    };
    Case::new().with("hazards.csv", &hazards("")).loses(RATE * HOURS * (sigma * sigma / 2.0).exp() * VALUE);
    let estate = Case::new().with("hazards.csv", &hazards("10")).estate();
    let events = sample(&estate);
    assert!(events.events().iter().all(|event| event.duration_h <= 10.0));
    let shorter = events.events().iter().filter(|event| event.duration_h < HOURS).count() as f64;
    let share = shorter / events.events().len() as f64;
    assert!((share - 0.5).abs() < 0.01, "half of all events are below the median, not {share}");
}

#[test]
fn a_buffer_delays_the_stop_and_a_restart_prolongs_it() {
    let case = |cells: &str| Case::new().with("processes.csv", &processes("buffer_h,restart_h", cells));
    case("3,2").loses(RATE * (HOURS - 3.0 + 2.0) * VALUE);
    case("8,2").loses(0.0);
    case("7.5,2").loses(RATE * 2.5 * VALUE);
}

#[test]
fn overtime_makes_up_for_a_share_at_a_premium() {
    let text = processes("made_up_share,overtime_premium", "0.6,0.25");
    Case::new().with("processes.csv", &text).loses(RATE * HOURS * VALUE * (0.4 + 0.6 * 0.25));
}

#[test]
fn a_failover_ends_the_stop_when_it_succeeds() {
    // Detection and recovery take 2 h; 0.7 of the failovers succeed.
    Case::new().placed("shop,pilot,north,south").loses(RATE * VALUE * (0.7 * 2.0 + 0.3 * HOURS));
}

#[test]
fn a_failover_that_needs_a_lost_control_plane_fails() {
    let edge = "child,parent,mode\nsouth,north,failover\n";
    let with = |row: &str| Case::new().with("dependencies.csv", edge).placed(row);
    with("shop,pilot,north,south").loses(RATE * VALUE * HOURS);
    with("shop,active,north,south").loses(RATE * VALUE * 0.25);
}

#[test]
fn severities_multiply_along_run_and_degrade_edges() {
    let hazards =
        format!("hazard,domain,rate_per_year,duration_median_h,severity\nstorm,grid,{RATE},{HOURS},0.8\n");
    for mode in ["run", "degrade"] {
        Case::new()
            .with("domains.csv", "domain,level\ngrid,power\nfeed,power\n")
            .with(
                "dependencies.csv",
                &format!("child,parent,mode,severity\nfeed,grid,run,0.5\nnorth,feed,{mode},0.5\n"),
            )
            .with("hazards.csv", &hazards)
            .loses(RATE * HOURS * VALUE * 0.8 * 0.5 * 0.5);
    }
}

#[test]
fn two_zones_stand_the_loss_of_one() {
    let with = |row: &str| {
        Case::new()
            .with("domains.csv", "domain,level\nz1,zone\nz2,zone\n")
            .with("dependencies.csv", "child,parent,mode\nnorth,z1,run\nnorth,z2,run\n")
            .with(
                "hazards.csv",
                &format!("hazard,domain,rate_per_year,duration_median_h\nfire,z1,{RATE},{HOURS}\n"),
            )
            .placed(row)
    };
    with("shop,both,north,").loses(0.0);
    // One zone restarts in the other: 0.5 h to detect, 3.5 h to recover.
    with("shop,single,north,").loses(RATE * VALUE * 4.0);
}

#[test]
fn a_line_at_two_providers_stops_for_both() {
    let line = |placement: &str| {
        Case::new()
            .with("workloads.csv", "workload,vcpu,memory_gib\nshop,4,16\ntill,4,16\n")
            .with("process_workloads.csv", "process,workload,role\nsales,shop,critical\nsales,till,critical\n")
            .with(
                "hazards.csv",
                &format!(
                    "hazard,domain,rate_per_year,duration_median_h\nstorm,north,{RATE},{HOURS}\nflood,south,{RATE},{HOURS}\n"
                ),
            )
            .placed(placement)
    };
    line("shop,single,north,\ntill,single,north,").loses(RATE * HOURS * VALUE);
    line("shop,single,north,\ntill,single,south,").loses(2.0 * RATE * HOURS * VALUE);
}

#[test]
fn degrading_workloads_cost_their_share() {
    Case::new()
        .with("process_workloads.csv", "process,workload,role,degraded_share\nsales,shop,degrading,0.3\n")
        .loses(RATE * HOURS * VALUE * 0.3);
}

#[test]
fn a_suppliers_stop_arrives_after_the_buffers_on_the_way() {
    let text = format!("process,value_per_h,buffer_h\nsales,0,1\npress,0,0.5\nline,{VALUE},0\n");
    let case = Case::new()
        .with("processes.csv", &text)
        .with("process_workloads.csv", "process,workload,role\nsales,shop,critical\n");
    let chain = "supplier_process,consumer_process,buffer_h,share\nsales,press,2,1\npress,line,1.5,0.5\n";
    // 1 h at the supplier itself, 2 h and 1.5 h of stock: half the line stands for the rest.
    let hours = HOURS - 1.0 - 2.0 - 1.5;
    case.with("supply.csv", chain).loses(RATE * hours * VALUE * 0.5);
}

#[test]
fn of_two_ways_from_a_supplier_the_one_with_less_stock_counts() {
    // A diamond: by the press 1 + 2 h, by the paint shop 4 + 0.5 h; each is felt, the worst counts.
    let text = format!("process,value_per_h,buffer_h\nsales,0,0\npress,0,0\npaint,0,0\nline,{VALUE},0\n");
    let links =
        "supplier_process,consumer_process,buffer_h\nsales,press,1\npress,line,2\nsales,paint,4\npaint,line,0.5\n";
    Case::new()
        .with("processes.csv", &text)
        .with("process_workloads.csv", "process,workload,role\nsales,shop,critical\n")
        .with("supply.csv", links)
        .loses(RATE * (HOURS - 3.0) * VALUE);
}

#[test]
fn rows_of_one_event_are_one_event() {
    // Two lines of years.csv take both sites down at once: the line that needs both stands once, not twice.
    let files = |second: &str| {
        Case::new()
            .with("workloads.csv", "workload,vcpu,memory_gib\nshop,4,16\nmes,4,16\n")
            .with(
                "placement.csv",
                "workload,pattern,primary_site,standby_site\nshop,single,north,\nmes,single,south,\n",
            )
            .with("process_workloads.csv", "process,workload,role\nsales,shop,critical\nsales,mes,critical\n")
            .with(
                "years.csv",
                &format!("year,event,domain,start,duration_h\n1,storm,north,100,8\n1,{second},south,100,8\n"),
            )
            .risk()
            .expected_loss()
    };
    assert!((files("storm") - HOURS * VALUE).abs() < 1e-6);
    assert!((files("flood") - 2.0 * HOURS * VALUE).abs() < 1e-6);
}

#[test]
fn observed_durations_are_drawn_as_often_as_they_weigh() {
    let sets = "durations,duration_h,weight\nstorms,2,3\nstorms,30,1\n";
    let hazards = format!("hazard,domain,rate_per_year,durations\nstorm,north,{RATE},storms\n");
    Case::new()
        .with("hazards.csv", &hazards)
        .with("durations.csv", sets)
        .loses(RATE * (0.75 * 2.0 + 0.25 * 30.0) * VALUE);
}

#[test]
fn uncertain_rates_make_years_unlike_each_other() {
    // Gamma of shape 5: half the chi-square quantiles with 10 degrees of freedom are 1.970 and 9.154.
    let (low, high) = (RATE * 1.970 / 5.0, RATE * 9.154 / 5.0);
    let hazards = format!(
        "hazard,domain,rate_per_year,rate_low,rate_high,duration_median_h\nstorm,north,{RATE},{low},{high},{HOURS}\n"
    );
    let case = Case::new().with("hazards.csv", &hazards);
    case.loses(RATE * HOURS * VALUE);
    let risk = case.risk();
    let mean = risk.expected_loss();
    let n = risk.annual_losses().len() as f64;
    let variance = risk.annual_losses().iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / n;
    let wanted = (RATE + RATE * RATE / 5.0) * (HOURS * VALUE).powi(2);
    assert!((variance / wanted - 1.0).abs() < 0.05, "{variance} against {wanted}");
}

#[test]
fn years_are_simulated_until_the_error_is_small_enough() {
    let hazards = "hazard,domain,rate_per_year,duration_median_h,duration_sigma\nstorm,north,0.5,8,1.5\n";
    let text = |error: f64| format!("name = \"hand\"\ncurrency = \"EUR\"\n[risk]\ntarget_error = {error}\n");
    let years = |error: f64| {
        let risk = Case::new().with("hazards.csv", hazards).with("case.toml", &text(error)).risk();
        assert!(risk.annual_losses().len() == 160_000 || risk.cvar_se(0.95) <= error * risk.cvar(0.95));
        risk.annual_losses().len()
    };
    assert_eq!(years(0.5), 5_000);
    assert!(years(0.015) > 5_000);
    assert_eq!(years(1e-6), 160_000);
}

#[test]
fn stops_are_counted_by_their_length() {
    // 8 h of outage, 3 h of buffer, 2 h of restart: 7 h, RATE times a year.
    let risk = Case::new().with("processes.csv", &processes("buffer_h,restart_h", "3,2")).risk();
    let stops = risk.by_process[0].stops_per_year;
    for (hours, stops) in ballast_risk::STOP_HOURS.into_iter().zip(stops) {
        let wanted = if hours < 7.0 { RATE } else { 0.0 };
        assert!((stops - wanted).abs() < 0.05, "{hours} h: {stops}");
    }
    let (probability, se) = risk.probability_of_stop_above(6.9);
    assert!((probability - (1.0 - (-RATE).exp())).abs() < 4.0 * se + 1e-3, "{probability}");
    assert_eq!(risk.probability_of_stop_above(7.1).0, 0.0);
}

#[test]
fn a_cycle_of_suppliers_ends() {
    let text = format!("process,value_per_h\nsales,{VALUE}\npress,{VALUE}\n");
    Case::new()
        .with("processes.csv", &text)
        .with("process_workloads.csv", "process,workload,role\nsales,shop,critical\n")
        .with("supply.csv", "supplier_process,consumer_process,buffer_h\nsales,press,1\npress,sales,1\n")
        .loses(RATE * VALUE * (HOURS + HOURS - 1.0));
}

#[test]
fn destroyed_data_cost_what_no_copy_saves() {
    let hazards =
        format!("hazard,domain,rate_per_year,duration_median_h,destructive\nfire,north,{RATE},{HOURS},true\n");
    let with = |row: &str| {
        Case::new()
            .with("hazards.csv", &hazards)
            .with("processes.csv", &format!("process,value_per_h,data_value_per_h\nsales,{VALUE},10\n"))
            .placed(row)
    };
    with("shop,single,north,").loses(RATE * (HOURS * VALUE + 100.0 * 10.0));
    with("shop,vault,north,south").loses(RATE * (2.0 * VALUE + 6.0 * 10.0));
}

#[test]
fn a_historic_event_is_replayed_hour_by_hour() {
    let case = Case::new().with(
        "events.csv",
        "event,title,start,duration_h,domains,severity\nlong,Long,2025-10-20T06:48Z,15,north,1\nhalf,Half,,4,north;south,0.5\n",
    );
    let losses = |case: &Case| {
        let estate = case.estate();
        let events = historic(&estate);
        evaluate(&estate, &events, &Plan::as_is(&estate).expect("whole")).annual_losses().to_vec()
    };
    assert_eq!(losses(&case), [15.0 * VALUE, 4.0 * 0.5 * VALUE]);
    // With a standby that works, 2 h; when the standby is down too, all of it.
    assert_eq!(losses(&case.placed("shop,pilot,north,south")), [2.0 * VALUE, 4.0 * 0.5 * VALUE]);
}

#[test]
fn a_partners_loss_is_not_ours() {
    let text = format!("process,value_per_h,owner\nsales,{VALUE},supplier\n");
    Case::new().with("processes.csv", &text).loses(0.0);
}

#[test]
fn hours_outside_the_calendar_cost_nothing() {
    let case = Case::new()
        .with("processes.csv", &processes("calendar", "office"))
        .with("calendars.csv", "calendar,weekday,from,to,time_zone\noffice,Mon-Fri,08:00,16:00,UTC\n")
        .with("hazards.csv", &format!("hazard,domain,rate_per_year,duration_median_h\nstorm,north,{RATE},1\n"));
    // 40 of 168 hours; the year has 261 such days in 2026, 52.14 weeks.
    let share = 261.0 * 8.0 / 8760.0;
    case.loses(RATE * VALUE * share);
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let run = |threads: usize| -> (EventSet, RiskProfile) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let estate = Case::new().placed("shop,pilot,north,south").estate();
            let events = sample(&estate);
            let risk = evaluate(&estate, &events, &Plan::as_is(&estate).expect("whole"));
            (events, risk)
        })
    };
    let (one, two) = (run(1), run(2));
    assert_eq!(one.0, two.0);
    assert_eq!(one.1, two.1);
    let text = "name = \"hand\"\ncurrency = \"EUR\"\n[risk]\nyears = 20000\nseed = 12\n";
    let other = Case::new().with("case.toml", text).placed("shop,pilot,north,south").risk();
    assert_ne!(one.1.annual_losses(), other.annual_losses(), "another seed gives other years");
}
