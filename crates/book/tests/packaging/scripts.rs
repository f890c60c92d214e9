//! The scripts of the image, and the command by which Redis gets its password, each really run.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::{fs, thread};

use book::page::root;
use serde_json::Value;

use crate::{both, compose, file, path_of};

fn script(name: &str) -> Command {
    let mut script = Command::new(root().join("packaging").join(name));
    script.env_remove("DIRECTORY_PASSWORD_FILE");
    script
}

fn is_healthy(address: &str) -> Output {
    let output = script("is-healthy").arg(address).output();
    output.expect("it can be started")
}

#[test]
fn a_server_that_takes_clients_is_healthy() {
    let server = Ending(
        Command::new(path_of("echo-server"))
            .args(["--bind", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "off"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be started"),
    );
    let mut server = server;
    let said = said_by(&mut server.0, 2);
    let address = said
        .lines()
        .find_map(|line| line.strip_prefix("admin listening on "));
    let address = address.unwrap_or_else(|| panic!("no address: {said}"));
    let output = is_healthy(address);
    assert!(
        output.status.success() && both(&output).is_empty(),
        "{}",
        both(&output)
    );
}

#[test]
fn a_server_that_drains_and_one_that_is_gone_are_not() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address").to_string();
    let draining = thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).expect("a request");
            request.extend(byte);
        }
        client
            .write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
            .expect("it is sent");
        String::from_utf8(request).expect("text")
    });
    assert_eq!(is_healthy(&address).status.code(), Some(1));
    assert!(
        draining
            .join()
            .expect("a request")
            .starts_with("GET /healthz HTTP/1.1\r\n")
    );
    // Now nobody listens there.
    assert_eq!(is_healthy(&address).status.code(), Some(1));
}

#[test]
fn the_address_of_the_directory_gets_its_password_from_a_file() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging-password");
    let run = |password: &str| {
        fs::write(&path, password).expect("a file can be written");
        let output = script("with-directory")
            .env("DIRECTORY_HOST", "redis:6379")
            .env("DIRECTORY_PASSWORD_FILE", &path)
            .args(["printenv", "PRINTENV_DIRECTORY"])
            .output();
        output.expect("it can be started")
    };
    let output = run("s3cret-._~\n");
    assert_eq!(both(&output), "redis://:s3cret-._~@redis:6379\n");
    for wrong in ["", "\n", "a@b", "a b", "a\nb", "a/b"] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(
            both(&output).contains("must have letters, digits"),
            "{}",
            both(&output)
        );
    }
    let without = script("with-directory").args(["echo", "as it is"]).output();
    assert_eq!(both(&without.expect("it can be started")), "as it is\n");
}

/// With the settings and the checks of the service, at a place of the test's own.
#[test]
fn redis_takes_its_settings_and_its_password() {
    let folder = std::env::temp_dir().join(format!("packaging-redis-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    let path = |name: &str| folder.join(name).to_str().expect("a path in UTF-8").to_owned();
    let (settings, password, socket) = (path("redis.conf"), path("password"), path("r.sock"));
    let here = format!("\nport 0\nunixsocket {socket}\ndir {}\n", folder.display());
    fs::write(&settings, file("redis.conf") + &here).expect("a file can be written");
    fs::write(&password, "secret").expect("a file can be written");
    let service = &compose()["services"]["redis"];
    let in_test = |command: &Value| {
        let command = command.as_str().expect("a command");
        let command = command.replace("$$", "$").replace("/etc/redis.conf", &settings);
        command.replace("/run/secrets/redis_password", &password)
    };
    let mut redis = Command::new("sh");
    redis
        .args(["-c", &in_test(&service["command"][2])])
        .stdout(Stdio::piped());
    let mut redis = Ending(redis.spawn().expect("redis-server is installed"));
    said_until(&mut redis.0, "ready to accept connections");
    let check = in_test(&service["healthcheck"]["test"][1]);
    let healthy = |check: &str| {
        let check = check.replace("redis-cli", &format!("redis-cli -s {socket}"));
        Command::new("sh").args(["-c", &check]).output().expect("a shell")
    };
    let output = healthy(&check);
    assert!(output.status.success(), "{}", both(&output));
    fs::write(&password, "another").expect("a file can be written");
    assert_eq!(
        healthy(&check).status.code(),
        Some(1),
        "whoever has another password"
    );
    drop(redis);
    fs::remove_dir_all(&folder).expect("a folder of our own");
}

/// Ended with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// So many lines.
fn said_by(process: &mut Child, lines: usize) -> String {
    read(process, |said| {
        said.lines().count() == lines && said.ends_with('\n')
    })
}

fn said_until(process: &mut Child, text: &str) -> String {
    read(process, |said| said.contains(text))
}

fn read(process: &mut Child, is_all: impl Fn(&str) -> bool) -> String {
    let output = process.stdout.as_mut().expect("a pipe");
    let mut said = Vec::new();
    while !is_all(&String::from_utf8_lossy(&said)) {
        let mut byte = [0];
        let read = output.read(&mut byte).expect("it says something");
        assert!(read > 0, "it has ended: {}", String::from_utf8_lossy(&said));
        said.extend(byte);
    }
    String::from_utf8(said).expect("text")
}
