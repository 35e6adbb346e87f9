//! `ballast replay`: historic events through today's placement and the plans of a run.

use ballast_model::{Estate, HistoricEvent, LocalTime, Plan, WeekTime};
use ballast_report::{
    AnalysisOrigin, CatalogueReplay, EventReplay, PlanName, Provenance, WeekReplay, catalogue_chart,
    catalogue_summary, catalogue_tables, catalogue_workbook, event_summary, event_tables, event_workbook,
    tables::Table, terminal, week_chart, week_table,
};
use ballast_risk::{Event, EventSet, LossModel, audit, evaluate, historic, moved, replay_event};
use serde_json::json;

use crate::{
    args::ReplayArgs,
    assumptions,
    failure::Failure,
    form::Form,
    output::Output,
    past_run::{self, Found},
    run_folder::RunFolder,
};

pub(crate) fn run(args: &ReplayArgs, output: &Output) -> anyhow::Result<()> {
    if args.files.svg && !args.all && !args.sweep_week {
        let hint = "add --all or --sweep-week, or leave --svg out";
        return Err(Failure::usage("only --all and --sweep-week draw a chart", hint).into());
    }
    if args.files.xlsx && !args.all && args.event.is_none() {
        let hint = "name an event, or add --all";
        return Err(Failure::usage("a list of events has no workbook", hint).into());
    }
    let found = past_run::find(&args.case, args.run.as_deref(), output)?;
    let estate = &found.source.case.estate;
    if estate.events().is_empty() {
        let hint = "describe one in a row of events.csv: event, title, start, duration_h, domains";
        return Err(Failure::usage("no historic event touches the case", hint).into());
    }
    match &args.event {
        Some(event) => Command::new(args, &found, output)?.event(event),
        None if args.all => Command::new(args, &found, output)?.all(),
        None => list(estate, &time_zone(args, estate)?, output),
    }
}

/// The events that touch the case.
fn list(estate: &Estate, time: &LocalTime, output: &Output) -> anyhow::Result<()> {
    if output.is_json() {
        let events: Vec<_> = estate.events().iter().map(|event| event_document(estate, event)).collect();
        return output.json(&json!({ "events": events }));
    }
    let width = estate.events().iter().map(|event| terminal::columns(&event.id)).max().unwrap_or(0);
    let mut page = format!("{} historic events touch the case ({})\n", estate.events().len(), time.zone());
    for event in estate.events() {
        let start =
            event.start.map_or_else(|| "time unknown".to_owned(), |start| weekday_and_time(time, start.get()));
        let id = terminal::left(&event.id, width);
        let line = format!("  {id}  {start:<12}  {:>6.1} h  {}\n", event.duration.get(), event.title);
        page.push_str(&line);
    }
    page.push_str(
        "`ballast replay CASE EVENT` sends one through today's placement and the plans of the latest run\n",
    );
    output.result(&page)
}

/// The date is that of the case's calendar year: only weekday and time are the event's own.
fn weekday_and_time(time: &LocalTime, hour: f64) -> String {
    let shown = time.show(hour);
    let words: Vec<&str> = shown.split(' ').collect();
    format!("{} {}", words.first().unwrap_or(&""), words.last().unwrap_or(&""))
}

fn event_document(estate: &Estate, event: &HistoricEvent) -> serde_json::Value {
    json!({
        "event": event.id,
        "title": event.title,
        "duration_h": event.duration.get(),
        "domains": event.domains.iter().map(|id| &estate.domain(*id).id).collect::<Vec<_>>(),
        "severity": event.severity.get(),
        "destructive": event.destructive,
    })
}

fn time_zone(args: &ReplayArgs, estate: &Estate) -> anyhow::Result<LocalTime> {
    let Some(zone) = &args.time_zone else { return Ok(LocalTime::main(estate)) };
    LocalTime::new(estate.settings().risk.calendar_year, zone)
        .ok_or_else(|| Failure::usage(format!("unknown time zone {zone}"), "for example Europe/Berlin").into())
}

/// A replay with all that it needs.
struct Command<'a> {
    args: &'a ReplayArgs,
    found: &'a Found,
    estate: &'a Estate,
    time: LocalTime,
    plans: Vec<(PlanName, Plan)>,
    past: EventSet,
    luck: f64,
    output: &'a Output,
}

impl<'a> Command<'a> {
    fn new(args: &'a ReplayArgs, found: &'a Found, output: &'a Output) -> anyhow::Result<Self> {
        let estate = &found.source.case.estate;
        let plans = plans(found, output)?;
        let luck = if args.failovers_fail { 1.0 } else { 0.5 };
        let time = time_zone(args, estate)?;
        Ok(Self { args, found, estate, time, plans, past: historic(estate), luck, output })
    }

    /// The folder of the results; the same for the same replay.
    fn folder(&self, id: &str) -> anyhow::Result<RunFolder> {
        let folder = self.args.out.clone().unwrap_or_else(|| self.args.case.join("runs").join(id));
        RunFolder::prepare(folder, Form::without_page(self.args.files, self.output))
    }

