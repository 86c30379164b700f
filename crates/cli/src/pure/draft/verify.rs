//! `forewarn draft verify`: whether a desk approved exactly these bytes.

use std::path::PathBuf;

use clap::Args;
use server::jws::{self, NotSigned};

use crate::fault::{Answer, Fault, Outcome};
use crate::{input, output};

/// Says whether a desk vouched for a rendering, byte for byte. Exits 3 when it did not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn draft verify --key desk.vkey warning.cap.xml warning.cap.xml.jws

desk.vkey is the public half of the desk's key; have it from the desk by another way than the message. The signature is \
detached (RFC 7515, EdDSA); the draft's page has it beside each approved rendering.")]
pub struct Verify {
    /// The desk's public key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The rendering, as it came.
    rendering: PathBuf,
    /// Its detached signature.
    signature: PathBuf,
}

impl Verify {
    /// Does it.
    pub fn run(self) -> Answer {
        let text = |path| input::text(path, input::LONGEST_TEXT);
        let (key, rendering, signature) = (text(&self.key)?, text(&self.rendering)?, text(&self.signature)?);
        match jws::verify(&key, rendering.as_bytes(), &signature) {
            Ok(()) => output::say("Genuine: the holder of this key vouches for exactly these bytes.\n")?,
            Err(cause @ (NotSigned::Forged | NotSigned::Form)) => {
                output::say(&format!("{cause}\n"))?;
                return Ok(Outcome::finding(true));
            }
            Err(cause @ NotSigned::Key) => return Err(Fault::about(input::name(&self.key), cause)),
        }
        Ok(Outcome::Done)
    }
}
