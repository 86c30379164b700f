//! A register of a million: importing it, importing it again, opening the desk, and one party more.
//!
//! `cargo bench -p server --no-default-features --bench register`; `PARTIES=100000` for fewer.
//! Processor time is that of the whole process, all threads, as the kernel counts it; ids come in no order.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench that cannot run should stop, and measures time"
)]

#[path = "../../screening/benches/world/mod.rs"]
mod world;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use domain::register::{LineId, PartyId, RegisterCommand};
use domain::{Actor, Role};
use serde_json::json;
use server::{Ask, Clock, Config, Desk, Ids, NewLines, Printer};

/// Every tenth party is tied to another.
const TIED: usize = 10;

/// A file of parties, each with a name, a country and a way to reach it, and of relations.
fn file(parties: usize) -> String {
    let names = world::names(parties);
    let id = |at: usize| format!("p{:016x}", (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let contact = json!({"channel": "email", "address": format!("p{at}@example.org"), "carries": "TLP:AMBER"});
        let party = json!({"id": id(at), "kind": "person", "names": [name], "country": "CH", "contacts": [contact]});
        text.push_str(&party.to_string());
        text.push('\n');
        if at % TIED == 0 {
            let other = id((at + 1) % parties);
            text.push_str(&json!({"from": id(at), "kind": "family", "to": other}).to_string());
            text.push('\n');
        }
    }
    text
}

/// Processor time of this process so far, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let ticks: f64 = after.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

/// A figure of the kernel about this process's memory, in megabytes.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

async fn timed<T>(what: &str, work: impl Future<Output = T>) -> T {
    let (begun, before) = (Instant::now(), cpu());
    let done = work.await;
    let (wall, used) = (begun.elapsed().as_secs_f64(), cpu() - before);
    let (now, peak) = (memory("VmRSS"), memory("VmHWM"));
    println!("{what}: {used:.1} s of processor, {wall:.1} s on the clock; {now} MB resident, {peak} MB at most");
    done
}

async fn open(data: &Path) -> Arc<Desk> {
    server::open(data, Clock::System, Ids::system(), Printer::None).await.unwrap()
}

#[tokio::main]
async fn main() {
    let parties = std::env::var("PARTIES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("desk");
    server::create(&data, &Config::example(), &Ids::system()).unwrap();
    let desk = open(&data).await;
    let text = file(parties);
    println!("{parties} parties and {} relations, {} MB", parties.div_ceil(TIED), text.len() / 1_000_000);
    let ask = |name: &str| Ask::by(Actor::person(name, &[Role::Intake]));
    let import = async |what: &str, text: &str, dry: bool| {
        let new = NewLines { name: "register.jsonl".into(), text: text.to_owned(), dry, keep_until: None };
        let done = timed(what, desk.import_register(&ask("bench"), new, &|_| {})).await.unwrap();
        assert!(done.bad.is_empty(), "{:?}", done.bad.first());
        done
    };
    let would = import("dry run", &text, true).await;
    let did = import("import", &text, false).await;
    assert_eq!((would.added, did.added), (did.added, parties + parties.div_ceil(TIED)));
    assert_eq!(import("the same file again", &text, false).await.added, 0);
    drop(text);
    drop(desk);
    let size = std::fs::metadata(data.join(server::DATABASE)).unwrap().len() / 1_000_000;
    println!("database: {size} MB");
    let desk = timed("opening the desk", open(&data)).await;
    let index = timed("the register ready for screening", desk.screen()).await.unwrap();
    assert_eq!(index.len(), parties);
    drop(index);
    let one = "{\"id\":\"new\",\"kind\":\"person\",\"names\":[\"Newcomer Number\"]}".to_owned();
    let new = NewLines { name: "one.jsonl".into(), text: one, ..NewLines::default() };
    let begun = Instant::now();
    desk.import_register(&ask("bench"), new, &|_| {}).await.unwrap();
    println!("one more party, durable: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let begun = Instant::now();
    assert_eq!(desk.screen().await.unwrap().len(), parties + 1);
    println!("and known to screening: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let remove = || RegisterCommand::Remove { line: LineId::Party(PartyId::new("new")), reason: "measured".into() };
    timed("asking to remove it", desk.change_register(&ask("bench"), remove())).await.unwrap();
    timed("removing it", desk.change_register(&ask("second"), remove())).await.unwrap();
    timed("the register ready again", desk.screen()).await.unwrap();
    let rebuilt = timed("rows and lines folded anew", desk.rebuild_check()).await.unwrap();
    assert!(rebuilt.differing.is_empty());
}
