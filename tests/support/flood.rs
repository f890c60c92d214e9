//! A client that keeps sending over the rate limit.

use std::thread;
use std::time::{Duration, Instant};

use super::Client;
use super::wire::{RATE_LIMITED, error_packet};

/// Packets a second that the server of a [`flood`] must allow, with twice as many at once.
const PER_SECOND: usize = 10;

/// Sends `request` far too often, until the server closes: after five seconds and not before, with one notice
/// a second, and with no more replies than the limit allows. `meanwhile` is done now and then. All that the
/// client got is given back.
#[track_caller]
pub(crate) fn flood(
    client: &mut Client,
    request: &[u8],
    reply: &[u8],
    mut meanwhile: impl FnMut(),
) -> Vec<u8> {
    let mut receiving = client.second_handle();
    let start = Instant::now();
    let (received, sent) = thread::scope(|scope| {
        let receiver = scope.spawn(move || receiving.receive_rest());
        let mut sent = 0;
        while !receiver.is_finished() && client.try_send(&request.repeat(10)).is_ok() {
            sent += 10;
            // A client that sends without a pause sends ever faster than it is read.
            thread::sleep(Duration::from_millis(10));
            if sent % 500 == 0 {
                meanwhile();
            }
        }
        (receiver.join().expect("an orderly end"), sent)
    });
    let seconds = usize::try_from(start.elapsed().as_secs()).expect("a few");
    assert!(seconds >= 5, "closed after {seconds} seconds");
    let notice = error_packet(RATE_LIMITED);
    let packets = received.windows(notice.len());
    let notices = packets.filter(|bytes| *bytes == notice).count();
    assert!(
        (2..=seconds + 1).contains(&notices),
        "{notices} notices in {seconds} seconds"
    );
    let answered = (received.len() - notices * notice.len()) / reply.len();
    let burst = 2 * PER_SECOND;
    assert!(
        (burst..=burst + PER_SECOND * (seconds + 1)).contains(&answered),
        "{answered} of {sent} answered"
    );
    received
}
