//! Logins and log-outs that race.

use std::sync::Arc;

use loom::thread;

use crate::outbox::Put;
use crate::recorder::Recorder;
use crate::session::Session;
use crate::users::Users;
use crate::{for_every_order, packet, send_in_a_batch, session};

fn sessions() -> [Arc<Session>; 3] {
    [1, 2, 3].map(|id| session(id, &Recorder::default(), None))
}

fn who_is_bob(users: &Users) -> Option<u64> {
    users.find("bob").map(|found| found.id())
}

#[test]
fn of_racing_logins_exactly_one_wins() {
    for_every_order(|| {
        let users = Arc::new(Users::default());
        let racers = sessions().map(|session| {
            let users = Arc::clone(&users);
            thread::spawn(move || users.log_in("bob", &session, || ()).map(|_| session.id()))
        });
        let won = racers.map(|racer| racer.join().expect("no panic"));
        let winners: Vec<_> = won.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!(who_is_bob(&users), Some(winners[0]));
    });
}

#[test]
fn no_whisper_comes_before_the_answer_to_the_login() {
    for_every_order(|| {
        let users = Arc::new(Users::default());
        let recorder = Recorder::default();
        let bob = session(1, &recorder, None);
        let table = Arc::clone(&users);
        let whisperer = thread::spawn(move || {
            let found = table.find("bob");
            found.is_some_and(|bob| {
                send_in_a_batch(&bob, &[packet(b'w')]);
                true
            })
        });
        let own = Arc::clone(&bob);
        users.log_in("bob", &bob, || assert_eq!(own.put(&packet(b'r')), Put::List));
        bob.send();
        let was_found = whisperer.join().expect("no panic");
        let both = [packet(b'r'), packet(b'w')].concat();
        assert_eq!(recorder.taken(), both[..if was_found { 12 } else { 6 }]);
    });
}

#[test]
fn a_late_log_out_does_not_remove_a_newer_login() {
    for_every_order(|| {
        let users = Arc::new(Users::default());
        let [old, new, _] = sessions();
        users.log_in("bob", &old, || ());
        let (table, leaving) = (Arc::clone(&users), Arc::clone(&old));
        let clean_up = thread::spawn(move || {
            table.log_out("bob", &leaving);
            table.log_out("bob", &leaving);
        });
        let won = users.log_in("bob", &new, || ()).is_some();
        assert_eq!(won, who_is_bob(&users) == Some(new.id()));
        clean_up.join().expect("no panic");
        assert_eq!(who_is_bob(&users), won.then_some(new.id()));
    });
}

#[test]
fn of_racing_logins_that_take_over_one_is_left_and_every_other_is_given_once() {
    for_every_order(|| {
        let users = Arc::new(Users::default());
        let racers = sessions().map(|session| {
            let users = Arc::clone(&users);
            thread::spawn(move || {
                let (_, older) = users.take_over("bob", &session, || ());
                // As its worker does with the older one.
                older.map(|older| {
                    users.log_out("bob", &older);
                    older.id()
                })
            })
        });
        let replaced = racers.map(|racer| racer.join().expect("no panic"));
        let mut all: Vec<_> = replaced.into_iter().flatten().chain(who_is_bob(&users)).collect();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
    });
}

#[test]
fn an_id_has_one_session_at_a_time() {
    for_every_order(|| {
        let users = Users::default();
        let [first, second, _] = sessions();
        assert!(users.log_in("bob", &first, || ()).is_some());
        assert!(users.log_in("bob", &second, || ()).is_none());
        assert_eq!(who_is_bob(&users), Some(first.id()));
        users.log_out("bob", &second);
        assert_eq!(who_is_bob(&users), Some(first.id()));
        users.log_out("bob", &first);
        assert_eq!(who_is_bob(&users), None);
        assert!(users.log_in("bob", &second, || ()).is_some());
    });
}
