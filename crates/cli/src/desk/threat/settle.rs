//! What people settle among themselves about a threat: who owns it, whose information it is, the urgent shortcut,
//! disputes, deadlines that are moved. The same rules hold as for the pages and the API, and a refusal names its clause.

use clap::{Args, Subcommand, ValueEnum};
use domain::threat::{ClockOf, DelayKind, Stake, Stance, Threat};
use domain::{ConsultationId, DisputeId, ReportId, ThreatId, VictimId, WarningId};
use server::{Settling, Verdict, YesNo};

use super::super::local::{Acting, Data, with_desk};
use super::told;
use crate::fault::{Answer, Fault, Outcome};
use crate::output;

/// What is to be settled.
#[derive(Debug, Subcommand)]
pub enum Settle {
    Own(Own),
    HandOver(HandOver),
    State(State),
    AskOriginator(AskOriginator),
    RecordAnswer(RecordAnswer),
    WarnFirst(WarnFirst),
    Dispute(Dispute),
    SettleDispute(SettleDispute),
    Delay(Delay),
}

/// Which threat, who settles, and how the answer is told.
#[derive(Debug, Args)]
struct On {
    /// The threat's id: thr_…
    id: ThreatId,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    data: Data,
    /// One JSON document instead of text: the threat afterwards, as `threat show --json` gives it.
    #[arg(long)]
    json: bool,
}

/// Takes a threat that nobody owns: you see to it that it is worked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat own thr_01hqv3x… --as mara --data desk
  forewarn threat own thr_01hqv3x… --as mara --note \"I know the depot\" --data desk

The owner is asked first when a deadline runs out that is theirs to meet, and gains no right they do not have.")]
pub struct Own {
    #[command(flatten)]
    on: On,
    /// What others should know.
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    note: String,
}

/// Hands a threat over to somebody by name. Its owner may, and a senior officer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat hand-over thr_01hqv3x… --to ana --note \"my shift ends; the embassy may ring\" --as mara --data desk")]
pub struct HandOver {
    #[command(flatten)]
    on: On,
    /// Their sign-in name.
    #[arg(long, value_name = "NAME")]
    to: String,
    /// What they need to know.
    #[arg(long, value_name = "WORDS")]
    note: String,
}

/// States whose information a report is, or who at this desk has a stake in it. Statements only add.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat state thr_01hqv3x… --report rep_01hqv… --originator \"the other service\" --controlled --as ilse --data desk
  forewarn threat state thr_01hqv3x… --report rep_01hqv… --officer max --stake named_in_report --as ilse --data desk")]
pub struct State {
    #[command(flatten)]
    on: On,
    /// The report it is about: rep_…
    #[arg(long, value_name = "ID")]
    report: ReportId,
    /// The body whose information it is.
    #[arg(long, value_name = "NAME", required_unless_present = "officer")]
    originator: Option<String>,
    /// They want to be asked before words of theirs are used.
    #[arg(long)]
    controlled: bool,
    /// Sign-in name of somebody here with a stake in the report.
    #[arg(long, value_name = "NAME")]
    officer: Option<String>,
    /// What the stake is: `named_in_report`, `own_source`, or the id of a conflict in the policy pack.
    #[arg(long, value_name = "ID", requires = "officer", default_value = Stake::NAMED)]
    stake: String,
}

/// Records that an originator is asked. A warning waits for the answer, or until their time is over.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat ask-originator thr_01hqv3x… --originator \"the other service\" \\
    --question \"may paragraph 2 be used?\" --as mara --data desk")]
pub struct AskOriginator {
    #[command(flatten)]
    on: On,
    /// Whom: as stated about a report.
    #[arg(long, value_name = "NAME")]
    originator: String,
    /// What is asked.
    #[arg(long, value_name = "WORDS")]
    question: String,
    /// RFC 3339, or without a zone in UTC; as the policy says, if not given. Never past the start of the harm.
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    answer_by: String,
}

/// Records what an originator answered, or that they did not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat record-answer thr_01hqv3x… --stance agrees --person \"C. Doe\" --words \"as it stands\" --as mara --data desk
  forewarn threat record-answer thr_01hqv3x… --consultation con_01hq… --stance no-answer --words \"rang twice\" \\
    --as mara --data desk

