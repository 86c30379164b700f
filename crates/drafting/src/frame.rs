//! The fixed sentences around a person's words: one file of messages for each language, and layouts that all share.
//!
//! A person's words go into a message only as values, so `{{ … }}` typed into a draft stays four braces. Messages run
//! with a fuel limit and refuse names they do not know. A language without a file is refused; a message that a language
//! lacks cannot be built in (a test compares every file with the English one).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value, context};

/// Far above what the longest sound draft needs; a message that needs more is broken.
const FUEL: u64 = 40_000;

const FILES: [(&str, &str); 5] = [
    ("en", include_str!("../languages/en.txt")),
    ("fr", include_str!("../languages/fr.txt")),
    ("es", include_str!("../languages/es.txt")),
    ("ar", include_str!("../languages/ar.txt")),
    ("fa", include_str!("../languages/fa.txt")),
];

/// Forms with more than one sentence. Their names cannot be those of messages, which have no full stop.
const LAYOUTS: [(&str, &str); 3] = [
    ("text.layout", include_str!("../templates/text.txt")),
    ("spoken.layout", include_str!("../templates/spoken.txt")),
    ("public.layout", include_str!("../templates/public.txt")),
];

/// Messages that are data and not sentences.
const DATA: [&str; 4] = ["name", "direction", "months", "date"];

/// What the recipient's page says; it knows less than a warning does, so its messages are filled on their own.
const PAGE: &str = "page_";

/// The languages in which warnings can be written, as BCP 47 primary subtags.
pub fn languages() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(language, _)| language)
}

/// What a language calls itself, such as `Français`; none for a language without a frame.
pub fn language_name(tag: &str) -> Option<&'static str> {
    Frame::of(tag).ok().map(|frame| frame.name)
}

/// Whether a language is written from right to left.
pub fn right_to_left(tag: &str) -> bool {
    Frame::of(tag).is_ok_and(|frame| frame.right_to_left)
}

/// What the page says on which a recipient acknowledges, by key, in the warning's language.
pub fn page_words(
    tag: &str,
    reference: &str,
    to: &str,
    acknowledged: Option<(&str, Timestamp)>,
) -> Result<BTreeMap<&'static str, String>, FrameError> {
    let frame = Frame::of(tag)?;
    let date = acknowledged.map(|(_, at)| frame.date(at)).transpose()?;
    let person = acknowledged.map(|(person, _)| person);
    let values = context! { reference, to, person, date };
    frame.page.iter().map(|key| Ok((*key, frame.fill(key, values.clone())?))).collect()
}

/// Why a frame could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// No messages in this language.
    #[error(
        "the fixed sentences are not translated into `{language}`: write the warning in one of {}, or have them \
         translated first", languages().collect::<Vec<_>>().join(", ")
    )]
    NoSuchLanguage {
        /// The language asked for.
        language: String,
    },
    /// A message is broken or asks for a name that is not given.
    #[error("the message `{message}` in `{language}` failed: {source}")]
    Message {
        /// Which language.
        language: &'static str,
        /// Which message.
        message: String,
        /// What minijinja says.
        source: minijinja::Error,
    },
}

/// The sentences of one language.
pub(crate) struct Frame {
    language: &'static str,
    name: &'static str,
    templates: Environment<'static>,
    sentences: Vec<&'static str>,
    page: Vec<&'static str>,
    months: Vec<&'static str>,
    /// Whether the language is written from right to left.
    pub right_to_left: bool,
}

static FRAMES: LazyLock<Vec<(&'static str, Result<Frame, String>)>> = LazyLock::new(|| {
    let made = |(language, file)| (language, Frame::new(language, file).map_err(|fault| fault.to_string()));
    FILES.into_iter().map(made).collect()
});

