//! The checks, sorted by the kind of server. Each reads as the conversation that it is.
//!
//! | file | what is in it |
//! |---|---|
//! | `any` | what every server must do, whatever it speaks |
//! | `byte_order` | naming the wrong order of bytes, where that is why nothing comes |
//! | `echo_line`, `calc`, `time` | the checks of one kind |
//! | `packets` | headers, which the echo of packets and the chat have in common |
//! | `echo_packets` | packets that come back |
//! | `room_server` | what every room server must do, with a file for each subject |
//! | `chat` | what only a chat does |
//! | `baccarat` | what only a table for baccarat does |

mod any;
mod baccarat;
mod byte_order;
mod calc;
mod chat;
mod echo_line;
mod echo_packets;
mod packets;
mod room_server;
mod time;

pub use baccarat::BACCARAT;
pub use calc::CALC;
pub use chat::CHAT;
pub use echo_line::ECHO_LINE;
pub use echo_packets::ECHO_PACKETS;
pub use room_server::ROOM_SERVER;
pub use time::TIME;
