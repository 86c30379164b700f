//! Determinations and packs from outside: drawn again and found altered, changed by two people, answered by colleagues
//! at the same moment.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use store::{NewEntry, RowContent, Write};
use testkit::{Course, Hall, REPORT};

/// The pack of the hall as it would be with one question more, which every warning hangs on.
fn stricter() -> String {
    let text = policy::shipped_text("icd-191").unwrap();
    let asked = "[[criteria]]\nid = \"second_voice\"\nquestion = \"Does a second reporter say the same?\"\n\
        guidance = \"Two who copy one another are one.\"\nclause = \"our rule\"\nprovenance = \"to-check\"\n\n[threshold]";
    text.replacen("[threshold]", asked, 1)
        .replacen("all = [\"credible\"", "all = [\"second_voice\", \"credible\"", 1)
        .replacen("version = \"2026.1\"", "version = \"2026.2\"", 1)
}

fn answer(answer: &str, evidence: &str) -> Value {
    json!({"answer": answer, "evidence": evidence})
}

/// What a forger alters in a determination.
type Change = fn(&mut Value);

/// Appends a determination to a threat as somebody would who can write the database and forge an entry.
async fn forge(hall: &Hall, course: &Course, change: impl Fn(&mut Value)) -> String {
    let stream = format!("threat/{}", course.threat);
    let row = hall.desk.store.load(&stream).await.unwrap().unwrap();
    let entries = hall.desk.store.entries(Some(&stream), 0, 1000).await.unwrap();
    let made = entries.iter().find(|entry| entry.kind == "VictimAssessed").unwrap();
    let mut body: Value = serde_json::from_slice(made.body.as_ref().unwrap()).unwrap();
    let determined = &mut body["VictimAssessed"]["determined"];
    let id: domain::DeterminationId = hall.desk.ids.new_id(hall.desk.clock.now());
    determined["id"] = json!(id);
    change(determined);
    let features = vec![format!("det:{id}")];
    let entry = NewEntry { kind: made.kind.clone(), by: "mara".into(), body: serde_json::to_vec(&body).unwrap() };
    let write = Write {
        stream,
        kind: "threat".into(),
        expected: row.version,
        entries: vec![entry],
        row: RowContent {
            state: row.state,
            step: row.step,
            title: row.title,
            due_at: row.due_at,
            open: true,
            features,
        },
        ..Write::default()
    };
    hall.desk.store.commit(hall.desk.clock.now(), vec![write], None).await.unwrap();
    id.to_string()
}

#[tokio::test]
async fn what_was_recorded_is_drawn_again_and_what_was_altered_is_found() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let replay = async |id: &str| hall.person("joon").get(&format!("/api/v1/determinations/{id}/replay")).await.done();
    assert_eq!(replay(&course.determination).await["agrees"], true);
    let rows: [(&str, Change, &str); 6] = [
        ("another answer", |it| it["inputs"]["answers"]["credible"] = json!("not_met"), "assessment.determination"),
        ("an answer beside the inputs", |it| it["answers"]["credible"]["answer"] = json!("not_met"), "inputs.answers"),
        ("another result", |it| it["assessment"]["determination"] = json!("unresolved"), "assessment.determination"),
        ("another pack", |it| it["assessment"]["policy"]["hash"] = json!("00"), "policy.hash"),
        ("another time", |it| it["at"] = json!("2024-02-01T09:00:00Z"), "at"),
        ("another person", |it| it["answered_by"] = json!("okafor"), "inputs.by"),
    ];
    let forged = rows.len();
    for (what, change, field) in rows {
        hall.desk.clock.advance_to(hall.desk.clock.now() + jiff::SignedDuration::from_mins(1));
        let id = forge(&hall, &course, change).await;
        let found = replay(&id).await;
        assert_eq!(found["agrees"], false, "{what}");
        let fields: Vec<&str> =
            found["differs"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert!(fields.contains(&field), "{what}: {fields:?}");
    }
    let all = hall.desk.replay_all(None).await.unwrap();
    assert_eq!(all.iter().filter(|one| one.agrees).count(), 1);
    let found = all.iter().filter(|one| !one.agrees).count();
    println!(
        "A18: a determination drawn again agrees; {found} of {forged} forged ones are found, a backdated one among them"
    );
}

