//! Bytes to documents: formats, furniture, dates, refusals; and what holds for any bytes at all.
#![allow(clippy::unwrap_used, clippy::format_collect)]

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use reading::gazetteer::Gazetteer;
use reading::similar::signature;
use reading::{DatedBy, Document, Format, Unreadable, open};

fn seeds() -> Option<Vec<(String, Vec<u8>)>> {
    let folder: PathBuf = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds").into();
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("the shared seeds are absent: this test checks nothing here");
        return None;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    Some(paths.into_iter().map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect())
}

/// What holds for every document, whatever it was made from.
fn assert_sound(document: &Document) {
    assert_eq!(document.plain.len(), document.verbatim.len(), "plain and verbatim differ in length");
    let mut spans: Vec<_> = document.body.iter().copied().chain(document.furniture.iter().map(|f| f.span)).collect();
    spans.sort_unstable();
    for span in &spans {
        assert!(span.start < span.end, "an empty span {span:?}");
        assert!(span.of(&document.plain).is_some(), "{span:?} is off the characters of plain");
    }
    assert!(spans.windows(2).all(|two| two[0].end <= two[1].start), "spans overlap");
    assert!(document.body.windows(2).all(|two| two[0].end <= two[1].start), "body is out of order");
    assert!(document.furniture.windows(2).all(|two| two[0].span.end <= two[1].span.start), "furniture is out of order");
    assert!(!document.body.is_empty(), "nothing to read");
    assert!(document.title.is_none_or(|title| document.body.contains(&title)), "the title is not in the body");
}

fn lines(document: &Document) -> Vec<&str> {
    document.body.iter().map(|span| document.words(*span)).collect()
}

fn read(name: &str, text: &str) -> Document {
    let document = open(name, text.as_bytes(), None).unwrap();
    assert_sound(&document);
    document
}

#[test]
fn the_seeds_are_cut_to_the_report() {
    let Some(seeds) = seeds() else { return };
    for (name, bytes) in &seeds {
        let document = open(name, bytes, None).unwrap();
        assert_sound(&document);
        assert_eq!(document.verbatim.as_bytes(), bytes);
        println!("{name}: {:?} {:?} {:?}", document.language, document.date, document.title.map(|t| document.words(t)));
        for piece in &document.furniture {
            println!("  {}: {:?}", piece.why, document.words(piece.span));
        }
        for line in lines(&document) {
            println!("  | {line}");
        }
        assert_eq!(document.language.as_ref().unwrap().tag, "en");
        let body = lines(&document);
        for word in [
            "Advertisement",
            "Share",
            "A-",
            "A",
            "A+",
            "Halifax",
            "Saint Mary",
            "Skip to",
            "Top Stories",
            "Gambrell",
            "Asgaripour",
        ] {
            let whole = word.len() < 6;
            assert!(!body.iter().any(|line| if whole { *line == word } else { line.contains(word) }), "{name}: {word}");
        }
    }
    let all: Vec<Document> = seeds.iter().map(|(name, bytes)| open(name, bytes, None).unwrap()).collect();
    // Whole reports are kept: the first has no furniture at all; the others lose exactly so many lines.
    assert_eq!(all.iter().map(|d| d.furniture.len()).collect::<Vec<_>>(), [0, 6, 1, 5, 9]);
    assert_eq!(all.iter().map(|d| d.title.is_some()).collect::<Vec<_>>(), [false, true, true, false, true]);
    let dated = all[3].date.unwrap();
    assert_eq!((dated.at, dated.how), (jiff::civil::date(2024, 1, 25), DatedBy::IsoTimestamp));
    assert!(all.iter().enumerate().all(|(at, document)| at == 3 || document.date.is_none()));
}

/// What of `text` is read, line by line.
fn check(name: &str, text: &str, expected: &[&str]) {
    assert_eq!(lines(&read(name, text)), expected, "{text}");
}

const STORY: &str = "Officials in Kerman warned the Kurdish families of Tabriz about the plot on Monday.";

