//! Who leaves a table in the middle of a round, who comes back, and who is the master then.

use crate::members::{heard_nothing_more, user};
use crate::seats::{
    ALL, balance_of, begin_round, expect_payout, first_at, hear_result, next_table, pair_at, sits_down,
    tables,
};
use crate::support::messages::{enter, entered, has_come, has_left, leave, left, user_list};
use crate::support::{Client, eventually};
use crate::table::{
    BANKER, Dealt, PLAYER, Revealed, TIE, WAITING, bet, bets, has_bet, has_cut, stake, staked, stakes, start,
    started,
};

#[test]
fn a_member_who_leaves_is_waited_for_no_more_and_its_stake_plays() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        let told = [staked(1, ALL - 5_000), stakes(1, BANKER, 50)].concat();
        alice.exchange(&stake(1, BANKER, 50), &told);
        alice.exchange(&leave(), &left(1));
        bob.expect(&[stakes(1, BANKER, 50), has_left(1)].concat());
        assert_eq!(balance_of(&mut alice), ALL - 5_000);
        bob.exchange(&bet(PLAYER), &[has_bet(1), bets(2, PLAYER)].concat());
        let (_, dealt) = hear_result(&mut bob);
        expect_payout(&mut bob, 1, &dealt, ALL - 1_000, &[(PLAYER, 10)]);
        heard_nothing_more(&mut alice);
        assert_eq!(balance_of(&mut alice), ALL - 5_000 + dealt.returned(BANKER, 50));
    }
}

#[test]
fn who_leaves_without_a_stake_may_end_the_betting() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        alice.exchange(
            &stake(1, TIE, 1),
            &[staked(1, ALL - 100), stakes(1, TIE, 1)].concat(),
        );
        bob.expect(&stakes(1, TIE, 1));
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        let (_, dealt) = hear_result(&mut alice);
        expect_payout(&mut alice, 1, &dealt, ALL - 100, &[(TIE, 1)]);
    }
}

#[test]
fn who_comes_back_has_its_stake_and_is_paid_at_the_table() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        bob.exchange(
            &stake(1, TIE, 2),
            &[staked(1, ALL - 200), stakes(2, TIE, 2)].concat(),
        );
        bob.exchange(&leave(), &left(1));
        sits_down(&mut bob, 1, 3, &[(1, "alice")], &[]);
        alice.expect(&[stakes(2, TIE, 2), has_left(2), has_come(3, "bob")].concat());
        bob.exchange(
            &stake(1, TIE, 1),
            &[staked(1, ALL - 300), stakes(3, TIE, 3)].concat(),
        );
        alice.expect(&stakes(3, TIE, 3));
        alice.exchange(&bet(BANKER), &[has_bet(1), bets(1, BANKER)].concat());
        bob.expect(&bets(1, BANKER));
        let (_, dealt) = hear_result(&mut bob);
        expect_payout(&mut bob, 1, &dealt, ALL - 300, &[(TIE, 3)]);
    }
}

#[test]
fn when_the_last_member_leaves_the_round_is_settled_at_once_and_the_shoe_revealed() {
    for server in tables(&[]) {
        let (mut alice, table) = first_at(&server, 1, "alice");
        alice.exchange(&crate::table::cut(9), &has_cut(1));
        // Somebody who does not stake, so that a stake ends nothing.
        let mut bob = user(&server, "bob");
        let seen = sits_down(&mut bob, 1, 2, &[(1, "alice")], &[]);
        assert_eq!(seen, table);
        alice.expect(&has_come(2, "bob"));
        let mut members = [alice, bob];
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        let told = [staked(1, ALL - 100_000), stakes(1, PLAYER, 1_000)].concat();
        alice.exchange(&stake(1, PLAYER, 1_000), &told);
        alice.exchange(&leave(), &left(1));
        bob.expect(&[stakes(1, PLAYER, 1_000), has_left(1)].concat());
        bob.send(&leave());
        let (answer, revealed) = left_and_revealed(&mut bob);
        assert_eq!(answer, left(1));
        assert_eq!(
            (revealed.shoe, revealed.cuts.as_slice()),
            (table.shoe, &[9_u16][..])
        );

        // What the seed says of the cards is what the ledger has paid.
        let dealt = first_round(&revealed);
        let expected = ALL - 100_000 + dealt.returned(PLAYER, 1_000);
        eventually("the payout is in the balance", || {
            balance_of(&mut alice) == expected
        });
        // The next one finds another shoe, and the round that was played.
        alice.send(&enter(1));
        let table = next_table(&mut alice);
        assert_eq!((table.phase, table.round, table.shoe), (WAITING, 1, 2));
    }
}

