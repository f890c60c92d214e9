//! Checks of the chat: many requests in one write, and behind them the end.

use protocol::PacketId;

use super::words::{DONE, chat, chatted, enter, leave, logged_in, login, said};
use crate::check::{Check, Need};
use crate::client::Incoming;
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// Messages of one client without a pause; with login and entry fewer than a server allows at once.
const PIPELINED: usize = 100;

pub(super) const CHECKS: [Check; 2] = [
    Check {
        name: "merged",
        does: "login, entry, message and leaving in one write",
        rule: "many packets may arrive in one read, and that is normal; replies come in order",
        hint: "when a packet is answered, look at what is left of the read: there may be more",
        needs: Need::Nothing,
        play: merged,
    },
    Check {
        name: "half-close",
        does: "100 messages without a pause, and then the end of what the client sends",
        rule: "every request has its reply, in order, also for a client that sends no more",
        hint: "a read of 0 bytes says that no more requests come: send what is owed, and close then",
        needs: Need::Nothing,
        play: half_close,
    },
];

fn merged(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut client = stage.connect()?;
    let requests = [login(&stage.new_name()), enter(room), chat("hi"), leave()];
    client.send(&requests.concat())?;
    client.expect(&logged_in(DONE))?;
    let id = client.expect_entered(room)?;
    client.expect_both(&said(id, "hi"), &chatted(stage.done()))?;
    client.skip_to(PacketId::ROOM_LEAVE_RES)?;
    client.hears_nothing_more()
}

fn half_close(stage: &Stage<'_>) -> Outcome {
    let [mut alice] = stage.members(stage.room()?, ["alice"])?;
    let messages: Vec<_> = (0..PIPELINED).map(|number| format!("message {number}")).collect();
    alice.send(
        &messages
            .iter()
            .flat_map(|message| chat(message))
            .collect::<Vec<_>>(),
    )?;
    alice.half_close();
    let came = alice.packets_to_end("all replies, and then the end")?;
    let notifications = with_id(&came, PacketId::ROOM_CHAT_NTF);
    for (notification, message) in notifications.iter().zip(&messages) {
        let expected = said(alice.id, message);
        if **notification != expected {
            return Err(notification.is_not(&expected));
        }
    }
    for id in [PacketId::ROOM_CHAT_NTF, PacketId::ROOM_CHAT_RES] {
        let count = with_id(&came, id).len();
        if count != PIPELINED {
            return Err(Failure::words(
                format!("{PIPELINED} packets {id}, and then the end"),
                format!("{count} of them, and then the end"),
            ));
        }
    }
    Ok(())
}

/// The packets with this id, out of all of them.
fn with_id(packets: &[Incoming], id: PacketId) -> Vec<&Incoming> {
    let packets = packets.iter();
    packets
        .filter(|packet| packet[2..4] == id.0.to_le_bytes())
        .collect()
}
