//! The lattice of markings: its laws, and that nothing derived from marked words ever carries less than they do (A10).
#![allow(clippy::unwrap_used, reason = "a row that cannot be set up is a failed test")]

use std::collections::BTreeSet;

use domain::Span;
use domain::marking::{
    Control, MarkedBy, Marking, Nation, Reach, SpanMark, Tlp, UkLevel, UsLevel, by_hand, carried_at, composed,
    stretches,
};
use domain::threat::Signed;
use jiff::Timestamp;
use proptest::prelude::*;

prop_compose! {
    fn any_marking()(
        tlp in prop::option::of(prop::sample::select(Tlp::ALL)),
        us in prop::option::of(prop::sample::select(UsLevel::ALL)),
        uk in prop::option::of(prop::sample::select(UkLevel::ALL)),
        controls in prop::collection::btree_set(prop::sample::select(Control::ALL), 0..4),
        nations in prop::option::of(prop::sample::subsequence(vec!["USA", "GBR", "FRA", "IRN"], 0..=4)),
        source_revealing in any::<bool>(),
        originators in prop::collection::btree_set("[A-C]", 0..3),
        held in any::<bool>(),
        unknown in prop::collection::btree_set("[X-Z]", 0..2),
    ) -> Marking {
        let nations = nations.map(|listed| listed.into_iter().filter_map(Nation::named).collect());
        Marking { tlp, us, uk, controls, nations, source_revealing, originators, held, unknown }
    }
}

fn join(one: &Marking, other: &Marking) -> Marking {
    one.clone().join(other)
}

proptest! {
    #[test]
    fn the_laws_of_a_lattice(a in any_marking(), b in any_marking(), c in any_marking()) {
        prop_assert_eq!(join(&a, &a), a.clone(), "idempotent");
        prop_assert_eq!(join(&a, &b), join(&b, &a), "commutative");
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)), "associative");
        prop_assert_eq!(join(&a, &Marking::default()), a.clone(), "no marking adds nothing");
        prop_assert!(a.le(&join(&a, &b)) && b.le(&join(&a, &b)), "an upper bound");
        prop_assert_eq!(a.le(&b), join(&a, &b) == b, "the order is the join's");
        prop_assert!(!a.le(&b) || join(&a, &c).le(&join(&b, &c)), "monotone");
        prop_assert!(!(a.le(&b) && b.le(&a)) || a == b, "antisymmetric");
    }

    #[test]
    fn what_each_part_does(a in any_marking(), b in any_marking()) {
        let both = join(&a, &b);
        if let (Some(ours), Some(theirs)) = (&a.nations, &b.nations) {
            let shared: BTreeSet<Nation> = ours.intersection(theirs).copied().collect();
            prop_assert_eq!(both.nations.as_ref(), Some(&shared), "REL TO lists intersect");
        }
        let noforn = by_hand("S//NF").unwrap();
        let usa = BTreeSet::from([Nation::USA]);
        prop_assert!(join(&a, &noforn).nations.unwrap().is_subset(&usa), "NOFORN absorbs");
        let orcon = by_hand("S//OC").unwrap();
        prop_assert!(join(&join(&orcon, &a), &b).controls.contains(&Control::Orcon), "ORCON stays");
        prop_assert!(!a.guarded() || both.guarded());
        prop_assert!(!a.needs_people() || both.needs_people());
    }

    #[test]
    fn stricter_words_reach_fewer(a in any_marking(), b in any_marking(), carries in prop::sample::select(Tlp::ALL), nation in "USA|GBR|IRN|CHE") {
        let to = Reach { carries, nation: Nation::named(&nation) };
        prop_assert!(!join(&a, &b).may_reach(to) || (a.may_reach(to) && b.may_reach(to)));
    }

    #[test]
    fn json_keeps_a_marking(a in any_marking()) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Marking>(&json).unwrap(), a);
    }
}

trait NeedsPeople {
    fn needs_people(&self) -> bool;
}

impl NeedsPeople for Marking {
    /// That the freest recipient there is may not have it.
    fn needs_people(&self) -> bool {
        let anyone = Self { nations: None, ..self.clone() };
        !anyone.may_reach(Reach { carries: Tlp::Red, nation: None })
    }
}

/// A small generator of our own: proptest is too slow for a million worlds.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

/// Marks as reports carry them in their text, read once.
const WRITTEN: [&str; 16] = [
    "U",
    "U//FOUO",
    "CUI",
    "C//REL TO USA, GBR",
    "S//NF",
    "S//REL TO USA, GBR, FRA",
    "S//OC/IMC",
    "TS//SI/TK//NF",
    "TLP:CLEAR",
    "TLP:GREEN",
    "TLP:AMBER",
    "TLP:AMBER+STRICT",
    "TLP:RED",
    "OFFICIAL",
    "O-S",
    "TOP SECRET STRAP 2 UK EYES ONLY",
];

