//! Marks as people write them, and back. An unknown mark is an answer, not a fault: its words are kept, and hold back
//! what they stand on.

use std::collections::BTreeSet;
use std::fmt;

use super::lattice::{Control, Marking, Tlp, UkLevel, UsLevel};
use super::nations::Nation;
use crate::words::Span;

/// Longer than any mark; a bracket that holds more is prose.
const LONGEST: usize = 120;

/// A level as it is written, and what it means. Longer ones stand before those they begin with.
const LEVELS: [(&str, Level); 25] = [
    ("UK TOP SECRET", Level::Uk(UkLevel::TopSecret)),
    ("UK SECRET", Level::Uk(UkLevel::Secret)),
    ("UK OFFICIAL-SENSITIVE", Level::Uk(UkLevel::OfficialSensitive)),
    ("UK OFFICIAL", Level::Uk(UkLevel::Official)),
    ("OFFICIAL - SENSITIVE", Level::Uk(UkLevel::OfficialSensitive)),
    ("OFFICIAL-SENSITIVE", Level::Uk(UkLevel::OfficialSensitive)),
    ("OFFICIAL: SENSITIVE", Level::Uk(UkLevel::OfficialSensitive)),
    ("OFFICIAL SENSITIVE", Level::Uk(UkLevel::OfficialSensitive)),
    ("OFFICIAL", Level::Uk(UkLevel::Official)),
    ("CONTROLLED UNCLASSIFIED INFORMATION", Level::Us(UsLevel::Controlled)),
    ("TOP SECRET", Level::Us(UsLevel::TopSecret)),
    ("UNCLASSIFIED", Level::Us(UsLevel::Unclassified)),
    ("CONFIDENTIAL", Level::Us(UsLevel::Confidential)),
    ("CONTROLLED", Level::Us(UsLevel::Controlled)),
    ("SECRET", Level::Us(UsLevel::Secret)),
    ("UK TS", Level::Uk(UkLevel::TopSecret)),
    ("UK S", Level::Uk(UkLevel::Secret)),
    ("O-S", Level::Uk(UkLevel::OfficialSensitive)),
    ("OS", Level::Uk(UkLevel::OfficialSensitive)),
    ("O", Level::Uk(UkLevel::Official)),
    ("CUI", Level::Us(UsLevel::Controlled)),
    ("TS", Level::Us(UsLevel::TopSecret)),
    ("S", Level::Us(UsLevel::Secret)),
    ("C", Level::Us(UsLevel::Confidential)),
    ("U", Level::Us(UsLevel::Unclassified)),
];

/// Controls written otherwise than by their id.
const CONTROLS: [(&str, Control); 22] = [
    ("OC", Control::Orcon),
    ("ORCON-USGOV", Control::Orcon),
    ("OC-USGOV", Control::Orcon),
    ("ORIGINATOR CONTROLLED", Control::Orcon),
    ("IMC", Control::Imcon),
    ("PR", Control::Propin),
    ("RS", Control::Rsen),
    ("FOR OFFICIAL USE ONLY", Control::Fouo),
    ("LAW ENFORCEMENT SENSITIVE", Control::Les),
    ("SBU-NF", Control::Sbu),
    ("DS", Control::Limdis),
    ("XD", Control::Exdis),
    ("ND", Control::Nodis),
    ("STRAP 1", Control::Strap1),
    ("STRAP 2", Control::Strap2),
    ("STRAP 3", Control::Strap3),
    ("STRAP", Control::Strap1),
    ("SI-G", Control::Si),
    ("HCS-P", Control::Hcs),
    ("HCS-O", Control::Hcs),
    ("COMINT", Control::Si),
    ("PERSONAL DATA", Control::Personal),
];

/// Capitals in brackets that open many a paragraph of public reporting and mark nothing: agencies and the like.
const NO_MARKS: [&str; 38] = [
    "AP", "AFP", "UPI", "DPA", "EFE", "ANSA", "TASS", "BBC", "CNN", "PTI", "ANI", "IRNA", "ISNA", "KUNA", "WAM", "SPA",
    "MENA", "NHK", "APA", "AKI", "ATS", "APP", "QNA", "SANA", "INA", "TAP", "KCNA", "UN", "EU", "UK", "US", "USA",
    "UAE", "TBC", "TBD", "NB", "PS", "OK",
];

