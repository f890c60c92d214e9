//! A thousand runs of servers that follow each other on one log, in which anything goes wrong at any time. Each is told by a
//! number, so one that fails can be run again.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fastrand::Rng;
use room_log::{Fault, MemoryLog, Outcome, Position, Since, Writer};

use crate::promise::{Owner, history, say};

/// What the members of the rooms have seen, and the senders been told.
#[derive(Default)]
struct Seen {
    /// Messages as they came, by room.
    live: BTreeMap<i32, Vec<(Position, String)>>,
    answered: Vec<String>,
    refused: Vec<String>,
    unknown: Vec<String>,
}

fn run(seed: u64) -> usize {
    let mut numbers = Rng::with_seed(seed);
    let log = MemoryLog::default();
    let mut seen = Seen::default();
    let mut writers: Vec<(Writer, Owner)> = Vec::new();
    let mut said = 0;
    for generation in 1..=3 {
        // The one before goes on for a while, and does not know that it was replaced.
        let owner = Owner::default();
        owner.0.store(generation, Ordering::SeqCst);
        let mut fault_numbers = Rng::with_seed(seed * 31 + generation);
        let faults = move || match fault_numbers.u8(..8) {
            0 => Fault::Refused,
            1 => Fault::LostBefore,
            2 => Fault::LostAfter,
            3 => Fault::Late,
            _ => Fault::None,
        };
        log.set_faults(faults);
        let writer = Writer::new(log.clone(), owner.clone())
            .unwrap()
            .with_patience(Duration::ZERO);
        writers.push((writer, owner));
        for _ in 0..20 {
            let is_old = writers.len() > 1 && numbers.u8(..4) == 0;
            let which = writers.len() - 1 - usize::from(is_old);
            let requests = (0..numbers.u8(..5)).map(|_| {
                said += 1;
                say(numbers.i32(..2), &format!("{generation}.{said}"))
            });
            let requests = requests.collect();
            turn(&mut writers[which].0, requests, &mut seen);
        }
    }
    log.set_faults(|| Fault::None);
    // What is in doubt at the last is settled; then a fourth server tells what there is.
    turn(&mut writers[2].0, Vec::new(), &mut seen);
    for room in [0, 1] {
        check(&log, room, &seen, seed);
    }
    seen.answered.len()
}

fn turn(writer: &mut Writer, requests: Vec<room_log::Request<String>>, seen: &mut Seen) {
    let rooms: Vec<_> = requests.iter().map(|request| request.room).collect();
    let done = writer.turn(requests);
    for late in done.late {
        for (_, kept) in late.messages {
            let text = kept.entry.as_ref().unwrap().message.to_string();
            seen.live.entry(late.room).or_default().push((kept.at, text));
        }
    }
    for (room, answer) in rooms.into_iter().zip(done.answers) {
        match answer.outcome {
            Outcome::Stored { at, .. } => {
                let live = seen.live.entry(room).or_default();
                live.push((at, answer.token.clone()));
                seen.answered.push(answer.token);
            }
            Outcome::NotStored => seen.refused.push(answer.token),
            _ => seen.unknown.push(answer.token),
        }
    }
}

/// Answered and lost: none. Refused and there: none. Twice: none. And the order that members saw is that of the log.
fn check(log: &MemoryLog, room: i32, seen: &Seen, seed: u64) {
    let owner = Owner::default();
    owner.0.store(9, Ordering::SeqCst);
    let mut writer = Writer::new(log.clone(), owner).unwrap();
    let done = writer.turn(vec![history(room, Since::Beginning)]);
    let Outcome::History { messages, .. } = &done.answers[0].outcome else {
        panic!("seed {seed}: {:?}", done.answers[0].outcome);
    };
    let kept = messages
        .iter()
        .map(|kept| (kept.at, kept.entry.as_ref().unwrap().message.to_string()));
    let kept: Vec<_> = kept.collect();
    let texts: Vec<_> = kept.iter().map(|(_, text)| text).collect();
    for (index, text) in texts.iter().enumerate() {
        assert!(
            !texts[..index].contains(text),
            "seed {seed}: {text} is there twice"
        );
        assert!(
            !seen.refused.contains(text),
            "seed {seed}: {text} was refused, and is there"
        );
    }
    let live = seen.live.get(&room).cloned().unwrap_or_default();
    let mut last = None;
    for message in &live {
        let place = kept.iter().position(|one| one == message);
        assert!(place.is_some(), "seed {seed}: {message:?} was seen, and is lost");
        assert!(place > last, "seed {seed}: {message:?} came in another order");
        last = place;
    }
    for generation in 1..=3 {
        let of_generation = kept.iter().filter(|(at, _)| at.generation == generation);
        let counted: Vec<_> = of_generation.map(|(at, _)| at.number).collect();
        let expected: Vec<_> = (1..=counted.len() as u64).collect();
        assert_eq!(counted, expected, "seed {seed}, generation {generation}");
    }
}

#[test]
fn nothing_that_was_answered_is_lost_and_nothing_comes_twice() {
    let answered: usize = (1..=1_000).map(run).sum();
    assert!(answered > 10_000, "{answered}");
}
