//! A letter as PDF, printed by this very program as a worker with limits.

use crate::fault::Fault;

/// The PDF of a letter's content.
#[cfg(feature = "pdf")]
pub fn pdf(content: &str) -> Result<Vec<u8>, Fault> {
    use letters::Printer;

    let letter = serde_json::from_str(content).map_err(Fault::new)?;
    let program = std::env::current_exe().map_err(|cause| Fault::new(format!("cannot find this program: {cause}")))?;
    let printer = letters::WorkerPrinter::new(program);
    printer.print(&letters::Job::Letter(Box::new(letter))).map_err(Fault::new)
}

/// The PDF of a letter's content: this build has no typesetter.
#[cfg(not(feature = "pdf"))]
pub fn pdf(_content: &str) -> Result<Vec<u8>, Fault> {
    Err(Fault::new("this program was built without PDF").advise("build it with the feature `pdf`, or use --as text"))
}
