//! Within which values of a limit its shadow price holds, whatever basis the engine ended in.
//!
//! A price holds for every right-hand side for which some mix is complementary to the multipliers: options that are
//! dearer at them are not taken, limits with a price are met exactly. Of these mixes, the least and the greatest use of
//! a limit are the ends of its range: two small programmes per limit.

use std::sync::Arc;

use crate::{
    Control, Goal, Range, certified,
    certify::lagrangian_bound,
    conflict::{is_money, is_requirement},
    formulation::{self, Cuts, Formulation, Known, TailCut},
    losses::{Cut, Mix},
    pricing::Prices,
    problem::Problem,
    relaxation::{Relaxed, mix_of},
};

/// Prices of limits below this are none, in units of [`Problem::money_unit`].
pub(crate) const NO_PRICE: f64 = 1e-9;
/// Reduced costs and multipliers of rows that are no limits below this are none, in units of [`Problem::money_unit`]:
/// engines keep them to so much.
const NO_COST: f64 = 1e-7;
/// By how much rows and bounds may be missed, as by an engine, where no mix keeps all of them to the last digit.
const LEEWAY: f64 = 1e-7;
/// Uses of a limit below this are none, in its unit.
const NO_USE: f64 = 1e-9;
/// Rounds of cuts at one end of a range.
const ROUNDS: usize = 8;
/// The same for a cap on losses that has no price, relative to the cap.
const CAP_SLACK: f64 = 5e-3;

/// The multipliers of a relaxation with what is needed to find the mixes that are complementary to them.
#[derive(Debug)]
pub(crate) struct Ground {
    goal: Goal,
    prices: Prices,
    cuts: Cuts,
    /// What losses that cuts miss may be worth, money per year: as much as in the relaxation.
    missed: f64,
}

/// What is asked of the mixes that are complementary to the multipliers.
struct Asked<'a> {
    problem: &'a Problem<'a>,
    control: &'a Control<'a>,
    /// By workload and option: what it costs at the multipliers.
    costs: Vec<Vec<f64>>,
    /// By how much rows and bounds may be missed, relative.
    leeway: f64,
}

/// A mix that is complementary to the multipliers.
struct Reached {
    /// The programme that it is a solution of.
    face: Formulation,
    /// Value by column.
    x: Vec<f64>,
    /// What the losses that cuts miss there are worth, money per year.
    missed: f64,
}

impl Ground {
    /// Keeps the multipliers of a relaxation and the cuts of their programme. `missed`: what losses that cuts miss may
    /// be worth, money per year.
    pub(crate) fn new(goal: &Goal, relaxed: &Relaxed, missed: f64) -> Self {
        let mut prices = relaxed.prices.clone();
        // An engine may hold what placing costs against the bound of a column, x <= 1, instead; here it is all of it.
        prices.place.fill(f64::INFINITY);
        for &(w, o) in &relaxed.formulation.placements {
            prices.place[w] = prices.place[w].min(relaxed.costs[w][o]);
        }
        Self { goal: *goal, prices, cuts: relaxed.cuts.clone(), missed }
    }

    /// The programme of all mixes that are complementary to the multipliers; none if there is no such thing.
    fn face(&self, asked: &Asked<'_>, known: &Known) -> Option<Formulation> {
        let &Asked { problem, leeway, .. } = asked;
        let is_at_price = |w: usize, o: usize| (asked.costs[w][o] - self.prices.place[w]).abs() <= NO_COST;
        let mut formulation = formulation::build(problem, &self.goal, known, false, &is_at_price);
        let duals = self.duals(&formulation, known)?;
        let (_, reduced, _) = lagrangian_bound(&formulation.program, &duals);
        let program = &mut formulation.program;
        for (column, cost) in program.columns.iter_mut().zip(reduced) {
            column.cost = 0.0;
            if cost > NO_COST {
                column.upper = column.lower;
            } else if cost < -NO_COST {
                column.lower = column.upper;
            }
        }
        // A user who pays for a charge, none of whose options at the price use it: then nobody does.
        for ((charge, prices), rows) in
            problem.couplings.charges.iter().zip(&self.prices.charges).zip(&formulation.rows.charges)
        {
            let unused = |w: &usize| !rows.iter().any(|(user, _)| user == w);
            if prices.iter().any(|(w, dual)| dual.abs() > NO_COST && unused(w)) {
                for column in program.columns.iter_mut().filter(|column| column.name == charge.column) {
                    column.upper = column.lower;
                }
            }
        }
        for (row, dual) in program.rows.iter_mut().zip(&duals) {
            let none = if is_requirement(&row.name) { NO_PRICE } else { NO_COST };
            if *dual > none {
                row.upper = row.lower;
            } else if *dual < -none {
                row.lower = row.upper;
            }
            row.lower -= leeway * (1.0 + row.lower.abs());
            row.upper += leeway * (1.0 + row.upper.abs());
        }
        for column in &mut program.columns {
            column.upper += leeway;
        }
        Some(formulation)
    }

