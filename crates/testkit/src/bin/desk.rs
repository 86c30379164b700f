//! A desk as a process of its own, for tests that kill it: `desk DATA ADDRESS TIME`.
//!
//! It is opened and served exactly as the program does it, on a clock that begins at TIME and runs: so the next life
//! of the desk can begin later than this one ended, without anybody waiting for it.

use std::error::Error;
use std::path::PathBuf;

use server::{Clock, Ids, Printer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let (Some(data), Some(address), Some(time)) = (given.next(), given.next(), given.next()) else {
        return Err("usage: desk DATA ADDRESS TIME".into());
    };
    let clock = Clock::simulated(time.parse()?);
    clock.let_run();
    let desk = server::open(&PathBuf::from(data), clock, Ids::system(), Printer::None).await?;
    let serving = server::serve(desk, address.parse()?, true).await?;
    println!("serving {}", serving.address);
    Ok(serving.wait().await?)
}
