//! Numbers that know their unit. No NaN and no infinity can enter, so they are totally ordered.

use std::{
    cmp::Ordering,
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Div, Mul, Neg, Sub},
};

/// Why a number is not a value of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// NaN or infinite.
    #[error("not a finite number")]
    NotFinite,
    /// Below the least value of the unit.
    #[error("negative, but it must be 0 or more")]
    Negative,
    /// Above the greatest value of the unit.
    #[error("outside 0 to 1")]
    OutsideUnitInterval,
}

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct $name(f64);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0.0);

            /// Checks that `value` is finite and in the unit's range.
            pub fn new(value: f64) -> Result<Self, UnitError> {
                if !value.is_finite() {
                    return Err(UnitError::NotFinite);
                }
                let check: fn(f64) -> Result<(), UnitError> = $check;
                check(value)?;
                // `+ 0.0` turns -0.0 into 0.0, so that equal values print alike.
                Ok(Self(value + 0.0))
            }

            /// The bare number, in the type's unit.
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

const ANY: fn(f64) -> Result<(), UnitError> = |_| Ok(());
const NOT_NEGATIVE: fn(f64) -> Result<(), UnitError> =
    |value| if value < 0.0 { Err(UnitError::Negative) } else { Ok(()) };
const UNIT_INTERVAL: fn(f64) -> Result<(), UnitError> = |value| {
    if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(UnitError::OutsideUnitInterval) }
};

unit!(
    /// An amount in the case's currency; negative is a saving.
    Money, ANY
);
unit!(
    /// An amount in the case's currency per year; negative is a saving.
    MoneyPerYear, ANY
);
unit!(
    /// An amount in the case's currency per hour.
    MoneyPerHour, NOT_NEGATIVE
);
unit!(
    /// A duration in hours.
    Hours, NOT_NEGATIVE
);
unit!(
    /// A part of a whole, 0 to 1.
    Share, UNIT_INTERVAL
);
unit!(
    /// A probability, 0 to 1.
    Probability, UNIT_INTERVAL
);
unit!(
    /// Events per year.
    AnnualRate, NOT_NEGATIVE
);
unit!(
    /// An amount of a resource (vCPU, GiB, GPUs), 0 or more.
    Quantity, NOT_NEGATIVE
);

macro_rules! sums {
    ($($name:ident),*) => {$(
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, Add::add)
            }
        }
    )*};
}
sums!(Money, MoneyPerYear, MoneyPerHour, Hours, AnnualRate, Quantity);

macro_rules! signed {
    ($($name:ident),*) => {$(
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(0.0 - self.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }
    )*};
}
signed!(Money, MoneyPerYear);

impl Mul<Hours> for MoneyPerHour {
    type Output = Money;
    fn mul(self, hours: Hours) -> Money {
        Money(self.0 * hours.0)
    }
}

impl Mul<Money> for AnnualRate {
    type Output = MoneyPerYear;
    fn mul(self, amount: Money) -> MoneyPerYear {
        MoneyPerYear(self.0 * amount.0)
    }
}

impl Mul<Share> for MoneyPerYear {
    type Output = Self;
    fn mul(self, share: Share) -> Self {
        Self(self.0 * share.0)
    }
}

impl Money {
    /// The same amount, paid every year.
    pub const fn each_year(self) -> MoneyPerYear {
        MoneyPerYear(self.0)
    }
}

impl Hours {
    /// What is left of `self` after `other`, at least zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0.0))
    }
}

impl Share {
    /// The whole.
    pub const ONE: Self = Self(1.0);
}

impl Mul for Share {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Probability {
    /// Certainty.
    pub const ONE: Self = Self(1.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_and_out_of_range_are_refused() {
        assert_eq!(Money::new(f64::NAN), Err(UnitError::NotFinite));
        assert_eq!(MoneyPerYear::new(f64::INFINITY), Err(UnitError::NotFinite));
        assert_eq!(Hours::new(-0.5), Err(UnitError::Negative));
        assert_eq!(Share::new(1.01), Err(UnitError::OutsideUnitInterval));
        assert_eq!(Share::new(-0.01), Err(UnitError::OutsideUnitInterval));
        assert_eq!(Money::new(-3.0).map(Money::get), Ok(-3.0));
    }

    #[test]
    fn negative_zero_prints_as_zero() {
        assert_eq!(Money::new(-0.0).expect("finite").to_string(), "0");
    }

    #[test]
    fn units_multiply_to_units() {
        let per_hour = MoneyPerHour::new(250.0).expect("valid");
        let hours = Hours::new(4.0).expect("valid");
        let rate = AnnualRate::new(0.5).expect("valid");
        assert_eq!(rate * (per_hour * hours), MoneyPerYear::new(500.0).expect("valid"));
    }
}
