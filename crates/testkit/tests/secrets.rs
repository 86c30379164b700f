//! A8: canaries in everything that must stay inside, and a search through everything that comes out: logs at their
//! loudest, errors, headers, pages, mails, exports, and what everybody at the desk is shown without opening anything.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, query_scalar};
use store::Content;
use testkit::{Behaviour, Hall, PASSWORD, Person, Step, email_way, words};

/// Words, names and times that stand in protected paragraphs only, in every place that reading takes words from.
const PROTECTED: [&str; 14] = [
    "Qvexley",
    "Zarnobel",
    "Wuxtramp",
    "Brelnok",
    "Yofgard",
    "Trimquist",
    "Plombera",
    "Dwixen",
    "Hrovath",
    "Jelkspar",
    "73519",
    "04:47",
    "Nimborough",
    "Stairway Nine",
];

const REPORT: &str = "(U) Illustration; no real report reads like this.\n\n\
    Dated 1 March 2024\n\n\
    (U) ISIS-Khorasan is preparing a suicide bombing against a large public gathering in the city of Kerman, Iran, on 8 \
    March 2024.\n\n\
    (S//NF) Reported by Anna Qvexley, a colleague, who heard it from Ivan Zarnobel at 04:47 in Stairway Nine. \"The \
    Wuxtramp brothers will bring the long knives to Nimborough on Friday,\" Mr Brelnok told her. The Yofgard Front, led \
    by Otto Trimquist, plans a bombing at the Plombera hotel in Nimborough. Police arrested Karl Dwixen; 73519 people \
    were killed, according to the Hrovath Gazette. Jelkspar warned the embassy by telephone.\n\n\
    The mark (TLP:RED) stands here as well: Qvexley must not be named.";

/// The same threat once more, so that the two are linked and the link is explained.
const SECOND: &str = "(U) Illustration.\n\nDated 1 March 2024\n\n\
    (U) The Islamic State's affiliate in Afghanistan plans a suicide bombing at a gathering in Kerman, Iran, on 8 March \
    2024.\n\n\
    (S//NF) The Yofgard Front, led by Otto Trimquist, plans a bombing at the Plombera hotel in Nimborough, says Anna \
    Qvexley.";

/// A report whose every paragraph is protected.
const ALL_CLOSED: &str =
    "Otto Trimquist of the Yofgard Front will bomb the Plombera hotel in Oslo on 9 March 2024, said Anna Qvexley.";

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What came out, and where.
#[derive(Default)]
struct Artefacts {
    canaries: Vec<String>,
    searched: usize,
    bytes: usize,
    hits: Vec<String>,
}

impl Artefacts {
    fn search(&mut self, place: &str, text: &str) {
        self.searched += 1;
        self.bytes += text.len();
        for canary in &self.canaries {
            if let Some(at) = text.find(canary.as_str()) {
                let from = text[..at].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                let to = text[at..].char_indices().nth(60).map_or(text.len(), |(more, _)| at + more);
                self.hits.push(format!("{canary} in {place}: …{}…", &text[from..to]));
            }
        }
    }

    async fn get(&mut self, who: &Person, path: &str) {
        let reply = who.get(path).await;
        let place = format!("GET {path} as {} ({})", who.name, reply.status);
        self.search(&place, &reply.body);
        self.search(&format!("{place}, headers"), &format!("{:?}", reply.headers));
    }
}

