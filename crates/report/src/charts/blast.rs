//! `blast_radius`: what a year and what one event of the worst failure domains cost, today and with the plan.

use plotters_backend::BackendColor;

use super::{
    Provenance, color, named,
    page::{Line, Page, Text},
    speech::Speech,
    strings,
};
use crate::Study;

/// What the events of one domain cost a plan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Toll {
    /// Expected loss per year.
    pub(super) year: f64,
    /// Mean loss of one event.
    pub(super) event: f64,
}

/// A failure domain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) rate_per_year: f64,
    /// One for each of the chart's plans.
    pub(super) tolls: Vec<Toll>,
}

/// All that the picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BlastChart {
    pub(super) speech: Speech,
    pub(super) currency: String,
    /// Names of the plans and whether each is today's.
    pub(super) plans: Vec<(String, bool)>,
    /// Greatest expected loss of any plan first.
    pub(super) domains: Vec<Domain>,
}

/// Domains that fit.
const ROWS: usize = 8;
/// A change below this share is none to speak of.
const SLIGHT: f64 = 0.005;
const LEFT: f64 = 24.0;
const TOP: f64 = 94.0;
const BOTTOM: f64 = 444.0;
/// Left end and right end of the bars of a panel; their figures stand beyond the right end.
const PANELS: [(f64, f64); 2] = [(216.0, 430.0), (506.0, 716.0)];

impl BlastChart {
    pub(super) fn of(study: &Study<'_>, speech: Speech) -> Self {
        let shown: Vec<_> =
            named::plans(study, speech).into_iter().filter(|one| one.is_today || one.is_chosen).collect();
        let mut domains: Vec<Domain> = Vec::new();
        let mut ids = Vec::new();
        for (position, one) in shown.iter().enumerate() {
            for risk in &one.plan.risk.by_domain {
                let known = ids.iter().position(|id| *id == risk.domain).unwrap_or_else(|| {
                    let name = study.estate.domain(risk.domain).name.clone();
                    let tolls = vec![Toll::default(); shown.len()];
                    domains.push(Domain { name, rate_per_year: risk.rate_per_year, tolls });
                    ids.push(risk.domain);
                    ids.len() - 1
                });
                domains[known].tolls[position] = Toll { year: risk.expected_loss, event: risk.loss_per_event };
            }
        }
        let plans = shown
            .iter()
            .map(|one| {
                let words = if one.is_today { strings::TODAY } else { strings::PLAN };
                (speech.say(words, &[("plan", &one.plan.id)]), one.is_today)
            })
            .collect();
        Self { speech, ..Self::ranked(study.estate.settings().currency.clone(), plans, domains) }
    }

    fn ranked(currency: String, plans: Vec<(String, bool)>, mut domains: Vec<Domain>) -> Self {
        let worst = |domain: &Domain| domain.tolls.iter().map(|toll| toll.year).fold(0.0, f64::max);
        domains.retain(|domain| worst(domain) > 0.0);
        domains.sort_by(|a, b| worst(b).total_cmp(&worst(a)).then(a.name.cmp(&b.name)));
        Self { speech: Speech::default(), currency, plans, domains }
    }

    fn money(&self, value: f64) -> String {
        self.speech.money(value, &self.currency)
    }

