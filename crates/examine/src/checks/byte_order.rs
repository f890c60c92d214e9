//! Recognises a wrong byte order: a server that fails its first check is asked once more, with the numbers of the
//! request turned round. A server that has read a wrong length mostly says nothing at all.

use protocol::HEADER_SIZE;

use super::any;
use crate::failure::{Failure, Outcome, WRONG_ORDER};
use crate::stage::Stage;

/// A request as a client with the wrong order writes it, and the beginnings of replies that show who reads it.
pub(super) struct Turned {
    pub(super) request: Vec<u8>,
    pub(super) replies: Vec<Vec<u8>>,
}

/// A new client is served. Where it is not, the failure says whether the order of the bytes is to blame.
pub(super) fn is_served(stage: &Stage<'_>, turned: &Turned) -> Outcome {
    any::is_served(stage).map_err(|failure| match failure.remark {
        None if reads(stage, turned) => failure.remarked(&format!(
            "the same request with its numbers turned is answered; {WRONG_ORDER}"
        )),
        _ => failure,
    })
}

/// Nothing of it is in the report: it is no request that a server must know.
fn reads(stage: &Stage<'_>, turned: &Turned) -> bool {
    let Turned { request, replies } = turned;
    let Ok(mut client) = stage.connect_unnoticed() else {
        return false;
    };
    let came = client.reply_to_anything(request, replies.iter().map(Vec::len).max().unwrap_or(0));
    replies.iter().any(|reply| came.starts_with(reply))
}

/// A packet whose header has its two numbers turned.
pub(super) fn turned_packet(mut packet: Vec<u8>) -> Vec<u8> {
    packet[..HEADER_SIZE - 1]
        .chunks_exact_mut(2)
        .for_each(<[u8]>::reverse);
    packet
}

/// The failure of a calculation, where it comes from this order.
pub(super) fn named(failure: Box<Failure>, is_to_blame: bool) -> Box<Failure> {
    match failure.remark {
        None if is_to_blame => failure.remarked(WRONG_ORDER),
        _ => failure,
    }
}
