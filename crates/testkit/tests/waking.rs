//! Waking at the whole desk: who is called when a deadline passes, what they are told and what not, how it ends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use store::Filter;
use testkit::{Behaviour, Hall, Mail, REPORT, Step};

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
