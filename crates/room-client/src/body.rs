//! From the body of a packet to what it means for the chat: in the codec of this client, compressed or not.

use anyhow::{Context, Error, anyhow};
use protocol::message::Message;
use protocol::{Frame, LARGEST_PACKET, PacketId};

use crate::chat::Chat;
use crate::game::View;
use crate::line::Line;
use crate::request::WRONG_CODEC;

/// What a packet means for the chat, or for its game. A server may compress without being asked: what it claims is checked.
pub(crate) fn lines_of(frame: &Frame<'_>, chat: &mut Chat, view: View) -> anyhow::Result<Vec<Line>> {
    let id = frame.header.packet_id;
    let body = frame.plain_body(LARGEST_PACKET).with_context(|| unreadable(id))?;
    let mut scratch = Vec::new();
    let message = Message::decode_as(chat.codec(), id, &body, &mut scratch)
        .map_err(|error| with_cause(error.into(), chat))
        .with_context(|| unreadable(id))?;
    if let Some(message) = message {
        let line = chat.received(&message);
        return Ok(line.into_iter().chain(chat.take_missed()).collect());
    }
    let lines = chat.received_by_game(id, &body, view)?;
    Ok(lines.unwrap_or_else(|| {
        let unknown = format!("the server sent a packet that this client does not know: {id}");
        vec![Line::Notice(unknown)]
    }))
}

fn unreadable(id: PacketId) -> String {
    format!("the server sent a {id} that cannot be read")
}

/// Once the login is answered, both sides have shown that they speak one codec.
fn with_cause(error: Error, chat: &Chat) -> Error {
    if chat.is_logged_in() {
        error
    } else {
        anyhow!("{error:#}: {WRONG_CODEC}")
    }
}
