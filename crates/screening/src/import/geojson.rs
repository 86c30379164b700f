//! GeoJSON (RFC 7946): a feature collection, each feature a place, or what its property `kind` says.

use domain::register::{Entry, Geometry, NameKind, Party, PartyKind, Relation, RelationKind};
use serde_json::Value;

use super::Rows;
use super::fields::{name, window};

/// Reads a feature collection. A feature's `id`, or its property `id`, is the party's; properties that are read:
/// `name`, `aliases` (a list), `kind`, `country`, `description`, `located_in` (an id), `starts_at`, `ends_at`.
pub(super) fn geojson(text: &str, rows: &mut Rows) {
    let features = match serde_json::from_str::<Value>(text) {
        Ok(mut value) => value.get_mut("features").and_then(Value::as_array_mut).map(std::mem::take),
        Err(fault) => {
            rows.refuse(fault.line().max(1), format!("not JSON: {fault}"));
            return;
        }
    };
    let Some(features) = features else {
        rows.refuse(1, "no `features`: a register in GeoJSON is a FeatureCollection".to_owned());
        return;
    };
    for (number, feature) in (1..).zip(features) {
        rows.take(number, entries(feature));
    }
}

fn entries(mut feature: Value) -> Result<Vec<Entry>, String> {
    let geometry = feature.get_mut("geometry").map(Value::take).filter(|shape| !shape.is_null());
    let property = |key: &str| feature.get("properties").and_then(|all| all.get(key));
    let words = |key: &str| property(key).and_then(Value::as_str).map(str::trim).filter(|words| !words.is_empty());
    let id = match feature.get("id").or_else(|| property("id")) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("no `id`, neither of the feature nor among its properties".to_owned()),
    };
    let kind = match words("kind") {
        None => PartyKind::Place,
        Some(word) => PartyKind::from_id(word).ok_or_else(|| format!("kind `{word}` is not known"))?,
    };
    let mut party = Party::bare(&id, kind);
    party.names.extend(words("name").map(|text| name(NameKind::Legal, text, false)));
    let aliases = property("aliases").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    party.names.extend(aliases.map(|text| name(NameKind::Alias, text, false)));
    party.description = words("description").map(str::to_owned);
    party.country = words("country").map(str::to_uppercase);
    party.time = window(words("starts_at"), words("ends_at"))?;
    let shape = |value: Value| {
        serde_json::from_value::<Geometry>(value)
            .map_err(|fault| format!("geometry is no Point, Polygon or MultiPolygon: {fault}"))
    };
    party.geometry = geometry.map(shape).transpose()?;
    let lies_in = words("located_in").map(|place| Relation::new(&id, RelationKind::LocatedIn, place));
    Ok(std::iter::once(Entry::Party(party)).chain(lies_in.map(Entry::Relation)).collect())
}
