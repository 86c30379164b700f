//! The determination form: one pack's questions one under the other, beside each the claims that bear on it, and the
//! reports word for word in sight. What is typed is never lost: whatever stands in the way of recording it, the form
//! comes back as it was, and a colleague's answers stand beside one's own.
//!
//! The cast: a [`Sheet`] is everything the form shows; [`Given`] is what a browser sent; `bearing` says which claims
//! belong to a question. Nothing is decided here.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::assessment::{Assessment, DeadlineKind};
use domain::claim::Claim;
use domain::threat::{Answered, ClockOf, Determined, IntendedVictim, UnderPack};
use domain::{Answer, Refusal, VictimId};
use maud::{Markup, html};
use policy::Pack;
use serde::Deserialize;

use super::{Fields, Told, Visitor, back, bearing, layout, reports, words};
use crate::app::{Answers, ReportText, Stretch, ThreatView};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;
use crate::http::problem::Problem;

/// Bytes of the reports' words shown beside the questions; what is longer is one link away.
const WORDS_SHOWN: usize = 9000;

/// Which pack.
#[derive(Deserialize)]
pub struct Which {
    pack: Option<String>,
}

/// What a browser sent: `c.credible`, `e.c.credible`, `g.already_aware`, and what the form was drawn over.
type Given = BTreeMap<String, String>;

/// Everything the form shows.
struct Sheet {
    view: ThreatView,
    victim: VictimId,
    pack: Arc<Pack>,
    texts: Vec<(usize, ReportText)>,
    /// What stands in the boxes.
    typed: Given,
    /// A colleague's determination that whoever typed has not seen.
    other: Option<Determined>,
    /// What the answers would give, or why that cannot be said.
    result: Result<Assessment, Problem>,
    /// Why nothing was recorded.
    problem: Option<Problem>,
}

/// The form, as the answers stand.
pub async fn page(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, victim)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Result<Response, Told> {
    let mut sheet = Sheet::load(&desk, &threat, &victim, which.pack.as_deref()).await?;
    sheet.typed = standing(&sheet);
    sheet.try_out(&desk, &visitor).await?;
    Ok(sheet.shown(&desk, &visitor))
}

/// Shows what the answers give, or records them. Whatever stands in the way, the form comes back with everything in it.
pub async fn post(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, victim)): Path<(String, String)>,
    Fields(typed): Fields<Given>,
) -> Result<Response, Told> {
    let mut sheet = Sheet::load(&desk, &threat, &victim, typed.get("pack").map(String::as_str)).await?;
    sheet.typed = typed;
    if sheet.typed.get("act").is_some_and(|act| act == "record") {
        match sheet.record(&desk, &visitor).await {
            Ok(()) => return Ok(back(&threat, "determination").into_response()),
            Err(error) => sheet.stand_in_the_way(error),
        }
    }
    sheet.try_out(&desk, &visitor).await?;
    Ok(sheet.shown(&desk, &visitor))
}

impl Sheet {
    async fn load(desk: &Desk, threat: &str, victim: &str, pack: Option<&str>) -> Result<Self, Told> {
        let view = desk.threat_view(id(threat)?).await?;
        let victim: VictimId = id(victim)?;
        let known =
            view.threat.victim(victim).ok_or_else(|| AppError::not_found(format!("intended victim {victim}")))?;
        let library = desk.library().await?;
        let named = library.pack_for(known, pack)?.says.id.clone();
        let pack = library.named(&named).cloned().ok_or_else(|| AppError::not_found("policy pack in force"))?;
        let mut texts = Vec::new();
        for (at, link) in view.threat.reports.iter().enumerate().filter(|(_, link)| !link.after_the_fact) {
            texts.push((at + 1, desk.report_text(link.report).await?));
        }
        let result = Err(Problem::new(StatusCode::OK, "untried", "Nobody has answered yet."));
        Ok(Self { view, victim, pack, texts, typed: Given::new(), other: None, result, problem: None })
    }

    fn known(&self) -> Option<&IntendedVictim> {
        self.view.threat.victim(self.victim)
    }

    fn newest(&self) -> Option<&Determined> {
        self.known().and_then(|known| known.under(&self.pack.says.id)).and_then(|under| under.newest.as_ref())
    }

    /// Asks the pack, and records nothing.
    async fn try_out(&mut self, desk: &Desk, visitor: &Visitor) -> Result<(), Told> {
        self.result = match answers(&self.pack, &self.typed) {
            Ok(given) => {
                let tried = desk.try_answers(visitor.ask(), self.view.threat.id, self.victim, &given).await;
                tried.map_err(Problem::from)
            }
            Err(error) => Err(error.into()),
        };
        Ok(())
    }

