//! How many instructions the hot paths of a room server take: to find a packet, to read it, to write it, to put it
//! into the outbox of a member.
//!
//! Seconds depend on the machine and on what else it does; instructions hardly do. So each path has a bound here, and
//! the program fails where it is passed: either a path has become slower, or its bound is to be raised with a reason.
//!
//! `cargo bench -p rooms --bench instructions` needs Valgrind. Each path is counted twice, with so many rounds and with
//! twice as many, in a process of its own; the difference is that of the rounds alone, without the start and the end.

use std::convert::Infallible;
use std::env;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use protocol::message::{RoomChatNtf, RoomChatReq};
use protocol::{ErrorCode, FrameDecoder, HEADER_SIZE};
use rooms::testing::TestRoom;
use rooms::{Handled, Incoming, Member, RoomContext, RoomLogic};

/// As many as one read brings to a busy server.
const PACKETS: u64 = 64;

/// Members of the room that chats.
const MEMBERS: u64 = 100;

const ROUNDS: u64 = 500;

/// 49 bytes, as in the benchmarks of `protocol`.
const MESSAGE: &str = "the quick brown fox jumps over the lazy dog again";

/// A path, and how many instructions it may take.
struct Path {
    name: &'static str,
    /// What one of is counted, and how many of them a round has.
    unit: (&'static str, u64),
    bound: u64,
    run: fn(u64),
}

/// About a seventh above what they take on x86-64 with Rust 1.95, since a compiler may move them a little.
const PATHS: &[Path] = &[
    Path {
        name: "find",
        unit: ("packet", PACKETS),
        bound: 44,
        run: find,
    },
    Path {
        name: "read",
        unit: ("message", 1),
        bound: 112,
        run: read,
    },
    Path {
        name: "write",
        unit: ("message", 1),
        bound: 233,
        run: write,
    },
    Path {
        name: "broadcast",
        unit: ("member", MEMBERS),
        bound: 805,
        run: broadcast,
    },
];

fn main() -> ExitCode {
    let words: Vec<_> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let outcome = match &words[..] {
        [name, rounds] => run(name, rounds),
        _ => count_all(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Goes one path so many times.
fn run(name: &str, rounds: &str) -> anyhow::Result<()> {
    let path = PATHS.iter().find(|path| path.name == name);
    let path = path.with_context(|| format!("no path is called {name}"))?;
    (path.run)(rounds.parse().context("the rounds are a number")?);
    Ok(())
}

fn count_all() -> anyhow::Result<()> {
    let mut over = Vec::new();
    for path in PATHS {
        let (unit, in_a_round) = path.unit;
        let rounds = count(path, 2 * ROUNDS)?.saturating_sub(count(path, ROUNDS)?);
        let each = rounds / (ROUNDS * in_a_round);
        println!(
            "{:<10} {each:>6} instructions a {unit}, at most {}",
            path.name, path.bound
        );
        if each > path.bound {
            over.push(path.name);
        }
    }
    ensure!(over.is_empty(), "over the bound: {}", over.join(", "));
    Ok(())
}

/// All instructions of a process that goes the path so many times.
fn count(path: &Path, rounds: u64) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([path.name, &rounds.to_string()])
        .output()
        .context("cannot start valgrind: is it installed?")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("valgrind: {text}");
    }
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.context("valgrind has counted nothing")?;
    Ok(count.trim().parse()?)
}

/// Packets in the bytes of one read.
fn find(rounds: u64) {
    let packets = chat_request().repeat(PACKETS as usize);
    let mut decoder = FrameDecoder::new(protocol::DEFAULT_MAX_PACKET);
    for _ in 0..rounds {
        decoder.push(black_box(&packets));
        let (frames, error) = decoder.next_frames();
        assert_eq!((frames.count() as u64, error), (PACKETS, None));
    }
}

/// What a packet says.
fn read(rounds: u64) {
    let packet = chat_request();
    for _ in 0..rounds {
        let body = black_box(&packet[HEADER_SIZE..]);
        black_box(RoomChatReq::decode(body).expect("a message"));
    }
}

/// A packet out of what it says.
fn write(rounds: u64) {
    for _ in 0..rounds {
        let (unique_id, message) = black_box((7, MESSAGE));
        let packet = RoomChatNtf { unique_id, message }.encode();
        black_box(packet.expect("a packet"));
    }
}

/// A message of one member to all of them: into their outboxes, and sent.
fn broadcast(rounds: u64) {
    let mut room = TestRoom::new(Chat).expect("a room");
    let members: Vec<_> = (0..MEMBERS)
        .map(|number| room.enter(&format!("user {number}")).expect("a seat"))
        .collect();
    let (speaker, packet) = (members[0].0, chat_request());
    for _ in 0..rounds {
        assert_eq!(room.packet(speaker, &packet), Ok(Handled::Yes));
        for (_, heard) in &members {
            heard.packets(|_| ());
        }
    }
}

fn chat_request() -> Vec<u8> {
    let request = RoomChatReq { message: MESSAGE };
    request.encode().expect("a packet").into_bytes()
}

/// The rules of a room in which everybody hears every message.
struct Chat;

impl RoomLogic for Chat {
    type Event = Infallible;

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        let RoomChatReq { message } = packet.decode()?;
        let unique_id = from.unique_id;
        room.send_to_all(&RoomChatNtf { unique_id, message })?;
        Ok(Handled::Yes)
    }
}
