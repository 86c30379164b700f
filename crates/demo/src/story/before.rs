//! Acts 1 to 3: reports, screening, determination.

use serde_json::{Value, json};

use super::{Threats, list, need, text};
use crate::{DemoError, World, examples};

/// Act 1: two reports of one threat, one of another, and one that came before.
pub(super) async fn reports_arrive(world: &mut World) -> Result<Threats, DemoError> {
    let [first, second, depot, again] = examples::BEFORE;
    let kerman = need(&arrives(world, first).await?, "/threat")?;
    world.until("2023-12-27T02:10:00Z").await?;
    arrives(world, second).await?;
    world.until("2023-12-27T02:15:00Z").await?;
    let depot = need(&arrives(world, depot).await?, "/threat")?;
    world.until("2023-12-27T02:20:00Z").await?;
    arrives(world, again).await?;
    Ok(Threats { kerman, depot })
}

async fn arrives(world: &mut World, (name, words): (&str, &str)) -> Result<Value, DemoError> {
    let body = json!({"name": name, "reporter": "field station", "handling": "protected", "text": words});
    let report = world.person("ilse").must("reports", &body).await?;
    let claims = list(&report, "/reading/claims").len();
    world.tell(
        "ilse",
        &format!("brings in {name}: kept word for word, then read into {claims} claims with their places in the text."),
    );
    world.teller.why(text(&report, "/reading/sentence"));
    if report.pointer("/duplicate_of").is_some_and(Value::is_string) {
        world.tell("desk", "the same text came before: recognised as a duplicate, not counted as a second voice.");
        return Ok(report);
    }
    let threat = need(&report, "/threat")?;
    let view = world.person("ilse").get(&format!("threats/{threat}")).await?;
    let reports = list(&view, "/threat/reports");
    let why = reports.last().map(|link| text(link, "/why").to_owned()).unwrap_or_default();
    if reports.len() == 1 {
        world.tell(
            "desk",
            "no open threat is like it: a new threat is opened, and a clock runs until somebody has said who is meant.",
        );
    } else {
        world.tell("desk", &format!("linked to the threat that is open already, because: {why}."));
    }
    Ok(report)
}

/// Act 2: the register is asked; a person decides.
pub(super) async fn screening(world: &mut World, threat: &str) -> Result<String, DemoError> {
    world.until("2023-12-27T02:28:00Z").await?;
    let found = world.person("mara").get(&format!("threats/{threat}/suggestions")).await?;
    for hit in list(&found, "/hits").iter().take(3) {
        let why: Vec<&str> = list(hit, "/why").iter().map(|why| text(why, "/feature")).collect();
        world.tell("desk", &format!("the register knows: {} ({}).", text(hit, "/name"), why.join(", ")));
    }
    let best = list(&found, "/hits").iter().find(|hit| text(hit, "/kind") == "event");
    let best = best.ok_or_else(|| DemoError::Story("screening did not find the gathering".to_owned()))?;
    let protectors = list(&found, "/protectors").iter().filter(|known| text(known, "/for") == text(best, "/party"));
    for protector in protectors {
        world.tell("desk", &format!("{} protects it ({}).", text(protector, "/name"), text(protector, "/by")));
    }
    for route in list(&found, "/routes").iter().take(2) {
        let hops: Vec<&str> = list(route, "/hops").iter().map(|hop| text(hop, "/name")).collect();
        let why: Vec<&str> = list(route, "/why").iter().filter_map(Value::as_str).collect();
        world.tell("desk", &format!("a route: {}.", hops.join(" -> ")));
        world.teller.why(&why.join(" "));
    }
    world.teller.why("There are no diplomatic relations: no direct channel, but not no route. How the real warning went was never disclosed.");
    let body = json!({
        "kind": "location",
        "name": "those who gather at the commemoration in Kerman",
        "party": text(best, "/party"),
        "reason": "named by place and occasion in both reports",
    });
    let after = world.person("mara").must(&format!("threats/{threat}/victims"), &body).await?;
    world.tell("mara", "says who is meant: those who gather at the commemoration in Kerman. A description is enough.");
    need(&after, "/victims/0/id")
}

/// Act 3: the pack's questions; doubt goes to the victim; nobody waives alone.
pub(super) async fn determination(world: &mut World, threat: &str, victim: &str) -> Result<(), DemoError> {
    world.until("2023-12-27T02:45:00Z").await?;
    let body = json!({
        "answers": {
            "credible": {"answer": "met", "evidence": "two reports, two ways of knowing"},
            "specific": {"answer": "unclear", "evidence": "the cemetery itself or the road to it"},
            "impending": {"answer": "met", "evidence": "the first days of January"},
            "harm_in_scope": {"answer": "met", "evidence": "explosive vests in a crowd"},
            "intended_victim": {"answer": "met", "evidence": "those who gather there"},
        },
        "grounds": {},
    });
    let path = format!("threats/{threat}/victims/{victim}");
    let after = world.person("mara").must(&format!("{path}/assessment"), &body).await?;
    let assessment = &after["victims"][0]["under"][0]["newest"]["assessment"];
    let found = text(assessment, "/determination").to_owned();
    world.tell(
        "mara",
        &format!(
            "answers the questions of {}: the determination is {}.",
            text(assessment, "/policy/id"),
            found.to_uppercase()
        ),
    );
    for reason in list(assessment, "/reasons") {
        let (criterion, clause) = (text(reason, "/criterion"), text(reason, "/clause"));
        let answer = text(reason, "/answer").replace('_', " ");
        world.teller.why(&format!("{criterion}: {answer} - {} [{clause}]", text(reason, "/effect")));
    }
    if found != "warn" {
        return Err(DemoError::Story(format!("the determination is {found}, not warn")));
    }
    let waive = json!({"of": "waiver", "ground": "endangers_foreign_partner", "reason": "they are no friends of ours"});
    if let Err(refused) = world.person("mara").try_to(&format!("{path}/affirmation"), &waive).await? {
        world.refused("mara", "tries to waive the warning", refused);
    }
    Ok(())
}