An objection is recorded and may be made a dispute; it stops no warning.")]
pub struct RecordAnswer {
    #[command(flatten)]
    on: On,
    /// Which question: con_…; may be left out when only one waits for an answer.
    #[arg(long, value_name = "ID")]
    consultation: Option<ConsultationId>,
    /// Where they stand.
    #[arg(long)]
    stance: StanceArg,
    /// Who said it for them.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    person: String,
    /// In their words.
    #[arg(long, value_name = "WORDS")]
    words: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StanceArg {
    /// Their words may be used.
    Agrees,
    /// They have something against it.
    Objects,
    /// Asked in vain.
    NoAnswer,
}

/// Takes the urgent shortcut: warn first, coordinate after. Leak check and second reader stay.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat warn-first thr_01hqv3x… --reason \"it begins within the hour\" --as mara --data desk

A draft may then be approved before the determination is made and originators were asked. Both are caught up on within the \
time the policy names, and chased until they are. It leads past no silence that two people have affirmed.")]
pub struct WarnFirst {
    #[command(flatten)]
    on: On,
    #[command(flatten)]
    whose: Whose,
    /// Why there is no time.
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

/// Disputes a determination. Until that is settled nobody affirms silence; it stops no warning.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat dispute thr_01hqv3x… --reason \"the second report is a retelling\" --as ben --data desk
  forewarn threat dispute thr_01hqv3x… --for-originator con_01hq… --reason \"they object to silence\" --as mara --data desk")]
pub struct Dispute {
    #[command(flatten)]
    on: On,
    #[command(flatten)]
    whose: Whose,
    /// Why.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// The question whose answer was an objection (con_…), when it is the originator who disputes.
    #[arg(long, value_name = "ID")]
    for_originator: Option<ConsultationId>,
}

