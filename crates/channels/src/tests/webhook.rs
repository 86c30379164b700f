//! The webhook: signatures against the published vectors, what each answer means, and attacks A23 and A24.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::{ChannelKind, Restricted};

use super::sink::{Answer, WebhookSink};
use super::{now, outgoing, released};
use crate::webhook::guard::check_address;
use crate::webhook::sign::{Key, SignError, Verifier, WINDOW_SECONDS};
use crate::{Address, Channel, Lookup, ReceiptKind, SendError, Webhook, WebhookConfig};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PAIR: &str = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

fn config(allow_loopback: bool) -> WebhookConfig {
    let short = Duration::from_millis(800);
    WebhookConfig { allow_loopback, connect_timeout: short, timeout: short, ..WebhookConfig::default() }
}

fn to(url: &str, secret: &str) -> Address {
    Address::Url { url: url.to_owned(), secret: Restricted::new(secret.to_owned()) }
}

#[test]
fn signatures_equal_the_published_vectors() {
    let (id, at, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    let rows = [
        (SECRET, SECRET, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        (PAIR, PUBLIC, "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="),
    ];
    for (key, check, expected) in rows {
        assert_eq!(Key::parse(key).unwrap().sign(id, at, body), expected);
        let check = Verifier::parse(check).unwrap();
        let stamp = at.to_string();
        assert_eq!(check.verify(id, &stamp, expected, body, at), Ok(()));
        assert_eq!(check.verify(id, &stamp, &format!("v1,AAAA v2,x {expected}"), body, at + 300), Ok(()));
    }
}

#[test]
fn a_forged_or_replayed_message_is_refused() {
    let (id, at, body) = ("msg-1", 1_700_000_000, b"{}".as_slice());
    for (key, other) in [(SECRET, PAIR), (PAIR, SECRET)] {
        let key = Key::parse(key).unwrap();
        let signed = key.sign(id, at, body);
        let check = |id, at: &str, signed: &str, body, now| key.verifier().verify(id, at, signed, body, now);
        assert_eq!(check("msg-2", "1700000000", &signed, body, at), Err(SignError::Mismatch));
        assert_eq!(check(id, "1700000001", &signed, body, at), Err(SignError::Mismatch));
        assert_eq!(check(id, "1700000000", &signed, b"{ }", at), Err(SignError::Mismatch));
        assert_eq!(check(id, "1700000000", "", body, at), Err(SignError::Mismatch));
        assert_eq!(
            check(id, "1700000000", &Key::parse(other).unwrap().sign(id, at, body), body, at),
            Err(SignError::Mismatch)
        );
        for late in [WINDOW_SECONDS + 1, -WINDOW_SECONDS - 1, i64::MAX - at] {
            assert_eq!(check(id, "1700000000", &signed, body, at + late), Err(SignError::Timestamp));
        }
        assert_eq!(check(id, "soon", &signed, body, at), Err(SignError::Timestamp));
    }
}

#[test]
fn keys_that_are_none_are_refused() {
    let halves_differ = PAIR.replace("X0dR", "Y0dR");
    for text in [
        "",
        "whsec_",
        "whsec_AAAA",
        "whsk_AAAA",
        "whsec_%%",
        PUBLIC,
        &halves_differ,
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ] {
        assert!(Key::parse(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_signed_post_arrives_and_a_second_attempt_has_the_same_id() {
    let message = released(ChannelKind::Webhook);
    for key in [SECRET, PAIR] {
        let sink = WebhookSink::start(Key::parse(key).unwrap().verifier()).await.unwrap();
        let webhook = Webhook::new(&config(true)).unwrap();
        for _ in 0..2 {
            let receipt = webhook.send(outgoing(&message, &to(&sink.url(), key))).await.unwrap();
            assert_eq!((receipt.kind, receipt.at), (ReceiptKind::HandedOver, now()));
            assert!(receipt.evidence.starts_with("HTTP 202 Accepted"), "{}", receipt.evidence);
        }
        let posted = sink.posted();
        assert!(posted.iter().all(|post| post.signed == Ok(()) && post.id() == message.message_id_seed()));
        assert_eq!((posted.len(), &posted[0].body), (2, &posted[1].body));
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&posted[0].body).unwrap(), *message.payload().unwrap());
    }
}

#[tokio::test]
async fn each_answer_has_its_meaning() {
    let status = |code| Answer::Status(code, "because\r\nof this".to_owned());
    let rows = [
        (status(200), "receipt"),
        (status(204), "receipt"),
        (Answer::Flood(5_000_000), "receipt"),
        (Answer::Redirect("http://127.0.0.1:9/".to_owned()), "refused"),
        (status(400), "refused"),
        (status(401), "refused"),
        (status(404), "refused"),
        (status(410), "refused"),
        (status(408), "later"),
        (status(425), "later"),
        (status(429), "later"),
        (status(500), "later"),
        (status(503), "later"),
        (Answer::Silence(Duration::from_secs(30)), "unknown"),
        (Answer::Drop, "unknown"),
    ];
    let sink = WebhookSink::start(Verifier::parse(SECRET).unwrap()).await.unwrap();
    let webhook = Webhook::new(&config(true)).unwrap();
    let message = released(ChannelKind::Webhook);
    let attempts = rows.len();
    for (answer, expected) in rows {
        sink.answer(answer);
        let sent = webhook.send(outgoing(&message, &to(&sink.url(), SECRET))).await;
        let (found, evidence) = match sent {
            Ok(receipt) => ("receipt", receipt.evidence),
            Err(SendError::Refused { evidence }) => ("refused", evidence),
            Err(SendError::TryLater { evidence }) => ("later", evidence),
            Err(SendError::Unknown { evidence }) => ("unknown", evidence),
            Err(SendError::NotConfigured) => ("not configured", String::new()),
        };
        assert_eq!(found, expected, "{evidence}");
        assert!(evidence.chars().count() < 300 && !evidence.contains('\n'), "{evidence}");
    }
    // One connection per attempt, none of them to where the redirect pointed.
    assert_eq!(sink.connections(), attempts);
}

#[tokio::test]
async fn nobody_there_is_tried_later() {
    let message = released(ChannelKind::Webhook);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let sent =
        Webhook::new(&config(true)).unwrap().send(outgoing(&message, &to(&format!("http://{free}/"), SECRET))).await;
    assert!(matches!(sent, Err(SendError::TryLater { .. })), "{sent:?}");
}

/// A name server that answers what an attacker wants, each time the next answer.
struct Hostile {
    answers: HashMap<&'static str, Vec<&'static str>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Lookup for Hostile {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let known = self.answers.get(host).ok_or(io::ErrorKind::NotFound)?;
        Ok(known.iter().map(|ip| ip.parse().unwrap()).collect())
    }
}

/// Names whose addresses are not public; the sink listens on the loopback ones.
const NAMES: [(&str, &[&str]); 16] = [
    ("loop.example", &["127.0.0.1"]),
    ("loop2.example", &["127.255.255.254"]),
    ("loop6.example", &["::1"]),
    ("mapped.example", &["::ffff:127.0.0.1"]),
    ("compatible.example", &["::127.0.0.1"]),
    ("nat64.example", &["64:ff9b::7f00:1"]),
    ("sixtofour.example", &["2002:7f00:1::1"]),
    ("private.example", &["10.0.0.5"]),
    ("mixed.example", &["93.184.216.34", "127.0.0.1"]),
    ("mixed6.example", &["2606:4700::1111", "::1"]),
    ("metadata.example", &["169.254.169.254"]),
    ("metadata.google.internal", &["169.254.169.254"]),
    ("zero.example", &["0.0.0.0"]),
    ("ula.example", &["fd00:ec2::254"]),
    ("nowhere.example", &[]),
    ("xn--lcalhost-n1a.example", &["127.0.0.1"]),
];

/// URLs as an attacker would put them in the register; `PORT` is the sink's.
const HOSTILE: [&str; 62] = [
    "http://example.org/",
    "http://127.0.0.1:PORT/",
    "https://127.0.0.1:PORT/",
    "https://127.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0x7f.1:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://017700000001:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://127。0。0。1:PORT/",
    "https://[::1]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[::]:PORT/",
    "https://0.0.0.0:PORT/",
    "https://0:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[64:ff9b::127.0.0.1]:PORT/",
    "https://[64:ff9b:1::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[2001:0:7f00:1::]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[100::1]/",
    "https://[3fff::1]/",
    "https://[5f00::1]/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://168.63.129.16/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://localhost:PORT/",
    "https://LOCALHOST.:PORT/",
    "https://a.localhost:PORT/",
    "http://localhost:PORT/",
    "https://user@loop.example:PORT/",
    "https://user:secret@93.184.216.34/",
    "https://@loop.example:PORT/",
    "https://93.184.216.34@127.0.0.1:PORT/",
    "https://93.184.216.34\\@127.0.0.1:PORT/",
    "https:\\\\127.0.0.1:PORT/",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_x",
    "https://127.0.0.1:PORT\r\nHost: x/",
    "https://",
    "//127.0.0.1:PORT/",
];

/// Sends to every hostile URL and name; answers how many were tried and how many were refused for good.
async fn try_all(webhook: &Webhook, port: u16) -> (usize, usize) {
    let message = released(ChannelKind::Webhook);
    let names = NAMES.iter().flat_map(|(name, _)| [format!("https://{name}:PORT/"), format!("http://{name}:PORT/")]);
    let urls: Vec<String> = HOSTILE.iter().map(|url| (*url).to_owned()).chain(names).collect();
    let mut refused = 0;
    for url in &urls {
        let url = url.replace("PORT", &port.to_string());
        match webhook.send(outgoing(&message, &to(&url, SECRET))).await {
            Err(SendError::Refused { evidence }) => {
                assert!(!evidence.contains("secret"), "{evidence}");
                refused += 1;
            }
            other => panic!("{url:?}: {other:?}"),
        }
    }
    (urls.len(), refused)
}

#[tokio::test]
async fn a23_no_hostile_url_is_connected_to() {
    let sink = WebhookSink::start(Verifier::parse(SECRET).unwrap()).await.unwrap();
    let six = tokio::net::TcpListener::bind(("::1", sink.addr().port())).await;
    let hostile = Arc::new(Hostile {
        answers: NAMES.iter().map(|(n, a)| (*n, a.to_vec())).collect(),
        asked: AtomicUsize::new(0),
    });
    let webhook = Webhook::with_lookup(&config(false), hostile.clone()).unwrap();
    let (tried, refused) = try_all(&webhook, sink.addr().port()).await;
    let on_six = match six {
        Ok(six) => usize::from(tokio::time::timeout(Duration::from_millis(50), six.accept()).await.is_ok()),
        Err(_) => 0,
    };
    let connects = sink.connections() + on_six;
    println!(
        "A23: {tried} hostile URLs, {refused} refused, {connects} connects, {} names asked",
        hostile.asked.load(Ordering::Relaxed)
    );
    assert_eq!((refused, connects), (tried, 0));
    assert!(tried >= 60 && hostile.asked.load(Ordering::Relaxed) == NAMES.len());
}

#[tokio::test]
async fn a23_a_name_that_changes_its_address_between_look_ups_gains_nothing() {
    /// Public the first time, this machine ever after.
    struct Rebinding(AtomicUsize);
    #[async_trait]
    impl Lookup for Rebinding {
        async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
            // 2000::/16 passes as public and is given to nobody, so this reaches no stranger.
            Ok(vec![if first { "2000::1" } else { "127.0.0.1" }.parse().unwrap()])
        }
    }
    let sink = WebhookSink::start(Verifier::parse(SECRET).unwrap()).await.unwrap();
    let lookup = Arc::new(Rebinding(AtomicUsize::new(0)));
    let webhook = Webhook::with_lookup(&config(false), lookup.clone()).unwrap();
    let message = released(ChannelKind::Webhook);
    let url = format!("https://rebind.example:{}/", sink.addr().port());
    let first = webhook.send(outgoing(&message, &to(&url, SECRET))).await;
    // The first attempt asked once, and went to the address that was checked, where nobody is.
    assert!(matches!(first, Err(SendError::TryLater { .. } | SendError::Unknown { .. })), "{first:?}");
    assert_eq!(lookup.0.load(Ordering::Relaxed), 1);
    let second = webhook.send(outgoing(&message, &to(&url, SECRET))).await;
    assert!(matches!(second, Err(SendError::Refused { .. })), "{second:?}");
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn loopback_is_for_tests_only_and_opens_nothing_else() {
    let sink = WebhookSink::start(Verifier::parse(SECRET).unwrap()).await.unwrap();
    let answers = HashMap::from([("private.example", vec!["10.0.0.5"]), ("loop.example", vec!["127.0.0.1"])]);
    let webhook =
        Webhook::with_lookup(&config(true), Arc::new(Hostile { answers, asked: AtomicUsize::new(0) })).unwrap();
    let message = released(ChannelKind::Webhook);
    for url in [
        "http://loop.example:PORT/",
        "https://private.example:PORT/",
        "http://10.0.0.5/",
        "https://[::ffff:127.0.0.1]:PORT/",
    ] {
        let url = url.replace("PORT", &sink.addr().port().to_string());
        let sent = webhook.send(outgoing(&message, &to(&url, SECRET))).await;
        assert!(matches!(sent, Err(SendError::Refused { .. })), "{url}: {sent:?}");
    }
    assert_eq!(sink.connections(), 0);
    let url = format!("http://localhost:{}/", sink.addr().port());
    webhook.send(outgoing(&message, &to(&url, SECRET))).await.unwrap();
}

#[test]
fn public_addresses_pass_the_guard() {
    for ip in [
        "93.184.216.34",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "2a00::1",
    ] {
        assert_eq!(check_address(ip.parse().unwrap(), false), Ok(()), "{ip}");
    }
}
