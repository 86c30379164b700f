//! Tearline, leak check, templates and renderings of a warning. Pure.
//!
//! The cast: a person writes a [`DraftText`]; the leak check ([`check`]) compares it with everything protected and
//! answers a [`LeakReport`]; a second person approves the bytes named by a [`Fingerprint`]; [`release`] puts the three
//! together and is the only maker of a [`Releasable`], the only thing that channels and letters accept.
//!
//! Nothing here reads a clock, makes randomness or touches files: reference, codes and times come in a [`Frozen`].
#![warn(missing_docs)]

mod changes;
mod characters;
mod draft;
mod fingerprint;
mod frame;
mod frozen;
mod leak;
mod letter;
mod release;
mod render;
mod tearline;
mod wake;

pub use changes::{Change, Fate, Piece, compare, compare_drafts};
pub use draft::{CapTerms, Certainty, DraftFault, DraftText, ResponseKind, Severity, Urgency};
pub use fingerprint::Fingerprint;
pub use frame::{FrameError, language_name, languages, page_words, right_to_left};
pub use frozen::{Addressee, Desk, Earlier, Frozen, WarningKind};
pub use leak::{
    Clearance, Finding, Kind, LeakReport, Override, Part, Protected, Verdict, canonical, check, check_draft,
    check_files,
};
pub use letter::{LetterContent, LetterParagraph};
pub use release::{Approval, Preview, Releasable, ReleaseRefused, fingerprint, preview, release, release_to};
pub use render::{RenderAs, RenderError, Rendering, WarningFile, render};
pub use tearline::{Enough, Meaning, Needs, Open, Rung, meaning, rungs};
pub use wake::{WakeCall, wake};
