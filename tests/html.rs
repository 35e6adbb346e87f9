//! `--html`: the page says what the tables say, keeps to itself, and takes names for names.

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{Bench, Csv};

/// What stands between the first `start` and the next `end`.
fn between<'t>(page: &'t str, start: &str, end: &str) -> &'t str {
    let rest = page.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}

/// The data within a page.
fn data(page: &str) -> Value {
    serde_json::from_str(between(page, "id=\"data\">", "</script>")).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn position(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a position")).expect("in memory")
}

/// Rows of placements as the script makes them: workload, pattern, primary, standby, share, cost, loss.
fn placements(data: &Value, plan: usize) -> Vec<([String; 4], f64, f64, Option<f64>)> {
    let workloads = list(&data["workloads"]);
    let mut parts = vec![Vec::new(); workloads.len()];
    let mut losses = vec![f64::NAN; workloads.len()];
    for plan in &list(&data["plans"])[..=plan] {
        for entry in list(&plan["placed"]) {
            let entry = list(entry);
            parts[position(&entry[0])] = match &entry[1..] {
                [deployment, cost] => vec![(position(deployment), 1.0, cost.as_f64().expect("money"))],
                many => many
                    .chunks(3)
                    .map(|part| {
                        (position(&part[0]), part[1].as_f64().expect("a share"), part[2].as_f64().expect("money"))
                    })
                    .collect(),
            };
        }
        let mut new = list(&plan["losses"]).iter();
        let mut workload = 0;
        for (turn, length) in list(&plan["runs"]).iter().map(position).enumerate() {
            if turn % 2 == 1 {
                losses[workload..workload + length]
                    .fill_with(|| new.next().and_then(Value::as_f64).expect("money"));
            }
            workload += length;
        }
    }
    let name = |table: &str, at: &Value| match at {
        Value::Null => String::new(),
        at => data[table][position(at)].as_str().expect("a name").to_owned(),
    };
    let mut rows = Vec::new();
    for (workload, parts) in parts.iter().enumerate() {
        for (order, (deployment, share, cost)) in parts.iter().enumerate() {
            let deployment = &data["deployments"][*deployment];
            let names = [
                workloads[workload][0].as_str().expect("an id").to_owned(),
                name("patterns", &deployment[0]),
                name("sites", &deployment[1]),
                name("sites", &deployment[2]),
            ];
            rows.push((names, *share, *cost, (order == 0).then_some(losses[workload])));
        }
    }
    rows
}

/// Money on the page is rounded to whole units from a hundred on.
fn is_about(page: f64, table: f64) -> bool {
    (page - table).abs() <= if table.abs() < 99.0 { 0.006 } else { 0.51 }
}

#[test]
fn the_page_has_the_figures_of_the_tables() {
    let bench = Bench::with_small_case();
    let said = bench.ok("frontier small --html --out results");
    assert!(said.out.contains("report.html"), "{}", said.out);
    let page = bench.read("results/report.html");
    let data = data(&page);
    let frontier = Csv::parse(&bench.read("results/frontier.csv"));
    let placed = Csv::parse(&bench.read("results/placements.csv"));
    let domains = Csv::parse(&bench.read("results/losses_by_domain.csv"));
    let levels = Csv::parse(&bench.read("results/ep_curve.csv"));
    let prices = Csv::parse(&bench.read("results/shadow_prices.csv"));
    assert_eq!(list(&data["plans"]).len(), frontier.rows.len());
    for (index, (plan, row)) in list(&data["plans"]).iter().zip(&frontier.rows).enumerate() {
        let id = frontier.get(row, "point");
        assert_eq!(plan["id"], id);
        let figures = [
            ("cost", "annual_cost_eur"),
            ("fixed", "fixed_cost_eur"),
            ("loss", "expected_loss_eur"),
            ("loss_se", "expected_loss_se_eur"),
            ("cvar", "cvar_eur"),
            ("cvar_se", "cvar_se_eur"),
            ("var", "var_eur"),
            ("total", "total_eur"),
            ("objective", "objective_eur"),
            ("bound", "lower_bound_eur"),
            ("gap", "gap"),
        ];
        for (figure, column) in figures {
            let text = frontier.get(row, column);
            let wanted = if text.is_empty() { None } else { Some(frontier.number(row, column)) };
            assert_eq!(plan[figure].as_f64(), wanted, "{figure} of {id}");
        }
        let of_plan = |table: &'_ Csv| -> Vec<Vec<String>> {
            table.rows.iter().filter(|row| table.get(row, "point") == id).cloned().collect()
        };
        let (rows, shown) = (of_plan(&placed), placements(&data, index));
        assert_eq!(rows.len(), shown.len(), "rows of {id}");
        for (row, (names, share, cost, loss)) in rows.iter().zip(&shown) {
            let columns = ["workload", "pattern", "primary_site", "standby_site"];
            assert_eq!(names.each_ref(), columns.map(|column| placed.get(row, column)), "{id}");
            assert_eq!(*share, placed.number(row, "share"));
            assert!(is_about(*cost, placed.number(row, "annual_cost_eur")), "{id} {names:?}: {cost}");
            match loss {
                Some(loss) => assert!(is_about(*loss, placed.number(row, "expected_loss_eur")), "{id} {names:?}"),
                None => assert_eq!(placed.get(row, "expected_loss_eur"), ""),
            }
        }
        let components = list(&data["components"]).iter().zip(list(&plan["components"]));
        for (name, sum) in components {
            let column = format!("{}_eur", name.as_str().expect("a name"));
            let wanted: f64 = rows.iter().map(|row| placed.number(row, &column)).sum();
            let sum = sum.as_f64().expect("money");
            assert!((sum - wanted).abs() < 0.5, "{column} of {id}: {sum} is not {wanted}");
        }
        for row in of_plan(&domains) {
            let at = list(&data["domains"]).iter().position(|domain| domain[0] == domains.get(&row, "domain"));
            let shown = plan["domains"][at.expect("the domain")].as_f64();
            assert_eq!(shown, Some(domains.number(&row, "expected_loss_eur")), "{id}");
        }
        for row in of_plan(&levels) {
            let period = levels.number(&row, "return_period_years");
            let at = list(&data["periods"]).iter().position(|known| known.as_f64() == Some(period));
            let shown = &plan["levels"][at.expect("the period")];
            let wanted = ["aep_loss_eur", "aep_low_eur", "aep_high_eur"].map(|column| levels.number(&row, column));
            assert_eq!([0, 1, 2].map(|end| shown[end].as_f64()), wanted.map(Some), "{id} {period}");
        }
        let rows = of_plan(&prices);
        assert_eq!(list(&plan["limits"]).len(), rows.len());
        for row in rows {
            let name = prices.get(&row, "row");
            let shown = list(&plan["limits"]).iter().find(|limit| limit["row"] == name).expect("the limit");
            let value = prices.number(&row, "value_per_unit_eur");
            assert_eq!(shown["holds"] == "", prices.get(&row, "limit_from").is_empty(), "{name} of {id}");
            assert!((shown["value"].as_f64().expect("money") - value).abs() <= value * 1e-5, "{name} of {id}");
        }
    }
    let chosen = list(&data["plans"])[position(&data["chosen"])]["id"].as_str().expect("an id");
    let knee = frontier.rows.iter().find(|row| frontier.get(row, "is_knee") == "true").expect("a knee");
    assert_eq!(chosen, frontier.get(knee, "point"));
    let record: Value = serde_json::from_str(&bench.read("results/run.json")).expect("JSON");
    for origin in [&record["run"], &record["version"], &record["inputs"][0]["sha256"]] {
        assert!(page.contains(origin.as_str().expect("text")), "no {origin}");
    }
}

