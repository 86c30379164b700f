//! A small world for tests of the core: people with roles, a clock that is stepped, ids that are counted, and
//! assessments as a policy pack would make them.
#![allow(dead_code, reason = "each test file uses its own part of this world")]
#![allow(clippy::unwrap_used, reason = "a world that cannot be built is a failed test")]

use std::collections::BTreeMap;

use domain::assessment::{Assessment, Deadline, DeadlineKind, Need, PolicyRef, Reason};
use domain::threat::{
    Affirming, Affirms, Answering, Asked, Capacity, Coordinate, DelayKind, DelayTerms, Details, Effect, LeakNote,
    OpenThreat, Over, PlannedDelivery, Purpose, Recipient, Release, Stake, Terms, Threat, ThreatCommand, ThreatEvent,
    UrgentTerms, apply, decide_under, open,
};
use domain::{
    Actor, ChannelKind, DeliveryId, Determination, DraftId, Harm, Id, Refusal, ReportId, Role, VictimId, VictimKind,
    WarningId, Window,
};
use jiff::{SignedDuration, Timestamp};

/// When every world starts: 27 December 2023, 08:00 UTC.
pub const START: i64 = 1_703_664_000;

/// The pack that everybody here is asked under, unless a test says otherwise.
pub const PACK: &str = "test";

/// Somebody with one role, named after it.
pub fn holder(role: Role) -> Actor {
    Actor::person(role.id(), &[role])
}

/// Somebody who holds every role; the insider of A12.
pub fn all_roles(name: &str) -> Actor {
    Actor::person(name, &Role::ALL)
}

/// What a policy pack says, in the shapes that matter to the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Warn,
    /// Unresolved; an assessor must answer more.
    AskAssessor,
    /// Unresolved; a senior officer must affirm silence or turn it down.
    AskSenior,
    NotOwed,
    Waived,
}

impl Says {
    pub const ALL: [Self; 5] = [Self::Warn, Self::AskAssessor, Self::AskSenior, Self::NotOwed, Self::Waived];

    const fn determination(self) -> Determination {
        match self {
            Self::Warn => Determination::Warn,
            Self::AskAssessor | Self::AskSenior => Determination::Unresolved,
            Self::NotOwed => Determination::NotOwed,
            Self::Waived => Determination::Waived,
        }
    }
}

pub fn hours(at: Timestamp, hours: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
}

/// An assessment made at `at`: determine in 4 h, affirm in 6 h, deliver in 8 h, acknowledge in 24 h, review in 72 h.
pub fn assessment(says: Says, at: Timestamp) -> Assessment {
    let ladder = |roles: &[Role]| roles.iter().map(|role| role.id().to_owned()).collect();
    let deadline = |what, after, roles: &[Role]| Deadline { what, by: hours(at, after), escalate_to: ladder(roles) };
    let need = |what: &str, role: Role, after| Need {
        what: what.to_owned(),
        role: role.id().to_owned(),
        by: hours(at, after),
    };
    Assessment {
        determination: says.determination(),
        reasons: vec![Reason {
            criterion: "threshold".into(),
            answer: None,
            clause: "E.2".into(),
            effect: "as the test says".into(),
        }],
        needs: match says {
            Says::Warn | Says::NotOwed | Says::Waived => Vec::new(),
            Says::AskAssessor => vec![need("answer `credible`", Role::Assessor, 4)],
            Says::AskSenior => vec![need("affirm that no warning is owed", Role::SeniorOfficer, 6)],
        },
        deadlines: vec![
            deadline(DeadlineKind::Determine, 4, &[Role::Assessor, Role::SeniorOfficer]),
            deadline(DeadlineKind::Affirm, 6, &[Role::SeniorOfficer]),
            deadline(DeadlineKind::Deliver, 8, &[Role::Approver, Role::SeniorOfficer]),
            deadline(DeadlineKind::Acknowledge, 24, &[Role::Deliverer, Role::SeniorOfficer]),
            deadline(DeadlineKind::Review, 72, &[Role::Assessor]),
        ],
        policy: PolicyRef { id: PACK.into(), version: "1".into(), hash: "00".into() },
    }
}

/// A way to the protector, with a link, acknowledged within 12 hours.
pub fn planned(id: DeliveryId, order: u32, retries: &[u32]) -> PlannedDelivery {
    PlannedDelivery {
        id,
        recipient: Recipient { party: None, name: "the ministry".into(), capacity: Capacity::Protector },
        onward_to: None,
        channel: ChannelKind::Email,
        address: "duty@ministry.example".into(),
        order,
        acknowledge_within_minutes: 12 * 60,
        ack_digest: Some("d1".into()),
        retry_after_seconds: retries.to_vec(),
    }
}

