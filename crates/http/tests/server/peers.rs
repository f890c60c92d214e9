//! Clients that others have written: curl and Python's http.client. Where one is not installed, its tests say so.

use std::env;
use std::io::{Write, stderr};
use std::process::{Command, Output};

use crate::support::Server;

/// True where it can be run; else the test says that it was not.
fn is_installed(tool: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    let installed = env::split_paths(&folders).any(|folder| folder.join(tool).is_file());
    if !installed {
        // Not println!, which a passing test keeps to itself.
        let _ = writeln!(stderr(), "SKIPPED: crates/http: not installed: {tool}");
    }
    installed
}

#[track_caller]
fn output(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it starts");
    let text = String::from_utf8(stdout).expect("text");
    assert!(
        status.success(),
        "{status}: {text}{}",
        String::from_utf8_lossy(&stderr)
    );
    text
}

/// Runs curl, without what its user has set up.
fn curl(server: &Server, arguments: &[&str]) -> String {
    let url = |path: &&str| format!("http://{}{path}", server.address);
    let arguments = arguments.iter().map(|one| match one.starts_with('/') {
        true => url(one),
        false => (*one).to_owned(),
    });
    let mut command = Command::new("curl");
    command.args([
        "--disable",
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--max-time",
        "10",
    ]);
    output(command.args(arguments))
}

#[test]
fn curl_is_understood() {
    if !is_installed("curl") {
        return;
    }
    let server = Server::start();
    let host = server.address.to_string();
    assert_eq!(curl(&server, &["/hello"]), "hello");
    let head = curl(&server, &["--head", "/hello"]);
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("Content-Length: 5\r\n"),
        "{head}"
    );
    assert_eq!(curl(&server, &["--http1.0", "/hello"]), "hello");
    assert_eq!(
        curl(&server, &["--json", "{\"x\":1}", "/a"]),
        format!("POST /a of {host}: {{\"x\":1}}")
    );
    assert_eq!(
        curl(
            &server,
            &["--header", "Transfer-Encoding: chunked", "--data", "abc", "/a"]
        ),
        format!("POST /a of {host}: abc")
    );
    assert_eq!(
        curl(
            &server,
            &["--request", "DELETE", "--write-out", "%{http_code}", "/a"]
        ),
        "204"
    );
}

#[test]
fn curl_waits_for_the_word_to_go_on_and_keeps_its_connection() {
    if !is_installed("curl") {
        return;
    }
    let server = Server::start();
    let host = server.address.to_string();
    // Without the word it would wait for longer than it may take.
    let expecting = [
        "--header",
        "Expect: 100-continue",
        "--expect100-timeout",
        "60",
        "--data",
        "abc",
        "/a",
    ];
    assert_eq!(curl(&server, &expecting), format!("POST /a of {host}: abc"));
    let two = curl(&server, &["/hello", "/hello", "--write-out", " %{num_connects};"]);
    assert_eq!(two, "hello 1;hello 0;");
}

/// One connection for all of it: `http.client` opens another only where the server has closed it.
const PYTHON: &str = r#"
import http.client, json, sys
connection = http.client.HTTPConnection(sys.argv[1], timeout=10)
connection.connect()
socket = connection.sock
def ask(*arguments, **others):
    connection.request(*arguments, **others)
    response = connection.getresponse()
    body = response.read()
    assert response.getheader("X-Content-Type-Options") == "nosniff"
    print(response.status, body.decode())
ask("GET", "/hello")
ask("HEAD", "/hello")
ask("GET", "/missing")
ask("PUT", "/a", body=b"abc")
ask("POST", "/b", body=iter([b"a", b"bc"]), encode_chunked=True)
ask("DELETE", "/c")
assert connection.sock is socket, "the server has closed the connection"
"#;

#[test]
fn python_is_understood_on_one_connection() {
    if !is_installed("python3") {
        return;
    }
    let server = Server::start();
    let host = server.address.to_string();
    let printed = output(Command::new("python3").args(["-I", "-c", PYTHON, &host]));
    let expected = format!(
        "200 hello\n200 \n404 {{\"error\":\"not_found\",\"message\":\"there is nothing at this path\"}}\n\
         200 PUT /a of {host}: abc\n200 POST /b of {host}: abc\n204 \n"
    );
    assert_eq!(printed, expected);
}
