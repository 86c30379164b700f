//! What is asked and what is answered.

use std::fmt;

use domain::register::{PartyId, PartyKind, Tlp};
use domain::{ChannelKind, Span, Window};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

/// A question: a text, and what reading already knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The report's text; every span points into it.
    pub text: &'a str,
    /// Places that reading found.
    pub places: &'a [PlaceRef],
    /// When the harm is expected. Without it, events of the thirty days from `at` are looked at.
    pub window: Option<Window>,
    /// The strictest marking of what will have to be said; routes that may not carry it are ranked last.
    pub marking: Tlp,
    /// Which party of the register this desk is. Without it, nobody with a `no_direct_channel_to` is direct.
    pub desk: Option<&'a PartyId>,
    /// Now: relations and verifications are judged at this time.
    pub at: Timestamp,
}

impl<'a> Ask<'a> {
    /// A question about a text alone; a warning is taken to be TLP:AMBER.
    pub const fn new(text: &'a str, at: Timestamp) -> Self {
        Self { text, places: &[], window: None, marking: Tlp::Amber, desk: None, at }
    }
}

/// A place that reading found in a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceRef {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 letters; empty when not known.
    pub country: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Where the text names it.
    pub span: Span,
}

/// Whom a report concerns, why, who protects them and how they can be told.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Screening {
    /// Parties, the strongest first.
    pub hits: Vec<Hit>,
    /// Places of the register that the text names or lies in.
    pub places: Vec<FoundPlace>,
    /// Who protects the parties found, the nearest first.
    pub protectors: Vec<Protector>,
    /// How protectors and parties can be told, per recipient the best first.
    pub routes: Vec<Route>,
    /// Recipients without any route, and why.
    pub unreached: Vec<Unreachable>,
    /// What was kept from matching too widely, in sentences for a person.
    pub guarded: Vec<String>,
}

/// One party in one stretch of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Who.
    pub party: PartyId,
    /// What kind of party.
    pub kind: PartyKind,
    /// The party's name that was found, or what it is called when it was found by its place.
    pub name: String,
    /// Where.
    pub span: Span,
    /// Exactly the text at `span`.
    pub quote: String,
    /// The sum of the weights below; it has no upper end.
    pub score: f64,
    /// What speaks for it and against it.
    pub why: Vec<Feature>,
}

/// One thing that speaks for or against a hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// Its name: `name`, `rarity`, `spelling`, `place`, `time`, `related`, ….
    pub feature: &'static str,
    /// What was seen, in words.
    pub value: String,
    /// What it adds to the score; below zero it speaks against.
    pub weight: f64,
}

impl Feature {
    pub(crate) fn new(feature: &'static str, value: impl Into<String>, weight: f64) -> Self {
        Self { feature, value: value.into(), weight: round(weight) }
    }
}

pub(crate) fn round(weight: f64) -> f64 {
    (weight * 100.0).round() / 100.0
}

/// A place of the register.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundPlace {
    /// Which.
    pub party: PartyId,
    /// Its name in the register.
    pub name: String,
    /// Where the text names it, or the place it was found by.
    pub span: Span,
    /// Exactly the text at `span`.
    pub quote: String,
    /// How it was found, in words.
    pub how: String,
    /// The places it lies in, the nearest first.
    pub inside: Vec<PartyId>,
}

/// Somebody responsible for keeping a party safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Protector {
    /// Who protects.
    pub party: PartyId,
    /// Their name.
    pub name: String,
    /// Whom.
    #[serde(rename = "for")]
    pub for_party: PartyId,
    /// On what ground: `explicit relation` or `jurisdiction over …`.
    pub by: String,
    /// What the register notes about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A way to tell a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The recipient.
    pub to: PartyId,
    /// Whoever the words pass through, the recipient last.
    pub hops: Vec<Hop>,
    /// Expected time until the words are with the recipient.
    pub minutes: u32,
    /// The strictest marking that may go all the way.
    pub carries: Tlp,
    /// Why it ranks where it does, in sentences.
    pub why: Vec<String>,
}

/// Who must be told about one party, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Who protects it, the nearest first.
    pub protectors: Vec<Protector>,
    /// How they and the party itself can be told, per recipient the best first.
    pub routes: Vec<Route>,
    /// Recipients without any route, and why.
    pub unreached: Vec<Unreachable>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Who has the words after this step.
    pub party: PartyId,
    /// Their name.
    pub name: String,
    /// By what channel; none when the one before passes it on in a way that is not in the register.
    pub channel: Option<ChannelKind>,
    /// The address on that channel.
    pub address: Option<String>,
    /// The language to write or speak in.
    pub language: Option<String>,
    /// When somebody answers.
    pub hours: Option<String>,
    /// Expected minutes for this step.
    pub minutes: u32,
    /// The strictest marking for this step; none when the register does not say.
    pub carries: Option<Tlp>,
}

/// A party that could not be told, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreachable {
    /// Who.
    pub party: PartyId,
    /// Their name.
    pub name: String,
    /// What stands in the way.
    #[serde(serialize_with = "words")]
    pub why: Obstacle,
}

fn words<S: Serializer>(why: &Obstacle, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(why)
}

/// Why a party could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// No contact path and nobody who passes messages on.
    NoPath,
    /// A contact path, but this desk may not use it, and nobody who passes messages on.
    NoDirectChannel,
    /// No contact path that leads there was verified within the last 180 days.
    Unverified,
    /// No way may carry this marking.
    Marking(Tlp),
    /// Nobody protects it and no authority has jurisdiction over where it lies.
    NoProtector,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPath => out.write_str(
                "no path: it has no contact path and no reachable party is an intermediary or liaison; add one",
            ),
            Self::NoDirectChannel => out.write_str(
                "no path: there is no direct channel and no reachable party is an intermediary or liaison; find one",
            ),
            Self::Unverified => out.write_str(
                "unverified: nobody has made sure within 180 days that any path to it works; test one and note it",
            ),
            Self::Marking(marking) => {
                write!(out, "marking: no path to it may carry {marking}; agree on one that may")
            }
            Self::NoProtector => out.write_str(
                "no protector: no party protects it and no authority has jurisdiction over where it lies; add one",
            ),
        }
    }
}
