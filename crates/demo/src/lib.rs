//! The Kerman example, played through the desk's own HTTP API on a simulated clock.
//!
//! The cast: `story` is what people do, one function per act; [`client`] is how they do it; [`sink`] is the mail server
//! their e-mail goes to; `teller` tells it; `summary` sums it up. Nothing here prints what the desk did not answer.

pub mod client;
mod examples;
pub mod sink;
mod story;
mod summary;
mod teller;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use summary::Summary;
pub use world::{PEOPLE, World};

/// How the demonstration is played.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the desk keeps its data; must not be a data directory in use.
    pub data: PathBuf,
    /// Where the desk listens.
    pub listen: SocketAddr,
    /// Reports for the last act, instead of the five that come with the program.
    pub reports: Option<PathBuf>,
    /// Tell nothing.
    pub quiet: bool,
    /// How letters are printed.
    pub printer: server::Printer,
}

/// Why the demonstration stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The desk answered something the story does not expect.
    #[error("the story could not go on: {0}")]
    Story(String),
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] server::AppError),
    /// A request failed.
    #[error("a request to the desk failed: {0}")]
    Request(#[from] reqwest::Error),
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
}

/// Plays the story from an empty store to its end; the desk goes on being served by the [`World`] that is answered.
pub async fn play(options: Options) -> Result<(World, Summary), DemoError> {
    let mut world = World::build(&options).await?;
    story::play(&mut world, options.reports.as_deref()).await?;
    let summary = summary::sum_up(&mut world).await?;
    Ok((world, summary))
}
