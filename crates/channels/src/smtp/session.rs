//! One SMTP session, step by step, so that each error knows whether the words had left.

use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials as Login, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::response::Response;

use super::mail::Mail;
use super::{Smtp, TlsMode};
use crate::outgoing::SendError;
use crate::unfit;

/// How long to wait for a polite goodbye, which changes nothing.
const GOODBYE: Duration = Duration::from_secs(2);

/// Sends one message; answers the server's own words.
pub(super) async fn deliver(smtp: &Smtp, mail: &Mail) -> Result<String, SendError> {
    let mut connection = open(smtp).await?;
    let result = converse(smtp, &mut connection, mail).await;
    // Once the server has accepted, the message is its own, whatever becomes of the connection.
    let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
    result
}

async fn open(smtp: &Smtp) -> Result<AsyncSmtpConnection, SendError> {
    let config = &smtp.config;
    let wait = config.step_timeout;
    // Without TLS the name must not be able to lead off this machine.
    let host = if config.tls == TlsMode::None && config.host == "localhost" { "127.0.0.1" } else { &config.host };
    let implicit = smtp.tls.clone().filter(|_| config.tls == TlsMode::Implicit);
    let connecting = AsyncSmtpConnection::connect_tokio1((host, config.port), Some(wait), &smtp.hello, implicit, None);
    let mut connection = ours("connecting", wait, connecting).await?;
    if let Some(tls) = smtp.tls.clone().filter(|_| config.tls == TlsMode::StartTls) {
        ours("STARTTLS", wait, connection.starttls(tls, &smtp.hello)).await?;
    }
    if let Some(credentials) = &config.credentials {
        let login = Login::new(credentials.user.clone(), credentials.password.open().clone());
        ours("AUTH", wait, connection.auth(&[Mechanism::Plain, Mechanism::Login], &login)).await?;
    }
    Ok(connection)
}

async fn converse(smtp: &Smtp, connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<String, SendError> {
    let wait = smtp.config.step_timeout;
    theirs("MAIL FROM", wait, connection.command(MailFrom::new(Some(mail.from.clone()), vec![]))).await?;
    theirs("RCPT TO", wait, connection.command(Rcpt::new(mail.to.clone(), vec![]))).await?;
    theirs("DATA", wait, connection.command(Data)).await?;
    match tokio::time::timeout(smtp.config.answer_timeout, connection.message(&mail.bytes)).await {
        Ok(Ok(answer)) => Ok(words(&answer)),
        Ok(Err(fault)) if fault.status().is_some() => Err(judge("the message", &fault)),
        Ok(Err(fault)) => Err(SendError::unknown(told("the message", &fault))),
        Err(_) => Err(SendError::unknown("no answer in time after the message was sent")),
    }
}

/// A step about our own access. A refusal here is not the recipient's: a person can mend it, so it is tried again.
async fn ours<T>(step: &str, wait: Duration, act: impl Future<Output = Result<T, Error>>) -> Result<T, SendError> {
    match tokio::time::timeout(wait, act).await {
        Ok(done) => done.map_err(|fault| SendError::later(told(step, &fault))),
        Err(_) => Err(SendError::later(format!("{step}: no answer in time"))),
    }
}

/// A step about this message: the server's 5xx closes the way.
async fn theirs<T>(step: &str, wait: Duration, act: impl Future<Output = Result<T, Error>>) -> Result<T, SendError> {
    match tokio::time::timeout(wait, act).await {
        Ok(done) => done.map_err(|fault| judge(step, &fault)),
        Err(_) => Err(SendError::later(format!("{step}: no answer in time"))),
    }
}

fn judge(step: &str, fault: &Error) -> SendError {
    if fault.is_permanent() { SendError::refused(told(step, fault)) } else { SendError::later(told(step, fault)) }
}

fn told(step: &str, fault: &Error) -> String {
    match fault.status() {
        Some(code) => {
            let text = std::error::Error::source(fault).map_or_else(String::new, ToString::to_string);
            unfit::evidence(&format!("{step}: {code} {text}"))
        }
        None => unfit::evidence(&format!("{step}: {fault}")),
    }
}

fn words(answer: &Response) -> String {
    let text: Vec<&str> = answer.message().collect();
    unfit::evidence(&format!("{} {}", answer.code(), text.join(" ")))
}
