//! The master programme: the best mixture of known mixes under the goal's own caps, and what it says about worth.

use crate::{
    Control, Goal, LinearProgram, SolveError,
    backend::Warm,
    certified,
    losses::Mix,
    lp::compensated_sum,
    problem::{Problem, tail_weights},
    tail::Worth,
};

/// What a unit beyond a cap costs at first.
const PENALTY: f64 = 10.0;
/// Rounds of cuts on CVaR around one mixture.
const ROUNDS: usize = 100;
/// How far CVaR may be above its cuts, relative.
const CUT_TOLERANCE: f64 = 1e-7;

/// The figures of a mix, money per year.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub(super) cost: f64,
    pub(super) expected: f64,
    /// By year.
    annual: Vec<f64>,
}

impl Figures {
    pub(super) fn of(problem: &Problem<'_>, mix: &Mix) -> Self {
        let annual = problem.losses.annual_losses(mix, &problem.options);
        let expected = product(&annual, problem.events.weights());
        Self { cost: cost_of(problem, mix), expected, annual }
    }

    /// The goal's value, whatever caps and limits say.
    pub(super) fn objective(&self, problem: &Problem<'_>, goal: &Goal) -> f64 {
        let tail = tail_weights(&self.annual, problem.events.weights(), problem.alpha);
        goal.objective(self.cost, self.expected, product(&self.annual, &tail))
    }

    /// Makes all of them so many times as large.
    pub(super) fn scale(&mut self, times: f64) {
        self.cost *= times;
        self.expected *= times;
        self.annual.iter_mut().for_each(|loss| *loss *= times);
    }

    /// What the mix comes to at these worths, money per year.
    pub(super) fn at(&self, goal: &Goal, worth: &Worth) -> f64 {
        worth.cost(goal) * self.cost + product(&self.annual, &worth.years) - worth.given_back
    }
}

/// What a mix costs: a charge is paid as far as whoever uses it most does, and going above limits has its price.
pub(super) fn cost_of(problem: &Problem<'_>, mix: &Mix) -> f64 {
    let couplings = &problem.couplings;
    let mut drawn = vec![0.0; couplings.rows.len()];
    let mut used = vec![0.0_f64; couplings.charges.len()];
    let mut costs = Vec::with_capacity(mix.len());
    for (w, parts) in mix.iter().enumerate() {
        for &(option, share) in parts {
            costs.push(share * problem.options.options[w][option].annual_cost());
            for (row, demand) in couplings.draws(w, option) {
                drawn[row] += share * demand;
            }
        }
        for (charge, used) in couplings.charges.iter().zip(&mut used) {
            let share = parts.iter().filter(|(option, _)| charge.used[w][*option]).map(|(_, share)| share).sum();
            *used = used.max(share);
        }
    }
    costs.extend(couplings.charges.iter().zip(used).map(|(charge, used)| charge.cost * used.min(1.0)));
    let rows = couplings.rows.iter().zip(drawn);
    costs.extend(rows.map(|(row, drawn)| row.penalty.unwrap_or_default() * (drawn - row.limit).max(0.0)));
    compensated_sum(costs)
}

fn product(losses: &[f64], weights: &[f64]) -> f64 {
    compensated_sum(
        losses.iter().zip(weights).filter(|(_, weight)| **weight != 0.0).map(|(loss, weight)| loss * weight),
    )
}

/// The mixes so far, and what is known of CVaR over their mixtures.
pub(super) struct Master<'a> {
    problem: &'a Problem<'a>,
    goal: Goal,
    /// The caps that mixtures keep.
    caps: Goal,
    mixes: Vec<Figures>,
    /// Cuts on CVaR at mixtures so far.
    tails: Vec<Tail>,
    /// What a unit beyond a cap costs.
    penalty: f64,
}

/// A cut on CVaR.
struct Tail {
    /// How years count.
    years: Vec<f64>,
    /// By mix: what it loses when they count like this, money per year.
    losses: Vec<f64>,
}

/// The best mixture.
pub(super) struct Mixture {
    /// What makes it the best one.
    pub(super) worth: Worth,
    /// By mix: its part.
    pub(super) parts: Vec<f64>,
    /// Its objective, money per year.
    pub(super) value: f64,
    /// Whether it is within all caps.
    pub(super) keeps_caps: bool,
}

impl<'a> Master<'a> {
    pub(super) fn new(problem: &'a Problem<'a>, goal: &Goal) -> Self {
        Self { problem, goal: *goal, caps: *goal, mixes: Vec::new(), tails: Vec::new(), penalty: PENALTY }
    }

    pub(super) fn add(&mut self, mix: Figures) {
        for tail in &mut self.tails {
            tail.losses.push(product(&mix.annual, &tail.years));
        }
        self.mixes.push(mix);
    }

