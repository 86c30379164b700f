//! `forewarn account`: who works at the desk. Whoever owns the data directory may open accounts without one.

use clap::{Args, Subcommand};
use domain::account::{Account as Somebody, AccountCommand};
use domain::wake::WakeAddress;
use domain::{AccountId, ChannelKind, Role};
use serde_json::json;
use server::{Ask, Desk};

use super::local::{Acting, Data, with_desk};
use super::password::Password;
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// Accounts of those who work at the desk.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Account {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Off(Switch),
    On(Switch),
    Password(NewPassword),
    Waking(Waking),
}

/// Opens an account.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn account add mara --full-name \"Mara Lindqvist\" --role assessor --role approver --data desk
  forewarn account add ben --role approver --as okafor --password-file - --data desk < secret.txt")]
struct Add {
    /// Sign-in name: a-z, 0-9, dot, dash, underscore.
    name: String,
    /// Name as printed on letters; the sign-in name, if not given.
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// What they may do: intake, assessor, senior_officer, approver, deliverer, inspector, or a policy pack's own.
    #[arg(long, value_name = "ROLE", required = true, value_parser = role)]
    role: Vec<Role>,
    #[command(flatten)]
    password: Password,
    #[command(flatten)]
    by: By,
}

/// Lists accounts.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

/// Switches an account off or on again; an account that is off ends every session at once.
#[derive(Debug, Args)]
struct Switch {
    /// Sign-in name.
    name: String,
    /// Why; goes on the record.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    #[command(flatten)]
    by: By,
}

/// Sets a new password.
#[derive(Debug, Args)]
struct NewPassword {
    /// Sign-in name.
    name: String,
    #[command(flatten)]
    password: Password,
    #[command(flatten)]
    data: Data,
}

/// Sets how somebody is woken when a deadline passes: the ways in this order, in place of those there are.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn account waking okafor email:okafor@desk.example telephone:+000-555-0100 --data desk
  forewarn account waking okafor --data desk                    no way at all

A person tests a way on the page People; `forewarn roster check` lists those never tested.")]
struct Waking {
    /// Sign-in name.
    name: String,
    /// `email:ADDRESS`, `telephone:NUMBER` or `webhook:URL`.
    #[arg(value_name = "WAY", value_parser = way)]
    ways: Vec<WakeAddress>,
    #[command(flatten)]
    by: By,
}

/// Where, and who does it.
#[derive(Debug, Args)]
struct By {
    #[command(flatten)]
    data: Data,
    /// Your sign-in name, if you have one: who the record says did this. Without it the desk itself does.
    #[arg(long = "as", value_name = "NAME")]
    acting: Option<String>,
}

impl By {
    async fn ask(&self, desk: &Desk) -> Result<Ask, Fault> {
        match &self.acting {
            Some(name) => Acting { acting: name.clone() }.ask(desk).await,
            None => Ok(Ask::desk()),
        }
    }
}

fn way(word: &str) -> Result<WakeAddress, String> {
    let kinds = [ChannelKind::Email, ChannelKind::Telephone, ChannelKind::Webhook];
    let (kind, address) = word.split_once(':').unwrap_or((word, ""));
    let kind = kinds.into_iter().find(|known| known.id() == kind);
    let kind = kind.ok_or("write email:ADDRESS, telephone:NUMBER or webhook:URL")?;
    Ok(WakeAddress { kind, address: address.to_owned() })
}

fn role(word: &str) -> Result<Role, String> {
    let known: Vec<&str> = Role::ALL.iter().map(Role::id).collect();
    let what = || format!("the roles are: {}, and those that a policy pack adds", known.join(", "));
    Role::named(word).ok_or_else(what)
}

impl Account {
    /// Does it.
    pub fn run(self) -> Answer {
        match self.command {
            Command::Add(command) => command.run(),
            Command::List(command) => command.run(),
            Command::Off(command) => command.run(|id, reason| AccountCommand::SwitchOff { id, reason }),
            Command::On(command) => command.run(|id, reason| AccountCommand::SwitchOn { id, reason }),
            Command::Password(command) => command.run(),
            Command::Waking(command) => command.run(),
        }
    }
}

impl Add {
    fn run(self) -> Answer {
        let password = self.password.read()?;
        with_desk(&self.by.data.dir, async |desk| {
            let ask = self.by.ask(&desk).await?;
            let full_name = self.full_name.as_deref().unwrap_or(&self.name);
            let account = desk.open_account(&ask, &self.name, full_name, &self.role, &password).await?;
            output::say(&line(&account))?;
            Ok(Outcome::Done)
        })
    }
}

impl List {
    fn run(self) -> Answer {
        with_desk(&self.data.dir, async |desk| {
            let people = desk.people().await?;
            output::list(self.json, &json!({ "accounts": people }), &people, line, "Nobody works here yet.")
        })
    }
}

impl Switch {
    fn run(self, command: impl Fn(AccountId, String) -> AccountCommand) -> Answer {
        with_desk(&self.by.data.dir, async |desk| {
            let ask = self.by.ask(&desk).await?;
            let id = known(&desk, &self.name).await?;
            let accounts = desk.change_accounts(&ask, command(id, self.reason.clone())).await?;
            output::say(&accounts.0.get(&id).map(line).unwrap_or_default())?;
            Ok(Outcome::Done)
        })
    }
}

impl NewPassword {
    fn run(self) -> Answer {
        let password = self.password.read()?;
        with_desk(&self.data.dir, async |desk| {
            let id = known(&desk, &self.name).await?;
            desk.change_password(&Ask::desk(), id, &password).await?;
            output::say(&format!("{} has a new password.\n", self.name))?;
            Ok(Outcome::Done)
        })
    }
}

impl Waking {
    fn run(self) -> Answer {
        with_desk(&self.by.data.dir, async |desk| {
            let ask = self.by.ask(&desk).await?;
            let id = known(&desk, &self.name).await?;
            let command = AccountCommand::SetWakePaths { id, paths: self.ways.clone() };
            desk.change_accounts(&ask, command).await?;
            let ways: Vec<String> = self.ways.iter().map(ToString::to_string).collect();
            let ways = if ways.is_empty() { "by no way".to_owned() } else { format!("by {}", ways.join(", then ")) };
            output::say(&format!("{} is woken {ways}.\n", self.name))?;
            Ok(Outcome::Done)
        })
    }
}

async fn known(desk: &Desk, name: &str) -> Result<AccountId, Fault> {
    let accounts = desk.accounts().await?;
    let found = accounts.named(name).map(|account| account.id);
    found.ok_or_else(|| {
        Fault::about(name, "there is no such account").advise("`forewarn account list` shows who works here")
    })
}

fn line(account: &Somebody) -> String {
    let roles: Vec<&str> = account.roles.iter().map(Role::id).collect();
    let off = if account.off { "  switched off" } else { "" };
    format!("{:<16} {:<28} {}{off}\n", account.name, account.full_name, roles.join(", "))
}
