//! Markings put on the words of a report: by rule when it comes, by people after; and taken back.

use domain::marking::{MarkedBy, SpanMark, by_hand};
use domain::report::{Mark, Release, Report, ReportEvent, apply, mark, release};
use domain::threat::Signed;
use domain::{Actor, ReportId, Span};
use jiff::Timestamp;
use serde::Deserialize;
use store::StoreError;

use super::closed::Bar;
use crate::desk::{Ask, Desk, RETRIES};
use crate::error::AppError;

/// Which words of a report: one of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Exactly as they stand there; each place where they do.
    #[serde(default)]
    pub words: String,
    /// Bytes of the text, from and to.
    #[serde(default)]
    pub span: Option<Span>,
    /// All of it.
    #[serde(default)]
    pub whole: bool,
}

/// Words found in more places than this say too little to be marked by.
const PLACES: usize = 100;

impl Which {
    /// Where these words stand. Words that are closed are found only by who has opened them on the record: otherwise
    /// whoever guesses them could tell by the answer that they guessed right.
    fn spans(&self, report: &Report, text: &str, by: &Actor) -> Result<Vec<Span>, AppError> {
        let words = self.words.trim();
        match (words.is_empty(), self.span, self.whole) {
            (false, None, false) => {
                let bar = Bar::of(&report.stretches(text));
                let opened = report.looks.iter().any(|look| look.by == by.name());
                let found = text.match_indices(words).map(|(at, _)| Span::new(at, at + words.len()));
                let found: Vec<Span> = found.filter(|span| opened || !bar.covers(*span)).take(PLACES + 1).collect();
                if found.len() > PLACES {
                    return Err(AppError::invalid("words", "in too many places; give more of the words around them"));
                }
                Ok(found)
            }
            (true, Some(span), false) => Ok(vec![span]),
            (true, None, true) => Ok(vec![Span::new(0, text.len())]),
            _ => Err(AppError::invalid(
                "words",
                "not said; give words as they stand, a span in bytes, or the whole report",
            )),
        }
    }
}

impl Desk {
    /// What the packs in force put on a report when it comes.
    pub(crate) async fn marks_by_rule(
        &self,
        originator: Option<&str>,
        text: &str,
        at: Timestamp,
    ) -> Result<Vec<SpanMark>, AppError> {
        let mut marks = Vec::new();
        for pack in self.library().await?.in_force() {
            for rule in &pack.says.markings {
                let marking = rule.puts().map_err(AppError::fault)?;
                let how = MarkedBy::Rule { pack: pack.says.id.clone(), rule: rule.id.clone() };
                let signed = Signed { by: Actor::Desk.name().to_owned(), at, reason: rule.rule.clone() };
                let put = |span| SpanMark { span, marking: marking.clone(), how: how.clone(), signed: signed.clone() };
                marks.extend(rule.places(originator, text).into_iter().map(put));
            }
        }
        Ok(marks)
    }

    /// Puts a marking on words of a report, besides what they carry.
    pub async fn mark_words(
        &self,
        ask: &Ask,
        id: ReportId,
        which: &Which,
        marking: &str,
        reason: &str,
    ) -> Result<Report, AppError> {
        let marking = by_hand(marking).map_err(|problem| AppError::invalid("marking", problem))?;
        let after = self
            .change_marks(ask, id, |report, text, at| {
                let asked = Mark {
                    spans: which.spans(report, text, &ask.actor)?,
                    marking: marking.clone(),
                    reason: reason.trim().to_owned(),
                };
                Ok(mark(report, text, asked, &ask.actor, at)?)
            })
            .await?;
        // Whoever is to be asked before these words are used, is asked on the threat.
        if let Some(threat) = after.threat.filter(|_| !marking.originators.is_empty()) {
            self.carry_details(threat, &after).await?;
        }
        Ok(after)
    }

    /// Lets words of a report carry less than they do, on the record. Words that stand in several places are released
    /// place by place.
    pub async fn release_words(
        &self,
        ask: &Ask,
        id: ReportId,
        which: &Which,
        to: &str,
        agreed: &str,
        reason: &str,
    ) -> Result<Report, AppError> {
        let to = by_hand(to).map_err(|problem| AppError::invalid("marking", problem))?;
        self.change_marks(ask, id, |report, text, at| {
            let [span] = which.spans(report, text, &ask.actor)?[..] else {
                return Err(AppError::invalid(
                    "words",
                    "not in this report, or in several places; give the span in bytes",
                ));
            };
            let agreed = Some(agreed.to_owned());
            let asked = Release { span, to: to.clone(), agreed, reason: reason.trim().to_owned() };
            Ok(release(report, text, asked, &ask.actor, at)?)
        })
        .await
    }

    /// Load, decide, append, answer; the report's own sentence is made again from what is open then.
    async fn change_marks<F>(&self, ask: &Ask, id: ReportId, decide: F) -> Result<Report, AppError>
    where
        F: Fn(&Report, &str, Timestamp) -> Result<Vec<ReportEvent>, AppError> + Send + Sync,
    {
        let document = self.document(id).await?;
        for _ in 0..RETRIES {
            let loaded = self.load::<Report>(id).await?;
            let report = loaded.state.clone().ok_or_else(|| AppError::not_found(format!("report {id}")))?;
            let at = self.clock.now();
            let mut events = decide(&report, &document.verbatim, at)?;
            let marked = events.iter().try_fold(report, |report, event| apply(Some(report), at, event));
            let marked = marked.ok_or_else(|| AppError::fault("a report that is marked is gone"))?;
            let bar = Bar::of(&marked.stretches(&document.verbatim));
            let anew = marked.reading.map(|reading| (bar.sentence(&document, &reading.claims), reading.sentence));
            events.extend(anew.filter(|(new, old)| new != old).map(|(sentence, _)| ReportEvent::ToldAnew { sentence }));
            let (write, after) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            match self.commit(ask, at, vec![write], &bar.shown(after.clone())).await {
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
                Ok(()) => return Ok(after),
            }
        }
        Err(AppError::Busy)
    }
}
