//! `forewarn init`: a data directory with its key, its configuration and its first account.

use clap::Args;
use domain::Role;
use server::{Ask, Config, Ids};

use super::local::{Data, with_desk};
use super::password::Password;
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Makes a data directory: a new key, a configuration to edit, an empty record.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn init --data /var/lib/forewarn --name \"Campus warning desk\" --admin ilse
  forewarn init --data desk --admin ilse --full-name \"Ilse Brandt\" --password-file secret.txt

The first account is a senior officer's; the others are opened with `forewarn account add`. desk.toml in the directory \
says how the desk is called and reached, and how it sends e-mail.")]
pub struct Init {
    #[command(flatten)]
    data: Data,
    /// How the desk is called on letters and pages.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The name of its record: a host name and a path. It is in every checkpoint and cannot be changed later.
    #[arg(long, value_name = "HOST/PATH")]
    origin: Option<String>,
    /// The policy pack new threats are determined under; `forewarn policy list` names them.
    #[arg(long, value_name = "PACK")]
    policy: Option<String>,
    /// Sign-in name of the first senior officer.
    #[arg(long, value_name = "NAME")]
    admin: Option<String>,
    /// Their name as printed on letters; the sign-in name, if not given.
    #[arg(long, value_name = "NAME", requires = "admin")]
    full_name: Option<String>,
    #[command(flatten)]
    password: Password,
}

impl Init {
    /// Makes it.
    pub fn run(self) -> Answer {
        let config = self.config()?;
        // Asked before anything is made, so that a password that is not taken leaves nothing behind.
        let first =
            self.admin.as_ref().map(|name| self.password.read().map(|password| (name, password))).transpose()?;
        let directory = &self.data.dir;
        server::create(directory, &config, &Ids::system())?;
        with_desk(directory, async |desk| {
            if let Some((name, password)) = &first {
                let full_name = self.full_name.as_deref().unwrap_or(name);
                let opened = desk.open_account(&Ask::desk(), name, full_name, &[Role::SeniorOfficer], password).await;
                opened.map_err(|cause| {
                    let shown = directory.display();
                    let advice = format!(
                        "the desk itself is made; then: forewarn account add --role senior_officer --data {shown} NAME"
                    );
                    Fault::from(cause).advise(advice)
                })?;
            }
            Ok(())
        })?;
        output::say(&self.next())?;
        Ok(Outcome::Done)
    }

    fn config(&self) -> Result<Config, Fault> {
        let mut config = Config::example();
        let given =
            [(&self.name, &mut config.name), (&self.origin, &mut config.origin), (&self.policy, &mut config.policy)];
        for (given, place) in given {
            if let Some(given) = given {
                place.clone_from(given);
            }
        }
        match policy::shipped_text(&config.policy) {
            Some(_) => Ok(config),
            None => Err(Fault::usage(format!("there is no pack `{}`", config.policy))
                .advise("`forewarn policy list` names them")),
        }
    }

    fn next(&self) -> String {
        let shown = self.data.dir.display();
        let account = match &self.admin {
            Some(name) => format!("`{name}` may sign in as its senior officer.\n"),
            None => {
                format!("Open the first account:\n  forewarn account add --role senior_officer --data {shown} NAME\n")
            }
        };
        format!(
            "The desk is made in {shown}. Only you can read it.\n\
             record.key signs the record: keep a copy apart. record.vkey is for those who verify: give it away.\n\
             Edit desk.toml there: how the desk is called and reached, and how it sends e-mail.\n\
             {account}Then: forewarn serve --data {shown}\n"
        )
    }
}
