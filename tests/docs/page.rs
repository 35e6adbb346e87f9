//! A page of the book, followed as a reader would follow it.
//!
//! - Lines of ```` ```sh ```` blocks are typed in; `# exit code 3` after a command says how it ends, if not with 0.
//! - A ```` ```text ```` block is what the command before it says; a line `…` stands for lines left out.
//! - A ```` ```csv ```` or ```` ```toml ```` block is a file, named by the last `code` of the line before it.
//! - A figure or `code` before `<!-- table.csv:row:column -->` is that cell of the latest run, or of a file by its path.
//!   The row is named by its first cell, or by `column=value`, several joined by `&`.
//!
//! Following a page gives the page as it should be, so blessing is writing it.

use std::fs;

use crate::support::{Bench, Csv};

const LEFT_OUT: &str = "…";

/// Follows the page in the folder, and answers it with the outputs and figures that came out.
/// `typed` is called after every command.
pub(super) fn follow(page: &str, bench: &Bench, typed: impl Fn(&Bench)) -> String {
    let mut followed = String::new();
    let mut named_before = String::new();
    let mut said = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```") else {
            followed += &format!("{}\n", with_figures(line, bench));
            if !line.is_empty() {
                line.clone_into(&mut named_before);
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut shown: Vec<String> = block.iter().map(|&line| line.to_owned()).collect();
        match kind {
            "sh" => {
                for command in block {
                    said = type_in(command, bench);
                    typed(bench);
                }
            }
            "text" => shown = refreshed(&block, &said),
            "csv" | "toml" => write(&named_before, &block, bench),
            other => panic!("a block of {other:?}, which nobody follows"),
        }
        followed += &format!("```{kind}\n{}\n```\n", shown.join("\n"));
    }
    followed
}

/// What the command says on a terminal, line by line.
fn type_in(line: &str, bench: &Bench) -> Vec<String> {
    let (command, comment) = line.split_once(" #").unwrap_or((line, ""));
    let words = words(command);
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // Held against the Makefile by another test; what it runs takes minutes.
        ["make", _] => Vec::new(),
        ["cp", from, to] => {
            fs::copy(bench.path(from), bench.path(to)).unwrap_or_else(|why| panic!("{line}: {why}"));
            Vec::new()
        }
        ["ballast", ref words @ ..] => {
            let expected = comment.split_once("exit code ").map_or("0", |(_, code)| code.trim());
            let answer = bench.run_words(words);
            let said = answer.err + &answer.out;
            assert_eq!(answer.code.to_string(), expected, "{line}\n{said}");
            said.lines().map(|line| line.trim_end().to_owned()).collect()
        }
        _ => panic!("what is {line:?}?"),
    }
}

/// The words of a command; those within single quotes are one.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    let words =
        parts.flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    words.map(str::to_owned).collect()
}

/// The lines of a block as they come out now. After lines left out comes the line that is most alike.
fn refreshed(block: &[&str], said: &[String]) -> Vec<String> {
    let mut shown = Vec::new();
    let mut next = 0;
    let mut skipped = false;
    for &line in block {
        if line == LEFT_OUT {
            shown.push(LEFT_OUT.to_owned());
            skipped = true;
            continue;
        }
        if skipped {
            let rest = said.iter().enumerate().skip(next).rev();
            next = rest.max_by_key(|(_, candidate)| alike(line, candidate)).map_or(said.len(), |(at, _)| at);
            skipped = false;
        }
        shown.extend(said.get(next).cloned());
        next += 1;
    }
    if !skipped {
        shown.extend(said.iter().skip(next).cloned());
    }
    shown
}

/// How many letters two lines have in common from the start.
fn alike(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

/// Writes a block to the file that the line before it names.
fn write(sentence: &str, block: &[&str], bench: &Bench) {
    let name = sentence.rsplit('`').nth(1).unwrap_or_else(|| panic!("{sentence:?} names no file"));
    bench.write(name, &format!("{}\n", block.join("\n")));
}

/// The line with every figure that has a source as it is there.
fn with_figures(line: &str, bench: &Bench) -> String {
    let mut parts = line.split("<!-- ");
    let mut done = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (source, rest) = part.split_once(" -->").expect("the end of a comment");
        let said = done.trim_end();
        let (before, figure) = said.split_at(start_of_figure(said));
        done = format!("{before}{} <!-- {source} -->{rest}", as_in(figure, &cell(source, bench)));
    }
    done
}

/// Where the figure or the `code` at the end of a text starts.
fn start_of_figure(text: &str) -> usize {
    if let Some(code) = text.strip_suffix('`') {
        return code.rfind('`').expect("the start of a code");
    }
    let figure = text.trim_end_matches(['%', 'k', 'm', ' ']);
    figure.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.').len()
}

/// The cell written as the figure is: with as many decimals, and in thousands, millions or per cent.
fn as_in(figure: &str, cell: &str) -> String {
    if figure.starts_with('`') {
        return format!("`{cell}`");
    }
    let digits = figure.trim_end_matches(['%', 'k', 'm', ' ']);
    let unit = &figure[digits.len()..];
    let scale = match unit {
        "k" => 1e3,
        "m" => 1e6,
        " %" => 0.01,
        "" => 1.0,
        other => panic!("a figure in {other:?}"),
    };
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let value: f64 = cell.parse().unwrap_or_else(|_| panic!("{cell:?} is no number"));
    format!("{:.decimals$}{unit}", value / scale)
}

/// The cell at `file:row:column`.
fn cell(source: &str, bench: &Bench) -> String {
    let [file, row, column] = source.split(':').collect::<Vec<_>>()[..] else { panic!("what is {source:?}?") };
    let table = if file.contains('/') {
        bench.read(file)
    } else {
        let run = bench.read("plant/runs/latest");
        bench.read(&format!("plant/runs/{}/{file}", run.trim()))
    };
    let table = Csv::parse(&table);
    let conditions: Vec<_> =
        row.split('&').map(|part| part.split_once('=').unwrap_or((&table.columns[0], part))).collect();
    let mut found =
        table.rows.iter().filter(|row| conditions.iter().all(|(column, value)| table.get(row, column) == *value));
    let first = found.next().unwrap_or_else(|| panic!("{source}: no such row"));
    assert!(found.next().is_none(), "{source}: more than one row");
    table.get(first, column).to_owned()
}

#[test]
fn a_page_comes_out_as_it_should_be() {
    let bench = Bench::new();
    bench.write("here.csv", "plan,cost,kind\np01,1250.4,cheap\np02,1999,dear\n");
    let page = "It is 9.9k <!-- ./here.csv:p01:cost -->, `x` <!-- ./here.csv:cost=1999&plan=p02:kind -->.\n";
    let followed = follow(page, &bench, |_| ());
    assert_eq!(
        followed,
        "It is 1.3k <!-- ./here.csv:p01:cost -->, `dear` <!-- ./here.csv:cost=1999&plan=p02:kind -->.\n"
    );
    let said: Vec<String> = ["head", "a 1", "b 2", "c 3", "end"].map(str::to_owned).to_vec();
    assert_eq!(refreshed(&["head", "…", "b 7", "c 3", "…"], &said), ["head", "…", "b 2", "c 3", "…"]);
    assert_eq!(refreshed(&["…", "c 3"], &said), ["…", "c 3", "end"], "what is not left out is shown");
    assert_eq!(words("fit x --at 'Tue 10:00'"), ["fit", "x", "--at", "Tue 10:00"]);
}
