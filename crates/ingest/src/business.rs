//! processes.csv, `process_workloads.csv`, supply.csv, calendars.csv, holidays.csv and limits.csv.

use ballast_model::{
    Calendar, Ceiling, Limit, Need, Process, ProcessId, Resource, Role, Scope, Share, SupplyLink, Window,
    WorkloadId,
};

use crate::{
    cell::{self, Row},
    diagnostic::Diagnostics,
    failures::calendar,
    names::{Names, rows, unique_keys},
    table::Table,
};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The calendars with their holidays.
pub(crate) fn calendars(table: &Table, holidays: &Table, found: &mut Diagnostics) -> (Names, Vec<Calendar>) {
    let mut names = Names::new("calendar");
    let mut list: Vec<Calendar> = Vec::new();
    for row in rows(table) {
        let id = row.text("calendar", found);
        if names.position(id).is_none() {
            match Calendar::new(id, row.text("time_zone", found)) {
                Ok(calendar) => {
                    names.add(id);
                    list.push(calendar);
                }
                Err(why) => row.report(found, "time_zone", "E015", why.to_string(), "write Europe/Berlin"),
            }
        }
        let from = row.time("from", found);
        let to = row.time("to", found);
        let weight = row.number("weight", found);
        let date = row.date("date", found);
        let weekdays = weekdays(&row, found);
        let (Some(position), Some(from), Some(to)) = (names.position(id), from, to) else { continue };
        let window = Window { from, to, weight };
        let added = match date {
            Some(date) => list[position].add_date(date, Some(window)),
            None => weekdays.into_iter().try_for_each(|weekday| list[position].add_weekday(weekday, window)),
        };
        if let Err(why) = added {
            row.report(
                found,
                "from",
                "E037",
                why.to_string(),
                "a night shift is two windows: 22:00 to 24:00, 00:00 to 06:00",
            );
        }
    }
    unique_keys(holidays, found);
    for row in rows(holidays) {
        let position = names.find(&row, "calendar", found);
        if let (Some(position), Some(date)) = (position, row.date("date", found))
            && let Err(why) = list[position].add_date(date, None)
        {
            row.report(found, "date", "E037", why.to_string(), "");
        }
    }
    (names, list)
}

/// The weekdays of a row: `Mon`, `Mon-Fri`, `Sat;Sun`; 0 is Monday.
fn weekdays(row: &Row<'_>, found: &mut Diagnostics) -> Vec<usize> {
    let mut days = Vec::new();
    for part in row.list("weekday", found) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let day = |text: &str| {
            let text = text.trim().to_ascii_lowercase();
            WEEKDAYS.iter().position(|weekday| text.starts_with(weekday))
        };
        match (day(first), day(last)) {
            (Some(first), Some(last)) if first <= last => days.extend(first..=last),
            _ => row.report(
                found,
                "weekday",
                "E015",
                format!("`weekday` is \"{part}\""),
                "write Mon, Mon-Fri or Sat;Sun",
            ),
        }
    }
    days
}

/// The processes, and one for each workload with a loss per hour of its own.
pub(crate) fn processes(
    table: &Table,
    needs: &Table,
    workloads: &Table,
    workload_names: &Names,
    calendars: &Names,
    found: &mut Diagnostics,
) -> (Names, Vec<Process>) {
    let mut names = Names::new("process");
    names.add_table(table, found);
    let mut list: Vec<Process> = Vec::new();
    for row in rows(table) {
        let id = row.text("process", found);
        let owner = row.text("owner", found);
        let process = Process {
            id: id.to_owned(),
            partner: Some(owner.to_owned()).filter(|owner| !owner.eq_ignore_ascii_case("ours")),
            value: cell::per_hour(row.number("value_per_h", found)),
            calendar: calendar(&row, calendars, found),
            buffer: cell::hours(row.number("buffer_h", found)),
            restart: cell::hours(row.number("restart_h", found)),
            made_up: cell::share(row.number("made_up_share", found)),
            overtime_premium: row.number("overtime_premium", found),
            data_value: cell::per_hour(row.number("data_value_per_h", found)),
            needs: Vec::new(),
        };
        if names.position(id) == Some(list.len()) {
            list.push(process);
        }
    }
    unique_keys(needs, found);
    for row in rows(needs) {
        let process = names.find(&row, "process", found);
        let workload = workload_names.find(&row, "workload", found);
        let role = role(&row, found);
        let buffer = cell::hours(row.number("buffer_h", found));
        if let (Some(process), Some(workload), Some(role)) = (process, workload, role) {
            list[process].needs.push(Need { workload: WorkloadId::new(workload), role, buffer });
        }
    }
    for row in rows(workloads) {
        let Some(loss) = row.opt_number("loss_per_h", found) else { continue };
        let id = workloads.text(row.row, "workload");
        let Some(workload) = workload_names.position(id) else { continue };
        if !names.add(id) {
            let message = format!("`loss_per_h` makes a process \"{id}\", but processes.csv has one already");
            row.report(found, "loss_per_h", "E021", message, "give the loss in one place");
            continue;
        }
        list.push(own_process(id, workload, loss));
    }
    (names, list)
}

