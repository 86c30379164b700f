//! Attacks from `PROMISES` that concern the whole desk: each is tried over real HTTP and prints its figure.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Course, Hall, REPORT, Reply, email_way, words};

/// The rule that a page names when it says no.
fn rule_on(page: &Reply) -> String {
    let named = page.body.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
    named.unwrap_or_default().to_owned()
}

/// A threat whose only determination so far is by `max`, who holds every role.
async fn alone(hall: &Hall, number: usize) -> Course {
    let max = hall.person("max");
    let place = ["Oslo", "Lyon", "Porto", "Seville", "Bergen", "Turin", "Ghent", "Basel", "Graz", "Leeds"][number % 10];
    let text = format!("(U) A man said he will stab guard {number} in {place} on {} March 2024.", 5 + number);
    let report = max.post("/api/v1/reports", &json!({"name": "r.txt", "reporter": "x", "text": text})).await.done();
    let threat = report["threat"].as_str().unwrap().to_owned();
    let mut course = Course { report: report["id"].as_str().unwrap().to_owned(), threat, ..Course::default() };
    let after = max.post(&course.path("victims"), &json!({"kind": "person", "name": "the guard"})).await.done();
    course.victim = after["victims"][0]["id"].as_str().unwrap().to_owned();
    course
}

impl Tries<'_> {
    async fn api(&mut self, what: &str, path: &str, body: Value, rule: &str) {
        let reply = self.hall.person("max").post(path, &body).await;
        self.count(what, &reply, &reply.text("/rule"), rule);
    }

    async fn page(&mut self, what: &str, path: &str, fields: &[(&str, &str)], rule: &str) {
        let reply = self.hall.person("max").form(path, fields).await;
        self.count(what, &reply, &rule_on(&reply), rule);
    }

    fn count(&mut self, what: &str, reply: &Reply, found: &str, rule: &str) {
        self.tried += 1;
        assert_eq!((reply.status, found), (409, rule), "{what}: {}", reply.body);
    }
}

struct Tries<'h> {
    hall: &'h Hall,
    tried: usize,
}

