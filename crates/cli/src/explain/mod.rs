//! `ballast explain`.
pub(crate) fn run(_: &crate::args::ExplainArgs, _: &crate::output::Output) -> anyhow::Result<()> { anyhow::bail!("being written") }
