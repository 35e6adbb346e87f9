//! `ballast completions SHELL`.

use clap::CommandFactory;

use crate::{
    args::{Args, CompletionsArgs},
    output::Output,
};

pub(crate) fn run(args: &CompletionsArgs, output: &Output) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "ballast", &mut script);
    output.result(&String::from_utf8(script)?)
}
