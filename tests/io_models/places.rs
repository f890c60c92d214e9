//! Models with fewer places than there may be clients.

use crate::crowd::the_only_crowd;
use crate::server;
use crate::support::raw_echo::{HELLO, is_served};
use crate::support::{MOMENT, eventually};

/// A thread of the pool has one client until that leaves.
pub(crate) fn the_third_client_of_two_threads_waits(model: &str) {
    let server = server(model);
    let (mut first, mut second) = (server.connect(), server.connect());
    is_served(&mut first);
    is_served(&mut second);
    let mut third = server.connect();
    third.send(HELLO);
    third.expect_silence(MOMENT);
    is_served(&mut first);
    drop(second);
    third.expect(HELLO);
    is_served(&mut first);
}

/// A set of descriptors for select(2) has 1,024 bits.
pub(crate) fn descriptors_beyond_1024_are_refused_and_the_log_says_so(model: &str) {
    const PLACES: usize = 1_024;
    let _alone = the_only_crowd();
    let server = server(model);
    let mut clients: Vec<_> = (0..PLACES + 50).map(|_| server.connect()).collect();
    // One that is refused may not even be able to send.
    let answered = clients.iter_mut().map(|client| client.is_answered(HELLO, HELLO));
    let served: Vec<bool> = answered.collect();
    let places = served.iter().filter(|served| **served).count();
    // The server itself has some open too.
    assert!((PLACES - 30..PLACES).contains(&places), "{places} are served");
    assert!(
        served[..places].iter().all(|served| *served),
        "one of the first is not served"
    );
    server.log().wait_for_line("1024");

    clients.truncate(10);
    eventually("the places are free", || {
        server.connect().is_answered(HELLO, HELLO)
    });
    clients.iter_mut().for_each(is_served);
}
