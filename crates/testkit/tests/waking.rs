//! Waking at the whole desk: who is called when a deadline passes, what they are told and what not, how it ends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use store::Filter;
use testkit::{Behaviour, Course, Hall, Mail, REPORT, Step};

/// Words that stand in the report, the threat and the desk's own records of it, and must not wake anybody.
const CANARIES: [&str; 6] = ["Leeds", "depot", "stab", "stairwell", "shift manager", "England"];

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn plain(mail: &Mail) -> String {
    mail.text().replace("=\r\n", "").replace("=3D", "=")
}

fn to<'a>(mails: &'a [Mail], mailbox: &str) -> Vec<&'a Mail> {
    mails.iter().filter(|mail| mail.to == [mailbox]).collect()
}

async fn wakes(hall: &Hall) -> Vec<Value> {
    let rows = hall.desk.store.list("wake", &Filter::default(), None, 500).await.unwrap();
    rows.items.iter().map(|row| serde_json::from_str(&row.state).unwrap()).collect()
}

#[tokio::test]
async fn a_deadline_wakes_whoever_is_on_duty_and_tells_nothing_of_the_threat() {
    let hall = Hall::open().await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    hall.wakes_by("vera", &[("email", "vera@desk.example")]).await;
    let shift = json!({
        "role": "senior_officer", "person": "vera", "days": ["fri"], "from": "00:00", "to": "00:00", "zone": "UTC",
    });
    hall.person("okafor").post("/api/v1/roster/shifts", &shift).await.done();
    let course = hall.identified(REPORT).await;
    hall.pass(hours(5)).await;
    let mails = hall.mail.mails();
    let calls = to(&mails, "vera@desk.example");
    assert!(!calls.is_empty() && to(&mails, "okafor@desk.example").is_empty(), "only who is on duty: {}", mails.len());
    for mail in &mails {
        let text = plain(mail);
        for canary in CANARIES.iter().copied().chain([course.threat.as_str(), course.victim.as_str()]) {
            assert!(!text.contains(canary), "a call says `{canary}`: {text}");
        }
        assert!(
            text.contains("W-2024-") && text.contains("Warning desk under test") && text.contains(" UTC"),
            "{text}"
        );
    }
    // Opening the page, and what scanners do, takes nothing up.
    let path = hall.link_below(calls[0], "/w/").replace(&hall.base, "");
    let stranger = hall.stranger();
    for _ in 0..3 {
        let page = stranger.get(&path).await;
        assert!(page.status == 200 && page.body.contains("I take this up"), "{}", page.body);
        assert!(CANARIES.iter().all(|canary| !page.body.contains(canary)) && !page.body.contains(&course.threat));
        stranger.send(stranger.request(Method::HEAD, &path)).await;
    }
    let taken = |view: &Value| view.pointer("/threat/escalations/0/taken_by").cloned().unwrap_or_default();
    let view = hall.person("okafor").get(&course.path("")).await.done();
    assert!(taken(&view).is_null(), "a GET takes nothing up");
    let page = stranger.form(&path, &[("words", "I was in the air")]).await;
    assert!(page.body.contains("Taken up by vera"), "{}", page.body);
    let view = hall.person("okafor").get(&course.path("")).await.done();
    let asked = view["threat"]["escalations"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&asked["taken_by"], &asked["reason"]), (&json!("vera"), &json!("I was in the air")));
    let again = stranger.form(&path, &[("words", "again")]).await;
    assert!(again.body.contains("Taken up by vera") && !again.body.contains("I take this up"), "{}", again.body);
    let before = hall.mail.mails().len();
    hall.pass(hours(2)).await;
    assert_eq!(hall.mail.mails().len(), before, "nobody is called any more");
    assert!(wakes(&hall).await.iter().all(|wake| !wake["ended"].is_null()));
    println!("waking: {} calls, {} canaries in each: 0 found", mails.len(), CANARIES.len() + 2);
    hall.close().await;
}

