//! A run's folder: written as `ID.partial`, and renamed when it is whole.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ballast_report::{Chart, WriteError, missing_characters, tables::Table, write, write_with};

use crate::{failure::Failure, form::Form, interrupt, output::Output};

/// Every file that a run may write, in its usual form: a folder with another file in it is not a run's, and is not replaced.
const FILES: [&str; 34] = [
    "frontier.csv",
    "placements.csv",
    "losses_by_domain.csv",
    "losses_by_process.csv",
    "risk.csv",
    "downtime.csv",
    "ep_curve.csv",
    "shadow_prices.csv",
    "surface.csv",
    "roadmap.csv",
    "replay.csv",
    "processes.csv",
    "hours.csv",
    "week.csv",
    "week.png",
    "catalogue.csv",
    "catalogue.png",
    "ranking.csv",
    "sensitivity.csv",
    "robust.csv",
    "tornado.png",
    "frontier.png",
    "measures.png",
    "mix.png",
    "cost.png",
    "blast_radius.png",
    "ep.png",
    "limits.png",
    "portrait.png",
    "report.html",
    "workbook.xlsx",
    "programme.mps",
    "options.csv",
    "run.json",
];

/// A folder that is being written. Dropped before [`RunFolder::publish`], it disappears.
#[derive(Debug)]
pub(crate) struct RunFolder {
    target: PathBuf,
    partial: PathBuf,
    /// Where an older run waits until the new one has its name.
    replaced: PathBuf,
    form: Form,
}

impl RunFolder {
    /// Makes sure that `target` can be written, before the long run.
    pub(crate) fn prepare(target: PathBuf, form: Form) -> anyhow::Result<Self> {
        let (Some(partial), Some(replaced)) = (beside(&target, ".partial"), beside(&target, ".replaced")) else {
            let hint = "name a folder of its own, e.g. --out results";
            return Err(Failure::usage(format!("{} cannot hold results", target.display()), hint).into());
        };
        for folder in [&target, &partial, &replaced] {
            if let Some(foreign) = foreign_entry(folder) {
                let hint = format!("choose another --out, or move {foreign} away");
                return Err(
                    Failure::usage(format!("{} is not a folder of results", folder.display()), hint).into()
                );
            }
        }
        remove(&partial)
            .and_then(|()| fs::create_dir_all(&partial))
            .map_err(|why| Failure::Write(WriteError { path: partial.clone(), why }))?;
        interrupt::begin(&partial);
        Ok(Self { target, partial, replaced, form })
    }

    /// What is to be in it.
    pub(crate) const fn form(&self) -> Form {
        self.form
    }

    /// Writes one file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(write(&self.path(name), bytes).map_err(Failure::Write)?)
    }

    fn path(&self, name: &str) -> PathBuf {
        debug_assert!(is_listed(name), "{name} is not listed as a result file");
        self.partial.join(name)
    }

    /// Writes one table; answers its files.
    pub(crate) fn table(&self, table: &Table) -> anyhow::Result<Vec<String>> {
        let mut files = vec![table.file()];
        let csv = |file: &mut dyn io::Write| table.write_csv(self.form.dialect, file);
        write_with(&self.path(&table.file()), csv).map_err(Failure::Write)?;
        if self.form.report.files.parquet {
            files.push(table.parquet_file());
            self.write(&table.parquet_file(), &table.to_parquet()?)?;
        }
        Ok(files)
    }

    /// Writes tables; answers their files.
    pub(crate) fn tables<'t>(&self, tables: impl IntoIterator<Item = &'t Table>) -> anyhow::Result<Vec<String>> {
        let files: Vec<Vec<String>> =
            tables.into_iter().map(|table| self.table(table)).collect::<anyhow::Result<_>>()?;
        Ok(files.concat())
    }

    /// Writes one chart; answers its files.
    pub(crate) fn chart(&self, chart: &Chart) -> anyhow::Result<Vec<String>> {
        let mut files = vec![chart.png_file()];
        self.write(&chart.png_file(), &chart.png)?;
        if self.form.report.files.svg {
            files.push(chart.svg_file());
            self.write(&chart.svg_file(), chart.svg.as_bytes())?;
        }
        Ok(files)
    }

    /// Writes one chart and tells what it cannot show; answers its files.
    pub(crate) fn draw(&self, chart: &Chart, output: &Output) -> anyhow::Result<Vec<String>> {
        if let Some(warning) = missing_characters(std::slice::from_ref(chart)) {
            output.note(&warning);
        }
        self.chart(chart)
    }

    /// Whether an older run has the name already.
    pub(crate) fn replaces(&self) -> bool {
        self.target.join("run.json").exists()
    }

    /// Gives the folder its name, in place of an older run of the same name.
    pub(crate) fn publish(self) -> anyhow::Result<PathBuf> {
        interrupt::undisturbed(|| self.swap())
            .map_err(|why| Failure::Write(WriteError { path: self.target.clone(), why }))?;
        Ok(self.target.clone())
    }

    fn swap(&self) -> io::Result<()> {
        if !self.target.exists() {
            return fs::rename(&self.partial, &self.target);
        }
        remove(&self.replaced)?;
        fs::rename(&self.target, &self.replaced)?;
        fs::rename(&self.partial, &self.target)?;
        remove(&self.replaced)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // After `publish` there is nothing left to remove.
        let _ = fs::remove_dir_all(&self.partial);
        interrupt::end(&self.partial);
    }
}

