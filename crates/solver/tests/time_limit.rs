//! A run that is ended at any step has whole plans with sound bounds, or says why it has none.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ballast_risk::sample;
use ballast_solver::{Control, Goal, Problem, SolveError, frontier, solve};
use support::{every_plan, random};

const SLACK: f64 = 1.0 + 1e-6;

/// A clock that stands still for so many looks at it, and then says that the time is up.
struct Stopped {
    looks: AtomicUsize,
    most: usize,
}

impl Stopped {
    fn after(most: usize) -> Self {
        Self { looks: AtomicUsize::new(0), most }
    }

    fn left(&self) -> f64 {
        if self.looks.fetch_add(1, Ordering::Relaxed) < self.most { 1e6 } else { 0.0 }
    }
}

#[test]
fn a_curve_that_is_ended_anywhere_has_sound_points_or_says_why_not() {
    let estate = random(3, false);
    let events = sample(&estate);
    let plans = every_plan(&estate, &events);
    let problem = Problem::new(&estate, &events).expect("sound");
    let never = AtomicBool::new(false);
    let run = |clock: &Stopped| {
        let left = || clock.left();
        frontier(&problem, &Control { progress: &|_| {}, interrupt: &never, seconds_left: Some(&left) })
    };
    let whole = Stopped::after(usize::MAX);
    let curve = run(&whole).expect("feasible");
    assert!(curve.complete);
    let looks = whole.looks.load(Ordering::Relaxed);
    let (mut empty, mut short) = (0, 0);
    for part in 0..10 {
        match run(&Stopped::after(looks * part / 10)) {
            Err(SolveError::OutOfTime) => empty += 1,
            Err(other) => panic!("{other}"),
            Ok(found) => {
                assert!(!found.complete && !found.points.is_empty() && found.points.len() <= curve.points.len());
                short += usize::from(found.points.len() < curve.points.len());
                for point in &found.points {
                    let loss = point.expected_loss();
                    let cheapest = plans.iter().filter(|plan| plan.1 <= loss * SLACK).map(|plan| plan.0);
                    let cheapest = cheapest.fold(f64::INFINITY, f64::min);
                    assert!(point.lower_bound <= cheapest * SLACK && point.annual_cost >= cheapest / SLACK);
                }
            }
        }
    }
    assert!(empty >= 1 && short >= 1, "{empty} without a plan, {short} with fewer");
}

#[test]
fn a_clock_that_never_runs_out_changes_nothing() {
    let estate = random(4, false);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let never = AtomicBool::new(false);
    let goal = Goal::total(1.0, 0.5);
    let of = |seconds_left: Option<&(dyn Fn() -> f64 + Sync)>| {
        solve(&problem, &goal, &Control { progress: &|_| {}, interrupt: &never, seconds_left }).expect("feasible")
    };
    let (free, limited) = (of(None), of(Some(&|| 1e6)));
    assert_eq!(free.plan, limited.plan);
    assert_eq!(free.lower_bound.to_bits(), limited.lower_bound.to_bits());
}

#[test]
fn a_flag_that_is_set_is_an_interrupt_and_not_a_lack_of_time() {
    let estate = random(5, false);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let set = AtomicBool::new(true);
    let control = Control { progress: &|_| {}, interrupt: &set, seconds_left: Some(&|| 0.0) };
    assert!(matches!(frontier(&problem, &control), Err(SolveError::Interrupted)));
}
