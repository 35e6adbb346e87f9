//! Working time: weekly windows in local time, holidays, and the integral of a process's value over an outage.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, civil::Weekday, tz::TimeZone};

/// Cells of the profile per hour: offsets of half an hour exist (India), smaller ones are rare.
const CELLS_PER_HOUR: f64 = 2.0;

/// A window of a weekday, in local time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Start, hours after local midnight, 0 to 24.
    pub from: f64,
    /// End, hours after local midnight, above `from`, at most 24.
    pub to: f64,
    /// How much of a process's value is earned per hour, 0 or more.
    pub weight: f64,
}

/// When a process earns, or when a hazard strikes.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    id: String,
    time_zone: TimeZone,
    /// Windows by weekday, Monday first.
    week: [Vec<Window>; 7],
    /// Windows of single dates, in place of their weekday's.
    dates: BTreeMap<Date, Vec<Window>>,
}

/// Why a calendar is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The time zone is not in the IANA database.
    #[error("unknown time zone \"{0}\"")]
    UnknownTimeZone(String),
    /// A window ends before it starts, leaves the day, or has a negative weight.
    #[error("a window must run from 0 to 24 h, start before it ends and have a weight of 0 or more")]
    BadWindow,
    /// The weights of a whole year are zero.
    #[error("no hour of the year has a weight above 0")]
    Empty,
}

impl Calendar {
    /// A calendar without windows; `time_zone` is an IANA name (`Europe/Berlin`).
    pub fn new(id: &str, time_zone: &str) -> Result<Self, CalendarError> {
        let time_zone =
            TimeZone::get(time_zone).map_err(|_| CalendarError::UnknownTimeZone(time_zone.to_owned()))?;
        Ok(Self { id: id.to_owned(), time_zone, week: Default::default(), dates: BTreeMap::new() })
    }

    /// The id in the files.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The time zone's IANA name.
    pub fn time_zone(&self) -> &str {
        self.time_zone.iana_name().unwrap_or("UTC")
    }

    /// Adds a window to a weekday (0 = Monday).
    pub fn add_weekday(&mut self, weekday: usize, window: Window) -> Result<(), CalendarError> {
        check(window)?;
        self.week[weekday % 7].push(window);
        Ok(())
    }

    /// Sets what holds on one date, in place of its weekday: nothing (a holiday) or one more window.
    pub fn add_date(&mut self, date: Date, window: Option<Window>) -> Result<(), CalendarError> {
        let windows = self.dates.entry(date).or_default();
        if let Some(window) = window {
            check(window)?;
            windows.push(window);
        }
        Ok(())
    }

    /// Lays the calendar on `year`, in UTC.
    pub fn profile(&self, year: i16) -> Result<WorkProfile, CalendarError> {
        let cells = cells_of(year);
        let start = start_of(year);
        let mut weights = Vec::with_capacity(cells);
        for cell in 0..cells {
            let seconds = i64::try_from(cell).unwrap_or(i64::MAX).saturating_mul(1800);
            let local = Timestamp::from_second(start + seconds)
                .map(|instant| instant.to_zoned(self.time_zone.clone()).datetime())
                .map_err(|_| CalendarError::Empty)?;
            let windows = self.dates.get(&local.date()).unwrap_or(&self.week[weekday_index(local.weekday())]);
            let from = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
            let to = from + 1.0 / CELLS_PER_HOUR;
            weights.push(windows.iter().map(|window| overlap(window, from, to) * window.weight).sum());
        }
        WorkProfile::from_cells(&weights)
    }
}

/// Hours of `window` between two local hours of the day.
fn overlap(window: &Window, from: f64, to: f64) -> f64 {
    (window.to.min(to) - window.from.max(from)).max(0.0)
}

fn check(window: Window) -> Result<(), CalendarError> {
    let sound = window.from >= 0.0 && window.from < window.to && window.to <= 24.0;
    if sound && window.weight >= 0.0 && window.weight.is_finite() { Ok(()) } else { Err(CalendarError::BadWindow) }
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

fn start_of(year: i16) -> i64 {
    Date::new(year, 1, 1)
        .and_then(|date| date.to_zoned(TimeZone::UTC))
        .map_or(0, |instant| instant.timestamp().as_second())
}

fn cells_of(year: i16) -> usize {
    usize::try_from((start_of(year.saturating_add(1)) - start_of(year)) / 1800).unwrap_or(0)
}

/// The weight of every hour of one calendar year in UTC, with its running integral.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkProfile {
    /// Integral from the start of the year to the start of each cell; one more than there are cells.
    cumulative: Vec<f64>,
}

impl WorkProfile {
    /// Weight 1 at every hour of `year`.
    pub fn around_the_clock(year: i16) -> Self {
        let weights = vec![1.0 / CELLS_PER_HOUR; cells_of(year)];
        let mut cumulative = vec![0.0];
        cumulative.extend(running_sum(&weights));
        Self { cumulative }
    }