impl Frame {
    /// The frame for a BCP 47 tag; a regional variant uses its language's frame.
    pub(crate) fn of(tag: &str) -> Result<&'static Self, FrameError> {
        let primary = tag.split('-').next().unwrap_or_default();
        match FRAMES.iter().find(|(language, _)| *language == primary) {
            Some((_, Ok(frame))) => Ok(frame),
            Some((language, Err(fault))) => Err(FrameError::Message {
                language,
                message: "*".to_owned(),
                source: minijinja::Error::new(minijinja::ErrorKind::SyntaxError, fault.clone()),
            }),
            None => Err(FrameError::NoSuchLanguage { language: tag.chars().take(40).collect() }),
        }
    }

    fn new(language: &'static str, file: &'static str) -> Result<Self, FrameError> {
        let fault = |message: &str| {
            let message = message.to_owned();
            move |source| FrameError::Message { language, message, source }
        };
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_fuel(Some(FUEL));
        let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        templates.set_syntax(lines.map_err(fault("*"))?);
        let messages: Vec<(&str, &str)> = messages(file).collect();
        for (name, text) in messages.iter().copied().chain(LAYOUTS) {
            templates.add_template(name, text).map_err(fault(name))?;
        }
        let data = |wanted: &str| messages.iter().find(|(key, _)| *key == wanted).map_or("", |(_, text)| *text);
        let keys = messages.iter().map(|(key, _)| *key).filter(|key| !DATA.contains(key));
        let (page, sentences) = keys.partition(|key| key.starts_with(PAGE));
        Ok(Self {
            language,
            name: data("name"),
            templates,
            sentences,
            page,
            months: data("months").split_whitespace().collect(),
            right_to_left: data("direction") == "rtl",
        })
    }

    /// The message or layout `name` with these values.
    pub(crate) fn fill(&self, name: &str, values: Value) -> Result<String, FrameError> {
        let fault = |source| FrameError::Message { language: self.language, message: name.to_owned(), source };
        self.templates.get_template(name).map_err(fault)?.render(values).map_err(fault)
    }

    /// Every sentence with these values, by its key.
    pub(crate) fn say(&self, values: &Value) -> Result<BTreeMap<String, String>, FrameError> {
        self.sentences.iter().map(|key| Ok(((*key).to_owned(), self.fill(key, values.clone())?))).collect()
    }

    /// A date and time that nobody can misread: day, month in letters, year, hour, and the zone.
    pub(crate) fn date(&self, at: Timestamp) -> Result<String, FrameError> {
        let at = jiff::tz::TimeZone::UTC.to_datetime(at);
        let month =
            usize::from(at.month().unsigned_abs()).checked_sub(1).and_then(|month| self.months.get(month)).copied();
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        self.fill("date", context! { day => at.day(), month => month, year => at.year(), time })
    }

    /// Words with their telephone numbers and codes kept from left to right and on one line. Between right-to-left letters the groups
    /// of `+98 21 555` would change places; a mark on either side keeps them (Unicode annex 9, rules W2 and N1).
    pub(crate) fn in_order(&self, words: &str) -> String {
        if !self.right_to_left {
            return words.to_owned();
        }
        let is_digit = |c: char| matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}');
        let is_part = |c: char| is_digit(c) || matches!(c, ' ' | '-' | '(' | ')' | '/' | '.');
        let mut out = String::with_capacity(words.len() + 8);
        let mut rest = words;
        while let Some(start) = rest.find(|c: char| c == '+' || is_digit(c)) {
            let (before, run) = rest.split_at(start);
            let end = run.char_indices().skip(1).find(|(_, c)| !is_part(*c)).map_or(run.len(), |(at, _)| at);
            let number = run[..end].trim_end_matches(|c: char| !is_digit(c) && c != ')');
            let grouped = number.chars().filter(|c| is_digit(*c)).count() > 5 && number.contains([' ', '-', '/', '+']);
            out.push_str(before);
            if grouped {
                // A number that a line's end broke in two would be read from the wrong end: its spaces do not break.
                out.push_str(&format!("\u{200E}{}\u{200E}", number.replace(' ', "\u{A0}")));
            } else {
                out.push_str(number);
            }
            rest = &run[number.len()..];
            if number.is_empty() {
                let sign = run.chars().next().map_or(0, char::len_utf8);
                out.push_str(&run[..sign]);
                rest = &run[sign..];
            }
        }
        out + rest
    }
}

/// The lines `key = sentence` of a file.
fn messages(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        let keys = |file| messages(file).map(|(key, _)| key).collect::<Vec<_>>();
        for (language, file) in FILES {
            assert_eq!(keys(file), keys(FILES[0].1), "{language} lacks a message, or has one more");
            let frame = Frame::of(language).unwrap();
            assert_eq!(frame.months.len(), 12, "{language}");
            assert!(messages(file).all(|(_, text)| !text.trim().is_empty()), "{language}");
            let page = page_words(language, "FW-1", "N. N.", Some(("A. B.", Timestamp::UNIX_EPOCH))).unwrap();
            let said: String = page.values().map(String::as_str).collect();
            for part in ["FW-1", "N. N.", "A. B.", "1970"] {
                assert!(said.contains(part), "{language}: {part}");
            }
        }
        let refused = Frame::of("de").err().map(|fault| fault.to_string()).unwrap_or_default();
        assert!(refused.contains("`de`") && refused.contains("en, fr, es, ar, fa"), "{refused}");
    }

    #[test]
    fn numbers_keep_their_order_between_right_to_left_letters() {
        let persian = Frame::of("fa").unwrap();
        for (words, kept) in [
            ("تلفن +98 21 555 01 42 شب", "تلفن \u{200E}+98\u{A0}21\u{A0}555\u{A0}01\u{A0}42\u{200E} شب"),
            ("تلفن ۰۲۱ ۵۵۵ ۰۱ ۴۲", "تلفن \u{200E}۰۲۱\u{A0}۵۵۵\u{A0}۰۱\u{A0}۴۲\u{200E}"),
            ("کد 1234-5678.", "کد \u{200E}1234-5678\u{200E}."),
            ("ساعت 14:50", "ساعت 14:50"),
            ("+", "+"),
            ("", ""),
        ] {
            assert_eq!(persian.in_order(words), kept);
        }
        assert_eq!(Frame::of("en").unwrap().in_order("call +98 21 555 01 42"), "call +98 21 555 01 42");
    }
}
