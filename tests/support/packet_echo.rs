//! What every echo server of packets does, whole packets with a good header go back: for the step and for the
//! finished server.

use super::Server;
use super::wire::echo;

/// Headers that cannot be, and what is said of them: `total_size` is under 5, or over 1,024.
pub(crate) const BAD_HEADERS: [(&[u8], &str); 7] = [
    (
        &[0, 0, 101, 0, 0],
        "packet is 0 bytes, smaller than its header of 5",
    ),
    (
        &[1, 0, 101, 0, 0],
        "packet is 1 bytes, smaller than its header of 5",
    ),
    (
        &[2, 0, 101, 0, 0],
        "packet is 2 bytes, smaller than its header of 5",
    ),
    (
        &[3, 0, 101, 0, 0],
        "packet is 3 bytes, smaller than its header of 5",
    ),
    (
        &[4, 0, 101, 0, 0],
        "packet is 4 bytes, smaller than its header of 5",
    ),
    (
        &[1, 4, 101, 0, 0],
        "packet is 1025 bytes, larger than the 1024 allowed",
    ),
    (
        &[255, 255, 101, 0, 0],
        "packet is 65535 bytes, larger than the 1024 allowed",
    ),
];

/// Three packets: without a body, with text, with bytes that look like a header.
pub(crate) fn three_packets() -> Vec<u8> {
    [echo(b""), echo(b"abc"), echo(&[6, 0, 101, 0, 0, 255, 0])].concat()
}

/// The stream is cut in two at every byte, and the server reads the first part before the second comes.
#[track_caller]
pub(crate) fn come_back_however_they_are_cut(server: &Server) {
    let stream = three_packets();
    for cut in 1..stream.len() {
        let mut client = server.connect();
        client.send(&stream[..cut]);
        client.wait_until_read();
        client.exchange(&stream[cut..], &stream);
    }
}

#[track_caller]
pub(crate) fn come_back_byte_by_byte(server: &Server) {
    let stream = three_packets();
    let mut client = server.connect();
    for byte in &stream {
        client.send(&[*byte]);
        client.wait_until_read();
    }
    client.expect(&stream);
}

#[track_caller]
pub(crate) fn come_back_all_at_once(server: &Server) {
    let stream = three_packets().repeat(500);
    server.connect().exchange(&stream, &stream);
}
