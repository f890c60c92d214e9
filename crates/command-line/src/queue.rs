//! The queue of log lines: a thread of its own writes them, so that a full pipe stops no thread that logs, and each
//! line that does not arrive is counted.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// What may wait. A server whose log nobody reads must not grow for ever.
const MOST_WAITING: usize = 128_000;

/// And this many bytes: a packet of a trace may have hundreds of thousands.
const MOST_BYTES: usize = 64 << 20;

/// Gives the stream, locked: what is written through one of these stays together.
type Output = Box<dyn Fn() -> Box<dyn Write> + Send + Sync>;

/// The lines of the log. A clone has the same lines.
#[derive(Clone)]
pub(crate) struct Queue {
    shared: Arc<Shared>,
    /// Without one, each thread writes what it logs, and waits.
    has_thread: bool,
}

struct Shared {
    lines: Mutex<Lines>,
    /// There is a line, or it is over.
    filled: Condvar,
    /// A line is written, or could not be.
    taken: Condvar,
    output: Output,
}

#[derive(Default)]
struct Lines {
    /// Each is what was logged at once: a line, or some that belong together. The first one stays, empty, until it
    /// is written.
    waiting: VecDeque<Vec<u8>>,
    /// Bytes of those that wait.
    bytes: usize,
    /// How many have left it.
    taken: u64,
    /// Lines that could not be written, or found no room.
    lost: u64,
    /// Why the first of them could not be written.
    problem: Option<String>,
    /// Nothing more is taken or written.
    closed: bool,
}

/// What did not arrive.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) lines: u64,
    /// Where some could not be written: why.
    pub(crate) problem: Option<String>,
}

impl Queue {
    /// Starts the thread, if the system has one.
    pub(crate) fn start<W: Write + 'static>(output: impl Fn() -> W + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            lines: Mutex::default(),
            filled: Condvar::new(),
            taken: Condvar::new(),
            output: Box::new(move || Box::new(output())),
        });
        let writer = Arc::clone(&shared);
        let thread = thread::Builder::new().name("log".to_owned());
        let started = thread.spawn(move || {
            while writer.wait_for_line() {
                writer.write_first();
            }
        });
        let has_thread = started.is_ok();
        Self { shared, has_thread }
    }

    /// Takes lines that belong together; they are lost where too many wait.
    pub(crate) fn push(&self, lines: &[u8]) {
        self.shared.lines.lock().push(lines);
        match self.has_thread {
            true => drop(self.shared.filled.notify_one()),
            false => self.shared.write_first(),
        }
    }

    /// Waits until nothing is left, as long as it takes less than this from one line to the next. False when it took
    /// longer.
    pub(crate) fn wait_until_written(&self, patience: Duration) -> bool {
        let mut lines = self.shared.lines.lock();
        while !lines.waiting.is_empty() {
            let before = lines.taken;
            let is_stuck = |lines: &mut Lines| lines.taken == before;
            let waited = self.shared.taken.wait_while_for(&mut lines, is_stuck, patience);
            if waited.timed_out() {
                return false;
            }
        }
        true
    }

    /// The end: what has not been begun is not written any more.
    pub(crate) fn close(&self) {
        self.shared.lines.lock().closed = true;
        self.shared.filled.notify_one();
    }

    /// What has not arrived. Exact when the queue is closed and the caller has the lock of the stream.
    pub(crate) fn lost(&self) -> Lost {
        let lines = self.shared.lines.lock();
        let waiting: u64 = lines.waiting.iter().map(|lines| count(lines)).sum();
        Lost {
            lines: lines.lost + waiting,
            problem: lines.problem.clone(),
        }
    }
}

/// What the log's own formatter needs; it writes each line at once.
impl Write for Queue {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.push(lines);
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn push(&mut self, lines: &[u8]) {
        let bytes = self.bytes + lines.len();
        if self.closed || self.waiting.len() >= MOST_WAITING || bytes > MOST_BYTES {
            self.lost += count(lines);
        } else {
            self.bytes = bytes;
            self.waiting.push_back(lines.to_vec());
        }
    }
}

impl Shared {
    /// False at the end.
    fn wait_for_line(&self) -> bool {
        let mut lines = self.lines.lock();
        let is_idle = |lines: &mut Lines| lines.waiting.is_empty() && !lines.closed;
        self.filled.wait_while(&mut lines, is_idle);
        !lines.closed
    }