#[test]
fn furniture_goes() {
    for line in [
        "Advertisement",
        "ADVERTISEMENT",
        "Share news2024-01-25T15:17:50+00:00",
        "Skip to main content",
        "A- A A+",
        "A+",
        "------",
        "Source: News Agencies",
        "We use cookies to improve your visit.",
        "Reporting by Ann Author contributed to this report.",
        "Twin blasts hit the square [File: Ann Author/WANA via Reuters]",
        "WASHINGTON -",
        "Read more: Two held in Halifax",
        "© 2024 Example Press. All rights reserved.",
        "إعلان",
        "Реклама",
        "Published: 25 January 2024",
        "4 min read",
    ] {
        check("a.txt", &format!("{STORY}\n{line}\n{STORY}"), &[STORY, STORY]);
    }
    check("a.txt", &format!("By Ann Author\n25 January 2024\n{STORY}"), &[STORY]);
    check("a.txt", &format!("/ {STORY}Advertisement"), &[STORY]);
}

#[test]
fn the_report_stays() {
    for line in [
        "By tomorrow she dies.",
        "By Monday Morning Everyone Dies",
        "I will share this with everybody and then kill him",
        "A bomb is in the station",
        "He will kill her (photo attached)",
        "Watch: he dies on Friday",
        "Related to him by marriage, he said.",
        "The source: a cook at the embassy, said the bomb goes off on Friday.",
        "3 January 2024",
        "TEHRAN - a bomb tomorrow at the embassy",
        "The letter of 2024-01-25T15:17:50+00:00 names the victim",
        "Advertisement in the paper names him",
    ] {
        check("a.txt", &format!("{STORY}\n{line}\n{STORY}"), &[STORY, line, STORY]);
    }
    // Nothing but furniture is read after all: somebody sent it.
    check("a.txt", "Share\nPrint", &["Share", "Print"]);
    check("a.txt", "bomb at the station tomorrow", &["bomb at the station tomorrow"]);
}

#[test]
fn another_story_goes_and_the_same_story_stays() {
    let other = "Archeologist Jonathan Fowler studies the old houses of Halifax, he said today.";
    let same = "Families from Kerman and Tabriz called the Kurdish council, officials said later.";
    check("a.txt", &format!("{STORY}\nTop Stories\nHouses vanish: study\n{other}"), &[STORY]);
    check("a.txt", &format!("{STORY}\nRelated\nHouses vanish: study\n{same}\n{other}"), &[STORY, same, other]);
    // A heading above everything takes nothing with it.
    check("a.txt", &format!("Top Stories\n{other}\n{STORY}"), &["Top Stories", other, STORY]);
}

#[test]
fn lines_that_were_wrapped_are_joined() {
    let wrapped = "The caller said that a man at the depot has bought what he needs and means to use\nit on Friday morning against the director, whom he blames for the loss of his place\nand for what came after it.\n\nHe gave no name.\n";
    let document = read("a.txt", wrapped);
    assert_eq!(lines(&document).len(), 2);
    assert!(lines(&document)[0].ends_with("what came after it."));
    assert_eq!(document.verbatim, wrapped);
}

