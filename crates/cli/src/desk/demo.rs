//! `forewarn demo`: the Kerman example, from its first report to its outcome, and then a desk to look around in.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use demo::{DemoError, Options};

use super::local::{printer, run};
use super::running::{self, LogAs};
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Where the demonstration listens, if not told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8460);

/// Plays an example from its first report to its outcome on a simulated clock, then leaves the desk open.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn demo                          the story, then a desk to look around in
  forewarn demo --once                   the story, and then the end
  forewarn demo --once --json            what happened, as one JSON document
  forewarn demo --once --data here       keeps the data, with the record as here/record.jsonl

The example is composed from public reporting, in our own words; the real channel was never disclosed.")]
pub struct Demo {
    /// End with the story instead of serving the desk afterwards.
    #[arg(long)]
    once: bool,
    /// One JSON document instead of the story.
    #[arg(long, requires = "once")]
    json: bool,
    /// Keep the data in this directory, which must not be one in use; a temporary one, if not given.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8460, and any free port with --once].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Reports for the last act, instead of the five that come with the program.
    #[arg(long, value_name = "DIR")]
    reports: Option<PathBuf>,
}

impl Demo {
    /// Plays it.
    pub fn run(self) -> Answer {
        running::log("warn", LogAs::Text);
        let usual = if self.once { SocketAddr::new(LISTEN.ip(), 0) } else { LISTEN };
        let listen = self.listen.unwrap_or(usual);
        server::may_listen(listen, false).map_err(|_| {
            let what = format!("{listen} can be reached from other machines");
            Fault::usage(what).advise("the demonstration has known passwords: listen on 127.0.0.1")
        })?;
        let temporary = match self.data {
            None => Some(tempfile::tempdir().map_err(|cause| Fault::new(format!("no temporary directory: {cause}")))?),
            Some(_) => None,
        };
        let kept = self.data.clone();
        let data = kept.or_else(|| temporary.as_ref().map(|made| made.path().to_owned())).unwrap_or_default();
        let options = Options { data, listen, reports: self.reports.clone(), quiet: self.json, printer: printer()? };
        run(self.play(options))
    }

    async fn play(&self, options: Options) -> Answer {
        let listen = options.listen;
        let played = demo::play(options).await;
        let (mut world, summary) = played.map_err(|error| not_played(error, listen))?;
        if self.json {
            output::json(&summary)?;
        }
        if self.once {
            if let (false, Some(data)) = (self.json, &self.data) {
                let export = data.join("record.jsonl");
                output::say(&format!("\nThe record is kept. Check it: forewarn record verify {}\n", export.display()))?;
            }
            world.serving.stop().await?;
            return Ok(Outcome::Done);
        }
        world.desk.clock.let_run();
        world.serving.start_workers(world.desk.clone());
        output::say(&invitation(world.serving.address))?;
        running::until_stopped(world.serving).await?;
        Ok(Outcome::Done)
    }
}

fn invitation(address: SocketAddr) -> String {
    let mut text = format!("\nThe desk stays open at http://{address}. Ctrl-C closes it. Sign in as:\n");
    for (name, full_name, roles) in demo::PEOPLE {
        let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        text.push_str(&format!("  {name:<8} {full_name:<18} {}\n", roles.join(", ")));
    }
    text.push_str(&format!("The password of each is: {}\n", demo::client::PASSWORD));
    text
}

fn not_played(error: DemoError, listen: SocketAddr) -> Fault {
    match error {
        DemoError::Desk(error) => running::not_served(error, listen),
        DemoError::File { path, cause } => Fault::about(path, cause),
        other @ (DemoError::Story(_) | DemoError::Request(_)) => Fault::new(other),
    }
}
