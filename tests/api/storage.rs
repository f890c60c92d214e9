//! Files that cannot be used are one line at the start; those that cannot be used any more are an answer; and what was
//! answered is there after a kill.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use rusqlite::Connection;

use crate::caller::{Answer, PASSWORD, credentials, request};
use crate::folder::Folder;
use crate::support::{Client, Program, Server, Signal};
use crate::{SERVER, api_server};

fn text(file: &Path) -> &str {
    file.to_str().expect("a path in UTF-8")
}

#[track_caller]
fn with_file(file: &Path) -> Server {
    api_server(&["--database", text(file)])
}

#[track_caller]
fn refuses(file: &Path, reason: &str) {
    let flags = ["--bind", "127.0.0.1:0", "--database", text(file)];
    let finished = Program::new(SERVER).args(&flags).run();
    let line = finished.expect_failure(1);
    let expected = format!("api-server: --database: {}: {reason}", text(file));
    assert!(line.starts_with(&expected), "{line}");
    assert!(finished.stdout.is_empty(), "it said that it listens");
}

fn users(file: &Path) -> BTreeSet<String> {
    let rows = Connection::open(file).expect("a database");
    let check: String = rows
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("an answer");
    assert_eq!(check, "ok");
    let mut query = rows.prepare("SELECT user FROM accounts").expect("a table");
    let users = query.query_map([], |row| row.get(0)).expect("rows");
    users.map(|user| user.expect("a name")).collect()
}

#[test]
fn a_file_that_cannot_be_used_is_one_line() {
    let folder = Folder::new("api-refused");
    let missing = folder.join("missing").join("accounts.db");
    let finished = Program::new(SERVER)
        .args(&["--bind", "127.0.0.1:0", "--database", text(&missing)])
        .run();
    assert!(
        finished
            .expect_failure(1)
            .ends_with("missing: there is no such folder; make it first")
    );
    refuses(
        &folder.join("."),
        "cannot be opened as a file that this user may read and write",
    );
    refuses(Path::new("/dev/null"), "cannot be opened as a file");
    let words = folder.join("text.db");
    fs::write(&words, "alice correct horse\n".repeat(100)).expect("a file");
    refuses(&words, "is no SQLite database; name another file");
    let foreign = folder.join("foreign.db");
    let recipes = Connection::open(&foreign).expect("a database");
    recipes
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .expect("a table");
    refuses(&foreign, "is a database of another program; name another file");
}

#[test]
fn a_file_of_a_newer_version_stays_as_it_is() {
    let folder = Folder::new("api-newer");
    let file = folder.join("accounts.db");
    with_file(&file).terminate().expect_success();
    let rows = Connection::open(&file).expect("a database");
    rows.pragma_update(None, "user_version", 2).expect("set");
    drop(rows);
    let before = fs::read(&file).expect("a file");
    refuses(
        &file,
        "has version 2, and this program knows 1 at most; use a newer program",
    );
    assert_eq!(fs::read(&file).expect("a file"), before);
}

/// Root may write whatever the rights say, so there is nothing to see for root.
#[test]
fn a_file_must_be_writable() {
    let folder = Folder::new("api-read-only");
    let file = folder.join("accounts.db");
    with_file(&file).terminate().expect_success();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).expect("rights");
    if fs::OpenOptions::new().append(true).open(&file).is_ok() {
        return eprintln!("this user may write whatever the rights say");
    }
    refuses(&file, "cannot be written to");
}

#[test]
fn a_lock_of_another_program_is_waited_for_and_then_said() {
    let folder = Folder::new("api-locked");
    let file = folder.join("accounts.db");
    let server = with_file(&file);
    let token = server.new_user("alice");
    let other = Connection::open(&file).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    refuses(
        &file,
        "is locked by another process; end its transaction, or wait",
    );
    let busy = server.register("bob", PASSWORD).expect(503, "busy");
    assert_eq!(busy.field("retry-after"), Some("1"));
    // What only reads goes on.
    server.call("GET /v1/me", &token, "").expect(200, "");
    other.execute_batch("ROLLBACK").expect("no lock");
    server.register("bob", PASSWORD).expect(201, "");
    assert_eq!(users(&file), BTreeSet::from(["alice", "bob"].map(str::to_owned)));
}

/// Its files may have so many blocks of 512 bytes.
#[test]
fn without_room_on_the_disk_an_account_is_refused_and_may_be_asked_for_again() {
    let folder = Folder::new("api-full");
    let file = folder.join("accounts.db");
    let limited = ["-c", "ulimit -S -f 300; exec \"$@\"", "sh", SERVER];
    let flags = [
        "--bind",
        "127.0.0.1:0",
        "--database",
        text(&file),
        "--token-time",
        "1h",
    ];
    let server = Program::new("sh").args(&limited).args(&flags).serve();
    let token = server.new_user("alice");
    let mut stored = BTreeSet::from(["alice".to_owned()]);
    fill_the_disk(&server, &mut stored);
    let line = server.log().wait_for_line(" ERROR ");
    assert!(
        line.contains("nothing has changed: ") && line.contains(text(&file)),
        "{line}"
    );
    // Who has a token goes on, and who has none is told.
    server.call("GET /v1/me", &token, "").expect(200, "");
    server
        .log_in("alice", PASSWORD)
        .expect(503, "accounts_unavailable");
    server.process.lift_file_limit();
    let name = format!("user {}", stored.len());
    server.register(&name, PASSWORD).expect(201, "");
    stored.insert(name);
    server.log_in("alice", PASSWORD).expect(200, "");
    server.terminate().expect_success();
    assert_eq!(users(&file), stored);
}

