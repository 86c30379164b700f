//! What the leak check promises: no five words get through, no mark changes anything, and its answers have one shape.

use drafting::*;
use proptest::prelude::*;

const WORDS: [&str; 40] = [
    "the",
    "a",
    "of",
    "in",
    "cook",
    "river",
    "Kerman",
    "says",
    "seven",
    "7",
    "21:40",
    "lorry",
    "it's",
    "o'clock",
    "ägypten",
    "Москва",
    "école",
    "plan",
    "wedding",
    "x",
    "y",
    "b2",
    "café",
    "north-east",
    "bridge",
    "was",
    "seen",
    "by",
    "two",
    "men",
    "کرمان",
    "salt",
    "1,200",
    "kg",
    "(U)",
    "end.",
    "why?",
    "“quoted”",
    "Hans",
    "to",
];

fn words(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<String>> {
    let any_word = prop_oneof![
        3 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        2 => "[a-z]{3,9}",
        1 => "[A-Z][a-z]{2,9}",
    ];
    prop::collection::vec(any_word, count)
}

fn part(text: &str) -> Vec<Part> {
    vec![Part { name: "what".to_owned(), text: text.to_owned() }]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A1: any five words in a row of a protected text, pasted anywhere into any draft.
    #[test]
    fn five_words_never_get_through(
        protected in words(8..60), before in words(0..20), after in words(0..20), at in any::<prop::sample::Index>(),
    ) {
        let start = at.index(protected.len() - 5);
        // Function words alone carry no fact, and a bracket or a quotation mark is no word.
        let pasted = &protected[start..start + 5];
        prop_assume!(pasted.iter().any(|word| word.len() > 4 && word.chars().all(char::is_alphanumeric)));
        let draft = [&before[..], pasted, &after[..]].concat().join(" ");
        let report = check(&part(&draft), &[Protected::whole("report", protected.join(" "))], &[]);
        let copied = report.findings().iter().any(|found| found.kind == Kind::CopiedWords);
        prop_assert!(copied, "{draft:?}\n{:?}", report.findings());
    }

    /// What stands in cleared text is no leak.
    #[test]
    fn cleared_words_pass(text in words(5..40)) {
        let plain: Vec<String> = text.into_iter().filter(|word| word.is_ascii()).collect();
        let text = plain.join(" ");
        let report = check(&part(&text), &[Protected::whole("report", text.as_str())], &[&text]);
        prop_assert_eq!(report.verdict(), Verdict::Clear, "{:?}", report.findings());
    }

    #[test]
    fn any_text_is_answered(draft in "\\PC{0,200}", protected in "[\\PC\n]{0,300}") {
        let report = check_files(&[("file", &protected)], &draft);
        for found in report.findings() {
            prop_assert!(found.draft_span.of(&draft).is_some());
            if let Some(span) = found.protected_span {
                prop_assert!(span.of(&protected).is_some());
            }
        }
    }
}

/// A4: two hundred ways to mark a text; the canonical form does not see one of them.
#[test]
fn marks_change_nothing() {
    let text = "A cook in the guest house heard the commander say 21:40 on the third of March.";
    let marked = encoders(text);
    assert!(marked.len() >= 200, "{}", marked.len());
    let wanted = canonical(text);
    for (name, marked) in &marked {
        assert_eq!(canonical(marked), wanted, "{name}: {marked:?}");
        let report = check(&part(marked), &[Protected::whole("report", text)], &[]);
        let copied = report.findings().iter().find(|found| found.kind == Kind::CopiedWords);
        assert_eq!(copied.map(|found| found.draft_words.split_whitespace().count() > 5), Some(true), "{name}");
    }
    println!("A4: {} encoders, canonical form identical for all", marked.len());
}

fn encoders(text: &str) -> Vec<(String, String)> {
    let mut marked = Vec::new();
    let invisible = "\u{AD}\u{34F}\u{61C}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}\u{180E}\u{200B}\u{200C}\u{200D}\u{200E}\
        \u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2066}\u{2067}\u{2068}\
        \u{2069}\u{206A}\u{206F}\u{3164}\u{FE00}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{FFFB}\u{1BCA0}\u{1D173}\u{E0001}\u{E0041}\
        \u{E007F}\u{E0100}\u{E0020}\u{E0061}\u{2065}\u{180C}\u{300}\u{336}";
    for mark in invisible.chars() {
        let name = format!("U+{:04X}", u32::from(mark));
        let inside: String = text.chars().flat_map(|c| if c == 'e' { vec![c, mark] } else { vec![c] }).collect();
        let between: String = text.chars().flat_map(|c| if c == ' ' { vec![' ', mark] } else { vec![c] }).collect();
        let everywhere: String = text.chars().flat_map(|c| [c, mark, mark]).collect();
        marked.extend([
            (format!("{name} in words"), inside),
            (format!("{name} between words"), between),
            (format!("{name} everywhere"), everywhere),
        ]);
    }
    for space in "\u{A0}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200A}\u{202F}\u{205F}\u{3000}\t\n".chars() {
        let name = format!("blank U+{:04X}", u32::from(space));
        marked.push((name.clone(), text.replace(' ', &space.to_string())));
        marked.push((format!("{name} twice"), text.replace(' ', &format!(" {space}"))));
    }
    let twins = [
        ('a', 'а'),
        ('c', 'с'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('x', 'х'),
        ('y', 'у'),
        ('i', 'і'),
        ('s', 'ѕ'),
        ('h', 'һ'),
        ('d', 'ԁ'),
        ('o', 'ο'),
        ('A', 'А'),
        ('M', 'М'),
        ('A', 'Α'),
        ('M', 'Μ'),
        ('a', 'ɑ'),
        ('g', 'ɡ'),
    ];
    for (letter, twin) in twins {
        marked.push((format!("{twin} for {letter}"), text.replace(letter, &twin.to_string())));
    }
    for first in [0x1_D400_u32, 0x1_D434, 0x1_D5A0, 0x1_D670, 0xFF21] {
        let small = if first == 0xFF21 { 0xFF41 } else { first + 26 };
        let styled = text.chars().map(|c| match c {
            'A'..='Z' => char::from_u32(first + u32::from(c) - 65).unwrap_or(c),
            'a'..='z' if first + u32::from(c) != 0x1_D434 + 104 => {
                char::from_u32(small + u32::from(c) - 97).unwrap_or(c)
            }
            other => other,
        });
        marked.push((format!("letters from U+{first:04X}"), styled.collect()));
    }
    marked.push(("capitals".to_owned(), text.to_uppercase()));
    marked.push(("small letters".to_owned(), text.to_lowercase()));
    marked.push(("commas".to_owned(), text.replace(' ', ", ")));
    marked.push(("accents".to_owned(), text.replace('e', "é").replace('a', "â")));
    marked
}

#[test]
fn the_answer_has_the_promised_shape() {
    let file = "(U) A bombing is planned in the city.\n\n(S//NF) The cook Yusuf Karimi said it at 21:40.";
    let report = check_files(&[("report.txt", file)], "Yusuf Karimi knows of a bombing in the city.");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["verdict"], "leak");
    let first = &json["findings"][0];
    assert_eq!(first["kind"], "protected_name");
    assert_eq!(first["draft_span"], serde_json::json!([0, 12]));
    let span = first["protected_span"].as_array().unwrap();
    let words = domain::Span::new(byte(&span[0]), byte(&span[1])).of(file).unwrap();
    assert!(words.starts_with("Yusuf"), "{words}");
    assert!(first["confidence"].as_f64().unwrap() > 0.5);
    assert!(first["why"].as_str().is_some_and(|why| !why.contains("cook") && !why.is_empty()));
    let clear = check_files(&[("report.txt", file)], "A bombing is planned in the city.");
    assert_eq!(serde_json::to_value(&clear).unwrap(), serde_json::json!({ "findings": [], "verdict": "clear" }));
}

fn byte(value: &serde_json::Value) -> usize {
    value.as_u64().and_then(|at| usize::try_from(at).ok()).expect("a byte")
}

#[test]
fn a_file_of_cleared_paragraphs_protects_nothing() {
    let report =
        check_files(&[("a", "(U) The bridge will be blown up at noon.")], "The bridge will be blown up at noon.");
    assert_eq!(report.verdict(), Verdict::Clear);
    assert_eq!(check_files(&[], "Anything may be said here at all.").verdict(), Verdict::Clear);
}

#[test]
fn the_frame_of_a_warning_is_no_leak() {
    let file: WarningFile = serde_json::from_str(include_str!("golden/warning.json")).unwrap();
    let protected = Protected::whole("report", "The cook of the group said so to our officer on Friday at nine.");
    for form in RenderAs::ALL {
        let text = render(form, &file, None).unwrap().content;
        let report = check(&part(&text), std::slice::from_ref(&protected), &[]);
        assert_eq!(report.verdict(), Verdict::Clear, "{form:?}: {:?}", report.findings());
    }
}

#[test]
fn a_finding_blocks_until_somebody_answers_for_it() {
    let mut file: WarningFile = serde_json::from_str(include_str!("golden/warning.json")).unwrap();
    file.draft.what = "Intercepted messages speak of an attack.".into();
    let report = check_draft(&file.draft, &[], &[]);
    assert_eq!(report.verdict(), Verdict::Leak);
    let approval = Approval {
        by: "approver".to_owned(),
        at: file.frozen.sent_at,
        fingerprint: fingerprint(&file.draft, &file.frozen).unwrap(),
    };
    let send = |clearance: &Clearance| {
        let to = "Ministry of Interior";
        release(&file.draft, &file.frozen, &approval, clearance, domain::ChannelKind::Letter, to)
    };
    let by = |reason: &str| Override { by: approval.by.clone(), at: approval.at, reason: reason.to_owned() };
    assert!(matches!(send(&report.clearance(None)), Err(ReleaseRefused::Leak { findings: 1 })));
    assert!(matches!(send(&report.clearance(Some(by(" ")))), Err(ReleaseRefused::Leak { .. })));
    assert!(send(&report.clearance(Some(by("Published by the ministry itself this morning.")))).is_ok());
}

/// The warnings of the example and of the tests of the whole desk are clean; a check that blocks them cries wolf.
#[test]
fn warnings_we_play_ourselves_pass() {
    let kerman = [
        include_str!("../../../examples/kerman/before/1-guest-house.txt"),
        include_str!("../../../examples/kerman/before/2-telephone.txt"),
        include_str!("../../../examples/kerman/before/4-guest-house-again.txt"),
    ]
    .join("\n\n");
    let depot = "(U) A man said he will stab his old shift manager at the parcel depot in Leeds when the early shift \
        arrives on Friday 8 March 2024.\n\n(S//NF) A former colleague passed this on in a stairwell at 21:40; they share a \
        bus to work.\n\n(S//NF) The caller has a cold and three sisters.\n\n(S//NF) His neighbour passed it on.";
    let rows = [
        (
            kerman.as_str(),
            "Planned attack on a public gathering in Kerman. We believe that members of ISIS-Khorasan are preparing a \
             suicide bombing against a large public gathering in Kerman. In the first days of January 2024, most likely \
             around 3 January. Kerman, Iran: a large public commemoration and the ways that lead to it. We take it \
             seriously enough to tell you now. Search those who come to the commemoration before they reach the crowd. \
             Keep the ways to it clear, and do not let people gather at one entrance. We cannot tell you how we know \
             this. That is not a sign of doubt.",
        ),
        (
            depot,
            "A threat against the early shift. We have information that somebody may attack a manager at your depot. On \
             Friday 8 March 2024, when work begins. Leeds, at the entrance. We take it seriously enough to tell you now. \
             Let nobody come in alone. Call the police at once when you see him. We cannot tell you how we know this.",
        ),
    ];
    for (report, draft) in rows {
        let check = drafting::check_files(&[("report", report)], draft);
        assert!(check.findings().is_empty(), "{:?}", check.findings());
    }
}
