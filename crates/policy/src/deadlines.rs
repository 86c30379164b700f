//! When things are due: the band of imminence, and every deadline counted from the time of the facts.

use domain::Window;
use domain::assessment::{Deadline, DeadlineKind};
use jiff::Timestamp;

use crate::lapse::Lapse;
use crate::pack::{Band, Pack};

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
        Times::new(self, at, window, None).by(DeadlineKind::Determine)
    }

    /// By when an acknowledgement is due for a warning handed over at `at`.
    pub fn acknowledge_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        let times = Times::new(self, at, window, None);
        times.before_start(times.lapse(|band| band.acknowledge).map_or(at, |lapse| lapse.after(at)))
    }

    /// By when to look again, after a look at `at`.
    pub fn review_by(&self, at: Timestamp, window: Option<Window>) -> Timestamp {
        Times::new(self, at, window, None).by(DeadlineKind::Review)
    }
}

/// Every deadline for one set of facts.
pub(crate) struct Times<'a> {
    pack: &'a Pack,
    at: Timestamp,
    window: Option<Window>,
    band: Option<&'a Band>,
    /// The longest time until review of the waiver relied on.
    waiver: Option<Lapse>,
}

impl<'a> Times<'a> {
    pub(crate) fn new(pack: &'a Pack, at: Timestamp, window: Option<Window>, waiver: Option<Lapse>) -> Self {
        Self { pack, at, window, band: pack.band(at, window), waiver }
    }

    fn lapse(&self, of: impl Fn(&Band) -> Lapse) -> Option<Lapse> {
        self.band.map(of)
    }

    /// A pack without a band gives no time at all: everything is due at once, and somebody is asked at once.
    pub(crate) fn by(&self, kind: DeadlineKind) -> Timestamp {
        let Some(band) = self.band else { return self.at };
        match kind {
            DeadlineKind::Determine => self.before_start(band.determine.after(self.at)),
            DeadlineKind::Affirm => self.before_start(band.affirm.after(self.at)),
            DeadlineKind::Deliver => self.before_start(band.deliver.after(self.at)),
            DeadlineKind::Acknowledge => self.before_start(band.acknowledge.after(band.deliver.after(self.at))),
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

    /// Some time before the window ends, and never later than the band's rhythm (or the waiver's term) allows.
    fn review(&self, band: &Band) -> Timestamp {
        let rhythm = self.waiver.map_or(band.review_every, |term| term.min(band.review_every)).after(self.at);
        let Some(end) = self.window.and_then(|window| window.to).filter(|end| *end > self.at) else { return rhythm };
        let before_end = band.review_before_end.before(end);
        rhythm.min(if before_end > self.at { before_end } else { end })
    }

    pub(crate) fn deadline(&self, what: DeadlineKind) -> Deadline {
        Deadline { what, by: self.by(what), escalate_to: self.pack.says.deadlines.escalate_to.of(what).to_vec() }
    }
}
