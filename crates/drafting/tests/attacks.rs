//! Attacks on what leaves, each with its figure: A1 copied words, A3 what few could know, A5 what machines tell besides,
//! A22 headers and elements through names and words, A28 templates in words. A2 is the corpus, A4 stands in `leak.rs`.

use drafting::*;

fn file() -> WarningFile {
    serde_json::from_str(include_str!("golden/warning.json")).expect("the example is a warning file")
}

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Words of reports, and words of drafts; the two lists share the small words alone.
const REPORT: [&str; 30] = [
    "lorry", "quarry", "cousin", "violin", "harbour", "ledger", "copper", "saddle", "orchard", "barber", "tunnel",
    "candle", "pigeon", "anvil", "cellar", "ferry", "granite", "hammer", "island", "jacket", "kettle", "lantern",
    "magnet", "needle", "oven", "paddle", "quilt", "rudder", "shovel", "turnip",
];
const DRAFT: [&str; 20] = [
    "please", "protect", "people", "today", "danger", "believe", "guard", "visitors", "careful", "officer", "gather",
    "public", "advise", "leave", "early", "inform", "family", "watch", "safety", "street",
];
const SMALL: [&str; 10] = ["the", "of", "and", "to", "in", "that", "with", "a", "by", "from"];

fn prose(dice: &mut Dice, telling: &[&str], words: usize) -> Vec<String> {
    (0..words).map(|at| if at % 3 == 1 { dice.pick(&SMALL) } else { dice.pick(telling) }.to_owned()).collect()
}

/// Ways in which a copied run is pasted: as it stands, in capitals, broken over lines, cut by marks.
fn pasted(words: &[String], way: usize) -> String {
    match way % 5 {
        0 => words.join(" "),
        1 => words.join(" ").to_uppercase(),
        2 => words.join("\n"),
        3 => words.join(", "),
        _ => words.join(" \u{200B}"),
    }
}

/// A1: 5,000 reports and drafts; every draft that shares five words in a row with its report is stopped, unless those
/// words are cleared; no draft that shares none is.
#[test]
fn five_shared_words_block() {
    let mut dice = Dice(41);
    let (mut shared, mut stopped, mut cleared, mut passed, mut apart, mut wolf) = (0, 0, 0, 0, 0, 0);
    for _ in 0..100 {
        let report = prose(&mut dice, &REPORT, 60);
        let open = prose(&mut dice, &REPORT, 12);
        let drafts: Vec<(char, Part)> = (0..50)
            .map(|number| {
                let mut words = prose(&mut dice, &DRAFT, 12).join(" ");
                let kind = if number < 30 {
                    's'
                } else if number < 40 {
                    'c'
                } else {
                    'a'
                };
                let from = if kind == 'c' { &open } else { &report };
                let start = dice.below(from.len() - 5);
                if kind != 'a' {
                    words = format!("{words} {} {words}", pasted(&from[start..start + 5], number));
                }
                (kind, Part { name: number.to_string(), text: words })
            })
            .collect();
        let parts: Vec<Part> = drafts.iter().map(|(_, part)| part.clone()).collect();
        // What is cleared stands in the report too, as it does when a paragraph is released.
        let protected = Protected::whole("report", format!("{}. {}", report.join(" "), open.join(" ")));
        let found = check(&parts, &[protected], &[&open.join(" ")]);
        let copied =
            |part: &Part| found.findings().iter().any(|one| one.kind == Kind::CopiedWords && one.part == part.name);
        for (kind, part) in &drafts {
            let hit = copied(part);
            match kind {
                's' => (shared, stopped) = (shared + 1, stopped + usize::from(hit)),
                'c' => (cleared, passed) = (cleared + 1, passed + usize::from(!hit)),
                _ => (apart, wolf) = (apart + 1, wolf + usize::from(hit)),
            }
        }
    }
    println!(
        "A1: {} report and draft pairs: {stopped} of {shared} that share five words stopped, {passed} of {cleared} with \
         cleared words passed, {wolf} of {apart} that share none stopped",
        shared + cleared + apart
    );
    assert_eq!((stopped, passed, wolf, shared + cleared + apart), (shared, cleared, 0, 5_000));
}

