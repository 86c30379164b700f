//! TLS of our own: a certificate and its key from two files, looked at again every minute and taken anew when they
//! changed.
//!
//! - [`Tls`]: the files, and what handshakes use now. `validity`: how long a certificate is good for. `listener`:
//!   accepts connections and shakes hands, none waiting for another.
//!
//! What cannot be used at the start is refused with what to do. Files that go bad later change nothing: the certificate
//! before them stays in use, and the log says so. Absent: client certificates, ACME, HTTP/2.

mod listener;
mod validity;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::ring;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, ServerConfig};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

pub(crate) use listener::TlsListener;

use crate::clock::Clock;
use crate::error::AppError;
use crate::files;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// Looks between two times of saying that the certificate ends soon: once a day.
const LOOKS_A_DAY: u32 = 24 * 60;
/// Said from this long before the end.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A certificate chain and its key, and where they come from.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
}

/// What the next handshake uses.
#[derive(Debug)]
struct Current(RwLock<Loaded>);

#[derive(Debug, Clone)]
struct Loaded {
    key: Arc<CertifiedKey>,
    /// Over both files, so that a change is seen.
    hash: [u8; 32],
    ends_at: Timestamp,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get().key)
    }
}

impl Current {
    fn get(&self) -> Loaded {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Tls {
    /// Reads both files (PEM). Refused when they cannot be used at `now`.
    pub fn open(certificate: PathBuf, key: PathBuf, now: Timestamp) -> Result<Self, AppError> {
        let loaded = load(&certificate, &key, now)?;
        let tls = Self { certificate, key, current: Arc::new(Current(RwLock::new(loaded))) };
        tls.say_when_it_ends(now);
        Ok(tls)
    }

    /// Reads the files again; answers whether something new is in use.
    pub fn reload(&self, now: Timestamp) -> Result<bool, AppError> {
        let loaded = load(&self.certificate, &self.key, now)?;
        if loaded.hash == self.current.get().hash {
            return Ok(false);
        }
        *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(true)
    }

    /// What a connection is accepted with.
    pub(crate) fn server_config(&self) -> Result<ServerConfig, AppError> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(AppError::fault)?;
        let mut config = config.with_no_client_auth().with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Follows changes of the files until told to stop.
    pub(crate) async fn follow(self: Arc<Self>, clock: Clock, mut until: watch::Receiver<bool>) {
        for looks in 1_u32.. {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = until.wait_for(|stop| *stop) => return,
            }
            let (tls, now) = (self.clone(), clock.now());
            match tokio::task::spawn_blocking(move || tls.reload(now)).await {
                Ok(Ok(true)) => tracing::info!("a new certificate is in use"),
                Ok(Ok(false)) => {}
                Ok(Err(cause)) => tracing::error!(%cause, "the certificate in use stays: the files cannot be used"),
                Err(cause) => tracing::error!(%cause, "the certificate could not be looked at"),
            }
            if looks % LOOKS_A_DAY == 0 {
                self.say_when_it_ends(now);
            }
        }
    }

    fn say_when_it_ends(&self, now: Timestamp) {
        let ends_at = self.current.get().ends_at;
        if ends_at.duration_since(now) < SOON {
            tracing::warn!(%ends_at, "the TLS certificate ends soon; browsers and recipients refuse it afterwards");
        }
    }
}

fn load(certificate: &Path, key: &Path, now: Timestamp) -> Result<Loaded, AppError> {
    let at = |path: &Path, problem: String| AppError::invalid(path.display().to_string(), problem);
    let (chain_bytes, key_bytes) = (files::read_bytes(certificate)?, files::read_bytes(key)?);
    let chain: Result<Vec<_>, PemError> = CertificateDer::pem_slice_iter(&chain_bytes).collect();
    let chain = chain.map_err(|cause| at(certificate, format!("is not PEM: {cause}")))?;
    let first = chain.first().ok_or_else(|| {
        at(certificate, "holds no certificate; it wants PEM, with the desk's own certificate first".to_owned())
    })?;
    let (from, ends_at) = validity::of(first)
        .ok_or_else(|| at(certificate, "holds something that is not an X.509 certificate".to_owned()))?;
    if now < from {
        return Err(at(certificate, format!("is not valid before {from}, and it is {now}; is the clock right?")));
    }
    if now > ends_at {
        return Err(at(certificate, format!("ended on {ends_at}, and it is {now}; put a new one there")));
    }
    let found = PrivateKeyDer::from_pem_slice(&key_bytes).map_err(|cause| {
        at(key, format!("holds no private key ({cause}); it wants PEM without a passphrase (PKCS#8, PKCS#1 or SEC1)"))
    })?;
    let pair = CertifiedKey::from_der(chain, found, &ring::default_provider()).map_err(|cause| match cause {
        TlsError::InconsistentKeys(_) => {
            at(key, format!("is not the key of the certificate in {}", certificate.display()))
        }
        other => at(key, format!("cannot be used with {}: {other}", certificate.display())),
    })?;
    let mut hash = Sha256::new();
    for bytes in [&chain_bytes, &key_bytes] {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    Ok(Loaded { key: Arc::new(pair), hash: hash.finalize().into(), ends_at })
}
