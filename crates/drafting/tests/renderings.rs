//! The renderings of the example warning, as files that a person can look at.
//!
//! `golden/warning.cap.xml` was checked against the OASIS schema of CAP 1.2 and `golden/warning.stix.json` with the OASIS
//! validator for STIX 2.1; see `golden/README.md`.

use drafting::*;
use proptest::prelude::*;

fn file() -> WarningFile {
    serde_json::from_str(include_str!("golden/warning.json")).expect("the example is a warning file")
}

fn check(form: RenderAs, file: &WarningFile, golden: &str) {
    let made = render(form, file, None).expect("the example renders").content;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(golden);
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &made).expect("golden files can be written");
    }
    let wanted = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(made, wanted, "{golden} differs; look at it, then set WRITE_GOLDEN=1 to take it over");
}

#[test]
fn the_example_renders_in_every_form() {
    let file = file();
    for (form, golden) in [
        (RenderAs::Text, "warning.txt"),
        (RenderAs::Sms, "warning.sms.txt"),
        (RenderAs::Letter, "warning.letter.json"),
        (RenderAs::Cap, "warning.cap.xml"),
        (RenderAs::Stix, "warning.stix.json"),
        (RenderAs::Email, "warning.eml"),
        (RenderAs::Telephone, "warning.telephone.txt"),
        (RenderAs::InPerson, "warning.in-person.txt"),
        (RenderAs::Public, "warning.public.txt"),
        (RenderAs::Edxl, "warning.edxl.xml"),
        (RenderAs::Webhook, "warning.webhook.json"),
        (RenderAs::Json, "warning.facts.json"),
    ] {
        check(form, &file, golden);
    }
}

#[test]
fn an_all_clear_and_an_exercise_say_so() {
    let mut file = file();
    let of = Earlier { reference: "FW-2023-0107".into(), sent_at: file.frozen.sent_at };
    file.frozen.reference = "FW-2024-0002".into();
    file.frozen.kind = WarningKind::AllClear { of };
    file.frozen.exercise = true;
    check(RenderAs::Text, &file, "all-clear.txt");
    check(RenderAs::Cap, &file, "all-clear.cap.xml");
    check(RenderAs::Stix, &file, "all-clear.stix.json");
}

/// A10: what a draft carries stands in every form that leaves, and a notice to everybody is refused.
#[test]
fn every_form_carries_the_marking() {
    let mut file = file();
    file.frozen.marking = Some("TLP:AMBER".into());
    for form in RenderAs::ALL {
        match render(form, &file, None) {
            Ok(made) => assert!(made.content.contains("TLP:AMBER"), "{}: {}", form.id(), made.content),
            Err(cause) => {
                assert_eq!(form, RenderAs::Public, "{cause}");
                assert!(cause.to_string().contains("released first"), "{cause}");
            }
        }
    }
    let fingerprint = |file: &WarningFile| fingerprint(&file.draft, &file.frozen).expect("it renders");
    let before = fingerprint(&file);
    file.frozen.marking = None;
    assert_ne!(fingerprint(&file), before, "the marking is among the bytes that are approved");
    file.frozen.marking = Some("TLP:AMBER\nBcc: x".into());
    assert!(render(RenderAs::Email, &file, None).is_err(), "no line of its own");
}

#[test]
fn the_kind_of_a_warning_is_that_of_its_cap_message() {
    let of = Earlier { reference: "FW-2023-0107".into(), sent_at: file().frozen.sent_at };
    for (kind, says) in [
        (WarningKind::New, "<msgType>Alert</msgType>"),
        (WarningKind::Update { of: of.clone() }, "<msgType>Update</msgType>"),
        (WarningKind::Cancel { of: of.clone() }, "<msgType>Cancel</msgType>"),
        (WarningKind::AllClear { of }, "<responseType>AllClear</responseType>"),
    ] {
        let mut file = file();
        file.frozen.kind = kind;
        let xml = render(RenderAs::Cap, &file, None).unwrap().content;
        assert!(xml.contains(says), "{xml}");
        let refers = "<references>warning-desk-illustration,FW-2023-0107,2023-12-28T10:00:00-00:00</references>";
        assert_eq!(xml.contains(refers), file.frozen.kind.earlier().is_some());
    }
}

