//! `portrait`: the chosen plan on one page, for a board: key figures, where it runs, what it pays for, what may strike.

use ballast_model::Estate;
use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    Provenance,
    blast::{self, BlastChart},
    color,
    cost::CostChart,
    ep::EpChart,
    mix::{self, Panel},
    named::{self, upper_first},
    page::{Line, Page, Point, Text},
    speech::Speech,
    strings,
};
use crate::{PlanView, Role, Study};

/// What the figure of a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Money per year.
    Money,
    /// A chance per year.
    Chance,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Card {
    pub(super) heading: String,
    pub(super) kind: Kind,
    pub(super) today: Option<f64>,
    pub(super) plan: f64,
}

/// All that the picture shows.
pub(super) struct Portrait {
    pub(super) speech: Speech,
    pub(super) currency: String,
    pub(super) plan: String,
    /// Cost and weighted loss together: today's, if there is a plan of today, and the plan's.
    pub(super) totals: (Option<f64>, f64),
    /// Workloads that change, of how many; none without a plan of today.
    pub(super) changes: Option<(usize, usize)>,
    /// The plan's proven gap.
    pub(super) gap: Option<f64>,
    pub(super) cards: Vec<Card>,
    /// Shares by pattern; the plan is the only one of the panel's.
    pub(super) mix: Option<Panel>,
    pub(super) cost: Option<CostChart>,
    pub(super) blast: BlastChart,
    /// What a bad year looks like, in a sentence.
    pub(super) bad_year: String,
}

/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
/// Failure domains that fit.
const ROWS: usize = 6;
const LEFT: f64 = 24.0;
/// The column of what may strike.
const RIGHT_COLUMN: f64 = 412.0;
const EDGE: f64 = 776.0;
const CARDS_TOP: f64 = 76.0;
const BELOW: f64 = 178.0;

fn moved(estate: &Estate, today: &PlanView<'_>, plan: &PlanView<'_>) -> usize {
    estate.workload_ids().filter(|id| today.plan.of(*id) != plan.plan.of(*id)).count()
}

impl Portrait {
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Self {
        let (today, chosen) = (study.first(Role::AsIs), study.chosen());
        let card = |heading: String, kind, figure: &dyn Fn(&PlanView<'_>) -> f64| Card {
            heading,
            kind,
            today: today.map(figure),
            plan: figure(chosen),
        };
        let worst = speech.say(strings::WORST_YEARS, &[("share", &speech.percent(1.0 - study.alpha()))]);
        let cards = vec![
            card(speech.word(strings::BOARD_RUN_COST), Kind::Money, &|plan| plan.annual_cost),
            card(speech.word(strings::BOARD_LOSS), Kind::Money, &|plan| plan.risk.expected_loss()),
            card(upper_first(&worst), Kind::Money, &|plan| plan.risk.cvar(study.alpha())),
            card(speech.word(strings::BOARD_STOP), Kind::Chance, &|plan| {
                plan.risk.probability_of_stop_above(8.0).0
            }),
        ];
        let compared =
            named::plans(study, speech).into_iter().filter(|one| one.is_today || one.is_chosen).collect();
        Self {
            speech,
            currency: study.estate.settings().currency.clone(),
            plan: chosen.id.clone(),
            totals: (today.map(|plan| study.total(plan)), study.total(chosen)),
            changes: today.map(|plan| (moved(study.estate, plan, chosen), study.estate.workloads().len())),
            gap: chosen.solution.map(|solution| solution.gap),
            cards,
            mix: mix::panels(study, speech, today, &[chosen]).and_then(|panels| panels.into_iter().next()),
            cost: CostChart::of_plans(study, speech, compared),
            blast: BlastChart::of(study, speech),
            bad_year: EpChart::of(study, speech).finding(),
        }
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let (today, plan) = self.totals;
        let (words, change) = match today.map(|today| (plan - today, today)) {
            None => (strings::BOARD_WHOLE, 0.0),
            Some((change, today)) if change < -SLIGHT * today => (strings::BOARD_LESS, -change),
            Some((change, today)) if change > SLIGHT * today => (strings::BOARD_MORE, change),
            Some(_) => (strings::BOARD_SAME, 0.0),
        };
        let (total, change) = (self.money(plan), self.money(change));
        self.speech.say(words, &[("plan", &self.plan), ("total", &total), ("change", &change)])
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let speech = self.speech;
        let (words, (some, all)) = match self.changes {
            Some((0, all)) => (strings::BOARD_ALL_STAY, (0, all)),
            Some(both) => (strings::BOARD_CHANGE, both),
            None => (strings::BOARD_NO_TODAY, (0, 0)),
        };
        let changes = speech.say(words, &[("some", &some.to_string()), ("all", &all.to_string())]);
        let proof = self.gap.map(|gap| speech.say(strings::BOARD_PROOF, &[("gap", &speech.percent(gap))]));
        let subtitle = format!("{changes}{}", proof.unwrap_or_default());
        let figures: Vec<String> =
            self.cards.iter().map(|card| format!("{} {}", card.heading, self.figure(card, card.plan))).collect();
        let values = [
            ("plan", self.plan.as_str()),
            ("finding", &self.finding()),
            ("figures", &figures.join(", ")),
            ("bad_year", &self.bad_year),
        ];
        let alt = speech.say(strings::BOARD_ALT, &values);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let width = (EDGE - LEFT) / self.cards.len().max(1) as f64;
        for (position, card) in self.cards.iter().enumerate() {
            self.draw_card(&mut page, card, LEFT + width * position as f64, width - 14.0);
        }
        self.draw_mix(&mut page);
        self.draw_cost(&mut page);
        self.draw_events(&mut page);
        page
    }

