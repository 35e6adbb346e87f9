//! The result in a page of text, for somebody who decides.

use ballast_model::{DomainId, Estate, WorkloadId, cost};
use ballast_solver::Surface;

use crate::{PlanView, Role, RowName, Study, number, terminal};

/// A titled block of aligned columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) title: String,
    /// Rows of cells; the first column is text, the others are numbers unless the block says otherwise.
    pub(crate) rows: Vec<Vec<String>>,
    /// How many leading columns are text, aligned to the left.
    pub(crate) text_columns: usize,
}

/// Rows of the two lists that the summary cuts short.
pub(crate) const LIST_LENGTH: usize = 5;

/// The summary as text; `bold` marks titles for terminals that can show them.
pub fn summary(study: &Study<'_>, bold: bool) -> String {
    let mut blocks = vec![plans(study)];
    blocks.extend(moves_block(study));
    blocks.extend(sources(study));
    blocks.push(binding(study));
    blocks.push(proof(study));
    blocks.extend(afresh(study));
    blocks.iter().map(|block| block.render(bold)).collect::<Vec<_>>().join("\n")
}

fn money(study: &Study<'_>, value: f64) -> String {
    number::money(value, &study.estate.settings().currency)
}

/// `+€1.2m` or `-€1.2m`.
fn change(study: &Study<'_>, value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "+" };
    format!("{sign}{}", money(study, value.abs()))
}

/// `1 year in 3.4`, for a probability per year.
pub(crate) fn chance(probability: f64) -> String {
    match probability {
        0.0 => "never".to_owned(),
        often if often >= 0.95 => "every year".to_owned(),
        some => format!("1 year in {:.1}", 1.0 / some),
    }
}

