//! The programme of docs/math.md: one function per labelled constraint. This is where units are dropped.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ballast_model::{Estate, SiteId, WorkloadId};

use crate::{
    Goal, LinearProgram, blocks,
    bounds::Proof,
    losses::Cut,
    options::{DeploymentOption, OptionTable},
    problem::Problem,
};

/// A programme with the meaning of its columns.
#[derive(Debug, Clone)]
pub(crate) struct Formulation {
    /// The programme, money in units of [`Problem::money_unit`].
    pub(crate) program: LinearProgram,
    /// Workload and option of each of the first columns.
    pub(crate) placements: Vec<(usize, usize)>,
    /// The column of each process's expected loss; none if the goal does not look at losses.
    pub(crate) losses: Vec<usize>,
    /// Where its rows are.
    pub(crate) rows: Rows,
    /// The column of CVaR; none if the goal does not look at it.
    pub(crate) cvar: Option<usize>,
}

/// The positions of a programme's rows by what they are about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// By workload.
    pub(crate) place: Vec<usize>,
    /// By charge: (workload, row).
    pub(crate) charges: Vec<Vec<(usize, usize)>>,
    /// By coupling row of the estate.
    pub(crate) couplings: Vec<Option<usize>>,
    /// (the group's first workload, another one, site, row).
    pub(crate) groups: Vec<(usize, usize, SiteId, usize)>,
    pub(crate) budget: Option<usize>,
    /// The cuts follow one another in the order in which they are known.
    pub(crate) first_loss_cut: Option<usize>,
    pub(crate) loss_cap: Option<usize>,
    pub(crate) first_cvar_cut: Option<usize>,
    pub(crate) cvar_cap: Option<usize>,
}

/// Which options may enter.
pub(crate) type Admitted<'a> = &'a dyn Fn(usize, usize) -> bool;

/// What a formulation is built from; each constraint function below adds its rows to it.
struct Builder<'a> {
    problem: &'a Problem<'a>,
    estate: &'a Estate,
    options: &'a OptionTable,
    goal: &'a Goal,
    unit: f64,
    integer: bool,
    program: LinearProgram,
    /// Column of an admitted (workload, option).
    x: Vec<Vec<Option<usize>>>,
    placements: Vec<(usize, usize)>,
    rows: Rows,
    /// Terms of the plan's annual cost.
    cost: Vec<(usize, f64)>,
}

/// Builds the programme of `goal` over the admitted options with the cuts found so far.
///
/// `loss_cuts` are (position of the process, cut); `cvar_cuts` bound CVaR.
pub(crate) fn build(
    problem: &Problem<'_>,
    goal: &Goal,
    known: &Known,
    integer: bool,
    admitted: Admitted<'_>,
) -> Formulation {
    let mut builder = Builder {
        problem,
        estate: problem.estate,
        options: &problem.options,
        goal,
        unit: problem.money_unit,
        integer,
        program: LinearProgram::default(),
        x: problem.options.options.iter().map(|of| vec![None; of.len()]).collect(),
        placements: Vec::new(),
        rows: Rows::default(),
        cost: Vec::new(),
    };
    builder.placement_columns(admitted);
    builder.place();
    builder.charges();
    builder.coupling_rows();
    builder.groups();
    builder.budget();
    let losses = builder.expected_loss(known);
    let cvar = builder.cvar(known);
    Formulation { program: builder.program, placements: builder.placements, rows: builder.rows, losses, cvar }
}

/// A cut on a process's expected loss.
#[derive(Debug, Clone)]
pub(crate) struct LossCut {
    /// Position of the process.
    pub(crate) process: usize,
    pub(crate) cut: Arc<Cut>,
    /// Part of its row's name.
    pub(crate) number: u32,
    /// Relaxations in a row that it did not bind; none for those that are kept for good.
    pub(crate) idle: Option<u32>,
}

/// A cut on CVaR.
#[derive(Debug)]
pub(crate) struct TailCut {
    pub(crate) cut: Cut,
    /// By year: the weights with which the losses of years add up to the cut.
    pub(crate) years: Vec<f64>,
}

