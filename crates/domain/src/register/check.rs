//! What a register refuses, and where the fault lies.

use crate::refusal::Refusal;
use crate::words::{ChannelKind, Window};

use super::{ContactPath, Party, PartyId, PartyKind, Relation};

const LONGEST_ID: usize = 200;
const LONGEST_LINE: usize = 500;
const LONGEST_TEXT: usize = 4_000;
const MOST_NAMES: usize = 500;
const MOST_CONTACTS: usize = 100;

/// Why a party or relation cannot be in the register: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {problem}")]
pub struct RegisterFault {
    /// Where: ``party `kerman`, name 2``.
    pub field: String,
    /// What is wrong there and what it should be.
    pub problem: String,
}

impl From<RegisterFault> for Refusal {
    fn from(fault: RegisterFault) -> Self {
        Self::BadField { field: fault.field, problem: fault.problem }
    }
}

fn fault<T>(field: impl Into<String>, problem: impl Into<String>) -> Result<T, RegisterFault> {
    Err(RegisterFault { field: field.into(), problem: problem.into() })
}

pub(super) fn party(party: &Party) -> Result<(), RegisterFault> {
    id("party id", &party.id)?;
    let here = |what: &str| format!("party `{}`, {what}", party.id);
    if party.names.is_empty() && party.description.is_none() {
        return fault(here("name"), "missing: give a name or, where there is none, a description");
    }
    if party.names.len() > MOST_NAMES || party.contacts.len() > MOST_CONTACTS || party.addresses.len() > MOST_CONTACTS {
        let most = format!("too long: at most {MOST_NAMES} names, {MOST_CONTACTS} contacts and addresses");
        return fault(here("list"), most);
    }
    for (at, name) in party.names.iter().enumerate() {
        line(&here(&format!("name {}", at + 1)), &name.text)?;
        if !name.text.chars().any(char::is_alphanumeric) {
            return fault(here(&format!("name {}", at + 1)), "without a letter or digit");
        }
    }
    if let Some(words) = &party.description {
        text(&here("description"), words)?;
    }
    for (at, address) in party.addresses.iter().enumerate() {
        text(&here(&format!("address {}", at + 1)), address)?;
    }
    if let Some(country) = &party.country
        && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return fault(here("country"), "not two capital letters of ISO 3166-1, such as IR");
    }
    if let Some((field, problem)) = party.geometry.as_ref().and_then(super::Geometry::problem) {
        return fault(here(&field), problem);
    }
    window(&here("time"), party.time)?;
    if party.kind != PartyKind::Event && party.time.is_some() {
        return fault(here("time"), format!("only for events; this is a {}", party.kind));
    }
    party.contacts.iter().enumerate().try_for_each(|(at, path)| contact(&here(&format!("contact {}", at + 1)), path))
}

pub(super) fn relation(relation: &Relation, known: impl Fn(&PartyId) -> bool) -> Result<(), RegisterFault> {
    let here = |what: &str| format!("relation `{}` {} `{}`, {what}", relation.from, relation.kind.id(), relation.to);
    for (end, party) in [("from", &relation.from), ("to", &relation.to)] {
        if !known(party) {
            return fault(here(end), "no party of this register: put the party in first or correct the id");
        }
    }
    if relation.from == relation.to {
        return fault(here("to"), "the same party as from");
    }
    window(&here("valid"), relation.valid)?;
    relation.note.as_ref().map_or(Ok(()), |note| text(&here("note"), note))
}

fn id(field: &str, id: &PartyId) -> Result<(), RegisterFault> {
    let letters = id.as_str();
    if letters.is_empty() {
        return fault(field, "empty");
    }
    if letters.len() > LONGEST_ID || letters.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        let shown: String = letters.chars().take(40).collect::<String>().escape_debug().collect();
        return fault(format!("{field} `{shown}`"), format!("longer than {LONGEST_ID} bytes or holds white space"));
    }
    Ok(())
}

/// One line of words: no line breaks, so that a name can never become a second header of an e-mail.
fn line(field: &str, words: &str) -> Result<(), RegisterFault> {
    if words.trim().is_empty() {
        return fault(field, "empty");
    }
    if words.len() > LONGEST_LINE {
        return fault(field, format!("{} bytes long; at most {LONGEST_LINE}", words.len()));
    }
    if words.chars().any(char::is_control) {
        return fault(field, "holding a line break or another control character; remove it");
    }
    Ok(())
}

fn text(field: &str, words: &str) -> Result<(), RegisterFault> {
    if words.trim().is_empty() {
        return fault(field, "empty");
    }
    if words.len() > LONGEST_TEXT {
        return fault(field, format!("{} bytes long; at most {LONGEST_TEXT}", words.len()));
    }
    if words.chars().any(|letter| letter.is_control() && letter != '\n') {
        return fault(field, "holding a control character; remove it");
    }
    Ok(())
}

fn window(field: &str, window: Option<Window>) -> Result<(), RegisterFault> {
    match window {
        Some(Window { from: Some(from), to: Some(to) }) if to < from => fault(field, "ending before it starts"),
        Some(_) | None => Ok(()),
    }
}

fn contact(field: &str, path: &ContactPath) -> Result<(), RegisterFault> {
    let address = path.address.as_str();
    match path.channel {
        ChannelKind::Letter | ChannelKind::InPerson => text(&format!("{field} address"), address)?,
        ChannelKind::Email | ChannelKind::Webhook | ChannelKind::Telephone => {
            line(&format!("{field} address"), address)?;
        }
    }
    let problem = match path.channel {
        ChannelKind::Email if !is_mailbox(address) => Some("not an e-mail address like desk@example.org"),
        ChannelKind::Webhook if !address.starts_with("https://") && !address.starts_with("http://") => {
            Some("not a URL that starts https://")
        }
        ChannelKind::Telephone if !is_number(address) => Some("not a telephone number like +41 31 000 00 00"),
        ChannelKind::Email
        | ChannelKind::Webhook
        | ChannelKind::Telephone
        | ChannelKind::Letter
        | ChannelKind::InPerson => None,
    };
    if let Some(problem) = problem {
        return fault(format!("{field} address"), problem);
    }
    let lines = [("language", &path.language), ("hours", &path.hours), ("verified_by", &path.verified_by)];
    lines
        .into_iter()
        .try_for_each(|(what, words)| words.as_ref().map_or(Ok(()), |words| line(&format!("{field} {what}"), words)))
}

/// The bare shape (RFC 5321 asks more; the channel that sends refuses the rest).
fn is_mailbox(address: &str) -> bool {
    let spaced = address.contains(|letter: char| letter.is_whitespace() || "<>,;\"".contains(letter));
    let parts = address.rsplit_once('@');
    !spaced && parts.is_some_and(|(local, host)| !local.is_empty() && !local.contains('@') && !host.is_empty())
}

fn is_number(address: &str) -> bool {
    let digits = address.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits) && address.bytes().all(|byte| byte.is_ascii_digit() || b"+-() ./".contains(&byte))
}