#[tokio::test]
async fn nobody_could_be_woken_stands_on_the_desk_in_words() {
    let hall = Hall::open().await;
    hall.reported(REPORT).await;
    hall.pass(hours(5)).await;
    let desk = || async { hall.person("mara").get("/").await.body };
    assert!(desk().await.contains("Nobody could be woken"), "{}", desk().await);
    let page = hall.person("mara").get("/wakes").await;
    assert!(page.status == 200 && page.body.contains("obody who could be asked has a waking path"), "{}", page.body);
    // As soon as there is a way, somebody is woken.
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    hall.pass(hours(1)).await;
    assert!(!to(&hall.mail.mails(), "okafor@desk.example").is_empty());
    assert!(!desk().await.contains("Nobody could be woken"), "{}", desk().await);
    hall.close().await;
}

#[tokio::test]
async fn a_way_that_fails_hands_on_to_the_next_way_and_the_next_person() {
    let hall = Hall::open().await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example"), ("telephone", "+000 555 0100")]).await;
    let course = hall.reported(REPORT).await;
    hall.mail.behave(Behaviour::Refuse(Step::Rcpt, 550, "no such box".to_owned()));
    hall.pass(hours(5)).await;
    let (open, _) = hall.desk.wakes(0).await.unwrap();
    let calls: Vec<(&str, bool)> =
        open[0].calls.iter().map(|call| (call.calling.to.kind.id(), call.may_have_reached())).take(2).collect();
    assert_eq!(calls, [("email", false), ("telephone", true)], "no time is lost on a way that fails");
    // A colleague rings, and says what came of it.
    let page = hall.person("ana").get("/wakes").await;
    assert!(page.body.contains("+000 555 0100") && !page.body.contains("Leeds"), "{}", page.body);
    let id = open[0].opening.id;
    let told = json!({"reached": false, "words": "it rang for a minute"});
    hall.person("ana").post(&format!("/api/v1/wakes/{id}/calls/2/told"), &told).await.done();
    let refused = hall.person("joon").post(&format!("/api/v1/wakes/{id}/calls/2/told"), &told).await;
    assert_eq!(refused.text("/rule"), "role-may-not");
    // Signed in, anybody who works here takes it up, and the calls end.
    hall.person("mara").post(&format!("/api/v1/wakes/{id}/answer"), &json!({"words": "I am here"})).await.done();
    let view = hall.person("mara").get(&course.path("")).await.done();
    assert_eq!(view["threat"]["escalations"].as_array().unwrap().last().unwrap()["taken_by"], "mara");
    hall.pass(hours(7)).await;
    assert!(hall.desk.wakes(0).await.unwrap().0.is_empty());
    hall.close().await;
}

#[tokio::test]
async fn a_test_is_confirmed_by_the_person_it_wakes_and_nobody_else() {
    let hall = Hall::open().await;
    let vera = hall.desk.accounts().await.unwrap().named("vera").unwrap().id;
    let ways = json!({"paths": [{"channel": "email", "address": "vera@desk.example"}]});
    hall.person("vera").post(&format!("/api/v1/accounts/{vera}/waking"), &ways).await.done();
    let refused = hall.person("mara").post(&format!("/api/v1/accounts/{vera}/waking"), &ways).await;
    assert_eq!(refused.text("/rule"), "role-may-not");
    let test = hall.person("vera").post(&format!("/api/v1/accounts/{vera}/waking/0/test"), &json!({})).await.done();
    let wake = test["opening"]["id"].as_str().unwrap().to_owned();
    hall.desk.run_due().await.unwrap();
    let mails = hall.mail.mails();
    assert!(plain(&mails[0]).contains("this is a test"));
    let other = hall.person("okafor").post(&format!("/api/v1/wakes/{wake}/answer"), &json!({})).await;
    assert_eq!(other.text("/rule"), "only-theirs", "{}", other.body);
    let path = hall.link_below(&mails[0], "/w/").replace(&hall.base, "");
    let page = hall.stranger().form(&path, &[]).await;
    assert!(page.body.contains("Vera says that it woke them"), "{}", page.body);
    let verified = hall.desk.accounts().await.unwrap().0[&vera].paths[0].verified_at;
    assert_eq!(verified, Some(hall.desk.clock.now()));
    // A link of somebody who was switched off is no link (A14).
    let off = json!({"off": "left the desk"});
    hall.person("okafor").post(&format!("/api/v1/accounts/{vera}"), &off).await;
    assert_eq!(hall.stranger().get(&path).await.status, 404);
    assert_eq!(hall.stranger().get("/w/AAAAAAAAAAAAAAAAAAAAAAAAAAA").await.status, 404);
    hall.close().await;
}

