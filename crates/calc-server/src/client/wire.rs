//! Sends calculations as requests of 13 bytes, and reads the replies of 4.

use anyhow::{Context, anyhow, bail, ensure};
use calc_server::REQUEST_LENGTH;
use net::Connection;
use protocol::{Packet, PacketError};

use crate::expression::Expression;

/// Bytes of a reply.
const REPLY: usize = 4;

/// The request, with its length in front.
pub(crate) fn request(expression: Expression) -> Result<Packet, PacketError> {
    let Expression { op, left, right } = expression;
    Packet::new()
        .put_i32(REQUEST_LENGTH)
        .put((op, left, right))
        .build()
}

/// One calculation, there and back.
pub(crate) fn ask(connection: &Connection, expression: Expression) -> anyhow::Result<i32> {
    connection.write_all(request(expression)?.as_bytes())?;
    let mut reply = [0; REPLY];
    ensure!(
        connection.read_exact(&mut reply).context("no reply")?,
        "the server closed the connection"
    );
    Ok(i32::from_le_bytes(reply))
}

/// Sends the calculation `count` times before it reads a reply, and checks them all.
///
/// When the kernel takes no more, it reads after all: the server waits for its replies to be read, and so
/// would both for ever.
pub(crate) fn repeat(connection: &Connection, expression: Expression, count: u64) -> anyhow::Result<i32> {
    let expected = expression.expected()?;
    let mut replies = Replies::new(expected, count);
    let batch_size = count.min(4096);
    let batch = request(expression)?
        .as_bytes()
        .repeat(usize::try_from(batch_size)?);
    let mut left = count * (batch.len() as u64 / batch_size);
    let mut at = 0;
    while left > 0 {
        let end = batch.len().min(at + usize::try_from(left).unwrap_or(usize::MAX));
        match connection.send_now(&batch[at..end])? {
            0 => replies.read(connection)?,
            sent => {
                left -= sent as u64;
                at = (at + sent) % batch.len();
            }
        }
    }
    while replies.missing() > 0 {
        replies.read(connection)?;
    }
    Ok(expected)
}

/// The replies to one calculation that was sent many times.
struct Replies {
    expected: i32,
    count: u64,
    checked: u64,
    buffer: Vec<u8>,
    /// Bytes at the start of the buffer that belong to a reply whose rest has not come.
    begun: usize,
}

impl Replies {
    fn new(expected: i32, count: u64) -> Self {
        Self {
            expected,
            count,
            checked: 0,
            buffer: vec![0; 64 * 1024],
            begun: 0,
        }
    }

    fn missing(&self) -> u64 {
        self.count - self.checked
    }

    /// Takes in what one read brings.
    fn read(&mut self, connection: &Connection) -> anyhow::Result<()> {
        let came = connection
            .read(&mut self.buffer[self.begun..])
            .with_context(|| format!("{} of {} replies came", self.checked, self.count))?;
        if came == 0 {
            bail!(
                "the server closed the connection after {} of {} replies",
                self.checked,
                self.count
            );
        }
        let filled = self.begun + came;
        let whole = filled - filled % REPLY;
        for reply in self.buffer[..whole].chunks_exact(REPLY) {
            let result = i32::from_le_bytes(reply.try_into()?);
            self.checked += 1;
            ensure!(
                result == self.expected,
                "reply {} of {} is {result}, not {}",
                self.checked,
                self.count,
                self.expected
            );
        }
        self.buffer.copy_within(whole..filled, 0);
        self.begun = filled - whole;
        let too_much = self.checked > self.count || (self.missing() == 0 && self.begun > 0);
        ensure!(!too_much, "more replies than requests");
        Ok(())
    }
}

/// For a pipe: every line is a calculation. It ends at the first mistake.
pub(crate) fn line_to_request() -> impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<()> {
    let mut number = 0_u64;
    move |line, wire| {
        number += 1;
        let text = String::from_utf8_lossy(line);
        let expression: Expression = text
            .parse()
            .map_err(|mistake| anyhow!("line {number}: {mistake}"))?;
        wire.extend_from_slice(request(expression)?.as_bytes());
        Ok(())
    }
}

/// For a pipe: every reply is a line.
pub(crate) fn replies_to_lines() -> impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<u64> {
    let mut begun: Vec<u8> = Vec::new();
    move |received, lines| {
        ensure!(
            !received.is_empty() || begun.is_empty(),
            "the server closed the connection {} bytes into a reply",
            begun.len()
        );
        begun.extend_from_slice(received);
        let mut replies = begun.chunks_exact(REPLY);
        let count = replies.len() as u64;
        for reply in replies.by_ref() {
            let result = i32::from_le_bytes(reply.try_into()?);
            lines.extend_from_slice(format!("{result}\n").as_bytes());
        }
        begun = replies.remainder().to_vec();
        Ok(count)
    }
}
