//! HTML to read: markup blanked in place, so that every byte of text stays where it was.
//!
//! One walk over the page, each byte looked at a bounded number of times whatever is missing from the markup: what never
//! closes (a tag, a comment, a script) is searched for once and then taken for text, since hiding the rest of a report
//! is the worse mistake. The cast: [`Reader`] walks; [`elements`] says what each element is; [`entities`] decodes.

mod elements;
mod entities;

use domain::Span;

use crate::document::{Dated, DatedBy, Furniture, Raw};
use crate::{dateline, decode};
use elements::Part;

/// Reads a page.
pub(crate) fn read(page: &str) -> Raw {
    let mut reader = Reader::new(page);
    reader.walk();
    reader.finish()
}

/// A tag: its name in lower case, and where it lies.
struct Tag<'a> {
    name: String,
    closing: bool,
    attributes: &'a str,
    attributes_at: usize,
    end: usize,
}

struct Reader<'a> {
    page: &'a str,
    out: Vec<u8>,
    at: usize,
    /// Elements that are furniture by their name and have not been closed: name, and where the first tag began.
    open: Vec<(String, usize)>,
    marked: Vec<Furniture>,
    headline: Option<Span>,
    headline_at: Option<usize>,
    page_title: Option<Span>,
    page_title_at: Option<usize>,
    date: Option<Dated>,
    preformatted: bool,
    /// Closing marks known to stand nowhere in the rest of the page.
    missing: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    fn new(page: &'a str) -> Self {
        Self {
            page,
            out: Vec::with_capacity(page.len()),
            at: 0,
            open: Vec::new(),
            marked: Vec::new(),
            headline: None,
            headline_at: None,
            page_title: None,
            page_title_at: None,
            date: None,
            preformatted: false,
            missing: Vec::new(),
        }
    }

    fn walk(&mut self) {
        let bytes = self.page.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'<' => self.angle(),
                b'&' => self.entity(),
                b'\n' if !self.preformatted => self.put(b" "),
                _ => self.put(&[byte]),
            }
        }
    }

    /// Writes bytes of text and moves on by as many.
    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.at += text.len();
    }

    /// Writes spaces up to `end`, the first of them a newline if a block begins or ends here.
    fn blank(&mut self, end: usize, block: bool) {
        let from = self.out.len();
        self.out.resize(end, b' ');
        if block && from < end {
            self.out[from] = b'\n';
        }
        self.at = end;
    }

    fn angle(&mut self) {
        let rest = &self.page[self.at..];
        if rest.starts_with("<!--") {
            match self.find("-->", 4) {
                Some(end) => self.blank(end, false),
                None => self.put(b"<"),
            }
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            match self.find(">", 2) {
                Some(end) => self.blank(end, false),
                None => self.put(b"<"),
            }
        } else {
            match self.tag() {
                Some(tag) => self.element(&tag),
                None => self.put(b"<"),
            }
        }
    }

    /// Where `mark` ends, looking from `skip` bytes on; a mark once found missing is not looked for again.
    fn find(&mut self, mark: &'static str, skip: usize) -> Option<usize> {
        if self.missing.contains(&mark) {
            return None;
        }
        let from = self.at + skip;
        let found = self.page.get(from..).and_then(|rest| rest.find(mark));
        if found.is_none() {
            self.missing.push(mark);
        }
        found.map(|offset| from + offset + mark.len())
    }

    /// The tag that begins here, if one does and it ends.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let rest = &self.page[self.at + 1..];
        let closing = rest.starts_with('/');
        let named = &rest[usize::from(closing)..];
        let length = named.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        if length == 0 || !named.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let attributes_at = self.at + 1 + usize::from(closing) + length;
        let end = self.tag_end(attributes_at)?;
        Some(Tag {
            name: named[..length].to_ascii_lowercase(),
            closing,
            attributes: &self.page[attributes_at..end - 1],
            attributes_at,
            end,
        })
    }

    /// One past the `>` that ends a tag, quoted values passed over. Where quotes never close they count as letters.
    fn tag_end(&mut self, from: usize) -> Option<usize> {
        const QUOTES: &str = "closing quotes";
        if !self.missing.contains(&QUOTES) {
            let mut quote = None;
            for (offset, &byte) in self.page.as_bytes()[from..].iter().enumerate() {
                match quote {
                    Some(open) if byte == open => quote = None,
                    None if byte == b'>' => return Some(from + offset + 1),
                    None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                    Some(_) | None => {}
                }
            }
            self.missing.push(QUOTES);
        }
        let skip = from - self.at;
        self.find(">", skip)
    }

    fn element(&mut self, tag: &Tag<'_>) {
        let start = self.at;
        self.dates(tag);
        let part = elements::part(&tag.name);
        self.blank(tag.end, part.is_block());
        match part {
            Part::Hidden(close) if !tag.closing && !tag.attributes.ends_with('/') => self.hide(close),
            Part::Furniture(_) => self.furniture(tag, start),
            Part::Headline => Self::between(tag, start, &mut self.headline_at, &mut self.headline),
            Part::Title => Self::between(tag, start, &mut self.page_title_at, &mut self.page_title),
            Part::Preformatted => self.preformatted = !tag.closing,
            Part::Hidden(_) | Part::Block | Part::Inline => {}
        }
    }

    /// Blanks a script and the like up to its closing tag.
    fn hide(&mut self, close: &'static str) {
        if self.missing.contains(&close) {
            return;
        }
        let bytes = &self.page.as_bytes()[self.at..];
        let found = bytes.windows(close.len()).position(|window| window.eq_ignore_ascii_case(close.as_bytes()));
        let Some(offset) = found else {
            self.missing.push(close);
            return;
        };
        let end = self.at + offset;
        self.published_in_script(end);
        self.blank(end, false);
    }

    /// Opens or closes an element that is furniture. Only the outermost counts, and only if it is closed.
    fn furniture(&mut self, tag: &Tag<'_>, start: usize) {
        if !tag.closing {
            self.open.push((tag.name.clone(), start));
        } else if self.open.last().is_some_and(|(name, _)| *name == tag.name)
            && let Some((name, from)) = self.open.pop()
            && let Part::Furniture(why) = elements::part(&name)
        {
            let span = Span::new(from, tag.end);
            while self.marked.last().is_some_and(|inner| inner.span.start >= from) {
                self.marked.pop();
            }
            self.marked.push(Furniture { span, why });
        }
    }

    /// Notes the span between the first opening tag of a kind and its closing tag.
    fn between(tag: &Tag<'_>, start: usize, opened: &mut Option<usize>, found: &mut Option<Span>) {
        if !tag.closing {
            opened.get_or_insert(tag.end);
        } else if let (Some(from), None) = (*opened, *found) {
            *found = Some(Span::new(from, start));
        }
    }

    /// The date in `<meta property="article:published_time" content="…">` or the first `<time datetime="…">`.
    fn dates(&mut self, tag: &Tag<'_>) {
        let published = match tag.name.as_str() {
            "meta" => {
                let lower = tag.attributes.to_ascii_lowercase();
                ["article:published_time", "datepublished", "\"date\"", "pubdate", "dc.date", "publish-date"]
                    .iter()
                    .any(|p| lower.contains(p))
            }
            "time" => tag.attributes.contains("datetime"),
            _ => false,
        };
        if published && !tag.closing {
            self.date_at(tag.attributes, tag.attributes_at);
        }
    }

    /// The date in a page's linked data (schema.org `datePublished`).
    fn published_in_script(&mut self, end: usize) {
        let script = &self.page[self.at..end];
        let key = "\"datePublished\"";
        if let Some(found) = script.find(key).map(|offset| offset + key.len()) {
            let length = script[found..].bytes().take(40).take_while(u8::is_ascii).count();
            self.date_at(&script[found..found + length], self.at + found);
        }
    }

    fn date_at(&mut self, text: &str, offset: usize) {
        if let (None, Some(found)) = (self.date, dateline::iso(text)) {
            let span = Span::new(offset + found.span.start, offset + found.span.end);
            self.date = Some(Dated { at: found.at, span: Some(span), how: DatedBy::IsoTimestamp });
        }
    }

    /// Decodes a character reference, padded with spaces to the length it had.
    fn entity(&mut self) {
        match entities::decode(&self.page[self.at..]) {
            Some((letter, length)) => {
                let mut buffer = [0; 4];
                let letter = letter.encode_utf8(&mut buffer);
                let end = self.at + length;
                self.put(letter.as_bytes());
                self.blank(end, false);
            }
            None => self.put(b"&"),
        }
    }

    fn finish(mut self) -> Raw {
        // Every byte was either copied in its turn or replaced by ASCII over whole characters, so this is UTF-8 still.
        let plain = String::from_utf8(self.out).unwrap_or_else(|_| self.page.to_owned());
        let read = |span: &Span| span.of(&plain).is_some_and(|words| !words.trim().is_empty());
        let headline = self.headline.filter(read);
        let page_title = self.page_title.filter(read);
        if let (Some(_), Some(span)) = (headline, page_title) {
            let before = self.marked.partition_point(|mark| mark.span.start < span.start);
            let inside = before.checked_sub(1).is_some_and(|at| self.marked[at].span.overlaps(span));
            if !inside {
                self.marked.insert(before, Furniture { span, why: "the title of the page's window" });
            }
        }
        let plain = decode::without_mark(&plain);
        Raw {
            verbatim: self.page.to_owned(),
            plain,
            marked: self.marked,
            date: self.date,
            title: headline.or(page_title),
            ..Raw::default()
        }
    }
}
