//! Names across scripts and spellings, as rows: what is found and, as important, what is not.

use super::common::{alias, found, persons, screen, tie};
use domain::register::{Entry, NameKind, Party, PartyKind, Register, RelationKind};

fn person(name: &str, text: &str, quote: &str) {
    let screening = screen(&persons(&[name]), text);
    let found: Vec<&str> = screening.hits.iter().map(|hit| hit.quote.as_str()).collect();
    let expected: Vec<&str> = if quote.is_empty() { vec![] } else { vec![quote] };
    assert_eq!(found, expected, "{name} in {text:?}: {:?}", screening.guarded);
}

fn body(name: &str, text: &str, quote: &str) {
    let register = super::common::register([Entry::Party(Party::named("x", PartyKind::Organisation, name))]);
    let screening = screen(&register, text);
    let found = screening.hits.first().map_or("", |hit| hit.quote.as_str());
    assert_eq!(found, quote, "{name} in {text:?}: {:?}", screening.guarded);
}

#[test]
fn letters_case_and_marks_do_not_matter() {
    person("Leyla Karimi", "They mean LEYLA KARIMI tonight", "LEYLA KARIMI");
    person("Leyla Karimi", "they mean leyla karimi", "leyla karimi");
    person("Jürgen Müller", "Jurgen Muller was named", "Jurgen Muller");
    person("Nguyễn Thị Minh Khai", "about Nguyen Thi Minh Khai:", "Nguyen Thi Minh Khai");
    person("Leyla Karimi", "Leyla Ka\u{ad}rimi", "Leyla Ka\u{ad}rimi");
    person("Leyla Karimi", "Leylа Kаrimi", "Leylа Kаrimi");
    person("Leyla Karimi", "Leyla\nKarimi", "Leyla\nKarimi");
}

#[test]
fn words_end_where_they_end() {
    person("Leyla Karimi", "XLeyla Karimi and Leyla Karimix", "");
    person("Leyla Karimi", "Leyla went home. Then Karimi left", "");
    person("Leyla Karimi", "I saw Leyla. Karimi left", "");
    person("Ann Lee", "planned leeway", "");
    person("Iran Khan", "Iranian Khan", "");
}

#[test]
fn names_are_found_in_other_letters() {
    person("Владимир Петров", "Vladimir Petrov will be shot", "Vladimir Petrov");
    person("Vladimir Petrov", "хотят убить: Владимир Петров", "Владимир Петров");
    person("Muhammad Hassan", "محمد حسن را می‌کشند", "محمد حسن");
    person("محمد حسن", "kill Mohammed Hassan", "Mohammed Hassan");
    person("محمد حسن", "kill Mahmoud Hussein", "");
    person("Ελένη Παππά", "Eleni Pappa", "Eleni Pappa");
    person("李小明", "要杀李小明了", "李小明");
    person("李小明", "they will get Li Xiaoming", "Li Xiaoming");
    person("李小明", "Xiaoming Li", "Xiaoming Li");
    person("کرمان", "the ceremony, the Carmen", "");
    person("יעל כהן", "יעל כהן בסכנה", "יעל כהן");
}

#[test]
fn spellings_and_typing_errors() {
    person("Muhammad Karimi", "Mohamed Karimi", "Mohamed Karimi");
    person("Hussein Nasser", "Hossain Naser", "Hossain Naser");
    person("Hussein Nasser", "Hassan Nasser", "");
    person("Eleanor Featherstone", "Eleanor Fetherstone", "Eleanor Fetherstone");
    person("Eleanor Featherstone", "Eleanor Featherstode", "Eleanor Featherstode");
    person("Joanna Mercer", "Joana Mercer", "Joana Mercer");
    person("Joanna Mercer", "Joanna Berber", "");
    person("Katherine Schmidt", "Catherine Schmitt", "Catherine Schmitt");
}

#[test]
fn words_cut_in_two_are_put_together() {
    person("Leyla Karimi", "They mean Ley la Karimi.", "Ley la Karimi");
    person("Leyla Karimi", "They mean Leyla Kar imi", "Leyla Kar imi");
    person("Leyla Karimi", "They mean Ley la Kar imi", "Ley la Kar imi");
    person("Leyla Karimi", "They mean Ley la", "");
    person("Leyla Karimi", "They mean Ley. La Karimi", "");
}

