//! Whom to call now, or how long to wait.
//!
//! A sweep goes through everybody's paths: first all first paths, after a pause all second paths, and so on. The next
//! sweep takes in the next role of the ladder as well, and its pauses are shorter; in the end everybody is called every
//! hour. A path that fails at once costs no pause. What was lost in a crash is called again.

use jiff::{SignedDuration, Timestamp};

use super::{Call, Calling, Wake, WakePath};
use crate::account::{Account, Accounts};
use crate::roster::Roster;
use crate::threat::AttemptResult;
use crate::words::Role;

/// Pauses between the steps of the first, the second, and later sweeps, in minutes.
const PAUSES: [i64; 3] = [10, 5, 3];
/// Sweeps with pauses of these lengths; after them one call to everybody an hour.
const PRESSING_SWEEPS: u32 = 3;
const LATER_PAUSE: i64 = 60;
/// Pause of a wake that is not pressing; the desk asks again before.
const PATIENT_PAUSE: i64 = 24 * 60;
/// Shortest and longest pause before ways that all failed, or were missing, are looked at once more; between them a
/// quarter of the time that the wake has lasted.
const AFTER_FAILURE: (i64, i64) = (15, 6 * 60);
/// How often one call that nobody knows the fate of is made again.
const REPEATS: usize = 2;

/// Those who can be called for one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The role.
    pub role: Role,
    /// Whether a roster put them on duty; otherwise everybody with the role is meant.
    pub on_duty: bool,
    /// Who, with their ways.
    pub people: Vec<Reachable>,
}

/// Somebody with at least one way to wake them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// Sign-in name.
    pub name: String,
    /// Ways, first way first.
    pub paths: Vec<WakePath>,
}

/// Who can be called for the roles of a ladder at a time: whoever is on duty, else everybody with the role. Roles for
/// which nobody can be called are left out, so that the next one is asked at once.
pub fn tiers(ladder: &[Role], accounts: &Accounts, roster: &Roster, at: Timestamp) -> Vec<Tier> {
    let reachable = |account: &Account| Reachable { name: account.name.clone(), paths: account.paths.clone() };
    let tier = |role: &Role| {
        let with_paths = || accounts.holders(*role).filter(|account| !account.paths.is_empty());
        let duty = roster.on_duty(*role, at);
        let on_duty: Vec<_> = with_paths().filter(|account| duty.contains(&account.name)).map(reachable).collect();
        if on_duty.is_empty() {
            Tier { role: *role, on_duty: false, people: with_paths().map(reachable).collect() }
        } else {
            Tier { role: *role, on_duty: true, people: on_duty }
        }
    };
    ladder.iter().map(tier).filter(|tier| !tier.people.is_empty()).collect()
}

/// What a wake does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Makes this call; its link is still missing.
    Call(Box<Calling>),
    /// Waits until then.
    Wait(Timestamp),
    /// Says that nobody can be woken, then waits.
    Nobody(String),
}

/// Where in the sweeps a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    sweep: u32,
    step: u32,
}

impl Wake {
    /// Whom to call now, or how long to wait.
    pub fn next(&self, tiers: &[Tier], at: Timestamp) -> Next {
        if tiers.is_empty() {
            return self.nobody(later(at, self.pause_after_failure(at)), "nobody who could be asked has a waking path");
        }
        let mut place = self.calls.last().map_or(Place { sweep: 0, step: 0 }, Call::place);
        // Every sweep has somebody to call, so this ends: at the latest with the first step of the sweep after this.
        loop {
            let people = asked_in(tiers, place.sweep);
            let longest = people.iter().map(|(_, person)| person.paths.len()).max().unwrap_or_default();
            if let Some(calling) = self.due_in(&people, place) {
                return Next::Call(Box::new(calling));
            }
            let last = self.calls.iter().filter(|call| call.place() == place);
            let reached = last.clone().any(Call::may_have_reached);
            let ready = last.filter_map(|call| call.finished_at).max().map(|ended| later(ended, self.pause(place)));
            if let Some(ready) = ready.filter(|ready| reached && *ready > at) {
                return Next::Wait(ready);
            }
            let step = place.step + 1;
            if usize::try_from(step).is_ok_and(|step| step < longest) {
                place.step = step;
                continue;
            }
            let ended = self.calls.last().and_then(|call| call.finished_at);
            let again = ended.map(|ended| later(ended, self.pause_after_failure(ended)));
            if let Some(again) = again.filter(|again| *again > at && self.failed_throughout(tiers, place.sweep)) {
                return self.nobody(again, "every way to everybody who could be asked failed");
            }
            place = Place { sweep: place.sweep + 1, step: 0 };
        }
    }

