//! `ballast batch`.
pub(crate) fn run(_: &crate::args::BatchArgs, _: &crate::output::Output) -> anyhow::Result<()> { anyhow::bail!("being written") }