#[tokio::test]
async fn a_roster_is_kept_checked_and_handed_over() {
    let hall = Hall::open().await;
    for name in ["okafor", "vera", "mara"] {
        hall.wakes_by(name, &[("email", &format!("{name}@desk.example"))]).await;
    }
    let day = |person: &str, from: &str, to: &str| {
        format!(
            "[[shift]]\nrole = \"senior_officer\"\nperson = \"{person}\"\ndays = \"daily\"\nfrom = \"{from}\"\nto = \"{to}\"\n"
        )
    };
    let text = day("okafor", "07:00", "19:00") + &day("vera", "19:00", "05:00");
    let body = json!({"name": "roster.toml", "text": text});
    hall.person("okafor").post("/api/v1/roster", &body).await.done();
    let check = hall.person("joon").get("/api/v1/roster/check").await.done();
    let gaps: Vec<&Value> =
        check["gaps"].as_array().unwrap().iter().filter(|gap| gap["role"] == "senior_officer").collect();
    assert_eq!(gaps.len(), 7, "every morning from five to seven: {gaps:?}");
    assert!(gaps.iter().all(|gap| gap["from"].as_str().unwrap().contains("T05:00") && gap["kind"] == "off_duty"));
    let note = json!({"role": "senior_officer", "to": "vera", "note": "quiet; the embassy may ring"});
    let given = hall.person("okafor").post("/api/v1/roster/hand-overs", &note).await.done();
    let id = given["hand_overs"][0]["id"].as_str().unwrap().to_owned();
    let early = hall.person("okafor").post(&format!("/api/v1/roster/hand-overs/{id}/taken"), &json!({})).await;
    assert_eq!(early.text("/rule"), "only-theirs");
    let page = hall.person("vera").get("/rosters").await;
    assert!(page.body.contains("the embassy may ring") && page.body.contains("I have read this"), "{}", page.body);
    let done = hall.person("vera").form(&format!("/rosters/hand-overs/{id}/taken"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(hall.desk.roster().await.unwrap().hand_overs[0].taken_at.is_some());
    let added = [
        ("role", "senior_officer"),
        ("person", "vera"),
        ("days", "mon-fri"),
        ("from", "05:00"),
        ("to", "07:00"),
        ("zone", "UTC"),
    ];
    assert_eq!(hall.person("okafor").form("/rosters/shifts", &added).await.status, 303);
    for path in ["/rosters", "/wakes", "/inspection", "/inspection?by=month&from=2024-01-01", "/people"] {
        let page = hall.person("okafor").get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.body.len() < 60_000, "{path}: {} bytes", page.body.len());
    }
    hall.close().await;
}

/// Figures that an inspector could count by hand in the record.
#[tokio::test]
async fn an_inspector_counts() {
    let hall = Hall::open().await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    let course = hall.sent(REPORT).await;
    hall.pass(hours(30)).await;
    let (late, reason) = (json!({"clock": "acknowledge", "of": course.warning}), "=the owner was =away");
    hall.person("okafor").post(&course.path("taken"), &json!({"of": late, "reason": reason})).await.done();
    let answer = json!({"person": "=cmd|' /C calc'!A0", "capacity": "protector", "words": "we have it"});
    let path = course.path(&format!("deliveries/{}/acknowledgements", course.delivery));
    hall.person("ana").post(&path, &answer).await.done();
    let found = hall.person("joon").get("/api/v1/stats/inspection?by=pack").await.done();
    let time =
        |step: &str| found["times"].as_array().unwrap().iter().find(|line| line["step"] == step).cloned().unwrap();
    assert_eq!(time("awareness_to_determination")["counted"], 1);
    assert_eq!(time("delivery_to_acknowledgement")["worst_minutes"], 30 * 60);
    assert_eq!(found["determinations"], json!([{"group": "icd-191", "what": "warn", "count": 1}]));
    let breach =
        found["breaches"].as_array().unwrap().iter().find(|late| late["what"] == "acknowledge").cloned().unwrap();
    assert_eq!(breach["taken_by"], json!(["okafor"]), "{breach}");
    assert_eq!((&breach["called"], &breach["reasons"]), (&json!(["okafor"]), &json!([reason])));
    assert!(breach["done_at"].is_string());
    let none = hall.person("joon").get("/api/v1/stats/inspection?from=2025-01-01").await.done();
    assert_eq!((&none["threats"], &none["times"]), (&json!(0), &json!([])));
    let csv = hall.person("joon").get("/inspection.csv?by=month").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let cells = csv.body.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_matches('"'));
    assert!(
        cells.clone().count() > 20 && cells.clone().all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
        "{}",
        csv.body
    );
    let page = hall.person("joon").get("/inspection?by=month").await;
    assert!(page.body.contains("2024-03") && page.body.contains("the owner was"), "{}", page.body);
    hall.close().await;
}

