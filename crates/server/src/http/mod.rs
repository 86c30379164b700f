//! The HTTP face: the API under `/api/v1`, the pages, and the recipients' pages, behind one set of layers.

mod api;
mod headers;
mod idempotency;
mod pages;
mod problem;
mod sessions;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

pub use problem::Problem;

use crate::desk::Desk;

/// Largest request body taken, in bytes; a report may be up to 5 MiB of text.
pub(crate) const LARGEST_BODY: usize = 8 * 1024 * 1024;
/// Longest time a request may take.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// Everything the desk answers over HTTP. `tls` says that it speaks TLS itself; a proxy's TLS shows in `public_url`.
pub fn router(desk: Arc<Desk>, tls: bool) -> Router {
    let locked = tls || desk.config.public_url.starts_with("https://");
    let (api, document) = api::router();
    let api = api.layer(from_fn_with_state(desk.clone(), idempotency::replay));
    Router::new()
        .merge(api)
        .merge(api::document(document))
        .merge(pages::router())
        .layer(sessions::layer(&desk, locked))
        .layer(CsrfLayer::new())
        .merge(pages::links())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST))
        .layer(from_fn_with_state(headers::Locked(locked), headers::secure))
        .with_state(desk)
}

/// The OpenAPI 3.1 document of the API, as JSON.
pub fn openapi() -> String {
    api::router().1.to_pretty_json().unwrap_or_default()
}

pub(crate) fn too_large() -> Problem {
    let words = format!("the request is larger than {} MiB; send a report in parts", LARGEST_BODY / 1024 / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", words)
}

/// Why the desk does not start on an address that others can reach.
#[derive(Debug, thiserror::Error)]
#[error(
    "{address} can be reached from other machines, so it wants TLS. Give --tls-cert FILE and --tls-key FILE, or listen on \
     127.0.0.1 behind a proxy that does TLS, or say --behind-tls-proxy when one stands in front of this very address"
)]
pub struct PublicWithoutTls {
    /// The address asked for.
    pub address: SocketAddr,
}

/// Plain HTTP is for this machine alone; `protected` says that there is TLS, the desk's own or a proxy's.
pub fn may_listen(address: SocketAddr, protected: bool) -> Result<(), PublicWithoutTls> {
    let here = match address.ip() {
        IpAddr::V4(v4) => v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_loopback(),
    };
    if here || protected { Ok(()) } else { Err(PublicWithoutTls { address }) }
}
