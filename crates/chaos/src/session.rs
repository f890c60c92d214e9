//! One connection of a user to a chat server: what is sent on it, and what comes, packet by packet.

use std::time::Duration;

use anyhow::{Context, bail};
use harness::{Brought, Client};
use protocol::message::{LoginReq, Message, RoomChatReq, RoomEnterReq, RoomHistoryReq, SyncReq};
use protocol::{FrameDecoder, LARGEST_PACKET, Packet, PacketError};

use crate::api::Seat;
use crate::record::{Place, Text};

/// For a connection, and for room to send something.
const PATIENCE: Duration = Duration::from_secs(3);

/// A connection.
pub(crate) struct Session {
    client: Client,
    decoder: FrameDecoder,
    came: Vec<u8>,
}

/// Which history somebody asks for who comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// None: it is the first time.
    Nothing,
    /// All that came behind this place.
    Behind(Place),
    /// All that is kept.
    All,
}

impl Session {
    /// Connects to where the seat is, and says at once all that it has to say, so that nothing can come in between.
    ///
    /// # Errors
    /// Where nobody is there any more.
    pub(crate) fn begin(seat: &Seat, user: &str, room: i32, wish: Wish) -> anyhow::Result<Self> {
        let client = Client::connect(seat.address, PATIENCE).context("cannot connect")?;
        let session = Self {
            client,
            decoder: FrameDecoder::new(LARGEST_PACKET),
            came: Vec::new(),
        };
        let mut opening = bytes(LoginReq::new(user, &seat.ticket)?.encode());
        opening.extend(bytes(SyncReq {}.encode()));
        opening.extend(bytes(RoomEnterReq { room }.encode()));
        opening.extend(history(wish));
        session.client.send(&opening, PATIENCE)?;
        Ok(session)
    }

    /// Asks for all that is kept, where what was asked for is not.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(crate) fn ask_for_all(&self) -> anyhow::Result<()> {
        Ok(self.client.send(&history(Wish::All), PATIENCE)?)
    }

    /// Says these, in one write.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(crate) fn say(&self, texts: &[Text]) -> anyhow::Result<()> {
        let packet = |text: &Text| {
            bytes(
                RoomChatReq {
                    message: &text.to_string(),
                }
                .encode(),
            )
        };
        let packets: Vec<u8> = texts.iter().flat_map(packet).collect();
        Ok(self.client.send(&packets, PATIENCE)?)
    }

    /// Waits for so long, and hands over every message that has come.
    ///
    /// # Errors
    /// At the end of the connection, and when something came that is no packet.
    pub(crate) fn hear(
        &mut self,
        time: Duration,
        mut take: impl FnMut(&Message<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.came.clear();
        match self.client.receive_some(&mut self.came, usize::MAX, time)? {
            Brought::Nothing => return Ok(()),
            Brought::Bytes => self.decoder.push(&self.came),
            Brought::End | Brought::Reset => bail!("the connection has ended"),
        }
        while let Some(frame) = self.decoder.next_frame()? {
            let id = frame.header.packet_id;
            let message = Message::decode(id, frame.body())?;
            take(&message.with_context(|| format!("{id} is none of the chat"))?)?;
        }
        Ok(())
    }

    /// Breaks off, so that the server gets a reset, and this side nothing of what is under way.
    pub(crate) fn reset(self) {
        // Where that fails the connection is closed as well.
        let _ = self.client.reset();
    }
}

fn history(wish: Wish) -> Vec<u8> {
    let (epoch, generation, number) = match wish {
        Wish::Nothing => return Vec::new(),
        Wish::Behind(place) => (place.age.epoch, place.age.generation, place.number),
        Wish::All => (0, 0, 0),
    };
    bytes(
        RoomHistoryReq {
            epoch,
            generation,
            number,
        }
        .encode(),
    )
}

fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("what is sent here is short").into_bytes()
}