    /// The mix that comes to least at these worths.
    pub(super) fn best_at(&self, worth: &Worth) -> usize {
        let at = self.mixes.iter().map(|mix| mix.at(&self.goal, worth)).enumerate();
        at.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(number, _)| number)
    }

    /// Mixtures keep the caps of this goal from now on; what they give back stays as it is.
    pub(super) fn set_caps(&mut self, goal: &Goal) {
        self.caps = *goal;
    }

    /// Lets a unit beyond a cap cost this much more.
    pub(super) fn raise_penalty(&mut self, times: f64) {
        self.penalty *= times;
    }

    pub(super) fn penalty(&self) -> f64 {
        self.penalty
    }

    /// The best mixture of the mixes so far.
    ///
    /// # Errors
    /// If no answer of the engine stands up.
    pub(super) fn solve(&mut self, control: &Control<'_>, programmes: &mut usize) -> Result<Mixture, SolveError> {
        let mut warm = Warm::default();
        for round in 1.. {
            let built = self.build();
            let (raw, certificate) =
                certified::solve_from(self.problem, control, &mut warm, &built.program, programmes)?;
            if self.goal.needs_cvar() && round < ROUNDS {
                let mut annual = vec![0.0; self.problem.events.years()];
                for (mix, share) in self.mixes.iter().zip(&raw.x).filter(|(_, share)| **share > 0.0) {
                    for (sum, loss) in annual.iter_mut().zip(&mix.annual) {
                        *sum += share * loss;
                    }
                }
                let tail = tail_weights(&annual, self.problem.events.weights(), self.problem.alpha);
                let cvar = product(&annual, &tail);
                if cvar > raw.x[built.cvar] * self.problem.money_unit * (1.0 + CUT_TOLERANCE) {
                    let losses = self.mixes.iter().map(|mix| product(&mix.annual, &tail)).collect();
                    self.tails.push(Tail { years: tail, losses });
                    continue;
                }
            }
            let unit = self.problem.money_unit;
            return Ok(Mixture {
                worth: self.worth(&built, &certificate.duals),
                parts: raw.x[..self.mixes.len()].to_vec(),
                value: certificate.objective * unit,
                keeps_caps: built.excess.iter().all(|excess| raw.x[*excess] <= 1e-9),
            });
        }
        Err(SolveError::NoPlan)
    }

    fn build(&self) -> Built {
        let (goal, unit) = (&self.goal, self.problem.money_unit);
        let mut program = LinearProgram::default();
        for (number, mix) in self.mixes.iter().enumerate() {
            let cost = (goal.cost_weight * mix.cost + goal.loss_weight * mix.expected) / unit;
            program.column(format!("mix{number}"), cost, (0.0, 1.0), false);
        }
        let all = |of: &dyn Fn(&Figures) -> f64| -> Vec<(usize, f64)> {
            self.mixes.iter().map(of).enumerate().filter(|(_, value)| *value != 0.0).collect()
        };
        program.equal("mixture".to_owned(), all(&|_| 1.0), 1.0);
        let most = self.problem.worst_loss.iter().sum::<f64>() / (1.0 - self.problem.alpha) / unit;
        let cvar = program.column("cvar".to_owned(), goal.cvar_weight, (0.0, most), false);
        let mut excess = Vec::new();
        let caps = [
            ("budget", self.caps.budget, all(&|mix| mix.cost / unit)),
            ("expected_loss", self.caps.loss_cap, all(&|mix| mix.expected / unit)),
            ("cvar", self.caps.cvar_cap, vec![(cvar, 1.0)]),
        ];
        let mut rows = Vec::new();
        for (name, cap, mut sum) in caps {
            let Some(cap) = cap else { continue };
            // As far as any mix goes beyond it.
            let beyond = sum.iter().map(|(column, a)| if *column == cvar { most } else { *a }).fold(0.0, f64::max);
            let column = program.column(format!("excess[{name}]"), self.penalty, (0.0, beyond), false);
            sum.push((column, -1.0));
            rows.push((name, program.rows.len()));
            program.at_most(name.to_owned(), sum, cap / unit);
            excess.push(column);
        }
        let first_tail = program.rows.len();
        if goal.needs_cvar() {
            for (number, tail) in self.tails.iter().enumerate() {
                let mut row = vec![(cvar, 1.0)];
                row.extend(tail.losses.iter().map(|loss| -loss / unit).enumerate());
                program.at_least(format!("tail{number}"), row, 0.0);
            }
        }
        Built { program, cvar, excess, rows, first_tail }
    }

    fn worth(&self, built: &Built, duals: &[f64]) -> Worth {
        let price = |name: &str| {
            built.rows.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, row)| (-duals[*row]).max(0.0))
        };
        let tails = self.tails.iter().zip(duals.get(built.first_tail..).unwrap_or_default());
        let tails: Vec<(&Vec<f64>, f64)> =
            tails.filter(|(_, dual)| **dual > 0.0).map(|(tail, dual)| (&tail.years, *dual)).collect();
        Worth::new(self.problem, &self.goal, [price("budget"), price("expected_loss"), price("cvar")], &tails)
    }
}

/// The programme with the meaning of its columns and rows; the mixes come first.
struct Built {
    program: LinearProgram,
    cvar: usize,
    /// By cap: the column of what is beyond it.
    excess: Vec<usize>,
    /// By cap: its row.
    rows: Vec<(&'static str, usize)>,
    first_tail: usize,
}