#[derive(Clone, Copy)]
enum Level {
    Us(UsLevel),
    Uk(UkLevel),
}

/// The marking that a person writes. Every word must be understood.
pub fn by_hand(text: &str) -> Result<Marking, String> {
    let marking = read(text);
    if marking.is_empty() {
        return Err("empty; write a marking such as TLP:AMBER, S//NF or SOURCE-REVEALING".to_owned());
    }
    match marking.unknown.first() {
        None => Ok(marking),
        Some(word) => Err(format!(
            "not a marking this desk knows at `{word}`; write one such as TLP:AMBER+STRICT, S//REL TO USA, GBR, \
             OFFICIAL-SENSITIVE, SOURCE-REVEALING or ORIGINATOR CONTROLLED BY a name"
        )),
    }
}

/// The marking between the brackets that open a paragraph; none when it is no mark, such as `(Reuters)`. What looks like
/// a mark and is not understood is one, with its unknown words.
pub fn portion(inner: &str) -> Option<Marking> {
    let inner = inner.trim();
    if inner.is_empty() || inner.len() > LONGEST || inner.contains('\n') {
        return None;
    }
    let marking = read(inner);
    let capitals = !inner.chars().any(char::is_lowercase);
    let fits = if marking.is_understood() {
        capitals || marking.tlp.is_some() || slashed(inner) || begins_with_a_level(inner)
    } else {
        slashed(inner) || inner.to_ascii_uppercase().starts_with("TLP:") || (capitals && looks_like_one(inner))
    };
    fits.then_some(marking)
}

/// Whether `//` stands where marks have it: after a level, after other capitals, or first of all. An address has one too.
fn slashed(inner: &str) -> bool {
    let Some((first, _)) = inner.split_once("//") else { return false };
    let plain = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || " -+/".contains(letter);
    level(first).is_some() || traffic_light(first).is_some() || (first.len() <= 24 && first.chars().all(plain))
}

/// Whether capitals in brackets look like a mark that nobody here knows.
fn looks_like_one(inner: &str) -> bool {
    let letters = inner.chars().all(|letter| letter.is_ascii_uppercase());
    let numeral = inner.chars().all(|letter| "IVXLC".contains(letter));
    let short = (2..=4).contains(&inner.len()) && letters && !numeral && !NO_MARKS.contains(&inner);
    short || begins_with_a_level(inner) || ["PROTECTED", "RESTRICTED"].iter().any(|word| inner.starts_with(word))
}

fn begins_with_a_level(text: &str) -> bool {
    level(text).is_some_and(|(written, ..)| written.len() >= 6)
}

/// The marking of a line that is nothing else, as documents carry it at head and foot; none for any other line.
pub fn banner(line: &str) -> Option<Marking> {
    let line = line.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '+');
    let upper = line.to_ascii_uppercase();
    let labels = ["CLASSIFICATION:", "MARKING:", "HANDLING:", "CLASSIFIED:"];
    let line =
        labels.iter().find_map(|label| upper.starts_with(label).then(|| line[label.len()..].trim())).unwrap_or(line);
    if line.is_empty() || line.len() > LONGEST {
        return None;
    }
    let traffic_light = line.to_ascii_uppercase().starts_with("TLP");
    if !traffic_light && line.chars().any(char::is_lowercase) {
        return None;
    }
    let marking = read(line);
    let spelled = slashed(line) || traffic_light || begins_with_a_level(line);
    (marking.is_levelled() && spelled && (marking.is_understood() || slashed(line))).then_some(marking)
}

/// The marks in brackets that stand anywhere in a text and cannot be taken for anything else: those with `//` after a
/// level, and traffic lights. With the bytes they stand on, brackets included.
pub fn left_in(text: &str) -> impl Iterator<Item = (Span, Marking)> + '_ {
    let opens = text.match_indices(['(', '[']);
    opens.filter_map(|(at, bracket)| {
        let close = if bracket == "(" { b')' } else { b']' };
        let end = text.as_bytes()[at..].iter().take(LONGEST + 2).position(|byte| *byte == close)? + at;
        let inner = &text[at + 1..end];
        if !inner.contains("//") && !inner.trim_start().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("TLP"))
        {
            return None;
        }
        let marking = portion(inner).filter(Marking::is_levelled)?;
        (slashed(inner) || marking.tlp.is_some()).then(|| (Span::new(at, end + 1), marking))
    })
}

