//! Waking people. A deadline that passed opens a wake; a worker makes its calls one after the other, each started on the
//! record, made, and finished on the record; `domain::wake` says whom to call and how long to wait.

use channels::Outgoing;
use channels::ack_token::Token;
use domain::account::AccountCommand;
use domain::roster::Roster;
use domain::threat::{Act, AttemptResult, ClockOf, Threat, ThreatCommand};
use domain::wake::{About, Call, Calling, Next, Opening, Over, Reachable, Tier, Wake, WakeEvent, tiers};
use domain::{AccountId, Actor, Role, WakeId};
use drafting::WakeCall;
use jiff::{SignedDuration, Timestamp};
use store::{Effect, NewEffect};

use super::deliver::not_sent;
use super::threats::Held;
use crate::desk::{Ask, Desk, RETRIES, threat_of};
use crate::error::AppError;
use crate::streams::{Loaded, state_of};

/// Time to say that a test woke somebody.
const TEST_LASTS: SignedDuration = SignedDuration::from_hours(24);

impl Desk {
    /// The wake with this id.
    pub async fn wake(&self, id: WakeId) -> Result<Wake, AppError> {
        self.load::<Wake>(id).await?.state.ok_or_else(|| AppError::not_found(format!("wake {id}")))
    }

    /// A deadline passed: opens its wake, whose calls are another effect.
    pub(super) async fn open_wake(&self, effect: &Effect) -> Result<(), AppError> {
        let id = threat_of(&effect.stream).ok_or_else(|| AppError::fault("an effect without a threat"))?;
        let Act::Wake(of) = serde_json::from_str(&effect.payload).map_err(AppError::fault)? else {
            return Err(AppError::fault("this effect wakes nobody"));
        };
        let (threat, at) = (self.threat(id).await?, self.clock.now());
        let Some(opening) = self.opening(&threat, of, at).await? else {
            let why = "somebody took it up, or it was done, before anybody was woken";
            return Ok(self.store.drop_effect(at, effect.lease(), why).await?);
        };
        let opened = WakeEvent::WakeOpened { opening };
        self.append_to_wake(None, vec![opened], Held { finish: Some(effect.lease()), hold: None }).await?;
        crate::failpoint::reached("wake opened");
        Ok(())
    }

    async fn opening(&self, threat: &Threat, of: ClockOf, at: Timestamp) -> Result<Option<Opening>, AppError> {
        let asked = threat.escalation(of).filter(|asked| asked.taken_by.is_none() && threat.closed.is_none());
        let clock = threat.clocks().into_iter().find(|clock| clock.of == of);
        let (Some(asked), Some(clock)) = (asked, clock) else { return Ok(None) };
        let from = clock.escalate_to.iter().position(|role| *role == asked.to).unwrap_or_default();
        // The senior officers stand at the end of every ladder.
        let roles = clock.escalate_to.iter().skip(from).filter_map(|role| Role::named(role));
        let mut ladder: Vec<Role> = Vec::new();
        for role in roles.chain([Role::SeniorOfficer]) {
            if !ladder.contains(&role) {
                ladder.push(role);
            }
        }
        Ok(Some(Opening {
            id: self.ids.new_id(at),
            reference: self.free_reference("wake", "W", 6, at).await?,
            about: About::Deadline { threat: threat.id, of, asked_at: asked.at },
            answer_by: asked.again_at,
            ladder,
            asked_before: clock.passed.saturating_sub(1),
            patient: matches!(of, ClockOf::Outcome),
        }))
    }

    /// Sends a test by one of somebody's ways: asked for by that person, or by a senior officer.
    pub async fn test_wake(&self, ask: &Ask, account: AccountId, way: usize) -> Result<Wake, AppError> {
        let accounts = self.accounts().await?;
        let person = accounts.0.get(&account).ok_or_else(|| AppError::not_found("account"))?;
        if person.name != ask.actor.name() && ask.actor != Actor::Desk {
            ask.actor.must_hold(&[Role::SeniorOfficer], "test how somebody else is woken")?;
        }
        let path = person.paths.get(way).ok_or_else(|| AppError::not_found("waking path with this number"))?;
        let at = self.clock.now();
        let opening = Opening {
            id: self.ids.new_id(at),
            reference: self.free_reference("wake", "W", 6, at).await?,
            about: About::Test { account, path: path.to.clone() },
            answer_by: at.saturating_add(TEST_LASTS).unwrap_or(Timestamp::MAX),
            ladder: person.roles.first().copied().into_iter().collect(),
            asked_before: 0,
            patient: true,
        };
        let id = opening.id;
        let by = ask.actor.name().to_owned();
        self.append_by(&by, None, vec![WakeEvent::WakeOpened { opening }], Held::default()).await?;
        self.wake(id).await
    }

