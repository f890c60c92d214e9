//! A way to Redis that takes its time: what Redis says comes as much later as the test wants.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::redis::RedisServer;

/// Listens in a folder of its own, until the test ends.
pub(crate) struct SlowRedis {
    folder: Folder,
    delay: Arc<Mutex<Duration>>,
}

impl SlowRedis {
    /// The name is of this test alone.
    pub(crate) fn new(name: &str, redis: &RedisServer) -> Self {
        let folder = Folder::new(name);
        let delay = Arc::<Mutex<Duration>>::default();
        let listener = UnixListener::bind(folder.join("r.sock")).expect("a socket");
        let (there, its_delay) = (path_of(&redis.url()), Arc::clone(&delay));
        thread::spawn(move || {
            for here in listener.incoming() {
                let here = here.expect("a connection");
                let there = UnixStream::connect(&there).expect("a Redis");
                carry(&here, &there, &its_delay);
            }
        });
        Self { folder, delay }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.join("r.sock").display())
    }

    /// What Redis says from now on comes so much later.
    pub(crate) fn take(&self, delay: Duration) {
        *self.delay.lock().expect("no panic") = delay;
    }
}

fn path_of(url: &str) -> PathBuf {
    url.strip_prefix("redis+unix://").expect("a socket").into()
}

/// Requests at once, answers late.
fn carry(here: &UnixStream, there: &UnixStream, delay: &Arc<Mutex<Duration>>) {
    let twice = |stream: &UnixStream| stream.try_clone().expect("a second handle");
    let (mut requests, mut to_redis) = (twice(here), twice(there));
    thread::spawn(move || {
        let _ = std::io::copy(&mut requests, &mut to_redis);
        let _ = to_redis.shutdown(Shutdown::Both);
    });
    let (sender, late) = channel();
    let (answers, to_client, delay) = (twice(there), twice(here), Arc::clone(delay));
    thread::spawn(move || collect(answers, &sender, &delay));
    thread::spawn(move || deliver(to_client, &late));
}

fn collect(mut answers: UnixStream, late: &Sender<(Instant, Vec<u8>)>, delay: &Mutex<Duration>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = answers.read(&mut buffer) {
        let time = Instant::now() + *delay.lock().expect("no panic");
        if late.send((time, buffer[..count].to_vec())).is_err() {
            return;
        }
    }
}

fn deliver(mut to_client: UnixStream, late: &Receiver<(Instant, Vec<u8>)>) {
    for (time, bytes) in late {
        thread::sleep(time.saturating_duration_since(Instant::now()));
        if to_client.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to_client.shutdown(Shutdown::Both);
}
