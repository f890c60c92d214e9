//! Rounds at the table of the real server: stakes, cards, payouts, and shoes that are verified and recorded.

use std::fs;

use baccarat::{Hand, Hundredths, Round, Side, Winner, returned};

use crate::player::Player;
use crate::ports::{CODECS, server};
use crate::support::Program;
use crate::{client, file, table};

/// A shoe of two rounds.
const SHORT_SHOE: [&str; 4] = ["--decks", "1", "--cut-card", "52"];

/// The cards behind `player 4:`.
#[track_caller]
fn hand(line: &str, whose: &str) -> Hand {
    let line = line
        .strip_prefix(&format!("* {whose} "))
        .unwrap_or_else(|| panic!("{line}"));
    let (score, cards) = line.split_once(": ").expect("a score and cards");
    let cards: Vec<_> = cards
        .split(' ')
        .map(|card| card.parse().expect("a card"))
        .collect();
    let hand = Hand {
        third: cards.get(2).copied(),
        ..Hand::new(cards[0], cards[1])
    };
    assert_eq!(hand.score().to_string(), score);
    hand
}

/// Reads the three lines of a result.
#[track_caller]
fn round(lines: &[&str], number: u64) -> Round {
    let round = Round {
        player: hand(lines[0], "player"),
        banker: hand(lines[1], "banker"),
    };
    let outcome = round.outcome();
    let end = match outcome.winner {
        Winner::Tie => "a tie".to_owned(),
        winner => format!("{winner} wins"),
    };
    let mut expected = format!("* round {number}: {end}");
    for (is_there, word) in [
        (outcome.natural, ", natural"),
        (outcome.player_pair, ", player pair"),
        (outcome.banker_pair, ", banker pair"),
    ] {
        expected += if is_there { word } else { "" };
    }
    assert_eq!(lines[2], expected);
    round
}

/// A script plays the same in every codec, and with one worker or several.
#[test]
fn a_round_from_its_start_to_its_payout() {
    for workers in ["1", "4"] {
        let flags = ["--result-time", "50ms", "--workers", workers];
        let (_server, addresses) = server("baccarat-server", &flags);
        // A table of its own for each: one that somebody has left takes a moment to be empty.
        for (room, (codec, address)) in CODECS.iter().zip(&addresses).enumerate() {
            plays_a_round(address, codec, &room.to_string());
        }
    }
}

/// What is shown follows from the cards.
#[track_caller]
fn plays_a_round(address: &str, codec: &str, room: &str) {
    let script = b"/start\n/wait betting\n/bet banker 50\n/wait result\n/wait waiting\n/balance\n/road\n";
    let program = client(
        address,
        &format!("al-{codec}"),
        &["--room", room, "--codec", codec],
    );
    let text = program.run_with(script).expect_success().text();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].starts_with("* shoe 1: 416 cards, committed to as "),
        "{text}"
    );
    assert_eq!(
        lines[1..5],
        [
            "* no round is running: the member who came first can /start one",
            &format!("* you are in room {room}, alone"),
            "* round 1: bets are open for 5 s",
            "* you have 50 on banker, and 9950.00 left",
        ]
    );
    let outcome = round(&lines[5..8], 1).outcome();
    let brings = returned(Side::Banker, 50, outcome).expect("a payout");
    let (brings, balance) = (Hundredths(brings), Hundredths(995_000 + brings));
    let letter = outcome.winner.letter();
    let mut expected = vec![
        format!("* 50 on banker brings {brings}: you have {balance} chips"),
        "* no round is running: you can /start one".to_owned(),
        format!("* you have {balance} chips"),
        "* bead plate:".to_owned(),
        format!("* {letter} "),
        "* big road:".to_owned(),
    ];
    // A tie alone stands in no column of the big road.
    if outcome.winner != Winner::Tie {
        expected.push(format!("* {letter} "));
    }
    assert_eq!(lines[8..], expected, "{codec}");
}

/// Two shoes to their ends, the first one cut: the client verifies both, and so does its record.
#[test]
fn a_shoe_is_verified_and_its_record_too() {
    let server = table(&SHORT_SHOE);
    let record = file("two-shoes.txt");
    let round = "/start\n/wait betting\n/bet tie 5\n/wait result\n/wait waiting\n";
    let script = format!("/cut 20\n{}", round.repeat(4));
    let finished =
        client(&server.host_and_port(), "alice", &["--record", &record]).run_with(script.as_bytes());
    let text = finished.expect_success().text();
    for shoe in [1, 2] {
        let line = format!("* shoe {shoe} verified: 2 rounds, all cards as committed, 2 stakes paid right\n");
        assert_eq!(text.matches(&line).count(), 1, "{text}");
    }
    let verified = verify(&record).run().expect_success().text();
    let lines: Vec<_> = verified.lines().collect();
    assert_eq!(lines.len(), 10, "{verified}");
    for (shoe, cuts) in [(0, "20"), (5, "none")] {
        assert_eq!(lines[shoe], format!("shoe {}: 1 deck, 52 cards", shoe / 5 + 1));
        assert_eq!(lines[shoe + 2], format!("cuts: {cuts}"));
        assert_eq!(lines[shoe + 4], "2 stakes: each was paid right");
    }
}

