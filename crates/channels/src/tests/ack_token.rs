//! Attack A20, the part that is the token's: what is not the link does not acknowledge.

use proptest::prelude::*;

use crate::ack_token::{Token, TokenDigest, TokenError};

#[test]
fn a_link_carries_the_token_and_the_desk_keeps_only_its_digest() {
    for length in 16..=32_u8 {
        let bits: Vec<u8> = (0..length).collect();
        let token = Token::from_bits(&bits).unwrap();
        let link = token.link("https://desk.example/ack/");
        assert!(token.digest().matches(&Token::from_url(&link).unwrap()));
        assert!(token.digest().matches(&Token::from_url(&format!("{link}/?lang=fa#top")).unwrap()));
        let kept = token.digest().to_string();
        assert_eq!(TokenDigest::parse(&kept).unwrap(), token.digest());
        assert!(!kept.contains(link.rsplit('/').next().unwrap()));
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}

#[test]
fn too_few_or_too_many_bits_are_refused() {
    for length in (0..16).chain(33..40) {
        assert_eq!(Token::from_bits(&vec![7; length]).unwrap_err(), TokenError::Length(length));
    }
}

#[test]
fn a_token_has_one_spelling() {
    let link = Token::from_bits(&[0xfe; 16]).unwrap().link("");
    let text = link.trim_start_matches('/');
    for other in [format!("{text}="), format!(" {text}"), text.replace('_', "/"), text[1..].to_owned(), {
        // The last character of 16 bytes carries four bits that must be zero.
        let mut sloppy = text.to_owned();
        sloppy.replace_range(21..22, "h");
        sloppy
    }] {
        if other != text {
            assert_eq!(Token::parse(&other).unwrap_err(), TokenError::NotAToken, "{other}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,80}") {
        let _ = Token::parse(&text);
        let _ = Token::from_url(&text);
        let _ = TokenDigest::parse(&text);
    }

    #[test]
    fn guesses_never_match(bits: [u8; 16], guess: [u8; 16]) {
        prop_assume!(bits != guess);
        prop_assert!(!Token::from_bits(&bits).unwrap().digest().matches(&Token::from_bits(&guess).unwrap()));
    }

    #[test]
    fn one_wrong_bit_is_another_token(bits: [u8; 16], at in 0..128_usize) {
        let mut other = bits;
        other[at / 8] ^= 1 << (at % 8);
        prop_assert!(!Token::from_bits(&bits).unwrap().digest().matches(&Token::from_bits(&other).unwrap()));
    }
}
