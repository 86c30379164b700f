//! Words: written by a person, checked against everything protected, read by a second person, approved.

use domain::claim::Claim;
use domain::marking::{Marking, Reach, carried_at};
use domain::threat::{Consultation, Draft, DraftState, LeakNote, Purpose, Stance, Threat, ThreatCommand};
use domain::{DraftId, Refusal, ReportId, Role, ThreatId, VictimId, WarningId};
use drafting::{DraftText, Earlier, Frozen, LeakReport, Protected, RenderAs, RenderError, WarningFile, WarningKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::closed::without_link;
use super::plan::{Leads, Way};
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;

/// A draft as a person hands it in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// For whom.
    pub victim: VictimId,
    /// What for; the first warning when not said.
    #[serde(default = "first")]
    pub purpose: Purpose,
    /// The version it was written from; that one is not approved any more.
    #[serde(default)]
    pub follows: Option<DraftId>,
    /// The words.
    pub text: DraftText,
    /// To whom and by which ways; the register's routes when not said.
    #[serde(default)]
    pub ways: Option<Vec<Way>>,
}

const fn first() -> Purpose {
    Purpose::Warn
}

/// One rendering exactly as it would leave.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Which: `email to …`, `CAP 1.2`.
    pub label: String,
    /// The text.
    pub content: String,
}

impl Desk {
    /// Writes a draft: checks it for leaks, fixes what would leave, and keeps it with its findings.
    pub async fn write_draft(&self, ask: &Ask, id: ThreatId, new: NewDraft) -> Result<Threat, AppError> {
        new.text.sound().map_err(|fault| AppError::invalid("text", fault.to_string()))?;
        let threat = self.threat(id).await?;
        let victim = threat.victim(new.victim).ok_or_else(|| AppError::from(Refusal::unknown("intended victim")))?;
        let ways = match &new.ways {
            Some(ways) => ways.clone(),
            None => self.ways(&threat, victim).await?,
        };
        let reaches = self.reaches(ways.iter().map(Leads::from)).await?;
        let compared = self.leak_check(&threat, &new.text, &reaches, None).await?;
        let check = &compared.check;
        let at = self.clock.now();
        let mut release = self.fix_release(&threat, &new, &ways, &compared, ask, at).await?;
        release.checked = reports_of(&threat);
        let draft: DraftId = self.ids.new_id(at);
        self.act(ask, id, |_, _| {
            Ok(ThreatCommand::WriteDraft {
                draft,
                victim: new.victim,
                purpose: new.purpose,
                follows: new.follows,
                text: serde_json::to_value(&new.text).map_err(AppError::fault)?,
                leaks: notes_of(check),
                release: Box::new(release.clone()),
            })
        })
        .await
    }

    /// Everything that would leave if this draft is approved, with the fingerprint over its bytes.
    async fn fix_release(
        &self,
        threat: &Threat,
        new: &NewDraft,
        ways: &[Way],
        compared: &Compared,
        ask: &Ask,
        at: Timestamp,
    ) -> Result<domain::threat::Release, AppError> {
        let warning: WarningId = self.ids.new_id(at);
        let within = threat.victim(new.victim).map_or(24 * 60, Self::acknowledge_within);
        let planned = ways.iter().map(|way| self.planned(way, within)).collect::<Result<Vec<_>, _>>()?;
        let (plan, recipients): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
        let reference = self.next_reference(at).await?;
        let verify_code = self.verify_code();
        let officer = self.accounts().await?.named(ask.actor.name()).map(|account| account.full_name.clone());
        let frozen = Frozen {
            reference: reference.clone(),
            warning,
            sent_at: at,
            verify_code: verify_code.clone(),
            ack_url: None,
            desk: drafting::Desk {
                name: self.config.name.clone(),
                contact: self.config.contact.clone(),
                place: self.config.place.clone(),
            },
            officer: officer.unwrap_or_else(|| "Duty officer".to_owned()),
            kind: kind_of(threat, new.purpose)?,
            exercise: false,
            marking: compared.marking.outward(),
            html: self.config.smtp.as_ref().is_some_and(|smtp| smtp.html),
            recipients,
        };
        let fingerprint =
            drafting::fingerprint(&new.text, &frozen).map_err(|cause| AppError::invalid("text", cause.to_string()))?;
        let file = WarningFile { draft: new.text.clone(), frozen };
        let printed = plan.iter().any(|planned| planned.channel == domain::ChannelKind::Letter);
        let templates = self.channels.printer().filter(|_| printed).map(|printer| printer.templates());
        let leaving = self.name_leaving(&file, &plan).await?;
        Ok(domain::threat::Release {
            warning,
            frozen: serde_json::to_value(&file.frozen).map_err(AppError::fault)?,
            clearance: serde_json::to_value(compared.check.clearance(None)).map_err(AppError::fault)?,
            marking: Box::new(compared.marking.clone()),
            reference,
            verify_code,
            fingerprint: fingerprint.to_string(),
            plan,
            checked: Vec::new(),
            leaving,
            templates,
        })
    }

