//! Acts 4 and 5: drafts, approval, delivery, an acknowledgement that is not the recipient's, escalation, warning again.

use serde_json::{Value, json};

use super::{list, need, text};
use crate::{DemoError, World, client};

/// A warning as the story needs it further on.
pub(super) struct Warning {
    pub id: String,
    pub threat: Value,
}

fn draft_text(what: &str, how_sure: &str) -> Value {
    json!({
        "language": "en",
        "headline": "Planned attack on a public gathering in Kerman",
        "what": what,
        "when": "In the first days of January 2024, most likely around 3 January.",
        "place": "Kerman, Iran: a large public commemoration and the ways that lead to it.",
        "how_sure": how_sure,
        "advice": [
            "Search those who come to the commemoration before they reach the crowd.",
            "Keep the ways to it clear, and do not let people gather at one entrance.",
        ],
        "cannot_tell": "We cannot tell you how we know this. That is not a sign of doubt.",
        "contact": "The duty officer, warning-desk@desk.example, +000 555 0100, at any hour.",
    })
}

/// Act 4: the first draft leaks and is refused; the second passes and takes a second person.
pub(super) async fn words(world: &mut World, threat: &str, victim: &str) -> Result<Warning, DemoError> {
    world.until("2023-12-27T03:10:00Z").await?;
    let path = format!("threats/{threat}/drafts");
    let leaking = "ISIS-Khorasan plans a suicide bombing. A cook in the group's guest house near Faizabad overheard the \
                   trainer they call the Carpenter count out the vests.";
    let body = json!({"victim": victim, "text": draft_text(leaking, "")});
    let after = world.person("mara").must(&path, &body).await?;
    world.tell("mara", "writes a first draft. The leak check compares it with every protected paragraph:");
    let draft = list(&after, "/drafts").last().cloned().unwrap_or_default();
    for leak in list(&draft, "/leaks").iter().take(4) {
        world.teller.why(&format!("\"{}\" - {}", text(leak, "/words"), text(leak, "/why")));
    }
    approve(world, "ben", "tries to approve it all the same", threat, &draft).await?;

    world.until("2023-12-27T03:40:00Z").await?;
    let what = "We believe that members of ISIS-Khorasan are preparing a suicide bombing against a large public gathering in Kerman.";
    let body = json!({
        "victim": victim,
        "text": draft_text(what, "We take it seriously enough to tell you now."),
        "ways": ways(world, threat, victim).await?,
    });
    let after = world.person("mara").must(&path, &body).await?;
    let draft = list(&after, "/drafts").last().cloned().unwrap_or_default();
    let leaks = list(&draft, "/leaks").len();
    world.tell("mara", &format!("writes it again: the leak check finds {leaks} places."));
    approve(world, "mara", "tries to approve her own draft", threat, &draft).await?;
    world.until("2023-12-27T03:55:00Z").await?;
    let after = approve(world, "ben", "approves", threat, &draft).await?;
    let threat = after.ok_or_else(|| DemoError::Story("the clean draft was refused".to_owned()))?;
    let reference = text(&draft, "/release/reference").to_owned();
    world.tell("ben", &format!("reads every rendering exactly as it will leave and approves it: warning {reference}."));
    Ok(Warning { id: need(&draft, "/release/warning")?, threat })
}

/// The ways a person chooses from those the register knows: letter and e-mail through the embassy at once; the mission
/// to the United Nations when nobody acknowledges in time.
async fn ways(world: &World, threat: &str, victim: &str) -> Result<Vec<Value>, DemoError> {
    let known = world.person("mara").get(&format!("threats/{threat}/victims/{victim}/ways")).await?;
    let mut chosen = Vec::new();
    for way in list(&known, "") {
        let order = match (text(way, "/recipient"), text(way, "/channel")) {
            (name, "email" | "letter") if name.starts_with("Embassy") => 0,
            (name, "email") if name.starts_with("Permanent Mission") => 1,
            _ => continue,
        };
        let mut way = way.clone();
        way["order"] = order.into();
        chosen.push(way);
    }
    Ok(chosen)
}

