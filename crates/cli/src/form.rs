//! What a command writes beside its tables and pictures, and in which form.

use ballast_report::{ChartStyle, Language, tables::CsvDialect};

use crate::{
    args::{FileArgs, Lang, ReportArgs},
    output::Output,
};

/// The form of a run's files.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Form {
    pub(crate) dialect: CsvDialect,
    /// Which files, and in which language.
    pub(crate) report: ReportArgs,
    /// The losses of the curve on a logarithmic axis.
    pub(crate) log: bool,
}

impl Form {
    /// What the flags of a run or a batch ask for.
    pub(crate) fn new(report: ReportArgs, output: &Output) -> Self {
        Self { dialect: output.dialect(), report, log: false }
    }

    /// What the flags of a command that makes no page ask for.
    pub(crate) fn without_page(files: FileArgs, output: &Output) -> Self {
        Self::new(ReportArgs { files, ..ReportArgs::default() }, output)
    }

    pub(crate) const fn language(self) -> Language {
        match self.report.files.lang {
            Lang::En => Language::English,
            Lang::De => Language::German,
        }
    }

    /// How charts look.
    pub(crate) const fn style(self) -> ChartStyle {
        ChartStyle { log: self.log, language: self.language() }
    }

    /// Whether a finished run with these files, written in this dialect and language, has all that is asked for.
    pub(crate) fn is_met(self, files: &[String], dialect: &str, language: &str) -> bool {
        let has = |wanted: bool, ending: &str| !wanted || files.iter().any(|file| file.ends_with(ending));
        self.dialect.name() == dialect
            && self.language().code() == language
            && has(self.report.files.svg, ".svg")
            && has(self.report.files.parquet, ".parquet")
            && has(self.report.files.xlsx, ".xlsx")
            && has(self.report.html, ".html")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_file_that_is_asked_for_is_not_enough() {
        let files = ["frontier.csv", "frontier.png", "report.html", "run.json"].map(str::to_owned);
        let is_met = |report: ReportArgs| Form { report, ..Form::default() }.is_met(&files, "rfc4180", "en");
        let plain = ReportArgs::default();
        assert!(is_met(plain) && is_met(ReportArgs { html: true, ..plain }));
        let more = FileArgs::default();
        for more in [
            FileArgs { svg: true, ..more },
            FileArgs { parquet: true, ..more },
            FileArgs { xlsx: true, ..more },
            FileArgs { lang: Lang::De, ..more },
        ] {
            assert!(!is_met(ReportArgs { files: more, ..plain }));
        }
        assert!(!Form::default().is_met(&files, "excel-de", "en"));
    }
}
