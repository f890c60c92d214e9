//! A room that asks another thread, and a member that waits for its answer: the example of the chapter on games of your
//! own, in a room without sockets.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use protocol::message::{ErrorNtf, RoomEnterRes};
use protocol::{Codec, ErrorCode, Frames, message_table};
use rooms::testing::{Recorder, TestRoom};
use rooms::{Handled, Incoming, Member, Outside, RoomContext, RoomLogic, Ticket};

message_table! {
    /// What is said at the bank.
    static MESSAGES;

    /// From a client: so much comes to its account.
    PAY_IN_REQ = 2001 => PayInReq {
        /// Below 0 it is no payment, and the bank does not answer.
        amount: i64,
    }

    /// From the server: it is stored.
    PAY_IN_RES = 2002 => PayInRes {
        /// What is in the account now.
        balance: i64,
    }

    /// From the server, to a newcomer: what is in the bank.
    BANK_NTF = 2003 => BankNtf {
        /// All accounts together.
        balance: i64,
    }
}

/// What the bank is asked, and what is to be answered.
type Question = (i64, Ticket);

/// A room with one account, which a bank keeps.
struct Counter {
    bank: Sender<Question>,
    last_balance: i64,
    /// Somebody has paid in, and the bank has not answered.
    open: usize,
}

// ANCHOR: park
impl RoomLogic for Counter {
    /// The balance, from the bank.
    type Event = i64;

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        if packet.packet_id() != PayInReq::ID {
            return Ok(Handled::UnknownId);
        }
        let PayInReq { amount } = packet.decode()?;
        self.open += 1;
        // A bank that is gone drops the ticket, and the member goes on.
        let _ = self.bank.send((amount, room.park(from)));
        Ok(Handled::Yes)
    }

    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, balance: i64) {
        self.open -= 1;
        self.last_balance = balance;
        if let Some(member) = from {
            // A message of one number can always be built.
            let _ = room.send(&member.session, &PayInRes { balance });
        }
    }
    // ANCHOR_END: park

    fn entering(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let balance = self.last_balance;
        // A message of one number can always be built.
        let _ = room.send(&member.session, &BankNtf { balance });
    }

    fn tick(&mut self, room: &mut RoomContext<'_>) {
        let balance = self.last_balance;
        let _ = room.send_to_all(&BankNtf { balance });
        room.wake_at(room.now() + Duration::from_secs(60));
    }

    fn entered(&mut self, room: &mut RoomContext<'_>, _member: &Member) {
        room.wake_at(room.now() + Duration::from_secs(60));
    }

    fn closing(&mut self, _room: &mut RoomContext<'_>) -> bool {
        self.open == 0
    }
}

// ANCHOR: resume
/// The thread of the bank: it stores, and then it answers.
fn keep_accounts(questions: &Receiver<Question>, outside: &Outside<i64>) {
    let mut balance = 0;
    for (amount, ticket) in questions {
        if amount >= 0 {
            balance += amount;
            outside.resume(ticket, balance);
        }
    }
}
// ANCHOR_END: resume

/// The room, and what the bank will be asked.
fn room() -> (TestRoom<Counter>, Receiver<Question>) {
    let (bank, questions) = channel();
    let counter = Counter {
        bank,
        last_balance: 0,
        open: 0,
    };
    (TestRoom::new(counter).expect("a room"), questions)
}

fn pay_in(amount: i64) -> Vec<u8> {
    let request = PayInReq { amount }.encode();
    request.expect("a packet").into_bytes()
}

/// The balances that a member has heard of.
fn heard(member: &Recorder) -> Vec<i64> {
    member.packets(|packet| PayInRes::decode(packet.body()).expect("a balance").balance)
}

#[test]
fn the_answer_comes_and_then_what_was_said_meanwhile() {
    let (mut room, questions) = room();
    let (alice, alice_hears) = room.enter("alice").expect("a seat");
    let (bob, bob_hears) = room.enter("bob").expect("a seat");
    alice_hears.packets(|_| ());
    assert_eq!(room.packet(alice, &pay_in(10)), Ok(Handled::Yes));
    assert_eq!(room.packet(alice, &pay_in(20)), Ok(Handled::Yes));
    assert!(room.is_parked(alice) && !room.is_parked(bob));
    assert!(heard(&alice_hears).is_empty());
    assert!(!room.closing());
    let outside = room.outside();
    let bank = thread::spawn(move || keep_accounts(&questions, &outside));
    room.wait_for_event();
    room.wait_for_event();
    assert_eq!(heard(&alice_hears), [10, 30]);
    assert!(!room.is_parked(alice));
    assert_eq!(room.packet(bob, &pay_in(5)), Ok(Handled::Yes));
    room.wait_for_event();
    assert_eq!(heard(&bob_hears), [35]);
    assert!(room.closing());
    drop(room);
    bank.join().expect("a bank that does not panic");
}