/// A12: somebody who holds every role cannot approve, silence or close alone.
#[tokio::test]
async fn a12_nobody_does_it_alone() {
    let hall = Hall::open().await;
    let max = hall.person("max");
    let mut tries = Tries { hall: &hall, tried: 0 };

    // Approving what they wrote themselves.
    let mut own = alone(&hall, 0).await;
    let path = own.path(&format!("victims/{}/assessment", own.victim));
    max.post(&path, &hall.answers()).await.done();
    let draft = json!({"victim": own.victim, "text": words(), "ways": [email_way("The owner", "owner@depot.example")]});
    let after = max.post(&own.path("drafts"), &draft).await.done();
    own.draft = after["drafts"][0]["id"].as_str().unwrap().to_owned();
    own.fingerprint = after["drafts"][0]["release"]["fingerprint"].as_str().unwrap().to_owned();
    let approval = format!("drafts/{}/approval", own.draft);
    let body = json!({"fingerprint": own.fingerprint});
    tries.api("approves", &own.path(&approval), body.clone(), "self-approval").await;
    let page = format!("/threats/{}/{approval}", own.threat);
    tries.page("approves on the page", &page, &[("fingerprint", &own.fingerprint)], "self-approval").await;
    let second = max.post_keyed(&own.path(&approval), "again", &body).await;
    tries.count("approves under a key", &second, &second.text("/rule"), "self-approval");
    let elsewhere = testkit::Person::signed_in(&hall.base, "max").await;
    let other = elsewhere.post(&own.path(&approval), &body).await;
    tries.count("approves from another device", &other, &other.text("/rule"), "self-approval");
    tries.api("closes what is owed", &own.path("closed"), json!({"reason": "x"}), "still-owed").await;
    tries
        .page("closes on the page", &format!("/threats/{}/closed", own.threat), &[("reason", "x")], "still-owed")
        .await;
    max.post(&own.path("outcome"), &json!({"kind": "did_not_occur", "reason": "I say so"})).await.done();
    tries.api("says how it ended and closes", &own.path("closed"), json!({"reason": "x"}), "self-closing").await;

    // Silence: answers alone, and affirming one's own answers.
    let course = alone(&hall, 1).await;
    let path = course.path(&format!("victims/{}", course.victim));
    let page = format!("/threats/{}/victims/{}/affirmation", course.threat, course.victim);
    let silence = json!({"of": "not_owed", "reason": "x"});
    tries.api("affirms before any answer", &format!("{path}/affirmation"), silence.clone(), "not-there").await;
    let no = json!({"answer": "not_met", "evidence": "I say so"});
    let criteria = hall.desk.pack.says.criteria.iter().map(|one| (one.id.clone(), no.clone()));
    let answers = json!({"answers": criteria.collect::<serde_json::Map<_, _>>(), "grounds": {}});
    let after = max.post(&format!("{path}/assessment"), &answers).await;
    let drawn = after.text("/victims/0/assessment/determination");
    assert!(after.status == 409 || drawn == "unresolved" || drawn == "warn", "answers alone make no silence: {drawn}");
    tries.tried += 1;
    tries.api("affirms that nothing is owed", &format!("{path}/affirmation"), silence, "self-affirmation").await;
    tries.page("on the page", &page, &[("of", "not_owed"), ("reason", "x")], "self-affirmation").await;
    let mut waiving = hall.answers();
    waiving["grounds"]["already_aware"] = json!({"answer": "met", "evidence": "they know"});
    max.post(&format!("{path}/assessment"), &waiving).await.done();
    let waiver = json!({"of": "waiver", "ground": "already_aware", "reason": "x"});
    tries.api("waives", &format!("{path}/affirmation"), waiver, "self-affirmation").await;
    let fields = [("of", "waiver:already_aware"), ("reason", "x")];
    tries.page("waives on the page", &page, &fields, "self-affirmation").await;
    tries.api("closes", &course.path("closed"), json!({"reason": "x"}), "still-owed").await;

    // A threat with nobody meant, and one whose only report was taken away.
    let report = json!({"name": "e.txt", "reporter": "x", "text": "(U) A bomb will go off in Malmö on 20 March 2024."});
    let empty = max.post("/api/v1/reports", &report).await.done();
    let path = format!("/api/v1/threats/{}", empty["threat"].as_str().unwrap());
    tries.api("closes with nobody named", &format!("{path}/closed"), json!({"reason": "x"}), "still-owed").await;
    let unlink =
        max.request(Method::DELETE, &format!("{path}/reports")).json(&json!({"report": empty["id"], "reason": "x"}));
    assert_eq!(max.send(unlink).await.status, 200);
    tries.api("closes with no report", &format!("{path}/closed"), json!({"reason": "x"}), "still-owed").await;

    // An approved warning, stopped before it left, is a warning nobody was given.
    let stopped = hall.approved(REPORT).await;
    let stop = stopped.path(&format!("deliveries/{}/stop", stopped.delivery));
    max.post(&stop, &json!({"reason": "x"})).await.done();
    hall.desk.run_due().await.unwrap();
    tries.api("closes what it stopped", &stopped.path("closed"), json!({"reason": "x"}), "still-owed").await;
    max.post(&stopped.path("outcome"), &json!({"kind": "averted", "reason": "x"})).await.done();
    tries.api("ends what it stopped", &stopped.path("closed"), json!({"reason": "x"}), "self-closing").await;
    assert_eq!(hall.mail.mails().len(), 0);

    // Other words than were shown; other rights than were given.
    let shown = hall.drafted("(U) A man said he will stab a nurse in Graz on 19 March 2024.").await;
    let path = shown.path(&format!("drafts/{}/approval", shown.draft));
    tries.api("approves other words", &path, json!({"fingerprint": "0".repeat(64)}), "changed-since-shown").await;
    let me = account_of(&hall, "max").await;
    tries.api("gives itself roles", &me, json!({"roles": ["senior_officer"]}), "own-roles").await;
    let mara = account_of(&hall, "mara").await;
    let taken = json!({"password": "a password I would know"});
    tries.api("takes somebody's password", &mara, taken, "only-the-desk").await;
    // What stays open: whoever opens accounts can be two people. The record shows who opened which.
    println!(
        "A12: {} of {} paths refused to one person alone; still open, but on the record: a senior officer who opens an account for \
         nobody can act as two",
        tries.tried, tries.tried
    );
    hall.close().await;
}

