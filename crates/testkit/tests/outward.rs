//! What leaves: names and texts made to break a message (A22), and webhooks into the house (A23).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod coded;
mod genuine;
mod versions;

use coded::base64;
use serde_json::{Value, json};
use testkit::{Hall, REPORT, email_way, words};

/// A22: names and texts made to end a header, a line or a message.
#[tokio::test]
async fn a22_words_stay_words() {
    const HOSTILE: [&str; 20] = [
        "Owner\r\nBcc: thief@evil.example",
        "Owner\nBcc: thief@evil.example",
        "Owner\rBcc: thief@evil.example",
        "Owner\r\n\r\n<html>",
        "Owner\0",
        "Owner\u{2028}Bcc: x@evil.example",
        "Owner\u{85}Bcc: x@evil.example",
        "Owner\u{202e}live",
        "\"Owner\" <thief@evil.example>",
        "thief@evil.example, owner",
        "=?utf-8?q?Owner=0d=0aBcc:_thief@evil.example?=",
        "Owner (comment",
        "Owner\\",
        "\r\n.\r\nMAIL FROM:<x@evil.example>",
        "\n.\nRCPT TO:<thief@evil.example>",
        ".",
        "{{ desk.contact }}{% raw %}",
        "Ünïcödé Owner 漢字",
        "<script>alert(1)</script>",
        "%0d%0aBcc: thief@evil.example",
    ];
    const MAILBOXES: [&str; 8] = [
        "owner@depot.example>\r\nRCPT TO:<thief@evil.example",
        "owner@depot.example,thief@evil.example",
        "owner@depot.example thief@evil.example",
        "\"owner thief\"@depot.example",
        "owner@[127.0.0.1]",
        "owner",
        "",
        "owner@depot.example\u{0}",
    ];
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let mut ways: Vec<(Value, Value)> = Vec::new();
    let plain = email_way("The owner", "owner@depot.example");
    for text in HOSTILE {
        ways.push((email_way(text, "owner@depot.example"), words()));
        let mut carried = plain.clone();
        carried["onward_to"] = text.into();
        ways.push((carried, words()));
        for field in ["headline", "what", "contact", "how_sure", "language"] {
            let mut text_of = words();
            text_of[field] = text.into();
            ways.push((plain.clone(), text_of));
        }
    }
    ways.extend(MAILBOXES.map(|mailbox| (email_way("The owner", mailbox), words())));
    let (mut refused, mut hidden, mut unsent, mut sent) = (0, 0, 0, 0);
    for (way, text) in &ways {
        let body = json!({"victim": course.victim, "text": text, "ways": [way]});
        let reply = hall.person("mara").post(&course.path("drafts"), &body).await;
        if reply.status == 422 {
            assert!(!reply.text("/detail").is_empty());
            refused += 1;
            continue;
        }
        let after = reply.done();
        let draft = after["drafts"].as_array().unwrap().last().unwrap().clone();
        if draft["leaks"] != json!([]) {
            let kinds = draft["leaks"].as_array().unwrap().iter().all(|leak| leak["kind"] == "hidden_text");
            assert!(kinds, "{draft}");
            hidden += 1;
            continue;
        }
        let path = course.path(&format!("drafts/{}/approval", draft["id"].as_str().unwrap()));
        hall.person("ben").post(&path, &json!({"fingerprint": draft["release"]["fingerprint"]})).await.done();
        let before = hall.mail.mails().len();
        hall.desk.run_due().await.unwrap();
        let new = hall.mail.mails().split_off(before);
        match new.as_slice() {
            [] => unsent += 1,
            [mail] => {
                check_mail(mail, text);
                sent += 1;
            }
            more => panic!("{} messages for {way} {text}", more.len()),
        }
    }
    assert_eq!(hall.mail.faults(), 0, "the mail server was spoken to as the standard says");
    println!(
        "A22: {} hostile names, texts and mailboxes: {refused} refused with 422, {hidden} by the leak check as hidden text, {unsent} refused by the channel on the record, \
         {sent} sent as one message to one recipient; second messages 0",
        ways.len()
    );
    assert!(sent > 0 && refused > 0);
    hall.close().await;
}