#[test]
fn dates_that_a_document_states_about_itself() {
    let date = |name: &str, text: &str| read(name, text).date.map(|date| (date.at.to_string(), date.how));
    let iso = |day: &str| Some((day.to_owned(), DatedBy::IsoTimestamp));
    assert_eq!(date("a.txt", &format!("2024-01-25T15:17:50+00:00\n{STORY}")), iso("2024-01-25"));
    assert_eq!(date("a.txt", &format!("{STORY}\nShare news2024-01-25T15:17:50+00:00")), iso("2024-01-25"));
    let written = Some(("2024-01-25".to_owned(), DatedBy::Dateline));
    for line in [
        "25 January 2024",
        "January 25, 2024",
        "Updated Jan. 25, 2024 3:04 PM",
        "25.01.2024",
        "Thursday, 25 janvier 2024",
        "MOSCOW, 25 January 2024",
        "Telegram, 25 January 2024",
        "Intelligence report, January 25, 2024",
        "25 January 2024.",
    ] {
        assert_eq!(date("a.txt", &format!("{line}\n{STORY}")), written, "{line}");
    }
    // A date inside the report may be the day of the harm; "03/04/2024" is two different days.
    for text in
        [format!("{STORY} On 2024-01-25 he dies."), format!("03/04/2024\n{STORY}"), format!("{STORY}\n25 January 2024")]
    {
        assert_eq!(date("a.txt", &text), None, "{text}");
    }
    for text in ["25 January 2024. He will be killed.", "Berlin, 25 January 2024. He will be killed."] {
        assert_eq!(date("a.txt", text), written, "{text}");
    }
    for text in [
        "Bomb in Oslo, 25 January 2024",
        "He will be killed, 25 January 2024. So they say.",
        "They meet in Leeds on \
        25 January 2024.",
    ] {
        assert_eq!(date("a.txt", text), None, "{text}");
    }
    let page = "<meta property=\"article:published_time\" content=\"2024-01-25T10:00:00Z\"><p>He will be killed.</p>";
    assert_eq!(date("a.html", page), iso("2024-01-25"));
}

#[test]
fn web_pages() {
    let page = "<!DOCTYPE html><html><head><title>Plot | Example</title><style>p{color:red}</style></head><body><!-- kill -->\n\
        <nav><a href=x>World</a><a>Crime news of the day</a></nav><h1>Plot &amp; warning</h1><script>var a = '<p>no</p>';</script>\n\
        <p>They will <b>kill</b>\nhim at 5 &lt; 6&nbsp;o&rsquo;clock.</p><p>Second.<br>Third</p>\
        <figcaption>A square</figcaption><footer>About us and others</footer></body></html>";
    let document = read("page.html", page);
    assert_eq!((document.format, document.verbatim.as_str()), (Format::Html, page));
    let squeezed: Vec<String> =
        lines(&document).iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(squeezed, ["Plot & warning", "They will kill him at 5 < 6 o’ clock.", "Second.", "Third"]);
    let kill = document.plain.find("kill").unwrap();
    assert_eq!(&document.verbatim[kill - 3..kill + 4], "<b>kill");
    assert_eq!(document.quote(document.title.unwrap()), "Plot &amp; warning");
    assert!(document.furniture.iter().any(|piece| piece.why == "the caption of a picture"));
    // What is never closed hides nothing.
    assert!(read("a.html", "<p>before <!-- open <p>He will be killed").plain.contains("killed"));
    assert!(read("a.html", "<nav><p>He will be killed").plain.contains("killed"));
    assert!(read("a.html", "<a href=\"x>He will be killed</a>").plain.contains("killed"));
}

#[test]
fn messages() {
    let document = read(
        "tip.eml",
        "From: Ann <ann@example.org>\r\nTo: desk@example.org\r\nSubject: =?utf-8?q?Caf=C3=A9_threat?=\r\nDate: Thu, 25 Jan 2024 23:17:50 -0500\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nHe said: I will burn the caf=E9 down.\r\n--b\r\nContent-Type: text/html\r\n\r\n\
         <p>html</p>\r\n--b--\r\n",
    );
    assert_eq!(document.format, Format::Email);
    assert_eq!(lines(&document), ["Café threat", "He said: I will burn the café down."]);
    assert_eq!(document.words(document.title.unwrap()), "Café threat");
    assert_eq!(document.reporter.as_deref(), Some("Ann <ann@example.org>"));
    assert_eq!(
        document.date.map(|date| (date.at.to_string(), date.how)),
        Some(("2024-01-25".to_owned(), DatedBy::EmailHeader))
    );
    let page =
        read("tip.eml", "From: a@example.org\r\nContent-Type: text/html\r\n\r\n<p>They will <b>kill</b> her</p>\r\n");
    assert_eq!(lines(&page).join(" ").split_whitespace().collect::<Vec<_>>(), ["They", "will", "kill", "her"]);
    let forwarded = "From: a@example.org\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n--b\r\n\
        Content-Type: message/rfc822\r\n\r\nFrom: c@example.org\r\nSubject: Inner\r\n\r\nHe dies on Friday.\r\n--b--\r\n";
    assert_eq!(lines(&read("f.eml", forwarded)), ["Fwd", "See below.", "Inner", "He dies on Friday."]);
}