#[tokio::test]
async fn a8_canaries_stay_inside() {
    let log = Log::default();
    let writer = log.clone();
    let loudest = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    // The logger's own time stamps are of this very second, and hold any number and any hour by chance.
    loudest.without_time().with_ansi(false).with_writer(move || writer.clone()).init();
    let hall = Hall::open().await;
    let mut found = Artefacts { canaries: PROTECTED.map(str::to_owned).to_vec(), ..Artefacts::default() };

    // The whole chain. Every answer is searched.
    let mut course = hall.determined(REPORT).await;
    let mut closed = Vec::new();
    for (name, text) in
        [("second.txt", SECOND), ("closed.txt", ALL_CLOSED), ("closed.html", &format!("<p>{ALL_CLOSED}</p>"))]
    {
        let body = json!({"name": name, "reporter": "a station", "text": text});
        let reply = hall.person("ilse").post_keyed("/api/v1/reports", name, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        found.search("the answer to whoever brought it", &reply.body);
        let again = hall.person("ilse").post_keyed("/api/v1/reports", name, &body).await;
        found.search("the answer kept under its key", &again.body);
        closed.push(reply.json());
    }
    let view = hall.person("mara").get(&course.path("")).await.done();
    assert_eq!(view["threat"]["reports"].as_array().unwrap().len(), 2, "the second report was linked: {}", closed[0]);
    let register = "{\"id\":\"x1\",\"kind\":\"person\",\"names\":[\"Otto Trimquist\"]}\n";
    let imported = hall.person("mara").post("/api/v1/register", &json!({"name": "r.jsonl", "text": register})).await;
    assert_eq!(imported.json()["added"], 1, "{}", imported.body);
    hall.desk.run_due().await.unwrap();
    // The register may name them; what it found them in is another thing.
    let ours = ["Trimquist"];
    found.canaries.retain(|canary| !ours.contains(&canary.as_str()));
    leaking_draft(&hall, &course, &mut found).await;
    let (password, token) = deliver(&hall, &mut course, &mut found).await;
    refusals_and_faults(&hall, &course, &password, &mut found).await;

    // What everybody is shown without opening anything.
    let threats = [course.threat.clone(), closed[1]["threat"].as_str().unwrap_or_default().to_owned()];
    let reports = closed.iter().map(|report| report["id"].as_str().unwrap().to_owned());
    let reports: Vec<String> = reports.chain([course.report.clone()]).collect();
    for path in everywhere(&hall, &threats, &reports, &course).await {
        for person in hall.people() {
            found.get(person, &path).await;
        }
    }
    found.canaries.extend(ours.map(str::to_owned));

    // Opened on the record, the words are there: the canaries would have been seen.
    let opened = hall
        .person("joon")
        .post(&format!("/api/v1/reports/{}/protected", course.report), &json!({"reason": "audit"}))
        .await;
    assert!(found.canaries.iter().filter(|canary| opened.body.contains(canary.as_str())).count() >= PROTECTED.len());
    let page = hall.person("joon").form(&format!("/reports/{}/protected", course.report), &[("reason", "audit")]).await;
    assert!(page.body.contains("Qvexley"));
    let looks = hall.person("okafor").get(&format!("/api/v1/reports/{}", course.report)).await.json();
    assert_eq!(looks["report"]["looks"].as_array().unwrap().len(), 3, "each look is recorded");

    // Exports, checkpoint, mails, debug output, logs.
    let mut export = Vec::new();
    hall.desk.store.export(Content::Withheld, &mut export).await.unwrap();
    found.search("the export without content", &String::from_utf8_lossy(&export));
    found.search("the checkpoint", &hall.desk.store.checkpoint().await.unwrap().unwrap());
    for mail in hall.mail.mails() {
        found.search("a mail", &mail.text().replace("=\r\n", ""));
    }
    let rows = hall.desk.store.list("report", &store::Filter::default(), None, 100).await.unwrap();
    found.search("a row's debug output", &format!("{rows:?}"));
    let entries = hall.desk.store.entries(None, 0, 1000).await.unwrap();
    found.search("the entries' debug output", &format!("{entries:?}"));
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.len() > 10_000, "the log was caught");
    // The test's own client logs where it asks; the desk's log is the rest.
    let ours = logged.lines().filter(|line| !line.contains("reqwest") && !line.contains("hyper_util::client"));
    let ours = ours.collect::<Vec<_>>().join("\n");
    found.canaries.extend([password, PASSWORD.to_owned(), token]);
    found.search("the log at TRACE", &ours);
    at_rest(&hall).await;
    println!(
        "A8: {} canaries, {} artefacts with {} kB searched (log at TRACE {} kB): {} hits",
        found.canaries.len(),
        found.searched,
        found.bytes / 1000,
        ours.len() / 1000,
        found.hits.len()
    );
    assert_eq!(found.hits, Vec::<String>::new());
    hall.close().await;
}

/// A draft that repeats some of it: the findings tell the writer's own words and no others.
async fn leaking_draft(hall: &Hall, course: &testkit::Course, found: &mut Artefacts) {
    let mut text = words();
    text["what"] =
        "A colleague heard it at a quarter to five on the stairs: somebody brings long knives on Friday.".into();
    let body = json!({"victim": course.victim, "text": text, "ways": []});
    let reply = hall.person("mara").post(&course.path("drafts"), &body).await;
    assert!(!reply.json()["drafts"][0]["leaks"].as_array().unwrap().is_empty(), "the leak check finds it");
    found.search("the findings of the leak check", &reply.body);
}

