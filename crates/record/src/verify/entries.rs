//! The checks of one entry: its body, its fields, its place, its time, its erasure.

use std::cmp::Ordering;

use super::{FindingKind, Unaccounted, Verifier};
use crate::export::{Carries, Entry, ReadBody};
use crate::{Hash, Leaf, commitment};

/// Of how many streams with erased bodies the verifier remembers that they are unaccounted for.
const MAX_UNACCOUNTED: usize = 1 << 20;

impl Verifier<'_> {
    pub(super) fn entry(&mut self, entry: Entry<'_>) {
        self.verdict.entries += 1;
        let Entry { mut leaf, stated, body } = entry;
        let genuine = self.content(&mut leaf, stated, &body);
        let place = if genuine { leaf.seq } else { self.next_seq };
        self.body(place, &body);
        if !self.place(place) {
            return;
        }
        if genuine {
            self.time(&leaf);
            self.erasure(&leaf, &body);
        }
        self.push(stated, leaf.hash());
    }

    /// Checks body and fields against commitment and leaf hash. Answers whether the leaf, mended where the line
    /// proves what it must have been, is the one whose hash the line states.
    fn content(&mut self, leaf: &mut Leaf, stated: Hash, body: &ReadBody<'_>) -> bool {
        let next = self.next_seq;
        let of_body = match body {
            ReadBody::Kept { salt, text } => commitment(salt, text.as_bytes()),
            ReadBody::Erased | ReadBody::Withheld => leaf.commitment,
        };
        let mut genuine = leaf.hash() == stated;
        if !genuine {
            let with_body = Leaf { commitment: of_body, ..leaf.clone() };
            let in_place = Leaf { seq: next, ..leaf.clone() };
            genuine = true;
            if with_body.hash() == stated {
                let what = "its commitment was changed; its body is the one that was recorded".to_owned();
                self.find(Some(leaf.seq), FindingKind::Fields, what);
                *leaf = with_body;
            } else if in_place.hash() == stated {
                self.find(Some(next), FindingKind::Number, format!("its number was changed to {}", leaf.seq));
                *leaf = in_place;
            } else {
                let what = "its number, time, kind, person, stream, flag, commitment or leaf hash was changed";
                self.find(Some(next), FindingKind::Fields, what.to_owned());
                genuine = false;
            }
        }
        if of_body != leaf.commitment {
            let what = "its body, or the salt, is not the one that was recorded".to_owned();
            self.find(Some(if genuine { leaf.seq } else { next }), FindingKind::Body, what);
        }
        genuine
    }

    /// Counts bodies that are not there, and checks that the header admits it.
    fn body(&mut self, place: u64, body: &ReadBody<'_>) {
        let carries = self.header.as_ref().map(|(_, carries)| *carries);
        match (body, carries) {
            (ReadBody::Kept { .. }, Some(Carries::Proof)) => {
                let what = "it has its body, though the header says that the export carries none".to_owned();
                self.find(Some(place), FindingKind::Carries, what);
            }
            (ReadBody::Withheld, Some(Carries::Full)) => {
                let what = "its body is left out, though the header says that the export is full".to_owned();
                self.find(Some(place), FindingKind::Carries, what);
            }
            (ReadBody::Kept { .. }, Some(Carries::Full) | None)
            | (ReadBody::Withheld, Some(Carries::Proof) | None)
            | (ReadBody::Erased, _) => {}
        }
        match body {
            ReadBody::Kept { .. } => {}
            ReadBody::Erased => self.verdict.erased += 1,
            ReadBody::Withheld => self.verdict.withheld += 1,
        }
    }

    /// Checks the entry's number. Answers whether the entry goes on from those before.
    fn place(&mut self, seq: u64) -> bool {
        let expected = self.next_seq;
        let stood_in = std::mem::take(&mut self.unreadable);
        match seq.cmp(&expected) {
            Ordering::Equal => {}
            Ordering::Greater => {
                self.incomplete = true;
                // The line before that could not be read was entry `expected`, and was named then.
                if !(stood_in && seq - expected == 1) {
                    let what = match seq - expected {
                        1 => format!("entry {expected} is missing before it"),
                        _ => format!("entries {expected} to {} are missing before it", seq - 1),
                    };
                    self.find(Some(seq), FindingKind::Missing, what);
                }
            }
            Ordering::Less if expected - seq == 1 => {
                self.find(Some(seq), FindingKind::Repeated, "it is there twice".to_owned());
                return false;
            }
            Ordering::Less => {
                let what = format!("it stands behind entry {}", expected - 1);
                self.find(Some(seq), FindingKind::OutOfOrder, what);
                return false;
            }
        }
        self.next_seq = seq.saturating_add(1);
        true
    }

    fn time(&mut self, leaf: &Leaf) {
        if self.last_at.is_some_and(|last| leaf.at < last) {
            let what = "it is older than the entry before it".to_owned();
            self.find(Some(leaf.seq), FindingKind::TimeBackwards, what);
        }
        self.last_at = Some(leaf.at);
    }

    /// A body may be left out as erased only when a later entry of its stream says that it was.
    fn erasure(&mut self, leaf: &Leaf, body: &ReadBody<'_>) {
        let stream = Hash::of(&[leaf.stream.as_bytes()]);
        if leaf.erases {
            self.unaccounted.remove(&stream);
        }
        if matches!(body, ReadBody::Erased) {
            if self.unaccounted.len() >= MAX_UNACCOUNTED && !self.unaccounted.contains_key(&stream) {
                let what =
                    format!("more than {MAX_UNACCOUNTED} streams have erased bodies: too many to check this one");
                return self.find(Some(leaf.seq), FindingKind::Erasure, what);
            }
            let new = Unaccounted { line: self.line, first_seq: leaf.seq, count: 0 };
            self.unaccounted.entry(stream).or_insert(new).count += 1;
        }
    }

    /// Adds the leaf to the tree; once the hash computed differs from the stated one, both trees are kept, and one of
    /// them may still prove to be the signed one.
    fn push(&mut self, stated: Hash, computed: Hash) {
        if self.incomplete {
            return;
        }
        if self.computed.is_none() && stated != computed {
            self.computed = Some(self.stated.clone());
        }
        if let Some(tree) = &mut self.computed {
            tree.push(computed);
        }
        self.stated.push(stated);
        self.compare_known();
    }
}
