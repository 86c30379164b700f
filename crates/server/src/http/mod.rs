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
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

pub use problem::Problem;

use crate::desk::Desk;

/// Largest request body taken, in bytes; a report may be up to 5 MiB of text.
pub(crate) const LARGEST_BODY: usize = 8 * 1024 * 1024;
/// Longest time a request may take.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// Everything the desk answers over HTTP.
pub fn router(desk: Arc<Desk>) -> Router {
    let (api, document) = api::router();
    let api = api.layer(from_fn_with_state(desk.clone(), idempotency::replay));
    Router::new()
        .merge(api)
        .merge(api::document(document))
        .merge(pages::router())
        .layer(sessions::layer(&desk))
        .layer(CsrfLayer::new())
        .merge(pages::links())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST))
        .layer(from_fn(headers::secure))
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
    "{address} can be reached from other machines, and forewarn speaks plain HTTP there. Listen on 127.0.0.1 behind a \
     proxy that does TLS, or say --behind-tls-proxy when such a proxy stands in front of this very address"
)]
pub struct PublicWithoutTls {
    /// The address asked for.
    pub address: SocketAddr,
}

/// Plain HTTP is for this machine alone, unless somebody says that a proxy does TLS.
pub fn may_listen(address: SocketAddr, behind_tls_proxy: bool) -> Result<(), PublicWithoutTls> {
    let here = match address.ip() {
        IpAddr::V4(v4) => v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_loopback(),
    };
    if here || behind_tls_proxy { Ok(()) } else { Err(PublicWithoutTls { address }) }
}