fn check_mail(mail: &testkit::Mail, text: &Value) {
    assert_eq!(mail.to, ["owner@depot.example"]);
    let parsed = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    let to = parsed.to().unwrap();
    let mailboxes: Vec<_> = to.iter().filter_map(|one| one.address()).collect();
    assert_eq!(mailboxes, ["owner@depot.example"], "one address in the To header");
    assert!(parsed.cc().is_none() && parsed.bcc().is_none(), "{}", mail.text());
    let headers: Vec<_> = parsed.headers().iter().map(|header| header.name().to_lowercase()).collect();
    for known in &headers {
        let ours =
            ["date", "message-id", "from", "to", "subject", "auto-submitted", "content-language", "mime-version"];
        let ours = ours.contains(&known.as_str()) || known.starts_with("content-");
        assert!(ours, "a header that is not ours: {known}\n{}", mail.text());
    }
    assert_eq!(parsed.attachment_count(), 0);
    let subject = parsed.subject().unwrap_or_default();
    // The subject ends without a full stop.
    let headline = text["headline"].as_str().unwrap().trim().trim_end_matches('.');
    assert!(subject.contains(headline), "{headline:?} came as {subject:?}: {}", mail.text());
}

/// A23: a webhook to an address inside the house is not posted to, however the address is written.
#[tokio::test]
async fn a23_no_webhook_into_the_house() {
    let secret = format!("whsec_{}", base64(&[7; 32]));
    let hall =
        Hall::with(|config| config.webhook.secret_file = Some("webhook.secret".into()), &[("webhook.secret", &secret)])
            .await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let knocked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = knocked.clone();
    let door = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    let hosts = [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "0.0.0.0",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "metadata.google.internal",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "user:pass@127.0.0.1",
        "localhost.",
        "127.0.0.1.",
    ];
    let course = hall.determined(REPORT).await;
    let mut tried = 0;
    for (at, host) in hosts.into_iter().enumerate() {
        let schemes: &[&str] = if at % 6 == 0 { &["http", "https", "ftp", "file", "gopher"] } else { &["http"] };
        for scheme in schemes {
            let url = format!("{scheme}://{host}:{port}/hook");
            let way = json!({"recipient": "A partner", "capacity": "protector", "channel": "webhook", "address": url});
            let body = json!({"victim": course.victim, "text": words(), "ways": [way]});
            let reply = hall.person("mara").post(&course.path("drafts"), &body).await;
            tried += 1;
            if reply.status == 422 {
                continue;
            }
            let after = reply.done();
            let draft = after["drafts"].as_array().unwrap().last().unwrap().clone();
            let path = course.path(&format!("drafts/{}/approval", draft["id"].as_str().unwrap()));
            hall.person("ben").post(&path, &json!({"fingerprint": draft["release"]["fingerprint"]})).await.done();
        }
    }
    hall.desk.run_due().await.unwrap();
    let view = hall.person("joon").get(&course.path("")).await.done();
    let deliveries = view["threat"]["deliveries"].as_array().unwrap();
    assert!(!deliveries.is_empty());
    for delivery in deliveries {
        let result = &delivery["attempts"][0]["result"];
        assert!(["refused", "try_later"].contains(&result["result"].as_str().unwrap()), "{delivery}");
        assert!(!result["evidence"].as_str().unwrap().is_empty());
    }
    let knocked = knocked.load(std::sync::atomic::Ordering::SeqCst);
    println!("A23: {tried} webhook addresses into the house: connections {knocked}, each refused on the record");
    assert_eq!(knocked, 0);
    door.abort();
    hall.close().await;
}

