//! The style and the little script: compiled in, named by their content, kept for ever by the browser.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::desk::Desk;

const STYLE: &str = include_str!("../../../assets/desk.css");
const SCRIPT: &str = include_str!("../../../assets/desk.js");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| path(STYLE, "css"));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path(SCRIPT, "js"));

fn path(content: &str, ending: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    format!("/assets/{:02x}{:02x}{:02x}{:02x}.{ending}", digest[0], digest[1], digest[2], digest[3])
}

/// Where the style is.
pub fn style() -> &'static str {
    &STYLE_PATH
}

/// Where the script is.
pub fn script() -> &'static str {
    &SCRIPT_PATH
}

/// Serves both.
pub fn router() -> Router<Arc<Desk>> {
    let serve = |kind: &'static str, content: &'static str| {
        get(move || async move {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], content)
                .into_response()
        })
    };
    Router::new()
        .route(style(), serve("text/css; charset=utf-8", STYLE))
        .route(script(), serve("text/javascript; charset=utf-8", SCRIPT))
}
