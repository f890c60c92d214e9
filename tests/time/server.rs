//! Starts the finished time server on free ports, and asks it.

use std::net::SocketAddr;

use crate::SERVER;
use crate::clients::{Asker, is_served};
use crate::clock::{self, timed};
use crate::support::{Client, Finished, Process, Program, Signal, address_of};

/// The three services, each with a port that the system chose.
pub(crate) struct TimeServer {
    pub(crate) process: Process,
    pub(crate) daytime: SocketAddr,
    pub(crate) sessions: SocketAddr,
    pub(crate) udp: SocketAddr,
}

/// On free ports of 127.0.0.1, where the flags say nothing else.
pub(crate) fn program(flags: &[&str]) -> Program {
    let any_port = |program: Program, service: &str| program.env(service, "127.0.0.1:0");
    ["TIME_SERVER_DAYTIME", "TIME_SERVER_SESSIONS", "TIME_SERVER_UDP"]
        .into_iter()
        .fold(Program::new(SERVER).args(flags), any_port)
}

/// Starts all three services.
#[track_caller]
pub(crate) fn start(flags: &[&str]) -> TimeServer {
    started(program(flags))
}

#[track_caller]
pub(crate) fn started(program: Program) -> TimeServer {
    let process = program.start();
    let [daytime, sessions, udp] = ["daytime", "sessions", "udp"].map(|name| address_of(&process, name));
    TimeServer {
        process,
        daytime,
        sessions,
        udp,
    }
}

impl TimeServer {
    #[track_caller]
    pub(crate) fn session(&self) -> Client {
        Client::connect(self.sessions)
    }

    pub(crate) fn asker(&self) -> Asker {
        Asker::new(self.udp)
    }

    /// All three services answer.
    #[track_caller]
    pub(crate) fn is_alive(&self) {
        clock::assert_text(&timed(|| Client::connect(self.daytime).receive_rest()));
        is_served(&mut self.session());
        clock::assert_text(&self.asker().ask(b"time?"));
    }

    #[track_caller]
    pub(crate) fn terminate(self) -> Finished {
        self.process.signal(Signal::TERM);
        self.process.finish()
    }
}
