//! A21: mail made up in the desk's name, or changed on the way, judged by a verifier that is not ours (dkimpy).

use std::io::Write;
use std::process::{Command, Stdio};

use domain::ChannelKind;

use super::{config, to};
use crate::smtp::{Dkim, Smtp};
use crate::tests::sink::SmtpSink;
use crate::tests::{outgoing, released};
use crate::{Channel, SmtpConfig};

const SEED: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

/// Reads mails, each after its length, and prints one line of 0 and 1: which have a signature that holds.
const VERIFIER: &str = r"
import sys, dkim
record, data, out = sys.argv[1].encode(), sys.stdin.buffer, ''
while line := data.readline():
    mail = data.read(int(line))
    try: out += str(int(dkim.verify(mail, dnsfunc=lambda name, timeout=5: record)))
    except dkim.DKIMException: out += '0'
print(out)
";

/// What dkimpy says of each; `None`, said plainly, where it is not installed.
fn judged(mails: &[Vec<u8>], record: &str) -> Option<String> {
    let mut python = Command::new("python3");
    let python = python.args(["-c", VERIFIER, record]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.stderr(Stdio::null()).spawn().ok()?;
    let mut input = child.stdin.take().unwrap();
    for mail in mails {
        // A Python without the package ends before it has read anything.
        let _ = input.write_all(format!("{}\n", mail.len()).as_bytes()).and_then(|()| input.write_all(mail));
    }
    drop(input);
    let said = child.wait_with_output().unwrap();
    if !said.status.success() {
        let absent = "dkimpy (PyPI dkimpy, pynacl) is absent: the mail was judged by nobody else";
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{absent}");
        println!("{absent}");
        return None;
    }
    Some(String::from_utf8(said.stdout).unwrap().trim().to_owned())
}

#[tokio::test]
async fn a21_mail_that_was_changed_is_told_from_the_desks_own() {
    let sink = SmtpSink::start().await.unwrap();
    let dkim = Dkim::new("desk.example", "forewarn", SEED).unwrap();
    let (name, record) = dkim.dns();
    assert_eq!(name, "forewarn._domainkey.desk.example");
    let mailer = Smtp::new(SmtpConfig { dkim: Some(dkim), ..config(sink.addr().port()) }).unwrap();
    let message = released(ChannelKind::Email);
    mailer.send(outgoing(&message, &to("dora@example.org"))).await.unwrap();
    let genuine = sink.mails()[0].text();
    assert!(genuine.starts_with("DKIM-Signature: v=1; a=ed25519-sha256") || genuine.contains("a=ed25519-sha256"));
    let changed = |from: &str, to: &str| {
        assert!(genuine.contains(from), "no {from:?} in {genuine}");
        genuine.replacen(from, to, 1)
    };
    let tampered = [
        changed("Kerman", "Shiraz"),
        changed("7KQ4-M2XD", "7KQ4-M2XE"),
        changed("one-time", "one-more"),
        changed("\r\nSubject: ", "\r\nSubject: Cancelled: "),
        changed("\r\nFrom: ", "\r\nFrom: X"),
        changed("dora@example.org", "dory@example.org"),
        changed("\r\nDate: Wed, 27", "\r\nDate: Thu, 28"),
        changed("\r\nMessage-ID: <", "\r\nMessage-ID: <x"),
        changed("\r\nFrom: ", "\r\nFrom: thief@evil.example\r\nFrom: "),
        changed("\r\nSubject: ", "\r\nSubject: All is well\r\nSubject: "),
        changed("\r\nContent-Type: text/plain", "\r\nContent-Type: text/html"),
        changed("d=desk.example", "d=disk.example"),
        changed("bh=", "bh=A"),
        format!("{genuine}\r\nPay here first.\r\n"),
        genuine.split_once("\r\nFrom:").map(|(_, rest)| format!("From:{rest}")).unwrap(),
    ];
    // Servers on the way add headers and rearrange white space; that is no forgery.
    let mut mails = vec![genuine.clone(), format!("Received: from relay.example\r\n{genuine}")];
    mails.extend(tampered.iter().cloned());
    let mails: Vec<Vec<u8>> = mails.into_iter().map(String::into_bytes).collect();
    let Some(found) = judged(&mails, &record) else { return };
    let expected = format!("11{}", "0".repeat(tampered.len()));
    assert_eq!(found, expected, "dkimpy: genuine ones first, then the tampered");
    println!(
        "A21, mail: {} of {} tampered mails refused by dkimpy, 2 of 2 genuine ones accepted",
        tampered.len(),
        tampered.len()
    );
}