#[test]
fn json_reports() {
    let document = read(
        "r.json",
        r#"{"title":"Plot","text":"He will be killed.\nSoon.","date":"2024-01-25T23:00:00-05:00","author":"Ann","language":"en-GB"}"#,
    );
    assert_eq!(lines(&document), ["Plot", "He will be killed.", "Soon."]);
    assert_eq!(document.reporter.as_deref(), Some("Ann"));
    assert_eq!(
        document.date.map(|date| (date.at.to_string(), date.how)),
        Some(("2024-01-25".to_owned(), DatedBy::JsonField))
    );
    assert_eq!(document.language.map(|language| language.tag), Some("en-GB".to_owned()));
}

#[test]
fn formats_are_told_apart() {
    let format = |name: &str, text: &str| read(name, text).format;
    assert_eq!(format("-", "<!doctype html><p>He will be killed</p>"), Format::Html);
    assert_eq!(format("-", "{ \"text\": \"He will be killed\" }"), Format::Json);
    assert_eq!(format("-", "From: a@example.org\nTo: b@example.org\n\nHe will be killed"), Format::Email);
    assert_eq!(format("-", "From: the man\nhe said"), Format::Text);
    assert_eq!(format("a.TXT", "{\"text\": 1}"), Format::Text);
    assert_eq!(open("a.txt", b"<p>x y</p>", Some(Format::Html)).unwrap().format, Format::Html);
}

#[test]
fn languages() {
    for (text, tag) in [
        ("The man said he would kill his neighbour on Friday morning.", "en"),
        ("L'homme a dit qu'il tuerait son voisin vendredi matin.", "fr"),
        ("Мужчина сказал, что убьёт соседа в пятницу утром.", "ru"),
        ("مرد گفت که همسایه‌اش را صبح جمعه خواهد کشت و پلیس خبر دارد.", "fa"),
        ("قال الرجل إنه سيقتل جاره صباح يوم الجمعة القادم.", "ar"),
        ("האיש אמר שיהרוג את שכנו ביום שישי בבוקר.", "he"),
    ] {
        assert_eq!(read("a.txt", text).language.unwrap().tag, tag, "{text}");
    }
    assert!(read("a.txt", "Kill him").language.is_none());
}

fn refused(name: &str, bytes: &[u8]) -> Unreadable {
    open(name, bytes, None).unwrap_err()
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let rows: [(&str, &[u8], &str); 12] = [
        ("a.txt", b"", "holds no text"),
        ("a.txt", b" \n\t ", "holds no text"),
        ("a.txt", b"abc\xffdef", "not UTF-8 at byte 3"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "binary file (byte 6 is 0x1a)"),
        ("a.json", b"{", "line 1 column 1"),
        ("a.json", b"[1]", "it is an array"),
        ("a.json", b"{\"title\":\"x\"}", "no field \"text\""),
        ("a.json", b"{\"text\":5}", "field \"text\" is a number"),
        ("a.json", b"{\"text\":\"x\",\"date\":\"soon\"}", "the date is not one"),
        ("a.json", b"{\"text\":\"  \"}", "holds no text"),
        ("a.eml", b"", "holds no text"),
        ("a.eml", b"From: a@example.org\r\n\r\n\r\n", "neither its subject nor a text part"),
    ];
    for (name, bytes, words) in rows {
        let said = refused(name, bytes).to_string();
        assert!(said.contains(words), "{said}");
    }
    assert!(matches!(
        refused("a.txt", &vec![b'a'; 50 << 20]),
        Unreadable::TooLarge { bytes: 52_428_800, limit: 5_242_880 }
    ));
    assert!(refused("a.json", ("[".repeat(100_000)).as_bytes()).to_string().contains("recursion"));
}

