//! What `serve` and `demo` share: logs, the address in use, and stopping.

use std::net::SocketAddr;
use std::time::Duration;

use clap::ValueEnum;
use server::{AppError, Serving};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::fault::Fault;
use crate::output;

/// How long requests that run may take to end.
const ENDING: Duration = Duration::from_secs(10);

/// What logs look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogAs {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Logs to standard error, what `RUST_LOG` asks for or else `usual`.
pub fn log(usual: &str, look: LogAs) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let to = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
    // A second subscriber in one process would be refused; the first one stays.
    let _already_logging = match look {
        LogAs::Text => to.try_init(),
        LogAs::Json => to.json().try_init(),
    };
}

/// A fault of serving, with what to do when the address is taken.
pub fn not_served(error: AppError, address: SocketAddr) -> Fault {
    let taken = matches!(&error, AppError::Invalid { field, .. } if *field == address.to_string());
    let fault = Fault::from(error);
    if taken { fault.advise("another program may listen there; choose another address with --listen") } else { fault }
}

/// Serves until somebody says stop, then lets what runs finish. A second word ends it at once.
pub async fn until_stopped(serving: Serving) -> Result<(), Fault> {
    asked_to_stop().await?;
    output::note("Stopping; what runs is being finished. Ask again to stop at once.");
    tokio::select! {
        stopped = serving.stop() => Ok(stopped?),
        () = tokio::time::sleep(ENDING) => Ok(()),
        again = asked_to_stop() => again,
    }
}

async fn asked_to_stop() -> Result<(), Fault> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::new)?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Fault::new),
        _ = terminate.recv() => Ok(()),
    }
}
