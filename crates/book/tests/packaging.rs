//! Holds the files in `packaging/` against the programs: each setting is one that its program has and takes, what a file
//! names is there, and the scripts do what they say. Docker and systemd look at their files where they are installed.
//!
//! | file | what is in it |
//! |---|---|
//! | `packaging/settings` | what the files set, for which program |
//! | `packaging/scripts` | the scripts of the image, and the command that starts Redis |
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "packaging/scripts.rs"]
mod scripts;
#[path = "packaging/settings.rs"]
mod settings;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use book::page::root;
use book::program::Programs;
use serde_json::Value;
use settings::{Service, of_compose, of_units};

/// A file of the folder.
fn file(name: &str) -> String {
    let path = root().join("packaging").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn compose() -> Value {
    serde_saphyr::from_str(&file("compose.yaml")).unwrap_or_else(|error| panic!("compose.yaml: {error}"))
}

fn path_of(program: &str) -> PathBuf {
    let programs = Programs::of_this_build().expect("a test is a program");
    programs.path(program).expect("it is built")
}

/// The names of a table.
fn names(table: &Value) -> BTreeSet<&str> {
    let table = table.as_object().unwrap_or_else(|| panic!("no table: {table}"));
    table.keys().map(String::as_str).collect()
}

fn both(output: &Output) -> String {
    let [out, error] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{error}")
}

fn all_services() -> Vec<Service> {
    let mut services = of_compose(&compose());
    services.extend(of_units());
    services
}

#[test]
fn every_setting_is_one_that_its_program_has() {
    for service in all_services() {
        let help = Command::new(path_of(&service.program))
            .arg("--help")
            .env_clear()
            .output();
        let help = both(&help.expect("it can be started"));
        for (name, _) in &service.variables {
            let is_known =
                help.contains(&format!("[env: {name}=")) || help.contains(&format!("[env: {name}]"));
            assert!(is_known, "{}: {} has no {name}", service.name, service.program);
        }
    }
}

/// Only the Redis is missing here: with wrong settings the exit code would be 2.
#[test]
fn every_program_takes_its_settings() {
    for service in all_services() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("packaging")
            .join(&service.name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let folder = folder.to_str().expect("a path in UTF-8");
        let directory = service.variable("DIRECTORY");
        let variables = service.variables.iter().map(|(name, value)| {
            let value = value.replace("/var/lib/api-server", folder);
            (name.clone(), value.replace("/var/lib/codelab", folder))
        });
        let mut program = Command::new(path_of(&service.program));
        program.args(&service.flags).env_clear().envs(variables);
        let ended = ended(program.env(directory, "redis+unix:///no/redis.sock"));
        assert_eq!(ended.status.code(), Some(1), "{}: {}", service.name, both(&ended));
        assert!(
            both(&ended).contains("--directory"),
            "{}: {}",
            service.name,
            both(&ended)
        );
    }
}

/// A program that does not come to its first line, where it would serve.
fn ended(program: &mut Command) -> Output {
    let mut child =
        (program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()).expect("it can be started");
    let mut first = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut first).expect("text");
    if !first.is_empty() {
        let _ = child.kill();
    }
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(first, "", "it serves: {}", both(&output));
    output
}

/// Where a server is watched is where its image looks.
#[test]
fn every_server_of_the_image_is_asked_for_its_health() {
    let dockerfile = file("Dockerfile");
    let (_, asked) = dockerfile
        .split_once("CMD [\"is-healthy\", \"")
        .expect("a health check");
    let (host, rest) = asked.split_once(':').expect("a host");
    let (port, _) = rest.split_once('"').expect("a port");
    assert_eq!(host, "127.0.0.1");
    for service in of_compose(&compose()) {
        let admin = service.value("ADMIN");
        assert_eq!(admin, format!("0.0.0.0:{port}"), "{}", service.name);
    }
}

#[test]
fn the_image_has_what_is_started_in_it() {
    let dockerfile = file("Dockerfile");
    let has = |text: &str| dockerfile.split_whitespace().any(|word| word == text);
    for service in of_compose(&compose()) {
        assert!(has(&service.program), "{}: {}", service.name, service.program);
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    let (_, version) = manifest.split_once("\nrust-version = \"").expect("its Rust");
    let (version, _) = version.split_once('"').expect("a version");
    assert!(has(&format!("rust:{version}-slim-bookworm")), "Rust {version}");
    for word in dockerfile
        .split_whitespace()
        .filter(|word| word.starts_with("packaging/"))
    {
        assert!(root().join(word).is_file(), "{word}");
    }
}

#[test]
fn what_the_services_name_is_there() {
    let compose = compose();
    let (volumes, secrets) = (names(&compose["volumes"]), names(&compose["secrets"]));
    for (name, service) in compose["services"].as_object().expect("services") {
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let (from, _) = volume
                .as_str()
                .and_then(|volume| volume.split_once(':'))
                .expect("a volume");
            let is_there = match from.strip_prefix("./") {
                Some(path) => root().join("packaging").join(path).is_file(),
                None => volumes.contains(from),
            };
            assert!(is_there, "{name}: {from}");
        }
        for secret in service["secrets"].as_array().into_iter().flatten() {
            assert!(
                secrets.contains(secret.as_str().expect("a name")),
                "{name}: {secret}"
            );
        }
        for needed in service["depends_on"]
            .as_object()
            .into_iter()
            .flat_map(|table| table.keys())
        {
            assert!(
                compose["services"][needed]["healthcheck"].is_object(),
                "{name}: {needed}"
            );
        }
        assert_eq!(service["restart"], "unless-stopped", "{name}");
    }
}

/// What clients are told is a port of the machine.
#[test]
fn every_port_is_that_of_its_server() {
    let compose = compose();
    for service in of_compose(&compose) {
        let (_, port) = service.value("BIND").rsplit_once(':').expect("a port");
        let published = &compose["services"][&service.name]["ports"];
        let expected = format!("${{LISTEN:-127.0.0.1}}:{port}:{port}");
        assert_eq!(*published, serde_json::json!([expected]), "{}", service.name);
    }
}

#[test]
fn docker_compose_takes_the_file() {
    let docker = || {
        let mut docker = Command::new("docker");
        docker
            .args(["compose", "--file"])
            .arg(root().join("packaging/compose.yaml"));
        docker
    };
    if !runs(docker().arg("version")) {
        return skip("docker compose config");
    }
    let output = docker()
        .args(["config", "--quiet"])
        .env("REDIS_PASSWORD", "secret")
        .output();
    let output = output.expect("it can be started");
    assert!(output.status.success(), "{}", both(&output));
}

/// With the programs where they were built.
#[test]
fn systemd_takes_the_units() {
    if !runs(Command::new("systemd-analyze").arg("--version")) {
        return skip("systemd-analyze verify");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging-units");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let programs = path_of("chat-server");
    let programs = programs.parent().and_then(Path::to_str).expect("a folder");
    let paths = settings::UNITS.map(|unit| {
        let path = folder.join(unit);
        let text = file(&format!("systemd/{unit}")).replace("/usr/local/bin", programs);
        fs::write(&path, text).expect("a file can be written");
        path
    });
    let output = Command::new("systemd-analyze").arg("verify").args(paths).output();
    let output = output.expect("it can be started");
    assert!(
        output.status.success() && both(&output).is_empty(),
        "{}",
        both(&output)
    );
}

fn runs(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn skip(what: &str) {
    // Not println!, which a passing test keeps to itself.
    let _ = writeln!(stderr(), "SKIPPED: `{what}`, since that is not installed");
}
