//! The control client: well-behaved, on a thread of its own, and never done. What it waits for its replies is
//! what the attacks cost everybody else.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;
use protocol::ErrorCode;
use protocol::message::Message;
use serde::Serialize;

use super::chat::{self, CONTROL_ROOM, message};
use super::client::{ANSWER, Client};
use super::meter::{INTERVAL, Meter};
use super::service::Service;

/// Between two tries to come back, after an error.
const NEXT_TRY: Duration = Duration::from_millis(250);

/// What one row has done to the control client. Milliseconds; `None` where nothing was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ControlReport {
    /// Those that have come. The times are also those of requests that a stall or an absence has kept from being sent.
    pub(super) replies: u64,
    pub(super) p50: Option<f64>,
    /// `None` also where there are too few for it.
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
    row: Meter,
    second: Meter,
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
                row: Meter::new(),
                second: Meter::new(),
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
        let waits = notes.row.finish(Instant::now());
        ControlReport {
            replies: waits.replies(),
            p50: waits.p50(),
            p99: waits.p99(),
            max: waits.slowest(),
            errors: std::mem::take(&mut notes.errors),
        }
    }

    /// The longest wait of the last second or so, in milliseconds.
    pub(super) fn finish_second(&self) -> Option<f64> {
        self.shared.lock().second.finish(Instant::now()).slowest()
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
                Some(speaker) => speaker.exchange(number).map(|()| Done::Reply),
                None => Speaker::connect(address, service, number).map(|back| {
                    speaker = Some(back);
                    Done::Return
                }),
            };
            let failed = outcome.is_err();
            self.note(outcome, begin);
            if failed {
                speaker = None;
            }
            let pause = if failed { NEXT_TRY } else { INTERVAL };
            if self.wait(pause.saturating_sub(begin.elapsed())) {
                return;
            }
        }
    }

    fn note(&self, outcome: anyhow::Result<Done>, begin: Instant) {
        let mut notes = self.lock();
        let notes = &mut *notes;
        let now = Instant::now();
        for meter in [&mut notes.row, &mut notes.second] {
            match outcome {
                Ok(Done::Reply) => meter.replied(now - begin),
                Ok(Done::Return) => meter.is_back(now),
                Err(_) => meter.lost(begin),
            }
        }
        match outcome {
            Ok(_) => notes.connected = true,
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

/// What the control client has done.
enum Done {
    /// It was answered.
    Reply,
    /// It has come back after an error.
    Return,
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const STALL: Duration = Duration::from_millis(600);

    /// Long enough for anything.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Echoes this many times, and says so.
    fn echo(mut client: &TcpStream, times: u64, echoed: &AtomicU64) {
        let mut buffer = [0; 1024];
        for _ in 0..times {
            match client.read(&mut buffer) {
                Ok(count) if count > 0 && client.write_all(&buffer[..count]).is_ok() => {}
                _ => return,
            }
            echoed.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A control client of a server that treats its clients so, one after the other.
    fn control_of(serve: impl Fn(&TcpListener, &AtomicU64) + Send + 'static) -> (Control, Arc<AtomicU64>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let echoed = Arc::<AtomicU64>::default();
        let counter = Arc::clone(&echoed);
        thread::spawn(move || serve(&listener, &counter));
        (Control::start(address, Service::Bytes).unwrap(), echoed)
    }

    /// Waits until it has tried so often.
    fn wait_for_rounds(control: &Control, rounds: u64) {
        let too_few = |notes: &mut Notes| notes.rounds < rounds;
        let shared = &control.shared;
        let waited = shared
            .changed
            .wait_timeout_while(shared.lock(), PATIENCE, too_few);
        assert!(!waited.unwrap().1.timed_out(), "{rounds} rounds");
    }

    #[test]
    fn a_stall_is_in_the_times_and_not_in_the_number_of_replies() {
        let (control, echoed) = control_of(|listener, echoed| {
            let client = listener.accept().unwrap().0;
            echo(&client, 3, echoed);
            // When the request is there.
            let _ = client.peek(&mut [0]);
            thread::sleep(STALL);
            echo(&client, u64::MAX, echoed);
        });
        wait_for_rounds(&control, 3);
        let report = control.finish_row();
        // One echo was that of the connection, and the last may not be counted yet.
        assert!(report.replies <= echoed.load(Ordering::SeqCst), "{report:?}");
        assert!(report.max >= Some(STALL.as_secs_f64() * 1_000.0), "{report:?}");
        assert!(report.p50 > Some(100.0), "{report:?}");
    }

    #[test]
    fn an_absence_is_in_the_times() {
        let (control, echoed) = control_of(|listener, echoed| {
            echo(&listener.accept().unwrap().0, 3, echoed);
            // Three tries to come back, and a pause in front of each.
            (0..3).for_each(|_| drop(listener.accept().unwrap()));
            echo(&listener.accept().unwrap().0, u64::MAX, echoed);
        });
        // Two replies, the lost one, three tries, and the way back.
        wait_for_rounds(&control, 7);
        let report = control.finish_row();
        assert_eq!(report.errors.len(), 1, "{report:?}");
        assert!(report.replies < echoed.load(Ordering::SeqCst), "{report:?}");
        let away = 3 * NEXT_TRY;
        assert!(report.max >= Some(away.as_secs_f64() * 1_000.0), "{report:?}");
    }
}
