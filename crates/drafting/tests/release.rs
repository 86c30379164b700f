//! The gate: what leaves, and every reason why it does not.

use domain::ChannelKind;
use drafting::*;

fn file() -> WarningFile {
    serde_json::from_str(include_str!("golden/warning.json")).expect("the example is a warning file")
}

fn approval(file: &WarningFile) -> Approval {
    Approval {
        by: "approver".to_owned(),
        at: file.frozen.sent_at,
        fingerprint: fingerprint(&file.draft, &file.frozen).expect("the example is sound"),
    }
}

fn clear(file: &WarningFile) -> Clearance {
    check_draft(&file.draft, &[], &[]).clearance(None)
}

fn send(file: &WarningFile, channel: ChannelKind, name: &str) -> Result<Releasable, ReleaseRefused> {
    release(&file.draft, &file.frozen, &approval(file), &clear(file), channel, name)
}

#[test]
fn each_channel_gets_what_it_needs() {
    let file = file();
    let letter = send(&file, ChannelKind::Letter, "Ministry of Interior").unwrap();
    assert_eq!(letter.letter().unwrap().via.as_deref(), Some("Embassy of the protecting power"));
    assert!(letter.payload().is_none());
    let mail = send(&file, ChannelKind::Email, "Embassy of the protecting power").unwrap();
    assert!(mail.letter().is_none());
    assert!(mail.text().contains("https://desk.example.org/a/0123456789abcdef"));
    assert!(!letter.text().contains("https://"), "one recipient's page must not stand in another's warning");
    assert_ne!(mail.message_id_seed(), letter.message_id_seed());
    assert_eq!(mail, send(&file, ChannelKind::Email, "Embassy of the protecting power").unwrap());
    let call = send(&file, ChannelKind::Telephone, "Embassy duty officer").unwrap();
    assert!(call.text().starts_with("Script for the caller."));
    let hook = send(&file, ChannelKind::Webhook, "Regional partner").unwrap();
    assert_eq!(hook.payload().unwrap()["type"], "warning.new");
}

#[test]
fn any_change_voids_the_approval() {
    type Change = fn(&mut WarningFile);
    let rows: [(&str, Change); 8] = [
        ("a word", |f| f.draft.what.push('!')),
        ("an advice", |f| _ = f.draft.advice.pop()),
        ("the language variant", |f| f.draft.language = "en-GB".into()),
        ("the reference", |f| f.frozen.reference = "FW-2023-0108".into()),
        ("the date", |f| f.frozen.sent_at = jiff::Timestamp::UNIX_EPOCH),
        ("the code", |f| f.frozen.verify_code = "K7QM-42TE".into()),
        ("a recipient more", |f| f.frozen.recipients.push(f.frozen.recipients[0].clone())),
        ("the kind", |f| f.frozen.exercise = true),
    ];
    let before = file();
    let approved = approval(&before);
    for (what, change) in rows {
        let mut after = before.clone();
        change(&mut after);
        let to = "Embassy of the protecting power";
        let refused = release(&after.draft, &after.frozen, &approved, &clear(&after), ChannelKind::Email, to);
        assert!(matches!(refused, Err(ReleaseRefused::ChangedSinceApproval { .. })), "{what}: {refused:?}");
    }
}

#[test]
fn a_recipient_who_was_not_approved_gets_nothing() {
    let file = file();
    for (channel, name) in [(ChannelKind::Email, "Ministry of Interior"), (ChannelKind::Letter, "Somebody Else")] {
        let refused = send(&file, channel, name);
        assert!(matches!(refused, Err(ReleaseRefused::RecipientNotApproved { .. })), "{name}: {refused:?}");
    }
}

#[test]
fn two_who_carry_one_warning_to_the_same_recipient_are_two() {
    let mut file = file();
    let carried = |by: &str| Addressee {
        name: "Ministry of Interior".to_owned(),
        channel: ChannelKind::Email,
        via: Some(by.to_owned()),
        ack_url: Some(format!("https://desk.example.org/a/{}", by.to_lowercase())),
    };
    file.frozen.recipients.extend([carried("Embassy"), carried("Mission")]);
    let send = |to: &Addressee| release_to(&file.draft, &file.frozen, &approval(&file), &clear(&file), to);
    let (first, second) = (send(&carried("Embassy")).unwrap(), send(&carried("Mission")).unwrap());
    assert!(first.text().contains("/a/embassy") && !first.text().contains("/a/mission"));
    assert!(second.text().contains("/a/mission") && !second.text().contains("/a/embassy"));
    assert_eq!((first.via(), second.via()), (Some("Embassy"), Some("Mission")));
    assert_ne!(first.message_id_seed(), second.message_id_seed());
    assert!(matches!(send(&carried("Somebody")), Err(ReleaseRefused::RecipientNotApproved { .. })));
}

#[test]
fn a_leak_check_of_another_text_does_not_count() {
    let file = file();
    let mut other = file.draft.clone();
    other.place = "Bern".into();
    let clearance = check_draft(&other, &[], &[]).clearance(None);
    let to = "Embassy of the protecting power";
    let refused = release(&file.draft, &file.frozen, &approval(&file), &clearance, ChannelKind::Email, to);
    assert!(matches!(refused, Err(ReleaseRefused::NotChecked)), "{refused:?}");
}

#[test]
fn unfit_fields_are_refused() {
    type Change = fn(&mut WarningFile);
    let rows: [(Change, &str); 12] = [
        (|f| f.draft.headline = "Danger\r\nBcc: all@example.org".into(), "U+000D at byte 6"),
        (|f| f.draft.headline = "Danger\u{2028}more".into(), "U+2028"),
        (|f| f.draft.headline = "Danger \u{202e}gnp".into(), "U+202E"),
        (|f| f.draft.what = "a\u{0}b".into(), "U+0000 at byte 1"),
        (|f| f.draft.what = "a\rb".into(), "U+000D"),
        (|f| f.draft.when = "  ".into(), "`when` is empty"),
        (|f| f.draft.advice.clear(), "`advice` is empty"),
        (|f| f.draft.what = "x".repeat(4001), "4001 characters"),
        (|f| f.draft.language = "English".into(), "not a language tag"),
        (|f| f.frozen.desk.name = "Desk\nX-Spoof: 1".into(), "U+000A"),
        (|f| f.frozen.recipients[0].name = "A\r\nRCPT TO:<b@example.org>".into(), "recipients[0].name"),
        (|f| f.frozen.reference = "FW 2026".into(), "letters, digits"),
    ];
    for (change, says) in rows {
        let mut bad = file();
        change(&mut bad);
        let refused = fingerprint(&bad.draft, &bad.frozen).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        let refused = render(RenderAs::Text, &bad, None).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn a_language_without_a_frame_is_refused() {
    let mut bad = file();
    bad.draft.language = "de".into();
    let refused = fingerprint(&bad.draft, &bad.frozen).unwrap_err().to_string();
    assert!(refused.contains("not translated into `de`"), "{refused}");
}

#[test]
fn braces_and_markup_in_a_draft_stay_what_they_are() {
    let mut odd = file();
    odd.draft.what = "{{ verify_code }} {% raw %} #set page() <script>".into();
    let mail = send(&odd, ChannelKind::Email, "Embassy of the protecting power").unwrap();
    assert!(mail.text().contains("{{ verify_code }} {% raw %} #set page() <script>"));
}

#[test]
fn a_clearance_survives_the_record() {
    let file = file();
    let text = serde_json::to_string(&clear(&file)).unwrap();
    assert_eq!(serde_json::from_str::<Clearance>(&text).unwrap(), clear(&file));
}
