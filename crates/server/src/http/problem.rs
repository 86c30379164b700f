//! Problem details (RFC 9457): what was wrong, where, and what to do.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AppError;

/// The kind of problem of a request whose twin was quicker.
pub const REPEATED: &str = "repeated";

/// An answer that is not what was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:forewarn:refusal:self-approval`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same in words, for every problem of this kind.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What was wrong this time, and what to do.
    pub detail: String,
    /// The rule that refused, when one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The field or file concerned, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Problem {
    /// A problem that is not one of the use cases'.
    pub fn new(status: StatusCode, word: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:forewarn:{word}"),
            title: status.canonical_reason().unwrap_or("problem").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            rule: None,
            field: None,
        }
    }

    /// The status as a type.
    pub fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::Refused(refusal) => Self {
                kind: format!("urn:forewarn:refusal:{}", refusal.rule()),
                title: "A rule of the desk refuses this".to_owned(),
                rule: Some(refusal.rule()),
                ..Self::new(StatusCode::CONFLICT, "refusal", detail)
            },
            AppError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "not-found", detail),
            AppError::Invalid { field, .. } => {
                Self { field: Some(field), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
            }
            AppError::Busy => Self::new(StatusCode::CONFLICT, "busy", detail),
            AppError::Repeated => Self::new(StatusCode::CONFLICT, REPEATED, detail),
            AppError::KeyReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail),
            AppError::TooMany => Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", detail),
            AppError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk-full", detail),
            AppError::Fault(cause) => {
                tracing::error!(%cause, "a request failed");
                let words = "the desk could not do this; nothing was half-done. The log has the cause";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", words)
            }
        }
    }
}

/// The kind of problem that a response tells of, for the layers around it.
#[derive(Debug, Clone)]
pub struct Kind(pub String);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let content_type = [(header::CONTENT_TYPE, "application/problem+json")];
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (self.code(), content_type, body).into_response();
        response.extensions_mut().insert(Kind(self.kind));
        response
    }
}