    /// The stream is locked from before a line is taken until it is counted: another thread that gets that lock
    /// finds no line half written, and none that is neither here nor there.
    fn write_first(&self) {
        let mut output = (self.output)();
        let mut lines = self.lines.lock();
        if lines.closed {
            return;
        }
        let Some(first) = lines.waiting.front_mut().map(mem::take) else {
            return;
        };
        let written = MutexGuard::unlocked(&mut lines, || output.write_all(&first));
        if let Err(problem) = written {
            lines.lost += count(&first);
            lines.problem.get_or_insert_with(|| problem.to_string());
        }
        lines.waiting.pop_front();
        lines.bytes -= first.len();
        lines.taken += 1;
        self.taken.notify_all();
    }
}

fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A stream that asks for each line what becomes of it.
    struct Asked {
        verdicts: Arc<Mutex<Receiver<io::Result<()>>>>,
        written: Sender<String>,
    }

    impl Write for Asked {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.written.send(BEGUN.to_owned()).unwrap();
            // Without a verdict it waits, as at a full pipe.
            self.verdicts.lock().recv().unwrap()?;
            self.written
                .send(String::from_utf8(line.to_vec()).unwrap())
                .unwrap();
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn queue() -> (Queue, Sender<io::Result<()>>, Receiver<String>) {
        let (allow, verdicts) = channel();
        let (written, lines) = channel();
        let verdicts = Arc::new(Mutex::new(verdicts));
        let asked = move || Asked {
            verdicts: Arc::clone(&verdicts),
            written: written.clone(),
        };
        (Queue::start(asked), allow, lines)
    }

    /// Said of a line when its verdict is waited for.
    const BEGUN: &str = "begun";

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn lines_arrive_in_their_order_and_nothing_is_lost() {
        let (queue, allow, lines) = queue();
        for line in ["one\n", "two\nthree\n"] {
            queue.push(line.as_bytes());
            allow.send(Ok(())).unwrap();
        }
        assert!(queue.wait_until_written(LONG));
        queue.close();
        assert_eq!(
            lines.try_iter().collect::<Vec<_>>(),
            [BEGUN, "one\n", BEGUN, "two\nthree\n"]
        );
        assert_eq!(queue.lost().lines, 0);
    }

    #[test]
    fn a_line_that_cannot_be_written_is_counted_and_the_next_one_is_tried() {
        let (queue, allow, lines) = queue();
        for (line, verdict) in [
            ("one\n", Err(io::ErrorKind::StorageFull.into())),
            ("two\nthree\n", Err(io::ErrorKind::BrokenPipe.into())),
            ("four\n", Ok(())),
        ] {
            queue.push(line.as_bytes());
            allow.send(verdict).unwrap();
        }
        assert!(queue.wait_until_written(LONG));
        let lines: Vec<_> = lines.try_iter().collect();
        assert_eq!(lines, [BEGUN, BEGUN, BEGUN, "four\n"]);
        let first = io::Error::from(io::ErrorKind::StorageFull).to_string();
        for _ in 0..2 {
            let lost = queue.lost();
            assert_eq!((lost.lines, lost.problem.as_ref()), (3, Some(&first)));
        }
    }

    #[test]
    fn what_nobody_reads_is_given_up_and_counted() {
        let (queue, allow, lines) = queue();
        for line in ["one\n", "two\nthree\n", "four\n"] {
            queue.push(line.as_bytes());
        }
        assert_eq!(lines.recv().unwrap(), BEGUN);
        assert!(!queue.wait_until_written(Duration::from_millis(10)));
        queue.close();
        queue.push(b"late\n");
        let lost = queue.lost();
        assert_eq!((lost.lines, lost.problem.is_some()), (4, false));
        drop(queue);
        allow.send(Ok(())).unwrap();
        // The one that was begun, and the end of the thread: nothing behind it.
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["one\n"]);
    }

    #[test]
    fn more_than_may_wait_is_lost() {
        let (queue, _allow, _lines) = queue();
        for _ in 0..MOST_WAITING + 10 {
            queue.push(b"x\n");
        }
        queue.close();
        let waiting = queue.shared.lines.lock().waiting.len();
        assert_eq!(waiting, MOST_WAITING);
        assert_eq!(queue.shared.lines.lock().lost, 10);
    }
}