async fn account_of(hall: &Hall, name: &str) -> String {
    let people = hall.person("joon").get("/api/v1/accounts").await.done();
    let found = people.as_array().unwrap().iter().find(|account| account["name"] == name).unwrap();
    format!("/api/v1/accounts/{}", found["id"].as_str().unwrap())
}

/// A14: whoever is switched off is out at the next request, whatever they had open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_switched_off_is_out() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let ben = hall.person("ben");
    let page = ben.get("/").await;
    assert_eq!(page.status, 200);
    // An answer that could be asked for again.
    let back = json!({"reason": "say who should call"});
    let path = course.path(&format!("drafts/{}/return", course.draft));
    assert_eq!(ben.post_keyed(&path, "mine", &back).await.status, 200);
    assert_eq!(ben.post_keyed(&path, "mine", &back).await.status, 200);
    let size = hall.desk.store.entries(None, 0, 1000).await.unwrap().len();
    let changes = format!("/changes?size={size}&of={}", course.threat);
    let waiting = async { ben.get(&changes).await };
    let switching = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let path = account_of(&hall, "ben").await;
        hall.person("okafor").post(&path, &json!({"off": "left the desk"})).await.done();
        // Something happens that the open page would have been told of.
        hall.person("mara").post(&course.path("victims"), &json!({"kind": "group", "name": "the shift"})).await.done();
        std::time::Instant::now()
    };
    let (answer, off_at) = tokio::join!(waiting, switching);
    assert!(off_at.elapsed() < Duration::from_secs(2), "the open page is answered at once");
    assert!(answer.status != 200 && !answer.body.contains("said"), "{} {}", answer.status, answer.body);
    let dead = [
        ben.get("/api/v1/me").await.status == 401,
        ben.get(&course.path("")).await.status == 401,
        ben.post_keyed(&path, "mine", &back).await.status == 401,
        ben.get("/").await.header("location") == "/sign-in",
        ben.get(&changes).await.header("location") == "/sign-in",
        ben.form(&format!("/threats/{}/reviews", course.threat), &[]).await.header("location") == "/sign-in",
        hall.stranger().post("/api/v1/session", &json!({"name": "ben", "password": testkit::PASSWORD})).await.status
            == 401,
    ];
    assert_eq!(dead, [true; 7]);
    println!(
        "A14: {} of {} ways in dead at the next request, the open page answered at once",
        dead.len() + 1,
        dead.len() + 1
    );
    hall.close().await;
}

/// A20: only a person's POST acknowledges.
#[tokio::test]
async fn a20_opening_a_link_acknowledges_nothing() {
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let link = hall.link_in(&hall.mail.mails()[0]);
    let path = link.strip_prefix(&hall.base).unwrap().to_owned();
    let acknowledged = async || {
        let view = hall.person("joon").get(&course.path("")).await.done();
        view["threat"]["deliveries"][0]["acknowledgements"].as_array().unwrap().len()
    };
    let agents = [
        "Mozilla/5.0 (compatible; MSIE 9.0) SafeLinks",
        "Proofpoint URL Defense",
        "BarracudaCentral/1.0",
        "Slackbot-LinkExpanding 1.0",
        "WhatsApp/2.23",
        "facebookexternalhit/1.1",
        "curl/8.0",
        "",
    ];
    let marks =
        [("purpose", "prefetch"), ("sec-purpose", "prefetch;prerender"), ("x-moz", "prefetch"), ("range", "bytes=0-1")];
    let stranger = hall.stranger();
    let mut opened = 0;
    for method in
        [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE]
    {
        for agent in agents {
            for (name, value) in marks {
                for path in [path.clone(), format!("{path}?person=A&words=B"), format!("{path}#x")] {
                    let request =
                        stranger.request(method.clone(), &path).header("user-agent", agent).header(name, value);
                    stranger.send(request).await;
                    opened += 1;
                }
            }
        }
    }
    let mut random = testkit::Random::new(20);
    let token = path.rsplit('/').next().unwrap().to_owned();
    for number in 0..1000_usize {
        let guess: String = match number % 3 {
            0 => (0..token.len()).map(|_| char::from(*random.pick(b"ABCDEFGHabcdefgh0123456789-_"))).collect(),
            1 => {
                // One letter off a real one.
                let mut letters: Vec<char> = token.chars().collect();
                let at = random.below(letters.len());
                letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
                letters.into_iter().collect()
            }
            _ => token[..random.below(token.len())].to_owned(),
        };
        let reply = stranger.form(&format!("/a/{guess}"), &[("person", "A. Guess"), ("words", "")]).await;
        assert!(guess == token || reply.status == 404, "{guess}: {}", reply.status);
        assert!(!reply.body.contains("FW-"), "a wrong link tells nothing");
    }
    for (fields, status) in [(&[("person", " ")][..], 422), (&[("words", "x")][..], 422), (&[][..], 422)] {
        assert_eq!(stranger.form(&path, fields).await.status, status);
    }
    assert_eq!(acknowledged().await, 0, "nobody has acknowledged");
    let first = stranger.form(&path, &[("person", "A. Named"), ("words", "we have it")]).await;
    assert!(first.body.contains("Acknowledged by A. Named"), "{}", first.body);
    let second = stranger.form(&path, &[("person", "B. Other"), ("words", "me too")]).await;
    assert!(second.body.contains("Acknowledged by A. Named") && !second.body.contains("B. Other"));
    assert_eq!(acknowledged().await, 1);
    println!(
        "A20: {opened} opened links and 1000 guesses, false acknowledgements 0; one POST 1, a second one changes nothing"
    );
    hall.close().await;
}

