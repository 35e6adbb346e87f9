//! The way from today's plan to another one, in words and as a page of text.

use ballast_model::{Estate, Plan, WorkloadId};
use ballast_solver::{Bond, Move, Roadmap, Stop};

use crate::{RowName, number, summary::Block};

/// Workloads of one move that a line names.
pub(crate) const NAMED: usize = 2;

/// A way with what it is about.
#[derive(Debug, Clone, Copy)]
pub struct RoadmapView<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// What the plan at its end is called.
    pub name: &'a str,
    /// Today's plan and the one at the end.
    pub plans: [&'a Plan; 2],
    /// The way.
    pub roadmap: &'a Roadmap,
}

/// A move with its place on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    /// From 1; none for the rest.
    pub(crate) number: Option<usize>,
    pub(crate) before: &'a Stop,
    pub(crate) one: &'a Move,
}

impl Step<'_> {
    pub(crate) fn cost(&self) -> f64 {
        self.one.after.annual_cost - self.before.annual_cost
    }

    pub(crate) fn avoided(&self) -> f64 {
        self.before.expected_loss - self.one.after.expected_loss
    }

    /// Weighted loss avoided above the cost, per unit of cost; none if it costs nothing.
    pub(crate) fn benefit_per_cost(&self) -> Option<f64> {
        let net = self.before.total - self.one.after.total;
        (self.cost() >= 0.01).then(|| net / self.cost())
    }
}

impl<'a> RoadmapView<'a> {
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'a>> {
        let told = self.roadmap.moves.len();
        self.roadmap.steps().enumerate().map(move |(at, (before, one))| Step {
            number: (at < told).then_some(at + 1),
            before,
            one,
        })
    }

    /// The ids of a move's workloads.
    pub(crate) fn ids(&self, one: &Move) -> Vec<&'a str> {
        one.workloads.iter().map(|id| self.estate.workload(*id).id.as_str()).collect()
    }

    /// The deployments of a move's workloads today and at the end, each named once.
    pub(crate) fn deployments(&self, one: &Move) -> [Vec<String>; 2] {
        self.plans.map(|plan| {
            let mut named: Vec<String> = Vec::new();
            let parts = one.workloads.iter().flat_map(|id: &WorkloadId| plan.of(*id));
            for deployment in parts.map(|part| self.estate.describe(&part.deployment)) {
                if !named.contains(&deployment) {
                    named.push(deployment);
                }
            }
            named
        })
    }

    /// Whether today's plan breaks rules or limits.
    pub(crate) fn is_broken_today(&self) -> bool {
        !self.roadmap.today.broken.is_empty()
    }
}

/// Why workloads move together, in the files.
pub(crate) fn bond(bond: &Bond) -> String {
    match bond {
        Bond::Group(name) => format!("group {name}"),
        Bond::Process(name) => format!("process {name}"),
        Bond::Site(name) => format!("site {name}"),
        Bond::Limit(row) => format!("limit {row}"),
    }
}

fn in_words(bond: &Bond) -> String {
    match bond {
        Bond::Group(name) => format!("they are the group {name}"),
        Bond::Process(name) => format!("{name} needs them all, and none of them pays by itself"),
        Bond::Site(name) => format!("they open or leave {name}, and none of them pays by itself"),
        Bond::Limit(row) => format!("one makes room for the other within {}", RowName::parse(row).in_words()),
    }
}

fn rules(broken: &[String]) -> String {
    let in_words = |rule: &String| RowName::of_rule(rule).map_or_else(|| rule.clone(), |row| row.in_words());
    broken.iter().map(in_words).collect::<Vec<_>>().join(", ")
}

/// The way as a page of text.
pub fn roadmap_summary(view: &RoadmapView<'_>, bold: bool) -> String {
    let currency = &view.estate.settings().currency;
    let money = |value: f64| number::money(value, currency);
    let change = |value: f64| format!("{}{}", if value < 0.0 { "-" } else { "+" }, money(value.abs()));
    let headings = ["", "move", "today", "then", "run cost", "loss avoided", "run cost so far", "loss left"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let stop = |stop: &Stop| [money(stop.annual_cost), money(stop.expected_loss)];
    let [cost, loss] = stop(&view.roadmap.today);
    rows.push(["", "today", "", "", "", "", &cost, &loss].map(str::to_owned).to_vec());
    for step in view.steps() {
        let count = step.one.workloads.len();
        let (number, name, [today, then]) = match step.number {
            Some(number) => (number.to_string(), short(&view.ids(step.one)), view.deployments(step.one)),
            None => (String::new(), format!("the rest, {count} workloads"), [Vec::new(), Vec::new()]),
        };
        let [cost, loss] = stop(&step.one.after);
        let change = [change(step.cost()), money(step.avoided())];
        let row = [number, name, listed(&today), listed(&then)].into_iter().chain(change).chain([cost, loss]);
        rows.push(row.collect());
    }
    let title =
        format!("From today to {}, {currency} a year; what buys most for its money comes first", view.name);
    let mut page = Block { title, rows, text_columns: 4 }.render(bold);
    for line in remarks(view) {
        page.push_str(&format!("  {line}\n"));
    }
    page
}

fn remarks(view: &RoadmapView<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for step in view.steps() {
        let Some(number) = step.number.filter(|_| !step.one.bonds.is_empty()) else { continue };
        let why: Vec<String> = step.one.bonds.iter().map(in_words).collect();
        lines.push(format!("{number}: {} move together; {}", view.ids(step.one).join(", "), why.join("; ")));
    }
    if view.is_broken_today() {
        lines.push(format!("Today's plan breaks {}", rules(&view.roadmap.today.broken)));
        for step in view.steps().filter(|step| !step.one.mends.is_empty()) {
            let who = step.number.map_or_else(|| "the rest mends".to_owned(), |number| format!("{number} mends"));
            lines.push(format!("{who} {}", rules(&step.one.mends)));
        }
    }
    if view.roadmap.moves.is_empty() && view.roadmap.rest.is_none() {
        lines.push("Nothing moves: the plan is today's".to_owned());
    } else {
        let kept =
            if view.is_broken_today() { "breaks nothing that today's plan keeps" } else { "keeps every limit" };
        lines.push(format!("Whoever stops after a move has a plan that {kept}"));
    }
    lines
}

/// The first names, and how many more there are.
fn short(names: &[&str]) -> String {
    let named: Vec<String> = names.iter().take(NAMED).map(|name| (*name).to_owned()).collect();
    match names.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn listed(deployments: &[String]) -> String {
    match deployments {
        [] => String::new(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first} and {} more", more.len()),
    }
}
