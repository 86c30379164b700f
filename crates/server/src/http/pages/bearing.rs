//! Which claims bear on a pack's question. Packs are written by people who do not know our fields, so the words of the
//! question's id decide, and the question itself where the id says nothing. A claim too many does no harm; the whole
//! report stands beside the question all the same.

use domain::claim::Field;
use policy::pack::Criterion;

use Field::{
    Abducted, Acknowledgement, Act, Casualties, Channel, Date, Injured, Killed, Means, Occasion, Organisation,
    Perpetrator, Place, Quotation, RestsOn, Specificity, Stage, Target, WarnedBy, WarnedTo, WarningPlace, WarningTime,
};

/// Beginnings of words, and the fields that answer a question with such a word.
const TABLE: [(&[&str], &[Field]); 7] = [
    (
        &["credib", "real", "reasonable", "confirm", "evidence", "believ", "sound"],
        &[RestsOn, Quotation, Specificity, Organisation, Perpetrator],
    ),
    (&["specific", "enough"], &[Target, Place, Date, Means, Occasion, Specificity]),
    (&["impend", "immedia", "imminent", "present", "continu", "about", "soon"], &[Date, Stage, Occasion, WarningTime]),
    (
        &["harm", "danger", "serious", "crime", "emergency", "kill", "consequence", "used"],
        &[Act, Means, Killed, Injured, Casualties, Abducted],
    ),
    (&["victim", "identif", "covered", "affected", "person", "whom"], &[Target, Occasion, Place, WarnedTo]),
    (&["geograph", "campus", "place", "where"], &[Place, WarningPlace, Occasion]),
    (&["aware", "served", "told", "warned"], &[WarnedTo, WarnedBy, Channel, Acknowledgement]),
];

/// The fields whose claims bear on this criterion.
pub fn fields(criterion: &Criterion) -> Vec<Field> {
    let by_id = matching(&criterion.id);
    if by_id.is_empty() { matching(&criterion.question) } else { by_id }
}

fn matching(text: &str) -> Vec<Field> {
    let text = text.to_lowercase();
    let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let named = |stems: &[&str]| stems.iter().any(|stem| words().any(|word| word.starts_with(stem)));
    let mut found: Vec<Field> =
        TABLE.iter().filter(|(stems, _)| named(stems)).flat_map(|(_, fields)| *fields).copied().collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_of_the_shipped_packs_finds_its_claims() {
        for pack in policy::shipped().unwrap() {
            for criterion in &pack.says.criteria {
                assert!(!fields(criterion).is_empty(), "{}: {}", pack.says.id, criterion.id);
            }
        }
    }

    #[test]
    fn a_question_finds_what_it_asks_for() {
        let pack = policy::shipped_pack("icd-191").unwrap().unwrap();
        let rows = [("impending", Date), ("specific", Place), ("harm_in_scope", Act), ("intended_victim", Target)];
        for (id, field) in rows {
            assert!(fields(pack.criterion(id).unwrap()).contains(&field), "{id}");
        }
        assert!(!fields(pack.criterion("harm_in_scope").unwrap()).contains(&RestsOn));
    }
}
