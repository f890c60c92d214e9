//! A shoe from its commitment to its reveal: cuts, the end of a shoe, and every card verified.

use baccarat::{Hand, Record, RecordedRound, Reveal, SeenRound, ShoeSettings, Winner, verify};

use crate::members::{next_packet, user};
use crate::seats::{
    ALL, balance_of, begin_round, expect_payout, first_at, hear_payout, hear_result, next_table, pair_at,
    sits_down, tables,
};
use crate::support::messages::{has_come, leave, left};
use crate::support::wire::{SERVER_SHUTTING_DOWN, error_packet};
use crate::table::{Dealt, Revealed, TIE, Table, WAITING, cut, has_cut, stake, staked, stakes};

/// What somebody who was there from the first round to the last can write down.
fn record(table: &Table, rounds: &[(u64, Dealt)], revealed: &Revealed, decks: u8) -> Record {
    let seen = |(number, dealt): &(u64, Dealt)| {
        let hand = |numbers| Hand::from_numbers(numbers).expect("a hand");
        RecordedRound::Seen(SeenRound {
            number: *number,
            player: hand(dealt.player),
            banker: hand(dealt.banker),
            player_score: u8::try_from(dealt.player_score).expect("a digit"),
            banker_score: u8::try_from(dealt.banker_score).expect("a digit"),
            winner: Winner::try_from(dealt.winner).expect("1 to 3"),
            payouts: vec![],
        })
    };
    assert_eq!(revealed.shoe, table.shoe);
    Record {
        shoe: table.shoe,
        decks: Some(decks),
        commitment: table.commitment.into(),
        rounds: rounds.iter().map(seen).collect(),
        reveal: Some(Reveal {
            seed: revealed.seed.into(),
            cuts: revealed.cuts.clone(),
        }),
    }
}

/// The shoe that the reveal makes is the one that was promised, and all its rounds are those that were seen.
#[track_caller]
fn is_fair(table: &Table, rounds: &[(u64, Dealt)], revealed: &Revealed, decks: u8) {
    let verified = verify(&record(table, rounds, revealed, decks));
    verified.unwrap_or_else(|error| panic!("{error}"));
    // A card that was dealt otherwise would be noticed.
    let mut other = rounds.to_vec();
    other.last_mut().expect("a round").1.player[0] ^= 1;
    verify(&record(table, &other, revealed, decks)).expect_err("another card");
}

/// One deck, whose cut card is the first: one round, and one more.
const SHORT: [&str; 6] = ["--decks", "1", "--cut-card", "52", "--result-time", "1ms"];

#[test]
fn a_shoe_ends_one_round_behind_its_cut_card_and_the_next_one_begins() {
    for server in tables(&SHORT) {
        let (alice, mut table) = first_at(&server, 1, "alice");
        let (mut members, mut balance) = ([alice], ALL);
        for shoe in 1..=3 {
            let mut rounds = Vec::new();
            for round in 2 * shoe - 1..=2 * shoe {
                let begun = begin_round(&mut members);
                assert_eq!((begun.shoe, begun.commitment), (shoe, table.commitment));
                let [alice] = &mut members;
                balance -= 100;
                let told = [staked(1, balance), stakes(1, TIE, 1)].concat();
                alice.exchange(&stake(round, TIE, 1), &told);
                let (_, dealt) = hear_result(alice);
                rounds.push((round, dealt));
                balance = hear_payout(alice, round, &dealt, balance, &[(TIE, 1)]);
                if round % 2 == 1 {
                    let waiting = next_table(alice);
                    assert_eq!((waiting.phase, waiting.shoe), (WAITING, shoe));
                }
            }
            let [alice] = &mut members;
            let revealed = Revealed::read(&next_packet(alice));
            is_fair(&table, &rounds, &revealed, 1);
            table = next_table(alice);
            let (phase, next, cards) = (table.phase, table.shoe, table.cards_left);
            assert_eq!((phase, next, cards), (WAITING, shoe + 1, 52));
        }
        assert_eq!(balance_of(&mut members[0]), balance);
    }
}

/// Also where rounds begin by themselves: TABLE_NTF of the new shoe is the one of its first round.
#[test]
fn with_auto_a_reveal_stands_between_two_rounds() {
    let flags = [&SHORT[..], &["--rounds", "auto", "--bet-time", "50ms"]].concat();
    for server in tables(&flags) {
        let (mut alice, table) = first_at(&server, 1, "alice");
        let mut rounds = Vec::new();
        for round in 1..=2 {
            assert_eq!(next_table(&mut alice).phase, 2);
            alice.expect(&crate::table::starts());
            rounds.push((round, hear_result(&mut alice).1));
        }
        let revealed = Revealed::read(&next_packet(&mut alice));
        is_fair(&table, &rounds, &revealed, 1);
        let next = next_table(&mut alice);
        assert_eq!((next.phase, next.round, next.shoe), (2, 3, 2));
        assert_ne!(next.commitment, table.commitment);
    }
}