fn verify(record: &str) -> Program {
    Program::new(env!("CARGO_BIN_EXE_baccarat-client")).args(&["verify", record])
}

/// Whatever is changed in a record is found, and is exit code 1.
#[test]
fn a_record_that_was_changed_is_not_verified() {
    let server = table(&SHORT_SHOE);
    let record = file("changed.txt");
    let script = b"/start\n/wait betting\n/bet player 5\n/wait waiting\n/start\n/wait betting\n/bet player 5\n/wait shoe\n";
    let flags = ["--record", &record];
    client(&server.host_and_port(), "alice", &flags)
        .run_with(script)
        .expect_success();
    let text = fs::read_to_string(&record).expect("a record");
    verify(&record).run().expect_success();
    let (before, winner) = text.split_once(" winner ").expect("a round");
    let (winner, behind) = winner.split_once('\n').expect("a line");
    let other = if winner == "tie" { "banker" } else { "tie" };
    let other_winner = format!("{before} winner {other}\n{behind}");
    for (changed, what) in [
        (other_winner, "the winner must be "),
        (
            text.replace("returned ", "returned 1"),
            "5 chips on player brought back must be ",
        ),
        (text.replace("seed ", "seed 0"), "changed.txt"),
        (text.replacen("shoe 1", "shoe 2", 1), "'s hand must be "),
        (
            text[..text.find("seed").unwrap()].to_owned(),
            "the record has no seed",
        ),
        (String::new(), "no shoe is recorded there"),
        ("baccarat record 1\nshoe one\n".to_owned(), "changed.txt"),
    ] {
        fs::write(&record, &changed).expect("a file");
        let finished = verify(&record).run();
        let error = finished.expect_failure(1);
        assert!(
            error.starts_with("baccarat-client: ") && error.contains(what),
            "{what}: {error}"
        );
    }
    let missing = verify("/no/such/file").run();
    assert_eq!(
        missing.expect_failure(1),
        "baccarat-client: cannot read /no/such/file: No such file or directory (os error 2)"
    );
}

/// The others see who stakes what; the names stand in one column, whatever they are written in. Betting ends when the only
/// one who has no stake goes.
#[test]
fn what_others_stake_is_shown() {
    let server = table(&["--bet-time", "60s"]);
    let [mut alice, mut bob, carol] = ["앨리스", "bob", "carol"].map(|name| {
        let player = Player::start(client(&server.host_and_port(), name, &[]));
        player.sees("* you are in room 1");
        player
    });
    alice.types("/start");
    for player in [&alice, &bob, &carol] {
        player.sees("* round 1: bets are open for 60 s");
    }
    alice.types("/bet banker 50");
    alice.sees("* you have 50 on banker, and 9950.00 left");
    bob.sees("* 앨리스 has 50 on banker");
    bob.types("/bet player");
    bob.sees("* you have one unit on player");
    bob.types("/bet tie 5");
    bob.sees("* you have 5 on tie, and 9985.00 left");
    bob.types("/table");
    bob.sees("* 앨리스  50 on banker");
    bob.sees("* bob     one unit on player, 5 on tie");
    carol.leaves();
    for player in [&alice, &bob] {
        player.sees(" brings ");
    }
    bob.leaves();
    alice.leaves();
}

/// A newcomer is told how the rounds of the shoe ended, and verifies that too.
#[test]
fn a_newcomer_verifies_what_it_has_not_seen() {
    let server = table(&SHORT_SHOE);
    let address = server.host_and_port();
    let mut alice = Player::start(client(&address, "alice", &[]));
    for line in ["/start", "/wait betting", "/bet player 5", "/wait waiting"] {
        alice.types(line);
    }
    alice.types("ready");
    alice.sees("alice: ready");
    let mut bob = Player::start(client(&address, "bob", &[]));
    bob.sees("* rounds of this shoe that have been played: 1; /road shows them");
    alice.sees("* bob has entered");
    alice.types("/start");
    for player in [&mut bob, &mut alice] {
        player.types("/wait betting");
        player.types("/bet banker 5");
    }
    alice.sees("* shoe 1 verified: 2 rounds, all cards as committed, 2 stakes paid right");
    bob.sees(
        "* shoe 1 verified: 1 round, all cards as committed, 1 stake paid right; 1 more that you have not seen: \
         who won is as committed",
    );
    bob.leaves();
    alice.leaves();
}

/// The last one to leave a table is shown its shoe, and verifies it.
#[test]
fn whoever_leaves_a_table_empty_verifies_its_shoe() {
    let server = table(&[]);
    let mut alice = Player::start(client(&server.host_and_port(), "alice", &[]));
    for line in [
        "/start",
        "/wait betting",
        "/bet player 5",
        "/wait result",
        "/leave",
    ] {
        alice.types(line);
    }
    alice.sees("* you have left room 1");
    alice.sees("* shoe 1 verified: 1 round, all cards as committed, 1 stake paid right");
    alice.types("/enter 1");
    alice.sees("* shoe 2: 416 cards");
    alice.leaves();
}
