//! What each HTML element means to a reader.

/// The part an element plays.
pub(super) enum Part {
    /// Not to be read, up to the closing tag given here.
    Hidden(&'static str),
    /// Around the report and not of it.
    Furniture(&'static str),
    /// The headline.
    Headline,
    /// The title in the head of the page.
    Title,
    /// Line breaks inside it are meant.
    Preformatted,
    /// Begins and ends a paragraph.
    Block,
    /// Within a paragraph.
    Inline,
}

impl Part {
    pub(super) fn is_block(&self) -> bool {
        match self {
            Self::Hidden(_) | Self::Inline => false,
            Self::Furniture(_) | Self::Headline | Self::Title | Self::Preformatted | Self::Block => true,
        }
    }
}

/// What the element of this name (in lower case) is.
pub(super) fn part(name: &str) -> Part {
    match name {
        "script" => Part::Hidden("</script"),
        "style" => Part::Hidden("</style"),
        "noscript" => Part::Hidden("</noscript"),
        "template" => Part::Hidden("</template"),
        "svg" => Part::Hidden("</svg"),
        "iframe" => Part::Hidden("</iframe"),
        "nav" => Part::Furniture("the navigation of the page"),
        "footer" => Part::Furniture("the foot of the page"),
        "aside" => Part::Furniture("set aside by the page"),
        "figcaption" => Part::Furniture("the caption of a picture"),
        "button" | "select" | "form" => Part::Furniture("a control of the page"),
        "h1" => Part::Headline,
        "title" => Part::Title,
        "pre" => Part::Preformatted,
        "address" | "article" | "blockquote" | "body" | "br" | "dd" | "details" | "div" | "dl" | "dt" | "figure"
        | "h2" | "h3" | "h4" | "h5" | "h6" | "head" | "header" | "hr" | "html" | "li" | "main" | "ol" | "option"
        | "p" | "section" | "summary" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" | "ul" => {
            Part::Block
        }
        _ => Part::Inline,
    }
}
