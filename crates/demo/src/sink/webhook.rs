//! The webhook sink: takes POSTs over HTTP/1.1, checks their Standard Webhooks signature, keeps them.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use channels::webhook::sign::{self, Verifier};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Largest body taken.
const BODY_LIMIT: usize = 1024 * 1024;
/// Largest request head taken.
const HEAD_LIMIT: u64 = 32 * 1024;

/// One POST as it arrived.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the signature fits. The sink has no clock and takes the message's own time for now; the window is
    /// tested where the signature is made.
    pub signed: Result<(), String>,
}

impl Posted {
    /// The id that is the same for every attempt.
    pub fn id(&self) -> &str {
        self.headers.get(sign::ID).map_or("", String::as_str)
    }
}

/// How the sink answers from the next connection on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This status, with this text as body.
    Status(u16, String),
    /// A redirect to this URL.
    Redirect(String),
    /// Nothing for this long.
    Silence(Duration),
    /// Takes the request, then drops the connection.
    Drop,
    /// 200 and a body of this many bytes.
    Flood(usize),
}

#[derive(Debug)]
struct State {
    answer: Answer,
    posted: Vec<Posted>,
    connections: usize,
}

/// A web server on loopback. It stops when it is dropped.
#[derive(Debug)]
pub struct WebhookSink {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl WebhookSink {
    /// Starts on a free port of 127.0.0.1; signatures are checked with `verifier`.
    pub async fn start(verifier: Verifier) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let answer = Answer::Status(202, "accepted".to_owned());
        let state = Arc::new(Mutex::new(State { answer, posted: vec![], connections: 0 }));
        let (shared, verifier) = (Arc::clone(&state), Arc::new(verifier));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&shared).connections += 1;
                let (state, verifier) = (Arc::clone(&shared), Arc::clone(&verifier));
                // A request that breaks is the client's loss; the sink goes on.
                tokio::spawn(async move { serve(stream, &state, &verifier).await });
            }
        });
        Ok(Self { addr, state, task })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL to post to.
    pub fn url(&self) -> String {
        format!("http://{}/warnings", self.addr)
    }

    /// Changes how the next requests are answered.
    pub fn answer(&self, answer: Answer) {
        lock(&self.state).answer = answer;
    }

    /// Every request so far, in order of arrival.
    pub fn posted(&self) -> Vec<Posted> {
        lock(&self.state).posted.clone()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }
}

impl Drop for WebhookSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, state: &Mutex<State>, verifier: &Verifier) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(posted) = read(&mut stream, verifier).await? else {
        return respond(&mut stream, 400, "", b"one POST with a content-length of at most 1 MiB").await;
    };
    lock(state).posted.push(posted);
    let answer = lock(state).answer.clone();
    match answer {
        Answer::Status(status, text) => respond(&mut stream, status, "", text.as_bytes()).await,
        Answer::Redirect(to) => respond(&mut stream, 307, &format!("location: {to}\r\n"), b"").await,
        Answer::Flood(size) => respond(&mut stream, 200, "", &vec![b'x'; size]).await,
        Answer::Silence(wait) => {
            tokio::time::sleep(wait).await;
            Ok(())
        }
        Answer::Drop => Ok(()),
    }
}

async fn respond(stream: &mut BufReader<TcpStream>, status: u16, header: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} sink\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.flush().await
}

/// Reads one request; `None` when it is not one this sink takes.
async fn read(stream: &mut BufReader<TcpStream>, verifier: &Verifier) -> io::Result<Option<Posted>> {
    let mut head = String::new();
    let mut limited = (&mut *stream).take(HEAD_LIMIT);
    loop {
        let before = head.len();
        limited.read_line(&mut head).await?;
        match head.len() - before {
            0 => return Ok(None),
            2 if head.ends_with("\r\n") => break,
            _ => {}
        }
    }
    let mut lines = head.split("\r\n");
    let mut request = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (request.next().unwrap_or_default(), request.next().unwrap_or_default().to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse::<usize>().ok());
    let Some(length) = length.filter(|length| method == "POST" && *length <= BODY_LIMIT) else { return Ok(None) };
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let signed = check(verifier, &headers, &body);
    Ok(Some(Posted { path, headers, body, signed }))
}

fn check(verifier: &Verifier, headers: &BTreeMap<String, String>, body: &[u8]) -> Result<(), String> {
    let header = |name: &str| headers.get(name).map(String::as_str).ok_or_else(|| format!("no `{name}` header"));
    let (id, timestamp, signature) = (header(sign::ID)?, header(sign::TIMESTAMP)?, header(sign::SIGNATURE)?);
    let claimed = timestamp.parse().map_err(|_| "the timestamp is not a number".to_owned())?;
    verifier.verify(id, timestamp, signature, body, claimed).map_err(|fault| fault.to_string())
}
