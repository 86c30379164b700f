//! Plays the story and keeps serving the desk: `stage ADDRESS DATA`.

use std::path::PathBuf;

use demo::{Options, play};
use server::Printer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1);
    let listen = given.next().unwrap_or_else(|| "127.0.0.1:8460".to_owned()).parse()?;
    let data = given.next().map_or_else(|| std::env::temp_dir().join("forewarn-stage"), PathBuf::from);
    let (world, _summary) = play(Options { data, listen, reports: None, quiet: false, printer: Printer::Here }).await?;
    println!("serving {}", world.base);
    std::future::pending::<()>().await;
    Ok(())
}
