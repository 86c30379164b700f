//! Page furniture: what stands around a report and is not the report.
//!
//! The rule in doubt is to keep: text cut by mistake is a threat nobody reads, while furniture kept by mistake is a line
//! that a person sees is none. So a rule here needs the form of a whole line, not a word in it; what follows a heading
//! such as "Top Stories" is kept when it speaks of the same people and places; and when nothing would be left, nothing
//! is cut. The cast: [`phrases`] knows single lines, [`tail`] knows the other stories at the end of a page.

mod phrases;
mod tail;

use domain::Span;

use crate::document::Furniture;
pub(crate) use phrases::{DATE_LINE, TIMESTAMP};

/// What the cutter found.
#[derive(Debug)]
pub(crate) struct Cut {
    pub body: Vec<Span>,
    pub furniture: Vec<Furniture>,
    pub title: Option<Span>,
}

/// One non-empty line while it is judged.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    span: Span,
    words: &'a str,
    /// Whether a blank line stands before it.
    apart: bool,
    why: Option<&'static str>,
}

impl Line<'_> {
    /// A line that ends as a sentence ends, and is long enough to be one.
    fn is_sentence(&self) -> bool {
        self.ends() && self.words.split_whitespace().nth(4).is_some()
    }

    /// Whether it ends in a full stop or its like, closing quotes and brackets aside.
    fn ends(&self) -> bool {
        let closing = ['"', '\'', '”', '’', '»', '“', ')', ']', ' '];
        self.words.trim_end_matches(closing).ends_with(['.', '!', '?', '…', '؟', '۔', '。', ';'])
    }
}

/// Cuts furniture away. `marked` is what the markup itself names as such, `title` what it names as the headline.
pub(crate) fn cut(plain: &str, marked: &[Furniture], title: Option<Span>) -> Cut {
    let mut lines = lines(plain);
    apply_marks(&mut lines, marked);
    for line in lines.iter_mut().filter(|line| line.why.is_none()) {
        line.why = phrases::judge(line.words);
    }
    picture_texts(&mut lines);
    head(&mut lines);
    tail::cut(&mut lines);
    if lines.iter().all(|line| line.why.is_some()) {
        for line in &mut lines {
            line.why = None;
        }
    }
    collect(&lines, title)
}

fn lines(plain: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut offset, mut apart) = (0, true);
    for line in plain.split('\n') {
        let words = line.trim();
        if words.is_empty() {
            apart = true;
        } else {
            let start = offset + (line.len() - line.trim_start().len());
            lines.push(Line { span: Span::new(start, start + words.len()), words, apart, why: None });
            apart = false;
        }
        offset += line.len() + 1;
    }
    lines
}

/// Both lists are in order, so one walk over the two is enough.
fn apply_marks(lines: &mut [Line<'_>], marked: &[Furniture]) {
    let mut marks = marked.iter().peekable();
    for line in lines {
        while marks.next_if(|mark| mark.span.end <= line.span.start).is_some() {}
        line.why = marks.peek().filter(|mark| mark.span.overlaps(line.span)).map(|mark| mark.why);
    }
}

/// The description of a picture, on the line right above its caption and in much the same words, is not the report.
fn picture_texts(lines: &mut [Line<'_>]) {
    for at in 1..lines.len() {
        let (above, caption) = (&lines[at - 1], &lines[at]);
        let pair = caption.why == Some(phrases::CAPTION) && above.why.is_none() && !caption.apart;
        if pair && !above.ends() && shared_words(above.words, caption.words) >= 3 {
            lines[at - 1].why = Some("the description of a picture");
        }
    }
}

/// How many longer words of `one` stand in `other` too; both are single lines of bounded length.
fn shared_words(one: &str, other: &str) -> usize {
    let words = |line: &str| -> std::collections::BTreeSet<String> {
        line.split(|letter: char| !letter.is_alphanumeric()).filter(|w| w.len() > 3).map(str::to_lowercase).collect()
    };
    if one.len() > phrases::LONGEST { 0 } else { words(one).intersection(&words(other)).count() }
}

/// Bylines and dates count as furniture only above the first sentence: below it they may be the report's own.
fn head(lines: &mut [Line<'_>]) {
    for line in lines.iter_mut().take(12) {
        if line.why.is_none() {
            if line.is_sentence() {
                return;
            }
            line.why = phrases::judge_in_head(line.words);
        }
    }
}

fn collect(lines: &[Line<'_>], title: Option<Span>) -> Cut {
    let mut cut = Cut { body: Vec::new(), furniture: Vec::new(), title: None };
    for line in lines {
        if let Some(why) = line.why {
            cut.furniture.push(Furniture { span: line.span, why });
            continue;
        }
        let (lead, trail) = phrases::edges(line.words);
        let inner = Span::new(line.span.start + lead, line.span.end - trail);
        let edges = [Span::new(line.span.start, inner.start), Span::new(inner.end, line.span.end)];
        let left_over = edges.into_iter().filter(|span| span.start < span.end);
        cut.furniture.extend(left_over.map(|span| Furniture { span, why: phrases::LEFT_OVER }));
        cut.body.push(inner);
    }
    let named = title.and_then(|title| cut.body.iter().copied().find(|span| span.overlaps(title)));
    cut.title = named.or_else(|| headline(lines));
    cut
}

/// The first line that is kept, when it is short, ends without a full stop, and a sentence follows.
fn headline(lines: &[Line<'_>]) -> Option<Span> {
    let mut kept = lines.iter().filter(|line| line.why.is_none());
    let first = kept.next()?;
    let short = first.words.len() <= 250 && first.words.split_whitespace().nth(2).is_some();
    let whole = phrases::edges(first.words) == (0, 0);
    (short && whole && !first.ends() && kept.any(Line::is_sentence)).then_some(first.span)
}
