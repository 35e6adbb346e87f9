//! A table as Parquet. Columns are typed by their meaning, so that every run of a batch has the same types.

use polars::prelude::{
    Column as Series, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series as Values,
};

use super::{Table, columns::Kind};

/// A table that could not be written as Parquet.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {table}.parquet: {why}")]
pub struct ParquetError {
    table: &'static str,
    why: String,
}

pub(super) fn encode(table: &Table) -> Result<Vec<u8>, ParquetError> {
    let failed = |why: polars::error::PolarsError| ParquetError { table: table.name, why: why.to_string() };
    let columns = (0..table.columns.len()).map(|at| column(table, at)).collect();
    let mut frame = DataFrame::new(table.rows.len(), columns).map_err(failed)?;
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Zstd(None));
    writer.finish(&mut frame).map_err(failed)?;
    Ok(bytes)
}

fn column(table: &Table, at: usize) -> Series {
    let name = &table.columns[at];
    let cells = || table.rows.iter().map(|row| row.get(at).filter(|cell| !cell.is_empty()));
    let values = match Kind::of(name) {
        Kind::Text | Kind::Setting => Values::new(name.into(), cells().collect::<Vec<_>>()),
        Kind::Flag => {
            Values::new(name.into(), cells().map(|cell| cell.map(|cell| cell == "true")).collect::<Vec<_>>())
        }
        Kind::Count => Values::new(name.into(), cells().map(|cell| cell?.parse::<i64>().ok()).collect::<Vec<_>>()),
        _ => Values::new(name.into(), cells().map(|cell| cell?.parse::<f64>().ok()).collect::<Vec<_>>()),
    };
    values.into_column()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use polars::prelude::{AnyValue, ParquetReader, SerReader};

    use super::*;
    use crate::tables::Rows;

    #[test]
    fn figures_and_words_come_back_as_they_are() {
        let names = ["point", "is_knee", "split_workloads", "annual_cost_eur", "gap"];
        let mut table =
            Table { name: "frontier", columns: names.map(str::to_owned).to_vec(), rows: Rows::default() };
        table.push(["p01", "true", "3", "10912.12", "0.00125000"]);
        table.push(["12", "false", "", "-0.50", ""]);
        let bytes = encode(&table).expect("encoded");
        assert_eq!(bytes, encode(&table).expect("encoded"), "the same bytes for the same table");
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().expect("Parquet");
        let cell = |name: &str, row: usize| frame.column(name).expect(name).get(row).expect("a row").into_static();
        assert_eq!(cell("point", 1), AnyValue::StringOwned("12".into()), "a name of digits stays a name");
        assert_eq!([cell("is_knee", 0), cell("is_knee", 1)], [true, false].map(AnyValue::Boolean));
        assert_eq!([cell("split_workloads", 0), cell("split_workloads", 1)], [AnyValue::Int64(3), AnyValue::Null]);
        let costs = [10_912.12, -0.5].map(AnyValue::Float64);
        assert_eq!([cell("annual_cost_eur", 0), cell("annual_cost_eur", 1)], costs);
        assert_eq!([cell("gap", 0), cell("gap", 1)], [AnyValue::Float64(0.001_25), AnyValue::Null]);
    }
}
