//! Numbers by key: one flat table with open addressing, two arrays and no pointers, so that a look-up that finds nothing
//! touches one place in memory. It never moves its entries: when it is full a second, larger one is opened beside it,
//! and so a new entry costs the same however many there are.

use super::bytes::{Damaged, Reader, Writer};

/// One table. The number of slots is a power of two; key 0 is an empty slot.
struct Slots {
    keys: Vec<u64>,
    values: Vec<u32>,
    filled: usize,
}

/// How full a table gets, in eighths.
const FULL: usize = 6;

impl Slots {
    fn with_room(entries: usize) -> Self {
        let slots = (entries * 8 / FULL + 1).next_power_of_two().max(16);
        Self { keys: vec![0; slots], values: vec![0; slots], filled: 0 }
    }

    /// Where a key is, or would be.
    #[allow(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut at = key as usize & mask;
        while self.keys[at] != 0 && self.keys[at] != key {
            at = (at + 1) & mask;
        }
        at
    }

    fn is_full(&self) -> bool {
        self.filled * 8 >= self.keys.len() * FULL
    }
}

/// The tables, the newest last. A key stands in one of them.
pub(super) struct Table {
    all: Vec<Slots>,
}

impl Table {
    pub fn with_room(entries: usize) -> Self {
        Self { all: vec![Slots::with_room(entries)] }
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.all.iter().map(|slots| slots.keys.len() * 12).sum()
    }

    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        self.all.iter().find_map(|slots| {
            let at = slots.slot(key);
            (slots.keys[at] == key).then(|| slots.values[at])
        })
    }

    /// The value of a key, to be changed; a new key starts with `new`.
    pub fn entry(&mut self, key: u64, new: u32) -> &mut u32 {
        let known =
            self.all.iter().map(|slots| slots.slot(key)).zip(&self.all).position(|(at, slots)| slots.keys[at] == key);
        let which = known.unwrap_or_else(|| self.open());
        let slots = &mut self.all[which];
        let at = slots.slot(key);
        if slots.keys[at] == 0 {
            slots.keys[at] = key;
            slots.values[at] = new;
            slots.filled += 1;
        }
        &mut slots.values[at]
    }

    /// The table that has room.
    fn open(&mut self) -> usize {
        let last = self.all.len() - 1;
        if !self.all[last].is_full() {
            return last;
        }
        // Filled pages of zeros come from the system when they are first touched: opening is quick.
        let room = (self.all[last].keys.len() / 2).clamp(1 << 10, 1 << 20);
        self.all.push(Slots::with_room(room));
        last + 1
    }

    pub fn write(&self, to: &mut Writer) {
        to.number(self.all.len() as u64);
        for slots in &self.all {
            to.number(slots.filled as u64);
            to.longs(&slots.keys);
            to.shorts(&slots.values);
        }
    }

    pub fn read(from: &mut Reader) -> Result<Self, Damaged> {
        let many = from.number()?;
        let mut all = Vec::new();
        for _ in 0..many {
            let filled = from.size()?;
            let (keys, values) = (from.longs()?, from.shorts()?);
            let held = keys.iter().filter(|key| **key != 0).count();
            let sound =
                keys.len().is_power_of_two() && keys.len() == values.len() && held == filled && held < keys.len();
            all.push(sound.then_some(Slots { keys, values, filled }).ok_or(Damaged)?);
        }
        if all.is_empty() { Err(Damaged) } else { Ok(Self { all }) }
    }
}
