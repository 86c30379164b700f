//! The example reports and register, in our own words, compiled in.

use std::path::Path;

use crate::DemoError;

/// A report of the example: its name and its text.
pub type Example = (String, Vec<u8>);

/// Whom the desk may have to warn.
pub const REGISTER: &str = include_str!("../../../examples/kerman/register.jsonl");

macro_rules! example {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../examples/kerman/", $name)))
    };
}

/// Before: two reports of one threat, one of another, and the first once more.
pub const BEFORE: [(&str, &str); 4] = [
    example!("before/1-guest-house.txt"),
    example!("before/2-telephone.txt"),
    example!("before/3-depot.txt"),
    example!("before/4-guest-house-again.txt"),
];

const AFTER: [(&str, &str); 5] = [
    example!("after/1.txt"),
    example!("after/2.txt"),
    example!("after/3.txt"),
    example!("after/4.txt"),
    example!("after/5.txt"),
];

/// After: five news reports, or the text files of a directory, by name.
pub fn after(directory: Option<&Path>) -> Result<Vec<Example>, DemoError> {
    let Some(directory) = directory else {
        return Ok(AFTER.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect());
    };
    let fault = |cause| DemoError::File { path: directory.display().to_string(), cause };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).map_err(fault)?));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(DemoError::Story(format!("there is no report in {}", directory.display())));
    }
    Ok(files)
}