/// A single file may have been kept by hand: it is not written over.
pub(crate) fn refuse_written(out: Option<&Path>) -> anyhow::Result<()> {
    match out {
        Some(path) if path.exists() => {
            let hint = "name another file and compare them, or move this one away";
            Err(Failure::usage(format!("{} is there already", path.display()), hint).into())
        }
        _ => Ok(()),
    }
}

/// Removes a folder of ours, if it is there.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The folder's name with a suffix; none for folders such as `..` that have no name.
fn beside(folder: &Path, suffix: &str) -> Option<PathBuf> {
    let mut name = folder.file_name()?.to_owned();
    name.push(suffix);
    Some(folder.with_file_name(name))
}

/// An entry of `folder` that no run wrote; the folder itself if it is a file.
fn foreign_entry(folder: &Path) -> Option<String> {
    if !folder.exists() {
        return None;
    }
    let Ok(entries) = fs::read_dir(folder) else { return Some(folder.display().to_string()) };
    entries
        .filter_map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).ok())
        // A killed run may leave a file under its temporary name.
        .find(|name| !is_listed(name.strip_suffix(".tmp").unwrap_or(name)))
}

/// Whether a run writes a file of this name: every table may be there as Parquet, every picture as SVG.
fn is_listed(name: &str) -> bool {
    let other = [(".parquet", ".csv"), (".svg", ".png")]
        .into_iter()
        .find_map(|(form, usual)| name.strip_suffix(form).map(|stem| format!("{stem}{usual}")));
    FILES.contains(&other.as_deref().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let home = tempfile::tempdir().expect("temporary folder");
        let target = home.path().join("run");
        let folder = RunFolder::prepare(target.clone(), Form::default()).expect("prepared");
        folder.write("run.json", b"{}").expect("written");
        assert!(!target.exists());
        drop(folder);
        assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 0);

        let folder = RunFolder::prepare(target.clone(), Form::default()).expect("prepared");
        folder.write("run.json", b"{}").expect("written");
        assert_eq!(folder.publish().expect("published"), target);
        assert_eq!(fs::read(target.join("run.json")).expect("readable"), b"{}");
        assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 1);

        let folder = RunFolder::prepare(target.clone(), Form::default()).expect("prepared");
        assert!(folder.replaces());
        folder.write("run.json", b"{ }").expect("written");
        folder.publish().expect("published");
        assert_eq!(fs::read(target.join("run.json")).expect("readable"), b"{ }");
        assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_folder_with_files_of_somebody_else_is_left_alone() {
        let home = tempfile::tempdir().expect("temporary folder");
        fs::write(home.path().join("thesis.docx"), b"years of work").expect("written");
        assert!(RunFolder::prepare(home.path().to_owned(), Form::default()).is_err());
        assert!(home.path().join("thesis.docx").exists());
    }
}