/// Delivers through a channel that fails first; answers a password and a one-time token that must not be logged.
async fn deliver(hall: &Hall, course: &mut testkit::Course, found: &mut Artefacts) -> (String, String) {
    let body =
        json!({"victim": course.victim, "text": words(), "ways": [email_way("The owner", "owner@depot.example")]});
    let after = hall.person("mara").post(&course.path("drafts"), &body).await.done();
    let draft = after["drafts"].as_array().unwrap().last().unwrap().clone();
    draft["id"].as_str().unwrap().clone_into(&mut course.draft);
    let approval = course.path(&format!("drafts/{}/approval", course.draft));
    let body = json!({"fingerprint": draft["release"]["fingerprint"]});
    let after = hall.person("ben").post(&approval, &body).await.done();
    after["deliveries"][0]["id"].as_str().unwrap().clone_into(&mut course.delivery);
    hall.mail.behave(Behaviour::Refuse(Step::Message, 451, "later".to_owned()));
    hall.desk.run_due().await.unwrap();
    hall.mail.behave(Behaviour::Accept);
    hall.pass(jiff::SignedDuration::from_mins(5)).await;
    let link = hall.link_in(&hall.mail.mails()[0]);
    let path = link.strip_prefix(&hall.base).unwrap().to_owned();
    found.search("the recipient's page", &hall.stranger().get(&path).await.body);
    hall.stranger().form(&path, &[("person", "A. Named"), ("words", "we have it")]).await;
    let password = "a canary Xylograph as password".to_owned();
    let account = json!({"name": "newcomer", "full_name": "New", "roles": ["intake"], "password": password});
    hall.person("okafor").post_keyed("/api/v1/accounts", "k", &account).await.done();
    hall.stranger().post("/api/v1/session", &json!({"name": "newcomer", "password": password})).await.done();
    let wrong = hall.stranger().post("/api/v1/session", &json!({"name": "mara", "password": password})).await;
    assert_eq!(wrong.status, 401);
    found.search("a failed sign-in", &wrong.body);
    (password, path.rsplit('/').next().unwrap().to_owned())
}

/// Errors of every kind, with canaries in what was sent and in what is stored.
async fn refusals_and_faults(hall: &Hall, course: &testkit::Course, password: &str, found: &mut Artefacts) {
    for route in common::routes(hall, course).await.into_iter().filter(|route| !route.template.ends_with("/session")) {
        for who in ["joon", "ilse"] {
            let reply = common::ask(hall.person(who), &route).await;
            let opens = route.template.ends_with("/protected");
            if reply.status >= 400 || !opens {
                found.search(&format!("{} {} as {who}", route.method, route.template), &reply.body);
            }
        }
    }
    let ilse = hall.person("ilse");
    for (name, bytes) in
        [("a.json", "{\"text\": Qvexley"), ("a.json", "{\"txt\": \"Qvexley\"}"), ("a.txt", "\0\0Qvexley\0\0")]
    {
        let reply = ilse.post("/api/v1/reports", &json!({"name": name, "reporter": "x", "text": bytes})).await;
        assert_eq!(reply.status, 422, "{}", reply.body);
        found.search("a report that cannot be read", &reply.body);
    }
    let broken = ilse.request(Method::POST, "/api/v1/reports").header("content-type", "application/json");
    let broken = ilse.send(broken.body("{\"name\": \"x\", \"text\": \"Qvexley\" \"Zarnobel\"}")).await;
    found.search("a body that is no JSON", &broken.body);
    let unknown = ilse.post("/api/v1/accounts", &json!({"password": password, "roles": ["Qvexley"]})).await;
    assert!(!unknown.body.contains(password));
    // A stored row that is damaged: the fault is logged, its content is not.
    let file = hall.data().join(server::DATABASE);
    let options = SqliteConnectOptions::new().filename(file).pragma("ignore_check_constraints", "ON");
    let mut admin = options.connect().await.unwrap();
    for damage in ["substr(state, 1, length(state) - 40)", "replace(state, '\"id\"', '\"di\"')"] {
        let kept = "CREATE TABLE kept AS SELECT stream, state FROM folds WHERE kind = 'report'";
        sqlx::raw_sql(kept).execute(&mut admin).await.unwrap();
        let sql = format!("UPDATE folds SET state = {damage} WHERE kind = 'report'");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        for path in
            [format!("/api/v1/reports/{}", course.report), course.path(""), format!("/reports/{}", course.report)]
        {
            let reply = hall.person("mara").get(&path).await;
            assert_eq!(reply.status, 500, "{path}");
            found.search("a fault", &reply.body);
        }
        let back = "UPDATE folds SET state = (SELECT kept.state FROM kept WHERE kept.stream = folds.stream) WHERE kind = 'report'; DROP TABLE kept";
        sqlx::raw_sql(back).execute(&mut admin).await.unwrap();
    }
    admin.close().await.unwrap();
}

