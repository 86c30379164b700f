//! The frame of every page.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::super::problem::Problem;
use super::super::sessions::Signed;
use super::assets;

/// A page of the desk, for somebody signed in.
pub fn page(title: &str, signed: &Signed, now: Timestamp, content: Markup) -> Markup {
    frame(
        title,
        Some(now),
        html! {
            a .skip href="#main" { "Skip to the page" }
            header .top {
                a .brand href="/" { "forewarn" }
                nav aria-label="Desk" {
                    a href="/" { "Desk" }
                    a href="/reports" { "Reports" }
                    a href="/register" { "Register" }
                    a href="/policies" { "Policies" }
                    a href="/record" { "Record" }
                    a href="/people" { "People" }
                }
                form .who method="post" action="/sign-out" {
                    span { (signed.name()) " · " (roles(signed)) }
                    button .quiet type="submit" { "Sign out" }
                }
            }
            p #live .live role="status" aria-live="polite" {}
            main #main { (content) }
            footer { "Server time " (super::words::stamp(now)) }
        },
    )
}

fn roles(signed: &Signed) -> String {
    signed.roles().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A page without the desk around it: sign-in, and everything a recipient sees.
pub fn bare(title: &str, content: Markup) -> Markup {
    frame(title, None, html! { main #main .bare { (content) } })
}

fn frame(title: &str, now: Option<Timestamp>, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " - forewarn" }
                link rel="stylesheet" href=(assets::style());
                @if now.is_some() { script src=(assets::script()) defer {} }
            }
            body data-now=[now] { (body) }
        }
    }
}

/// Says why something was not done: the rule, the reason for it, and what to do instead.
pub fn problem(problem: &Problem, back: Option<&str>) -> Markup {
    bare(
        "Not done",
        html! {
            h1 { @if problem.rule.is_some() { "A rule of the desk refuses this" } @else { "This was not done" } }
            p .finding { (problem.detail) }
            @if let Some(rule) = problem.rule { p { "The rule is called " code { (rule) } ". Nothing was changed." } }
            p { a href=(back.unwrap_or("/")) { "Back to the desk" } " or use your browser's Back to keep what you typed." }
        },
    )
}
