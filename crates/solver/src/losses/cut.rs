//! Valid inequalities on losses.

use std::collections::BTreeMap;

use super::Mix;

/// A valid inequality `loss >= sum of coefficients times x`, tight at the mix that made it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cut {
    /// By workload that counts, in their order: money per year by option. Dense, because most options of such a
    /// workload lose something and an estate has thousands of cuts.
    parts: Vec<(usize, Box<[f64]>)>,
}

impl Cut {
    /// The cut with these coefficients, by workload and option.
    pub(super) fn new(by_workload: BTreeMap<usize, Vec<f64>>) -> Self {
        Self { parts: by_workload.into_iter().map(|(workload, row)| (workload, row.into())).collect() }
    }

    /// One cut on the sum of what these bound.
    pub(crate) fn merged(cuts: &[Self]) -> Self {
        let mut sum: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (workload, row) in cuts.iter().flat_map(|cut| &cut.parts) {
            let known = sum.entry(*workload).or_insert_with(|| vec![0.0; row.len()]);
            for (known, more) in known.iter_mut().zip(row) {
                *known += more;
            }
        }
        Self::new(sum)
    }

    /// (workload, option, money per year) with coefficients above 0.
    pub(crate) fn coefficients(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.parts.iter().flat_map(|(workload, row)| {
            let losing = row.iter().enumerate().filter(|(_, value)| **value > 0.0);
            losing.map(|(option, value)| (*workload, option, *value))
        })
    }

    /// The workloads that count, with their options' coefficients.
    pub(crate) fn parts(&self) -> &[(usize, Box<[f64]>)] {
        &self.parts
    }

    /// The cut's value at `mix`.
    pub(crate) fn value(&self, mix: &Mix) -> f64 {
        let of = |(workload, row): &(usize, Box<[f64]>)| -> f64 {
            mix[*workload].iter().map(|(option, share)| row[*option] * share).sum()
        };
        self.parts.iter().map(of).sum()
    }

    /// The most that it can be: each workload at its worst option.
    pub(crate) fn worst(&self) -> f64 {
        self.parts.iter().map(|(_, row)| row.iter().copied().fold(0.0, f64::max)).sum()
    }
}
