//! Determinations: what a policy pack makes of the answers about one intended victim. Each is an immutable fact that
//! carries everything it was drawn from, so that anybody can draw it again; a later one points to the earlier.
//!
//! The cast: [`Determined`] is one such fact; [`UnderPack`] is everything that one pack asks for one intended victim,
//! with its times and its history; an [`IntendedVictim`] stands under one pack or several, each determined by itself.
//! `assess` and `affirm` answer the two commands that make one; the fold is below them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clocks::later;
use super::decide::settled_by_warning;
use super::event::{Decision, ThreatEvent};
use super::lapse::review_of;
use super::state::{Affirmation, Affirms, Answered, ClockOf, IntendedVictim, Threat};
use crate::actor::Actor;
use crate::assessment::{Assessment, DeadlineKind};
use crate::ids::{DeterminationId, ReportId, VictimId};
use crate::refusal::Refusal;
use crate::words::{Determination, Role};

/// Time to approve a warning when the assessment names none.
const DELIVER_DEFAULT: SignedDuration = SignedDuration::from_hours(4);

/// One determination, with everything it was drawn from. Never changed: what is determined anew is another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Determined {
    /// Its own id.
    pub id: DeterminationId,
    /// For whom.
    pub victim: VictimId,
    /// `policy::Facts` as JSON, exactly as the pack was asked; this crate does not look inside.
    pub inputs: serde_json::Value,
    /// The answers to the criteria, with what they rest on.
    pub answers: BTreeMap<String, Answered>,
    /// The answers to the waiver grounds.
    pub grounds: BTreeMap<String, Answered>,
    /// What senior officers have signed of these answers.
    pub affirmations: Vec<Affirmation>,
    /// What the pack said, and which pack: id, version and hash.
    pub assessment: Assessment,
    /// Who answered the questions.
    pub answered_by: String,
    /// When they answered.
    pub answered_at: Timestamp,
    /// Who made this determination: the one who answered, or the one who affirmed.
    pub by: String,
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// What made it necessary.
    pub why: Anew,
    /// The determination under the same pack that it takes the place of.
    pub replaces: Option<DeterminationId>,
    /// The reports that were on the threat.
    pub reports: Vec<ReportId>,
}

impl Determined {
    /// Where it stands.
    pub const fn determination(&self) -> Determination {
        self.assessment.determination
    }

    /// Whether two people have settled that no warning is given.
    pub const fn silent(&self) -> bool {
        matches!(self.determination(), Determination::NotOwed | Determination::Waived)
    }
}

/// Why a determination was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anew {
    /// It is the first under its pack.
    First,
    /// The questions were answered anew.
    NewAnswers,
    /// A senior officer affirmed the answers as they stood.
    Affirmation,
    /// A report came that bears on the duty.
    NewReport,
    /// The desk adopted another version of the pack.
    NewPack,
}

/// Which determination whoever makes a new one had before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// They do not say.
    Unsaid,
    /// This one; none when nothing was determined yet. When another stands meanwhile, the new one is refused.
    Seen(Option<DeterminationId>),
}

/// A pack that asks something about an intended victim, and by when the answer is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The pack's id.
    pub pack: String,
    /// By when its criteria must be answered.
    pub determine_by: Timestamp,
    /// Who is asked when nobody has by then, in order; empty for the senior officers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate_to: Vec<String>,
}

impl Asked {
    /// What a pack asks for by its first look at an intended victim; at once, where it sets no deadline.
    pub fn of(assessment: &Assessment, at: Timestamp) -> Self {
        let deadline = assessment.deadline(DeadlineKind::Determine);
        Self {
            pack: assessment.policy.id.clone(),
            determine_by: deadline.map_or(at, |deadline| deadline.by),
            escalate_to: deadline.map(|deadline| deadline.escalate_to.clone()).unwrap_or_default(),
        }
    }
}