    async fn record(&self, desk: &Desk, visitor: &Visitor) -> Result<(), AppError> {
        if self.typed.get("hash").is_some_and(|hash| *hash != self.pack.hash) {
            let what = format!(
                "was replaced while you answered: the desk has adopted version {} of {}. Your answers are kept below; look \
                 at the questions as they read now, then record",
                self.pack.says.version, self.pack.says.id
            );
            return Err(AppError::invalid("The policy pack", what));
        }
        if let Some(unanswered) = reasons_alone(&self.pack, &self.typed) {
            let what = "has a reason and no answer; unclear is an honest answer".to_owned();
            return Err(AppError::invalid(format!("The question \u{201c}{unanswered}\u{201d}"), what));
        }
        let given = answers(&self.pack, &self.typed)?;
        desk.assess(visitor.ask(), self.view.threat.id, self.victim, given).await.map(|_| ())
    }

    /// Nothing was recorded. When a colleague was quicker, their answers are shown, and what is recorded next follows
    /// theirs knowingly.
    fn stand_in_the_way(&mut self, error: AppError) {
        if matches!(error, AppError::Refused(Refusal::DeterminedMeanwhile { .. })) {
            self.other = self.newest().cloned();
        }
        self.problem = Some(error.into());
        self.typed.remove("over");
        self.typed.remove("hash");
    }

    fn shown(&self, desk: &Desk, visitor: &Visitor) -> Response {
        let code = self.problem.as_ref().map_or(StatusCode::OK, Problem::code);
        let frame = layout::Frame::still("Determination", "", desk.clock.now());
        (code, layout::page(&frame, &visitor.0, &self.content(visitor))).into_response()
    }

