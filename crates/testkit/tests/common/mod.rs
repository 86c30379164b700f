//! Every route of the API with a body that fits its shape.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use testkit::{Course, Hall, email_way, words};

/// One thing that the API can be asked.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: reqwest::Method,
    /// With the ids of a course in it.
    pub path: String,
    /// As the OpenAPI document writes it.
    pub template: String,
    /// A body that fits, for those that take one.
    pub body: Option<Value>,
}

/// Every route that the desk's own OpenAPI document names, with the ids of `course`.
pub async fn routes(hall: &Hall, course: &Course) -> Vec<Route> {
    let document = hall.stranger().get("/api/v1/openapi.json").await.done();
    let mut routes = Vec::new();
    for (template, methods) in document["paths"].as_object().unwrap() {
        for (method, says) in methods.as_object().unwrap() {
            let path = filled(template, course);
            let takes_one = says.get("requestBody").is_some();
            let body = takes_one.then(|| body(template, course));
            let method = method.to_uppercase().parse().unwrap();
            routes.push(Route { method, path, template: template.clone(), body });
        }
    }
    routes
}

fn filled(template: &str, course: &Course) -> String {
    let main = if template.contains("/reports/{id}") {
        &course.report
    } else if template.contains("/accounts/{id}") {
        "acc_00000000000000000000000000"
    } else if template.contains("/determinations/{id}") {
        &course.determination
    } else {
        &course.threat
    };
    template
        .replace("{id}", main)
        .replace("{hash}", &"0".repeat(64))
        .replace("{victim}", &course.victim)
        .replace("{draft}", &course.draft)
        .replace("{warning}", &course.warning)
        .replace("{delivery}", &course.delivery)
        .replace("{way}", "0")
        .replace("{number}", "1")
}

/// A body of the shape that a route takes.
fn body(template: &str, course: &Course) -> Value {
    let reason = json!({"reason": "because a test wants it"});
    let last = template.rsplit('/').next().unwrap();
    match (template.split('/').nth(3).unwrap_or_default(), last) {
        ("session", _) => json!({"name": "nobody", "password": "not the right one"}),
        ("accounts", "accounts") => {
            json!({"name": "newcomer", "full_name": "New Comer", "roles": ["intake"], "password": "long enough to be one"})
        }
        ("accounts", "waking") => json!({"paths": [{"channel": "email", "address": "somebody@desk.example"}]}),
        ("accounts", _) => json!({"off": "left the desk"}),
        ("roster", "roster") => json!({"name": "r.toml", "text": "zone = \"UTC\"", "dry_run": true}),
        ("roster", "shifts") => json!({
            "role": "assessor", "person": "max", "days": ["mon"], "from": "08:00", "to": "20:00", "zone": "Europe/London",
        }),
        ("roster", "exceptions") => json!({
            "role": "assessor", "from": "2024-03-04T08:00:00Z", "to": "2024-03-04T09:00:00Z", "off": "max", "reason": "ill",
        }),
        ("roster", "hand-overs") => json!({"role": "assessor", "to": "mara", "note": "quiet"}),
        ("wakes", "answer") => json!({"words": ""}),
        ("wakes", "told") => json!({"reached": true, "words": "she comes"}),
        ("register", "removals" | "keeps") => json!({"line": "party x", "reason": "moved away"}),
        ("register", "doubles") => json!({"one": "x", "other": "y", "reason": "born forty years apart"}),
        ("register", "erasures") => json!({"reason": "their time is over"}),
        ("register", "lookups") => json!({"text": "Somebody Else", "reason": "a caller asks"}),
        (_, "dismissed") => json!({"party": "x", "reason": "left on Sunday"}),
        (_, "override") => json!({"findings": 1, "reason": "it stood in the paper"}),
        ("register", _) => json!({"name": "r.jsonl", "text": "{\"id\":\"x\",\"kind\":\"person\",\"names\":[\"X\"]}"}),
        ("policies", "preview") => json!({"text": another_version()}),
        ("policies", "proposals") => json!({"text": another_version(), "reason": "counsel has read it"}),
        ("reports", "reports") => json!({"name": "note.txt", "reporter": "somebody", "text": "(U) A plain note."}),
        ("reports", "marks") => json!({"on": {"whole": true}, "marking": "TLP:RED", "reason": "the station asks"}),
        ("reports", "releases") => {
            json!({"on": {"whole": true}, "marking": "TLP:GREEN", "agreed": "J. Doe, the station", "reason": "to warn"})
        }
        ("verify", _) => json!({"reference": "FW-2024-0001", "code": "1234-5678"}),
        (_, "victims") => json!({"kind": "person", "name": "somebody", "reason": "named"}),
        (_, "assessment") => json!({"answers": {}, "grounds": {}}),
        (_, "affirmation") => json!({"of": "not_owed", "reason": "nobody is meant"}),
        (_, "reports") => json!({"report": course.report, "reason": "the same place"}),
        (_, "coordination") => json!({"do": "take_ownership", "note": "mine"}),
        (_, "taken") => json!({"of": {"clock": "identify"}}),
        (_, "reviews") => json!({"victim": course.victim, "decision": "hold", "reason": "nothing new"}),
        (_, "outcome") => json!({"kind": "not_known", "reason": "nobody has heard"}),
        (_, "drafts") => {
            json!({"victim": course.victim, "text": words(), "ways": [email_way("Somebody", "somebody@place.example")]})
        }
        (_, "comments") => json!({"words": "Of what?"}),
        (_, "answer") => json!({"words": "Said below."}),
        (_, "approval") => json!({"fingerprint": course.fingerprint}),
        (_, "deliveries") => {
            json!({"way": email_way("The depot's owner", "other@depot.example"), "reason": "the first bounced"})
        }
        (_, "receipts") => json!({"state": "delivered", "evidence": "the carrier says so"}),
        (_, "acknowledgements") => json!({"person": "A. Named", "capacity": "protector", "words": "understood"}),
        _ => reason,
    }
}

/// The pack of the hall in another version that says the same.
pub fn another_version() -> String {
    policy::shipped_text("icd-191").unwrap().replacen("version = \"", "version = \"9.", 1)
}

/// Asks as `who`.
pub async fn ask(who: &testkit::Person, route: &Route) -> testkit::Reply {
    let request = who.request(route.method.clone(), &route.path);
    who.send(match &route.body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}