/// Whatever is written, as far as it is understood.
fn read(text: &str) -> Marking {
    let mut marking = Marking::default();
    for part in text.split("//") {
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        if !part.is_empty() {
            read_part(&part, &mut marking);
        }
    }
    let only_them = marking.nations.as_ref().is_some_and(|nations| *nations == BTreeSet::from([Nation::GBR]));
    british(&mut marking, only_them && text.to_ascii_uppercase().contains("EYES ONLY"));
    marking
}

/// SECRET is written alike in both countries; what only the United Kingdom adds says whose it is.
fn british(marking: &mut Marking, eyes_only: bool) {
    let strap = [Control::Strap1, Control::Strap2, Control::Strap3, Control::Locsen];
    if !eyes_only && !strap.iter().any(|control| marking.controls.contains(control)) {
        return;
    }
    let theirs = match marking.us {
        Some(UsLevel::Secret) => UkLevel::Secret,
        Some(UsLevel::TopSecret) => UkLevel::TopSecret,
        Some(UsLevel::Unclassified | UsLevel::Controlled | UsLevel::Confidential) | None => return,
    };
    marking.us = None;
    marking.uk = marking.uk.max(Some(theirs));
}

fn read_part(part: &str, marking: &mut Marking) {
    if let Some(tlp) = traffic_light(part) {
        marking.tlp = marking.tlp.max(Some(tlp));
        return;
    }
    match level(part) {
        Some((_, level, rest)) => {
            match level {
                Level::Us(level) => marking.us = marking.us.max(Some(level)),
                Level::Uk(level) => marking.uk = marking.uk.max(Some(level)),
            }
            if !rest.is_empty() {
                caveats(rest, marking);
            }
        }
        None => caveats(part, marking),
    }
}

/// `TLP:AMBER+STRICT`, also with spaces, and `TLP:WHITE` of the first edition.
fn traffic_light(part: &str) -> Option<Tlp> {
    let upper = part.to_ascii_uppercase();
    let colour = upper.strip_prefix("TLP")?.trim_start_matches([':', ' ', '-']).replace([' ', '-'], "+");
    match colour.as_str() {
        "WHITE" => Some(Tlp::Clear),
        colour => Tlp::from_id(&format!("TLP:{colour}")),
    }
}

/// The level a part begins with, as written, and what follows it.
fn level(part: &str) -> Option<(&'static str, Level, &str)> {
    let upper = part.to_ascii_uppercase();
    LEVELS.iter().find_map(|(written, level)| {
        let after = upper.strip_prefix(written)?;
        let ends: &[char] = if written.len() >= 6 { &[' ', '-', '/', ':', ','] } else { &['-', '/'] };
        let rest = part.get(part.len() - after.len()..)?;
        (rest.is_empty() || rest.starts_with(ends)).then(|| (*written, *level, rest.trim_start_matches(ends)))
    })
}

fn caveats(part: &str, marking: &mut Marking) {
    let upper = part.to_ascii_uppercase();
    if let Some(name) = upper.strip_prefix("ORIGINATOR CONTROLLED BY ") {
        marking.originators.insert(part[part.len() - name.len()..].trim().to_owned());
        return;
    }
    if let Some(nations) = upper.strip_suffix(" EYES ONLY").and_then(|listed| nations(listed, &['/', ' ', ','])) {
        only(nations, marking);
        return;
    }
    // UK caveats follow one another with spaces: `STRAP 2 UK EYES ONLY`.
    if let Some((before, nation)) = upper.strip_suffix(" EYES ONLY").and_then(|rest| rest.rsplit_once(' '))
        && let Some(nations) = nations(nation, &['/'])
    {
        only(nations, marking);
        return caveats(before, marking);
    }
    for word in part.split('/').map(str::trim).filter(|word| !word.is_empty()) {
        caveat(word, marking);
    }
}