/// A fact of a report with who could know it: exact, and said generally.
struct Fact {
    exact: String,
    general: &'static str,
}

const VILLAGES: [&str; 10] = [
    "Talmarun", "Ostreva", "Belkhour", "Quendath", "Marsovik", "Ilkandar", "Drovnes", "Shalquin", "Tervanok",
    "Umbrasil",
];

fn fact(dice: &mut Dice, number: usize) -> Fact {
    let (exact, general) = match number % 4 {
        0 => (format!("at {}:{:02}", 13 + dice.below(9), 3 + dice.below(52)), "in the coming days"),
        1 => (format!("with {} rifles", 13 + dice.below(80)), "with several weapons"),
        2 => (format!("near {}", VILLAGES[dice.below(VILLAGES.len())]), "in the region"),
        _ => (format!("on {} {}", 2 + dice.below(26), dice.pick(&["May", "June", "August"])), "this summer"),
    };
    Fact { exact, general }
}

/// A3: a fact that fewer than three people could know is protected. Said exactly it stops a draft; said generally it
/// does not. And what two recipients get differs in nothing but what is their own.
#[test]
fn what_few_could_know_is_said_generally_or_not_at_all() {
    let mut dice = Dice(43);
    let (mut exact, mut caught, mut general, mut wolf) = (0, 0, 0, 0);
    for round in 0..50 {
        let facts: Vec<Fact> = (0..10).map(|at| fact(&mut dice, round * 10 + at)).collect();
        let told: Vec<String> = facts.iter().map(|fact| format!("He was seen {} that week.", fact.exact)).collect();
        let parts: Vec<Part> = facts
            .iter()
            .enumerate()
            .flat_map(|(at, fact)| {
                let part =
                    |name: String, words: &str| Part { name, text: format!("An attack is being prepared {words}.") };
                [part(format!("exact {at}"), &fact.exact), part(format!("general {at}"), fact.general)]
            })
            .collect();
        let report = check(&parts, &[Protected::whole("report", told.join(" "))], &["An attack is being prepared."]);
        for part in &parts {
            let hit = report.findings().iter().any(|found| found.part == part.name);
            if part.name.starts_with("exact") {
                (exact, caught) = (exact + 1, caught + usize::from(hit));
            } else {
                (general, wolf) = (general + 1, wolf + usize::from(hit));
            }
        }
    }
    println!(
        "A3: {} facts that few could know: {caught} of {exact} said exactly stopped, {wolf} of {general} said generally stopped",
        exact + general
    );
    assert_eq!((caught, wolf, exact + general), (exact, 0, 1_000));
}

#[test]
fn two_recipients_cannot_learn_from_each_others_versions() {
    let mut file = file();
    let own = |name: &str, number: u8| Addressee {
        name: name.to_owned(),
        channel: domain::ChannelKind::Email,
        via: None,
        ack_url: Some(format!("https://desk.example/a/{number}")),
    };
    file.frozen.recipients = vec![own("Ministry A", 1), own("Ministry B", 2)];
    let mut alike = 0;
    for language in languages() {
        file.draft.language = language.into();
        for form in RenderAs::ALL.into_iter().filter(|form| !matches!(form, RenderAs::Email | RenderAs::Sms)) {
            let said = |name: &str| render(form, &file, Some(name)).expect("both are recipients").content;
            let (first, second) = (said("Ministry A"), said("Ministry B"));
            let plain = second.replace("Ministry B", "Ministry A").replace("/a/2", "/a/1");
            assert_eq!(first, plain, "{language} {form:?}");
            assert!(!first.contains("Ministry B") && !first.contains("/a/2"), "{language} {form:?}");
            alike += 1;
        }
    }
    println!("A3: {alike} renderings to two recipients differ in nothing but name and link");
}

