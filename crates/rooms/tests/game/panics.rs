//! A panic in each call of the game: the connection that it was about ends, and nobody else notices.

use std::sync::Arc;
use std::time::Duration;

use net::{Limits, NetError};
use protocol::message::ErrorNtf;
use protocol::{Codec, ErrorCode, Frames, PacketId};
use rooms::{Config, Direction};

use crate::notes::{BOMB, ENTERED, ENTERING, LEFT, LOGGED_OUT, MIRROR, NOTE, PANIC, TRAP_THE_TICK};
use crate::server::{Running, enter, entered, has_come, has_left, leave, note, packet};
use crate::support::{Client, eventually};

/// Who is in room 7, and who is in room 8 of the same worker or of another one.
struct Witnesses {
    beside: Client,
    elsewhere: Client,
}

impl Witnesses {
    fn enter(server: &Running) -> Self {
        let [mut beside, mut elsewhere] = ["beside", "elsewhere"].map(|user_id| server.user(user_id));
        beside.exchange(&enter(7), &[entered(7, 1, &[]), note("beside is in 7")].concat());
        let welcome = [entered(8, 1, &[]), note("elsewhere is in 8")];
        elsewhere.exchange(&enter(8), &welcome.concat());
        Self { beside, elsewhere }
    }

    /// Both are in their rooms, and nothing else has come to them.
    fn are_served(&mut self) {
        self.beside.exchange(&packet(NOTE, "on"), &note("beside: on"));
        self.elsewhere
            .exchange(&packet(NOTE, "on"), &note("elsewhere: on"));
    }

    /// There are two members, and nobody of whom they do not know.
    fn are_alone(&mut self, server: &Running, next_unique_id: u64) {
        self.are_served();
        let mut last = server.user("last");
        let welcome = [entered(7, next_unique_id, &[(1, "beside")]), note("last is in 7")];
        last.exchange(&enter(7), &welcome.concat());
        let come = [has_come(next_unique_id, "last"), note("last is in 7")];
        self.beside.expect(&come.concat());
        drop(last);
        let gone = [has_left(next_unique_id), note("last of 2")];
        self.beside.expect(&gone.concat());
        eventually("the rooms in use are counted", || {
            server.counters.read().rooms_in_use == 2
        });
        eventually("the users are counted", || server.counters.read().users == 2);
    }
}

fn with_workers(test: impl Fn(Running)) {
    for workers in [1, 4] {
        test(Running::start(Config {
            workers,
            ..Config::default()
        }));
    }
}

#[test]
fn in_a_packet_of_the_room() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        let mut bad = server.user("bad");
        bad.exchange(
            &enter(7),
            &[entered(7, 2, &[(1, "beside")]), note("bad is in 7")].concat(),
        );
        let come = [has_come(2, "bad"), note("bad is in 7")];
        witnesses.beside.expect(&come.concat());
        // What stands behind it in the same read is not answered either.
        bad.send(&[packet(NOTE, PANIC), packet(NOTE, "still here")].concat());
        bad.expect_end_or_reset();
        witnesses.beside.expect(&[has_left(2), note("bad of 2")].concat());
        drop(server.user_again("bad"));
        witnesses.are_alone(&server, 3);
        server.end();
    });
}

#[test]
fn in_a_packet_of_the_game() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        let mut bad = server.user("bad");
        bad.send(&packet(MIRROR, PANIC));
        bad.expect_end_or_reset();
        drop(server.user_again("bad"));
        witnesses.are_alone(&server, 2);
        server.end();
    });
}

#[test]
fn in_entering() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        let mut bad = server.user(ENTERING);
        bad.send(&enter(7));
        bad.receive_until_ended();
        // As in `entered`: who has come must go.
        let come_and_gone = [
            has_come(2, ENTERING),
            has_left(2),
            note(&format!("{ENTERING} of 2")),
        ];
        witnesses.beside.expect(&come_and_gone.concat());
        drop(server.user_again(ENTERING));
        witnesses.are_alone(&server, 3);
        server.end();
    });
}

#[test]
fn in_entered() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        let mut bad = server.user(ENTERED);
        bad.send(&enter(7));
        bad.receive_until_ended();
        // The members were told of one who has come, so they are told of one who leaves.
        let come_and_gone = [
            has_come(2, ENTERED),
            has_left(2),
            note(&format!("{ENTERED} of 2")),
        ];
        witnesses.beside.expect(&come_and_gone.concat());
        drop(server.user_again(ENTERED));
        witnesses.are_alone(&server, 3);

        // In an empty room, which stays one.
        let mut bad = server.user_again(ENTERED);
        bad.send(&enter(9));
        bad.receive_until_ended();
        drop(server.user_again(ENTERED));
        let mut good = server.user("good");
        good.exchange(&enter(9), &[entered(9, 2, &[]), note("good is in 9")].concat());
        drop(good);
        witnesses.are_alone(&server, 4);
        server.end();
    });
}