    /// Does what a wake wants done now. Its one effect lives as long as the wake: after each call, and while it waits,
    /// it is put off; what an earlier process left in the middle of a call is called lost.
    pub(super) async fn run_call(&self, effect: &Effect) -> Result<(), AppError> {
        let id: WakeId = serde_json::from_str(&effect.payload).map_err(AppError::fault)?;
        let loaded = self.load::<Wake>(id).await?;
        let wake = loaded.state.clone().ok_or_else(|| AppError::fault("a wake that was never opened"))?;
        let (at, lease) = (self.clock.now(), effect.lease());
        if let Some(ended) = &wake.ended {
            return Ok(self.store.drop_effect(at, lease, &ended.why).await?);
        }
        let threat = match &wake.opening.about {
            About::Deadline { threat, .. } => Some(self.threat(*threat).await?),
            About::Test { .. } => None,
        };
        if let Some(lost) = wake.running() {
            let evidence = "the desk stopped before the carrier's answer was recorded".to_owned();
            let (number, result) = (lost.calling.number, AttemptResult::Unknown { evidence });
            let finished = WakeEvent::CallFinished { number, result };
            return self.go_on(loaded, vec![finished], effect, at).await;
        }
        if let Some(why) = wake.over(threat.as_ref(), at) {
            let held = Held { finish: Some(lease), hold: None };
            let ended = WakeEvent::WakeEnded { why: why.to_string() };
            return self.append_to_wake(Some(loaded), vec![ended], held).await.map(|_| ());
        }
        match wake.next(&self.callable(&wake, at).await?, at) {
            Next::Wait(until) => Ok(self.store.release_effect(lease, until).await?),
            Next::Nobody(why) => {
                tracing::error!(reference = %wake.opening.reference, %why, "nobody could be woken");
                self.go_on(loaded, vec![WakeEvent::NobodyWoken { why }], effect, at).await
            }
            Next::Call(calling) => self.make_call(loaded, *calling, effect).await,
        }
    }

