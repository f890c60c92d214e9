//! Step 5: cuts, and a whole shoe that is checked: by the library, and by a player in Python.

use std::io::{Write, stderr};

use baccarat::{Commitment, Record, RecordedRound, Reveal, Seed, SeenRound, verify};

use crate::messages::{
    BANKER, betting_begins, cut, cut_result, has_staked, has_started, receive, receive_packet, result,
    skip_to, split, stake, start, started, table, waits,
};
use crate::support::messages::{enter, entered};
use crate::support::wire::{error_packet, packet};
use crate::support::{Client, Program};
use crate::{FAIR, member, step, user};

/// Plays a round alone, and says what is dealt.
#[track_caller]
fn plays(client: &mut Client, number: u64) -> SeenRound {
    client.send(&start());
    betting_begins(client, number);
    client.expect(&[started(1), has_started()].concat());
    client.send(&stake(number, BANKER, 1));
    skip_to(client, &has_staked(1, BANKER, 1));
    let round = result(client);
    receive(client, 805);
    SeenRound::of(number, round)
}

/// SHOE_REVEAL_NTF (809): `shoe:u64  seed:[u8;32]  count:i8`, then the cuts `position:i16`.
#[track_caller]
fn reveal(body: &[u8], shoe: u64) -> Reveal {
    assert_eq!(body[..8], shoe.to_le_bytes());
    let seed: [u8; 32] = body[8..40].try_into().expect("32 bytes");
    let (cuts, rest) = body[41..].as_chunks::<2>();
    assert_eq!((cuts.len(), rest.len()), (usize::from(body[40]), 0));
    Reveal {
        seed: Seed::from(seed),
        cuts: cuts.iter().map(|cut| u16::from_le_bytes(*cut)).collect(),
    }
}

/// Plays a shoe to its end, of which nothing has been played; gives what was seen of it.
#[track_caller]
fn plays_a_shoe(client: &mut Client, shoe: u64, commitment: [u8; 32], mut number: u64) -> Record {
    let mut rounds = Vec::new();
    loop {
        rounds.push(RecordedRound::Seen(plays(client, number)));
        let packet = receive_packet(client);
        let (id, body) = split(&packet);
        match id {
            801 => number += 1,
            809 => {
                let reveal = Some(reveal(body, shoe));
                let commitment = Commitment::from(commitment);
                return Record {
                    shoe,
                    decks: Some(1),
                    commitment,
                    rounds,
                    reveal,
                };
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn every_card_of_a_shoe_follows_from_what_was_committed_to() {
    let server = step(FAIR);
    let mut alice = user(&server, "alice");
    alice.send(&enter(0));
    let mut state = waits(&mut alice, 0);
    alice.expect(&entered(0, 1));
    let mut commitments = Vec::new();
    for shoe in 1..=3 {
        assert_eq!((state.shoe, state.cards_left), (shoe, 52));
        commitments.push(state.commitment);
        alice.exchange(&cut(17), &cut_result(1));
        let record = plays_a_shoe(&mut alice, shoe, state.commitment, state.round + 1);
        assert_eq!(
            record.reveal.as_ref().map(|reveal| &reveal.cuts[..]),
            Some(&[17][..])
        );
        verify(&record).expect("an honest dealer");
        state = table(&mut alice);
    }
    commitments.dedup();
    assert_eq!(commitments.len(), 3, "a seed of its own for each shoe");
}

#[test]
fn each_member_cuts_once_before_the_first_round() {
    let server = step(FAIR);
    let mut alice = member(&server, "alice", 1);
    for position in [0, -1, 52, i16::MAX] {
        alice.exchange(&cut(position), &cut_result(181));
    }
    alice.exchange(&packet(807, 0, &[1]), &cut_result(181));
    alice.exchange(&cut(51), &cut_result(1));
    alice.exchange(&cut(1), &cut_result(182));
    // A player that comes back is the same one.
    alice.half_close();
    alice.expect_end();
    let mut alice = member(&server, "alice", 2);
    alice.exchange(&cut(1), &cut_result(182));
    let mut bob = member(&server, "bob", 3);
    bob.exchange(&cut(1), &cut_result(1));
    let mut carol = member(&server, "carol", 4);
    alice.send(&start());
    skip_to(&mut alice, &has_started());
    skip_to(&mut carol, &has_started());
    carol.exchange(&cut(1), &cut_result(182));
    user(&server, "dave").exchange(&cut(1), &error_packet(121));
}

/// What still goes wrong: nobody can check a shoe of a process that has ended.
#[test]
fn a_dealer_that_ends_reveals_nothing() {
    let server = step(FAIR);
    let mut alice = member(&server, "alice", 1);
    plays(&mut alice, 1);
    waits(&mut alice, 1);
    drop(server);
    alice.expect_end_or_reset();
}

/// Python, with the folder of the examples; `None`, and said so, where there is none.
fn python(arguments: &[&str]) -> Option<Program> {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/examples");
    let is_there = std::process::Command::new("python3").arg("--version").output();
    if !is_there.is_ok_and(|output| output.status.success()) {
        // Not eprintln!, which a passing test keeps to itself.
        let _ = writeln!(stderr(), "SKIPPED: tests/baccarat_steps: not installed: python3");
        return None;
    }
    let python = Program::new("python3")
        .env("PYTHONPATH", examples)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Some(python.args(arguments))
}

#[test]
fn a_player_in_python_checks_a_shoe() {
    let server = step(FAIR);
    let address = server.host_and_port();
    let Some(player) = python(&["-m", "baccarat_player", &address, "alice", "17"]) else {
        return;
    };
    let finished = player.run().expect_success();
    let text = finished.text();
    let last = text.lines().last().expect("a line");
    assert!(
        last.ends_with(" rounds, cuts [17]: every card is right"),
        "{last}"
    );
}

/// The player's check is given an honest shoe, a card that is not the seed's, and another seed.
#[test]
fn the_player_in_python_finds_what_is_wrong() {
    for (wrong, found) in [
        ("nothing", ""),
        ("seed", "which is not what it has committed to"),
        ("card", "round 3 of the shoe must be "),
    ] {
        let Some(check) = python(&["-m", "baccarat_cheat", wrong]) else {
            return;
        };
        let finished = check.run();
        if found.is_empty() {
            assert!(
                finished
                    .expect_success()
                    .text()
                    .ends_with("every card is right\n")
            );
        } else {
            let line = finished.expect_failure(1);
            assert!(line.contains(found), "{line}");
        }
    }
}