#[test]
fn a_question_without_an_answer_keeps_nobody() {
    let (mut room, questions) = room();
    let (alice, alice_hears) = room.enter("alice").expect("a seat");
    let outside = room.outside();
    for amount in [-1, 7] {
        assert_eq!(room.packet(alice, &pay_in(amount)), Ok(Handled::Yes));
    }
    room.leave(alice);
    assert_eq!(room.members(), [alice], "she goes after her answers");
    // The second question comes when the first ticket is back.
    let bank = thread::spawn(move || keep_accounts(&questions, &outside));
    room.wait_for_event();
    room.wait_for_event();
    assert_eq!(heard(&alice_hears), [7]);
    assert!(room.members().is_empty());
    drop(room);
    bank.join().expect("a bank that does not panic");
    let (mut room, questions) = self::room();
    drop(questions);
    let (alice, _) = room.enter("alice").expect("a seat");
    assert_eq!(room.packet(alice, &pay_in(1)), Ok(Handled::Yes));
    room.work();
    assert!(!room.is_parked(alice));
}

#[test]
fn what_fails_late_is_told_by_a_packet() {
    let (mut room, questions) = room();
    let (alice, alice_hears) = room.enter("alice").expect("a seat");
    assert_eq!(room.packet(alice, &pay_in(1)), Ok(Handled::Yes));
    let short = [&[6], &pay_in(1)[1..6]].concat();
    let unknown = [5, 0, 0xd9, 7, 0];
    for packet in [&short[..], &unknown] {
        assert_eq!(room.packet(alice, packet), Ok(Handled::Yes));
    }
    drop(questions);
    room.work();
    let expected = [
        ErrorCode::PACKET_DECODING_FAIL,
        ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID,
    ];
    let expected = expected.map(|error| ErrorNtf::bytes(Codec::Binary, error));
    assert_eq!(alice_hears.packets(|frame| frame.bytes.to_vec()), expected);
}

#[test]
fn a_newcomer_hears_of_the_room_before_it_hears_that_it_is_in() {
    let (mut room, _questions) = room();
    let (alice, alice_hears) = room.newcomer("alice").expect("a seat");
    let bank = BankNtf { balance: 0 }.encode().expect("a packet").into_bytes();
    let entered = RoomEnterRes {
        result: ErrorCode::NONE,
        room: 1,
        user_unique_id: alice,
    };
    let entered = entered.encode().expect("a packet").into_bytes();
    assert_eq!(alice_hears.packets(|frame| frame.bytes.to_vec()), [bank, entered]);
    let (_, bob_hears) = room.newcomer("bob").expect("a seat");
    let ids = bob_hears.packets(|frame| frame.header.packet_id);
    let names: Vec<_> = ids.into_iter().map(|id| id.0).collect();
    assert_eq!(names, [723, BankNtf::ID.0, 722]);
}

#[test]
fn time_passes_from_alarm_to_alarm() {
    let (mut room, _questions) = room();
    assert_eq!(room.next_wake(), None);
    let start = room.now();
    let (_, alice_hears) = room.enter("alice").expect("a seat");
    let minutes = |count: u64| Duration::from_secs(60 * count);
    room.pass(minutes(1) - Duration::from_nanos(1));
    assert!(heard(&alice_hears).is_empty());
    room.pass(minutes(3));
    assert_eq!(heard(&alice_hears), [0; 3]);
    assert_eq!(room.next_wake(), Some(start + minutes(4)));
    assert_eq!(room.now(), start + minutes(4) - Duration::from_nanos(1));
}

#[test]
fn the_packets_of_the_bank_have_names() {
    let frame = pay_in(1);
    let frame = Frames::new(&frame).next().expect("a packet");
    assert_eq!(MESSAGES.name(frame.header.packet_id), Some("PAY_IN_REQ"));
}