fn caveat(word: &str, marking: &mut Marking) {
    let upper = word.to_ascii_uppercase();
    let control = CONTROLS.iter().find(|(written, _)| *written == upper).map(|(_, control)| *control);
    if let Some(control) = Control::from_id(&upper).or(control) {
        marking.controls.insert(control);
        if upper == "SBU-NF" {
            only(BTreeSet::from([Nation::USA]), marking);
        }
        return;
    }
    let listed = upper.strip_prefix("REL TO ").or_else(|| upper.strip_prefix("RELEASABLE TO "));
    match (upper.as_str(), listed.and_then(|listed| nations(listed, &[',', ' ']))) {
        ("NF" | "NOFORN", _) => only(BTreeSet::from([Nation::USA]), marking),
        ("REL TO NOBODY", _) => only(BTreeSet::new(), marking),
        ("SOURCE-REVEALING" | "SOURCE REVEALING", _) => marking.source_revealing = true,
        ("PROTECTED", _) => marking.held = true,
        (_, Some(nations)) => only(nations, marking),
        (_, None) => drop(marking.unknown.insert(upper)),
    }
}

fn nations(listed: &str, between: &[char]) -> Option<BTreeSet<Nation>> {
    let words = listed.split(between).filter(|word| !word.is_empty());
    let each: Option<Vec<BTreeSet<Nation>>> = words.map(Nation::listed).collect();
    each.filter(|each| !each.is_empty()).map(|each| each.into_iter().flatten().collect())
}

fn only(nations: BTreeSet<Nation>, marking: &mut Marking) {
    let only = Marking { nations: Some(nations), ..Marking::default() };
    *marking = std::mem::take(marking).join(&only);
}

impl fmt::Display for Marking {
    /// As a banner says it, in one order; `no marking` when nothing is carried.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.us.map(|level| level.to_string()));
        parts.extend(self.uk.map(|level| level.to_string()));
        if !self.controls.is_empty() {
            parts.push(self.controls.iter().map(Control::to_string).collect::<Vec<_>>().join("/"));
        }
        parts.extend(self.nations.as_ref().map(|nations| releasable(nations, self.us.is_none())));
        parts.extend(self.tlp.map(|tlp| tlp.to_string()));
        if self.source_revealing {
            parts.push("SOURCE-REVEALING".to_owned());
        }
        parts.extend(self.originators.iter().map(|name| format!("ORIGINATOR CONTROLLED BY {name}")));
        if self.held {
            parts.push("PROTECTED".to_owned());
        }
        parts.extend(self.unknown.iter().map(|words| format!("{words} (unknown mark, treated as protected)")));
        if parts.is_empty() { out.write_str("no marking") } else { out.write_str(&parts.join("//")) }
    }
}

