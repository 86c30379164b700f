//! Text messages: how many segments a text takes (3GPP TS 23.038), and where it may be cut.
//!
//! An instruction is never cut: a person who gets one segment and not the next must not act on half a sentence.

use minijinja::context;
use unicode_segmentation::UnicodeSegmentation;

use super::RenderError;
use super::compose::values;
use crate::characters::line_feeds;
use crate::draft::DraftText;
use crate::frame::Frame;
use crate::frozen::{Addressee, Frozen};

/// More than this arrives out of order, in part, or not at all on too many networks.
const SEGMENT_LIMIT: usize = 8;

/// The basic characters of the GSM 7-bit default alphabet that are not ASCII letters, digits or space.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Those of its extension table: each takes two.
const GSM_EXTENSION: &str = "^{}\\[~]|€\u{c}";

/// How a text is coded on the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 7 bits: 160 characters alone, 153 in a chain.
    Gsm7,
    /// 16 bits: 70 units alone, 67 in a chain.
    Ucs2,
}

impl Encoding {
    /// The encoding a text needs.
    pub(crate) fn of(text: &str) -> Self {
        if text.chars().all(|c| gsm_units(c).is_some()) { Self::Gsm7 } else { Self::Ucs2 }
    }

    /// How many units a text takes.
    pub(crate) fn units(self, text: &str) -> usize {
        match self {
            Self::Gsm7 => text.chars().map(|c| gsm_units(c).unwrap_or(1)).sum(),
            Self::Ucs2 => text.encode_utf16().count(),
        }
    }

    const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    const fn chained(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
}

fn gsm_units(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || character == ' ' || GSM_BASIC.contains(character) {
        Some(1)
    } else if GSM_EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}

/// A stretch of the message, and whether it may be cut.
struct Piece {
    text: String,
    whole: Option<String>,
}

/// The segments of the message to one recipient; put together they are the message.
pub(crate) fn segments(
    frame: &Frame,
    draft: &DraftText,
    frozen: &Frozen,
    to: &Addressee,
) -> Result<Vec<String>, RenderError> {
    let values = values(frame, draft, frozen, to)?;
    let mut pieces =
        vec![Piece { text: frozen.marked(&frame.fill("sms", context! { ..values.clone() })?), whole: None }];
    for (at, advice) in draft.advice.iter().enumerate() {
        pieces.push(Piece { text: one_line(advice), whole: Some(format!("advice[{at}]")) });
    }
    pieces.push(Piece { text: one_line(&draft.contact), whole: None });
    pieces.push(Piece { text: frame.fill("sms_end", values)?, whole: None });
    let message = pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
    let encoding = Encoding::of(&message);
    if encoding.units(&message) <= encoding.alone() {
        return Ok(vec![message]);
    }
    let segments = pack(&pieces, encoding)?;
    if segments.len() > SEGMENT_LIMIT {
        return Err(RenderError::SmsTooLong { segments: segments.len(), limit: SEGMENT_LIMIT });
    }
    Ok(segments)
}

fn pack(pieces: &[Piece], encoding: Encoding) -> Result<Vec<String>, RenderError> {
    let limit = encoding.chained();
    let mut segments = vec![String::new()];
    let mut put = |bit: &str| {
        let fits = segments.last().is_some_and(|last| encoding.units(last) + encoding.units(bit) <= limit);
        match segments.last_mut() {
            Some(last) if fits => last.push_str(bit),
            _ => segments.push(bit.to_owned()),
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        let spaced = if at + 1 == pieces.len() { piece.text.clone() } else { format!("{} ", piece.text) };
        match &piece.whole {
            Some(field) if encoding.units(&spaced) > limit => {
                let units = encoding.units(&piece.text);
                return Err(RenderError::SmsInstructionTooLong { field: field.clone(), units, limit });
            }
            Some(_) => put(&spaced),
            None => spaced.split_inclusive(' ').for_each(|word| {
                if encoding.units(word) <= limit { put(word) } else { word.graphemes(true).for_each(&mut put) }
            }),
        }
    }
    segments.retain(|segment| !segment.is_empty());
    Ok(segments)
}

fn one_line(text: &str) -> String {
    line_feeds(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The segments for a person to look at: number, then text.
pub(crate) fn lines(segments: &[String]) -> String {
    let count = segments.len();
    let line = |(at, text): (usize, &String)| format!("[{}/{count}] {}\n", at + 1, text.trim_end());
    segments.iter().enumerate().map(line).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_as_the_standard_says() {
        let rows = [
            ("Stay inside.", Encoding::Gsm7, 12),
            ("price: 5 €", Encoding::Gsm7, 11),
            ("[x] {y} ^|~\\", Encoding::Gsm7, 20),
            ("à la carte, Ångström Ωß", Encoding::Gsm7, 23),
            ("Kermān", Encoding::Ucs2, 6),
            ("کرمان", Encoding::Ucs2, 5),
            ("fire 🔥", Encoding::Ucs2, 7),
            ("“quoted”", Encoding::Ucs2, 8),
        ];
        for (text, encoding, units) in rows {
            assert_eq!((Encoding::of(text), encoding.units(text)), (encoding, units), "{text}");
        }
    }

    #[test]
    fn an_instruction_stays_in_one_segment() {
        let piece = |text: &str, whole: bool| Piece { text: text.to_owned(), whole: whole.then(|| "advice[0]".into()) };
        let intro = "word ".repeat(29);
        let instruction = "Do not open the door to anybody you have not asked to come.";
        let pieces = [piece(intro.trim(), false), piece(instruction, true), piece("End.", false)];
        let segments = pack(&pieces, Encoding::Gsm7).unwrap();
        assert_eq!(segments.len(), 2);
        assert!(segments[1].starts_with(instruction), "{segments:?}");
        assert_eq!(segments.concat(), format!("{intro}{instruction} End."));
        assert!(segments.iter().all(|s| Encoding::Gsm7.units(s) <= 153));

        let too_long = [piece(&"x".repeat(154), true), piece("End.", false)];
        assert!(matches!(pack(&too_long, Encoding::Gsm7), Err(RenderError::SmsInstructionTooLong { units: 154, .. })));
        let unbroken = [piece(&"ü".repeat(400), false)];
        assert_eq!(pack(&unbroken, Encoding::Gsm7).unwrap().len(), 3);
    }
}
