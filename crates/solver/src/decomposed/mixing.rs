//! Whole plans next to the best mixture of whole plans.
//!
//! The optimum of a goal with caps or CVaR is a mixture of mixes that are best at slightly different worths. Where there
//! are many processes a whole plan comes as near: shared workloads are in one place in all of the mixed plans, and each
//! process is as in one of them, so that every plan has its part.

use crate::{
    Goal,
    bounds::Multipliers,
    local_search::Choice,
    problem::Problem,
    relaxation::Search,
    tail::Worth,
    whole::{Whole, better, options_of, whole_mix},
};

use super::{
    STAY,
    master::{Figures, Master},
};

/// Plans that are mixed, at most.
const PLANS: usize = 12;
/// Times that caps are made tighter for a plan that is a little beyond them.
const TRIES: usize = 4;
/// Plans on the way of a descent.
const DESCENTS: usize = 12;
/// Plans that are looked for by exchanges, and how much tighter caps become for the next one at most.
const EXCHANGES: usize = 12;
const TIGHTER: f64 = 0.03;
/// How much tighter than a plan is beyond them.
const MARGIN: f64 = 1.2;
/// What the next plan has to promise to be looked for, relative to the mixture's value.
const LEAST: f64 = 2e-5;

impl Search<'_> {
    /// The best whole plan that comes up as plans next to `options` are mixed, until one is within the gap of `bound`, in
    /// units of [`Problem::money_unit`].
    pub(super) fn mixed(
        &mut self,
        options: Vec<usize>,
        worth: &Worth,
        multipliers: &Multipliers,
        bound: f64,
    ) -> (Option<Whole>, Worth) {
        let (problem, goal, control) = (self.problem, self.goal, self.control);
        let items = Items::of(problem);
        let mut candidates = self.all_candidates(multipliers);
        for hub in &items.hubs {
            candidates[*hub] = vec![options[*hub]];
        }
        let mut best = self.confirmed(whole_mix(&options));
        let mut master = Master::new(problem, goal);
        master.add(Figures::of(problem, &whole_mix(&options)));
        let mut plans = vec![options];
        let mut last = worth.clone();
        while plans.len() < PLANS && !control.interrupted() {
            let is_met = best.as_ref().is_some_and(|whole| self.met(whole, bound));
            let mixture = master.solve(control, &mut self.programmes).ok().filter(|_| !is_met);
            let Some(mixture) = mixture else { break };
            let next = if mixture.keeps_caps { mixture.worth.blended(&last, STAY) } else { mixture.worth.clone() };
            let plan = self.near(&plans[master.best_at(&next)], &next, &candidates);
            let figures = Figures::of(problem, &whole_mix(&plan));
            let promise = mixture.value - figures.at(goal, &mixture.worth);
            if plans.contains(&plan) || promise < LEAST * mixture.value.abs() {
                break;
            }
            master.add(figures);
            plans.push(plan);
            last = next;
            best = better(best, self.rounded(&mut master, &plans, &items, &candidates));
        }
        (best, last)
    }

    /// The plan of these options after moves to where the limits hold, if it then keeps caps and limits.
    pub(super) fn kept_within_limits(
        &self,
        options: &[usize],
        worth: &Worth,
        multipliers: &Multipliers,
    ) -> Option<Whole> {
        let priced = worth.goal(self.goal);
        let mut choice = Choice::new(self.problem, &priced, options.to_vec());
        choice.keep_limits(&self.all_candidates(multipliers), (priced.cost_weight, priced.loss_weight));
        self.as_it_is(&choice)
    }

    /// The best plan that single moves from another one lead to, hubs' moves among them, as years come to count more like
    /// the worst ones of each plan on the way.
    pub(super) fn descended(&self, whole: Whole, worth: &Worth, multipliers: &Multipliers, bound: f64) -> Whole {
        let problem = self.problem;
        let candidates = self.all_candidates(multipliers);
        let (mut at, mut start) = (worth.clone(), options_of(&whole.mix));
        let mut best = whole;
        for _ in 0..DESCENTS {
            let Some(options) = start.filter(|_| !self.met(&best, bound) && !self.control.interrupted()) else {
                break;
            };
            let (_, _, tail) = problem.risk_of(&whole_mix(&options));
            at = at.nearer(problem.events.weights(), &tail, STAY);
            let next = self.near(&options, &at, &candidates);
            if next == options {
                break;
            }
            if let Some(found) = self.as_it_is(&Choice::new(problem, self.goal, next.clone()))
                && found.objective < best.objective
            {
                best = found;
            }
            start = Some(next);
        }
        best
    }

    /// The plan that single moves from another one lead to, at these worths.
    fn near(&self, options: &[usize], worth: &Worth, candidates: &[Vec<usize>]) -> Vec<usize> {
        self.priced(worth, |search| {
            let mut choice = Choice::new(search.problem, search.goal, options.to_vec());
            choice.settle(candidates);
            choice.options
        })
    }

    /// A plan that keeps the caps by moves of single workloads and of pairs, where mixtures do not. Over years that count
    /// as they are worth the caps on losses are one; the years count more like a plan's worst ones each time.
    pub(super) fn exchanged(
        &self,
        options: Vec<usize>,
        worth: &Worth,
        multipliers: &Multipliers,
    ) -> Option<Whole> {
        let (problem, goal) = (self.problem, self.goal);
        let (mut start, mut at, mut tightness) = (options, worth.clone(), 1.0);
        for _ in 0..EXCHANGES {
            let (expected, cvar, tail) = problem.risk_of(&whole_mix(&start));
            at = at.nearer(problem.events.weights(), &tail, STAY);
            let allowed =
                at.expected * goal.loss_cap.unwrap_or(expected) + at.cvar * goal.cvar_cap.unwrap_or(cvar);
            let cap = tightness * allowed / (at.expected + at.cvar);
            let mix = self.priced(&at, |search| {
                let local = Goal { budget: goal.budget, loss_cap: Some(cap), ..*search.goal };
                let local = Search::new(search.problem, &local, search.control, std::mem::take(&mut search.known));
                local.search_from(multipliers, (0.0, 0.0), vec![start.clone()]).map(|found| found.mix)
            })?;
            if let Some(found) = self.confirmed(mix.clone()) {
                return Some(found);
            }
            let (expected, cvar, _) = problem.risk_of(&mix);
            let used = [(expected, goal.loss_cap), (cvar, goal.cvar_cap)].into_iter();
            let used = used.filter_map(|(figure, cap)| Some(figure / cap?)).fold(0.0, f64::max);
            if used <= 1.0 || self.control.interrupted() {
                return None;
            }
            tightness *= 1.0 - (used - 1.0).min(TIGHTER);
            start = options_of(&mix)?;
        }
        None
    }

    /// A whole plan next to the best mixture of these, under caps that are made tighter until it keeps the goal's.
    fn rounded(
        &mut self,
        master: &mut Master<'_>,
        plans: &[Vec<usize>],
        items: &Items,
        candidates: &[Vec<usize>],
    ) -> Option<Whole> {
        let (problem, goal) = (self.problem, *self.goal);
        let mut tight = goal;
        let mut best = None;
        for _ in 0..TRIES {
            master.set_caps(&tight);
            let Ok(mixture) = master.solve(self.control, &mut self.programmes) else { break };
            let priced = mixture.worth.goal(&goal);
            let mut choice = Choice::new(problem, &priced, items.mixed(problem, plans, &mixture.parts));
            choice.keep_limits(candidates, (priced.cost_weight, priced.loss_weight));
            best = better(best, self.as_it_is(&choice));
            let (expected, cvar, _) = problem.risk_of(&choice.mix());
            let mut is_beyond = false;
            for (figure, cap, tight) in [
                (choice.cost, goal.budget, &mut tight.budget),
                (expected, goal.loss_cap, &mut tight.loss_cap),
                (cvar, goal.cvar_cap, &mut tight.cvar_cap),
            ] {
                if let (Some(cap), Some(tight)) = (cap, tight)
                    && figure > cap
                {
                    *tight -= MARGIN * (figure - cap);
                    is_beyond = true;
                }
            }
            if !is_beyond {
                break;
            }
        }
        master.set_caps(&goal);
        best
    }
}

