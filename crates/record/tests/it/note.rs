//! Keys, notes and checkpoints, with signed_note and tlog_tiles as oracles.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that cannot go on fails")]

use crate::common;
use proptest::prelude::*;
use record::{Checkpoint, Hash, KeyError, NoteError, SigningKey, VerifyKey};
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

/// The key and note that the signed-note documentation of Go's sumdb gives as its example.
const PETER: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: common::ORIGIN.to_owned(), size: 12, root: Hash::from_bytes([9; 32]) }
}

#[test]
fn a_published_key_reads_and_writes_the_same() {
    let key: SigningKey = PETER.parse().unwrap();
    assert_eq!(key.to_secret_text().as_str(), PETER);
    assert_eq!(key.verify_key().to_string(), PETER_PUBLIC);
    assert_eq!(format!("{PETER_PUBLIC}\n").parse::<VerifyKey>().unwrap(), key.verify_key());
}

#[test]
fn a_signing_key_does_not_show_itself() {
    let key: SigningKey = PETER.parse().unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey { name: \"PeterNeumann\", .. }");
}

#[test]
fn keys_that_are_none_are_refused() {
    let check = |text: &str, expected: &str| {
        let error = text.parse::<VerifyKey>().expect_err(text);
        assert!(error.to_string().contains(expected), "{text}: {error}");
    };
    check("", "expected `name+id+base64`");
    check("PeterNeumann", "expected `name+id+base64`");
    check("PeterNeumann+c74f20a3+A", "expected `name+id+base64`");
    check("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "id does not fit");
    check("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "id does not fit");
    check("Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "id does not fit");
    check("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "name");
    check("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "not an Ed25519 key");
    check(PETER, "id");
    assert!(matches!(PETER_PUBLIC.parse::<SigningKey>(), Err(KeyError::Form(..))));
    assert!(matches!(PETER.replace("c74f20a3", "c74f20a4").parse::<SigningKey>(), Err(KeyError::Id)));
    for name in ["", "a b", "a+b", "a\nb", "a\u{7}b", "a\u{a0}b"] {
        assert_eq!(SigningKey::from_seed(name, [0; 32]).unwrap_err(), KeyError::Name, "{name:?}");
    }
}

#[test]
fn a_checkpoint_comes_back_and_the_oracle_accepts_it() {
    let key = common::key(1);
    let note = checkpoint().sign(&key);
    assert_eq!(Checkpoint::open(&note, &key.verify_key()).unwrap(), checkpoint());
    assert_eq!(Checkpoint::read_unverified(&note).unwrap(), checkpoint());

    let verifier = StandardVerifier::new(&key.verify_key().to_string()).unwrap();
    let theirs = Note::from_bytes(note.as_bytes()).unwrap();
    let (good, unknown) = theirs.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((good.len(), unknown.len()), (1, 0));
    let read = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!((read.origin(), read.size(), read.hash().0), (common::ORIGIN, 12, [9; 32]));
}

#[test]
fn a_note_signed_by_the_oracle_opens_also_with_a_witness_beside() {
    let (ours, witness) = (common::key(1), SigningKey::from_seed("witness.example", [2; 32]).unwrap());
    let mut note = Note::new(checkpoint().text().as_bytes(), &[]).unwrap();
    for key in [&witness, &ours] {
        note.add_sigs(&[&StandardSigner::new(&key.to_secret_text()).unwrap()]).unwrap();
    }
    let text = String::from_utf8(note.to_bytes()).unwrap();
    assert_eq!(Checkpoint::open(&text, &ours.verify_key()).unwrap(), checkpoint());
}

#[test]
fn notes_that_do_not_hold_are_refused() {
    let key = common::key(1);
    let good = checkpoint().sign(&key);
    let check = |note: &str, expected: &str| {
        let error = Checkpoint::open(note, &key.verify_key()).expect_err(note);
        assert!(error.to_string().contains(expected), "{note}: {error}");
    };
    check("", "not a signed note");
    check(&good.replace("\n\n", "\n"), "no blank line");
    check(&good.replace("\n12\n", "\n13\n"), "does not fit the text");
    check(&good.replace("\u{2014} ", "- "), "signature line");
    check(good.trim_end(), "does not end");
    check(&good.replace("\n12\n", "\n12\r\n"), "control character");
    check(&checkpoint().sign(&common::key(2)), "not signed by");
    check(&format!("{}{}", good, "\u{2014} a AAAA\n".repeat(20)), "signature");
    check(&format!("{}{}", good, "\u{2014} a AAAAAAAA\n".repeat(20)), "too many");
    check(&"x".repeat(100_000), "too long");
    let other = Checkpoint { origin: "other.example".to_owned(), ..checkpoint() };
    assert!(matches!(Checkpoint::open(&other.sign(&key), &key.verify_key()), Err(NoteError::OtherOrigin { .. })));
}

/// A signed text that is not the one canonical form of a checkpoint is none.
#[test]
fn texts_that_are_no_checkpoints_are_refused() {
    let key = common::key(1);
    let signer = StandardSigner::new(&key.to_secret_text()).unwrap();
    let good = checkpoint().text();
    let check = |text: String| {
        let mut note = Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&signer]).unwrap();
        let note = String::from_utf8(note.to_bytes()).unwrap();
        let error = Checkpoint::open(&note, &key.verify_key()).expect_err(&text);
        assert!(matches!(error, NoteError::NotACheckpoint(_)), "{text}: {error}");
    };
    check("hello\n".to_owned());
    check(good.replace("12", "012"));
    check(good.replace("12", "+12"));
    check(good.replace("12", "-12"));
    check(good.replace("12", "99999999999999999999"));
    check(good.replace("12", "twelve"));
    check(good.replace(common::ORIGIN, ""));
    check(format!("{good}an extension\n"));
    check(good.replace("CQk=", "CQl="));
    check(good.replace("CQk=", "CQk"));
}

proptest! {
    /// Any text is answered; whatever opens says in other bytes what it was signed as.
    #[test]
    fn any_note_is_answered(note in "(\\PC|\n|\u{2014} ){0,300}") {
        prop_assert!(Checkpoint::open(&note, &common::key(1).verify_key()).is_err());
        let _ = (Checkpoint::read_unverified(&note), note.parse::<VerifyKey>(), note.parse::<SigningKey>());
    }

    #[test]
    fn any_checkpoint_comes_back(origin in "[^\\s+\\pC]{1,40}", size in any::<u64>(), root in any::<[u8; 32]>()) {
        let key = SigningKey::from_seed(&origin, [3; 32]).unwrap();
        let checkpoint = Checkpoint { origin, size, root: Hash::from_bytes(root) };
        prop_assert_eq!(Checkpoint::open(&checkpoint.sign(&key), &key.verify_key()), Ok(checkpoint));
        prop_assert_eq!(key.to_secret_text().parse::<SigningKey>().unwrap().verify_key(), key.verify_key());
    }
}
