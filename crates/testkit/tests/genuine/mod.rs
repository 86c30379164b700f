//! A21: what is made up in the desk's name, or a genuine warning that somebody changed, is told from what the desk gave.

use serde_json::{Value, json};
use server::jws;
use testkit::{Hall, REPORT};

/// One change at a time to what machines read: a letter, a digit, an element, an order.
fn changed(genuine: &str) -> Vec<String> {
    let mut all: Vec<String> =
        [("Friday", "Sunday"), ("Leeds", "Derby"), ("FW-2024", "FW-2025"), ("the police", "our line")]
            .into_iter()
            .filter(|(from, _)| genuine.contains(from))
            .map(|(from, to)| genuine.replacen(from, to, 1))
            .collect();
    all.extend([format!("{genuine} "), genuine.trim_end().to_owned(), genuine.replace('\n', "\r\n"), String::new()]);
    all
}

#[tokio::test]
async fn a21_what_was_changed_is_not_vouched_for() {
    let hall = Hall::open().await;
    let course = hall.drafted(REPORT).await;
    let public = std::fs::read_to_string(hall.desk.data.join(server::DESK_PUBLIC)).unwrap();
    let list = course.path(&format!("drafts/{}/leaving", course.draft));
    let listed = hall.person("ben").get(&list).await.done();
    let machine = |one: &&Value| one["label"].as_str().is_some_and(|label| label.starts_with("cap") || label == "json");
    let numbers: Vec<u64> =
        listed.as_array().unwrap().iter().filter(machine).map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 2, "CAP and the facts: {listed}");
    // What nobody has approved is not vouched for, and neither is what carries a one-time link.
    assert_eq!(hall.person("ben").get(&format!("{list}/{}/signature", numbers[0])).await.status, 404);
    let sent = hall.approve(course).await;
    assert_eq!(hall.person("ben").get(&format!("{list}/0/signature")).await.status, 404);
    let (mut refused, mut genuine) = (0, 0);
    for number in numbers {
        let bytes = hall.person("ben").get(&format!("{list}/{number}")).await.body;
        let signature = hall.person("ben").get(&format!("{list}/{number}/signature")).await.body;
        jws::verify(&public, bytes.as_bytes(), &signature).unwrap();
        genuine += 1;
        for forged in changed(&bytes) {
            assert!(jws::verify(&public, forged.as_bytes(), &signature).is_err(), "{forged}");
            refused += 1;
        }
        let (head, mark) = signature.split_once("..").unwrap();
        let none = "eyJhbGciOiJub25lIiwiY3R5IjoidGV4dC9wbGFpbiJ9";
        for other in [
            format!("{head}.."),
            format!("{none}..{mark}"),
            format!("{none}.."),
            format!("{head}.x.{mark}"),
            format!("{head}..{}", mark.chars().rev().collect::<String>()),
        ] {
            assert!(jws::verify(&public, bytes.as_bytes(), &other).is_err(), "{other}");
            refused += 1;
        }
        let stranger = jws::JwsKey::parse("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=").unwrap();
        assert!(jws::verify(&public, bytes.as_bytes(), &stranger.sign("text/plain", bytes.as_bytes())).is_err());
        refused += 1;
    }
    let warning = hall.desk.threat(sent.threat.parse().unwrap()).await.unwrap().warnings[0].clone();
    let asked = |reference: &str, code: &str| json!({"reference": reference, "code": code});
    let said = hall.stranger().post("/api/v1/verify", &asked(&warning.reference, &warning.verify_code)).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let yes = said.body;
    let next = format!("{:0>4}", (warning.reference[8..].parse::<u32>().unwrap() + 1) % 10_000);
    for (reference, code) in [
        (warning.reference.clone(), "0000-0000".to_owned()),
        (format!("{}{next}", &warning.reference[..8]), warning.verify_code.clone()),
        (warning.reference.clone(), warning.verify_code.chars().rev().collect()),
    ] {
        let no = hall.stranger().post("/api/v1/verify", &asked(&reference, &code)).await;
        assert_ne!(no.body, yes, "{reference} {code}");
        refused += 1;
    }
    println!(
        "A21: {refused} made-up or changed messages, signatures and codes refused, {genuine} genuine ones vouched for"
    );
    hall.close().await;
}
