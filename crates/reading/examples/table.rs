fn main() {
    let json = std::env::var("JSON").is_ok();
    let files: Vec<_> = std::env::args()
        .skip(1)
        .map(|f| {
            let b = std::fs::read(&f).unwrap();
            let n = f.rsplit('/').next().unwrap()[..3].to_owned();
            (n, reading::open(&f, &b, None).map(reading::read))
        })
        .collect();
    let out = reading::output::output(&files);
    if json {
        println!("{}", serde_json::to_string_pretty(&out).unwrap())
    } else {
        print!("{}", reading::output::plain(&out))
    }
}