pub fn release(warning: WarningId, plan: Vec<PlannedDelivery>) -> Release {
    Release {
        marking: Box::default(),
        warning,
        frozen: serde_json::Value::Null,
        clearance: serde_json::Value::Null,
        checked: vec![Id::from_bits(2)],
        reference: "FW-2023-0001".into(),
        verify_code: "1234 5678".into(),
        fingerprint: "f1".into(),
        plan,
        leaving: Vec::new(),
        templates: None,
    }
}

pub fn leak() -> LeakNote {
    LeakNote { kind: "name".into(), part: "text".into(), words: "the cook".into(), why: "names the source".into() }
}

/// What a policy that allows a good deal says of working together.
pub fn terms() -> Terms {
    let delay = |kind, hours, times| DelayTerms {
        kind,
        of: vec![DeadlineKind::Determine, DeadlineKind::Deliver],
        may: vec![Role::Assessor, Role::SeniorOfficer],
        at_most: SignedDuration::from_hours(hours),
        times,
        clause: "E.9".into(),
    };
    Terms {
        urgent: UrgentTerms {
            allowed: true,
            when: "there is no time".into(),
            may: vec![Role::Assessor, Role::SeniorOfficer],
            within: SignedDuration::from_hours(24),
            clause: "E.7".into(),
        },
        ladder: vec![
            (Role::Assessor.id().into(), SignedDuration::from_hours(4)),
            (Role::SeniorOfficer.id().into(), SignedDuration::from_hours(8)),
        ],
        coordination_clause: "E.8".into(),
        delays: vec![delay(DelayKind::Extension, 6, 2), delay(DelayKind::Pause, 2, 1)],
        ..Terms::default()
    }
}

/// A report whose originator wants to be asked, and the officers with a stake in it.
pub fn details(originator: Option<&str>, stakes: &[(&str, &str)]) -> Details {
    let stake = |(officer, conflict): &(&str, &str)| Stake { officer: (*officer).into(), conflict: (*conflict).into() };
    Details {
        originator: originator.map(Into::into),
        originator_controlled: originator.is_some(),
        stakes: stakes.iter().map(stake).collect(),
    }
}

/// One threat, its clock and everything recorded of it.
#[derive(Debug, Clone)]
pub struct World {
    pub threat: Threat,
    pub at: Timestamp,
    pub events: Vec<(Timestamp, ThreatEvent)>,
    pub effects: Vec<Effect>,
    pub terms: Terms,
    next_id: u128,
    /// Stands in while the threat itself is moved through `apply`.
    blank: Box<Threat>,
}

impl World {
    /// A threat opened by intake, with a window from two days after the start to five days after it.
    pub fn new() -> Self {
        let at = Timestamp::from_second(START).unwrap();
        Self::with_window(Window::new(Some(hours(at, 48)), Some(hours(at, 120))))
    }

    pub fn with_window(window: Option<Window>) -> Self {
        let at = Timestamp::from_second(START).unwrap();
        let opening = OpenThreat {
            id: Id::from_bits(1),
            report: Id::from_bits(2),
            why: "its first report".into(),
            sentence: "Somebody may be killed in Kerman.".into(),
            harm: Harm::Killing,
            window,
            triage_by: hours(at, 2),
            after_the_fact: false,
        };
        let decision = open(opening, &holder(Role::Intake), at).unwrap();
        let threat = decision.events.iter().fold(None, |threat, event| apply(threat, at, event)).unwrap();
        let events = decision.events.into_iter().map(|event| (at, event)).collect();
        let blank = Box::new(threat.clone());
        Self { threat, at, events, effects: Vec::new(), terms: terms(), next_id: 10, blank }
    }

    /// The next id of any kind.
    pub fn id<K>(&mut self) -> Id<K> {
        self.next_id += 1;
        Id::from_bits(self.next_id)
    }

    pub fn step(&mut self, minutes: i64) -> &mut Self {
        self.at = self.at.saturating_add(SignedDuration::from_mins(minutes)).unwrap();
        self
    }

    /// Gives a command; what is accepted is folded. Answers the new events and effects.
    pub fn give(&mut self, command: ThreatCommand, by: &Actor) -> Result<(Vec<ThreatEvent>, Vec<Effect>), Refusal> {
        let decision = decide_under(&self.threat, command, &self.terms, by, self.at)?;
        for event in &decision.events {
            let threat = std::mem::replace(&mut self.threat, (*self.blank).clone());
            self.threat = apply(Some(threat), self.at, event).unwrap();
            self.events.push((self.at, event.clone()));
        }
        self.effects.extend(decision.effects.iter().cloned());
        Ok((decision.events, decision.effects))
    }

    pub fn must(&mut self, command: ThreatCommand, by: &Actor) -> Vec<Effect> {
        let shown = format!("{command:?}");
        self.give(command, by).unwrap_or_else(|refusal| panic!("{shown}: {refusal}")).1
    }

    /// Something people settle among themselves.
    pub fn settle(&mut self, command: Coordinate, by: &Actor) -> Result<(), Refusal> {
        self.give(ThreatCommand::Coordinate(command), by).map(|_| ())
    }

