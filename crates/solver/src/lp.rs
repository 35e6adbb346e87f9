//! A linear programme of our own, with names: what is certified, written to LP files and handed to an engine.

use std::fmt::Write as _;

/// A column: a decision variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, e.g. `x[mes,pilot_light@aws-eu-central-1>aws-eu-west-1]`.
    pub name: String,
    /// Coefficient in the objective, which is minimised.
    pub cost: f64,
    /// Least value.
    pub lower: f64,
    /// Greatest value, finite: the Lagrangian bound needs it.
    pub upper: f64,
    /// Whether only whole values are allowed.
    pub integer: bool,
}

/// A row: `lower <= sum of coefficients times columns <= upper`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name, e.g. `capacity[onprem,vcpu]`. Names are an interface: diagnostics and shadow prices use them.
    pub name: String,
    /// Coefficients by column position, each column once.
    pub coefficients: Vec<(usize, f64)>,
    /// Least value; minus infinity if there is none.
    pub lower: f64,
    /// Greatest value; infinity if there is none.
    pub upper: f64,
}

impl Row {
    /// The row's value at `x`.
    pub fn activity(&self, x: &[f64]) -> f64 {
        compensated_sum(self.coefficients.iter().map(|&(column, coefficient)| coefficient * x[column]))
    }
}

/// A linear programme in minimisation form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinearProgram {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl LinearProgram {
    /// Adds a column and answers its position.
    pub fn column(&mut self, name: String, cost: f64, (lower, upper): (f64, f64), integer: bool) -> usize {
        self.columns.push(Column { name, cost, lower, upper, integer });
        self.columns.len() - 1
    }

    /// Adds `sum <= limit`.
    pub fn at_most(&mut self, name: String, coefficients: Vec<(usize, f64)>, limit: f64) {
        self.rows.push(Row { name, coefficients, lower: f64::NEG_INFINITY, upper: limit });
    }

    /// Adds `sum >= limit`.
    pub fn at_least(&mut self, name: String, coefficients: Vec<(usize, f64)>, limit: f64) {
        self.rows.push(Row { name, coefficients, lower: limit, upper: f64::INFINITY });
    }

    /// Adds `sum = value`.
    pub fn equal(&mut self, name: String, coefficients: Vec<(usize, f64)>, value: f64) {
        self.rows.push(Row { name, coefficients, lower: value, upper: value });
    }

    /// The objective's value at `x`, summed with compensation.
    pub fn objective(&self, x: &[f64]) -> f64 {
        compensated_sum(self.columns.iter().zip(x).map(|(column, value)| column.cost * value))
    }

    /// The same programme with every column continuous.
    #[must_use]
    pub fn relaxed(&self) -> Self {
        let mut relaxed = self.clone();
        for column in &mut relaxed.columns {
            column.integer = false;
        }
        relaxed
    }

    /// The programme in CPLEX LP format, rows sorted by name: for people, golden files and other solvers.
    pub fn to_lp_format(&self) -> String {
        let mut text = String::from("\\ Ballast\nMinimize\n obj:");
        for column in self.columns.iter().filter(|column| column.cost != 0.0) {
            term(&mut text, column.cost, &column.name);
        }
        text.push_str("\nSubject To\n");
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        for row in rows {
            let name = plain(&row.name);
            let mut sum = String::new();
            for &(column, coefficient) in &row.coefficients {
                term(&mut sum, coefficient, &self.columns[column].name);
            }
            match (row.lower.is_finite(), row.upper.is_finite()) {
                (true, true) if row.lower == row.upper => line(&mut text, &name, &sum, "=", row.upper),
                (true, true) => {
                    line(&mut text, &format!("{name}_lo"), &sum, ">=", row.lower);
                    line(&mut text, &format!("{name}_hi"), &sum, "<=", row.upper);
                }
                (true, false) => line(&mut text, &name, &sum, ">=", row.lower),
                (false, true) => line(&mut text, &name, &sum, "<=", row.upper),
                (false, false) => {}
            }
        }
        text.push_str("Bounds\n");
        for column in &self.columns {
            // Writing to a String cannot fail.
            let _ = writeln!(text, " {} <= {} <= {}", column.lower, plain(&column.name), column.upper);
        }
        let integers: Vec<String> =
            self.columns.iter().filter(|column| column.integer).map(|column| plain(&column.name)).collect();
        if !integers.is_empty() {
            let _ = writeln!(text, "General\n {}", integers.join("\n "));
        }
        text.push_str("End\n");
        text
    }
}

fn term(text: &mut String, coefficient: f64, name: &str) {
    let sign = if coefficient < 0.0 { '-' } else { '+' };
    let _ = write!(text, " {sign} {} {}", coefficient.abs(), plain(name));
}

fn line(text: &mut String, name: &str, sum: &str, relation: &str, limit: f64) {
    let _ = writeln!(text, " {name}:{sum} {relation} {limit}");
}

/// LP format has no brackets and commas in names.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| *letter != ']')
        .map(|letter| match letter {
            '[' | ',' => '.',
            ' ' | '=' | '>' | '+' | '-' | '*' | '^' | ':' | '<' => '_',
            other => other,
        })
        .collect()
}

/// Neumaier's compensated sum: the error does not grow with the number of terms.
pub fn compensated_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compensated_sum_keeps_small_terms() {
        assert!((compensated_sum([1e16, 1.0, -1e16]) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_programme_prints_as_lp_format() {
        let mut lp = LinearProgram::default();
        let x = lp.column("x[a,b]".to_owned(), 2.0, (0.0, 1.0), true);
        let y = lp.column("y".to_owned(), -1.5, (0.0, 4.0), false);
        lp.at_most("capacity[site,vcpu]".to_owned(), vec![(x, 3.0), (y, -1.0)], 7.0);
        lp.equal("place[a]".to_owned(), vec![(x, 1.0)], 1.0);
        let expected = "\\ Ballast\nMinimize\n obj: + 2 x.a.b - 1.5 y\nSubject To\n \
                        capacity.site.vcpu: + 3 x.a.b - 1 y <= 7\n place.a: + 1 x.a.b = 1\nBounds\n \
                        0 <= x.a.b <= 1\n 0 <= y <= 4\nGeneral\n x.a.b\nEnd\n";
        assert_eq!(lp.to_lp_format(), expected);
    }
}
