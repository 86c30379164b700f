//! `forewarn serve`: the desk, open until somebody says stop.

use std::net::SocketAddr;

use clap::Args;
use server::{Clock, Ids};

use super::local::{Data, printer, run};
use super::running::{self, LogAs};
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Opens the desk: pages, HTTP API and workers, until Ctrl-C or SIGTERM.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn serve --data /var/lib/forewarn
  forewarn serve --data desk --listen 127.0.0.1:9000 --log json
  RUST_LOG=server=debug forewarn serve --data desk

It speaks plain HTTP, so it listens on this machine alone unless a proxy that does TLS stands in front of it.")]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8460")]
    listen: SocketAddr,
    /// A proxy that does TLS stands in front of this address, so it may be one that others can reach.
    #[arg(long)]
    behind_tls_proxy: bool,
    /// What logs look like on standard error; RUST_LOG says what is logged.
    #[arg(long, value_name = "LOOK", default_value = "text")]
    log: LogAs,
}

impl Serve {
    /// Serves.
    pub fn run(self) -> Answer {
        server::may_listen(self.listen, self.behind_tls_proxy).map_err(Fault::usage)?;
        running::log("info", self.log);
        run(async {
            let desk = server::open(&self.data.dir, Clock::System, Ids::system(), printer()?).await?;
            let serving = server::serve(desk, self.listen, true).await;
            let serving = serving.map_err(|error| running::not_served(error, self.listen))?;
            output::note(&format!("The desk is open at http://{}. Ctrl-C closes it.", serving.address));
            running::until_stopped(serving).await?;
            Ok(Outcome::Done)
        })
    }
}
