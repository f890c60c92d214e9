//! The lines that `events` prints: one for each thing that an event does.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use command_line::print_line;

use crate::event::{Event, wait_for_any};

/// Long enough to be a wait, short enough for an impatient reader.
const A_MOMENT: Duration = Duration::from_millis(50);

pub(crate) fn run() -> anyhow::Result<()> {
    one_event()?;
    several_threads()?;
    several_events()?;
    Ok(())
}

// ANCHOR: one_event
fn one_event() -> anyhow::Result<()> {
    let event = Event::new()?;
    tell("a new event, no wait", event.wait(Some(Duration::ZERO))?)?;
    tell("waited for 50 ms", event.wait(Some(A_MOMENT))?)?;
    event.set()?;
    tell("set", event.wait(None)?)?;
    tell("nobody has reset it", event.wait(None)?)?;
    event.set()?;
    event.set()?;
    print_line(&format!("reset: it was set {} times", event.reset()?))?;
    print_line(&format!("reset again: it was set {} times", event.reset()?))?;
    tell("after that", event.wait(Some(Duration::ZERO))?)
}
// ANCHOR_END: one_event

// ANCHOR: several_threads
/// All who wait wake up, since nobody takes the signal away.
fn several_threads() -> anyhow::Result<()> {
    let event = Event::new()?;
    let woken = thread::scope(|scope| {
        let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| event.wait(None))).collect();
        event.set()?;
        let ends = waiting.into_iter().map(ScopedJoinHandle::join);
        Ok::<_, io::Error>(ends.filter(|end| matches!(end, Ok(Ok(true)))).count())
    })?;
    print_line(&format!("3 threads wait, set once: {woken} woke up"))
}
// ANCHOR_END: several_threads

// ANCHOR: several_events
/// An event and a socket in one wait: how another thread tells a server that waits for its clients to end.
fn several_events() -> anyhow::Result<()> {
    let quit = Event::new()?;
    let (mut client, server) = UnixStream::pair()?;
    let which = || -> io::Result<&str> {
        Ok(match wait_for_any(&[&quit, &server], Some(Duration::ZERO))? {
            Some(0) => "the event",
            Some(_) => "the socket",
            None => "neither",
        })
    };
    print_line(&format!("an event and a socket: {}", which()?))?;
    client.write_all(b"hello")?;
    print_line(&format!("bytes come: {}", which()?))?;
    quit.set()?;
    print_line(&format!("both are ready, the event stands first: {}", which()?))
}
// ANCHOR_END: several_events

fn tell(what: &str, is_signalled: bool) -> anyhow::Result<()> {
    let answer = if is_signalled {
        "signalled"
    } else {
        "not signalled"
    };
    print_line(&format!("{what}: {answer}"))
}
