//! The fixed sentences around a person's words, one set of templates per language.
//!
//! A person's words go into a template only as values, so `{{ … }}` typed into a draft stays four braces. Templates
//! run with a fuel limit and refuse names they do not know.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

/// Far above what the longest sound draft needs; a template that needs more is broken.
const FUEL: u64 = 20_000;

/// Every template of one language: file name without `.txt`, and its text.
type Set = [(&'static str, &'static str); 11];

const ENGLISH: Set = [
    ("subject", include_str!("../templates/en/subject.txt")),
    ("exercise", include_str!("../templates/en/exercise.txt")),
    ("about_earlier", include_str!("../templates/en/about_earlier.txt")),
    ("acknowledge", include_str!("../templates/en/acknowledge.txt")),
    ("genuine", include_str!("../templates/en/genuine.txt")),
    ("asks_nothing", include_str!("../templates/en/asks_nothing.txt")),
    ("read_aloud", include_str!("../templates/en/read_aloud.txt")),
    ("text", include_str!("../templates/en/text.txt")),
    ("telephone", include_str!("../templates/en/telephone.txt")),
    ("sms", include_str!("../templates/en/sms.txt")),
    ("sms_end", include_str!("../templates/en/sms_end.txt")),
];

/// The labels of a warning's paragraphs in one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels {
    pub what: &'static str,
    pub when: &'static str,
    pub place: &'static str,
    pub how_sure: &'static str,
}

const ENGLISH_LABELS: Labels =
    Labels { what: "What may happen", when: "When", place: "Where", how_sure: "How sure we are" };

/// Why a frame could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// No templates in this language.
    #[error("there is no frame in the language `{language}`; frames exist in: en")]
    NoSuchLanguage {
        /// The language asked for.
        language: String,
    },
    /// A template is broken or asks for a name that is not given.
    #[error("the template `{template}` failed: {source}")]
    Template {
        /// Which template.
        template: String,
        /// What minijinja says.
        source: minijinja::Error,
    },
}

/// The templates of one language.
pub(crate) struct Frame {
    templates: Environment<'static>,
    /// The paragraph labels.
    pub labels: Labels,
}

impl Frame {
    /// The frame for a BCP 47 tag; a regional variant uses its language's frame.
    pub(crate) fn of(language: &str) -> Result<Self, FrameError> {
        match language.split('-').next() {
            Some("en") => Self::new(&ENGLISH, ENGLISH_LABELS),
            _ => Err(FrameError::NoSuchLanguage { language: language.to_owned() }),
        }
    }

    fn new(set: &Set, labels: Labels) -> Result<Self, FrameError> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_fuel(Some(FUEL));
        let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        templates.set_syntax(lines.map_err(|source| FrameError::Template { template: "*".to_owned(), source })?);
        for (name, text) in set {
            templates
                .add_template(name, text)
                .map_err(|source| FrameError::Template { template: (*name).to_owned(), source })?;
        }
        Ok(Self { templates, labels })
    }

    /// The template `name` with these values.
    pub(crate) fn fill(&self, name: &str, values: Value) -> Result<String, FrameError> {
        let fault = |source| FrameError::Template { template: name.to_owned(), source };
        self.templates.get_template(name).map_err(fault)?.render(values).map_err(fault)
    }
}