fn plans(study: &Study<'_>) -> Block {
    let settings = study.estate.settings();
    let years = study.chosen().risk.annual_losses().len();
    let points = study.frontier().chain(study.on_surface()).count();
    let what = match points {
        0 => "one plan".to_owned(),
        count => format!("{count} plans"),
    };
    let title = format!(
        "{}: {what}, {} simulated years, {} a year",
        settings.name,
        number::grouped(u64::try_from(years).unwrap_or(u64::MAX)),
        settings.currency
    );
    let worst = format!("worst {} of years", number::percent(1.0 - study.alpha()));
    let headings = ["", "plan", "run cost", "expected loss", worst.as_str(), "stop over 8 h", "total"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let mut row = |title: &str, plan: Option<&PlanView<'_>>| {
        if let Some(plan) = plan {
            rows.push(vec![
                title.to_owned(),
                plan.id.clone(),
                money(study, plan.annual_cost),
                money(study, plan.risk.expected_loss()),
                money(study, plan.risk.cvar(study.alpha())),
                chance(plan.risk.probability_of_stop_above(8.0).0),
                money(study, study.total(plan)),
            ]);
        }
    };
    row("Today", study.first(Role::AsIs));
    let chosen = study.chosen();
    row(if chosen.role == Role::Plan { "The plan" } else { "Lowest total (knee)" }, Some(chosen));
    row("Same loss as today", study.first(Role::SameLoss));
    row("Same cost as today", study.first(Role::SameCost));
    row("Cheapest", study.frontier().next());
    row("End of the curve", study.frontier().last());
    let least =
        |figure: &dyn Fn(&PlanView<'_>) -> f64| study.on_surface().min_by(|a, b| figure(a).total_cmp(&figure(b)));
    row("Cheapest", study.on_surface().next());
    row("Least expected loss", least(&|plan| plan.risk.expected_loss()));
    row("Least in bad years", least(&|plan| plan.risk.cvar(study.alpha())));
    Block { title, rows, text_columns: 2 }
}

/// A workload that the chosen plan deploys otherwise than today.
pub(crate) struct Move {
    pub(crate) workload: WorkloadId,
    /// What it costs more per year.
    pub(crate) cost: f64,
    /// What it loses more per year.
    pub(crate) loss: f64,
}

/// What the chosen plan changes, largest changes first; none without today's plan.
pub(crate) fn moves(study: &Study<'_>) -> Option<Vec<Move>> {
    let as_is = study.first(Role::AsIs)?;
    let chosen = study.chosen();
    let estate = study.estate;
    let mut moved: Vec<Move> = estate
        .workload_ids()
        .filter(|id| as_is.plan.of(*id) != chosen.plan.of(*id))
        .map(|workload| Move {
            workload,
            cost: workload_cost(estate, chosen, workload) - workload_cost(estate, as_is, workload),
            loss: chosen.risk.by_workload[workload.index()].expected_loss
                - as_is.risk.by_workload[workload.index()].expected_loss,
        })
        .collect();
    moved.sort_by(|a, b| {
        let size = |change: &Move| change.cost.abs() + change.loss.abs();
        size(b).total_cmp(&size(a)).then(a.workload.cmp(&b.workload))
    });
    Some(moved)
}

fn moves_block(study: &Study<'_>) -> Option<Block> {
    let as_is = study.first(Role::AsIs)?;
    let chosen = study.chosen();
    let estate = study.estate;
    let moved = moves(study)?;
    let all = estate.workloads().len();
    if moved.is_empty() {
        return Some(Block {
            title: format!("All {all} workloads stay as they are"),
            rows: Vec::new(),
            text_columns: 0,
        });
    }
    let shown = moved.len().min(LIST_LENGTH);
    let title = format!("{} of {all} workloads change; the {shown} largest changes", moved.len());
    let mut rows = vec![["workload", "today", "plan", "run cost", "expected loss"].map(str::to_owned).to_vec()];
    rows.extend(moved.iter().take(LIST_LENGTH).map(|one| {
        vec![
            estate.workload(one.workload).id.clone(),
            deployments(estate, as_is, one.workload),
            deployments(estate, chosen, one.workload),
            change(study, one.cost),
            change(study, one.loss),
        ]
    }));
    Some(Block { title, rows, text_columns: 3 })
}

/// Cost of a workload's deployments per year, without the sites' fixed costs.
fn workload_cost(estate: &Estate, plan: &PlanView<'_>, workload: WorkloadId) -> f64 {
    plan.plan
        .of(workload)
        .iter()
        .filter_map(|part| {
            let cost = cost::annual_cost(estate, workload, &part.deployment).ok()?;
            Some(cost.total().get() * part.share.get())
        })
        .sum()
}

fn deployments(estate: &Estate, plan: &PlanView<'_>, workload: WorkloadId) -> String {
    let parts = plan.plan.of(workload);
    match parts {
        [one] => estate.describe(&one.deployment),
        many => {
            let main = plan.plan.main_deployment(workload).map(|main| estate.describe(main)).unwrap_or_default();
            format!("{main} and {} more", many.len() - 1)
        }
    }
}

fn sources(study: &Study<'_>) -> Option<Block> {
    let chosen = study.chosen();
    let as_is = study.first(Role::AsIs);
    let expected = |plan: &PlanView<'_>, domain: DomainId| {
        plan.risk.by_domain.iter().find(|risk| risk.domain == domain).map_or(0.0, |risk| risk.expected_loss)
    };
    let ranking = as_is.unwrap_or(chosen);
    let mut ranked: Vec<_> = ranking.risk.by_domain.iter().filter(|risk| risk.expected_loss > 0.0).collect();
    if ranked.is_empty() {
        return None;
    }
    ranked.sort_by(|a, b| b.expected_loss.total_cmp(&a.expected_loss).then(a.domain.cmp(&b.domain)));
    let mut header = vec!["what fails".to_owned()];
    header.extend(as_is.map(|_| "today".to_owned()));
    header.push("plan".to_owned());
    let mut rows = vec![header];
    rows.extend(ranked.iter().take(LIST_LENGTH).map(|risk| {
        let mut row = vec![study.estate.domain(risk.domain).name.clone()];
        row.extend(as_is.map(|plan| money(study, expected(plan, risk.domain))));
        row.push(money(study, expected(chosen, risk.domain)));
        row
    }));
    let title = format!("Where the expected loss comes from, {} largest of {}", rows.len() - 1, ranked.len());
    Some(Block { title, rows, text_columns: 1 })
}

