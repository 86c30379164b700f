//! A register in any of the formats read, imported, indexed and asked.
#![no_main]

use domain::register::Register;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use screening::import::{diff, read};
use screening::{Ask, Index, output, register_check};

fuzz_target!(|text: &str| {
    let imported = read("register", text);
    let found = diff(&Register::default(), &imported);
    output::import_sentences(&found);
    register_check(&found.register, Timestamp::UNIX_EPOCH);
    let ask = "On Friday Leyla Karimi speaks at the library in Kerman. کرمان";
    let screening = Index::build(&found.register).screen(&Ask::new(ask, Timestamp::UNIX_EPOCH));
    for hit in &screening.hits {
        assert_eq!(hit.span.of(ask), Some(hit.quote.as_str()), "a quote is the bytes at its span");
    }
    output::sentences(&screening);
});