    fn content(&self, visitor: &Visitor) -> Markup {
        let threat = &self.view.threat;
        let path = format!("/threats/{}/victims/{}/assessment", threat.id, self.victim);
        let name = self.known().map_or("the intended victim", |known| &known.name);
        html! {
            p .kind { a href={ "/threats/" (threat.id) "#determination" } { "Threat" } " \u{203a} Determination" }
            h1 { "What is owed to " (name) "?" }
            p { (threat.sentence) }
            (self.who_next(visitor))
            (self.in_the_way())
            div .two {
                form #answers .stack method="post" action={ (path) "#problem" } data-try="result" {
                    input type="hidden" name="pack" value=(self.pack.says.id);
                    input type="hidden" name="hash" value=(self.typed.get("hash").unwrap_or(&self.pack.hash));
                    input type="hidden" name="over" value=(self.over());
                    p .hint { "The questions of " (self.pack.says.title) ", version " (self.pack.says.version) ". Unclear is an honest answer: doubt is resolved in favour of a warning." }
                    @for criterion in &self.pack.says.criteria {
                        (self.question("c", &criterion.id, &criterion.question, &format!("{} [{}]", criterion.guidance, criterion.clause), &self.bearing(criterion)))
                    }
                    (self.waiver_grounds())
                    (self.result_part())
                    div .acts {
                        button .quiet type="submit" name="act" value="show" formaction={ (path) "#result" } { "Show what this gives" }
                        " "
                        button type="submit" name="act" value="record" { "Record these answers" }
                    }
                }
                (self.beside())
            }
        }
    }

    /// Which determination whoever sends this form has seen.
    fn over(&self) -> String {
        let newest = || self.newest().map_or_else(|| "none".to_owned(), |newest| newest.id.to_string());
        self.typed.get("over").cloned().unwrap_or_else(newest)
    }

    /// What is due for this intended victim, by when, and who is asked.
    fn who_next(&self, visitor: &Visitor) -> Markup {
        let mine = |of: ClockOf| {
            [ClockOf::Determine(self.victim), ClockOf::Affirm(self.victim), ClockOf::Deliver(self.victim)].contains(&of)
        };
        html! {
            section .now aria-label="What now" {
                @for clock in self.view.clocks.iter().filter(|clock| mine(clock.of)) { p .first { (super::threat::clock_line(&self.view, clock, visitor)) } }
                @if !self.view.clocks.iter().any(|clock| mine(clock.of)) { p .first { "Nothing is due for this intended victim. New answers are recorded as a new determination all the same." } }
            }
        }
    }

    /// Why nothing was recorded, with a colleague's determination when one came first.
    fn in_the_way(&self) -> Markup {
        let Some(problem) = &self.problem else { return html! {} };
        html! {
            div #problem .finding role="alert" tabindex="-1" {
                p { strong { "Nothing was recorded, and everything you typed is still here." } " " (words::sentence(&problem.detail)) }
                @if let Some(rule) = problem.rule { p .small { "The rule is called " (rule) "." } }
                @if let Some(other) = &self.other {
                    p { (other.answered_by) " answered at " (words::stamp(other.answered_at)) ", which gives " strong { (other.determination()) } ". Their answers stand beside yours below. If you record yours, both stay on the record and yours follows theirs." }
                }
            }
        }
    }

    fn question(&self, kind: &str, asked: &str, legend: &str, help: &str, claims: &[(usize, &Claim)]) -> Markup {
        let typed = |name: String| self.typed.get(&name).map_or("", String::as_str);
        let (name, reason) = (format!("{kind}.{asked}"), format!("e.{kind}.{asked}"));
        let chosen = typed(name.clone());
        let choices = [("met", "met"), ("not_met", "not met"), ("unclear", "unclear")];
        let none = (kind == "g").then_some(("", "not considered"));
        html! {
            fieldset {
                legend { (legend) }
                p .small { (help) }
                @if !claims.is_empty() {
                    p .small { "The reports: " @for (at, (report, claim)) in claims.iter().enumerate() { @if at > 0 { "; " } a href={ "#r" (report) "-" (claim.id) } { (claim.field) ": " (claim.value) } } "." }
                }
                div .choices {
                    @for (value, text) in none.into_iter().chain(choices) {
                        label .inline { input type="radio" name=(name) value=(value) checked[chosen == value]; (text) }
                    }
                }
                (self.others_answer(kind, asked))
                label { "What the answer rests on" textarea name=(reason) rows="2" maxlength="1000" { (typed(reason.clone())) } }
            }
        }
    }

    fn others_answer(&self, kind: &str, asked: &str) -> Markup {
        let Some(other) = &self.other else { return html! {} };
        let list = if kind == "g" { &other.grounds } else { &other.answers };
        html! {
            p .other { (other.answered_by) ": " @match list.get(asked) {
                Some(given) => { strong { (words::said(&given.answer)) } @if !given.evidence.is_empty() { " \u{2013} " (given.evidence) } }
                None => "not answered",
            } }
        }
    }

    fn waiver_grounds(&self) -> Markup {
        let grounds = &self.pack.says.grounds;
        let considered = grounds
            .iter()
            .any(|ground| self.typed.get(&format!("g.{}", ground.id)).is_some_and(|value| !value.is_empty()));
        html! {
            @if !grounds.is_empty() {
                details open[considered || self.other.as_ref().is_some_and(|other| !other.grounds.is_empty())] {
                    summary { "Grounds on which a warning may be waived" }
                    p .hint { "Leave them unless one is being considered. A waiver needs a senior officer's affirmation." }
                    @for ground in grounds { (self.question("g", &ground.id, &ground.title, &format!("{} [{}]", ground.question, ground.clause), &[])) }
                }
            }
        }
    }

    /// What the answers give and why, who must act next, and by when.
    fn result_part(&self) -> Markup {
        html! {
            section #result .now aria-live="polite" aria-label="What these answers give" {
                @match &self.result {
                    Ok(assessment) => (self.gives(assessment)),
                    Err(problem) => p .first { (words::sentence(&problem.detail)) },
                }
            }
        }
    }

    fn gives(&self, assessment: &Assessment) -> Markup {
        let due = |kind| assessment.deadline(kind).map(|deadline| deadline.by);
        html! {
            p .first { "These answers give: " strong .determination { (assessment.determination) } ". Nothing is recorded yet." }
            ul .reasons { @for reason in &assessment.reasons { li {
                strong { (words::capital(&words::plain(&reason.criterion))) } @if let Some(answer) = reason.answer { " " (words::said(&answer)) } ": " (reason.effect) " " span .small { "[" (reason.clause) "]" }
            } } }
            @for need in &assessment.needs { p { "Needed then: " (need.what) ", from " (words::who(&need.role)) ", by " (words::stamp(need.by)) ", " (words::clock(need.by, self.view.now)) "." } }
            @if assessment.determination == domain::Determination::Warn {
                @if let Some(by) = due(DeadlineKind::Deliver) { p { "Then a warning is to be approved by " (words::stamp(by)) ", " (words::clock(by, self.view.now)) "." } }
            }
        }
    }

    /// The claims that bear on a criterion, each with the number of its report.
    fn bearing(&self, criterion: &policy::pack::Criterion) -> Vec<(usize, &Claim)> {
        let fields = bearing::fields(criterion);
        let mut found: Vec<(usize, &Claim)> = Vec::new();
        for (number, text) in &self.texts {
            let claims = text.report.reading.as_ref().map_or(&[][..], |reading| reading.claims.as_slice());
            for claim in claims.iter().filter(|claim| claim.is_main() && fields.contains(&claim.field)) {
                let told = found.iter().any(|(_, known)| known.field == claim.field && known.value == claim.value);
                if !told && claim.value != crate::app::CLOSED {
                    found.push((*number, claim));
                }
            }
        }
        found.truncate(6);
        found
    }

    /// The reports word for word, protected paragraphs closed, in sight while answers are given.
    fn beside(&self) -> Markup {
        let mut left = WORDS_SHOWN;
        let mut fits = |text: &ReportText| {
            let length = |stretch: &Stretch| stretch.words.as_ref().map_or(0, String::len);
            let whole = text.stretches.iter().take_while(|stretch| {
                let rest = left.checked_sub(length(stretch));
                left = rest.unwrap_or(0);
                rest.is_some()
            });
            whole.count()
        };
        let shown: Vec<(&(usize, ReportText), usize)> = self.texts.iter().map(|text| (text, fits(&text.1))).collect();
        html! {
            aside .beside .sight tabindex="0" aria-label="The reports, word for word" {
                @for ((number, text), fitting) in &shown {
                    section id={ "r" (number) } .verbatim {
                        h2 { "Report " (number) ": " a href={ "/reports/" (text.report.id) } { (text.report.name) } }
                        @for stretch in text.stretches.iter().take(*fitting) {
                            (reports::excerpt(*number, stretch, text.report.reading.as_ref().map_or(&[][..], |reading| &reading.claims)))
                        }
                        @if *fitting < text.stretches.len() { p .small { "It goes on; the whole report is behind its name." } }
                    }
                }
                @if self.texts.is_empty() { p { "Every report on this threat was written after the fact." } }
            }
        }
    }
}

