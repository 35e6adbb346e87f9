//! Every option at the duals of a programme over few of them, and the Lagrangian bound over all.
//!
//! The programme of everything is never built: it would have millions of columns. What a row takes from an option is
//! read where the row comes from, so a pricing pass costs as much as the rows that bind.

use std::{collections::BTreeMap, sync::Arc};

use ballast_model::SiteId;

use crate::{
    Goal,
    formulation::{Formulation, Known, TailCut},
    losses::Cut,
    lp::compensated_sum,
    problem::Problem,
    shares::SharedCharges,
};

/// The duals of one programme by what their rows are about. A row that it does not have is priced at nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prices {
    /// Whether costs and losses count; not in the first phase, which looks for a feasible plan only.
    counts: bool,
    /// By workload: of placing it.
    pub(crate) place: Vec<f64>,
    /// By charge and workload.
    pub(crate) charges: Vec<BTreeMap<usize, f64>>,
    /// By coupling row.
    pub(crate) couplings: Vec<f64>,
    /// The group's first workload, another one, a site.
    pub(crate) groups: Vec<(usize, usize, SiteId, f64)>,
    pub(crate) budget: f64,
    /// By cut that binds: its process.
    pub(crate) loss_cuts: Vec<(usize, Arc<Cut>, f64)>,
    pub(crate) loss_cap: f64,
    pub(crate) cvar_cuts: Vec<(Arc<TailCut>, f64)>,
    pub(crate) cvar_cap: f64,
}

/// Every option priced.
#[derive(Debug)]
pub(crate) struct Priced {
    /// By workload and option: what it costs at these prices, in units of [`Problem::money_unit`].
    pub(crate) costs: Vec<Vec<f64>>,
    /// No plan has a lower objective, in units of [`Problem::money_unit`].
    pub(crate) bound: f64,
}

impl Prices {
    /// The multipliers of the coupling rows alone; nothing else has a price.
    pub(crate) fn of_limits(problem: &Problem<'_>, couplings: Vec<f64>) -> Self {
        let charges = vec![BTreeMap::new(); problem.couplings.charges.len()];
        Self { counts: true, charges, couplings, ..Self::default() }
    }

