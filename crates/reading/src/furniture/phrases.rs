//! What a single line tells about itself. Every rule looks at the form of the whole line.

use crate::dateline;

/// A machine-written time on a line of its own (or joined to a button: "Share news2024-01-25T15:17:50+00:00").
pub(crate) const TIMESTAMP: &str = "a timestamp";
/// A date written for readers, above the report.
pub(crate) const DATE_LINE: &str = "a date line";
/// The text under a picture.
pub(crate) const CAPTION: &str = "the caption of a picture";
/// What remains of a button or separator at the edge of a line.
pub(crate) const LEFT_OVER: &str = "left over from a button or separator";

/// No line longer than this is furniture by its words alone, in bytes.
pub(crate) const LONGEST: usize = 420;

/// Lines that are nothing but this, in lower case and without the punctuation around them.
const WHOLE: [(&str, &[&str]); 6] = [
    (
        "an advertisement marker",
        &[
            "advertisement",
            "advertisement - scroll to continue",
            "advertising",
            "ad",
            "sponsored",
            "story continues below advertisement",
            "article continues below advertisement",
            "publicité",
            "publicidad",
            "anzeige",
            "werbung",
            "реклама",
            "reklam",
            "إعلان",
            "اعلان",
            "آگهی",
            "تبلیغات",
            "اشتہار",
            "פרסומת",
        ],
    ),
    (
        "a share or print button",
        &[
            "share",
            "share news",
            "share this",
            "share this article",
            "share this story",
            "share on facebook",
            "share on twitter",
            "share on x",
            "tweet",
            "print",
            "print this article",
            "email this article",
            "copy link",
            "copy url",
            "facebook",
            "twitter",
            "whatsapp",
            "telegram",
            "linkedin",
            "save",
            "save article",
            "listen to this article",
            "listen to article",
            "partager",
            "compartir",
            "teilen",
            "поделиться",
            "paylaş",
            "شارك",
            "مشاركة",
            "اشتراک گذاری",
            "שתפו",
            "שיתוף",
        ],
    ),
    (
        "a link of the page",
        &[
            "skip to main content",
            "skip to content",
            "skip to navigation",
            "skip links",
            "menu",
            "home",
            "search",
            "log in",
            "login",
            "sign in",
            "sign up",
            "subscribe",
            "subscribe now",
            "newsletter",
            "newsletters",
            "back to top",
            "read more",
            "read full story",
            "continue reading",
            "show more",
            "load more",
            "see more",
            "view comments",
            "show comments",
            "comments",
            "leave a comment",
            "no comments",
            "contact us",
            "about us",
            "privacy policy",
            "terms of use",
            "terms of service",
            "accept all cookies",
            "accept cookies",
            "cookie settings",
            "aller au contenu",
            "saltar al contenido",
            "zum inhalt springen",
            "перейти к содержанию",
            "lire la suite",
            "leer más",
            "weiterlesen",
        ],
    ),
    ("a text-size button", &["a-", "a+", "a", "a- a a+", "a-aa+", "aa", "text size"]),
    (
        "a label of the page",
        &[
            "breaking",
            "breaking news",
            "exclusive",
            "live",
            "opinion",
            "video",
            "watch live",
            "world",
            "news",
            "gallery",
        ],
    ),
    (
        "a marker of the agency",
        &["reuters", "ap", "afp", "associated press", "the associated press", "agencies", "news agencies"],
    ),
];

/// How a line begins that leads elsewhere; it must also be short and must not end as a sentence does.
const LEADS: [&str; 22] = [
    "read more:",
    "read more on",
    "read also",
    "also read:",
    "see also:",
    "related:",
    "sign up for",
    "sign up to",
    "subscribe to our",
    "follow us on",
    "click here to read",
    "click here to subscribe",
    "download our app",
    "get the latest news",
    "join our newsletter",
    "join our telegram",
    "join our whatsapp",
    "lire aussi",
    "lea también",
    "lesen sie auch",
    "читайте также",
    "اقرأ أيضا",
];

/// How a credit in brackets at the end of a caption speaks.
const CREDITS: [&str; 20] = [
    "file photo",
    "photo:",
    "photo/",
    "photo by",
    "image:",
    "image by",
    "ap photo",
    "afp photo",
    "epa photo",
    "via reuters",
    "via ap",
    "via afp",
    "via getty",
    "via epa",
    "reuters/",
    "/reuters",
    "afp/",
    "/afp",
    "getty images",
    "anadolu agency",
];

/// Why this line is furniture wherever it stands; `None` to keep it.
pub(crate) fn judge(line: &str) -> Option<&'static str> {
    if line.len() > LONGEST {
        return None;
    }
    if !line.chars().any(char::is_alphanumeric) {
        return Some("a ruling line");
    }
    let lower = line.to_lowercase();
    if let Some(at) = dateline::iso(line) {
        let rest = format!("{} {}", &line[..at.span.start], &line[at.span.end..]);
        if at.timed && (bare(&rest).is_empty() || whole(&rest.to_lowercase()).is_some()) {
            return Some(TIMESTAMP);
        }
    }
    whole(&lower)
        .or_else(|| stated_date(&lower).then_some(DATE_LINE))
        .or_else(|| credit(line, &lower))
        .or_else(|| sentence_like(&lower))
        .or_else(|| leads_elsewhere(line, &lower))
        .or_else(|| place_and_dash(line).then_some("a dateline"))
}

