//! What a reader does not see: characters without a shape, look-alikes, remarks, tracked changes, text in the colour of
//! the paper, and what the first letters of lines spell.

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::Span;
use regex::Regex;

use super::ground::{Found, Ground, Passage};
use super::lexicon::WordId;
use super::report::Kind;
use super::tokens::Concealed;

/// More are not needed to stop a draft.
const MOST_REMARKS: usize = 20;
/// Lengths of words that first letters may spell; shorter ones turn up by chance.
const SPELLED: std::ops::RangeInclusive<usize> = 5..=20;

/// Marks of a text program: a change that was tracked, a comment, a run that is not shown or shown as paper on paper.
static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        </?w:(?:del|ins|comment\w*|delText|moveFrom|moveTo|vanish|webHidden)\b[^>]*>
        | \[\[?(?:comment|kommentar|note\ to\ self|deleted|tracked)\b[^\]\n]*\]
        | <[a-z][^>\n]*(?:color\s*[:=]\s*["']?\s*(?:white|\#fff\b|\#ffffff|transparent|rgba?\(\s*255)
            |display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0|\bhidden\b)[^>\n]*>
        | \\(?:v|deleted|revised|annotation|cf8)\b\s
        | &\#(?:x[0-9a-f]{2,6}|[0-9]{2,7});"#,
    )
    .ok()
});

pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let secret = telling_words(ground);
    let mut found = Vec::new();
    for (number, text) in ground.draft.iter().enumerate() {
        let mut add = |span: Span, confidence: f64, why: &str| found.push(hidden(number, span, confidence, why));
        concealed(text).for_each(|(span, why)| add(span, 0.9, why));
        remarks(text.raw).for_each(|span| add(span, 0.9, "a remark that most programs do not show"));
        let markup = MARKUP.as_ref().into_iter().flat_map(|marks| marks.find_iter(text.raw)).take(MOST_REMARKS);
        markup
            .map(|hit| Span::new(hit.start(), hit.end()))
            .for_each(|span| add(span, 0.85, "a mark of a text program that hides words or keeps what was changed"));
        blanks(text.raw).for_each(|span| add(span, 0.6, "blanks at line ends in a pattern that can carry a mark"));
        if spells(ground, text, &secret) {
            add(Span::new(0, text.raw.len()), 0.7, "the first letters of lines or sentences spell a protected word");
        }
    }
    found
}

fn hidden(passage: usize, span: Span, confidence: f64, why: &str) -> Found {
    Found { kind: Kind::HiddenText, passage, span, source: None, confidence, why: why.to_owned() }
}

fn concealed(text: &Passage<'_>) -> impl Iterator<Item = (Span, &'static str)> {
    text.concealed.iter().map(|(start, end, what)| {
        let why = match what {
            Concealed::Invisible(_) => "a character that no reader sees",
            Concealed::LookAlike => "a word with letters of another script that pass for Latin ones",
        };
        (Span::new(*start, *end), why)
    })
}

/// Remarks in the manner of HTML.
fn remarks(raw: &str) -> impl Iterator<Item = Span> {
    raw.match_indices("<!--").take(MOST_REMARKS).map(|(start, mark)| {
        let end = raw[start..].find("-->").map_or(start + mark.len(), |at| start + at + 3);
        Span::new(start, end)
    })
}

/// Three or more lines that end in blanks, spaces on some and tabs on others.
fn blanks(raw: &str) -> impl Iterator<Item = Span> {
    let ends = raw.lines().map(|line| &line[line.trim_end_matches([' ', '\t']).len()..]);
    let (mut spaces, mut tabs) = (0, 0);
    for end in ends {
        spaces += usize::from(end.contains(' '));
        tabs += usize::from(end.contains('\t'));
    }
    (spaces + tabs > 2 && tabs > 0).then(|| Span::new(0, raw.len())).into_iter()
}

/// Words that stand in protected text alone, and in few texts at all.
fn telling_words(ground: &Ground<'_>) -> HashSet<WordId> {
    let tokens = ground.protected.iter().flat_map(|text| &text.tokens);
    let tells = |word: &super::lexicon::Word| !word.common && SPELLED.contains(&word.text.len());
    tokens
        .filter(|token| tells(ground.word(token)) && !ground.cleared_words.contains(&token.word))
        .map(|token| token.word)
        .collect()
}

/// Whether the first letters of lines, or those of sentences, spell one of these words.
fn spells(ground: &Ground<'_>, text: &Passage<'_>, secret: &HashSet<WordId>) -> bool {
    let mut lines = String::new();
    let mut sentences = String::new();
    let mut last_end = 0;
    for (at, token) in text.tokens.iter().enumerate() {
        let Some(letter) = ground.text(text, at).chars().next().filter(char::is_ascii_alphabetic) else { continue };
        if token.opens {
            sentences.push(letter);
        }
        if at == 0 || text.raw.get(last_end..token.start).is_some_and(|gap| gap.contains('\n')) {
            lines.push(letter);
        }
        last_end = token.end;
    }
    [lines, sentences].iter().any(|letters| {
        (0..letters.len()).any(|start| {
            SPELLED
                .filter_map(|length| letters.get(start..start + length))
                .any(|part| ground.lexicon.find(part).is_some_and(|id| secret.contains(&id)))
        })
    })
}