fn own_process(id: &str, workload: usize, loss_per_h: f64) -> Process {
    Process {
        id: id.to_owned(),
        partner: None,
        value: cell::per_hour(loss_per_h),
        calendar: None,
        buffer: cell::hours(0.0),
        restart: cell::hours(0.0),
        made_up: Share::ZERO,
        overtime_premium: 0.0,
        data_value: cell::per_hour(0.0),
        needs: vec![Need { workload: WorkloadId::new(workload), role: Role::Critical, buffer: cell::hours(0.0) }],
    }
}

fn role(row: &Row<'_>, found: &mut Diagnostics) -> Option<Role> {
    let degraded = row.opt_number("degraded_share", found);
    let is_critical = row.word("role", &[(true, "critical"), (false, "degrading")], found)?;
    if is_critical {
        return Some(Role::Critical);
    }
    if degraded.is_none() {
        let help = "the share of the value that is lost while it is down";
        row.report(found, "degraded_share", "E010", "`degraded_share` is empty".to_owned(), help);
    }
    degraded.map(|share| Role::Degrading(cell::share(share)))
}

/// The supply links.
pub(crate) fn supply(table: &Table, processes: &Names, found: &mut Diagnostics) -> Vec<SupplyLink> {
    unique_keys(table, found);
    rows(table)
        .filter_map(|row| {
            let supplier = processes.find(&row, "supplier_process", found);
            let consumer = processes.find(&row, "consumer_process", found);
            let buffer = cell::hours(row.number("buffer_h", found));
            let share = cell::share(row.number("share", found));
            Some(SupplyLink {
                supplier: ProcessId::new(supplier?),
                consumer: ProcessId::new(consumer?),
                buffer,
                share,
            })
        })
        .collect()
}

/// The concentration limits.
pub(crate) fn limits(table: &Table, known: &dyn Fn(Scope, &str) -> bool, found: &mut Diagnostics) -> Vec<Limit> {
    unique_keys(table, found);
    rows(table)
        .filter_map(|row| {
            let scope = row.word("scope", &Scope::ALL, found)?;
            let member = row.opt("member", found);
            if let Some(member) = member.filter(|member| !known(scope, member)) {
                let message = format!("no site has the {} \"{member}\"", scope.name());
                row.report(found, "member", "E020", message, "see sites.csv");
            }
            let resource = row.word("resource", &Resource::ALL, found).unwrap_or(Resource::Vcpu);
            let share = row.opt_number("max_share", found);
            let amount = row.opt_number("max_amount", found);
            let both_alike = row.opt("max_share", found).is_some() == row.opt("max_amount", found).is_some();
            let ceiling = match (share, amount) {
                (Some(share), None) => Ceiling::Share(cell::share(share)),
                (None, Some(amount)) => Ceiling::Amount(amount),
                _ => {
                    // One that could not be read is reported already.
                    if both_alike {
                        let message = "a limit needs either `max_share` or `max_amount`".to_owned();
                        row.report(found, "max_share", "E010", message, "fill one of them");
                    }
                    return None;
                }
            };
            Some(Limit {
                id: row.text("limit", found).to_owned(),
                scope,
                member: member.map(str::to_owned),
                resource,
                ceiling,
                soft_penalty: row.opt_number("soft_penalty", found).map(cell::money),
            })
        })
        .collect()
}
