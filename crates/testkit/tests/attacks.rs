//! Attacks from `PROMISES` that concern the whole desk: each is tried over real HTTP and prints its figure.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

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
    after["victims"][0]["id"].as_str().unwrap().clone_into(&mut course.victim);
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
    after["drafts"][0]["id"].as_str().unwrap().clone_into(&mut own.draft);
    after["drafts"][0]["release"]["fingerprint"].as_str().unwrap().clone_into(&mut own.fingerprint);
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
    let criteria = hall.pack.says.criteria.iter().map(|one| (one.id.clone(), no.clone()));
    let answers = json!({"answers": criteria.collect::<serde_json::Map<_, _>>(), "grounds": {}});
    let after = max.post(&format!("{path}/assessment"), &answers).await;
    let drawn = after.text("/victims/0/under/0/newest/assessment/determination");
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
        tokio::time::Instant::now()
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

/// What the flood is made of: false threats, each of somebody else, far off. `FLOOD=3000` for more of them.
const FLOOD: usize = 60;
/// True ones among them, for tomorrow.
const TRUE: usize = 10;

/// A29: a flood of false reports hides nothing. Every threat among them is put to somebody at its own deadline, and who
/// reads the desk from the top meets those for tomorrow first.
#[tokio::test]
async fn a29_a_flood_hides_nothing() {
    let flood = std::env::var("FLOOD").ok().and_then(|count| count.parse().ok()).unwrap_or(FLOOD);
    let hall = Hall::open().await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    let mut hidden = Vec::new();
    let mut due = Vec::new();
    for number in 0..flood + TRUE {
        let is_true = number % ((flood + TRUE) / TRUE) == 5;
        let day = if is_true { "2 March 2024" } else { "20 March 2024" };
        let place = ["Leeds", "Lyon", "Turin", "Porto", "Ghent"][number % 5];
        let text = format!(
            "A caller said that Karl Muster{number} will stab the manager of workshop {number} in {place} on {day}."
        );
        let threat = hall.reported(&text).await.threat;
        let row = hall.desk.store.load(&format!("threat/{threat}")).await.unwrap().unwrap();
        if !due.iter().any(|(known, _)| *known == threat) {
            due.push((threat.clone(), row.due_at.unwrap()));
        }
        if is_true {
            hidden.push(threat);
        }
    }
    assert_eq!((hidden.len(), due.len()), (TRUE, flood + TRUE), "each report is a threat of its own");
    let listed = hall.person("mara").get("/api/v1/threats?limit=10").await.done();
    let mut first: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    first.sort_unstable();
    let mut sought: Vec<&str> = hidden.iter().map(String::as_str).collect();
    sought.sort_unstable();
    assert_eq!(first, sought, "those whose hour is nearest stand first");
    // Page after page, each stands on the desk once.
    let (mut path, mut standing) = ("/".to_owned(), String::new());
    loop {
        let page = hall.person("mara").get(&path).await.body;
        let rows = page.matches("data-threat").count();
        assert!((1..=60).contains(&rows), "{path}: {rows} rows");
        standing.push_str(&page);
        let Some(next) = page.split("href=\"/?after=").nth(1).and_then(|rest| rest.split('"').next()) else { break };
        path = format!("/?after={}", next.replace("&amp;", "&"));
    }
    for (threat, _) in &due {
        assert_eq!(standing.matches(&format!("data-threat=\"{threat}\"")).count(), 1, "{threat}");
    }
    hall.until(due.iter().map(|(_, due)| *due).max().unwrap() + jiff::SignedDuration::from_mins(1)).await;
    let rows = hall.desk.store.list("wake", &store::Filter::default(), None, 10_000).await.unwrap().items;
    let wakes: Vec<serde_json::Value> = rows.iter().map(|row| serde_json::from_str(&row.state).unwrap()).collect();
    let mut latest = jiff::SignedDuration::ZERO;
    for (threat, due) in &due {
        let called = wakes.iter().filter(|wake| wake["opening"]["about"]["threat"] == threat.as_str());
        let called = called.flat_map(|wake| wake["calls"].as_array().unwrap()).filter(|call| !call["result"].is_null());
        let at = called.map(|call| call["started_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap()).min();
        latest = latest.max(at.unwrap_or_else(|| panic!("nobody was called about {threat}")).duration_since(*due));
    }
    assert!(latest <= jiff::SignedDuration::from_mins(1), "{latest}");
    println!(
        "A29: {flood} false threats and {TRUE} true ones: all {TRUE} stand first, {} of {} were put to a person by name, the last {latest} after its deadline",
        due.len(),
        due.len()
    );
    hall.close().await;
}