#[test]
fn a_text_message_that_is_too_long_is_refused() {
    let mut long = file();
    long.draft.advice = vec!["Stay at home.".to_owned(), "x".repeat(200)];
    let refused = render(RenderAs::Sms, &long, None).unwrap_err().to_string();
    assert!(refused.contains("`advice[1]` has 200 characters"), "{refused}");
    long.draft.advice = vec!["Keep the door locked and let nobody in whom you do not know well.".to_owned(); 20];
    let refused = render(RenderAs::Sms, &long, None).unwrap_err().to_string();
    assert!(refused.contains("at most 8 are sent"), "{refused}");
}

#[test]
fn a_form_and_a_recipient_nobody_knows_are_refused() {
    assert!("pdf".parse::<RenderAs>().unwrap_err().to_string().contains("telephone"));
    let refused = render(RenderAs::Letter, &file(), Some("Nobody")).unwrap_err().to_string();
    assert!(refused.contains("`Nobody`"), "{refused}");
    for form in RenderAs::ALL {
        assert_eq!(form.id().parse::<RenderAs>().unwrap(), form);
    }
}

#[test]
fn one_recipients_page_stands_in_no_shared_form() {
    for form in [
        RenderAs::Cap,
        RenderAs::Stix,
        RenderAs::Letter,
        RenderAs::Telephone,
        RenderAs::Sms,
        RenderAs::InPerson,
        RenderAs::Public,
        RenderAs::Edxl,
        RenderAs::Json,
    ] {
        let made = render(form, &file(), None).unwrap().content;
        assert!(!made.contains("/a/0123456789abcdef"), "{form:?}");
    }
}

#[test]
fn every_language_has_every_form_and_another_is_refused() {
    for language in languages() {
        let mut file = file();
        file.draft.language = language.into();
        for form in RenderAs::ALL.into_iter().filter(|form| *form != RenderAs::Sms) {
            let made = render(form, &file, None).unwrap_or_else(|fault| panic!("{language} {form:?}: {fault}"));
            assert!(!made.content.contains("{{"), "{language} {form:?}");
            // A header in other letters than ASCII is encoded, and so may the reference in it be.
            let named = made.content.contains("FW-2023-0107");
            assert!(named || form == RenderAs::Email, "{language} {form:?}");
        }
    }
    let mut file = file();
    file.draft.language = "de".into();
    let refused = render(RenderAs::Text, &file, None).unwrap_err().to_string();
    assert!(refused.contains("`de`") && refused.contains("fa"), "{refused}");
}

#[test]
fn the_public_notice_holds_nothing_of_one_recipient() {
    let file = file();
    let made = render(RenderAs::Public, &file, None).unwrap().content;
    for private in ["Ministry of Interior", "K7QM-42TD", "protecting power\nFrom", "https://"] {
        assert!(!made.contains(private), "{private}: {made}");
    }
    // No double standard: the public is told what the recipient is told.
    for same in [&file.draft.what, &file.draft.when, &file.draft.place, &file.draft.advice[0]] {
        assert!(made.contains(same.as_str()), "{same}");
    }
}

proptest! {
    /// Whatever a person types, every form is made or refused, and no line can be added to a header or an element.
    #[test]
    fn untrusted_words_stay_words(text in "\\PC{1,80}", wild in ".{1,40}") {
        let mut file = file();
        file.draft.headline = format!("x{text}");
        file.draft.what = format!("x{wild}</description><info>&amp;]]>");
        file.frozen.recipients[0].name = format!("x{text}");
        for form in RenderAs::ALL {
            let Ok(made) = render(form, &file, None) else { continue };
            match form {
                RenderAs::Cap | RenderAs::Edxl => prop_assert_eq!(made.content.matches("<info>").count(), 1),
                RenderAs::Stix | RenderAs::Letter | RenderAs::Webhook | RenderAs::Json => {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&made.content).is_ok());
                }
                RenderAs::Email => {
                    let head = made.content.split("\r\n\r\n").next().unwrap_or_default();
                    let names = head.split("\r\n").filter(|line| !line.starts_with(' ')).count();
                    prop_assert_eq!(names, 6, "{}", head);
                }
                RenderAs::Text | RenderAs::Sms | RenderAs::Telephone | RenderAs::InPerson | RenderAs::Public => {}
            }
        }
    }
}
