//! Mail against the sink, and against a foreign server where one is installed.
//!
//! Attack A22: whatever stands in names, subjects and texts, one message arrives, for one recipient, or none leaves.
//! Attack A24: no message shows another recipient. Attack A5: no header tells about the machine.

mod foreign;
mod genuine;
mod hostile;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ChannelKind, Restricted};

use super::{Credentials, Parts, Sender, Smtp, SmtpConfig, TlsMode};
use crate::tests::sink::{Behaviour, Mail, SmtpSink, Step};
use crate::tests::{draft, now, outgoing, released, try_released};
use crate::{Address, Channel, ConfigError, ReceiptKind, SendError};
use foreign::{Foreign, Tls};
use hostile::Fields;

fn config(port: u16) -> SmtpConfig {
    let from = Sender { mailbox: "desk@desk.example".to_owned(), name: "Warning desk".to_owned() };
    SmtpConfig {
        step_timeout: Duration::from_millis(700),
        answer_timeout: Duration::from_millis(700),
        ..SmtpConfig::new("127.0.0.1", port, TlsMode::None, from)
    }
}

fn mailer(sink: &SmtpSink) -> Smtp {
    Smtp::new(config(sink.addr().port())).unwrap()
}

fn to(mailbox: &str) -> Address {
    Address::Email { mailbox: mailbox.to_owned(), name: "Dora O’Neill-Müller, محمد".to_owned() }
}

#[tokio::test]
async fn a_message_arrives_whole_with_the_servers_word_as_evidence() {
    let sink = SmtpSink::start().await.unwrap();
    let message = released(ChannelKind::Email);
    let receipt = mailer(&sink).send(outgoing(&message, &to("dora@example.org"))).await.unwrap();
    assert_eq!((receipt.kind, receipt.at), (ReceiptKind::HandedOver, now()));
    assert_eq!(receipt.evidence, "250 2.0.0 queued as SINK0001");
    let mail = &sink.mails()[0];
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("desk@desk.example", &["dora@example.org".to_owned()][..]));
    let text = mail.text();
    let id = format!("Message-ID: <{}@desk.example>", message.message_id_seed());
    for part in ["Auto-Submitted: auto-generated\r\n", "Date: Wed, 27 Dec 2023 09:30:00 +0000\r\n", &id] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert_eq!(sink.faults(), 0);
}

#[tokio::test]
async fn two_attempts_are_the_same_bytes() {
    let sink = SmtpSink::start().await.unwrap();
    let message = released(ChannelKind::Email);
    for _ in 0..2 {
        mailer(&sink).send(outgoing(&message, &to("dora@example.org"))).await.unwrap();
    }
    sink.wait_for(2).await;
    assert_eq!(sink.mails()[0], sink.mails()[1]);
}

#[tokio::test]
async fn an_html_twin_stands_beside_the_text_and_the_text_comes_first() {
    let sink = SmtpSink::start().await.unwrap();
    let smtp = mailer(&sink);
    let parts = Parts {
        from: &smtp.config.from,
        reply_to: None,
        to_mailbox: "dora@example.org",
        to_name: "",
        subject: "Warning",
        text: "Stay indoors.\n--=_twins_seed--\nبمانید",
        html: Some("<p>Stay indoors.</p>\n"),
        dkim: None,
        language: "fa",
        message_id: "seed",
        at: now(),
    };
    smtp.deliver(parts).await.unwrap();
    let mail = sink.mails()[0].clone();
    let parsed = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!(parsed.text_body_count(), 1);
    assert!(parsed.body_text(0).unwrap().contains("--=_twins_seed--\r\nبمانید"), "{}", mail.text());
    assert_eq!(parsed.body_html(0).unwrap().trim(), "<p>Stay indoors.</p>");
    assert!(mail.text().find("text/plain") < mail.text().find("text/html"));
}