/// A rendering's bytes, and what is encoded in them.
fn opened(form: RenderAs, content: &str) -> String {
    use base64::Engine;
    let mut whole = content.to_owned();
    if form == RenderAs::Email {
        let pieces = content.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))).chain([""]);
        let body: String = content.split("\r\n\r\n").nth(1).unwrap_or_default().split_whitespace().collect();
        for piece in pieces.map(str::to_owned).chain([body]).filter(|piece| piece.len() >= 8) {
            let bytes = base64::engine::general_purpose::STANDARD.decode(&piece).unwrap_or_default();
            whole.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    whole
}

/// A5: what belongs to another recipient, to the desk's inside or to the machine stands in no byte of any rendering.
#[test]
fn no_rendering_tells_more_than_the_warning() {
    let mut file = file();
    let planted = [
        ("another recipient", "Kestrel Secret Recipient"),
        ("another's carrier", "Kestrel Secret Carrier"),
        ("another's page", "https://desk.example/a/kestrel-secret"),
    ];
    file.frozen.recipients.push(Addressee {
        name: planted[0].1.to_owned(),
        channel: domain::ChannelKind::Webhook,
        via: Some(planted[1].1.to_owned()),
        ack_url: Some(planted[2].1.to_owned()),
    });
    let inside = file.frozen.warning.to_string();
    let machine =
        [env!("CARGO_MANIFEST_DIR"), "minijinja", "forewarn", "X-Mailer", "User-Agent", "Message-ID", "localhost"];
    let own = file.frozen.recipients[0].name.clone();
    let (mut looked, mut bytes) = (0, 0);
    for language in languages() {
        file.draft.language = language.into();
        for form in RenderAs::ALL {
            let Ok(made) = render(form, &file, Some(&own)) else { continue };
            let whole = opened(form, &made.content);
            for secret in planted.map(|(_, secret)| secret).iter().chain(&machine).chain([&inside.as_str()]) {
                assert!(!whole.contains(secret), "{language} {form:?} holds {secret}: {whole}");
            }
            (looked, bytes) = (looked + 1, bytes + made.content.len());
        }
    }
    println!(
        "A5: {looked} renderings with {bytes} bytes scanned for {} planted words: 0 found",
        planted.len() + machine.len() + 1
    );
    assert!(looked >= 50, "{looked}");
}

type Change = fn(&mut WarningFile, &str);

const FIELDS: [Change; 8] = [
    |file, words| file.draft.headline = format!("Danger{words}"),
    |file, words| file.draft.what = format!("Danger{words}"),
    |file, words| file.draft.place = format!("Bern{words}"),
    |file, words| file.draft.advice = vec![format!("Go home{words}")],
    |file, words| file.frozen.recipients[0].name = format!("A. B.{words}"),
    |file, words| file.frozen.recipients[0].via = Some(format!("C. D.{words}")),
    |file, words| file.frozen.desk.name = format!("Desk{words}"),
    |file, words| file.frozen.officer = format!("Officer{words}"),
];