/// Town, place and deed of each threat of a small desk; every figure below can be counted by hand from the calls.
const TALES: [(&str, &str, &str); 4] = [
    ("Leeds", "a parcel depot", "stab his old shift manager"),
    ("Bristol", "a fish market", "shoot the auctioneer"),
    ("Cardiff", "a ferry office", "set fire to the ticket seller"),
    ("Norwich", "a bell foundry", "poison the founder"),
];

/// A threat as the people of the hall take it through its life.
struct Tale<'a> {
    hall: &'a Hall,
    course: Course,
}

impl<'a> Tale<'a> {
    async fn begins(hall: &'a Hall, which: usize) -> Self {
        let (town, place, deed) = TALES[which];
        let text = format!(
            "(U) Illustration; no real report reads like this.\n\n(U) A man dismissed from {place} in {town}, England, \
             said that he will {deed} one day.\n"
        );
        Self { hall, course: hall.identified(&text).await }
    }

    async fn wait(&self, minutes: i64) {
        self.hall.pass(SignedDuration::from_mins(minutes)).await;
    }

    /// Answers every criterion of a pack alike, with a ground where one applies.
    async fn answer(&self, pack: &str, answer: &str, ground: Option<&str>) {
        let said = json!({"answer": answer, "evidence": "as the report says"});
        let pack = policy::shipped_pack(pack).unwrap().unwrap();
        let criteria = pack.says.criteria.iter().map(|one| (one.id.clone(), said.clone()));
        let grounds = ground.map(|id| (id.to_owned(), json!({"answer": "met", "evidence": "they were told"})));
        let body = json!({"pack": pack.says.id, "answers": criteria.collect::<serde_json::Map<_, _>>(),
                          "grounds": grounds.into_iter().collect::<serde_json::Map<_, _>>()});
        let path = self.course.path(&format!("victims/{}/assessment", self.course.victim));
        self.hall.person("mara").post(&path, &body).await.done();
    }

    async fn affirm(&self, who: &str, body: &Value) {
        let path = self.course.path(&format!("victims/{}/affirmation", self.course.victim));
        self.hall.person(who).post(&path, body).await.done();
    }

    async fn settle(&self, who: &str, body: &Value) -> Value {
        self.hall.person(who).post(&self.course.path("coordination"), body).await.done()
    }