#[test]
fn order_initials_and_particles() {
    person("Leyla Karimi", "KARIMI, Leyla", "KARIMI, Leyla");
    person("Karimi, Leyla", "Leyla Karimi", "Leyla Karimi");
    person("Pieter van den Berg", "Berg, Pieter van den", "Berg, Pieter");
    person("Pieter van den Berg", "Pieter Berg", "Pieter Berg");
    person("Omar al-Haddad", "Omar Al Haddad", "Omar Al Haddad");
    person("Omar Haddad", "Omar al-Haddad", "Omar al-Haddad");
    person("John Smith", "John Q. Smith", "John Q. Smith");
    person("Maria João Silva", "Maria Silva", "Maria Silva");
    person("Иван Петрович Сидоров", "Иван Сидоров", "Иван Сидоров");
    // Initials and single words mean too little alone.
    person("Leyla Karimi", "L. Karimi", "");
    person("Leyla Karimi", "Karimi", "");
    person("Ali", "Ali said so", "");
}

#[test]
fn bodies_have_forms() {
    body("Saint Mary's Hospital", "at St. Mary Hospital tonight", "St. Mary Hospital");
    body("Orchard Freight GmbH", "against Orchard Freight in May", "Orchard Freight");
    body("Orchard Freight", "Orchard Freight Ltd. burns", "Orchard Freight");
    body("Orchard Freight Ltd", "Orchard Freight Ltd burns", "Orchard Freight Ltd");
    body("Ministry of Intelligence", "the Ministry of Intelligence said", "Ministry of Intelligence");
    body("The Lamp Company", "the Lamp Company", "the Lamp Company");
    body("Reuters", "bombs at Reuters", "Reuters");
    body("Reuters", "reuters, It Was Said By Some Of Them", "");
    body("Harbour District Police", "the police", "");
}

#[test]
fn weak_names_need_something_else_in_the_text() {
    let mut register = persons(&["Leyla Karimi"]);
    register
        .put_party(alias(Party::named("ali", PartyKind::Person, "Ali"), NameKind::Alias, "the Baker", true))
        .unwrap();
    register.put_party(Party::named("kerman", PartyKind::Place, "Kerman")).unwrap();
    tie(&mut register, "ali", RelationKind::LocatedIn, "kerman");
    tie(&mut register, "p0", RelationKind::Family, "ali");
    let alone = screen(&register, "Ali is next");
    assert_eq!(found(&alone), Vec::<&str>::new());
    assert!(alone.guarded[0].contains("“Ali” may be Ali (`ali`)"), "{:?}", alone.guarded);
    assert!(found(&screen(&register, "Ali in Kerman is next")).contains(&"ali"));
    assert!(found(&screen(&register, "Leyla Karimi and Ali are next")).contains(&"ali"));
    assert!(found(&screen(&register, "L. Karimi is next in Kerman")).contains(&"kerman"));
}

#[test]
fn a_hub_names_nobody_and_says_so() {
    let mut register = Register::default();
    register.put_party(Party::named("mill", PartyKind::Place, "Milltown")).unwrap();
    for at in 0..500 {
        register.put_party(Party::named(&format!("p{at}"), PartyKind::Person, "Ali Reza")).unwrap();
    }
    tie(&mut register, "p7", RelationKind::LocatedIn, "mill");
    let screening = screen(&register, "They will kill Ali Reza. ".repeat(50).as_str());
    assert_eq!(found(&screening), Vec::<&str>::new());
    assert!(screening.guarded[0].contains("“Ali Reza” is the name of 500 parties"), "{:?}", screening.guarded);
    let screening = screen(&register, "They will kill Ali Reza in Milltown.");
    assert!(found(&screening).contains(&"p7"), "{:?}", found(&screening));
    assert!(!found(&screening).contains(&"p8"));
    assert!(screening.guarded[0].contains("499 are kept back"), "{:?}", screening.guarded);
}

#[test]
fn scores_do_not_saturate() {
    let register = persons(&["Leyla Karimi", "Anna Maria Theresia Habsburg", "Leyla Ahmadi"]);
    let score = |text: &str| screen(&register, text).hits[0].score;
    let exact = score("Leyla Karimi");
    assert!(score("Anna Maria Theresia Habsburg") > exact);
    assert!(score("Leila Karimi") < exact);
    assert!(score("Karimi Leyla") < exact);
    assert!(score("Leyla Karimi and Leyla Karimi again") > exact);
}

#[test]
fn a_place_inside_a_longer_name_is_that_name() {
    let mut register = Register::default();
    register.put_party(Party::named("kerman", PartyKind::Place, "Kerman")).unwrap();
    register.put_party(Party::named("province", PartyKind::Place, "Kerman Province")).unwrap();
    register.put_party(Party::named("university", PartyKind::Institution, "Kerman University")).unwrap();
    assert_eq!(found(&screen(&register, "in Kerman Province")), ["province"]);
    assert_eq!(found(&screen(&register, "at Kerman University")), ["university", "kerman"]);
    assert_eq!(found(&screen(&register, "the Kermani people, Kermanis")), Vec::<&str>::new());
}
