//! What comes in: reports made to cost time, memory or a fault (A25, A27), and any JSON at all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod coded;
mod common;

use std::fmt::Write as _;
use std::time::Duration;

use coded::base64;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Hall, REPORT, Reply};

/// What every hostile report is measured against: ordinary prose of the same length.
fn prose(bytes: usize) -> String {
    let sentence =
        "The committee met on Tuesday and talked about the road to the harbour, the school roof and the budget. ";
    sentence.repeat(bytes / sentence.len() + 1)[..bytes].to_owned()
}

/// Brings reports in, counts what was kept, and takes the time.
struct Takes<'h> {
    hall: &'h Hall,
    kept: u64,
}

impl Takes<'_> {
    async fn take(&mut self, name: &str, bytes: &[u8]) -> (Reply, Duration) {
        let since = tokio::time::Instant::now();
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
        let mut open = String::new();
        for level in 0..levels {
            write!(open, "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n").unwrap();
        }
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

#[tokio::test]
async fn a_threat_says_what_its_reports_say_together() {
    let hall = Hall::open().await;
    let festival = "the stewards at the harbour festival in Bergen, Norway";
    let first =
        hall.reported(&format!("(U) A caller says that two men plan to stab {festival}, in February 2024.")).await;
    let second =
        hall.reported(&format!("(U) A neighbour heard that two men will stab {festival}, on 3 February 2024.")).await;
    assert_eq!(first.threat, second.threat);
    let view = hall.person("mara").get(&first.path("")).await.done();
    let sentence = view["threat"]["sentence"].as_str().or(view["sentence"].as_str()).unwrap();
    assert!(sentence.contains("3 February 2024 (two reports; not said:"), "{sentence}");
    hall.close().await;
}

/// Words marked by hand close and count as protected; what the text marks is released on its originator's word alone.
#[tokio::test]
async fn words_are_marked_and_released_on_the_record() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let path = |rest: &str| format!("/api/v1/reports/{}/{rest}", course.report);
    let (ilse, ben, okafor) = (hall.person("ilse"), hall.person("ben"), hall.person("okafor"));
    let on = |words: &str| json!({"words": words});

    let unknown = json!({"on": on("early shift"), "marking": "TLP:PURPLE", "reason": "so asked"});
    let reply = ilse.post(&path("marks"), &unknown).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("PURPLE") && reply.body.contains("TLP:AMBER"), "{}", reply.body);

    let marked = json!({"on": on("said that he will stab his old shift manager"), "marking": "SOURCE-REVEALING", "reason": "he told one person"});
    let after = ilse.post(&path("marks"), &marked).await.done();
    assert!(!after.to_string().contains("old shift manager"), "the words are closed: {after}");
    assert!(after.to_string().contains("UNCLASSIFIED//SOURCE-REVEALING"));
    let guessed = ilse.post(&path("marks"), &marked).await;
    let absent =
        json!({"on": on("said that he will stab his old works doctor"), "marking": "TLP:RED", "reason": "a guess"});
    assert_eq!(guessed.body, ilse.post(&path("marks"), &absent).await.body, "closed words cannot be guessed");
    let page = ilse.get(&format!("/reports/{}", course.report)).await;
    assert!(page.body.contains("UNCLASSIFIED//SOURCE-REVEALING") && page.body.contains("SECRET//NOFORN"));
    assert!(page.body.contains("He told one person"), "{}", page.body);

    // A draft that says them leaks now.
    let mut text = testkit::words();
    text["what"] = json!("A man said that he will stab his old shift manager.");
    let ways = [testkit::email_way("The depot's owner", "owner@depot.example")];
    let draft = json!({"victim": course.victim, "text": text, "ways": ways});
    let leaking = hall.person("mara").post(&course.path("drafts"), &draft).await.done();
    assert!(leaking["drafts"][0]["leaks"].to_string().contains("shift manager"), "{}", leaking["drafts"][0]["leaks"]);

    let told = "A former colleague passed this on in a stairwell at 21:40; they share a bus to work.";
    let free = |agreed: &str| json!({"on": on(told), "marking": "TLP:GREEN", "agreed": agreed, "reason": "to warn"});
    assert_eq!(ben.post(&path("releases"), &free("")).await.status, 422, "closed words are not found");
    for person in [ben, okafor] {
        person.post(&path("protected"), &json!({"reason": "to release it"})).await.done();
    }
    assert_eq!(ben.post(&path("releases"), &free("")).await.text("/rule"), "originators-mark");
    let after = ben.post(&path("releases"), &free("J. Doe, the station")).await.done();
    assert!(after.to_string().contains("stairwell at 21:40"), "released words are open: {after}");
    let again = json!({"on": on(told), "marking": "TLP:RED", "reason": "they rang again"});
    assert!(!ilse.post(&path("marks"), &again).await.body.contains("stairwell"));
    assert_eq!(okafor.post(&path("releases"), &free("")).await.status, 200, "a senior officer answers for it");

    let entries = hall.desk.store.entries(None, 0, 1000).await.unwrap();
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((count("WordsMarked"), count("WordsReleased")), (2, 2));
    hall.close().await;
}