/// What stands since a settled determination was opened again: unresolved, with a named need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reopened {
    /// The assessment as it stood, unresolved: why, and what is needed of whom.
    pub assessment: Assessment,
    /// When.
    pub at: Timestamp,
    /// A settled dispute set the answers aside, so there is nothing to affirm until somebody answers.
    pub set_aside: bool,
}

/// What one pack asks for one intended victim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnderPack {
    /// The pack's id; which version a determination was made under stands in it.
    pub pack: String,
    /// By when the criteria must be answered. Answering again never moves this back, nor the next two: a duty runs
    /// from when it arose. Only new answers after an affirmed silence start it anew.
    pub determine_by: Timestamp,
    /// Who is asked when nobody has answered at all by then; afterwards the ladders of the assessment hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate_to: Vec<String>,
    /// By when a proposed silence must be affirmed or turned down: the earliest that any assessment named.
    pub affirm_by: Option<Timestamp>,
    /// By when a warning must be approved: the earliest that any assessment named.
    pub deliver_by: Option<Timestamp>,
    /// The next look before the window ends; none after a last look.
    pub review_by: Option<Timestamp>,
    /// By when somebody must look at a report that came after silence was settled, or after the outcome.
    pub look_by: Option<Timestamp>,
    /// When an affirmed silence is over unless it is affirmed anew; none while there is no silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapses_at: Option<Timestamp>,
    /// What was settled was opened again; none once somebody has answered or affirmed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Reopened>,
    /// The determination that was made last; none until somebody has answered.
    pub newest: Option<Determined>,
    /// Those before it, oldest first.
    pub earlier: Vec<Determined>,
}

impl UnderPack {
    fn asked(Asked { pack, determine_by, escalate_to }: Asked) -> Self {
        Self {
            pack,
            determine_by,
            escalate_to,
            affirm_by: None,
            deliver_by: None,
            review_by: None,
            look_by: None,
            lapses_at: None,
            reopened: None,
            newest: None,
            earlier: Vec::new(),
        }
    }

    /// Where the determination under this pack stands; `Unresolved` until somebody has answered.
    pub fn determination(&self) -> Determination {
        self.assessment().map_or(Determination::Unresolved, |assessment| assessment.determination)
    }

    /// Whether two people have settled that no warning is owed under this pack.
    pub fn silent(&self) -> bool {
        matches!(self.determination(), Determination::NotOwed | Determination::Waived)
    }

    /// What stands: what the pack said last, or what became of it when it was opened again.
    pub fn assessment(&self) -> Option<&Assessment> {
        let reopened = self.reopened.as_ref().map(|reopened| &reopened.assessment);
        reopened.or(self.newest.as_ref().map(|newest| &newest.assessment))
    }

    /// The answers that stand and can be affirmed.
    pub fn standing(&self) -> Option<&Determined> {
        let set_aside = self.reopened.as_ref().is_some_and(|reopened| reopened.set_aside);
        self.newest.as_ref().filter(|_| !set_aside)
    }

    /// What was affirmed of the answers that stand: nothing more once they were opened again.
    pub fn affirmations(&self) -> &[Affirmation] {
        self.standing().filter(|_| self.reopened.is_none()).map_or(&[], |newest| &newest.affirmations)
    }

    /// Every determination, oldest first.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Determined> {
        self.earlier.iter().chain(&self.newest)
    }

    /// New answers after silence was settled: the duty arises anew, with the times of these answers.
    fn start_anew(&mut self, assessment: &Assessment) {
        if let Some(deadline) = assessment.deadline(DeadlineKind::Determine) {
            self.determine_by = deadline.by;
        }
        self.affirm_by = None;
        self.deliver_by = None;
    }

    /// Keeps a determination and the earliest times any of them named: who answers again and again gains none.
    fn take(&mut self, at: Timestamp, determined: Determined) {
        let assessment = &determined.assessment;
        let earliest = |known: Option<Timestamp>, by: Timestamp| Some(known.map_or(by, |known| known.min(by)));
        if let Some(need) = assessment.asks_for_silence() {
            self.affirm_by = earliest(self.affirm_by, need.by);
        }
        if assessment.determination == Determination::Warn {
            let named = assessment.deadline(DeadlineKind::Deliver).map(|deadline| deadline.by);
            self.deliver_by = earliest(self.deliver_by, named.unwrap_or_else(|| later(at, DELIVER_DEFAULT)));
        }
        self.review_by = review_of(assessment);
        self.look_by = None;
        self.reopened = None;
        self.lapses_at = None;
        self.earlier.extend(self.newest.replace(determined));
    }
}

