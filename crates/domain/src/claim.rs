//! Claims: single assertions read out of a report, each with the bytes it stands on.
//!
//! The cast: a [`Claim`] says one thing ([`Field`]) about one event, in human words and in a comparable form
//! ([`Normal`]); [`Stage`] says how far the threat had come when the words were written, [`HowKnown`] whose word it
//! is. A claim is never more than what a text says: whether it is true is for people.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::wording::words;
use crate::words::Span;

/// The event every report is about. Other events a text mentions have other ids (`e2`, `e3`, …).
pub const MAIN_EVENT: &str = "e1";

/// One assertion of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number in the report: `c1`, `c2`, ….
    pub id: String,
    /// The event it speaks of; `e1` is the one the report is about.
    pub event: String,
    /// What it says something about.
    pub field: Field,
    /// What it says, in words for a person.
    pub value: String,
    /// What it says, in a form that can be compared.
    pub normalised: Normal,
    /// Where in the report's text it stands.
    pub span: Span,
    /// Exactly the text at `span`.
    pub quote: String,
    /// How far the event had come, as told here.
    pub stage: Option<Stage>,
    /// Whose word the report gives it on; `None` when it is the report's own.
    pub attributed_to: Option<String>,
    /// How that somebody knows; `None` when the text does not say.
    pub how_known: Option<HowKnown>,
}

impl Claim {
    /// Whether it speaks of what the report is about, and not of some other event told as background.
    pub fn is_main(&self) -> bool {
        self.event == MAIN_EVENT
    }
}

words! {
    /// What a claim says something about.
    Field {
        /// What is done or meant to be done: bombing, kidnapping, ….
        Act = "act", "act";
        /// How far it has come.
        Stage = "stage", "stage";
        /// When it happened, or the window in which it is expected.
        Date = "date", "date";
        /// Where.
        Place = "place", "place";
        /// The organisation said to act.
        Organisation = "organisation", "organisation";
        /// Who does it or means to.
        Perpetrator = "perpetrator", "perpetrator";
        /// Who or what is meant.
        Target = "target", "target";
        /// The gathering or day it is aimed at or falls on.
        Occasion = "occasion", "occasion";
        /// How many were killed.
        Killed = "killed", "killed";
        /// How many were hurt.
        Injured = "injured", "injured";
        /// Killed and hurt, counted together.
        Casualties = "casualties", "killed and injured together";
        /// How many were abducted or held.
        Abducted = "abducted", "abducted";
        /// How many were arrested.
        Arrests = "arrests", "arrests";
        /// Suspects killed by those who pursued them; never counted among the victims.
        SuspectsKilled = "suspects_killed", "suspects killed";
        /// With what.
        Means = "means", "means";
        /// Who said it was theirs.
        ClaimOfResponsibility = "claim_of_responsibility", "claim of responsibility";
        /// Who gave a warning.
        WarnedBy = "warned_by", "warned by";
        /// Who was given it.
        WarnedTo = "warned_to", "warned";
        /// When the warning was given.
        WarningTime = "warning_time", "time of the warning";
        /// The place the warning named.
        WarningPlace = "warning_place", "place named in the warning";
        /// How exact the warning is said to have been.
        Specificity = "specificity", "how specific";
        /// By which way the warning went.
        Channel = "channel", "channel";
        /// Whether the warned answered.
        Acknowledgement = "acknowledgement", "acknowledgement";
        /// How it ended: it happened, or it was prevented.
        Outcome = "outcome", "outcome";
        /// The duty or policy named as the reason to warn.
        PolicyBasis = "policy_basis", "policy named";
        /// When that policy does not ask for a warning.
        Exceptions = "exceptions", "exceptions named";
        /// The person or body the report's news comes from.
        RestsOn = "rests_on", "rests on";
        /// Words the report quotes; shared wording shows a shared origin.
        Quotation = "quotation", "quoted words";
    }
}

words! {
    /// How far the event had come, as told by a claim. Later stages come later in the order.
    Stage {
        /// Somebody said they would.
        Threatened = "threatened", "threatened";
        /// Somebody is preparing it.
        Planned = "planned", "planned";
        /// It was tried.
        Attempted = "attempted", "attempted";
        /// It was stopped.
        Foiled = "foiled", "foiled";
        /// It was done.
        Accomplished = "accomplished", "accomplished";
    }
}

