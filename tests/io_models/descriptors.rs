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

/// With each number of descriptors, the program says that they are too few, or it serves, and goes on serving when
/// clients have taken all the others.
pub(crate) fn what_it_needs_is_there_before_it_says_that_it_listens(model: &str) {
    for count in 3..100 {
        let mut process = program_with_descriptors(count, model).start();
        eventually("it ends, or listens", || {
            !process.is_running() || !process.stdout.lines().is_empty()
        });
        if !process.stdout.lines().is_empty() {
            return clients_take_the_rest(&Server::new(process), count);
        }
        let finished = process.finish();
        assert!(!finished.status.success(), "{count}: {finished:#?}");
    }
    panic!("a hundred descriptors are too few");
}

#[track_caller]
fn clients_take_the_rest(server: &Server, count: usize) {
    let crowd: Vec<_> = (0..count + 5).map(|_| client_with_a_message(server)).collect();
    drop(crowd);
    let mut late = client_with_a_message(server);
    late.expect(HELLO);
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

/// The hard limit too, so that the program cannot raise it. A thread has descriptors of its own in some models, and a
/// machine may have 64 processors.
fn program_with_descriptors(count: usize, model: &str) -> Program {
    let limit = format!("-n {count}");
    let program = Program::with_descriptors(PROGRAM, &[&limit]).args(&arguments("127.0.0.1:0", model));
    match model.contains("--threads") {
        true => program,
        false => program.args(&["--threads", "2"]),
    }
}

#[track_caller]
fn server_with_40_descriptors(model: &str) -> Server {
    program_with_descriptors(40, model).serve()
}

#[track_caller]
fn client_with_a_message(server: &Server) -> Client {
    let mut client = server.connect();
    client.send(HELLO);
    client
}