impl IntendedVictim {
    /// What this pack asks for them.
    pub fn under(&self, pack: &str) -> Option<&UnderPack> {
        self.under.iter().find(|under| under.pack == pack)
    }

    /// Where things stand over all packs: one that says warn is enough for a warning, and silence takes all of them.
    pub fn determination(&self) -> Determination {
        self.leading().map_or(Determination::Unresolved, UnderPack::determination)
    }

    /// Whether two people have settled, under every pack, that no warning is given.
    pub fn silent(&self) -> bool {
        matches!(self.determination(), Determination::NotOwed | Determination::Waived)
    }

    /// The pack that decides: the first that says warn, else the first unresolved, else the first waived.
    pub fn leading(&self) -> Option<&UnderPack> {
        use Determination::{NotOwed, Unresolved, Waived, Warn};
        let first = |sought| self.under.iter().find(|under| under.determination() == sought);
        [Warn, Unresolved, Waived, NotOwed].into_iter().find_map(first)
    }

    /// The answers under the deciding pack that stand.
    pub fn standing(&self) -> Option<&Determined> {
        self.leading().and_then(UnderPack::standing)
    }

    /// What the deciding pack said; none when nobody has answered it yet.
    pub fn assessment(&self) -> Option<&Assessment> {
        self.leading().and_then(UnderPack::assessment)
    }

    /// By when somebody must look at a report that came after silence was settled, under any pack.
    pub fn look_by(&self) -> Option<Timestamp> {
        self.under.iter().filter_map(|under| under.look_by).min()
    }

    /// Every determination for them, under every pack, oldest first within each.
    pub fn determinations(&self) -> impl Iterator<Item = &Determined> {
        self.under.iter().flat_map(UnderPack::history)
    }

    /// Whether a pack other than this one says that a warning is owed.
    fn owed_besides(&self, pack: &str) -> bool {
        self.under.iter().any(|under| under.pack != pack && under.determination() == Determination::Warn)
    }
}

impl Threat {
    /// The determination with this id.
    pub fn determined(&self, id: DeterminationId) -> Option<&Determined> {
        self.victims.iter().flat_map(IntendedVictim::determinations).find(|known| known.id == id)
    }
}

/// Answers to a pack's questions, with what the pack says of them.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of Determined")]
pub struct Answering {
    pub id: DeterminationId,
    pub inputs: serde_json::Value,
    pub answers: BTreeMap<String, Answered>,
    pub grounds: BTreeMap<String, Answered>,
    pub assessment: Assessment,
    pub over: Over,
}

/// An affirmation of the answers as they stand, with what the pack says once it is given.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of Determined and of Affirmation")]
pub struct Affirming {
    pub id: DeterminationId,
    pub inputs: serde_json::Value,
    pub of: Affirms,
    pub ground: Option<String>,
    pub reason: String,
    pub assessment: Assessment,
    pub over: Over,
}

/// Puts the questions of packs that were adopted after an intended victim was named; those that ask already are left.
pub(super) fn ask_about(threat: &Threat, victim: VictimId, asks: Vec<Asked>, by: &Actor) -> Result<Decision, Refusal> {
    by.must_be_desk("put a pack's questions")?;
    let known = threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    let new = asks.into_iter().filter(|asked| known.under(&asked.pack).is_none());
    let events: Vec<_> = new.map(|asked| ThreatEvent::VictimAsked { victim, asked }).collect();
    if events.is_empty() {
        return Err(Refusal::AlreadyDone { what: format!("every pack in force asks about {}", known.name) });
    }
    Ok(Decision { events, effects: Vec::new() })
}