/// A20: the link belongs to the recipient: nobody at the desk is shown it.
#[tokio::test]
async fn a20_nobody_at_the_desk_sees_a_link() {
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let link = hall.link_in(&hall.mail.mails()[0]);
    let token = link.rsplit('/').next().unwrap();
    let mut looked = 0;
    for person in hall.people() {
        for path in [
            course.path(""),
            course.path(&format!("drafts/{}", course.draft)),
            format!("/threats/{}", course.threat),
            format!("/threats/{}/drafts/{}", course.threat, course.draft),
            format!("/threats/{}/drafts/new", course.threat),
            "/api/v1/threats".to_owned(),
            "/api/v1/record/export".to_owned(),
        ] {
            assert!(!person.get(&path).await.body.contains(token), "{} sees the link at {path}", person.name);
            looked += 1;
        }
    }
    let receipt = json!({"state": "delivered", "evidence": "says the carrier"});
    let path = course.path(&format!("deliveries/{}/receipts", course.delivery));
    for _ in 0..2 {
        assert!(!hall.person("ana").post_keyed(&path, "k", &receipt).await.body.contains(token));
    }
    println!("A20: {looked} views by everybody at the desk, one-time links seen 0");
    hall.close().await;
}

/// A22: names and texts made to end a header, a line or a message.
#[tokio::test]
async fn a22_words_stay_words() {
    const HOSTILE: [&str; 20] = [
        "Owner\r\nBcc: thief@evil.example",
        "Owner\nBcc: thief@evil.example",
        "Owner\rBcc: thief@evil.example",
        "Owner\r\n\r\n<html>",
        "Owner\0",
        "Owner\u{2028}Bcc: x@evil.example",
        "Owner\u{85}Bcc: x@evil.example",
        "Owner\u{202e}live",
        "\"Owner\" <thief@evil.example>",
        "thief@evil.example, owner",
        "=?utf-8?q?Owner=0d=0aBcc:_thief@evil.example?=",
        "Owner (comment",
        "Owner\\",
        "\r\n.\r\nMAIL FROM:<x@evil.example>",
        "\n.\nRCPT TO:<thief@evil.example>",
        ".",
        "{{ desk.contact }}{% raw %}",
        "Ünïcödé Owner 漢字",
        "<script>alert(1)</script>",
        "%0d%0aBcc: thief@evil.example",
    ];
    const MAILBOXES: [&str; 8] = [
        "owner@depot.example>\r\nRCPT TO:<thief@evil.example",
        "owner@depot.example,thief@evil.example",
        "owner@depot.example thief@evil.example",
        "\"owner thief\"@depot.example",
        "owner@[127.0.0.1]",
        "owner",
        "",
        "owner@depot.example\u{0}",
    ];
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let mut ways: Vec<(Value, Value)> = Vec::new();
    let plain = email_way("The owner", "owner@depot.example");
    for text in HOSTILE {
        ways.push((email_way(text, "owner@depot.example"), words()));
        let mut carried = plain.clone();
        carried["onward_to"] = text.into();
        ways.push((carried, words()));
        for field in ["headline", "what", "contact", "how_sure", "language"] {
            let mut text_of = words();
            text_of[field] = text.into();
            ways.push((plain.clone(), text_of));
        }
    }
    ways.extend(MAILBOXES.map(|mailbox| (email_way("The owner", mailbox), words())));
    let (mut refused, mut hidden, mut unsent, mut sent) = (0, 0, 0, 0);
    for (way, text) in &ways {
        let body = json!({"victim": course.victim, "text": text, "ways": [way]});
        let reply = hall.person("mara").post(&course.path("drafts"), &body).await;
        if reply.status == 422 {
            assert!(!reply.text("/detail").is_empty());
            refused += 1;
            continue;
        }
        let after = reply.done();
        let draft = after["drafts"].as_array().unwrap().last().unwrap().clone();
        if draft["leaks"] != json!([]) {
            let kinds = draft["leaks"].as_array().unwrap().iter().all(|leak| leak["kind"] == "hidden_text");
            assert!(kinds, "{draft}");
            hidden += 1;
            continue;
        }
        let path = course.path(&format!("drafts/{}/approval", draft["id"].as_str().unwrap()));
        hall.person("ben").post(&path, &json!({"fingerprint": draft["release"]["fingerprint"]})).await.done();
        let before = hall.mail.mails().len();
        hall.desk.run_due().await.unwrap();
        let new = hall.mail.mails().split_off(before);
        match new.as_slice() {
            [] => unsent += 1,
            [mail] => {
                check_mail(mail, text);
                sent += 1;
            }
            more => panic!("{} messages for {way} {text}", more.len()),
        }
    }
    assert_eq!(hall.mail.faults(), 0, "the mail server was spoken to as the standard says");
    println!(
        "A22: {} hostile names, texts and mailboxes: {refused} refused with 422, {hidden} by the leak check as hidden text, {unsent} refused by the channel on the record, \
         {sent} sent as one message to one recipient; second messages 0",
        ways.len()
    );
    assert!(sent > 0 && refused > 0);
    hall.close().await;
}

