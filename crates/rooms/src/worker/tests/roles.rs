//! Who works: the thread that has brought something, or the worker's own.

use net::Connection;

use super::*;
use crate::role::Woken;

/// An engine with a worker at its desk, and no thread of its own.
fn engine_without_thread() -> Arc<Engine<Nothing>> {
    let worker = worker(Config::default());
    let engine = Arc::clone(&worker.engine);
    engine.desk(0).begin(worker);
    engine
}

fn end(engine: &Engine<Nothing>) {
    engine.command_all(|| Command::Stop);
    engine.work(0);
}

#[test]
fn whoever_brings_an_item_answers_it() {
    let engine = engine_without_thread();
    let client = TestClient::new(1);
    client.hand_over_to(&engine, ping(), Instant::now(), None);
    engine.work(0);
    assert_eq!(client.replies(), [pong()]);
    end(&engine);
}

#[test]
fn while_somebody_works_others_put_in_and_go_on() {
    let engine = engine_without_thread();
    let client = TestClient::new(1);
    assert!(engine.role(0).take());
    client.hand_over_to(&engine, ping(), Instant::now(), None);
    engine.work(0);
    assert!(client.replies().is_empty());
    engine.role(0).give_up();
    engine.work(0);
    assert_eq!(client.replies(), [pong()]);
    end(&engine);
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
    let engine = engine_without_thread();
    engine.command(0, Command::Clock);
    assert_eq!(engine.role(0).wait(), Woken::Rung);
    assert!(engine.role(0).take());
    engine.command(0, Command::Clock);
    assert!(!engine.role(0).is_rung());
    engine.role(0).give_up();
    end(&engine);
}

#[test]
fn an_alarm_that_a_client_thread_has_set_wakes_the_own_thread() {
    let mut worker = worker(Config::default());
    let engine = Arc::clone(&worker.engine);
    let soon = Instant::now() + Duration::from_millis(5);
    worker.delivery.alarms().set(7, soon);
    engine.desk(0).begin(worker);
    let client = TestClient::new(1);
    client.hand_over_to(&engine, ping(), Instant::now(), None);
    engine.work(0);
    assert_eq!(engine.role(0).wait(), Woken::Alarm);
    assert!(Instant::now() >= soon);
    end(&engine);
}

/// Whichever thread has come to it.
#[test]
fn after_the_end_nobody_works() {
    let engine = engine_without_thread();
    end(&engine);
    assert_eq!(engine.role(0).wait(), Woken::Rung);
    let client = TestClient::new(1);
    client.hand_over_to(&engine, ping(), Instant::now(), None);
    engine.work(0);
    assert!(client.replies().is_empty());
}

/// What no transport of the engine does.
struct Panics;

impl Transport for Panics {
    fn send_now(&self, _bytes: &[u8]) -> Result<usize, NetError> {
        panic!("in a worker");
    }

    fn end(&self) {}

    fn cut(&self) {}

    fn connection(&self) -> Option<&Connection> {
        None
    }
}

#[test]
fn a_worker_that_panics_ends_the_server_on_whichever_thread() {
    for on_a_client_thread in [false, true] {
        let engine = engine_without_thread();
        let client = TestClient {
            session: Arc::new(Session::new(1, Arc::new(Panics), Codec::Binary, None, 0)),
            recorder: Recorder::default(),
        };
        client.hand_over_to(&engine, ping(), Instant::now(), None);
        if on_a_client_thread {
            engine.work(0);
        }
        let thread = {
            let engine = Arc::clone(&engine);
            thread::spawn(move || engine.work_until_the_end(0))
        };
        // Its client thread is told, and nobody waits for what it says last.
        client.session.progress().wait_until_answered();
        let reason = client.session.progress().wait_until_finished();
        assert!(matches!(reason, Some(NetError::WorkerPanicked(_))), "{reason:?}");
        assert!(engine.shutdown.requested());
        engine.command_all(|| Command::Stop);
        let outcome = thread.join().expect("it has caught its panic");
        assert!(matches!(outcome, Err(NetError::WorkerPanicked(_))), "{outcome:?}");
    }
}
