//! The HTTP face from outside: who may ask what, and what every answer carries.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use common::{ask, routes};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use server::Tls;
use testkit::{Hall, PASSWORD, Person, REPORT, Reply};

const PUBLIC: [&str; 2] = ["/api/v1/session", "/api/v1/verify"];
const SOME_THREAT: &str = "thr_00000000000000000000000000";

/// A refusal is a problem (RFC 9457), whoever it is told to.
fn check_problem(reply: &Reply, status: u16, why: &str) {
    assert_eq!((reply.status, reply.why().as_str()), (status, why), "{}", reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let problem = reply.json();
    assert_eq!(problem["status"], status);
    for field in ["type", "title", "detail"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {}", reply.body);
    }
}

#[tokio::test]
async fn every_route_is_described_and_wants_somebody_signed_in() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let document = hall.stranger().get("/api/v1/openapi.json").await;
    assert_eq!(document.header("content-type"), "application/json");
    let document = document.done();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["version"].is_string() && document["info"]["title"].is_string());
    let all = routes(&hall, &course).await;
    let mut ids: Vec<Value> = Vec::new();
    for route in &all {
        let says = &document["paths"][&route.template][route.method.as_str().to_lowercase()];
        assert!(says["responses"].as_object().is_some_and(|known| !known.is_empty()), "{route:?}");
        let named = route.template.matches('{').count();
        assert_eq!(
            says["parameters"].as_array().map_or(0, |all| all.iter().filter(|one| one["in"] == "path").count()),
            named
        );
        ids.push(says["operationId"].clone());
        if PUBLIC.contains(&route.template.as_str()) {
            continue;
        }
        check_problem(&ask(&hall.stranger(), route).await, 401, "not-signed-in");
        let reply = ask(hall.person("max"), route).await;
        assert!(![401, 405, 500, 501].contains(&reply.status), "{} {}: {}", route.method, route.path, reply.body);
        assert_ne!(reply.status, 422, "{} {}: the sample body fits: {}", route.method, route.path, reply.body);
    }
    ids.sort_by_key(Value::to_string);
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "every operation has a name of its own");
    println!("API: {count} operations described, each asked for somebody signed in and answered");
    hall.close().await;
}