words! {
    /// How the one whose word it is knows.
    HowKnown {
        /// Saw, heard or received it.
        Witnessed = "witnessed", "first hand";
        /// Told by somebody else.
        Hearsay = "hearsay", "hearsay";
        /// An intelligence service's information.
        Intelligence = "intelligence", "intelligence";
        /// An office, or an official by name, speaking for it.
        OfficialStatement = "official_statement", "official statement";
        /// An official who would not be named.
        AnonymousOfficial = "anonymous_official", "unnamed official";
        /// A newspaper, agency or broadcaster.
        Media = "media", "press report";
        /// Those who say they did it or will.
        PerpetratorStatement = "perpetrator_statement", "statement by the perpetrator";
        /// A named person's word, without more.
        PersonalStatement = "personal_statement", "somebody's word";
    }
}

words! {
    /// How exact a date is.
    Precision {
        /// To the minute (`at` says which).
        Minute = "minute", "to the minute";
        /// One day.
        Day = "day", "one day";
        /// A few days, such as a week.
        Range = "range", "a range of days";
        /// A month.
        Month = "month", "a month";
        /// A year.
        Year = "year", "a year";
        /// Around the days given; give or take a few.
        About = "about", "about then";
    }
}

/// What a claim says, in a form that can be compared across reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Normal {
    /// A number of people, as an interval.
    Quantity {
        /// No fewer than this; `None` when no lower end was given.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at_least: Option<u64>,
        /// No more than this; `None` when no upper end was given.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at_most: Option<u64>,
        /// A collection word ("dozens", "scores"): its upper end is a habit of speech and contradicts nothing.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        vague: bool,
    },
    /// A day or a stretch of days, both ends included.
    Dates {
        /// First day; `None` when it cannot be placed in a year.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<Date>,
        /// Last day.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        to: Option<Date>,
        /// How exact it is.
        precision: Precision,
        /// Clock time as written, `15:30` or, when the zone was given, `15:30Z`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        at: Option<String>,
        /// Month and day, `--01-03`, when the text gives no year and nothing else settles it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        without_year: Option<String>,
    },
    /// A place of the gazetteer.
    Place {
        /// GeoNames number, or the country's letters.
        id: String,
        /// Its name.
        name: String,
        /// ISO 3166-1 letters of the country it lies in.
        country: String,
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
    },
    /// A known organisation, or a state's authorities.
    Organisation {
        /// Stable word for it.
        id: String,
        /// Its name.
        name: String,
        /// The organisation it belongs to.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        parent: Option<String>,
    },
    /// Words, folded so that the same thing said twice compares equal.
    Text {
        /// The folded words.
        text: String,
        /// The more general word it falls under.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        parent: Option<String>,
    },
    /// The text says that this is not known or was not told.
    Unknown,
}

impl Normal {
    /// An exact number.
    pub const fn exactly(count: u64) -> Self {
        Self::Quantity { at_least: Some(count), at_most: Some(count), vague: false }
    }

    /// One day.
    pub const fn day(date: Date) -> Self {
        Self::Dates { from: Some(date), to: Some(date), precision: Precision::Day, at: None, without_year: None }
    }

    /// Plain folded words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), parent: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(normal: Normal, json: &str) {
        assert_eq!(serde_json::to_string(&normal).unwrap(), json);
        assert_eq!(serde_json::from_str::<Normal>(json).unwrap(), normal);
    }

    #[test]
    fn normal_forms_are_stable_json() {
        check(Normal::exactly(95), r#"{"kind":"quantity","at_least":95,"at_most":95}"#);
        check(
            Normal::Quantity { at_least: Some(81), at_most: None, vague: false },
            r#"{"kind":"quantity","at_least":81}"#,
        );
        check(
            Normal::day(jiff::civil::date(2024, 1, 3)),
            r#"{"kind":"dates","from":"2024-01-03","to":"2024-01-03","precision":"day"}"#,
        );
        check(Normal::text("bombing"), r#"{"kind":"text","text":"bombing"}"#);
        check(Normal::Unknown, r#"{"kind":"unknown"}"#);
    }

    #[test]
    fn a_claim_has_exactly_the_keys_people_were_promised() {
        let claim = Claim {
            id: "c1".into(),
            event: MAIN_EVENT.into(),
            field: Field::ClaimOfResponsibility,
            value: "x".into(),
            normalised: Normal::Unknown,
            span: Span::new(0, 1),
            quote: "x".into(),
            stage: Some(Stage::Accomplished),
            attributed_to: None,
            how_known: Some(HowKnown::Media),
        };
        assert_eq!(
            serde_json::to_string(&claim).unwrap(),
            r#"{"id":"c1","event":"e1","field":"claim_of_responsibility","value":"x","normalised":{"kind":"unknown"},"span":[0,1],"quote":"x","stage":"accomplished","attributed_to":null,"how_known":"media"}"#
        );
    }

    #[test]
    fn words_lead_back_to_themselves() {
        for field in Field::ALL {
            assert_eq!(Field::from_id(field.id()), Some(*field));
        }
        assert_eq!(Stage::from_id("nonsense"), None);
    }
}
