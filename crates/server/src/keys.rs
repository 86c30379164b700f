//! The desk's keys besides the record's: one that answers for its mail (DKIM), one that vouches for what machines read.
//! Both are made with the data directory, or when a directory from before is opened first.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channels::Dkim;
use channels::jws::JwsKey;

use crate::config::Config;
use crate::error::AppError;
use crate::files;
use crate::ids::Ids;

/// Signs mail for the desk's domain; readable by its owner alone.
pub const DKIM: &str = "dkim.key";
/// Signs renderings for machines; readable by its owner alone.
pub const DESK: &str = "desk.key";
/// Its public half, for recipients.
pub const DESK_PUBLIC: &str = "desk.vkey";

/// Makes the keys that are not there yet.
pub(crate) fn make_missing(data: &Path) -> Result<(), AppError> {
    for name in [DKIM, DESK] {
        if !data.join(name).exists() {
            // Never from a story's reproducible ids: these keys speak to the world outside.
            let seed = STANDARD.encode(Ids::system().bytes::<32>());
            files::write_new(&data.join(name), format!("{seed}\n").as_bytes(), 0o600)?;
        }
    }
    if !data.join(DESK_PUBLIC).exists() {
        let public = desk_key(data)?.public();
        files::write_new(&data.join(DESK_PUBLIC), format!("{public}\n").as_bytes(), 0o644)?;
    }
    Ok(())
}

/// The key that vouches for renderings.
pub(crate) fn desk_key(data: &Path) -> Result<JwsKey, AppError> {
    let seed = files::read(&data.join(DESK))?;
    JwsKey::parse(&seed).map_err(|cause| AppError::invalid(DESK, cause.to_string()))
}

/// What signs this desk's mail, when its configuration names a selector.
pub fn dkim(config: &Config, data: &Path) -> Result<Option<Dkim>, AppError> {
    let Some(smtp) = &config.smtp else { return Ok(None) };
    let Some(selector) = &smtp.dkim else { return Ok(None) };
    let (_, domain) = smtp.from.split_once('@').unwrap_or_default();
    let made = Dkim::new(domain, selector, &files::read(&data.join(DKIM))?);
    made.map(Some).map_err(|cause| AppError::invalid("smtp", cause.to_string()))
}