#[tokio::test]
async fn a_role_may_do_its_part_and_no_more() {
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let all = routes(&hall, &course).await;
    let may_not = [
        ("joon", "POST /api/v1/reports"),
        ("ilse", "POST /api/v1/reports/{id}/protected"),
        ("ana", "POST /api/v1/reports/{id}/protected"),
        ("joon", "POST /api/v1/reports/{id}/marks"),
        ("ilse", "POST /api/v1/reports/{id}/releases"),
        ("ben", "POST /api/v1/register"),
        ("ben", "POST /api/v1/register/removals"),
        ("ana", "POST /api/v1/register/doubles"),
        ("mara", "POST /api/v1/register/erasures"),
        ("ana", "POST /api/v1/register/lookups"),
        ("mara", "GET /api/v1/register/lookups"),
        ("ana", "POST /api/v1/threats/{id}/found/dismissed"),
        ("ben", "POST /api/v1/threats/{id}/drafts/{draft}/override"),
        ("ana", "POST /api/v1/accounts"),
        ("mara", "POST /api/v1/accounts/{id}"),
        ("ilse", "GET /api/v1/record/export"),
        ("ilse", "POST /api/v1/threats/{id}/victims"),
        ("ben", "POST /api/v1/threats/{id}/victims/{victim}/assessment"),
        ("mara", "POST /api/v1/threats/{id}/victims/{victim}/affirmation"),
        ("ben", "POST /api/v1/policies/proposals"),
        ("mara", "POST /api/v1/policies/proposals/{hash}/adoption"),
        ("ana", "POST /api/v1/threats/{id}/reports"),
        ("ilse", "DELETE /api/v1/threats/{id}/reports"),
        ("ilse", "POST /api/v1/threats/{id}/reviews"),
        ("ana", "POST /api/v1/threats/{id}/outcome"),
        ("mara", "POST /api/v1/threats/{id}/closed"),
        ("ana", "POST /api/v1/threats/{id}/drafts"),
        ("okafor", "POST /api/v1/threats/{id}/drafts/{draft}/approval"),
        ("ana", "POST /api/v1/threats/{id}/drafts/{draft}/return"),
        ("mara", "POST /api/v1/threats/{id}/warnings/{warning}/deliveries"),
        ("mara", "POST /api/v1/threats/{id}/deliveries/{delivery}/receipts"),
        ("ben", "POST /api/v1/threats/{id}/deliveries/{delivery}/acknowledgements"),
        ("ilse", "POST /api/v1/threats/{id}/deliveries/{delivery}/stop"),
        ("mara", "POST /api/v1/roster"),
        ("mara", "POST /api/v1/roster/shifts"),
        ("ben", "POST /api/v1/roster/exceptions"),
        ("ana", "POST /api/v1/roster/hand-overs"),
        ("mara", "POST /api/v1/accounts/{id}/waking"),
    ];
    let before = hall.desk.store.entries(None, 0, 1000).await.unwrap().len();
    for (who, what) in may_not {
        let route = all.iter().find(|route| format!("{} {}", route.method, route.template) == what);
        let reply = ask(hall.person(who), route.unwrap_or_else(|| panic!("{what} is not there"))).await;
        check_problem(&reply, 409, "role-may-not");
        assert_eq!(reply.text("/rule"), "role-may-not", "{who} {what}");
    }
    // An inspector reads everything and changes nothing.
    for route in all.iter().filter(|route| route.method != Method::GET && !route.template.contains("session")) {
        let reply = ask(hall.person("joon"), route).await;
        let may = ["/protected", "/verify", "/preview"].iter().any(|end| route.template.ends_with(end));
        assert!(may || reply.status == 409 || reply.status == 404, "{} {}: {}", route.method, route.path, reply.status);
    }
    let after = hall.desk.store.entries(None, 0, 1000).await.unwrap();
    assert_eq!(after.len(), before + 1, "nothing was done but that the inspector's look was recorded");
    assert_eq!(after.last().unwrap().kind, "ProtectedOpened");
    println!("roles: {} of {} refused by rule", may_not.len(), may_not.len());
    hall.close().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let hall = Hall::open().await;
    let mut course = hall.drafted(REPORT).await;
    for wrong in
        ["not-an-id", SOME_THREAT, "rep_00000000000000000000000000", "thr_%2e%2e", "THR_00000000000000000000000000"]
    {
        course.threat = wrong.to_owned();
        course.report = wrong.to_owned();
        course.determination = wrong.to_owned();
        for route in routes(&hall, &course).await {
            if !route.template.contains("{id}") || route.template.contains("accounts") {
                continue;
            }
            check_problem(&ask(hall.person("max"), &route).await, 404, "not-found");
        }
    }
    for path in ["/api/v1/nothing", "/api/v1/threats/x/y/z", "/api/v2/threats"] {
        assert_eq!(hall.person("max").get(path).await.status, 404, "{path}");
    }
    let query = |query: &str| format!("/api/v1/{query}");
    for (path, status, why) in [
        (query("threats?after=nonsense"), 422, "invalid"),
        (query("reports?after=due.none.x"), 422, "invalid"),
        (query("record/entries?threat=nobody"), 404, "not-found"),
    ] {
        check_problem(&hall.person("max").get(&path).await, status, why);
    }
    hall.close().await;
}

