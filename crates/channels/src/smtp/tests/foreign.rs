//! A mail server that is not ours: Python's aiosmtpd, where it is installed.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Prints one line for each message: `MAIL from to1,to2`. With TLS it asks for a login as well.
const SERVER: &str = r"
import asyncio, ssl, sys
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import AuthResult
class Keep:
    async def handle_DATA(self, server, session, envelope):
        print('MAIL', envelope.mail_from, ','.join(envelope.rcpt_tos), flush=True)
        return '250 kept'
def login(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b'desk', b'open sesame'), handled=False)
mode, pem = sys.argv[1], sys.argv[2]
more = {}
if mode != 'none':
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    more = dict(authenticator=login, auth_required=True)
    more |= dict(tls_context=context, require_starttls=True) if mode == 'start' else dict(ssl_context=context, auth_require_tls=False)
loop = asyncio.new_event_loop()
controller = UnthreadedController(Keep(), hostname='127.0.0.1', port=0, loop=loop, ident='foreign', **more)
controller.begin()
print('PORT', controller.server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
";

/// How the server protects its connections; with the file of its key and certificate.
pub(super) enum Tls<'a> {
    None,
    Start(&'a Path),
    Implicit(&'a Path),
}

pub(super) struct Foreign {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
}

impl Foreign {
    /// Starts it; `None` where Python or aiosmtpd is not installed.
    pub(super) fn start(tls: &Tls<'_>) -> Option<Self> {
        let (mode, pem) = match tls {
            Tls::None => ("none", Path::new("")),
            Tls::Start(pem) => ("start", *pem),
            Tls::Implicit(pem) => ("implicit", *pem),
        };
        let mut child = Command::new("python3")
            .args(["-c", "import sys; exec(sys.stdin.read())", mode])
            .arg(pem)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(SERVER.as_bytes()).ok()?;
        let mut lines = BufReader::new(child.stdout.take()?).lines();
        let first = lines.next().and_then(Result::ok);
        let port = first.and_then(|line| line.strip_prefix("PORT ").and_then(|port| port.parse().ok()));
        if port.is_none() {
            let _ = (child.kill(), child.wait());
        }
        Some(Self { child, lines, port: port? })
    }

    /// The next `count` messages it took.
    pub(super) fn mails(&mut self, count: usize) -> Vec<String> {
        self.lines.by_ref().take(count).map(Result::unwrap).collect()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

/// A key and a certificate for `localhost` in one PEM file; `None` where openssl is not installed.
pub(super) fn certificate(dir: &Path, name: &str) -> Option<PathBuf> {
    let pem = dir.join(format!("{name}.pem"));
    let done = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&pem)
        .arg("-out")
        .arg(dir.join("certificate"))
        .output()
        .ok()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let certificate = std::fs::read(dir.join("certificate")).unwrap();
    std::fs::OpenOptions::new().append(true).open(&pem).unwrap().write_all(&certificate).unwrap();
    Some(pem)
}
