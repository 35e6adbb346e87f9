//! Local time on the calendar year that simulated years are laid on.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::Estate;

/// A time of the week, in local time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeekTime {
    /// 0 is Monday.
    pub weekday: usize,
    /// Minutes after local midnight, below 1 440.
    pub minute: usize,
}

/// Weekdays as people write them.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const LONG: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl WeekTime {
    /// Reads `Tue 10:00`, `tuesday 9:30` or `Tue 10`.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.trim().split_once(char::is_whitespace)?;
        let day = day.to_ascii_lowercase();
        let weekday = LONG.iter().position(|name| day.len() >= 3 && name.starts_with(&day))?;
        let (hour, minute) = time.trim().split_once(':').unwrap_or((time.trim(), "0"));
        let (hour, minute): (usize, usize) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(Self { weekday, minute: hour * 60 + minute })
    }

    /// The 168 full hours of a week from Monday, 00:00.
    pub fn hours_of_week() -> impl Iterator<Item = Self> {
        (0..168).map(|hour| Self { weekday: hour / 24, minute: hour % 24 * 60 })
    }
}

impl std::fmt::Display for WeekTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:02}:{:02}", WEEKDAYS[self.weekday % 7], self.minute / 60, self.minute % 60)
    }
}

/// Local time at one place in the case's calendar year.
#[derive(Debug, Clone)]
pub struct LocalTime {
    year: i16,
    zone: TimeZone,
}

impl LocalTime {
    /// The time zone with this IANA name; none if there is no such zone.
    pub fn new(year: i16, zone: &str) -> Option<Self> {
        Some(Self { year, zone: TimeZone::get(zone).ok()? })
    }

    /// Where most of the value of our processes is earned by a calendar; UTC if none has one.
    pub fn main(estate: &Estate) -> Self {
        let value_of = |index: usize| -> f64 {
            let processes = estate.processes().iter().filter(|process| process.partner.is_none());
            let of_calendar =
                processes.filter(|process| process.calendar.is_some_and(|calendar| calendar.index() == index));
            of_calendar.map(|process| process.value.get() * estate.profile(process.calendar).total()).sum()
        };
        let mut best: Option<(&str, f64)> = None;
        let mut by_zone: std::collections::BTreeMap<&str, f64> = std::collections::BTreeMap::new();
        for (index, calendar) in estate.calendars().iter().enumerate() {
            *by_zone.entry(calendar.time_zone()).or_default() += value_of(index);
        }
        for (zone, value) in by_zone {
            if value > best.map_or(0.0, |(_, most)| most) {
                best = Some((zone, value));
            }
        }
        let year = estate.settings().risk.calendar_year;
        let zone = best.and_then(|(zone, _)| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        Self { year, zone }
    }

    /// The zone's IANA name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The moment `hour` hours after the start of the calendar year in UTC.
    fn moment(&self, hour: f64) -> Option<Zoned> {
        let start = Date::new(self.year, 1, 1).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        #[expect(clippy::cast_possible_truncation, reason = "hours of a few years at most")]
        let seconds = (hour * 3600.0).round() as i64;
        Some(Timestamp::from_second(start.checked_add(seconds)?).ok()?.to_zoned(self.zone.clone()))
    }

    /// `Tue 20 Oct 08:48`, in local time; empty for a moment that no calendar has.
    pub fn show(&self, hour: f64) -> String {
        let Some(local) = self.moment(hour) else { return String::new() };
        let weekday = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            .get(usize::try_from(local.month() - 1).unwrap_or(0))
            .copied()
            .unwrap_or_default();
        format!("{} {} {month} {:02}:{:02}", WEEKDAYS[weekday], local.day(), local.hour(), local.minute())
    }

    /// The hour of the year at which it is `time` in the local week of `near`.
    pub fn at(&self, near: f64, time: WeekTime) -> Option<f64> {
        let local = self.moment(near)?;
        let days = i32::try_from(time.weekday).ok()? - i32::from(local.weekday().to_monday_zero_offset());
        let date = local.date().checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        let (hour, minute) = (i8::try_from(time.minute / 60).ok()?, i8::try_from(time.minute % 60).ok()?);
        let moment = date.at(hour, minute, 0, 0).to_zoned(self.zone.clone()).ok()?;
        let start = Date::new(self.year, 1, 1).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        #[expect(clippy::cast_precision_loss, reason = "seconds of a few years at most")]
        let seconds = (moment.timestamp().as_second() - start) as f64;
        // Within the year: a week at its edge wraps round, as everything else does.
        let year_h = crate::WorkProfile::around_the_clock(self.year).hours();
        Some((seconds / 3600.0).rem_euclid(year_h))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_week_are_read_as_people_write_them() {
        let tuesday = Some(WeekTime { weekday: 1, minute: 600 });
        for text in ["Tue 10:00", "tuesday 10:00", " Tue  10 "] {
            assert_eq!(WeekTime::parse(text), tuesday, "{text}");
        }
        for text in ["Tue", "10:00", "Tux 10:00", "Tue 24:00", "Tue 9:75", "Di 10:00"] {
            assert_eq!(WeekTime::parse(text), None, "{text}");
        }
        assert_eq!(WeekTime { weekday: 1, minute: 600 }.to_string(), "Tue 10:00");
        assert_eq!(WeekTime::hours_of_week().count(), 168);
    }

    #[test]
    fn an_event_is_moved_within_its_local_week() {
        let berlin = LocalTime::new(2026, "Europe/Berlin").expect("known zone");
        // Monday 19 October 2026, 06:48 UTC is 08:48 in Berlin; Tuesday at ten is 25 h 12 min later.
        let monday = (291.0) * 24.0 + 6.8;
        assert_eq!(berlin.show(monday), "Mon 19 Oct 08:48");
        let tuesday = berlin.at(monday, WeekTime { weekday: 1, minute: 600 }).expect("a moment");
        assert!((tuesday - monday - 25.2).abs() < 1e-6, "{tuesday}");
        // The clocks go back on Sunday 25 October: at noon it is an hour more from Monday than by the wall clock.
        let sunday = berlin.at(monday, WeekTime { weekday: 6, minute: 720 }).expect("a moment");
        assert!((sunday - monday - (6.0 * 24.0 + 3.2 + 1.0)).abs() < 1e-6, "{sunday}");
        assert!(LocalTime::new(2026, "Europe/Wolfsburg").is_none());
    }
}