#[tokio::test]
async fn bad_bodies_are_told_where() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let mara = hall.person("mara");
    let rows: [(&str, &str, &str); 9] = [
        ("", "victims", "EOF"),
        ("{", "victims", "line 1 column 1"),
        ("[]", "victims", "line 1 column 2"),
        (r#"{"kind":"person"}"#, "victims", "name"),
        (r#"{"kind":"dragon","name":"x"}"#, "victims", "kind"),
        (r#"{"kind":"person","name":"x","extra":1}"#, "victims", "extra"),
        (r#"{"kind":"person","name":"x","kind":"group"}"#, "victims", "kind"),
        (r#"{"victim":"vic_1","text":{}}"#, "drafts", "victim"),
        (r#"{"of":"dragon"}"#, "taken", "of"),
    ];
    for (body, path, says) in rows {
        let request = mara.request(Method::POST, &course.path(path)).header("content-type", "application/json");
        let reply = mara.send(request.body(body)).await;
        check_problem(&reply, 422, "invalid");
        assert!(reply.text("/detail").contains(says), "{body:?}: {}", reply.text("/detail"));
    }
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = mara.request(Method::POST, &course.path("victims")).header("content-type", kind);
        check_problem(&mara.send(request.body("{}")).await, 415, "not-json");
    }
    let huge = json!({"name": "huge.txt", "reporter": "x", "text": "x".repeat(9 * 1024 * 1024)});
    check_problem(&hall.person("ilse").post("/api/v1/reports", &huge).await, 413, "too-large");
    check_problem(&hall.person("ilse").post_keyed("/api/v1/reports", "a", &huge).await, 413, "too-large");
    for key in ["", &"k".repeat(201), "ключ"] {
        let request = mara.request(Method::POST, &course.path("victims")).header("idempotency-key", key.as_bytes());
        check_problem(&mara.send(request.json(&json!({}))).await, 400, "invalid");
    }
    let [neither, both] =
        [json!({"name": "a", "reporter": "b"}), json!({"name": "a", "reporter": "b", "text": "", "base64": ""})];
    for body in [neither, both, json!({"name": "a", "reporter": "b", "base64": "%%%"})] {
        check_problem(&hall.person("ilse").post("/api/v1/reports", &body).await, 422, "invalid");
    }
    hall.close().await;
}

/// The same request under the same key twice: the same answer, done once.
async fn check_replay(who: &Person, path: &str, body: &Value) {
    let first = who.post_keyed(path, path, body).await;
    assert!((200..300).contains(&first.status), "{path}: {} {}", first.status, first.body);
    let second = who.post_keyed(path, path, body).await;
    assert_eq!(
        (second.status, second.json(), second.body.is_empty()),
        (first.status, first.json(), first.body.is_empty()),
        "{path}"
    );
    let mut other = body.clone();
    other["x"] = 1.into();
    check_problem(&who.post_keyed(path, path, &other).await, 422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_repeated_request_is_answered_again_and_done_once() {
    let hall = Hall::open().await;
    let course = hall.sent(REPORT).await;
    let before = hall.desk.stats().await.unwrap();
    let report = json!({"name": "other.txt", "reporter": "x", "text": "(U) A bomb will be placed in Oslo on 9 March 2024.\n\n(S) Told by a neighbour."});
    check_replay(hall.person("ilse"), "/api/v1/reports", &report).await;
    // The first answer stays the answer, whatever became of the report since.
    let again = || hall.person("ilse").post_keyed("/api/v1/reports", "/api/v1/reports", &report);
    let first = again().await.json();
    assert!(first["threat"].is_string() && first["reading"].is_object(), "read and linked: {first}");
    let look = format!("/api/v1/reports/{}/protected", first["id"].as_str().unwrap());
    hall.person("mara").post(&look, &json!({"reason": "to assess it"})).await.done();
    assert_eq!(again().await.json(), first);
    check_replay(hall.person("mara"), &course.path("victims"), &json!({"kind": "group", "name": "his colleagues"}))
        .await;
    let draft = json!({"victim": course.victim, "text": testkit::words(), "ways": []});
    check_replay(hall.person("mara"), &course.path("drafts"), &draft).await;
    let receipt = json!({"state": "delivered", "evidence": "says the carrier"});
    check_replay(hall.person("ana"), &course.path(&format!("deliveries/{}/receipts", course.delivery)), &receipt).await;
    let account =
        json!({"name": "newcomer", "full_name": "New", "roles": ["intake"], "password": "a password to remember"});
    check_replay(hall.person("okafor"), "/api/v1/accounts", &account).await;
    let opened = hall.person("okafor").post_keyed("/api/v1/accounts", "/api/v1/accounts", &account).await;
    let off = format!("/api/v1/accounts/{}", opened.text("/id"));
    check_replay(hall.person("okafor"), &off, &json!({"off": "never came"})).await;
    let register = json!({"name": "r.csv", "text": "id,kind,name\nx,person,X\n"});
    check_replay(hall.person("mara"), "/api/v1/register", &register).await;
    let after = hall.desk.stats().await.unwrap();
    assert_eq!(after.reports, before.reports + 1);
    let threat = hall.person("joon").get(&course.path("")).await.json();
    assert_eq!(threat["threat"]["victims"].as_array().unwrap().len(), 2);
    assert_eq!(threat["threat"]["drafts"].as_array().unwrap().len(), 2);
    // Somebody else's key is somebody else's.
    let key = course.path("victims");
    let mine = hall.person("vera").post_keyed(&key, &key, &json!({"kind": "person", "name": "V"})).await;
    assert_eq!(mine.done()["victims"].as_array().unwrap().len(), 3);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twins_at_the_same_moment_are_one() {
    let hall = Hall::open().await;
    let body =
        json!({"name": "twin.txt", "reporter": "x", "text": "(U) A bomb will be placed in Oslo on 9 March 2024."});
    let send = || hall.person("ilse").post_keyed("/api/v1/reports", "twin", &body);
    let replies = tokio::join!(send(), send(), send(), send(), send(), send());
    let replies = [replies.0, replies.1, replies.2, replies.3, replies.4, replies.5];
    for reply in &replies {
        assert_eq!((reply.status, reply.json()), (201, replies[0].json()), "{}", reply.body);
    }
    assert_eq!(hall.desk.stats().await.unwrap().reports, 1);
    hall.close().await;
}

#[tokio::test]
async fn pages_of_a_list_neither_skip_nor_repeat() {
    let hall = Hall::open().await;
    let bring = async |number: usize| {
        let text = format!("(U) A bomb will be placed in Oslo, street {number}, on {} March 2024.", number + 2);
        hall.person("ilse")
            .post("/api/v1/reports", &json!({"name": "n.txt", "reporter": "x", "text": text}))
            .await
            .done()
    };
    let mut expected = Vec::new();
    for number in 0..7 {
        expected.insert(0, bring(number).await["id"].clone());
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/reports?limit=3".to_owned());
    loop {
        let page = hall.person("joon").get(&path).await.done();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        bring(seen.len() + 20).await;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/reports?limit=3&after={}", testkit::encoded(next));
    }
    assert_eq!(seen, expected, "whatever came in between");
    for (limit, items) in [("0", 1), ("2", 2), ("999999", 10)] {
        let page = hall.person("joon").get(&format!("/api/v1/reports?limit={limit}")).await.done();
        assert_eq!(page["items"].as_array().unwrap().len(), items, "limit={limit}");
    }
    hall.close().await;
}

#[tokio::test]
async fn every_answer_is_dressed() {
    let hall = Hall::open().await;
    let (mara, nobody) = (hall.person("mara"), hall.stranger());
    let page = mara.get("/").await;
    let asset = page.body.split('"').find(|word| word.starts_with("/assets/")).unwrap().to_owned();
    let cross = mara.request(Method::POST, "/api/v1/reports").header("sec-fetch-site", "cross-site").json(&json!({}));
    let replies = [
        page,
        mara.get("/api/v1/threats").await,
        mara.get(&asset).await,
        mara.get("/nowhere").await,
        mara.get(&format!("/threats/{SOME_THREAT}")).await,
        mara.post("/api/v1/threats", &json!({})).await,
        mara.post("/api/v1/reports", &json!({})).await,
        mara.send(cross).await,
        mara.send(mara.request(Method::OPTIONS, "/api/v1/reports")).await,
        mara.send(mara.request(Method::HEAD, "/reports")).await,
        nobody.get("/").await,
        nobody.get("/sign-in").await,
        nobody.get("/a/guess").await,
        nobody.get("/verify").await,
        nobody.get("/api/v1/me").await,
        nobody.get("/api/v1/openapi.json").await,
        nobody.post("/api/v1/session", &json!({"name": "mara", "password": "wrong"})).await,
    ];
    for (at, reply) in replies.iter().enumerate() {
        let policy = reply.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "answer {at} ({}): {policy}", reply.status);
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), value, "answer {at} ({})", reply.status);
        }
        assert_eq!(reply.header("server"), "", "answer {at}");
        let kept = reply.header("cache-control");
        assert!(kept == "no-store" || (kept.contains("immutable") && at == 2), "answer {at}: {kept}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "answer {at}");
    }
    println!("headers: {} kinds of answer, all dressed", replies.len());
    hall.close().await;
}

#[tokio::test]
async fn other_sites_cannot_act() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let entries = hall.desk.store.entries(None, 0, 1000).await.unwrap().len();
    let (ben, approval) = (hall.person("ben"), format!("drafts/{}/approval", course.draft));
    let form = format!("/threats/{}/{approval}", course.threat);
    let marks: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    ];
    for mark in marks {
        for path in [course.path(&approval), form.clone(), "/sign-out".to_owned(), "/api/v1/session".to_owned()] {
            let mut request = ben.request(Method::POST, &path).header("content-type", "application/json");
            for (name, value) in mark {
                request = request.header(*name, *value);
            }
            let reply = ben.send(request.body(json!({"fingerprint": course.fingerprint}).to_string())).await;
            assert_eq!(reply.status, 403, "{path} {mark:?}: {}", reply.body);
        }
    }
    assert_eq!(ben.get("/api/v1/me").await.status, 200, "still signed in");
    assert_eq!(hall.desk.store.entries(None, 0, 1000).await.unwrap().len(), entries, "nothing was done");
    let own = ben.request(Method::POST, &course.path(&approval)).header("origin", hall.base.clone());
    let own = own.header("sec-fetch-site", "same-origin").json(&json!({"fingerprint": course.fingerprint}));
    assert_eq!(ben.send(own).await.status, 200, "the desk's own page may");
    // A one-time page opened from a mail program is a cross-site GET.
    let opened = hall.stranger().request(Method::GET, "/verify").header("sec-fetch-site", "cross-site");
    assert_eq!(hall.stranger().send(opened).await.status, 200);
    println!("CSRF: {} of {} refused with nothing done", marks.len() * 4, marks.len() * 4);
    hall.close().await;
}

#[tokio::test]
async fn guessing_is_throttled_and_says_nothing() {
    let hall = Hall::open().await;
    let guess = async |name: &str, password: &str| {
        hall.stranger().post("/api/v1/session", &json!({"name": name, "password": password})).await
    };
    let (known, unknown) = (guess("mara", "wrong password").await, guess("nobody", "wrong password").await);
    assert_eq!((known.status, known.body.clone()), (401, unknown.body), "the same words for both");
    for _ in 0..9 {
        assert_eq!(guess("mara", "wrong password").await.status, 401);
    }
    check_problem(&guess("mara", PASSWORD).await, 429, "too-many");
    assert_eq!(guess("ben", PASSWORD).await.status, 200, "others are let in");
    let form = hall.stranger().form("/sign-in", &[("name", "mara"), ("password", PASSWORD)]).await;
    assert_eq!(form.status, 429, "by the page too");
    hall.pass(SignedDuration::from_mins(16)).await;
    assert_eq!(guess("mara", PASSWORD).await.status, 200, "after a quarter of an hour");
    for number in 0..50 {
        guess(&format!("somebody-{number}"), "wrong password").await;
    }
    check_problem(&guess("vera", PASSWORD).await, 429, "too-many");
    let mut verified = 0;
    for number in 0..12 {
        let body = json!({"reference": "FW-2024-0001", "code": format!("{number:08}")});
        verified += usize::from(hall.stranger().post("/api/v1/verify", &body).await.status == 200);
    }
    assert_eq!(verified, 0, "the address is throttled for verification too");
    hall.close().await;
}

#[tokio::test]
async fn the_session_cookie_is_locked_up() {
    let hall = Hall::open().await;
    let person = hall.stranger();
    let before = person.get("/sign-in").await;
    assert_eq!(before.header("set-cookie"), "", "nobody is given a cookie before signing in");
    let reply = person.post("/api/v1/session", &json!({"name": "mara", "password": PASSWORD})).await;
    let cookie = reply.header("set-cookie").to_owned();
    for flag in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(cookie.split(['=', ';']).nth(1).unwrap().len() >= 22, "128 bits at least: {cookie}");
    let again = person.post("/api/v1/session", &json!({"name": "mara", "password": PASSWORD})).await;
    assert_ne!(again.header("set-cookie").split(';').next(), cookie.split(';').next(), "a new session at each sign-in");
    let old = hall.stranger();
    let with_old = old.request(Method::GET, "/api/v1/me").header("cookie", cookie.split(';').next().unwrap());
    assert_eq!(old.send(with_old).await.status, 401, "the one before is gone");
    assert_eq!(person.send(person.request(Method::DELETE, "/api/v1/session")).await.status, 204);
    assert_eq!(person.get("/api/v1/me").await.status, 401);
    hall.close().await;
}

/// A certificate and its key by OpenSSL, good for two days.
fn certificate(place: &std::path::Path, name: &str) -> (PathBuf, PathBuf) {
    let args = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext \
         subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout {name}.key -out {name}.pem"
    );
    let ran = Command::new("openssl").current_dir(place).args(args.split(' ')).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    (place.join(format!("{name}.pem")), place.join(format!("{name}.key")))
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_in_words() {
    let place = tempfile::tempdir().unwrap();
    let (one, key) = certificate(place.path(), "one");
    let (_, other) = certificate(place.path(), "other");
    let empty = place.path().join("empty");
    std::fs::write(&empty, "nothing").unwrap();
    let now = server::Clock::System.now();
    let (then, before) = (now + SignedDuration::from_hours(72), now - SignedDuration::from_hours(24));
    let rows: [(&PathBuf, &PathBuf, Timestamp, &str); 7] = [
        (&one, &other, now, "not the key of the certificate"),
        (&empty, &key, now, "holds no certificate"),
        (&one, &empty, now, "holds no private key"),
        (&one, &one, now, "holds no private key"),
        (&one, &key, then, "ended on"),
        (&one, &key, before, "not valid before"),
        (&place.path().join("absent"), &key, now, "absent"),
    ];
    for (certificate, key, now, words) in rows {
        let refused = Tls::open(certificate.clone(), key.clone(), now).err().unwrap().to_string();
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

#[tokio::test]
async fn the_desk_speaks_tls_itself() {
    let hall = Hall::open().await;
    let place = tempfile::tempdir().unwrap();
    let (certificate_file, key_file) = certificate(place.path(), "one");
    // Taken anew each time: a certificate made since begins after an earlier now.
    let now = || server::Clock::System.now();
    let tls = Arc::new(Tls::open(certificate_file.clone(), key_file.clone(), now()).unwrap());
    let address = "127.0.0.1:0".parse().unwrap();
    let serving = server::serve_with(hall.desk.clone(), address, Some(tls.clone()), false).await.unwrap();
    let base = format!("https://{}", serving.address);
    let client = |pem: Vec<u8>| {
        let trusted = reqwest::Certificate::from_pem(&pem).unwrap();
        reqwest::Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap()
    };
    let first = client(std::fs::read(&certificate_file).unwrap());

    // Somebody who connects and says nothing, and somebody who speaks plain HTTP, keep nobody waiting.
    let silent = tokio::net::TcpStream::connect(serving.address).await.unwrap();
    let plain = reqwest::get(format!("http://{}/sign-in", serving.address)).await;
    assert!(plain.is_err(), "no plain HTTP where TLS is spoken");

    let sign_in = json!({"name": "mara", "password": PASSWORD});
    let reply = first.post(format!("{base}/api/v1/session")).json(&sign_in).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    let header = |name: &str| reply.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("set-cookie").contains("; Secure"), "{}", header("set-cookie"));
    assert_eq!(header("strict-transport-security"), "max-age=31536000");
    drop(silent);

    // A new certificate in the same place is taken up; one that is half written is not.
    assert!(!tls.reload(now()).unwrap());
    let (second_file, second_key) = certificate(place.path(), "two");
    std::fs::copy(&second_file, &certificate_file).unwrap();
    assert!(tls.reload(now()).unwrap_err().to_string().contains("not the key"));
    assert_eq!(first.get(format!("{base}/sign-in")).send().await.unwrap().status(), 200);
    std::fs::copy(&second_key, &key_file).unwrap();
    assert!(tls.reload(now()).unwrap());
    let second = client(std::fs::read(&second_file).unwrap());
    assert_eq!(second.get(format!("{base}/sign-in")).send().await.unwrap().status(), 200);
    serving.stop().await.unwrap();
    hall.close().await;
}
