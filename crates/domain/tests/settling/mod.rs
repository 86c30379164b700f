//! Random commands about what people settle among themselves.

use domain::threat::{Coordinate, DelayKind, Holder, Stake, Stance, Threat};
use domain::{Role, VictimId};
use jiff::SignedDuration;

use super::common::{World, details};
use super::{Dice, pick, some_clock, words};

pub fn coordination_command(world: &mut World, threat: &Threat, dice: Dice, victim: VictimId) -> Coordinate {
    let Dice { what, a, b, c, .. } = dice;
    let now = world.at;
    let later = |by: u8| now.saturating_add(SignedDuration::from_mins(i64::from(by) * 20 - 60)).unwrap();
    let consultations: Vec<_> = threat.coordination.consultations.iter().map(|known| known.id).collect();
    let disputes: Vec<_> = threat.coordination.disputes.iter().map(|known| known.id).collect();
    match (what, b % 4) {
        (24, 0) => Coordinate::TakeOwnership { note: words(c) },
        (24, 1) => {
            let to = Holder { name: "bela".into(), roles: Role::ALL[..usize::from(c % 6)].to_vec(), off: c % 8 == 7 };
            Coordinate::HandOver { to, note: words(a) }
        }
        (24, 2) => {
            let owner = threat.coordination.owner.as_ref().map(|owner| owner.name.clone());
            Coordinate::Leave { who: owner.unwrap_or_else(|| "anna".into()) }
        }
        (24, _) => {
            let reports: Vec<_> = threat.reports.iter().map(|link| link.report).collect();
            let originator = (c % 3 > 0).then_some("the other service");
            let stakes: &[_] = if c % 5 == 4 { &[("anna", Stake::NAMED)] } else { &[] };
            Coordinate::StateDetails { report: pick(&reports, a), details: details(originator, stakes) }
        }
        (25, 0) => {
            let (consultation, answer_by) = (world.id(), later(c));
            let originator = "the other service".to_owned();
            Coordinate::AskOriginator { consultation, originator, question: words(a), answer_by }
        }
        (25, 1) => {
            let stance = [Stance::Agrees, Stance::Objects, Stance::NoAnswer][usize::from(c) % 3];
            let consultation = pick(&consultations, a);
            Coordinate::RecordAnswer { consultation, stance, person: "C. Doe".into(), words: words(b) }
        }
        (25, _) => Coordinate::WarnFirst { victim, reason: words(c) },
        (26, 0..=1) => {
            let for_originator = (c % 8 == 7).then(|| pick(&consultations, a));
            Coordinate::Dispute { dispute: world.id(), victim, reason: words(c), for_originator }
        }
        (26, _) => Coordinate::SettleDispute { dispute: pick(&disputes, a), upheld: c % 2 == 0, reason: words(b) },
        (_, _) => {
            let kind = if b % 2 == 0 { DelayKind::Extension } else { DelayKind::Pause };
            Coordinate::Delay { of: some_clock(threat, a), kind, until: later(c), reason: words(b) }
        }
    }
}