    /// What was asked for, as far as it changes the answer.
    fn command(&self) -> String {
        let args = self.args;
        let mut command = "replay".to_owned();
        let run = self.found.run.as_ref().map(|run| format!("--run {}", run.id()));
        let flags = [
            args.event.clone(),
            args.all.then(|| "--all".to_owned()),
            args.at.map(|at| format!("--at '{at}'")),
            args.sweep_week.then(|| "--sweep-week".to_owned()),
            args.time_zone.as_ref().map(|zone| format!("--time-zone {zone}")),
            args.failovers_fail.then(|| "--failovers-fail".to_owned()),
            run,
        ];
        for flag in flags.into_iter().flatten() {
            command.push(' ');
            command.push_str(&flag);
        }
        command
    }

    fn id(&self) -> String {
        format!("replay-{}", self.found.source.fingerprint(&self.command()))
    }

    /// What a file says of where it comes from.
    fn provenance(&self) -> Provenance {
        let fields = [
            ("case", self.estate.settings().name.clone()),
            ("run", self.id()),
            ("version", format!("ballast {}", env!("CARGO_PKG_VERSION"))),
        ];
        Provenance::of(fields)
    }

    /// What a workbook says of where it comes from.
    fn origin<'o>(&'o self, (run, command): (&'o str, &'o str), warnings: &'o [String]) -> AnalysisOrigin<'o> {
        let source = &self.found.source;
        AnalysisOrigin {
            run,
            version: env!("CARGO_PKG_VERSION"),
            command,
            arguments: &source.arguments,
            overrides: &source.overrides,
            inputs: &source.inputs,
            plans_of: self.found.run.as_ref().map(past_run::PastRun::id),
            years: None,
            settings: self.estate.settings(),
            warnings,
        }
    }

    fn record(&self, folder: &RunFolder, files: &[String]) -> serde_json::Value {
        let source = &self.found.source;
        json!({
            "run": self.id(),
            "version": env!("CARGO_PKG_VERSION"),
            "command": self.command(),
            "arguments": source.arguments,
            "overrides": source.overrides,
            "inputs": source.inputs,
            "plans_of": self.found.run.as_ref().map(past_run::PastRun::id),
            "currency": self.estate.settings().currency,
            "csv_dialect": folder.form().dialect.name(),
            "language": folder.form().language().code(),
            "files": files,
        })
    }

    fn event(&self, wanted: &str) -> anyhow::Result<()> {
        let (historic, event) = self.find(wanted)?;
        let start_h = match self.args.at {
            Some(time) => self.moment(event.start_h, time)?,
            None => event.start_h,
        };
        let event = Event { start_h, luck: self.luck, ..*event };
        let class = &self.past.classes()[event.class as usize];
        let model = LossModel::new(self.estate);
        let plans = self
            .plans
            .iter()
            .map(|(name, plan)| (name.clone(), replay_event(self.estate, &model, class, &event, plan)))
            .collect();
        let replay = EventReplay { estate: self.estate, historic, event, time: self.time.clone(), plans };
        let week = self.args.sweep_week.then(|| self.week(historic, &event)).transpose()?;
        let folder = self.folder(&self.id())?;
        let tables: Vec<Table> = event_tables(&replay).into_iter().chain(week.as_ref().map(week_table)).collect();
        let mut files = folder.tables(&tables)?;
        if let Some(week) = &week {
            files.extend(folder.draw(&week_chart(week, folder.form().style(), &self.provenance())?, self.output)?);
        }
        if folder.form().report.files.xlsx {
            let language = folder.form().language();
            let assumptions = assumptions::table(&self.found.source.case.assumptions);
            let (id, command, warnings) = (self.id(), self.command(), self.found.source.warnings());
            let origin = self.origin((&id, &command), &warnings);
            let book = event_workbook(&replay, week.as_ref(), (&tables, &assumptions), &origin, language)?;
            folder.write("workbook.xlsx", &book)?;
            files.push("workbook.xlsx".to_owned());
        }
        let mut record = self.record(&folder, &files);
        record["event"] = event_document(self.estate, historic);
        record["starts"] = replay.time.show(event.start_h).into();
        record["time_zone"] = replay.time.zone().into();
        record["plans"] = replay
            .plans
            .iter()
            .map(|(name, losses)| json!({ "point": name.id, "loss": replay.loss(losses) }))
            .collect::<Vec<_>>()
            .into();
        self.publish(folder, files, &record, &event_summary(&replay, week.as_ref(), self.output.is_bold()))
    }

    fn find(&self, wanted: &str) -> anyhow::Result<(&'a HistoricEvent, &Event)> {
        let position = self.estate.events().iter().position(|event| event.id == wanted).ok_or_else(|| {
            let ids: Vec<&str> = self.estate.events().iter().map(|event| event.id.as_str()).collect();
            let alike: Vec<&str> = ids.iter().copied().filter(|id| id.contains(wanted)).take(8).collect();
            let shown = if alike.is_empty() { ids.into_iter().rev().take(8).collect() } else { alike };
            let hint = format!("for example {}; `ballast replay CASE` lists all", shown.join(", "));
            Failure::usage(format!("no event {wanted} touches the case"), hint)
        })?;
        // Historic events are each in a year of its own, in the order of the estate's.
        Ok((&self.estate.events()[position], &self.past.events()[position]))
    }

