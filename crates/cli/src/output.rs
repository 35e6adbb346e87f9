//! stdout is for results, stderr for everything else. Nothing else in the program prints.

use std::io::{self, ErrorKind, IsTerminal, Write};

use ballast_report::tables::CsvDialect;

use crate::{
    args::{Color, Dialect, Format, OutputArgs},
    failure::Failure,
};

/// How and where the program speaks.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    format: Format,
    quiet: bool,
    color: Color,
    progress: bool,
    dialect: CsvDialect,
}

impl Output {
    pub(crate) fn new(args: &OutputArgs) -> Self {
        Self {
            format: args.format,
            quiet: args.quiet,
            color: args.color,
            progress: !args.no_progress && !args.quiet && io::stderr().is_terminal(),
            dialect: match args.csv_dialect {
                Dialect::Rfc4180 => CsvDialect::Rfc4180,
                Dialect::ExcelDe => CsvDialect::ExcelDe,
                Dialect::ExcelUs => CsvDialect::ExcelUs,
            },
        }
    }

    /// The dialect of result tables.
    pub(crate) fn dialect(&self) -> CsvDialect {
        self.dialect
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether a progress bar makes sense.
    pub(crate) fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Whether text on stdout may be bold.
    pub(crate) fn is_bold(&self) -> bool {
        self.colors(io::stdout().is_terminal())
    }

    fn colors(&self, is_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Writes a result to stdout.
    #[expect(clippy::unused_self, reason = "only who holds the output may print")]
    pub(crate) fn result(&self, text: &str) -> anyhow::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // The reader (`head`, `less`) has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let hint = "is its disk full?";
                Err(Failure::usage(format!("cannot write to standard output: {error}"), hint).into())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Writes a JSON document to stdout.
    pub(crate) fn json(&self, document: &impl serde::Serialize) -> anyhow::Result<()> {
        self.result(&format!("{}\n", serde_json::to_string_pretty(document)?))
    }

    /// Tells the user something on stderr, unless asked to be quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            to_stderr(text);
        }
    }

    /// Tells the user of an error on stderr.
    pub(crate) fn error(&self, text: &str) {
        let label = if self.colors(io::stderr().is_terminal()) { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
        to_stderr(&format!("{label}: {text}"));
    }
}

fn to_stderr(text: &str) {
    // Nobody is left to tell if stderr is closed.
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}