#[test]
fn a_split_workload_has_a_row_for_each_part() {
    let bench = Bench::with_small_case();
    let workloads = bench.read("small/workloads.csv");
    let divisible =
        workloads.replace(",source\n", ",source,divisible\n").replace("for tests\n", "for tests,true\n");
    bench.write("small/workloads.csv", &divisible);
    bench.change("small/sites.csv", "south,region,cirrus,US,US,3,,", "south,region,cirrus,US,US,3,50,");
    // Too little room in the south, and a gap below what the case can prove: the plans are written with theirs.
    bench.fails("frontier small --points 3 --html --out results --set solver.gap=0.02", 4);
    let page = bench.read("results/report.html");
    assert!(page.contains("2\u{a0}% was asked for"), "the gap is said");
    let data = data(&page);
    let placed = Csv::parse(&bench.read("results/placements.csv"));
    let split = placed.rows.iter().filter(|row| placed.number(row, "share") < 1.0).count();
    assert!(split > 1, "the case splits nothing");
    let rows: usize = (0..list(&data["plans"]).len()).map(|plan| placements(&data, plan).len()).sum();
    assert_eq!(rows, placed.rows.len());
    if let Some(browser) = chromium() {
        let with_parts = placed.rows.iter().find(|row| placed.number(row, "share") < 1.0).expect("a part");
        let id = placed.get(with_parts, "point");
        let page = rendered(&browser, &bench, "results/report.html", &format!("plan={id}"));
        let table = between(&page, "<div class=\"wide scroll\" id=\"placements\"", "</table>");
        let rows = placed.rows.iter().filter(|row| placed.get(row, "point") == id).count();
        assert_eq!(between(table, "<tbody>", "</tbody>").matches("<tr>").count(), rows, "rows of {id}");
    }
}

