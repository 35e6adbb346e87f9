//! Columns of text in a terminal.

/// How many columns a text takes: Han, kana, Hangul and pictures take two each, combining marks none.
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The text with blanks at the right, so that it takes `width` columns at least.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// The text with blanks at the left, so that it takes `width` columns at least.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Rows of as many cells each, a line each: columns of text to the left, the others to the right.
pub fn aligned<Row: AsRef<[String]>>(indent: &str, rows: &[Row], is_text: impl Fn(usize) -> bool) -> String {
    let count = rows.first().map_or(0, |row| row.as_ref().len());
    let width = |column: usize| rows.iter().map(|row| columns(&row.as_ref()[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut page = String::new();
    for row in rows {
        let cells = row.as_ref().iter().zip(&widths).enumerate();
        let padded = cells
            .map(|(column, (cell, width))| if is_text(column) { left(cell, *width) } else { right(cell, *width) });
        let line = format!("{indent}{}", padded.collect::<Vec<_>>().join("  "));
        page.push_str(line.trim_end());
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns() {
        for (text, width) in
            [("", 0), ("Süd €5", 6), ("Su\u{308}d", 3), ("上海 울산", 9), ("トヨタ（Ａ）", 12), ("ﾄﾖﾀ", 3)]
        {
            assert_eq!(columns(text), width, "{text}");
        }
        assert_eq!(
            (left("上海", 6), right("上海", 6), left("long", 2)),
            ("上海  ".into(), "  上海".into(), "long".into())
        );
    }
}
