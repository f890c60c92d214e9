//! What a program prints: collected by a thread, so that the program never waits, and a test can.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::PATIENCE;

/// One stream of output, from the start of the program to now.
#[derive(Clone)]
pub(crate) struct Output {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    collected: Mutex<Collected>,
    /// Locked by a test that wants nothing to be read.
    reading: Mutex<()>,
    grown: Condvar,
}

#[derive(Default)]
struct Collected {
    bytes: Vec<u8>,
    ended: bool,
}

impl Shared {
    /// A test that has failed with the lock in its hands still shows what was printed.
    fn lock(&self) -> MutexGuard<'_, Collected> {
        self.collected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Output {
    pub(crate) fn collect(mut source: impl Read + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let collector = Arc::clone(&shared);
        thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            loop {
                drop(collector.reading.lock());
                // A terminal whose last user has gone ends with an error.
                let count = source.read(&mut buffer).unwrap_or(0);
                let mut collected = collector.lock();
                collected.bytes.extend_from_slice(&buffer[..count]);
                collected.ended = count == 0;
                collector.grown.notify_all();
                if collected.ended {
                    return;
                }
            }
        });
        Self { shared }
    }

    /// Reads nothing more, after the read that is under way, until this is dropped.
    pub(crate) fn stop_reading(&self) -> MutexGuard<'_, ()> {
        self.shared.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.text().lines().map(ToOwned::to_owned).collect()
    }

    /// How many lines contain this.
    pub(crate) fn count(&self, part: &str) -> usize {
        self.lines().iter().filter(|line| line.contains(part)).count()
    }

    /// The first line that contains this, as soon as it is complete.
    #[track_caller]
    pub(crate) fn wait_for_line(&self, part: &str) -> String {
        self.wait_for_lines(1, part).swap_remove(0)
    }

    /// The lines that contain this, as soon as there are so many.
    #[track_caller]
    pub(crate) fn wait_for_lines(&self, count: usize, part: &str) -> Vec<String> {
        self.wait_until(&format!("{count} lines with `{part}`"), |bytes, _| {
            let text = String::from_utf8_lossy(bytes);
            let complete = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let found: Vec<_> = complete.filter(|line| line.contains(part)).collect();
            let found = found.into_iter().map(|line| line.trim_end().to_owned());
            (found.clone().count() >= count).then(|| found.collect())
        })
    }

    /// Waits until this has been printed, at the end of a line or not.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, part: &str) {
        self.wait_until(&format!("the text `{part}`"), |bytes, _| {
            String::from_utf8_lossy(bytes).contains(part).then_some(())
        });
    }

    /// Waits until these have been printed, one somewhere behind the other.
    #[track_caller]
    pub(crate) fn wait_for_texts(&self, parts: &[&str]) {
        self.wait_until(&format!("the texts {parts:?}"), |bytes, _| {
            let text = String::from_utf8_lossy(bytes);
            let mut rest = &*text;
            parts.iter().try_for_each(|part| {
                rest = rest.split_once(part)?.1;
                Some(())
            })
        });
    }

    /// Waits until nothing more can come.
    #[track_caller]
    pub(crate) fn wait_for_end(&self) {
        self.wait_until("its end", |_, ended| ended.then_some(()));
    }

    /// Waits until `find` finds something in what has been printed; it is told whether more can come.
    #[track_caller]
    pub(crate) fn wait_until<T>(&self, what: &str, find: impl Fn(&[u8], bool) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut collected = self.shared.lock();
        loop {
            if let Some(found) = find(&collected.bytes, collected.ended) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let over = collected.ended || left.is_zero();
            let text = String::from_utf8_lossy(&collected.bytes);
            assert!(!over, "waited in vain for {what}; printed until then:\n{text}");
            drop(text);
            (collected, _) = self
                .shared
                .grown
                .wait_timeout(collected, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
