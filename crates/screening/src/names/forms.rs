//! The forms under which a name is looked for: as it stands, surname first, with initials, without particles and
//! forms of organisations, as an acronym.

use domain::register::{Name, PartyKind};

use super::fold::{folded, is_spaceless};
use super::letters::roman;
use super::lists;

/// Longer names are looked for by their first words only.
const MOST_WORDS: usize = 16;

/// How a form differs from the name it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormKind {
    /// Every word that counts, in order.
    Whole,
    /// Family name before given names.
    SurnameFirst,
    /// The names between first and last left out.
    FirstLast,
    /// Latin letters for a name in Han characters.
    Romanised,
    /// Given names as initials.
    Initials,
    /// First letters of all words.
    Acronym,
    /// Words that describe a party without a name.
    Description,
}

/// A sequence of folded words that stands for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub kind: FormKind,
    pub words: Vec<String>,
    /// Words of the name before and after the sequence that may be missing.
    pub lead: u8,
    pub tail: u8,
}

/// All forms of a name, the fullest first.
pub(crate) fn forms(party: PartyKind, name: &Name) -> Vec<Form> {
    let mut all = folded(&name.text);
    all.truncate(MOST_WORDS);
    if all.is_empty() {
        return Vec::new();
    }
    if party == PartyKind::Person
        && let Some((family, given)) = name.text.split_once(',')
    {
        let turned: Vec<String> = folded(given).into_iter().chain(folded(family)).collect();
        if turned.len() == all.len() {
            all = turned;
        }
    }
    let whole = bare(party, &all);
    let mut forms = vec![whole.clone()];
    if whole.words.len() < all.len() && whole.words.len() == 1 {
        // One word is little: the name with everything that stands around it counts for more.
        forms.insert(0, Form { kind: FormKind::Whole, words: all, lead: 0, tail: 0 });
    }
    match party {
        PartyKind::Person => person(&whole.words, &mut forms),
        PartyKind::Organisation | PartyKind::Institution | PartyKind::Authority => acronym(&whole.words, &mut forms),
        PartyKind::Group | PartyKind::Place | PartyKind::Event => {}
    }
    forms
}

/// The words that describe a party without a name, when there are neither too few nor too many to be meant.
pub(crate) fn description(words: &str) -> Option<Form> {
    let words: Vec<String> = folded(words).into_iter().filter(|word| !lists::is_link(word)).collect();
    (2..=8).contains(&words.len()).then_some(Form { kind: FormKind::Description, words, lead: 0, tail: 0 })
}

/// The name without particles anywhere and forms of organisations at its end, unless nothing would be left.
fn bare(party: PartyKind, all: &[String]) -> Form {
    let mut end = all.len();
    if matches!(party, PartyKind::Organisation | PartyKind::Institution) {
        while end > 1 && lists::is_organisation_form(&all[end - 1]) {
            end -= 1;
        }
    }
    let small_word = |word: &&String| lists::is_particle(word) || lists::is_link(word);
    let counts = |word: &&String| !small_word(word);
    let words: Vec<String> = all[..end].iter().filter(counts).cloned().collect();
    if words.is_empty() {
        return Form { kind: FormKind::Whole, words: all.to_vec(), lead: 0, tail: 0 };
    }
    let lead = all[..end].iter().take_while(small_word).count();
    let trailing = all[..end].iter().rev().take_while(small_word).count();
    let tail = all.len() - end + trailing;
    let small = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
    Form { kind: FormKind::Whole, words, lead: small(lead), tail: small(tail) }
}

fn person(words: &[String], forms: &mut Vec<Form>) {
    let mut add = |kind: FormKind, words: Vec<String>| {
        if !forms.iter().any(|form| form.words == words) {
            forms.push(Form { kind, words, lead: 0, tail: 0 });
        }
    };
    if words.iter().all(|word| word.chars().all(is_spaceless)) {
        if let (2..=4, [family, given @ ..]) = (words.len(), words) {
            let family = roman(family);
            let given: Vec<String> = given.iter().map(|word| roman(word)).collect();
            let joined = given.concat();
            add(FormKind::Romanised, vec![family.clone(), joined.clone()]);
            add(FormKind::Romanised, vec![joined, family.clone()]);
            add(FormKind::Romanised, std::iter::once(family).chain(given).collect());
        }
        return;
    }
    let [first, middle @ .., last] = words else { return };
    if middle.len() <= 2 {
        add(FormKind::SurnameFirst, [last, first].into_iter().chain(middle).cloned().collect());
    }
    if !middle.is_empty() {
        add(FormKind::FirstLast, vec![first.clone(), last.clone()]);
    }
    let initial = |word: &String| word.chars().take(1).collect::<String>();
    if last.chars().count() > 2 && first.chars().count() > 1 {
        add(FormKind::Initials, vec![initial(first), last.clone()]);
        if let [one] = middle {
            add(FormKind::Initials, vec![initial(first), initial(one), last.clone()]);
        }
    }
}

fn acronym(words: &[String], forms: &mut Vec<Form>) {
    let letters: String = words.iter().filter_map(|word| word.chars().next()).collect();
    if (3..=8).contains(&words.len()) && letters.chars().all(char::is_alphabetic) && !letters.contains(is_spaceless) {
        forms.push(Form { kind: FormKind::Acronym, words: vec![letters], lead: 0, tail: 0 });
    }
}

#[cfg(test)]
mod tests {
    use domain::register::NameKind;

    use super::*;

    fn check(party: PartyKind, name: &str, expected: &[&str]) {
        let forms = forms(party, &Name::new(NameKind::Legal, name));
        let found: Vec<String> = forms.iter().map(|form| form.words.join(" ")).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn names_have_forms() {
        use PartyKind::{Organisation, Person, Place};
        check(Person, "Leyla Karimi", &["leyla karimi", "karimi leyla", "l karimi"]);
        check(Person, "Karimi, Leyla", &["leyla karimi", "karimi leyla", "l karimi"]);
        check(
            Person,
            "Anna Maria Kovač",
            &["anna maria kovac", "kovac anna maria", "anna kovac", "a kovac", "a m kovac"],
        );
        check(Person, "Jan van der Berg", &["jan berg", "berg jan", "j berg"]);
        check(Person, "李小明", &["李 小 明", "li xiaoming", "xiaoming li", "li xiao ming"]);
        check(Person, "Ali", &["ali"]);
        check(Organisation, "Orchard Freight Ltd", &["orchard freight"]);
        check(Organisation, "The Lamp Company", &["the lamp company", "lamp"]);
        check(Organisation, "Office of Harbour Safety", &["office harbour safety", "ohs"]);
        check(Place, "The Hague", &["the hague", "hague"]);
        check(Place, "La", &["la"]);
    }
}
