//! A way to Redis between two sockets, on which the next script, or the answer to it, is lost with its connection.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use directory::redis::RedisSettings;

use crate::folder::Folder;

/// What is lost next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Loss {
    Nothing,
    Request,
    Answer,
}

pub(crate) struct Proxy {
    folder: Folder,
    next: Arc<AtomicU8>,
}

impl Proxy {
    /// To the Redis that has this socket.
    pub(crate) fn start(name: &str, redis: PathBuf) -> Self {
        let folder = Folder::new(name);
        let listener = UnixListener::bind(folder.join("p")).expect("a socket with a short name");
        let next = Arc::new(AtomicU8::new(Loss::Nothing as u8));
        let loses = Arc::clone(&next);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // Without a Redis the client finds its connection closed.
                if let Ok(server) = UnixStream::connect(&redis) {
                    forward(client, server, &loses);
                }
            }
        });
        Self { folder, next }
    }

    /// The same settings by way of this proxy.
    pub(crate) fn settings(&self, settings: &RedisSettings) -> RedisSettings {
        let url = format!("redis+unix://{}", self.folder.join("p").display());
        RedisSettings {
            url: url.parse().expect("an address"),
            ..settings.clone()
        }
    }

    pub(crate) fn lose(&self, next: Loss) {
        self.next.store(next as u8, Ordering::SeqCst);
    }

    /// Whether it has happened.
    pub(crate) fn has_lost(&self) -> bool {
        self.next.load(Ordering::SeqCst) == Loss::Nothing as u8
    }
}

fn forward(client: UnixStream, server: UnixStream, loses: &Arc<AtomicU8>) {
    // The next answer on this connection is lost.
    let marked = Arc::new(AtomicU8::new(0));
    let (to_server, to_client) = (twin(&server), twin(&client));
    let (loses, marks) = (Arc::clone(loses), Arc::clone(&marked));
    thread::spawn(move || {
        copy(client, to_server, |bytes| {
            let is_script = bytes.windows(7).any(|word| word == b"EVALSHA");
            let takes = |loss: Loss| {
                is_script
                    && loses
                        .compare_exchange(
                            loss as u8,
                            Loss::Nothing as u8,
                            Ordering::SeqCst,
                            Ordering::SeqCst,
                        )
                        .is_ok()
            };
            if takes(Loss::Answer) {
                marks.store(1, Ordering::SeqCst);
            }
            !takes(Loss::Request)
        });
    });
    thread::spawn(move || copy(server, to_client, |_| marked.load(Ordering::SeqCst) == 0));
}

fn twin(stream: &UnixStream) -> UnixStream {
    stream.try_clone().expect("a descriptor")
}

/// Until one of both ends, or a piece is not to be passed on.
fn copy(mut from: UnixStream, mut to: UnixStream, mut may_pass: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).unwrap_or(0);
        if count == 0 || !may_pass(&buffer[..count]) || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
