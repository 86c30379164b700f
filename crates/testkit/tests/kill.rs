//! R2: the desk is killed before and after every durable step, and at random; nothing is lost, nothing is done twice
//! without saying so, and nothing appears that nobody did.
//!
//! The cast: [`Lives`] is one data directory through the lives of its process; [`story`] is a warning from its first
//! report to its acknowledgement, every request repeated under its key until it is answered; [`check`] looks at what
//! is left.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use domain::ChannelKind;
use domain::account::AccountCommand;
use domain::threat::AttemptResult;
use domain::wake::WakeAddress;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use server::failpoint::{KILL_AT, POINTS, WAKING_POINTS};
use server::{Clock, Ids, Printer};
use store::Filter;
use tempfile::TempDir;
use testkit::{BEGINS, Person, Random, SmtpSink, at, config, email_way, free_address, furnish, words};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Longest a desk may take to start, a mail to arrive, a request to be answered.
const PATIENCE: Duration = Duration::from_secs(60);
/// Places that no two stories share, so that each opens a threat of its own.
const PLACES: [&str; 12] =
    ["Leeds", "Oslo", "Lyon", "Porto", "Kraków", "Seville", "Bergen", "Turin", "Ghent", "Malmö", "Basel", "Graz"];

/// One data directory through the lives of its process.
struct Lives {
    data: PathBuf,
    address: std::net::SocketAddr,
    base: String,
    mail: SmtpSink,
    child: Option<Child>,
    /// How many there were.
    count: u32,
    /// How long a machine is off between two lives, on the desk's clock.
    gap: SignedDuration,
    time: Timestamp,
    _place: TempDir,
}

impl Lives {
    /// A data directory like `template`, with an address and a mail sink of its own.
    async fn of(template: &Path) -> Self {
        let place = TempDir::new().unwrap();
        let data = place.path().join("desk");
        std::fs::create_dir(&data).unwrap();
        for file in std::fs::read_dir(template).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), data.join(file.file_name())).unwrap();
        }
        let (mail, address) = (SmtpSink::start().await.unwrap(), free_address());
        std::fs::remove_file(data.join("desk.toml")).unwrap();
        config(address, mail.addr()).write_new(&data).unwrap();
        let gap = SignedDuration::from_hours(1);
        let base = format!("http://{address}");
        Self { data, address, base, mail, child: None, count: 0, gap, time: at(BEGINS), _place: place }
    }

    /// Starts the desk if it is dead; `point` is where this life is to end.
    async fn live(&mut self, point: Option<&str>) {
        if self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none()) {
            return;
        }
        self.count += 1;
        self.time = self.time.checked_add(self.gap).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command.arg(&self.data).arg(self.address.to_string()).arg(self.time.to_string());
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).env_remove(KILL_AT);
        if let Some(point) = point {
            command.env(KILL_AT, point);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // A desk that dies while it opens says nothing.
        timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap();
        self.child = Some(child);
    }

    /// Whether the process is there no more.
    fn is_dead(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.unwrap();
        }
    }
}

/// Somebody who asks again, under the same key, until there is an answer.
struct Stubborn {
    person: Person,
}

impl Stubborn {
    async fn signed_in(lives: &mut Lives, name: &str) -> Self {
        let person = Self { person: Person::stranger(&lives.base) };
        let body = json!({"name": name, "password": testkit::PASSWORD});
        person.ask(lives, Method::POST, "/api/v1/session", "", Some(&body)).await;
        person
    }

