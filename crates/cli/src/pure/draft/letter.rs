//! A letter as PDF, printed by this very program as a worker with limits.

use std::path::Path;

use crate::fault::Fault;

/// The PDF of a letter's content, with a desk's own templates where a directory is given.
#[cfg(feature = "pdf")]
pub fn pdf(content: &str, templates: Option<&Path>) -> Result<Vec<u8>, Fault> {
    use letters::Printer;

    let letter = serde_json::from_str(content).map_err(Fault::new)?;
    let program = std::env::current_exe().map_err(|cause| Fault::new(format!("cannot find this program: {cause}")))?;
    let templates = templates.map(letters::Templates::from_dir).transpose().map_err(Fault::new)?.unwrap_or_default();
    let printer = letters::WorkerPrinter { templates, ..letters::WorkerPrinter::new(program) };
    printer.print(&letters::Job::Letter(Box::new(letter))).map_err(Fault::new)
}

/// The PDF of a letter's content: this build has no typesetter.
#[cfg(not(feature = "pdf"))]
pub fn pdf(_content: &str, _templates: Option<&Path>) -> Result<Vec<u8>, Fault> {
    Err(Fault::new("this program was built without PDF").advise("build it with the feature `pdf`, or use --as text"))
}
