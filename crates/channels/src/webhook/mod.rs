//! Webhook: one signed POST (Standard Webhooks) to one recipient's machine.
//!
//! The cast: [`sign`] makes and checks signatures; [`guard`] decides which addresses may be connected to; this module
//! posts. The guard sits inside the client's own name resolution, so the address that was checked is the address
//! that is used (no second look-up to rebind), there is no proxy, no redirect and no connection kept for later.

pub mod guard;
pub mod sign;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ChannelKind;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, StatusCode, Url, redirect, retry};

use crate::outgoing::{Address, Channel, Outgoing, Receipt, ReceiptKind, SendError, check};
use crate::trust::{ConfigError, tls_client};
use crate::unfit;
pub use guard::{Forbidden, Lookup, SystemLookup};

/// How this desk posts.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// Lets loopback addresses through, `http` included: for the demo and for tests.
    pub allow_loopback: bool,
    /// For the connection, TLS included.
    pub connect_timeout: Duration,
    /// For the whole exchange.
    pub timeout: Duration,
    /// Authorities to trust besides the public ones, as PEM.
    pub trusted_roots_pem: Option<Vec<u8>>,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            trusted_roots_pem: None,
        }
    }
}

/// The most that is read of an answer; only its beginning is kept.
const ANSWER_LIMIT: usize = 16 * 1024;

/// Posts signed warnings.
pub struct Webhook {
    client: Client,
    allow_loopback: bool,
}

impl Webhook {
    /// A webhook channel that asks the system for names.
    pub fn new(config: &WebhookConfig) -> Result<Self, ConfigError> {
        Self::with_lookup(config, Arc::new(SystemLookup))
    }

    /// A webhook channel that asks `lookup` for names; what it answers is guarded all the same.
    pub fn with_lookup(config: &WebhookConfig, lookup: Arc<dyn Lookup>) -> Result<Self, ConfigError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls_client(config.trusted_roots_pem.as_deref())?)
            .dns_resolver(Guarded { lookup, allow_loopback: config.allow_loopback })
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(0)
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .build()?;
        Ok(Self { client, allow_loopback: config.allow_loopback })
    }
}

/// Name resolution that answers only addresses the guard lets through.
struct Guarded {
    lookup: Arc<dyn Lookup>,
    allow_loopback: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, allow_loopback) = (Arc::clone(&self.lookup), self.allow_loopback);
        Box::pin(async move {
            let found = guard::resolve(lookup.as_ref(), name.as_str(), allow_loopback).await?;
            let addrs: Addrs = Box::new(found.into_iter().map(|ip| (ip, 0).into()));
            Ok(addrs)
        })
    }
}

#[async_trait]
impl Channel for Webhook {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }

    async fn send(&self, out: Outgoing<'_>) -> Result<Receipt, SendError> {
        check(&out, self.kind())?;
        let Address::Url { url, secret } = out.to else {
            return Err(SendError::refused("a webhook goes to a URL: give the recipient one, or use another channel"));
        };
        let payload = out.message.payload().ok_or_else(|| SendError::refused("this text has no form for machines"))?;
        let body = serde_json::to_vec(payload).map_err(|fault| SendError::refused(fault.to_string()))?;
        let url = guard::check_url(url, self.allow_loopback).map_err(|fault| SendError::refused(fault.to_string()))?;
        let key = sign::Key::parse(secret.open()).map_err(|fault| SendError::refused(fault.to_string()))?;
        let evidence = self.post(url, &key, &out, body).await?;
        Ok(Receipt { at: out.at, kind: ReceiptKind::HandedOver, evidence, artefact: None })
    }
}

impl Webhook {
    async fn post(&self, url: Url, key: &sign::Key, out: &Outgoing<'_>, body: Vec<u8>) -> Result<String, SendError> {
        let seconds = out.at.as_second();
        let signature = key.sign(&out.message_id, seconds, &body);
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header(sign::ID, &out.message_id)
            .header(sign::TIMESTAMP, seconds.to_string())
            .header(sign::SIGNATURE, signature)
            .body(body);
        match request.send().await {
            Ok(answer) => judge(answer).await,
            Err(fault) => Err(classify(&fault)),
        }
    }
}

/// What a failed exchange means: refused by the guard, never connected, or out there somewhere.
fn classify(fault: &reqwest::Error) -> SendError {
    let mut cause = fault.source();
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return SendError::refused(forbidden.to_string());
        }
        cause = inner.source();
    }
    // The URL is the recipient's address and stays out of the evidence.
    if fault.is_connect() {
        SendError::later("no connection to the recipient's machine (name, network or TLS)")
    } else if fault.is_timeout() {
        SendError::unknown("connected, but no answer in time")
    } else if fault.is_builder() {
        SendError::refused("the request could not be built from this URL")
    } else {
        SendError::unknown("connected, but the connection broke before an answer")
    }
}

async fn judge(answer: Response) -> Result<String, SendError> {
    let status = answer.status();
    let said = beginning(answer).await;
    let evidence = if said.is_empty() { format!("HTTP {status}") } else { format!("HTTP {status}: {said}") };
    if status.is_success() {
        return Ok(evidence);
    }
    if status.is_redirection() {
        return Err(SendError::refused(format!("{evidence} (redirects are not followed: register the new URL)")));
    }
    let for_now = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    if status.is_client_error() && !for_now.contains(&status) {
        return Err(SendError::refused(evidence));
    }
    Err(SendError::later(evidence))
}

/// The beginning of the answer, never more than [`ANSWER_LIMIT`] bytes read; an answer that breaks off is taken as
/// far as it came, since the status has been received.
async fn beginning(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk[..chunk.len().min(ANSWER_LIMIT - bytes.len())]);
        if bytes.len() >= ANSWER_LIMIT {
            break;
        }
    }
    unfit::evidence(&String::from_utf8_lossy(&bytes)).chars().take(200).collect()
}