    /// A warning is written, approved and leaves; answers its delivery.
    async fn warn(&self) -> String {
        let way = testkit::email_way("Those who protect them", "owner@depot.example");
        let body = json!({"victim": self.course.victim, "text": testkit::words(), "ways": [way]});
        let drafted = self.hall.person("mara").post(&self.course.path("drafts"), &body).await.done();
        let (draft, fingerprint) = (&drafted["drafts"][0]["id"], &drafted["drafts"][0]["release"]["fingerprint"]);
        let path = self.course.path(&format!("drafts/{}/approval", draft.as_str().unwrap()));
        let after = self.hall.person("ben").post(&path, &json!({"fingerprint": fingerprint})).await.done();
        self.hall.desk.run_due().await.unwrap();
        after["deliveries"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn acknowledged(&self, delivery: &str) {
        let body = json!({"person": "A. Owner", "capacity": "protector", "words": "understood"});
        let path = self.course.path(&format!("deliveries/{delivery}/acknowledgements"));
        self.hall.person("ana").post(&path, &body).await.done();
    }

    /// Nothing happened, and the threat is closed, so that nothing of it comes due later.
    async fn ends(self) {
        let outcome = json!({"kind": "did_not_occur", "reason": "he has moved away"});
        self.hall.person("mara").post(&self.course.path("outcome"), &outcome).await.done();
        self.hall.person("vera").post(&self.course.path("closed"), &json!({"reason": "over"})).await.done();
    }
}

/// March: a warning in the ordinary way, one on the urgent shortcut, and a waiver that is disputed and upheld.
async fn march(hall: &Hall) {
    let ordinary = Tale::begins(hall, 0).await;
    ordinary.wait(30).await;
    ordinary.answer("icd-191", "met", None).await;
    ordinary.wait(20).await;
    let delivery = ordinary.warn().await;
    ordinary.wait(60).await;
    ordinary.acknowledged(&delivery).await;
    ordinary.ends().await;

    let urgent = Tale::begins(hall, 1).await;
    let hurry = json!({"do": "warn_first", "victim": urgent.course.victim, "reason": "it begins within the hour"});
    urgent.settle("mara", &hurry).await;
    urgent.wait(15).await;
    let delivery = urgent.warn().await;
    urgent.wait(10).await;
    urgent.acknowledged(&delivery).await;
    urgent.wait(35).await;
    urgent.answer("icd-191", "met", None).await;
    urgent.ends().await;

    let waived = Tale::begins(hall, 2).await;
    waived.wait(40).await;
    waived.answer("icd-191", "met", Some("already_aware")).await;
    waived.wait(5).await;
    waived
        .affirm("okafor", &json!({"of": "waiver", "ground": "already_aware", "reason": "the police told them"}))
        .await;
    let dispute = json!({"do": "dispute", "victim": waived.course.victim, "reason": "they were told of another man"});
    let open = waived.settle("ben", &dispute).await;
    let id = &open["coordination"]["disputes"][0]["id"];
    let settle = json!({"do": "settle_dispute", "dispute": id, "decision": "upheld", "reason": "it was this man"});
    waived.settle("vera", &settle).await;
    waived.ends().await;
}

/// April, under two packs: nobody answers in time, and in the end one pack says that nothing is owed and one that a
/// warning is. The deadline that passed comes up once more and is kept.
async fn april(hall: &Hall) -> Course {
    let text = policy::shipped_text("duty-of-care").unwrap();
    let proposal = json!({"text": text, "reason": "staff"});
    let proposed = hall.person("mara").post("/api/v1/policies/proposals", &proposal).await.done();
    let hash = proposed["proposed"][0]["policy"]["hash"].as_str().unwrap();
    let path = format!("/api/v1/policies/proposals/{hash}/adoption");
    hall.person("okafor").post(&path, &json!({"reason": "agreed"})).await.done();
    hall.until(testkit::at("2024-04-02T09:00:00Z")).await;
    hall.wakes_by("okafor", &[("email", "okafor@desk.example")]).await;
    let late = Tale::begins(hall, 3).await;
    late.wait(30 * 60).await;
    let of = json!({"clock": "determine", "of": late.course.victim});
    let taken = json!({"of": of, "reason": "the desk was empty"});
    hall.person("okafor").post(&late.course.path("taken"), &taken).await.done();
    late.answer("icd-191", "not_met", None).await;
    late.wait(10).await;
    late.affirm("vera", &json!({"pack": "icd-191", "of": "not_owed", "reason": "a quarrel, long over"})).await;
    late.wait(20).await;
    late.answer("duty-of-care", "met", None).await;
    late.course
}

fn lines(found: &Value, section: &str, keys: &[&str]) -> Vec<String> {
    let cell = |line: &Value, key: &str| match &line[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |line: &Value| keys.iter().map(|key| cell(line, key)).collect::<Vec<_>>().join(" ");
    found[section].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn figures_are_what_happened() {
    let hall = Hall::open().await;
    march(&hall).await;
    let course = april(&hall).await;
    let joon = hall.person("joon");
    let times = ["group", "step", "counted", "median_minutes", "ninetieth_minutes", "worst_minutes"];
    let by_month = joon.get("/api/v1/stats/inspection?by=month").await.done();
    assert_eq!(
        lines(&by_month, "times", &times),
        [
            "2024-03 awareness_to_acknowledgement 2 25 110 110",
            "2024-03 awareness_to_delivery 2 15 50 50",
            "2024-03 awareness_to_determination 3 45 60 60",
            "2024-03 delivery_to_acknowledgement 2 10 60 60",
            "2024-03 determination_to_delivery 1 20 20 20",
            "2024-04 awareness_to_determination 1 1830 1830 1830",
        ]
    );
    let counted = ["group", "what", "count"];
    assert_eq!(lines(&by_month, "determinations", &counted), ["2024-03 waived 1", "2024-03 warn 2", "2024-04 warn 1"]);
    let by_pack = joon.get("/api/v1/stats/inspection?by=pack").await.done();
    assert_eq!(
        lines(&by_pack, "determinations", &counted),
        ["duty-of-care warn 1", "icd-191 not owed 1", "icd-191 waived 1", "icd-191 warn 2"]
    );
    assert_eq!(
        lines(&by_pack, "times", &times)[..2],
        [
            "duty-of-care awareness_to_determination 1 1830 1830 1830",
            "icd-191 awareness_to_acknowledgement 2 25 110 110"
        ]
    );
    let determined = "icd-191 awareness_to_determination 4 45 1810 1810";
    assert!(lines(&by_pack, "times", &times).iter().any(|line| line == determined), "{by_pack}");
    assert_eq!(
        lines(&by_pack, "waivers", &["group", "ground", "affirmed_by", "count"]),
        ["icd-191 already_aware okafor 1"]
    );
    assert_eq!(
        lines(&by_pack, "coordination", &counted),
        ["icd-191 DeterminationDisputed 1", "icd-191 DisputeSettled 1", "icd-191 ShortcutTaken 1"]
    );
    let breaches = by_pack["breaches"].as_array().unwrap();
    assert_eq!(breaches.len(), 1, "{breaches:?}");
    let breach = &breaches[0];
    assert_eq!((&breach["what"], &breach["threat"]), (&json!("determine"), &json!(course.threat)));
    assert_eq!((&breach["reasons"], &breach["taken_by"]), (&json!(["the desk was empty"]), &json!(["okafor"])));
    assert_eq!((&breach["asked"], &breach["called"]), (&json!(["senior_officer"]), &json!(["okafor"])));
    assert_eq!(breach["done_at"], "2024-04-03T15:30:00Z", "when the last pack was answered");

    // The page, the CSV and the counts say the same.
    let csv = joon.get("/inspection.csv?by=month").await.body;
    for line in [
        "time,2024-03,awareness_to_determination,,3,45,60,60",
        "determination,2024-04,warn,,1,,,",
        "waiver,2024-03,already_aware,okafor,1,,,",
        "coordination,2024-03,ShortcutTaken,,1,,,",
    ] {
        assert!(csv.contains(line), "{line} is not in {csv}");
    }
    assert!(
        csv.lines().any(|line| line.starts_with("breach,2024-04,determine,") && line.contains("the desk was empty"))
    );
    let page = joon.get("/inspection?from=2024-03-01&to=2024-03-31&by=month").await.body;
    for words in
        ["3 threats", "shortcut taken", "already aware", "110 min", "from=2024-03-01&amp;to=2024-03-31&amp;by=month"]
    {
        assert!(page.contains(words), "{words} is not on the page: {page}");
    }
    assert!(!page.contains("the desk was empty"), "April was not asked for");
    let counts = joon.get("/api/v1/stats").await.done();
    assert_eq!(counts["determinations"], json!({"waived": 1, "warn": 3}));
    assert_eq!((&counts["warnings"], &counts["minutes_to_warning"]), (&json!(2), &json!(15)));
    hall.close().await;
}

/// A pack that the desk adopts second, with a role of its own on a ladder.
fn with_a_role_of_its_own() -> String {
    let text = policy::shipped_text("duty-of-care").unwrap();
    text.replacen("[duties]", "[roles]\nduty_manager = \"duty manager\"\n\n[duties]", 1).replacen(
        "deliver = [\"senior_officer\"]",
        "deliver = [\"duty_manager\", \"senior_officer\"]",
        1,
    )
}

#[tokio::test]
async fn a_role_that_a_pack_adds_is_held_checked_woken_and_acts() {
    let hall = Hall::open().await;
    let okafor = hall.person("okafor");
    let account =
        json!({"name": "ola", "full_name": "Ola Duty", "roles": ["duty_manager"], "password": testkit::PASSWORD});
    let early = okafor.post("/api/v1/accounts", &account).await;
    assert_eq!((early.status, early.text("/field").as_str()), (422, "roles"), "{}", early.body);
    let proposal = json!({"text": with_a_role_of_its_own(), "reason": "staff"});
    let proposed = hall.person("mara").post("/api/v1/policies/proposals", &proposal).await.done();
    let hash = proposed["proposed"][0]["policy"]["hash"].as_str().unwrap();
    let preview = okafor.post("/api/v1/policies/preview", &json!({"text": with_a_role_of_its_own()})).await.done();
    let missing =
        preview["staffing"].as_array().unwrap().iter().any(|one| one["place"] == "deadlines.escalate_to.deliver");
    assert!(missing, "before it is adopted it is told that nobody holds the role: {preview}");
    okafor.post(&format!("/api/v1/policies/proposals/{hash}/adoption"), &json!({"reason": "agreed"})).await.done();

    // Every pack in force is looked at, not the first alone: by the API and on the page.
    let gap = async || {
        let check = okafor.get("/api/v1/roster/check").await.done();
        assert!(check["roles"].as_array().unwrap().contains(&json!("duty_manager")), "{check}");
        let gaps = check["gaps"].as_array().unwrap().iter();
        gaps.filter(|gap| gap["role"] == "duty_manager").map(|gap| gap["why"].to_string()).collect::<String>()
    };
    assert!(gap().await.contains("nobody holds this role"));
    assert!(okafor.get("/rosters").await.body.to_lowercase().contains("duty manager"), "the page names it");
    okafor.post("/api/v1/accounts", &account).await.done();
    assert!(gap().await.contains("nobody with this role has a waking path"));
    hall.wakes_by("ola", &[("email", "ola@desk.example")]).await;
    assert_eq!(gap().await, "");

    let course = hall.identified(REPORT).await;
    let met = json!({"answer": "met", "evidence": "the report says so"});
    let care = policy::shipped_pack("duty-of-care").unwrap().unwrap();
    let answers = care.says.criteria.iter().map(|one| (one.id.clone(), met.clone()));
    let body = json!({"pack": "duty-of-care", "answers": answers.collect::<serde_json::Map<_, _>>(), "grounds": {}});
    let path = course.path(&format!("victims/{}/assessment", course.victim));
    hall.person("mara").post(&path, &body).await.done();
    let view = okafor.get(&course.path("")).await.done();
    let deliver =
        view["clocks"].as_array().unwrap().iter().find(|clock| clock["of"]["clock"] == "deliver").unwrap().clone();
    assert_eq!(deliver["escalate_to"], json!(["duty_manager", "senior_officer"]));
    hall.until(testkit::at(deliver["due_at"].as_str().unwrap()) + SignedDuration::from_mins(1)).await;
    let mails = hall.mail.mails();
    let call = to(&mails, "ola@desk.example");
    let path = hall.link_below(call.first().expect("whoever holds the role is woken"), "/w/").replace(&hall.base, "");
    let page = hall.stranger().form(&path, &[("words", "on my way")]).await;
    assert!(page.body.contains("Taken up by ola"), "{}", page.body);
    // Who holds it works on threats, and may nothing that takes one of the six roles.
    let ola = testkit::Person::signed_in(&hall.base, "ola").await;
    ola.post(&course.path("coordination"), &json!({"do": "take_ownership"})).await.done();
    assert_eq!(
        ola.post(&course.path(&format!("victims/{}/assessment", course.victim)), &body).await.text("/rule"),
        "role-may-not"
    );
    hall.close().await;
}