/// A18: nobody brings a time of their own, and a determination bears the time of its entry.
#[tokio::test]
async fn a18_times_come_from_the_desk() {
    let hall = Hall::open().await;
    let course = hall.identified(REPORT).await;
    let path = course.path(&format!("victims/{}/assessment", course.victim));
    for field in ["at", "answered_at", "recorded_at", "by"] {
        let mut body = hall.answers();
        body[field] = json!("2024-01-01T00:00:00Z");
        assert_eq!(hall.person("mara").post(&path, &body).await.status, 422, "{field} is no part of an answer");
    }
    hall.pass(jiff::SignedDuration::from_mins(7)).await;
    let after = hall.person("mara").post(&path, &hall.answers()).await.done();
    let id = after["victims"][0]["under"][0]["newest"]["id"].as_str().unwrap().to_owned();
    let recorded = hall.person("joon").get(&format!("/api/v1/determinations/{id}")).await.done();
    assert_eq!(recorded["at"], "2024-03-01T09:07:00Z");
    assert_eq!(recorded["at"], recorded["recorded_at"]);
    assert_eq!(recorded["inputs"]["at"], recorded["at"]);
    hall.close().await;
}

#[tokio::test]
async fn a_pack_is_changed_by_two_people_who_have_seen_what_it_changes() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let (mara, okafor, vera) = (hall.person("mara"), hall.person("okafor"), hall.person("vera"));
    let text = stricter();
    let preview = mara.post("/api/v1/policies/preview", &json!({"text": text})).await.done();
    assert_eq!((&preview["looked_at"], &preview["unsound"]), (&json!(1), &json!([])), "{preview}");
    let named = &preview["differently"][0];
    assert_eq!(named["threat"], course.threat.as_str());
    assert_eq!((&named["now"], &named["then"]), (&json!("warn"), &json!("unresolved")));
    assert_eq!(named["unanswered"], json!(["Does a second reporter say the same?"]));

    let against = text.replacen("unclear_counts_as = \"met\"", "unclear_counts_as = \"not_met\"", 1);
    let refused = okafor.post("/api/v1/policies/proposals", &json!({"text": against, "reason": "x"})).await;
    assert_eq!(refused.text("/rule"), "unsound-pack");
    assert!(refused.text("/detail").contains("doubt"), "the counter-example is told: {}", refused.body);
    let proposed =
        okafor.post("/api/v1/policies/proposals", &json!({"text": text, "reason": "two voices"})).await.done();
    let hash = proposed["proposed"][0]["policy"]["hash"].as_str().unwrap().to_owned();
    let adoption = format!("/api/v1/policies/proposals/{hash}/adoption");
    let body = json!({"reason": "read with counsel"});
    assert_eq!(okafor.post(&adoption, &body).await.text("/rule"), "self-adoption");
    assert_eq!(mara.post(&adoption, &body).await.text("/rule"), "role-may-not");
    let page = vera.get(&format!("/policies/{hash}")).await;
    assert!(page.body.contains(&course.threat) && page.body.contains("Adopt this pack"), "{}", page.body);
    vera.post(&adoption, &body).await.done();

    // What was determined keeps its version, is drawn again under it, and says so.
    let id = &course.determination;
    let replayed = mara.get(&format!("/api/v1/determinations/{id}/replay")).await.done();
    assert_eq!((&replayed["agrees"], &replayed["version"]), (&json!(true), &json!("2026.1")));
    let threat = mara.get(&format!("/threats/{}", course.threat)).await.body;
    assert!(threat.contains("has adopted version 2026.2 since"), "the page shows which version holds");
    // Determined anew, it is under the new one and points at the old.
    let path = course.path(&format!("victims/{}/assessment", course.victim));
    let after = mara.post(&path, &hall.answers()).await.done();
    let newest = &after["victims"][0]["under"][0]["newest"];
    assert_eq!((&newest["why"], &newest["replaces"]), (&json!("new_pack"), &json!(id)));
    assert_eq!(newest["assessment"]["determination"], "unresolved");
    assert!(hall.desk.replay_all(None).await.unwrap().iter().all(|one| one.agrees));
    hall.close().await;
}

