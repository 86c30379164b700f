//! The worker process: one job in, one PDF out, and limits that the operating system keeps.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rlimit::Resource;

use crate::job::{Job, Order};
use crate::press::{JOB_LIMIT, LetterError, print_with};
use crate::templates::Templates;

/// Something that prints jobs.
pub trait Printer: Send + Sync {
    /// The PDF of a job. Blocks.
    fn print(&self, job: &Job) -> Result<Vec<u8>, LetterError>;

    /// What it prints with.
    fn templates(&self) -> &Templates;
}

/// Prints in this very process: for tests, and for programs that have no worker to start.
#[derive(Debug, Clone, Default)]
pub struct InProcess {
    /// What with.
    pub templates: Templates,
}

impl Printer for InProcess {
    fn print(&self, job: &Job) -> Result<Vec<u8>, LetterError> {
        print_with(job, &self.templates)
    }

    fn templates(&self) -> &Templates {
        &self.templates
    }
}

/// Address space of the worker: fonts, code and the typesetter's memory.
const MEMORY: u64 = 2 * 1024 * 1024 * 1024;
/// Processor seconds of the worker.
const CPU_SECONDS: u64 = 20;
/// Largest PDF; letters have a few dozen kilobytes.
const PDF_LIMIT: u64 = 8 * 1024 * 1024;
/// Longest order: a job and the templates, as JSON.
const ORDER_LIMIT: usize = JOB_LIMIT + 8 * 1024 * 1024;
/// What is kept of the worker's complaint.
const SAID_LIMIT: u64 = 2_000;
/// How long a worker that has closed its output may take to end.
const ENDING: Duration = Duration::from_secs(2);

/// The worker's whole life: limits this very process, reads one [`Order`] as JSON, writes one PDF. For the hidden
/// command `forewarn worker letter`; a process that called this can open no file any more.
pub fn run_worker(input: impl Read, output: impl Write) -> Result<(), LetterError> {
    limit_this_process()?;
    answer(input, output)
}

fn limit_this_process() -> io::Result<()> {
    for (resource, limit) in [
        (Resource::AS, MEMORY),
        (Resource::CPU, CPU_SECONDS),
        (Resource::FSIZE, PDF_LIMIT),
        (Resource::NOFILE, 0),
        (Resource::CORE, 0),
    ] {
        let (_, hard) = resource.get()?;
        resource.set(limit.min(hard), limit.min(hard))?;
    }
    Ok(())
}

fn answer(input: impl Read, mut output: impl Write) -> Result<(), LetterError> {
    let mut text = String::new();
    input.take(ORDER_LIMIT as u64 + 1).read_to_string(&mut text)?;
    if text.len() > ORDER_LIMIT {
        return Err(LetterError::Job { why: format!("more than {ORDER_LIMIT} bytes") });
    }
    // serde_json's message can quote the job, so only the place is told.
    let order: Order = serde_json::from_str(&text).map_err(|fault| LetterError::Job {
        why: format!("not a job in JSON (line {}, column {})", fault.line(), fault.column()),
    })?;
    output.write_all(&print_with(&order.job, &order.templates)?)?;
    output.flush()?;
    Ok(())
}

/// Prints in a child process: `program worker letter`.
#[derive(Debug, Clone)]
pub struct WorkerPrinter {
    /// The program; for the server, itself.
    pub program: PathBuf,
    /// How long one letter may take.
    pub timeout: Duration,
    /// What with.
    pub templates: Templates,
}

impl WorkerPrinter {
    /// Prints with `program`, at most 30 seconds a letter.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), timeout: Duration::from_secs(30), templates: Templates::default() }
    }

    fn spawn(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(["worker", "letter"])
            // The worker needs nothing of the desk's: no secrets in its environment, no folder of ours under its feet.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

impl Printer for WorkerPrinter {
    fn print(&self, job: &Job) -> Result<Vec<u8>, LetterError> {
        let order = Order { job: job.clone(), templates: self.templates.clone() };
        let text = serde_json::to_vec(&order).map_err(|fault| LetterError::Job { why: fault.to_string() })?;
        let mut child = self.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return end(child).and(Err(LetterError::Overrun { why: "its pipes were not there" }));
        };
        // Each pipe has its thread: a worker that reads or writes nothing must not hold up the others. They end when
        // the child does, because the pipes close then.
        thread::spawn(move || stdin.write_all(&text));
        let output = reader(stdout, PDF_LIMIT + 1);
        let complaint = reader(stderr, SAID_LIMIT);
        let pdf = match output.recv_timeout(self.timeout) {
            Ok(pdf) => pdf?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                end(child)?;
                return Err(LetterError::Overrun { why: "it took too long" });
            }
        };
        if pdf.len() as u64 > PDF_LIMIT {
            end(child)?;
            return Err(LetterError::Overrun { why: "it printed too much" });
        }
        // The complaint ends with the worker too; after that there is a status to ask for.
        let said = complaint.recv_timeout(ENDING).ok().and_then(Result::ok).unwrap_or_default();
        let Some(status) = ended(&mut child)? else {
            end(child)?;
            return Err(LetterError::Overrun { why: "it did not end" });
        };
        if status.success() && pdf.starts_with(b"%PDF-") {
            return Ok(pdf);
        }
        let said = String::from_utf8_lossy(&said).split_whitespace().collect::<Vec<_>>().join(" ");
        Err(LetterError::Worker { said: if said.is_empty() { status.to_string() } else { said } })
    }

    fn templates(&self) -> &Templates {
        &self.templates
    }
}

/// Reads a pipe on a thread of its own, at most `limit` bytes.
fn reader(pipe: impl Read + Send + 'static, limit: u64) -> mpsc::Receiver<io::Result<Vec<u8>>> {
    let (done, read) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = pipe.take(limit).read_to_end(&mut bytes).map(|_| bytes);
        // Nobody waits any more when the worker was ended for another reason.
        let _ = done.send(result);
    });
    read
}

/// The exit status, waited for briefly: both its outputs are closed, so it has nothing left to do.
fn ended(child: &mut Child) -> io::Result<Option<std::process::ExitStatus>> {
    let step = Duration::from_millis(10);
    for _ in 0..ENDING.as_millis() / step.as_millis() {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(step);
    }
    Ok(None)
}

fn end(mut child: Child) -> Result<(), LetterError> {
    child.kill()?;
    child.wait()?;
    Ok(())
}
