//! The checks, kind by kind. Each reads as the conversation that it is.
//!
//! | file | what is in it |
//! |---|---|
//! | `any` | what every server must do, whatever it speaks |
//! | `byte_order` | naming the wrong order of bytes, where that is why nothing comes |
//! | `echo_line`, `calc`, `time` | the checks of one kind |
//! | `packets` | headers, which the echo of packets and the chat have in common |
//! | `echo_packets` | packets that come back |
//! | `chat` | the chat, with a file for each subject |

mod any;
mod byte_order;
mod calc;
mod chat;
mod echo_line;
mod echo_packets;
mod packets;
mod time;

pub(crate) use calc::checks as calc;
pub(crate) use chat::checks as chat;
pub(crate) use echo_line::checks as echo_line;
pub(crate) use echo_packets::checks as echo_packets;
pub(crate) use time::checks as time;

use crate::check::Kind;
use crate::stage::Stage;

/// A request that any client of this kind may start with, and its reply.
struct Greeting {
    request: Vec<u8>,
    reply: Vec<u8>,
}

impl Stage<'_> {
    /// One that has not been used before: a user can log in only once.
    fn greeting(&self) -> Greeting {
        match self.kind {
            Kind::EchoLine => same(b"hello, server\n"),
            Kind::EchoPackets => same(&packets::echo(b"hello")),
            Kind::Calc => calc::calculation(self, b'+', 10, 20, 30),
            Kind::Chat => chat::greeting(self),
            Kind::Time => unreachable!("the reply is another one each time"),
        }
    }

    /// Another one for the same connection, with other bytes, that may be sent any number of times.
    fn follow_up(&self) -> Greeting {
        match self.kind {
            Kind::EchoLine => same(b"and again\n"),
            Kind::EchoPackets => same(&packets::echo(b"and again")),
            Kind::Calc => calc::calculation(self, b'+', 1, 2, 3),
            Kind::Chat => chat::follow_up(self),
            Kind::Time => unreachable!("the reply is another one each time"),
        }
    }
}

fn same(bytes: &[u8]) -> Greeting {
    Greeting {
        request: bytes.to_vec(),
        reply: bytes.to_vec(),
    }
}
