//! Ledgers that cannot be used, and flags that contradict each other: one line each, and an exit code. And what a ledger
//! keeps from server to server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use baccarat_server::ledger::audit;

use crate::folder::Folder;
#[cfg(target_os = "linux")]
use crate::members::next_packet;
use crate::members::user;
#[cfg(target_os = "linux")]
use crate::seats::pair_at;
use crate::seats::{ALL, balance_of, begin_round, expect_payout, first_at, hear_result};
use crate::support::{Finished, Program, Server};
use crate::table::{TIE, WAITING, stake, staked, stakes};
use crate::{SERVER, table_server};

fn run(flags: &[&str]) -> Finished {
    Program::new(SERVER)
        .args(&["--bind", "127.0.0.1:0"])
        .args(flags)
        .run()
}

#[track_caller]
fn with_ledger(file: &Path, flags: &[&str]) -> Server {
    let file = file.to_str().expect("a path in UTF-8");
    table_server(&[&["--ledger", file], flags].concat())
}

#[track_caller]
fn refuses(file: &Path, reason: &str) {
    let finished = run(&["--ledger", file.to_str().expect("a path in UTF-8")]);
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with("baccarat-server: ") && line.contains(reason),
        "{line}"
    );
    assert!(finished.stdout.is_empty(), "it said that it listens");
}

#[test]
fn a_ledger_that_cannot_be_used_is_one_line() {
    let folder = Folder::new("refused");
    refuses(
        &folder.join("missing/chips.db"),
        "missing: there is no such folder; make it first",
    );
    refuses(
        &folder.join(""),
        "cannot be opened as a file that this user may read and write",
    );
    let text = folder.join("text.db");
    fs::write(&text, "alice 1000\n".repeat(100)).expect("a file");
    refuses(&text, "is no SQLite database; name another file");
}

#[test]
fn a_ledger_has_one_server() {
    let folder = Folder::new("locked");
    let file = folder.join("chips.db");
    let first = with_ledger(&file, &[]);
    refuses(&file, "is in use by another process; one at a time can have it");
    first.terminate().expect_success();
    // The next one may have it.
    with_ledger(&file, &[]).terminate().expect_success();
}

/// Root may write whatever the rights say, so there is nothing to see for root.
#[test]
fn a_ledger_must_be_writable() {
    let folder = Folder::new("read-only");
    let file = folder.join("chips.db");
    with_ledger(&file, &[]).terminate().expect_success();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).expect("rights");
    if fs::OpenOptions::new().append(true).open(&file).is_ok() {
        return eprintln!("this user may write whatever the rights say");
    }
    refuses(&file, "cannot be written to");
}

#[test]
fn chips_rounds_and_shoes_count_on_in_the_next_server() {
    let folder = Folder::new("next-server");
    let file = folder.join("chips.db");
    let mut balance = ALL;
    for number in 1..=3 {
        let server = with_ledger(&file, &["--chips", "10000"]);
        let (mut alice, table) = first_at(&server, 5, "alice");
        assert_eq!(
            (table.phase, table.round, table.shoe),
            (WAITING, number - 1, number)
        );
        assert_eq!(balance_of(&mut alice), balance);
        let mut members = [alice];
        begin_round(&mut members);
        let [mut alice] = members;
        balance -= 100;
        let told = [staked(1, balance), stakes(1, TIE, 1)].concat();
        alice.exchange(&stake(number, TIE, 1), &told);
        let (_, dealt) = hear_result(&mut alice);
        balance = expect_payout(&mut alice, number, &dealt, balance, &[(TIE, 1)]);
        drop(alice);
        server.terminate().expect_success();
        let audit = audit(&file).expect("a ledger");
        assert_eq!((audit.total(), audit.open.len()), (0, 0));
        assert_eq!(audit.users["alice"].hundredths(), balance);
    }
}

/// Its files may have so many blocks of 512 bytes.
#[cfg(target_os = "linux")]
#[test]
fn without_room_on_the_disk_a_stake_is_refused_and_may_be_asked_again() {
    let folder = Folder::new("full");
    let file = folder.join("chips.db");
    let limited = ["-c", "ulimit -S -f 1200; exec \"$@\"", "sh", SERVER];
    let ledger = ["--ledger", file.to_str().expect("a path in UTF-8")];
    let server = Program::new("sh").args(&limited).args(&ledger);
    let server = server.args(&["--bind", "127.0.0.1:0", "--bet-time", "1h", "--rate-limit", "0"]);
    let server = server.serve();
    let mut members = pair_at(&server, 1, ["alice", "bob"]);
    begin_round(&mut members);
    let [alice, _] = &mut members;
    let (mut left, mut on_tie) = (ALL, 0);
    loop {
        alice.send(&stake(1, TIE, 1));
        let answer = next_packet(alice);
        if answer == staked(157, left) {
            break;
        }
        (left, on_tie) = (left - 100, on_tie + 1);
        assert_eq!(answer, staked(1, left));
        alice.expect(&stakes(1, TIE, on_tie));
    }
    // Who asks again is told the same. What needs no disk goes on.
    alice.exchange(&stake(1, TIE, 1), &staked(157, left));
    assert_eq!(balance_of(alice), left);
    server.process.lift_file_limit();
    let told = [staked(1, left - 100), stakes(1, TIE, on_tie + 1)].concat();
    alice.exchange(&stake(1, TIE, 1), &told);
}

/// Without a file, a server begins with nothing.
#[test]
fn without_a_file_all_is_gone_with_the_server() {
    for _ in 0..2 {
        let server = table_server(&["--chips", "7"]);
        assert_eq!(balance_of(&mut user(&server, "alice")), 700);
    }
}

#[test]
fn flags_that_are_wrong_or_contradict_each_other() {
    for (flags, problem) in [
        (&["--decks", "0"][..], "0 is not in 1..=8"),
        (&["--decks", "9"], "9 is not in 1..=8"),
        (&["--cut-card", "11"], "--cut-card: "),
        (&["--decks", "1", "--cut-card", "53"], "--cut-card: "),
        (&["--unit", "0"], "0 is not in 1..=1000000000000"),
        (&["--min", "20"], "--unit 10 is not from --min 20 to --max 10000"),
        (&["--max", "9"], "--unit 10 is not from --min 1 to --max 9"),
        (&["--min", "20", "--max", "19"], "--min 20 is over --max 19"),
        (&["--chips=-1"], "-1 is not in 0..=1000000000000"),
        (
            &["--rounds", "often"],
            "invalid value 'often' for '--rounds <HOW>'",
        ),
        (&["--bet-time", "soon"], "`soon` is not a duration"),
    ] {
        run(flags).refuses_flags("baccarat-server", problem);
    }
}
