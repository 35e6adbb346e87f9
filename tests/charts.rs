//! Charts: their figures are those of the tables, and what they cannot show is said.

use std::collections::BTreeMap;

use ballast_report::number;

use crate::support::{Bench, Csv};

fn money(value: f64) -> String {
    number::money(value, "EUR")
}

/// The texts of an SVG, and its description.
fn texts(svg: &str) -> Vec<String> {
    let parts = svg.split("<text ").skip(1).filter_map(|part| part.split_once('>')?.1.split_once('<'));
    parts.map(|(text, _)| text.to_owned()).collect()
}

struct Run {
    bench: Bench,
}

impl Run {
    fn new() -> Self {
        let bench = Bench::with_small_case();
        bench.ok("frontier small --svg --out run");
        Self { bench }
    }

    fn table(&self, name: &str) -> Csv {
        Csv::parse(&self.bench.read(&format!("run/{name}.csv")))
    }

    fn texts(&self, chart: &str) -> Vec<String> {
        texts(&self.bench.read(&format!("run/{chart}.svg")))
    }

    /// The names of today's plan and of the knee.
    fn compared(&self) -> [String; 2] {
        let frontier = self.table("frontier");
        let knee = frontier.rows.iter().find(|row| frontier.get(row, "is_knee") == "true").expect("a knee");
        ["as_is".to_owned(), frontier.get(knee, "point").to_owned()]
    }
}

#[test]
fn the_bars_of_cost_add_up_to_the_run_cost() {
    let run = Run::new();
    let (frontier, shown) = (run.table("frontier"), run.texts("cost"));
    let placements = run.table("placements");
    for point in run.compared() {
        let row = frontier.rows.iter().find(|row| frontier.get(row, "point") == point).expect("the plan");
        assert!(shown.contains(&money(frontier.number(row, "annual_cost_eur"))), "{point}: {shown:?}");
        let rows = || placements.rows.iter().filter(|row| placements.get(row, "point") == point);
        for component in ["compute_eur", "storage_eur"] {
            let amount: f64 = rows().map(|row| placements.number(row, component)).sum();
            assert!(shown.contains(&money(amount)), "{point} {component}: {} in {shown:?}", money(amount));
        }
    }
}

#[test]
fn the_mix_is_that_of_the_placements() {
    let run = Run::new();
    let placements = run.table("placements");
    let shown = run.texts("mix");
    for point in run.compared() {
        let mut shares: BTreeMap<&str, f64> = BTreeMap::new();
        for row in placements.rows.iter().filter(|row| placements.get(row, "point") == point) {
            *shares.entry(placements.get(row, "pattern")).or_default() +=
                placements.number(row, "annual_cost_eur");
        }
        let all: f64 = shares.values().sum();
        for (pattern, amount) in shares {
            let share = number::percent(amount / all);
            assert!(shown.contains(&share), "{point}: {pattern} has {share}, not in {shown:?}");
            assert!(shown.contains(&pattern.replace('_', " ")), "{pattern} is not in {shown:?}");
        }
    }
}

#[test]
fn the_blast_radius_is_that_of_the_losses() {
    let run = Run::new();
    let (losses, shown) = (run.table("losses_by_domain"), run.texts("blast_radius"));
    let mut checked = 0;
    for row in losses.rows.iter().filter(|row| losses.number(row, "expected_loss_eur") > 0.0) {
        for column in ["expected_loss_eur", "loss_per_event_eur"] {
            let amount = money(losses.number(row, column));
            assert!(shown.contains(&amount), "{row:?}: {amount} is not in {shown:?}");
            checked += 1;
        }
    }
    assert!(checked >= 4, "{checked}");
}

#[test]
fn the_portrait_and_the_measures_show_the_figures_of_the_tables() {
    let run = Run::new();
    let frontier = run.table("frontier");
    let (portrait, measures) = (run.texts("portrait").join("\n"), run.texts("measures").join("\n"));
    for point in run.compared() {
        let row = frontier.rows.iter().find(|row| frontier.get(row, "point") == point).expect("the plan");
        let figures = ["annual_cost_eur", "expected_loss_eur", "cvar_eur"];
        let figures = figures.map(|column| money(frontier.number(row, column)));
        assert!(figures.iter().all(|figure| portrait.contains(figure)), "{point} {figures:?}: {portrait}");
        assert!(measures.contains(&figures.join(" · ")), "{point} {figures:?}: {measures}");
    }
}

/// `1,23 Mio. €`, with spaces that may break.
fn german(value: f64) -> String {
    let plain = money(value).replace('.', ",");
    let units = [("bn", " Mrd."), ("m", " Mio."), ("k", " Tsd.")];
    let (digits, unit) =
        units.iter().find_map(|(short, long)| Some((plain.strip_suffix(short)?, *long))).unwrap_or((&plain, ""));
    format!("{}{unit} €", digits.replacen('€', "", 1))
}