/// A protected report that came after the draft was written counts before the draft is approved, and before an approved
/// warning is sent another way (P3).
#[tokio::test]
async fn what_came_since_is_compared_before_anything_leaves() {
    let hall = Hall::open().await;
    let first = "(U) A man dismissed from a parcel depot in Leeds said that he will stab his shift manager on Friday 8 March \
                 2024.";
    let course = hall.drafted(first).await;
    let approval = course.path(&format!("drafts/{}/approval", course.draft));
    let body = json!({"fingerprint": course.fingerprint});

    // Nothing protected in it: looked at, said so on the record, and the same draft goes out.
    let harmless = linked(&hall, &course, "(S//NF) The caller has a cold and three sisters.").await;
    let sent = hall.approve(course.clone()).await;
    let after = hall.person("mara").get(&course.path("")).await.done()["threat"].clone();
    assert_eq!(after["drafts"][0]["release"]["checked"], json!([course.report, harmless]));
    assert_eq!(after["drafts"][0]["state"], "approved");

    // Its words are now the source's own words: no other way for this warning, and none for a draft like it.
    let again = json!({"victim": course.victim, "purpose": {"kind": "warn_again", "of": sent.warning}, "text": words(),
        "ways": [email_way("The depot's owner", "owner@depot.example")]});
    let after = hall.person("mara").post(&course.path("drafts"), &again).await.done();
    let second = after["drafts"][1].clone();
    linked(
        &hall,
        &course,
        "(S//NF) He told me in these words: let nobody come in alone, call the police at once when you \
        see him.",
    )
    .await;
    let another = json!({"way": email_way("The depot's owner", "other@depot.example"), "reason": "the first bounced"});
    let path = course.path(&format!("warnings/{}/deliveries", sent.warning));
    let refused = hall.person("ana").post(&path, &another).await;
    assert_eq!((refused.status, refused.why().as_str()), (409, "leak-found"), "{}", refused.body);
    assert!(refused.text("/detail").to_lowercase().contains("police at once"), "{}", refused.body);
    let refused = hall
        .person("ben")
        .post(
            &approval.replace(&course.draft, second["id"].as_str().unwrap()),
            &json!({"fingerprint": second["release"]["fingerprint"]}),
        )
        .await;
    assert_eq!((refused.status, refused.why().as_str()), (409, "leak-found"), "{}", refused.body);
    let after = hall.person("mara").get(&course.path("")).await.done()["threat"].clone();
    assert_eq!(after["drafts"][1]["state"], "leaking");
    assert_ne!(after["drafts"][1]["leaks"], json!([]));
    assert_eq!((&after["drafts"][0]["state"], after["deliveries"].as_array().unwrap().len()), (&json!("approved"), 1));
    let page =
        hall.person("ben").get(&format!("/threats/{}/drafts/{}", course.threat, second["id"].as_str().unwrap())).await;
    assert!(page.body.contains("<mark class=\"leak\">"), "the words are marked");
    // Nobody who may not approve learns anything by trying.
    let stranger = hall.person("ilse").post(&approval, &body).await;
    assert_eq!(stranger.why(), "role-may-not");
    hall.close().await;
}