#[tokio::test]
async fn two_packs_in_force_are_determined_separately() {
    let hall = Hall::under("icd-191").await;
    let text = policy::shipped_text("duty-of-care").unwrap();
    let body = json!({"text": text, "reason": "staff"});
    let proposed = hall.person("mara").post("/api/v1/policies/proposals", &body).await;
    let hash = proposed.done()["proposed"][0]["policy"]["hash"].as_str().unwrap().to_owned();
    let adoption = format!("/api/v1/policies/proposals/{hash}/adoption");
    hall.person("okafor").post(&adoption, &json!({"reason": "agreed"})).await.done();
    let course = hall.identified(REPORT).await;
    let path = course.path(&format!("victims/{}/assessment", course.victim));
    let unsaid = hall.person("mara").post(&path, &hall.answers()).await;
    assert_eq!((unsaid.status, unsaid.text("/field")), (422, "pack".to_owned()), "{}", unsaid.body);
    let no: serde_json::Map<_, _> =
        hall.pack.says.criteria.iter().map(|one| (one.id.clone(), answer("not_met", "no"))).collect();
    let body = json!({"pack": "icd-191", "answers": no, "grounds": {}});
    hall.person("mara").post(&path, &body).await.done();
    let silence = json!({"pack": "icd-191", "of": "not_owed", "reason": "a quarrel, long over"});
    let affirmation = course.path(&format!("victims/{}/affirmation", course.victim));
    let after = hall.person("okafor").post(&affirmation, &silence).await.done();
    let packs: Vec<&str> =
        after["victims"][0]["under"].as_array().unwrap().iter().map(|one| one["pack"].as_str().unwrap()).collect();
    assert_eq!(packs, ["icd-191", "duty-of-care"]);
    let close = hall.person("okafor").post(&course.path("closed"), &json!({"reason": "over"})).await;
    assert_eq!(close.text("/rule"), "still-owed", "silence takes every pack");
    let care = policy::shipped_pack("duty-of-care").unwrap().unwrap();
    let yes: serde_json::Map<_, _> =
        care.says.criteria.iter().map(|one| (one.id.clone(), answer("met", "yes"))).collect();
    let body = json!({"pack": "duty-of-care", "answers": yes, "grounds": {}});
    hall.person("mara").post(&path, &body).await.done();
    let page = hall.person("mara").get(&format!("/threats/{}", course.threat)).await.body;
    assert!(page.contains(": <span class=\"determination\">warn</span>"), "one pack that says warn is enough");
    hall.close().await;
}

#[tokio::test]
async fn a_pack_adopted_later_asks_about_those_named_before() {
    let hall = Hall::under("icd-191").await;
    let course = hall.identified(REPORT).await;
    let text = policy::shipped_text("duty-of-care").unwrap();
    let mara = hall.person("mara");
    let preview = mara.post("/api/v1/policies/preview", &json!({"text": text})).await.done();
    assert_eq!(preview["asks_anew"][0]["victim"], course.victim.as_str(), "{preview}");
    let proposed = mara.post("/api/v1/policies/proposals", &json!({"text": text, "reason": "staff"})).await;
    let hash = proposed.done()["proposed"][0]["policy"]["hash"].as_str().unwrap().to_owned();
    let adoption = format!("/api/v1/policies/proposals/{hash}/adoption");
    hall.person("okafor").post(&adoption, &json!({"reason": "agreed"})).await.done();
    hall.step(jiff::SignedDuration::from_secs(1)).await;
    let after = mara.get(&course.path("")).await.json()["threat"].clone();
    let under = after["victims"][0]["under"].as_array().unwrap();
    assert_eq!(under.len(), 2, "{after}");
    assert_eq!((&under[1]["pack"], &under[1]["newest"]), (&json!("duty-of-care"), &json!(null)));
    let form = mara.get(&format!("/threats/{}/victims/{}/assessment", course.threat, course.victim)).await;
    assert!(form.body.contains("duty-of-care"), "both packs are asked");
    // Nothing is asked twice, by the next version either.
    let again = mara
        .post(
            "/api/v1/policies/preview",
            &json!({"text": text.replacen("version = \"2026.1\"", "version = \"2026.2\"", 1)}),
        )
        .await;
    assert_eq!(again.done()["asks_anew"], json!([]));
    hall.close().await;
}

