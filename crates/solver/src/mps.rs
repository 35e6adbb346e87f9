//! A programme as free MPS, which every solver reads.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{Column, LinearProgram, Row};

/// The name of the objective's row; ours all have brackets or are listed in docs/math.md.
const OBJECTIVE: &str = "objective";

impl LinearProgram {
    /// The programme as free MPS, to be minimised; `remarks` are comments at its top.
    pub fn to_mps(&self, remarks: &[String]) -> String {
        let rows = names(self.rows.iter().map(|row| &row.name));
        let columns = names(self.columns.iter().map(|column| &column.name));
        // Writing to a String cannot fail.
        let mut text = String::new();
        for remark in remarks {
            let _ = writeln!(text, "* {}", remark.replace(['\n', '\r'], " "));
        }
        let _ = writeln!(text, "NAME ballast\nROWS\n N {OBJECTIVE}");
        for (row, name) in self.rows.iter().zip(&rows) {
            let _ = writeln!(text, " {} {name}", kind(row));
        }
        self.write_columns(&mut text, &rows, &columns);
        text.push_str("RHS\n");
        for (row, name) in self.rows.iter().zip(&rows).filter(|(row, _)| right(row) != 0.0) {
            let _ = writeln!(text, " RHS {name} {}", right(row));
        }
        if self.rows.iter().any(is_range) {
            text.push_str("RANGES\n");
            for (row, name) in self.rows.iter().zip(&rows).filter(|(row, _)| is_range(row)) {
                let _ = writeln!(text, " RANGE {name} {}", row.upper - row.lower);
            }
        }
        text.push_str("BOUNDS\n");
        for (column, name) in self.columns.iter().zip(&columns) {
            let _ = writeln!(text, " LO BOUND {name} {}\n UP BOUND {name} {}", column.lower, column.upper);
        }
        text.push_str("ENDATA\n");
        text
    }

    /// MPS goes column by column; whole ones stand between markers.
    fn write_columns(&self, text: &mut String, rows: &[String], columns: &[String]) {
        let mut entries: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.columns.len()];
        for (number, row) in self.rows.iter().enumerate() {
            for &(column, coefficient) in row.coefficients.iter().filter(|(_, coefficient)| *coefficient != 0.0) {
                entries[column].push((number, coefficient));
            }
        }
        text.push_str("COLUMNS\n");
        let mut whole = false;
        let mut marker = |text: &mut String, wanted: bool| {
            if wanted != whole {
                let what = if wanted { "INTORG" } else { "INTEND" };
                let _ = writeln!(text, " MARKER 'MARKER' '{what}'");
                whole = wanted;
            }
        };
        for ((Column { cost, integer, .. }, name), entries) in self.columns.iter().zip(columns).zip(entries) {
            marker(text, *integer);
            // A column without an entry would be unknown to the bounds.
            let _ = writeln!(text, " {name} {OBJECTIVE} {cost}");
            for (row, coefficient) in entries {
                let _ = writeln!(text, " {name} {} {coefficient}", rows[row]);
            }
        }
        marker(text, false);
    }
}

fn is_range(row: &Row) -> bool {
    row.lower.is_finite() && row.upper.is_finite() && row.lower != row.upper
}

fn kind(row: &Row) -> char {
    match (row.lower.is_finite(), row.upper.is_finite()) {
        (true, true) if row.lower == row.upper => 'E',
        (_, true) => 'L',
        (true, false) => 'G',
        (false, false) => 'N',
    }
}

/// The right-hand side; with a range, the upper one.
fn right(row: &Row) -> f64 {
    match kind(row) {
        'G' => row.lower,
        'N' => 0.0,
        _ => row.upper,
    }
}

/// Names without blanks, each there once: the second of a name has `#2` at its end.
fn names<'a>(given: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    given
        .map(|name| {
            let plain = without_blanks(name);
            let times = times.entry(plain.clone()).and_modify(|times| *times += 1).or_insert(1);
            if *times == 1 { plain } else { format!("{plain}#{times}") }
        })
        .collect()
}

/// Blanks, `#` and `%` as in addresses, so that no two names become one.
pub(crate) fn without_blanks(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_whitespace() || letter.is_control() || "#%".contains(letter) {
            let _ = write!(plain, "%{:02X}", u32::from(letter));
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_prints_as_free_mps() {
        let mut lp = LinearProgram::default();
        let x = lp.column("x[a b,0]".to_owned(), 2.0, (0.0, 1.0), true);
        let y = lp.column("y".to_owned(), -1.5, (-1.0, 4.0), false);
        lp.at_most("share[site=s,vcpu]".to_owned(), vec![(x, 3.0), (y, -1.0)], 7.0);
        lp.at_most("share[site=s,vcpu]".to_owned(), vec![(x, 3.0)], 2.5);
        lp.equal("place[a b]".to_owned(), vec![(x, 1.0)], 1.0);
        lp.at_least("cut".to_owned(), vec![(y, 1.0)], 0.0);
        lp.rows.push(Row { name: "between".to_owned(), coefficients: vec![(y, 2.0)], lower: 1.0, upper: 3.0 });
        let expected = "* money in EUR\nNAME ballast\nROWS\n N objective\n L share[site=s,vcpu]\n \
                        L share[site=s,vcpu]#2\n E place[a%20b]\n G cut\n L between\nCOLUMNS\n \
                        MARKER 'MARKER' 'INTORG'\n x[a%20b,0] objective 2\n x[a%20b,0] share[site=s,vcpu] 3\n \
                        x[a%20b,0] share[site=s,vcpu]#2 3\n x[a%20b,0] place[a%20b] 1\n \
                        MARKER 'MARKER' 'INTEND'\n y objective -1.5\n y share[site=s,vcpu] -1\n y cut 1\n \
                        y between 2\nRHS\n RHS share[site=s,vcpu] 7\n RHS share[site=s,vcpu]#2 2.5\n \
                        RHS place[a%20b] 1\n RHS between 3\nRANGES\n RANGE between 2\nBOUNDS\n \
                        LO BOUND x[a%20b,0] 0\n UP BOUND x[a%20b,0] 1\n LO BOUND y -1\n UP BOUND y 4\nENDATA\n";
        assert_eq!(lp.to_mps(&["money in EUR".to_owned()]), expected);
    }
}
