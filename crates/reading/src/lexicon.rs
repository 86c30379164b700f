//! The words the reader knows, from `data/lexicon.txt`: organisations and states with their other names, acts, means,
//! gatherings, venues and roles of people.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::tokens::{Token, tokenise};
use domain::Span;

/// What kind of body an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Armed,
    Criminal,
    /// A state, or one of its services.
    State,
    Media,
    Company,
}

/// An organisation, or a state when it acts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Organisation {
    pub id: String,
    pub name: String,
    pub parent: Option<String>,
    pub kind: Body,
}

/// A word with what it falls under: an act or a means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub id: &'static str,
    pub parent: Option<&'static str>,
}

/// What a phrase stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    /// Index into [`Lexicon::organisations`].
    Organisation(usize),
    /// The same, for a capital that stands for its state only when it acts.
    Capital(usize),
    ActNoun(usize),
    ActVerb(usize),
    Means(usize),
    /// The kind of gathering.
    Gathering(&'static str),
    Venue,
    Person,
}

#[derive(Debug)]
struct Phrase {
    rest: Vec<String>,
    exact: Option<&'static str>,
    sense: Sense,
}

/// Everything `data/lexicon.txt` says.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub organisations: Vec<Organisation>,
    pub acts: Vec<Term>,
    pub means: Vec<Term>,
    affiliates: Vec<(&'static str, Vec<&'static str>, &'static str)>,
    ids: HashMap<String, usize>,
    phrases: HashMap<String, Vec<Phrase>>,
}

/// The lexicon, read once.
pub(crate) fn shared() -> &'static Lexicon {
    static SHARED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/lexicon.txt")));
    &SHARED
}

impl Lexicon {
    fn parse(data: &'static str) -> Self {
        let mut lexicon = Self::default();
        let mut section = "";
        for line in data.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            } else {
                let cells: Vec<&'static str> = line.split('|').map(str::trim).collect();
                lexicon.entry(section, &cells);
            }
        }
        for phrases in lexicon.phrases.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
        }
        lexicon
    }

    fn entry(&mut self, section: &str, cells: &[&'static str]) {
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let parent = |at: usize| Some(cell(at)).filter(|id| !id.is_empty());
        match section {
            "organisations" => {
                let kind = match cell(3) {
                    "armed" => Body::Armed,
                    "criminal" => Body::Criminal,
                    "media" => Body::Media,
                    "state" => Body::State,
                    _ => Body::Company,
                };
                let at = self.organisation(cell(0), cell(1), parent(2), kind);
                self.learn(cell(4), Sense::Organisation(at));
            }
            "states" => {
                let at = self.organisation(&format!("state:{}", cell(0)), cell(1), None, Body::State);
                self.learn(cell(2), Sense::Organisation(at));
                self.learn(cell(3), Sense::Capital(at));
            }
            "affiliates" => self.affiliates.push((cell(0), variants(cell(1)).collect(), cell(2))),
            "acts" => {
                self.acts.push(Term { id: cell(0), parent: parent(1) });
                self.learn(cell(2), Sense::ActNoun(self.acts.len() - 1));
                self.learn(cell(3), Sense::ActVerb(self.acts.len() - 1));
            }
            "means" => {
                self.means.push(Term { id: cell(0), parent: parent(1) });
                self.learn(cell(2), Sense::Means(self.means.len() - 1));
            }
            "gatherings" => self.learn(cell(1), Sense::Gathering(cell(0))),
            "venues" => self.learn(cell(0), Sense::Venue),
            "people" => self.learn(cell(0), Sense::Person),
            other => debug_assert!(false, "lexicon.txt has an unknown section [{other}]"),
        }
    }

    fn organisation(&mut self, id: &str, name: &str, parent: Option<&str>, kind: Body) -> usize {
        self.ids.insert(id.to_owned(), self.organisations.len());
        let parent = parent.map(str::to_owned);
        self.organisations.push(Organisation { id: id.to_owned(), name: name.to_owned(), parent, kind });
        self.organisations.len() - 1
    }

    fn learn(&mut self, cell: &'static str, sense: Sense) {
        for variant in variants(cell) {
            let tokens = tokenise(variant, Span::new(0, variant.len()));
            let mut words = tokens.iter().map(|token| token.lower.to_string());
            let Some(first) = words.next() else { continue };
            let letters = variant.chars().filter(|letter| letter.is_alphabetic()).count();
            let shouted = letters <= 4 && variant.chars().all(|letter| !letter.is_lowercase()) && tokens.len() == 1;
            let exact = (shouted || variant == "Mass").then_some(variant);
            self.phrases.entry(first).or_default().push(Phrase { rest: words.collect(), exact, sense });
        }
    }

    /// All senses of the longest phrases that start at token `at`, with their length in tokens; longest first.
    pub fn at<'l>(&'l self, tokens: &'l [Token<'_>], at: usize) -> impl Iterator<Item = (Sense, usize)> + 'l {
        let phrases = self.phrases.get(&*tokens[at].lower).map_or(&[][..], Vec::as_slice);
        phrases.iter().filter_map(move |phrase| {
            let rest = &tokens[at + 1..];
            let fits = rest.len() >= phrase.rest.len()
                && phrase.rest.iter().zip(rest).all(|(word, token)| token.lower == *word)
                && phrase.exact.is_none_or(|exact| tokens[at].text == exact);
            fits.then_some((phrase.sense, phrase.rest.len() + 1))
        })
    }

    /// The organisation with this id.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The known affiliate of `parent` that one of `words` points to.
    pub fn affiliate(&self, parent: usize, words: &[Token<'_>]) -> Option<usize> {
        let parent = &self.organisations[parent].id;
        let found = self.affiliates.iter().find(|(of, cues, _)| {
            of == parent
                && cues.iter().any(|cue| {
                    let (first, second) = cue.split_once(' ').unwrap_or((cue, ""));
                    (0..words.len()).any(|at| {
                        words[at].is(first)
                            && (second.is_empty() || words.get(at + 1).is_some_and(|next| next.is(second)))
                    })
                })
        });
        found.and_then(|(_, _, child)| self.by_id(child))
    }

    /// Whether `id` lies under `ancestor`, by way of any number of parents.
    pub fn is_under(&self, id: &str, ancestor: &str) -> bool {
        let mut at = self.by_id(id);
        let mut steps = 0;
        while let Some(parent) = at.and_then(|at| self.organisations[at].parent.as_deref()) {
            if parent == ancestor {
                return true;
            }
            at = self.by_id(parent);
            steps += 1;
            if steps > 8 {
                return false;
            }
        }
        false
    }
}