/// Settles a dispute. It takes somebody on the policy's ladder who has no part in what is disputed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat settle-dispute thr_01hqv3x… --decision set-aside --reason \"two reporters, not one\" --as okafor --data desk")]
pub struct SettleDispute {
    #[command(flatten)]
    on: On,
    /// Which: dsp_…; may be left out when only one is open.
    #[arg(long, value_name = "ID")]
    dispute: Option<DisputeId>,
    /// How it ends.
    #[arg(long)]
    decision: Decision,
    /// Why.
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Decision {
    /// The determination stands.
    Upheld,
    /// The questions are answered anew.
    SetAside,
}

/// Moves a running deadline, where the policy allows it and never past the start of the harm.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  forewarn threat delay thr_01hqv3x… --deadline determine --until 2026-03-01T18:00:00Z \\
    --reason \"the interpreter comes at five\" --as mara --data desk
  forewarn threat delay thr_01hqv3x… --deadline review --kind pause --until 2026-03-02T08:00 --reason WORDS --as okafor")]
pub struct Delay {
    #[command(flatten)]
    on: On,
    /// Which deadline.
    #[arg(long, value_name = "WHICH")]
    deadline: DeadlineArg,
    #[command(flatten)]
    whose: Whose,
    /// The warning (war_…) whose acknowledgement is waited for; may be left out when there is only one.
    #[arg(long, value_name = "ID")]
    warning: Option<WarningId>,
    /// How.
    #[arg(long, default_value = "extension")]
    kind: KindArg,
    /// RFC 3339, or without a zone in UTC.
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Why.
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DeadlineArg {
    Determine,
    Affirm,
    Deliver,
    Acknowledge,
    Review,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindArg {
    /// More time.
    Extension,
    /// The clock stands still.
    Pause,
}

/// For whom.
#[derive(Debug, Args)]
struct Whose {
    /// The intended victim: vic_…; may be left out when there is only one.
    #[arg(long, value_name = "ID")]
    victim: Option<VictimId>,
}

impl Settle {
    /// Does it, and tells how things stand then.
    pub fn run(self) -> Answer {
        with_desk(&self.on().data.dir, async |desk| {
            let on = self.on();
            let ask = on.acting.ask(&desk).await?;
            let settling = self.settling(&desk.threat(on.id).await?)?;
            desk.settle(&ask, on.id, settling).await?;
            let view = desk.threat_view(on.id).await?;
            output::either(on.json, &view, || told::now(&view))?;
            Ok(Outcome::Done)
        })
    }

    const fn on(&self) -> &On {
        match self {
            Self::Own(Own { on, .. })
            | Self::HandOver(HandOver { on, .. })
            | Self::State(State { on, .. })
            | Self::AskOriginator(AskOriginator { on, .. })
            | Self::RecordAnswer(RecordAnswer { on, .. })
            | Self::WarnFirst(WarnFirst { on, .. })
            | Self::Dispute(Dispute { on, .. })
            | Self::SettleDispute(SettleDispute { on, .. })
            | Self::Delay(Delay { on, .. }) => on,
        }
    }

    /// What the desk is asked, with what was left out filled in from the threat.
    fn settling(&self, threat: &Threat) -> Result<Settling, Fault> {
        Ok(match self {
            Self::Own(own) => Settling::TakeOwnership { note: own.note.clone() },
            Self::HandOver(given) => Settling::HandOver { to: given.to.clone(), note: given.note.clone() },
            Self::State(said) => Settling::StateDetails {
                report: said.report,
                originator: said.originator.clone().unwrap_or_default(),
                originator_controlled: if said.controlled { YesNo::Yes } else { YesNo::No },
                officer: said.officer.clone().unwrap_or_default(),
                conflict: said.stake.clone(),
            },
            Self::AskOriginator(asked) => Settling::AskOriginator {
                originator: asked.originator.clone(),
                question: asked.question.clone(),
                answer_by: asked.answer_by.clone(),
            },
            Self::RecordAnswer(answer) => answer.settling(threat)?,
            Self::WarnFirst(hurry) => {
                Settling::WarnFirst { victim: hurry.whose.victim(threat)?, reason: hurry.reason.clone() }
            }
            Self::Dispute(dispute) => Settling::Dispute {
                victim: dispute.whose.victim(threat)?,
                reason: dispute.reason.clone(),
                for_originator: dispute.for_originator.map(|id| id.to_string()).unwrap_or_default(),
            },
            Self::SettleDispute(settled) => settled.settling(threat)?,
            Self::Delay(delay) => delay.settling(threat)?,
        })
    }
}

/// The one there is; which one is meant has to be said when there are several.
fn only<T: std::fmt::Display>(
    given: Option<T>,
    there: impl Iterator<Item = T>,
    what: &str,
    flag: &str,
) -> Result<T, Fault> {
    if let Some(given) = given {
        return Ok(given);
    }
    let mut there: Vec<T> = there.collect();
    match (there.pop(), there.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(last), false) => {
            let all: Vec<String> = there.iter().chain([&last]).map(ToString::to_string).collect();
            let advice = format!("say which with {flag}: {}", all.join(", "));
            Err(Fault::new(format!("this threat has more than one {what}")).advise(advice))
        }
        (None, _) => {
            Err(Fault::new(format!("this threat has no {what}")).advise("`forewarn threat show ID` says how it stands"))
        }
    }
}

impl Whose {
    fn victim(&self, threat: &Threat) -> Result<VictimId, Fault> {
        only(self.victim, threat.victims.iter().map(|victim| victim.id), "intended victim", "--victim")
    }
}

impl RecordAnswer {
    fn settling(&self, threat: &Threat) -> Result<Settling, Fault> {
        let waiting = threat.coordination.consultations.iter().filter(|asked| asked.answer.is_none());
        let what = "question to an originator that waits for its answer";
        Ok(Settling::RecordAnswer {
            consultation: only(self.consultation, waiting.map(|asked| asked.id), what, "--consultation")?,
            stance: match self.stance {
                StanceArg::Agrees => Stance::Agrees,
                StanceArg::Objects => Stance::Objects,
                StanceArg::NoAnswer => Stance::NoAnswer,
            },
            person: self.person.clone(),
            words: self.words.clone(),
        })
    }
}

impl SettleDispute {
    fn settling(&self, threat: &Threat) -> Result<Settling, Fault> {
        let open = threat.coordination.disputes.iter().filter(|dispute| dispute.settled.is_none());
        Ok(Settling::SettleDispute {
            dispute: only(self.dispute, open.map(|dispute| dispute.id), "open dispute", "--dispute")?,
            decision: match self.decision {
                Decision::Upheld => Verdict::Upheld,
                Decision::SetAside => Verdict::SetAside,
            },
            reason: self.reason.clone(),
        })
    }
}

impl Delay {
    fn settling(&self, threat: &Threat) -> Result<Settling, Fault> {
        let of = match self.deadline {
            DeadlineArg::Determine => ClockOf::Determine(self.whose.victim(threat)?),
            DeadlineArg::Affirm => ClockOf::Affirm(self.whose.victim(threat)?),
            DeadlineArg::Deliver => ClockOf::Deliver(self.whose.victim(threat)?),
            DeadlineArg::Review => ClockOf::Review(self.whose.victim(threat)?),
            DeadlineArg::Acknowledge => {
                let there = threat.warnings.iter().map(|warning| warning.id);
                ClockOf::Acknowledge(only(self.warning, there, "warning", "--warning")?)
            }
        };
        Ok(Settling::Delay {
            of: serde_json::to_string(&of).map_err(Fault::new)?,
            kind: match self.kind {
                KindArg::Extension => DelayKind::Extension,
                KindArg::Pause => DelayKind::Pause,
            },
            until: self.until.clone(),
            reason: self.reason.clone(),
        })
    }
}
