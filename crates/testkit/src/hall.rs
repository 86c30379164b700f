//! The desk with everybody in it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use domain::Role;
use domain::account::AccountCommand;
use jiff::{SignedDuration, Timestamp};
use policy::Pack;
use server::{Ask, Clock, Config, Desk, Ids, Printer, Security, Serving, SmtpSettings};
use tempfile::TempDir;

use crate::{Person, SmtpSink};

/// When every test begins.
pub const BEGINS: &str = "2024-03-01T09:00:00Z";
/// Everybody's password.
pub const PASSWORD: &str = "everybody's password in the hall";

/// Everybody at the desk: sign-in name and roles. `max` holds every role, for those who try to do it all alone.
pub const PEOPLE: [(&str, &[Role]); 8] = [
    ("ilse", &[Role::Intake]),
    ("mara", &[Role::Assessor, Role::Approver]),
    ("okafor", &[Role::SeniorOfficer]),
    ("vera", &[Role::SeniorOfficer]),
    ("ben", &[Role::Approver]),
    ("ana", &[Role::Deliverer]),
    ("joon", &[Role::Inspector]),
    ("max", &[Role::Intake, Role::Assessor, Role::SeniorOfficer, Role::Approver, Role::Deliverer, Role::Inspector]),
];

/// A time in RFC 3339.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A whole desk.
pub struct Hall {
    /// The desk itself: for its clock, its workers and its store. People go by HTTP.
    pub desk: Arc<Desk>,
    /// Where its e-mail goes.
    pub mail: SmtpSink,
    /// Where it is reached.
    pub base: String,
    /// The pack the desk began with.
    pub pack: Pack,
    people: Vec<Person>,
    serving: Serving,
    place: TempDir,
}

impl Hall {
    /// A desk under `icd-191`.
    pub async fn open() -> Self {
        Self::under("icd-191").await
    }

    /// A desk under another policy pack.
    pub async fn under(policy: &str) -> Self {
        Self::with(|config| policy.clone_into(&mut config.policy), &[]).await
    }

    /// A desk with a configuration of its own, and files that it names in the data directory.
    pub async fn with(change: impl FnOnce(&mut Config), files: &[(&str, &str)]) -> Self {
        let place = TempDir::new().unwrap();
        let data = place.path().join("desk");
        let mail = SmtpSink::start().await.unwrap();
        let listen = free_address();
        let ids = Ids::seeded(7);
        let mut config = config(listen, mail.addr());
        change(&mut config);
        server::create(&data, &config, &ids).unwrap();
        for (name, content) in files {
            std::fs::write(data.join(name), content).unwrap();
        }
        let desk = server::open(&data, Clock::simulated(at(BEGINS)), ids, Printer::None).await.unwrap();
        settle_in(&desk).await;
        let serving = server::serve(desk.clone(), listen, false).await.unwrap();
        let base = format!("http://{}", serving.address);
        let pack = policy::shipped_pack(&desk.config.policy).unwrap().unwrap();
        let mut people = Vec::new();
        for (name, _) in PEOPLE {
            people.push(Person::signed_in(&base, name).await);
        }
        Self { desk, mail, base, pack, people, serving, place }
    }

    /// Somebody of [`PEOPLE`], signed in.
    pub fn person(&self, name: &str) -> &Person {
        self.people.iter().find(|person| person.name == name).unwrap()
    }

    /// Everybody.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person {
        Person::stranger(&self.base)
    }

    /// How somebody is woken, in this order: each way a channel's word and an address.
    pub async fn wakes_by(&self, name: &str, ways: &[(&str, &str)]) {
        let accounts = self.desk.accounts().await.unwrap();
        let id = accounts.named(name).unwrap().id;
        let ways: Vec<_> =
            ways.iter().map(|(channel, to)| serde_json::json!({"channel": channel, "address": to})).collect();
        let body = serde_json::json!({"paths": ways});
        self.person("okafor").post(&format!("/api/v1/accounts/{id}/waking"), &body).await.done();
    }

    /// The data directory.
    pub fn data(&self) -> std::path::PathBuf {
        self.place.path().join("desk")
    }

    /// Moves the clock, letting the workers do on the way whatever falls due, at its time.
    pub async fn until(&self, time: Timestamp) {
        loop {
            self.desk.run_due().await.unwrap();
            match self.desk.store.next_due().await.unwrap().filter(|next| *next <= time) {
                Some(next) => self.desk.clock.advance_to(next),
                None => break,
            }
        }
        self.desk.clock.advance_to(time);
        self.desk.run_due().await.unwrap();
    }

    /// As [`Hall::until`], from now on.
    pub async fn pass(&self, span: SignedDuration) {
        self.until(self.desk.clock.now().checked_add(span).unwrap()).await;
    }

    /// Lets the clock stand at another time, earlier or later, and the workers do what is due then.
    pub async fn step(&self, span: SignedDuration) {
        self.desk.clock.step(span);
        self.desk.run_due().await.unwrap();
    }

    /// Moves the clock at one go, as when a machine was suspended: the workers find everything at once.
    pub async fn jump(&self, span: SignedDuration) {
        self.desk.clock.advance_to(self.desk.clock.now().checked_add(span).unwrap());
        self.desk.run_due().await.unwrap();
    }

    /// The end of every test: the record verifies, and the rows are a fold of it.
    pub async fn close(self) {
        let integrity = self.desk.store.check_integrity(None).await.unwrap();
        assert_eq!(integrity.findings, vec![], "the record verifies");
        let rebuilt = self.desk.rebuild_check().await.unwrap();
        assert_eq!(rebuilt.differing, Vec::<String>::new(), "the rows are a fold of the entries");
        self.serving.stop().await.unwrap();
    }
}

/// An address that was free a moment ago.
pub fn free_address() -> SocketAddr {
    std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).unwrap()
}

/// The configuration of a desk that sends its e-mail to a sink.
pub fn config(listen: SocketAddr, mail: SocketAddr) -> Config {
    Config {
        name: "Warning desk under test".to_owned(),
        public_url: format!("http://{listen}"),
        templates: None,
        smtp: Some(SmtpSettings {
            dkim: None,
            html: false,
            host: mail.ip().to_string(),
            port: mail.port(),
            security: Security::None,
            from: "desk@desk.example".to_owned(),
            user: None,
            password_file: None,
        }),
        ..Config::example()
    }
}

/// Opens everybody's account. The password's hash is made with the least of Argon2's costs, and the costs stand in the
/// hash: signing in goes the whole way of the desk and takes no time.
pub async fn settle_in(desk: &Desk) {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let cheap = Params::new(8, 1, 1, None).unwrap();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
        argon.hash_password_with_salt(PASSWORD.as_bytes(), b"salt of the hall").unwrap().to_string()
    });
    for (name, roles) in PEOPLE {
        let id = desk.ids.new_id(desk.clock.now());
        let full_name = format!("{name} of the hall");
        let open = AccountCommand::Open { id, name: name.to_owned(), full_name, roles: roles.to_vec() };
        desk.change_accounts(&Ask::desk(), open).await.unwrap();
        desk.store.set_credential(&id.to_string(), &HASH, desk.clock.now()).await.unwrap();
    }
}

/// A data directory with everybody in it, closed again.
pub async fn furnish(data: &Path, config: &Config) {
    let ids = Ids::seeded(7);
    server::create(data, config, &ids).unwrap();
    let desk = server::open(data, Clock::simulated(at(BEGINS)), ids, Printer::None).await.unwrap();
    settle_in(&desk).await;
}