    async fn ask(&self, lives: &mut Lives, method: Method, path: &str, key: &str, body: Option<&Value>) -> Value {
        let since = Instant::now();
        loop {
            let mut request = self.person.request(method.clone(), path).timeout(PATIENCE);
            if !key.is_empty() {
                request = request.header("idempotency-key", key);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            match self.person.try_send(request).await {
                Ok(reply) => return reply.done(),
                Err(_) if since.elapsed() < PATIENCE => {
                    // A process that aborts is gone a moment later.
                    sleep(Duration::from_millis(30)).await;
                    lives.live(None).await;
                }
                Err(cause) => panic!("{path}: {cause}"),
            }
        }
    }

    async fn post(&self, lives: &mut Lives, path: &str, key: &str, body: &Value) -> Value {
        self.ask(lives, Method::POST, path, key, Some(body)).await
    }

    async fn get(&self, lives: &mut Lives, path: &str) -> Value {
        self.ask(lives, Method::GET, path, "", None).await
    }
}

/// Everybody whose part a story has.
struct Cast {
    ilse: Stubborn,
    mara: Stubborn,
    ben: Stubborn,
}

impl Cast {
    async fn signed_in(lives: &mut Lives) -> Self {
        Self {
            ilse: Stubborn::signed_in(lives, "ilse").await,
            mara: Stubborn::signed_in(lives, "mara").await,
            ben: Stubborn::signed_in(lives, "ben").await,
        }
    }
}

fn text(number: usize) -> String {
    let (place, day) = (PLACES[number % PLACES.len()], 5 + number % 20);
    format!(
        "(U) A man said that he will stab the manager of depot {number} in {place} on {day} March 2024.\n\n\
         (S//NF) His neighbour passed it on."
    )
}

/// A warning from its first report to its acknowledgement; answers the threat.
async fn story(lives: &mut Lives, cast: &Cast, number: usize) -> String {
    let threat = up_to_approval(lives, cast, number).await;
    let link = link_to(lives, number).await;
    acknowledge(lives, &link).await;
    threat
}

async fn up_to_approval(lives: &mut Lives, cast: &Cast, number: usize) -> String {
    let key = |step: &str| format!("story {number} {step}");
    let report = json!({"name": format!("{number}.txt"), "reporter": "a station", "text": text(number)});
    let report = cast.ilse.post(lives, "/api/v1/reports", &key("report"), &report).await;
    let threat = report["threat"].as_str().expect("a report that was answered for is on a threat").to_owned();
    let path = |rest: &str| format!("/api/v1/threats/{threat}/{rest}");
    let named = json!({"kind": "person", "name": format!("the manager of depot {number}")});
    let after = cast.mara.post(lives, &path("victims"), &key("victim"), &named).await;
    let victim = after["victims"][0]["id"].as_str().unwrap().to_owned();
    let met = json!({"answer": "met", "evidence": "told by two"});
    let asked = ["credible", "specific", "impending", "harm_in_scope", "intended_victim"];
    let answers: Value =
        asked.iter().map(|id| ((*id).to_owned(), met.clone())).collect::<serde_json::Map<_, _>>().into();
    let body = json!({"answers": answers, "grounds": {}});
    cast.mara.post(lives, &path(&format!("victims/{victim}/assessment")), &key("assessment"), &body).await;
    let way = email_way("The owner", &format!("owner-{number}@depot.example"));
    let body = json!({"victim": victim, "text": words(), "ways": [way]});
    let after = cast.mara.post(lives, &path("drafts"), &key("draft"), &body).await;
    let draft = &after["drafts"][0];
    let approval = path(&format!("drafts/{}/approval", draft["id"].as_str().unwrap()));
    let body = json!({"fingerprint": draft["release"]["fingerprint"]});
    cast.ben.post(lives, &approval, &key("approval"), &body).await;
    threat
}

fn mails_to(lives: &Lives, number: usize) -> Vec<testkit::Mail> {
    let to = format!("owner-{number}@depot.example");
    lives.mail.mails().into_iter().filter(|mail| mail.to == [to.clone()]).collect()
}

/// Waits for the mail and takes the link out of it.
async fn link_to(lives: &mut Lives, number: usize) -> String {
    let since = Instant::now();
    loop {
        if let Some(mail) = mails_to(lives, number).first() {
            let text = mail.text().replace("=\r\n", "").replace("=3D", "=");
            let from = text.find(&format!("{}/a/", lives.base)).unwrap();
            return text[from..].split_whitespace().next().unwrap().trim_end_matches('.').to_owned();
        }
        assert!(since.elapsed() < PATIENCE, "no mail for story {number} in the {}th life", lives.count);
        sleep(Duration::from_millis(20)).await;
        lives.live(None).await;
    }
}

async fn acknowledge(lives: &mut Lives, link: &str) {
    let path = link.strip_prefix(&lives.base).unwrap().to_owned();
    let stranger = Person::stranger(&lives.base);
    let since = Instant::now();
    loop {
        let request = stranger.request(Method::POST, &path).timeout(PATIENCE);
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body("person=A.+Named&words=");
        match stranger.try_send(request).await {
            Ok(reply) => {
                assert!(reply.body.contains("Acknowledged by A. Named"), "{} {}", reply.status, reply.body);
                return;
            }
            Err(_) if since.elapsed() < PATIENCE => {
                sleep(Duration::from_millis(30)).await;
                lives.live(None).await;
            }
            Err(cause) => panic!("{path}: {cause}"),
        }
    }
}

/// Lets whatever a dead life left unfinished come to its end.
async fn settle(lives: &mut Lives, cast: &Cast, threats: &[String]) {
    let since = Instant::now();
    for threat in threats {
        loop {
            let view = cast.mara.get(lives, &format!("/api/v1/threats/{threat}")).await;
            let open = |attempt: &Value| attempt["result"].is_null();
            let attempts = view["threat"]["deliveries"][0]["attempts"].as_array().cloned().unwrap_or_default();
            if !attempts.is_empty() && !attempts.iter().any(open) {
                break;
            }
            assert!(since.elapsed() < PATIENCE, "an attempt stays open: {attempts:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

#[derive(Debug, Default)]
struct Found {
    lost: usize,
    phantom: usize,
    twice: usize,
    untold: usize,
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.lost += other.lost;
        self.phantom += other.phantom;
        self.twice += other.twice;
        self.untold += other.untold;
    }
}

/// Looks at what is left, with the process dead: every story whole, once, and on the record.
async fn check(lives: &mut Lives, stories: usize, witness: Option<&str>) -> Found {
    lives.kill().await;
    let desk = server::open(&lives.data, Clock::simulated(lives.time), Ids::system(), Printer::None).await.unwrap();
    let integrity = desk.store.check_integrity(witness).await.unwrap();
    assert_eq!(integrity.findings, vec![], "the record verifies and contains what it said before");
    assert_eq!(desk.rebuild_check().await.unwrap().differing, Vec::<String>::new());
    let mut found = Found::default();
    let rows = desk.store.list("threat", &Filter::default(), None, 1000).await.unwrap().items;
    let reports = desk.store.list("report", &Filter::default(), None, 1000).await.unwrap().items;
    found.lost += stories.saturating_sub(rows.len()) + stories.saturating_sub(reports.len());
    found.phantom += rows.len().saturating_sub(stories) + reports.len().saturating_sub(stories);
    for row in rows {
        let threat: Value = serde_json::from_str(&row.state).unwrap();
        for part in ["reports", "victims", "drafts", "warnings", "deliveries"] {
            let count = threat[part].as_array().unwrap().len();
            found.lost += usize::from(count == 0);
            found.phantom += count.saturating_sub(1);
        }
        let delivery = &threat["deliveries"][0];
        let acks = delivery["acknowledgements"].as_array().map_or(0, Vec::len);
        found.lost += usize::from(acks == 0);
        found.phantom += acks.saturating_sub(1);
        let to = delivery["planned"]["address"].as_str().unwrap_or_default().to_owned();
        let mails: Vec<_> = lives.mail.mails().into_iter().filter(|mail| mail.to == [to.clone()]).collect();
        let mut ids: Vec<_> = mails.iter().map(message_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "every copy bears the same Message-ID: {ids:?}");
        let unknown = |attempt: &&Value| attempt["result"]["result"] == "unknown";
        let unknown = delivery["attempts"].as_array().unwrap().iter().filter(unknown).count();
        found.twice += mails.len() - 1;
        // A copy too many without an attempt that says "may or may not have been sent" was sent in silence.
        found.untold += (mails.len() - 1).saturating_sub(unknown);
    }
    found
}

fn message_id(mail: &testkit::Mail) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    parsed.message_id().unwrap().to_owned()
}

async fn template() -> (TempDir, PathBuf) {
    let place = TempDir::new().unwrap();
    let data = place.path().join("desk");
    furnish(&data, &config(free_address(), free_address())).await;
    (place, data)
}

/// One story whose first life ends at the `time`th time that `point` is reached; none when it never was.
async fn at_point(template: &Path, point: &str, time: u32) -> Option<Found> {
    let mut lives = Lives::of(template).await;
    lives.live(Some(&format!("{point}/{time}"))).await;
    let cast = Cast::signed_in(&mut lives).await;
    let threat = story(&mut lives, &cast, 0).await;
    // The delivery may be finished only after its mail was answered.
    settle(&mut lives, &cast, &[threat]).await;
    let reached = lives.count > 1 || lives.is_dead();
    let found = check(&mut lives, 1, None).await;
    reached.then_some(found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_point() {
    at_every_point(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes long: every time that every point is reached"]
async fn killed_at_every_point_every_time() {
    at_every_point(1).await;
}

/// One kill per point, and again at every `stride`th time that the story comes to it.
async fn at_every_point(stride: u32) {
    let (_place, template) = template().await;
    let (mut visited, mut kills, mut found) = (0, 0, Found::default());
    for point in POINTS {
        let mut time = 1;
        while let Some(one) = at_point(&template, point, time).await {
            assert_eq!((one.lost, one.phantom, one.untold), (0, 0, 0), "{point}/{time}: {one:?}");
            (kills, time) = (kills + 1, time + stride);
            found.add(&one);
        }
        assert!(time > 1, "the story never comes to `{point}`");
        visited += 1;
    }
    println!(
        "R2: points visited {visited} of {}, kills {kills}, lost {}, phantom {}, sent twice and said so {}, in silence {}",
        POINTS.len(),
        found.lost,
        found.phantom,
        found.twice,
        found.untold
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random() {
    let kills: usize = std::env::var("FOREWARN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let (_place, template) = template().await;
    let mut lives = Lives::of(&template).await;
    lives.live(None).await;
    let cast = Cast::signed_in(&mut lives).await;
    let mut random = Random::new(20_240_301);
    let (mut told, mut killed, mut witness) = (Vec::new(), 0, None);
    while killed < kills {
        let id = lives.child.as_ref().and_then(Child::id).expect("the desk lives when a round begins");
        let delay = Duration::from_millis(random.below(600) as u64);
        // SIGKILL from outside, in the middle of whatever the desk is doing. Nothing else ends this child, and nobody
        // but this test waits for it, so the number is its own for as long as it is used here.
        let killer = tokio::spawn(async move {
            sleep(delay).await;
            Command::new("kill").args(["-KILL", &id.to_string()]).status().await.unwrap()
        });
        told.push(story(&mut lives, &cast, told.len()).await);
        assert!(killer.await.unwrap().success());
        while lives.child.as_ref().and_then(Child::id) == Some(id) && !lives.is_dead() {
            sleep(Duration::from_millis(10)).await;
        }
        killed += 1;
        lives.live(None).await;
        // A checkpoint that somebody saw must be in the record for ever.
        let asked = cast.mara.person.request(Method::GET, "/api/v1/record/checkpoint");
        let seen = cast.mara.person.try_send(asked).await.ok().filter(|note| note.status == 200);
        witness = seen.map(|note| note.body).or(witness);
    }
    assert_eq!(lives.count as usize, killed + 1, "each kill ended a life");
    settle(&mut lives, &cast, &told).await;
    let found = check(&mut lives, told.len(), witness.as_deref()).await;
    println!(
        "R2: random kills {killed} (seed 20240301), lives {}, lost {}, phantom {}, sent twice and said so {}, in silence {}",
        lives.count, found.lost, found.phantom, found.twice, found.untold
    );
    assert_eq!((found.lost, found.phantom, found.untold), (0, 0, 0), "{found:?}");
}

/// What a dead process had in its hands is taken up at once, not when its lease runs out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_of_the_dead_is_taken_up_at_once() {
    let (_place, template) = template().await;
    let mut lives = Lives::of(&template).await;
    lives.gap = SignedDuration::from_secs(1);
    lives.live(Some("effect claimed/2")).await;
    let cast = Cast::signed_in(&mut lives).await;
    let since = Instant::now();
    let threat = story(&mut lives, &cast, 0).await;
    let waited = since.elapsed();
    settle(&mut lives, &cast, &[threat]).await;
    assert!(lives.count > 1, "the first life ended with the delivery in its hands");
    assert!(waited < Duration::from_secs(60), "the lease of three minutes was not waited for: {waited:?}");
    let found = check(&mut lives, 1, None).await;
    assert_eq!((found.lost, found.phantom, found.twice), (0, 0, 0), "{found:?}");
}

/// Killed between sending and writing down that it was sent: nobody knows, the record says so, and it is sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_of_unknown_fate_is_sent_again_and_said_so() {
    let (_place, template) = template().await;
    let mut lives = Lives::of(&template).await;
    lives.live(Some("attempt made")).await;
    let cast = Cast::signed_in(&mut lives).await;
    let threat = up_to_approval(&mut lives, &cast, 0).await;
    let link = link_to(&mut lives, 0).await;
    settle(&mut lives, &cast, std::slice::from_ref(&threat)).await;
    // The plan waits half a minute after such an attempt; the next life begins an hour later.
    lives.kill().await;
    lives.live(None).await;
    timeout(PATIENCE, lives.mail.wait_for(2)).await.unwrap();
    acknowledge(&mut lives, &link).await;
    settle(&mut lives, &cast, &[threat]).await;
    let found = check(&mut lives, 1, None).await;
    println!("R2: killed between sending and the record: sent {} times, in silence {}", found.twice + 1, found.untold);
    assert_eq!((found.lost, found.phantom, found.twice, found.untold), (0, 0, 1, 0), "{found:?}");
}

/// A desk with a report that nobody takes up, and somebody who can be woken for it.
async fn overdue() -> Lives {
    let (place, template) = template().await;
    let desk = server::open(&template, Clock::simulated(at(BEGINS)), Ids::system(), Printer::None).await.unwrap();
    let id = desk.accounts().await.unwrap().named("okafor").unwrap().id;
    let paths = vec![WakeAddress { kind: ChannelKind::Email, address: "okafor@desk.example".to_owned() }];
    desk.change_accounts(&server::Ask::desk(), AccountCommand::SetWakePaths { id, paths }).await.unwrap();
    drop(desk);
    let mut lives = Lives::of(&template).await;
    lives.live(None).await;
    let ilse = Stubborn::signed_in(&mut lives, "ilse").await;
    let report = json!({"name": "0.txt", "reporter": "a station", "text": text(0)});
    ilse.post(&mut lives, "/api/v1/reports", "the report", &report).await;
    lives.kill().await;
    drop(place);
    lives
}

/// Killed at every step of waking somebody: they are woken, what was lost says so and is made again, and one press of
/// the button takes it up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_somebody_is_woken() {
    let (mut calls, mut lost) = (0, 0);
    for point in WAKING_POINTS {
        let mut lives = overdue().await;
        lives.gap = SignedDuration::from_hours(6);
        lives.live(Some(point)).await;
        let since = Instant::now();
        while !lives.is_dead() {
            assert!(since.elapsed() < PATIENCE, "waking somebody never comes to `{point}`");
            sleep(Duration::from_millis(20)).await;
        }
        lives.gap = SignedDuration::from_secs(1);
        lives.live(None).await;
        timeout(PATIENCE, lives.mail.wait_for(if point == "call made" { 2 } else { 1 })).await.unwrap();
        let mail = lives.mail.mails().last().unwrap().text().replace("=\r\n", "").replace("=3D", "=");
        let from = mail.find(&format!("{}/w/", lives.base)).unwrap() + lives.base.len();
        let path = mail[from..].split_whitespace().next().unwrap().to_owned();
        let stranger = Person::stranger(&lives.base);
        let page = stranger.form(&path, &[("words", "")]).await;
        assert!(page.body.contains("Taken up by okafor"), "{point}: {}", page.body);
        lives.kill().await;
        let desk = server::open(&lives.data, Clock::simulated(lives.time), Ids::system(), Printer::None).await.unwrap();
        assert_eq!(desk.store.check_integrity(None).await.unwrap().findings, vec![]);
        assert_eq!(desk.rebuild_check().await.unwrap().differing, Vec::<String>::new());
        let (open, over) = desk.wakes(10).await.unwrap();
        let wakes: Vec<_> = open.iter().chain(&over).collect();
        assert_eq!(wakes.len(), 1, "{point}: one deadline, one wake");
        let made = &wakes[0].calls;
        let unknown = made.iter().filter(|call| matches!(call.result, Some(AttemptResult::Unknown { .. }))).count();
        assert_eq!(unknown, usize::from(["call started", "call made"].contains(&point)), "{point}: {made:?}");
        assert!(lives.mail.mails().len() <= made.len(), "{point}: no mail without a call on the record");
        assert!(wakes[0].ended.as_ref().is_some_and(|ended| ended.by.as_deref() == Some("okafor")));
        (calls, lost) = (calls + made.len(), lost + unknown);
    }
    let points = WAKING_POINTS.len();
    println!("R2: waking killed at {points} of {points} points: calls {calls}, unknown and made again {lost}, lost 0");
}
