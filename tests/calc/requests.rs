//! Requests and replies, written down by hand, as the C++ clients of the original lay them in memory.

#[cfg(target_os = "linux")]
use super::support::{Client, with_names};

/// `op:1 left:4 right:4`, a packed struct of a little-endian machine.
pub(crate) fn bare(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[op][..], &left.to_le_bytes(), &right.to_le_bytes()].concat()
}

/// The same behind its length, 9.
pub(crate) fn request(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[9, 0, 0, 0][..], &bare(op, left, right)].concat()
}

pub(crate) fn reply(result: i32) -> [u8; 4] {
    result.to_le_bytes()
}

/// `twins` is a name with an address of each family: a server that has been told to listen on it serves both.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn answers_at_each_address(path: &str, arguments: &[&str]) {
    let Some(program) = with_names(path) else { return };
    let server = program.args(arguments).serve();
    let lines = server.process.stdout.wait_for_lines(2, "listening on ");
    assert_ne!(lines[0], lines[1]);
    for line in lines {
        let address = line.trim_start_matches("listening on ").parse();
        let mut client = Client::connect(address.expect("an address"));
        client.exchange(&request(b'+', 10, 20), &reply(30));
    }
}
