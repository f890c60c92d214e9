//! A game on the engine of [`rooms`] as a whole program: flags for every limit, ports in several codecs, a log, a trace
//! of all packets, a line of status.
//!
//! The engine plays no game and reads no command line. This crate is what stands between a game and its `main`:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use command_line::{LogFlags, ProgramFlags};
//! # use rooms::{Delivery, Game, Handled, Incoming, Member, RoomContext, RoomLogic, User};
//! # use protocol::ErrorCode;
//! # struct MyGame;
//! # struct MyRoom;
//! # impl RoomLogic for MyRoom {
//! #     type Event = std::convert::Infallible;
//! #     fn packet(&mut self, _: &mut RoomContext<'_>, _: &Member, _: &mut Incoming<'_>) -> Result<Handled, ErrorCode> {
//! #         Ok(Handled::UnknownId)
//! #     }
//! # }
//! # impl Game for MyGame {
//! #     type Room = MyRoom;
//! #     fn new_room(&self, _: i32) -> MyRoom { MyRoom }
//! #     fn packet(&self, _: &mut Delivery, _: &User<'_>, _: &mut Incoming<'_>) -> Result<Handled, ErrorCode> {
//! #         Ok(Handled::UnknownId)
//! #     }
//! #     fn needs_room(&self, _: &Incoming<'_>) -> bool { false }
//! # }
//!
//! /// My game, in rooms.
//! #[derive(clap::Parser)]
//! #[command(name = "my-server")]
//! struct Flags {
//!     #[command(flatten)]
//!     server: room_server::RoomServerFlags,
//!     #[command(flatten)]
//!     log: LogFlags,
//! }
//!
//! impl ProgramFlags for Flags {
//!     const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11021");
//!
//!     fn log(&self) -> &LogFlags {
//!         &self.log
//!     }
//! }
//!
//! /// The game as browsers have it, with `--web`: with the page of the chat.
//! const WEB: room_server::WebGame = room_server::WebGame { name: "chat", port: 11080 };
//!
//! fn main() -> ExitCode {
//!     command_line::run(|flags: Flags, settings| flags.server.serve(settings, WEB, None, |_config| MyGame))
//! }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | the flags that every room server has, and the run of a game with them |
//! | `web_flags` | the flags for browsers |
//! | `ports` | where it listens, and in which codec |
//! | `advertise` | where clients are told to connect |
//! | `directory_flags` | the flags of one of many servers |
//! | `place` | the place of one server in a directory, and its run there |
//! | `trace` | every packet as a line, or byte by byte |
//! | `numbers` | what it counts, for those who watch it |
//! | `people` | who is there, for those who watch it; and what they can do |
//! | `status` | a line now and then about what goes on, and at SIGUSR1 |
#![forbid(unsafe_code)]

mod advertise;
mod directory_flags;
mod flags;
mod numbers;
mod people;
mod place;
mod ports;
mod status;
mod trace;
mod web_flags;

pub use advertise::{Told, host, is_everywhere};
pub use directory_flags::{DirectoryFlags, lease};
pub use flags::{RoomFlags, RoomServerFlags, defaults};
pub use numbers::RoomNumbers;
pub use people::{ANNOUNCER, RoomPeople};
pub use place::{Place, PlaceSettings};
pub use ports::secured;
pub use web_flags::{WebAddress, WebGame, web_ports};