    /// The multipliers by the rows of a programme; none if a limit has a price and nothing draws from it.
    fn duals(&self, formulation: &Formulation, known: &Known) -> Option<Vec<f64>> {
        let (prices, rows) = (&self.prices, &formulation.rows);
        let mut duals = vec![0.0; formulation.program.rows.len()];
        for (row, price) in rows.place.iter().zip(&prices.place) {
            duals[*row] = *price;
        }
        for (rows, prices) in rows.charges.iter().zip(&prices.charges) {
            for (w, row) in rows {
                duals[*row] = prices.get(w).copied().unwrap_or_default();
            }
        }
        for (row, price) in rows.couplings.iter().zip(&prices.couplings) {
            match row {
                Some(row) => duals[*row] = *price,
                None if price.abs() > NO_PRICE => return None,
                None => {}
            }
        }
        for (leader, w, site, row) in &rows.groups {
            let of = |known: &&(usize, usize, ballast_model::SiteId, f64)| {
                (known.0, known.1, known.2) == (*leader, *w, *site)
            };
            duals[*row] = prices.groups.iter().find(of).map_or(0.0, |(_, _, _, price)| *price);
        }
        let caps =
            [(rows.budget, prices.budget), (rows.loss_cap, prices.loss_cap), (rows.cvar_cap, prices.cvar_cap)];
        for (row, price) in caps {
            if let Some(row) = row {
                duals[row] = price;
            }
        }
        if let Some(first) = rows.first_loss_cut {
            for (cut, dual) in known.loss.iter().zip(&mut duals[first..]) {
                let of = |(_, other, _): &&(usize, Arc<Cut>, f64)| Arc::ptr_eq(other, &cut.cut);
                *dual = prices.loss_cuts.iter().find(of).map_or(0.0, |(_, _, price)| *price);
            }
        }
        if let Some(first) = rows.first_cvar_cut {
            for ((cut, _), dual) in known.cvar.iter().zip(&mut duals[first..]) {
                let of = |(other, _): &&(Arc<TailCut>, f64)| Arc::ptr_eq(other, cut);
                *dual = prices.cvar_cuts.iter().find(of).map_or(0.0, |(_, price)| *price);
            }
        }
        Some(duals)
    }

    /// What the losses that the cuts miss at a mix are worth, money per year; the cuts that mend that go to `known`.
    fn missed(
        &self,
        problem: &Problem<'_>,
        formulation: &Formulation,
        (x, mix): (&[f64], &Mix),
        known: &mut Known,
    ) -> f64 {
        let unit = problem.money_unit;
        // A cap without a price is met as long as the true figure is below it.
        let worth = |truth: f64, modelled: f64, price: f64, cap: Option<f64>| {
            if price > NO_PRICE {
                price * (truth - modelled).max(0.0)
            } else {
                let cap = cap.unwrap_or(f64::INFINITY);
                let slack = (CAP_SLACK * cap).max(f64::MIN_POSITIVE);
                if cap.is_finite() { (truth - cap).max(0.0) / slack * self.missed } else { 0.0 }
            }
        };
        let mut all = 0.0;
        if !formulation.losses.is_empty() {
            let cuts = problem.losses.cuts(mix, &problem.options, problem.events.weights());
            let truth: Vec<f64> = cuts.iter().map(|cut| cut.value(mix)).collect();
            let modelled: Vec<f64> = formulation.losses.iter().map(|column| x[*column] * unit).collect();
            let price = self.prices.loss_price(&self.goal);
            let missed = worth(truth.iter().sum(), modelled.iter().sum(), price, self.goal.loss_cap);
            if missed > self.missed {
                for (process, cut) in cuts.into_iter().enumerate() {
                    if truth[process] > modelled[process] * (1.0 + 1e-9) + 1e-9 * unit {
                        known.add(process, Arc::new(cut));
                    }
                }
            }
            all += missed;
        }
        if let Some(column) = formulation.cvar {
            let (_, truth, years) = problem.risk_of(mix);
            let price = self.goal.cvar_weight - self.prices.cvar_cap;
            let missed = worth(truth, x[column] * unit, price, self.goal.cvar_cap);
            if missed > self.missed {
                let parts = problem.losses.cuts(mix, &problem.options, &years);
                known.cvar.push((Arc::new(TailCut { cut: Cut::merged(&parts), years }), 0));
            }
            all += missed;
        }
        all
    }