    /// Appends what happened and comes back at once.
    async fn go_on(
        &self,
        loaded: Loaded<Wake>,
        events: Vec<WakeEvent>,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<(), AppError> {
        let held = Held { hold: Some(effect.lease()), finish: None };
        self.append_to_wake(Some(loaded), events, held).await?;
        Ok(self.store.release_effect(effect.lease(), at).await?)
    }

    /// Who can be called for a wake now.
    async fn callable(&self, wake: &Wake, at: Timestamp) -> Result<Vec<Tier>, AppError> {
        let accounts = self.accounts().await?;
        Ok(match &wake.opening.about {
            About::Deadline { .. } => tiers(&wake.opening.ladder, &accounts, &self.roster().await?, at),
            About::Test { account, path } => {
                let known = accounts.0.get(account).filter(|account| !account.off).into_iter();
                let known = known.filter_map(|account| {
                    let paths: Vec<_> = account.paths.iter().filter(|known| known.to == *path).cloned().collect();
                    let role = account.roles.first().copied()?;
                    let people = vec![Reachable { name: account.name.clone(), paths }];
                    Some(Tier { role, on_duty: false, people }).filter(|tier| !tier.people[0].paths.is_empty())
                });
                known.collect()
            }
        })
    }

    async fn make_call(&self, loaded: Loaded<Wake>, calling: Calling, effect: &Effect) -> Result<(), AppError> {
        let token = Token::from_bits(&self.ids.bytes::<20>()).map_err(AppError::fault)?;
        let linked = !calling.to.kind.by_hand();
        let calling = Calling { link_digest: linked.then(|| token.digest().to_string()), ..calling };
        let number = calling.number;
        let url = linked.then(|| token.link(&format!("{}/w", self.config.public_url.trim_end_matches('/'))));
        let held = Held { hold: Some(effect.lease()), finish: None };
        let wake =
            self.append_to_wake(Some(loaded), vec![WakeEvent::CallStarted { calling: calling.clone() }], held).await?;
        crate::failpoint::reached("call started");
        let result = self.call(&wake, &calling, url).await;
        crate::failpoint::reached("call made");
        let loaded = self.load::<Wake>(wake.opening.id).await?;
        let finished = WakeEvent::CallFinished { number, result };
        self.go_on(loaded, vec![finished], effect, self.clock.now()).await?;
        crate::failpoint::reached("call finished");
        Ok(())
    }

    /// Makes one call; every failure is a result, so that it is on the record and the next way is tried.
    async fn call(&self, wake: &Wake, calling: &Calling, url: Option<String>) -> AttemptResult {
        let kind = calling.to.kind;
        let refused = |evidence: String| AttemptResult::Refused { evidence };
        let full_name = match self.accounts().await {
            Ok(accounts) => accounts.named(&calling.person).map(|account| account.full_name.clone()),
            Err(cause) => return AttemptResult::TryLater { evidence: cause.to_string() },
        };
        let Some(name) = full_name else { return refused("there is no such account any more".to_owned()) };
        let Some(channel) = self.channels.get(kind) else { return refused(format!("this desk has no {kind} channel")) };
        let id = format!("{}-{}", wake.opening.id, calling.number);
        let message = drafting::wake(&WakeCall {
            desk: self.config.name.clone(),
            contact: self.config.contact.clone(),
            reference: wake.opening.reference.clone(),
            id: id.clone(),
            to: name.clone(),
            channel: kind,
            number: calling.number,
            by: wake.opening.answer_by,
            url,
            test: matches!(wake.opening.about, About::Test { .. }),
        });
        let message = match message {
            Ok(message) => message,
            Err(cause) => return refused(cause.to_string()),
        };
        let to = match self.address(kind, &calling.to.address, &name) {
            Ok(to) => to,
            Err(evidence) => return refused(evidence),
        };
        match channel.send(Outgoing { message: &message, to: &to, message_id: id, at: self.clock.now() }).await {
            Ok(receipt) if receipt.artefact.is_some() => {
                let evidence = "a colleague is asked to ring; the words stand on the page Waking".to_owned();
                AttemptResult::Prepared { evidence }
            }
            Ok(receipt) => AttemptResult::HandedOver { evidence: receipt.evidence },
            Err(error) => not_sent(error, kind),
        }
    }

    async fn append_to_wake(
        &self,
        loaded: Option<Loaded<Wake>>,
        events: Vec<WakeEvent>,
        held: Held,
    ) -> Result<Wake, AppError> {
        self.append_by(Actor::Desk.name(), loaded, events, held).await
    }

    /// Appends to a wake; one that is opened gets the effect of its calls.
    async fn append_by(
        &self,
        by: &str,
        loaded: Option<Loaded<Wake>>,
        events: Vec<WakeEvent>,
        held: Held,
    ) -> Result<Wake, AppError> {
        let at = self.clock.now();
        let opened = match events.first() {
            Some(WakeEvent::WakeOpened { opening }) => Some(opening.id),
            Some(_) | None => None,
        };
        let loaded = match (loaded, opened) {
            (Some(loaded), _) => loaded,
            (None, Some(id)) => self.load::<Wake>(id).await?,
            (None, None) => return Err(AppError::fault("a wake that was never opened")),
        };
        let (mut write, after) = loaded.write(self.borne(at), by, &events)?;
        if let Some(id) = opened {
            let payload = serde_json::to_string(&id).map_err(AppError::fault)?;
            write.effects.push(NewEffect { key: format!("call/{id}"), kind: "call".to_owned(), payload, due_at: at });
        }
        write.finish.extend(held.finish);
        write.hold.extend(held.hold);
        self.commit(&Ask::desk(), at, vec![write], &after).await?;
        Ok(after)
    }

    /// The rosters.
    pub async fn roster(&self) -> Result<Roster, AppError> {
        Ok(self.load::<Roster>("").await?.state.unwrap_or_default())
    }
}

/// What somebody behind a one-time link, or signed in, says to a call.
#[derive(Debug, Clone)]
pub struct WakePage {
    /// What the desk calls it.
    pub reference: String,
    /// The person called: their sign-in name.
    pub person: String,
    /// By when it should be taken up.
    pub by: Timestamp,
    /// Whether it only tests the way.
    pub test: bool,
    /// When it is over: since when, by whom if a person took it up, why.
    pub over: Option<(Timestamp, String)>,
}

impl Desk {
    /// What a one-time link in a call was made for; the same answer for a link that never was and one whose account is
    /// switched off.
    pub async fn wake_link(&self, token: &str) -> Result<WakePage, AppError> {
        let (wake, call) = self.called(token).await?;
        let threat = match &wake.opening.about {
            About::Deadline { threat, .. } => Some(self.threat(*threat).await?),
            About::Test { .. } => None,
        };
        let ended = wake.ended.as_ref().map(|ended| (ended.at, ended.why.clone()));
        let now = self.clock.now();
        let over = match wake.over(threat.as_ref(), now) {
            // Whoever follows an older call may still take up what was asked again since.
            Some(Over::AskedAgain) => None,
            Some(why) => Some((ended.map_or(now, |(at, _)| at), why.to_string())),
            None => ended,
        };
        Ok(WakePage {
            reference: wake.opening.reference.clone(),
            person: call.calling.person,
            by: wake.opening.answer_by,
            test: matches!(wake.opening.about, About::Test { .. }),
            over,
        })
    }