/// Somebody who is entered in the register after people said who is meant, and is in the place that the report names.
#[tokio::test]
async fn whom_the_register_finds_later_is_put_before_people() {
    let hall = Hall::open().await;
    let mara = hall.person("mara");
    let enter = async |rows: &str| {
        let body = json!({"name": "r.csv", "text": format!("id;kind;name;relation;to\n{rows}")});
        mara.post("/api/v1/register", &body).await.done();
        hall.step(jiff::SignedDuration::from_secs(1)).await;
    };
    enter("astoria;place;Hotel Astoria;;\n").await;
    let text = "(U) A man said that he will bomb the Hotel Astoria in Graz on 9 March 2024.";
    let (course, other) = (hall.identified(text).await, hall.identified(REPORT).await);
    let threat = async |course: &testkit::Course| mara.get(&course.path("")).await.json();
    enter("guest;person;Jana Kovar;located_in;astoria\ncook;person;Piet Mol;located_in;astoria\n").await;
    let view = threat(&course).await;
    let found = view["threat"]["found"].as_array().unwrap();
    let mut names: Vec<&str> = found.iter().map(|one| one["hit"]["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Jana Kovar", "Piet Mol"], "{view}");
    assert!(found[0]["hit"]["why"].as_str().unwrap().contains("Hotel Astoria"), "{view}");
    let clocks = view["clocks"].as_array().unwrap();
    assert!(clocks.iter().any(|clock| clock["of"]["clock"] == "found"), "somebody is asked: {view}");
    assert_eq!(threat(&other).await["threat"].get("found"), None, "and nowhere else");
    let page = mara.get(&format!("/threats/{}", course.threat)).await.body;
    assert!(page.contains("The register has found somebody: Jana Kovar"), "{page}");

    let body = json!({"party": "cook", "reason": "his shift ended on Sunday"});
    assert_eq!(hall.person("ana").post(&course.path("found/dismissed"), &body).await.text("/rule"), "role-may-not");
    mara.post(&course.path("found/dismissed"), &body).await.done();
    let form = [("kind", "person"), ("name", "Jana Kovar"), ("party", "guest"), ("reason", "a guest")];
    assert_eq!(mara.form(&format!("/threats/{}/victims", course.threat), &form).await.status, 303);
    let view = threat(&course).await;
    assert_eq!(view["threat"]["victims"][1]["party"], "guest", "{view}");
    assert!(view["threat"]["found"].as_array().unwrap().iter().all(|one| !one["settled"].is_null()), "{view}");
    // The same again changes nothing, and a name corrected puts nobody before people twice.
    enter("guest;person;Jana Kovářová;located_in;astoria\n").await;
    assert_eq!(threat(&course).await["threat"]["found"].as_array().unwrap().len(), 2);
    hall.close().await;
}

#[tokio::test]
async fn the_form_loses_nothing_and_overwrites_nobody() {
    let hall = Hall::open().await;
    let course = hall.identified(REPORT).await;
    let (mara, max) = (hall.person("mara"), hall.person("max"));
    let path = format!("/threats/{}/victims/{}/assessment", course.threat, course.victim);
    let page = mara.get(&path).await.body;
    let words = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<String>();
    assert!(words.contains("Is the information believable enough to act on?"), "the pack's questions");
    assert!(words.contains("stab his old shift"), "the report's words: {words}");
    assert!(page.contains("href=\"#r1-c"), "claims lead to their words");
    assert!(!page.contains("stairwell") && page.contains("Protected paragraph, closed"), "the bar holds here too");
    let entries = async || hall.desk.store.entries(None, 0, 1000).await.unwrap().len();
    let before = entries().await;
    let typed = |act: &'static str| {
        [
            ("pack", "icd-191"),
            ("over", "none"),
            ("act", act),
            ("c.credible", "met"),
            ("e.c.credible", "he said so twice, to <two> people"),
            ("c.specific", "unclear"),
        ]
    };
    let shown = mara.form(&path, &typed("show")).await;
    assert_eq!((shown.status, entries().await), (200, before), "showing records nothing");
    assert!(shown.body.contains("These answers give: <strong class=\"determination\">unresolved</strong>"));
    assert!(shown.body.contains("he said so twice, to &lt;two&gt; people"));
    let mut alone = typed("record").to_vec();
    alone.push(("e.c.impending", "on Friday"));
    let kept = mara.form(&path, &alone).await;
    assert_eq!((kept.status, entries().await), (422, before));
    assert!(kept.body.contains("on Friday") && kept.body.contains("has a reason and no answer"), "{}", kept.body);

    // A colleague was quicker.
    let theirs = json!({"answers": {"credible": answer("not_met", "he was drunk")}, "grounds": {}});
    max.post(&course.path(&format!("victims/{}/assessment", course.victim)), &theirs).await.done();
    let before = entries().await;
    let conflict = mara.form(&path, &typed("record")).await;
    assert_eq!((conflict.status, entries().await), (409, before), "nothing is overwritten");
    for words in ["determined-meanwhile", "he said so twice", "he was drunk", "max: <strong>not met</strong>"] {
        assert!(conflict.body.contains(words), "{words} in {}", conflict.body);
    }
    let threat = mara.get(&course.path("")).await.done();
    let theirs = threat["threat"]["victims"][0]["under"][0]["newest"]["id"].as_str().unwrap().to_owned();
    assert!(
        conflict.body.contains(&format!("name=\"over\" value=\"{theirs}\"")),
        "sent again, it follows theirs knowingly"
    );
    let mut again = typed("record");
    again[1].1 = &theirs;
    let done = mara.form(&path, &again).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, format!("/threats/{}#determination", course.threat).as_str())
    );
    let line = hall.desk.determination_lines(None).await.unwrap();
    assert_eq!(line.len(), 2);
    assert_eq!(line[1].replaces.map(|id| id.to_string()), Some(theirs));
    hall.close().await;
}
