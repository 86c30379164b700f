//! Stories: a script in, what happened out. A line is what somebody does, or how the clock moves; lines that begin with
//! `|` belong to the line before. What comes out tells the answer, every entry that the record gained, and the clock
//! that runs next, so that a change in what the desk does shows as a change in a text that people read.
//!
//! ```text
//! policy uk-threat-to-life
//! ilse brings tip.txt from the hotline
//! | (U) …
//! mara names person the former partner
//! mara answers real met, immediate unclear, ground already_aware met
//! mara drafts to protector The control room by email control@police.example
//! | headline: A threat to life
//! ben approves
//! after 2 hours
//! ana records delivered because they read it back
//! link acknowledges as A. Named: we have it
//! mara reviews hold because nothing new
//! mara ends averted because he was arrested
//! okafor closes because it is over
//! ```

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{Hall, Reply, at, words};

/// A line of a script with what belongs to it.
struct Line {
    text: String,
    more: String,
}

/// A story as it is being told.
struct Tale {
    hall: Hall,
    told: String,
    /// The threat that everybody acts on: that of the last report.
    threat: String,
    /// Entries told so far.
    seen: u64,
}

/// Plays a script on a desk of its own; answers what happened.
///
/// # Panics
/// When a line of the script cannot be understood.
pub async fn play(script: &str) -> String {
    let lines = lines(script);
    let policy =
        lines.first().and_then(|line| line.text.strip_prefix("policy ")).expect("a story begins with its policy");
    let hall = Hall::under(policy).await;
    let seen = u64::try_from(hall.desk.store.entries(None, 0, 1000).await.unwrap().len()).unwrap();
    let mut tale = Tale { hall, told: format!("policy {policy}\n"), threat: String::new(), seen };
    for line in &lines[1..] {
        tale.tell(line).await;
    }
    let Tale { hall, mut told, .. } = tale;
    hall.close().await;
    told.push_str("the record verifies, and the rows are a fold of it\n");
    told
}

fn lines(script: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for text in script.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match text.strip_prefix('|') {
            Some(more) => {
                let line = lines.last_mut().expect("text belongs to a line");
                line.more.push_str(more.strip_prefix(' ').unwrap_or(more));
                line.more.push('\n');
            }
            None => lines.push(Line { text: text.to_owned(), more: String::new() }),
        }
    }
    lines
}

/// `… because …`, `… as …`: the two sides.
fn around<'t>(text: &'t str, word: &str) -> (&'t str, &'t str) {
    text.split_once(word).unwrap_or_else(|| panic!("`{text}` has no `{word}`"))
}

impl Tale {
    async fn tell(&mut self, line: &Line) {
        let (who, what) = around(&line.text, " ");
        writeln!(self.told, "\n{}", line.text).unwrap();
        match who {
            "after" => self.hall.pass(span(what)).await,
            "until" => self.hall.until(at(what)).await,
            "suspended" => self.hall.jump(span(what.trim_start_matches("for "))).await,
            "link" => self.link(what).await,
            person => {
                let reply = self.act(person, what, &line.more).await;
                self.answer(&reply);
            }
        }
        self.hall.desk.run_due().await.unwrap();
        self.entries().await;
        self.clock().await;
    }

    fn answer(&mut self, reply: &Reply) {
        if reply.status < 300 {
            return;
        }
        writeln!(self.told, "    refused: {} - {}", reply.why(), reply.text("/detail")).unwrap();
    }

    /// What the record gained.
    async fn entries(&mut self) {
        for entry in self.hall.desk.store.entries(None, self.seen, 1000).await.unwrap() {
            self.seen = entry.seq + 1;
            let body: Value = serde_json::from_slice(entry.body.as_deref().unwrap_or_default()).unwrap_or_default();
            let passed = &body["DeadlinePassed"];
            let put = match passed["to"].as_str() {
                Some(to) => format!(": {}, put to {to}", word(&passed["of"]["clock"])),
                None => String::new(),
            };
            // References are drawn by lot.
            let by = if entry.by.starts_with("recipient of ") { "the recipient" } else { &entry.by };
            writeln!(self.told, "    {}  {} by {by}{put}", time(entry.at), entry.kind).unwrap();
        }
    }

