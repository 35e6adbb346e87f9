//! What would have to change to move a workload: the values of inputs at which another option would be as good, all else
//! as it is. Costs and losses are straight lines in each of these inputs, so nothing is searched for.

use ballast_model::{Deployment, HazardId};

use super::options::{Options, Weighed};

/// Nothing is said of inputs that would have to be further away than this many times.
const FURTHEST: f64 = 1000.0;

/// An input that can move a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// What the workload's deployment costs.
    OwnCost,
    /// What all that outages destroy is worth.
    Worth,
    /// How often a hazard strikes.
    Rate(HazardId),
}

/// Where an input tips the scales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turning {
    pub(super) input: Input,
    /// What it is multiplied with there.
    pub(super) factor: f64,
    /// The option that is as good there.
    pub(super) to: Deployment,
}

/// For each input, upwards and downwards, the nearest value at which an option that breaks nothing would be as good: the
/// deployment's own cost, the worth of losses, and the rate of the hazard that needs to change least.
pub(super) fn points(options: &Options) -> Vec<Turning> {
    // What is better already is not waited for.
    let worse = || options.others.iter().filter(|one| one.breaks.is_empty() && one.total_change() > 0.0);
    let nearest = |found: &mut dyn Iterator<Item = Turning>| {
        found.min_by(|a, b| a.distance().total_cmp(&b.distance()).then(a.to.cmp(&b.to)))
    };
    let own = |one: &Weighed| {
        let factor = 1.0 + one.total_change() / options.current.annual_cost;
        Turning { input: Input::OwnCost, factor, to: one.deployment }
    };
    // Cost and factor times loss add up to nothing.
    let worth = |one: &Weighed| {
        let factor = -one.cost_change / one.loss_change;
        Turning { input: Input::Worth, factor, to: one.deployment }
    };
    let rates = || {
        worse().flat_map(|one| {
            one.loss_change_by_hazard.iter().enumerate().map(|(hazard, change)| {
                let factor = 1.0 - one.total_change() / change;
                Turning { input: Input::Rate(HazardId::new(hazard)), factor, to: one.deployment }
            })
        })
    };
    let up = |turning: &Turning| turning.is_near() && turning.factor > 1.0;
    let down = |turning: &Turning| turning.is_near() && turning.factor < 1.0;
    let found = [
        nearest(&mut worse().map(own).filter(up)),
        nearest(&mut worse().map(worth).filter(up)),
        nearest(&mut worse().map(worth).filter(down)),
        nearest(&mut rates().filter(up)),
        nearest(&mut rates().filter(down)),
    ];
    found.into_iter().flatten().collect()
}

impl Turning {
    /// How far the input is from it, up or down.
    fn distance(&self) -> f64 {
        self.factor.ln().abs()
    }

    fn is_near(&self) -> bool {
        self.factor.is_finite() && self.factor > 1.0 / FURTHEST && self.factor < FURTHEST
    }

    /// `×1.37`.
    pub(super) fn times(&self) -> String {
        match self.factor {
            factor if factor >= 9.95 => format!("×{factor:.0}"),
            factor if factor >= 0.0995 => format!("×{factor:.2}"),
            factor => format!("×{factor:.4}"),
        }
    }
}
