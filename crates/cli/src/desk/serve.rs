//! `forewarn serve`: the desk, open until somebody says stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use server::{Clock, Ids, Tls};

use super::local::{Data, printer, run};
use super::running::{self, LogAs};
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Opens the desk: pages, HTTP API and workers, until Ctrl-C or SIGTERM.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn serve --data /var/lib/forewarn
  forewarn serve --data desk --listen 127.0.0.1:9000 --log json
  forewarn serve --data desk --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
  RUST_LOG=server=debug forewarn serve --data desk

Without a certificate it speaks plain HTTP, so it listens on this machine alone unless a proxy that does TLS stands in
front of it. Both files are PEM, and are read again when they change.")]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8460")]
    listen: SocketAddr,
    /// Speak TLS with this certificate chain.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, without a passphrase.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A proxy that does TLS stands in front of this address, so it may be one that others can reach.
    #[arg(long, conflicts_with = "tls_cert")]
    behind_tls_proxy: bool,
    /// What logs look like on standard error; RUST_LOG says what is logged.
    #[arg(long, value_name = "LOOK", default_value = "text")]
    log: LogAs,
}

impl Serve {
    /// Serves.
    pub fn run(self) -> Answer {
        server::may_listen(self.listen, self.behind_tls_proxy || self.tls_cert.is_some()).map_err(Fault::usage)?;
        running::log("info", self.log);
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => Some(Arc::new(Tls::open(certificate, key, Clock::System.now())?)),
            (_, _) => None,
        };
        run(async {
            let scheme = if tls.is_some() { "https" } else { "http" };
            let desk = server::open(&self.data.dir, Clock::System, Ids::system(), printer()?).await?;
            let links = desk.config.public_url.clone();
            let serving = server::serve_with(desk, self.listen, tls, true).await;
            let serving = serving.map_err(|error| running::not_served(error, self.listen))?;
            if scheme == "https" && !links.starts_with("https://") {
                output::note(&format!("Links in warnings will begin {links}: set public_url in desk.toml to https."));
            }
            output::note(&format!("The desk is open at {scheme}://{}. Ctrl-C closes it.", serving.address));
            running::until_stopped(serving).await?;
            Ok(Outcome::Done)
        })
    }
}
