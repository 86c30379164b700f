//! What machines will read, judged by programs that are not ours: CAP 1.2 by `xmllint` against the OASIS schema, STIX
//! 2.1 by the OASIS validator. Where a program is absent the test says so; with CI=true it fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use drafting::*;

fn file() -> WarningFile {
    serde_json::from_str(include_str!("golden/warning.json")).expect("the example is a warning file")
}

/// What a program says; `None`, said plainly, where it is not installed.
fn judge(program: &str, package: &str, arguments: &[&Path], options: &[&str]) -> Option<Output> {
    match Command::new(program).args(options).args(arguments).output() {
        Ok(output) => Some(output),
        Err(fault) => {
            let said = format!("{program} ({package}) is absent: nothing was validated ({fault})");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{said}");
            println!("{said}");
            None
        }
    }
}

/// A folder of this test's own, emptied.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    folder
}

/// Every kind of warning in every language, the last one an exercise with words made to break XML, and one that
/// is marked.
fn warnings() -> Vec<(String, WarningFile)> {
    let of = Earlier { reference: "FW-2023-0100".to_owned(), sent_at: file().frozen.sent_at };
    let kinds = [
        WarningKind::New,
        WarningKind::Update { of: of.clone() },
        WarningKind::Cancel { of: of.clone() },
        WarningKind::AllClear { of },
    ];
    let mut all = Vec::new();
    for (language, kind) in languages().zip(kinds.iter().cycle()) {
        let mut one = file();
        one.draft.language = language.into();
        one.frozen.kind = kind.clone();
        all.push((language.to_owned(), one));
    }
    for (at, kind) in kinds.into_iter().enumerate() {
        let mut one = file();
        one.frozen.kind = kind;
        one.frozen.exercise = true;
        one.draft.what = "1 < 2 & ]]> \"quoted\" 'twice'\n\nنص".into();
        one.frozen.desk.name = "Désk, <of> & \"warnings\"".into();
        all.push((format!("odd-{at}"), one));
    }
    let mut marked = file();
    marked.frozen.marking = Some("UNCLASSIFIED//REL TO GBR, USA//TLP:AMBER".into());
    all.push(("marked".to_owned(), marked));
    all
}

fn written(folder: &Path, form: RenderAs, end: &str) -> Vec<PathBuf> {
    let write = |(name, warning): (String, WarningFile)| {
        let made = render(form, &warning, None).expect("each warning renders").content;
        let path = folder.join(format!("{name}.{end}"));
        std::fs::write(&path, made).expect("the folder can be written");
        path
    };
    warnings().into_iter().map(write).collect()
}

#[test]
fn every_cap_message_is_valid_by_the_oasis_schema() {
    let folder = folder("cap");
    let mut paths = written(&folder, RenderAs::Cap, "xml");
    // The message inside each envelope is taken out and judged as well.
    for path in written(&folder, RenderAs::Edxl, "edxl") {
        let text = std::fs::read_to_string(&path).expect("just written");
        let from = text.find("<alert").expect("a message inside");
        let to = text.find("</alert>").expect("a message inside") + "</alert>".len();
        let inside = path.with_extension("inside.xml");
        std::fs::write(&inside, &text[from..to]).expect("the folder can be written");
        paths.push(inside);
    }
    let broken = folder.join("broken.xml");
    let sound = std::fs::read_to_string(&paths[0]).expect("just written");
    std::fs::write(&broken, sound.replace("<scope>Private</scope>", "<scope>Hidden</scope>")).expect("can be written");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/CAP-v1.2.xsd");
    let all: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain([broken.as_path()]).collect();
    let Some(said) = judge("xmllint", "libxml2-utils", &all, &["--nonet", "--noout", "--schema", schema]) else {
        return;
    };
    let said = String::from_utf8_lossy(&said.stderr);
    let valid = said.lines().filter(|line| line.ends_with(" validates")).count();
    println!(
        "P3: {valid} of {} CAP messages valid by the OASIS schema, half of them out of an EDXL envelope",
        paths.len()
    );
    assert_eq!(valid, paths.len(), "{said}");
    assert!(said.contains("broken.xml fails to validate"), "{said}");
}

#[test]
fn every_stix_bundle_is_valid_by_the_oasis_validator() {
    let folder = folder("stix");
    let paths = written(&folder, RenderAs::Stix, "json");
    let broken = folder.join("broken.json");
    let sound = std::fs::read_to_string(&paths[0]).expect("just written");
    std::fs::write(&broken, sound.replace("\"published\"", "\"printed\"")).expect("can be written");
    let all: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain([broken.as_path()]).collect();
    let Some(said) = judge("stix2_validator", "pip install stix2-validator", &all, &[]) else { return };
    let said = String::from_utf8_lossy(&said.stdout);
    let valid = said.lines().filter(|line| line.contains("STIX JSON: Valid")).count();
    println!("P3: {valid} of {} STIX bundles valid by the OASIS validator", paths.len());
    assert_eq!(valid, paths.len(), "{said}");
    assert!(said.contains("STIX JSON: Invalid"), "{said}");
}
