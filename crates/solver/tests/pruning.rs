//! Options are dropped only where another one can take their place in every plan.

mod support;

use std::sync::atomic::AtomicBool;

use ballast_model::Estate;
use ballast_risk::{audit, sample};
use ballast_solver::{Control, Goal, Problem, solve};
use support::case;

/// One workload whose main site takes the spare one's control plane down with it. `moved` fails over all the same, and
/// then needs more than the spare site has; `started` waits for the main site, and fits.
fn estate() -> Estate {
    let text = str::to_owned;
    case(&[
        ("case.toml", text("name = \"spare\"\ncurrency = \"EUR\"\nrisk.years = 60\n")),
        ("workloads.csv", text("workload,vcpu,memory_gib,loss_per_h\nmes,10,0,1000\n")),
        (
            "sites.csv",
            text("site,kind,provider,country,capacity_vcpu\nmain,region,p,DE,\nspare,onprem,own,DE,5\n"),
        ),
        ("prices.csv", text("site,resource,price,currency\nmain,vcpu_h,0.05,EUR\nspare,vcpu_h,0.03,EUR\n")),
        (
            "patterns.csv",
            text(
                "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h,needs_control_plane\n\
                 moved,any,0.1,0,1,1,false\nstarted,any,0.1,0,1,1,true\n",
            ),
        ),
        ("domains.csv", text("domain,level\ngrid,power\n")),
        ("dependencies.csv", text("child,parent,mode\nmain,grid,run\nspare,grid,failover\n")),
        ("hazards.csv", text("hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,grid,1,6,1\n")),
    ])
}

#[test]
fn what_sends_less_over_is_kept() {
    let estate = estate();
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let found = solve(&problem, &Goal::CHEAPEST, &control).expect("a plan that waits for the main site fits");
    assert!(audit(&estate, events.classes(), &found.plan).violations.is_empty());
}
