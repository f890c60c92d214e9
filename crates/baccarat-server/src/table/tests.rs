//! Rounds by plain calls: no socket, and a clock that the test moves. The ledger is the real one, in memory.

mod stakes;

use std::time::Duration;

use baccarat::{Seed, ShoeSettings};
use protocol::message::baccarat::{
    self as message, BalanceReq, CutReq, GameBetReq, GameStartReq, Message, StakeReq,
};
use protocol::message::{Encode, Message as OfRooms};
use protocol::{Codec, DEFAULT_MAX_PACKET};
use rooms::testing::{Recorder, TestRoom};

use super::*;
use crate::ledger::{Amount, Ledger};
use crate::settings::TableSettings;

/// The seed of the vectors of the wire. The first round of shoe 1 is won by the banker, 1 to 0.
fn seed() -> Seed {
    Seed::from(std::array::from_fn(|index| index as u8))
}

struct Felt {
    room: TestRoom<Table>,
    ledger: Ledger,
}

impl Felt {
    fn new(settings: TableSettings) -> Self {
        let chips = Amount::from_chips(10_000).unwrap();
        let ledger = Ledger::open(None, chips).unwrap();
        let house = House::new(settings, ledger.handle(), DEFAULT_MAX_PACKET, seed);
        let house = Arc::new(house);
        let table = Table::new(1, Talk::new(DEFAULT_MAX_PACKET), Arc::clone(&house));
        let room = TestRoom::new(table).unwrap();
        house.start(room.outside());
        Self { room, ledger }
    }

    fn enter(&mut self, user_id: &str) -> (u64, Recorder) {
        self.room.enter(user_id).unwrap()
    }

    /// Two members who have heard of each other.
    fn enter_two(&mut self) -> [(u64, Recorder); 2] {
        let two = [self.enter("alice"), self.enter("bob")];
        heard(&two[0].1);
        two
    }

    fn send(&mut self, from: u64, message: &impl Encode) {
        let packet = message.encode_as(Codec::Binary).unwrap();
        assert_eq!(self.room.packet(from, packet.as_bytes()), Ok(Handled::Yes));
    }

    fn start(&mut self, master: u64) {
        self.send(master, &GameStartReq {});
    }

    /// A stake, with what the ledger says of it.
    fn stake(&mut self, from: u64, round: u64, side: message::Side, amount: i64) {
        self.send(from, &StakeReq { round, side, amount });
        self.room.wait_for_event();
    }

    fn bet(&mut self, from: u64, side: message::Side) {
        self.send(from, &GameBetReq { side });
        self.room.wait_for_event();
    }
}

/// What a member was told since the last call, as text that names all fields.
fn heard(member: &Recorder) -> Vec<String> {
    member.packets(|frame| {
        let (id, body) = (frame.header.packet_id, frame.body());
        match Message::decode(id, body).unwrap() {
            Some(message) => format!("{message:?}"),
            None => format!("{:?}", OfRooms::decode(id, body).unwrap().unwrap()),
        }
    })
}

/// The same, without the fields.
fn names(member: &Recorder) -> Vec<String> {
    let name = |text: String| text.split('(').next().unwrap_or_default().to_owned();
    heard(member).into_iter().map(name).collect()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn last(member: &Recorder) -> String {
    heard(member).pop().expect("a packet")
}

#[test]
fn a_newcomer_sees_the_table_before_it_is_in() {
    let mut felt = Felt::new(TableSettings::default());
    let (_, alice) = felt.room.newcomer("alice").unwrap();
    assert_eq!(names(&alice), ["TableNtf", "HistoryNtf", "RoomEnterRes"]);
    let (_, bob) = felt.room.newcomer("bob").unwrap();
    assert_eq!(
        names(&bob),
        ["RoomUserListNtf", "TableNtf", "HistoryNtf", "RoomEnterRes"]
    );
    assert_eq!(names(&alice), ["RoomNewUserNtf"]);
}

#[test]
fn a_round_from_its_start_to_its_payout() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, alice_hears), (bob, bob_hears)] = felt.enter_two();
    felt.start(alice);
    assert_eq!(names(&alice_hears), ["TableNtf", "GameStartRes", "GameStartNtf"]);
    assert_eq!(names(&bob_hears), ["TableNtf", "GameStartNtf"]);
    felt.stake(alice, 1, message::Side::BANKER, 100);
    assert_eq!(
        heard(&alice_hears),
        [
            "StakeRes(StakeRes { result: ErrorCode(1), balance: 990000 })",
            "StakeNtf(StakeNtf { unique_id: 1, side: Side(2), amount: 100 })"
        ]
    );
    assert_eq!(names(&bob_hears), ["StakeNtf"]);
    // Now all have staked, so nobody waits for the time.
    felt.stake(bob, 1, message::Side::TIE, 5);
    felt.room.wait_for_event();
    let hears = heard(&alice_hears);
    assert!(
        hears[1].starts_with("TableNtf(TableNtf { phase: Phase(3), time_left: 10000, round: 1, shoe: 1"),
        "{hears:?}"
    );
    assert_eq!(
        hears[2..],
        [
            "GameResultNtf(GameResultNtf { banker_cards: [47, 29, 20], player_cards: [35, 16, 31], player_score: 0, banker_score: 1, winner: Winner(2) })",
            "PayoutNtf(PayoutNtf { round: 1, balance: 1009500, payouts: [Payout { side: Side(2), stake: 100, returned: 19500 }] })"
        ]
    );
    assert_eq!(
        last(&bob_hears),
        "PayoutNtf(PayoutNtf { round: 1, balance: 999500, payouts: [Payout { side: Side(3), stake: 5, returned: 0 }] })"
    );
    felt.room.pass(seconds(10));
    assert!(last(&bob_hears).starts_with("TableNtf(TableNtf { phase: Phase(1), time_left: 0, round: 1"));
}

