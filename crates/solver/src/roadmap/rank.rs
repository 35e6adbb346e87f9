//! What comes first: a move that pays and costs nothing, the one that saves most before the others; then by net benefit
//! per cost; last what saves money and loses more than it saves. Ties by name.

use std::cmp::Ordering;

use super::ground::Figures;

/// What is less than this is rounding.
const CENT: f64 = 0.01;

/// The worth of a move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    /// To the cent, so that like moves tie.
    cost: f64,
    net: f64,
}

impl Worth {
    pub(super) fn of(figures: &Figures) -> Self {
        let cents = |value: f64| (value / CENT).round() * CENT;
        Self { cost: cents(figures.cost), net: cents(figures.avoided - figures.cost) }
    }

    /// Whether it avoids more than it costs.
    pub(super) fn pays(&self) -> bool {
        self.net >= CENT
    }

    fn is_free(&self) -> bool {
        self.cost < CENT
    }

    /// 0 pays and is free, 1 costs, 2 saves money and loses more.
    fn class(&self) -> u8 {
        match (self.is_free(), self.net >= 0.0) {
            (true, true) => 0,
            (false, _) => 1,
            (true, false) => 2,
        }
    }

    /// The better worth first.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let key = |worth: &Self| if worth.is_free() { worth.net } else { worth.net / worth.cost };
        self.class().cmp(&other.class()).then(key(other).total_cmp(&key(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(cost: f64, avoided: f64) -> Worth {
        Worth::of(&Figures { cost, avoided, broken: super::super::ground::Broken::new() })
    }

    #[test]
    fn what_is_free_comes_first_then_what_buys_most_for_its_money() {
        let order = [
            worth(-50.0, 100.0),
            worth(-100.0, -10.0),
            worth(0.001, 60.0),
            worth(10.0, 110.0),
            worth(1000.0, 5000.0),
            worth(100.0, 20.0),
            worth(-10.0, -30.0),
            worth(-10.0, -50.0),
        ];
        for pair in order.windows(2) {
            assert_eq!(pair[0].compare(&pair[1]), Ordering::Less, "{pair:?}");
        }
        assert!(order[4].pays() && !order[5].pays() && !order[6].pays());
        assert_eq!(worth(10.000_1, 20.0).compare(&worth(10.0, 20.000_1)), Ordering::Equal);
    }
}
