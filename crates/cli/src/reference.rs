//! docs/cli.md, from the declarations of commands and options: a test holds it, and `make docs` writes it anew.

use std::{fmt::Write as _, fs, path::Path};

use clap::{Arg, Command, CommandFactory};

use crate::args::Args;

/// The reference of all commands as Markdown.
fn markdown() -> String {
    let mut program = Args::command();
    program.build();
    let mut page = format!(
        "# Commands\n\nGenerated from what `ballast --help` shows; `make docs` writes it anew.\n\n{}\n\n\
         | command | what it does |\n|---|---|\n",
        about(&program)
    );
    for command in commands(&program) {
        let name = command.get_name();
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| [{name}](#ballast-{name}) | {} |", cell(&about(command)));
    }
    for command in commands(&program) {
        let _ = writeln!(page, "\n## ballast {}\n\n{}\n", command.get_name(), about(command));
        let _ = writeln!(page, "```text\n{}\n```", usage(command));
        options(command, false, &mut page);
        after(command, &mut page);
    }
    page += "\n## Every command\n\nThese hold for all of them.\n";
    options(&program, true, &mut page);
    after(&program, &mut page);
    page
}

fn commands(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| command.get_name() != "help")
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    format!("{}.", about.trim_end_matches('.'))
}

fn usage(command: &Command) -> String {
    let text = command.clone().render_usage().to_string();
    text.trim_start_matches("Usage:").trim().to_owned()
}

/// A table of the arguments, in the order of the help.
fn options(command: &Command, global: bool, page: &mut String) {
    let mut heading = "";
    page.push_str("\n| option | meaning | without it |\n|---|---|---|\n");
    for arg in command.get_arguments().filter(|arg| arg.is_global_set() == global && is_shown(arg)) {
        let group = arg.get_help_heading().unwrap_or_default();
        if !global && group != heading {
            let _ = writeln!(page, "| **{group}** | | |");
            heading = group;
        }
        let (meaning, without) = meaning(arg);
        let _ = writeln!(page, "| `{}` | {} | {} |", typed(arg), cell(&meaning), cell(&without));
    }
}

fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str())
}

/// How it is typed: `--budget MONEY`.
fn typed(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default().join(" ").replace('|', " or ");
    let names: Vec<String> =
        [arg.get_short().map(|short| format!("-{short}")), arg.get_long().map(|long| format!("--{long}"))]
            .into_iter()
            .flatten()
            .collect();
    match (names.join(", "), arg.get_action().takes_values()) {
        (names, _) if names.is_empty() => value,
        (names, true) => format!("{names} {value}"),
        (names, false) => names,
    }
}

/// What it means with its possible values, and what holds without it.
fn meaning(arg: &Arg) -> (String, String) {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    // A default that depends on something is said in the help.
    let (mut meaning, mut without) = match help.split_once(" [default: ") {
        Some((meaning, default)) => (meaning.to_owned(), default.trim_end_matches(']').to_owned()),
        None => (help, String::new()),
    };
    if arg.get_action().takes_values() {
        let values: Vec<_> =
            arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        if !values.is_empty() {
            meaning += &format!(": {}", values.join(", "));
        }
        if let Some(default) = arg.get_default_values().first() {
            without = format!("`{}`", default.display());
        }
    }
    if arg.is_required_set() {
        "must be given".clone_into(&mut without);
    }
    (meaning, without)
}

/// Examples and notes, as the help shows them.
fn after(command: &Command, page: &mut String) {
    if let Some(text) = command.get_after_help() {
        let _ = writeln!(page, "\n```text\n{}\n```", text.to_string().trim_end());
    }
}

/// Text that may stand in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_docs_have_every_command_and_option() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let now = markdown();
    if std::env::var_os("BALLAST_BLESS").is_some() {
        fs::write(&path, &now).expect("writable");
    }
    assert_eq!(fs::read_to_string(&path).expect("docs/cli.md"), now, "BALLAST_BLESS=1 writes it anew");
}
