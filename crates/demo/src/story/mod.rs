//! What people do, one function per act. Every step goes through the desk's HTTP API as the person named.

mod after;
mod before;
mod depot;
mod warning;

use std::path::Path;

use serde_json::Value;

use crate::{DemoError, World};

/// The story from its beginning to its end.
pub(crate) async fn play(world: &mut World, reports: Option<&Path>) -> Result<(), DemoError> {
    world.teller.act(
        "The Kerman example: an illustration composed from public reporting. The real channel was never disclosed.",
    );
    world.teller.act("1. Reports arrive");
    let threats = before::reports_arrive(world).await?;
    world.teller.act("2. Who is meant, who protects them, how they can be reached");
    let victim = before::screening(world, &threats.kerman).await?;
    world.teller.act("3. The determination");
    before::determination(world, &threats.kerman, &victim).await?;
    world.teller.act("4. Words that do not give the source away");
    let warning = warning::words(world, &threats.kerman, &victim).await?;
    world.teller.act("5. On its way, and nobody answers");
    depot::the_other_threat(world, &threats.depot).await?;
    warning::silence(world, &threats.kerman, &victim, &warning).await?;
    depot::ends(world, &threats.depot).await?;
    world.teller.act("6. What happened, and what was said of it afterwards");
    after::outcome(world, &threats.kerman).await?;
    after::news(world, &threats.kerman, reports).await?;
    world.teller.act("7. The record");
    after::record(world).await
}

/// The two threats of the story.
pub(crate) struct Threats {
    pub kerman: String,
    pub depot: String,
}

/// Text at a place in an answer; empty when it is not there.
pub(crate) fn text<'a>(answer: &'a Value, pointer: &str) -> &'a str {
    answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A list at a place in an answer; empty when it is not there.
pub(crate) fn list<'a>(answer: &'a Value, pointer: &str) -> &'a [Value] {
    answer.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Text that must be there.
pub(crate) fn need(answer: &Value, pointer: &str) -> Result<String, DemoError> {
    match text(answer, pointer) {
        "" => Err(DemoError::Story(format!("an answer has nothing at {pointer}"))),
        found => Ok(found.to_owned()),
    }
}
