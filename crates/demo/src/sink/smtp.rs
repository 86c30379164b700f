//! The mail sink: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.
//!
//! Lines end with CRLF and nothing else; a bare CR or LF anywhere is a fault that the sink counts and refuses. Told to
//! be [`Behaviour::Lenient`] it ends a message at sloppy forms of the final dot as some servers did, so that a test
//! can show that no message smuggles a second one in.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Largest message taken.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;
/// Longest command line taken (RFC 5321 section 4.5.3.1.4 asks for 512).
const LINE_LIMIT: u64 = 2_000;

/// One message as it arrived, with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// MAIL FROM.
    pub from: String,
    /// Every RCPT TO.
    pub to: Vec<String>,
    /// The message, dots unstuffed.
    pub bytes: Vec<u8>,
}

impl Mail {
    /// The message as text, for looking into it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The points at which the sink can be told to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// In place of the greeting.
    Greeting,
    /// At MAIL FROM.
    Mail,
    /// At RCPT TO.
    Rcpt,
    /// At DATA.
    Data,
    /// After the message.
    Message,
}

/// How the sink behaves from the next connection on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes everything.
    Accept,
    /// Takes everything, and reads the end of a message sloppily.
    Lenient,
    /// Answers this code and text at this step.
    Refuse(Step, u16, String),
    /// Waits this long before each answer.
    Tarpit(Duration),
    /// Takes the message (and keeps it), then drops the connection without a word.
    DropAfterData,
}

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    mails: Vec<Mail>,
    faults: usize,
    connections: usize,
}