    fn figure(&self, card: &Card, value: f64) -> String {
        match card.kind {
            Kind::Money => self.money(value),
            Kind::Chance => self.speech.chance(value),
        }
    }

    fn draw_card(&self, page: &mut Page, card: &Card, left: f64, width: f64) {
        page.rectangle((left, CARDS_TOP - 6.0), (left + width, CARDS_TOP - 4.0), color::GRID);
        page.fitted((left, CARDS_TOP + 8.0), &card.heading, Text::plain(11.5, color::MUTED), width);
        let plan = self.figure(card, card.plan);
        page.fitted((left, CARDS_TOP + 34.0), &plan, Text::bold(23.0, color::RED), width);
        let Some(today) = card.today else { return };
        let change = match card.kind {
            Kind::Money if today > 0.0 => {
                let part = (card.plan - today) / today;
                let sign = if part < 0.0 { "−" } else { "+" };
                format!(" ({sign}{})", self.speech.percent(part.abs()))
            }
            _ => String::new(),
        };
        let figure = self.figure(card, today);
        let text = self.speech.say(strings::BOARD_TODAY, &[("figure", &figure), ("change", &change)]);
        page.fitted((left, CARDS_TOP + 60.0), &text, Text::plain(12.0, color::ORANGE), width);
    }

    fn draw_mix(&self, page: &mut Page) {
        let Some(panel) = &self.mix else { return };
        let today =
            panel.today.as_ref().map(|shares| (self.speech.word(strings::TODAY), color::ORANGE, shares.clone()));
        let plan = panel.plans.first().map(|shares| (self.plan.clone(), color::RED, shares.clone()));
        let bars: Vec<_> = today.into_iter().chain(plan).collect();
        stacks(page, BELOW, &self.speech.word(strings::BOARD_MIX), &panel.names, &bars);
    }

    fn draw_cost(&self, page: &mut Page) {
        let Some(cost) = &self.cost else { return };
        let most = cost.bars.iter().map(super::cost::Bar::total).fold(0.0, f64::max);
        let bars: Vec<_> = cost
            .bars
            .iter()
            .map(|bar| {
                let parts = bar.parts.iter().map(|part| if most > 0.0 { part / most } else { 0.0 }).collect();
                let title = if bar.is_today { self.speech.word(strings::TODAY) } else { self.plan.clone() };
                (title, if bar.is_today { color::ORANGE } else { color::RED }, parts)
            })
            .collect();
        stacks(page, BELOW + 146.0, &self.speech.word(strings::BOARD_COST), &cost.components, &bars);
    }

    fn draw_events(&self, page: &mut Page) {
        let (left, mut top) = (RIGHT_COLUMN, BELOW);
        page.text((left, top), &self.speech.word(strings::BOARD_EVENTS), Text::bold(12.5, color::INK));
        top += 20.0;
        let columns = [EDGE - 66.0, EDGE];
        for ((name, is_today), right) in self.blast.plans.iter().zip(columns) {
            let tint = if *is_today { color::ORANGE } else { color::RED };
            let style = Text::bold(11.0, tint).aligned(HPos::Right);
            page.text((right, top), &style.cut(name, 62.0), style);
        }
        let line = Line { color: color::GRID, width: 1.0, dash: None };
        for domain in self.blast.domains.iter().take(ROWS) {
            top += 17.0;
            page.line(&[(left, top - 7.0), (EDGE, top - 7.0)], line);
            page.fitted((left, top + 4.0), &domain.name, Text::bold(11.5, color::INK), columns[0] - left - 64.0);
            page.text(
                (left, top + 18.0),
                &blast::often(self.speech, domain.rate_per_year),
                Text::plain(10.5, color::MUTED),
            );
            for (toll, right) in domain.tolls.iter().zip(columns) {
                let style = Text::plain(12.0, color::INK).aligned(HPos::Right);
                page.fitted((right, top + 11.0), &self.money(toll.event), style, 60.0);
            }
            top += 18.0;
        }
        if self.blast.domains.is_empty() {
            let none = self.speech.word(strings::BLAST_NONE);
            page.text((left, top + 16.0), &none, Text::plain(11.5, color::MUTED));
        }
        page.fitted((left, 456.0), &self.bad_year, Text::bold(11.5, color::INK), EDGE - left);
    }
}

