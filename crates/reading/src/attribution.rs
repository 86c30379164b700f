//! Whose word a sentence is: "a US official said", "according to …", "Caller says".

use domain::claim::HowKnown;

use crate::claims::plain_words;
use crate::lexicon::{self, ADVERBS, Body, SAYING};
use crate::mentions::{Marked, Run, Who, noun_phrase};
use crate::tokens::{Kind, Token};

/// The one whose word it is, and how they know.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub who: String,
    pub how: Option<HowKnown>,
}

/// For each sentence, whose word it is; `None` when it is the report's own.
pub(crate) fn words(marked: &[Marked<'_>]) -> Vec<Option<Word>> {
    let anonymous = marked.iter().any(is_about_anonymity);
    let mut paragraph = usize::MAX;
    let mut previous: Option<Word> = None;
    let mut open_quote = false;
    marked
        .iter()
        .map(|one| {
            if one.sentence.paragraph != paragraph {
                (paragraph, previous, open_quote) = (one.sentence.paragraph, None, false);
            }
            let found = speaker(one).map(|(run, how)| word(one, run, how, anonymous));
            // A quotation that runs on over several sentences stays its speaker's.
            let goes_on = open_quote && found.is_none();
            open_quote = leaves_quote_open(one.tokens(), open_quote);
            if found.is_some() {
                previous.clone_from(&found);
            }
            if goes_on { previous.clone() } else { found }
        })
        .collect()
}

fn leaves_quote_open(tokens: &[Token<'_>], open: bool) -> bool {
    tokens.iter().fold(open, |open, token| match token.text {
        "“" => true,
        "”" => false,
        "\"" => !open,
        _ => open,
    })
}

fn is_about_anonymity(one: &Marked<'_>) -> bool {
    one.tokens().iter().enumerate().any(|(at, token)| {
        token.any(&["anonymity", "anonymous", "anonymously", "unnamed"])
            || (token.is("authorized") || token.is("authorised")) && at > 0 && one.tokens()[at - 1].is("not")
    })
}

/// The tokens that name the speaker, and what the verb tells of how they know.
pub(crate) fn speaker(one: &Marked<'_>) -> Option<(Run, Option<HowKnown>)> {
    let tokens = one.tokens();
    for (at, token) in tokens.iter().enumerate() {
        let follows = tokens.get(at + 1);
        let according = token.is("according") && follows.is_some_and(|next| next.is("to"));
        let as_per = token.is("as") && follows.is_some_and(|next| next.is("per"));
        if according || as_per {
            let first = at + 2;
            if let Some(last) = name_from(one, first) {
                return Some((Run { first, last }, None));
            }
        }
        let named_states = token.is("states") && token.is_capital();
        if SAYING.contains(&&*token.lower) && !named_states && !is_claim_of_deed(tokens, at) {
            let how = match &*token.lower {
                "overheard" => Some(HowKnown::Witnessed),
                "heard" => Some(HowKnown::Hearsay),
                _ => None,
            };
            if let Some(run) = subject(one, at).or_else(|| after_verb(one, at)) {
                return Some((run, how));
            }
        }
    }
    None
}

/// "claimed responsibility", "claimed 95 lives" are not sayings of the sentence.
fn is_claim_of_deed(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1);
    tokens[at].any(&["claimed", "claims"])
        && next.is_some_and(|next| {
            next.any(&["responsibility", "the", "credit"])
                || next.kind == Kind::Number
                || crate::quantities::small(&next.lower).is_some()
        })
}

fn name_from(one: &Marked<'_>, first: usize) -> Option<usize> {
    match one.organisation_at(first).or_else(|| one.organisation_at(first + 1)) {
        Some(hit) if hit.run.first <= first + 1 => {
            let tail = noun_phrase(one.tokens(), first, false).unwrap_or(hit.run.last);
            Some(tail.max(hit.run.last))
        }
        _ => noun_phrase(one.tokens(), first, true),
    }
}

/// The noun phrase that ends right before the verb at `verb`.
pub(crate) fn subject(one: &Marked<'_>, verb: usize) -> Option<Run> {
    let tokens = one.tokens();
    let mut last = verb.checked_sub(1)?;
    while ADVERBS.contains(&&*tokens[last].lower)
        || tokens[last].any(&["'ll", "going", "to", "gonna", "about", "'s", "'m", "'re", "'d"])
    {
        last = last.checked_sub(1)?;
    }
    if tokens[last].any(&["he", "she", "they", "i", "we", "hes", "shes", "someone", "somebody"]) {
        return Some(Run { first: last, last });
    }
    if tokens[last].any(&["who", "which"]) {
        last = last.checked_sub(1)?;
        if tokens[last].is(",") {
            last = last.checked_sub(1)?;
        }
    }
    // "The official, who requested anonymity, said"; "the Ministry, in a statement, said".
    if tokens[last].is(",") {
        let opening = (last.saturating_sub(30)..last).rev().find(|at| tokens[*at].is(","))?;
        let aside = tokens.get(opening + 1).is_some_and(|token| {
            token.any(&["who", "which", "in", "speaking", "also", "citing", "a", "the", "whose"]) || token.is_capital()
        });
        last = if aside { opening.checked_sub(1)? } else { return None };
    }
    if let Some(hit) = one.organisation_at(last) {
        let mut first = hit.run.first;
        let before = |at: usize, words: &[&str]| at.checked_sub(1).is_some_and(|at| tokens[at].any(words));
        if before(first, &["to", "with", "by"])
            && first >= 3
            && tokens[first - 2].any(&[
                "linked",
                "affiliated",
                "loyal",
                "allied",
                "connected",
                "tied",
                "inspired",
                "aligned",
            ])
        {
            first = phrase_start(one, first - 3);
        } else if hit.run.last == last || tokens[last].is(")") {
            first = phrase_start(one, first);
        }
        return Some(Run { first, last: last.max(hit.run.last) });
    }
    if tokens[last].is_mark()
        || lexicon::PREPOSITIONS.contains(&&*tokens[last].lower)
        || tokens[last].any(&["and", "or", "but", "that", "which", "who", "what", "so", "not"])
    {
        return None;
    }
    let first = phrase_start(one, last);
    Some(Run { first, last })
}

/// Walks back to where the noun phrase that holds `at` begins.
fn phrase_start(one: &Marked<'_>, at: usize) -> usize {
    const BREAKS: &[&str] = &[
        "and",
        "or",
        "but",
        "that",
        "which",
        "who",
        "said",
        "says",
        "told",
        "because",
        "if",
        "when",
        "while",
        "is",
        "was",
        "are",
        "were",
        "has",
        "had",
        "have",
        "will",
        "earlier",
        "initially",
        "recently",
        "notably",
        "additionally",
        "however",
        "then",
        "warned",
        "claims",
        "believes",
        "reports",
        "reported",
        "indicating",
        "so",
        "so-called",
    ];
    let tokens = one.tokens();
    let mut first = at;
    let floor = at.saturating_sub(9);
    while first > floor {
        let before = &tokens[first - 1];
        let of = before.is("of") || before.is("'s") || before.is("'");
        let stop = (before.is_mark() && !of)
            || BREAKS.contains(&&*before.lower)
            || (lexicon::PREPOSITIONS.contains(&&*before.lower) && !before.is("of"))
            || crate::times::weekday(&before.lower).is_some()
            || SAYING.contains(&&*before.lower);
        if stop {
            break;
        }
        first -= 1;
        if before.any(&["the", "a", "an", "his", "her", "their", "my", "our", "several", "some"])
            && first > 0
            && !tokens[first - 1].is("of")
        {
            break;
        }
    }
    while first < at && tokens[first].any(&["of", "'s", "'"]) {
        first += 1;
    }
    first
}

/// "…, said the official, who requested anonymity": the speaker after the verb.
fn after_verb(one: &Marked<'_>, verb: usize) -> Option<Run> {
    let tokens = one.tokens();
    let quoted = verb.checked_sub(1).is_some_and(|at| tokens[at].any(&["\"", ",", "'", "”"]));
    if !quoted || tokens[verb].any(&["told", "revealed", "claimed", "heard", "overheard"]) {
        return None;
    }
    let first = verb + 1;
    let last = name_from(one, first)?;
    Some(Run { first, last })
}

fn word(one: &Marked<'_>, run: Run, how: Option<HowKnown>, anonymous: bool) -> Word {
    let tokens = &one.tokens()[run.first..=run.last];
    let text: Vec<&str> = tokens.iter().map(|token| token.text).collect();
    let who = plain_words(&text.join(" ")).replace(" ’s", "’s").replace(" 's", "'s").replace(" ,", ",");
    Word { who, how: how.or_else(|| Some(how_known(one, run, anonymous))) }
}

/// How the speaker knows, as far as who they are tells.
fn how_known(one: &Marked<'_>, run: Run, anonymous: bool) -> HowKnown {
    let tokens = &one.tokens()[run.first..=run.last];
    let has = |words: &[&str]| tokens.iter().any(|token| token.any(words));
    let kind = one.organisations.iter().find(|hit| run.holds(hit.run.first)).map(|hit| match hit.who {
        Who::Known(at) | Who::AffiliateOf(at) => lexicon::shared().organisations[at].kind,
    });
    let named =
        tokens.iter().skip(1).filter(|token| token.is_capital() && !token.any(&["u.s.", "us", "uk", "u.k."])).count()
            >= 2;
    if has(&["official", "officials"]) && !named {
        let unnamed = anonymous || !has(&["iranian", "spokesperson"]);
        return if unnamed { HowKnown::AnonymousOfficial } else { HowKnown::OfficialStatement };
    }
    if has(&["intelligence", "intercept", "intercepts", "intercepted"]) && !has(&["ministry"]) {
        return HowKnown::Intelligence;
    }
    if has(&[
        "ministry",
        "police",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "statement",
        "authorities",
        "department",
        "minister",
        "government",
        "embassy",
        "prosecutors",
        "officers",
        "officer",
        "military",
        "deputy",
        "commander",
        "general",
        "president",
    ]) {
        return HowKnown::OfficialStatement;
    }
    if has(&["source", "sources", "informant", "informants", "asset"]) {
        return HowKnown::Intelligence;
    }
    match kind {
        Some(Body::Media) => HowKnown::Media,
        Some(Body::Armed | Body::Criminal) => HowKnown::PerpetratorStatement,
        Some(Body::State) => HowKnown::OfficialStatement,
        Some(Body::Company) | None => HowKnown::PersonalStatement,
    }
}