#[test]
fn the_page_fetches_nothing_and_runs_its_own_script_alone() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --html --out results");
    let page = bench.read("results/report.html");
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let digest = Sha256::digest(between(&page, "<script>", "</script>").as_bytes());
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            base64(&digest)
        )
    );
    let outside =
        page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").replace("'http://www.w3.org/2000/svg'", "");
    for word in ["http://", "https://", " src=", "<link", "<iframe", "@import", "url("] {
        assert!(!outside.contains(word), "{word} on the page");
    }
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    let mut ids = BTreeSet::new();
    for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.insert(id), "two elements are called {id}");
    }
    assert!(ids.contains("ep-title") && ids.contains("frontier-title"), "the charts of the run: {ids:?}");
}

/// RFC 4648, for the 32 bytes of a digest, byte by byte.
fn base64(digest: &[u8]) -> String {
    let bits: Vec<u8> = digest.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let letter = |six: &[u8]| {
        let value = six.iter().chain(&[0; 6][six.len()..]).fold(0_u8, |value, bit| value << 1 | bit);
        char::from(match value {
            0..26 => b'A' + value,
            26..52 => b'a' + value - 26,
            52..62 => b'0' + value - 52,
            62 => b'+',
            _ => b'/',
        })
    };
    let text: String = bits.chunks(6).map(letter).collect();
    format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4))
}

const NASTY: &str = "</script><!--<img src=x onerror=alert(1)>&'";

/// The small case with markup for names.
fn nasty_case() -> Bench {
    let bench = Bench::with_small_case();
    bench.change("small/case.toml", "name = \"small\"", &format!("name = \"{NASTY}\""));
    for file in ["workloads.csv", "placement.csv"] {
        bench.change(&format!("small/{file}"), "\nerp,", &format!("\n{NASTY},"));
    }
    bench
}

#[test]
fn markup_in_a_name_is_a_name() {
    let bench = nasty_case();
    bench.ok("frontier small --points 3 --html --out results");
    let page = bench.read("results/report.html");
    assert!(!page.contains("<img") && !page.contains("<!--"), "a name became markup");
    assert_eq!(page.matches("</script>").count(), 2);
    let data = data(&page);
    assert!(list(&data["workloads"]).iter().any(|workload| workload[0] == NASTY));
    assert!(page.contains("&lt;/script&gt;&lt;!--&lt;img src=x onerror=alert(1)&gt;&amp;&#39;"));
}

#[test]
fn the_page_speaks_german_and_is_the_same_bytes_again() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 3 --html --lang de --out one --threads 1");
    bench.ok("frontier small --points 3 --html --lang de --out two --threads 2");
    let page = bench.read("one/report.html");
    assert_eq!(page, bench.read("two/report.html"));
    assert!(page.contains("<html lang=\"de\">") && page.contains("Wo jeder Workload läuft"));
    assert!(
        page.contains("ballast frontier CASE --set=objective.points=3 --html --lang de"),
        "how to make it again"
    );
    assert!(page.contains("<figure class=\"chart\" lang=\"de\">") && page.contains("Betriebskosten im Jahr, "));
}

