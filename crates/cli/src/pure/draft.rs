//! `forewarn draft`: the leak check and the renderings, alone on files.

mod letter;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use drafting::{LeakReport, RenderAs, Verdict, WarningFile};

use crate::fault::{Answer, Fault, Outcome};
use crate::output::Existing;
use crate::{input, output};

/// Drafts and warnings: what must not leave, and what leaves.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Draft {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
    Render(Render),
    Verify(verify::Verify),
}

/// Checks whether a draft gives away anything that is protected. Exits 3 when it does.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn draft check --protect report-1.txt report-2.txt draft.txt
  forewarn draft check draft.txt --protect report-1.txt --json

In a protected file, paragraphs that open with (U), (TLP:CLEAR) or (TLP:GREEN) are cleared, and what stands in them is no \
leak; every other paragraph is protected. Spans count bytes. Nothing said about a finding quotes the protected text.")]
struct Check {
    /// Files with protected text. When no DRAFT follows, the last one is the draft.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    protect: Vec<PathBuf>,
    /// The draft; `-` is standard input.
    draft: Option<PathBuf>,
    /// One JSON document instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Renders a warning in one of the forms that may leave.
#[derive(Debug, Args)]
#[command(after_help = "Forms:
  text         plain text, the whole warning
  sms          text messages, one a line after its number
  letter       a letter with delivery sheet and certificate of service; a PDF when FILE ends in .pdf
  email        a message without envelope
  telephone    a script for the caller
  in-person    a script for a visit, face to face
  public       a notice to everybody: the same words, and nothing that is one recipient's own
  cap          CAP 1.2
  edxl         CAP 1.2 in an EDXL-DE envelope
  stix         a STIX 2.1 bundle
  webhook      the JSON body of a webhook
  json         the facts alone

Examples:
  forewarn draft render --as text warning.json
  forewarn draft render --as letter warning.json --out warning.pdf
  forewarn draft render --as letter warning.json --templates our-paper --out warning.pdf
  forewarn draft render --as in-person warning.json --to \"Ministry of Interior\"
  forewarn draft render --as public warning.json --out notice.txt
  forewarn draft render --as edxl warning.json --out warning.xml

WARNING is a JSON file with `draft` (the words; `language` is en, fr, es, ar or fa) and `frozen` (reference, desk, \
recipients, times). A letter is a PDF when FILE ends in .pdf, otherwise its content as JSON. Rendering releases nothing.")]
struct Render {
    /// The form: text, sms, letter, email, telephone, in-person, public, cap, edxl, stix, webhook or json.
    #[arg(long = "as", value_name = "FORM")]
    form: RenderAs,
    /// The warning, a JSON file; `-` is standard input.
    warning: PathBuf,
    /// The recipient it is for, by name; if not given, the first one whose channel this form is.
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Directory with letter templates in place of ours: letter.typ, parts.typ, and pictures (.svg) they show.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Where to write it; standard output, if not given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Draft {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Check(command) => command.run(),
            Command::Render(command) => command.run(),
            Command::Verify(command) => command.run(),
        }
    }
}

impl Check {
    fn run(mut self) -> Answer {
        let draft = self.draft.take().or_else(|| (self.protect.len() > 1).then(|| self.protect.pop()).flatten());
        let Some(draft) = draft else {
            let advice = "forewarn draft check --protect FILE… DRAFT";
            return Err(Fault::usage("there is no draft to check beside the protected file").advise(advice));
        };
        let words = input::text(&draft, input::LONGEST_TEXT)?;
        let mut protect = Vec::new();
        for path in &self.protect {
            protect.push((input::name(path), input::text(path, input::LONGEST_TEXT)?));
        }
        let protect: Vec<(&str, &str)> = protect.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let report = drafting::check_files(&protect, &words);
        if self.json {
            output::json(&report)?;
        } else {
            output::say(&sentences(&report))?;
        }
        Ok(Outcome::finding(report.verdict() == Verdict::Leak))
    }
}

fn sentences(report: &LeakReport) -> String {
    let mut text = String::new();
    for finding in report.findings() {
        let span = finding.draft_span;
        text.push_str(&format!("“{}” (bytes {} to {} of the draft)\n", finding.draft_words, span.start, span.end));
        let kind = finding.kind.id().replace('_', " ");
        text.push_str(&format!("  {kind}, {:.0} % sure: {}\n", finding.confidence * 100.0, finding.why));
        if let Some(source) = &finding.protected_source {
            let place = finding.protected_span.map(|span| format!(", bytes {} to {}", span.start, span.end));
            text.push_str(&format!("  protected: {source}{}\n", place.unwrap_or_default()));
        }
        text.push_str(&format!("  {}\n\n", finding.suggestion));
    }
    match report.findings().len() {
        0 => text.push_str("Clear: nothing protected was found in the draft. A person still has to read it.\n"),
        1 => text.push_str("Leak: 1 passage gives something away.\n"),
        several => text.push_str(&format!("Leak: {several} passages give something away.\n")),
    }
    text
}

impl Render {
    fn run(self) -> Answer {
        let name = input::name(&self.warning);
        let text = input::text(&self.warning, input::LONGEST_TEXT)?;
        let warning: WarningFile = serde_json::from_str(&text).map_err(|cause| {
            let fault = Fault::about(&name, format!("not a warning: {cause}"));
            let advice =
                "it is one JSON document with `draft` and `frozen`; crates/drafting/tests/golden/warning.json is one";
            fault.advise(advice).at(&name, &text, cause.line(), cause.column())
        })?;
        let rendering = drafting::render(self.form, &warning, self.to.as_deref())
            .map_err(|cause| Fault::about(&name, cause).advise("nothing was written"))?;
        let pdf = |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("pdf"));
        let bytes = match &self.out {
            Some(path) if pdf(path) && self.form == RenderAs::Letter => {
                letter::pdf(&rendering.content, self.templates.as_deref())?
            }
            Some(path) if pdf(path) => {
                let what = format!("only a letter becomes a PDF, not the form `{}`", self.form.id());
                return Err(Fault::usage(what).advise("give FILE another ending, or --as letter"));
            }
            Some(_) | None => rendering.content.into_bytes(),
        };
        match self.out {
            None => output::bytes(&bytes)?,
            Some(path) => {
                let whole = |out: &mut (dyn std::io::Write + Send)| out.write_all(&bytes).map_err(Fault::new);
                output::file(&path, Existing::Replace, whole)?;
                output::note(&format!(
                    "{}: {} bytes. It has not been released: only the desk does that.",
                    path.display(),
                    bytes.len()
                ));
            }
        }
        Ok(Outcome::Done)
    }
}