/// The answers that stand, as the form's fields.
fn standing(sheet: &Sheet) -> Given {
    let Some(newest) = sheet.newest() else { return Given::new() };
    let mut typed = Given::new();
    for (kind, list) in [("c", &newest.answers), ("g", &newest.grounds)] {
        for (asked, given) in list {
            typed.insert(format!("{kind}.{asked}"), word(given.answer).to_owned());
            typed.insert(format!("e.{kind}.{asked}"), given.evidence.clone());
        }
    }
    typed
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Met => "met",
        Answer::NotMet => "not_met",
        Answer::Unclear => "unclear",
    }
}

/// The form's fields as answers. What the pack does not ask any more is not an answer to it.
fn answers(pack: &Pack, typed: &Given) -> Result<Answers, AppError> {
    let over = typed.get("over").cloned();
    let mut answers = Answers { pack: Some(pack.says.id.clone()), over, ..Answers::default() };
    for (name, value) in typed.iter().filter(|(_, value)| !value.is_empty()) {
        let evidence = typed.get(&format!("e.{name}")).cloned().unwrap_or_default();
        let (list, asked) = match name.split_once('.') {
            Some(("c", asked)) if pack.criterion(asked).is_some() => (&mut answers.answers, asked),
            Some(("g", asked)) if pack.ground(asked).is_some() => (&mut answers.grounds, asked),
            _ => continue,
        };
        let answer = match value.as_str() {
            "met" => Answer::Met,
            "not_met" => Answer::NotMet,
            "unclear" => Answer::Unclear,
            other => {
                return Err(AppError::invalid(name.clone(), format!("`{other}` is none of met, not_met, unclear")));
            }
        };
        list.insert(asked.to_owned(), Answered { answer, evidence });
    }
    Ok(answers)
}

/// The first question that has a reason and no answer: recording would lose what was typed.
fn reasons_alone<'a>(pack: &'a Pack, typed: &Given) -> Option<&'a str> {
    let filled = |name: String| typed.get(&name).is_some_and(|value| !value.trim().is_empty());
    let alone = |kind: &str, id: &str| filled(format!("e.{kind}.{id}")) && !filled(format!("{kind}.{id}"));
    let criteria = pack.says.criteria.iter().filter(|one| alone("c", &one.id)).map(|one| one.question.as_str());
    let grounds = pack.says.grounds.iter().filter(|one| alone("g", &one.id)).map(|one| one.title.as_str());
    criteria.chain(grounds).next()
}

/// The link to the form, where a pack asks about somebody.
pub fn link(view: &ThreatView, victim: &IntendedVictim, under: &UnderPack, pack: &Pack) -> Markup {
    let words = if under.newest.is_none() { "Answer the questions of" } else { "Answer anew the questions of" };
    html! {
        p { a .button href={ "/threats/" (view.threat.id) "/victims/" (victim.id) "/assessment?pack=" (under.pack) } { (words) " " (pack.says.title) } }
    }
}
