//! A page as SVG: scalable, with text that can be selected, searched and read aloud.

use plotters_backend::{BackendColor, text_anchor::HPos};

use super::{
    color,
    font::{self, Weight},
    page::{HEIGHT, Line, Page, Point, RIM, Shape, Text, WIDTH},
};

/// Inter is the typeface of the PNG, Droid Sans Fallback its second. Others are stretched to the width of these, so that
/// nothing overlaps or leaves the page; none is embedded, as every viewer has some for Han, kana and Hangul.
const FONTS: &str = "Inter, 'Segoe UI', Arial, 'Droid Sans Fallback', sans-serif";

/// The page as an SVG document; its ids begin with `name`, so that many can stand on one HTML page.
pub(super) fn svg(page: &Page, name: &str) -> String {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"{name}-title {name}-desc\" font-family=\"{FONTS}\" xml:space=\"preserve\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-desc\">{}</desc>\n",
        escape(page.title()),
        escape(page.alt())
    );
    text.push_str(&format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{}\"/>\n", hex(color::WHITE)));
    for shape in page.shapes() {
        text.push_str(&element(shape));
        text.push('\n');
    }
    text.push_str("</svg>\n");
    text
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Line { points, style } => {
            format!("<polyline points=\"{}\" fill=\"none\"{}/>", list(points), stroke(*style))
        }
        Shape::Fill { points, color } => {
            format!("<polygon points=\"{}\"{}/>", list(points), paint("fill", *color))
        }
        Shape::Dot { at, radius, inside, rim } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}{}/>",
            number(at.0),
            number(at.1),
            number(*radius),
            paint("fill", *inside),
            stroke(*rim)
        ),
        Shape::Text { at, text, style, rimmed } => text_element(*at, text, *style, *rimmed),
    }
}

fn text_element(at: Point, text: &str, style: Text, rimmed: bool) -> String {
    let anchor = match style.align {
        HPos::Left => "start",
        HPos::Center => "middle",
        HPos::Right => "end",
    };
    let weight = if style.weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
    let rim = if rimmed {
        format!(
            "{} stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
            paint("stroke", color::RIM),
            number(RIM)
        )
    } else {
        String::new()
    };
    let width = style.width(text);
    let length = if width > 0.0 {
        format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", number(width))
    } else {
        String::new()
    };
    format!(
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} text-anchor=\"{anchor}\"{length}{}{rim}>{}</text>",
        number(at.0),
        number(at.1 + font::cap_height(style.size) / 2.0),
        number(style.size),
        paint("fill", style.color),
        escape(text)
    )
}

fn stroke(style: Line) -> String {
    let dash = style
        .dash
        .map(|(on, off)| format!(" stroke-dasharray=\"{} {}\"", number(on), number(off)))
        .unwrap_or_default();
    format!(
        "{} stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}",
        paint("stroke", style.color),
        number(style.width)
    )
}

fn paint(attribute: &str, color: BackendColor) -> String {
    let opacity = if color.alpha < 1.0 {
        format!(" {attribute}-opacity=\"{}\"", number(color.alpha))
    } else {
        String::new()
    };
    format!(" {attribute}=\"{}\"{opacity}", hex(color))
}

fn hex(color: BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn list(points: &[Point]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect::<Vec<_>>().join(" ")
}

/// Two decimals at most, and never `-0`.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text for XML: what has a meaning there is escaped, what is not allowed there becomes the mark of a lost character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::Provenance;
    use crate::charts::speech::Speech;

    fn page() -> Page {
        let provenance = Provenance { fields: vec![("case".to_owned(), "Müller & <Söhne>".to_owned())] };
        let mut page = Page::new(
            Speech::default(),
            "5 < 6 & \"so\"\u{1}",
            "Untertitel",
            "What it shows".to_owned(),
            &provenance,
        );
        page.line(&[(1.0, 2.0), (3.456, -0.001)], Line { color: color::RED, width: 1.5, dash: Some((4.0, 3.0)) });
        page.rimmed_text((10.0, 20.0), "Ziel", Text::bold(12.0, color::BLUE).aligned(HPos::Right));
        page
    }

    #[test]
    fn a_document_has_its_title_its_description_and_real_text() {
        let text = svg(&page(), "frontier");
        for part in [
            "viewBox=\"0 0 800 500\" role=\"img\" aria-labelledby=\"frontier-title frontier-desc\"",
            "<title id=\"frontier-title\">5 &lt; 6 &amp; &quot;so&quot;\u{fffd}</title>",
            "<desc id=\"frontier-desc\">What it shows</desc>",
            "font-family=\"Inter, 'Segoe UI', Arial, 'Droid Sans Fallback', sans-serif\"",
            "points=\"1,2 3.46,0\" fill=\"none\" stroke=\"#d32f2f\" stroke-width=\"1.5\"",
            "stroke-dasharray=\"4 3\"",
            "font-size=\"12\" font-weight=\"600\" text-anchor=\"end\" textLength=\"",
            "lengthAdjust=\"spacingAndGlyphs\" fill=\"#135ba1\" stroke=\"#ffffff\" stroke-opacity=\"0.9\"",
            "Source: case Müller &amp; &lt;Söhne&gt;</text>",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert_eq!(text, svg(&page(), "frontier"));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, -0.001, 12.5, 3.456, 800.0].map(number), ["0", "0", "12.5", "3.46", "800"]);
    }
}
