//! What lies behind the bytes of a client: an edge-triggered model is told of it once, and maybe together with them.

use crate::server;
use crate::support::raw_echo::is_served;

#[test]
fn the_end_is_found_behind_bytes_that_are_told_in_the_same_event() {
    for model in ["epoll-edge", "thread-per-core"] {
        let server = server(model);
        let mut client = server.connect();
        is_served(&mut client);
        server.process.freeze();
        client.send(b"the last words");
        client.half_close();
        server.process.thaw();
        assert_eq!(client.receive_rest(), b"the last words", "{model}");
    }
}

/// No read goes across an urgent byte: the one before it gives less than there was room for, and yet the socket is not
/// empty.
#[test]
fn bytes_are_found_behind_an_urgent_one_that_is_told_in_the_same_event() {
    for model in ["select", "poll", "epoll-level", "epoll-edge", "thread-per-core"] {
        let server = server(model);
        let mut client = server.connect();
        is_served(&mut client);
        server.process.freeze();
        client.send(b"before, ");
        client.send_urgent(b'!');
        client.send(b"after");
        server.process.thaw();
        client.expect(b"before, after");
    }
}