#[test]
fn a_round_ends_by_time_with_those_who_have_staked() {
    let mut felt = Felt::new(TableSettings::default());
    let ((alice, alice_hears), (_, bob_hears)) = (felt.enter("alice"), felt.enter("bob"));
    felt.start(alice);
    felt.stake(alice, 1, message::Side::PLAYER, 7);
    heard(&alice_hears);
    heard(&bob_hears);
    felt.room.pass(seconds(5) - Duration::from_millis(1));
    assert_eq!(names(&bob_hears), [""; 0]);
    felt.room.pass(Duration::from_millis(1));
    felt.room.wait_for_event();
    assert_eq!(names(&bob_hears), ["TableNtf", "GameResultNtf"]);
    assert_eq!(names(&alice_hears), ["TableNtf", "GameResultNtf", "PayoutNtf"]);
}

#[test]
fn the_master_is_the_member_who_has_been_here_longest() {
    let mut felt = Felt::new(TableSettings::default());
    let (alice, _) = felt.enter("alice");
    let ((bob, bob_hears), (carol, carol_hears)) = (felt.enter("bob"), felt.enter("carol"));
    let result = |code: i16| format!("GameStartRes(GameStartRes {{ result: ErrorCode({code}) }})");
    felt.start(bob);
    assert_eq!(last(&bob_hears), result(173));
    felt.room.leave(alice);
    heard(&carol_hears);
    felt.start(carol);
    assert_eq!(heard(&carol_hears), [result(173)], "the newest");
    felt.start(bob);
    assert!(heard(&bob_hears).contains(&result(1)));
    felt.start(bob);
    assert_eq!(heard(&bob_hears), [result(171)], "while a round runs");
}

#[test]
fn a_stake_stays_in_play_when_its_user_leaves() {
    let mut felt = Felt::new(TableSettings::default());
    let ((alice, _), (bob, bob_hears)) = (felt.enter("alice"), felt.enter("bob"));
    felt.start(alice);
    felt.stake(alice, 1, message::Side::BANKER, 100);
    felt.room.leave(alice);
    felt.stake(bob, 1, message::Side::TIE, 1);
    felt.room.wait_for_event();
    assert!(names(&bob_hears).contains(&"GameResultNtf".to_owned()));
    let (sender, receiver) = std::sync::mpsc::channel();
    let reply = move |balance| sender.send(balance).unwrap();
    felt.ledger.handle().balance(&Arc::from("alice"), reply);
    assert_eq!(receiver.recv().unwrap().unwrap().hundredths(), 1_009_500);
}

#[test]
fn a_member_who_leaves_is_waited_for_no_more() {
    let mut felt = Felt::new(TableSettings::default());
    let ((alice, hears), (bob, _)) = (felt.enter("alice"), felt.enter("bob"));
    felt.start(alice);
    felt.stake(alice, 1, message::Side::BANKER, 1);
    heard(&hears);
    felt.room.leave(bob);
    felt.room.wait_for_event();
    assert_eq!(
        names(&hears),
        ["RoomLeaveUserNtf", "TableNtf", "GameResultNtf", "PayoutNtf"]
    );
}