#[test]
fn in_left() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        for (unique_id, say_so) in [(2, true), (3, false)] {
            let mut bad = server.user_again(LEFT);
            let welcome = [
                entered(7, unique_id, &[(1, "beside")]),
                note(&format!("{LEFT} is in 7")),
            ];
            bad.exchange(&enter(7), &welcome.concat());
            let come = [has_come(unique_id, LEFT), note(&format!("{LEFT} is in 7"))];
            witnesses.beside.expect(&come.concat());
            if say_so {
                bad.send(&leave());
                bad.receive_until_ended();
            }
            drop(bad);
            witnesses.beside.expect(&has_left(unique_id));
            drop(server.user_again(LEFT));
        }
        // As the last one of a room.
        let mut bad = server.user_again(LEFT);
        bad.exchange(
            &enter(9),
            &[entered(9, 1, &[]), note(&format!("{LEFT} is in 9"))].concat(),
        );
        drop(bad);
        drop(server.user_again(LEFT));
        witnesses.are_alone(&server, 4);
        server.end();
    });
}

#[test]
fn in_logged_out() {
    with_workers(|server| {
        let mut witnesses = Witnesses::enter(&server);
        // As many as there are workers, so that each of them has met one.
        for _ in 0..4 {
            drop(server.user_again(LOGGED_OUT));
        }
        witnesses.are_alone(&server, 2);
        let _bad = server.user_again(LOGGED_OUT);
        server.end();
    });
}

#[test]
fn in_tick() {
    for workers in [1, 4] {
        let config = Config {
            workers,
            ..Config::default()
        };
        let server = Running::start_with_ticks(config, Some(Duration::from_millis(5)));
        let mut clients = [7, 8].map(|room| {
            let mut client = server.user(&format!("in {room}"));
            client.send(&enter(room));
            client.skip_to(&note("tick"));
            client
        });
        for _ in 0..3 {
            clients[0].send(&packet(TRAP_THE_TICK, ""));
            clients[0].send(&packet(NOTE, "trapped"));
            clients[0].skip_to(&note("in 7: trapped"));
            clients[0].skip_to(&note("tick"));
            clients[1].expect(&note("tick"));
        }
        drop(clients);
        server.end();
    }
}

/// A trace is the program's code, like the game.
#[test]
fn in_the_trace_of_a_last_word() {
    for workers in [1, 4] {
        let server = Running::start(Config {
            workers,
            login_timeout: Some(Duration::from_millis(300)),
            trace: Some(Arc::new(|direction, _, packet| {
                let id = Frames::new(packet).next().map(|frame| frame.header.packet_id);
                assert!(
                    direction == Direction::In || id != Some(PacketId::ERROR_NTF),
                    "a trap"
                );
            })),
            ..Config::default()
        });
        let mut witnesses = Witnesses::enter(&server);
        // As many as there are workers, so that each of them has met one.
        let silent: Vec<_> = (0..4).map(|_| server.connect()).collect();
        for mut client in silent {
            let last_word = ErrorNtf::bytes(Codec::Binary, ErrorCode::DISCONNECT_UNAUTHENTICATED_USER);
            assert_eq!(client.receive_rest(), last_word);
        }
        witnesses.are_served();
        let Witnesses { beside, elsewhere } = witnesses;
        let last_words = [beside, elsewhere].map(|mut client| {
            std::thread::spawn(move || {
                let last_words = client.receive_rest();
                client.half_close();
                last_words
            })
        });
        server.end();
        for last_word in last_words {
            let last_word = last_word.join().expect("an orderly end");
            assert_eq!(
                last_word,
                ErrorNtf::bytes(Codec::Binary, ErrorCode::SERVER_SHUTTING_DOWN)
            );
        }
    }
}

/// A fault of the engine is worse: the rooms of that worker are lost. The server ends, and says so, also where it would
/// give its clients all the time in the world.
#[test]
fn in_the_worker_itself() {
    for workers in [1, 4] {
        let server = Running::start(Config {
            workers,
            limits: Limits {
                drain: None,
                ..Limits::default()
            },
            ..Config::default()
        });
        let Witnesses {
            beside,
            mut elsewhere,
        } = Witnesses::enter(&server);
        let silent = server.connect();
        let mut bad = server.user("bad");
        bad.send(&enter(11));
        bad.skip_to(&note("bad is in 11"));
        bad.send(&packet(BOMB, ""));
        // Rooms 7 and 11 have the same worker.
        for mut lost in [bad, beside] {
            lost.receive_until_ended();
        }
        if workers > 1 {
            let last_word = ErrorNtf::bytes(Codec::Binary, ErrorCode::SERVER_SHUTTING_DOWN);
            elsewhere.expect(&last_word);
        }
        drop([elsewhere, silent]);
        let outcome = server.has_ended();
        assert!(matches!(outcome, Err(NetError::WorkerPanicked(_))), "{outcome:?}");
    }
}
