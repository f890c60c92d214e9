//! How long a stake takes through the ledger, and how many rows it stores a second.
//!
//! `cargo bench -p baccarat-server --bench ledger` (a file may follow `--`, which is made and removed; without one it is
//! in the folder for the tests). What a disk needs for a sync decides most of it. The address of a Redis may follow too,
//! as `redis+unix:///tmp/redis.sock`: then the ledger is there as well, under a prefix of its own, and stays there.
//!
//! First so many sessions, each of which stakes again as soon as it is answered: what the ledger can do. Then a thousand
//! tables with seven players and a round a second, each stake at its own time whether the ledger keeps up or not: what
//! players would see.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use baccarat_server::ledger::{
    Amount, Handle, Ledger, Returns, RoundId, Settlement, Stake, Tables, UserId, audit, audit_in_redis,
};
use directory::redis::RedisSettings;
use hdrhistogram::Histogram;

/// For each number of sessions.
const SECONDS: u64 = 3;

const TABLES: i32 = 1_000;
const PLAYERS: i32 = 7;
const ROUNDS: u64 = 10;
const ROUND_TIME: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let (redis, files): (Vec<String>, _) = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .partition(|argument| argument.starts_with("redis"));
    let file: Option<String> = files.into_iter().next();
    let file = file.map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench.db"),
        PathBuf::from,
    );
    ensure!(
        !file.exists(),
        "{} exists already; name another file",
        file.display()
    );
    let redis = redis
        .into_iter()
        .next()
        .map(|url| url.parse().map(RedisSettings::new));
    let redis = redis.transpose()?.map(Place::Redis);
    for place in [Place::Memory, Place::File(file)].iter().chain(&redis) {
        println!("{place}");
        for sessions in [1, 10, 100, 1_000, 7_000] {
            measure(place, &format!("{sessions} sessions"), |ledger| {
                closed_loop(ledger, sessions)
            })?;
        }
        measure(place, "1000 tables", tables)?;
    }
    Ok(())
}

/// Where a ledger is kept.
enum Place {
    Memory,
    File(PathBuf),
    Redis(RedisSettings),
}

impl Place {
    /// A new ledger, and how to audit it.
    fn open(&self) -> anyhow::Result<(Ledger, Option<RedisSettings>)> {
        let chips = chips(1_000_000);
        Ok(match self {
            Self::Memory => (Ledger::open(None, chips)?, None),
            Self::File(file) => (Ledger::open(Some(file), chips)?, None),
            Self::Redis(settings) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
                let settings = RedisSettings {
                    prefix: format!("bench-{}:", now.as_millis()),
                    ..settings.clone()
                };
                let ledger = Ledger::open_in_redis(&settings, chips)?;
                ledger.handle().take_tables(Tables {
                    numbers: 0..TABLES + 1,
                    generation: 1,
                })?;
                (ledger, Some(settings))
            }
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => formatter.write_str("in memory"),
            Self::File(file) => file.display().fmt(formatter),
            Self::Redis(settings) => settings.url.fmt(formatter),
        }
    }
}

/// Runs a load on a new ledger, and prints what it has found.
fn measure(
    place: &Place,
    name: &str,
    load: impl FnOnce(&Handle) -> anyhow::Result<Histogram<u64>>,
) -> anyhow::Result<()> {
    let (ledger, redis) = place.open()?;
    let begin = Instant::now();
    let stakes = load(&ledger.handle())?;
    ledger.close(Duration::from_secs(60))?;
    let seconds = begin.elapsed().as_secs_f64();
    let milliseconds = |quantile| stakes.value_at_quantile(quantile) as f64 / 1e6;
    print!("  {name:>13}: {:8.0} stakes/s", stakes.len() as f64 / seconds);
    print!(
        "  p50 {:7.3} ms  p99 {:7.3} ms  max {:7.3} ms",
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(1.0)
    );
    let audit = match (place, redis) {
        (Place::File(file), _) => {
            let found = audit(file)?;
            fs::remove_file(file)?;
            found
        }
        (_, Some(settings)) => audit_in_redis(&settings)?,
        (_, None) => {
            println!();
            return Ok(());
        }
    };
    println!("  {:8.0} rows/s", audit.movements as f64 / seconds);
    Ok(())
}

/// Each session has one stake under way at any time.
fn closed_loop(ledger: &Handle, sessions: u32) -> anyhow::Result<Histogram<u64>> {
    let (told, answers) = channel();
    let stake = |session: u32, number| {
        let asked = Instant::now();
        let told = told.clone();
        let (table, player) = (session as i32 / PLAYERS, session as i32 % PLAYERS);
        ledger.stake(stake(table, player, 1, number), move |staked| {
            let _ = told.send((session, number, asked.elapsed(), staked.is_ok()));
        });
    };
    (0..sessions).for_each(|session| stake(session, 1));
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let mut waiting = sessions;
    let mut times = Histogram::new(3)?;
    while waiting > 0 {
        let (session, number, time, is_stored) = answers.recv().context("an answer")?;
        ensure!(is_stored, "a stake was refused");
        times.record(time.as_nanos() as u64)?;
        match Instant::now() < end {
            true => stake(session, number + 1),
            false => waiting -= 1,
        }
    }
    Ok(times)
}

/// Stakes are spread over the round, and so are the ends of the rounds of different tables. A stake's time counts from
/// when it was due.
fn tables(ledger: &Handle) -> anyhow::Result<Histogram<u64>> {
    let (told, answers) = channel();
    let (settled, ends) = channel();
    let begin = Instant::now();
    let steps = (TABLES * (PLAYERS + 1)) as u32;
    for round in 1..=ROUNDS {
        for step in 0..steps {
            let due = begin + ROUND_TIME * (round as u32 - 1) + ROUND_TIME * step / steps;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let (player, table) = (step as i32 / TABLES, step as i32 % TABLES);
            if player == PLAYERS {
                let settled = settled.clone();
                ledger.settle(settlement(table, round), move |closed| {
                    let _ = settled.send(closed.is_ok());
                });
            } else {
                let told = told.clone();
                ledger.stake(stake(table, player, round, 1), move |staked| {
                    let _ = told.send((due.elapsed(), staked.is_ok()));
                });
            }
        }
    }
    drop((told, settled));
    let mut times = Histogram::new(3)?;
    for (time, is_stored) in answers {
        ensure!(is_stored, "a stake was refused");
        times.record(time.as_nanos() as u64)?;
    }
    ensure!(ends.iter().all(|is_settled| is_settled), "a round could not end");
    Ok(times)
}

fn stake(table: i32, player: i32, round: u64, number: u32) -> Stake {
    Stake {
        round: RoundId { table, number: round },
        user: UserId::from(format!("player {table} {player}")),
        side: (player % 5 + 1) as i8,
        number,
        amount: chips(1),
    }
}

fn settlement(table: i32, round: u64) -> Settlement {
    Settlement {
        round: RoundId { table, number: round },
        shoe: 1,
        result: vec![0; 11],
        returns: Returns::new([200, 0, 0, 1_200, 0]).expect("no side returns less than nothing"),
    }
}

fn chips(chips: i64) -> Amount {
    Amount::from_chips(chips).expect("few chips")
}
