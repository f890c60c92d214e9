//! Servers with one fault each. They are this very program, started once more: a process of its own, so that
//! its threads can be counted and it can die.

use std::collections::BTreeSet;
use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::exit;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::support::{Program, Server};

/// The variable that says which fault it must have.
const FAULT: &str = "SOAK_TEST_FAULT";

/// The faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// None: so that a row that fails does so for the fault.
    None,
    /// The thread of a client that was reset waits for ever.
    LeaksAThreadPerReset,
    /// Whoever has begun a request holds a lock that all others need.
    WaitsForOneClient,
    /// A length that cannot be ends the process.
    DiesOfAWrongLength,
    /// What a client that was served has sent is kept.
    KeepsWhatCame,
    /// Closes clients that say nothing, but one of them, the first, much later than the others.
    ClosesOneLate,
}

/// All faults by number.
const FAULTS: [Fault; 6] = [
    Fault::None,
    Fault::LeaksAThreadPerReset,
    Fault::WaitsForOneClient,
    Fault::DiesOfAWrongLength,
    Fault::KeepsWhatCame,
    Fault::ClosesOneLate,
];

/// When clients are closed that say nothing, and the one that is closed late.
const SILENCE: Duration = Duration::from_secs(1);
pub(crate) const LATE: Duration = Duration::from_millis(2_500);

impl Fault {
    /// A calculator with this fault.
    #[track_caller]
    pub(crate) fn serve(self) -> Server {
        let number = FAULTS
            .iter()
            .position(|fault| *fault == self)
            .expect("a known fault");
        let test = env::current_exe().expect("this test");
        let process = Program::new(test.to_str().expect("a readable path"))
            .args(&[
                "--exact",
                "wrong_servers::this_is_a_server",
                "--ignored",
                "--nocapture",
            ])
            .env(FAULT, &number.to_string())
            .start();
        let line = process.stdout.wait_for_line("listening on ");
        let (_, address) = line
            .split_once("listening on ")
            .expect("the words that were waited for");
        let address = address.parse().expect("an address");
        Server::at(process, address)
    }
}

#[test]
#[ignore = "a server for the other tests, which start it"]
fn this_is_a_server() {
    let fault: usize = env::var(FAULT).expect("a fault").parse().expect("its number");
    let fault = FAULTS[fault];
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    // The test's own name stands on the line that is not ended yet.
    println!("\nlistening on {}", listener.local_addr().expect("its address"));
    let shared: &'static Shared = Box::leak(Box::default());
    for (number, client) in (0..).zip(listener.incoming()) {
        // Without a descriptor there is nothing to do but to try again.
        let Ok(client) = client else {
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        shared.silent.lock().expect("no panic").insert(number);
        thread::spawn(move || shared.serve(client, number, fault));
    }
}

#[derive(Default)]
struct Shared {
    turn: Mutex<()>,
    kept: Mutex<Vec<Vec<u8>>>,
    /// The numbers of those that have said nothing yet.
    silent: Mutex<BTreeSet<usize>>,
}

impl Shared {
    fn serve(&self, mut client: TcpStream, number: usize, fault: Fault) {
        let _ = client.set_nodelay(true);
        if fault == Fault::ClosesOneLate && self.is_silent(&client, number) {
            return;
        }
        loop {
            match self.answer_one(&mut client, fault) {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) if fault == Fault::LeaksAThreadPerReset => {
                    drop(client);
                    loop {
                        thread::park();
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Waits until it speaks, or its time is over.
    fn is_silent(&self, client: &TcpStream, number: usize) -> bool {
        let speaks_within = |time| {
            let _ = client.set_read_timeout(Some(time));
            client.peek(&mut [0]).is_ok()
        };
        let is_first = || self.silent.lock().expect("no panic").first() == Some(&number);
        let speaks = speaks_within(SILENCE) || (is_first() && speaks_within(LATE - SILENCE));
        if speaks {
            self.silent.lock().expect("no panic").remove(&number);
            let _ = client.set_read_timeout(None);
        }
        !speaks
    }

    /// One request of the calculator. False at the end.
    fn answer_one(&self, client: &mut TcpStream, fault: Fault) -> std::io::Result<bool> {
        let mut length = [0; 4];
        let mut request = [0; 9];
        if client.read(&mut length[..1])? == 0 {
            return Ok(false);
        }
        let turn = (fault == Fault::WaitsForOneClient).then(|| self.turn.lock());
        client.read_exact(&mut length[1..])?;
        if i32::from_le_bytes(length) != 9 {
            if fault == Fault::DiesOfAWrongLength {
                exit(1);
            }
            return Ok(false);
        }
        client.read_exact(&mut request)?;
        drop(turn);
        if fault == Fault::KeepsWhatCame {
            // Much of each, so that few clients are enough on a busy machine.
            let kept = vec![request[0]; 64 * 1024];
            self.kept.lock().expect("no panic").push(kept);
        }
        let number = |at: usize| i32::from_le_bytes(request[at..at + 4].try_into().expect("4 bytes"));
        let result = number(1).wrapping_add(number(5));
        client.write_all(&result.to_le_bytes())?;
        Ok(true)
    }
}