/// Why this line is furniture when it stands above the first sentence.
pub(crate) fn judge_in_head(line: &str) -> Option<&'static str> {
    let short = line.len() <= 120;
    if short && byline(line) {
        Some("a byline")
    } else if short && dateline::only_a_date(line) {
        Some(DATE_LINE)
    } else {
        None
    }
}

/// How many bytes at the two edges of a kept line are left-overs: a "/" or "|" before it, "Advertisement" run into its end.
pub(crate) fn edges(line: &str) -> (usize, usize) {
    let inner = line.trim_start_matches(['/', '|']).trim_start();
    let lead = if inner.len() < line.len() && !inner.is_empty() && line[1..].starts_with(' ') {
        line.len() - inner.len()
    } else {
        0
    };
    let joined = ["Advertisement", "Share news", "Read more"].into_iter().find(|button| {
        line.strip_suffix(button)
            .is_some_and(|before| before.ends_with(['.', '!', '?', '"', '”', '’']) && before.len() > lead)
    });
    (lead, joined.map_or(0, str::len))
}

/// A line without the punctuation around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '+' && letter != '-')
}

fn whole(lower: &str) -> Option<&'static str> {
    let (line, bare) = (lower.trim(), bare(lower));
    if bare.len() > 60 {
        return None;
    }
    WHOLE
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| *phrase == line || *phrase == bare))
        .map(|(why, _)| *why)
}

/// "Published: 25 January 2024", "Updated 3:04 PM EST, January 25, 2024", "Dated 26 December 2023".
fn stated_date(lower: &str) -> bool {
    let verbs = [
        "published",
        "updated",
        "last updated",
        "last modified",
        "posted",
        "first published",
        "dated",
        "date of report",
        "date:",
        "publié le",
        "veröffentlicht",
        "опубликовано",
    ];
    lower.len() <= 120 && verbs.iter().any(|verb| lower.starts_with(verb)) && dateline::written(lower).is_some()
}

/// A caption ends in the photographer's credit.
fn credit(line: &str, lower: &str) -> Option<&'static str> {
    let opened = match line.chars().next_back()? {
        ']' => lower.rfind('[')?,
        ')' => lower.rfind('(')?,
        _ => {
            return (lower.starts_with("photo:") || lower.starts_with("image:") || lower.starts_with("file photo"))
                .then_some(CAPTION);
        }
    };
    let inside = &lower[opened..];
    let filed = inside[1..].starts_with("file:") && (inside.contains(" via ") || inside.contains('/'));
    (filed || CREDITS.iter().any(|words| inside.contains(words))).then_some(CAPTION)
}

/// Sentences that pages and agencies add in fixed words.
fn sentence_like(lower: &str) -> Option<&'static str> {
    let has = |words: &str| lower.contains(words);
    let short = lower.split_whitespace().nth(8).is_none();
    if has("contributed to this report")
        || has("contributed to this story")
        || has("contributed reporting")
        || lower.starts_with("(reporting by")
    {
        Some("who contributed")
    } else if has("cookie") && ["we use", "site uses", "by continuing", "consent", "accept"].into_iter().any(has) {
        Some("a cookie notice")
    } else if has("all rights reserved") || lower.starts_with('©') || lower.starts_with("copyright ") {
        Some("a copyright line")
    } else if short
        && ["source: ", "sources: ", "source : ", "with inputs from"].iter().any(|words| lower.starts_with(words))
    {
        Some("a line naming where the page took it from")
    } else if short && (has(" min read") || has("minute read") || has("reading time")) {
        Some("a label of the page")
    } else {
        None
    }
}

fn leads_elsewhere(line: &str, lower: &str) -> Option<&'static str> {
    let invites = line.len() <= 160 && !line.ends_with(['.', '!', '?']);
    (invites && LEADS.iter().any(|words| lower.starts_with(words))).then_some("a link to something else")
}

/// "WASHINGTON -" alone on its line, as agencies write where the reporter sat.
fn place_and_dash(line: &str) -> bool {
    let Some(place) = line.strip_suffix(['-', '–', '—']).map(str::trim_end) else { return false };
    let first = place.split_whitespace().next().unwrap_or_default();
    let shouted =
        first.chars().filter(|letter| letter.is_alphabetic()).count() > 2 && !first.chars().any(char::is_lowercase);
    place.len() <= 60 && shouted && place.split_whitespace().nth(5).is_none()
}

/// "By Jon Gambrell": names only, so that "By tomorrow she dies" is kept.
fn byline(line: &str) -> bool {
    let lower = line.to_lowercase();
    let Some(names) = lower.strip_prefix("by ").map(|rest| &line[line.len() - rest.len()..]) else { return false };
    let small = ["and", "of", "for", "the", "in", "de", "van", "von", "al"];
    let name = |word: &str| small.contains(&word) || word.chars().next().is_some_and(char::is_uppercase);
    let timely = |word: &str| dateline::names_a_time(word);
    let words = || names.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    words().count() >= 2
        && words().count() <= 8
        && words().all(name)
        && !words().any(timely)
        && !line.ends_with(['.', '!', '?'])
}
