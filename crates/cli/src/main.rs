//! `ballast`: places workloads so that running cost and outage loss balance, with a proof.
//!
//! What is typed is in `args`; every command has a file of its own. `output` is the only one that prints, `failure`
//! the only one that knows exit codes.

mod args;
mod assumptions;
mod axes;
mod batch;
mod check;
mod completions;
mod deadline;
mod explain;
mod export;
mod failure;
mod fit;
mod form;
mod init;
mod interrupt;
mod memory;
mod optimise;
mod output;
mod past_run;
mod progress;
#[cfg(test)]
mod reference;
mod replay;
mod run_folder;
mod sensitivity;
mod source;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    args::{Args, Command},
    output::Output,
};

fn main() -> ExitCode {
    let args = Args::parse();
    let output = Output::new(&args.output);
    interrupt::listen();
    match run(&args.command, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error, &output),
    }
}

fn run(command: &Command, output: &Output) -> anyhow::Result<()> {
    match command {
        Command::Init(args) => init::run(args, output),
        Command::Check(args) => check::run(args, output),
        Command::Solve(args) => optimise::solve(args, output),
        Command::Frontier(args) => optimise::frontier(args, output),
        Command::Batch(args) => batch::run(args, output),
        Command::Replay(args) => replay::run(args, output),
        Command::Sensitivity(args) => sensitivity::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Export(args) => export::run(args, output),
        Command::Fit(args) => fit::run(args, output),
        Command::Completions(args) => completions::run(args, output),
    }
}
