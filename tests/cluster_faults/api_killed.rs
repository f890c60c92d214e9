//! An API server that is killed: rooms go on without it, and on the same file it lets everybody in again.

use std::time::Instant;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::processes::Cluster;
use crate::support::{Signal, address_to_ask_for, eventually};
use crate::{LONG, RIGHT_AGAIN, enters, reaches, says, took};

fn wish() -> String {
    json!({"game": "chat", "size": 2}).to_string()
}

fn path_of(answer: &Value) -> String {
    format!("/v1/matches/{}", answer["id"].as_str().expect("an id"))
}

#[test]
fn rooms_and_accounts_outlive_the_api_server() {
    let folder = Folder::new("api-killed");
    let database = folder.join("accounts.db");
    let (_held, address) = address_to_ask_for();
    let (bind, database) = (address.to_string(), database.to_str().expect("UTF-8").to_owned());
    let flags = ["--bind", &bind, "--database", &database];
    let mut cluster = Cluster::start();
    let start = |cluster: &Cluster| cluster.program("api-server").args(&flags).serve();
    cluster.api = start(&cluster);
    let _servers = [(); 2].map(|()| cluster.server("chat-server", &LONG));
    let mut alice = cluster.new_place("alice", "chat", Some(0)).log_in(1);
    let alice_is = enters(&mut alice, 0);
    let token = cluster.api.new_user("bob");
    let bob_is_at = cluster.api.place("bob", &token, "chat", Some(1_000));
    let carols = cluster.api.new_user("carol");
    let waiting = cluster
        .api
        .call("POST /v1/matches", &carols, &wish())
        .expect(201, "");

    cluster.api.signal(Signal::KILL);
    cluster.api.wait();
    let killed = Instant::now();
    says(&mut alice, alice_is, "nobody has noticed");
    // A ticket is worth what it was worth.
    let mut bob = bob_is_at.log_in(1);
    enters(&mut bob, 1_000);
    reaches(&mut alice, "bob");

    cluster.api = start(&cluster);
    took("the API server is there again", killed, RIGHT_AGAIN);
    // The token of before, and the match that nobody knows of any more.
    let poll = format!("GET {}", path_of(&waiting.body));
    cluster.api.call(&poll, &carols, "").expect(404, "no_such_match");
    let tokens = [carols, cluster.api.new_user("dora")];
    let paths = tokens.each_ref().map(|token| {
        path_of(
            &cluster
                .api
                .call("POST /v1/matches", token, &wish())
                .expect(201, "")
                .body,
        )
    });
    for (token, path) in tokens.iter().zip(paths) {
        let mut state = Value::Null;
        eventually("they are matched", || {
            let answer = cluster
                .api
                .call(&format!("GET {path}?wait=5"), token, "")
                .expect(200, "");
            state = answer.body["state"].clone();
            state == "matched"
        });
    }
    says(&mut alice, alice_is, "still here");
    reaches(&mut bob, "alice");
    cluster
        .api
        .log_in("alice", crate::caller::PASSWORD)
        .expect(200, "");
}