/// Answers the criteria of one pack.
pub(super) fn assess(
    threat: &Threat,
    victim: VictimId,
    given: Answering,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let who = by.must_hold(&[Role::Assessor, Role::SeniorOfficer], "answer the criteria")?;
    let known = threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    let Answering { id, inputs, answers, grounds, assessment, over } = given;
    let pack = &assessment.policy.id;
    let newest = known.under(pack).and_then(|under| under.newest.as_ref());
    must_have_seen(newest, over)?;
    must_be_new(threat, id)?;
    // Who was warned stays warned: no silence is left to ask for, and asking for one could never be answered. Only
    // after the urgent shortcut, or where another pack says warn, a determination is still to be made.
    if settled_by_warning(threat, known) && assessment.determination != Determination::Warn && !known.owed_besides(pack)
    {
        return Err(Refusal::AlreadyWarned);
    }
    // Answers alone never make silence (P2): that takes a senior officer's affirmation, given afterwards.
    match assessment.determination {
        Determination::NotOwed | Determination::Waived => {
            Err(Refusal::AffirmationMissing { determination: assessment.determination.to_string() })
        }
        Determination::Warn | Determination::Unresolved => {
            let determined = Determined {
                id,
                victim,
                inputs,
                answers,
                grounds,
                // An affirmation was given for the answers as they stood: new answers need a new one.
                affirmations: Vec::new(),
                why: why_anew(threat, newest, &assessment),
                assessment,
                answered_by: who.to_owned(),
                answered_at: at,
                by: who.to_owned(),
                at,
                replaces: newest.map(|newest| newest.id),
                reports: threat.reports.iter().map(|link| link.report).collect(),
            };
            Ok(Decision::of(ThreatEvent::VictimAssessed { determined: Box::new(determined) }))
        }
    }
}

/// Affirms the silence that the answers under one pack propose.
pub(super) fn affirm(
    threat: &Threat,
    victim: VictimId,
    given: Affirming,
    by: &Actor,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let (what, settled) = match given.of {
        Affirms::Waiver => ("waive a warning", Determination::Waived),
        Affirms::NotOwed => ("affirm that no warning is owed", Determination::NotOwed),
    };
    let who = by.must_hold(&[Role::SeniorOfficer], what)?;
    Refusal::unless_reason(&given.reason)?;
    let known = threat.victim(victim).ok_or_else(|| Refusal::unknown("intended victim"))?;
    let Affirming { id, inputs, of, ground, reason, assessment, over } = given;
    let pack = &assessment.policy.id;
    if settled_by_warning(threat, known) && !known.owed_besides(pack) {
        return Err(Refusal::AlreadyWarned);
    }
    threat.must_not_be_disputed(victim)?;
    let under = known.under(pack);
    let Some((under, standing)) = under.and_then(|under| Some((under, under.standing()?))) else {
        return Err(Refusal::NotThere { what: "an assessment to affirm".into() });
    };
    must_have_seen(Some(standing), over)?;
    must_be_new(threat, id)?;
    if standing.answered_by == who {
        return Err(Refusal::SelfAffirmation { who: who.to_owned() });
    }
    // Silence may be affirmed anew before it lapses, and not twice for one look.
    if under.silent() && !under.lapses_soon(at) {
        return Err(Refusal::AlreadyDone { what: format!("{} is {}", known.name, standing.determination()) });
    }
    if assessment.determination != settled {
        return Err(Refusal::AffirmationDoesNotCount { why: why_not(&assessment) });
    }
    let mut affirmations = under.affirmations().to_vec();
    affirmations.push(Affirmation { of, ground, by: who.to_owned(), at, reason });
    let determined = Determined {
        id,
        inputs,
        assessment,
        affirmations,
        by: who.to_owned(),
        at,
        why: Anew::Affirmation,
        replaces: Some(standing.id),
        ..standing.clone()
    };
    Ok(Decision::of(ThreatEvent::SilenceAffirmed { determined: Box::new(determined) }))
}

