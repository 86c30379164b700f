//! What the watcher of `silence.rs` makes of people working together.

use domain::threat::Coordinated;

use super::{Seen, Watcher};

impl Watcher {
    pub(super) fn watch_coordination(&mut self, event: &Coordinated, seen: &mut Seen) {
        match event {
            Coordinated::SilenceReopened { victim, assessment, .. } => {
                self.affirmed_by.remove(&(*victim, assessment.policy.id.clone()));
                seen.opened_again += 1;
            }
            Coordinated::ShortcutTaken { shortcut } => {
                assert!(!shortcut.signed.reason.trim().is_empty());
                assert!(!self.all_affirmed(shortcut.victim), "a shortcut past affirmed silence");
                self.urgent.insert(shortcut.victim);
                seen.urgent += 1;
            }
            Coordinated::DeterminationDisputed { dispute } => {
                self.disputes.insert(dispute.id, (dispute.victim, dispute.signed.by.clone()));
                seen.disputed += 1;
            }
            Coordinated::DisputeSettled { dispute, settlement, reopened } => {
                let (victim, disputer) = self.disputes.remove(dispute).expect("settled twice");
                assert_ne!(disputer, settlement.signed.by, "settled by who disputed");
                if let Some(assessment) = reopened {
                    let under = (victim, assessment.policy.id.clone());
                    let answered = self.answered_by.remove(&under);
                    assert_ne!(answered.as_ref(), Some(&settlement.signed.by), "settled by who determined");
                    self.affirmed_by.remove(&under);
                }
            }
            Coordinated::OwnershipTaken { .. }
            | Coordinated::OwnershipHandedOver { .. }
            | Coordinated::PersonLeft { .. }
            | Coordinated::DetailsStated { .. }
            | Coordinated::OriginatorAsked { .. }
            | Coordinated::OriginatorAnswered { .. }
            | Coordinated::DeadlineDelayed { .. } => {}
        }
    }
}
