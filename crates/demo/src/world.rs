//! The stage: an empty desk on a simulated clock, its people, and the mail server its e-mail goes to.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::Role;
use jiff::Timestamp;
use serde_json::json;
use server::{Ask, Clock, Config, Desk, Ids, Security, Serving, SmtpSettings};

use crate::client::{self, PASSWORD, Person, Refused};
use crate::sink::SmtpSink;
use crate::teller::Teller;
use crate::{DemoError, Options, examples};

/// When the story begins.
const BEGINS: &str = "2023-12-26T22:30:00Z";
/// Makes the ids of the story the same each time it is played.
const SEED: u64 = 20_240_103;

/// Who is on duty: the senior officer day and night, the assessor on the nights of this story.
const ROSTER: &str = r#"
zone = "UTC"

[[shift]]
role = "senior_officer"
person = "okafor"
days = "daily"
from = "00:00"
to = "00:00"

[[shift]]
role = "assessor"
person = "mara"
days = "daily"
from = "20:00"
to = "08:00"
"#;

/// Everybody at the desk: sign-in name, name, roles.
pub const PEOPLE: [(&str, &str, &[Role]); 6] = [
    ("ilse", "Ilse Brandt", &[Role::Intake]),
    ("mara", "Mara Lindqvist", &[Role::Assessor, Role::Approver]),
    ("okafor", "Chidi Okafor", &[Role::SeniorOfficer]),
    ("ben", "Ben Adeyemi", &[Role::Approver]),
    ("ana", "Ana Ferreira", &[Role::Deliverer]),
    ("joon", "Joon Park", &[Role::Inspector]),
];

/// The stage with everybody on it.
pub struct World {
    /// The desk itself: for its clock and its workers. People go by HTTP.
    pub desk: Arc<Desk>,
    /// Its server.
    pub serving: Serving,
    /// The mail server.
    pub mail: SmtpSink,
    /// Where people reach it.
    pub base: String,
    pub(crate) teller: Teller,
    pub(crate) refusals: Vec<Refused>,
    /// Whether those who are called answer at once: after the story has told how that goes.
    pub(crate) answering: bool,
    mails_read: usize,
    people: Vec<Person>,
}

impl World {
    /// Sets the stage.
    pub async fn build(options: &Options) -> Result<Self, DemoError> {
        // Whoever came first has installed the same one.
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::simulated(at(BEGINS)?);
        let ids = Ids::seeded(SEED);
        let mail = SmtpSink::start().await.map_err(|cause| DemoError::Story(cause.to_string()))?;
        let listen = settled(options.listen)?;
        server::create(&options.data, &config(listen, &mail), &ids)?;
        let desk = server::open(&options.data, clock, ids, options.printer.clone()).await?;
        for (name, full_name, roles) in PEOPLE {
            desk.open_account(&Ask::desk(), name, full_name, roles, PASSWORD).await?;
        }
        let serving = server::serve(desk.clone(), listen, false).await?;
        let base = format!("http://{}", serving.address);
        let mut people = Vec::new();
        for (name, ..) in PEOPLE {
            people.push(Person::sign_in(&base, name).await?);
        }
        let teller = Teller::new(options.quiet);
        let world =
            Self { desk, serving, mail, base, teller, refusals: Vec::new(), answering: false, mails_read: 0, people };
        let register = json!({"name": "register.jsonl", "text": examples::REGISTER});
        world.person("mara").must("register", &register).await?;
        world.watch_is_kept().await?;
        Ok(world)
    }

    /// Who is on duty at night, and how they are woken.
    async fn watch_is_kept(&self) -> Result<(), DemoError> {
        let accounts = self.person("okafor").get("accounts").await?;
        for name in ["mara", "okafor"] {
            let known = accounts.as_array().into_iter().flatten().find(|account| account["name"] == name);
            let id = known.and_then(|account| account["id"].as_str()).unwrap_or_default();
            let ways = json!({"paths": [{"channel": "email", "address": format!("{name}@desk.example")}]});
            self.person(name).must(&format!("accounts/{id}/waking"), &ways).await?;
        }
        let roster = json!({"name": "roster.toml", "text": ROSTER});
        self.person("okafor").must("roster", &roster).await?;
        Ok(())
    }

    /// Somebody at the desk.
    ///
    /// # Panics
    /// When nobody has that name: the story names only people of [`PEOPLE`].
    pub fn person(&self, name: &str) -> &Person {
        self.people.iter().find(|person| person.name == name).expect("the story names only people of PEOPLE")
    }

    /// Moves the clock to a time, letting the workers do on the way whatever falls due.
    pub async fn until(&mut self, time: &str) -> Result<(), DemoError> {
        let time = at(time)?;
        loop {
            self.work().await?;
            let next = self.desk.store.next_due().await.map_err(server::AppError::from)?;
            match next.filter(|next| *next <= time) {
                Some(next) => self.desk.clock.advance_to(next),
                None => break,
            }
        }
        self.desk.clock.advance_to(time);
        self.work().await
    }

    /// Lets the workers do what is due, and those who are called answer.
    async fn work(&mut self) -> Result<(), DemoError> {
        loop {
            self.desk.run_due().await?;
            let links = if self.answering { self.calls() } else { Vec::new() };
            if links.is_empty() {
                return Ok(());
            }
            for (_, link) in links {
                client::take_up(&link, "").await?;
            }
        }
    }

    /// The calls by e-mail that nobody has looked at yet: the mail's text and the one-time link in it.
    pub(crate) fn calls(&mut self) -> Vec<(String, String)> {
        let mails = self.mail.mails();
        let new = mails.get(self.mails_read..).unwrap_or_default();
        let calls = new.iter().filter_map(|mail| client::linked(&mail.bytes, &format!("{}/w/", self.base))).collect();
        self.mails_read = mails.len();
        calls
    }

    /// Tells something as having happened now.
    pub fn tell(&mut self, who: &str, what: &str) {
        self.teller.tell(self.desk.clock.now(), who, what);
    }

    /// Tells of a refusal and keeps it.
    pub fn refused(&mut self, who: &str, wish: &str, refused: Refused) {
        self.tell(who, &format!("{wish}: refused by the rule {}.", refused.rule));
        self.teller.why(&refused.what);
        self.refusals.push(refused);
    }
}

/// An address whose port is known: recipients' links need it before anything listens there.
fn settled(listen: SocketAddr) -> Result<SocketAddr, DemoError> {
    let fault = |cause| DemoError::File { path: listen.to_string(), cause };
    match listen.port() {
        0 => std::net::TcpListener::bind(listen).and_then(|free| free.local_addr()).map_err(fault),
        _ => Ok(listen),
    }
}

fn config(listen: SocketAddr, mail: &SmtpSink) -> Config {
    Config {
        name: "Duty-to-warn desk (demonstration)".to_owned(),
        contact: "warning-desk@desk.example, +000 555 0100".to_owned(),
        place: "Duty room".to_owned(),
        origin: "desk.example/forewarn-demo".to_owned(),
        public_url: format!("http://{listen}"),
        templates: None,
        smtp: Some(SmtpSettings {
            dkim: None,
            html: false,
            host: mail.addr().ip().to_string(),
            port: mail.addr().port(),
            security: Security::None,
            from: "warning-desk@desk.example".to_owned(),
            user: None,
            password_file: None,
        }),
        ..Config::example()
    }
}

pub(crate) fn at(text: &str) -> Result<Timestamp, DemoError> {
    text.parse().map_err(|cause: jiff::Error| DemoError::Story(cause.to_string()))
}
