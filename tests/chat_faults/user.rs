//! A client that takes packet after packet, whatever comes.

use protocol::message::{LoginRes, Message};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, Frame, FrameDecoder};

use crate::support::messages::{enter, log_in};
use crate::support::{Client, Server};

/// A user with a connection of its own.
pub(crate) struct User {
    pub(crate) client: Client,
    decoder: FrameDecoder,
    received: usize,
}

impl User {
    pub(crate) fn new(client: Client) -> Self {
        let decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
        Self {
            client,
            decoder,
            received: 0,
        }
    }

    #[track_caller]
    pub(crate) fn log_in(server: &Server, user_id: &str) -> Self {
        let mut user = Self::new(server.connect());
        user.client.send(&log_in(user_id));
        let logged_in = user.receive(|message| match message {
            Message::LoginRes(LoginRes { result }) => Some(result),
            _ => None,
        });
        assert_eq!(logged_in, ErrorCode::NONE);
        user
    }

    /// Bytes that have come.
    pub(crate) fn received(&self) -> usize {
        self.received + self.client.bytes_passed_over()
    }

    /// Enters a room, in which others may be; gives the unique id.
    #[track_caller]
    pub(crate) fn enter(&mut self, room: i32) -> u64 {
        self.client.send(&enter(room));
        let entered = self.receive(|message| match message {
            Message::RoomEnterRes(entered) => Some(entered),
            _ => None,
        });
        assert_eq!(entered.result, ErrorCode::NONE);
        entered.user_unique_id
    }

    /// Hands what comes to `take`, packet by packet, until it has found what it waits for.
    #[track_caller]
    pub(crate) fn receive<T>(&mut self, mut take: impl FnMut(Message<'_>) -> Option<T>) -> T {
        loop {
            while let Some(frame) = self.decoder.next_frame().expect("whole packets") {
                if let Some(found) = take(message(&frame)) {
                    return found;
                }
            }
            let bytes = self.client.receive_some().expect("no reset");
            assert!(!bytes.is_empty(), "the end came too early");
            self.received += bytes.len();
            self.decoder.push(&bytes);
        }
    }

    /// Hands all that comes until the end to `take`. The end must be an orderly one, behind a whole packet.
    #[track_caller]
    pub(crate) fn receive_rest(&mut self, mut take: impl FnMut(Message<'_>)) {
        let rest = self.client.receive_rest();
        self.received += rest.len();
        self.decoder.push(&rest);
        while let Some(frame) = self.decoder.next_frame().expect("whole packets") {
            take(message(&frame));
        }
        assert_eq!(self.decoder.pending(), 0, "a packet is cut in the middle");
    }
}

/// A frame that is a message of the chat.
fn message<'a>(frame: &Frame<'a>) -> Message<'a> {
    let message = Message::decode(frame.header.packet_id, frame.body());
    message.expect("a body that fits").expect("an id of the chat")
}
