//! A hundred clients that want to be the same user: one is, and its whispers reach nobody else.

use protocol::ErrorCode;

use crate::support::messages::{log_in, logged_in, whisper, whispered, whispers};
use crate::support::{Client, eventually};
use crate::{WORKERS, is_served, server, user};

const RACERS: usize = 100;
const ROUNDS: usize = 5;

#[test]
fn of_a_hundred_logins_one_wins_and_gets_its_whispers() {
    for workers in WORKERS {
        let server = server(workers, &["--rate-limit", "0"]);
        let mut whisperer = user(&server, "whisperer");
        let mut racers: Vec<_> = (0..RACERS).map(|_| server.connect()).collect();
        racers.iter_mut().for_each(is_served);
        for round in 0..ROUNDS {
            // With the server frozen all are under way at once.
            server.process.freeze();
            racers.iter_mut().for_each(|racer| racer.send(&log_in("bob")));
            server.process.thaw();
            let winner = the_one_who_won(&mut racers);
            let mut winner = racers.swap_remove(winner);

            let message = format!("for the winner of round {round}");
            whisperer.exchange(&whisper("bob", &message), &whispered(1));
            winner.expect(&whispers("whisperer", &message));
            is_served(&mut winner);
            match round % 2 {
                0 => winner.reset(),
                _ => drop(winner),
            }
            // Some of these are too late; nobody who is bob later must get one of them.
            until_nobody_is_bob(&mut whisperer);
            // Whoever has lost has heard nothing but that.
            racers.push(server.connect());
            racers.iter_mut().for_each(is_served);
        }
    }
}

#[track_caller]
fn the_one_who_won(racers: &mut [Client]) -> usize {
    let mut winners = Vec::new();
    for (number, racer) in racers.iter_mut().enumerate() {
        let mut reply = [0; 7];
        racer.receive_exactly(&mut reply);
        if reply[..] == logged_in(1) {
            winners.push(number);
        } else {
            assert_eq!(reply[..], logged_in(ErrorCode::LOGIN_USER_DUPLICATION.0));
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    winners[0]
}

fn until_nobody_is_bob(whisperer: &mut Client) {
    eventually("nobody is bob", || {
        let nobody = whispered(ErrorCode::WHISPER_NO_SUCH_USER.0);
        whisperer.is_answered(&whisper("bob", "too late"), &nobody)
    });
}