/// Every place that can be looked at without opening anything.
async fn everywhere(hall: &Hall, threats: &[String], reports: &[String], course: &testkit::Course) -> Vec<String> {
    let routes = common::routes(hall, course).await.into_iter().filter(|route| route.method == Method::GET);
    let mut paths: Vec<String> = routes.map(|route| route.path).collect();
    for threat in threats {
        for end in ["", "/suggestions"] {
            paths.push(format!("/api/v1/threats/{threat}{end}"));
        }
        paths.push(format!("/threats/{threat}"));
        paths.push(format!("/threats/{threat}/drafts/new"));
    }
    for report in reports {
        paths.push(format!("/api/v1/reports/{report}"));
        paths.push(format!("/reports/{report}"));
    }
    paths.push(format!("/threats/{}/drafts/{}", course.threat, course.draft));
    let pages = ["/", "/reports", "/record", "/people", "/register", "/policies", "/verify", "/changes?size=0&of=desk"];
    paths.extend(pages.map(str::to_owned));
    paths
}

/// What is hidden in one of two worlds: the same acts, places and days, which are shown to whoever has to judge, and other
/// words, names, numbers and hours, which are not. As long in both, because the length of what is hidden is shown.
const HIDDEN: [&str; 2] = [
    "(S//NF) Anna Qvexley heard it from Ivan Zarnobel at 04:47: 735 of the Wuxtramp brothers meet on Stairway Nine.",
    "(S//NF) Olga Hrovath heard it from Karl Trimbrook at 19:12: 4120 of the Jelkspar uncles meet in Basement Four.",
];

/// All that anybody can look at in a world with this paragraph hidden in a report, and what each was answered.
async fn world(hidden: &str) -> Vec<(String, String)> {
    let hall = Hall::open().await;
    let course =
        hall.determined(&REPORT.replace("The mark (TLP:RED)", &format!("{hidden}\n\nThe mark (TLP:RED)"))).await;
    // Another report, to be linked or not by what is hidden in both.
    let second = format!("{SECOND}\n\n{hidden}");
    let body = json!({"name": "second.txt", "reporter": "a station", "text": second});
    let came = hall.person("ilse").post_keyed("/api/v1/reports", "second", &body).await;
    hall.desk.run_due().await.unwrap();
    let reports = [course.report.clone(), came.json()["id"].as_str().unwrap().to_owned()];
    let mut seen = vec![("the answer to its bringer".to_owned(), came.body)];
    for path in everywhere(&hall, std::slice::from_ref(&course.threat), &reports, &course).await {
        for person in hall.people() {
            let reply = person.get(&path).await;
            let tag = reply.headers.get("etag").map(|tag| format!("{tag:?}")).unwrap_or_default();
            let answer = format!("{} {tag} {}", reply.status, reply.body.replace(&hall.base, ""));
            seen.push((format!("{path} as {}", person.name), answer));
        }
    }
    hall.close().await;
    seen
}

/// A11: whoever has not opened what is hidden is answered the same, to the byte, whatever it says: lists, counts, links,
/// suggestions, pages and tags. Only the record's signed roots differ, which hold salted commitments and tell nothing.
#[tokio::test]
async fn a11_two_worlds_look_alike() {
    assert_eq!(HIDDEN[0].len(), HIDDEN[1].len());
    let (one, other) = (world(HIDDEN[0]).await, world(HIDDEN[1]).await);
    assert_eq!(one.len(), other.len());
    let mut roots = 0;
    for ((path, first), (_, second)) in one.iter().zip(&other) {
        if path.contains("/record") {
            assert_eq!(first.len(), second.len(), "{path}");
            roots += 1;
            continue;
        }
        let at = first.bytes().zip(second.bytes()).position(|(one, other)| one != other).unwrap_or(first.len());
        let part = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(200)..(at + 100).min(text.len())]).into_owned()
        };
        assert_eq!(first, second, "{path} differs:\n{}\n---\n{}", part(first), part(second));
    }
    println!(
        "A11: two worlds that differ in a hidden paragraph: {} answers alike to the byte, {roots} with signed roots alike in length",
        one.len() - roots
    );
}

