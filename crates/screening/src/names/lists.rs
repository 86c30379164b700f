//! Small lists about names: particles, forms of organisations, spellings of one name that no rule brings together.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words that may be missing from a name or stand in it without changing whose it is.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ur", "bin", "ibn", "bint", "van", "von", "der", "den", "de", "del", "della", "da", "dos", "das",
    "di", "du", "la", "le", "las", "los", "ter", "ten", "zu", "zum",
];

/// Words between the words of a body's name. Between two names of persons they stand for two persons.
const LINKS: &[&str] = &["the", "of", "and", "for", "und", "et"];

/// Forms of organisations, dropped from the end of their names.
const ORGANISATION_FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "jsc",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oao",
    "ooo",
    "oy",
    "oyj",
    "pao",
    "pjsc",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "se",
    "spa",
    "srl",
    "zao",
    "ао",
    "зао",
    "оао",
    "ооо",
    "пао",
];

/// Abbreviations that stand for one word only.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("st", "saint"),
    ("ste", "saint"),
    ("sainte", "saint"),
    ("mt", "mount"),
    ("univ", "university"),
    ("dept", "department"),
    ("intl", "international"),
    ("natl", "national"),
    ("assn", "association"),
    ("govt", "government"),
    ("hosp", "hospital"),
    ("centre", "center"),
    ("organization", "organisation"),
    ("min", "ministry"),
];

/// Spellings of one name, a line each. Only what the rules of `letters` do not already bring together.
const SPELLINGS: &[&str] = &[
    "muhammad mohammed mohamed muhammed mohammad mohamad mohamet mehmet mahomet mukhammad magomed محمد",
    "ahmad ahmed ahmet akhmad akhmed احمد",
    "hussein husayn hossein hussain husain hoseyn huseyn hossain hosein حسین",
    "hassan hasan hassane حسن",
    "abdullah abdallah abdollah abdulla عبدالله",
    "abd abdul abdel abdal abdol عبد",
    "yusuf youssef yousef yosef josef joseph yusef یوسف",
    "ibrahim ebrahim abraham avraham ابراهیم",
    "ismail esmail ismael esmaeil اسماعیل",
    "umar omar omer عمر",
    "uthman othman osman عثمان",
    "usama osama اسامه",
    "khalid khaled halid خالد",
    "qasem qassem qasim kassem ghasem kasim قاسم",
    "soleimani suleimani sulaymani soleymani سلیمانی",
    "gaddafi qaddafi kadafi gadhafi khadafi qadhafi kaddafi قذافی",
    "mustafa mostafa moustapha mustapha مصطفی",
    "mahdi mehdi مهدی",
    "fatima fatemeh fatimah fatma فاطمه",
    "zahra zehra زهرا",
    "reza rida ridha riza raza رضا",
    "ramadan ramazan ramzan ramadhan رمضان",
    "hezbollah hizballah hizbullah hizbollah",
    "aleksandr alexander alexandr aleksander oleksandr александр",
    "aleksei alexei alexey aleksey alexy алексеи",
    "yevgeny evgeny evgeni yevgeni evgenii евгении",
    "dmitry dmitri dmitriy dimitri dmitrii дмитрии",
    "sergey sergei serguei sergej сергеи",
    "yuri yury iouri jurij yuriy юрии",
    "nikolai nikolay nicolai mykola николаи",
    "yekaterina ekaterina катерина екатерина",
    "natalya natalia nataliya наталья",
    "kyiv kiev kyjiv киев киів",
    "tehran teheran تهران",
    "beijing peking",
    "schmidt schmitt schmid",
    "katherine catherine kathryn catharine",
    "stephen steven stefan stephan",
    "geoffrey jeffrey",
    "philip phillip filip",
];

/// Words of address and rank, which are no part of a personal name.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "lord",
    "lady",
    "sheikh",
    "shaikh",
    "sheik",
    "haji",
    "hajji",
    "hajj",
    "sayyid",
    "seyed",
    "mullah",
    "ayatollah",
    "imam",
    "rabbi",
    "father",
    "sister",
    "general",
    "gen",
    "colonel",
    "col",
    "major",
    "captain",
    "capt",
    "president",
    "minister",
    "senator",
    "herr",
    "frau",
    "prasident",
    "madame",
    "monsieur",
    "господин",
    "г",
];

/// Words that make up the legal form of a body when they are written out.
const FORM_WORDS: &[&str] = &[
    "aktiengesellschaft",
    "gesellschaft",
    "mit",
    "beschrankter",
    "haftung",
    "liability",
    "joint",
    "stock",
    "open",
    "public",
    "private",
    "societatea",
    "cu",
    "raspundere",
    "limitata",
    "sp",
    "z",
    "o",
    "общество",
    "с",
    "ограниченнои",
    "ответственностью",
    "акционерное",
    "закрытое",
    "открытое",
    "публичное",
    "ojsc",
    "cjsc",
    "ltda",
    "sarl",
    "societe",
    "anonyme",
];

pub(crate) fn is_title(folded: &str) -> bool {
    TITLES.contains(&folded)
}

pub(crate) fn is_form_word(folded: &str) -> bool {
    FORM_WORDS.contains(&folded)
}

pub(crate) fn is_particle(folded: &str) -> bool {
    PARTICLES.contains(&folded)
}

pub(crate) fn is_link(folded: &str) -> bool {
    LINKS.contains(&folded)
}

pub(crate) fn is_organisation_form(folded: &str) -> bool {
    ORGANISATION_FORMS.contains(&folded)
}

/// The full word for an abbreviation.
pub(crate) fn canonical(folded: &str) -> Option<&'static str> {
    ABBREVIATIONS.iter().find(|(short, _)| *short == folded).map(|(_, full)| *full)
}

/// Every abbreviation with its full word.
pub(crate) fn abbreviations() -> impl Iterator<Item = (&'static str, &'static str)> {
    ABBREVIATIONS.iter().copied()
}

/// The number of the line of `SPELLINGS` that a folded word stands in.
pub(crate) fn spelling_class(folded: &str) -> Option<u32> {
    static CLASSES: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        let numbered = (0_u32..).zip(SPELLINGS);
        numbered.flat_map(|(class, line)| line.split(' ').map(move |word| (word, class))).collect()
    });
    CLASSES.get(folded).copied()
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn lists_are_written_as_folding_leaves_them() {
        let words = PARTICLES
            .iter()
            .chain(LINKS)
            .chain(ORGANISATION_FORMS)
            .copied()
            .chain(SPELLINGS.iter().flat_map(|line| line.split(' ')));
        for word in words {
            assert_eq!(fold(word), word);
        }
    }
}
