//! The bytes of a file as text: UTF-8, or UTF-16, which spreadsheets call Unicode text.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::locate::line_column;

/// Combining diacritical marks.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// Why bytes are no text, where, and the way out.
#[derive(Debug)]
pub(crate) struct NotText {
    /// (line, column); zeros for the whole file.
    pub(crate) place: (usize, usize),
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

/// The text without its byte-order mark, and whether it had one.
///
/// Letters and accents that are apart, as Macs write file names, are put together: the same name is the same in every
/// file.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), NotText> {
    let (text, mark) = as_written(bytes)?;
    let is_apart = text.chars().any(|letter| ACCENTS.contains(&letter));
    Ok((if is_apart { Cow::Owned(text.nfc().collect()) } else { text }, mark))
}

fn as_written(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), NotText> {
    let whole = |message: &str, help| NotText { place: (0, 0), message: message.to_owned(), help };
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let help = "open it in the spreadsheet and save the sheet as \"CSV UTF-8\"";
        return Err(whole("the file is a workbook, not CSV", help));
    }
    let unit: Option<fn([u8; 2]) -> u16> = match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = unit {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units);
        return text
            .map(|text| (Cow::Owned(text), true))
            .map_err(|_| whole("the file is damaged UTF-16 text", "save it as \"CSV UTF-8\""));
    }
    let rest = bytes.strip_prefix(b"\xef\xbb\xbf");
    let text = rest.unwrap_or(bytes);
    match std::str::from_utf8(text) {
        Ok(text) => Ok((Cow::Borrowed(text), rest.is_some())),
        Err(error) => {
            let sound = String::from_utf8_lossy(&text[..error.valid_up_to()]);
            let byte = text[error.valid_up_to()];
            // Windows-1252 and Latin-1 agree from here on.
            let letter = (byte >= 0xa0).then(|| format!(", perhaps a \"{}\" of Windows-1252", char::from(byte)));
            Err(NotText {
                place: line_column(&sound, sound.len()),
                message: format!(
                    "the file is not UTF-8 text: here is the byte {byte:02X}{}",
                    letter.unwrap_or_default()
                ),
                help: "save it as \"CSV UTF-8\"; what Excel calls plain CSV is not",
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_spreadsheets_write_it() {
        let text = "site,name\r\nx,Süd 電\r\n";
        let wide = |mark: char, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("{mark}{text}").encode_utf16().flat_map(unit).collect()
        };
        for bytes in [
            format!("\u{feff}{text}").into_bytes(),
            wide('\u{feff}', u16::to_le_bytes),
            wide('\u{feff}', u16::to_be_bytes),
        ] {
            let (read, mark) = decode(&bytes).expect("text");
            assert_eq!((read.as_ref(), mark), (text, true));
        }
        assert!(!decode(text.as_bytes()).expect("text").1);
    }

    #[test]
    fn accents_are_put_on_their_letters() {
        let (read, _) = decode("site,Mu\u{308}nchen Plzen\u{30c} x\u{305}".as_bytes()).expect("text");
        // What has no letter of its own stays as it is.
        assert_eq!(read, "site,München Plzeň x\u{305}");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let wrong = decode(b"a,b\nx,S\xfcd\n").expect_err("not UTF-8");
        assert_eq!(wrong.place, (2, 4));
        assert!(wrong.message.contains("FC") && wrong.message.contains('ü'), "{}", wrong.message);
        assert!(decode(b"PK\x03\x04rest").expect_err("a workbook").message.contains("workbook"));
        assert!(decode(b"\xff\xfe\x00\xd8").expect_err("half a pair").message.contains("UTF-16"));
    }
}