fn releasable(nations: &BTreeSet<Nation>, eyes_only: bool) -> String {
    let listed: Vec<&str> = nations.iter().map(Nation::as_str).collect();
    match listed.as_slice() {
        [] => "REL TO NOBODY".to_owned(),
        ["USA"] => "NOFORN".to_owned(),
        ["GBR"] if eyes_only => "UK EYES ONLY".to_owned(),
        _ => format!("REL TO {}", listed.join(", ")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(inner: &str, expected: &str) {
        assert_eq!(portion(inner).map(|marking| marking.to_string()).as_deref(), Some(expected), "{inner}");
    }

    #[test]
    fn portion_marks_are_understood() {
        for (inner, expected) in [
            ("U", "UNCLASSIFIED"),
            ("S//NF", "SECRET//NOFORN"),
            ("s//nf", "SECRET//NOFORN"),
            ("S//REL TO USA, GBR", "SECRET//REL TO GBR, USA"),
            ("S//REL TO USA, FVEY/RELIDO", "SECRET//RELIDO//REL TO AUS, CAN, GBR, NZL, USA"),
            ("TS//SI/TK//OC/NF", "TOP SECRET//SI/TK/ORCON//NOFORN"),
            ("C//IMC/PR", "CONFIDENTIAL//IMCON/PROPIN"),
            ("U//FOUO", "UNCLASSIFIED//FOUO"),
            ("CUI", "CUI"),
            ("TLP:AMBER+STRICT", "TLP:AMBER+STRICT"),
            ("tlp: amber strict", "TLP:AMBER+STRICT"),
            ("TLP:WHITE", "TLP:CLEAR"),
            ("O-S", "OFFICIAL-SENSITIVE"),
            ("O", "OFFICIAL"),
            ("OFFICIAL-SENSITIVE COMMERCIAL", "OFFICIAL-SENSITIVE//COMMERCIAL"),
            ("SECRET//UK EYES ONLY", "UK SECRET//UK EYES ONLY"),
            ("TOP SECRET STRAP 2 UK EYES ONLY", "UK TOP SECRET//STRAP 2//UK EYES ONLY"),
            ("S//USA/GBR EYES ONLY", "SECRET//REL TO GBR, USA"),
            ("Secret", "SECRET"),
            ("TLP:CLEAR//SOURCE-REVEALING", "TLP:CLEAR//SOURCE-REVEALING"),
            (
                "U//ORIGINATOR CONTROLLED BY The Border Service",
                "UNCLASSIFIED//ORIGINATOR CONTROLLED BY The Border Service",
            ),
            ("PROTECTED", "PROTECTED"),
        ] {
            check(inner, expected);
        }
    }

    #[test]
    fn unknown_marks_are_said_and_hold_back() {
        for (inner, words) in [
            ("S//ZEBRA", "ZEBRA"),
            ("U//ZEBRA", "ZEBRA"),
            ("TLP:PURPLE", "TLP:PURPLE"),
            ("XQZ", "XQZ"),
            ("//NATO SECRET", "NATO SECRET"),
            ("RESTRICTED", "RESTRICTED"),
            ("S//REL TO USA, 1234", "REL TO USA, 1234"),
        ] {
            let marking = portion(inner).unwrap();
            assert_eq!(marking.unknown.first().map(String::as_str), Some(words), "{inner}");
            assert!(marking.guarded());
            assert!(marking.to_string().contains("unknown mark"), "{marking}");
            assert!(by_hand(inner).unwrap_err().contains(words));
        }
    }

    #[test]
    fn brackets_that_are_no_marks() {
        let none =
            "Reuters|AFP|AP|1|a|A|IV|u|c|https://example.org/a|S-400|C-130|the minister said|personal||  |see (U)";
        for inner in none.split('|') {
            assert_eq!(portion(inner), None, "{inner}");
        }
    }

    #[test]
    fn banners_stand_alone_in_their_line() {
        for (line, expected) in [
            ("TLP:RED", Some("TLP:RED")),
            ("  *** TLP: AMBER ***", Some("TLP:AMBER")),
            ("SECRET//NOFORN", Some("SECRET//NOFORN")),
            ("Classification: TOP SECRET//SI//NOFORN", Some("TOP SECRET//SI//NOFORN")),
            ("OFFICIAL-SENSITIVE", Some("OFFICIAL-SENSITIVE")),
            ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", Some("UNCLASSIFIED//FOUO")),
            ("SECRET POLICE HOLD THREE", None),
            ("OFFICIAL STATEMENT", None),
            ("Secret", None),
            ("S", None),
            ("TLP:RED is what the sender asked for", None),
            ("(S//NF) A cook heard it.", None),
        ] {
            assert_eq!(banner(line).map(|marking| marking.to_string()).as_deref(), expected, "{line}");
        }
    }

    prop_compose! {
        fn any_known()(
            tlp in prop::option::of(prop::sample::select(Tlp::ALL)),
            us in prop::option::of(prop::sample::select(UsLevel::ALL)),
            uk in prop::option::of(prop::sample::select(UkLevel::ALL)),
            // STRAP beside an American level is read as British, so it is left out here.
            controls in prop::collection::btree_set(prop::sample::select(&Control::ALL[6..20]), 0..4),
            nations in prop::option::of(prop::sample::subsequence(vec!["USA", "GBR", "FRA", "IRN"], 0..4)),
            source_revealing in any::<bool>(),
            originators in prop::collection::btree_set("[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?", 0..2),
            held in any::<bool>(),
        ) -> Marking {
            let nations = nations.map(|listed| listed.into_iter().filter_map(Nation::named).collect());
            Marking { tlp, us, uk, controls, nations, source_revealing, originators, held, unknown: BTreeSet::new() }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,60}") {
            let _ = (portion(&text), banner(&text), by_hand(&text), left_in(&text).count());
        }

        #[test]
        fn what_is_said_is_read_again(marking in any_known()) {
            prop_assume!(!marking.is_empty());
            prop_assert_eq!(by_hand(&marking.to_string()).unwrap(), marking);
        }
    }
}