    /// Takes up what a call was about, as the person whose link it is: a POST, never a GET.
    pub async fn answer_wake_link(&self, token: &str, words: &str) -> Result<WakePage, AppError> {
        let (wake, call) = self.called(token).await?;
        let actor = self.actor(&call.calling.person).await?.ok_or_else(no_call)?;
        self.answer_wake(&Ask::by(actor), wake.opening.id, words).await?;
        self.wake_link(token).await
    }

    async fn called(&self, token: &str) -> Result<(Wake, Call), AppError> {
        let digest = Token::parse(token).map_err(|_| no_call())?.digest().to_string();
        let found = self.store.by_features("wake", &[format!("link:{digest}")], 1).await?;
        let stream = found.shared.first().ok_or_else(no_call)?;
        let id = stream.stream.strip_prefix("wake/").and_then(|id| id.parse().ok()).ok_or_else(no_call)?;
        let wake = self.wake(id).await?;
        let call = wake.call_of(&digest).cloned().ok_or_else(no_call)?;
        self.actor(&call.calling.person).await?.ok_or_else(no_call)?;
        Ok((wake, call))
    }

    /// A person takes up what a wake is about, or says that a test woke them; on the threat (or the account) and on the
    /// wake in one commit.
    pub async fn answer_wake(&self, ask: &Ask, id: WakeId, words: &str) -> Result<Wake, AppError> {
        let reason = super::answers::short(words, "words", 1000)?;
        for _ in 0..RETRIES {
            let at = self.clock.now();
            let loaded = self.load::<Wake>(id).await?;
            let wake = loaded.state.clone().ok_or_else(|| AppError::not_found(format!("wake {id}")))?;
            let by = ask.actor.name().to_owned();
            let mut writes = match &wake.opening.about {
                About::Deadline { threat, of, .. } => {
                    let threat = self.load::<Threat>(*threat).await?;
                    let state = threat.state.as_ref().ok_or_else(|| AppError::not_found("threat"))?;
                    let command = ThreatCommand::TakeUp { of: *of, reason: reason.clone() };
                    let decision = domain::threat::decide(state, command, &ask.actor, at)?;
                    vec![threat.write(self.borne(at), &by, &decision.events)?.0]
                }
                About::Test { account, path } => {
                    let accounts = self.load::<domain::account::Accounts>("").await?;
                    let command = AccountCommand::VerifyWakePath { id: *account, path: path.clone() };
                    let events = accounts.state.clone().unwrap_or_default().decide(command, &ask.actor)?;
                    vec![accounts.write(self.borne(at), &by, &events)?.0]
                }
            };
            let mut after = wake.clone();
            if wake.ended.is_none() {
                let why = match &wake.opening.about {
                    About::Deadline { .. } => format!("taken up by {by}"),
                    About::Test { .. } => format!("{by} says that it woke them"),
                };
                let (write, state) =
                    loaded.write(self.borne(at), &by, &[WakeEvent::WakeAnswered { by: by.clone(), why }])?;
                writes.push(write);
                after = state;
            }
            match self.commit(ask, at, writes, &after).await {
                Err(store::StoreError::Conflict { .. }) => {}
                other => return other.map(|()| after).map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// A colleague tells what came of a call that they were asked to make by telephone.
    pub async fn tell_call(
        &self,
        ask: &Ask,
        id: WakeId,
        number: u32,
        reached: bool,
        words: &str,
    ) -> Result<Wake, AppError> {
        let by = ask.actor.must_work("tell what came of a call")?.to_owned();
        let words = super::answers::short(words, "words", 1000)?;
        for _ in 0..RETRIES {
            let loaded = self.load::<Wake>(id).await?;
            let wake = loaded.state.as_ref().ok_or_else(|| AppError::not_found(format!("wake {id}")))?;
            let event = wake.tell(number, &by, reached, &words)?;
            let at = self.clock.now();
            let (write, after) = loaded.write(self.borne(at), &by, &[event])?;
            match self.commit(ask, at, vec![write], &after).await {
                Err(store::StoreError::Conflict { .. }) => {}
                other => return other.map(|()| after).map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// Wakes that are not over, newest first, and the newest of those that are.
    pub async fn wakes(&self, ended: usize) -> Result<(Vec<Wake>, Vec<Wake>), AppError> {
        let (mut open, mut over) = (Vec::new(), Vec::new());
        for (which, into, limit) in [(true, &mut open, 500), (false, &mut over, ended)] {
            if limit == 0 {
                continue;
            }
            let order = store::Order::NewestFirst;
            let filter = store::Filter { open: Some(which), order, ..store::Filter::default() };
            for row in self.store.list("wake", &filter, None, limit).await?.items {
                into.extend(state_of::<Wake>(row)?);
            }
        }
        Ok((open, over))
    }
}

fn no_call() -> AppError {
    AppError::not_found("call behind this link; check that the address is complete, or sign in at the desk")
}
