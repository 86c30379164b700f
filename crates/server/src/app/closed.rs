//! What stays behind the bar (P5): the words of protected paragraphs, and everything that repeats them. Claims read out
//! of such a paragraph are shown in plain form: places, days, organisations and words of closed lists stay, as the threat
//! cannot be judged without them; quoted words, free words, numbers, clock times and whose word it is do not. Opening
//! the paragraphs, on the record, shows them all.

use domain::Span;
use domain::claim::{Claim, Field, Normal};
use domain::marking::Stretch;
use domain::report::Report;
use domain::threat::Threat;
use jiff::civil::Date;
use reading::{Document, Feature};
use screening::Screening;

/// Stands where words were left out.
pub(crate) const CLOSED: &str = "[protected]";
/// Stands where a one-time link was left out: whoever reads it could answer for the recipient.
const LINK: &str = "[the recipient's own one-time link]";

fn main_claims(claims: &[Claim]) -> usize {
    claims.iter().filter(|claim| claim.is_main()).count()
}

fn with_more(text: String, closed: bool) -> String {
    if closed { text + " Protected paragraphs say more." } else { text }
}

/// What so many reports of one threat say together, for any list, from the claims of these. None when no act could be
/// read.
pub(crate) fn sentence_of(reports: &[(Bar, Vec<Claim>)], count: usize) -> Option<String> {
    let plain: Vec<Claim> = reports.iter().flat_map(|(bar, claims)| bar.plain(claims)).collect();
    let all: usize = reports.iter().map(|(_, claims)| main_claims(claims)).sum();
    let text = reading::summary::together(&plain, count)?.text;
    Some(with_more(text, main_claims(&plain) < all))
}

/// The protected stretches of one text.
#[derive(Debug, Default)]
pub(crate) struct Bar(Vec<Span>);

impl Bar {
    /// Of a report's text, as its stretches are marked.
    pub fn of(stretches: &[Stretch]) -> Self {
        Self(stretches.iter().filter(|stretch| stretch.marking.guarded()).map(|stretch| stretch.span).collect())
    }

    /// Adds the bars of a text that stands `base` bytes into a longer one.
    pub fn add(&mut self, other: &Self, base: usize) {
        self.0.extend(other.0.iter().map(|span| Span::new(base + span.start, base + span.end)));
    }

    /// Whether any of these words are behind it.
    pub fn covers(&self, span: Span) -> bool {
        // The bars are in order, so the first that ends after the span's start is the only one to look at.
        let at = self.0.partition_point(|bar| bar.end <= span.start);
        self.0.get(at).is_some_and(|bar| bar.overlaps(span))
    }

    /// Claims as they may be compared and summed up by somebody who has not opened the paragraphs.
    pub fn plain(&self, claims: &[Claim]) -> Vec<Claim> {
        claims
            .iter()
            .filter_map(|claim| if self.covers(claim.span) { plain(claim) } else { Some(claim.clone()) })
            .collect()
    }

    /// A report as it may be shown to somebody who has not opened it: every claim stays, with its field and its place.
    pub fn shown(&self, mut report: Report) -> Report {
        report.details = report.details.closed();
        if !self.is_empty() {
            // Whoever guesses the hidden words could tell by it that they guessed right.
            CLOSED.clone_into(&mut report.sha256);
        }
        let Some(reading) = &mut report.reading else { return report };
        // Keys are made from all claims, for finding; nobody needs to read them.
        reading.keys.clear();
        for claim in reading.claims.iter_mut().filter(|claim| self.covers(claim.span)) {
            let closed = || Claim { value: CLOSED.to_owned(), normalised: Normal::Unknown, ..stripped(claim) };
            *claim = plain(claim).unwrap_or_else(closed);
        }
        report
    }

    /// What a report says, in a sentence that may stand in any list.
    pub fn sentence(&self, document: &Document, claims: &[Claim]) -> String {
        let plain = self.plain(claims);
        let text = reading::summary::summarise(document, &plain).text;
        with_more(text, main_claims(&plain) < main_claims(claims))
    }

    /// Linking features that explain themselves without the words behind the bar.
    pub fn labelled(&self, mut features: Vec<Feature>, claims: &[Claim]) -> Vec<Feature> {
        let plain = reading::link::features(&self.plain(claims));
        for feature in &mut features {
            let known = plain.iter().find(|known| known.key == feature.key);
            feature.label = known.map_or_else(|| CLOSED.to_owned(), |known| known.label.clone());
        }
        features
    }

    /// A screening whose finds behind the bar are told without the words they stand on.
    pub fn screened(&self, mut found: Screening) -> Screening {
        for hit in found.hits.iter_mut().filter(|hit| self.covers(hit.span)) {
            CLOSED.clone_into(&mut hit.quote);
            hit.why.iter_mut().for_each(|why| CLOSED.clone_into(&mut why.value));
        }
        for place in found.places.iter_mut().filter(|place| self.covers(place.span)) {
            CLOSED.clone_into(&mut place.quote);
            CLOSED.clone_into(&mut place.how);
        }
        found
    }

