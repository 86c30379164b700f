//! What the people of a simulated desk settle among themselves, and what they do unasked.

use domain::Actor;
use domain::threat::{ClockOf, Coordinate, DelayKind, Hit, Stance, ThreatCommand};

use super::common::{Says, all_roles, hours};
use super::{Desk, reason};

impl Desk<'_> {
    /// What people settle among themselves when they are asked to.
    pub fn coordinate(&mut self, of: ClockOf) {
        let who = all_roles(["mara", "okafor", "joon"][self.roll(3)]);
        match of {
            ClockOf::Consult(consultation) => {
                let stance = [Stance::Agrees, Stance::Objects, Stance::NoAnswer][self.roll(3)];
                let (person, words) = ("C. Doe".to_owned(), reason());
                self.arrange(Coordinate::RecordAnswer { consultation, stance, person, words }, &who);
            }
            ClockOf::Coordinate(victim) => {
                self.ask_originator(&who);
                self.give(self.world.assess(victim, Says::Warn), &who);
            }
            ClockOf::Dispute(dispute) => {
                let upheld = self.chance.percent(50);
                self.arrange(Coordinate::SettleDispute { dispute, upheld, reason: reason() }, &who);
            }
            ClockOf::Lapse(victim) => {
                self.give(self.world.affirm(victim, Says::NotOwed), &who);
            }
            other => unreachable!("{other:?} is answered elsewhere"),
        }
    }

    fn arrange(&mut self, command: Coordinate, by: &Actor) {
        self.give(ThreatCommand::Coordinate(command), by);
    }

    fn ask_originator(&mut self, by: &Actor) {
        if self.world.threat.unasked().is_empty() {
            return;
        }
        let (consultation, answer_by) = (self.world.id(), hours(self.world.at, 2));
        let (originator, question) = ("the other service".to_owned(), reason());
        self.arrange(Coordinate::AskOriginator { consultation, originator, question, answer_by }, by);
    }

    /// Now and then somebody does more than they were asked: owns the threat, disputes, takes the shortcut, wants more
    /// time, leaves for good, or brings a report that speaks against silence.
    pub fn interfere(&mut self, of: ClockOf) {
        if !self.chance.percent(25) {
            return;
        }
        let who = all_roles(["mara", "okafor"][self.roll(2)]);
        let victims: Vec<_> = self.world.threat.victims.iter().map(|victim| victim.id).collect();
        let victim = victims.get(self.roll(2)).copied();
        match (self.chance.below(8), victim) {
            (0, _) => self.arrange(Coordinate::TakeOwnership { note: String::new() }, &who),
            (1, Some(victim)) => {
                let dispute = self.world.id();
                self.arrange(Coordinate::Dispute { dispute, victim, reason: reason(), for_originator: None }, &who);
            }
            (2, Some(victim)) => self.arrange(Coordinate::WarnFirst { victim, reason: reason() }, &who),
            (3, _) => self.ask_originator(&who),
            (6, Some(_)) => {
                let party = format!("guest-{}", self.chance.below(4));
                let hit = Hit { party, name: "a guest".into(), why: "in the hotel".into() };
                self.give(ThreatCommand::FindParties { hits: vec![hit] }, &Actor::Desk);
            }
            (5, _) => self.arrange(Coordinate::Leave { who: "mara".into() }, &Actor::Desk),
            (4, _) => {
                let until = hours(self.world.at, 5);
                self.arrange(Coordinate::Delay { of, kind: DelayKind::Extension, until, reason: reason() }, &who);
            }
            (_, _) => {
                let link = self.world.link();
                self.give(link, &Actor::Desk);
            }
        }
    }
}
