//! Where a record and its cells stand in the text. polars cannot tell; csv-core can.

use csv_core::{ReadFieldResult, ReaderBuilder};

/// A record's place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Byte range of the record without its line end.
    pub(crate) range: std::ops::Range<usize>,
    /// Byte offset of each cell.
    pub(crate) cells: Vec<usize>,
}

impl Record {
    /// A cell as it is written, quotes included; empty beyond the last.
    pub(crate) fn raw<'t>(&self, text: &'t str, cell: usize) -> &'t str {
        let end = self.cells.get(cell + 1).map_or(self.range.end, |next| next - 1);
        self.cells.get(cell).map_or("", |start| &text[(*start).min(end)..end])
    }

    /// The record with its first `width` cells.
    pub(crate) fn cut(&self, width: usize) -> Self {
        let end = self.cells.get(width).map_or(self.range.end, |next| next - 1);
        Self { range: self.range.start..end, cells: self.cells.iter().take(width).copied().collect() }
    }
}

/// Finds every record. Blank lines and lines that begin with `#` are none.
pub(crate) fn records(text: &str, separator: u8) -> Vec<Record> {
    let bytes = text.as_bytes();
    let mut reader = ReaderBuilder::new().delimiter(separator).build();
    let mut scratch = vec![0_u8; 4096];
    let mut found = Vec::new();
    let mut at = skip_blank(bytes, 0);
    while at < bytes.len() {
        let start = at;
        let mut cells = vec![at];
        let mut end = at;
        loop {
            let (result, read, _) = reader.read_field(&bytes[at..], &mut scratch);
            at += read;
            match result {
                // Cells longer than the scratch buffer go on where they were.
                ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end: false } => cells.push(at),
                ReadFieldResult::Field { record_end: true } => {
                    end = at;
                    break;
                }
                ReadFieldResult::InputEmpty | ReadFieldResult::End => {
                    end = at.max(end);
                    if at >= bytes.len() {
                        end = bytes.len();
                        break;
                    }
                }
            }
        }
        while end > start && matches!(bytes[end - 1], b'\r' | b'\n') {
            end -= 1;
        }
        found.push(Record { range: start..end, cells });
        reader.reset();
        at = skip_blank(bytes, at);
    }
    found
}

fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let line_end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
        let line = &bytes[at..line_end];
        let skip = line.iter().all(|byte| matches!(byte, b'\r' | b' ')) || line.first() == Some(&b'#');
        if !skip || at >= bytes.len() {
            return at;
        }
        at = (line_end + 1).min(bytes.len());
    }
}

/// Line and column, both from 1 and the column in characters, of a byte offset.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// Line and column of every cell, in one walk over the text.
pub(crate) fn places(text: &str, records: &[Record]) -> Vec<Vec<(usize, usize)>> {
    // Where the walk is: a byte offset, its line, and where that line begins.
    let (mut at, mut line, mut start) = (0, 1, 0);
    let mut place = |offset: usize| {
        let offset = offset.min(text.len());
        for (more, byte) in text.as_bytes()[at..offset].iter().enumerate() {
            if *byte == b'\n' {
                (line, start) = (line + 1, at + more + 1);
            }
        }
        at = offset;
        (line, text[start..offset].chars().count() + 1)
    };
    records.iter().map(|record| record.cells.iter().map(|cell| place(*cell)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_through_quotes_crlf_comments_and_blank_lines() {
        let text = "a,b\r\n# note\r\n\r\n\"x\r\ny\",2\r\nü,\"3\"\r\n";
        let found = records(text, b',');
        let one_by_one: Vec<Vec<(usize, usize)>> = found
            .iter()
            .map(|record| record.cells.iter().map(|cell| line_column(text, *cell)).collect())
            .collect();
        assert_eq!(one_by_one, [[(1, 1), (1, 3)], [(4, 1), (5, 4)], [(6, 1), (6, 3)]]);
        assert_eq!(places(text, &found), one_by_one);
        assert_eq!(&text[found[1].range.clone()], "\"x\r\ny\",2");
    }
}
