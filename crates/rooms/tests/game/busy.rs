//! A worker that is busy: the time that a login waits for it does not count for the login timeout.

use std::time::Duration;

use rooms::Config;

use crate::notes::MIRROR;
use crate::server::{Running, logged_in, login, packet};

#[test]
fn a_login_that_waits_for_its_worker_is_in_time() {
    const TIMEOUT: Duration = Duration::from_secs(1);
    let server = Running::start(Config {
        login_timeout: Some(TIMEOUT),
        ..Config::default()
    });
    let mut alice = server.user("alice");
    let mut bob = server.connect();
    server.hold(&mut alice);
    bob.send(&login("bob"));
    bob.expect_silence(TIMEOUT * 2);
    server.let_go();
    bob.expect(&logged_in());
    bob.exchange(&packet(MIRROR, "me"), &packet(MIRROR, "me"));
    server.end();
}
