//! The typesetter: templates and fonts built in, data through `sys.inputs`, nothing else.

use std::sync::LazyLock;

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::job::Job;

const TEMPLATES: [(&str, &str); 3] = [
    ("letter.typ", include_str!("../templates/letter.typ")),
    ("task-sheet.typ", include_str!("../templates/task-sheet.typ")),
    ("parts.typ", include_str!("../templates/parts.typ")),
];

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
    /// The template failed; a fault of the program.
    #[error("the template failed: {why}")]
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

/// The PDF of one job: PDF/UA-1, A4, dated only by its data.
pub fn print(job: &Job) -> Result<Vec<u8>, LetterError> {
    let made = set(job);
    // Typst remembers what it computed, the letter's words included; after each job it must forget, failed or not.
    comemo::evict(0);
    made
}

fn set(job: &Job) -> Result<Vec<u8>, LetterError> {
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
    let desk = Press::new(template, data, qr(job.link())?);
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|faults| template_fault(&faults))?;
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

fn template_fault(faults: &[SourceDiagnostic]) -> LetterError {
    let why = faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ");
    LetterError::Template { why: why.chars().take(500).collect() }
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
}

impl Press {
    fn new(main: &str, data: String, qr: String) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("data".into(), data.into_value());
        inputs.insert("qr".into(), qr.into_value());
        let sources = TEMPLATES.iter().map(|(name, text)| Source::new(file_id(name), (*text).to_owned())).collect();
        Self { library: LazyHash::new(Library::builder().with_inputs(inputs).build()), main: file_id(main), sources }
    }
}

fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("the names of the templates are plain file names");
    RootedPath::new(VirtualRoot::Project, path).intern()
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

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