/// Dozens of rounds of one shoe, with cuts of two members, up to its end.
#[test]
fn a_whole_deck_with_two_cuts_can_be_verified() {
    for server in tables(&["--decks", "2", "--result-time", "1ms", "--rate-limit", "0"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        members[1].exchange(&cut(17), &has_cut(1));
        members[0].exchange(&cut(100), &has_cut(1));
        let (mut rounds, mut table) = (Vec::new(), None);
        let revealed = loop {
            let begun = begin_round(&mut members);
            let table = table.get_or_insert(begun);
            assert_eq!(begun.commitment, table.commitment);
            for member in &mut members {
                member.send(&stake(begun.round, TIE, 1));
            }
            let heard: Vec<_> = members.iter_mut().map(after_the_stakes).collect();
            assert_eq!(heard[0], heard[1]);
            rounds.push((begun.round, heard[0].0));
            if let Some(revealed) = &heard[0].1 {
                break revealed.clone();
            }
        };
        assert!(rounds.len() > 10, "{}", rounds.len());
        assert_eq!(revealed.cuts, [17, 100]);
        is_fair(&table.expect("a round"), &rounds, &revealed, 2);
    }
}

/// The result, and the reveal where there is one, up to the waiting phase.
fn after_the_stakes(member: &mut crate::support::Client) -> (Dealt, Option<Revealed>) {
    let (mut dealt, mut revealed) = (None, None);
    loop {
        let packet = next_packet(member);
        match u16::from_le_bytes([packet[2], packet[3]]) {
            764 => dealt = Some(Dealt::read(&packet)),
            809 => revealed = Some(Revealed::read(&packet)),
            801 if Table::read(&packet).phase == WAITING => return (dealt.expect("a result"), revealed),
            801 | 803 | 804 | 805 => {}
            id => panic!("{id}"),
        }
    }
}

#[test]
fn who_came_late_gets_the_history_and_the_reveal_covers_it() {
    for server in tables(&["--result-time", "1h"]) {
        let (alice, table) = first_at(&server, 1, "alice");
        let mut members = [alice];
        begin_round(&mut members);
        let [mut alice] = members;
        alice.exchange(
            &stake(1, TIE, 1),
            &[staked(1, ALL - 100), stakes(1, TIE, 1)].concat(),
        );
        let (_, dealt) = hear_result(&mut alice);
        expect_payout(&mut alice, 1, &dealt, ALL - 100, &[(TIE, 1)]);
        let mut bob = user(&server, "bob");
        sits_down(&mut bob, 1, 2, &[(1, "alice")], &[dealt.in_history()]);
        alice.expect(&has_come(2, "bob"));
        alice.exchange(&leave(), &left(1));
        bob.expect(&crate::support::messages::has_left(1));
        bob.send(&leave());
        let revealed = Revealed::read(&next_packet(&mut bob));
        bob.expect(&left(1));
        is_fair(&table, &[(1, dealt)], &revealed, 8);
    }
}

#[test]
fn at_shutdown_an_open_round_is_played_and_the_shoe_revealed() {
    for server in tables(&[]) {
        let (alice, table) = first_at(&server, 1, "alice");
        let mut bob = user(&server, "bob");
        sits_down(&mut bob, 1, 2, &[(1, "alice")], &[]);
        let mut members = [alice, bob];
        members[0].expect(&has_come(2, "bob"));
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        alice.exchange(
            &stake(1, TIE, 1),
            &[staked(1, ALL - 100), stakes(1, TIE, 1)].concat(),
        );
        bob.expect(&stakes(1, TIE, 1));
        server.signal(crate::support::Signal::TERM);
        for (client, stake) in [(&mut alice, Some(TIE)), (&mut bob, None)] {
            let (_, dealt) = hear_result(client);
            if let Some(side) = stake {
                hear_payout(client, 1, &dealt, ALL - 100, &[(side, 1)]);
            }
            let revealed = Revealed::read(&next_packet(client));
            is_fair(&table, &[(1, dealt)], &revealed, 8);
            assert_eq!(client.receive_rest(), error_packet(SERVER_SHUTTING_DOWN));
        }
        drop((alice, bob));
        server.process.finish().expect_success();
    }
}

/// The vectors of the wire stand in the tests of the library; here it is that settings reach the shoe.
#[test]
fn a_shoe_has_as_many_cards_as_its_decks() {
    for decks in 1..=8_u8 {
        let server = crate::table_server(&["--decks", &decks.to_string(), "--cut-card", "12"]);
        let (_, table) = first_at(&server, 1, "alice");
        let settings = ShoeSettings::new(decks, 12).expect("settings");
        assert_eq!(table.cards_left, i16::try_from(settings.cards()).unwrap());
    }
}