fn must_be_new(threat: &Threat, id: DeterminationId) -> Result<(), Refusal> {
    match threat.determined(id) {
        Some(_) => Err(Refusal::AlreadyDone { what: format!("determination {id}") }),
        None => Ok(()),
    }
}

/// Nobody determines over a colleague's determination that they have not seen.
fn must_have_seen(newest: Option<&Determined>, over: Over) -> Result<(), Refusal> {
    match (over, newest) {
        (Over::Unsaid, _) | (Over::Seen(None), None) => Ok(()),
        (Over::Seen(seen), Some(newest)) if seen == Some(newest.id) => Ok(()),
        (Over::Seen(_), Some(newest)) => {
            Err(Refusal::DeterminedMeanwhile { by: newest.by.clone(), at: newest.at, id: newest.id.to_string() })
        }
        (Over::Seen(Some(_)), None) => Err(Refusal::unknown("determination under this pack")),
    }
}

fn why_anew(threat: &Threat, newest: Option<&Determined>, assessment: &Assessment) -> Anew {
    let Some(newest) = newest else { return Anew::First };
    let unread = |report: &ReportId| !newest.reports.contains(report);
    let came = threat.reports.iter().any(|link| !link.after_the_fact && unread(&link.report));
    match (newest.assessment.policy.hash == assessment.policy.hash, came) {
        (false, _) => Anew::NewPack,
        (true, true) => Anew::NewReport,
        (true, false) => Anew::NewAnswers,
    }
}

/// What the policy says of an affirmation that changes nothing: its last reason, and what is needed first.
fn why_not(assessment: &Assessment) -> String {
    let reason = assessment.reasons.last().map(|reason| reason.effect.as_str());
    let need = assessment.needs.first().map(|need| need.what.as_str());
    let said: Vec<&str> = reason.into_iter().chain(need).collect();
    if said.is_empty() { format!("the determination is {}", assessment.determination) } else { said.join("; ") }
}

impl Threat {
    /// The fold of everything that is determined about somebody, from who they are on.
    pub(super) fn take_determination(&mut self, at: Timestamp, event: &ThreatEvent) {
        if let ThreatEvent::VictimIdentified { victim, kind, name, party, signed, asks } = event {
            self.victims.push(IntendedVictim {
                id: *victim,
                kind: *kind,
                name: name.clone(),
                party: party.clone(),
                identified: signed.clone(),
                under: asks.iter().cloned().map(UnderPack::asked).collect(),
            });
            if let Some(party) = party {
                self.settle_found(party, signed);
            }
        }
        if let ThreatEvent::VictimAsked { victim, asked } = event
            && let Some(known) = self.victim_mut(*victim)
        {
            known.under.push(UnderPack::asked(asked.clone()));
        }
        if let ThreatEvent::VictimAssessed { determined } | ThreatEvent::SilenceAffirmed { determined } = event {
            self.take_determined(at, determined);
        }
    }

    fn take_determined(&mut self, at: Timestamp, determined: &Determined) {
        let Some(known) = self.victims.iter_mut().find(|victim| victim.id == determined.victim) else { return };
        let pack = &determined.assessment.policy.id;
        if known.under(pack).is_none() {
            known.under.push(UnderPack::asked(Asked::of(&determined.assessment, at)));
        }
        let Some(under) = known.under.iter_mut().find(|under| under.pack == *pack) else { return };
        let anew = under.silent();
        if anew {
            under.start_anew(&determined.assessment);
        }
        under.take(at, determined.clone());
        if determined.silent() {
            under.lapses_at = review_of(&determined.assessment);
        }
        let (victim, silent) = (determined.victim, known.silent());
        self.met(|of| ((anew || silent) && of.determines(victim)) || (silent && of == ClockOf::Lapse(victim)));
    }
}

impl ClockOf {
    /// Whether this clock is about settling what is owed to one intended victim.
    pub(super) fn determines(self, victim: VictimId) -> bool {
        [Self::Determine(victim), Self::Affirm(victim), Self::Deliver(victim)].contains(&self)
    }
}
