//! Words in Latin letters by number, sixteen bytes each, so that reading one of them touches one place in memory.

const SHORT: usize = 15;
/// The last byte of a word that is kept elsewhere, at the place that its first bytes say.
const ELSEWHERE: u8 = u8::MAX;

#[derive(Default)]
pub(crate) struct Latin {
    /// The letters, and how many they are in the last byte.
    short: Vec<[u8; SHORT + 1]>,
    long: Vec<Box<[u8]>>,
}

impl Latin {
    /// Takes in one more word; its number is how many there were.
    pub fn push(&mut self, word: &[u8]) {
        let mut slot = [0; SHORT + 1];
        if word.len() <= SHORT {
            slot[..word.len()].copy_from_slice(word);
            slot[SHORT] = u8::try_from(word.len()).unwrap_or(ELSEWHERE);
        } else {
            slot[..8].copy_from_slice(&(self.long.len() as u64).to_le_bytes());
            slot[SHORT] = ELSEWHERE;
            self.long.push(word.into());
        }
        self.short.push(slot);
    }

    pub fn get(&self, number: u32) -> &[u8] {
        let slot = &self.short[number as usize];
        match slot.get(..usize::from(slot[SHORT])) {
            Some(word) => word,
            None => self.elsewhere(slot),
        }
    }

    fn elsewhere(&self, slot: &[u8; SHORT + 1]) -> &[u8] {
        let at = slot.first_chunk::<8>().map_or(0, |at| u64::from_le_bytes(*at));
        usize::try_from(at).ok().and_then(|at| self.long.get(at)).map_or(&[], |word| &**word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_length_are_kept() {
        let mut latin = Latin::default();
        let words: Vec<Vec<u8>> = (0..70).map(|length| vec![b'a'; length]).collect();
        for word in &words {
            latin.push(word);
        }
        for (number, word) in (0..).zip(&words) {
            assert_eq!(latin.get(number), word);
        }
    }
}
