//! probe
use std::{path::Path, sync::atomic::AtomicBool, time::Instant};
fn main() {
    let t = Instant::now();
    let case = match ballast_ingest::read_case(Path::new(&std::env::args().nth(1).unwrap()), &ballast_ingest::Overrides::none()) {
        Ok(c) => c, Err(d) => { eprintln!("{d}"); return }
    };
    eprintln!("{}", case.warnings);
    eprintln!("read {:?}", t.elapsed());
    let events = ballast_risk::sample(&case.estate);
    eprintln!("events {} classes {} {:?}", events.events().len(), events.classes().len(), t.elapsed());
    let p = ballast_solver::Problem::new(&case.estate, &events).unwrap();
    eprintln!("problem {:?} {:?}", p.option_counts(), t.elapsed());
    let stop = AtomicBool::new(false);
    let f = |p| eprintln!("{:?} {p:?}", t.elapsed());
    let c = ballast_solver::Control { progress: &f, interrupt: &stop };
    match ballast_solver::frontier(&p, &c) {
        Ok(f) => {
            for s in &f.points { eprintln!("{:.0} {:.0} cvar {:.0} gap {:.5} lps {} frac {}", s.annual_cost, s.expected_loss(), s.risk.cvar(0.95), s.gap, s.programmes, s.fractional_workloads); }
            if let Some(b) = &f.as_is { eprintln!("as is {:.0} {:.0} {:?}", b.annual_cost, b.risk.expected_loss(), b.violations); }
            for a in [&f.same_loss, &f.same_cost] { if let Some(s) = a { eprintln!("arm {:.0} {:.0} gap {:.4}", s.annual_cost, s.expected_loss(), s.gap); } }
            eprintln!("knee {}", f.knee);
        }
        Err(e) => eprintln!("{e}"),
    }
    eprintln!("{:?}", t.elapsed());
}
