//! All sources of a program.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use net::Activity;
use parking_lot::Mutex;

use crate::numbers::Numbers;
use crate::people::People;
use crate::text;

/// Who has numbers to tell. A closure is one.
///
/// No label may have a value that a client chooses: each value makes a row that Prometheus keeps.
pub trait Source: Send + 'static {
    /// Tells them all, as they are now. It is called from the threads of those who ask, one at a time.
    fn tell(&self, numbers: &mut Numbers);
}

impl<F: Fn(&mut Numbers) + Send + 'static> Source for F {
    fn tell(&self, numbers: &mut Numbers) {
        self(numbers);
    }
}

/// The sources of a program, and the program itself: its version, and how long it runs; and who is on its servers, for those
/// who look at the page. Clones have the same sources.
///
/// ```
/// let metrics = admin::Metrics::default();
/// metrics.add(|numbers: &mut admin::Numbers| {
///     numbers.gauge("lamps", "Lamps that are lit.", &[("colour", "green")], 4);
/// });
/// assert!(metrics.text().contains("codelab_lamps{colour=\"green\"} 4\n"));
/// ```
#[derive(Clone)]
pub struct Metrics {
    server: Option<Arc<str>>,
    sources: Arc<Mutex<Vec<Added>>>,
    people: Arc<Mutex<Vec<OfServer>>>,
}

/// The users of a server, and its name where there are several.
pub(crate) type OfServer = (Option<String>, Arc<dyn People>);

/// A source, and the server that it belongs to where there are several.
struct Added {
    server: Option<Arc<str>>,
    source: Box<dyn Source>,
}

impl Default for Metrics {
    /// Those of a program that has just started.
    fn default() -> Self {
        let metrics = Self {
            server: None,
            sources: Arc::default(),
            people: Arc::default(),
        };
        let started = Instant::now();
        metrics.add(move |numbers: &mut Numbers| tell_of_program(started, numbers));
        metrics
    }
}

impl Metrics {
    /// One more source.
    pub fn add(&self, source: impl Source) {
        self.sources.lock().push(Added {
            server: self.server.clone(),
            source: Box::new(source),
        });
    }

    /// One more source: what a server will count there, once it is given it.
    #[must_use]
    pub fn add_activity(&self) -> Activity {
        let activity = Activity::default();
        self.add(activity.clone());
        activity
    }

    /// The users of a server, for those who look at [`Service`](crate::Service)'s page.
    pub fn add_people(&self, people: impl People) {
        let server = self.server.as_deref().map(str::to_owned);
        self.people.lock().push((server, Arc::new(people)));
    }

    /// The same sources. What is added here has the label `server` with this name, for a program that has several
    /// servers.
    #[must_use]
    pub fn of_server(&self, name: &str) -> Self {
        Self {
            server: Some(name.into()),
            sources: Arc::clone(&self.sources),
            people: Arc::clone(&self.people),
        }
    }

    /// All numbers now, in the text format of Prometheus.
    #[must_use]
    pub fn text(&self) -> String {
        text::text(self.numbers())
    }

    /// The users of each server. The lock is held for a copy only: a look may take a moment.
    pub(crate) fn people(&self) -> Vec<OfServer> {
        self.people.lock().clone()
    }

    /// All numbers now.
    pub(crate) fn numbers(&self) -> Numbers {
        let mut numbers = Numbers::default();
        for Added { server, source } in &*self.sources.lock() {
            let label = server.iter().map(|name| ("server", name.to_string()));
            numbers.begin(label.collect());
            source.tell(&mut numbers);
        }
        numbers
    }
}

fn tell_of_program(started: Instant, numbers: &mut Numbers) {
    let version = ("version", env!("CARGO_PKG_VERSION"));
    numbers.gauge(
        "build_info",
        "The version of this program; the value is 1.",
        &[version],
        1,
    );
    let uptime = started.elapsed().as_secs();
    numbers.gauge(
        "uptime_seconds",
        "Time since the program has started.",
        &[],
        uptime,
    );
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