    /// Compares a draft with everything in the threat's reports that may not be said to all of these recipients as it
    /// stands, and joins what the rest carries: of the reports that were there when it was written, if it was.
    async fn leak_check(
        &self,
        threat: &Threat,
        text: &DraftText,
        to: &[Reach],
        written_at: Option<Timestamp>,
    ) -> Result<Compared, AppError> {
        let (mut protected, mut cleared) = (Vec::new(), Vec::new());
        let mut marking = Marking::default();
        for link in &threat.reports {
            let asked = to_be_asked(threat, link.report);
            let made_from = written_at.is_none_or(|written| link.at <= written);
            let report = self.report(link.report).await?;
            let document = self.document(link.report).await?;
            for stretch in report.stretches(&document.verbatim) {
                let words = stretch.body.of(&document.verbatim).unwrap_or_default().to_owned();
                if words.trim().is_empty() {
                    continue;
                }
                if !may_be_said(&stretch.marking, to) {
                    protected.push(Protected::whole(report.id.to_string(), words));
                    continue;
                }
                if made_from {
                    marking = marking.join(&stretch.marking);
                    marking.originators.extend(asked.clone());
                }
                cleared.push(words);
            }
        }
        let text = text.clone();
        let check = move || {
            let cleared: Vec<&str> = cleared.iter().map(String::as_str).collect();
            drafting::check_draft(&text, &protected, &cleared)
        };
        Ok(Compared { check: tokio::task::spawn_blocking(check).await.map_err(AppError::fault)?, marking })
    }

    /// Refuses a further way for an approved draft when something in its words may not go there.
    pub(crate) async fn may_go_this_way(&self, id: ThreatId, draft: DraftId, way: &Way) -> Result<(), AppError> {
        let threat = self.threat(id).await?;
        let known = threat.draft(draft).ok_or_else(|| AppError::from(Refusal::unknown("draft")))?;
        let text: DraftText = serde_json::from_value(known.text.clone()).map_err(AppError::fault)?;
        let to = self.reaches(std::iter::once(Leads::from(way))).await?;
        let leaks = notes_of(&self.leak_check(&threat, &text, &to, None).await?.check);
        let further: Vec<LeakNote> = leaks.into_iter().filter(|leak| !known.leaks.contains(leak)).collect();
        if further.is_empty() { Ok(()) } else { Err(Refusal::leak_found(&further).into()) }
    }

    /// The claims of a threat's reports that stand in cleared words and may be said to whom these ways lead, and how many
    /// more are open to the desk and not cleared for them. The same said twice is there once.
    pub async fn cleared_claims(&self, threat: &Threat, ways: &[Way]) -> Result<(Vec<Claim>, usize), AppError> {
        let to = self.reaches(ways.iter().map(Leads::from)).await?;
        let (mut cleared, mut kept): (Vec<Claim>, usize) = (Vec::new(), 0);
        for link in threat.reports.iter().filter(|link| !link.after_the_fact) {
            let report = self.report(link.report).await?;
            let stretches = report.stretches(&self.document(link.report).await?.verbatim);
            let claims = report.reading.map(|reading| reading.claims).unwrap_or_default();
            for claim in claims.into_iter().filter(Claim::is_main) {
                let marking = carried_at(&stretches, claim.span);
                if marking.guarded() || !may_be_said(&marking, &to) {
                    kept += usize::from(!marking.guarded());
                    continue;
                }
                let same = |known: &Claim| (known.field, &known.normalised) == (claim.field, &claim.normalised);
                if !cleared.iter().any(same) {
                    cleared.push(claim);
                }
            }
        }
        Ok((cleared, kept))
    }

    /// What would leave, word for word, in every rendering; only the recipients' one-time links are left out, since
    /// whoever reads one could answer for the recipient.
    pub fn shown(&self, draft: &Draft) -> Result<Vec<Shown>, AppError> {
        let file = warning_file(draft)?;
        let shown = |form: RenderAs| {
            // A form that does not fit this warning (too long for SMS) never leaves; the reason is shown instead.
            let content = rendered(&file, form).unwrap_or_else(|cause| format!("not sent in this form: {cause}"));
            Shown { label: form.id().to_owned(), content }
        };
        Ok(RenderAs::ALL.into_iter().map(shown).collect())
    }

