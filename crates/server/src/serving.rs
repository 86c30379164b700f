//! Runs the desk: requests on one side, workers on the other, until somebody says stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;
use crate::error::AppError;
use crate::http::router;
use crate::post::{self, Post};
use crate::tls::{Tls, TlsListener};

/// Longest time the workers sleep without being woken: a deadline is noticed at most this late (R8).
const NAP: Duration = Duration::from_secs(1);
/// Wait after a fault before the workers try again.
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// A desk that is being served.
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    workers: Option<JoinHandle<()>>,
}

/// Serves a desk on an address in plain HTTP. `with_workers` is false when somebody else calls [`Desk::run_due`].
pub async fn serve(desk: Arc<Desk>, address: SocketAddr, with_workers: bool) -> Result<Serving, AppError> {
    serve_with(desk, address, None, with_workers).await
}

/// As [`serve`], by TLS when there is a certificate.
pub async fn serve_with(
    desk: Arc<Desk>,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
    with_workers: bool,
) -> Result<Serving, AppError> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|cause| AppError::invalid(address.to_string(), format!("cannot listen there: {cause}")))?;
    let address = listener.local_addr().map_err(AppError::fault)?;
    let (stop, stopping) = watch::channel(false);
    let router = router(desk.clone(), tls.is_some());
    let http = match tls {
        None => spawn(listener, router, stopping),
        Some(tls) => {
            let listener = TlsListener::new(listener, &tls)?;
            tokio::spawn(tls.follow(desk.clock.clone(), stopping.clone()));
            spawn(listener, router, stopping)
        }
    };
    let mut serving = Serving { address, stop, http, workers: None };
    if with_workers {
        serving.start_workers(desk);
    }
    Ok(serving)
}

fn spawn<L>(listener: L, router: Router, mut until: watch::Receiver<bool>) -> JoinHandle<std::io::Result<()>>
where
    L: Listener<Addr = SocketAddr>,
{
    // Tapped for the sake of its type alone: any listener's address comes through so.
    let listener = listener.tap_io(|_| {});
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(async move {
                let _closed = until.wait_for(|stop| *stop).await;
            })
            .await
    })
}

impl Serving {
    /// Starts the workers, once.
    pub fn start_workers(&mut self, desk: Arc<Desk>) {
        let until = self.stop.subscribe();
        self.workers.get_or_insert_with(|| tokio::spawn(work(desk, until)));
    }

    /// Waits until HTTP ends, which happens only when it is stopped or fails.
    pub async fn wait(self) -> Result<(), AppError> {
        self.http.await.map_err(AppError::fault)?.map_err(AppError::fault)
    }

    /// Lets what runs finish, then stops.
    pub async fn stop(self) -> Result<(), AppError> {
        self.stop.send_replace(true);
        if let Some(workers) = self.workers {
            workers.await.map_err(AppError::fault)?;
        }
        self.http.await.map_err(AppError::fault)?.map_err(AppError::fault)
    }
}

/// The normal path is the recovery path: whatever is due is done, whoever left it.
async fn work(desk: Arc<Desk>, mut until: watch::Receiver<bool>) {
    let Some(_post) = post_of(&desk, &mut until).await else { return };
    loop {
        let nap = match desk.run_due().await {
            Ok(_) => NAP,
            Err(cause) => {
                tracing::error!(%cause, "the workers could not go on; trying again shortly");
                AFTER_FAULT
            }
        };
        tokio::select! {
            () = desk.woken() => {}
            () = tokio::time::sleep(nap) => {}
            _ = until.wait_for(|stop| *stop) => return,
        }
    }
}

/// Waits until no other process works here, then takes over; none when this one is to stop first.
async fn post_of(desk: &Desk, until: &mut watch::Receiver<bool>) -> Option<Post> {
    let mut told = false;
    loop {
        let nap = match post::take(desk).await {
            Ok(Some(post)) => return Some(post),
            Ok(None) => {
                if !std::mem::replace(&mut told, true) {
                    tracing::warn!("another process works in this data directory; this one waits until it ends");
                }
                NAP
            }
            Err(cause) => {
                tracing::error!(%cause, "the workers could not start; trying again shortly");
                AFTER_FAULT
            }
        };
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            _ = until.wait_for(|stop| *stop) => return None,
        }
    }
}