    /// The text with spaces for everything behind the bar.
    pub fn blanked(&self, text: &str) -> String {
        let hidden = |at: usize| self.covers(Span::new(at, at + 1));
        text.char_indices().flat_map(|(at, letter)| blank(letter, hidden(at))).collect()
    }

    /// Whether nothing is behind it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A letter, or as many spaces as it has bytes.
fn blank(letter: char, hidden: bool) -> impl Iterator<Item = char> {
    let (shown, times) = if hidden && letter != '\n' { (' ', letter.len_utf8()) } else { (letter, 1) };
    std::iter::repeat_n(shown, times)
}

fn stripped(claim: &Claim) -> Claim {
    Claim { quote: CLOSED.to_owned(), attributed_to: None, ..claim.clone() }
}

/// A claim from a protected paragraph without its words; none when nothing but words is in it.
fn plain(claim: &Claim) -> Option<Claim> {
    let listed = matches!(
        claim.field,
        Field::Act
            | Field::Stage
            | Field::Means
            | Field::Outcome
            | Field::Acknowledgement
            | Field::Channel
            | Field::Specificity
    );
    let (value, normalised) = match &claim.normalised {
        _ if matches!(claim.field, Field::RestsOn | Field::Quotation) => return None,
        Normal::Place { name, .. } | Normal::Organisation { name, .. } => (name.clone(), claim.normalised.clone()),
        Normal::Dates { from, to, precision, without_year, .. } => {
            let normalised = Normal::Dates {
                from: *from,
                to: *to,
                precision: *precision,
                at: None,
                without_year: without_year.clone(),
            };
            (days(*from, *to, without_year.as_deref()), normalised)
        }
        Normal::Text { text, .. } if listed => (text.clone(), claim.normalised.clone()),
        // An exact number can be known to very few.
        Normal::Text { .. } | Normal::Quantity { .. } => return None,
        Normal::Unknown => ("not told".to_owned(), Normal::Unknown),
    };
    Some(Claim { value, normalised, ..stripped(claim) })
}

fn days(from: Option<Date>, to: Option<Date>, without_year: Option<&str>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(day), None) | (None, Some(day)) => day.to_string(),
        (None, None) => without_year.unwrap_or(CLOSED).to_owned(),
    }
}

/// A threat as it may be shown: recipients' one-time links are theirs alone (A20), and who handles a source is shown
/// only with an opened report (P5).
pub(crate) fn without_links(mut threat: Threat) -> Threat {
    for details in threat.coordination.details.values_mut() {
        *details = std::mem::take(details).closed();
    }
    for draft in &mut threat.drafts {
        let Some(frozen) = draft.release.frozen.as_object_mut() else { continue };
        let recipients = frozen.get_mut("recipients").and_then(|list| list.as_array_mut());
        for recipient in recipients.into_iter().flatten() {
            if let Some(link) = recipient.get_mut("ack_url").filter(|link| link.is_string()) {
                *link = LINK.into();
            }
        }
    }
    threat
}

/// A rendering with its one-time link left out, as `links` name them.
pub(crate) fn without_link(content: &str, links: &[&str]) -> String {
    links.iter().fold(content.to_owned(), |text, link| text.replace(link, LINK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::report::Handling;

    const TEXT: &str = "(U) A bombing is planned in Kerman.\n\n(S//NF) A cook heard it on the stairs at 21:40.\n";

    fn barred(text: &str, handling: Handling) -> Bar {
        Bar::of(&domain::marking::stretches(text, &handling.marking(), &[]))
    }

    #[test]
    fn the_bar_covers_protected_paragraphs_and_nothing_else() {
        let bar = barred(TEXT, Handling::Open);
        let of = |words: &str| Span::new(TEXT.find(words).unwrap(), TEXT.find(words).unwrap() + words.len());
        assert!(bar.covers(of("cook")) && bar.covers(of("21:40")));
        assert!(!bar.covers(of("Kerman")));
        assert!(barred("one\n\ntwo", Handling::Protected).covers(Span::new(0, 1)));
        assert!(barred("one\n\ntwo", Handling::Open).is_empty());
        let blanked = bar.blanked(TEXT);
        assert_eq!(blanked.len(), TEXT.len());
        assert!(blanked.contains("Kerman") && !blanked.contains("cook"));
    }

    #[test]
    fn words_stay_behind_and_plain_facts_do_not() {
        let document = reading::open("r.txt", TEXT.as_bytes(), None).unwrap();
        let read = reading::read(document);
        let bar = barred(TEXT, Handling::Protected);
        for claim in bar.plain(&read.claims).iter().filter(|claim| bar.covers(claim.span)) {
            assert_eq!(claim.quote, CLOSED);
            assert!(!format!("{claim:?}").contains("cook") && !format!("{claim:?}").contains("21:40"), "{claim:?}");
        }
    }
}
