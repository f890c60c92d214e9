//! The thread of a log: it takes all that waits, and makes one turn of it. While one append waits for the disk, the next
//! grows.

use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::request::{Done, Request};
use crate::writer::Writer;

/// Requests of one turn at most: Redis does nothing else while it appends them, which are some milliseconds.
pub const MOST_TOGETHER: usize = 1_024;

/// How often it is looked whether something in doubt can be settled, where nobody asks for anything.
const LOOK: Duration = Duration::from_millis(100);

/// The way to the thread of a log. It ends with the last clone of this.
#[derive(Debug)]
pub struct LogThread<T> {
    requests: Sender<Request<T>>,
}

impl<T: Send + 'static> LogThread<T> {
    /// Starts the thread. `answer` is called there after each turn, and must not wait.
    ///
    /// # Errors
    /// When there is no thread.
    pub fn start(writer: Writer, answer: impl FnMut(Done<T>) + Send + 'static) -> io::Result<Self> {
        let (requests, received) = unbounded();
        let thread = thread::Builder::new().name("room-log".to_owned());
        thread.spawn(move || write(writer, &received, answer))?;
        Ok(Self { requests })
    }

    /// Asks for something. It does not wait, so whoever asks bounds how much is under way.
    pub fn ask(&self, request: Request<T>) {
        // The thread lives as long as somebody can ask; should it have come to grief, the token is dropped.
        let _ = self.requests.send(request);
    }
}

// ANCHOR: write
fn write<T>(mut writer: Writer, requests: &Receiver<Request<T>>, mut answer: impl FnMut(Done<T>)) {
    loop {
        let first = match writer.is_in_doubt() {
            false => requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
            true => requests.recv_timeout(LOOK),
        };
        let batch: Vec<_> = match first {
            Ok(first) => [first]
                .into_iter()
                .chain(requests.try_iter())
                .take(MOST_TOGETHER)
                .collect(),
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        answer(writer.turn(batch));
    }
}
// ANCHOR_END: write