    fn due_in(&self, people: &[(&Tier, &Reachable)], place: Place) -> Option<Calling> {
        let step = usize::try_from(place.step).ok()?;
        people.iter().find_map(|(tier, person)| {
            let to = person.paths.get(step)?.to.clone();
            let mut made = self.calls.iter().filter(|call| call.place() == place && call.calling.person == person.name);
            let (mut known, mut lost) = (0, 0);
            made.by_ref().for_each(|call| if call.lost() { lost += 1 } else { known += 1 });
            let again = known == 0 && lost < REPEATS;
            again.then(|| Calling {
                number: u32::try_from(self.calls.len()).unwrap_or(u32::MAX).saturating_add(1),
                person: person.name.clone(),
                role: tier.role,
                on_duty: tier.on_duty,
                to,
                sweep: place.sweep,
                step: place.step,
                link_digest: None,
            })
        })
    }

    /// Whether everybody there is was asked in this sweep and no call may have come to anybody.
    fn failed_throughout(&self, tiers: &[Tier], sweep: u32) -> bool {
        let widest = usize::try_from(sweep).is_ok_and(|sweep| sweep + 1 >= tiers.len());
        widest && !self.calls.iter().any(|call| call.calling.sweep == sweep && call.may_have_reached())
    }

    /// Says it once; what has been said is tried again in time.
    fn nobody(&self, again: Timestamp, why: &str) -> Next {
        match &self.nobody {
            Some(known) if known.after_calls == self.calls.len() => Next::Wait(again),
            Some(_) | None => Next::Nobody(why.to_owned()),
        }
    }

    fn pause_after_failure(&self, at: Timestamp) -> i64 {
        let (shortest, longest) = AFTER_FAILURE;
        (at.duration_since(self.opened_at).as_mins() / 4).clamp(shortest, longest)
    }

    fn pause(&self, place: Place) -> i64 {
        if self.opening.patient {
            return PATIENT_PAUSE;
        }
        if place.sweep >= PRESSING_SWEEPS {
            return LATER_PAUSE;
        }
        let urgency = usize::try_from(place.sweep).unwrap_or(usize::MAX).saturating_add(self.opening.asked_before);
        PAUSES[urgency.min(PAUSES.len() - 1)]
    }
}

/// Everybody asked in a sweep: the first role that has somebody, and one role more each time; each person once.
fn asked_in(tiers: &[Tier], sweep: u32) -> Vec<(&Tier, &Reachable)> {
    let width = usize::try_from(sweep).unwrap_or(usize::MAX).saturating_add(1);
    let mut people: Vec<(&Tier, &Reachable)> = Vec::new();
    for tier in tiers.iter().take(width) {
        for person in &tier.people {
            if !people.iter().any(|(_, known)| known.name == person.name) {
                people.push((tier, person));
            }
        }
    }
    people
}

impl Call {
    const fn place(&self) -> Place {
        Place { sweep: self.calling.sweep, step: self.calling.step }
    }

    /// Whether the desk stopped in the middle of it, or its carrier did.
    const fn lost(&self) -> bool {
        matches!(self.result, Some(AttemptResult::Unknown { .. }))
    }
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}