#[tokio::test]
async fn each_answer_has_its_meaning() {
    let refuse = |step, code| Behaviour::Refuse(step, code, "5.7.1 because of this".to_owned());
    let rows = [
        (refuse(Step::Greeting, 554), "later: connecting: 554", 0),
        (refuse(Step::Mail, 451), "later: MAIL FROM: 451", 0),
        (refuse(Step::Mail, 550), "refused: MAIL FROM: 550", 0),
        (refuse(Step::Rcpt, 450), "later: RCPT TO: 450", 0),
        (refuse(Step::Rcpt, 550), "refused: RCPT TO: 550 5.7.1 because of this", 0),
        (refuse(Step::Data, 452), "later: DATA: 452", 0),
        (refuse(Step::Data, 554), "refused: DATA: 554", 0),
        (refuse(Step::Message, 452), "later: the message: 452", 0),
        (refuse(Step::Message, 554), "refused: the message: 554", 0),
        (Behaviour::DropAfterData, "unknown: the message:", 1),
        (Behaviour::Tarpit(Duration::from_secs(5)), "later: connecting: no answer in time", 0),
        (Behaviour::Tarpit(Duration::from_millis(100)), "receipt: 250", 1),
    ];
    let message = released(ChannelKind::Email);
    for (behaviour, expected, arrived) in rows {
        let sink = SmtpSink::start().await.unwrap();
        sink.behave(behaviour.clone());
        let found = match mailer(&sink).send(outgoing(&message, &to("dora@example.org"))).await {
            Ok(receipt) => format!("receipt: {}", receipt.evidence),
            Err(SendError::Refused { evidence }) => format!("refused: {evidence}"),
            Err(SendError::TryLater { evidence }) => format!("later: {evidence}"),
            Err(SendError::Unknown { evidence }) => format!("unknown: {evidence}"),
            Err(SendError::NotConfigured) => "not configured".to_owned(),
        };
        assert!(found.starts_with(expected), "{behaviour:?}: {found}");
        assert_eq!(sink.mails().len(), arrived, "{behaviour:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_tried_later() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let message = released(ChannelKind::Email);
    let sent = Smtp::new(config(free.port())).unwrap().send(outgoing(&message, &to("dora@example.org"))).await;
    assert!(matches!(sent, Err(SendError::TryLater { .. })), "{sent:?}");
}

#[tokio::test]
async fn nothing_leaves_unencrypted_to_another_machine() {
    for host in ["mail.example.org", "10.0.0.1", "localhost.example.org"] {
        let open = SmtpConfig { host: host.to_owned(), ..config(25) };
        assert!(matches!(Smtp::new(open), Err(ConfigError::PlainText { .. })), "{host}");
    }
    // A server that offers no STARTTLS gets neither the password nor the words.
    let sink = SmtpSink::start().await.unwrap();
    let message = released(ChannelKind::Email);
    let credentials = Credentials { user: "desk".to_owned(), password: Restricted::new("canary-password".to_owned()) };
    let careful = SmtpConfig { tls: TlsMode::StartTls, credentials: Some(credentials), ..config(sink.addr().port()) };
    assert!(!format!("{careful:?}").contains("canary"));
    let sent = Smtp::new(careful).unwrap().send(outgoing(&message, &to("dora@example.org"))).await;
    assert!(matches!(&sent, Err(SendError::TryLater { evidence }) if evidence.contains("STARTTLS")), "{sent:?}");
    assert!(sink.mails().is_empty());
}

#[test]
fn a_configuration_that_could_break_a_header_is_refused() {
    for (mailbox, name) in [("desk", ""), ("desk@desk.example", "A\r\nBcc: b@example.org"), ("a@b\r\nc", "")] {
        let from = Sender { mailbox: mailbox.to_owned(), name: name.to_owned() };
        assert!(Smtp::new(SmtpConfig { from, ..config(25) }).is_err(), "{mailbox:?} {name:?}");
    }
    assert!(Smtp::new(SmtpConfig { hello: Some("a\r\nMAIL".to_owned()), ..config(25) }).is_err());
}

#[tokio::test]
async fn a5_headers_tell_nothing_about_the_machine() {
    let sink = SmtpSink::start().await.unwrap();
    let message = released(ChannelKind::Email);
    mailer(&sink).send(outgoing(&message, &to("dora@example.org"))).await.unwrap();
    let text = sink.mails()[0].text();
    let headers = text.split("\r\n\r\n").next().unwrap();
    let names: Vec<&str> = headers.lines().filter_map(|l| l.split_once(": ")).map(|(name, _)| name).collect();
    let known = [
        "Date",
        "Message-ID",
        "From",
        "To",
        "Subject",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    assert_eq!(names, known, "{headers}");
    let machine = [std::env::var("USER"), std::env::var("HOSTNAME"), std::env::var("TZ"), std::env::var("HOME")];
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let planted = machine.into_iter().flatten().chain([host.trim().to_owned(), "lettre".to_owned()]);
    for secret in planted.filter(|secret| secret.len() > 3 && secret != "desk") {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    assert!(headers.contains("+0000"));
}

#[tokio::test]
async fn a24_no_message_shows_another_recipient() {
    let sink = SmtpSink::start().await.unwrap();
    let message = released(ChannelKind::Email);
    let everybody = ["ada@example.org", "bela@example.net", "carl@example.com"];
    for mailbox in everybody {
        mailer(&sink).send(outgoing(&message, &to(mailbox))).await.unwrap();
    }
    for mail in sink.mails() {
        assert_eq!(mail.to.len(), 1);
        for other in everybody.iter().filter(|other| **other != mail.to[0]) {
            assert!(!mail.text().contains(other), "{other} in the mail to {}", mail.to[0]);
        }
    }
}

/// Sends hostile fields straight to the composer, past everything that keeps them out before; answers whether they left.
async fn send(smtp: &Smtp, fields: &Fields) -> bool {
    let parts = Parts {
        from: &smtp.config.from,
        reply_to: None,
        to_mailbox: &fields.mailbox,
        to_name: &fields.name,
        subject: &fields.subject,
        text: &fields.text,
        html: None,
        dkim: None,
        language: &fields.language,
        message_id: "seed",
        at: now(),
    };
    match smtp.deliver(parts).await {
        Ok(_) => true,
        Err(SendError::Refused { .. }) => false,
        Err(other) => panic!("{other:?} for {fields:?}"),
    }
}

/// One message, one recipient, no header that is not ours, and the words arrived.
fn check_one(mails: &[Mail], fields: &Fields) {
    assert_eq!(mails.len(), 1, "{fields:?}");
    let mail = &mails[0];
    assert_eq!(mail.to, [fields.mailbox.as_str()], "{fields:?}");
    assert_eq!(mail.from, "desk@desk.example", "{fields:?}");
    let text = mail.text();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let mut count = BTreeMap::new();
    for name in
        headers.lines().filter(|l| !l.starts_with([' ', '\t'])).filter_map(|l| l.split_once(':')).map(|(n, _)| n)
    {
        *count.entry(name).or_insert(0) += 1;
    }
    assert_eq!((count.len(), count.values().max()), (10, Some(&1)), "{headers}");
    for planted in ["bcc", "x-injected", "cc"] {
        assert!(!count.keys().any(|name| name.eq_ignore_ascii_case(planted)), "{headers}");
    }
    check_reading(mail, fields);
}

/// A reader that is not ours sees the same recipient, name, subject and words that went in.
fn check_reading(mail: &Mail, fields: &Fields) {
    let read = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap();
    let to: Vec<_> = read.to().into_iter().flat_map(|to| to.iter()).collect();
    assert_eq!(to.len(), 1, "{fields:?}");
    assert_eq!(to[0].address.as_deref(), Some(fields.mailbox.as_str()));
    // A reader may fold runs of white space in headers, nothing else.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(flat(to[0].name.as_deref().unwrap_or_default()), flat(&fields.name), "{}", mail.text());
    assert_eq!(flat(read.subject().unwrap_or_default()), flat(&fields.subject), "{}", mail.text());
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned();
    let text = read.body_text(0).unwrap_or_default();
    assert_eq!(lines(&text), lines(&fields.text), "{}", mail.text());
}

/// Sends some of the hostile messages to a sink of their own; answers how many left, and how many were refused.
async fn shard(behaviour: Behaviour, some: Vec<Fields>) -> (usize, usize) {
    let sink = SmtpSink::start().await.unwrap();
    sink.behave(behaviour);
    let smtp = mailer(&sink);
    let (mut left, mut refused) = (0, 0);
    for fields in &some {
        let before = sink.connections();
        if send(&smtp, fields).await {
            left += 1;
            check_one(&sink.take(), fields);
        } else {
            refused += 1;
            assert_eq!(sink.connections(), before, "connected before refusing {fields:?}");
        }
    }
    assert_eq!((sink.mails().len(), sink.faults()), (0, 0));
    (left, refused)
}

async fn a22_against_the_sink(behaviour: Behaviour) {
    let all = hostile::fields();
    let mut shards = tokio::task::JoinSet::new();
    for some in all.chunks(40) {
        shards.spawn(shard(behaviour.clone(), some.to_vec()));
    }
    let done = shards.join_all().await;
    let (left, refused) = done.iter().fold((0, 0), |sum, (left, refused)| (sum.0 + left, sum.1 + refused));
    println!(
        "A22: {behaviour:?} sink: {} hostile messages, {left} arrived as one, {refused} refused unsent",
        all.len()
    );
    assert!(all.len() >= 500 && left >= 150 && refused >= 150, "{left} {refused}");
}

#[tokio::test]
async fn a22_hostile_words_make_one_message_or_none_at_a_strict_server() {
    a22_against_the_sink(Behaviour::Accept).await;
}

#[tokio::test]
async fn a22_hostile_words_make_one_message_or_none_at_a_sloppy_server() {
    a22_against_the_sink(Behaviour::Lenient).await;
}

#[tokio::test]
async fn a22_hostile_words_through_the_gate_make_one_message_or_none() {
    let sink = SmtpSink::start().await.unwrap();
    let smtp = mailer(&sink);
    let (mut left, mut stopped) = (0, 0);
    for fields in hostile::fields().iter().step_by(7) {
        let mut words = draft();
        words.headline.clone_from(&fields.subject);
        words.what.clone_from(&fields.text);
        let Some(message) = try_released(ChannelKind::Email, &fields.name, &words) else {
            stopped += 1;
            continue;
        };
        let to = Address::Email { mailbox: fields.mailbox.clone(), name: fields.name.clone() };
        match smtp.send(outgoing(&message, &to)).await {
            Ok(_) => {
                left += 1;
                let (subject, text) = (message.subject().to_owned(), message.text().to_owned());
                check_one(&sink.take(), &Fields { subject, text, ..fields.clone() });
            }
            Err(SendError::Refused { .. }) => stopped += 1,
            Err(other) => panic!("{other:?} for {fields:?}"),
        }
    }
    println!("A22: through the gate: {left} arrived as one, {stopped} stopped");
    assert!(left > 10 && stopped > 10 && sink.mails().is_empty(), "{left} {stopped}");
}

#[tokio::test]
async fn a22_hostile_words_make_one_message_or_none_at_a_foreign_server() {
    let Some(mut foreign) = Foreign::start(&Tls::None) else {
        println!("A22: aiosmtpd is absent (pip install aiosmtpd): not compared with a foreign server");
        return;
    };
    let config = SmtpConfig {
        step_timeout: Duration::from_secs(10),
        answer_timeout: Duration::from_secs(10),
        ..config(foreign.port)
    };
    let smtp = Smtp::new(config).unwrap();
    let all = hostile::fields();
    let mut expected = Vec::new();
    for fields in &all {
        if send(&smtp, fields).await {
            expected.push(format!("MAIL desk@desk.example {}", fields.mailbox));
        }
    }
    // One more at the end: had any message before it been two, the lines would not fit.
    assert!(send(&smtp, &Fields { mailbox: "last@example.org".to_owned(), ..Fields::harmless() }).await);
    expected.push("MAIL desk@desk.example last@example.org".to_owned());
    let found: Vec<String> = foreign.mails(expected.len());
    println!("A22: aiosmtpd: {} hostile messages, {} left, {} arrived", all.len(), expected.len() - 1, found.len() - 1);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_message_goes_over_tls_after_login_and_to_no_impostor() {
    let dir = tempfile::tempdir().unwrap();
    let (Some(ours), Some(other)) =
        (foreign::certificate(dir.path(), "ours"), foreign::certificate(dir.path(), "other"))
    else {
        println!("openssl is absent: mail over TLS was not tried");
        return;
    };
    let message = released(ChannelKind::Email);
    for (mode, tls) in [(TlsMode::StartTls, Tls::Start(&ours)), (TlsMode::Implicit, Tls::Implicit(&ours))] {
        let Some(mut foreign) = Foreign::start(&tls) else {
            println!("aiosmtpd is absent (pip install aiosmtpd): mail over TLS was not tried");
            return;
        };
        let login =
            |password: &str| Credentials { user: "desk".to_owned(), password: Restricted::new(password.to_owned()) };
        let with = |trusted: &std::path::Path, password| SmtpConfig {
            host: "localhost".to_owned(),
            tls: mode,
            credentials: Some(login(password)),
            trusted_roots_pem: Some(std::fs::read(trusted).unwrap()),
            step_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(10),
            ..config(foreign.port)
        };
        for (trusted, password) in [(&other, "open sesame"), (&ours, "wrong")] {
            let sent =
                Smtp::new(with(trusted, password)).unwrap().send(outgoing(&message, &to("dora@example.org"))).await;
            assert!(matches!(sent, Err(SendError::TryLater { .. })), "{mode:?} {sent:?}");
        }
        let good = Smtp::new(with(&ours, "open sesame")).unwrap();
        good.send(outgoing(&message, &to("dora@example.org"))).await.unwrap();
        assert_eq!(foreign.mails(1), ["MAIL desk@desk.example dora@example.org"]);
    }
}
