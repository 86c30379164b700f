//! Drafts as people read them before they leave: versions side by side, comments, and the very bytes.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Hall, REPORT, email_way, words};

/// Every version is kept and can be read beside another; what is changed after somebody read it is not approved.
#[tokio::test]
async fn versions_stand_side_by_side_and_only_the_newest_is_approved() {
    let hall = Hall::open().await;
    let mut course = hall.drafted(REPORT).await;
    let mut text = words();
    text["place"] = json!("Leeds, at the back door.");
    let ways = [email_way("The depot's owner", "owner@depot.example")];
    let body = json!({"victim": course.victim, "follows": course.draft, "text": text, "ways": ways});
    let after = hall.person("mara").post(&course.path("drafts"), &body).await.done();
    let newer = after["drafts"][1].clone();
    let page = format!("/threats/{}/drafts/{}", course.threat, newer["id"].as_str().unwrap());

    let changes = course.path(&format!("drafts/{}/changes", newer["id"].as_str().unwrap()));
    let told = hall.person("ben").get(&changes).await.done();
    let differing: Vec<&Value> =
        told["changes"].as_array().unwrap().iter().filter(|one| one["pieces"].as_array().unwrap().len() > 1).collect();
    assert_eq!(differing.len(), 1, "{told}");
    let expected = json!([
        {"is": "kept", "words": "Leeds, at the "}, {"is": "taken_out", "words": "entrance."},
        {"is": "put_in", "words": "back door."},
    ]);
    assert_eq!((&differing[0]["part"], &differing[0]["pieces"]), (&json!("place"), &expected));
    let beside = hall.person("ben").get(&format!("{page}/changes?with={}", course.draft)).await.body;
    assert!(beside.contains("They differ in: Place.") && beside.contains("<ins>") && beside.contains("[put in: "));
    let heard = hall.person("ben").get(&format!("{page}/changes?with={}&as=telephone", course.draft)).await.body;
    assert!(heard.contains("Read out by telephone") && heard.contains("<del>"), "{heard}");

    let old = course.path(&format!("drafts/{}/approval", course.draft));
    let refused = hall.person("ben").post(&old, &json!({"fingerprint": course.fingerprint})).await;
    assert_eq!(refused.why(), "draft-settled", "{}", refused.body);
    course.draft = newer["id"].as_str().unwrap().to_owned();
    course.fingerprint = newer["release"]["fingerprint"].as_str().unwrap().to_owned();
    let shown = hall.person("ben").get(&page).await.body;
    assert!(shown.contains("What changed in it") && shown.contains("Approve this warning"), "{shown}");
    hall.approve(course).await;
    hall.close().await;
}

#[tokio::test]
async fn comments_stand_on_the_record_open_until_answered() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let path = course.path(&format!("drafts/{}/comments", course.draft));
    let say = json!({"quote": "Leeds, at the entrance.", "words": "Which <b>entrance</b>?"});
    let after = hall.person("ben").post(&path, &say).await.done();
    assert_eq!(after["drafts"][0]["comments"][0]["by"], "ben");
    let elsewhere = json!({"quote": "nothing like it", "words": "Where?"});
    assert_eq!(hall.person("ben").post(&path, &elsewhere).await.why(), "unknown");
    let page = hall.person("mara").get(&format!("/threats/{}/drafts/{}", course.threat, course.draft)).await.body;
    assert!(page.contains("1 comment, 1 open") && page.contains("Which &lt;b&gt;entrance"), "{page}");
    assert_eq!(
        hall.person("joon").post(&format!("{path}/0/answer"), &json!({"words": "x"})).await.why(),
        "role-may-not"
    );
    hall.person("mara").post(&format!("{path}/0/answer"), &json!({"words": "There is one."})).await.done();
    assert_eq!(
        hall.person("ben").post(&format!("{path}/0/answer"), &json!({"words": "Two."})).await.why(),
        "already-done"
    );
    let entries = hall.desk.store.entries(None, 0, 1000).await.unwrap();
    assert!(["DraftCommented", "CommentAnswered"].iter().all(|kind| entries.iter().any(|entry| entry.kind == *kind)));
    hall.close().await;
}

/// The approver is shown each rendering by size and SHA-256, and these very bytes leave; a one-time link is told nobody.
#[tokio::test]
async fn what_is_listed_is_what_leaves() {
    let hall = Hall::open().await;
    let call = json!({"recipient": "The depot's owner", "capacity": "protector", "channel": "telephone", "address": "+44 113 496 0000", "order": 1});
    let course = hall.drafted_to(REPORT, &[email_way("The depot's owner", "owner@depot.example"), call]).await;
    let leaving = course.path(&format!("drafts/{}/leaving", course.draft));
    let listed = hall.person("ben").get(&leaving).await.done();
    let listed = listed.as_array().unwrap().clone();
    assert!(listed.len() >= 8, "two deliveries, and what people pass on: {listed:?}");
    let kept = &hall.desk.threat(course.threat.parse().unwrap()).await.unwrap().drafts[0].release;
    let link = kept.frozen["recipients"][0]["ack_url"].as_str().unwrap().to_owned();
    let secret = link.rsplit('/').next().unwrap();
    for one in &listed {
        let opened = hall.person("ben").get(&format!("{leaving}/{}", one["number"])).await;
        assert_eq!(opened.status, 200, "{one}");
        assert!(!opened.body.contains(secret), "{one}");
        assert_eq!(opened.body.len(), usize::try_from(one["size"].as_u64().unwrap()).unwrap(), "{one}");
    }
    let page = hall.person("ben").get(&format!("/threats/{}/drafts/{}", course.threat, course.draft)).await.body;
    let named = |one: &Value| page.contains(one["sha256"].as_str().unwrap());
    assert!(listed.iter().all(named), "every SHA-256 is on the page");
    hall.approve(course).await;
    hall.desk.run_due().await.unwrap();
    let mails = hall.mail.mails();
    let parsed = mail_parser::MessageParser::default().parse(&mails[0].bytes).unwrap();
    let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(text.contains(&link));
    let digest = Sha256::digest(text.trim_end_matches('\n').to_owned() + "\n");
    let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert_eq!(listed[0]["sha256"], hex, "{text}");
    hall.close().await;
}
