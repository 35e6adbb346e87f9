//! Everything that the page says, in each language. `{…}` stands for a figure or a name.

use super::Language;

/// Key, English, German.
pub(super) const STRINGS: &[(&str, &str, &str)] = &[
    // Numbers.
    ("decimal_mark", ".", ","),
    ("group_mark", ",", "."),
    ("money_sign", "{sign}{symbol}{amount}{unit}", "{sign}{amount}{unit}\u{a0}{symbol}"),
    ("thousand", "k", "\u{a0}Tsd."),
    ("million", "m", "\u{a0}Mio."),
    ("billion", "bn", "\u{a0}Mrd."),
    ("thousands", "thousand", "Tsd."),
    ("millions", "million", "Mio."),
    ("billions", "billion", "Mrd."),
    ("percent", "{value}\u{a0}%", "{value}\u{a0}%"),
    ("one_year_in", "1 year in {years}", "1 Jahr von {years}"),
    ("every_year", "every year", "jedes Jahr"),
    ("never", "never", "nie"),
    // The frame.
    ("skip", "Go to the plan", "Zum Plan"),
    (
        "subtitle",
        "{case}: what a year costs and what outages are expected to cost",
        "{case}: was ein Jahr kostet und was Ausfälle erwartbar kosten",
    ),
    (
        "no_script",
        "The curve, the plans and their tables are drawn by a script within this file; here it may not run. It fetches nothing. Open the file in a browser to see them.",
        "Kurve, Pläne und Tabellen zeichnet ein Skript in dieser Datei; hier darf es nicht laufen. Es lädt nichts nach. In einem Browser geöffnet zeigt die Datei alles.",
    ),
    (
        "footer",
        "Made by Ballast from the files named above. The page is one file and fetches nothing.",
        "Erstellt von Ballast aus den oben genannten Dateien. Die Seite ist eine einzige Datei und lädt nichts nach.",
    ),
    // Findings.
    ("findings", "What was found", "Ergebnis"),
    (
        "costs_more",
        "Plan {plan} costs {change} a year more than today",
        "Plan {plan} kostet {change} im Jahr mehr als heute",
    ),
    (
        "costs_less",
        "Plan {plan} costs {change} a year less than today",
        "Plan {plan} kostet {change} im Jahr weniger als heute",
    ),
    ("costs_same", "Plan {plan} costs as much as today", "Plan {plan} kostet so viel wie heute"),
    (
        "loss_falls",
        "{costs} and cuts the expected outage loss from {today} to {plan}",
        "{costs} und senkt den erwarteten Ausfallschaden von {today} auf {plan}",
    ),
    (
        "loss_rises",
        "{costs} and raises the expected outage loss from {today} to {plan}",
        "{costs} und erhöht den erwarteten Ausfallschaden von {today} auf {plan}",
    ),
    (
        "loss_stays",
        "{costs} and leaves the expected outage loss at {plan}",
        "{costs} und lässt den erwarteten Ausfallschaden bei {plan}",
    ),
    (
        "alone",
        "Plan {plan} costs {cost} a year and leaves an expected outage loss of {loss}",
        "Plan {plan} kostet {cost} im Jahr und lässt einen erwarteten Ausfallschaden von {loss}",
    ),
    (
        "find_total",
        "Run cost and weighted loss together: {today} a year today, {plan} with the plan.",
        "Betriebskosten und gewichteter Schaden zusammen: heute {today} im Jahr, mit dem Plan {plan}.",
    ),
    (
        "find_worst",
        "The worst {share} of years lose {today} on average today, {plan} with the plan.",
        "Die schlechtesten {share} der Jahre kosten heute im Mittel {today}, mit dem Plan {plan}.",
    ),
    (
        "find_stop",
        "A process stands for more than 8 hours: {today} today, {plan} with the plan.",
        "Ein Prozess steht länger als 8 Stunden: heute {today}, mit dem Plan {plan}.",
    ),
    ("find_moves", "{moved} of {all} workloads change.", "{moved} von {all} Workloads ändern sich."),
    (
        "find_source",
        "Most of today's loss comes from {domain}: {today} a year, {plan} with the plan.",
        "Der größte Teil des heutigen Schadens kommt von {domain}: {today} im Jahr, mit dem Plan {plan}.",
    ),
    (
        "find_limit",
        "The limit that costs most is {limit}: one {unit} more is worth {value} a year.",
        "Am meisten kostet {limit}: 1 {unit} mehr ist {value} im Jahr wert.",
    ),
    (
        "find_broken",
        "Today's plan breaks rules or limits ({count}): {rules}.",
        "Der heutige Plan verletzt Regeln oder Grenzen ({count}): {rules}.",
    ),
    (
        "find_proof",
        "Proven: no plan beats any of these by more than {gap}.",
        "Bewiesen: Kein Plan ist um mehr als {gap} besser als einer von diesen.",
    ),
    (
        "find_above_gap",
        "{wanted} was asked for; a limit ended the search.",
        "Verlangt waren {wanted}; eine Grenze hat die Suche beendet.",
    ),
    (
        "find_incomplete",
        "The run was stopped before it was done.",
        "Der Lauf wurde abgebrochen, bevor er fertig war.",
    ),
    // Named plans.
    ("named_plans", "Named plans, {currency} a year", "Benannte Pläne, {currency} im Jahr"),
    ("as_is", "Today", "Heute"),
    ("knee", "Lowest total (knee)", "Niedrigste Summe (Knie)"),
    ("the_plan", "The plan", "Der Plan"),
    ("same_loss", "Same loss as today", "Gleicher Schaden wie heute"),
    ("same_cost", "Same cost as today", "Gleiche Kosten wie heute"),
    ("cheapest", "Cheapest", "Am billigsten"),
    ("end_of_curve", "End of the curve", "Ende der Kurve"),
    ("plan", "Plan", "Plan"),
    ("run_cost", "Run cost", "Betriebskosten"),
    ("expected_loss", "Expected loss", "Erwarteter Schaden"),
    ("worst_years", "Worst {share} of years", "Schlechteste {share} der Jahre"),
    ("stop_over_8", "Stop over 8\u{a0}h", "Stillstand über 8\u{a0}h"),
    ("total", "Total", "Summe"),
    (
        "largest_moves",
        "The largest changes from today to plan {plan}",
        "Die größten Änderungen von heute zu Plan {plan}",
    ),
    ("and_more", "{main} and {count} more", "{main} und {count} weitere"),
    // The roadmap.
    (
        "roadmap",
        "From today to plan {plan}, what buys most for its money first, {currency} a year",
        "Von heute zu Plan {plan}, das Wirksamste fürs Geld zuerst, {currency} im Jahr",
    ),
    ("road_move", "Move", "Schritt"),
    ("road_then", "Then", "Danach"),
    ("road_before", "today {today}", "heute {today}"),
    ("road_list", "all of them", "alle zeigen"),
    ("road_avoided", "Loss avoided", "Vermiedener Schaden"),
    ("road_cost", "Run cost so far", "Betriebskosten bis hier"),
    ("road_loss", "Loss left", "Verbleibender Schaden"),
    ("road_rest", "The rest, {count} workloads", "Der Rest, {count} Workloads"),
    ("road_names", "{names} and {count} more", "{names} und {count} weitere"),
    ("road_group", "together, as the group {name}", "gemeinsam, als Gruppe {name}"),
    (
        "road_process",
        "together: {name} needs them all, none of them pays by itself",
        "gemeinsam: {name} braucht alle, einzeln lohnt sich keiner",
    ),
    (
        "road_site",
        "together: they open or leave {name}, none of them pays by itself",
        "gemeinsam: sie eröffnen oder verlassen {name}, einzeln lohnt sich keiner",
    ),
    (
        "road_limit",
        "together: one makes room for the other within {name}",
        "gemeinsam: einer macht dem anderen Platz, für {name}",
    ),
    ("road_mends", "mends {rules}", "behebt: {rules}"),
    (
        "road_order",
        "First what pays and costs nothing, then by loss avoided above the cost, per cost. Whoever stops after a move has a plan that keeps every limit.",
        "Zuerst, was sich lohnt und nichts kostet, dann nach dem Nutzen über den Kosten, je Kosten. Wer nach einem Schritt aufhört, hat einen Plan, der alle Grenzen einhält.",
    ),
    (
        "road_order_broken",
        "Today's plan breaks {rules}. First comes what mends that; then what pays and costs nothing, then by loss avoided above the cost, per cost. Whoever stops after a move has a plan that breaks nothing that today's keeps.",
        "Der heutige Plan verletzt: {rules}. Zuerst kommt, was das behebt; dann, was sich lohnt und nichts kostet, dann nach dem Nutzen über den Kosten, je Kosten. Wer nach einem Schritt aufhört, hat einen Plan, der nichts verletzt, was der heutige einhält.",
    ),
    // The curve.
    ("curve", "Cost against loss", "Kosten gegen Schaden"),
    (
        "curve_help",
        "Each dot is a plan. Choose one with the mouse, the arrow keys or the list. The dashed arms lead from today to the cheapest plan that loses no more and to the safest that costs no more. The band is the 90 % interval of the loss.",
        "Jeder Punkt ist ein Plan. Wählen mit der Maus, den Pfeiltasten oder der Liste. Die gestrichelten Arme führen von heute zum billigsten Plan, der nicht mehr verliert, und zum sichersten, der nicht mehr kostet. Das Band ist das 90-%-Intervall des Schadens.",
    ),
    (
        "no_curve",
        "This run asked for one plan; ballast frontier draws the whole curve.",
        "Dieser Lauf hat einen Plan gesucht; ballast frontier zeichnet die ganze Kurve.",
    ),
    ("choose_plan", "Plan", "Plan"),
    ("loss_measure", "Loss", "Schaden"),
    ("logarithmic", "Logarithmic losses", "Logarithmische Achse"),
    ("plans_on_curve", "Plans by cost and loss", "Pläne nach Kosten und Schaden"),
    ("axis_cost", "Run cost a year", "Betriebskosten im Jahr"),
    ("axis_loss", "{measure} a year", "{measure} im Jahr"),
    ("same_total", "Same total as plan {plan}, {total}", "Gleiche Summe wie Plan {plan}, {total}"),
    // One plan.
    ("picked", "Plan {plan}", "Plan {plan}"),
    (
        "picked_says",
        "{name}: {cost} of run cost and {loss} of expected loss a year.",
        "{name}: {cost} Betriebskosten und {loss} erwarteter Schaden im Jahr.",
    ),
    ("against_today", "{change} against today", "{change} gegenüber heute"),
    ("figures", "Figures", "Kennzahlen"),
    ("fixed_cost", "of it for sites and providers", "davon für Standorte und Anbieter"),
    ("standard_error", "standard error {value}", "Standardfehler {value}"),
    (
        "var",
        "Exceeded by the worst {share} of years (VaR)",
        "Von den schlechtesten {share} der Jahre überschritten (VaR)",
    ),
    ("cvar", "Mean of the worst {share} of years (CVaR)", "Mittel der schlechtesten {share} der Jahre (CVaR)"),
    ("bound", "Lower bound, proven", "Untere Schranke, bewiesen"),
    ("bound_says", "of {objective}; gap {gap}", "zu {objective}; Lücke {gap}"),
    ("within_gap", "within the gap asked for", "innerhalb der verlangten Lücke"),
    ("limit", "a limit ended the search", "eine Grenze hat die Suche beendet"),
    ("no_bound", "measured, not optimised", "gemessen, nicht optimiert"),
    ("breaks", "Breaks rules or limits ({count}): {rules}", "Verletzt Regeln oder Grenzen ({count}): {rules}"),
    ("components", "Where the money goes, {currency} a year", "Wohin das Geld geht, {currency} im Jahr"),
    ("component", "Part of the cost", "Kostenteil"),
    ("this_plan", "This plan", "Dieser Plan"),
    ("today", "Today", "Heute"),
    ("difference", "Difference", "Unterschied"),
    ("compute", "Compute", "Rechenleistung"),
    ("standby_compute", "Compute that stands by", "Rechenleistung in Bereitschaft"),
    ("storage", "Storage", "Speicher"),
    ("replication", "Replication", "Replikation"),
    ("egress", "Traffic to the internet", "Datenverkehr ins Internet"),
    ("licence", "Licences", "Lizenzen"),
    ("operations", "Operations", "Betrieb"),
    ("extra", "Extra at this site", "Mehrkosten am Standort"),
    ("migration", "Migration, spread over the horizon", "Umzug, über den Horizont verteilt"),
    ("fixed", "Sites and providers", "Standorte und Anbieter"),
    ("sum", "Sum", "Summe"),
    // Placements.
    ("placements", "Where each workload runs", "Wo jeder Workload läuft"),
    ("filter", "Filter", "Filter"),
    ("only_moved", "Only what moves", "Nur was umzieht"),
    ("rows_shown", "{name}: {shown} of {all} rows", "{name}: {shown} von {all} Zeilen"),
    ("sort_hint", "A heading sorts the table.", "Eine Spaltenüberschrift sortiert die Tabelle."),
    ("workload", "Workload", "Workload"),
    ("pattern", "Pattern", "Muster"),
    ("primary", "Primary", "Primär"),
    ("standby", "Standby", "Standby"),
    ("moved", "Today", "Heute"),
    ("stays", "stays", "bleibt"),
    ("yearly_cost", "Cost a year", "Kosten im Jahr"),
    ("yearly_loss", "Expected loss", "Erwarteter Schaden"),
    // Losses.
    ("domains", "What the loss comes from", "Woher der Schaden kommt"),
    ("no_losses", "Nothing is lost.", "Nichts geht verloren."),
    ("domain", "Failure domain", "Ausfalldomäne"),
    ("level", "Level", "Ebene"),
    ("rate", "Events a year", "Ereignisse im Jahr"),
    ("share", "Share", "Anteil"),
    // The exceedance curve.
    ("ep", "How bad a year can be", "Wie schlimm ein Jahr werden kann"),
    (
        "ep_help",
        "The chance that the outage losses of a year exceed an amount, today and with the plan; both axes are logarithmic.",
        "Die Wahrscheinlichkeit, dass die Ausfallschäden eines Jahres einen Betrag überschreiten, heute und mit dem Plan; beide Achsen sind logarithmisch.",
    ),
    ("axis_ep_loss", "Outage losses of a year", "Ausfallschäden eines Jahres"),
    ("axis_ep_chance", "Chance of exceeding, % a year", "Überschreitung, % im Jahr"),
    ("ep_none", "Too few simulated years for rare losses.", "Zu wenige simulierte Jahre für seltene Schäden."),
    (
        "ep_table",
        "Losses of a year by how rarely they are exceeded, with 90 % intervals",
        "Schäden eines Jahres nach Seltenheit, mit 90-%-Intervallen",
    ),
    ("exceeded", "Exceeded", "Überschritten"),
    ("interval", "90 % interval", "90-%-Intervall"),
    // Limits.
    ("limits", "What binds, and what one more is worth", "Was begrenzt und was eins mehr wert ist"),
    ("no_limits", "No limit binds this plan.", "Keine Grenze bindet diesen Plan."),
    ("limit_name", "Limit", "Grenze"),
    ("limit_value", "Set at", "Gesetzt auf"),
    ("limit_holds", "Worth holds for limits", "Wert gilt für Grenzen"),
    ("limit_range", "{from} to {to}", "{from} bis {to}"),
    ("limit_at", "{at} only", "nur {at}"),
    ("limit_from", "from {from}", "ab {from}"),
    ("limit_to", "up to {to}", "bis {to}"),
    ("unit", "Unit", "Einheit"),
    ("worth", "Worth of one more, {currency} a year", "Wert von eins mehr, {currency} im Jahr"),
    ("row_budget", "the budget", "das Budget"),
    ("row_expected_loss", "the cap on expected annual loss", "die Grenze des erwarteten Schadens"),
    ("row_cvar", "the cap on CVaR", "die Obergrenze des CVaR"),
    ("row_capacity", "{resource} capacity of {site}", "{resource}-Kapazität von {site}"),
    (
        "row_standby",
        "{resource} capacity of {site} when {other} fails over to it",
        "{resource}-Kapazität von {site}, wenn {other} dorthin ausweicht",
    ),
    ("row_share", "the limit on {what}", "die Grenze für {what}"),
    ("row_group", "the group {what}", "die Gruppe {what}"),
    ("row_place", "the placement of {what}", "die Platzierung von {what}"),
    ("vcpu", "vCPU", "vCPU"),
    ("memory_gib", "memory", "Speicher"),
    ("gpu", "GPU", "GPU"),
    ("storage_gib", "storage", "Plattenplatz"),
    // The pictures of the folder.
    ("charts", "Charts of the run", "Bilder des Laufs"),
    // Assumptions and provenance.
    ("provenance", "Assumptions and origin", "Annahmen und Herkunft"),
    ("settings", "Settings in force", "Geltende Einstellungen"),
    ("setting", "Setting", "Einstellung"),
    ("value", "Value", "Wert"),
    ("run", "Run", "Lauf"),
    ("version", "Version", "Version"),
    ("solver", "Solver", "Löser"),
    ("seed", "Seed", "Startwert"),
    ("years", "Simulated years", "Simulierte Jahre"),
    ("sampling", "Sampling", "Stichprobe"),
    ("alpha", "Confidence of VaR and CVaR", "Konfidenz von VaR und CVaR"),
    ("gap_wanted", "Gap asked for", "Verlangte Lücke"),
    ("gap_reached", "Widest gap", "Größte Lücke"),
    ("horizon", "Horizon, years", "Horizont, Jahre"),
    ("discount_rate", "Discount rate", "Zinssatz"),
    ("loss_weight", "Weight of loss against cost", "Gewicht des Schadens gegen die Kosten"),
    ("risk_aversion", "Share of CVaR in the loss", "Anteil des CVaR am Schaden"),
    ("limit_budget", "Budget", "Budget"),
    ("limit_loss", "Cap on expected loss", "Obergrenze des erwarteten Schadens"),
    ("limit_cvar", "Cap on CVaR", "Obergrenze des CVaR"),
    ("overrides", "Changes to the files", "Änderungen an den Dateien"),
    ("none", "none", "keine"),
    ("inputs", "Input files", "Eingabedateien"),
    ("file", "File", "Datei"),
    ("digest", "SHA-256", "SHA-256"),
    ("warnings", "Warnings of the check", "Hinweise der Prüfung"),
    (
        "reproduce",
        "How to make this page again, and how to check the run from its input files alone",
        "So entsteht diese Seite noch einmal, und so prüft man den Lauf allein aus den Eingabedateien",
    ),
];

/// The text for `key`.
///
/// # Panics
/// If the table has no such key, which a test rules out for every key of ours.
pub(super) fn text(language: Language, key: &str) -> &'static str {
    let found = STRINGS.iter().find(|(known, ..)| *known == key);
    let (_, english, german) = found.unwrap_or_else(|| panic!("the page has no text {key}"));
    match language {
        Language::English => english,
        Language::German => german,
    }
}

/// `template` with each `{name}` exchanged for its value. A value's own braces stay as they are.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in braces, in order of the alphabet.
    fn names(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> = template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_have_every_string_with_the_same_figures_in_it() {
        for (position, (key, english, german)) in STRINGS.iter().enumerate() {
            assert!(!english.is_empty() && !german.is_empty(), "{key}");
            assert_eq!(names(english), names(german), "{key}");
            assert!(STRINGS[..position].iter().all(|(other, ..)| other != key), "{key} stands twice");
        }
    }

    #[test]
    fn figures_take_the_place_of_their_names() {
        assert_eq!(fill("{a} of {b}{a}!", &[("a", "1"), ("b", "{a}")]), "1 of {a}1!");
        assert_eq!(fill("no figure", &[("a", "1")]), "no figure");
    }
}
