//! What people settle among themselves, over real HTTP, by the API and by the pages alike: who owns a threat, whose
//! information it is, the urgent shortcut, disputes, and A12 where somebody has a stake.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use testkit::{Course, Hall, REPORT, Reply};

fn rule_on(page: &Reply) -> String {
    let named = page.body.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
    named.unwrap_or_default().to_owned()
}

/// The one check of this file: refused by this rule, by the API and by the page, with the pack's clause.
async fn refused(hall: &Hall, who: &str, course: &Course, body: &Value, rule: &str) {
    let reply = hall.person(who).post(&course.path("coordination"), body).await;
    assert_eq!((reply.status, reply.text("/rule").as_str()), (409, rule), "{body}: {}", reply.body);
    let fields: Vec<(String, String)> = body
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = hall.person(who).form(&format!("/threats/{}/coordination", course.threat), &fields).await;
    assert_eq!((page.status, rule_on(&page).as_str()), (409, rule), "{body} on the page: {}", page.body);
}

async fn settled(hall: &Hall, who: &str, course: &Course, body: &Value) -> Value {
    hall.person(who).post(&course.path("coordination"), body).await.done()
}

#[tokio::test]
async fn who_is_on_it_and_who_has_a_say() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    refused(&hall, "joon", &course, &json!({"do": "take_ownership"}), "role-may-not").await;
    settled(&hall, "mara", &course, &json!({"do": "take_ownership", "note": "mine"})).await;
    refused(&hall, "ben", &course, &json!({"do": "hand_over", "to": "ben", "note": "x"}), "owned").await;
    refused(&hall, "mara", &course, &json!({"do": "hand_over", "to": "joon", "note": "x"}), "no-working-role").await;
    refused(&hall, "mara", &course, &json!({"do": "hand_over", "to": "nobody", "note": "x"}), "unknown").await;
    let after =
        settled(&hall, "mara", &course, &json!({"do": "hand_over", "to": "ana", "note": "my shift ends"})).await;
    assert_eq!(after["coordination"]["owner"]["name"], "ana");
    let desk = hall.person("ana").get("/").await;
    assert!(desk.body.contains("owned by ana"), "{}", desk.body);

    // Every small page says what the policy allows, and where it says so.
    let clause = &hall.pack.says.coordination.clause;
    for topic in ["owner", "originator", "urgent", "dispute", "deadline", "details"] {
        let page = hall.person("mara").get(&format!("/threats/{}/coordination/{topic}", course.threat)).await;
        assert_eq!(page.status, 200, "{topic}");
        assert!(page.body.len() < 60_000, "{topic} has {} bytes", page.body.len());
        if ["originator", "dispute"].contains(&topic) {
            assert!(page.body.contains(clause.as_str()), "{topic} names no clause");
        }
    }
    assert_eq!(hall.person("mara").get(&format!("/threats/{}/coordination/x", course.threat)).await.status, 400);
    hall.close().await;
}

#[tokio::test]
async fn nothing_rests_on_somebody_who_was_switched_off() {
    let hall = Hall::open().await;
    let one = hall.identified(REPORT).await;
    let other = hall.identified("(U) A bomb will be placed in Oslo on 9 March 2024.").await;
    for course in [&one, &other] {
        settled(&hall, "mara", course, &json!({"do": "take_ownership", "note": "mine"})).await;
    }
    settled(&hall, "mara", &other, &json!({"do": "hand_over", "to": "ana", "note": "yours"})).await;
    // The deadline passes, and mara takes it up: she has a day.
    let hours = jiff::SignedDuration::from_hours;
    hall.jump(hours(5)).await;
    let overdue = threat(&hall, &one).await["escalations"][0]["of"].clone();
    let taken = json!({"of": overdue, "reason": "a long night"});
    hall.person("mara").post(&one.path("taken"), &taken).await.done();
    let before = threat(&hall, &one).await["escalations"].as_array().unwrap().len();

    let people = hall.person("okafor").get("/api/v1/accounts").await.json();
    let mara = people.as_array().unwrap().iter().find(|one| one["name"] == "mara").unwrap()["id"].clone();
    let path = format!("/api/v1/accounts/{}", mara.as_str().unwrap());
    hall.person("okafor").post(&path, &json!({"off": "left the service"})).await.done();
    hall.step(jiff::SignedDuration::from_secs(1)).await;
    let after = threat(&hall, &one).await;
    assert_eq!(after.pointer("/coordination/owner"), None, "{after}");
    let escalations = after["escalations"].as_array().unwrap();
    assert_eq!(escalations.len(), before + 1, "asked again at once: {after}");
    assert!(escalations.iter().all(|one| one["taken_by"] != "mara"), "{after}");
    let after = threat(&hall, &other).await;
    assert_eq!(after["coordination"]["owner"]["name"], "ana", "what is somebody else's stays theirs");
    hall.close().await;
}

