//! What is left of a client that has gone, however it went: nothing.

use crate::server;
use crate::support::raw_echo::{HELLO, is_served};
use crate::support::{Client, Process, Program, Server, Signal, eventually};

/// What the allocator may keep more of after so many clients than after so many before them.
const SLACK: u64 = 512 * 1024;

/// How clients leave.
const WAYS_TO_LEAVE: [fn(Client); 5] = [
    drop,
    Client::reset,
    |mut client| {
        client.send(HELLO);
        client.half_close();
        client.receive_until_ended();
    },
    |mut client| {
        is_served(&mut client);
        client.reset();
    },
    |mut client| {
        // Its echo is under way.
        client.send(&HELLO.repeat(100));
        client.reset();
    },
];

/// What a server holds of the system.
pub(crate) struct InUse {
    threads: u64,
    descriptors: usize,
    children: usize,
}

impl InUse {
    pub(crate) fn by(server: &Server) -> Self {
        Self {
            threads: server.process.threads(),
            descriptors: server.process.descriptors(),
            children: server.process.children().len(),
        }
    }

    /// Waits until the server holds no more than this. It may be less: what was there at first may have been on
    /// its way out.
    #[track_caller]
    pub(crate) fn is_all_again(&self, server: &Server) {
        eventually("all threads, descriptors and children are given back", || {
            let now = Self::by(server);
            now.threads <= self.threads
                && now.descriptors <= self.descriptors
                && now.children <= self.children
        });
    }
}

/// So that the server has all that it needs for itself.
pub(crate) fn come_and_go_orderly(server: &Server, clients: usize) {
    for _ in 0..clients {
        let mut client = server.connect();
        is_served(&mut client);
        client.half_close();
        client.expect_end();
    }
}

pub(crate) fn whoever_leaves_leaves_nothing_behind(model: &str) {
    const CLIENTS: usize = 100;
    // How often the allocator may keep more, until it has what it needs: what is never given back is more each time.
    const TIMES: usize = 5;
    let server = server(model);
    come_and_go_orderly(&server, 20);
    let before = InUse::by(&server);
    let memory_after = || {
        for leave in WAYS_TO_LEAVE.iter().cycle().take(CLIENTS) {
            leave(server.connect());
        }
        is_served(&mut server.connect());
        before.is_all_again(&server);
        server.process.resident_bytes()
    };
    let mut memory = vec![memory_after()];
    let is_flat = (1..=TIMES).any(|time| {
        memory.push(memory_after());
        memory[time] < memory[time - 1] + SLACK
    });
    assert!(is_flat, "{memory:?} bytes");
}

pub(crate) fn a_client_that_is_killed_leaves_nothing_behind(model: &str) {
    let server = server(model);
    come_and_go_orderly(&server, 20);
    let before = InUse::by(&server);
    for _ in 0..3 {
        let mut client = client_of_another_process(&server);
        client.signal(Signal::KILL);
        client.wait();
    }
    is_served(&mut server.connect());
    before.is_all_again(&server);
}

/// A process with a connection, which has had its echo and waits for more.
#[track_caller]
fn client_of_another_process(server: &Server) -> Process {
    let (host, port) = (server.address.ip(), server.address.port());
    let script = format!(
        "exec 3<>/dev/tcp/{host}/{port}; echo hello >&3; read -r line <&3; echo \"$line\"; read -r line <&3"
    );
    let process = Program::new("bash").args(&["-c", &script]).start();
    process.stdout.wait_for_line("hello");
    process
}
