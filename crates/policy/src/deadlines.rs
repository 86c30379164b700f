//! When things are due: the band of imminence, and every deadline counted from the time of the facts.

use domain::Window;
use domain::assessment::{Deadline, DeadlineKind};
use jiff::Timestamp;

use crate::lapse::Lapse;
use crate::pack::{Band, DisputeStep, Pack};
use crate::term::Term;

/// The key of a kind of deadline, in a pack and in JSON.
pub(crate) const fn key(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Determine => "determine",
        DeadlineKind::Affirm => "affirm",
        DeadlineKind::Deliver => "deliver",
        DeadlineKind::Acknowledge => "acknowledge",
        DeadlineKind::Review => "review",
    }
}

impl Pack {
    /// The band for a threat known at `at` and expected in `window`: the first that the time left fits into. The
    /// pack's `when_unknown` band when nobody knows when it starts, the most urgent when it has started.
    pub fn band(&self, at: Timestamp, window: Option<Window>) -> Option<&Band> {
        let deadlines = &self.says.deadlines;
        let Some(from) = window.and_then(|window| window.from) else {
            let named = deadlines.bands.iter().find(|band| band.id == deadlines.when_unknown);
            return named.or_else(|| deadlines.bands.first());
        };
        let left = from.duration_since(at);
        let fits = |band: &&Band| band.within.is_none_or(|within| left <= within.duration());
        deadlines.bands.iter().find(fits).or_else(|| deadlines.bands.last())
    }

    /// By when a determination is due for somebody identified at `at`.
    pub fn determine_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        Times::new(self, at, window).by(DeadlineKind::Determine)
    }

    /// By when an acknowledgement is due for a warning handed over at `at`.
    pub fn acknowledge_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        let times = Times::new(self, at, window);
        times.before_start(times.band.map_or(at, |band| times.later(band.acknowledge, at)))
    }

    /// By when to look again, after a look at `at`.
    pub fn review_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        Times::new(self, at, window).by(DeadlineKind::Review)
    }

    /// By when to look again, after a look at `at`, at what was determined at `determined_at`: the band's rhythm, the
    /// end of the window and the pack's set points, whichever comes first.
    pub fn next_review(&self, determined_at: Timestamp, at: Timestamp, window: Option<Window>) -> Timestamp {
        let points = self.says.deadlines.reviews.iter().flat_map(|reviews| &reviews.points);
        let next = points.map(|point| point.after(determined_at)).filter(|point| *point > at).min();
        let due = self.review_by(at, window);
        next.map_or(due, |point| due.min(point))
    }

    /// Whether a determination is looked at again when another report comes in.
    pub fn reviewed_on_new_report(&self) -> bool {
        self.says.deadlines.reviews.as_ref().is_none_or(|reviews| reviews.on_new_report)
    }

    /// By when a step of the dispute ladder that begins at `at` has to be decided.
    pub fn dispute_by(&self, step: &DisputeStep, at: Timestamp, window: Option<Window>) -> Timestamp {
        let times = Times::new(self, at, window);
        times.before_start(times.later(step.within, at))
    }

    /// By when whoever warned first, at `at`, has to have coordinated it.
    pub fn coordinate_by(&self, at: Timestamp) -> Timestamp {
        self.says.urgent.coordinate_within.after(at)
    }

    /// By when the originator, asked at `at`, has to answer: without an answer the desk goes on.
    pub fn originator_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        let times = Times::new(self, at, window);
        match self.says.coordination.originator_within {
            Some(within) => times.before_start(within.after(at)),
            None => times.by(DeadlineKind::Deliver),
        }
    }
}

/// Every deadline for one set of facts.
pub(crate) struct Times<'a> {
    pack: &'a Pack,
    at: Timestamp,
    window: Option<Window>,
    band: Option<&'a Band>,
    /// The longest times until review: of the waivers relied on, and to the pack's first set point.
    reviews: Vec<Term>,
    /// The fastest pace of the tracks that are reached.
    track: Option<Lapse>,
}

impl<'a> Times<'a> {
    pub(crate) fn new(pack: &'a Pack, at: Timestamp, window: Option<Window>) -> Self {
        Self { pack, at, window, band: pack.band(at, window), reviews: Vec::new(), track: None }
    }

    /// Counted from a determination: the waivers it relies on, the pace of the fastest track it reached.
    pub(crate) fn determined(self, waivers: Vec<Term>, track: Option<Lapse>) -> Self {
        let points = self.pack.says.deadlines.reviews.iter().filter_map(|reviews| reviews.points.first());
        let reviews = waivers.into_iter().chain(points.map(|point| Term::Clock(*point))).collect();
        Self { reviews, track, ..self }
    }

    fn later(&self, term: Term, at: Timestamp) -> Timestamp {
        term.after(at, self.pack.says.deadlines.working.as_ref())
    }

    fn delivered(&self, band: &Band) -> Timestamp {
        let due = self.later(band.deliver, self.at);
        self.track.map_or(due, |track| due.min(track.after(self.at)))
    }

    /// A pack without a band gives no time at all: everything is due at once, and somebody is asked at once.
    pub(crate) fn by(&self, kind: DeadlineKind) -> Timestamp {
        let Some(band) = self.band else { return self.at };
        match kind {
            DeadlineKind::Determine => self.before_start(self.later(band.determine, self.at)),
            DeadlineKind::Affirm => self.before_start(self.later(band.affirm, self.at)),
            DeadlineKind::Deliver => self.before_start(self.delivered(band)),
            DeadlineKind::Acknowledge => self.before_start(self.later(band.acknowledge, self.delivered(band))),
            DeadlineKind::Review => self.review(band),
        }
    }

    /// Nothing that serves a warning may be due after the harm may begin, as long as that lies ahead.
    fn before_start(&self, due: Timestamp) -> Timestamp {
        match self.window.and_then(|window| window.from) {
            Some(from) if from > self.at => due.min(from),
            Some(_) | None => due,
        }
    }

    /// Some time before the window ends, and never later than the band's rhythm, the waivers relied on and the first of
    /// the pack's set points allow.
    fn review(&self, band: &Band) -> Timestamp {
        let terms = self.reviews.iter().map(|term| self.later(*term, self.at));
        let rhythm = terms.fold(self.later(band.review_every, self.at), Ord::min);
        let Some(end) = self.window.and_then(|window| window.to).filter(|end| *end > self.at) else { return rhythm };
        let before_end = band.review_before_end.before(end);
        rhythm.min(if before_end > self.at { before_end } else { end })
    }

    pub(crate) fn deadline(&self, what: DeadlineKind) -> Deadline {
        Deadline { what, by: self.by(what), escalate_to: self.pack.says.deadlines.escalate_to.of(what).to_vec() }
    }
}
