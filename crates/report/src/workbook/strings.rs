//! Everything that workbooks say, in each language, beside the headings of tables. `{…}` stands for a figure or a name.

pub(super) use crate::words::Words;
use crate::words::strings;

strings! {
    // Sheets, and what they show.
    SUMMARY: "Summary", "Überblick";
    FRONTIER: "Frontier", "Kurve";
    FRONTIER_SHOWS: "every plan with its cost, loss and proof; the chart", "jeder Plan mit Kosten, Schaden und Beweis; das Diagramm";
    ROADMAP: "Roadmap", "Fahrplan";
    ROADMAP_SHOWS: "the way from today's plan to the chosen one: what buys most for its money first",
        "der Weg vom heutigen zum gewählten Plan: das Wirksamste fürs Geld zuerst";
    PLACEMENT: "Placement", "Platzierung";
    PLACEMENT_SHOWS: "where every workload runs in every plan, at what cost, and the runner-up",
        "wo jeder Workload in jedem Plan läuft, zu welchen Kosten, und das Nächstbeste";
    LOSSES: "Losses", "Schäden";
    LOSSES_SHOWS: "who bears the expected loss, today and planned", "wer den erwarteten Schaden trägt, heute und geplant";
    BLAST_RADIUS: "Blast radius", "Ausfalldomänen";
    BLAST_RADIUS_SHOWS: "what fails and what that costs, today and planned", "was ausfällt und was das kostet, heute und geplant";
    RISK: "Risk", "Risiko";
    RISK_SHOWS: "every measure of risk with its standard error", "jedes Risikomaß mit seinem Standardfehler";
    DOWNTIME: "Downtime", "Ausfallzeiten";
    DOWNTIME_SHOWS: "minutes of outage a year of every workload, against what providers promise",
        "Ausfallminuten im Jahr je Workload, gegen die Zusagen der Anbieter";
    BAD_YEARS: "Bad years", "Schlechte Jahre";
    BAD_YEARS_SHOWS: "what is lost once in so many years", "was einmal in so vielen Jahren verloren geht";
    PAST: "Past outages", "Frühere Ausfälle";
    PAST_SHOWS: "what historic outages would cost, today and planned", "was frühere Ausfälle kosten würden, heute und geplant";
    SURFACE: "Surface", "Fläche";
    SURFACE_SHOWS: "what is proven at every weight of cost, expected loss and CVaR",
        "was bei jedem Gewicht von Kosten, erwartetem Schaden und CVaR bewiesen ist";
    LIMITS: "Limits", "Grenzen";
    LIMITS_SHOWS: "what one unit more of each limit that binds is worth", "was eine Einheit mehr je bindender Grenze wert ist";
    ASSUMPTIONS: "Assumptions", "Annahmen";
    ASSUMPTIONS_SHOWS: "settings, defaults that were used, shipped tables, and the sources of the case's rows",
        "Einstellungen, verwendete Vorgaben, mitgelieferte Tabellen und die Quellen der Zeilen des Falls";
    RUN: "Run", "Lauf";
    RUN_SHOWS: "versions, seed, solver, gap, and digests of the input files", "Versionen, Startwert, Löser, Lücke und Prüfsummen der Eingabedateien";
    RUN_OF_REPLAY_SHOWS: "version, command, and digests of the input files", "Version, Befehl und Prüfsummen der Eingabedateien";
    SENSITIVITY: "Sensitivity", "Empfindlichkeit";
    SENSITIVITY_SHOWS: "every input with the ends of its interval, totals there, regret, and where another plan is better",
        "jede Eingabe mit den Enden ihres Intervalls, Summen dort, Reue, und wo ein anderer Plan besser ist";
    BAD_LUCK: "Bad luck", "Pech";
    BAD_LUCK_SHOWS: "the plans if several rates are at their upper ends, and their greatest regret",
        "die Pläne, wenn mehrere Raten an ihren oberen Enden sind, und ihre größte Reue";
    PROCESSES: "Processes", "Prozesse";
    PROCESSES_SHOWS: "what each process loses in each plan, and through which workloads", "was jeder Prozess in jedem Plan verliert, und durch welche Workloads";
    HOURS: "Hours", "Stunden";
    HOURS_SHOWS: "the event hour by hour, in each plan", "das Ereignis Stunde für Stunde, in jedem Plan";
    WEEK: "Week", "Woche";
    WEEK_SHOWS: "the same as a list", "dasselbe als Liste";
    WEEK_MAP: "Week map", "Wochenkarte";
    WEEK_MAP_SHOWS: "the loss at every hour of the week as a heat map; the frame is the hour at which it struck",
        "der Schaden zu jeder Stunde der Woche als Heatmap; der Rahmen ist die Stunde, in der es begann";
    EVENTS: "Events", "Ereignisse";
    EVENTS_SHOWS: "what each event would cost in each plan, as a list", "was jedes Ereignis in jedem Plan kosten würde, als Liste";
    EVENT_MAP: "Event map", "Ereigniskarte";
    EVENT_MAP_SHOWS: "what each event would cost, as a heat map of plans against events",
        "was jedes Ereignis kosten würde, als Heatmap der Pläne gegen die Ereignisse";
    RANKING: "Ranking", "Rangliste";
    RANKING_SHOWS: "the plans by what all events together would cost", "die Pläne nach dem, was alle Ereignisse zusammen kosten würden";
    OTHER_PLACEMENTS: "Placement of other plans", "Platzierung anderer Pläne";
    OTHER_PLACEMENTS_WHY: "a sheet has no room for all plans: today's and the chosen one are there, all are in placements.csv",
        "ein Blatt hat nicht für alle Pläne Platz: der heutige und der gewählte sind da, alle stehen in placements.csv";
    SENSITIVITY_WHY: "is not part of this run: `ballast sensitivity CASE --xlsx` writes a workbook of what moves the plan",
        "gehört nicht zu diesem Lauf: `ballast sensitivity CASE --xlsx` schreibt eine Mappe darüber, was den Plan bewegt";
    SHEETS: "Sheets", "Blätter";
    ROWS: "Rows", "Zeilen";

    // The head of the first sheet.
    BOOK_TITLE: "{case}: cost of resilience", "{case}: Kosten der Resilienz";
    BOOK_SUBJECT: "run {run}", "Lauf {run}";
    LINE: "Ballast {version}, run {run}: {years} simulated years, seed {seed}; money in {currency}",
        "Ballast {version}, Lauf {run}: {years} simulierte Jahre, Startwert {seed}; Beträge in {currency}";
    REPLAY_LINE: "Ballast {version}, run {run}; money in {currency}", "Ballast {version}, Lauf {run}; Beträge in {currency}";
    PROVEN_ONE: "Proven: no plan beats this one by more than {gap}", "Bewiesen: Kein Plan ist um mehr als {gap} besser als dieser";
    PROVEN: "Proven: no plan beats any of these by more than {gap}", "Bewiesen: Kein Plan ist um mehr als {gap} besser als einer von diesen";
    ABOVE_GAP: "; {wanted} was asked for, a limit ended the search", "; verlangt waren {wanted}, eine Grenze hat die Suche beendet";
    STOPPED: "; the run was stopped before it was done", "; der Lauf wurde abgebrochen, bevor er fertig war";

    // Plans.
    THE_PLANS: "The plans", "Die Pläne";
    PLAN: "Plan", "Plan";
    TODAY: "Today", "Heute";
    CHOSEN: "Chosen", "Gewählt";
    THE_PLAN: "The plan", "Der Plan";
    KNEE: "Lowest total (knee)", "Niedrigste Summe (Knie)";
    LOWEST_TOTAL: "Lowest total", "Niedrigste Summe";
    SAME_LOSS: "Same loss as today", "Gleicher Schaden wie heute";
    SAME_COST: "Same cost as today", "Gleiche Kosten wie heute";
    CHEAPEST: "Cheapest", "Am billigsten";
    END_OF_CURVE: "End of the curve", "Ende der Kurve";
    RUN_COST: "Run cost ($ a year)", "Betriebskosten ($ im Jahr)";
    EXPECTED_LOSS: "Expected loss ($ a year)", "Erwarteter Schaden ($ im Jahr)";
    CVAR: "CVaR: mean of the worst years ($ a year)", "CVaR: Mittel der ärgsten Jahre ($ im Jahr)";
    CHANCE_OF_STOP: "Chance of a stop above 8 h (a year)", "Wahrscheinlichkeit eines Stillstands über 8 h (im Jahr)";
    TOTAL_OF_CASE: "Total by the weights of the case ($ a year)", "Summe mit den Gewichten des Falls ($ im Jahr)";
    TOTAL_OF_READER: "Total by your weights ($ a year)", "Summe mit Ihren Gewichten ($ im Jahr)";
    COST_AGAINST_TODAY: "Run cost against today ($ a year)", "Betriebskosten gegen heute ($ im Jahr)";
    LOSS_AGAINST_TODAY: "Expected loss against today ($ a year)", "Erwarteter Schaden gegen heute ($ im Jahr)";

    // What if.
    WHAT_IF: "What if loss weighed otherwise?", "Was, wenn Schaden anders wöge?";
    WHAT_IF_HELP: "Change a yellow cell: the plan of the curve with the least cost + weight × loss is looked up in Frontier.",
        "Eine gelbe Zelle ändern: Der Plan der Kurve mit den geringsten Kosten + Gewicht × Schaden wird im Blatt Kurve gesucht.";
    LOSS_WEIGHT: "Weight of loss against cost", "Gewicht des Schadens gegen die Kosten";
    LOSS_WEIGHT_HELP: "1 adds them up; 2 counts loss twice; 0 asks for the cheapest", "1 zählt beide zusammen; 2 zählt Schaden doppelt; 0 sucht den billigsten";
    CVAR_WEIGHT: "Weight of CVaR within the loss", "Gewicht des CVaR im Schaden";
    CVAR_WEIGHT_HELP: "0 is the expected loss alone, 1 the mean of the worst years alone",
        "0 ist der erwartete Schaden allein, 1 das Mittel der ärgsten Jahre allein";
    NO_WEIGHT: "Not a weight", "Kein Gewicht";
    NO_WEIGHT_WHY: "A number from 0 to {most}", "Eine Zahl von 0 bis {most}";
    PICKED: "Best plan by these weights", "Bester Plan mit diesen Gewichten";
    LIVE: "Cost + weight × loss, by the weights in Summary ($ a year)", "Kosten + Gewicht × Schaden, mit den Gewichten im Überblick ($ im Jahr)";

    // The charts.
    CHART: "Run cost against expected loss", "Betriebskosten gegen erwarteten Schaden";
    CHART_ALT: "Run cost against expected loss of every plan", "Betriebskosten gegen erwarteten Schaden jedes Plans";
    BY_WEIGHTS: "By your weights", "Mit Ihren Gewichten";
    COST_AXIS: "Run cost ({currency} {unit}a year)", "Betriebskosten ({unit}{currency} im Jahr)";
    LOSS_AXIS: "Expected loss ({currency} {unit}a year)", "Erwarteter Schaden ({unit}{currency} im Jahr)";
    TOTAL_AXIS: "Change of the total ({currency} {unit}a year)", "Änderung der Summe ({unit}{currency} im Jahr)";
    SO_FAR_AXIS: "Loss so far ({currency} {unit})", "Schaden bis hier ({unit}{currency})";
    HOURS_AXIS: "Hours after the start", "Stunden nach dem Beginn";
    ALL_EVENTS_AXIS: "All events together ({currency} {unit})", "Alle Ereignisse zusammen ({unit}{currency})";
    MILLIONS: "m ", "Mio. ";

    // Sensitivity.
    INPUT: "Input", "Eingabe";
    FROM: "From", "Von";
    TO: "To", "Bis";
    CHANGE_LOW: "Change of the total at the low end ($ a year)", "Änderung der Summe am unteren Ende ($ im Jahr)";
    CHANGE_HIGH: "Change of the total at the high end ($ a year)", "Änderung der Summe am oberen Ende ($ im Jahr)";
    BETTER_BELOW: "Another plan is better below", "Ein anderer Plan ist besser unter";
    BETTER_ABOVE: "Another plan is better above", "Ein anderer Plan ist besser über";
    SAVES: "It saves up to ($ a year)", "Er spart bis zu ($ im Jahr)";
    AT_LOW: "At the low end", "Am unteren Ende";
    AT_HIGH: "At the high end", "Am oberen Ende";
    TOTAL_NOW: "The total of the plan is {total} a year; each input moves alone, to either end of its interval.",
        "Die Summe des Plans ist {total} im Jahr; jede Eingabe bewegt sich allein, an beide Enden ihres Intervalls.";

    // Replay.
    EVENT_LINE: "{title}: {hours} h from {start} ({zone})", "{title}: {hours} h ab {start} ({zone})";
    EVENT_COSTS: "It costs {loss} {who}", "Es kostet {who} {loss}";
    EVENT_COSTS_TOO: "{before}, {loss} {who}", "{before}, {who} {loss}";
    LOSS: "Loss ($)", "Schaden ($)";
    STOPS: "Processes that stop", "Prozesse, die stillstehen";
    LONGEST: "Longest stop (hours)", "Längster Stillstand (Stunden)";
    DEGRADED: "Processes degraded", "Beeinträchtigte Prozesse";
    ALL_EVENTS: "All events together ($)", "Alle Ereignisse zusammen ($)";
    THAT_COST: "Events that cost anything", "Ereignisse mit Schaden";
    WORST_EVENT: "Worst event", "Ärgstes Ereignis";
    WORST_LOSS: "What it costs ($)", "Was es kostet ($)";
    HOUR_OF_DAY: "Begins at", "Beginnt um";

    // Run.
    WHAT: "What", "Was";
    VALUE: "Value", "Wert";
    VERSION: "Version of Ballast", "Version von Ballast";
    CASE: "Case", "Fall";
    CURRENCY: "Currency", "Währung";
    COMMAND: "Command", "Befehl";
    ARGUMENTS: "Arguments", "Argumente";
    OVERRIDES: "Changes laid over the case", "Änderungen über dem Fall";
    PLANS_OF: "Run that the plans are of", "Lauf, von dem die Pläne sind";
    SOLVER: "Solver", "Löser";
    SOLVER_VERSIONS: "Versions of the solver's crates", "Versionen der Bibliotheken des Lösers";
    CHOSEN_PLAN: "Chosen plan", "Gewählter Plan";
    ENDED: "Ended", "Ende";
    COMPLETE: "complete", "vollständig";
    OUT_OF_TIME: "time limit", "Zeitgrenze";
    INTERRUPTED: "interrupted", "abgebrochen";
    NONE: "none", "keine";
    SEED: "Seed", "Startwert";
    YEARS: "Simulated years", "Simulierte Jahre";
    OPTIONS_GENERATED: "Options that the rules allow", "Möglichkeiten, die die Regeln erlauben";
    OPTIONS_KEPT: "Options left after pruning", "Möglichkeiten nach dem Aussortieren";
    GAP_WANTED: "Gap asked for", "Verlangte Lücke";
    GAP_WIDEST: "Widest gap of all plans", "Größte Lücke aller Pläne";
    ALPHA: "Confidence of CVaR", "Konfidenz des CVaR";
    INPUT_FILE: "Input file", "Eingabedatei";
    DIGEST: "SHA-256", "SHA-256";
    WARNINGS: "Warnings", "Hinweise";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_figures() {
        crate::words::assert_same_figures(super::ALL);
    }

    #[test]
    fn names_of_sheets_are_as_short_as_a_spreadsheet_wants_them() {
        use super::*;
        for words in [SUMMARY, FRONTIER, ROADMAP, PLACEMENT, LOSSES, BLAST_RADIUS, RISK, DOWNTIME, BAD_YEARS, PAST]
        {
            for name in [words.english, words.german] {
                assert!(
                    name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']),
                    "{name}"
                );
            }
        }
    }
}