/// The cuts of one programme.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts {
    loss: Vec<LossCut>,
    cvar: Vec<(Arc<TailCut>, u32)>,
    /// The number of the next cut.
    next: u32,
}

/// The cuts, useful options and plans found so far, shared by all points of a frontier.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Cuts on expected losses.
    pub(crate) loss: Vec<LossCut>,
    /// By workload and option: whether a relaxation so far has had a use for it.
    pub(crate) useful: Vec<Vec<bool>>,
    /// Cuts on CVaR, each with the relaxations in a row that it did not bind.
    pub(crate) cvar: Vec<(Arc<TailCut>, u32)>,
    /// Whole plans: the option of every workload.
    pub(crate) plans: Vec<Arc<Vec<usize>>>,
    /// What has been proven about the whole curve.
    pub(crate) proofs: Vec<Proof>,
    /// What the blocks of a large estate have found.
    pub(crate) blocks: Option<Arc<blocks::Known>>,
    /// The number of the next cut.
    next: u32,
}

impl Known {
    /// Adds a cut on the expected loss of a process.
    pub(crate) fn add(&mut self, process: usize, cut: Arc<Cut>) {
        self.loss.push(LossCut { process, cut, number: self.next, idle: Some(0) });
        self.next += 1;
    }

    /// The cuts found so far.
    pub(crate) fn cuts(&self) -> Cuts {
        Cuts { loss: self.loss.clone(), cvar: self.cvar.clone(), next: self.next }
    }

    /// These cuts and nothing else.
    pub(crate) fn with_cuts(Cuts { loss, cvar, next }: Cuts) -> Self {
        Self { loss, cvar, next, ..Self::default() }
    }

    /// The cuts that hold from the start, and the options to start with.
    pub(crate) fn first(loss: Vec<(usize, Cut)>, useful: Vec<Vec<bool>>) -> Self {
        let mut known = Self { useful, ..Self::default() };
        for (process, cut) in loss {
            known.add(process, Arc::new(cut));
        }
        for cut in &mut known.loss {
            cut.idle = None;
        }
        known
    }

    /// Takes over what another solve that began with the same knowledge has found.
    pub(crate) fn learn(&mut self, other: Self) {
        for (known, row) in self.useful.iter_mut().zip(other.useful) {
            for (known, useful) in known.iter_mut().zip(row) {
                *known |= useful;
            }
        }
        let known: BTreeSet<*const Cut> = self.loss.iter().map(|known| Arc::as_ptr(&known.cut)).collect();
        for found in other.loss.into_iter().filter(|found| !known.contains(&Arc::as_ptr(&found.cut))) {
            self.add(found.process, found.cut);
        }
        for (cut, idle) in other.cvar {
            if !self.cvar.iter().any(|(known, _)| Arc::ptr_eq(known, &cut)) {
                self.cvar.push((cut, idle));
            }
        }
        self.blocks = other.blocks.or_else(|| self.blocks.take());
        let new = other.proofs.into_iter().filter(|found| {
            !self.proofs.iter().any(|known| known.intercept == found.intercept && known.price == found.price)
        });
        let new: Vec<Proof> = new.collect();
        self.proofs.extend(new);
        for plan in other.plans {
            if !self.plans.contains(&plan) {
                self.plans.push(plan);
            }
        }
    }
}

