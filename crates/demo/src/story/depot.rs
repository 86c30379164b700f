//! The other threat of the same night: a plain one, so that the demonstration does not leave it silent either.

use serde_json::json;

use super::{list, need, text};
use crate::{DemoError, World};

/// Passed to the police by telephone, acknowledged by name, averted, closed.
pub(super) async fn the_other_threat(world: &mut World, threat: &str) -> Result<(), DemoError> {
    world.until("2023-12-27T04:00:00Z").await?;
    let body = json!({"kind": "person", "name": "the shift manager at the depot in Leeds", "reason": "described in the report"});
    let after = world.person("mara").must(&format!("threats/{threat}/victims"), &body).await?;
    let victim = need(&after, "/victims/0/id")?;
    let met = json!({"answer": "met", "evidence": "said so himself, with day and place"});
    let answers = json!({"answers": {"credible": met, "specific": met, "impending": met, "harm_in_scope": met, "intended_victim": met}});
    world.person("mara").must(&format!("threats/{threat}/victims/{victim}/assessment"), &answers).await?;
    let way = json!([{
        "recipient": "Police control room, Leeds",
        "capacity": "protector",
        "channel": "telephone",
        "address": "+000 555 0199",
    }]);
    let text_of = json!({
        "language": "en",
        "headline": "Threat to kill a shift manager in Leeds",
        "what": "A man dismissed from a parcel depot says he will stab his old shift manager.",
        "when": "Friday 29 December 2023, at the start of the early shift.",
        "place": "The parcel depot in Leeds.",
        "advice": ["Find the manager and speak with him before the early shift on Friday."],
        "cannot_tell": "We cannot tell you how we know this.",
        "contact": "The duty officer, +000 555 0100, at any hour.",
    });
    let draft = json!({"victim": victim, "text": text_of, "ways": way});
    let after = world.person("mara").must(&format!("threats/{threat}/drafts"), &draft).await?;
    let draft = list(&after, "/drafts").last().cloned().unwrap_or_default();
    let path = format!("threats/{threat}/drafts/{}/approval", need(&draft, "/id")?);
    world.person("ben").must(&path, &json!({"fingerprint": text(&draft, "/release/fingerprint")})).await?;
    world.until("2023-12-27T04:02:00Z").await?;
    tell_the_police(world, threat).await
}

async fn tell_the_police(world: &mut World, threat: &str) -> Result<(), DemoError> {
    let view = world.person("ana").get(&format!("threats/{threat}")).await?;
    let delivery = need(&view, "/threat/deliveries/0/id")?;
    let path = format!("threats/{threat}/deliveries/{delivery}");
    let receipt = json!({"state": "delivered", "evidence": "read aloud by telephone at 04:02 and repeated back"});
    world.person("ana").must(&format!("{path}/receipts"), &receipt).await?;
    let ack =
        json!({"person": "Inspector Holroyd", "capacity": "protector", "words": "An officer will see him today."});
    world.person("ana").must(&format!("{path}/acknowledgements"), &ack).await?;
    world.tell("ana", "meanwhile, the other threat of this night: reads the warning to the police in Leeds by telephone; Inspector Holroyd acknowledges by name.");
    world.until("2023-12-27T04:04:00Z").await
}

/// The end of it, some days later.
pub(super) async fn ends(world: &mut World, threat: &str) -> Result<(), DemoError> {
    let outcome = json!({"kind": "averted", "occurred_at": null, "reason": "police spoke with both men; the early shift was met at the gate"});
    world.person("mara").must(&format!("threats/{threat}/outcome"), &outcome).await?;
    world
        .person("okafor")
        .must(&format!("threats/{threat}/closed"), &json!({"reason": "warned, acknowledged, averted"}))
        .await?;
    world.tell("okafor", "closes the threat in Leeds: warned, acknowledged, averted.");
    Ok(())
}
