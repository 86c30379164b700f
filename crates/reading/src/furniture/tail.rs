//! The other stories that a page puts under a report ("Top Stories", "Related", "Most read").

use std::collections::HashSet;

use super::Line;

const WHY: &str = "another story on the same page";

/// Headings under which other stories stand, in lower case, as a whole line or (the first group) as the end of one.
const ENDINGS: [&str; 4] = ["top stories", "local spotlight", "latest news", "latest headlines"];
const HEADINGS: [&str; 41] = [
    "related",
    "related stories",
    "related articles",
    "related news",
    "related content",
    "related coverage",
    "related posts",
    "related topics",
    "more stories",
    "more news",
    "most read",
    "most popular",
    "most viewed",
    "most watched",
    "trending",
    "trending now",
    "popular stories",
    "recommended",
    "recommended for you",
    "recommended stories",
    "you may also like",
    "you might also like",
    "read next",
    "up next",
    "what to read next",
    "latest stories",
    "editor's picks",
    "editors' picks",
    "don't miss",
    "in other news",
    "also in the news",
    "around the web",
    "from our partners",
    "à lire aussi",
    "noticias relacionadas",
    "te puede interesar",
    "mehr zum thema",
    "ilgili haberler",
    "اخبار مرتبط",
    "مطالب مرتبط",
    "כתבות נוספות",
];
/// Beginnings of such headings ("More from Middle East").
const BEGINNINGS: [&str; 3] = ["more from ", "more on ", "more in "];

/// How many names a paragraph must share with the report to count as its continuation.
const SAME_STORY: usize = 3;

/// Cuts each such heading and what stands under it, as far as that speaks of something else.
pub(super) fn cut(lines: &mut [Line<'_>]) {
    let mut names: HashSet<&str> = HashSet::new();
    let (mut elsewhere, mut begun) = (false, false);
    let mut left: usize = lines.iter().map(|line| line.words.len()).sum();
    let mut read = 0;
    for line in lines.iter_mut() {
        left -= line.words.len();
        if line.why.is_some() {
            continue;
        }
        // A heading above the report cannot be told from the page's own label, so it takes sentences away only when it
        // stands below the larger part of the text.
        if heading(line.words) && begun {
            elsewhere = true;
            line.why = Some("the heading of other stories");
        } else if elsewhere && (!line.is_sentence() || (read >= left && !continues(line.words, &names))) {
            line.why = Some(WHY);
        } else {
            elsewhere = false;
            begun |= line.is_sentence();
            read += line.words.len();
            names.extend(names_in(line.words));
        }
    }
}

fn heading(line: &str) -> bool {
    if line.len() > 60 || line.ends_with(['.', '!', '?', ',']) || line.split_whitespace().nth(6).is_some() {
        return false;
    }
    let lower = line.trim_end_matches(':').to_lowercase().replace('’', "'");
    HEADINGS.contains(&lower.as_str())
        || ENDINGS.iter().any(|words| lower.ends_with(words))
        || BEGINNINGS.iter().any(|words| lower.starts_with(words))
}

fn continues(paragraph: &str, names: &HashSet<&str>) -> bool {
    let shared: HashSet<&str> = names_in(paragraph).filter(|name| names.contains(name)).collect();
    shared.len() >= SAME_STORY
}

/// Words that look like names: capitalised, or long and in a script that has no capitals.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| {
        let long = word.chars().nth(3).is_some();
        long && word.chars().next().is_some_and(|letter| !letter.is_lowercase() && letter.is_alphabetic())
    })
}