    fn moment(&self, near: f64, time: WeekTime) -> anyhow::Result<f64> {
        self.time
            .at(near, time)
            .ok_or_else(|| Failure::usage(format!("there is no {time} in that week"), "").into())
    }

    fn week(&self, historic: &'a HistoricEvent, event: &Event) -> anyhow::Result<WeekReplay<'a>> {
        let starts = WeekTime::hours_of_week()
            .map(|time| self.moment(event.start_h, time))
            .collect::<anyhow::Result<Vec<f64>>>()?;
        let events = moved(&self.past, event, &starts, self.luck);
        let struck = moved(&self.past, event, &[event.start_h], self.luck);
        let compared = self.plans.iter().filter(|(name, _)| name.is_today || name.is_chosen);
        let plans = compared
            .map(|(name, plan)| {
                let when_struck: f64 = evaluate(self.estate, &struck, plan).annual_losses().iter().sum();
                (name.clone(), when_struck, evaluate(self.estate, &events, plan).annual_losses().to_vec())
            })
            .collect();
        let shown = weekday_and_time(&self.time, event.start_h);
        let currency = &self.estate.settings().currency;
        let time = self.time.clone();
        Ok(WeekReplay { historic, currency, time, struck: WeekTime::parse(&shown), plans })
    }

    fn all(&self) -> anyhow::Result<()> {
        let events = if self.args.failovers_fail { self.past.with_luck(self.luck) } else { self.past.clone() };
        let plans = self
            .plans
            .iter()
            .map(|(name, plan)| {
                let losses = evaluate(self.estate, &events, plan).annual_losses().to_vec();
                (name.clone(), audit(self.estate, self.past.classes(), plan).annual_cost, losses)
            })
            .collect();
        let replay = CatalogueReplay { estate: self.estate, plans };
        let folder = self.folder(&self.id())?;
        let tables = catalogue_tables(&replay);
        let mut files = folder.tables(&tables)?;
        files.extend(
            folder.draw(&catalogue_chart(&replay, folder.form().style(), &self.provenance())?, self.output)?,
        );
        if folder.form().report.files.xlsx {
            let language = folder.form().language();
            let assumptions = assumptions::table(&self.found.source.case.assumptions);
            let (id, command, warnings) = (self.id(), self.command(), self.found.source.warnings());
            let origin = self.origin((&id, &command), &warnings);
            folder.write(
                "workbook.xlsx",
                &catalogue_workbook(&replay, (&tables, &assumptions), &origin, language)?,
            )?;
            files.push("workbook.xlsx".to_owned());
        }
        let mut record = self.record(&folder, &files);
        record["plans"] = replay
            .ranking()
            .iter()
            .map(|(name, cost, losses)| {
                json!({ "point": name.id, "annual_cost": cost, "loss_of_all_events": losses.iter().sum::<f64>() })
            })
            .collect::<Vec<_>>()
            .into();
        self.publish(folder, files, &record, &catalogue_summary(&replay, self.output.is_bold()))
    }

    fn publish(
        &self,
        folder: RunFolder,
        mut files: Vec<String>,
        record: &serde_json::Value,
        summary: &str,
    ) -> anyhow::Result<()> {
        folder.write("run.json", format!("{}\n", serde_json::to_string_pretty(record)?).as_bytes())?;
        files.push("run.json".to_owned());
        let folder = folder.publish()?;
        if self.output.is_json() {
            let mut document = record.clone();
            document["folder"] = folder.display().to_string().into();
            return self.output.json(&document);
        }
        let names = files.iter().fold(String::new(), |text, name| format!("{text}  {name}\n"));
        self.output.result(&format!("{summary}\nWrote to {}\n{names}", folder.display()))
    }
}

/// Today's plan, if it is whole, and those of the run.
fn plans(found: &Found, output: &Output) -> anyhow::Result<Vec<(PlanName, Plan)>> {
    let estate = &found.source.case.estate;
    let mut plans: Vec<(PlanName, Plan)> = Vec::new();
    if let Ok(plan) = Plan::as_is(estate) {
        plans.push((PlanName { id: "as_is".to_owned(), is_today: true, is_chosen: false }, plan));
    }
    match &found.run {
        Some(run) => {
            for point in run.points().into_iter().filter(|point| *point != "as_is") {
                let name = PlanName { id: point.to_owned(), is_today: false, is_chosen: point == run.chosen() };
                plans.push((name, run.plan(estate, point)?));
            }
        }
        None => output.note("note: the case has no run, so only today's placement is replayed"),
    }
    if plans.is_empty() {
        let hint = "`ballast frontier` makes plans; placement.csv holds today's";
        return Err(Failure::usage("there is neither a run nor a whole placement of today", hint).into());
    }
    Ok(plans)
}