#[test]
fn german_charts_show_the_figures_of_the_tables_and_english_ones_are_the_default() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --svg --out plain");
    bench.ok("frontier small --svg --lang en --out english");
    bench.ok("frontier small --svg --lang de --out run");
    assert_eq!(bench.files("plain")["portrait.png"], bench.files("english")["portrait.png"]);
    assert_eq!(bench.files("plain")["frontier.csv"], bench.files("run")["frontier.csv"]);
    let run = Run { bench };
    let shown = |chart: &str| run.texts(chart).join("\n").replace('\u{a0}', " ");
    let (frontier, points) = (run.table("frontier"), run.compared());
    let row =
        |point: &str| frontier.rows.iter().find(|row| frontier.get(row, "point") == point).expect("the plan");
    let figure = |point: &str, column: &str| frontier.number(row(point), column);
    for point in &points {
        for column in ["annual_cost_eur", "expected_loss_eur", "cvar_eur"] {
            let amount = german(figure(point, column));
            assert!(shown("portrait").contains(&amount), "{point} {column}: {amount}: {}", shown("portrait"));
        }
    }
    let [today, knee] = &points;
    let title = format!(
        "{} mehr im Jahr: erwarteter Ausfallschaden sinkt von {} auf {}",
        german(figure(knee, "annual_cost_eur") - figure(today, "annual_cost_eur")),
        german(figure(today, "expected_loss_eur")),
        german(figure(knee, "expected_loss_eur"))
    );
    assert!(shown("frontier").contains(&title), "{title}: {}", shown("frontier"));
    for chart in ["frontier", "measures", "mix", "cost", "blast_radius", "ep", "limits", "portrait"] {
        let texts = shown(chart);
        assert!(texts.contains("Quelle: Fall small") && !texts.contains("Run cost"), "{chart}: {texts}");
    }
}

#[test]
fn limits_are_priced_as_in_the_table() {
    let run = Run::new();
    let (prices, [_, knee]) = (run.table("shadow_prices"), run.compared());
    let rows: Vec<_> = prices.rows.iter().filter(|row| prices.get(row, "point") == knee).collect();
    assert!(!rows.is_empty(), "a limit binds {knee}");
    let shown = run.texts("limits");
    for row in rows {
        let worth = money(prices.number(row, "value_per_unit_eur") * prices.number(row, "limit") * 0.01);
        assert!(shown.contains(&worth), "{row:?}: {worth} is not in {shown:?}");
    }
}

#[test]
fn one_plan_has_no_charts_of_a_curve() {
    let bench = Bench::with_small_case();
    bench.ok("solve small --out plan");
    let files = bench.files("plan");
    for name in ["portrait.png", "cost.png", "blast_radius.png", "ep.png"] {
        assert!(files.contains_key(name), "no {name} in {:?}", files.keys());
    }
    for name in ["frontier.png", "measures.png", "mix.png"] {
        assert!(!files.contains_key(name), "{name} in {:?}", files.keys());
    }
    assert!(bench.fails("solve small --log", 2).contains("--log"));
}

#[test]
fn losses_are_logarithmic_on_demand() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --svg --set risk.years=200 --out plain");
    bench.ok("frontier small --svg --set risk.years=200 --log --out log");
    let (plain, log) = (bench.files("plain"), bench.files("log"));
    assert!(bench.read("log/frontier.svg").contains("(logarithmic losses)"));
    assert_eq!(plain["frontier.csv"], log["frontier.csv"]);
    assert_eq!(plain["cost.png"], log["cost.png"]);
}

#[test]
fn names_in_other_scripts_are_drawn_and_what_no_typeface_has_is_warned_of() {
    let bench = Bench::with_small_case();
    let old =
        bench.read("small/case.toml").lines().find(|line| line.starts_with("name")).expect("a name").to_owned();
    // Han, Hangul, kana and Vietnamese are drawn, with the same bytes each time.
    let known = "name = \"Werk 豊田 長春 울산 トヨタ Đồng\"";
    bench.change("small/case.toml", &old, known);
    for run in ["known", "again"] {
        let quiet = bench.ok(&format!("frontier small --points 3 --svg --out {run}"));
        assert!(!quiet.err.contains("typeface"), "{}", quiet.err);
    }
    let (one, other) = (bench.files("known"), bench.files("again"));
    assert!(one["portrait.png"] == other["portrait.png"] && one["frontier.png"] == other["frontier.png"]);
    assert!(bench.read("known/frontier.svg").contains("Werk 豊田 長春 울산 トヨタ Đồng"));
    // Scripts that need shaping are not.
    bench.change("small/case.toml", known, "name = \"Werk मुंबई Süd 電\"");
    let said = bench.ok("frontier small --points 3 --svg --out run");
    let warning = "warning: the typefaces of the charts have no \u{902} ई ब म \u{941}: boxes stand for them";
    assert!(said.err.contains(warning), "{}", said.err);
    assert!(bench.read("run/run.json").contains("the typefaces of the charts have no"));
    assert!(bench.read("run/frontier.svg").contains("Werk मुंबई Süd 電"));
    let said = bench.ok("sensitivity small --years 100 --inputs 0 --robust 0 --out told");
    assert!(said.err.contains(warning), "{}", said.err);
}