fn binding(study: &Study<'_>) -> Block {
    let prices = study.chosen().solution.map_or(&[][..], |solution| &solution.shadow_prices);
    if prices.is_empty() {
        return Block { title: "No limit binds the plan".to_owned(), rows: Vec::new(), text_columns: 0 };
    }
    let currency = &study.estate.settings().currency;
    let mut ranked: Vec<_> = prices.iter().collect();
    ranked.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.row.cmp(&b.row)));
    let mut rows = vec![["limit", "unit", "worth of one more"].map(str::to_owned).to_vec()];
    rows.extend(ranked.iter().take(LIST_LENGTH).map(|price| {
        let name = RowName::parse(&price.row);
        let worth = if name.is_money() { format!("{:.3}", price.value) } else { money(study, price.value) };
        vec![name.in_words(), name.unit(currency), worth]
    }));
    let title = format!("What binds, {} of {}", rows.len() - 1, prices.len());
    Block { title, rows, text_columns: 2 }
}

pub(crate) fn proof(study: &Study<'_>) -> Block {
    let wanted = number::percent(study.estate.settings().solver.gap);
    let widest = number::percent(study.largest_gap());
    if let Some(surface) = study.surface {
        let title = surface_proof(surface, &widest, study.complete);
        return Block { title, rows: Vec::new(), text_columns: 0 };
    }
    let mut title = match study.frontier().count() {
        0 => format!("Proven: no plan beats this one by more than {widest}"),
        _ => format!("Proven: no plan beats any of these by more than {widest}"),
    };
    if !study.within_gap() {
        title = format!("{title}; {wanted} was asked for, a limit ended the search");
    }
    if !study.complete {
        title.push_str("; the run was stopped before it was done");
    }
    Block { title, rows: Vec::new(), text_columns: 0 }
}

/// How far all plans are from those of a surface.
fn surface_proof(surface: &Surface, distance: &str, complete: bool) -> String {
    let mut title = format!(
        "Proven: at any worth of expected loss and of bad years, up to 4 of cost for 1 of them, no plan beats the best\n\
         of these in all by more than {distance}"
    );
    if surface.distance > surface.wanted {
        title.push_str(&format!("; {} was asked for, more plans come closer", number::percent(surface.wanted)));
    }
    match surface.corners_left {
        _ if complete => {}
        0 => title.push_str("; the run was stopped before it was done"),
        left => title.push_str(&format!(
            "; the run was stopped before the plans\nat {left} of the extremes were found, so little is proven yet"
        )),
    }
    title
}

/// What the chosen plan loses in years that it was not chosen on: whether it was fitted to chance.
fn afresh(study: &Study<'_>) -> Option<Block> {
    let chosen = study.chosen();
    let (loss, _) = study.afresh(&chosen.id)?;
    let mut title = format!(
        "In {} fresh years, which no plan was chosen on, {} loses {} a year; in its own {}",
        number::grouped(chosen.risk.annual_losses().len() as u64),
        chosen.id,
        money(study, loss),
        money(study, chosen.risk.expected_loss())
    );
    if let Some(optimum) = study.optimum(&chosen.id) {
        title.push_str(&format!(
            "\n95 % sure: whatever the years bring, no plan's {} is below {}; this one's is {}",
            objective(chosen),
            money(study, optimum.low),
            money(study, chosen.solution.map_or(0.0, |found| found.objective)),
        ));
    }
    Some(Block { title, rows: Vec::new(), text_columns: 0 })
}

/// What a plan's objective is, in words.
fn objective(plan: &PlanView<'_>) -> &'static str {
    match plan.solution.map(|found| &found.goal) {
        Some(goal) if goal.loss_cap.is_some() || goal.cvar_cap.is_some() => "cost at its loss",
        Some(goal) if goal.loss_weight == 0.0 && goal.cvar_weight == 0.0 => "cost",
        _ => "total of cost and weighted loss",
    }
}

impl Block {
    pub(crate) fn render(&self, bold: bool) -> String {
        let title = if bold { format!("\u{1b}[1m{}\u{1b}[0m\n", self.title) } else { format!("{}\n", self.title) };
        title + &terminal::aligned("   ", &self.rows, |column| column < self.text_columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_aligned_left_and_numbers_right() {
        let block = Block {
            title: "T".to_owned(),
            rows: vec![
                ["", "cost"].map(str::to_owned).to_vec(),
                ["Today", "€10.2m"].map(str::to_owned).to_vec(),
                ["Knee", "€9.9m"].map(str::to_owned).to_vec(),
            ],
            text_columns: 1,
        };
        assert_eq!(block.render(false), "T\n            cost\n   Today  €10.2m\n   Knee    €9.9m\n");
        assert!(block.render(true).starts_with("\u{1b}[1mT\u{1b}[0m\n"));
    }
}