    /// Sends a draft back to its writer.
    pub async fn return_draft(
        &self,
        ask: &Ask,
        threat: ThreatId,
        draft: DraftId,
        reason: &str,
    ) -> Result<Threat, AppError> {
        self.act(ask, threat, |_, _| Ok(ThreatCommand::ReturnDraft { draft, reason: reason.to_owned() })).await
    }

    /// Makes the leak check again against everything the threat has by now, puts on the record what it found, and
    /// refuses when that is anything for which no senior officer answers. Answers for which reports it speaks.
    pub(crate) async fn check_again(&self, id: ThreatId, draft: DraftId) -> Result<Vec<ReportId>, AppError> {
        let (threat, Compared { check, marking }) = self.checked_now(id, draft).await?;
        let leaks = notes_of(&check);
        if let Some(known) = threat.draft(draft).filter(|known| known.state != DraftState::Approved) {
            known.release.must_still_carry(&marking)?;
        }
        let answered = threat.draft(draft).is_some_and(|known| known.answered_for(&leaks));
        if leaks.is_empty() || answered { Ok(reports_of(&threat)) } else { Err(Refusal::leak_found(&leaks).into()) }
    }

    /// The leak check of this draft against everything there is now, on the record when it differs from the last one.
    async fn checked_now(&self, id: ThreatId, draft: DraftId) -> Result<(Threat, Compared), AppError> {
        let threat = self.threat(id).await?;
        let known = threat.draft(draft).ok_or_else(|| AppError::from(Refusal::unknown("draft")))?;
        let text: DraftText = serde_json::from_value(known.text.clone()).map_err(AppError::fault)?;
        let to = self.reaches(known.release.plan.iter().map(Leads::from)).await?;
        let compared = self.leak_check(&threat, &text, &to, Some(known.at)).await?;
        let check = &compared.check;
        let (reports, leaks) = (reports_of(&threat), notes_of(check));
        if known.state != DraftState::Returned && (reports != known.release.checked || leaks != known.leaks) {
            let clearance = serde_json::to_value(check.clearance(None)).map_err(AppError::fault)?;
            let after = self
                .act(&Ask::desk(), id, |_, _| {
                    let (reports, leaks, clearance) = (reports.clone(), leaks.clone(), clearance.clone());
                    Ok(ThreatCommand::CheckDraft { draft, reports, leaks, clearance })
                })
                .await?;
            return Ok((after, compared));
        }
        Ok((threat, compared))
    }

    /// A senior officer answers for what the leak check found, with a reason, on the record. `findings` is how many they
    /// were shown: what is found by now is compared first, and more than that is refused.
    pub async fn override_leak(
        &self,
        ask: &Ask,
        id: ThreatId,
        draft: DraftId,
        findings: usize,
        reason: &str,
    ) -> Result<Threat, AppError> {
        let by = ask.actor.must_hold(&[Role::SeniorOfficer], "override the leak check")?.to_owned();
        let (threat, Compared { check, .. }) = self.checked_now(id, draft).await?;
        let known = threat.draft(draft).map_or_else(Vec::new, |known| known.leaks.clone());
        let seen = reports_of(&threat);
        self.act(ask, id, |threat, at| {
            let now = threat.draft(draft);
            // A report or a finding that came between the check and this is looked at by a person first.
            if reports_of(threat) != seen || now.is_some_and(|now| now.leaks != known) {
                return Err(Refusal::ChangedSinceShown.into());
            }
            let overridden = drafting::Override { by: by.clone(), at, reason: reason.to_owned() };
            let clearance = serde_json::to_value(check.clearance(Some(overridden))).map_err(AppError::fault)?;
            Ok(ThreatCommand::OverrideLeak { draft, findings, reason: reason.to_owned(), clearance })
        })
        .await
    }

    /// Approves a draft as it was shown: `fingerprint` names the bytes. What is protected by now counts, not what was
    /// when the draft was written.
    pub async fn approve(
        &self,
        ask: &Ask,
        threat: ThreatId,
        draft: DraftId,
        fingerprint: &str,
    ) -> Result<Threat, AppError> {
        ask.actor.must_hold(&[Role::Approver], "approve a warning")?;
        for _ in 0..RETRIES {
            self.check_again(threat, draft).await?;
            let approval = || ThreatCommand::ApproveDraft { draft, fingerprint: fingerprint.to_owned() };
            match self.act(ask, threat, |_, _| Ok(approval())).await {
                // A report came between the check and the approval.
                Err(AppError::Refused(Refusal::NotChecked { .. })) => {}
                other => return other,
            }
        }
        Err(AppError::Busy)
    }

