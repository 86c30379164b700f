//! The shell around the pure units: use cases, workers, HTTP API, pages, clock, ids, configuration.
//!
//! - [`open`] makes a data directory or opens one and answers a [`Desk`].
//! - `app`: the use cases, as methods of the desk. `streams`: how nouns become entries and rows. `screen`: the register in
//!   memory.
//! - `workers`: what runs beside requests. `ways_out`: the channels this desk has.
//! - `http`: the API under `/api/v1`, the pages, and the recipients' pages. [`serve`] runs all of it.
//!
//! Only `clock` reads time and only `ids` makes randomness.

mod app;
mod clock;
mod config;
mod desk;
mod error;
pub mod failpoint;
mod files;
mod http;
mod ids;
mod keys;
mod opening;
mod post;
mod screen;
mod serving;
mod streams;
mod tls;
mod ways_out;

pub use app::*;
pub use channels::jws;
pub use clock::Clock;
pub use config::{Config, Security, Smtp as SmtpSettings, Webhook as WebhookSettings};
pub use desk::{Ask, Desk, RequestKey};
pub use error::AppError;
pub use http::{Problem, PublicWithoutTls, may_listen, openapi, router};
pub use ids::Ids;
pub use keys::{DESK_PUBLIC, dkim};
pub use opening::{DATABASE, KEY, VKEY, create, open};
pub use serving::{Serving, serve, serve_with};
pub use tls::Tls;
pub use ways_out::{Printer, WaysOut};