impl Builder<'_> {
    /// x\[w,o\]: the share of workload w's units that has option o.
    fn placement_columns(&mut self, admitted: Admitted<'_>) {
        for (w, options) in self.options.options.iter().enumerate() {
            let workload = self.estate.workload(WorkloadId::new(w));
            let whole = self.integer && !workload.divisible;
            for (o, option) in options.iter().enumerate().filter(|(o, _)| admitted(w, *o)) {
                let cost = option.annual_cost() / self.unit;
                let name = format!("x[{},{o}]", workload.id);
                let column = self.program.column(name, self.goal.cost_weight * cost, (0.0, 1.0), whole);
                self.x[w][o] = Some(column);
                self.placements.push((w, o));
                self.cost.push((column, cost));
            }
        }
    }

    /// The columns of one workload's options that `keep`.
    fn columns_of(&self, w: usize, keep: impl Fn(&DeploymentOption) -> bool) -> Vec<(usize, f64)> {
        self.x[w]
            .iter()
            .zip(&self.options.options[w])
            .filter_map(|(column, option)| column.filter(|_| keep(option)).map(|column| (column, 1.0)))
            .collect()
    }

    /// (P) place\[w\]: `sum over o of x[w,o] = 1`.
    fn place(&mut self) {
        for (w, workload) in self.estate.workloads().iter().enumerate() {
            let row = self.columns_of(w, |_| true);
            self.rows.place.push(self.program.rows.len());
            self.program.equal(format!("place[{}]", workload.id), row, 1.0);
        }
    }

    /// (Y) open\[w,r\]: `sum over o that use r of x[w,o] <= y[r]`; y\[r\] pays the site's fixed cost once.
    /// (Z) onboard\[w,v\]: `sum over o that use v of x[w,o] <= z[v]`; z\[v\] pays the provider's onboarding once.
    ///
    /// One row per workload, not one for all, keeps the relaxation tight.
    fn charges(&mut self) {
        for charge in &self.problem.couplings.charges {
            let rows: Vec<(usize, Vec<(usize, f64)>)> = (0..self.x.len())
                .map(|w| {
                    let users = self.x[w].iter().zip(&charge.used[w]);
                    (
                        w,
                        users
                            .filter_map(|(column, used)| column.filter(|_| *used))
                            .map(|column| (column, 1.0))
                            .collect(),
                    )
                })
                .filter(|(_, row): &(usize, Vec<_>)| !row.is_empty())
                .collect();
            self.rows.charges.push(Vec::new());
            if rows.is_empty() {
                continue;
            }
            let cost = charge.cost / self.unit;
            let column =
                self.program.column(charge.column.clone(), self.goal.cost_weight * cost, (0.0, 1.0), self.integer);
            self.cost.push((column, cost));
            for (w, mut row) in rows {
                row.push((column, -1.0));
                let workload = &self.estate.workload(WorkloadId::new(w)).id;
                if let Some(known) = self.rows.charges.last_mut() {
                    known.push((w, self.program.rows.len()));
                }
                self.program.at_most(format!("{}[{workload},{}]", charge.label, charge.id), row, 0.0);
            }
        }
    }

    /// (C) capacity\[r,k\]: `demand in normal running <= capacity`;
    /// (S) standby\[r,class,k\]: `normal demand + what one impairment class sends over at once <= capacity`;
    /// (L) share\[scope=member,k\], (V) share\[provider=v\]: `demand of primaries <= ceiling`, soft if it has a penalty.
    fn coupling_rows(&mut self) {
        let couplings = &self.problem.couplings;
        let mut drawn: Vec<Vec<(usize, f64)>> = vec![Vec::new(); couplings.rows.len()];
        for &(w, o) in &self.placements {
            if let Some(column) = self.x[w][o] {
                for (row, demand) in couplings.draws(w, o) {
                    drawn[row].push((column, demand));
                }
            }
        }
        for (coupling, mut row) in couplings.rows.iter().zip(drawn) {
            self.rows.couplings.push((!row.is_empty()).then_some(self.program.rows.len()));
            if row.is_empty() {
                continue;
            }
            if let Some(penalty) = coupling.penalty {
                let cost = penalty / self.unit;
                let name = coupling.name.replacen("share", "excess", 1);
                let excess = self.program.column(name, self.goal.cost_weight * cost, (0.0, coupling.all), false);
                self.cost.push((excess, cost));
                row.push((excess, -1.0));
            }
            self.program.at_most(coupling.name.clone(), row, coupling.limit);
        }
    }

    /// (G) group\[g,w,r\]: workloads of one group have the same share of their primaries at every site.
    fn groups(&mut self) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (w, workload) in self.estate.workloads().iter().enumerate() {
            let Some(group) = workload.group.as_deref() else { continue };
            let Some(&leader) = first.get(group) else {
                first.insert(group, w);
                continue;
            };
            for site in self.estate.site_ids() {
                let mut row = self.columns_of(leader, |option| option.deployment.primary == site);
                row.extend(
                    self.columns_of(w, |option| option.deployment.primary == site)
                        .into_iter()
                        .map(|(column, share)| (column, -share)),
                );
                if !row.is_empty() {
                    let name = format!("group[{group},{},{}]", workload.id, self.estate.site(site).id);
                    self.rows.groups.push((leader, w, site, self.program.rows.len()));
                    self.program.equal(name, row, 0.0);
                }
            }
        }
    }

    /// (B) budget: `annual cost <= budget`.
    fn budget(&mut self) {
        if let Some(budget) = self.goal.budget {
            self.rows.budget = Some(self.program.rows.len());
            self.program.at_most("budget".to_owned(), self.cost.clone(), budget / self.unit);
        }
    }

    /// (E) `loss_cut`\[p,i\]: `loss[p] >= cut i at x`; `expected_loss`: `sum over p of loss[p] <= cap`.
    fn expected_loss(&mut self, known: &Known) -> Vec<usize> {
        if self.goal.loss_weight == 0.0 && self.goal.loss_cap.is_none() {
            return Vec::new();
        }
        let losses: Vec<usize> = self
            .problem
            .losses
            .processes
            .iter()
            .zip(&self.problem.worst_loss)
            .map(|(process, worst)| {
                let name = format!("loss[{}]", self.estate.process(process.process).id);
                self.program.column(name, self.goal.loss_weight, (0.0, worst / self.unit), false)
            })
            .collect();
        self.rows.first_loss_cut = Some(self.program.rows.len());
        for cut in &known.loss {
            let id = &self.estate.process(self.problem.losses.processes[cut.process].process).id;
            self.cut_row(format!("loss_cut[{id},{}]", cut.number), losses[cut.process], &cut.cut);
        }
        if let Some(cap) = self.goal.loss_cap {
            let row = losses.iter().map(|column| (*column, 1.0)).collect();
            self.rows.loss_cap = Some(self.program.rows.len());
            self.program.at_most("expected_loss".to_owned(), row, cap / self.unit);
        }
        losses
    }

    /// (R) `cvar_cut`\[i\]: `cvar >= cut i at x`; cvar: `cvar <= cap` (Rockafellar and Uryasev 2000; cuts after
    /// Künzi-Bay and Mayer 2006).
    fn cvar(&mut self, known: &Known) -> Option<usize> {
        if !self.goal.needs_cvar() {
            return None;
        }
        let worst: f64 = self.problem.worst_loss.iter().sum::<f64>() / (1.0 - self.problem.alpha);
        let column =
            self.program.column("cvar".to_owned(), self.goal.cvar_weight, (0.0, worst / self.unit), false);
        self.rows.first_cvar_cut = Some(self.program.rows.len());
        for (number, (cut, _)) in known.cvar.iter().enumerate() {
            self.cut_row(format!("cvar_cut[{number}]"), column, &cut.cut);
        }
        if let Some(cap) = self.goal.cvar_cap {
            self.rows.cvar_cap = Some(self.program.rows.len());
            self.program.at_most("cvar".to_owned(), vec![(column, 1.0)], cap / self.unit);
        }
        Some(column)
    }

    fn cut_row(&mut self, name: String, loss: usize, cut: &Cut) {
        let mut row: Vec<(usize, f64)> = cut
            .coefficients()
            .filter_map(|(w, o, coefficient)| Some((self.x[w][o]?, -coefficient / self.unit)))
            .collect();
        row.push((loss, 1.0));
        self.program.at_least(name, row, 0.0);
    }
}
