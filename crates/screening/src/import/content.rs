//! Content lines, as vCard (RFC 6350) and iCalendar (RFC 5545) share them: `NAME;PARAM=value:value`, long ones folded.

/// One line, unfolded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it starts, from 1.
    pub at: usize,
    /// In capitals, without a group in front.
    pub name: String,
    /// Names in capitals.
    pub parameters: Vec<(String, String)>,
    /// As it stands, escapes kept.
    pub value: String,
}

impl Line {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text.
    pub fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The parts of a value that has several, each as text.
    pub fn parts(&self, mark: char) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut escaped = false;
        for letter in self.value.chars() {
            match (letter, parts.last_mut()) {
                (letter, _) if letter == mark && !escaped => parts.push(String::new()),
                (_, Some(part)) => part.push(letter),
                (_, None) => {}
            }
            escaped = letter == '\\' && !escaped;
        }
        parts.iter().map(|part| unescape(part)).collect()
    }
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            _ => text.push(letter),
        }
    }
    text.trim().to_owned()
}

/// One object between `BEGIN` and `END`, what is nested in it left out.
#[derive(Debug)]
pub(super) struct Object {
    /// Where it starts.
    pub at: usize,
    pub lines: Vec<Line>,
}

impl Object {
    pub fn first(&self, name: &str) -> Option<&Line> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The text of the first line with this name, unless it is empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(Line::text).filter(|text| !text.is_empty())
    }
}

/// All objects of a kind, or for each line that cannot be read what is wrong with it.
pub(super) fn objects(text: &str, kind: &str, mut give: impl FnMut(usize, Result<Object, String>)) {
    let mut open: Option<Object> = None;
    // What is nested in the object: its lines are not the object's.
    let mut within: Vec<String> = Vec::new();
    for (at, raw) in unfolded(text) {
        let line = match parse(at, &raw) {
            Ok(line) => line,
            Err(reason) if open.is_some() => {
                give(at, Err(reason));
                continue;
            }
            Err(_) => continue,
        };
        let value = line.value.trim().to_uppercase();
        match (line.name.as_str(), &mut open) {
            ("BEGIN", None) if value == kind => open = Some(Object { at, lines: Vec::new() }),
            ("BEGIN", Some(_)) if value == kind => {
                let lost = open.replace(Object { at, lines: Vec::new() });
                within.clear();
                give(lost.map_or(at, |lost| lost.at), Err(format!("this {kind} has no END")));
            }
            ("BEGIN", Some(_)) => within.push(value),
            ("END", Some(_)) if value == kind => {
                within.clear();
                open.take().into_iter().for_each(|object| give(object.at, Ok(object)));
            }
            ("END", Some(_)) => drop(within.pop()),
            (_, Some(object)) if within.is_empty() => object.lines.push(line),
            _ => {}
        }
    }
    if let Some(lost) = open {
        give(lost.at, Err(format!("this {kind} has no END")));
    }
}

/// Lines with their numbers; one that starts with a space or tab continues the one before.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (at, raw) in (1..).zip(text.lines()) {
        let raw = raw.trim_end_matches('\r');
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, line))) => line.push_str(more),
            _ if raw.trim().is_empty() => {}
            _ => lines.push((at, raw.to_owned())),
        }
    }
    lines
}

fn parse(at: usize, raw: &str) -> Result<Line, String> {
    let shown = || raw.chars().take(30).collect::<String>();
    let mut quoted = false;
    let colon = raw.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == ':' && !quoted
    });
    let (colon, _) = colon.ok_or_else(|| format!("`{}` has no colon; a line is NAME:value", shown()))?;
    let (head, value) = (&raw[..colon], &raw[colon + 1..]);
    let mut parts = head.split(';');
    let name = parts.next().unwrap_or_default().rsplit('.').next().unwrap_or_default().trim().to_uppercase();
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or(("TYPE", part));
        (name.trim().to_uppercase(), value.trim().trim_matches('"').to_owned())
    };
    Ok(Line { at, name, parameters: parts.map(parameter).collect(), value: value.to_owned() })
}