fn variants(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split(';').map(str::trim).filter(|variant| !variant.is_empty())
}

/// Whether an act is the other one, or falls under it.
pub(crate) fn act_is_under(id: &str, ancestor: &str) -> bool {
    id == ancestor || shared().acts.iter().any(|act| act.id == id && act.parent == Some(ancestor))
}

/// Words that tell what others said.
pub(crate) const SAYING: &[&str] = &[
    "said",
    "says",
    "say",
    "told",
    "tells",
    "stated",
    "states",
    "reported",
    "reports",
    "revealed",
    "reveals",
    "confirmed",
    "confirms",
    "announced",
    "added",
    "wrote",
    "writes",
    "claimed",
    "claims",
    "warns",
    "alleged",
    "alleges",
    "posted",
    "texted",
    "disclosed",
    "disclosing",
    "believes",
    "suspects",
    "overheard",
    "heard",
    "informed",
];

/// Words that may stand between a subject and its verb.
pub(crate) const ADVERBS: &[&str] = &[
    "privately",
    "secretly",
    "also",
    "reportedly",
    "allegedly",
    "had",
    "has",
    "have",
    "was",
    "were",
    "is",
    "are",
    "been",
    "being",
    "be",
    "not",
    "now",
    "already",
    "recently",
    "previously",
    "repeatedly",
    "publicly",
    "quietly",
    "directly",
    "formally",
    "immediately",
    "then",
    "subsequently",
    "later",
    "first",
    "personally",
    "apparently",
    "actively",
    "currently",
    "still",
    "again",
    "just",
    "officially",
    "explicitly",
    "urgently",
    "will",
    "would",
];

pub(crate) const PREPOSITIONS: &[&str] = &[
    "in",
    "at",
    "on",
    "near",
    "of",
    "for",
    "by",
    "with",
    "from",
    "to",
    "into",
    "during",
    "before",
    "after",
    "about",
    "against",
    "over",
    "under",
    "across",
    "inside",
    "outside",
    "through",
    "via",
    "within",
    "around",
    "between",
    "since",
    "until",
    "towards",
    "toward",
    "upon",
    "amid",
    "despite",
    "following",
    "ahead",
    "using",
    "because",
    "as",
    "without",
    "behind",
    "targeting",
    "than",
    "off",
    "unless",
    "if",
    "when",
    "while",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let lexicon = shared();
        let tokens = tokenise(text, Span::new(0, text.len()));
        let senses = (0..tokens.len()).filter_map(|at| lexicon.at(&tokens, at).next());
        senses
            .filter_map(|(sense, _)| match sense {
                Sense::Organisation(at) => Some(lexicon.organisations[at].id.clone()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn aliases_lead_to_one_organisation() {
        for alias in ["ISIS-K", "IS-KP", "ISKP", "ISIS-Khorasan", "Islamic State – Khorasan Province"] {
            assert_eq!(names(alias)[0], "islamic-state-khorasan", "{alias}");
        }
        assert_eq!(names("US officials told us"), ["state:US"]);
        assert!(shared().is_under("quds-force", "state:IR"));
        assert!(!shared().is_under("islamic-state", "islamic-state-khorasan"));
    }

    #[test]
    fn every_parent_is_known() {
        let lexicon = shared();
        for organisation in &lexicon.organisations {
            assert!(organisation.parent.as_deref().is_none_or(|id| lexicon.by_id(id).is_some()), "{organisation:?}");
        }
        for (parent, _, child) in &lexicon.affiliates {
            assert!(lexicon.by_id(parent).is_some() && lexicon.by_id(child).is_some());
        }
    }
}