    fn from_cells(weights: &[f64]) -> Result<Self, CalendarError> {
        let mut cumulative = vec![0.0];
        cumulative.extend(running_sum(weights));
        if cumulative.last().is_some_and(|total| *total > 0.0) {
            Ok(Self { cumulative })
        } else {
            Err(CalendarError::Empty)
        }
    }

    /// Hours of the year.
    #[expect(clippy::cast_precision_loss, reason = "a year has 17 568 cells at most")]
    pub fn hours(&self) -> f64 {
        (self.cumulative.len() - 1) as f64 / CELLS_PER_HOUR
    }

    /// Weighted hours of the whole year.
    pub fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or_default()
    }

    /// Weighted hours from the start of the year to hour `t` (0 to [`Self::hours`]).
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "t is within the year")]
    fn up_to(&self, t: f64) -> f64 {
        let position = t * CELLS_PER_HOUR;
        let cell = (position as usize).min(self.cumulative.len() - 2);
        let at = self.cumulative[cell];
        at + (self.cumulative[cell + 1] - at) * (position - cell as f64).min(1.0)
    }

    /// Weighted hours from hour `from` to hour `to`; time runs round the year's end into its start.
    pub fn integral(&self, from: f64, to: f64) -> f64 {
        if to <= from {
            return 0.0;
        }
        self.since_start(to) - self.since_start(from)
    }

    fn since_start(&self, t: f64) -> f64 {
        let year = self.hours();
        if (0.0..year).contains(&t) {
            return self.up_to(t);
        }
        let turns = (t / year).floor();
        turns * self.total() + self.up_to(t - turns * year)
    }

    /// The hour by which a `share` (0 to 1) of the year's weighted hours is over: the inverse of the integral.
    #[expect(clippy::cast_precision_loss, reason = "a year has 17 568 cells at most")]
    pub fn quantile(&self, share: f64) -> f64 {
        let target = share * self.total();
        let cell = self.cumulative.partition_point(|value| *value <= target).clamp(1, self.cumulative.len() - 1);
        let (before, after) = (self.cumulative[cell - 1], self.cumulative[cell]);
        let fraction = if after > before { (target - before) / (after - before) } else { 0.0 };
        ((cell - 1) as f64 + fraction.clamp(0.0, 1.0)) / CELLS_PER_HOUR
    }
}

fn running_sum(weights: &[f64]) -> impl Iterator<Item = f64> {
    weights.iter().scan(0.0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn early_shift() -> Calendar {
        let mut calendar = Calendar::new("early", "Europe/Berlin").expect("known zone");
        for weekday in 0..5 {
            calendar.add_weekday(weekday, Window { from: 6.0, to: 14.0, weight: 1.0 }).expect("sound");
        }
        calendar
    }

    #[test]
    fn a_shift_is_eight_hours_in_summer_and_winter() {
        let profile = early_shift().profile(2026).expect("not empty");
        // 2026 has 261 weekdays.
        assert!((profile.total() - 261.0 * 8.0).abs() < 1e-9);
        // Thursday 1 January 2026, 05:00 UTC is 06:00 in Berlin.
        assert!((profile.integral(5.0, 6.0) - 1.0).abs() < 1e-9);
        assert!(profile.integral(0.0, 5.0).abs() < 1e-9);
        // Wednesday 1 July 2026 (day 181): 04:00 UTC is 06:00 in Berlin.
        assert!((profile.integral(181.0 * 24.0 + 4.0, 181.0 * 24.0 + 5.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_holiday_takes_its_day_out() {
        let mut calendar = early_shift();
        calendar.add_date(Date::new(2026, 1, 1).expect("date"), None).expect("sound");
        assert!((calendar.profile(2026).expect("not empty").total() - 260.0 * 8.0).abs() < 1e-9);
    }

    #[test]
    fn the_year_wraps_around() {
        let profile = WorkProfile::around_the_clock(2026);
        assert!((profile.hours() - 8760.0).abs() < 1e-9);
        assert!((profile.integral(8750.0, 8770.0) - 20.0).abs() < 1e-9);
        assert!((profile.integral(100.3, 8760.0 * 2.0 + 100.8) - (8760.0 * 2.0 + 0.5)).abs() < 1e-9);
    }

    #[test]
    fn the_quantile_inverts_the_integral() {
        let profile = early_shift().profile(2026).expect("not empty");
        for share in [0.01, 0.25, 0.5, 0.77, 0.999] {
            let hour = profile.quantile(share);
            assert!((profile.integral(0.0, hour) - share * profile.total()).abs() < 1e-6);
        }
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(matches!(Calendar::new("x", "Europe/Wolfsburg"), Err(CalendarError::UnknownTimeZone(_))));
    }
}
