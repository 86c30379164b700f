//! All forms of all names as one tree of words.

use std::collections::HashMap;

use super::forms::FormKind;

/// A party that bears the name at a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bearer {
    pub party: u32,
    pub name: u16,
    pub form: FormKind,
    pub lead: u8,
    pub tail: u8,
}

/// The tree. Node 0 is its root.
pub(crate) struct Trie {
    edges: HashMap<(u32, u32), u32>,
    bearers: Vec<Vec<Bearer>>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { edges: HashMap::new(), bearers: vec![Vec::new()] }
    }
}

impl Trie {
    /// Puts one form in. The first form of a party at a node stays, so the fuller one must come first.
    pub fn insert(&mut self, words: &[u32], bearer: Bearer) {
        let mut node = 0_u32;
        for word in words {
            let next = u32::try_from(self.bearers.len()).unwrap_or(u32::MAX);
            let to = *self.edges.entry((node, *word)).or_insert(next);
            if to == next {
                self.bearers.push(Vec::new());
            }
            node = to;
        }
        let here = &mut self.bearers[node as usize];
        // Parties come one after another, so a second form of the same party is the last one here.
        if here.last().is_none_or(|last| last.party != bearer.party) {
            here.push(bearer);
        }
    }

    pub fn step(&self, node: u32, word: u32) -> Option<u32> {
        self.edges.get(&(node, word)).copied()
    }

    pub fn bearers(&self, node: u32) -> &[Bearer] {
        self.bearers.get(node as usize).map_or(&[], Vec::as_slice)
    }
}