/// A mail server on loopback. It stops when it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    arrived: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl SmtpSink {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let state =
            Arc::new(Mutex::new(State { behaviour: Behaviour::Accept, mails: vec![], faults: 0, connections: 0 }));
        let (count, arrived) = watch::channel(0);
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let count = Arc::new(count);
            while let Ok((stream, _)) = listener.accept().await {
                let (state, count) = (Arc::clone(&shared), Arc::clone(&count));
                // A session that breaks is the client's loss; the sink goes on.
                tokio::spawn(async move { Session::new(stream, state, count).run().await });
            }
        });
        Ok(Self { addr, state, arrived, task })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Changes how the next connections are treated.
    pub fn behave(&self, behaviour: Behaviour) {
        lock(&self.state).behaviour = behaviour;
    }

    /// Every message so far, in order of arrival.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.state).mails.clone()
    }

    /// Takes every message so far out of the sink.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut lock(&self.state).mails)
    }

    /// How often a client broke the protocol: a bare CR or LF, a command that is none.
    pub fn faults(&self) -> usize {
        lock(&self.state).faults
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// Waits until `count` messages have arrived since the start.
    pub async fn wait_for(&self, count: usize) {
        // The sender lives as long as the sink's task, so this ends with the sink at the latest.
        let _ = self.arrived.clone().wait_for(|so_far| *so_far >= count).await;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Session {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    state: Arc<Mutex<State>>,
    count: Arc<watch::Sender<usize>>,
    behaviour: Behaviour,
    from: Option<String>,
    to: Vec<String>,
}

enum Next {
    Go,
    Stop,
}

impl Session {
    fn new(stream: TcpStream, state: Arc<Mutex<State>>, count: Arc<watch::Sender<usize>>) -> Self {
        let (reader, writer) = stream.into_split();
        let behaviour = {
            let mut state = lock(&state);
            state.connections += 1;
            state.behaviour.clone()
        };
        Self { reader: BufReader::new(reader), writer, state, count, behaviour, from: None, to: vec![] }
    }

    async fn run(mut self) -> io::Result<()> {
        if matches!(self.step(Step::Greeting, "220 sink.invalid ready").await?, Next::Stop) {
            return Ok(());
        }
        while let Some(line) = self.line().await? {
            if matches!(self.command(&line).await?, Next::Stop) {
                break;
            }
        }
        Ok(())
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => self.reply("250-sink.invalid\r\n250-SIZE 10485760\r\n250 8BITMIME").await,
            "HELO" | "NOOP" => self.reply("250 sink.invalid").await,
            "RSET" => {
                self.reset();
                self.reply("250 2.0.0 forgotten").await
            }
            "QUIT" => {
                self.reply("221 2.0.0 goodbye").await?;
                Ok(Next::Stop)
            }
            "MAIL" => self.mail(line).await,
            "RCPT" => self.rcpt(line).await,
            "DATA" if self.to.is_empty() => self.fault("503 5.5.1 RCPT first").await,
            "DATA" => self.data().await,
            _ => self.fault("500 5.5.2 not a command of this server").await,
        }
    }

    async fn mail(&mut self, line: &str) -> io::Result<Next> {
        let Some(path) = path(line, "MAIL FROM:") else { return self.fault("501 5.5.4 MAIL FROM:<address>").await };
        self.reset();
        self.from = Some(path);
        self.step(Step::Mail, "250 2.1.0 sender taken").await
    }

    async fn rcpt(&mut self, line: &str) -> io::Result<Next> {
        let Some(path) = path(line, "RCPT TO:") else { return self.fault("501 5.5.4 RCPT TO:<address>").await };
        if self.from.is_none() {
            return self.fault("503 5.5.1 MAIL first").await;
        }
        if !matches!(self.behaviour, Behaviour::Refuse(Step::Rcpt, ..)) {
            self.to.push(path);
        }
        self.step(Step::Rcpt, "250 2.1.5 recipient taken").await
    }

    async fn data(&mut self) -> io::Result<Next> {
        self.reply_or_refuse(Step::Data, "354 end with <CRLF>.<CRLF>").await?;
        if matches!(self.behaviour, Behaviour::Refuse(Step::Data, ..)) {
            return Ok(Next::Go);
        }
        let Some(bytes) = self.message().await? else {
            return self.fault("554 5.6.0 lines end with CRLF here, and messages are smaller").await;
        };
        if !matches!(self.behaviour, Behaviour::Refuse(Step::Message, ..)) {
            self.keep(bytes);
        }
        if self.behaviour == Behaviour::DropAfterData {
            return Ok(Next::Stop);
        }
        let queued = format!("250 2.0.0 queued as SINK{:04}", lock(&self.state).mails.len());
        self.reset();
        self.step(Step::Message, &queued).await
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        let mail = Mail { from: self.from.clone().unwrap_or_default(), to: self.to.clone(), bytes };
        lock(&self.state).mails.push(mail);
        self.count.send_modify(|count| *count += 1);
    }

    /// Reads up to the final dot and unstuffs. `None` when a line ended wrongly or the message is too large; the
    /// rest up to the dot is read and thrown away, so that it is never taken for commands.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let lenient = self.behaviour == Behaviour::Lenient;
        let (mut whole, mut good) = (Vec::new(), true);
        loop {
            let mut line = Vec::new();
            let read = (&mut self.reader).take(SIZE_LIMIT as u64).read_until(b'\n', &mut line).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let ended = line.ends_with(b"\r\n");
            let body = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(&line);
            if (ended && body == b".") || (lenient && (body == b"." || body.ends_with(b"\r."))) {
                return Ok(good.then_some(whole));
            }
            good &= lenient || (ended && !body.contains(&b'\r'));
            good &= whole.len() + line.len() <= SIZE_LIMIT;
            if good {
                whole.extend_from_slice(body.strip_prefix(b".").unwrap_or(body));
                whole.extend_from_slice(b"\r\n");
            }
        }
    }

    /// One command line; `None` at the end of the connection or after a line that is not one.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.reader).take(LINE_LIMIT).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(None);
        }
        let body = line.strip_suffix(b"\r\n").filter(|body| !body.contains(&b'\r'));
        let Some(text) = body.and_then(|body| std::str::from_utf8(body).ok()) else {
            self.fault("500 5.5.2 a line of text ends with CRLF here").await?;
            return Ok(None);
        };
        Ok(Some(text.to_owned()))
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn fault(&mut self, text: &str) -> io::Result<Next> {
        lock(&self.state).faults += 1;
        self.reply(text).await
    }

    /// Answers as told for this step; a refused greeting ends the session.
    async fn step(&mut self, step: Step, text: &str) -> io::Result<Next> {
        self.reply_or_refuse(step, text).await?;
        let refused = matches!(&self.behaviour, Behaviour::Refuse(at, ..) if *at == step);
        Ok(if refused && step == Step::Greeting { Next::Stop } else { Next::Go })
    }

    async fn reply_or_refuse(&mut self, step: Step, text: &str) -> io::Result<Next> {
        match self.behaviour.clone() {
            Behaviour::Refuse(at, code, words) if at == step => self.reply(&format!("{code} {words}")).await,
            Behaviour::Refuse(..)
            | Behaviour::Accept
            | Behaviour::Lenient
            | Behaviour::Tarpit(_)
            | Behaviour::DropAfterData => self.reply(text).await,
        }
    }

    async fn reply(&mut self, text: &str) -> io::Result<Next> {
        if let Behaviour::Tarpit(wait) = self.behaviour {
            tokio::time::sleep(wait).await;
        }
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await?;
        Ok(Next::Go)
    }
}

/// The address in `MAIL FROM:<address> …`.
fn path(line: &str, verb: &str) -> Option<String> {
    let start = line.get(..verb.len()).filter(|start| start.eq_ignore_ascii_case(verb))?;
    let (address, _parameters) = line[start.len()..].trim_start().strip_prefix('<')?.split_once('>')?;
    Some(address.to_owned())
}