    /// `FW-2024-0007`: the year and a number that no other warning of this desk has.
    async fn next_reference(&self, at: Timestamp) -> Result<String, AppError> {
        self.free_reference("threat", "FW", 4, at).await
    }

    /// A reference that no stream of this kind bears: letters, the year, and so many digits.
    pub(super) async fn free_reference(
        &self,
        kind: &str,
        letters: &str,
        digits: u8,
        at: Timestamp,
    ) -> Result<String, AppError> {
        let year = jiff::tz::TimeZone::UTC.to_datetime(at).year();
        let (width, all) = (usize::from(digits), 10_u32.saturating_pow(u32::from(digits)));
        for _ in 0..64 {
            let number = u32::from_be_bytes(self.ids.bytes::<4>()) % all;
            let reference = format!("{letters}-{year}-{number:0width$}");
            let taken = self.store.by_features(kind, &[format!("ref:{reference}")], 1).await?;
            if taken.shared.is_empty() && taken.ignored.is_empty() {
                return Ok(reference);
            }
        }
        Err(AppError::Busy)
    }

    /// Eight digits in two groups: long enough to be throttled, short enough for a telephone.
    fn verify_code(&self) -> String {
        let number = u64::from_be_bytes(self.ids.bytes::<8>()) % 100_000_000;
        let mut code = format!("{number:08}");
        code.insert(4, '-');
        code
    }
}

/// A draft beside the reports it was made from.
struct Compared {
    check: LeakReport,
    /// What everything carries that could be used.
    marking: Marking,
}

/// Whether words may be said to all of them as they stand; to nobody in particular when nobody is named yet.
fn may_be_said(marking: &Marking, to: &[Reach]) -> bool {
    to.iter().all(|reach| marking.may_reach(*reach)) && !(to.is_empty() && marking.guarded())
}

/// The originator who wants to be asked about a report's words and has not agreed.
fn to_be_asked(threat: &Threat, report: ReportId) -> Option<String> {
    let details = threat.coordination.details.get(&report).filter(|known| known.originator_controlled)?;
    let agrees = |known: &Consultation| known.answer.as_ref().is_some_and(|answer| answer.stance == Stance::Agrees);
    let agreed = threat.coordination.consultations.iter().any(|one| one.reports.contains(&report) && agrees(one));
    (!agreed).then(|| details.originator.clone().unwrap_or_else(|| "an originator nobody has named".to_owned()))
}

fn reports_of(threat: &Threat) -> Vec<ReportId> {
    threat.reports.iter().map(|link| link.report).collect()
}

/// A draft as the renderings take it.
pub(crate) fn warning_file(draft: &Draft) -> Result<WarningFile, AppError> {
    let text = serde_json::from_value(draft.text.clone()).map_err(AppError::fault)?;
    let frozen = serde_json::from_value(draft.release.frozen.clone()).map_err(AppError::fault)?;
    Ok(WarningFile { draft: text, frozen })
}

/// A rendering without its one-time links.
pub(super) fn rendered(file: &WarningFile, form: RenderAs) -> Result<String, RenderError> {
    let links: Vec<&str> = file.frozen.recipients.iter().filter_map(|to| to.ack_url.as_deref()).collect();
    Ok(without_link(&drafting::render(form, file, None)?.content, &links))
}

fn kind_of(threat: &Threat, purpose: Purpose) -> Result<WarningKind, AppError> {
    let earlier = |id| {
        let warning = threat.warning(id).ok_or_else(|| AppError::from(Refusal::unknown("warning")))?;
        Ok::<_, AppError>(Earlier { reference: warning.reference.clone(), sent_at: warning.approved_at })
    };
    Ok(match purpose {
        Purpose::Warn => WarningKind::New,
        Purpose::WarnAgain(id) | Purpose::Update(id) => WarningKind::Update { of: earlier(id)? },
        Purpose::StandDown(id) => WarningKind::AllClear { of: earlier(id)? },
    })
}

/// The findings in the draft's own words; what they were compared with stays behind its bar.
fn notes_of(check: &LeakReport) -> Vec<LeakNote> {
    let note = |finding: &drafting::Finding| LeakNote {
        kind: finding.kind.id().to_owned(),
        part: finding.part.clone(),
        words: finding.draft_words.clone(),
        why: format!("{}. {}", finding.why, finding.suggestion),
    };
    check.findings().iter().map(note).collect()
}
