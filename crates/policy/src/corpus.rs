//! A corpus: facts known at the time, with the determination a pack has to reach. A pack that changes must still
//! agree with its corpus, or somebody changes both and says why.

use domain::Determination;
use serde::Deserialize;

use crate::evaluate;
use crate::facts::Facts;
use crate::pack::Pack;

/// Rows for one pack.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// The rows.
    pub rows: Vec<Row>,
}

/// One situation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Why this determination and no other, from what was known at the time.
    pub why: String,
    /// Reasonable people would answer a criterion otherwise.
    #[serde(default)]
    pub ambiguous: bool,
    /// The determination.
    pub expect: Determination,
    /// Roles of whom something is still needed, in order, each once; not compared when left out.
    pub asks: Option<Vec<String>>,
    /// What was known.
    pub facts: Facts,
}

/// A row the pack does not agree with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Disagreement {
    /// The row's name.
    pub row: String,
    /// What was found instead.
    pub what: String,
}

impl Corpus {
    /// Reads a corpus; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The rows that come out otherwise under this pack.
    pub fn disagreements(&self, pack: &Pack) -> Vec<Disagreement> {
        let compared = self.rows.iter().map(|row| (row, disagreement(row, pack)));
        compared.filter_map(|(row, what)| what.map(|what| Disagreement { row: row.name.clone(), what })).collect()
    }
}

fn disagreement(row: &Row, pack: &Pack) -> Option<String> {
    let assessment = match evaluate(pack, &row.facts) {
        Ok(assessment) => assessment,
        Err(error) => return Some(format!("the facts are refused: {error}")),
    };
    if assessment.determination != row.expect {
        return Some(format!("expected {}, found {}", row.expect, assessment.determination));
    }
    let mut asked: Vec<String> = assessment.needs.into_iter().map(|need| need.role).collect();
    asked.dedup();
    match &row.asks {
        Some(asks) if *asks != asked => Some(format!("expected to ask {asks:?}, found {asked:?}")),
        Some(_) | None => None,
    }
}