    /// Who is asked next, and by when.
    async fn clock(&mut self) {
        let Some(view) = self.view().await else { return };
        let clock = &view["clocks"][0];
        let said = match (clock["of"]["clock"].as_str(), clock["due_at"].as_str()) {
            (Some(of), Some(due)) => format!("{of} by {}, with {}", time(at(due)), word(&clock["with"])),
            _ => "none: closed".to_owned(),
        };
        writeln!(self.told, "    {}; clock: {said}", word(&view["step"])).unwrap();
    }

    async fn view(&self) -> Option<Value> {
        let reply = self.hall.person("joon").get(&format!("/api/v1/threats/{}", self.threat)).await;
        (reply.status == 200).then(|| reply.json())
    }

    /// An id somewhere in the threat, the last of a list.
    async fn last(&self, list: &str) -> Value {
        let view = self.view().await.expect("a report came first");
        view["threat"][list].as_array().and_then(|all| all.last()).cloned().unwrap_or_default()
    }

    async fn post(&self, who: &str, rest: &str, body: &Value) -> Reply {
        self.hall.person(who).post(&format!("/api/v1/threats/{}/{rest}", self.threat), body).await
    }

    async fn act(&mut self, who: &str, what: &str, more: &str) -> Reply {
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        match verb {
            "brings" => self.bring(who, rest, more).await,
            "names" => {
                let (kind, name) = around(rest, " ");
                self.post(who, "victims", &json!({"kind": kind, "name": name, "reason": "the report says so"})).await
            }
            "answers" => {
                let path = format!("victims/{}/assessment", word(&self.last("victims").await["id"]));
                let body = if rest == "all met" { self.hall.answers() } else { answers(rest) };
                self.post(who, &path, &body).await
            }
            "waives" | "affirms" => {
                let (ground, reason) = around(rest, " because ");
                let of = if verb == "waives" { "waiver" } else { "not_owed" };
                let ground = (verb == "waives").then_some(ground);
                let path = format!("victims/{}/affirmation", word(&self.last("victims").await["id"]));
                self.post(who, &path, &json!({"of": of, "ground": ground, "reason": reason})).await
            }
            "drafts" => self.draft(who, rest, more).await,
            "approves" => {
                let draft = self.last("drafts").await;
                let path = format!("drafts/{}/approval", word(&draft["id"]));
                self.post(who, &path, &json!({"fingerprint": draft["release"]["fingerprint"]})).await
            }
            "returns" => {
                let path = format!("drafts/{}/return", word(&self.last("drafts").await["id"]));
                self.post(who, &path, &json!({"reason": rest})).await
            }
            "takes" => {
                let view = self.view().await.expect("a report came first");
                self.post(who, "taken", &json!({"of": view["clocks"][0]["of"]})).await
            }
            "records" | "stops" | "hears" => self.deliver(who, verb, rest).await,
            "reviews" => {
                let (decision, reason) = around(rest, " because ");
                let victim = self.last("victims").await["id"].clone();
                self.post(who, "reviews", &json!({"victim": victim, "decision": decision, "reason": reason})).await
            }
            "ends" => {
                let (kind, reason) = around(rest, " because ");
                self.post(who, "outcome", &json!({"kind": kind, "reason": reason})).await
            }
            "closes" => self.post(who, "closed", &json!({"reason": rest.trim_start_matches("because ")})).await,
            other => panic!("nobody knows how to do `{other}`"),
        }
    }

