//! What tests of a room server start with: servers in every form, users, and members of rooms. `crate::server` says
//! which server.

#![allow(dead_code, reason = "each server's tests use their part")]

use protocol::Codec;

use crate::coding::coding;
use crate::server;
use crate::support::messages::{PING, PONG, enter, entered, has_come, log_in, logged_in, user_list};
use crate::support::{Client, Server};

/// The server with one worker and then with four, and with four in the other codecs as well: no client must be
/// able to tell them apart. Room 0 and room 4 have the same worker, rooms 0 to 3 one each.
pub(crate) fn servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    let in_other_codecs = [Codec::MsgPack, Codec::Protobuf].map(|codec| server_speaking(codec, "4", flags));
    binary_servers(flags).chain(in_other_codecs)
}

/// For tests whose bytes are no messages, or that are about something which knows no codec.
pub(crate) fn binary_servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    ["1", "4"]
        .into_iter()
        .map(move |workers| server_speaking(Codec::Binary, workers, flags))
}

/// A server whose clients translate what a test sends and expects.
#[track_caller]
pub(crate) fn server_speaking(codec: Codec, workers: &str, flags: &[&str]) -> Server {
    let settings = ["--codec", codec.name(), "--workers", workers];
    server(&[&settings, flags].concat()).with_coding(coding(codec))
}

/// A client that is logged in.
#[track_caller]
pub(crate) fn user(server: &Server, name: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&log_in(name), &logged_in(1));
    client
}

/// A client in a room where nobody has been before.
#[track_caller]
pub(crate) fn first_in(server: &Server, room: i32, name: &str) -> Client {
    let mut client = user(server, name);
    client.exchange(&enter(room), &entered(room, 1));
    client
}

/// Two members of a room, with the unique ids 1 and 2, who have heard of each other.
#[track_caller]
pub(crate) fn pair_in(server: &Server, room: i32, names: [&str; 2]) -> [Client; 2] {
    let mut first = first_in(server, room, names[0]);
    let mut second = user(server, names[1]);
    let welcome = [user_list(&[(1, names[0])]), entered(room, 2)].concat();
    second.exchange(&enter(room), &welcome);
    first.expect(&has_come(2, names[1]));
    [first, second]
}

/// The client has heard nothing that the test does not know of, and is still served.
#[track_caller]
pub(crate) fn heard_nothing_more(client: &mut Client) {
    client.exchange(&PING, &PONG);
}

/// The client has gone, and the server has noticed: its name and its place are free.
#[track_caller]
pub(crate) fn goes(mut client: Client) {
    client.half_close();
    client.expect_end();
}

/// The next packet, whatever it is, as tests have it.
#[track_caller]
pub(crate) fn next_packet(client: &mut Client) -> Vec<u8> {
    let packet = packet_on_the_wire(client);
    client.translate_back(packet)
}

/// The same as it stands on the wire.
#[track_caller]
pub(crate) fn packet_on_the_wire(client: &mut Client) -> Vec<u8> {
    let mut packet = vec![0; 5];
    client.receive_exactly(&mut packet);
    packet.resize(usize::from(u16::from_le_bytes([packet[0], packet[1]])), 0);
    client.receive_exactly(&mut packet[5..]);
    packet
}