    /// Reads the duals of `few` by its rows.
    pub(crate) fn of(few: &Formulation, known: &Known, duals: &[f64], counts: bool) -> Self {
        let at = |row: Option<usize>| row.map_or(0.0, |row| duals[row]);
        let rows = &few.rows;
        let mut charges: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); rows.charges.len()];
        for (prices, rows) in charges.iter_mut().zip(&rows.charges) {
            prices.extend(rows.iter().map(|&(w, row)| (w, duals[row])).filter(|(_, dual)| *dual != 0.0));
        }
        let binding = |first: Option<usize>, number: usize| first.map_or(0.0, |first| duals[first + number]);
        let loss_cuts = known.loss.iter().enumerate();
        let loss_cuts = loss_cuts
            .map(|(number, cut)| (cut.process, Arc::clone(&cut.cut), binding(rows.first_loss_cut, number)))
            .filter(|(_, _, dual)| *dual != 0.0);
        let cvar_cuts = known.cvar.iter().enumerate();
        let cvar_cuts = cvar_cuts
            .map(|(number, (cut, _))| (Arc::clone(cut), binding(rows.first_cvar_cut, number)))
            .filter(|(_, dual)| *dual != 0.0);
        Self {
            counts,
            place: rows.place.iter().map(|row| duals[*row]).collect(),
            charges,
            couplings: rows.couplings.iter().map(|row| at(*row)).collect(),
            groups: rows.groups.iter().map(|&(leader, w, site, row)| (leader, w, site, duals[row])).collect(),
            budget: at(rows.budget),
            loss_cuts: loss_cuts.collect(),
            loss_cap: at(rows.loss_cap),
            cvar_cuts: cvar_cuts.collect(),
            cvar_cap: at(rows.cvar_cap),
        }
    }

    /// Prices what is paid once by what each user pays of it.
    pub(crate) fn share(&mut self, goal: &Goal, shared: &SharedCharges, unit: f64) {
        let price = self.cost_price(goal) / unit;
        let of = |shares: &Vec<f64>| -> BTreeMap<usize, f64> {
            shares
                .iter()
                .enumerate()
                .filter(|(_, share)| **share > 0.0)
                .map(|(w, share)| (w, -price * share))
                .collect()
        };
        self.charges = shared.iter().map(of).collect();
    }

    /// What a unit of cost is worth: in the objective, and because of the budget.
    pub(crate) fn cost_price(&self, goal: &Goal) -> f64 {
        f64::from(u8::from(self.counts)) * goal.cost_weight - self.budget
    }

    /// What a unit of expected loss is worth: in the objective, and because of its cap.
    pub(crate) fn loss_price(&self, goal: &Goal) -> f64 {
        f64::from(u8::from(self.counts)) * goal.loss_weight - self.loss_cap
    }

    /// Every option at these prices, and the bound that they prove by weak duality: each workload takes the option
    /// that is cheapest at them, each charge, excess and loss is at whichever end of its range is cheaper.
    pub(crate) fn price(&self, problem: &Problem<'_>, goal: &Goal) -> Priced {
        let costs = self.costs(problem, goal);
        let least = costs.iter().map(|costs| costs.iter().copied().fold(f64::INFINITY, f64::min));
        let bound = compensated_sum(least.chain(self.beside(problem, goal)));
        Priced { costs, bound }
    }

    /// What the bound is beside the least cost of every workload.
    pub(crate) fn beside(&self, problem: &Problem<'_>, goal: &Goal) -> Vec<f64> {
        let mut parts = self.beside_placements(problem, goal, &[]);
        parts.extend(self.losses(problem, goal));
        parts
    }

    /// By workload and option: cost, rows and cuts.
    fn costs(&self, problem: &Problem<'_>, goal: &Goal) -> Vec<Vec<f64>> {
        let mut costs = self.costs_without_losses(problem, goal, 0);
        let loss_cuts = self.loss_cuts.iter().map(|(_, cut, dual)| (cut.as_ref(), dual));
        let cvar_cuts = self.cvar_cuts.iter().map(|(tail, dual)| (&tail.cut, dual));
        for (cut, dual) in loss_cuts.chain(cvar_cuts) {
            let price = dual / problem.money_unit;
            for (w, losses) in cut.parts() {
                for (cost, loss) in costs[*w].iter_mut().zip(losses) {
                    *cost += price * loss;
                }
            }
        }
        costs
    }

    /// The same without cuts and without the first so many charges.
    pub(crate) fn costs_without_losses(
        &self,
        problem: &Problem<'_>,
        goal: &Goal,
        skipped: usize,
    ) -> Vec<Vec<f64>> {
        let cost_price = self.cost_price(goal) / problem.money_unit;
        let mut costs: Vec<Vec<f64>> = problem
            .options
            .options
            .iter()
            .map(|of| of.iter().map(|option| cost_price * option.annual_cost()).collect())
            .collect();
        for (charge, prices) in problem.couplings.charges.iter().zip(&self.charges).skip(skipped) {
            for (&w, dual) in prices {
                for (cost, used) in costs[w].iter_mut().zip(&charge.used[w]) {
                    *cost -= if *used { *dual } else { 0.0 };
                }
            }
        }
        let paid: Vec<f64> = self.couplings.iter().map(|dual| -dual).collect();
        problem.couplings.add_priced(&paid, &mut costs);
        for &(leader, w, site, dual) in self.groups.iter().filter(|(_, _, _, dual)| *dual != 0.0) {
            for (member, sign) in [(leader, -1.0), (w, 1.0)] {
                for (cost, option) in costs[member].iter_mut().zip(&problem.options.options[member]) {
                    *cost += if option.deployment.primary == site { sign * dual } else { 0.0 };
                }
            }
        }
        costs
    }

    /// What the rows' limits and the columns beside the placements add to the bound. The first charges may be fixed:
    /// open and paid, or closed.
    pub(crate) fn beside_placements(&self, problem: &Problem<'_>, goal: &Goal, fixed: &[bool]) -> Vec<f64> {
        let unit = problem.money_unit;
        let cost_price = self.cost_price(goal) / unit;
        let mut parts = Vec::new();
        for (position, (charge, prices)) in problem.couplings.charges.iter().zip(&self.charges).enumerate() {
            parts.push(match fixed.get(position) {
                Some(true) => cost_price * charge.cost,
                Some(false) => 0.0,
                None => (cost_price * charge.cost + prices.values().sum::<f64>()).min(0.0),
            });
        }
        for (row, dual) in problem.couplings.rows.iter().zip(&self.couplings).filter(|(_, dual)| **dual != 0.0) {
            parts.push(dual * row.limit);
            if let Some(penalty) = row.penalty {
                parts.push((cost_price * penalty + dual).min(0.0) * row.all);
            }
        }
        parts.push(self.budget * goal.budget.unwrap_or_default() / unit);
        parts
    }

    /// What the columns of losses and their caps add to it, where losses are those of the cuts.
    fn losses(&self, problem: &Problem<'_>, goal: &Goal) -> Vec<f64> {
        let unit = problem.money_unit;
        let mut prices = vec![self.loss_price(goal); problem.worst_loss.len()];
        for (process, _, dual) in &self.loss_cuts {
            prices[*process] -= dual;
        }
        let mut parts: Vec<f64> =
            prices.iter().zip(&problem.worst_loss).map(|(price, worst)| price.min(0.0) * worst / unit).collect();
        let counts = f64::from(u8::from(self.counts));
        let cuts: f64 = self.cvar_cuts.iter().map(|(_, dual)| dual).sum();
        let worst = problem.worst_loss.iter().sum::<f64>() / (1.0 - problem.alpha);
        parts.push((counts * goal.cvar_weight - self.cvar_cap - cuts).min(0.0) * worst / unit);
        parts.push(self.loss_cap * goal.loss_cap.unwrap_or_default() / unit);
        parts.push(self.cvar_cap * goal.cvar_cap.unwrap_or_default() / unit);
        parts
    }
}

