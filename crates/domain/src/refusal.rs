//! Refusals: answers, not faults. Each names the rule, says why the rule is there and what to do instead.

use serde::{Deserialize, Serialize};

use crate::threat::LeakNote;
use crate::words::Role;

/// Why a command was not carried out. One variant per rule; nothing has changed when one is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "rule", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields repeat the words of the message above them")]
pub enum Refusal {
    #[error("to {what} takes one of these roles: {}", list(needed))]
    RoleMayNot {
        #[serde(skip_deserializing)]
        what: &'static str,
        needed: Vec<Role>,
    },
    #[error("only the desk's own workers {what}; a person records what happened instead")]
    OnlyTheDesk {
        #[serde(skip_deserializing)]
        what: &'static str,
    },
    #[error("only {whose} may {what}; nobody else can know it")]
    OnlyTheirs {
        #[serde(skip_deserializing)]
        what: &'static str,
        whose: String,
    },
    #[error("{who} wrote this draft and may not approve it: a second person must have read what leaves")]
    SelfApproval { who: String },
    #[error(
        "{who} overrode the leak check of this draft and may not approve it: another person must answer for its words"
    )]
    OwnOverride { who: String },
    #[error("{who} made this determination and may not affirm it: silence takes two people")]
    SelfAffirmation { who: String },
    #[error(
        "the leak check found {} place(s) in this draft that could give a source away ({}); reword them and check again",
        words.len(), quoted(words)
    )]
    LeakFound { words: Vec<String> },
    #[error("{unseen} report(s) came to this threat after the leak check; the draft must be compared with them first")]
    NotChecked { unseen: usize },
    #[error("the draft changed after it was shown for approval; read it again and approve what it says now")]
    ChangedSinceShown,
    #[error("this draft was already {state}; write a new one")]
    DraftSettled { state: String },
    #[error(
        "the determination for this intended victim is {determination}; a warning can be approved only when it is warn"
    )]
    NotDetermined { determination: String },
    #[error("the determination says {determination}, but nobody entitled has affirmed it; a senior officer must")]
    AffirmationMissing { determination: String },
    #[error("this affirmation would not settle the determination: {why}")]
    AffirmationDoesNotCount { why: String },
    #[error(
        "a warning was approved for this intended victim, so the determination stays warn; write an update or a stand-down"
    )]
    AlreadyWarned,
    #[error(
        "{by} determined this meanwhile, at {at} ({id}); nothing was overwritten: read that determination, then answer again"
    )]
    DeterminedMeanwhile { by: String, at: jiff::Timestamp, id: String },
    #[error("a warning needs at least one delivery in its plan: name a recipient and a channel")]
    EmptyPlan,
    #[error("give a reason in words: somebody will ask for it later")]
    ReasonMissing,
    #[error("name the person: an acknowledgement without a name proves nothing")]
    NameMissing,
    #[error("there is no {what} with this id on this threat")]
    Unknown { what: String },
    #[error("this is already recorded: {what}")]
    AlreadyDone { what: String },
    #[error("an attempt for this delivery is still running; its result must be recorded first")]
    AttemptRunning,
    #[error("this delivery is {state}, so it cannot be {step}")]
    DeliveryCannot { state: String, step: String },
    #[error("the deadline has not passed; it runs until {due_at}")]
    NotDue { due_at: jiff::Timestamp },
    #[error("still owed: {what}; a threat cannot be closed before every intended victim is warned, waived or not owed")]
    StillOwed { what: String },
    #[error("{who} said how this ended and may not also close it, since nobody was told: silence takes two people")]
    SelfClosing { who: String },
    #[error("this threat was closed; reopen it by linking a new report")]
    Closed,
    #[error("{what} does not exist yet")]
    NotThere { what: String },
    #[error("{who} proposed this policy pack and may not adopt it: what the desk lives by takes two people")]
    SelfAdoption { who: String },
    #[error("this policy pack is unsound in {findings} way(s), so it cannot be proposed; the first: {first}")]
    UnsoundPack { findings: usize, first: String },
    #[error("the sign-in name {name} is taken")]
    NameTaken { name: String },
    #[error("a sign-in name has 2 to 40 characters a-z, 0-9, dot, dash or underscore")]
    BadName,
    #[error("{who} may not change their own roles; another senior officer must")]
    OwnRoles { who: String },
    #[error("this account is switched off")]
    AccountOff,
    #[error("the desk would be left without anybody who is a {role}; give the role to somebody else first")]
    LastOfRole { role: Role },
    #[error(
        "{who} asked for this removal and may not agree to it: whom the register forgets nobody warns, so it takes two people"
    )]
    OwnRemoval { who: String },
    #[error("`{party}` is named in the open threat {threat} and stays until it is closed")]
    NamedInThreat { party: String, threat: String },
    #[error("this report was recognised as the same text as {of}; look there")]
    Duplicate { of: String },
    #[error("{who} owns this threat; ask them to hand it over, or a senior officer to")]
    Owned { who: String },
    #[error("{who} holds no role that works on threats; hand it to somebody who does")]
    NoWorkingRole { who: String },
    #[error("{who} has a stake in a report on this threat and may not do this: {says} [{clause}] Somebody else must")]
    ConflictOfInterest { who: String, says: String, clause: String },
    #[error(
        "{originator} has not been asked, or may still answer: {says} [{clause}] Ask them, wait until their time is over, \
         or take the urgent shortcut if there is no time"
    )]
    OriginatorNotAsked { originator: String, says: String, clause: String },
    #[error("the urgent shortcut may not be taken: {why} [{clause}]")]
    UrgentNotAllowed { why: String, clause: String },
    #[error(
        "two people have settled that this is {determination}, and no shortcut leads past that; dispute it, or have the \
         questions answered anew"
    )]
    SilenceStands { determination: String },
    #[error("{who} disputes this determination; until that is settled nobody affirms silence or closes [{clause}]")]
    Disputed { who: String, clause: String },
    #[error("{who} {part} what is disputed and may not settle it: somebody without a part in it must")]
    SelfSettling { who: String, part: String },
    #[error("this deadline may not be moved: {why} [{clause}]")]
    DelayNotAllowed { why: String, clause: String },
    #[error("the harm may begin at {from}, and nothing that serves a warning may be put off past that")]
    PastTheStart { from: jiff::Timestamp },
    #[error(
        "these words carry {marking} on their originator's word, and only they take it back: name who there agreed, or have a \
         senior officer answer for it"
    )]
    OriginatorsMark { marking: String },
    #[error(
        "what this draft was made from carries {to} by now, and the draft says {from}; write it again, or have the words \
         released"
    )]
    MarkingRose { from: String, to: String },
    #[error("{field} is {problem}")]
    BadField { field: String, problem: String },
}