/// Text made to cost much. Each is a megabyte, of which a reader that takes the square would not come back; the later
/// steps are given a sixteenth of that, for the sake of builds without optimisation.
#[test]
fn costly_texts_are_read_in_linear_time() {
    let pieces = [
        "<",
        "&",
        "<!",
        "<!--",
        "<a \"",
        "<a '",
        "<script>",
        "<div>",
        "<nav>",
        "</nav>",
        "<nav></nav>",
        "&#x41",
        "<p",
        "a\n",
        "\n",
        "Related\n",
        "By A B\n",
        "A-\n",
        "(",
        "[File: /]\n",
        "2024-01-25",
        "2024-01-25T10:00\n",
        "U.S.",
        "Santa ",
        "Kerman, ",
        "ا",
        "Katze. ",
        "<svg",
        "</svg>",
        "-\n",
    ];
    for (name, piece) in pieces.iter().flat_map(|piece| [("a.html", piece), ("a.txt", piece)]) {
        if let Ok(document) = open(name, piece.repeat((1 << 20) / piece.len()).as_bytes(), None) {
            assert_sound(&document);
        }
        if let Ok(document) = open(name, piece.repeat((1 << 16) / piece.len()).as_bytes(), None) {
            let _ = Gazetteer::shared().places(&document.plain, &document.body);
            let _ = signature(&document);
        }
    }
}

/// Messages that nest or split without end.
#[test]
fn hostile_messages_are_bounded() {
    let mega = |piece: &str| piece.repeat((1 << 20) / piece.len());
    let head = "From: a@example.org\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for piece in [
        "--b\r\n",
        "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        "--b\r\n\r\ntext\r\n",
        "--",
        "Received: x\r\n",
        "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a\r\n",
    ] {
        let _ = open("a.eml", (head.to_owned() + &mega(piece)).as_bytes(), None);
    }
    let attached = "Content-Type: message/rfc822\r\n\r\n".repeat(450) + "Subject: x\r\n\r\nHe dies.";
    assert!(refused("a.eml", attached.as_bytes()).to_string().contains("attached more than 4 deep"));
    let nested: String =
        (0..20_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
    assert!(refused("a.eml", format!("From: a@example.org\r\n{nested}").as_bytes()).to_string().contains("boundaries"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), name in "a\\.(txt|html|eml|json)|-") {
        if let Ok(document) = open(&name, &bytes, None) {
            assert_sound(&document);
        }
    }

    #[test]
    fn any_text_is_read_soundly(text in "(\\PC|\n|\r|Advertisement\n|Related\n|/ |<p>|<nav>|</nav>|&amp;|<!--|-->|2024-01-25T10:00:00Z|A bomb will go off. ){0,60}", name in "a\\.(txt|html)") {
        match open(&name, text.as_bytes(), None) {
            Ok(document) => {
                prop_assert_eq!(&document.verbatim, &text);
                assert_sound(&document);
            }
            Err(why) => prop_assert!(matches!(why, Unreadable::Empty | Unreadable::Binary { .. }), "{why}"),
        }
    }

    #[test]
    fn any_message_and_any_json_text_is_read_soundly(subject in "\\PC{0,20}", body in "(\\PC|\n){0,80}") {
        let message = format!("From: a@example.org\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}");
        if let Ok(document) = open("a.eml", message.as_bytes(), None) {
            assert_sound(&document);
        }
        let json = serde_json::json!({ "title": subject, "text": body }).to_string();
        if let Ok(document) = open("a.json", json.as_bytes(), None) {
            assert_sound(&document);
        }
    }
}