/// ROOM_LEAVE_RES and SHOE_REVEAL_NTF, whichever comes first: the reveal waits for the ledger.
fn left_and_revealed(client: &mut Client) -> (Vec<u8>, Revealed) {
    let mut heard = [0, 1].map(|_| crate::members::next_packet(client));
    heard.sort_by_key(Vec::len);
    let [answer, revealed] = heard;
    (answer, Revealed::read(&revealed))
}

/// The first round of a shoe of eight decks.
fn first_round(revealed: &Revealed) -> Dealt {
    let settings = baccarat::ShoeSettings::default();
    let mut shoe = baccarat::Shoe::new(revealed.seed.into(), revealed.shoe, settings);
    revealed
        .cuts
        .iter()
        .for_each(|cut| shoe.cut(*cut).expect("a cut"));
    let round = shoe.deal().expect("a round");
    let score = |hand: baccarat::Hand| i8::try_from(hand.score()).expect("a digit");
    Dealt {
        banker: round.banker.numbers(),
        player: round.player.numbers(),
        player_score: score(round.player),
        banker_score: score(round.banker),
        winner: round.winner().number(),
    }
}

#[test]
fn the_next_master_is_who_has_been_here_longest_of_those_who_stay() {
    for server in tables(&["--bet-time", "1ms", "--result-time", "1ms"]) {
        let [mut alice, mut bob] = pair_at(&server, 1, ["alice", "bob"]);
        let mut carol = user(&server, "carol");
        sits_down(&mut carol, 1, 3, &[(1, "alice"), (2, "bob")], &[]);
        for member in [&mut alice, &mut bob] {
            member.expect(&has_come(3, "carol"));
        }
        alice.exchange(&leave(), &left(1));
        for member in [&mut bob, &mut carol] {
            member.expect(&has_left(1));
        }
        // Who comes back is the newest.
        sits_down(&mut alice, 1, 4, &[(2, "bob"), (3, "carol")], &[]);
        for member in [&mut bob, &mut carol] {
            member.expect(&has_come(4, "alice"));
        }
        for member in [&mut alice, &mut carol] {
            member.exchange(&start(), &started(173));
        }
        begin_round(&mut [bob, carol, alice]);
    }
}

#[test]
fn a_table_that_was_given_up_before_its_first_round_has_nothing_to_reveal() {
    for server in tables(&[]) {
        let (mut alice, table) = first_at(&server, 1, "alice");
        alice.exchange(&leave(), &left(1));
        heard_nothing_more(&mut alice);
        alice.send(&enter(1));
        let next = next_table(&mut alice);
        assert_eq!((next.shoe, next.round), (table.shoe + 1, 0));
        assert_ne!(next.commitment, table.commitment);
        alice.expect(&[crate::table::history(&[]), entered(1, 2)].concat());
    }
}

/// A user has one balance, wherever it plays.
#[test]
fn a_user_may_go_from_table_to_table_with_a_stake_in_play() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 0, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        bob.exchange(
            &stake(1, TIE, 9_000),
            &[staked(1, 100_000), stakes(2, TIE, 9_000)].concat(),
        );
        alice.expect(&stakes(2, TIE, 9_000));
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        // Another worker's table, where there are four.
        let (carol, _) = first_at(&server, 1, "carol");
        let seen = sits_down(&mut bob, 1, 2, &[(1, "carol")], &[]);
        assert_eq!(seen.round, 0);
        let mut others = [carol, bob];
        others[0].expect(&has_come(2, "bob"));
        begin_round(&mut others);
        let [_, mut bob] = others;
        bob.exchange(&stake(1, TIE, 1_001), &staked(186, 100_000));
        bob.exchange(
            &stake(1, TIE, 1_000),
            &[staked(1, 0), stakes(2, TIE, 1_000)].concat(),
        );
        alice.exchange(&bet(BANKER), &[has_bet(1), bets(1, BANKER)].concat());
        let (_, dealt) = hear_result(&mut alice);
        expect_payout(&mut alice, 1, &dealt, ALL - 1_000, &[(BANKER, 10)]);
        assert_eq!(balance_of(&mut bob), dealt.returned(TIE, 9_000));
    }
}

#[test]
fn whispers_lists_and_chat_are_those_of_any_room() {
    use crate::support::messages::{
        chat, relay, relayed, said, said_by_oneself, whisper, whispered, whispers,
    };
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        alice.exchange(&chat("good luck"), &said_by_oneself(1, "good luck"));
        bob.expect(&said(1, "good luck"));
        bob.exchange(&relay(b"\0\xff"), &relayed(2, b"\0\xff"));
        alice.expect(&relayed(2, b"\0\xff"));
        let mut carol = user(&server, "carol");
        carol.exchange(&whisper("bob", "hi"), &whispered(1));
        bob.expect(&whispers("carol", "hi"));
        let told = [user_list(&[(1, "alice"), (2, "bob")])].concat();
        carol.exchange(&enter(1), &told);
    }
}