/// What is as in one of several plans as a whole.
pub(super) struct Items {
    /// Workloads that belong to one process alone, by process; those without one by themselves.
    pub(super) of: Vec<Vec<usize>>,
    /// Workloads that several processes share.
    pub(super) hubs: Vec<usize>,
}

impl Items {
    pub(super) fn of(problem: &Problem<'_>) -> Self {
        let joint = &problem.losses.joint;
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); joint.processes().len()];
        let mut hubs = Vec::new();
        for w in 0..problem.options.options.len() {
            match joint.needing(w) {
                [] => of.push(vec![w]),
                [(process, _)] => of[*process].push(w),
                _ => hubs.push(w),
            }
        }
        Self { of, hubs }
    }

    /// Each as in one of these plans, so that every plan has its part of them: the dearest first, each as in the plan that
    /// has had least of its part.
    pub(super) fn mixed(&self, problem: &Problem<'_>, plans: &[Vec<usize>], parts: &[f64]) -> Vec<usize> {
        let cost = |item: &[usize], plan: &[usize]| -> f64 {
            item.iter().map(|w| problem.options.options[*w][plan[*w]].annual_cost()).sum()
        };
        let is_same = |item: &[usize]| plans.iter().all(|plan| item.iter().all(|w| plan[*w] == plans[0][*w]));
        let mut sized: Vec<(f64, usize)> = Vec::new();
        for (number, item) in self.of.iter().enumerate().filter(|(_, item)| !is_same(item)) {
            let costs = plans.iter().map(|plan| cost(item, plan));
            let (low, high) = costs
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cost| (low.min(cost), high.max(cost)));
            sized.push((high - low, number));
        }
        sized.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut options = plans[0].clone();
        let mut missing = vec![0.0; plans.len()];
        for (size, number) in sized {
            for (missing, part) in missing.iter_mut().zip(parts) {
                *missing += part * size;
            }
            let most = missing.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            let plan = most.map_or(0, |(plan, _)| plan);
            missing[plan] -= size;
            for w in &self.of[number] {
                options[*w] = plans[plan][*w];
            }
        }
        options
    }
}
