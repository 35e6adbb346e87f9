//! The page as a whole: its parts fit together, and what comes from the case stays text.

use std::collections::BTreeSet;

use super::*;
use crate::html::{
    data::PlanData,
    placements::{Part, State, differences},
};

/// Every file of the script.
const FILES: [&str; 9] = [
    include_str!("script/words.js"),
    include_str!("script/plans.js"),
    include_str!("script/drawing.js"),
    include_str!("script/curve.js"),
    include_str!("script/ep.js"),
    include_str!("script/tables.js"),
    include_str!("script/placements.js"),
    include_str!("script/plan.js"),
    include_str!("script/start.js"),
];

/// What stands between each `start` and the next `end`.
fn between<'t>(text: &'t str, start: &'t str, end: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
}

#[test]
fn every_text_that_page_and_script_ask_for_is_there() {
    let known: BTreeSet<&str> = strings::STRINGS.iter().map(|(key, ..)| *key).collect();
    let keys =
        between(PAGE, "{{t:", "}}").chain(between(SCRIPT, "say('", "'")).chain(between(SCRIPT, "data.text.", ";"));
    let mut asked = 0;
    for key in keys {
        let key =
            key.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
        assert!(known.contains(key), "no text {key:?}");
        asked += 1;
    }
    assert!(asked > 60, "{asked} texts");
}

#[test]
fn every_place_that_the_script_writes_to_is_on_the_page() {
    for id in between(SCRIPT, "byId('", "'") {
        assert!(PAGE.contains(&format!("id=\"{id}\"")), "no element {id}");
    }
}

#[test]
fn the_script_makes_no_markup_of_text_and_reaches_for_no_network() {
    assert!(FILES.iter().all(|file| SCRIPT.contains(file)));
    let banned = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "XMLHttp",
    ];
    for word in banned.iter().chain(&["import(", "WebSocket", "sendBeacon", "</script", "<!--"]) {
        assert!(!SCRIPT.contains(word), "{word} in the script");
    }
    for text in [PAGE, STYLE] {
        assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("url("), "an address");
    }
}

/// The colour of a name in the style sheet.
fn color(name: &str) -> [f64; 3] {
    let hex =
        between(STYLE, &format!("--{name}: #"), ";").next().map(str::to_owned).expect("a colour of this name");
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")) / 255.0)
}

/// Relative luminance (WCAG 2).
fn luminance(color: [f64; 3]) -> f64 {
    let linear =
        color.map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[test]
fn text_can_be_read_against_its_ground() {
    for ground in ["paper", "shade"] {
        for name in ["ink", "muted", "blue", "red", "orange"] {
            let (dark, light) = (luminance(color(name)), luminance(color(ground)));
            let contrast = (light + 0.05) / (dark + 0.05);
            assert!(contrast >= 4.5, "{name} on {ground}: {contrast:.2}");
        }
    }
}

#[test]
fn a_page_of_two_thousand_workloads_and_forty_plans_is_below_two_megabytes() {
    let (workloads, plans) = (2000_usize, 42_usize);
    let cost = |n: usize| 10_000.0 + (n * 7919 % 1_000_000) as f64 / 100.0;
    // Each plan moves a fifth of the workloads, and every loss is another.
    let states: Vec<Vec<State>> = (0..plans)
        .map(|plan| {
            (0..workloads)
                .map(|workload| {
                    let moves = (0..=plan).filter(|step| (workload + step) % 5 == 0).count();
                    let part = Part { deployment: 7 * moves % 400, share: 1.0, cost: cost(workload + moves) };
                    State { parts: vec![part], loss: cost(31 * workload + plan) }
                })
                .collect()
        })
        .collect();
    let data = Data {
        text: strings::STRINGS.iter().map(|(key, _, german)| (*key, *german)).collect(),
        currency: "EUR".to_owned(),
        symbol: "€".to_owned(),
        alpha: 0.95,
        axis: "expected_loss",
        weights: [1.0, 0.0],
        chosen: 1,
        workloads: (0..workloads)
            .map(|n| [format!("workload-{n:04}"), format!("Platform of plant {n:04}")])
            .collect(),
        today: (0..workloads).map(|n| Some(n % 400)).collect(),
        patterns: (0..12).map(|n| format!("pattern_{n:02}")).collect(),
        sites: (0..60).map(|n| format!("cloud-region-{n:02}")).collect(),
        deployments: (0..400).map(|n| (n % 12, n % 60, Some((n + 1) % 60))).collect(),
        components: vec!["compute"; 9],
        domains: (0..300)
            .map(|n| (format!("domain-{n}"), format!("Domain {n}"), "site".to_owned(), 0.123_456))
            .collect(),
        chances: vec![0.123_456; 61],
        periods: vec![100; 10],
        plans: differences(&states)
            .into_iter()
            .enumerate()
            .map(|(n, placements)| PlanData {
                id: format!("p{n:02}"),
                role: "frontier",
                names: Vec::new(),
                beside: false,
                cost: cost(n),
                fixed: cost(n),
                loss: cost(n),
                loss_se: cost(n),
                cvar: cost(n),
                cvar_se: cost(n),
                var: cost(n),
                total: cost(n),
                objective: Some(cost(n)),
                bound: Some(cost(n)),
                gap: Some(0.004),
                status: Some("within_gap"),
                violations: Vec::new(),
                components: vec![cost(n); 9],
                domains: (0..300).map(|domain| cost(domain + n)).collect(),
                ep: vec![123_456_789.12; 61],
                levels: vec![[123_456_789.12; 3]; 10],
                limits: Vec::new(),
                placements,
            })
            .collect(),
    };
    let size = escape::json(&data.to_json()).len() + PAGE.len() + STYLE.len() + SCRIPT.len();
    // Ten pictures of the run's folder stand on the page too.
    let pictures = 10 * 40_000;
    assert!(size + pictures < 2_000_000, "{size} bytes and the pictures");
    assert!(size > 800_000, "the test is no longer about a large page: {size} bytes");
}
