//! Sealing and commitments.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use record::{UnsealError, commitment, seal, sealed_as, unseal};

const KEY: [u8; 32] = [1; 32];
const NONCE: [u8; 24] = [2; 24];

#[test]
fn the_cipher_is_that_of_the_published_vector() {
    // draft-irtf-cfrg-xchacha-03, appendix A.3.1
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").try_into().unwrap();
    let nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657").try_into().unwrap();
    let body =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen \
                 would be it.";
    let sealed = seal(&key, &nonce, &hex("50515253c0c1c2c3c4c5c6c7"), body);
    assert_eq!(sealed[..16], hex("bd6d179d3e83d43b9576579493c0e939")[..]);
    assert_eq!(sealed[body.len()..], hex("c0875924c1c7987947deafd8780acf49")[..]);
}

#[test]
fn a_body_opens_only_in_its_place() {
    let sealed = seal(&KEY, &NONCE, &sealed_as("threat/thr_1", 4), b"{}");
    let open = |key, nonce, stream, seq| unseal(key, nonce, &sealed_as(stream, seq), &sealed);
    assert_eq!(open(&KEY, &NONCE, "threat/thr_1", 4).unwrap(), b"{}");
    assert_eq!(open(&KEY, &NONCE, "threat/thr_1", 5), Err(UnsealError));
    assert_eq!(open(&KEY, &NONCE, "threat/thr_2", 4), Err(UnsealError));
    assert_eq!(open(&[0; 32], &NONCE, "threat/thr_1", 4), Err(UnsealError));
    assert_eq!(open(&KEY, &[0; 24], "threat/thr_1", 4), Err(UnsealError));
}

#[test]
fn a_commitment_depends_on_salt_and_body() {
    let one = commitment(&[0; 32], b"{}");
    assert_ne!(one, commitment(&[1; 32], b"{}"));
    assert_ne!(one, commitment(&[0; 32], b"{} "));
    assert_ne!(commitment(&[b'a'; 32], b"ab"), commitment(&[b'a'; 32], b"b"));
}

proptest! {
    #[test]
    fn any_body_comes_back_and_any_change_is_noticed(
        body in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), flip in 1u8..,
    ) {
        let sealed = seal(&KEY, &NONCE, b"aad", &body);
        prop_assert_eq!(unseal(&KEY, &NONCE, b"aad", &sealed), Ok(body));
        let mut changed = sealed.clone();
        let at = at.index(changed.len());
        changed[at] ^= flip;
        prop_assert_eq!(unseal(&KEY, &NONCE, b"aad", &changed), Err(UnsealError));
        prop_assert_eq!(unseal(&KEY, &NONCE, b"aad", &sealed[..at]), Err(UnsealError));
    }
}
