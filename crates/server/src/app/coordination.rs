//! What people settle among themselves about a threat.

use domain::report::Report;
use domain::threat::{ClockOf, Coordinate, DelayKind, Details, Holder, Stake, Stance, Threat, ThreatCommand};
use domain::{ConsultationId, DisputeId, Refusal, ReportId, ThreatId, VictimId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use policy::Pack;
use serde::Deserialize;

use crate::desk::{Ask, Desk};
use crate::error::AppError;

/// What somebody wants settled, in the words of the API and of the pages' forms alike: every field is text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the glossary's words")]
pub enum Settling {
    TakeOwnership {
        #[serde(default)]
        note: String,
    },
    HandOver {
        /// A sign-in name.
        to: String,
        note: String,
    },
    StateDetails {
        report: ReportId,
        #[serde(default)]
        originator: String,
        #[serde(default)]
        originator_controlled: YesNo,
        /// The sign-in name of somebody with a stake in the report.
        #[serde(default)]
        officer: String,
        /// What the stake is: `named_in_report`, `own_source`, or the id of a conflict in the policy pack.
        #[serde(default)]
        conflict: String,
    },
    AskOriginator {
        originator: String,
        question: String,
        /// RFC 3339, or without a zone in UTC; as the policy says when left out.
        #[serde(default)]
        answer_by: String,
    },
    RecordAnswer {
        consultation: ConsultationId,
        stance: Stance,
        #[serde(default)]
        person: String,
        words: String,
    },
    WarnFirst {
        victim: VictimId,
        reason: String,
    },
    Dispute {
        victim: VictimId,
        reason: String,
        /// The question whose answer was an objection, when the originator disputes.
        #[serde(default)]
        for_originator: String,
    },
    SettleDispute {
        dispute: DisputeId,
        decision: Verdict,
        reason: String,
    },
    Delay {
        /// The clock, as JSON text: as the threat lists it.
        of: String,
        kind: DelayKind,
        until: String,
        reason: String,
    },
}

/// Yes or no, as a form says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "plain words")]
pub enum YesNo {
    Yes,
    #[default]
    No,
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "plain words")]
pub enum Verdict {
    Upheld,
    SetAside,
}

impl Desk {
    /// Settles something about a threat.
    pub async fn settle(&self, ask: &Ask, id: ThreatId, settling: Settling) -> Result<Threat, AppError> {
        let holder = match &settling {
            Settling::HandOver { to, .. } => {
                let accounts = self.accounts().await?;
                let account = accounts.named(to).ok_or_else(|| AppError::from(Refusal::unknown("account")))?;
                Some(Holder::from(account))
            }
            _ => None,
        };
        let library = self.library().await?;
        self.act(ask, id, |threat, at| {
            let pack = library.asking(threat)?[0];
            Ok(ThreatCommand::Coordinate(self.coordinate(pack, threat, settling.clone(), holder.clone(), at)?))
        })
        .await
    }

    fn coordinate(
        &self,
        pack: &Pack,
        threat: &Threat,
        settling: Settling,
        holder: Option<Holder>,
        at: Timestamp,
    ) -> Result<Coordinate, AppError> {
        Ok(match settling {
            Settling::TakeOwnership { note } => Coordinate::TakeOwnership { note },
            Settling::HandOver { note, .. } => {
                let to = holder.ok_or_else(|| AppError::from(Refusal::unknown("account")))?;
                Coordinate::HandOver { to, note }
            }
            Settling::StateDetails { report, originator, originator_controlled, officer, conflict } => {
                let controlled = originator_controlled == YesNo::Yes;
                Coordinate::StateDetails { report, details: details(&originator, controlled, &officer, &conflict) }
            }
            Settling::AskOriginator { originator, question, answer_by } => {
                let given = answer_by.trim();
                let answer_by =
                    if given.is_empty() { asked_until(pack, threat, at) } else { time("answer_by", given)? };
                let consultation = self.ids.new_id(at);
                Coordinate::AskOriginator { consultation, originator, question, answer_by }
            }
            Settling::RecordAnswer { consultation, stance, person, words } => {
                Coordinate::RecordAnswer { consultation, stance, person, words }
            }
            Settling::WarnFirst { victim, reason } => Coordinate::WarnFirst { victim, reason },
            Settling::Dispute { victim, reason, for_originator } => {
                let asked = Some(for_originator.trim()).filter(|given| !given.is_empty());
                let parse = |text: &str| text.parse().map_err(|_| Refusal::unknown("question to an originator"));
                let for_originator = asked.map(parse).transpose()?;
                Coordinate::Dispute { dispute: self.ids.new_id(at), victim, reason, for_originator }
            }
            Settling::SettleDispute { dispute, decision, reason } => {
                Coordinate::SettleDispute { dispute, upheld: decision == Verdict::Upheld, reason }
            }
            Settling::Delay { of, kind, until, reason } => {
                let of: ClockOf =
                    serde_json::from_str(&of).map_err(|_| AppError::invalid("of", "is not a clock of this threat"))?;
                Coordinate::Delay { of, kind, until: time("until", until.trim())?, reason }
            }
        })
    }

    /// Everything stated about a report, here or on the threat it belongs to.
    pub(crate) async fn details_of(&self, report: &Report) -> Result<Details, AppError> {
        let Some(threat) = report.threat else { return Ok(report.stated()) };
        let stated = self.threat(threat).await?.coordination.details.remove(&report.id).unwrap_or_default();
        Ok(report.stated().with(&stated))
    }

    /// States on a threat what is known of a report that is about to join it, so that there is no moment without.
    pub(crate) async fn carry_details(&self, id: ThreatId, report: &Report) -> Result<(), AppError> {
        let details = self.details_of(report).await?;
        let known = self.threat(id).await?.coordination.details.remove(&report.id).unwrap_or_default();
        if known.clone().with(&details) == known {
            return Ok(());
        }
        let report = report.id;
        let state = |_: &Threat, _| {
            Ok(ThreatCommand::Coordinate(Coordinate::StateDetails { report, details: details.clone() }))
        };
        self.act(&Ask::desk(), id, state).await.map(drop)
    }
}

/// Time an originator is given when the policy names none.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(4);

/// By when an originator is asked to answer when nobody names a time: what the policy gives, and never past the
/// start of the harm.
fn asked_until(pack: &Pack, threat: &Threat, at: Timestamp) -> Timestamp {
    let given = pack.says.coordination.originator_within.map_or(ANSWER_WITHIN, policy::Lapse::duration);
    let by = at.saturating_add(given).unwrap_or(Timestamp::MAX);
    let start = threat.window.and_then(|window| window.from).filter(|from| *from > at);
    start.map_or(by, |from| by.min(from))
}

/// What a form states about a report.
pub(crate) fn details(originator: &str, controlled: bool, officer: &str, conflict: &str) -> Details {
    let given = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    let stake = given(officer)
        .map(|officer| Stake { officer, conflict: given(conflict).unwrap_or_else(|| Stake::NAMED.to_owned()) });
    Details { originator: given(originator), originator_controlled: controlled, stakes: stake.into_iter().collect() }
}

/// A time as a browser gives it, without a zone and therefore in UTC; or as RFC 3339.
pub(crate) fn time(field: &str, text: &str) -> Result<Timestamp, AppError> {
    let civil = || TimeZone::UTC.to_timestamp(text.parse::<jiff::civil::DateTime>().ok()?).ok();
    let time = text.parse().ok().or_else(civil);
    time.ok_or_else(|| AppError::invalid(field, "is not a time such as 2024-01-02T08:00"))
}
