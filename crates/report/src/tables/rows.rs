//! The cells of a table in one piece of text: a curve of a large estate has millions of them.

use std::ops::Index;

/// Rows of cells, all of the same length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    text: String,
    /// By row and column: where the cell ends.
    ends: Vec<usize>,
    /// Cells of a row.
    width: usize,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    text: &'t str,
    start: usize,
    ends: &'t [usize],
}

impl Rows {
    /// Adds a row.
    ///
    /// # Panics
    /// If it is longer or shorter than the others.
    pub fn push<Cell: AsRef<str>>(&mut self, row: impl IntoIterator<Item = Cell>) {
        let before = self.ends.len();
        for cell in row {
            self.text.push_str(cell.as_ref());
            self.ends.push(self.text.len());
        }
        let width = self.ends.len() - before;
        assert!(before == 0 || width == self.width, "a row of {width} cells among rows of {}", self.width);
        self.width = width;
    }

    /// Adds the rows of another table with the same columns.
    ///
    /// # Panics
    /// As [`Self::push`].
    pub fn append(&mut self, other: &Self) {
        assert!(self.is_empty() || other.is_empty() || self.width == other.width, "rows of one length");
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| start + end));
        self.width = self.width.max(other.width);
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        // Without a row there is no width yet.
        match self.ends.len().checked_div(self.width) {
            Some(rows) => rows,
            None => 0,
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at this place.
    pub fn get(&self, at: usize) -> Option<Row<'_>> {
        (at < self.len()).then(|| self.at(at))
    }

    fn at(&self, at: usize) -> Row<'_> {
        let first = at * self.width;
        let start = first.checked_sub(1).map_or(0, |last| self.ends[last]);
        Row { text: &self.text, start, ends: &self.ends[first..first + self.width] }
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> + Clone {
        (0..self.len()).map(|at| self.at(at))
    }
}

impl<Line: IntoIterator<Item = Cell>, Cell: AsRef<str>> FromIterator<Line> for Rows {
    fn from_iter<All: IntoIterator<Item = Line>>(all: All) -> Self {
        let mut rows = Self::default();
        all.into_iter().for_each(|row| rows.push(row));
        rows
    }
}

impl<'t> Row<'t> {
    /// The cell in this column; none behind the last one.
    pub fn get(&self, column: usize) -> Option<&'t str> {
        (column < self.ends.len()).then(|| self.at(column))
    }

    fn at(&self, column: usize) -> &'t str {
        let start = column.checked_sub(1).map_or(self.start, |before| self.ends[before]);
        &self.text[start..self.ends[column]]
    }

    /// Its cells.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'t str> + Clone {
        (0..self.ends.len()).map(move |column| self.at(column))
    }
}

impl Index<usize> for Row<'_> {
    type Output = str;

    fn index(&self, column: usize) -> &str {
        self.at(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_pushed() {
        let cells = [["a", "", "ü"], ["", "", ""], ["b", "cc", "-1.50"]];
        let mut rows: Rows = cells[..1].iter().collect();
        rows.append(&cells[1..].iter().collect());
        rows.append(&Rows::default());
        assert_eq!(rows.len(), 3);
        let back: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().collect()).collect();
        assert_eq!(back, cells);
        let last = rows.get(2).expect("the third");
        assert_eq!((&last[1], last.get(2), last.get(3)), ("cc", Some("-1.50"), None));
        assert!(rows.get(3).is_none() && Rows::default().is_empty());
        assert_eq!(rows, cells.iter().collect());
    }

    #[test]
    #[should_panic(expected = "a row of 1 cells among rows of 2")]
    fn a_short_row_is_refused() {
        let mut rows = Rows::default();
        rows.push(["a", "b"]);
        rows.push(["c"]);
    }
}
