//! A system that gives the server no more descriptors.

use crate::leaving::come_and_go_orderly;
use crate::support::raw_echo::{HELLO, is_served};
use crate::support::{Client, MOMENT, Program, Server, eventually};
use crate::{PROGRAM, arguments, server};

const FAILURE: &str = "accept failed: Too many open files";

/// For a model in which clients hold descriptors of the server: as many of them as it takes.
pub(crate) fn without_descriptors_it_pauses_and_whoever_leaves_makes_room(model: &str) {
    let server = server_with_40_descriptors(model);
    let mut crowd = Vec::new();
    eventually("a client cannot be accepted", || {
        crowd.push(client_with_a_message(&server));
        server.log().count(FAILURE) > 0
    });
    let mut late = client_with_a_message(&server);
    crowd[0].expect(HELLO);
    is_kept_waiting_by_pauses(&mut late, &server);
    is_served(&mut crowd[0]);
    drop(crowd);
    late.expect(HELLO);
}

/// For a model in which they do not, or have one client at a time: the descriptors are taken away.
pub(crate) fn without_descriptors_it_pauses_and_then_goes_on(model: &str) {
    let server = server(model);
    come_and_go_orderly(&server, 3);
    eventually("a client cannot be accepted", || {
        server.process.take_away_descriptors();
        // The kernel sets a descriptor aside when accept begins to wait, so the first may still get in.
        drop(server.connect());
        server.log().count(FAILURE) > 0
    });
    let mut waiting = client_with_a_message(&server);
    is_kept_waiting_by_pauses(&mut waiting, &server);
    server.process.give_back_descriptors();
    waiting.expect(HELLO);
}

/// Nothing comes to the client, and the server tries again now and then, which costs next to nothing.
#[track_caller]
fn is_kept_waiting_by_pauses(waiting: &mut Client, server: &Server) {
    let cpu_time = server.process.exact_cpu_time_of_family();
    let tries = server.log().count(FAILURE);
    waiting.expect_silence(MOMENT);
    let tries = server.log().count(FAILURE) - tries;
    let spent = server.process.exact_cpu_time_of_family().saturating_sub(cpu_time);
    // 10, 20, 40, 80 ms, for each thread that accepts.
    assert!(tries < 100, "{tries} tries");
    assert!(spent < MOMENT / 20, "computed for {spent:?}");
}

/// The hard limit too, so that the program cannot raise it.
#[track_caller]
fn server_with_40_descriptors(model: &str) -> Server {
    let program = Program::new("sh").args(&["-c", "ulimit -n 40; exec \"$0\" \"$@\"", PROGRAM]);
    program.args(&arguments("127.0.0.1:0", model)).serve()
}

#[track_caller]
fn client_with_a_message(server: &Server) -> Client {
    let mut client = server.connect();
    client.send(HELLO);
    client
}