/// A thing at the desk: what it carries, who may be told, and how many steps it is from a report.
struct Thing {
    carries: Marking,
    may: u32,
    steps: u8,
}

impl Thing {
    fn new(carries: Marking, steps: u8) -> Self {
        Self { may: told(&carries), carries, steps }
    }
}

/// Marks put on words, and words released, as people and rules do.
fn put(dice: &mut Dice) -> SpanMark {
    let how = match dice.roll(4) {
        0 => MarkedBy::Release { agreed: None },
        1 => MarkedBy::Rule { pack: "p".into(), rule: "r".into() },
        _ => MarkedBy::Hand,
    };
    let marking = by_hand(dice.one(&WRITTEN)).unwrap();
    let signed = Signed { by: "ilse".into(), at: Timestamp::UNIX_EPOCH, reason: "why".into() };
    let start = dice.roll(TEXT.len());
    SpanMark { span: Span::new(start, start + 1 + dice.roll(TEXT.len() - start)), marking, how, signed }
}

/// What was counted.
#[derive(Default)]
struct Counted {
    flows: usize,
    lower: usize,
    released: usize,
}

/// A report's words flow into its stretches and claims.
fn report(dice: &mut Dice, counted: &mut Counted, things: &mut Vec<Thing>) {
    let unmarked = if dice.roll(2) == 0 { Marking::held() } else { Marking::default() };
    let marks: Vec<SpanMark> = (0..dice.roll(4)).map(|_| put(dice)).collect();
    let found = stretches(TEXT, &unmarked, &marks);
    for stretch in &found {
        let by_people = stretch.marks.iter().any(|at| matches!(marks[*at].how, MarkedBy::Release { .. }));
        let kept = stretch.written.le(&stretch.marking);
        counted.released += usize::from(!kept && by_people);
        counted.lower += usize::from(!kept && !by_people);
        counted.flows += 1;
    }
    // A claim that stands across stretches carries what all of them do.
    let start = dice.roll(TEXT.len() - 12);
    let claim = Span::new(start, start + 12);
    let across = carried_at(&found, claim);
    let under = found.iter().filter(|stretch| stretch.span.overlaps(claim));
    counted.lower += under.filter(|stretch| !stretch.marking.le(&across)).count();
    counted.flows += 1;
    things.extend(found.into_iter().map(|stretch| Thing::new(stretch.marking, 0)));
}

const TEXT: &str =
    "TLP:AMBER\n\n(U) A bombing.\n\n(S//NF) A cook heard it.\n\n(O-S) At the gate.\n\n(ZZ//QQ) Odd.\n\nPlain.\n";

/// Whether words may be told to somebody is asked of a few who differ in everything that markings care for.
fn told(marking: &Marking) -> u32 {
    let mut may = 0;
    for carries in Tlp::ALL {
        for nation in [None, Some(Nation::USA), Some(Nation::GBR), Nation::named("FRA"), Nation::named("IRN")] {
            may = may << 1 | u32::from(marking.may_reach(Reach { carries: *carries, nation }));
        }
    }
    may
}

/// A draft from claims, an export of drafts, a reply or a log line from either: whatever is made of things.
fn derive(dice: &mut Dice, counted: &mut Counted, things: &mut Vec<Thing>) {
    let made: Vec<usize> = (0..=dice.roll(3)).map(|_| dice.roll(things.len())).collect();
    let steps = made.iter().map(|at| things[*at].steps).max().unwrap_or_default() + 1;
    let thing = Thing::new(composed(made.iter().map(|at| &things[*at].carries)), steps);
    for input in made.iter().map(|at| &things[*at]) {
        // Two ways to ask: by the order, and by who may be told.
        counted.lower += usize::from(!input.carries.le(&thing.carries) || thing.may & !input.may != 0);
    }
    counted.flows += 1;
    // Long chains end in markings as strict as can be, and say nothing any more.
    if steps < 4 {
        things.push(thing);
    }
}

#[test]
fn nothing_derived_carries_less_than_its_inputs() {
    const FLOWS: usize = 1_000_000;
    let (mut dice, mut counted, mut worlds) = (Dice(10), Counted::default(), 0);
    while counted.flows < FLOWS {
        worlds += 1;
        let mut things: Vec<Thing> = Vec::new();
        for _ in 0..20 {
            report(&mut dice, &mut counted, &mut things);
        }
        for _ in 0..10_000 {
            derive(&mut dice, &mut counted, &mut things);
        }
    }
    let Counted { flows, lower, released } = counted;
    println!("A10: {flows} flows in {worlds} worlds, lower than their inputs {lower}, released by people {released}");
    assert_eq!(lower, 0);
    assert!(released > 1_000, "releases were among them");
}
