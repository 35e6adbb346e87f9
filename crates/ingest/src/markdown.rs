//! docs/data-format.md, from the declarations of tables and keys.

use std::fmt::Write as _;

use crate::{
    schema::{Kind, Need, OUTAGES, TABLES, TableSchema},
    settings_help,
};

/// How events of the shipped catalogue find what they take down; `catalogue.rs` does it.
const RESOLUTION: &str = "\
`data/catalogue/outages.csv` is part of the program and holds for every case; `catalogue = false` under `[risk]` leaves \
it out.
What an event takes down is found anew in each case, by its level:

- `region`, `site`: the provider's sites in the regions;
- `zone`: the first zone of each of these sites;
- any other level with regions: the provider's domains of that level there, else the sites there. A domain is in a \
region if its id or name says so, or if it runs on a site there, or if nothing but sites there hang on it;
- any other level without regions: the provider's domains of that level. Where the case has none, its domains of \
another level of these stand in: control_plane, identity, edge, dns, network;
- `provider` where no domain is the provider's account: all its sites;
- `supplier` where no domain is this supplier's: all domains of that level.

`provider` in domains.csv says whose a domain is; `own` is the case's owner, and what befell other firms' own systems \
is replayed on these.
Providers and regions match in any case of letters.
An event of which the case models nothing is left out.
";

/// The documentation of all tables as Markdown.
pub fn data_format_markdown() -> String {
    let mut page = String::from(
        "# Data format\n\nGenerated from `crates/ingest/src/schema.rs`; `make docs` writes it anew.\n\n\
         Every cell is text until its column types it.\nEmpty means not given; 0 is 0.\nThe separator (`,` `;` tab), \
         the decimal mark, a byte-order mark and CRLF are detected per file; UTF-16 with its mark is read too, and a first line `sep=;` is skipped.\nColumns may be in any order and in any case, with blanks for `_`; empty columns at the right and empty rows are \
         skipped.\nThousands may be in groups of three: `260 000`, `260'000`, and `260.000` in a file with decimal commas.\n\
         A cell of several lines is read as one line.\nColumns `source`, `comment` and `x_…` \
         are ignored; other unknown columns are warned about.\n",
    );
    page.push_str(&settings_help::markdown());
    for table in TABLES {
        let need = if table.required { "Required." } else { "Optional." };
        // Writing to a String cannot fail.
        let _ = writeln!(page, "\n## {}\n\n{} {need}\n", table.file(), table.help);
        columns(table, &mut page);
    }
    let _ = writeln!(page, "\n## The catalogue of outages\n\n{} {RESOLUTION}", OUTAGES.help);
    columns(&OUTAGES, &mut page);
    page
}

fn columns(table: &TableSchema, page: &mut String) {
    page.push_str("| column | holds | empty | meaning |\n|---|---|---|---|\n");
    for column in table.columns {
        let empty = match column.need {
            Need::Required => "not allowed".to_owned(),
            Need::Default(value) => value.to_owned(),
            Need::Optional => "not given".to_owned(),
        };
        let _ = writeln!(page, "| {} | {} | {empty} | {} |", column.name, describe(column.kind), column.help);
    }
}

fn describe(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::List => "list with `;`".to_owned(),
        Kind::Number(least, most) if least.is_finite() && most.is_finite() => format!("number, {least} to {most}"),
        Kind::Number(least, _) if least.is_finite() => format!("number, {least} or more"),
        Kind::Number(..) => "number".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Word(words) => words.join(", "),
        Kind::Date => "date, 2026-03-29".to_owned(),
        Kind::Time => "time, 06:00".to_owned(),
    }
}
