//! A match that fits nowhere, since all tables are taken: it holds no seat meanwhile, others are matched, and it comes to its
//! table as soon as there is one.

use serde_json::{Value, json};

use crate::place::Place;
use crate::processes::Cluster;
use crate::support::{Server, eventually};
use crate::talker::Packets;
use crate::{LONG, enters};

/// A ticket for a match of two.
#[track_caller]
fn wish(api: &Server, token: &str, game: &str) -> String {
    let wish = json!({"game": game, "size": 2}).to_string();
    let answer = api.call("POST /v1/matches", token, &wish).expect(201, "");
    format!("/v1/matches/{}", answer.body["id"].as_str().expect("an id"))
}

fn poll(api: &Server, token: &str, path: &str) -> Value {
    api.call(&format!("GET {path}"), token, "").expect(200, "").body
}

/// The seat that the match gives in the end.
#[track_caller]
fn seat(api: &Server, user: &str, token: &str, path: &str) -> Place {
    let mut body = Value::Null;
    eventually("they are matched", || {
        body = poll(api, token, path);
        body["state"] == "matched"
    });
    Place::of(user, &body["assignment"])
}

/// Users of these names, with their tokens and their tickets for a match.
fn two(api: &Server, users: [&'static str; 2], game: &str) -> [(&'static str, String, String); 2] {
    users.map(|user| {
        let token = api.new_user(user);
        let path = wish(api, &token, game);
        (user, token, path)
    })
}

#[test]
fn a_match_without_a_table_waits_and_holds_up_nobody() {
    let cluster = Cluster::start();
    let api = &cluster.api;
    let flags = [&LONG[..], &["--rooms", "2", "--room-size", "2"]].concat();
    let _baccarat = cluster.server("baccarat-server", &flags);
    let _chat = cluster.server("chat-server", &LONG);
    // Somebody sits at each of the two tables.
    let sit = |user: &str, room| {
        let place = cluster.new_place(user, "baccarat", Some(room));
        Packets::take(&place).expect("a seat").0
    };
    let (first, _second) = (sit("first", 0), sit("second", 1));
    let unlucky = two(api, ["alice", "bob"], "baccarat");
    // Later, and of another game: these are not held up.
    let lucky = two(api, ["carol", "dora"], "chat");
    let mut seats = lucky.map(|(user, token, path)| seat(api, user, &token, &path));
    seats.sort_by_key(|place| place.user.clone());
    assert_eq!(seats[0].room, seats[1].room);
    let mut carol = seats[0].log_in(1);
    enters(&mut carol, seats[0].room);
    for (_, token, path) in &unlucky {
        assert_eq!(poll(api, token, path)["state"], "waiting");
    }
    // Attempts have left no seat behind: the one beside the first is free.
    let token = api.new_user("third");
    let third = api.place("third", &token, "baccarat", Some(0));
    let third = Packets::take(&third).expect("a seat");
    drop((first, third));
    let seats = unlucky.map(|(user, token, path)| seat(api, user, &token, &path));
    assert_eq!(seats[0].room, seats[1].room);
    assert_eq!(seats[0].room, 0, "the table that is free");
    for place in &seats {
        assert!(Packets::take(place).is_some(), "{} has the seat", place.user);
    }
}