    /// The ranges of limits by their rows' names, each in the limit's own unit; no end that was not found.
    ///
    /// A name may be that of a figure which the goal counts instead of capping it: `expected_loss`, `cvar`.
    pub(crate) fn ranges(&self, problem: &Problem<'_>, control: &Control<'_>, rows: &[&str]) -> Vec<Range> {
        if rows.is_empty() {
            return Vec::new();
        }
        let costs = self.prices.price(problem, &self.goal).costs;
        let mut asked = Asked { problem, control, costs, leeway: 0.0 };
        let mut known = Known::with_cuts(self.cuts.clone());
        let mut base = self.base(&asked, &mut known);
        if base.is_none() {
            asked.leeway = LEEWAY;
            base = self.base(&asked, &mut known);
        }
        let Some(base) = base else { return vec![Range::default(); rows.len()] };
        let range = |row: &&str| {
            let unit = if is_money(row) { problem.money_unit } else { 1.0 };
            let end = |sign| Some(self.end(&asked, &known, (row, sign), &base)? * unit);
            Range { from: end(1.0), to: end(-1.0) }
        };
        rows.iter().map(range).collect()
    }

    /// Where the relaxation is: losses that its cuts miss are missed at the ends too. Cuts that leave a mix at the prices
    /// go to `known`.
    fn base(&self, asked: &Asked<'_>, known: &mut Known) -> Option<Reached> {
        let mut base: Option<Reached> = None;
        let mut leaving = known.clone();
        for _ in 0..ROUNDS {
            let tried = known.clone();
            let Some(reached) = self.reach(asked, known, None) else { break };
            leaving = tried;
            let is_enough = reached.missed <= self.missed;
            if base.as_ref().is_none_or(|known| reached.missed < known.missed) {
                base = Some(reached);
            }
            if is_enough {
                break;
            }
        }
        *known = leaving;
        base
    }

    /// The least (`sign` 1) or greatest (-1) use of a limit; none if it was not found. Where losses are missed by too
    /// much, cuts enter; proven is the part of the way to there on which they are not, as what is missed is convex.
    fn end(&self, asked: &Asked<'_>, known: &Known, (row, sign): (&str, f64), base: &Reached) -> Option<f64> {
        let uses = use_of(&base.face, row)?;
        // More cuts are more rows; the columns are the same.
        let at = |x: &[f64]| -> f64 {
            let used: f64 = uses.iter().map(|(column, factor)| factor * x[*column]).sum();
            // What an engine leaves of nothing.
            if used.abs() < NO_USE { 0.0 } else { used }
        };
        let from = at(&base.x);
        let allowed = base.missed + self.missed;
        // Cuts at one end may leave no mix at the prices; the other ends start without them.
        let mut known = known.clone();
        let mut proven: Option<f64> = None;
        for _ in 0..ROUNDS {
            let Some(reached) = self.reach(asked, &mut known, Some((row, sign))) else { break };
            let to = at(&reached.x);
            if reached.missed <= allowed {
                return Some(to);
            }
            let part = self.missed / (reached.missed - base.missed);
            let way = from + part * (to - from);
            let best = proven.unwrap_or(from);
            proven = Some(if sign > 0.0 { best.min(way) } else { best.max(way) });
        }
        // What is proven when the run shall end may be far from the end of the range.
        proven.filter(|_| !asked.control.interrupted())
    }

    /// The mix of the face that is farthest along a limit, or any; cuts that it violates enter. None if there is none,
    /// the engine finds none that stands up, or the run shall end.
    fn reach(&self, asked: &Asked<'_>, known: &mut Known, along: Option<(&str, f64)>) -> Option<Reached> {
        let &Asked { problem, control, .. } = asked;
        if control.interrupted() {
            return None;
        }
        let mut face = self.face(asked, known)?;
        if let Some((row, sign)) = along {
            for (column, factor) in use_of(&face, row)? {
                face.program.columns[column].cost += sign * factor;
            }
            for free in face.program.rows.iter_mut().filter(|known| known.name == row) {
                (free.lower, free.upper) = (f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        let (raw, _) = certified::solve_unexplained(problem, control, &face.program, &mut 0).ok()?;
        let mix = mix_of(problem, &face, &raw);
        let missed = self.missed(problem, &face, (&raw.x, &mix), known);
        Some(Reached { face, x: raw.x, missed })
    }
}

/// What uses a limit, or makes up a figure that has no cap: factors by column.
fn use_of(face: &Formulation, row: &str) -> Option<Vec<(usize, f64)>> {
    if let Some(known) = face.program.rows.iter().find(|known| known.name == row) {
        return Some(known.coefficients.clone());
    }
    match row {
        "expected_loss" if !face.losses.is_empty() => {
            Some(face.losses.iter().map(|column| (*column, 1.0)).collect())
        }
        "cvar" => face.cvar.map(|column| vec![(column, 1.0)]),
        _ => None,
    }
}
