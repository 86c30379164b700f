//! Sentences of a document's body, as runs of tokens.

use domain::Span;

use crate::tokens::{Token, tokenise};

/// Sentences longer than this are cut: what looks a word or two ahead stays linear on any text.
const LONGEST: usize = 120;

/// One sentence.
#[derive(Debug)]
pub(crate) struct Sentence<'a> {
    pub tokens: Vec<Token<'a>>,
    /// The number of its paragraph among those of the body.
    pub paragraph: usize,
}

/// The sentences of the stretches `body` of `text`, in order; none is empty.
pub(crate) fn sentences<'a>(text: &'a str, body: &[Span]) -> Vec<Sentence<'a>> {
    let mut found = Vec::new();
    for (paragraph, span) in body.iter().enumerate() {
        let mut tokens: Vec<Token<'a>> = Vec::new();
        for token in tokenise(text, *span) {
            let broken = breaks(&tokens, &token, text) || tokens.len() >= LONGEST;
            if broken && !tokens.is_empty() {
                found.push(Sentence { tokens: std::mem::take(&mut tokens), paragraph });
            }
            tokens.push(token);
        }
        if !tokens.is_empty() {
            found.push(Sentence { tokens, paragraph });
        }
    }
    found
}

/// Whether a new sentence starts with `next`.
fn breaks(before: &[Token<'_>], next: &Token<'_>, text: &str) -> bool {
    let closing = |token: &&Token<'_>| token.any(&["\"", "'", ")", "]"]) && !token.any(&["("]);
    let Some(end) = before.iter().rev().find(|token| !closing(token)) else { return false };
    if let Some(last) = before.last()
        && text.get(last.span.end..next.span.start).is_some_and(|gap| gap.contains('\n'))
    {
        return true;
    }
    // "U.S." ends a sentence only before a word that opens one.
    if end.lower.len() > 3 && end.lower.ends_with('.') && end.lower.matches('.').count() > 1 {
        return next.is_capital() && next.any(&["the", "it", "he", "she", "they", "in", "but", "a", "an", "this"]);
    }
    if !end.any(&[".", "!", "?", "…", "؟", "۔", "。"]) {
        return false;
    }
    let opening_mark = next.is_mark() && !next.any(&[",", ".", ";", ")", "]", "!", "?", "-"]);
    let glued = before.last().is_some_and(|last| last.span.end == next.span.start);
    let lower = next.text.chars().next().is_some_and(char::is_lowercase);
    // Hurried notes leave out capitals: "hes coming. got a knife" is two sentences all the same.
    if lower { !glued } else { !glued && (next.kind != crate::tokens::Kind::Mark || opening_mark) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'t>(text: &'t str, sentence: &Sentence<'_>) -> &'t str {
        let (first, last) = (sentence.tokens.first().unwrap(), sentence.tokens.last().unwrap());
        &text[first.span.start..last.span.end]
    }

    fn check(text: &str, expected: &[&str]) {
        let all = sentences(text, &[Span::new(0, text.len())]);
        let found: Vec<_> = all.iter().map(|s| words(text, s)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_where_they_end() {
        check("He said so. She left.", &["He said so.", "She left."]);
        check("On Jan. 3 Gen. Ali died. It was late.", &["On Jan. 3 Gen. Ali died.", "It was late."]);
        check(
            "“We warn.” The U.S. official said. Then 3 p.m. came.",
            &["“We warn.”", "The U.S. official said.", "Then 3 p.m. came."],
        );
        check("“We warn,” he said", &["“We warn,” he said"]);
        check("hes coming. got a knife", &["hes coming.", "got a knife"]);
        check("See example.com. Now 9.30pm", &["See example.com.", "Now 9.30pm"]);
    }

    #[test]
    fn no_sentence_is_endless() {
        let text = "killed 95 ".repeat(5_000);
        let all = sentences(&text, &[Span::new(0, text.len())]);
        assert!(all.iter().all(|sentence| sentence.tokens.len() <= LONGEST));
        assert_eq!(all.iter().map(|sentence| sentence.tokens.len()).sum::<usize>(), 10_000);
    }
}
