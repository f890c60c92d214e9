//! A message that is encoded once for each codec and compression that a receiver wants, not once for each receiver.

use protocol::message::{Encode, RoomChatRes, RoomLeaveRes};
use protocol::{Codec, ErrorCode, Packet, PacketError, compress};

use crate::config::Config;
use crate::session::Session;

/// What the settings of the server say about how messages are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    /// Bodies of more bytes are compressed for those who read that.
    compress_over: usize,
    /// See [`Config::classic_results`].
    classic_results: bool,
}

impl Writing {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            // Without compression no session reads it, so this is never asked for.
            compress_over: config.compress_over.unwrap_or(usize::MAX),
            classic_results: config.classic_results,
        }
    }

    fn plain(self, message: &(impl Encode + ?Sized), codec: Codec) -> Result<Packet, PacketError> {
        let packet = message.encode_as(codec)?;
        match codec {
            Codec::Binary if self.classic_results => with_classic_result(packet),
            _ => Ok(packet),
        }
    }
}

/// The original codelab's server never writes the result into these two. Errors stay what they are: there it has none.
fn with_classic_result(packet: Packet) -> Result<Packet, PacketError> {
    let success = |id| Packet::framed(id).put(ErrorCode::NONE.0).build();
    for id in [RoomLeaveRes::ID, RoomChatRes::ID] {
        if packet.as_bytes() == success(id)?.as_bytes() {
            return Packet::framed(id).put(0_i16).build();
        }
    }
    Ok(packet)
}

/// A message, and the packets that it has become so far.
pub(crate) struct Encoded<'a, M: ?Sized> {
    message: &'a M,
    writing: Writing,
    forms: [Forms; Codec::ALL.len()],
}

/// The packet in one codec.
#[derive(Default)]
struct Forms {
    plain: Option<Packet>,
    /// `Some(None)` where it is no smaller, or too short.
    compressed: Option<Option<Vec<u8>>>,
}

impl<'a, M: Encode + ?Sized> Encoded<'a, M> {
    pub(crate) fn new(message: &'a M, writing: Writing) -> Self {
        Self {
            message,
            writing,
            forms: Default::default(),
        }
    }

    // ANCHOR: packet_for
    /// The packet as this session's client reads it.
    pub(crate) fn packet_for(&mut self, session: &Session) -> Result<&[u8], PacketError> {
        let forms = &mut self.forms[session.codec() as usize];
        let plain = match &mut forms.plain {
            Some(packet) => packet,
            none => none.insert(self.writing.plain(self.message, session.codec())?),
        };
        if !session.reads_compressed() {
            return Ok(plain.as_bytes());
        }
        let compressed = forms
            .compressed
            .get_or_insert_with(|| compress(plain.as_bytes(), self.writing.compress_over));
        Ok(compressed.as_deref().unwrap_or(plain.as_bytes()))
    }
    // ANCHOR_END: packet_for
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Arc;

    use protocol::PacketId;

    use super::*;
    use crate::testing::Recorder;

    /// A message that knows how often it was encoded.
    #[derive(Default)]
    struct Counted {
        codecs: RefCell<Vec<Codec>>,
    }

    impl Encode for Counted {
        /// 100 times the number of the codec.
        fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
            self.codecs.borrow_mut().push(codec);
            Packet::framed(PacketId::ECHO)
                .put_bytes(&[codec as u8; 100])
                .build()
        }
    }

    fn compressing_over(compress_over: usize) -> Writing {
        Writing {
            compress_over,
            classic_results: false,
        }
    }

    fn session(codec: Codec, reads_compressed: bool) -> Session {
        let session = Session::new(1, Arc::new(Recorder::default()), codec, None, 0);
        if reads_compressed {
            session.set_reads_compressed();
        }
        session
    }

    #[test]
    fn a_codec_is_encoded_once_however_many_speak_it_and_not_at_all_where_nobody_does() {
        let message = Counted::default();
        let encoded = &mut Encoded::new(&message, compressing_over(10));
        for _ in 0..3 {
            for codec in [Codec::Protobuf, Codec::Binary] {
                for reads_compressed in [true, false] {
                    encoded.packet_for(&session(codec, reads_compressed)).unwrap();
                }
            }
        }
        assert_eq!(*message.codecs.borrow(), [Codec::Protobuf, Codec::Binary]);
    }

    #[test]
    fn a_packet_is_compressed_once_for_all_who_read_that() {
        let message = Counted::default();
        let encoded = &mut Encoded::new(&message, compressing_over(99));
        for codec in Codec::ALL {
            let mut packet = |reads_compressed| {
                let packet = encoded.packet_for(&session(codec, reads_compressed)).unwrap();
                (packet.as_ptr(), packet.to_vec())
            };
            let (plain, compressed) = (packet(false), packet(true));
            assert_eq!(plain.1[4..], [&[0][..], &[codec as u8; 100]].concat());
            assert_eq!(compressed.1, compress(&plain.1, 99).expect("it is smaller"));
            // The same bytes at the same place: nothing was done again.
            assert_eq!([packet(true), packet(false)], [compressed, plain]);
        }
    }

    #[test]
    fn a_packet_that_is_short_is_plain_for_all() {
        let message = Counted::default();
        let encoded = &mut Encoded::new(&message, compressing_over(100));
        let packet = encoded.packet_for(&session(Codec::MsgPack, true)).unwrap();
        assert_eq!(packet[4..], [&[0][..], &[1; 100]].concat());
    }

    #[test]
    fn classic_results_are_0_in_two_binary_packets_and_in_no_others() {
        use protocol::message::{LoginRes, RoomInviteRes};
        let writing = Writing {
            classic_results: true,
            ..compressing_over(99)
        };
        let [none, failed] = [ErrorCode::NONE, ErrorCode::ROOM_CHAT_MSG_LEN];
        let messages: [(&dyn Encode, bool); 5] = [
            (&RoomLeaveRes { result: none }, true),
            (&RoomChatRes { result: none }, true),
            (&RoomChatRes { result: failed }, false),
            (&LoginRes { result: none }, false),
            (&RoomInviteRes { result: none }, false),
        ];
        for (message, is_classic) in messages {
            let encoded = &mut Encoded::new(message, writing);
            for codec in Codec::ALL {
                let packet = encoded.packet_for(&session(codec, false)).unwrap();
                let mut expected = message.encode_as(codec).unwrap().into_bytes();
                if is_classic && codec == Codec::Binary {
                    expected[5..].fill(0);
                }
                assert_eq!(packet, expected, "{codec}");
            }
        }
    }
}