fn check_mail(mail: &testkit::Mail, text: &Value) {
    assert_eq!(mail.to, ["owner@depot.example"]);
    let parsed = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    let to = parsed.to().unwrap();
    let mailboxes: Vec<_> = to.iter().filter_map(|one| one.address()).collect();
    assert_eq!(mailboxes, ["owner@depot.example"], "one address in the To header");
    assert!(parsed.cc().is_none() && parsed.bcc().is_none(), "{}", mail.text());
    let headers: Vec<_> = parsed.headers().iter().map(|header| header.name().to_lowercase()).collect();
    for known in &headers {
        let ours =
            ["date", "message-id", "from", "to", "subject", "auto-submitted", "content-language", "mime-version"];
        let ours = ours.contains(&known.as_str()) || known.starts_with("content-");
        assert!(ours, "a header that is not ours: {known}\n{}", mail.text());
    }
    assert_eq!(parsed.attachment_count(), 0);
    let subject = parsed.subject().unwrap_or_default();
    // The subject ends without a full stop.
    let headline = text["headline"].as_str().unwrap().trim().trim_end_matches('.');
    assert!(subject.contains(headline), "{headline:?} came as {subject:?}: {}", mail.text());
}

/// A23: a webhook to an address inside the house is not posted to, however the address is written.
#[tokio::test]
async fn a23_no_webhook_into_the_house() {
    let secret = format!("whsec_{}", base64(&[7; 32]));
    let hall =
        Hall::with(|config| config.webhook.secret_file = Some("webhook.secret".into()), &[("webhook.secret", &secret)])
            .await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let knocked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = knocked.clone();
    let door = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    let hosts = [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "0.0.0.0",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "metadata.google.internal",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "user:pass@127.0.0.1",
        "localhost.",
        "127.0.0.1.",
    ];
    let course = hall.determined(REPORT).await;
    let mut tried = 0;
    for (at, host) in hosts.into_iter().enumerate() {
        let schemes: &[&str] = if at % 6 == 0 { &["http", "https", "ftp", "file", "gopher"] } else { &["http"] };
        for scheme in schemes {
            let url = format!("{scheme}://{host}:{port}/hook");
            let way = json!({"recipient": "A partner", "capacity": "protector", "channel": "webhook", "address": url});
            let body = json!({"victim": course.victim, "text": words(), "ways": [way]});
            let reply = hall.person("mara").post(&course.path("drafts"), &body).await;
            tried += 1;
            if reply.status == 422 {
                continue;
            }
            let after = reply.done();
            let draft = after["drafts"].as_array().unwrap().last().unwrap().clone();
            let path = course.path(&format!("drafts/{}/approval", draft["id"].as_str().unwrap()));
            hall.person("ben").post(&path, &json!({"fingerprint": draft["release"]["fingerprint"]})).await.done();
        }
    }
    hall.desk.run_due().await.unwrap();
    let view = hall.person("joon").get(&course.path("")).await.done();
    let deliveries = view["threat"]["deliveries"].as_array().unwrap();
    assert!(!deliveries.is_empty());
    for delivery in deliveries {
        let result = &delivery["attempts"][0]["result"];
        assert!(["refused", "try_later"].contains(&result["result"].as_str().unwrap()), "{delivery}");
        assert!(!result["evidence"].as_str().unwrap().is_empty());
    }
    let knocked = knocked.load(std::sync::atomic::Ordering::SeqCst);
    println!("A23: {tried} webhook addresses into the house: connections {knocked}, each refused on the record");
    assert_eq!(knocked, 0);
    door.abort();
    hall.close().await;
}