async fn approve(
    world: &mut World,
    who: &'static str,
    wish: &str,
    threat: &str,
    draft: &Value,
) -> Result<Option<Value>, DemoError> {
    let path = format!("threats/{threat}/drafts/{}/approval", need(draft, "/id")?);
    let body = json!({"fingerprint": text(draft, "/release/fingerprint")});
    match world.person(who).try_to(&path, &body).await? {
        Ok(after) => Ok(Some(after)),
        Err(refused) => {
            world.refused(who, wish, refused);
            Ok(None)
        }
    }
}

/// Act 5: handed over, acknowledged by who carries it, never by whom it is for.
pub(super) async fn silence(world: &mut World, threat: &str, victim: &str, warning: &Warning) -> Result<(), DemoError> {
    for planned in list(&warning.threat, "/deliveries") {
        let to = text(planned, "/planned/recipient/name");
        let onward = text(planned, "/planned/onward_to/name");
        let passed = if onward.is_empty() { String::new() } else { format!(", who passes it on to {onward}") };
        world.tell("desk", &format!("plan: {} to {to}{passed}.", text(planned, "/planned/channel").replace('_', " ")));
    }
    world.until("2023-12-27T04:05:00Z").await?;
    show_deliveries(world, threat, &warning.id).await?;
    carry_letter(world, threat, &warning.id).await?;
    intermediary_answers(world).await?;

    time_runs_out(world, threat).await?;
    warn_again(world, threat, victim, &warning.id).await
}

/// The deadline passes at night: one person is woken and sleeps on, the next takes it up by the link in their mail.
async fn time_runs_out(world: &mut World, threat: &str) -> Result<(), DemoError> {
    world.until("2023-12-28T03:54:00Z").await?;
    world.calls();
    world.until("2023-12-28T03:56:00Z").await?;
    let view = world.person("okafor").get(&format!("threats/{threat}")).await?;
    let overdue = |known: &&Value| text(known, "/of/clock") == "acknowledge";
    let asked = list(&view, "/threat/escalations").iter().rev().find(overdue).cloned();
    let asked = asked.ok_or_else(|| DemoError::Story("nobody was asked for the missing acknowledgement".to_owned()))?;
    let (due, to) = (text(&asked, "/due_at"), text(&asked, "/to").replace('_', " "));
    let (_, woken, _) = called(world).await?;
    let said = format!("the time for an acknowledgement ran out at {due}; put to the {to} on duty: {woken} is woken.");
    world.tell("desk", &said);
    world.until("2023-12-28T04:06:00Z").await?;
    let (mail, woken, link) = called(world).await?;
    world.tell("desk", &format!("nobody has answered for ten minutes: {woken} is woken too, by this e-mail:"));
    for line in mail.lines().filter(|line| !line.trim().is_empty()) {
        world.teller.why(line);
    }
    world.until("2023-12-28T04:11:00Z").await?;
    client::take_up(&link, "the embassy's word came, the government's did not").await?;
    world.tell("okafor", "opens the link and takes it up: the embassy's word is not the government's.");
    world.answering = true;
    Ok(())
}

/// The last mail that woke somebody: its text, whom, and the link in it.
async fn called(world: &mut World) -> Result<(String, String, String), DemoError> {
    let nobody = || DemoError::Story("nobody was woken by e-mail".to_owned());
    let (mail, link) = world.calls().pop().ok_or_else(nobody)?;
    let wakes = world.person("okafor").get("wakes").await?;
    let named = |wake: &&Value| mail.contains(text(wake, "/opening/reference"));
    let wake = list(&wakes, "/open").iter().find(named).cloned().ok_or_else(nobody)?;
    let woken = list(&wake, "/calls").last().map(|call| text(call, "/person").to_owned()).ok_or_else(nobody)?;
    Ok((mail, woken, link))
}

