//! What follows from answers, with no server.

use super::*;
use crate::account::Assignment;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::ZERO;

fn watch() -> Watch {
    Watch::new(MatchWish {
        size: 2,
        rating: None,
    })
}

fn table(ticket: &str) -> Result<MatchState, AccountError> {
    let place = Assignment {
        server: "127.0.0.1:9".parse().unwrap(),
        room: 5,
        ticket: Secret::new(ticket),
    };
    let members = Vec::new();
    Ok(MatchState::Matched(Found { place, members }, false))
}

fn settled(ticket: &str) -> Result<MatchState, AccountError> {
    table(ticket).map(|state| match state {
        MatchState::Matched(found, _) => MatchState::Matched(found, true),
        other => other,
    })
}

fn failed(reason: &str) -> Result<MatchState, AccountError> {
    Ok(MatchState::Failed(reason.to_owned()))
}

fn unreachable() -> AccountError {
    let (api, reason) = ("API".to_owned(), "refused".to_owned());
    AccountError::Unreachable { api, reason }
}

/// The news in words.
#[track_caller]
fn expect(step: &Step, news: &[&str], next: &Next) {
    let words = |news: &News| match news {
        News::Told(text) => text.clone(),
        News::Found(found) => format!("found {}", found.place.ticket.reveal()),
        News::Off => "off".to_owned(),
        News::Back => "back".to_owned(),
        News::Failed(error) => format!("failed: {error}"),
    };
    let told: Vec<_> = step.news.iter().map(words).collect();
    assert_eq!(told, news);
    assert_eq!(&step.next, next);
}

#[test]
fn a_server_that_waits_is_asked_at_once_and_one_that_does_not_after_a_moment() {
    let mut watch = watch();
    expect(&watch.asked(Ok(())), &["waiting for 1 more player"], &Next::Look);
    expect(&watch.seen(Ok(MatchState::Waiting), LONG), &[], &Next::Look);
    expect(&watch.seen(Ok(MatchState::Waiting), SHORT), &[], &Next::LookSoon);
    expect(&watch.seen(table("one"), SHORT), &["found one"], &Next::Look);
    expect(&watch.seen(table("one"), SHORT), &[], &Next::LookSoon);
}

#[test]
fn a_table_is_looked_after_until_all_have_come() {
    let mut watch = watch();
    watch.seen(table("one"), SHORT);
    assert!(!watch.is_waiting());
    expect(&watch.seen(table("one"), LONG), &[], &Next::Look);
    expect(&watch.seen(settled("one"), SHORT), &[], &Next::End);
    // Also where all have come before this client has looked.
    let mut watch = self::watch();
    expect(&watch.seen(settled("one"), SHORT), &["found one"], &Next::Look);
}

#[test]
fn a_table_that_is_off_makes_room_for_another_one() {
    let mut watch = watch();
    watch.seen(table("one"), SHORT);
    expect(&watch.seen(Ok(MatchState::Waiting), LONG), &["back"], &Next::Look);
    assert!(watch.is_waiting());
    expect(&watch.seen(table("two"), SHORT), &["found two"], &Next::Look);
    let off = "the match has failed (server_lost): asking for another one";
    expect(
        &watch.seen(failed("server_lost"), SHORT),
        &["off", off],
        &Next::AskLater(None),
    );
}

#[test]
fn whoever_never_comes_stops_asking() {
    let mut watch = watch();
    let off = "you did not come in time: asking for another match";
    for _ in 1..MOST_NO_SHOWS {
        watch.seen(table("one"), SHORT);
        expect(
            &watch.seen(failed("no_show"), LONG),
            &["off", off],
            &Next::AskLater(None),
        );
    }
    let end =
        "failed: 3 tables were found, and you came to none of them in time: can you reach the game servers?";
    expect(&watch.seen(failed("no_show"), LONG), &[end], &Next::End);
}

#[test]
fn the_same_trouble_is_told_once() {
    let mut watch = watch();
    let told = "no news of the match: cannot reach the API at API: refused: is it running?";
    expect(
        &watch.seen(Err(unreachable()), SHORT),
        &[told],
        &Next::LookLater(None),
    );
    expect(
        &watch.seen(Err(unreachable()), SHORT),
        &[],
        &Next::LookLater(None),
    );
    watch.seen(Ok(MatchState::Waiting), LONG);
    expect(
        &watch.seen(Err(unreachable()), SHORT),
        &[told],
        &Next::LookLater(None),
    );
    let wait = Some(Duration::from_secs(7));
    let told = "no match yet: no server has a place: try again in 7 s";
    expect(
        &watch.asked(Err(AccountError::NoServer { wait })),
        &[told],
        &Next::AskLater(wait),
    );
}

#[test]
fn a_server_that_has_forgotten_is_asked_again_while_there_is_no_table() {
    let mut watch = watch();
    let told = "the API server has forgotten that you wait: asking again";
    expect(
        &watch.seen(Err(AccountError::NoSuchMatch), SHORT),
        &[told],
        &Next::AskLater(None),
    );
    watch.seen(table("one"), SHORT);
    expect(
        &watch.seen(Err(unreachable()), SHORT),
        &[],
        &Next::LookLater(None),
    );
    expect(
        &watch.seen(Err(AccountError::NoSuchMatch), SHORT),
        &[],
        &Next::End,
    );
}

#[test]
fn what_only_the_user_can_mend_is_the_end() {
    let mut watch = watch();
    let user = "alice".to_owned();
    let wrong = watch.seen(Err(AccountError::WrongCredentials { user }), SHORT);
    let end = "failed: the name or the password of alice is wrong; --register makes a new account";
    expect(&wrong, &[end], &Next::End);
    expect(
        &watch.asked(Err(AccountError::NoMatches)),
        &["failed: this API server makes no matches"],
        &Next::End,
    );
}
