//! What a person carries: prepared, and never more than prepared.

use std::sync::Arc;

use domain::{ChannelKind, Restricted};
use drafting::LetterContent;

use super::{outgoing, released};
use crate::{Address, Channel, Hand, LetterPrinter, PrintError, ReceiptKind, SendError};

struct Paper;

impl LetterPrinter for Paper {
    fn templates(&self) -> String {
        String::new()
    }

    fn print(&self, letter: &LetterContent) -> Result<Vec<u8>, PrintError> {
        Ok(letter.subject.clone().into_bytes())
    }
}

struct Jam;

impl LetterPrinter for Jam {
    fn templates(&self) -> String {
        String::new()
    }

    fn print(&self, _: &LetterContent) -> Result<Vec<u8>, PrintError> {
        Err(PrintError { why: "out of paper".to_owned() })
    }
}

fn by_hand() -> Address {
    Address::Hand { whereabouts: "the embassy, side entrance".to_owned() }
}

#[tokio::test]
async fn a_letter_is_printed_and_waits_for_a_person() {
    let message = released(ChannelKind::Letter);
    let receipt = Hand::letter(Arc::new(Paper)).send(outgoing(&message, &by_hand())).await.unwrap();
    let artefact = receipt.artefact.unwrap();
    assert_eq!(receipt.kind, ReceiptKind::Prepared);
    assert_eq!((artefact.name.as_str(), artefact.media_type), ("FW-2023-0042-letter.pdf", "application/pdf"));
    assert_eq!(artefact.bytes, message.subject().as_bytes());
}

#[tokio::test]
async fn a_printer_that_fails_is_tried_again() {
    let message = released(ChannelKind::Letter);
    let fault = Hand::letter(Arc::new(Jam)).send(outgoing(&message, &by_hand())).await.unwrap_err();
    assert!(matches!(&fault, SendError::TryLater { evidence } if evidence.contains("out of paper")), "{fault}");
}

#[tokio::test]
async fn a_task_sheet_holds_the_script_and_where_to_go() {
    for (hand, kind) in [(Hand::telephone(), ChannelKind::Telephone), (Hand::in_person(), ChannelKind::InPerson)] {
        let message = released(kind);
        let receipt = hand.send(outgoing(&message, &by_hand())).await.unwrap();
        let sheet = String::from_utf8(receipt.artefact.unwrap().bytes).unwrap();
        for part in ["FW-2023-0042", "side entrance", "Duty officer", message.text()] {
            assert!(sheet.contains(part), "no {part:?} in {sheet}");
        }
    }
}

#[tokio::test]
async fn words_approved_for_another_channel_are_refused() {
    let elsewhere = [
        Address::Email { mailbox: "a@example.org".to_owned(), name: String::new() },
        Address::Url { url: "https://example.org/".to_owned(), secret: Restricted::new(String::new()) },
    ];
    let message = released(ChannelKind::Telephone);
    let refused = |sent: Result<_, SendError>| assert!(matches!(sent, Err(SendError::Refused { .. })), "{sent:?}");
    refused(Hand::in_person().send(outgoing(&message, &by_hand())).await);
    for to in &elsewhere {
        refused(Hand::telephone().send(outgoing(&message, to)).await);
    }
}
