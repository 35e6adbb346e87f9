//! Text to estate, or every reason why not.
//!
//! [`read_case`] reads a case folder: all cells as text, typed by us, linked and checked. What is wrong is collected,
//! sorted and shown as `file:line:column` with a way out. [`read_history`] reads a file of past incidents alone.
//!
//! What this crate does not know: simulation, linear programmes, results.

mod assumptions;
mod business;
mod case;
mod catalogue;
mod cell;
mod checks;
mod diagnostic;
mod dialect;
mod encoding;
mod failures;
mod history;
mod locate;
mod markdown;
mod names;
mod overrides;
mod places;
mod schema;
mod settings;
mod settings_help;
mod table;
mod workloads;

pub use assumptions::{Assumption, Basis};
pub use case::{Case, FileReport, Origins, read_case};
pub use cell::number;
pub use diagnostic::{CODES, Diagnostic, Diagnostics, Severity, explain};
pub use dialect::{Decimal, Dialect};
pub use history::{History, Incident, read_history};
pub use markdown::data_format_markdown;
pub use overrides::Overrides;
pub use schema::{ColumnSchema, Kind, Need, TableSchema, schema, template};
