//! Tells the story as it happens: time, who, what, why. Colour only on a terminal; nothing at all when quiet.

use std::io::{IsTerminal, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Who tells, and how loudly.
pub struct Teller {
    quiet: bool,
    colour: bool,
    last_day: Option<String>,
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";
/// Columns before the words start: the time, two spaces, the name.
const MARGIN: usize = 21;
const WIDTH: usize = 100;

impl Teller {
    /// A teller on standard output.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, colour: std::io::stdout().is_terminal(), last_day: None }
    }

    /// A heading.
    pub fn act(&mut self, title: &str) {
        self.line(&format!("\n{}", self.styled(BOLD, title)));
    }

    /// One thing that happened.
    pub fn tell(&mut self, at: Timestamp, who: &str, what: &str) {
        let zoned = at.to_zoned_datetime(TimeZone::UTC);
        let day = zoned.strftime("%A %-d %B %Y").to_string();
        if self.last_day.as_ref() != Some(&day) {
            self.line(&format!("\n{}", self.styled(BOLD, &format!("{day} (times in UTC)"))));
            self.last_day = Some(day);
        }
        let head = format!("{}  {who:<12}", zoned.strftime("%H:%M"));
        for (at, text) in wrapped(what, WIDTH - MARGIN).iter().enumerate() {
            let margin = if at == 0 { format!("{head:<MARGIN$}") } else { " ".repeat(MARGIN) };
            self.line(&format!("{margin}{text}"));
        }
    }

    /// Why, or what it says word for word.
    pub fn why(&self, text: &str) {
        for paragraph in text.lines() {
            for line in wrapped(paragraph, WIDTH - MARGIN - 2) {
                self.line(&format!("{}{}", " ".repeat(MARGIN + 2), self.styled(DIM, &line)));
            }
        }
    }

    /// A block as it stands, such as a table.
    pub fn block(&self, text: &str) {
        for line in text.lines() {
            self.line(&format!("    {line}"));
        }
    }

    fn styled(&self, style: &str, text: &str) -> String {
        if self.colour { format!("{style}{text}{PLAIN}") } else { text.to_owned() }
    }

    fn line(&self, text: &str) {
        if !self.quiet {
            // A closed pipe ends the telling, not the story.
            let _closed = writeln!(std::io::stdout(), "{text}");
        }
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let room = lines.last().map_or(0, |line| line.chars().count());
        if room > 0 && room + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn words_are_wrapped_and_none_is_lost() {
        let text = "one two three four five six seven eight nine ten";
        let lines = wrapped(text, 12);
        assert!(lines.iter().all(|line| line.len() <= 12), "{lines:?}");
        assert_eq!(lines.join(" "), text);
    }
}
