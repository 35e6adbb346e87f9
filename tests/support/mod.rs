//! A folder of its own for each test, and the binary in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A folder that is gone after the test.
pub(crate) struct Bench {
    home: tempfile::TempDir,
}

/// What the binary answered.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A folder with the small case in `small`.
    pub(crate) fn with_small_case() -> Self {
        let bench = Self::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/small");
        fs::create_dir(bench.path("small")).expect("writable");
        for entry in fs::read_dir(from).expect("the fixture") {
            let entry = entry.expect("readable");
            fs::copy(entry.path(), bench.path("small").join(entry.file_name())).expect("copied");
        }
        bench
    }

    /// Writes a case of these files into the folder `name`.
    pub(crate) fn write_case(&self, name: &str, files: &[(&str, &str)]) {
        fs::create_dir(self.path(name)).expect("writable");
        for (file, text) in files {
            self.write(&format!("{name}/{file}"), text);
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("writable");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    /// Replaces text in a file; it must be there.
    pub(crate) fn change(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old:?}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// The binary with the words of `line` as arguments, not yet started.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command.args(line.split_whitespace()).current_dir(self.home.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Answer {
        answer(self.command(line).output().expect("starts"))
    }

    /// Runs and demands exit code 0.
    pub(crate) fn ok(&self, line: &str) -> Answer {
        let answer = self.run(line);
        assert_eq!(answer.code, 0, "ballast {line}\n{}\n{}", answer.out, answer.err);
        answer
    }

    /// Runs with words that may have spaces.
    pub(crate) fn run_words(&self, words: &[&str]) -> Answer {
        answer(self.command("").args(words).output().expect("starts"))
    }

    /// The same, and demands exit code 0.
    pub(crate) fn ok_words(&self, words: &[&str]) -> Answer {
        let answer = self.run_words(words);
        assert_eq!(answer.code, 0, "ballast {words:?}\n{}\n{}", answer.out, answer.err);
        answer
    }

    /// Runs and demands this exit code; answers stderr.
    pub(crate) fn fails(&self, line: &str, code: i32) -> String {
        let answer = self.run(line);
        assert_eq!(answer.code, code, "ballast {line}\n{}\n{}", answer.out, answer.err);
        answer.err
    }

    /// Every file below `folder` by its path within it.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files_in(&self.path(folder))
    }
}

/// Every file below a folder by its path within it.
pub(crate) fn files_in(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below it").to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    files
}

pub(crate) fn answer(output: Output) -> Answer {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Answer { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A CSV file by column, for tests of single cells.
pub(crate) struct Csv {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Csv {
    pub(crate) fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(cells);
        let columns = lines.next().expect("a header");
        let rows: Vec<_> = lines.collect();
        assert!(
            rows.iter().all(|row| row.len() == columns.len()),
            "rows of other length than the header:\n{text}"
        );
        Self { columns, rows }
    }

    pub(crate) fn get<'a>(&'a self, row: &'a [String], column: &str) -> &'a str {
        let at = self.columns.iter().position(|name| name == column);
        &row[at.unwrap_or_else(|| panic!("no column {column} in {:?}", self.columns))]
    }

    pub(crate) fn number(&self, row: &[String], column: &str) -> f64 {
        let text = self.get(row, column);
        text.parse().unwrap_or_else(|_| panic!("{column} is {text:?}"))
    }
}

/// The cells of a line; our files have no line ends within cells.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().expect("one at least").push(other),
        }
    }
    cells
}