/// Makes accounts until there is no room for one more; `stored` has those that are there.
#[track_caller]
fn fill_the_disk(server: &Server, stored: &mut BTreeSet<String>) {
    let refused = loop {
        let name = format!("user {}", stored.len());
        let answer = server.register(&name, PASSWORD);
        if answer.status != 201 {
            break answer;
        }
        stored.insert(name);
    };
    refused.expect(503, "accounts_unavailable");
}

/// A disk of its own, which only the server sees: a quarter of a megabyte, half of which is taken by something else. Where
/// the system gives no mounts of one's own, that is said.
#[test]
fn on_a_full_disk_nothing_is_half_written_and_room_makes_it_go_on() {
    const MOUNT: &str =
        "mount -t tmpfs -o size=256k tmpfs \"$0\" && head -c 128k /dev/zero > \"$0/other\" && exec \"$@\"";
    let folder = Folder::new("api-full-disk");
    let disk = folder.join("");
    let enter = |program: &[&str]| {
        let mounts = ["--map-root-user", "--mount", "sh", "-c", MOUNT, text(&disk)];
        Program::new("unshare").args(&mounts).args(program)
    };
    if !enter(&["true"]).run().status.success() {
        return eprintln!("SKIPPED: no mount namespace of one's own (unshare, mount)");
    }
    let file = folder.join("accounts.db");
    let server = enter(&[SERVER, "--bind", "127.0.0.1:0", "--database", text(&file)]).serve();
    // As the server sees it.
    let seen = |path: &Path| format!("/proc/{}/root{}", server.process.id(), text(path));
    let mut stored = BTreeSet::new();
    fill_the_disk(&server, &mut stored);
    server.log().wait_for_line(": the disk is full");
    fs::remove_file(seen(&folder.join("other"))).expect("something else");
    let name = format!("user {}", stored.len());
    server.register(&name, PASSWORD).expect(201, "");
    stored.insert(name);
    server.log_in("user 0", PASSWORD).expect(200, "");
    // Nobody writes at this moment.
    let copy = folder.join("copy.db");
    for end in ["", "-wal"] {
        let of = |file: &Path| format!("{}{end}", text(file));
        fs::copy(seen(Path::new(&of(&file))), of(&copy)).expect("a copy");
    }
    assert_eq!(users(&copy), stored);
}

/// Registers users, one after the other, as long as there is a server; and adds those that were answered.
fn register_until_it_ends(address: std::net::SocketAddr, name: &str, answered: &Mutex<BTreeSet<String>>) {
    for number in 0.. {
        let user = format!("{name}{number}");
        let call = request(
            "POST /v1/accounts",
            "Connection: close\r\n",
            &credentials(&user, PASSWORD),
        );
        let Ok(mut client) = Client::try_connect(address) else {
            return;
        };
        if client.try_send(&call).is_err() {
            return;
        }
        let mut received = Vec::new();
        while let Ok(more) = client.receive_some() {
            if more.is_empty() {
                break;
            }
            received.extend(more);
        }
        if !received.starts_with(b"HTTP/1.1 201 ") {
            return;
        }
        answered.lock().expect("no panic").insert(user);
    }
}

#[test]
fn after_a_kill_every_account_that_was_answered_is_there() {
    let folder = Folder::new("api-killed");
    let file = folder.join("accounts.db");
    let answered = Mutex::new(BTreeSet::new());
    for round in 0..2 {
        let server = with_file(&file);
        let address = server.address;
        let enough = answered.lock().expect("no panic").len() + 8;
        thread::scope(|scope| {
            for client in 0..4 {
                let name = format!("{round}-{client}-");
                let answered = &answered;
                scope.spawn(move || register_until_it_ends(address, &name, answered));
            }
            crate::support::eventually("some are registered", || {
                answered.lock().expect("no panic").len() >= enough
            });
            server.signal(Signal::KILL);
        });
    }
    let answered = answered.into_inner().expect("no panic");
    let server = with_file(&file);
    for user in answered.iter().step_by(8) {
        server.log_in(user, PASSWORD).expect(200, "");
    }
    server.terminate().expect_success();
    let stored = users(&file);
    assert!(answered.is_subset(&stored), "{:?}", answered.difference(&stored));
}

/// Sessions too.
#[test]
fn a_token_outlives_the_server() {
    let folder = Folder::new("api-restart");
    let file = folder.join("accounts.db");
    let server = with_file(&file);
    let token = server.new_user("alice");
    server.terminate().expect_success();
    let server = with_file(&file);
    let me: Answer = server.call("GET /v1/me", &token, "").expect(200, "");
    assert_eq!(me.body["user_id"], "alice");
}

/// While the server runs, as `sqlite3 accounts.db .backup` makes it.
#[test]
fn a_backup_is_a_whole_copy_and_a_deleted_account_is_out() {
    let folder = Folder::new("api-backup");
    let (file, copy) = (folder.join("accounts.db"), folder.join("copy.db"));
    let server = with_file(&file);
    let token = server.new_user("alice");
    let rows = Connection::open(&file).expect("a database");
    rows.execute("VACUUM INTO ?1", [text(&copy)]).expect("a copy");
    assert_eq!(users(&copy), BTreeSet::from(["alice".to_owned()]));
    rows.execute("DELETE FROM accounts WHERE user = 'alice'", [])
        .expect("deleted");
    server.call("GET /v1/me", &token, "").expect(401, "unauthorized");
    server.log_in("alice", PASSWORD).expect(401, "wrong_credentials");
}
