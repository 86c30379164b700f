//! Whom the channels trust on the wire, and what can be wrong with their configuration.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why a channel cannot be set up as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A field is not fit.
    #[error("`{field}` is not usable: {why}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What is wrong and what would do.
        why: String,
    },
    /// Mail without encryption to another machine.
    #[error("mail to `{host}` would go unencrypted: use `starttls` or `implicit` TLS (no TLS is for loopback only)")]
    PlainText {
        /// The mail server.
        host: String,
    },
    /// The TLS library refused the settings.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be built.
    #[error("the HTTP client cannot be set up")]
    Http(#[from] reqwest::Error),
}

pub(crate) fn field(field: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError::Field { field, why: why.into() }
}

/// A key as it is kept in a file: 32 bytes in base64.
pub(crate) fn key_bytes(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}

/// A TLS client that trusts the roots shipped with the program (a desk may have no system store) and, if the desk
/// names any, its own authorities.
pub(crate) fn tls_client(extra_roots_pem: Option<&[u8]>) -> Result<ClientConfig, ConfigError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for cert in CertificateDer::pem_slice_iter(extra_roots_pem.unwrap_or_default()) {
        let cert = cert.map_err(|fault| field("trusted_roots", format!("not PEM certificates ({fault})")))?;
        roots.add(cert)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