/// The banner of a document speaks for paragraphs without a mark, also when the report was taken in as open.
#[tokio::test]
async fn a_banner_closes_what_says_nothing_itself() {
    let hall = Hall::open().await;
    let text =
        "TLP:AMBER+STRICT\n\nA clerk named Qvexley told us.\n\n(U) A man said that he will stab a teacher in Leeds.\n";
    let body = json!({"name": "r.txt", "reporter": "a station", "handling": "open", "text": text});
    let report = hall.person("ilse").post("/api/v1/reports", &body).await.done();
    let shown = hall.person("ilse").get(&format!("/api/v1/reports/{}", report["id"].as_str().unwrap())).await;
    assert!(!shown.body.contains("Qvexley") && shown.body.contains("stab a teacher"), "{}", shown.body);
    assert!(shown.body.contains("TLP:AMBER+STRICT"));
    hall.close().await;
}

/// Marked words go to whom their marking allows, and the draft carries what it was made from (A10).
#[tokio::test]
async fn a_draft_goes_where_its_markings_allow() {
    let hall = Hall::open().await;
    let rows = "id;kind;name;country;email;carries\n\
        owner;organisation;Depot Owner;GB;owner@depot.example;TLP:AMBER\n\
        union;organisation;Depot Union;FR;union@depot.example;TLP:GREEN\n";
    hall.person("ilse").post("/api/v1/register", &json!({"name": "r.csv", "text": rows})).await.done();
    let text = format!(
        "{REPORT}\n(TLP:AMBER) He keeps a hunting knife under the driver's seat of his van.\n\n\
         (U//REL TO USA, GBR) He was seen at the loading ramp of the northern hall.\n"
    );
    let course = hall.determined(&text).await;
    let mara = hall.person("mara");
    let mut says = testkit::words();
    says["what"] = json!(
        "He keeps a hunting knife under the driver's seat of his van, seen at the loading ramp of the northern hall."
    );
    let way = |party: &str| {
        let mut way = testkit::email_way(party, &format!("{party}@depot.example"));
        way["party"] = json!(party);
        way
    };
    let write = async |ways: &[Value]| {
        let body = json!({"victim": course.victim, "text": says, "ways": ways});
        let after = mara.post(&course.path("drafts"), &body).await.done();
        after["drafts"].as_array().unwrap().last().unwrap().clone()
    };
    let stranger = write(&[testkit::email_way("Somebody", "owner@depot.example")]).await;
    assert!(stranger["leaks"].to_string().contains("knife"), "the register knows nothing of this way: {stranger}");
    let both = write(&[way("owner"), way("union")]).await;
    assert!(both["leaks"].to_string().contains("knife"), "one of them may not have it: {both}");
    let owner = write(&[way("owner")]).await;
    assert_eq!(owner["leaks"], json!([]), "their way carries TLP:AMBER, and they are in a listed nation");
    let carried = "UNCLASSIFIED//REL TO GBR, USA//TLP:AMBER";
    assert_eq!(owner["release"]["frozen"]["marking"], carried);
    let shown = mara.get(&course.path(&format!("drafts/{}", owner["id"].as_str().unwrap()))).await.body;
    assert!(shown.contains(carried) && shown.contains("have the words released first"), "{shown}");

    // Words it was made from are marked since: the draft says less than it carries by now.
    let mark = json!({"on": {"words": "early shift"}, "marking": "TLP:GREEN", "reason": "the station asks"});
    hall.person("ilse").post(&format!("/api/v1/reports/{}/marks", course.report), &mark).await.done();
    let approval = course.path(&format!("drafts/{}/approval", owner["id"].as_str().unwrap()));
    let approve = json!({"fingerprint": owner["release"]["fingerprint"]});
    let approved = hall.person("ben").post(&approval, &approve).await;
    assert_eq!(approved.status, 200, "TLP:AMBER says it already: {}", approved.body);
    hall.desk.run_due().await.unwrap();
    let sent = hall.mail.mails().last().unwrap().text();
    assert!(sent.contains("TLP:AMBER"), "{sent}");
    let warning = approved.json()["warnings"][0]["id"].as_str().unwrap().to_owned();
    let another = course.path(&format!("warnings/{warning}/deliveries"));
    let body = json!({"way": way("union"), "reason": "the owner is silent"});
    assert_eq!(hall.person("ana").post(&another, &body).await.text("/rule"), "leak-found");

    // A mark that every recipient may have, and that the draft does not say.
    let again = write(&[way("owner")]).await;
    let nation = json!({"on": {"words": "Leeds, England"}, "marking": "REL TO GBR", "reason": "the station asks"});
    hall.person("ilse").post(&format!("/api/v1/reports/{}/marks", course.report), &nation).await.done();
    let approval = course.path(&format!("drafts/{}/approval", again["id"].as_str().unwrap()));
    let approve = json!({"fingerprint": again["release"]["fingerprint"]});
    let rose = hall.person("ben").post(&approval, &approve).await;
    assert_eq!(rose.text("/rule"), "marking-rose", "{}", rose.body);
    hall.close().await;
}

