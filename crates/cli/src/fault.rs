//! What went wrong: what, where, and what to do. Shown once, on standard error.

use std::fmt;
use std::process::ExitCode;

use miette::{Diagnostic, LabeledSpan, MietteHandlerOpts, NamedSource, Report, SourceCode, SourceOffset};
use server::AppError;

use crate::output::clean;

/// How a command ended that did what it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done and nothing was found.
    Done,
    /// Some of the inputs could not be used; each was named on standard error, the rest was done.
    Partly,
    /// What was looked for was found: a leak, a broken record, an unsound policy, somebody out of reach.
    Finding,
}

impl Outcome {
    /// Its exit code.
    pub fn code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::Partly => ExitCode::from(1),
            Self::Finding => ExitCode::from(3),
        }
    }

    /// A finding, if there is one.
    pub const fn finding(found: bool) -> Self {
        if found { Self::Finding } else { Self::Done }
    }

    /// Partly done, if anything failed.
    pub const fn partly(failed: bool) -> Self {
        if failed { Self::Partly } else { Self::Done }
    }
}

/// What a command answers.
pub type Answer = Result<Outcome, Fault>;

/// Why something could not be done.
#[derive(Debug)]
pub struct Fault {
    about: Option<String>,
    what: String,
    advice: Option<String>,
    usage: bool,
    place: Option<Box<Place>>,
}

/// Where in a file the matter lies.
#[derive(Debug)]
struct Place {
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl Fault {
    /// Something went wrong.
    pub fn new(what: impl fmt::Display) -> Self {
        Self { about: None, what: clean(&what.to_string()), advice: None, usage: false, place: None }
    }

    /// Something is wrong with a file or another thing that has a name.
    pub fn about(name: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self { about: Some(clean(&name.to_string())), ..Self::new(what) }
    }

    /// The command line asks for something that cannot be.
    pub fn usage(what: impl fmt::Display) -> Self {
        Self { usage: true, ..Self::new(what) }
    }

    /// What to do about it.
    #[must_use]
    pub fn advise(mut self, advice: impl fmt::Display) -> Self {
        self.advice = Some(clean(&advice.to_string()));
        self
    }

    /// Points at a line and column (both from 1) of a text.
    #[must_use]
    pub fn at(mut self, name: &str, text: &str, line: usize, column: usize) -> Self {
        let text = clean(text);
        let offset = SourceOffset::from_location(&text, line, column).offset();
        let label = LabeledSpan::at_offset(offset.min(text.len()), "here");
        self.place = Some(Box::new(Place { source: NamedSource::new(clean(name), text), label }));
        self
    }

    /// What is wrong and what to do, without the name: for a list that has the names already.
    pub fn sentence(&self) -> String {
        match &self.advice {
            Some(advice) => format!("{}; {advice}", self.what),
            None => self.what.clone(),
        }
    }

    /// Shows it on standard error and answers its exit code.
    pub fn show(self) -> ExitCode {
        let code = ExitCode::from(if self.usage { 2 } else { 1 });
        eprintln!("{:?}", Report::new(self));
        code
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            Some(about) => write!(out, "{about}: {}", self.what),
            None => out.write_str(&self.what),
        }
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.advice.as_ref().map(|advice| Box::new(advice) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|place| Box::new(std::iter::once(place.label.clone())) as Box<_>)
    }
}

impl From<AppError> for Fault {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => {
                let rule = refusal.rule();
                Self::new(&refusal).advise(format!("the desk's rule `{rule}` says so; nothing was changed"))
            }
            AppError::Invalid { field, problem } => Self::about(field, problem),
            other => Self::new(other),
        }
    }
}

/// Sets how faults look: plain lines in a pipe, wrapped and drawn on a terminal.
pub fn show_nicely() {
    let on_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let options = move || MietteHandlerOpts::new().terminal_links(false).context_lines(1).wrap_lines(on_terminal);
    // Only a second hook would be refused, and this is the first.
    let _already_set = miette::set_hook(Box::new(move |_| Box::new(options().build())));
}
