//! Who works: the thread that has brought something, or the worker's own.

use net::{Connection, Ending};

use super::*;
use crate::role::Woken;

/// A worker at its desk, without a thread of its own.
fn desk() -> Arc<Desks<Nothing>> {
    desk_of(worker(Config::default()))
}

fn desk_of(worker: Worker<Nothing>) -> Arc<Desks<Nothing>> {
    let desks = Desks::new(Arc::clone(&worker.engine));
    desks.begin(worker);
    Arc::new(desks)
}

#[test]
fn whoever_brings_an_item_answers_it() {
    let desks = desk();
    let client = TestClient::new(1);
    client.hand_over_to(&desks.engine, ping(), Instant::now(), None);
    desks.work(0);
    assert_eq!(client.replies(), [pong()]);
}

#[test]
fn while_somebody_works_others_put_in_and_go_on() {
    let desks = desk();
    let client = TestClient::new(1);
    assert!(desks.engine.role(0).take());
    client.hand_over_to(&desks.engine, ping(), Instant::now(), None);
    desks.work(0);
    assert!(client.replies().is_empty());
    desks.engine.role(0).give_up();
    desks.work(0);
    assert_eq!(client.replies(), [pong()]);
}

#[test]
fn what_is_more_than_a_share_is_left_to_the_own_thread() {
    let mut worker = worker(Config {
        limits: Limits::default(),
        ..Config::default()
    });
    let client = TestClient::new(1);
    // More than a batch has.
    (0..300).for_each(|_| client.hand_over(&worker, ping(), Instant::now()));
    assert!(matches!(worker.turn(1), Turn::Over));
    let answered = client.replies().len();
    assert!((1..300).contains(&answered), "{answered}");
    assert!(matches!(worker.turn(usize::MAX), Turn::Done));
    assert_eq!(answered + client.replies().len(), 300);
}

#[test]
fn a_command_wakes_the_own_thread_unless_somebody_works() {
    let desks = desk();
    desks.engine.command(0, Command::Clock);
    assert_eq!(desks.engine.role(0).wait(), Woken::Rung);
    assert!(desks.engine.role(0).take());
    desks.engine.command(0, Command::Clock);
    assert!(!desks.engine.role(0).is_rung());
    desks.engine.role(0).give_up();
}

#[test]
fn an_alarm_that_a_client_thread_has_set_wakes_the_own_thread() {
    let mut worker = worker(Config::default());
    let soon = Instant::now() + Duration::from_millis(5);
    worker.delivery.alarms().set(7, soon);
    let desks = desk_of(worker);
    let client = TestClient::new(1);
    client.hand_over_to(&desks.engine, ping(), Instant::now(), None);
    desks.work(0);
    assert_eq!(desks.engine.role(0).wait(), Woken::Alarm);
    assert!(Instant::now() >= soon);
}

/// Whichever thread has come to it.
#[test]
fn after_the_end_nobody_works() {
    let desks = desk();
    desks.engine.command_all(|| Command::Stop);
    desks.work(0);
    assert_eq!(desks.engine.role(0).wait(), Woken::Rung);
    let client = TestClient::new(1);
    client.hand_over_to(&desks.engine, ping(), Instant::now(), None);
    desks.work(0);
    assert!(client.replies().is_empty());
}

/// What no transport of the engine does.
struct Panics;

impl Transport for Panics {
    fn send_now(&self, _bytes: &[u8]) -> Result<usize, NetError> {
        panic!("in a worker");
    }

    fn end(&self, _why: Ending) {}

    fn cut(&self) {}

    fn connection(&self) -> Option<&Connection> {
        None
    }
}

#[test]
fn a_worker_that_panics_ends_the_server_on_whichever_thread() {
    for on_a_client_thread in [false, true] {
        let desks = desk();
        let client = TestClient {
            session: Arc::new(Session::new(1, Arc::new(Panics), Codec::Binary, None, 0)),
            recorder: Recorder::default(),
        };
        client.hand_over_to(&desks.engine, ping(), Instant::now(), None);
        if on_a_client_thread {
            desks.work(0);
        }
        let thread = {
            let desks = Arc::clone(&desks);
            thread::spawn(move || desks.work_until_the_end(0))
        };
        // Its client thread is told, and nobody waits for what it says last.
        client.session.progress().wait_until_answered();
        let reason = client.session.progress().wait_until_finished();
        assert!(matches!(reason, Some(NetError::WorkerPanicked(_))), "{reason:?}");
        assert!(desks.engine.shutdown.requested());
        desks.engine.command_all(|| Command::Stop);
        let outcome = thread.join().expect("it has caught its panic");
        assert!(matches!(outcome, Err(NetError::WorkerPanicked(_))), "{outcome:?}");
    }
}
