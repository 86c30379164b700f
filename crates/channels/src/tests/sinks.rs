//! The sinks themselves: a test against them is worth something only if they see what they should.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::sink::{Behaviour, SmtpSink, WebhookSink};
use crate::webhook::sign::Verifier;

/// What a careless client would send: the same bytes to a server that is strict and to one that is not.
async fn talk(behaviour: Behaviour, end: &str) -> (usize, usize, String) {
    let sink = SmtpSink::start().await.unwrap();
    sink.behave(behaviour);
    let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
    let smuggled = format!(
        "EHLO a\r\nMAIL FROM:<a@a.example> SIZE=9\r\nRCPT TO:<b@b.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot{end}.{end}\
         MAIL FROM:<evil@example.net>\r\nRCPT TO:<spy@example.net>\r\nDATA\r\nforged\r\n.\r\nQUIT\r\n"
    );
    stream.write_all(smuggled.as_bytes()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    (sink.mails().len(), sink.faults(), said)
}

#[tokio::test]
async fn a_smuggled_message_shows_at_a_sloppy_server_and_is_a_fault_at_a_strict_one() {
    for (behaviour, end, mails, faults) in [
        (Behaviour::Accept, "\r\n", 2, 0),
        (Behaviour::Lenient, "\r\n", 2, 0),
        (Behaviour::Lenient, "\n", 2, 0),
        (Behaviour::Accept, "\n", 0, 1),
        (Behaviour::Accept, "\r", 0, 1),
    ] {
        let (found, broken, said) = talk(behaviour.clone(), end).await;
        assert_eq!((found, broken), (mails, faults), "{behaviour:?} {end:?}: {said}");
    }
}

#[tokio::test]
async fn dots_are_unstuffed_and_the_envelope_is_kept() {
    let sink = SmtpSink::start().await.unwrap();
    let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
    let session = "EHLO a\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRSET\r\nMAIL FROM:<c@c.example>\r\n\
                   RCPT TO:<d@d.example>\r\nRCPT TO:<e@e.example>\r\nDATA\r\n..dot\r\n...\r\nend\r\n.\r\nQUIT\r\n";
    stream.write_all(session.as_bytes()).await.unwrap();
    sink.wait_for(1).await;
    let mail = &sink.mails()[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("c@c.example", &["d@d.example".into(), "e@e.example".into()][..])
    );
    assert_eq!(mail.bytes, b".dot\r\n..\r\nend\r\n");
}

#[tokio::test]
async fn commands_that_are_none_are_faults() {
    let sink = SmtpSink::start().await.unwrap();
    let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nDATA\r\nRCPT TO:<a@a.example>\r\nMAIL FROM:a\r\nQUIT\r\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    let codes: Vec<&str> = said.lines().map(|line| &line[..3]).collect();
    assert_eq!((codes, sink.faults()), (vec!["220", "500", "503", "503", "501", "221"], 4));
}

#[tokio::test]
async fn a_request_the_webhook_sink_does_not_take_is_answered_400() {
    let sink = WebhookSink::start(Verifier::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()).await.unwrap();
    for request in
        ["GET / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n"]
    {
        let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        assert!(said.starts_with("HTTP/1.1 400 "), "{request:?}: {said}");
    }
    let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
    stream.write_all(b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
    stream.read_to_string(&mut String::new()).await.unwrap();
    assert_eq!(sink.posted()[0].signed, Err("no `webhook-id` header".to_owned()));
}
