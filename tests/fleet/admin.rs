//! An operator of all servers of a fleet: each part says of which server it is.

use serde_json::json;

use crate::Fleet;
use crate::folder::Folder;
use crate::operator::{Operator, column, token_file};
use crate::support::messages::whispers;

#[test]
fn an_operator_sees_and_reaches_users_of_all_servers() {
    let folder = Folder::new("fleet-admin");
    let path = token_file(&folder);
    let path = path.to_str().expect("a path in UTF-8");
    let flags = [
        "--rooms",
        "10",
        "--admin",
        "127.0.0.1:0",
        "--admin-token-file",
        path,
    ];
    let fleet = Fleet::start(&flags);
    let operator = Operator::of(&fleet.api.process);
    let mut users = [("alice", 3), ("bob", 14)].map(|(user_id, room)| {
        let place = fleet.new_place(user_id, room);
        place.enter()
    });
    let status = operator.status("");
    let servers = status["servers"].as_array().expect("servers").iter();
    let servers: Vec<_> = servers.map(|server| server["server"].clone()).collect();
    for server in ["api", "chat-0", "chat-1", "baccarat-0"] {
        assert!(servers.contains(&json!(server)), "{servers:?}");
    }
    let seen = &status["users"];
    assert_eq!(column(seen, "user_id"), ["alice", "bob"]);
    assert_eq!(column(seen, "server"), ["chat-0", "chat-1"]);
    assert_eq!(column(&status["rooms"], "server"), ["chat-0", "chat-1"]);
    assert_eq!(column(&status["rooms"], "room"), [3, 14]);
    let told = operator.act("/v1/broadcast", &json!({"message": "hello"}));
    assert_eq!(told.json(), json!({"users": 2}));
    for user in &mut users {
        user.expect(&whispers("server announcement", "hello"));
    }
    let told = operator.act("/v1/kick", &json!({"user_id": "bob"}));
    assert_eq!(told.json(), json!({"closed": 1}));
    let [_alice, mut bob] = users;
    bob.expect(&whispers(
        "server announcement",
        "an operator has ended your connection",
    ));
    assert_eq!(column(&operator.status("")["users"], "user_id"), ["alice"]);
    operator.act("/v1/drain", &json!({}));
    fleet.api.process.finish().expect_success();
}
