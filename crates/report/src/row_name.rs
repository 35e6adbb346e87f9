//! The solver's row names in words: `capacity[onprem,vcpu]` is the vCPU capacity of onprem.

/// A row of the programme that a planner asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowName<'a> {
    label: &'a str,
    arguments: Vec<&'a str>,
}

impl<'a> RowName<'a> {
    /// Takes a row's name apart.
    pub fn parse(row: &'a str) -> Self {
        let (label, rest) = row.split_once('[').unwrap_or((row, ""));
        let arguments = rest.trim_end_matches(']').split(',').filter(|part| !part.is_empty()).collect();
        Self { label, arguments }
    }

    /// The row that a broken rule or limit is; none if `rule` is in words already.
    pub(crate) fn of_rule(rule: &'a str) -> Option<Self> {
        const ROWS: [&str; 8] =
            ["budget", "expected_loss", "cvar", "capacity", "standby", "share", "group", "place"];
        let name = Self::parse(rule);
        (ROWS.contains(&name.label) && (name.label == rule || rule.ends_with(']'))).then_some(name)
    }

    pub(crate) fn label(&self) -> &'a str {
        self.label
    }

    pub(crate) fn argument(&self, position: usize) -> &'a str {
        self.arguments.get(position).copied().unwrap_or_default()
    }

    /// The row in words.
    pub fn in_words(&self) -> String {
        match self.label {
            "budget" => "the budget".to_owned(),
            "expected_loss" => "the cap on expected annual loss".to_owned(),
            "cvar" => "the cap on CVaR".to_owned(),
            "capacity" => format!("{} capacity of {}", self.resource(1), self.argument(0)),
            "standby" => {
                format!(
                    "{} capacity of {} when {} fails over to it",
                    self.resource(2),
                    self.argument(0),
                    self.argument(1)
                )
            }
            "share" => format!("the limit on {}", self.argument(0).replacen('=', " ", 1)),
            "group" => format!("the group {}", self.argument(0)),
            "place" => format!("the placement of {}", self.argument(0)),
            _ => format!("{}[{}]", self.label, self.arguments.join(",")),
        }
    }

    /// The unit of its limit: the currency's code for money, else the resource.
    pub fn unit(&self, currency: &str) -> String {
        match self.label {
            "budget" | "expected_loss" | "cvar" => currency.to_owned(),
            "capacity" => self.argument(1).to_owned(),
            "standby" => self.argument(2).to_owned(),
            "share" if self.arguments.len() > 1 => self.argument(1).to_owned(),
            "share" => "vcpu".to_owned(),
            _ => "1".to_owned(),
        }
    }

    /// Whether its limit is money.
    pub fn is_money(&self) -> bool {
        ["budget", "expected_loss", "cvar"].contains(&self.label)
    }

    fn resource(&self, position: usize) -> &'a str {
        match self.argument(position) {
            "vcpu" => "vCPU",
            "memory_gib" => "memory",
            "gpu" => "GPU",
            "storage_gib" => "storage",
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &str, words: &str, unit: &str) {
        let name = RowName::parse(row);
        assert_eq!((name.in_words().as_str(), name.unit("EUR").as_str()), (words, unit));
    }

    #[test]
    fn rows_are_named_in_words_with_their_unit() {
        check("budget", "the budget", "EUR");
        check("capacity[onprem,memory_gib]", "memory capacity of onprem", "memory_gib");
        check("standby[a,b-down,vcpu]", "vCPU capacity of a when b-down fails over to it", "vcpu");
        check("share[provider=aws]", "the limit on provider aws", "vcpu");
        check("share[country=DE,gpu]", "the limit on country DE", "gpu");
        check("odd[x,y]", "odd[x,y]", "1");
    }
}
