//! Accepts connections and shakes hands. Each handshake is a task of its own with a time limit, so that somebody who
//! connects and says nothing keeps nobody else waiting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Tls;
use crate::error::AppError;

/// Longest time a handshake may take.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes under way at once; further connections wait in the kernel.
const HANDSHAKES: usize = 512;
/// Finished ones that wait to be served.
const WAITING: usize = 64;

type Accepted = (TlsStream<TcpStream>, SocketAddr);

/// Connections whose handshake is done.
pub struct TlsListener {
    address: SocketAddr,
    done: mpsc::Receiver<Accepted>,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    /// Begins to accept.
    pub fn new(tcp: TcpListener, tls: &Tls) -> Result<Self, AppError> {
        let address = tcp.local_addr().map_err(AppError::fault)?;
        let acceptor = TlsAcceptor::from(Arc::new(tls.server_config()?));
        let (sender, done) = mpsc::channel(WAITING);
        Ok(Self { address, done, accepting: tokio::spawn(accept(tcp, acceptor, sender)) })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Accepted {
        match self.done.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(mut tcp: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<Accepted>) {
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    while let Ok(place) = room.clone().acquire_owned().await {
        let (stream, peer) = Listener::accept(&mut tcp).await;
        let (shaking, done) = (acceptor.accept(stream), done.clone());
        tokio::spawn(async move {
            let _place = place;
            match timeout(LONGEST_HANDSHAKE, shaking).await {
                // Nobody receives once the desk stops; then the connection is dropped.
                Ok(Ok(stream)) => drop(done.send((stream, peer)).await),
                Ok(Err(cause)) => tracing::debug!(%cause, "a connection failed before its request"),
                Err(_) => tracing::debug!("a connection said nothing"),
            }
        });
    }
}
