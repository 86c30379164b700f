//! One threat, brought to a step of its life by the people whose step it is.

use serde_json::{Value, json};

use crate::Hall;

/// A report of the ordinary kind: what may be said, and what protects a source.
pub const REPORT: &str = "(U) Illustration; no real report reads like this.\n\n\
    Dated 1 March 2024\n\n\
    (U) A man dismissed from a parcel depot in Leeds, England, said that he will stab his old shift manager when the \
    early shift arrives on Friday 8 March 2024.\n\n\
    (S//NF) A former colleague passed this on in a stairwell at 21:40; they share a bus to work.\n";

/// A threat and what has been made of it so far; what has not is empty.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub struct Course {
    pub report: String,
    pub threat: String,
    pub victim: String,
    pub determination: String,
    pub draft: String,
    pub fingerprint: String,
    pub warning: String,
    pub delivery: String,
}

/// The words of a warning that give nothing away.
pub fn words() -> Value {
    json!({
        "language": "en",
        "headline": "A threat against the early shift",
        "what": "We have information that somebody may attack a manager at your depot.",
        "when": "On Friday 8 March 2024, when work begins.",
        "place": "Leeds, at the entrance.",
        "how_sure": "We take it seriously enough to tell you now.",
        "advice": ["Let nobody come in alone.", "Call the police at once when you see him."],
        "cannot_tell": "We cannot tell you how we know this.",
        "contact": "The duty officer, desk@desk.example, at any hour.",
    })
}

/// E-mail to those who protect.
pub fn email_way(name: &str, mailbox: &str) -> Value {
    json!({"recipient": name, "capacity": "protector", "channel": "email", "address": mailbox, "order": 0})
}

/// The id at a place of an answer.
fn id(answer: &Value, pointer: &str) -> String {
    answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Hall {
    /// A report came in and opened a threat.
    pub async fn reported(&self, text: &str) -> Course {
        let body = json!({"name": "report.txt", "reporter": "a station", "text": text});
        let report = self.person("ilse").post("/api/v1/reports", &body).await.done();
        Course { report: id(&report, "/id"), threat: id(&report, "/threat"), ..Course::default() }
    }

    /// Somebody said who is meant.
    pub async fn identified(&self, text: &str) -> Course {
        let course = self.reported(text).await;
        let body = json!({"kind": "person", "name": "the shift manager", "reason": "named by his work"});
        let after = self.person("mara").post(&course.path("victims"), &body).await.done();
        Course { victim: id(&after, "/victims/0/id"), ..course }
    }

    /// Every question of the pack answered "met", which makes it owed.
    pub fn answers(&self) -> Value {
        let met = json!({"answer": "met", "evidence": "the report says so"});
        let answers = self.pack.says.criteria.iter().map(|criterion| (criterion.id.clone(), met.clone()));
        json!({"answers": answers.collect::<serde_json::Map<_, _>>(), "grounds": {}})
    }

    /// The determination is to warn.
    pub async fn determined(&self, text: &str) -> Course {
        let course = self.identified(text).await;
        let path = course.path(&format!("victims/{}/assessment", course.victim));
        let after = self.person("mara").post(&path, &self.answers()).await.done();
        assert_eq!(id(&after, "/victims/0/under/0/newest/assessment/determination"), "warn", "{after}");
        Course { determination: id(&after, "/victims/0/under/0/newest/id"), ..course }
    }

    /// A draft that gives nothing away waits for its second reader.
    pub async fn drafted(&self, text: &str) -> Course {
        self.drafted_to(text, &[email_way("The depot's owner", "owner@depot.example")]).await
    }

    /// As [`Hall::drafted`], to these recipients.
    pub async fn drafted_to(&self, text: &str, ways: &[Value]) -> Course {
        let mut course = self.determined(text).await;
        let body = json!({"victim": course.victim, "text": words(), "ways": ways});
        let after = self.person("mara").post(&course.path("drafts"), &body).await.done();
        course.draft = id(&after, "/drafts/0/id");
        course.fingerprint = id(&after, "/drafts/0/release/fingerprint");
        assert_eq!(after.pointer("/drafts/0/leaks"), Some(&json!([])), "the draft gives nothing away");
        course
    }

    /// Approved by a second person; the workers have not yet tried to deliver it.
    pub async fn approved(&self, text: &str) -> Course {
        let course = self.drafted(text).await;
        self.approve(course).await
    }

    /// Approves what was drafted.
    pub async fn approve(&self, course: Course) -> Course {
        let path = course.path(&format!("drafts/{}/approval", course.draft));
        let body = json!({"fingerprint": course.fingerprint});
        let after = self.person("ben").post(&path, &body).await.done();
        Course { warning: id(&after, "/warnings/0/id"), delivery: id(&after, "/deliveries/0/id"), ..course }
    }

    /// Approved and handed over to the carrier.
    pub async fn sent(&self, text: &str) -> Course {
        let course = self.approved(text).await;
        self.desk.run_due().await.unwrap();
        course
    }

    /// The one-time link in a mail.
    pub fn link_in(&self, mail: &crate::Mail) -> String {
        self.link_below(mail, "/a/")
    }

    /// The link in a mail that begins with this path, such as `/w/` for a call.
    pub fn link_below(&self, mail: &crate::Mail, path: &str) -> String {
        // Quoted-printable breaks long lines and writes `=` as `=3D`.
        let text = mail.text().replace("=\r\n", "").replace("=3D", "=");
        let from = text.find(&format!("{}{path}", self.base)).expect("the mail has a one-time link");
        let end = |letter: char| letter.is_whitespace() || "<>\"".contains(letter);
        text[from..].split(end).next().unwrap().trim_end_matches('.').to_owned()
    }
}

impl Course {
    /// A path of the API under this threat.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/threats/{}/{rest}", self.threat).trim_end_matches('/').to_owned()
    }
}