/// Stacked bars under a heading, with their key in two columns.
fn stacks(page: &mut Page, top: f64, heading: &str, names: &[String], bars: &[(String, BackendColor, Vec<f64>)]) {
    page.text((LEFT, top), heading, Text::bold(12.5, color::INK));
    let (begin, end) = (LEFT + 48.0, RIGHT_COLUMN - 28.0);
    for (row, (title, tint, parts)) in bars.iter().enumerate() {
        let middle = top + 21.0 + 20.0 * row as f64;
        let style = Text::bold(11.5, *tint);
        page.fitted((LEFT, middle), title, style, 44.0);
        let mut left = begin;
        for (part, fill) in parts.iter().zip(color::SERIES) {
            let right = left + part.clamp(0.0, 1.0) * (end - begin);
            page.rectangle((left, middle - 7.5), (right, middle + 7.5), fill);
            page.line(
                &[(right, middle - 7.5), (right, middle + 7.5)],
                Line { color: color::WHITE, width: 1.0, dash: None },
            );
            left = right;
        }
    }
    let first: Point = (LEFT, top + 64.0);
    for (index, (name, fill)) in names.iter().zip(color::SERIES).enumerate() {
        let (left, middle) = (first.0 + 180.0 * (index % 2) as f64, first.1 + 16.0 * (index / 2) as f64);
        page.rectangle((left, middle - 5.0), (left + 10.0, middle + 5.0), fill);
        page.fitted((left + 15.0, middle), name, Text::plain(11.0, color::INK), 158.0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Language;
    use crate::charts::{
        blast::{Domain, Toll},
        check::{NAMES, assert_sound},
        cost::Bar,
    };

    fn portrait(size: f64, today: Option<f64>, names: &[&str]) -> Portrait {
        let card = |heading: &str, kind, plan| Card { heading: heading.to_owned(), kind, today, plan };
        let bar = |title: &str, is_today| Bar {
            title: title.to_owned(),
            is_today,
            is_chosen: !is_today,
            parts: (0..names.len()).map(|part| size * part as f64).collect(),
        };
        let domain = |name: &&str| Domain {
            name: (*name).to_owned(),
            rate_per_year: 0.01,
            tolls: vec![Toll { year: size, event: size * 9.0 }; 2],
        };
        Portrait {
            speech: Speech::default(),
            currency: "CHF".to_owned(),
            plan: "p07".to_owned(),
            totals: (today, size),
            changes: today.map(|_| (3, 9)),
            gap: Some(0.004),
            cards: vec![
                card("Run cost a year", Kind::Money, size),
                card("Loss in the worst 5 % of years", Kind::Money, size * 12.34),
                card("A stop of over 8 hours", Kind::Chance, 0.02),
            ],
            mix: Some(Panel {
                heading: "By pattern".to_owned(),
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                today: today.map(|_| vec![1.0 / names.len() as f64; names.len()]),
                plans: vec![vec![1.0 / names.len() as f64; names.len()]],
            }),
            cost: Some(CostChart::ranked("CHF".to_owned(), names, vec![bar("Today", true), bar("Plan", false)])),
            blast: BlastChart {
                speech: Speech::default(),
                currency: "CHF".to_owned(),
                plans: vec![("Today".to_owned(), true), ("Plan p07".to_owned(), false)],
                domains: names.iter().map(domain).collect(),
            },
            bad_year: "One year in 100 loses CHF 211m or more today, CHF 138m with plan p07".to_owned(),
        }
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let says = |plan, today| portrait(plan, today, &["a"]).finding();
        assert_eq!(
            says(12.2e6, Some(16.1e6)),
            "Plan p07: CHF 12.2m a year for running and outages, CHF 3.90m less than today"
        );
        assert_eq!(
            says(2e6, Some(1e6)),
            "Plan p07: CHF 2.00m a year for running and outages, CHF 1.00m more than today"
        );
        assert_eq!(says(1e6, Some(1.001e6)), "Plan p07: CHF 1.00m a year for running and outages, as today");
        assert_eq!(says(0.0, Some(0.0)), "Plan p07: CHF 0 a year for running and outages, as today");
        assert_eq!(says(1e6, None), "Plan p07: CHF 1.00m a year for running and outages");
        let german = Portrait { speech: Speech(Language::German), ..portrait(12.2e6, Some(16.1e6), &["a"]) };
        assert_eq!(
            german.finding().replace('\u{a0}', " "),
            "Plan p07: 12,2 Mio. CHF im Jahr für Betrieb und Ausfälle, 3,90 Mio. CHF weniger als heute"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            names in 0_usize..7,
            magnitude in -3_i32..13,
            today in prop::option::of(0.0..2.0_f64),
        ) {
            let size = 10_f64.powi(magnitude);
            let portrait = portrait(size, today.map(|part| part * size), &NAMES[..names]);
            assert_sound(&portrait.draw(&Provenance { fields: Vec::new() }));
            let german = Portrait { speech: Speech(Language::German), ..portrait };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