async fn threat(hall: &Hall, course: &Course) -> Value {
    hall.person("joon").get(&course.path("")).await.json()["threat"].clone()
}

#[tokio::test]
async fn an_originator_is_waited_for_and_the_shortcut_leads_past_them_alone() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let state = json!({"do": "state_details", "report": course.report, "originator": "the other service",
                       "originator_controlled": "yes", "officer": "okafor", "conflict": "own_source"});
    settled(&hall, "ilse", &course, &state).await;
    let path = course.path(&format!("drafts/{}/approval", course.draft));
    let fingerprint = json!({"fingerprint": course.fingerprint});
    let refusal = hall.person("ben").post(&path, &fingerprint).await;
    assert_eq!(refusal.text("/rule"), "originator-not-asked");
    assert!(refusal.text("/detail").contains(&hall.pack.says.coordination.clause), "{}", refusal.body);
    let seen = hall.person("mara").get(&course.path("")).await;
    assert!(!seen.body.contains("okafor\",\"conflict"), "who handles a source is shown to anybody");

    let urgent = json!({"do": "warn_first", "victim": course.victim, "reason": "it begins tonight"});
    refused(&hall, "ilse", &course, &urgent, "urgent-not-allowed").await;
    settled(&hall, "mara", &course, &urgent).await;
    let own = hall.person("mara").post(&path, &fingerprint).await;
    assert_ne!(own.status, 200, "the second reader stays");
    hall.person("ben").post(&path, &fingerprint).await.done();
    let view = hall.person("mara").get(&course.path("")).await.done();
    let clocks = view["clocks"].as_array().unwrap();
    assert!(clocks.iter().any(|clock| clock["of"]["clock"] == "coordinate"), "what was left out is chased: {clocks:?}");
    let ask = json!({"do": "ask_originator", "originator": "the other service", "question": "paragraph 2?"});
    let asked = settled(&hall, "mara", &course, &ask).await;
    let consultation = asked["coordination"]["consultations"][0]["id"].clone();
    let answer = json!({"do": "record_answer", "consultation": consultation, "stance": "agrees", "person": "C. Doe",
                        "words": "as it stands"});
    settled(&hall, "ilse", &course, &answer).await;
    let view = hall.person("mara").get(&course.path("")).await.done();
    assert!(view["clocks"].as_array().unwrap().iter().all(|clock| clock["of"]["clock"] != "coordinate"));
    hall.close().await;
}

/// A12: a stake bars the determination by every path, and no path leads to silence past a dispute.
#[tokio::test]
async fn a12_a_stake_and_a_dispute_bar_every_path() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let named =
        json!({"do": "state_details", "report": course.report, "officer": "max", "conflict": "named_in_report"});
    settled(&hall, "ilse", &course, &named).await;
    let victim = course.path(&format!("victims/{}", course.victim));
    let max = hall.person("max");
    let tries = [
        (format!("{victim}/assessment"), hall.answers()),
        (format!("{victim}/affirmation"), json!({"of": "not_owed", "reason": "x"})),
        (course.path("closed"), json!({"reason": "x"})),
        (course.path("reviews"), json!({"victim": course.victim, "decision": "hold", "reason": "x"})),
    ];
    for (path, body) in &tries {
        let reply = max.post(path, body).await;
        assert_eq!(reply.text("/rule"), "conflict-of-interest", "{path}: {}", reply.body);
    }
    let page = max.form(&format!("/threats/{}/closed", course.threat), &[("reason", "x")]).await;
    assert_eq!(rule_on(&page), "conflict-of-interest");
    let body = json!({"report": course.report, "reason": "x"});
    let unlink = max.request(reqwest::Method::DELETE, &course.path("reports")).json(&body);
    assert_eq!(max.send(unlink).await.text("/rule"), "conflict-of-interest", "taking the report off");

    let dispute = json!({"do": "dispute", "victim": course.victim, "reason": "nobody is in danger"});
    let after = settled(&hall, "ben", &course, &dispute).await;
    let open = after["coordination"]["disputes"][0]["id"].clone();
    refused(&hall, "ana", &course, &dispute, "already-done").await;
    let settle = json!({"do": "settle_dispute", "dispute": open, "decision": "upheld", "reason": "read again"});
    refused(&hall, "mara", &course, &settle, "self-settling").await;
    println!("A12: {} paths refused to somebody with a stake, one dispute to who determined", tries.len() + 2);
    settled(&hall, "okafor", &course, &settle).await;
    hall.close().await;
}
