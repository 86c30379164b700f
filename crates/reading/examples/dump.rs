use std::io::Read;
fn main() {
    for file in std::env::args().skip(1) {
        let bytes = if file == "-" {
            let mut b = Vec::new();
            std::io::stdin().read_to_end(&mut b).unwrap();
            b
        } else {
            std::fs::read(&file).unwrap()
        };
        let doc = reading::open(&file, &bytes, None).unwrap();
        println!("=== {file} date {:?}", doc.date.map(|d| d.at));
        let read = reading::read(doc);
        println!("  {}\n  stage {:?} window {:?}", read.summary.text, read.stage, read.window);
        for c in &read.claims {
            println!(
                "{} {:<24} {:<40} {} | {:?} {:?} {:?} | {}",
                c.event,
                c.field.id(),
                c.value.chars().take(60).collect::<String>(),
                serde_json::to_string(&c.normalised).unwrap().replace("\"kind\":", ""),
                c.stage,
                c.attributed_to,
                c.how_known,
                c.quote.chars().take(60).collect::<String>()
            );
        }
    }
}
