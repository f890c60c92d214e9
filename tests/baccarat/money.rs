//! Chips in a server that is killed under load, ended under load, and left without room on its disk: none is lost, none
//! is made, and none is paid twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use baccarat_server::ledger::audit;
use rusqlite::{Connection, OpenFlags};

use crate::folder::Folder;
use crate::player::{Answers, Memory, Player, Round};
use crate::support::{Program, Server, Signal, eventually};
use crate::table::Dealt;
use crate::{SERVER, WORKERS};

const PLAYERS: usize = 200;
const TABLES: i32 = 30;

/// Chips of a new user, in hundredths.
const CHIPS: i64 = 1_000_000;

/// Rounds that follow each other fast: betting goes on while others are settled.
const FAST: [&str; 8] = [
    "--rounds",
    "auto",
    "--bet-time",
    "100ms",
    "--result-time",
    "20ms",
    "--rate-limit",
    "0",
];

#[track_caller]
fn serve(program: Program, file: &Path, workers: &str) -> Server {
    let file = file.to_str().expect("a path in UTF-8");
    let program = program.args(&["--bind", "127.0.0.1:0", "--workers", workers, "--ledger", file]);
    program.args(&FAST).serve()
}

fn new_players() -> Vec<Memory> {
    let names = (0..PLAYERS).map(|number| format!("player {number}"));
    names.map(Memory::new).collect()
}

/// All play, until `end` has let them play enough and has ended the server.
fn play(server: &Server, players: Vec<Memory>, end: impl FnOnce(&Answers)) -> Vec<Memory> {
    let answers = Answers::default();
    thread::scope(|scope| {
        let play = |(number, memory)| {
            let player = Player::sit_down(server, memory, number, TABLES, &answers);
            scope.spawn(move || player.play())
        };
        let playing: Vec<_> = players.into_iter().enumerate().map(play).collect();
        let _if_the_test_fails = Ends(server);
        end(&answers);
        let players = playing.into_iter();
        players.map(|player| player.join().expect("a player")).collect()
    })
}

/// Whatever has gone wrong: without an end of the server they would play for ever.
struct Ends<'a>(&'a Server);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.signal(Signal::KILL);
        }
    }
}

/// Until there were so many of these.
fn wait_for(count: usize, counter: &AtomicUsize) {
    eventually("the load has come so far", || {
        counter.load(Ordering::Relaxed) >= count
    });
}

/// Every round that is over and has a result, as the file of the ledger has it.
fn results(file: &Path) -> BTreeMap<Round, Dealt> {
    let file = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    let mut query = file
        .prepare("SELECT table_number, round, result FROM rounds WHERE result IS NOT NULL")
        .expect("the table of the rounds");
    let rows = query.query_map([], |row| {
        let round = (row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned());
        Ok((round, Dealt::of_body(&row.get::<_, Vec<u8>>(2)?)))
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// What a killed server leaves: it adds up, and every stake that was answered is in it, in a round that is over or open.
#[track_caller]
fn stakes_are_there(file: &Path, players: &[Memory]) {
    let left = audit(file).expect("a ledger");
    assert_eq!(left.total(), 0);
    let open = left.open.iter().map(|stake| {
        let round = (stake.round.table, stake.round.number);
        ((&*stake.user, round, stake.side), stake.amount.chips())
    });
    let (open, results) = (open.collect::<BTreeMap<_, _>>(), results(file));
    for player in players {
        for ((round, side), chips) in player.sides() {
            let stored = open.get(&(&*player.name, round, side)).copied().unwrap_or(0);
            assert!(
                stored >= chips || results.contains_key(&round),
                "{chips} chips on {side} in {round:?}, and {stored} stored: {player:?}"
            );
        }
    }
}

/// What a server leaves that ends in order, or the next one that has found what a killed one has left: no open round, and
/// each player has what the results make of the stakes that it was told of. Of those that it has no answer to, the
/// first few may have been stored. After this, it is known which.
#[track_caller]
fn all_is_right(file: &Path, players: &mut [Memory]) {
    let found = audit(file).expect("a ledger");
    assert_eq!(found.total(), 0);
    assert_eq!(found.open, []);
    let results = results(file);
    for player in players {
        for (round, dealt) in &player.results {
            assert_eq!(
                results.get(round),
                Some(dealt),
                "{}: {round:?} was announced",
                player.name
            );
        }
        for round in &player.paid {
            assert!(results.contains_key(round), "{}: paid {round:?}", player.name);
        }
        let balance = found
            .users
            .get(player.name.as_str())
            .map_or(CHIPS, |balance| balance.hundredths());
        let possible = (0..=player.open.len()).find(|more| player.balance(CHIPS, &results, *more) == balance);
        let more = possible.unwrap_or_else(|| panic!("a balance of {balance} cannot be: {player:?}"));
        player.stored.extend(player.open.drain(..more));
        player.open.clear();
    }
}

/// `kill -9` so many times, on one file.
fn kills(times: usize, workers: &str) {
    let folder = Folder::new(&format!("killed-{workers}-{times}"));
    let file = folder.join("chips.db");
    let mut players = new_players();
    for kill in 1..=times {
        let mut server = serve(Program::new(SERVER), &file, workers);
        players = play(&server, players, |answers| {
            // At another point of the rounds each time.
            wait_for(500 + 97 * kill, &answers.stored);
            wait_for(50, &answers.paid);
            server.signal(Signal::KILL);
        });
        server.wait();
        stakes_are_there(&file, &players);
        serve(Program::new(SERVER), &file, workers)
            .terminate()
            .expect_success();
        all_is_right(&file, &mut players);
    }
    let staked: usize = players.iter().map(|player| player.stored.len()).sum();
    assert!(staked > times * 500, "{staked} stakes");
}

#[test]
fn a_server_that_is_killed_loses_no_chip_and_pays_none_twice() {
    for workers in WORKERS {
        kills(2, workers);
    }
}

#[test]
#[ignore = "takes a minute: the same, twenty times"]
fn a_server_that_is_killed_twenty_times_loses_no_chip_and_pays_none_twice() {
    for workers in WORKERS {
        kills(20, workers);
    }
}

#[test]
fn at_shutdown_under_load_all_rounds_are_settled() {
    for workers in WORKERS {
        let folder = Folder::new(&format!("terminated-{workers}"));
        let file = folder.join("chips.db");
        let server = serve(Program::new(SERVER), &file, workers);
        let mut players = play(&server, new_players(), |answers| {
            wait_for(500, &answers.stored);
            server.signal(Signal::TERM);
        });
        server.process.finish().expect_success();
        all_is_right(&file, &mut players);
    }
}

/// All tables wait for the ledger then, and go on when there is room again. Its files may have so many blocks of 512
/// bytes.
#[test]
fn without_room_on_the_disk_rounds_wait_and_nothing_is_lost() {
    let folder = Folder::new("full");
    let file = folder.join("chips.db");
    let limited = ["-c", "ulimit -S -f 1200; exec \"$@\"", "sh", SERVER];
    let server = serve(Program::new("sh").args(&limited), &file, "1");
    let mut players = play(&server, new_players(), |answers| {
        server.log().wait_for_line("cannot store the ends of rounds");
        server.process.lift_file_limit();
        let before = answers.stored.load(Ordering::Relaxed);
        wait_for(before + PLAYERS, &answers.stored);
        server.signal(Signal::TERM);
    });
    let log = server.process.finish().expect_success().stderr;
    assert!(log.contains("the ends of rounds are stored now"), "{log}");
    all_is_right(&file, &mut players);
}
