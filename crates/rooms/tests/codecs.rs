//! Members who speak different codecs, in a room without sockets: what is said to all is encoded once for each codec
//! that somebody in the room speaks, and each member gets its own.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::message::{Encode, RoomChatNtf, RoomChatReq, RoomLeaveUserNtf, RoomNewUserNtf};
use protocol::{Codec, ErrorCode, Packet, PacketError};
use rooms::testing::{Recorder, TestRoom};
use rooms::{Handled, Incoming, Member, RoomContext, RoomLogic};

/// How often something was encoded in each codec.
type Counts = Arc<[AtomicUsize; 3]>;

/// A message that is counted.
struct Counted<'a> {
    message: RoomChatNtf<'a>,
    counts: &'a Counts,
}

impl Encode for Counted<'_> {
    fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
        self.counts[codec as usize].fetch_add(1, Ordering::Relaxed);
        self.message.encode_as(codec)
    }
}

/// Says to all what a member says.
struct Echoing {
    counts: Counts,
}

impl RoomLogic for Echoing {
    type Event = Infallible;

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        let RoomChatReq { message } = packet.decode()?;
        let unique_id = from.unique_id;
        let message = RoomChatNtf { unique_id, message };
        let counts = &self.counts;
        room.send_to_all(&Counted { message, counts })?;
        Ok(Handled::Yes)
    }
}

fn room() -> (TestRoom<Echoing>, Counts) {
    let counts = Counts::default();
    let logic = Echoing {
        counts: Arc::clone(&counts),
    };
    (TestRoom::new(logic).expect("a descriptor"), counts)
}

fn bytes(message: &impl Encode, codec: Codec) -> Vec<u8> {
    message.encode_as(codec).expect("a message").into_bytes()
}

/// How often it was encoded, in the order of [`Codec::ALL`].
fn encoded(counts: &Counts) -> [usize; 3] {
    Codec::ALL.map(|codec| counts[codec as usize].load(Ordering::Relaxed))
}

/// What the member was sent since the last call.
fn got(member: &Recorder) -> Vec<Vec<u8>> {
    member.packets(|frame| frame.bytes.to_vec())
}

#[test]
fn what_is_said_to_all_is_encoded_once_for_each_codec() {
    let (mut room, counts) = room();
    let mut members = Vec::new();
    for number in 0..30 {
        let codec = Codec::ALL[number % 3];
        let (unique_id, recorder) = room.enter_speaking(codec, &format!("user {number}")).unwrap();
        members.push((codec, unique_id, recorder));
    }
    members.iter().for_each(|(.., recorder)| drop(got(recorder)));
    // Whatever the speaker speaks.
    for speaker in 0..3 {
        let (codec, unique_id, _) = members[speaker];
        let request = bytes(&RoomChatReq { message: "안녕" }, codec);
        assert_eq!(room.packet(unique_id, &request), Ok(Handled::Yes));
        let message = RoomChatNtf {
            unique_id,
            message: "안녕",
        };
        for (codec, _, recorder) in &members {
            assert_eq!(got(recorder), [bytes(&message, *codec)]);
        }
    }
    assert_eq!(encoded(&counts), [3; 3]);
}

#[test]
fn a_codec_that_nobody_in_the_room_speaks_costs_nothing() {
    let (mut room, counts) = room();
    let (unique_id, _alice) = room.enter_speaking(Codec::MsgPack, "alice").unwrap();
    let (_, _bob) = room.enter_speaking(Codec::MsgPack, "bob").unwrap();
    // One who is in no room does not count.
    let (_, _carol) = room.log_in_speaking(Codec::Protobuf, "carol");
    let request = bytes(&RoomChatReq { message: "hi" }, Codec::MsgPack);
    assert_eq!(room.packet(unique_id, &request), Ok(Handled::Yes));
    assert_eq!(encoded(&counts), [0, 1, 0]);
}

#[test]
fn who_comes_and_goes_is_told_in_the_codec_of_each() {
    let (mut room, _) = room();
    let members = Codec::ALL.map(|codec| room.enter_speaking(codec, codec.name()).unwrap().1);
    members.iter().for_each(|member| drop(got(member)));
    let (unique_id, _) = room.enter_speaking(Codec::Protobuf, "dave").unwrap();
    room.leave(unique_id);
    let user_id = "dave";
    for (codec, member) in Codec::ALL.into_iter().zip(&members) {
        let has_come = bytes(&RoomNewUserNtf { unique_id, user_id }, codec);
        let has_left = bytes(&RoomLeaveUserNtf { unique_id }, codec);
        assert_eq!(got(member), [has_come, has_left]);
    }
}
