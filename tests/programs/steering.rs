//! What can be done at the port of `--admin`: by nobody, or by whoever has the secret in a file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::kinds::{Kind, each, each_of, servers};
use crate::operator::{Operator, TOKEN, token_file};
use crate::support::{Client, eventually};
use crate::watcher::WATCHED;

const ACTIONS: [&str; 3] = ["/v1/kick", "/v1/broadcast", "/v1/drain"];

/// The flags of a server that takes actions with the secret in this file.
fn steered(token: &Path) -> [&str; 4] {
    let token = token.to_str().expect("a path in UTF-8");
    [WATCHED[0], WATCHED[1], "--admin-token-file", token]
}

fn folder(kind: &Kind, test: &str) -> Folder {
    Folder::new(&format!("steering-{test}-{}", kind.program))
}

#[test]
fn without_a_secret_there_is_a_page_and_nothing_can_be_done() {
    each(|kind| {
        let server = kind.start(&WATCHED);
        let operator = Operator::of(&server.process);
        let mut witness = server.connect();
        kind.serves(&mut witness);
        let page = operator.get("/");
        assert_eq!(page.status, 200);
        assert!(page.head.contains("Content-Type: text/html"), "{}", page.head);
        for file in ["page.css", "page.js"] {
            assert!(page.body.contains(file));
            assert_eq!(operator.get(&format!("/{file}")).status, 200);
        }
        let status = operator.status("");
        assert_eq!(
            (&status["status"], &status["actions"]),
            (&json!("ok"), &json!(false))
        );
        assert_eq!(connections(&status), 1);
        for action in ACTIONS {
            assert_eq!(
                operator.act(action, &json!({})).error(),
                (404, "not_found".to_owned())
            );
        }
        kind.serves(&mut witness);
        server.terminate().expect_success();
    });
}

/// The number of connections, which each kind of server has once.
fn connections(status: &Value) -> u64 {
    let servers = status["servers"].as_array().expect("servers").iter();
    let numbers = servers.flat_map(|server| server["numbers"].as_array().expect("numbers"));
    let connections = numbers.filter(|number| number["name"] == "connections");
    connections.filter_map(|number| number["value"].as_u64()).sum()
}

#[test]
fn only_whoever_shows_the_secret_ends_a_server() {
    each_of(servers(), |kind| {
        let folder = folder(kind, "drain");
        let server = kind.start(&steered(&token_file(&folder)));
        let operator = Operator::of(&server.process);
        let mut witness = server.connect();
        kind.serves(&mut witness);
        assert_eq!(operator.status("")["actions"], true);
        let fields = "Host: localhost\r\nContent-Type: application/json\r\n";
        for action in ACTIONS {
            let told = operator.ask("POST", action, fields, "{}");
            assert_eq!(told.error(), (401, "unauthorized".to_owned()));
            assert!(told.head.contains("WWW-Authenticate: Bearer"), "{}", told.head);
            let told = operator.act_as(&TOKEN[1..], action, &json!({}));
            assert_eq!(told.error(), (401, "unauthorized".to_owned()));
        }
        server.log().wait_for_line("admin: a wrong token for /v1/drain");
        kind.serves(&mut witness);
        let nobody = operator.act("/v1/kick", &json!({"user_id": "nobody"}));
        assert_eq!(nobody.error(), (404, "no_such_user".to_owned()));
        let told = operator.act("/v1/broadcast", &json!({"message": "hello"}));
        assert_eq!(told.json(), json!({"users": 0}));
        let told = operator.act("/v1/drain", &json!({}));
        assert_eq!((told.status, told.json()), (202, json!({"status": "draining"})));
        drop(witness);
        server.process.finish().expect_success();
        assert!(Client::try_connect(operator.address).is_err());
    });
}

#[test]
fn what_is_for_people_is_not_for_a_page_of_strangers() {
    each_of(servers(), |kind| {
        let server = kind.start(&WATCHED);
        let operator = Operator::of(&server.process);
        for path in ["/", "/status.json"] {
            let told = operator.ask("GET", path, "Host: evil.example\r\n", "");
            assert_eq!(told.error(), (403, "foreign_host".to_owned()), "{path}");
        }
        let told = operator.ask("GET", "/metrics", "Host: chat.default.svc\r\n", "");
        assert_eq!(told.status, 200);
    });
}

#[test]
fn a_file_without_a_secret_is_one_line() {
    each_of(servers(), |kind| {
        let folder = folder(kind, "wrong");
        let path = folder.join("token");
        let name = path.to_str().expect("a path in UTF-8").to_owned();
        let refused = |problem: &str| {
            let refused = kind.program(&steered(&path)).run();
            let line = refused.expect_failure(1);
            let begin = format!("{}: --admin-token-file: ", kind.program);
            assert!(line.starts_with(&begin) && line.contains(&name), "{line}");
            assert!(line.ends_with(problem), "{line}");
            assert!(refused.stdout.is_empty(), "{}", refused.text());
        };
        refused("No such file or directory (os error 2)");
        for (text, problem) in [
            ("", "its first line is empty"),
            ("\n0123456789abcdef\n", "its first line is empty"),
            ("short\n", "a token of 5 characters can be guessed: 16 at least"),
            (
                "four words in a row\n",
                "a token is letters, digits and signs of ASCII; \\u{20} is none",
            ),
        ] {
            fs::write(token_file(&folder), text).expect("a file can be written");
            refused(problem);
        }
        let alone = kind.program(&["--admin-token-file", &name]).run();
        assert_eq!(alone.status.code(), Some(2), "{}", alone.text());
        assert!(alone.stderr.contains("--admin <HOST:PORT>"), "{}", alone.text());
    });
}

#[test]
fn a_file_that_others_can_read_is_said() {
    each_of(servers(), |kind| {
        let folder = folder(kind, "readers");
        let path = token_file(&folder);
        for (mode, is_said) in [(0o600, false), (0o640, true), (0o604, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
            let server = kind.start(&steered(&path));
            let operator = Operator::of(&server.process);
            eventually("it serves", || operator.get("/healthz").status == 200);
            let log = server.terminate().expect_success().stderr;
            let warning = "others can read the token in ";
            assert_eq!(log.contains(warning), is_said, "{mode:o}: {log}");
            assert!(!log.contains(TOKEN), "{log}");
        }
    });
}
