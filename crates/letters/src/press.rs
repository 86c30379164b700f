//! The typesetter: templates as given, fonts built in, data through `sys.inputs`, nothing else.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::job::Job;
use crate::templates::Templates;

/// Longest job that is printed, as JSON.
pub(crate) const JOB_LIMIT: usize = 512 * 1024;
/// Longest link whose QR code can still be scanned from paper at the size of the template.
const LINK_LIMIT: usize = 400;

/// Why there is no PDF. It never repeats the letter's words.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The fixed words are not translated into this language.
    #[error(
        "letters cannot be printed in the language `{language}`; the fixed words exist in: {}",
        drafting::languages().collect::<Vec<_>>().join(", ")
    )]
    Language {
        /// The language asked for.
        language: String,
    },
    /// Not a job, or one of unreasonable size.
    #[error("this is not a letter or task sheet to print: {why}")]
    Job {
        /// What is wrong.
        why: String,
    },
    /// A character that no built-in font has; it would be printed as an empty box.
    #[error(
        "the fonts built into the program lack a character of this letter: write it in Latin, Greek, Cyrillic or Arabic letters"
    )]
    Character,
    /// A template failed: a desk's own, or ours by a fault of the program.
    #[error("the letter template does not print, and nothing leaves until it does: {why}")]
    Template {
        /// What typst says.
        why: String,
    },
    /// The worker could not be run.
    #[error("the letter worker could not be run")]
    Io(#[from] std::io::Error),
    /// The worker took too long or printed too much, and was ended.
    #[error("the letter worker was ended: {why}")]
    Overrun {
        /// Which limit it met.
        why: &'static str,
    },
    /// The worker gave up.
    #[error("the letter worker failed: {said}")]
    Worker {
        /// What it said.
        said: String,
    },
}

/// The PDF of one job, printed with the templates that are built in.
pub fn print(job: &Job) -> Result<Vec<u8>, LetterError> {
    print_with(job, &Templates::default())
}

/// The PDF of one job: PDF/UA-1, A4 with our templates, dated only by its data.
pub fn print_with(job: &Job, templates: &Templates) -> Result<Vec<u8>, LetterError> {
    let made = set(job, templates);
    // Typst remembers what it computed, the letter's words included; after each job it must forget, failed or not.
    comemo::evict(0);
    made
}

fn set(job: &Job, templates: &Templates) -> Result<Vec<u8>, LetterError> {
    let language = job.language();
    let primary = language.split('-').next();
    if !drafting::languages().any(|known| Some(known) == primary) {
        return Err(LetterError::Language { language: language.chars().take(40).collect() });
    }
    let (template, data) = match job {
        Job::Letter(letter) => ("letter.typ", serde_json::to_string(letter)),
        Job::TaskSheet(sheet) => ("task-sheet.typ", with_exercise(sheet)),
    };
    let data = data.map_err(|fault| LetterError::Job { why: fault.to_string() })?;
    if data.len() > JOB_LIMIT {
        return Err(LetterError::Job { why: format!("{} bytes, at most {JOB_LIMIT} fit", data.len()) });
    }
    let fields = fields(&data);
    let desk = Press::new(template, data, qr(job.link())?, templates);
    let document =
        typst::compile::<PagedDocument>(&desk).output.map_err(|faults| template_fault(&desk, &faults, &fields))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]);
    let options = PdfOptions {
        ident: Smart::Custom(job.reference().to_owned()),
        creator: Smart::Custom(None),
        standards: standards.map_err(|fault| LetterError::Template { why: fault.message().to_string() })?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| export_fault(&faults))
}

/// A task sheet shows exercise words inside its script; the shared template asks for the field.
fn with_exercise(sheet: &crate::TaskSheet) -> serde_json::Result<String> {
    let mut value = serde_json::to_value(sheet)?;
    value["exercise"] = serde_json::Value::Null;
    Ok(value.to_string())
}

fn qr(link: Option<&str>) -> Result<String, LetterError> {
    let Some(link) = link.filter(|link| link.len() <= LINK_LIMIT) else { return Ok(String::new()) };
    let code = QRBuilder::new(link).ecl(ECL::M).build();
    let code = code.map_err(|_| LetterError::Job { why: "the link does not fit into a QR code".to_owned() })?;
    Ok(SvgBuilder::default().margin(2).to_str(&code))
}

/// The names of what a template may ask for.
fn fields(data: &str) -> String {
    let known: BTreeMap<String, serde_json::Value> = serde_json::from_str(data).unwrap_or_default();
    known.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Where a template is wrong: file, line and typst's words; and when it asks for what is not there, what is.
fn template_fault(press: &Press, faults: &[SourceDiagnostic], fields: &str) -> LetterError {
    let told = |fault: &SourceDiagnostic| match place(press, fault.span) {
        Some((file, line)) => format!("{file}, line {line}: {}", fault.message),
        None => fault.message.to_string(),
    };
    let mut why = faults.iter().map(told).collect::<Vec<_>>().join("; ");
    if why.contains("does not contain key") {
        why.push_str(&format!(". `data` has: {fields}; `data.say` has the fixed words"));
    }
    LetterError::Template { why: why.chars().take(1_500).collect() }
}

fn place(press: &Press, span: DiagSpan) -> Option<(String, usize)> {
    let id = span.id()?;
    let source = press.sources.iter().find(|source| source.id() == id)?;
    let at = press.range(span)?.start;
    let line = source.text().get(..at)?.matches('\n').count() + 1;
    Some((id.vpath().get_without_slash().to_owned(), line))
}

fn export_fault(faults: &[SourceDiagnostic]) -> LetterError {
    // The messages quote the text in question, so only their kind is passed on.
    if faults.iter().any(|fault| fault.message.contains("could not be displayed") || fault.message.contains("glyph")) {
        return LetterError::Character;
    }
    LetterError::Template { why: "the pages do not conform to PDF/UA-1".to_owned() }
}

/// Arabic and Persian (OFL 1.1, `fonts/LICENSE-noto-naskh-arabic`).
const NASKH: [&[u8]; 2] =
    [include_bytes!("../fonts/NotoNaskhArabic-Regular.ttf"), include_bytes!("../fonts/NotoNaskhArabic-Bold.ttf")];

static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    for bytes in NASKH {
        fonts.extend(Font::iter(Bytes::new(bytes)).map(|font| {
            let info = font.info().clone();
            (font, info)
        }));
    }
    fonts
});

/// The whole world as a template sees it.
struct Press {
    library: LazyHash<Library>,
    main: FileId,
    sources: Vec<Source>,
    pictures: Vec<(FileId, Bytes)>,
}

impl Press {
    fn new(main: &str, data: String, qr: String, templates: &Templates) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("data".into(), data.into_value());
        inputs.insert("qr".into(), qr.into_value());
        let (typ, other): (Vec<_>, Vec<_>) =
            templates.files().partition(|(name, _)| !crate::templates::is_picture(name));
        let sources = typ.into_iter().filter_map(|(name, text)| Some(Source::new(file_id(name)?, text.to_owned())));
        let picture = |(name, text): (&str, &str)| Some((file_id(name)?, Bytes::from_string(text.to_owned())));
        Self {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            main: file_id(main).expect("the names of our templates are plain file names"),
            sources: sources.collect(),
            pictures: other.into_iter().filter_map(picture).collect(),
        }
    }
}

fn file_id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

impl World for Press {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        FONTS.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let picture = self.pictures.iter().find(|(known, _)| *known == id);
        picture.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