    /// The finding in a sentence; every figure in it is one of the chart's.
    pub(super) fn finding(&self) -> String {
        let speech = self.speech;
        let Some(first) = self.domains.first() else { return speech.word(strings::BLAST_NONE) };
        let today = self.plans.iter().position(|(_, is_today)| *is_today);
        let plan = self.plans.iter().position(|(_, is_today)| !is_today);
        let (Some(today), Some(plan)) = (today, plan) else {
            let toll = first.tolls.first().copied().unwrap_or_default();
            let (year, event) = (self.money(toll.year), self.money(toll.event));
            let values = [("domain", named::short(&first.name)), ("year", year), ("event", event)];
            return speech
                .say(strings::BLAST_ONE, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
        };
        let fall = |domain: &Domain| domain.tolls[today].year - domain.tolls[plan].year;
        let mut best = first;
        for domain in &self.domains {
            if fall(domain) > fall(best) {
                best = domain;
            }
        }
        let before: f64 = self.domains.iter().map(|domain| domain.tolls[today].year).sum();
        if fall(best) > SLIGHT * before {
            let (before, after) = (self.money(best.tolls[today].year), self.money(best.tolls[plan].year));
            let domain = named::short(&best.name);
            return speech
                .say(strings::BLAST_FALL, &[("domain", &domain), ("before", &before), ("after", &after)]);
        }
        let year = first.tolls[today].year.max(first.tolls[plan].year);
        let domain = named::short(&first.name);
        speech.say(strings::BLAST_SAME, &[("domain", &domain), ("year", &self.money(year))])
    }

    pub(super) fn draw(&self, provenance: &Provenance) -> Page {
        let count = self.domains.len();
        let speech = self.speech;
        let shown = if count > ROWS {
            speech.say(strings::BLAST_SHOWN, &[("rows", &ROWS.to_string()), ("count", &count.to_string())])
        } else {
            String::new()
        };
        let subtitle = speech.say(strings::BLAST_SUBTITLE, &[("currency", &self.currency), ("shown", &shown)]);
        let alt = speech.say(strings::BLAST_ALT, &[("finding", &self.finding())]);
        let mut page = Page::new(speech, &self.finding(), &subtitle, alt, provenance);
        let headings = [strings::BLAST_YEAR, strings::BLAST_EVENT].map(|words| speech.word(words));
        for ((left, _), heading) in PANELS.into_iter().zip(headings) {
            page.text((left, 74.0), &heading, Text::bold(12.0, color::INK));
            let bottom = TOP + self.step() * self.domains.len().min(ROWS) as f64;
            page.line(&[(left, TOP - 6.0), (left, bottom)], Line { color: color::AXIS, width: 1.0, dash: None });
        }
        for (row, domain) in self.domains.iter().take(ROWS).enumerate() {
            self.draw_domain(&mut page, domain, TOP + self.step() * row as f64);
        }
        let mut left = LEFT;
        for (name, is_today) in &self.plans {
            let style = Text::bold(12.0, tint(*is_today));
            let shown = style.cut(name, 80.0);
            page.rectangle((left, 69.0), (left + 10.0, 79.0), fill(*is_today));
            page.text((left + 15.0, 74.0), &shown, style);
            left += 15.0 + style.width(&shown) + 14.0;
        }
        page
    }

    fn step(&self) -> f64 {
        ((BOTTOM - TOP) / self.domains.len().clamp(1, ROWS) as f64).min(58.0)
    }

    fn draw_domain(&self, page: &mut Page, domain: &Domain, top: f64) {
        let middle = top + self.step() / 2.0 - 3.0;
        let name = Text::bold(12.0, color::INK);
        page.fitted((LEFT, middle - 7.5), &domain.name, name, PANELS[0].0 - LEFT - 10.0);
        page.text(
            (LEFT, middle + 7.5),
            &often(self.speech, domain.rate_per_year),
            Text::plain(10.5, color::MUTED),
        );
        let height = (self.step() * 0.6 / self.plans.len().max(1) as f64).min(14.0);
        for (panel, (left, right)) in PANELS.into_iter().enumerate() {
            let amount = |toll: &Toll| if panel == 0 { toll.year } else { toll.event };
            let most =
                self.domains.iter().take(ROWS).flat_map(|domain| &domain.tolls).map(amount).fold(0.0, f64::max);
            for (position, (toll, (_, is_today))) in domain.tolls.iter().zip(&self.plans).enumerate() {
                let at = middle + height * (position as f64 - domain.tolls.len() as f64 / 2.0);
                let end = left + if most > 0.0 { amount(toll) / most * (right - left) } else { 0.0 };
                page.rectangle((left, at + 0.8), (end, at + height - 0.8), fill(*is_today));
                let style = Text::plain(11.0_f64.min(height), color::INK);
                page.text((end + 6.0, at + height / 2.0), &self.money(amount(toll)), style);
            }
        }
    }
}

fn tint(is_today: bool) -> BackendColor {
    if is_today { color::ORANGE } else { color::RED }
}

fn fill(is_today: bool) -> BackendColor {
    if is_today { color::PALE_ORANGE } else { color::RED }
}

/// `3.2 events a year`, `1 event in 83 years`.
pub(super) fn often(speech: Speech, rate: f64) -> String {
    let once_in =
        |decimals| speech.say(strings::EVENT_IN_YEARS, &[("years", &speech.fixed(1.0 / rate, decimals))]);
    match rate {
        rate if rate <= 0.0 => speech.word(strings::NEVER),
        rate if rate >= 0.95 => speech.say(strings::EVENTS_A_YEAR, &[("rate", &speech.fixed(rate, 1))]),
        rate if rate >= 0.095 => once_in(1),
        _ => once_in(0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Language,
        charts::check::{NAMES, assert_sound},
    };

    fn chart(plans: &[bool], domains: &[(&str, &[f64])]) -> BlastChart {
        let names =
            plans.iter().map(|is_today| (if *is_today { "Today" } else { "Plan p07" }.to_owned(), *is_today));
        let domains = domains.iter().map(|(name, years)| Domain {
            name: (*name).to_owned(),
            rate_per_year: 0.5,
            tolls: years.iter().map(|year| Toll { year: *year, event: year * 2.0 }).collect(),
        });
        BlastChart::ranked("EUR".to_owned(), names.collect(), domains.collect())
    }

    #[test]
    fn the_finding_says_what_the_figures_say() {
        let both = chart(&[true, false], &[("directory", &[3.2e6, 3.1e6]), ("region", &[2.2e6, 0.2e6])]);
        assert_eq!(both.finding(), "Losses from region fall from €2.20m to €200k a year");
        assert_eq!(
            chart(&[true, false], &[("directory", &[3e6, 3e6])]).finding(),
            "No domain costs much less with the plan; most is lost to directory, €3.00m a year"
        );
        assert_eq!(
            chart(&[true, false], &[("directory", &[1e6, 3e6])]).finding(),
            "No domain costs much less with the plan; most is lost to directory, €3.00m a year"
        );
        assert_eq!(
            chart(&[false], &[("region", &[1e6]), ("directory", &[3e6])]).finding(),
            "Most is lost to directory: €3.00m a year, €6.00m each time"
        );
        assert_eq!(
            chart(&[true, false], &[("region", &[0.0, 0.0])]).finding(),
            "No failure domain costs anything"
        );
        assert_eq!(chart(&[], &[]).finding(), "No failure domain costs anything");
        let german = BlastChart { speech: Speech(Language::German), ..both };
        assert_eq!(
            german.finding().replace('\u{a0}', " "),
            "Schäden durch region sinken von 2,20 Mio. € auf 200 Tsd. € im Jahr"
        );
    }

    #[test]
    fn rates_are_said_as_people_say_them() {
        assert_eq!(
            [0.0, 2.5, 0.53, 0.0121].map(|rate| often(Speech::default(), rate)),
            ["never", "2.5 events a year", "1 event in 1.9 years", "1 event in 83 years"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_figures_and_names_can_be_drawn(
            count in 0_usize..40,
            plans in 0_usize..3,
            magnitude in -3_i32..13,
            years in prop::collection::vec(0.0..1.0_f64, 80),
        ) {
            let size = 10_f64.powi(magnitude);
            let plans = &[true, false][..plans];
            let values: Vec<Vec<f64>> = years.chunks(2).map(|pair| pair[..plans.len()].iter().map(|y| y * size).collect()).collect();
            let domains: Vec<(&str, &[f64])> =
                values.iter().take(count).enumerate().map(|(n, years)| (NAMES[n % NAMES.len()], years.as_slice())).collect();
            let chart = chart(plans, &domains);
            assert_sound(&chart.draw(&Provenance { fields: Vec::new() }));
            let german = BlastChart { speech: Speech(Language::German), ..chart };
            assert_sound(&german.draw(&Provenance { fields: Vec::new() }));
        }
    }
}
