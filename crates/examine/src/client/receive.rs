//! Compares what a client gets with what it must get.

use std::mem;
use std::time::Duration;

use harness::Brought;
use protocol::{Codec, Frames, Header, PacketId};

use super::{Client, Incoming};
use crate::failure::{Ending, Failure, Outcome};
use crate::notation::Notation;

/// What belongs to bytes that are wrong already comes this soon behind them; it is for the report only.
const REST_OF_WRONG: Duration = Duration::from_millis(50);

/// What is sent between two looks at what has come: no more than the smallest buffers hold.
const PIECE: usize = 1024;

/// What is kept of a server that says more than it was asked for, without end.
const MOST_PENDING: usize = 1024 * 1024;

impl Client<'_> {
    /// Exactly this is next: in these bytes, or in whatever bytes of another codec say the same.
    pub(crate) fn expect(&mut self, expected: &[u8]) -> Outcome {
        if self.notation().is_exact() && !self.compresses {
            return self.expect_bytes(expected);
        }
        Frames::new(expected).try_for_each(|frame| {
            let packet = self.next_packet(&self.told(frame.bytes))?;
            match *packet == *frame.bytes {
                true => Ok(()),
                false => Err(packet.is_not(frame.bytes)),
            }
        })
    }

    fn expect_bytes(&mut self, expected: &[u8]) -> Outcome {
        let mut ending = None;
        while ending.is_none() && self.pending.len() < expected.len() && expected.starts_with(&self.pending) {
            ending = self.read_more(self.conversation.patience());
        }
        if !self.pending.starts_with(expected) {
            return Err(self.wrong_bytes(expected, ending));
        }
        self.note(&format!("<-- {}", self.notation().describe(expected)));
        self.pending.drain(..expected.len());
        Ok(())
    }

    /// Sends a request, and exactly this reply is next.
    pub(crate) fn exchange(&mut self, request: &[u8], reply: &[u8]) -> Outcome {
        self.send(request)?;
        self.expect(reply)
    }

    /// Exactly this is next, or the end: for requests after which a server may close.
    pub(crate) fn expect_or_end(&mut self, expected: &[u8]) -> Outcome {
        if let Some(Ending::End | Ending::Reset) = self.wait_for_anything() {
            self.note("<-- the end");
            return Ok(());
        }
        self.expect(expected).map_err(|mut failure| {
            failure.expected.words += ", or the end of the connection";
            failure
        })
    }

    /// Nothing more comes but the end. A reset is one too: it says that bytes were not read, which may be.
    pub(crate) fn expect_end(&mut self) -> Outcome {
        match self.wait_for_anything() {
            Some(Ending::End | Ending::Reset) => {
                self.note("<-- the end");
                Ok(())
            }
            ending => {
                let ending = ending.or_else(|| self.read_more(REST_OF_WRONG));
                let expected = "nothing but the end of the connection";
                Err(Failure::no_bytes(
                    self.notation(),
                    expected,
                    &self.pending,
                    ending,
                ))
            }
        }
    }

    /// Until something has come that nobody has looked at, or nothing will.
    fn wait_for_anything(&mut self) -> Option<Ending> {
        let mut ending = None;
        while ending.is_none() && self.pending.is_empty() {
            ending = self.read_more(self.conversation.patience());
        }
        ending
    }

    /// The next packet, whatever it is; `expected` says what it should be.
    pub(crate) fn next_packet(&mut self, expected: &str) -> Outcome<Incoming> {
        loop {
            if let Some(size) = self.packet_size(expected)? {
                let packets = self.incoming(&self.pending[..size]);
                self.pending.drain(..size);
                let packet = packets.into_iter().next().expect("a whole packet");
                self.note(&format!("<-- {}", packet.told()));
                return Ok(packet);
            }
            if let ending @ Some(_) = self.read_more(self.conversation.patience()) {
                return Err(Failure::no_bytes(
                    self.notation(),
                    expected,
                    &self.pending,
                    ending,
                ));
            }
        }
    }

    /// So many packets with this id, whatever comes between them.
    pub(crate) fn skip_many(&mut self, count: usize, id: PacketId) -> Outcome {
        let mut missing = count;
        loop {
            let mut frames = Frames::new(&self.pending);
            let wanted = frames.by_ref().filter(|frame| frame.header.packet_id == id);
            missing -= wanted.take(missing).count();
            let rest = frames.as_bytes().len();
            self.pending.drain(..self.pending.len() - rest);
            if missing == 0 {
                self.note(&format!("<-- {count} packets {id}"));
                return Ok(());
            }
            if let Some(ending) = self.read_more(self.conversation.patience()) {
                let expected = format!("{count} packets {id}");
                return Err(Failure::words(
                    expected,
                    format!("{} of them, then {ending}", count - missing),
                ));
            }
        }
    }

    /// All packets that come until the end.
    pub(crate) fn packets_to_end(&mut self, expected: &str) -> Outcome<Vec<Incoming>> {
        let came = self.read_to_end(expected)?;
        Ok(self.incoming(&came))
    }

    /// What the server should say, in one line.
    pub(crate) fn told(&self, expected: &[u8]) -> String {
        self.notation().describe(&self.conversation.on_wire(expected))
    }

    fn incoming(&self, wire: &[u8]) -> Vec<Incoming> {
        let codec = match self.notation() {
            Notation::Packets(codec) => codec,
            Notation::Text | Notation::Numbers => Codec::Binary,
        };
        let frames = Frames::new(wire);
        frames
            .map(|frame| Incoming::new(codec, &frame, self.compresses))
            .collect()
    }

    /// The size of the packet that is next, if all of it has come.
    fn packet_size(&self, expected: &str) -> Outcome<Option<usize>> {
        let Some(head) = self.pending.first_chunk() else {
            return Ok(None);
        };
        match Header::decode(head, protocol::LARGEST_PACKET) {
            Ok(header) => {
                let size = usize::from(header.total_size);
                Ok(Some(size).filter(|size| *size <= self.pending.len()))
            }
            Err(_) => Err(Failure::no_bytes(self.notation(), expected, &self.pending, None)
                .remarked("its total_size is under 5, the bytes of a header")),
        }
    }

    /// All that comes until the end.
    pub(crate) fn read_to_end(&mut self, expected: &str) -> Outcome<Vec<u8>> {
        loop {
            match self.read_more(self.conversation.patience()) {
                None => {}
                Some(Ending::End) => break,
                ending => {
                    return Err(Failure::no_bytes(
                        self.notation(),
                        expected,
                        &self.pending,
                        ending,
                    ));
                }
            }
        }
        self.note(&format!(
            "<-- {}, the end",
            self.notation().describe(&self.pending)
        ));
        Ok(mem::take(&mut self.pending))
    }

    /// All bytes up to the next line break.
    pub(crate) fn next_line(&mut self, expected: &str) -> Outcome<Vec<u8>> {
        loop {
            if let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<_> = self.pending.drain(..=end).collect();
                self.note(&format!("<-- {}", self.notation().describe(&line)));
                return Ok(line);
            }
            if let ending @ Some(_) = self.read_more(self.conversation.patience()) {
                return Err(Failure::no_bytes(
                    self.notation(),
                    expected,
                    &self.pending,
                    ending,
                ));
            }
        }
    }

    /// Sends, and takes what comes meanwhile: for more than all buffers hold together.
    pub(crate) fn send_and_read(&mut self, bytes: &[u8]) -> Outcome {
        let told = self.notation().describe(bytes);
        self.note(&format!("--> {told}"));
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = &rest[..rest.len().min(PIECE)];
            self.write(piece)?;
            rest = &rest[piece.len()..];
            self.take_what_came();
        }
        Ok(())
    }

    fn take_what_came(&mut self) {
        if self.connection.set_waiting(false).is_ok() {
            while self.read_more(Duration::ZERO).is_none() {}
            let _ = self.connection.set_waiting(true);
        }
    }

    /// What comes after these bytes, up to so many, without a word in the report.
    pub(crate) fn reply_to_anything(&mut self, bytes: &[u8], count: usize) -> &[u8] {
        // A server that takes nothing has no reply.
        if self.write(bytes).is_ok() {
            while self.pending.len() < count && self.read_more(self.conversation.patience()).is_none() {}
        }
        &self.pending
    }

    /// Waits this long for the first byte of something, which `expect` then takes.
    pub(crate) fn wait_for_bytes(&mut self, time: Duration) {
        if self.pending.is_empty() {
            self.read_more(time);
        }
    }

    /// Nothing comes for this long, not even the end: too early is wrong as well.
    pub(crate) fn hears_nothing_for(&mut self, time: Duration) -> Outcome {
        let ending = self.read_more(time);
        if ending == Some(Ending::Silence) {
            return Ok(());
        }
        let expected = format!("nothing for {time:?}");
        Err(Failure::no_bytes(
            self.notation(),
            &expected,
            &self.pending,
            ending,
        ))
    }

    fn wrong_bytes(&mut self, expected: &[u8], ending: Option<Ending>) -> Box<Failure> {
        let mut ending = ending;
        while ending.is_none() && self.pending.len() < expected.len() {
            ending = self.read_more(REST_OF_WRONG);
        }
        let differs = self
            .pending
            .iter()
            .zip(expected)
            .any(|(left, right)| left != right);
        // How bytes stop that are wrong anyway does not matter.
        Failure::bytes(
            self.notation(),
            expected,
            &self.pending,
            ending.filter(|_| !differs),
        )
    }

    /// Reads once. `None` where something has come.
    fn read_more(&mut self, patience: Duration) -> Option<Ending> {
        if self.conversation.is_over() {
            return Some(Ending::Silence);
        }
        if self.pending.len() > MOST_PENDING {
            return Some(Ending::Flood);
        }
        let patience = self.conversation.at_most(patience);
        match self
            .connection
            .receive_some(&mut self.pending, usize::MAX, patience)
        {
            Ok(Brought::Bytes) => None,
            Ok(Brought::Nothing) => Some(Ending::Silence),
            Ok(Brought::End) => Some(Ending::End),
            Ok(Brought::Reset) | Err(_) => Some(Ending::Reset),
        }
    }
}
