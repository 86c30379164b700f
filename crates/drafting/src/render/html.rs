//! The HTML twin of a mail: the same text, for programs that show nothing else. No image, no style from elsewhere, no
//! link to click: addresses stand there as text, as everything else does.

use crate::frame::right_to_left;

/// The text as a page, escaped, in its own direction.
pub(crate) fn twin(subject: &str, text: &str, language: &str) -> String {
    let direction = if right_to_left(language) { "rtl" } else { "ltr" };
    let language = escaped(language);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{}</title>\n</head>\n<body>\n",
        escaped(subject)
    );
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let lines: Vec<String> = paragraph.lines().map(escaped).collect();
        // Each paragraph finds its own direction: a reference or a telephone number may stand alone in one.
        page.push_str(&format!("<p dir=\"auto\">{}</p>\n", lines.join("<br>\n")));
    }
    page + "</body>\n</html>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::twin;

    #[test]
    fn nothing_in_it_is_markup_or_leads_anywhere() {
        let page = twin("<b>", "Stay <script>here</script> & wait\nhttps://desk.example/a/x\n\nنص", "fa");
        assert!(
            page.contains("<title>&lt;b&gt;</title>") && page.contains("dir=\"rtl\"") && page.contains("lang=\"fa\"")
        );
        assert!(page.contains("Stay &lt;script&gt;here&lt;/script&gt; &amp; wait<br>\nhttps://desk.example/a/x</p>"));
        for never in ["href", "src=", "<a ", "<img", "style", "<script"] {
            assert!(!page.contains(never), "{never}");
        }
    }
}
