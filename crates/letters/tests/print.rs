//! What comes out of the press.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::process::Command;

use domain::ChannelKind;
use letters::{Job, LetterError, TaskSheet, Templates, print, print_with};

fn job() -> Job {
    Job::Letter(Box::new(common::letter()))
}

/// Runs a tool of poppler over a PDF; `None`, said plainly, where it is not installed.
fn poppler(tool: &str, pdf: &[u8], after: &[&str]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("letter.pdf");
    std::fs::write(&path, pdf).unwrap();
    let Ok(done) = Command::new(tool).arg(&path).args(after).output() else {
        println!("{tool} (poppler-utils) is absent: the PDF was not looked into");
        return None;
    };
    Some(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_letter_is_tagged_a4_and_tells_nothing_but_its_reference() {
    let pdf = print(&job()).unwrap();
    if let Ok(path) = std::env::var("KEEP_LETTER") {
        std::fs::write(path, &pdf).unwrap();
    }
    let Some(info) = poppler("pdfinfo", &pdf, &[]) else { return };
    for part in ["FW-2023-0042", "Tagged:          yes", "(A4)", "JavaScript:      no", "Encrypted:       no"] {
        assert!(info.contains(part), "no {part:?} in {info}");
    }
    for absent in ["Author", "Creator", "CreationDate", "ModDate", "Keywords", "Subject"] {
        assert!(!info.contains(absent), "{absent} in {info}");
    }
    assert_eq!(poppler("pdfinfo", &pdf, &["-meta"]).map(|meta| meta.contains("Kerman")), Some(false));
}

#[test]
fn every_word_of_the_letter_is_on_paper() {
    let letter = common::letter();
    let Some(text) = poppler("pdftotext", &print(&job()).unwrap(), &["-"]) else { return };
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = flat(&text);
    let mut parts = vec![&letter.desk, &letter.reference, &letter.date_line, &letter.to, &letter.subject];
    parts.extend(letter.paragraphs.iter().map(|part| &part.text));
    parts.extend(&letter.advice);
    parts.extend([&letter.cannot_tell, &letter.contact, &letter.genuine, &letter.asks_nothing, &letter.verify_code]);
    parts.extend([&letter.officer, &letter.read_aloud]);
    parts.extend(letter.via.iter().chain(&letter.exercise));
    for part in parts {
        assert!(page.contains(&flat(part)), "no {part:?} on paper:\n{page}");
    }
    // The certificate goes back through other hands and shows nothing of the threat.
    let certificate = flat(text.split("Certificate of service").nth(1).unwrap());
    assert!(!certificate.contains("Kerman") && !certificate.contains("explosi"), "{certificate}");
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    assert!(print(&job()).unwrap() == print(&job()).unwrap());
}

#[test]
fn words_are_never_markup() {
    let hostile = [
        "#read(\"/etc/passwd\")",
        "#import \"parts.typ\": *",
        "$x$ `code` *bold* _it_ = Heading",
        "#panic()",
        "[ ] { } \\ \" ' # @ <label> //comment /* */ https://evil.example",
        "#sys.inputs",
        "@preview/x:1.0.0",
        "{{ x }} ${y}",
    ];
    for words in hostile {
        let mut letter = common::letter();
        letter.subject = words.to_owned();
        letter.to = words.to_owned();
        letter.reference = words.to_owned();
        letter.paragraphs[0].text = words.to_owned();
        letter.advice = vec![words.to_owned(); 3];
        letter.read_aloud = words.to_owned();
        let pdf = print(&Job::Letter(Box::new(letter))).unwrap_or_else(|fault| panic!("{words}: {fault}"));
        if let Some(text) = poppler("pdftotext", &pdf, &["-"]) {
            let flat =
                |text: &str| text.replace(char::is_whitespace, "").replace(['’', '‘'], "'").replace(['“', '”'], "\"");
            assert!(flat(&text).matches(&flat(words)).count() >= 6, "{words}: {text}");
            assert!(!text.contains("root:"));
        }
    }
}

#[test]
fn the_longest_letter_that_drafting_lets_through_is_printed() {
    let mut draft = common::draft();
    draft.headline = "word ".repeat(32).trim().to_owned();
    draft.what = "word ".repeat(800).trim().to_owned();
    draft.cannot_tell = "line\n".repeat(800).trim().to_owned();
    draft.advice = vec!["word ".repeat(120).trim().to_owned(); 20];
    draft.contact = "x".repeat(600);
    let letter = common::message(ChannelKind::Letter, &draft, true).letter().unwrap().clone();
    print(&Job::Letter(Box::new(letter))).unwrap();
}

#[test]
fn letters_of_several_scripts_are_printed_and_boxes_are_refused() {
    for (name, fits) in [
        ("Zoë Łukasz Ñandú", true),
        ("Владимир Петров", true),
        ("Μαρία Ωμέγα", true),
        ("محمد علی", true),
        ("漢字", false),
        ("ที่นี่", false),
    ] {
        let mut letter = common::letter();
        letter.to = name.to_owned();
        match print(&Job::Letter(Box::new(letter))) {
            Ok(_) => assert!(fits, "{name} came out, as boxes?"),
            Err(LetterError::Character) => assert!(!fits, "{name}"),
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

#[test]
fn another_language_is_refused_plainly() {
    let mut letter = common::letter();
    letter.language = "de".to_owned();
    let fault = print(&Job::Letter(Box::new(letter))).unwrap_err();
    assert!(matches!(&fault, LetterError::Language { language } if language == "de"), "{fault}");
}

#[test]
fn a_task_sheet_is_printed() {
    for kind in [ChannelKind::Telephone, ChannelKind::InPerson] {
        let message = common::message(kind, &common::draft(), false);
        let sheet = TaskSheet::of(&message, "National Warning Desk", "+98 00 000 000");
        let pdf = print(&Job::TaskSheet(Box::new(sheet))).unwrap();
        if let (Ok(path), ChannelKind::Telephone) = (std::env::var("KEEP_SHEET"), kind) {
            std::fs::write(path, &pdf).unwrap();
        }
        let Some(text) = poppler("pdftotext", &pdf, &["-"]) else { return };
        assert!(text.contains("Task sheet") && text.contains("FW-2023-0042"), "{text}");
    }
}

/// In every language the fixed words are there and no letter is missing (print refuses boxes). `KEEP_LETTERS=DIR`
/// keeps the pages to be looked at.
#[test]
fn letters_are_printed_in_every_language() {
    for (language, words) in [
        ("en", Some("Certificate of service")),
        ("fr", Some("Certificat de remise")),
        ("es", Some("Certificado de entrega")),
        ("ar", None),
        ("fa", None),
    ] {
        let draft = draft_in(language);
        let letter = common::message(ChannelKind::Letter, &draft, true).letter().unwrap().clone();
        let pdf = print(&Job::Letter(Box::new(letter))).unwrap_or_else(|fault| panic!("{language}: {fault}"));
        if let Ok(dir) = std::env::var("KEEP_LETTERS") {
            std::fs::write(std::path::Path::new(&dir).join(format!("{language}.pdf")), &pdf).unwrap();
        }
        let Some(text) = poppler("pdftotext", &pdf, &["-"]) else { return };
        assert!(text.contains("FW-2023-0042"), "{language}: {text}");
        // Joined letters come out of a PDF in other forms than they went in: of these only the share is looked at.
        let arabic = text.chars().filter(|c| matches!(c, '\u{600}'..='\u{6FF}' | '\u{FB50}'..='\u{FEFF}')).count();
        match words {
            Some(words) => assert!(text.contains(words) && arabic == 0, "{language}: no {words:?} in {text}"),
            None => assert!(arabic > 1_000, "{language}: {arabic} letters in {text}"),
        }
    }
    assert_eq!(drafting::languages().count(), 5, "a language more has a row here");
}

/// The same in another language; English where there are no words for it here.
fn draft_in(language: &str) -> drafting::DraftText {
    let (headline, what, when, place, advice, contact) = match language {
        "fr" => (
            "Attaque préparée contre un rassemblement public à Kerman",
            "Un groupe armé qui a déjà attaqué des foules prépare une attaque à l’explosif contre des personnes réunies en public.",
            "Dans les dix prochains jours.",
            "La ville de Kerman.",
            ["Prévenez aujourd’hui qui protège les rassemblements.", "Tenez les véhicules loin de la foule."],
            "L’officier de permanence, à toute heure, +41 58 000 00 00.",
        ),
        "es" => (
            "Se prepara un ataque contra una reunión pública en Kermán",
            "Un grupo armado que ya ha atacado a multitudes prepara un ataque con explosivos contra personas reunidas en público.",
            "En los próximos diez días.",
            "La ciudad de Kermán.",
            ["Avise hoy a quien protege las reuniones públicas.", "Mantenga los vehículos lejos de la gente."],
            "El oficial de guardia, a cualquier hora, +41 58 000 00 00.",
        ),
        "ar" => (
            "الإعداد لهجوم على تجمع عام في كرمان",
            "تعد جماعة مسلحة سبق أن هاجمت حشودًا لهجوم بالمتفجرات على أشخاص يجتمعون في مكان عام.",
            "خلال الأيام العشرة القادمة.",
            "مدينة كرمان.",
            ["أبلغوا اليوم المسؤولين عن حماية التجمعات العامة.", "أبعدوا المركبات عن الحشود."],
            "الضابط المناوب في أي ساعة، +41 58 000 00 00.",
        ),
        "fa" => (
            "تدارک حمله به گردهمایی همگانی در کرمان",
            "گروهی مسلح که پیش‌تر به جمعیت‌ها حمله کرده است حمله‌ای با مواد منفجره به مردمی که گرد هم می‌آیند تدارک می‌بیند.",
            "در ده روز آینده.",
            "شهر کرمان.",
            ["همین امروز به مسئولان حفاظت از گردهمایی‌ها بگویید.", "خودروها را از جمعیت دور نگه دارید."],
            "افسر نگهبان، در هر ساعت، +41 58 000 00 00.",
        ),
        _ => return common::draft(),
    };
    let words = [headline, what, when, place, contact].map(str::to_owned);
    let [headline, what, when, place, contact] = words;
    let advice = advice.map(str::to_owned).to_vec();
    let cannot_tell = match language {
        "fr" => "Nous ne pouvons pas dire comment nous le savons.",
        "es" => "No podemos decir cómo lo sabemos.",
        "ar" => "لا يمكننا أن نقول كيف عرفنا ذلك.",
        _ => "نمی‌توانیم بگوییم از کجا می‌دانیم.",
    };
    let language = language.to_owned();
    let how_sure = String::new();
    drafting::DraftText {
        language,
        headline,
        what,
        when,
        place,
        how_sure,
        advice,
        cannot_tell: cannot_tell.to_owned(),
        contact,
        ..common::draft()
    }
}

/// A directory with these templates in it.
fn templates(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Templates, LetterError>) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let read = Templates::from_dir(dir.path());
    (dir, read)
}

#[test]
fn a_desk_prints_with_templates_of_its_own_and_falls_back_to_ours() {
    let own = "#import \"parts.typ\": *\n#show: form\n#image(\"crest.svg\", width: 10mm, alt: \"Crest\")\n= Our own paper\n#data.reference #lines(data.read_aloud)\n#part-end(say(\"paper_letter\"))\n";
    let crest =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><rect width=\"10\" height=\"10\"/></svg>";
    let (_dir, read) = templates(&[("letter.typ", own), ("crest.svg", crest), ("notes.txt", "not taken")]);
    let read = read.unwrap();
    assert_ne!(read.digest(), Templates::default().digest());
    let pdf = print_with(&job(), &read).unwrap();
    let Some(text) = poppler("pdftotext", &pdf, &["-"]) else { return };
    assert!(text.contains("Our own paper") && text.contains("FW-2023-0042"), "{text}");
    assert!(poppler("pdfinfo", &pdf, &[]).unwrap().contains("Tagged:          yes"));
}

/// What is wrong with a template is told with its file and line, and there is no PDF.
#[test]
fn a_template_that_does_not_print_says_where_and_what_there_is() {
    let head = "#import \"parts.typ\": *\n#show: form\n";
    for (text, says) in [
        ("#data.surname", "letter.typ, line 3: dictionary does not contain key \"surname\""),
        ("#data.surname", "`data` has: about_earlier, ack_url, acknowledge"),
        ("#let x = (", "letter.typ, line 3"),
        ("#read(\"/etc/passwd\")", "letter.typ, line 3"),
        ("#image(\"missing.svg\")", "letter.typ, line 3"),
        ("#import \"@preview/cetz:0.3.0\": *", "letter.typ, line 3"),
        ("#say(\"paper_nothing\")", "parts.typ"),
    ] {
        let (_dir, read) = templates(&[("letter.typ", &format!("{head}{text}\n"))]);
        let fault = print_with(&job(), &read.unwrap()).unwrap_err().to_string();
        assert!(fault.contains(says) && fault.contains("nothing leaves"), "{text}: {fault}");
        assert!(!fault.contains("Kerman"), "{fault}");
    }
    let (_dir, read) = templates(&[("lettre.typ", "x")]);
    let told = read.unwrap_err().to_string();
    assert!(told.contains("letter.typ, task-sheet.typ, parts.typ"), "{told}");
    assert!(Templates::from_dir(std::path::Path::new("/nonexistent")).is_err());
}
