//! The control client: well-behaved, on a thread of its own, and never done. What it waits for its replies is
//! what the attacks cost everybody else.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use protocol::ErrorCode;
use protocol::message::Message;
use serde::Serialize;

use super::chat::{self, CONTROL_ROOM, message};
use super::client::{ANSWER, Client};
use super::service::Service;

/// Between the starts of two requests.
const INTERVAL: Duration = Duration::from_millis(20);

/// Between two tries to come back, after an error.
const NEXT_TRY: Duration = Duration::from_millis(250);

/// Microseconds that are told apart: 1 to a minute.
const LONGEST: u64 = 60_000_000;

/// What one row has done to the control client. Milliseconds; `None` where nothing was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ControlReport {
    pub(super) replies: u64,
    pub(super) p50: Option<f64>,
    pub(super) p99: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) errors: Vec<String>,
}

/// The running control client.
pub(super) struct Control {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    notes: Mutex<Notes>,
    changed: Condvar,
}

struct Notes {
    row: Histogram<u64>,
    second: Histogram<u64>,
    errors: Vec<String>,
    /// Exchanges that are over, well or not.
    rounds: u64,
    connected: bool,
    stop: bool,
}

impl Control {
    /// Connects, and fails where that does not work: then there is nothing to soak.
    pub(super) fn start(address: SocketAddr, service: Service) -> anyhow::Result<Self> {
        let speaker = Speaker::connect(address, service, 0).context("the control client")?;
        let shared = Arc::new(Shared {
            notes: Mutex::new(Notes {
                row: histogram(),
                second: histogram(),
                errors: Vec::new(),
                rounds: 0,
                connected: true,
                stop: false,
            }),
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("control".to_owned());
        let thread = thread.spawn(move || theirs.work(address, service, speaker))?;
        let thread = Some(thread);
        Ok(Self { shared, thread })
    }

    /// What came since the last call. What is under way belongs to it, so that a stall is seen by the row
    /// that has caused it.
    pub(super) fn finish_row(&self) -> ControlReport {
        let notes = self.shared.lock();
        let next = notes.rounds + 1;
        let waits = |notes: &mut Notes| notes.connected && notes.rounds < next;
        let (mut notes, _) = self
            .shared
            .changed
            .wait_timeout_while(notes, 2 * ANSWER, waits)
            .unwrap_or_else(PoisonError::into_inner);
        let row = std::mem::replace(&mut notes.row, histogram());
        let quantile = |quantile| (!row.is_empty()).then(|| milliseconds(row.value_at_quantile(quantile)));
        ControlReport {
            replies: row.len(),
            p50: quantile(0.5),
            p99: quantile(0.99),
            max: quantile(1.0),
            errors: std::mem::take(&mut notes.errors),
        }
    }

    /// The 99th percentile of the last second or so, in milliseconds.
    pub(super) fn finish_second(&self) -> Option<f64> {
        let mut notes = self.shared.lock();
        let second = std::mem::replace(&mut notes.second, histogram());
        (!second.is_empty()).then(|| milliseconds(second.value_at_quantile(0.99)))
    }

    /// False where it tries in vain to come back for so long.
    pub(super) fn is_connected_within(&self, time: Duration) -> bool {
        let away = |notes: &mut Notes| !notes.connected;
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), time, away);
        waited.unwrap_or_else(PoisonError::into_inner).0.connected
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // Its panic was printed by itself.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, address: SocketAddr, service: Service, first: Speaker) {
        let mut speaker = Some(first);
        for number in 0.. {
            let begin = Instant::now();
            let outcome = match &mut speaker {
                Some(speaker) => speaker.exchange(number),
                None => Speaker::connect(address, service, number).map(|back| speaker = Some(back)),
            };
            let failed = outcome.is_err();
            self.note(outcome, begin.elapsed());
            if failed {
                speaker = None;
            }
            let pause = if failed { NEXT_TRY } else { INTERVAL };
            if self.wait(pause.saturating_sub(begin.elapsed())) {
                return;
            }
        }
    }

    fn note(&self, outcome: anyhow::Result<()>, elapsed: Duration) {
        let mut notes = self.lock();
        match outcome {
            Ok(()) => {
                let (time, interval) = (microseconds(elapsed), microseconds(INTERVAL));
                // The requests that a stall has kept from being sent count too: they would have waited for
                // what was left of it.
                let _ = notes.row.record_correct(time, interval);
                let _ = notes.second.record_correct(time, interval);
                notes.connected = true;
            }
            Err(error) => {
                // Only the first error is news, not each try to come back.
                if notes.connected {
                    notes.errors.push(format!("{error:#}"));
                }
                notes.connected = false;
            }
        }
        notes.rounds += 1;
        self.changed.notify_all();
    }

    /// True when it is over.
    fn wait(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut notes = self.lock();
        while !notes.stop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let woken = self.changed.wait_timeout(notes, left);
            notes = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// Who speaks, and who hears it.
enum Speaker {
    /// A request, and its reply.
    Alone { client: Client, service: Service },
    /// Two members of a room: what the first says the second must hear.
    Room { says: Client, hears: Client },
}

impl Speaker {
    /// `number` makes the names new: those from before an error may still be taken.
    fn connect(address: SocketAddr, service: Service, number: usize) -> anyhow::Result<Self> {
        if service != Service::Chat {
            let mut client = Client::connect(address)?;
            // With its reply it has been accepted, and what it costs the server is there.
            client.exchange(&service.request(number), &service.reply(number))?;
            return Ok(Self::Alone { client, service });
        }
        let member = |name: &str| {
            let mut client = chat::user(address, &format!("{name}{number}"))?;
            chat::enter_room(&mut client, CONTROL_ROOM)?;
            anyhow::Ok(client)
        };
        Ok(Self::Room {
            says: member("says ")?,
            hears: member("hears ")?,
        })
    }

    fn exchange(&mut self, number: usize) -> anyhow::Result<()> {
        match self {
            Self::Alone { client, service } => {
                client.exchange(&service.request(number), &service.reply(number))
            }
            Self::Room { says, hears } => converse(says, hears, &number.to_string(), number),
        }
    }
}

/// Signs of life of the one who only hears, once in so many messages: a second or so.
const SIGN_OF_LIFE: usize = 50;

fn converse(says: &mut Client, hears: &mut Client, text: &str, number: usize) -> anyhow::Result<()> {
    says.send(&chat::say(text))?;
    if number.is_multiple_of(SIGN_OF_LIFE) {
        hears.send(&Service::Chat.request(number))?;
    }
    hear(hears, |message| match message {
        Message::RoomChatNtf(said) if said.message == text => Some(ErrorCode::NONE),
        _ => None,
    })
    .context("who hears")?;
    hear(says, |message| match message {
        Message::RoomChatRes(response) => Some(response.result),
        _ => None,
    })
    .context("who says it")
}

/// Takes packets until `found` finds a result in one.
fn hear(client: &mut Client, found: impl Fn(&Message<'_>) -> Option<ErrorCode>) -> anyhow::Result<()> {
    loop {
        let packet = client.packet()?;
        let message = message(&packet)?;
        let result = match &message {
            Message::ErrorNtf(error) => Some(error.error),
            other => found(other),
        };
        match result {
            Some(ErrorCode::NONE) => return Ok(()),
            Some(error) => anyhow::bail!("the server says {error}"),
            None => {}
        }
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that are allowed")
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros())
        .unwrap_or(u64::MAX)
        .clamp(1, LONGEST)
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000.0
}