#[test]
fn one_plan_has_a_page_too() {
    let bench = Bench::with_small_case();
    bench.ok("solve small --budget 220k --html --out results");
    let page = bench.read("results/report.html");
    let plans: Vec<String> =
        list(&data(&page)["plans"]).iter().map(|plan| plan["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(plans, ["as_is", "p01"]);
    assert!(page.contains("ballast solve CASE --budget 220000 --html"), "how to make it again");
    assert!(!bench.path("results/report.html.tmp").exists());
    bench.ok("solve small --out without");
    assert!(!bench.path("without/report.html").exists());
}

/// A browser: the one that `CHROMIUM` names, or one on the path.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = || {
        std::env::split_paths(&path)
            .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
            .find(|program| program.is_file())
    };
    let browser = named.or_else(found);
    if browser.is_none() {
        left_out();
    }
    browser
}

#[expect(clippy::print_stderr, reason = "whoever reads the tests' output is to know what was not tested")]
fn left_out() {
    eprintln!("left out: no Chromium on the path or in CHROMIUM");
}

/// The page after its script has run, with this fragment in its address.
fn rendered(browser: &PathBuf, bench: &Bench, page: &str, fragment: &str) -> String {
    let address = format!("file://{}#{fragment}", bench.path(page).display());
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", bench.path("profile").display())).arg(address);
    let answer = command.output().expect("the browser starts");
    String::from_utf8_lossy(&answer.stdout).into_owned()
}

/// `1,235`: money as the English page shows it.
fn shown(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn a_browser_shows_the_plan_that_the_address_names() {
    let Some(browser) = chromium() else { return };
    let bench = nasty_case();
    bench.ok("frontier small --html --out results");
    let frontier = Csv::parse(&bench.read("results/frontier.csv"));
    let placed = Csv::parse(&bench.read("results/placements.csv"));
    let knee = frontier.rows.iter().find(|row| frontier.get(row, "is_knee") == "true").expect("a knee");
    for (fragment, id) in
        [("plan=knee", frontier.get(knee, "point")), ("plan=p01", "p01"), ("plan=as_is", "as_is")]
    {
        let page = rendered(&browser, &bench, "results/report.html", fragment);
        let row = frontier.rows.iter().find(|row| frontier.get(row, "point") == id).expect("the plan");
        let figures = between(&page, "<dl id=\"plan-figures\">", "</dl>");
        for column in ["annual_cost_eur", "expected_loss_eur", "cvar_eur", "total_eur"] {
            let figure = shown(frontier.number(row, column));
            assert!(figures.contains(&format!("<dd>{figure}<")), "{column} of {id} is not {figure}: {figures}");
        }
        let checked = page.split("<g ").find(|point| point.contains("aria-checked=\"true\"")).expect("a point");
        assert!(checked.contains(&format!("data-plan=\"{id}\"")), "{id}: {checked}");
        assert_eq!(page.matches("role=\"radio\"").count(), frontier.rows.len(), "points of the chart");
        let table = between(&page, "<div class=\"wide scroll\" id=\"placements\"", "</table>");
        let body = between(table, "<tbody>", "</tbody>");
        let rows: Vec<&Vec<String>> = placed.rows.iter().filter(|row| placed.get(row, "point") == id).collect();
        assert_eq!(body.matches("<tr>").count(), rows.len(), "rows of {id}");
        for (line, row) in body.split("<tr>").skip(1).zip(&rows) {
            for column in ["pattern", "primary_site", "standby_site"] {
                assert!(line.contains(&format!(">{}<", placed.get(row, column))), "{column} of {id}: {line}");
            }
        }
        assert!(
            !page.contains("<img") && body.contains("&lt;img src=x onerror=alert(1)&gt;"),
            "a name became markup"
        );
    }
}

#[test]
fn a_browser_shows_every_row_of_a_large_estate() {
    let Some(browser) = chromium() else { return };
    let bench = Bench::new();
    bench.ok("init large --sample synthetic --workloads 400 --sites 14 --seed 7");
    bench.ok("solve large --years 50 --set solver.gap=0.5 --set risk.replications=0 --html --out results");
    let placed = Csv::parse(&bench.read("results/placements.csv"));
    let page = rendered(&browser, &bench, "results/report.html", "plan=p01");
    let table = between(&page, "<div class=\"wide scroll\" id=\"placements\"", "</table>");
    let rows = placed.rows.iter().filter(|row| placed.get(row, "point") == "p01").count();
    assert!(rows >= 400, "{rows}");
    assert_eq!(between(table, "<tbody>", "</tbody>").matches("<tr>").count(), rows);
}
