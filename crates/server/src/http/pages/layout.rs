//! The frame of every page.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::super::problem::Problem;
use super::super::sessions::Signed;
use super::{assets, words};

/// Where the pages of the desk are, in the order they are met.
const PLACES: [(&str, &str); 8] = [
    ("Desk", "/"),
    ("Reports", "/reports"),
    ("Register", "/register"),
    ("Policies", "/policies"),
    ("Record", "/record"),
    ("People", "/people"),
    ("Rosters", "/rosters"),
    ("Inspection", "/inspection"),
];

/// What a page says of itself to the frame around it.
pub struct Frame<'a> {
    /// Its title.
    pub title: &'a str,
    /// Which of [`PLACES`] it belongs to.
    pub place: &'a str,
    /// Server time.
    pub now: Timestamp,
    /// What it wants to be told of: a threat's id, or `desk` for every threat.
    pub watch: Option<String>,
    /// How long the record was when the page was made; what comes later is announced.
    pub size: u64,
}

impl<'a> Frame<'a> {
    /// A page that announces nothing.
    pub const fn still(title: &'a str, place: &'a str, now: Timestamp) -> Self {
        Self { title, place, now, watch: None, size: 0 }
    }
}

/// A page of the desk, for somebody signed in.
pub fn page(frame: &Frame<'_>, signed: &Signed, content: &Markup) -> Markup {
    let body = html! {
        a .skip href="#main" { "Skip to the page" }
        header .top {
            a .brand href="/" { "forewarn" }
            nav aria-label="Desk" {
                @for (name, path) in PLACES { a href=(path) aria-current=[(name == frame.place).then_some("page")] { (name) } }
            }
            form .who method="post" action="/sign-out" {
                span { strong { (signed.name()) } " " span .small { (roles(signed)) } }
                button .quiet type="submit" { "Sign out" }
            }
        }
        main #main tabindex="-1" { (content) }
        footer { p { "Server time " (words::stamp(frame.now)) ". " span .keys { "Keys: " kbd { "?" } } } }
        div #live .live role="status" aria-live="polite" {}
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(frame.title, true))
            body data-now=(frame.now) data-watch=[frame.watch.as_deref()] data-size=(frame.size) { (body) }
        }
    }
}

fn roles(signed: &Signed) -> String {
    signed.roles().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A page without the desk around it and without script: sign-in, and everything a recipient sees.
pub fn bare(title: &str, language: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) dir=[drafting::right_to_left(language).then_some("rtl")] {
            (head(title, false))
            body .bare { main #main { (content) } }
        }
    }
}

fn head(title: &str, script: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex";
            title { (title) " - forewarn" }
            link rel="icon" href="data:,";
            link rel="stylesheet" href=(assets::style());
            @if script { script src=(assets::script()) defer {} }
        }
    }
}

/// Says why something was not done: the rule, the reason for it, and what to do instead.
pub fn problem(problem: &Problem, back: Option<(&str, &str)>) -> Markup {
    let (path, name) = back.unwrap_or(("/", "the desk"));
    let heading = match (problem.rule, problem.status) {
        (Some(_), _) => "A rule of the desk refuses this",
        (None, 404) => "There is nothing here",
        (None, _) => "This was not done",
    };
    bare(
        heading,
        "en",
        &html! {
            h1 { (heading) }
            p .finding role="alert" { (words::sentence(&problem.detail)) }
            @if let Some(rule) = problem.rule {
                p { "Nothing was changed. The rule is called " code { (rule) } "." }
            }
            p { a .button href=(path) { "Back to " (name) } }
            @if problem.status != 404 { p .small { "Your browser's Back button keeps what you typed." } }
        },
    )
}