async fn show_deliveries(world: &mut World, threat: &str, warning: &str) -> Result<(), DemoError> {
    let view = world.person("ana").get(&format!("threats/{threat}")).await?;
    for delivery in list(&view, "/threat/deliveries").iter().filter(|known| text(known, "/warning") == warning) {
        let evidence = list(delivery, "/attempts").last().map(|attempt| text(attempt, "/result/evidence").to_owned());
        let channel = text(delivery, "/planned/channel").replace('_', " ");
        world.tell("desk", &format!("{channel}: {}.", text(delivery, "/state").replace('_', " ")));
        world.teller.why(&evidence.unwrap_or_else(|| "not tried yet".to_owned()));
    }
    Ok(())
}

/// The letter lies ready; a person carries it to the intermediary, and says so.
async fn carry_letter(world: &mut World, threat: &str, warning: &str) -> Result<(), DemoError> {
    world.until("2023-12-27T08:30:00Z").await?;
    let view = world.person("ana").get(&format!("threats/{threat}")).await?;
    let mine = |known: &&Value| text(known, "/warning") == warning && text(known, "/state") == "prepared";
    let Some(letter) = list(&view, "/threat/deliveries").iter().find(mine) else { return Ok(()) };
    let path = format!("threats/{threat}/deliveries/{}/receipts", text(letter, "/id"));
    let body =
        json!({"state": "handed_over", "evidence": "handed to the embassy's duty officer at the door, signed for"});
    world.person("ana").must(&path, &body).await?;
    world.tell(
        "ana",
        "hands the sealed letter over at the embassy. Handed over is not delivered, and neither is an acknowledgement.",
    );
    Ok(())
}

/// The embassy opens its one-time link in the e-mail and says who it is.
async fn intermediary_answers(world: &mut World) -> Result<(), DemoError> {
    world.until("2023-12-27T09:15:00Z").await?;
    let (mails, begins) = (world.mail.mails(), format!("{}/a/", world.base));
    let found = mails.iter().rev().find_map(|mail| client::linked(&mail.bytes, &begins));
    let (_, link) = found.ok_or_else(|| DemoError::Story("the e-mail carries no acknowledgement link".to_owned()))?;
    client::acknowledge(&link, "Duty officer of the embassy", "Received; will be passed on this morning.").await?;
    world.tell("embassy", "acknowledges through the one-time link in the e-mail: received, will be passed on. That is the intermediary's word.");
    Ok(())
}

/// Before the window opens the desk looks again and warns once more.
async fn warn_again(world: &mut World, threat: &str, victim: &str, earlier: &str) -> Result<(), DemoError> {
    world.until("2023-12-30T09:00:00Z").await?;
    let review = json!({
        "victim": victim,
        "decision": "warn_again",
        "reason": "no answer from those it is for, and the window opens in two days",
        "next_by": "2024-01-04T00:00:00Z",
    });
    world.person("mara").must(&format!("threats/{threat}/reviews"), &review).await?;
    world.tell("mara", "reviews the threat before its window: nobody has answered; it is to be warned again.");
    let what = "We repeat our warning: we believe that members of ISIS-Khorasan are preparing a suicide bombing against a large public gathering in Kerman.";
    let body = json!({
        "victim": victim,
        "purpose": {"kind": "warn_again", "of": earlier},
        "text": draft_text(what, "Nothing that we have learned since makes it less likely."),
        "ways": ways(world, threat, victim).await?,
    });
    let after = world.person("mara").must(&format!("threats/{threat}/drafts"), &body).await?;
    let draft = list(&after, "/drafts").last().cloned().unwrap_or_default();
    world.until("2023-12-30T09:40:00Z").await?;
    approve(world, "ben", "approves the second warning", threat, &draft).await?;
    world.tell(
        "ben",
        &format!("approves the second warning, {}, which refers to the first.", text(&draft, "/release/reference")),
    );
    world.until("2023-12-30T09:45:00Z").await?;
    show_deliveries(world, threat, &need(&draft, "/release/warning")?).await
}
