//! Each story of `stories/` is played, and what happened is compared with what is written beside it. With
//! `UPDATE_STORIES=1` it is written anew, to be read in the difference.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

async fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let script = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    let told = testkit::tale::play(&script).await;
    let file = folder.join(format!("{name}.expected"));
    if std::env::var_os("UPDATE_STORIES").is_some() {
        std::fs::write(&file, &told).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if told != expected {
        let differs = told.lines().zip(expected.lines()).find(|(told, expected)| told != expected);
        panic!("{name} went another way than written (UPDATE_STORIES=1 writes it): {differs:#?}\n\n{told}");
    }
}

macro_rules! stories {
    ($($name:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            check(&stringify!($name).replace('_', "-")).await;
        }
    )*};
}

stories!(police, campus, newsroom, csirt);