/// Says plainly what an image of the disk shows: the entries are sealed, the rows folded from them are not.
async fn at_rest(hall: &Hall) {
    let file = hall.data().join(server::DATABASE);
    let mut admin = SqliteConnectOptions::new().filename(file).read_only(true).connect().await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    let mut clear = Vec::new();
    for (table, column) in columns {
        let sql =
            format!("SELECT COUNT(*) FROM {table} WHERE instr(CAST({column} AS BLOB), CAST('Qvexley' AS BLOB)) > 0");
        let count: i64 = query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut admin).await.unwrap();
        if count > 0 {
            clear.push(format!("{table}.{column}"));
        }
    }
    admin.close().await.unwrap();
    println!("A8: at rest, protected words stand in clear in: {}", clear.join(", "));
    let entries = clear.iter().filter(|column| column.starts_with("entries")).count();
    assert_eq!(entries, 0, "entries are sealed");
}

/// A7: whether somebody is in the register is told to those who may ask, and each time is on the record before it is
/// answered. To everybody else every answer is the same, to the byte; and the words that were asked are kept nowhere.
#[tokio::test]
async fn a7_the_register_answers_only_who_may_ask() {
    let hall = Hall::open().await;
    let register = "{\"id\":\"x1\",\"kind\":\"person\",\"names\":[\"Otto Trimquist\"]}\n";
    hall.person("mara").post("/api/v1/register", &json!({"name": "r.jsonl", "text": register})).await.done();
    let ask = |name: &str| json!({"text": name, "reason": "a caller wants to know"});
    let path = "/api/v1/register/lookups";
    let (known, unknown) = ("Otto Trimquist", "Otto Trimbrook");
    let mut same = 0;
    for who in ["ana", "ben", "joon", ""] {
        let stranger = hall.stranger();
        let person = if who.is_empty() { &stranger } else { hall.person(who) };
        let (yes, no) = (person.post(path, &ask(known)).await, person.post(path, &ask(unknown)).await);
        assert!(yes.status >= 400, "{who} was answered");
        assert_eq!((yes.status, &yes.body), (no.status, &no.body), "{who} learns something");
        same += 1;
    }
    let before = hall.desk.store.entries(None, 0, 1000).await.unwrap().len();
    let mara = hall.person("mara");
    assert_eq!(mara.post(path, &json!({"text": known, "reason": " "})).await.text("/rule"), "reason-missing");
    assert_eq!(mara.post(path, &json!({"text": " ", "reason": "x"})).await.status, 422);
    assert_eq!(hall.desk.store.entries(None, 0, 1000).await.unwrap().len(), before, "a refusal is no look-up");

    let words = format!("{known} of Nimborough");
    let yes = mara.post(path, &ask(&words)).await.done();
    assert_eq!(yes["hits"][0]["party"], "x1", "{yes}");
    let no = hall.person("ilse").form("/register/lookups", &[("text", unknown), ("reason", "the same")]).await;
    assert!(no.status == 200 && no.body.contains("0 hits"), "{}", no.body);
    assert_eq!(mara.get(path).await.text("/rule"), "role-may-not");
    let listed = hall.person("joon").get(path).await.done();
    let seen: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| (&one["by"], &one["found"])).collect();
    assert_eq!(seen, [(&json!("ilse"), &json!([])), (&json!("mara"), &json!(["x1"]))], "newest first: {listed}");
    let page = hall.person("joon").get("/register/lookups").await.body;
    assert!(page.contains("a caller wants to know"), "{page}");
    let data = std::fs::read_dir(hall.data()).unwrap().map(|file| std::fs::read(file.unwrap().path()));
    for bytes in data.filter_map(Result::ok) {
        assert!(!bytes.windows(10).any(|part| part == b"Nimborough"), "the words that were asked are kept");
    }
    println!(
        "A7: {same} who may not ask get the same bytes for somebody in the register and somebody who is not; 2 look-ups, each on the record"
    );
    hall.close().await;
}
