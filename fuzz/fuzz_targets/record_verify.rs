//! The verifier on any bytes, and on a good export with a piece replaced: nothing but the record that was signed passes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use record::{
    Body, Carries, Checkpoint, Frontier, Hash, Leaf, SignatureCheck, SigningKey, checkpoint_line, commitment,
    entry_line, header_line, verify,
};

struct Good {
    key: SigningKey,
    root: Hash,
    export: Vec<u8>,
}

static GOOD: LazyLock<Good> = LazyLock::new(|| {
    let key = SigningKey::from_seed("desk.example/record", [7; 32]).expect("the name is a good one");
    let mut tree = Frontier::new();
    let mut export = header_line(key.name(), Carries::Full);
    for seq in 0..5_u64 {
        let text = format!("{{\"words\":\"what was written, {seq} times\"}}");
        let salt = [seq.to_le_bytes()[0]; 32];
        let leaf = Leaf {
            seq,
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: "ReportLinked".to_owned(),
            by: "a.lind".to_owned(),
            stream: format!("threat/{}", seq % 2),
            erases: false,
            commitment: commitment(&salt, text.as_bytes()),
        };
        tree.push(leaf.hash());
        export.push_str(&entry_line(&leaf, Body::Kept { salt: &salt, text: &text }));
    }
    let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 5, root: tree.root() };
    export.push_str(&checkpoint_line(&checkpoint.sign(&key)));
    let verdict = verify(export.as_bytes(), Some(&key.verify_key()), None).expect("memory can be read");
    assert!(verdict.is_sound(), "{:?}", verdict.findings);
    Good { root: tree.root(), key, export: export.into_bytes() }
});

/// The good export with `length` bytes at `place` replaced by the rest of the input.
fn spliced(bytes: &[u8]) -> Vec<u8> {
    let [high, low, length, piece @ ..] = bytes else { return bytes.to_vec() };
    let mut export = GOOD.export.clone();
    let place = usize::from(u16::from_be_bytes([*high, *low])) % export.len();
    let end = (place + usize::from(*length)).min(export.len());
    export.splice(place..end, piece.iter().copied());
    export
}

fuzz_target!(|bytes: &[u8]| {
    for export in [bytes.to_vec(), spliced(bytes)] {
        let verdict = verify(export.as_slice(), Some(&GOOD.key.verify_key()), None).expect("memory can be read");
        if verdict.is_sound() && verdict.signature == SignatureCheck::Good {
            assert_eq!(verdict.root, GOOD.root, "a record that was never signed passed");
        }
        for finding in &verdict.findings {
            assert!(!finding.to_string().is_empty());
        }
    }
});
