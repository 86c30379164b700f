//! A desk opened for one command, without serving it. A server may run on the same data directory meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use server::{Ask, Clock, Desk, Ids, Printer};

use crate::fault::Fault;

/// Which desk.
#[derive(Debug, Args)]
pub struct Data {
    /// The data directory.
    #[arg(long = "data", env = "FOREWARN_DATA", hide_env_values = true, value_name = "DIR")]
    pub dir: PathBuf,
}

/// Who acts.
#[derive(Debug, Args)]
pub struct Acting {
    /// Your sign-in name: who the record says did this.
    #[arg(long = "as", value_name = "NAME")]
    pub acting: String,
}

impl Acting {
    /// The person as somebody who asks the desk, with the roles they hold.
    pub async fn ask(&self, desk: &Desk) -> Result<Ask, Fault> {
        let actor = desk.actor(&self.acting).await?.ok_or_else(|| {
            let fault = Fault::about(&self.acting, "there is no such account, or it is switched off");
            fault.advise("`forewarn account list` shows who works here")
        })?;
        Ok(Ask::by(actor))
    }
}

/// Runs something to its end.
pub fn run<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|cause| Fault::new(format!("cannot start: {cause}")))?.block_on(work)
}

/// Opens a desk and does something with it.
pub fn with_desk<T>(data: &Path, work: impl AsyncFnOnce(Arc<Desk>) -> Result<T, Fault>) -> Result<T, Fault> {
    super::running::log("warn", super::running::LogAs::Text);
    run(async {
        let desk = server::open(data, Clock::System, Ids::system(), printer()?).await?;
        work(desk).await
    })
}

/// How this program prints letters: by itself, as a worker with limits.
pub fn printer() -> Result<Printer, Fault> {
    if !cfg!(feature = "pdf") {
        return Ok(Printer::None);
    }
    let program = std::env::current_exe().map_err(|cause| Fault::new(format!("cannot find this program: {cause}")))?;
    Ok(Printer::Worker(program))
}