/// What every hostile report is measured against: ordinary prose of the same length.
fn prose(bytes: usize) -> String {
    let sentence =
        "The committee met on Tuesday and talked about the road to the harbour, the school roof and the budget. ";
    sentence.repeat(bytes / sentence.len() + 1)[..bytes].to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0_u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
            coded.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    coded
}

/// Brings reports in, counts what was kept, and takes the time.
struct Takes<'h> {
    hall: &'h Hall,
    kept: u64,
}

impl Takes<'_> {
    async fn take(&mut self, name: &str, bytes: &[u8]) -> (Reply, Duration) {
        let since = std::time::Instant::now();
        let body = json!({"name": name, "reporter": "x", "handling": "open", "base64": base64(bytes)});
        let reply = self.hall.person("ilse").post("/api/v1/reports", &body).await;
        assert!([201, 422].contains(&reply.status), "{name:?}: {} {}", reply.status, reply.body);
        self.kept += u64::from(reply.status == 201);
        (reply, since.elapsed())
    }

    /// The quickest of three: what the text costs, and not what else the machine was doing. One that is below `enough`
    /// is not repeated.
    async fn quickest(&mut self, name: &str, bytes: &[u8], enough: Option<Duration>) -> (Reply, Duration) {
        let mut best = self.take(name, bytes).await;
        for _ in 0..2 {
            if enough.is_some_and(|enough| best.1 < enough) {
                break;
            }
            let again = self.take(name, bytes).await;
            best.1 = best.1.min(again.1);
        }
        best
    }
}