/// The rules and their names in one table, so that the list of all rules cannot miss one.
macro_rules! rules {
    ($($variant:ident => $rule:literal,)*) => {
        impl Refusal {
            /// The name of every rule, one for each variant.
            pub const RULES: &[&str] = &[$($rule),*];

            /// The rule's stable name, as in problem details and the record: `self-approval`.
            pub fn rule(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $rule,)*
                }
            }
        }
    };
}

rules! {
    RoleMayNot => "role-may-not",
    OnlyTheDesk => "only-the-desk",
    OnlyTheirs => "only-theirs",
    SelfApproval => "self-approval",
    OwnOverride => "own-override",
    SelfAffirmation => "self-affirmation",
    LeakFound => "leak-found",
    NotChecked => "not-checked",
    ChangedSinceShown => "changed-since-shown",
    DraftSettled => "draft-settled",
    NotDetermined => "not-determined",
    AffirmationMissing => "affirmation-missing",
    AffirmationDoesNotCount => "affirmation-does-not-count",
    AlreadyWarned => "already-warned",
    DeterminedMeanwhile => "determined-meanwhile",
    EmptyPlan => "empty-plan",
    ReasonMissing => "reason-missing",
    NameMissing => "name-missing",
    Unknown => "unknown",
    AlreadyDone => "already-done",
    AttemptRunning => "attempt-running",
    DeliveryCannot => "delivery-cannot",
    NotDue => "not-due",
    StillOwed => "still-owed",
    SelfClosing => "self-closing",
    Closed => "closed",
    NotThere => "not-there",
    SelfAdoption => "self-adoption",
    UnsoundPack => "unsound-pack",
    NameTaken => "name-taken",
    BadName => "bad-name",
    OwnRoles => "own-roles",
    AccountOff => "account-off",
    LastOfRole => "last-of-role",
    OwnRemoval => "own-removal",
    NamedInThreat => "named-in-threat",
    Duplicate => "duplicate",
    Owned => "owned",
    NoWorkingRole => "no-working-role",
    ConflictOfInterest => "conflict-of-interest",
    OriginatorNotAsked => "originator-not-asked",
    UrgentNotAllowed => "urgent-not-allowed",
    SilenceStands => "silence-stands",
    Disputed => "disputed",
    SelfSettling => "self-settling",
    DelayNotAllowed => "delay-not-allowed",
    PastTheStart => "past-the-start",
    OriginatorsMark => "originators-mark",
    MarkingRose => "marking-rose",
    BadField => "bad-field",
}

impl Refusal {
    /// The refusal when a reason is empty.
    pub fn unless_reason(reason: &str) -> Result<(), Self> {
        if reason.trim().is_empty() { Err(Self::ReasonMissing) } else { Ok(()) }
    }

    /// What the leak check found, in the draft's own words.
    pub fn leak_found(leaks: &[LeakNote]) -> Self {
        Self::LeakFound { words: leaks.iter().map(|leak| leak.words.clone()).collect() }
    }

    /// Nothing with this id is there.
    pub fn unknown(what: &str) -> Self {
        Self::Unknown { what: what.to_owned() }
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("\u{201c}{word}\u{201d}")).collect::<Vec<_>>().join(", ")
}

fn list(roles: &[Role]) -> String {
    roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