#[test]
fn the_last_member_who_leaves_ends_the_round_and_sees_the_shoe() {
    let mut felt = Felt::new(TableSettings::default());
    let (alice, hears) = felt.enter("alice");
    let _ = felt.enter("bob").0;
    felt.start(alice);
    felt.stake(alice, 1, message::Side::BANKER, 100);
    felt.room.leave(2);
    felt.room.wait_for_event();
    felt.room.pass(seconds(10));
    felt.start(alice);
    heard(&hears);
    felt.room.leave(alice);
    felt.room.wait_for_event();
    assert_eq!(names(&hears), ["ShoeRevealNtf"]);
    let (_, carol) = felt.room.newcomer("carol").unwrap();
    let table = &heard(&carol)[0];
    assert!(
        table.starts_with(
            "TableNtf(TableNtf { phase: Phase(1), time_left: 0, round: 2, shoe: 2, cards_left: 416"
        ),
        "{table}"
    );
}

#[test]
fn a_shoe_ends_one_round_behind_its_cut_card() {
    let shoe = ShoeSettings::new(1, 52).unwrap();
    let mut felt = Felt::new(TableSettings {
        shoe,
        ..TableSettings::default()
    });
    let (alice, hears) = felt.enter("alice");
    let play = |felt: &mut Felt, round| {
        felt.start(alice);
        felt.stake(alice, round, message::Side::TIE, 1);
        felt.room.wait_for_event();
        heard(&hears);
        felt.room.pass(seconds(10));
        heard(&hears)
    };
    assert_eq!(
        play(&mut felt, 1).len(),
        1,
        "fewer than 52 cards are left: one more round"
    );
    let told = play(&mut felt, 2);
    assert!(
        told[0].starts_with("ShoeRevealNtf(ShoeRevealNtf { shoe: 1, seed: [0, 1, 2"),
        "{told:?}"
    );
    assert!(
        told[1].contains("phase: Phase(1), time_left: 0, round: 2, shoe: 2, cards_left: 52"),
        "{told:?}"
    );
}

#[test]
fn a_member_cuts_once_before_the_first_round() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, hears), (bob, bob_hears)] = felt.enter_two();
    let result = |code: i16| format!("CutRes(CutRes {{ result: ErrorCode({code}) }})");
    for (position, code) in [(0, 181), (-1, 181), (416, 181), (200, 1), (17, 182)] {
        felt.send(alice, &CutReq { position });
        assert_eq!(heard(&hears), [result(code)], "{position}");
    }
    felt.send(bob, &CutReq { position: 17 });
    assert_eq!(last(&bob_hears), result(1));
    felt.start(alice);
    let (carol, carol_hears) = felt.enter("carol");
    felt.send(carol, &CutReq { position: 5 });
    assert_eq!(last(&carol_hears), result(182), "the round has begun");
    // The vectors of the wire: 34 and 27 are the second cards of the hands.
    felt.room.pass(seconds(5));
    felt.room.wait_for_event();
    let told = heard(&bob_hears).join("");
    assert!(
        told.contains("banker_cards: [27, 35, 25], player_cards: [14, 34, 35]"),
        "{told}"
    );
}

#[test]
fn rounds_go_on_by_themselves_while_somebody_is_there() {
    let rounds = Rounds::Auto;
    let mut felt = Felt::new(TableSettings {
        rounds,
        ..TableSettings::default()
    });
    let (alice, hears) = felt.room.newcomer("alice").unwrap();
    assert_eq!(names(&hears)[2..], ["RoomEnterRes", "TableNtf", "GameStartNtf"]);
    felt.room.pass(seconds(5));
    felt.room.wait_for_event();
    assert_eq!(names(&hears), ["TableNtf", "GameResultNtf"]);
    felt.room.pass(seconds(10));
    assert_eq!(names(&hears), ["TableNtf", "GameStartNtf"]);
    felt.room.leave(alice);
    felt.room.wait_for_event();
    felt.room.pass(seconds(60));
    assert_eq!(felt.room.next_wake(), None, "an empty table wakes nobody");
}

#[test]
fn at_shutdown_an_open_round_is_played_and_the_shoe_revealed() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, hears), _] = felt.enter_two();
    felt.start(alice);
    felt.stake(alice, 1, message::Side::BANKER, 100);
    heard(&hears);
    assert!(!felt.room.closing());
    felt.room.wait_for_event();
    assert!(felt.room.closing());
    assert_eq!(
        names(&hears),
        ["TableNtf", "GameResultNtf", "PayoutNtf", "ShoeRevealNtf"]
    );
}

#[test]
fn what_is_no_request_of_the_game_is_for_the_talk_or_for_nobody() {
    let mut felt = Felt::new(TableSettings::default());
    let (alice, _) = felt.enter("alice");
    let balance = BalanceReq {}.encode_as(Codec::Binary).unwrap();
    assert_eq!(
        felt.room.packet(alice, balance.as_bytes()),
        Ok(Handled::UnknownId)
    );
}