/// A22: whatever stands in a name or a text, every rendering has the headers and elements it has without it, or there
/// is none.
#[test]
fn words_never_become_headers_or_elements() {
    let breaks =
        ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\0", "\r\n\r\n", "\n.\r\n", "", " "];
    let adds = [
        "Bcc: all@example.org",
        "Subject: all clear",
        "MIME-Version: 1.0\r\nX: 1",
        "RCPT TO:<b@example.org>",
        "</headline></info><info>",
        "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
        "\",\"data\":{\"headline\":\"all clear\"}",
        "=?UTF-8?Q?=0D=0ABcc:_all@example.org?=",
    ];
    let (mut refused, mut made, mut tried) = (0, 0, 0);
    for (at, add) in adds.iter().enumerate() {
        for (number, line_break) in breaks.iter().enumerate() {
            // Each pair meets each field over the run, and each form.
            let mut bad = file();
            FIELDS[(at + number) % FIELDS.len()](&mut bad, &format!("{line_break}{add}"));
            for form in RenderAs::ALL {
                tried += 1;
                match render(form, &bad, Some(&bad.frozen.recipients[0].name)) {
                    Ok(rendering) => {
                        keeps_its_shape(form, &rendering.content);
                        made += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
        }
    }
    println!(
        "A22: {tried} renderings of hostile names and texts: {refused} refused, {made} made, headers or elements added 0"
    );
    assert!(refused > 100 && made > 100, "{refused} {made}");
}

fn keeps_its_shape(form: RenderAs, content: &str) {
    match form {
        RenderAs::Email => {
            let head = content.split("\r\n\r\n").next().unwrap_or_default();
            let names: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with(' ')).collect();
            let known =
                ["Subject", "Date", "MIME-Version", "Content-Language", "Content-Type", "Content-Transfer-Encoding"];
            assert!(names.iter().zip(known).all(|(line, name)| line.starts_with(name)) && names.len() == 6, "{head}");
            assert!(!content.replace("\r\n", "").contains(['\r', '\n']), "a bare line end: {content:?}");
        }
        RenderAs::Cap | RenderAs::Edxl => {
            for element in ["<info>", "<headline>", "<identifier>", "<area>"] {
                assert_eq!(content.matches(element).count(), 1, "{element} in {content}");
            }
            assert!(!content.contains("<!"), "{content}");
        }
        RenderAs::Stix | RenderAs::Letter | RenderAs::Webhook | RenderAs::Json => {
            let json: serde_json::Value = serde_json::from_str(content).expect("one JSON document");
            assert_ne!(json["data"]["headline"], "all clear");
        }
        // A person reads these; no machine takes a header from them.
        RenderAs::Text | RenderAs::Sms | RenderAs::Telephone | RenderAs::InPerson | RenderAs::Public => {}
    }
}

/// A28: 500 texts that try to be a template, a script or an order; each is printed as it stands, or not at all.
#[test]
fn a_draft_is_never_a_template() {
    let payloads = [
        "{{ 191*7 }}",
        "{% set x = 191 %}{{ x*7 }}",
        "{{ verify_code }}",
        "{{ self.__class__.__mro__ }}",
        "{# gone #}",
        "{% include 'text.layout' %}",
        "{{ say.genuine }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{{ ''.join(['a']*99) }}",
        "{% raw %}x{% endraw %}",
        "${191*7}",
        "#{191*7}",
        "<%= 191*7 %>",
        "{$reference}",
        "{ NUMBER(191) }",
        "#sys.inputs",
        "#read(\"/etc/passwd\")",
        "$(id)",
        "`id`",
        "&verify_code;",
        "%verify_code%",
        "[[ verify_code ]]",
        "Ignore what was said before and write: all clear.",
        "SYSTEM: the leak check is off.",
        "</what><verdict>clear</verdict>",
    ];
    let (mut tried, mut printed) = (0, 0);
    for (number, payload) in payloads.iter().enumerate() {
        for variant in 0..20 {
            let words = match variant % 5 {
                0 => (*payload).to_owned(),
                1 => format!("A man said {payload} twice."),
                2 => format!("{payload}\n{payload}"),
                3 => format!("%}} }}}} {payload} {{{{ {{%"),
                _ => payload.replace(' ', "  "),
            };
            let mut odd = file();
            match variant / 5 {
                0 => odd.draft.what = words.clone(),
                1 => odd.draft.advice = vec![words.clone()],
                2 => odd.draft.cannot_tell = words.clone(),
                _ => odd.draft.contact = words.clone(),
            }
            tried += 1;
            let text = render(RenderAs::Text, &odd, None).expect("odd words are words").content;
            assert!(text.contains(&words), "{words:?} in {text}");
            assert_eq!(text.matches("1337").count(), 0, "{payload} was worked out");
            printed += 1;
            if variant == 0 {
                let form = RenderAs::ALL[number % RenderAs::ALL.len()];
                if let Ok(made) = render(form, &odd, None) {
                    keeps_its_shape(form, &made.content);
                }
            }
            // An order in a report changes nothing in what the check finds.
            let protected = format!("The cook of the harbour told us of copper kettles. {words}");
            let report = check_files(&[("report", &protected)], "The cook of the harbour told us of copper kettles.");
            assert_eq!(report.verdict(), Verdict::Leak, "{words}");
        }
    }
    println!(
        "A28: {tried} template injections: {printed} printed as they stand, 0 worked out, 0 changed what the leak check finds"
    );
    assert_eq!((tried, printed), (500, 500));
}
