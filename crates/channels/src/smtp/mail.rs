//! The bytes of one message (attacks A5 and A22).
//!
//! Three lines of defence: fields with characters that could end a line are refused before anything is connected;
//! what remains is encoded (encoded words in headers, quoted-printable below them); and the finished bytes are looked
//! at once more: ASCII, CRLF line ends only, no line longer than SMTP allows.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MessageBuilder, MultiPart, SinglePart};

use super::{Dkim, Sender};
use crate::unfit;

/// All that goes into a message.
pub(super) struct Parts<'a> {
    pub from: &'a Sender,
    pub reply_to: Option<&'a Sender>,
    pub to_mailbox: &'a str,
    pub to_name: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: Option<&'a str>,
    pub dkim: Option<&'a Dkim>,
    pub language: &'a str,
    pub message_id: &'a str,
    pub at: Timestamp,
}

/// One message and its envelope of one recipient.
pub(super) struct Mail {
    pub from: lettre::Address,
    pub to: lettre::Address,
    pub bytes: Vec<u8>,
}

/// Why a message is not made. It does not repeat the offending text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the {field} holds the character U+{code:04X}, which could change the message: remove it")]
    Character { field: &'static str, code: u32 },
    #[error("the {field} holds `=?`, which mail programs take for encoded text: a reader would see other words")]
    EncodedWord { field: &'static str },
    #[error("the mailbox is not `local@domain` in plain ASCII: correct it in the register")]
    Mailbox,
    #[error("the {field} is longer than a mail header should be")]
    TooLong { field: &'static str },
    #[error("the message did not come out as plain CRLF lines of at most 998 characters")]
    Bytes,
}

/// Longest name or subject, in characters.
const LINE_LIMIT: usize = 400;

fn line(field: &'static str, text: &str) -> Result<(), Unfit> {
    if let Some(bad) = unfit::in_line(text) {
        return Err(Unfit::Character { field, code: u32::from(bad) });
    }
    // RFC 2047: the recipient would read what it decodes to, which nobody approved, line ends included.
    if text.contains("=?") {
        return Err(Unfit::EncodedWord { field });
    }
    if text.chars().count() > LINE_LIMIT { Err(Unfit::TooLong { field }) } else { Ok(()) }
}

/// A mailbox in the plain form that every mail server reads alike: a dot-atom (RFC 5322 section 3.2.3), an at sign, a
/// host name. Quoted local parts and address literals are legal and refused: they are where parsers differ.
fn address(text: &str) -> Result<lettre::Address, Unfit> {
    let (local, domain) = text.split_once('@').ok_or(Unfit::Mailbox)?;
    let atom = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    let label = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let fits = local.len() <= 64 && text.len() <= 254 && local.split('.').all(atom) && domain.split('.').all(label);
    if !fits {
        return Err(Unfit::Mailbox);
    }
    lettre::Address::new(local, domain).map_err(|_| Unfit::Mailbox)
}

/// A checked mailbox with its name.
pub(super) fn mailbox(who: &Sender) -> Result<Mailbox, Unfit> {
    named(&who.mailbox, &who.name)
}

fn named(mailbox: &str, name: &str) -> Result<Mailbox, Unfit> {
    line("name", name)?;
    let name = name.trim();
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address(mailbox)?))
}

impl Mail {
    /// The message, or what is wrong with its parts.
    pub(super) fn compose(parts: &Parts<'_>) -> Result<Self, Unfit> {
        line("subject", parts.subject)?;
        line("language", parts.language)?;
        if let Some(bad) = unfit::in_text(parts.text) {
            return Err(Unfit::Character { field: "text", code: u32::from(bad) });
        }
        if let Some(bad) = parts.html.and_then(unfit::in_text) {
            return Err(Unfit::Character { field: "HTML twin", code: u32::from(bad) });
        }
        let (sender, recipient) = (address(&parts.from.mailbox)?, address(parts.to_mailbox)?);
        let mut bytes = Content::of(parts)?.into_message(headers(parts)?)?.formatted();
        if let Some(dkim) = parts.dkim {
            bytes = dkim.sign(&bytes, parts.at);
        }
        last_look(&bytes)?;
        Ok(Self { from: sender, to: recipient, bytes })
    }
}

fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Headers that say what it is, in whose name.
fn headers(parts: &Parts<'_>) -> Result<MessageBuilder, Unfit> {
    let id = format!("<{}@{}>", parts.message_id, address(&parts.from.mailbox)?.domain());
    let message = Message::builder()
        .date(SystemTime::UNIX_EPOCH + seconds(parts.at))
        .message_id(Some(id))
        .from(mailbox(parts.from)?)
        .to(named(parts.to_mailbox, parts.to_name)?)
        .subject(parts.subject)
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("Content-Language", parts.language))
        .raw_header(fixed("MIME-Version", "1.0"));
    match parts.reply_to {
        Some(reply_to) => Ok(message.reply_to(mailbox(reply_to)?)),
        None => Ok(message),
    }
}

/// Quoted-printable never holds `=_`, so no text can end a part before its time.
fn boundary(parts: &Parts<'_>) -> String {
    format!("=_twins_{}", parts.message_id)
}

/// What the recipient reads: the text alone, or with its HTML twin.
enum Content {
    Text(SinglePart),
    Twins(MultiPart),
}

impl Content {
    fn of(parts: &Parts<'_>) -> Result<Self, Unfit> {
        let part = |kind: ContentType, text: &str| {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let body = Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable);
            Ok::<_, Unfit>(SinglePart::builder().header(kind).body(body.map_err(|_| Unfit::Bytes)?))
        };
        let text = part(ContentType::TEXT_PLAIN, parts.text)?;
        Ok(match parts.html {
            None => Self::Text(text),
            Some(html) => Self::Twins(
                MultiPart::alternative()
                    .boundary(boundary(parts))
                    .singlepart(text)
                    .singlepart(part(ContentType::TEXT_HTML, html)?),
            ),
        })
    }

    fn into_message(self, headers: MessageBuilder) -> Result<Message, Unfit> {
        match self {
            Self::Text(text) => headers.singlepart(text),
            Self::Twins(both) => headers.multipart(both),
        }
        .map_err(|_| Unfit::Bytes)
    }
}

/// Seconds since 1970; a mail cannot be dated before.
fn seconds(at: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0))
}

/// What every server must read alike: ASCII, CRLF and nothing else as line end, lines within RFC 5321's limit.
fn last_look(bytes: &[u8]) -> Result<(), Unfit> {
    let lines_end_well = |line: &[u8]| line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0);
    let text = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let mut lines = text.split(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        let line = if lines.peek().is_some() { line.strip_suffix(b"\r").ok_or(Unfit::Bytes)? } else { line };
        if !line.is_ascii() || !lines_end_well(line) {
            return Err(Unfit::Bytes);
        }
    }
    Ok(())
}