/// A workload's cheapest option and its cost; the first of equals.
pub(crate) fn least(costs: &[f64]) -> (usize, f64) {
    costs.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use ballast_risk::sample;

    use super::*;
    use crate::{Control, blocks::tests::case, certify::lagrangian_bound, formulation, relaxation::Search};

    /// Every kind of row: a group, a hall to open, a provider to onboard, capacities, a soft and a hard limit.
    fn files() -> Vec<(&'static str, String)> {
        [
            ("case.toml", "name = \"prices\"\ncurrency = \"EUR\"\n[risk]\nyears = 60\nseed = 2\n"),
            (
                "workloads.csv",
                "workload,vcpu,memory_gib,group\nmes,10,0,line\nlog,4,0,line\nerp,6,0,\n",
            ),
            (
                "sites.csv",
                "site,kind,provider,country,fixed_cost_per_year,capacity_vcpu\nde,region,p,DE,0,\nfr,region,q,FR,0,\nhall,onprem,own,DE,900,18\n",
            ),
            ("providers.csv", "provider,onboarding_cost_per_year,max_share\np,500,0.9\nq,300,\nown,0,\n"),
            ("prices.csv", "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.06,EUR\nhall,vcpu_h,0.03,EUR\n"),
            (
                "patterns.csv",
                "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h\nsingle,none,0,0.5,4,24\npilot,any,0.25,0.25,2,1\n",
            ),
            (
                "hazards.csv",
                "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.5,6,1\nb,hall,1,4,1\nc,fr,0.3,5,1\n",
            ),
            ("limits.csv", "limit,scope,member,resource,max_share,soft_penalty\ncap,country,DE,vcpu,0.4,100\nhard,site,fr,vcpu,0.5,\n"),
            ("processes.csv", "process,value_per_h,buffer_h\nassembly,1000,1\n"),
            ("process_workloads.csv", "process,workload,role\nassembly,mes,critical\nassembly,log,critical\n"),
        ]
        .map(|(name, text)| (name, text.to_owned()))
        .to_vec()
    }

    /// At any multipliers: the same reduced costs and the same bound as the programme over everything, once the
    /// multipliers of placing are the best ones.
    #[test]
    fn pricing_agrees_with_the_programme_of_everything() {
        let estate = case(&files());
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        let never = AtomicBool::new(false);
        let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
        let goal = Goal { budget: Some(9e4), loss_cap: Some(1e5), cvar_cap: Some(1e6), ..Goal::total(0.7, 0.5) };
        let mut search = Search::new(&problem, &goal, &control, problem.first.clone());
        search.relax().expect("feasible");
        let all = formulation::build(&problem, &goal, &search.known, false, &|_, _| true);
        // Some multiplier for every row, of a sign that the row allows.
        let rows = all.program.rows.iter().enumerate();
        let any: Vec<f64> = rows
            .map(|(position, row)| {
                let size = ((position * 37 % 11) as f64 + 1.0) * 0.3;
                if row.lower.is_finite() && (row.upper.is_infinite() || position % 2 == 0) { size } else { -size }
            })
            .collect();
        let (_, reduced, used) = lagrangian_bound(&all.program, &any);
        let prices = Prices::of(&all, &search.known, &used, true);
        let priced = prices.price(&problem, &goal);
        assert!(all.rows.groups.len() > 1 && all.rows.charges.iter().all(|rows| !rows.is_empty()));
        assert!(!prices.loss_cuts.is_empty() && !prices.cvar_cuts.is_empty() && prices.budget != 0.0);
        for (&(w, o), reduced) in all.placements.iter().zip(&reduced) {
            let ours = priced.costs[w][o] - prices.place[w];
            assert!((ours - reduced).abs() < 1e-9 * (1.0 + reduced.abs()), "{w},{o}: {ours} {reduced}");
        }
        let mut best = used;
        for (row, costs) in all.rows.place.iter().zip(&priced.costs) {
            best[*row] = costs.iter().copied().fold(f64::INFINITY, f64::min);
        }
        let (bound, _, _) = lagrangian_bound(&all.program, &best);
        assert!((bound - priced.bound).abs() < 1e-9 * (1.0 + bound.abs()), "{bound} {}", priced.bound);
    }
}
