//! The one call from a document to everything that is read out of it.

use domain::Window;
use domain::claim::{Claim, Stage};
use serde::Serialize;

use crate::claims;
use crate::document::Document;
use crate::link::{self, Feature};
use crate::summary::{self, Summary};

/// A document with what was read out of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Read {
    /// The document itself.
    pub document: Document,
    /// Its claims, in the order of the text.
    pub claims: Vec<Claim>,
    /// One plain sentence with its doubt.
    pub summary: Summary,
    /// What it can be linked to other reports by.
    pub features: Vec<Feature>,
    /// When the harm is expected, for a report that speaks of what is to come.
    pub window: Option<Window>,
    /// How far the main event has come; `None` when the text does not tell.
    pub stage: Option<Stage>,
}

/// Reads a document. Never fails: a text that says nothing of a threat has no claims, and its summary says so.
pub fn read(document: Document) -> Read {
    let claims = claims::read(&document);
    let stage = summary::stage(&claims);
    Read {
        summary: summary::summarise(&document, &claims),
        features: link::features(&claims),
        window: summary::window(&claims, stage),
        stage,
        claims,
        document,
    }
}
