//! When two spellings are one name.

/// What stays the same when a name is written by different rules: its consonants, with those that rules confuse as
/// one, and no vowels. "Mohammed", "Muhamad" and what Arabic script gives have the same bones.
pub(super) fn skeleton(name: &str) -> String {
    const DIGRAPHS: [(&str, &str); 13] = [
        ("tsch", "c"),
        ("sch", "s"),
        ("tch", "c"),
        ("dzh", "j"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("dh", "d"),
        ("th", "t"),
        ("sh", "s"),
        ("ch", "c"),
        ("zh", "j"),
        ("dj", "j"),
    ];
    let mut plain = name.to_ascii_lowercase();
    for (from, to) in DIGRAPHS {
        if plain.contains(from) {
            plain = plain.replace(from, to);
        }
    }
    let mut bones = String::with_capacity(plain.len());
    for (at, letter) in plain.chars().enumerate() {
        let bone = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' if at > 0 => continue,
            'a' | 'e' | 'i' | 'o' | 'u' => 'a',
            'q' | 'k' => 'k',
            'w' | 'v' if at > 0 && name.len() > 4 => continue,
            'w' => 'v',
            other => other,
        };
        if !bones.ends_with(bone) {
            bones.push(bone);
        }
    }
    // A last h is written or not as one likes.
    if bones.len() > 3 && bones.ends_with('h') {
        bones.pop();
    }
    bones
}

/// The first letters of a full name, as capitals.
pub(super) fn initials_of(words: &[&str]) -> String {
    words.iter().filter_map(|word| word.chars().next()).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Whether at most `limit` letters were changed, added, left out or swapped with their neighbour.
pub(super) fn distance_within(left: &str, right: &str, limit: usize) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > limit || left.len().max(right.len()) > 40 {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let swap = row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b;
            let mut cost = (last[column] + usize::from(a != b)).min(last[column + 1] + 1).min(now[column] + 1);
            if swap {
                cost = cost.min(before[column - 1] + 1);
            }
            now.push(cost);
        }
        before = std::mem::replace(&mut last, now);
    }
    last.last().is_some_and(|cost| *cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_their_bones() {
        for (one, other) in [
            ("mohammed", "muhamad"),
            ("mohammed", "mhmd"),
            ("hosseini", "husayni"),
            ("hosseini", "hsyny"),
            ("farid", "fryd"),
            ("khalid", "halid"),
            ("qasim", "kassem"),
            ("tschernenko", "chernenko"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("karimov"), skeleton("kerman"));
    }

    #[test]
    fn slips_of_the_pen_are_counted() {
        for (one, other, limit, near) in [
            ("lindqvist", "lindquist", 1, true),
            ("marta", "matra", 1, true),
            ("marta", "maria", 1, true),
            ("iran", "iraq", 0, false),
            ("olsen", "hansen", 1, false),
            ("", "", 0, true),
        ] {
            assert_eq!(distance_within(one, other, limit), near, "{one} {other}");
        }
    }
}
