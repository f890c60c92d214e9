//! The lines that `triggers` prints: one socket, waited for with both kinds of trigger, and read in the wrong way and
//! in the right one.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use command_line::print_line;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// A socket pair, and two epolls that both wait for the same end of it.
struct Pair {
    writer: UnixStream,
    reader: UnixStream,
    level: Epoll,
    edge: Epoll,
    unread: usize,
}

impl Pair {
    fn new() -> io::Result<Self> {
        let (writer, reader) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        let wanted = EpollFlags::EPOLLIN | EpollFlags::EPOLLRDHUP;
        let level = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        level.add(&reader, EpollEvent::new(wanted, 0))?;
        let edge = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        edge.add(&reader, EpollEvent::new(wanted | EpollFlags::EPOLLET, 0))?;
        Ok(Self {
            writer,
            reader,
            level,
            edge,
            unread: 0,
        })
    }

    fn write(&mut self, count: usize) -> io::Result<()> {
        self.writer.write_all(&vec![b'x'; count])?;
        self.unread += count;
        Ok(())
    }

    /// One read, with room for so many bytes.
    fn read(&mut self, room: usize) -> io::Result<usize> {
        let count = self.reader.read(&mut vec![0; room])?;
        self.unread -= count;
        Ok(count)
    }

    fn read_until_it_would_wait(&mut self, room: usize) -> io::Result<()> {
        loop {
            match self.read(room) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks both, without waiting: whatever they know, they know now.
    fn ask(&self, when: &str) -> anyhow::Result<()> {
        let (level, edge) = (told(&self.level)?, told(&self.edge)?);
        print_line(&format!("{when:<40} {level:<10} {edge:<10} {:>6}", self.unread))
    }
}

fn told(epoll: &Epoll) -> io::Result<&'static str> {
    let mut events = [EpollEvent::empty()];
    let count = epoll.wait(&mut events, EpollTimeout::ZERO)?;
    Ok(match events[0].events() {
        _ if count == 0 => "-",
        events if events.contains(EpollFlags::EPOLLRDHUP) => "bytes, end",
        _ => "bytes",
    })
}

pub(crate) fn run() -> anyhow::Result<()> {
    print_line(&format!(
        "{:<40} {:<10} {:<10} {:>6}",
        "", "level", "edge", "unread"
    ))?;
    bytes_are_left(&mut Pair::new()?)?;
    end_is_left(&mut Pair::new()?)?;
    Ok(())
}

// ANCHOR: bytes
fn bytes_are_left(pair: &mut Pair) -> anyhow::Result<()> {
    pair.ask("nothing has come")?;
    pair.write(10)?;
    pair.ask("10 bytes come")?;
    pair.ask("nobody reads")?;
    pair.ask("nobody reads")?;
    pair.read(4)?;
    pair.ask("one read of 4, and no more")?;
    pair.write(1)?;
    pair.ask("1 byte comes")?;
    pair.read(4)?;
    pair.ask("one read of 4, and no more")?;
    pair.read_until_it_would_wait(4)?;
    pair.ask("reads until one would wait")?;
    pair.write(1)?;
    pair.ask("1 byte comes")
}
// ANCHOR_END: bytes

// ANCHOR: end
fn end_is_left(pair: &mut Pair) -> anyhow::Result<()> {
    pair.write(10)?;
    pair.writer.shutdown(Shutdown::Write)?;
    pair.ask("10 bytes come, and the end behind them")?;
    pair.read(16)?;
    pair.ask("one read of 16 gets the 10")?;
    let count = pair.read(16)?;
    pair.ask(&format!("one more read gets {count}: the end"))
}
// ANCHOR_END: end