/// A25, A27: reports made to cost time, memory or a fault.
#[tokio::test]
async fn a25_a27_hostile_reports_are_taken_or_refused_whole() {
    const SIZE: usize = 100_000;
    let fill = |unit: &str| unit.repeat(SIZE / unit.len());
    let nested = |levels: usize| {
        let open: String = (0..levels)
            .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"))
            .collect();
        format!("From: a@b.example\r\nSubject: x\r\n{open}Content-Type: text/plain\r\n\r\n(U) Nothing.\r\n")
    };
    let encoded =
        format!("From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", base64(fill("x").as_bytes()));
    let texts: Vec<(&str, &str, Vec<u8>)> = vec![
        ("angle brackets", "a.html", fill("<").into()),
        ("open tags", "a.html", fill("<div>").into()),
        ("unclosed comment", "a.html", fill("<!--").into()),
        ("attributes", "a.html", format!("<p {}>x</p>", fill("a='b' ")).into()),
        ("entities", "a.html", fill("&amp;lt;").into()),
        (
            "an external entity",
            "a.html",
            b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e; text</p>".to_vec(),
        ),
        ("scripts", "a.html", fill("<script>x</script>").into()),
        ("open brackets", "a.json", fill("[").into()),
        ("open objects", "a.json", fill("{\"text\":").into()),
        ("deep text", "a.json", format!("{{\"text\": {}1{}}}", "[".repeat(50_000), "]".repeat(50_000)).into()),
        ("lone surrogates", "a.json", br#"{"text": "\ud800 \udfff x"}"#.to_vec()),
        ("many fields", "a.json", format!("{{{}\"text\":\"x\"}}", fill("\"a\":1,")).into()),
        ("nested messages", "a.eml", nested(2_000).into()),
        ("an encoded body", "a.eml", encoded.into()),
        ("headers", "a.eml", format!("{}\r\n\r\nx", fill("X-A: b\r\n")).into()),
        ("one long header", "a.eml", format!("Subject: {}\r\n\r\nx", fill("=?utf-8?q?x?= ")).into()),
        (
            "boundaries",
            "a.eml",
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", fill("--b\r\n\r\n")).into(),
        ),
        ("a zip file", "a.txt", [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &[0xff; 500], b"../../etc/passwd"].concat()),
        ("a zip file that says text", "report.docx", b"PK\x03\x04 plain letters after it".to_vec()),
        ("zeros", "a.txt", vec![0; SIZE]),
        ("UTF-16", "a.txt", "\u{feff}A bomb".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("no UTF-8", "a.txt", vec![0xff; 1000]),
        ("nothing", "a.txt", Vec::new()),
        ("blanks", "a.txt", fill(" \n\t").into()),
        ("places", "a.txt", fill("Kerman Leeds Oslo ").into()),
        ("numbers", "a.txt", fill("95 killed, ").into()),
        ("one long number", "a.txt", fill("9").into()),
        ("dates", "a.txt", fill("3 January 2024 ").into()),
        ("quotes", "a.txt", fill("\"").into()),
        ("quotations", "a.txt", fill("\"a bomb,\" said a man, ").into()),
        ("brackets", "a.txt", fill("(").into()),
        ("portion marks", "a.txt", fill("(S) x\n\n").into()),
        ("initials", "a.txt", fill("A. B. C. ").into()),
        ("capitals", "a.txt", fill("Aa Bb ").into()),
        ("verbs", "a.txt", fill("killed bombed stabbed ").into()),
        ("sentences", "a.txt", fill("He will. ").into()),
        ("one word", "a.txt", fill("a").into()),
        ("marks over letters", "a.txt", fill("e\u{301}\u{302}\u{303}").into()),
        ("turned letters", "a.txt", fill("\u{202e}\u{2066}x").into()),
        ("formulas", "a.txt", fill("=cmd|' /C calc'!A0\n").into()),
        ("terminal codes", "a.txt", fill("\u{1b}[2J\u{7}").into()),
        ("templates", "a.txt", fill("{{7*7}}{% for x in y %}").into()),
    ];
    let hall = Hall::open().await;
    let mut takes = Takes { hall: &hall, kept: 0 };
    takes.quickest("warm.txt", prose(1000).as_bytes(), None).await;
    let (_, usual) = takes.quickest("prose.txt", prose(SIZE).as_bytes(), None).await;
    let (mut refused, mut worst) = (0, (0.0, ""));
    for (what, name, bytes) in &texts {
        let (reply, took) = takes.quickest(name, bytes, Some(usual * 4)).await;
        if reply.status == 422 {
            assert!(reply.text("/field") == *name && reply.text("/detail").len() > 20, "{what}: {}", reply.body);
            refused += 1;
        }
        let ratio = took.as_secs_f64() / usual.as_secs_f64();
        if ratio > worst.0 {
            worst = (ratio, what);
        }
    }
    for name in ["../../etc/passwd", "a\0b", "", &"n".repeat(100_000), "\r\nX: y", "<script>alert(1)</script>.txt"] {
        takes.take(name, format!("(U) Nothing much, {}.", name.len()).as_bytes()).await;
    }
    let (stats, taken) = (hall.desk.stats().await.unwrap(), takes.kept);
    assert_eq!(stats.reports, taken, "what was answered for is kept, and nothing else");
    let unread = hall.person("joon").get("/api/v1/reports?limit=200").await.done();
    let half = unread["items"].as_array().unwrap().iter().filter(|line| line["step"] == "received").count();
    assert_eq!(half, 0, "nothing is half read");
    for path in ["/", "/reports"] {
        let page = hall.person("joon").get(path).await;
        assert!(page.status == 200 && !page.body.contains("<script>alert"), "{path}");
    }
    println!(
        "A25: worst of {} hostile reports of {SIZE} bytes: {:.1} times ordinary prose ({}); A27: {taken} kept whole, {refused} refused \
         with the reason, half kept {half}",
        texts.len(),
        worst.0,
        worst.1
    );
    assert!(worst.0 <= 5.0, "{} took {:.1} times as long as prose", worst.1, worst.0);
    hall.close().await;
}

/// Whatever JSON is sent to whatever route: an answer or a problem, never a fault.
#[tokio::test]
async fn any_json_is_answered() {
    const REQUESTS: usize = 2_000;
    const SEED: u64 = 191;
    let words = [
        "name",
        "reason",
        "text",
        "kind",
        "person",
        "answers",
        "grounds",
        "answer",
        "met",
        "evidence",
        "of",
        "waiver",
        "not_owed",
        "clock",
        "identify",
        "victim",
        "ways",
        "recipient",
        "channel",
        "email",
        "address",
        "capacity",
        "protector",
        "fingerprint",
        "state",
        "delivered",
        "decision",
        "hold",
        "next_by",
        "2024-03-01T00:00:00Z",
        "-9999-01-01T00:00:00Z",
        "occurred_at",
        "handling",
        "open",
        "base64",
        "a.json",
        "a.eml",
        "a.html",
        "id",
        "party",
        "{\"id\":\"x\",\"kind\":\"person\",\"name\":\"X\"}",
    ];
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let routes: Vec<_> =
        common::routes(&hall, &course).await.into_iter().filter(|route| route.body.is_some()).collect();
    let mut random = testkit::Random::new(SEED);
    let mut by_status = std::collections::BTreeMap::new();
    for number in 0..REQUESTS {
        let mut route = random.pick(&routes).clone();
        let body = route.body.as_mut().unwrap();
        match random.below(5) {
            0 if random.below(2) == 0 => *body = random.json(4, &words),
            _ => twist(body, &mut random, &words),
        }
        // Somebody has to stay at the desk.
        let reply =
            common::ask(hall.person(if route.template.contains("accounts") { "mara" } else { "max" }), &route).await;
        assert!(
            reply.status < 500,
            "seed {SEED}, request {number}: {} {}: {:?} {}",
            route.method,
            route.path,
            route.body,
            reply.body
        );
        if reply.status >= 400 {
            assert_eq!(reply.header("content-type"), "application/problem+json", "{} {}", route.method, route.path);
        }
        *by_status.entry(reply.status).or_insert(0) += 1;
        if number % 200 == 0 {
            hall.pass(SignedDuration::from_hours(1)).await;
        }
    }
    println!(
        "A25: {REQUESTS} requests of any JSON over {} routes (seed {SEED}): faults 0, answers {by_status:?}",
        routes.len()
    );
    hall.close().await;
}

/// Changes one place somewhere in a body that fits.
fn twist(body: &mut Value, random: &mut testkit::Random, words: &[&str]) {
    match body {
        Value::Object(fields) if !fields.is_empty() && random.below(8) > 0 => {
            let at = random.below(fields.len());
            let value = fields.values_mut().nth(at).unwrap();
            twist(value, random, words);
        }
        Value::Array(items) if !items.is_empty() && random.below(4) > 0 => {
            let at = random.below(items.len());
            twist(&mut items[at], random, words);
        }
        Value::String(text) if random.below(4) > 0 => *text = random.text(words),
        other => *other = random.json(3, words),
    }
}