/// What a pack says is marked, is marked when the report comes, and whoever is to be asked is asked.
#[tokio::test]
async fn rules_of_a_pack_mark_reports() {
    let hall = Hall::open().await;
    let rules = "\n[[markings]]\nid = \"border\"\nrule = \"The service asks to be asked.\"\noriginator = \"Border Service\"\n\
        marking = \"ORIGINATOR CONTROLLED BY Border Service\"\nclause = \"our rule\"\nprovenance = \"to-check\"\n\
        \n[[markings]]\nid = \"stairs\"\nrule = \"Who stands on stairs is known.\"\nphrases = [\"shift manager\"]\n\
        marking = \"source-revealing\"\nclause = \"our rule\"\nprovenance = \"to-check\"\n";
    let text = format!("{}{rules}", common::another_version());
    let (okafor, vera) = (hall.person("okafor"), hall.person("vera"));
    let unsound = json!({"text": text.replace("source-revealing", "PURPLE"), "reason": "a try"});
    let refused = okafor.post("/api/v1/policies/proposals", &unsound).await;
    assert!(refused.body.contains("PURPLE"), "{}", refused.body);
    let proposed = okafor.post("/api/v1/policies/proposals", &json!({"text": text, "reason": "agreed"})).await.done();
    let hash = proposed["proposed"][0]["policy"]["hash"].as_str().unwrap();
    let adoption = format!("/api/v1/policies/proposals/{hash}/adoption");
    vera.post(&adoption, &json!({"reason": "read"})).await.done();

    let body =
        json!({"name": "r.txt", "reporter": "a station", "text": REPORT, "details": {"originator": "border service"}});
    let report = hall.person("ilse").post("/api/v1/reports", &body).await.done();
    let marks = report["marks"].as_array().unwrap();
    assert_eq!(marks.len(), 2, "{report}");
    assert_eq!(marks[1]["how"], json!({"by": "rule", "pack": "icd-191", "rule": "stairs"}));
    let shown = hall.person("mara").get(&format!("/reports/{}", report["id"].as_str().unwrap())).await.body;
    assert!(!shown.contains("shift manager"), "source-revealing words are closed");
    assert!(shown.contains("by the rule stairs of icd-191"), "{shown}");
    let threat =
        hall.person("mara").get(&format!("/api/v1/threats/{}", report["threat"].as_str().unwrap())).await.json();
    let details = &threat["threat"]["coordination"]["details"][report["id"].as_str().unwrap()];
    assert_eq!(details["originator_controlled"], true, "the threat asks them before anything is approved: {threat}");
    hall.close().await;
}