    async fn bring(&mut self, who: &str, rest: &str, text: &str) -> Reply {
        let (name, reporter) = around(rest, " from ");
        let body = json!({"name": name, "reporter": reporter, "text": text});
        let reply = self.hall.person(who).post("/api/v1/reports", &body).await;
        if reply.status == 201 {
            writeln!(self.told, "    read: {}", reply.text("/reading/sentence")).unwrap();
            if reply.text("/duplicate_of").is_empty() {
                self.threat = reply.text("/threat");
            }
        }
        reply
    }

    async fn draft(&mut self, who: &str, rest: &str, more: &str) -> Reply {
        let (whom, way) = around(rest.trim_start_matches("to "), " by ");
        let (capacity, recipient) = around(whom, " ");
        let (channel, address) = way.split_once(' ').unwrap_or((way, ""));
        let mut text = words();
        for (field, says) in more.lines().map(|line| around(line, ": ")) {
            text[field] = if field == "advice" { json!([says]) } else { says.into() };
        }
        let way = json!({"recipient": recipient, "capacity": capacity, "channel": channel, "address": address});
        let warning = self.last("warnings").await;
        let purpose = match warning["id"].as_str() {
            Some(of) => json!({"kind": "warn_again", "of": of}),
            None => json!({"kind": "warn"}),
        };
        let victim = self.last("victims").await["id"].clone();
        let reply =
            self.post(who, "drafts", &json!({"victim": victim, "purpose": purpose, "text": text, "ways": [way]})).await;
        let draft = reply.json()["drafts"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
        for leak in draft["leaks"].as_array().into_iter().flatten() {
            writeln!(self.told, "    leak: {:?} ({})", word(&leak["words"]), word(&leak["kind"])).unwrap();
        }
        reply
    }

    async fn deliver(&self, who: &str, verb: &str, rest: &str) -> Reply {
        let path = format!("deliveries/{}", word(&self.last("deliveries").await["id"]));
        match verb {
            "records" => {
                let (state, evidence) = around(rest, " because ");
                self.post(who, &format!("{path}/receipts"), &json!({"state": state, "evidence": evidence})).await
            }
            "hears" => {
                let (person, said) = around(rest, ": ");
                let body = json!({"person": person, "capacity": "protector", "words": said});
                self.post(who, &format!("{path}/acknowledgements"), &body).await
            }
            _ => self.post(who, &format!("{path}/stop"), &json!({"reason": rest.trim_start_matches("because ")})).await,
        }
    }

    /// Whoever got the last mail answers by its link.
    async fn link(&mut self, what: &str) {
        let (person, said) = around(what.trim_start_matches("acknowledges as "), ": ");
        let mails = self.hall.mail.mails();
        let link = self.hall.link_in(mails.last().expect("a mail came first"));
        let path = link.strip_prefix(&self.hall.base).unwrap();
        let reply = self.hall.stranger().form(path, &[("person", person), ("words", said)]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
}

/// `real met, immediate unclear, ground already_aware met`
fn answers(text: &str) -> Value {
    let (mut answers, mut grounds) = (Map::new(), Map::new());
    for one in text.split(", ") {
        let (list, one) = match one.strip_prefix("ground ") {
            Some(ground) => (&mut grounds, ground),
            None => (&mut answers, one),
        };
        let (id, answer) = around(one, " ");
        list.insert(id.to_owned(), json!({"answer": answer, "evidence": "as told"}));
    }
    json!({"answers": answers, "grounds": grounds})
}

/// `90 minutes`, `2 hours`, `3 days`
fn span(text: &str) -> SignedDuration {
    let (count, unit) = around(text, " ");
    let count: i64 = count.parse().expect("a number of minutes, hours or days");
    match unit.trim_end_matches('s') {
        "minute" => SignedDuration::from_mins(count),
        "hour" => SignedDuration::from_hours(count),
        "day" => SignedDuration::from_hours(24 * count),
        other => panic!("`{other}` is no span of time"),
    }
}

fn time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
