//! Everything that charts say, in each language. `{…}` stands for a figure or a name.
//!
//! German sentences put the measure first, as headlines do, so that it needs no ending.

pub(super) use crate::words::Words;
use crate::words::strings;

/// Days of the week, Monday first.
pub(super) const WEEKDAYS: [Words; 7] = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY];

/// What a picture's origin has a name for.
pub(super) const ORIGIN: [Words; 6] = [CASE, RUN, VERSION, SEED, YEARS, GAP];

strings! {
    // Every page.
    SOURCE: "Source: {fields}", "Quelle: {fields}";
    CASE: "case", "Fall";
    RUN: "run", "Lauf";
    VERSION: "version", "Version";
    SEED: "seed", "Startwert";
    YEARS: "years", "Jahre";
    GAP: "gap", "Lücke";
    DECIMAL_MARK: ".", ",";
    GROUP_MARK: "\u{202f}", ".";
    THOUSAND: "thousand ", "Tsd. ";
    MILLION: "million ", "Mio. ";
    BILLION: "billion ", "Mrd. ";
    NEVER: "never", "nie";
    EVERY_YEAR: "every year", "jedes Jahr";
    ONE_YEAR_IN: "1 year in {years}", "1 Jahr von {years}";
    NO_PLAN: "No plan", "Kein Plan";
    NO_PLAN_ON_CURVE: "No plan on the curve", "Kein Plan auf der Kurve";

    // Plans.
    TODAY: "Today", "Heute";
    PLAN: "Plan {plan}", "Plan {plan}";
    PLAN_NOUN: "Plan ", "Plan ";
    LOWEST_TOTAL: "Lowest total: {plan}", "Niedrigste Summe: {plan}";
    CHEAPEST: "Cheapest", "Am billigsten";
    NO_MORE_LOSS: "No more loss", "Gleicher Schaden";
    NO_MORE_COST: "No more cost", "Gleiche Kosten";
    END_OF_CURVE: "End of the curve", "Ende der Kurve";

    // Measures.
    RUN_COST: "run cost", "Betriebskosten";
    EXPECTED_LOSS: "expected loss", "erwarteter Schaden";
    OUTAGE_LOSS: "expected outage loss", "erwarteter Ausfallschaden";
    WORST_YEARS: "loss in the worst {share} of years", "Schaden der {share} ärgsten Jahre";
    RUN_COST_AXIS: "Run cost a year, {unit}{currency}", "Betriebskosten im Jahr, {unit}{currency}";

    // frontier
    FRONTIER_MORE: "{change} a year more would cut {measure} from {before} to {after}",
        "{change} mehr im Jahr: {measure} sinkt von {before} auf {after}";
    FRONTIER_LESS: "{change} a year less would even cut {measure} from {before} to {after}",
        "{change} weniger im Jahr: {measure} sinkt sogar von {before} auf {after}";
    FRONTIER_MOVED: "Other places at today's cost would cut {measure} from {before} to {after}",
        "Andere Orte zu heutigen Kosten: {measure} sinkt von {before} auf {after}";
    FRONTIER_RISING: "{change} a year less is worth {measure} rising from {before} to {after}",
        "{change} weniger im Jahr sind es wert: {measure} steigt von {before} auf {after}";
    FRONTIER_SAME: "{change} a year less would buy the same protection",
        "{change} weniger im Jahr kaufen denselben Schutz";
    FRONTIER_AS_GOOD: "Today's plan is as good as any on the curve",
        "Der heutige Plan ist so gut wie jeder auf der Kurve";
    FRONTIER_ALONE: "{cost} of run cost leaves {loss} of {measure} a year",
        "{cost} Betriebskosten im Jahr lassen {loss} ({measure})";
    FRONTIER_SUBTITLE: "Annual run cost and {measure}, {currency}. Each dot is a plan within {gap} of the best at its loss, proven{log}",
        "Betriebskosten und {measure} im Jahr, {currency}. Punkte: Pläne, bewiesen höchstens {gap} vom besten bei ihrem Schaden{log}";
    FRONTIER_SUBTITLE_BESIDE: "Annual run cost and {measure}, {currency}. Each dot of the line is a plan within {gap} of the best at its loss, proven{log}",
        "Betriebskosten und {measure} im Jahr, {currency}. Punkte der Linie: Pläne, bewiesen höchstens {gap} vom besten bei ihrem Schaden{log}";
    LOGARITHMIC_LOSSES: " (logarithmic losses)", " (Schäden logarithmisch)";
    MEASURE_AXIS: "{measure} a year, {unit}{currency}", "{measure} im Jahr, {unit}{currency}";
    RUN_AND_LOSS: "{cost} run + {loss} loss", "{cost} Betrieb + {loss} Schaden";
    TODAY_BREAKS_ONE: "Today (breaks 1 rule)", "Heute (verletzt 1 Regel)";
    TODAY_BREAKS: "Today (breaks {count} rules)", "Heute (verletzt {count} Regeln)";
    LESS_COST: "{saved} a year less", "{saved} weniger im Jahr";
    LESS_LOSS: "{saved} less loss", "{saved} weniger Schaden";
    IN_FRESH_YEARS: "in fresh years", "frische Jahre";
    NO_PLAN_BEYOND: "no plan beyond this, 95 % sure", "zu 95 % kein Plan jenseits";
    SAME_TOTAL: "same total as the knee, {total}", "Summe wie am Knie, {total}";
    FRONTIER_ALT: "Chart of annual run cost against {measure}. {finding}.{ends}",
        "Diagramm der Betriebskosten im Jahr gegen {measure}. {finding}.{ends}";
    FRONTIER_ENDS: " The curve of {count} plans runs from {cost} of run cost with {loss} of {measure} to {last_cost} with {last_loss}.",
        " Die Kurve von {count} Plänen reicht von {cost} Betriebskosten mit {loss} ({measure}) bis {last_cost} mit {last_loss}.";

    // ep
    EP_FEW: "Too few simulated years for rare losses", "Zu wenige simulierte Jahre für seltene Schäden";
    EP_BOTH: "One year in {years} loses {today} or more today, {after} with {plan}",
        "Eines von {years} Jahren kostet heute {today} oder mehr, mit {plan} {after}";
    EP_ONE: "One year in {years} loses {loss} or more", "Eines von {years} Jahren kostet {loss} oder mehr";
    EP_SUBTITLE: "Chance that the outage losses of a year exceed an amount, with 90 % bands (logarithmic)",
        "Wie wahrscheinlich die Ausfallschäden eines Jahres einen Betrag übersteigen, mit 90-%-Bändern (logarithmisch)";
    EP_ALT: "Chart of the chance of exceeding an annual outage loss. {finding}.",
        "Diagramm der Wahrscheinlichkeit, einen Jahresschaden zu übersteigen. {finding}.";
    EP_LOSS_AXIS: "Outage losses of a year, {unit}{currency}", "Ausfallschäden eines Jahres, {unit}{currency}";
    EP_CHANCE_AXIS: "Chance of exceeding, % a year", "Wahrscheinlichkeit des Übersteigens, % im Jahr";

    // cost
    COMPUTE: "compute", "Rechenleistung";
    STANDBY_COMPUTE: "standby compute", "Bereitschaft";
    STORAGE: "storage", "Speicherplatz";
    REPLICATION: "replication", "Replikation";
    EGRESS: "egress", "Datenausgang";
    LICENCES: "licences", "Lizenzen";
    RUN_EFFORT: "run effort", "Betriebsaufwand";
    EXTRA: "extra cost at a site", "Mehrkosten am Ort";
    MIGRATION: "migration", "Umzug";
    SITES: "sites", "Standorte";
    ONBOARDING: "onboarding", "Anbieterverträge";
    SOFT_LIMITS: "soft limits broken", "verletzte weiche Grenzen";
    COST_NOTHING: "The plan costs nothing", "Der Plan kostet nichts";
    COST_SHARE: "{part} is {share} of the run cost of the plan", "{part}: {share} der Betriebskosten des Plans";
    COST_BOTH: "The plan pays {more} more for {grows} a year and {less} less for {shrinks} than today",
        "Im Jahr {more} mehr für {grows} und {less} weniger für {shrinks} als heute";
    COST_MORE: "The plan pays {more} more for {grows} a year than today", "Im Jahr {more} mehr für {grows} als heute";
    COST_LESS: "The plan pays {less} less for {shrinks} a year than today",
        "Im Jahr {less} weniger für {shrinks} als heute";
    COST_SAME: "The plan pays for the same things as today", "Der Plan bezahlt dasselbe wie heute";
    COST_SUBTITLE: "Run cost a year by what is paid for, {currency}", "Betriebskosten im Jahr nach Kostenteilen, {currency}";
    COST_ALT: "Bars of annual run cost by component. {finding}. In all: {totals}.",
        "Balken der Betriebskosten im Jahr nach Kostenteilen. {finding}. Insgesamt: {totals}.";

    // blast_radius
    BLAST_NONE: "No failure domain costs anything", "Keine Ausfalldomäne kostet etwas";
    BLAST_ONE: "Most is lost to {domain}: {year} a year, {event} each time",
        "Am meisten kostet {domain}: {year} im Jahr, {event} jedes Mal";
    BLAST_FALL: "Losses from {domain} fall from {before} to {after} a year",
        "Schäden durch {domain} sinken von {before} auf {after} im Jahr";
    BLAST_SAME: "No domain costs much less with the plan; most is lost to {domain}, {year} a year",
        "Keine Domäne kostet mit dem Plan viel weniger; am meisten {domain}, {year} im Jahr";
    BLAST_SUBTITLE: "Outage losses by the failure domain in which they begin, {currency}{shown}",
        "Ausfallschäden nach der Ausfalldomäne, in der sie beginnen, {currency}{shown}";
    BLAST_SHOWN: "; the {rows} greatest of {count}", "; die {rows} größten von {count}";
    BLAST_ALT: "Bars of losses by failure domain. {finding}.", "Balken der Schäden nach Ausfalldomäne. {finding}.";
    BLAST_YEAR: "Expected loss a year", "Erwarteter Schaden im Jahr";
    BLAST_EVENT: "Mean loss of one event", "Mittlerer Schaden je Ereignis";
    EVENTS_A_YEAR: "{rate} events a year", "{rate} Ereignisse im Jahr";
    EVENT_IN_YEARS: "1 event in {years} years", "1 Ereignis in {years} Jahren";

    // limits
    LIMITS_NONE: "No limit binds the plan", "Keine Grenze bindet den Plan";
    LIMITS_WORTHLESS: "More room in any limit would be worth nothing", "Mehr Raum wäre bei keiner Grenze etwas wert";
    LIMITS_MOST: "{limit} costs most: 1 % more room is worth {worth} a year",
        "Am meisten kostet {limit}: 1 % mehr Raum ist {worth} im Jahr wert";
    LIMITS_SUBTITLE: "Worth of 1 % more room in each limit that binds plan {plan}{shown}, {currency} a year, at the price of the next unit",
        "Wert von 1 % mehr Raum je Grenze, die Plan {plan} bindet{shown}, {currency} im Jahr, zum Preis der nächsten Einheit";
    LIMITS_SHOWN: ", the {rows} dearest of {count}", ", die {rows} teuersten von {count}";
    LIMITS_ALT: "Bars of what more room in each limit is worth. {finding}.",
        "Balken dessen, was mehr Raum je Grenze wert ist. {finding}.";
    LIMITS_CURVE: "Worth of 1 % more room along the curve, {unit}{currency} a year",
        "Wert von 1 % mehr Raum entlang der Kurve, {unit}{currency} im Jahr";
    PRICES_NONE: "No limit and no rule costs anything", "Keine Grenze und keine Regel kostet etwas";
    PRICES_MOST: "{limit} costs most: {price} a year", "Am meisten kostet {limit}: {price} im Jahr";
    PRICES_SUBTITLE: "What each limit and rule adds to the lowest total of cost and loss{shown}, {currency} a year; thin lines: what is proven",
        "Was jede Grenze und Regel zur niedrigsten Summe aus Kosten und Schaden beiträgt{shown}, {currency} im Jahr; dünne Linien: was bewiesen ist";
    PRICES_SOLVED: ", {rows} of {count}: the others are not solved", ", {rows} von {count}: die übrigen sind nicht gelöst";
    PRICES_ALT: "Bars of what each limit and rule costs, found by solving without it. {finding}.",
        "Balken dessen, was jede Grenze und Regel kostet, gefunden durch Lösen ohne sie. {finding}.";
    PRICES_UNIT: "one {unit} more is worth {worth}", "1 {unit} mehr ist {worth} wert";
    PRICES_PROVEN: "proven: {least} to {most}", "bewiesen: {least} bis {most}";
    PRICES_SLACK: "does not bind; proven: at most {most}", "bindet nicht; bewiesen: höchstens {most}";
    LIMIT_OF_MONEY: "at {limit}; one more {currency} is worth {worth}", "bei {limit}; 1 {currency} mehr ist {worth} wert";
    LIMIT_OF_UNITS: "at {limit} {unit}; one more is worth {worth}", "bei {limit} {unit}; 1 mehr ist {worth} wert";

    // measures
    MEASURES_PLAN: "The plan", "Der Plan";
    MEASURES_END: "The end of the curve", "Das Ende der Kurve";
    MEASURES_DEAREST: "The dearest plan", "Der teuerste Plan";
    MEASURES_ONE: "The plan loses {worst} in bad years, {loss} on average",
        "Der Plan kostet in schlechten Jahren {worst}, im Mittel {loss}";
    MEASURES_BOTH: "{who} {loss} and {worst}", "{who}: {loss}, {worst}";
    CUTS: "cuts {measure} by {share}", "{measure} sinkt um {share}";
    RAISES: "raises {measure} by {share}", "{measure} steigt um {share}";
    LEAVES: "leaves {measure} as it is", "{measure} bleibt gleich";
    CUTS_TOO: "{measure} by {share}", "{measure} um {share}";
    RAISES_TOO: "{measure} by {share}", "{measure} um {share}";
    LEAVES_TOO: "{measure} as it is", "{measure} auch";
    MEASURES_SUBTITLE: "The plans of the curve in pairs of three measures, {currency} a year; below: run cost · expected loss · worst years",
        "Die Pläne der Kurve in Paaren dreier Maße, {currency} im Jahr; unten: Betriebskosten · erwarteter Schaden · ärgste Jahre";
    MEASURES_SURFACE: "Plans in pairs of three measures, {currency} a year; below: run cost · expected loss · worst years",
        "Pläne in Paaren dreier Maße, {currency} im Jahr; unten: Betriebskosten · erwarteter Schaden · ärgste Jahre";
    MEASURES_ALT: "Three small charts of run cost, expected loss and the loss of bad years. {finding}.",
        "Drei kleine Diagramme von Betriebskosten, erwartetem Schaden und dem Schaden schlechter Jahre. {finding}.";

    // mix
    BY_PATTERN: "By pattern", "Nach Muster";
    BY_PROVIDER: "By provider", "Nach Anbieter";
    BY_JURISDICTION: "By jurisdiction", "Nach Rechtsraum";
    UNKNOWN: "unknown", "unbekannt";
    OTHERS: "{count} others", "{count} andere";
    MIX_FREE: "No plan has a run cost", "Kein Plan hat Betriebskosten";
    MIX_SAME: "{share} of the run cost is {name}", "{share} der Betriebskosten: {name}";
    MIX_SAME_ALONG: "{share} of the run cost is {name} all along the curve",
        "{share} der Betriebskosten auf der ganzen Kurve: {name}";
    MIX_GROWS: "{name} grows from {before} to {after} of the run cost",
        "{name} wächst von {before} auf {after} der Betriebskosten";
    MIX_SHRINKS: "{name} shrinks from {before} to {after} of the run cost",
        "{name} schrumpft von {before} auf {after} der Betriebskosten";
    MIX_SUBTITLE: "Share of the workloads' run cost along the curve, %, from the cheapest plan to the safest; place of the primary",
        "Anteil an den Betriebskosten der Workloads entlang der Kurve, %, vom billigsten zum sichersten Plan; nach Hauptstandort";
    MIX_ALT: "Stacked shares of run cost along the curve, by pattern, provider and jurisdiction. {finding}.",
        "Gestapelte Anteile an den Betriebskosten entlang der Kurve, nach Muster, Anbieter und Rechtsraum. {finding}.";
    MIX_TODAY: "today", "heute";
    MIX_FLAT: "All plans cost {cost}", "Alle Pläne kosten {cost}";

    // portrait
    BOARD_RUN_COST: "Run cost a year", "Betriebskosten im Jahr";
    BOARD_LOSS: "Expected loss a year", "Erwarteter Schaden im Jahr";
    BOARD_STOP: "A stop of over 8 hours", "Ein Stillstand über 8 Stunden";
    BOARD_WHOLE: "Plan {plan}: {total} a year for running and outages", "Plan {plan}: {total} im Jahr für Betrieb und Ausfälle";
    BOARD_LESS: "Plan {plan}: {total} a year for running and outages, {change} less than today",
        "Plan {plan}: {total} im Jahr für Betrieb und Ausfälle, {change} weniger als heute";
    BOARD_MORE: "Plan {plan}: {total} a year for running and outages, {change} more than today",
        "Plan {plan}: {total} im Jahr für Betrieb und Ausfälle, {change} mehr als heute";
    BOARD_SAME: "Plan {plan}: {total} a year for running and outages, as today",
        "Plan {plan}: {total} im Jahr für Betrieb und Ausfälle, wie heute";
    BOARD_ALL_STAY: "All {all} workloads stay as they are", "Alle {all} Workloads bleiben, wie sie sind";
    BOARD_CHANGE: "{some} of {all} workloads change", "{some} von {all} Workloads ändern sich";
    BOARD_NO_TODAY: "No plan of today to compare with", "Kein heutiger Plan zum Vergleich";
    BOARD_PROOF: "; proven: no plan beats it by more than {gap}", "; bewiesen: Kein Plan ist um mehr als {gap} besser";
    BOARD_ALT: "One page of plan {plan}. {finding}. {figures}. {bad_year}.",
        "Plan {plan} auf einer Seite. {finding}. {figures}. {bad_year}.";
    BOARD_TODAY: "today {figure}{change}", "heute {figure}{change}";
    BOARD_MIX: "How the workloads run, share of their cost", "Wie die Workloads laufen, Anteil an den Kosten";
    BOARD_COST: "Where the money goes", "Wohin das Geld geht";
    BOARD_EVENTS: "What may strike, and what one such event costs", "Was geschehen kann, und was ein Ereignis kostet";

    // Heat maps.
    HEAT_ALT: "Heat map: {subtitle}. {finding}.", "Heatmap: {subtitle}. {finding}.";
    HEAT_LEGEND: "{unit}{currency}, logarithmic; white is nothing", "{unit}{currency}, logarithmisch; weiß ist nichts";
    WHO_TODAY: "today", "heute";
    WHO_PLAN: "with plan {plan}", "mit Plan {plan}";
    MONDAY: "Mon", "Mo";
    TUESDAY: "Tue", "Di";
    WEDNESDAY: "Wed", "Mi";
    THURSDAY: "Thu", "Do";
    FRIDAY: "Fri", "Fr";
    SATURDAY: "Sat", "Sa";
    SUNDAY: "Sun", "So";

    // week
    WEEK_NEVER: "At no hour of the week does this event cost anything {who}",
        "Zu keiner Stunde der Woche kostet dieses Ereignis {who} etwas";
    WEEK_WORST: "When it struck it costs {struck} {who}; on {when} it costs {worst}",
        "Wie geschehen {who} {struck}, am {when} {worst}";
    WEEK_PLAN: ", with plan {plan} at most {most}", ", mit Plan {plan} höchstens {most}";
    WEEK_SUBJECT: "{title}: loss by the hour at which it begins ({zone}; the frame is when it did)",
        "{title}: Schaden nach der Stunde, zu der es beginnt ({zone}; der Rahmen zeigt, wann es begann)";

    // catalogue
    PAST_NONE: "None of {count} past outages would cost anything {who}",
        "Keiner von {count} früheren Ausfällen würde {who} etwas kosten";
    PAST_ONE: "One past outage costs {before} {who}", "Ein früherer Ausfall kostet {who} {before}";
    PAST_OTHER: "Beside the dearest, one past outage costs {before} {who}",
        "Neben dem teuersten kostet ein früherer Ausfall {who} {before}";
    PAST_OTHERS: "Beside the dearest, {count} past outages cost {before} {who}",
        "Neben dem teuersten kosten {count} frühere Ausfälle {who} {before}";
    PAST_PLAN: ", {after} with plan {plan}", ", mit Plan {plan} {after}";
    PAST_SUBJECT: "Loss if the event happened again, by plan; the dearest events of today's placement",
        "Schaden, wenn das Ereignis wieder geschähe, nach Plan; die teuersten Ereignisse der heutigen Platzierung";

    // tornado
    TORNADO_NONE: "No input moves the total", "Keine Eingabe bewegt die Summe";
    TORNADO_ONE: "{one} moves the total most; {then}", "Am meisten bewegt die Summe: {one}; {then}";
    TORNADO_TWO: "{one} and {two} move the total most; {then}", "Am meisten bewegen die Summe: {one} und {two}; {then}";
    TORNADO_STAYS: "no input changes the plan", "keine Eingabe ändert den Plan";
    TORNADO_ENDED: "the run was ended before all was tried", "der Lauf endete, bevor alles versucht war";
    TORNADO_CHANGES: "one input changes the plan", "eine Eingabe ändert den Plan";
    TORNADO_CHANGE: "{count} inputs change the plan", "{count} Eingaben ändern den Plan";
    TORNADO_SUBTITLE: "Change of the total of {plan} when one input moves to either end of its interval, {unit}{currency}",
        "Änderung der Summe von {plan}, wenn eine Eingabe an ein Ende ihres Intervalls geht, {unit}{currency}";
    TORNADO_ALT: "Tornado chart: {finding}. {shown} of {inputs} inputs are shown.",
        "Tornado-Diagramm: {finding}. {shown} von {inputs} Eingaben sind gezeigt.";
    TORNADO_NOW: "now {total}", "jetzt {total}";
    CHANGES_PLAN: "changes the plan", "ändert den Plan";
    LOWER_TOTAL: "lower total", "niedrigere Summe";
    HIGHER_TOTAL: "higher total", "höhere Summe";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_figures() {
        crate::words::assert_same_figures(super::ALL);
    }
}
