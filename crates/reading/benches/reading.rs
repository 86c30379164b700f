//! How fast reports are read, in bytes per second on one core. The text is the five shared reports where they lie beside
//! the project, else our own of the same kind; either is repeated to about a megabyte of separate reports.

use std::fs;

use divan::Bencher;
use divan::counter::BytesCount;
use reading::gazetteer::Gazetteer;
use reading::{Document, open, similar};

fn main() {
    // The embedded gazetteer is read once per program, so not once per round.
    Gazetteer::shared();
    divan::main();
}

const OWN: &str = "Officials were told of a plot in Kerman, a week before\n\nAdvertisement\n\nAn official in Washington said on Thursday \
    that the United States had told Iran of a plot by an armed group from Afghanistan to attack a gathering in Kerman, about \
    820 km from Tehran. The message named the place and came a week before the day, the official said, and asked not to be named.\n\n\
    The attack on January 3 killed at least 95 people and injured dozens. In 2022 the group had claimed an attack in Shiraz that \
    killed 15. Iran then struck sites in Iraq, Syria and Pakistan; Islamabad answered.\n\nSource: News Agencies\n";

/// Some megabyte of reports.
fn reports() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds");
    let shared =
        fs::read_dir(folder).map(|entries| entries.filter_map(|entry| fs::read(entry.ok()?.path()).ok()).collect());
    let few: Vec<Vec<u8>> = shared.unwrap_or_else(|_| {
        println!("the shared reports are absent: measuring on our own");
        vec![OWN.as_bytes().to_vec()]
    });
    let size: usize = few.iter().map(Vec::len).sum();
    few.iter().cycle().take(few.len() * ((1 << 20) / size.max(1))).cloned().collect()
}

fn documents() -> Vec<Document> {
    reports().iter().filter_map(|bytes| open("report.txt", bytes, None).ok()).collect()
}

fn bytes<T>(pieces: &[T], size: impl Fn(&T) -> usize) -> BytesCount {
    BytesCount::new(pieces.iter().map(size).sum::<usize>())
}

#[divan::bench]
fn open_reports(bencher: Bencher<'_, '_>) {
    let reports = reports();
    bencher
        .counter(bytes(&reports, Vec::len))
        .bench_local(|| reports.iter().filter(|bytes| open("report.txt", bytes, None).is_ok()).count());
}

#[divan::bench]
fn find_and_resolve_places(bencher: Bencher<'_, '_>) {
    let documents = documents();
    let places = |document: &Document| Gazetteer::shared().places(&document.plain, &document.body).len();
    bencher
        .counter(bytes(&documents, |one| one.plain.len()))
        .bench_local(|| documents.iter().map(places).sum::<usize>());
}

#[divan::bench]
fn key_and_signature(bencher: Bencher<'_, '_>) {
    let documents = documents();
    let near = |document: &Document| (similar::key(document), similar::signature(document));
    bencher
        .counter(bytes(&documents, |one| one.plain.len()))
        .bench_local(|| documents.iter().for_each(|document| drop(divan::black_box(near(document)))));
}

#[divan::bench]
fn read_documents(bencher: Bencher<'_, '_>) {
    let documents = documents();
    bencher
        .counter(bytes(&documents, |one| one.plain.len()))
        .bench_local(|| documents.iter().map(|document| reading::read(document.clone()).claims.len()).sum::<usize>());
}

#[divan::bench]
fn compare_five_reports(bencher: Bencher<'_, '_>) {
    let reads: Vec<(String, reading::Read)> = documents()
        .into_iter()
        .take(5)
        .zip(1..)
        .map(|(document, at)| (format!("r{at}"), reading::read(document)))
        .collect();
    let pairs: Vec<(String, &reading::Read)> = reads.iter().map(|(id, read)| (id.clone(), read)).collect();
    bencher.bench_local(|| reading::compare(&pairs).fields.len());
}
