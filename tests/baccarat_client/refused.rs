//! What the real server refuses, and what the client does not ask at all: one line in words, and exit code 1.

use crate::player::Player;
use crate::support::Program;
use crate::{client, file, table};

#[test]
fn a_refusal_says_what_to_do() {
    let server = table(&["--bet-time", "60s", "--max", "100"]);
    let address = server.host_and_port();
    let bets = "/start\n/wait betting\n";
    for (number, (script, line, problem)) in [
        (
            "/bet banker 5\n",
            1,
            "no bets are taken now: bet when the next round begins (GAME_BET_INVALID_ROOM_STATE)",
        ),
        (
            &format!("{bets}/bet banker 101\n"),
            3,
            "that is under the smallest stake of the table, or over the largest: try another amount (BET_LIMIT)",
        ),
        (
            &format!("{bets}/bet banker -5\n"),
            3,
            "that is under the smallest stake of the table, or over the largest: try another amount (BET_LIMIT)",
        ),
        (
            &format!("{bets}/bet tie\n"),
            3,
            "a bet on that side needs its chips, as in /bet tie 5 (GAME_BET_INVALID_SIDE)",
        ),
        (
            &format!("{bets}/start\n"),
            3,
            "a round is running: /start the next one when it is over (GAME_START_INVALID_ROOM_STATE)",
        ),
        (
            &format!("{bets}/cut 10\n"),
            3,
            "a shoe is cut before its first round, and once by each member (GAME_BET_INVALID_ROOM_STATE)",
        ),
        (
            "/cut 10\n/cut 10\n",
            2,
            "a shoe is cut before its first round, and once by each member (GAME_BET_INVALID_ROOM_STATE)",
        ),
        (
            "/cut 416\n",
            1,
            "the shoe has no such card to cut at (GAME_BET_FAIL_PACKET)",
        ),
        (
            "/leave\n/bet tie 5\n",
            2,
            "you are at no table: /enter 1 takes you to one",
        ),
        (
            "/leave\n/wait result\n",
            2,
            "you are at no table: /enter 1 takes you to one",
        ),
        (
            "/leave\n/start\n",
            2,
            "you are in no room: /enter 1 enters one (ROOM_NOT_IN_USER)",
        ),
        ("/bet\n", 1, "/bet takes a side and chips, as in /bet banker 50"),
        ("/dance\n", 1, "/dance is not a command: /help lists them"),
    ]
    .into_iter()
    .enumerate()
    {
        // A table of its own: one that somebody has left in the middle of a round takes a moment to settle it.
        let (name, room) = (format!("user {number}"), number.to_string());
        let finished = client(&address, &name, &["--room", &room]).run_with(script.as_bytes());
        assert_eq!(
            finished.expect_failure(1),
            format!("baccarat-client: line {line}: {problem}"),
            "{script}"
        );
    }
}

/// Two members, so that one stake does not end the betting.
#[test]
fn a_second_stake_is_refused_in_words() {
    let server = table(&["--bet-time", "60s", "--chips", "100"]);
    let address = server.host_and_port();
    for (room, script, problem) in [
        (
            "1",
            "/bet banker\n/bet banker\n",
            "your bet is on that side: /bet banker 10 adds 10 chips to the banker (GAME_BET_SAME_SIDE)",
        ),
        (
            "2",
            "/bet banker 60\n/bet banker 60\n",
            "you have 40.00 chips, and that is more (INSUFFICIENT_FUNDS)",
        ),
    ] {
        let mut master = Player::start(client(&address, &format!("master {room}"), &["--room", room]));
        master.types("/start");
        master.sees("bets are open");
        let user = client(&address, &format!("user {room}"), &["--room", room]);
        let finished = user.run_with(script.as_bytes());
        let expected = format!("baccarat-client: line 2: {problem}");
        assert_eq!(finished.expect_failure(1), expected);
        master.leaves();
    }
}

/// Only the first member can begin, and the refusal names that member.
#[test]
fn whoever_may_not_start_is_told_who_can() {
    let server = table(&[]);
    let address = server.host_and_port();
    let bob = Player::start(client(&address, "bob", &[]));
    bob.sees("* you are in room 1, alone");
    let carol = client(&address, "carol", &[]).run_with(b"/start\n");
    assert_eq!(
        carol.expect_failure(1),
        "baccarat-client: line 1: only bob can: the member who came first (GAME_START_NOT_MASTER)"
    );
    bob.leaves();
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_the_first_stake() {
    let server = table(&[]);
    let record = format!("{}/shoes.txt", file("no-such-folder"));
    let flags = ["--record", &record];
    let finished = client(&server.host_and_port(), "alice", &flags).run_with(b"/start\n");
    assert_eq!(
        finished.expect_failure(1),
        format!("baccarat-client: cannot write {record}: No such file or directory (os error 2)")
    );
}

#[test]
fn wrong_flags_are_exit_code_2() {
    for (flags, problem) in [
        (
            &["--room", "1"][..],
            "the following required arguments were not provided: --name <NAME>",
        ),
        (
            &["--name", "seventeen-letters"],
            "invalid value 'seventeen-letters' for '--name <NAME>': this name has 17 bytes: at most 16 are allowed",
        ),
        (
            &["verify"],
            "the following required arguments were not provided: <FILE>",
        ),
    ] {
        let finished = Program::new(env!("CARGO_BIN_EXE_baccarat-client"))
            .args(flags)
            .run();
        let expected = format!("baccarat-client: {problem}; try --help");
        assert_eq!(finished.expect_failure(2), expected);
    }
}