    /// States something about the threat's first report.
    pub fn state(&mut self, details: Details) {
        let report = self.threat.reports[0].report;
        self.settle(Coordinate::StateDetails { report, details }, &holder(Role::Intake)).unwrap();
    }

    pub fn link(&mut self) -> ThreatCommand {
        let report: ReportId = self.id();
        let why = "same place and window".to_owned();
        ThreatCommand::LinkReport { report, why, after_the_fact: false, sentence: None, window: None }
    }

    /// Names an intended victim.
    pub fn victim(&mut self) -> VictimId {
        let victim = self.id();
        let command = identify(victim, self.at);
        self.must(command, &holder(Role::Assessor));
        victim
    }

    pub fn assess(&self, victim: VictimId, says: Says) -> ThreatCommand {
        self.assess_under(victim, says, PACK)
    }

    /// As a pack with this id would say it. Its id counts the entries.
    pub fn assess_under(&self, victim: VictimId, says: Says, pack: &str) -> ThreatCommand {
        let mut assessment = assessment(says, self.at);
        pack.clone_into(&mut assessment.policy.id);
        let given = Answering {
            id: Id::from_bits(self.events.len() as u128),
            inputs: serde_json::Value::Null,
            answers: BTreeMap::new(),
            grounds: BTreeMap::new(),
            assessment,
            over: Over::Unsaid,
        };
        ThreatCommand::AssessVictim { victim, given: Box::new(given) }
    }

    pub fn affirm(&self, victim: VictimId, says: Says) -> ThreatCommand {
        self.affirm_under(victim, says, PACK)
    }

    pub fn affirm_under(&self, victim: VictimId, says: Says, pack: &str) -> ThreatCommand {
        let mut assessment = assessment(says, self.at);
        pack.clone_into(&mut assessment.policy.id);
        let given = Affirming {
            id: Id::from_bits(self.events.len() as u128),
            inputs: serde_json::Value::Null,
            of: if says == Says::Waived { Affirms::Waiver } else { Affirms::NotOwed },
            ground: None,
            reason: "read twice".to_owned(),
            assessment,
            over: Over::Unsaid,
        };
        ThreatCommand::AffirmSilence { victim, given: Box::new(given) }
    }

    /// A draft for a first warning, with one way per given list of retries, in that order.
    pub fn write(&mut self, victim: VictimId, leaks: &[LeakNote], ways: &[&[u32]]) -> (DraftId, ThreatCommand) {
        let (draft, warning) = (self.id(), self.id());
        let plan = (0_u32..).zip(ways).map(|(order, retries)| planned(self.id(), order, retries)).collect();
        let command = ThreatCommand::WriteDraft {
            draft,
            victim,
            purpose: Purpose::Warn,
            follows: None,
            text: serde_json::json!({"text": "Take care."}),
            leaks: leaks.to_vec(),
            release: Box::new(release(warning, plan)),
        };
        (draft, command)
    }

    /// A victim in the state a policy would leave them in, through the ordinary commands.
    pub fn determined(&mut self, says: Says) -> VictimId {
        let victim = self.victim();
        let first = if matches!(says, Says::NotOwed | Says::Waived) { Says::AskSenior } else { says };
        let command = self.assess(victim, first);
        self.must(command, &holder(Role::Assessor));
        if first != says {
            let command = self.affirm(victim, says);
            self.must(command, &holder(Role::SeniorOfficer));
        }
        victim
    }

    /// An approved warning to a new victim; answers its deliveries too.
    pub fn warned(&mut self, ways: &[&[u32]]) -> (VictimId, WarningId, Vec<DeliveryId>) {
        let victim = self.determined(Says::Warn);
        let (draft, command) = self.write(victim, &[], ways);
        self.must(command, &holder(Role::Assessor));
        self.must(approve(draft), &holder(Role::Approver));
        let warning = self.threat.warnings.last().unwrap().id;
        let deliveries = self.threat.deliveries_of(warning).map(|delivery| delivery.id).collect();
        (victim, warning, deliveries)
    }
}

pub fn identify(victim: VictimId, at: Timestamp) -> ThreatCommand {
    ThreatCommand::IdentifyVictim {
        victim,
        kind: VictimKind::Group,
        name: "the crowd at the commemoration".into(),
        party: None,
        reason: "named in the report".into(),
        asks: vec![Asked { pack: PACK.into(), determine_by: hours(at, 4), escalate_to: Vec::new() }],
    }
}

/// The leak check made again, against everything there is by now.
pub fn check(threat: &Threat, draft: DraftId, leaks: Vec<LeakNote>) -> ThreatCommand {
    let reports = threat.reports.iter().map(|link| link.report).collect();
    ThreatCommand::CheckDraft { draft, reports, leaks, clearance: serde_json::Value::Null }
}

pub fn approve(draft: DraftId) -> ThreatCommand {
    ThreatCommand::ApproveDraft { draft, fingerprint: "f1".into() }
}
