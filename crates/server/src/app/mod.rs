//! Use cases. One has five lines: load, assess, decide, append events and effects in one transaction, answer.
//!
//! - `reports`: a report comes in, is read and linked; `marks`: markings put on its
//!   words. `threats`: acting on a threat. `determine`: who is meant, and
//!   what the policy says. `packs`: which policy; `replay`: determinations drawn again. `drafts`: words, leak check, what would leave; `leaving`: its bytes by
//!   name; `versions`: versions side by side, comments. `plan`: to whom, by which way.
//!   `deliver`: what the workers do. `carry`: what people carry themselves. `answers`: acknowledgements and the
//!   question whether a warning is genuine. `coordination`: owner, originators, the urgent shortcut, disputes; `terms`:
//!   what the policy says of them.
//! - `house`: what a pack adopted since, a colleague who is gone and a register that grew mean for every open threat.
//! - `accounts`: sign-in and roles. `registers`: importing whom we may have to warn;
//!   `register_lines`: what is kept of them, and for how long; `lookups`: who asked about whom. `views`: what pages and the API show.
//!   `closed`: what stays behind the bar. `rebuild`: the rows folded anew from the record. `stats`: counts;
//!   `inspection`: times, waivers and breaches; `integrity`: whether the record verifies.
//! - `wakes`: calling people when a deadline passes. `rosters`: who is on duty; `roster_file`: rosters in files.

mod accounts;
mod answers;
mod carry;
mod closed;
mod coordination;
mod deliver;
mod determine;
mod drafts;
mod house;
mod inspection;
mod integrity;
mod leaving;
mod lookups;
mod marks;
mod packs;
mod plan;
mod rebuild;
mod register_lines;
mod registers;
mod replay;
mod reports;
mod roster_file;
mod rosters;
mod stats;
mod terms;
mod threats;
mod versions;
mod views;
mod wakes;

pub use accounts::{PASSWORD_AT_LEAST, SignInRefused, check_password};
pub use answers::{Genuine, LinkAnswer};
pub(crate) use carry::sheet_name;
pub use carry::{ByHand, Sheet};
pub(crate) use closed::{CLOSED, without_links};
pub use coordination::{Settling, Verdict, YesNo};
pub(crate) use coordination::{details, time};
pub use determine::{Affirming, Answers, NewVictim};
pub use drafts::{NewDraft, Shown};
pub(crate) use house::Progress;
pub use inspection::{Asked, Breach, By, Counted, Inspection, TimeLine, WaiverLine};
pub use integrity::Checked;
pub use leaving::{Leaf, Listed};
pub use marks::Which;
pub use packs::{AsksAnew, Differently, Library, Preview};
pub use plan::Way;
pub use rebuild::Rebuilt;
pub use register_lines::Settled;
pub use registers::{Imported, NewLines, places_of};
pub use replay::{DeterminationLine, Differing, RecordedDetermination, Replayed};
pub use reports::{NewReport, ReportText, Stretch};
pub(crate) use roster_file::parse_days;
pub use rosters::{HOURS_CHECKED, RosterCheck, RosterView};
pub use stats::Stats;
pub use versions::{Compared, NewComment};
pub use views::{EntryLine, ReportLine, ThreatLine, ThreatView};
pub use wakes::WakePage;