/// What the leak check found leaves when a senior officer answers for it, on the record, and a third person approves; a
/// further finding takes the answer away (P3).
#[tokio::test]
async fn an_override_is_signed_and_covers_what_was_seen() {
    let hall = Hall::open().await;
    let mut course = hall.determined(REPORT).await;
    let mut text = words();
    text["how_sure"] = json!("A former colleague passed this on in a stairwell.");
    let body =
        json!({"victim": course.victim, "text": text, "ways": [email_way("The depot's owner", "owner@depot.example")]});
    let after = hall.person("mara").post(&course.path("drafts"), &body).await.done();
    let draft = after["drafts"][0].clone();
    course.draft = draft["id"].as_str().unwrap().to_owned();
    course.fingerprint = draft["release"]["fingerprint"].as_str().unwrap().to_owned();
    let findings = draft["leaks"].as_array().unwrap().len();
    assert!(findings > 0 && draft["state"] == "leaking", "{draft}");
    let (over, page) = (
        course.path(&format!("drafts/{}/override", course.draft)),
        format!("/threats/{}/drafts/{}", course.threat, course.draft),
    );
    let approval = course.path(&format!("drafts/{}/approval", course.draft));
    let say = |findings: usize, reason: &str| json!({"findings": findings, "reason": reason});
    for (who, said, rule) in [
        ("mara", say(findings, "published"), "role-may-not"),
        ("ben", say(findings, "published"), "role-may-not"),
        ("okafor", say(findings, " "), "reason-missing"),
        ("okafor", say(findings + 1, "published"), "changed-since-shown"),
    ] {
        let refused = hall.person(who).post(&over, &said).await;
        assert_eq!(refused.why(), rule, "{who} {said}: {}", refused.body);
    }
    let form = hall.person("okafor").get(&page).await;
    assert!(form.body.contains("Override the leak check") && form.body.contains("name=\"findings\""), "{}", form.body);
    assert!(!hall.person("ben").get(&page).await.body.contains("Override the leak check"));
    let after = hall.person("okafor").post(&over, &say(findings, "He told the local paper himself.")).await.done();
    assert_eq!(after["drafts"][0]["overridden"]["by"], "okafor");
    assert!(hall.person("ben").get(&page).await.body.contains("okafor answers for it"));
    let entries = hall.desk.store.entries(None, 0, 1000).await.unwrap();
    assert!(entries.iter().any(|entry| entry.kind == "LeakOverridden"), "it is on the record");

    // What comes later was not answered for.
    linked(&hall, &course, "(S//NF) He said: let nobody come in alone, call the police at once when you see him.")
        .await;
    let refused = hall.person("ben").post(&approval, &json!({"fingerprint": course.fingerprint})).await;
    assert_eq!(refused.why(), "leak-found", "{}", refused.body);
    let now = hall.person("mara").get(&course.path("")).await.done()["threat"]["drafts"][0].clone();
    assert_eq!(now["overridden"], Value::Null);
    let findings = now["leaks"].as_array().unwrap().len();
    hall.person("okafor").post(&over, &say(findings, "Both stood in the paper.")).await.done();
    let sent = hall.approve(course).await;
    hall.desk.run_due().await.unwrap();
    let after = hall.person("mara").get(&sent.path("")).await.done()["threat"].clone();
    assert_eq!(after["deliveries"][0]["state"], "handed_over", "{}", after["deliveries"][0]);
    hall.close().await;
}

/// A cleared claim can be said less exactly: the draft begins with those words, and the page says what that costs.
#[tokio::test]
async fn a_claim_is_made_less_exact_and_the_page_says_what_it_costs() {
    let hall = Hall::open().await;
    let course = hall.determined(REPORT).await;
    let path = format!("/threats/{}/drafts/new", course.threat);
    let page = hall.person("mara").get(&path).await.body;
    assert!(page.contains("How exact may it be?") && page.contains("in the week of Monday 4 March 2024"), "{page}");
    assert!(!page.contains("Still a warning"), "nothing was chosen yet");
    // The selects as the page offers them, each at the option whose words contain these.
    let choose = |wanted: &[&str]| {
        let selects = page.split("<select name=\"exact.").skip(1).map(|part| part.split("</select>").next().unwrap());
        let chosen = selects.enumerate().map(|(place, options)| {
            let options: Vec<&str> = options.split("<option ").skip(1).collect();
            let at = options.iter().position(|option| wanted.iter().any(|words| option.contains(words)));
            format!("exact.{place}={}", at.unwrap_or(0))
        });
        format!("{path}?{}", chosen.collect::<Vec<_>>().join("&"))
    };
    let week = hall.person("mara").get(&choose(&["in the week of"])).await.body;
    assert!(week.contains("Still a warning") && week.contains("leaves open which of 7 days"), "{week}");
    assert!(week.contains("our rule; the directive asks for a threat that is specific"), "whose rule that is: {week}");
    assert!(week.contains("value=\"in the week of Monday 4 March 2024"), "the draft begins with it: {week}");
    let nothing = hall.person("mara").get(&choose(&["leave it out"])).await.body;
    assert!(nothing.contains("No longer a warning") && nothing.contains("nobody could act on it"), "{nothing}");
    // What is protected is offered to nobody.
    assert!(!page.contains("stairwell") && !page.contains("21:40"), "{page}");
    hall.close().await;
}

/// A report that a person puts on the threat.
async fn linked(hall: &Hall, course: &testkit::Course, text: &str) -> String {
    let body = json!({"name": "later.txt", "reporter": "another station", "text": text});
    let report = hall.person("ilse").post("/api/v1/reports", &body).await.done();
    let body = json!({"report": report["id"], "reason": "the same man"});
    hall.person("mara").post(&course.path("reports"), &body).await.done();
    report["id"].as_str().unwrap().to_owned()
}
