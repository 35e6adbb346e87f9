//! A run that is ended at any step has whole plans with sound bounds, or says why it has none.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ballast_model::{AnnualRate, Estate, Plan};
use ballast_risk::{evaluate, sample};
use ballast_solver::{
    Control, Goal, Input, Problem, Progress, SolveError, Status, frontier, roadmap, robust, solve, tornado,
};
use support::{every_plan, random, solved};

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

    /// Does `work` by this clock.
    fn run<T>(&self, work: impl FnOnce(&Control<'_>) -> T) -> T {
        let left = || self.left();
        work(&Control { seconds_left: Some(&left), ..Control::quiet() })
    }
}

#[test]
fn a_curve_that_is_ended_anywhere_has_sound_points_or_says_why_not() {
    let estate = random(3, false);
    let events = sample(&estate);
    let plans = every_plan(&estate, &events);
    let problem = Problem::new(&estate, &events).expect("sound");
    let run = |clock: &Stopped| clock.run(|control| frontier(&problem, control));
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

#[test]
fn preparing_ends_when_the_run_shall() {
    let estate = random(6, false);
    let events = sample(&estate);
    let set = AtomicBool::new(true);
    let control = Control { interrupt: &set, ..Control::quiet() };
    assert_eq!(Problem::watched(&estate, &events, &control).err(), Some(SolveError::Interrupted));
    let late = Control { seconds_left: Some(&|| 0.0), ..Control::quiet() };
    assert_eq!(Problem::watched(&estate, &events, &late).err(), Some(SolveError::OutOfTime));
}

#[test]
fn a_search_that_is_interrupted_once_it_has_a_bound_has_a_plan_and_its_gap() {
    let mut limits = 0;
    for seed in 0..6 {
        let estate = random(seed, false);
        let events = sample(&estate);
        let plans = every_plan(&estate, &events);
        let problem = Problem::new(&estate, &events).expect("sound");
        // Without a CVaR and with one, which is found over reweighted years.
        for risk_aversion in [0.0, 0.5] {
            let interrupt = AtomicBool::new(false);
            let progress = |progress: Progress| {
                if matches!(progress, Progress::Bounds { .. }) {
                    interrupt.store(true, Ordering::Relaxed);
                }
            };
            let goal = Goal::total(1.0, risk_aversion);
            let control = Control { progress: &progress, interrupt: &interrupt, seconds_left: None };
            let found = solve(&problem, &goal, &control).expect("a plan");
            assert!(interrupt.load(Ordering::Relaxed));
            let of = |plan: &(f64, f64, f64)| goal.objective(plan.0, plan.1, plan.2);
            let best = plans.iter().map(of).fold(f64::INFINITY, f64::min);
            assert!(found.lower_bound <= best * SLACK && found.objective >= best / SLACK);
            limits += usize::from(found.status == Status::Limit);
        }
    }
    assert!(limits >= 1, "all were within the gap at once");
}

#[test]
fn half_a_programme_is_not_exported() {
    let estate = random(3, false);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let set = AtomicBool::new(true);
    let goal = Goal::total(1.0, 0.0);
    let control = Control { interrupt: &set, ..Control::quiet() };
    assert!(matches!(problem.export(&goal, &control), Err(SolveError::Interrupted)));
    let control = Control { seconds_left: Some(&|| 0.0), ..Control::quiet() };
    assert!(matches!(problem.export(&goal, &control), Err(SolveError::OutOfTime)));
}

/// A random estate whose hazards may strike twice as often.
fn uncertain(seed: u64) -> Estate {
    let mut parts = random(seed, false).into_parts();
    for hazard in &mut parts.hazards {
        let rate = hazard.rate.get();
        hazard.rate_interval = AnnualRate::new(rate / 2.0).ok().zip(AnnualRate::new(rate * 2.0).ok());
    }
    Estate::new(parts).expect("valid")
}

#[test]
fn a_sensitivity_analysis_that_is_ended_names_what_it_has_not_done() {
    let estate = uncertain(3);
    let events = sample(&estate);
    let plan =
        solved(&Problem::new(&estate, &events).expect("sound"), &Goal::total(1.0, 0.0)).expect("found").plan;
    let solved_for = 3;
    let run = |clock: &Stopped| clock.run(|control| tornado(&estate, &events, &[&plan], solved_for, control));
    let whole = Stopped::after(usize::MAX);
    assert!(run(&whole).expect("found").is_complete());
    let looks = whole.looks.load(Ordering::Relaxed);
    let all = Input::all(&estate).len();
    let (mut unmoved, mut unsolved) = (0, 0);
    for most in (0..2 * all).step_by(3).chain((1..10).map(|part| looks * part / 10)) {
        match run(&Stopped::after(most)) {
            Err(SolveError::OutOfTime) => assert!(most < 2),
            Err(other) => panic!("{other}"),
            Ok(found) => {
                assert!(!found.is_complete(), "{most} looks of {looks}");
                assert_eq!(found.effects.len() + found.not_moved.len(), all);
                for (at, effect) in found.effects.iter().enumerate().take(solved_for) {
                    let lacks = effect.low.best.is_none() || effect.high.best.is_none();
                    assert_eq!(lacks, found.unsolved.contains(&at));
                }
                unmoved += usize::from(!found.not_moved.is_empty());
                unsolved += usize::from(!found.unsolved.is_empty() && found.not_moved.is_empty());
            }
        }
    }
    assert!(unmoved >= 1 && unsolved >= 1, "{unmoved} {unsolved}");
}

#[test]
fn a_robust_plan_is_either_proven_or_missing() {
    let estate = uncertain(3);
    let events = sample(&estate);
    let plan =
        solved(&Problem::new(&estate, &events).expect("sound"), &Goal::total(1.0, 0.0)).expect("found").plan;
    let set = AtomicBool::new(true);
    let control = Control { interrupt: &set, ..Control::quiet() };
    match robust(&estate, &events, &[&plan], 2, &control) {
        Err(error) => assert_eq!(error, SolveError::Interrupted),
        Ok(found) => assert!(found.solves == 1 && found.lower_bound > 0.0),
    }
    let interrupt = AtomicBool::new(false);
    let progress = |progress: Progress| {
        if matches!(progress, Progress::Step { .. }) {
            interrupt.store(true, Ordering::Relaxed);
        }
    };
    let control = Control { progress: &progress, interrupt: &interrupt, seconds_left: None };
    let found = robust(&estate, &events, &[&plan], 2, &control).expect("one inner problem is solved");
    assert!(found.solves == 1 && found.lower_bound > 0.0 && found.lower_bound <= found.worst.total * SLACK);
    let risk = evaluate(&estate, &events, &found.plan);
    assert!((found.worst.nominal.expected_loss / risk.expected_loss() - 1.0).abs() < 1e-9);
}

#[test]
fn a_way_that_is_ended_goes_all_the_way_at_its_last_step() {
    let (mut empty, mut short) = (0, 0);
    for seed in 0..12 {
        let estate = random(seed, false);
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        let plan = |goal: &Goal| solved(&problem, goal).map(|found| found.plan);
        let (Ok(from), Ok(to)) = (plan(&Goal::CHEAPEST), plan(&Goal::SAFEST)) else { continue };
        let plans: [&Plan; 2] = [&from, &to];
        let run = |clock: &Stopped| clock.run(|control| roadmap(&estate, &events, plans, control));
        let whole_clock = Stopped::after(usize::MAX);
        let whole = run(&whole_clock).expect("a way");
        assert!(whole.complete);
        let looks = whole_clock.looks.load(Ordering::Relaxed);
        for most in 0..looks {
            match run(&Stopped::after(most)) {
                Err(SolveError::OutOfTime) => empty += 1,
                Err(other) => panic!("{other}"),
                Ok(found) => {
                    let told = found.moves.len();
                    assert_eq!(found.moves[..], whole.moves[..told]);
                    assert!((found.end().total - whole.end().total).abs() <= 1e-9 * whole.end().total.abs());
                    short += usize::from(!found.complete);
                }
            }
        }
    }
    assert!(empty >= 1 && short >= 1, "{empty} without a move, {short} with fewer");
}
