//! Points as what they are on the curve, whatever they were solved for.

use ballast_model::LossMeasure;

use super::Sweep;
use crate::{
    Range, ShadowPrice, Solution, SolveError, Status,
    bounds::{axis_row, best_proof},
    solve::sound_bound,
};

impl Sweep<'_> {
    /// Whether a plan lies beside the curve because it was chosen for another loss too: within the gap for its goal,
    /// and not for what it is on the curve.
    pub(super) fn is_beside(&self, solution: &Solution) -> Result<bool, SolveError> {
        let counts_more = match self.axis {
            LossMeasure::ExpectedLoss => solution.goal.cvar_weight > 0.0,
            LossMeasure::Cvar => solution.goal.loss_weight > 0.0,
        };
        if !counts_more || solution.status != Status::WithinGap {
            return Ok(false);
        }
        Ok(self.restated(solution.clone())?.status != Status::WithinGap)
    }

    /// A point of the curve as what it is on the curve, whatever it was solved for: the cheapest plan that loses no
    /// more than it does, with the best bound on cost that any of the proofs gives at its loss.
    ///
    /// # Errors
    /// If a proof is above the plan's cost: then one of the two is wrong.
    pub(super) fn restated(&self, solution: Solution) -> Result<Solution, SolveError> {
        let loss = self.loss_of(&solution);
        let goal = self.limited(self.capped(loss));
        let own_bound = if solution.goal.cost_weight == 1.0
            && solution.goal.loss_weight == 0.0
            && solution.goal.cvar_weight == 0.0
            && solution.goal.budget == goal.budget
        {
            solution.lower_bound
        } else {
            f64::NEG_INFINITY
        };
        let cost = solution.annual_cost;
        let proof = best_proof(&self.known.proofs, loss);
        let proven = proof.map_or(f64::NEG_INFINITY, |proof| proof.least_cost(loss));
        let bound = own_bound.max(proven);
        sound_bound(self.problem, bound, cost)?;
        let lower_bound = bound.min(cost);
        let gap = if cost == 0.0 { 0.0 } else { (cost - lower_bound) / cost };
        let met = gap <= self.problem.estate.settings().solver.gap + 1e-9;
        let status = if met { Status::WithinGap } else { Status::Limit };
        let weight = solution.goal.cost_weight;
        let mut restated = Solution { goal, objective: cost, lower_bound, gap, status, ..solution };
        if weight > 0.0 {
            for runner_up in restated.runner_up.iter_mut().flatten() {
                runner_up.premium /= weight;
            }
        }
        if let Some(proof) = proof {
            let row = axis_row(self.axis);
            restated.fractional_workloads = proof.multipliers.split;
            restated.shadow_prices =
                proof.multipliers.shadow_prices.iter().filter(|price| price.row != row).cloned().collect();
            if proof.price > 0.0 {
                restated.shadow_prices.push(ShadowPrice {
                    row: row.to_owned(),
                    limit: loss,
                    value: proof.price,
                    range: Range::default(),
                });
            }
            restated.shadow_prices.sort_by(|a, b| a.row.cmp(&b.row));
        }
        Ok(restated)
    }
}
