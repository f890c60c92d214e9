//! The finished chat server, as its clients have it: every test runs the real program, and most run it in every
//! codec.
//!
//! | file | what is in it |
//! |---|---|
//! | `chat/bytes` | every message, byte by byte |
//! | `chat/coding` | these messages in the other codecs |
//! | `chat/codecs` | what is not the same in every codec: what may be missing, how long lists are |
//! | `chat/hostile` | bodies of the other codecs that are none, or made to harm |
//! | `chat/ports` | one server with a port for each codec: its limits and its end |
//! | `chat/mixed` | users of different ports, who need not know what others speak |
//! | `chat/compression` | who gets compressed bodies, and which those are |
//! | `chat/compressed` | what comes compressed, and what only says so |
//! | `chat/snappy` | compressed bodies for both, written down by hand |
//! | `chat/login` | who can log in, and under which name |
//! | `chat/refused` | what cannot be read, what is not known, what is not allowed |
//! | `chat/rooms` | entering, leaving, lists, and the order of what members see |
//! | `chat/moves` | from room to room, and so from worker to worker |
//! | `chat/pieces` | packets in one write, and packets in pieces |
//! | `chat/users` | whispers and invitations, wherever users are |
//! | `chat/limits` | what clients may not do: each limit, met |
//! | `chat/places` | how many clients, members and rooms there may be |
//! | `chat/pauses` | a server that was stopped for longer than its timeouts |
//! | `chat/slow` | members who do not read |
//! | `chat/command_line`, `chat/listen` | flags, variables, exit codes |
//! | `chat/trace` | packets as lines, and lines of status |
//! | `chat/clients` | two programs `chat-client` that talk through the server |
//!
//! Faults, shutdown and many clients at random are in `chat_faults`. They send signals, which Windows has
//! not.
#![cfg(unix)]

mod support;

#[path = "chat/bytes.rs"]
mod bytes;
#[path = "chat/clients.rs"]
mod clients;
#[path = "chat/codecs.rs"]
mod codecs;
#[path = "chat/coding.rs"]
mod coding;
#[path = "chat/command_line.rs"]
mod command_line;
#[path = "chat/compressed.rs"]
mod compressed;
#[path = "chat/compression.rs"]
mod compression;
#[path = "chat/hostile.rs"]
mod hostile;
#[path = "chat/limits.rs"]
mod limits;
#[path = "chat/listen.rs"]
mod listen;
#[path = "chat/login.rs"]
mod login;
#[path = "chat/mixed.rs"]
mod mixed;
#[path = "chat/moves.rs"]
mod moves;
#[cfg(target_os = "linux")]
#[path = "chat/pauses.rs"]
mod pauses;
#[path = "chat/pieces.rs"]
mod pieces;
#[path = "chat/places.rs"]
mod places;
#[path = "chat/ports.rs"]
mod ports;
#[path = "chat/refused.rs"]
mod refused;
#[path = "chat/rooms.rs"]
mod rooms;
#[path = "chat/slow.rs"]
mod slow;
#[path = "chat/snappy.rs"]
mod snappy;
#[path = "chat/trace.rs"]
mod trace;
#[path = "chat/users.rs"]
mod users;

use coding::coding;
use protocol::Codec;
use support::messages::{PING, PONG, enter, entered, has_come, log_in, logged_in, user_list};
use support::{Client, Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_chat-server");

/// The server on a free port.
#[track_caller]
fn server(flags: &[&str]) -> Server {
    Program::new(SERVER)
        .args(&["--bind", "127.0.0.1:0"])
        .args(flags)
        .serve()
}

/// The server with one worker and then with four, and with four in the other codecs as well: no client must be
/// able to tell them apart. Room 0 and room 4 have the same worker, rooms 0 to 3 one each.
fn servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    let in_other_codecs = [Codec::MsgPack, Codec::Protobuf].map(|codec| server_speaking(codec, "4", flags));
    binary_servers(flags).chain(in_other_codecs)
}

/// For tests whose bytes are no messages, or that are about something which knows no codec.
fn binary_servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    ["1", "4"]
        .into_iter()
        .map(move |workers| server_speaking(Codec::Binary, workers, flags))
}

/// A server whose clients translate what a test sends and expects.
#[track_caller]
fn server_speaking(codec: Codec, workers: &str, flags: &[&str]) -> Server {
    let settings = ["--codec", codec.name(), "--workers", workers];
    server(&[&settings, flags].concat()).with_coding(coding(codec))
}

/// A client that is logged in.
#[track_caller]
fn user(server: &Server, name: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&log_in(name), &logged_in(1));
    client
}

/// A client in a room where nobody has been before.
#[track_caller]
fn first_in(server: &Server, room: i32, name: &str) -> Client {
    let mut client = user(server, name);
    client.exchange(&enter(room), &entered(room, 1));
    client
}

/// Two members of a room, with the unique ids 1 and 2, who have heard of each other.
#[track_caller]
fn pair_in(server: &Server, room: i32, names: [&str; 2]) -> [Client; 2] {
    let mut first = first_in(server, room, names[0]);
    let mut second = user(server, names[1]);
    let welcome = [user_list(&[(1, names[0])]), entered(room, 2)].concat();
    second.exchange(&enter(room), &welcome);
    first.expect(&has_come(2, names[1]));
    [first, second]
}

/// The client has heard nothing that the test does not know of, and is still served.
#[track_caller]
fn heard_nothing_more(client: &mut Client) {
    client.exchange(&PING, &PONG);
}

/// The client has gone, and the server has noticed: its name and its place are free.
#[track_caller]
fn goes(mut client: Client) {
    client.half_close();
    client.expect_end();
}

/// The next packet, whatever it is, as tests have it.
#[track_caller]
fn next_packet(client: &mut Client) -> Vec<u8> {
    let packet = packet_on_the_wire(client);
    client.translate_back(packet)
}

/// The same as it stands on the wire.
#[track_caller]
fn packet_on_the_wire(client: &mut Client) -> Vec<u8> {
    let mut packet = vec![0; 5];
    client.receive_exactly(&mut packet);
    packet.resize(usize::from(u16::from_le_bytes([packet[0], packet[1]])), 0);
    client.receive_exactly(&mut packet[5..]);
    packet
}
