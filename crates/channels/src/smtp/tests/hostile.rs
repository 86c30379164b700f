//! Words as an attacker would put them in a register or a draft.

/// The fields of one message.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub mailbox: String,
    pub name: String,
    pub subject: String,
    pub text: String,
    pub language: String,
}

impl Fields {
    pub(super) fn harmless() -> Self {
        let owned = |text: &str| text.to_owned();
        Self {
            mailbox: owned("dora@example.org"),
            name: owned("Dora"),
            subject: owned("A warning"),
            text: owned("Words.\n"),
            language: owned("en"),
        }
    }
}

/// Ways to end a line, as different parsers see it.
const ENDS: [&str; 10] = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\0\r\n", "\u{85}", "\u{2028}", "\u{b}", "\u{c}"];

/// What an attacker wants to stand at the start of a line.
const WANTED: [&str; 12] = [
    "Bcc: spy@example.net",
    "X-Injected: yes",
    "Cc: spy@example.net\r\n\r\nAnother body",
    ".",
    ".\r\nMAIL FROM:<evil@example.net>\r\nRCPT TO:<spy@example.net>\r\nDATA\r\nSubject: forged\r\n\r\nforged\r\n.\r\nQUIT",
    ".\nMAIL FROM:<evil@example.net>\nRCPT TO:<spy@example.net>\nDATA\nSubject: forged\n\nforged\n.\n",
    ".\rMAIL FROM:<evil@example.net>\rRCPT TO:<spy@example.net>\rDATA\r",
    "..",
    ". ",
    "QUIT",
    "From spy@example.net Thu Jan  1 00:00:00 1970",
    "--boundary\r\nContent-Type: text/html",
];

/// Single-line texts that are odd and must simply arrive.
const ODD: [&str; 16] = [
    "\"quoted\" <spy@example.net>",
    "a, b <spy@example.net>, c",
    "=?utf-8?q?=0D=0ABcc:_spy@example.net?=",
    "=?utf-8?b?DQpCY2M6IHNweUBleGFtcGxlLm5ldA==?=",
    "%0d%0aBcc: spy@example.net",
    "\\r\\nBcc: spy@example.net",
    "嘊嘍Bcc: spy@example.net",
    "Dora (comment \\) <spy@example.net>",
    "\\\\\"\\",
    "::::",
    "<>",
    "@",
    "محمد علی‌زاده",
    "Ωμέγα Кириллица 漢字 🕊",
    "tab-free    spaces   ",
    "a very long name that goes on and on and on and on and on and on and on and on and on and on and on and on to fold",
];

/// Mailboxes that are none, or that parsers read differently.
const MAILBOXES: [&str; 24] = [
    "",
    "dora",
    "@example.org",
    "dora@",
    "dora@@example.org",
    "dora@example.org>",
    "<dora@example.org>",
    "dora@example.org> SIZE=1",
    "dora@example.org\r\nRCPT TO:<spy@example.net>",
    "dora@example.org>\r\nRCPT TO:<spy@example.net",
    "dora@example.org\n",
    "dora@example.org,spy@example.net",
    "dora@example.org;spy@example.net",
    "dora@example.org spy@example.net",
    "\"dora\"@example.org",
    "\"spy@example.net\"@example.org",
    "\"a\r\nb\"@example.org",
    "dora@[127.0.0.1]",
    "dora@example..org",
    ".dora@example.org",
    "dora@-example.org",
    "dora(comment)@example.org",
    "dörä@example.org",
    "@relay.example:dora@example.org",
];

/// More than five hundred messages, each hostile in one or two fields.
pub(super) fn fields() -> Vec<Fields> {
    let mut all: Vec<Fields> = Vec::new();
    for end in ENDS {
        for wanted in WANTED {
            let planted = format!("words{end}{wanted}{end}");
            all.push(Fields { name: planted.clone(), ..Fields::harmless() });
            all.push(Fields { subject: planted.clone(), ..Fields::harmless() });
            all.push(Fields { text: planted.clone(), ..Fields::harmless() });
            all.push(Fields {
                text: format!("{end}{wanted}"),
                subject: wanted.replace(['\r', '\n'], " "),
                ..Fields::harmless()
            });
        }
        all.push(Fields { language: format!("en{end}Bcc: spy@example.net"), ..Fields::harmless() });
        for other in ENDS {
            // The dot that ends a message, between every pair of line ends.
            let smuggled = format!(
                "words{end}.{other}MAIL FROM:<evil@example.net>{other}RCPT TO:<spy@example.net>{other}DATA{other}forged{end}.{other}"
            );
            all.push(Fields { text: smuggled, ..Fields::harmless() });
        }
    }
    for odd in ODD {
        all.push(Fields { name: odd.to_owned(), ..Fields::harmless() });
        all.push(Fields { subject: odd.to_owned(), ..Fields::harmless() });
        all.push(Fields { text: odd.to_owned(), ..Fields::harmless() });
    }
    for mailbox in MAILBOXES {
        all.push(Fields { mailbox: mailbox.to_owned(), ..Fields::harmless() });
    }
    all.push(Fields { text: "x".repeat(100_000), ..Fields::harmless() });
    all.push(Fields { text: ".\n".repeat(5_000), ..Fields::harmless() });
    all.push(Fields { subject: "x".repeat(100_000), ..Fields::harmless() });
    all
}
