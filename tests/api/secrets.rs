//! No password and no token is in a log, whatever the level and whatever goes wrong.

use crate::api_server;
use crate::caller::{PASSWORD, credentials, request};
use crate::folder::Folder;

const SECRETS: [&str; 4] = [PASSWORD, "wrong horse", "short", "a-token-that-is-worth-nothing"];

/// Everything that can be done with a secret, right and wrong.
#[test]
fn nothing_secret_is_logged() {
    for format in ["text", "json"] {
        let folder = Folder::new(&format!("api-secrets-{format}"));
        let file = folder.join("accounts.db");
        let server = api_server(&[
            "--log",
            "trace",
            "--log-format",
            format,
            "--database",
            file.to_str().expect("a path in UTF-8"),
        ]);
        let token = server.new_user("alice");
        server.register("alice", PASSWORD).expect(409, "user_exists");
        server.register("bob", "short").expect(400, "invalid_password");
        server
            .register("no\nname", PASSWORD)
            .expect(400, "invalid_user_id");
        // A user who types the password into the wrong field.
        server
            .register("wrong horse is too long", PASSWORD)
            .expect(400, "invalid_user_id");
        server.call("GET /v1/me", &token, "").expect(200, "");
        server
            .call("POST /v1/assign", &token, r#"{"game":"chat"}"#)
            .expect(503, "no_server");
        server
            .call("GET /v1/me", SECRETS[3], "")
            .expect(401, "unauthorized");
        server
            .post("/v1/login", &credentials("alice", PASSWORD)[..30])
            .expect(400, "invalid_json");
        server
            .post("/v1/login", r#"{"user_id":"alice","password":["wrong horse"]}"#)
            .expect(400, "invalid_json");
        server
            .call(&format!("GET /v1/me?token={token}"), &token, "")
            .expect(200, "");
        for _ in 0..5 {
            server
                .log_in("alice", "wrong horse")
                .expect(401, "wrong_credentials");
        }
        server.log_in("alice", PASSWORD).expect(429, "too_many_attempts");
        // In the middle of a request, and no HTTP at all.
        let mut client = server.connect();
        let call = request("POST /v1/login", "", &credentials("alice", PASSWORD));
        client.send(&call[..call.len() - 3]);
        client.half_close();
        client.receive_rest();
        let mut client = server.connect();
        client.send(PASSWORD.as_bytes());
        client.send(b"\r\n\r\n");
        client.receive_rest();
        server.call("POST /v1/logout", &token, "").expect(204, "");
        let log = server.terminate().expect_success().stderr;
        assert!(
            log.contains("logged in user=\"alice\"") || log.contains("\"user\":\"alice\""),
            "{log}"
        );
        assert!(log.contains("too many wrong passwords: a pause of 60s"), "{log}");
        for secret in SECRETS.into_iter().chain([&*token]) {
            assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        }
        // Nor are they in the file.
        let bytes =
            [file.clone(), file.with_extension("db-wal")].map(|file| std::fs::read(file).unwrap_or_default());
        let bytes = bytes.concat();
        for secret in [PASSWORD, &token] {
            let is_there = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!is_there, "{secret} is in the file");
        }
    }
}
