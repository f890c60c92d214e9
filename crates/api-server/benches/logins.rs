//! How many logins a second the server does, next to how many hashes the processor alone can make; and how long another
//! call takes meanwhile.
//!
//! `cargo bench -p api-server --bench logins` (a file may follow `--`, which is made and removed; without one it is in the
//! folder for the tests).
//!
//! Both are measured in turn, some times, so that what else the machine does is in both. The server runs as it is installed,
//! but for its pauses, and its clients keep their connections. Beside eight that log in, one asks `GET /v1/me` at fixed times,
//! whether it is answered or not.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use admin::{Health, Metrics};
use anyhow::{Context, ensure};
use api_server::{Accounts, Config, Hashing, Password, Rule, Settings};
use directory::Memory;
use figures::Spread;
use hdrhistogram::Histogram;
use http::Cors;
use net::{Limits, Listener, Shutdown};

const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(4);

/// As many as the default of `--hashes`.
const HASHES: usize = 2;
const CLIENTS: usize = 8;

/// Between two calls of `GET /v1/me`.
const PACE: Duration = Duration::from_millis(2);

const PASSWORD: &str = "correct horse";

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let file = env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let file = file.map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("logins.db"),
        PathBuf::from,
    );
    ensure!(
        !file.exists(),
        "{} exists already; name another file",
        file.display()
    );
    let (mut hashes, mut logins, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let mut calls = Histogram::new(3)?;
    for round in 1..=ROUNDS {
        hashes.push(hash_alone());
        let before = calls.len();
        logins.push(through_the_server(&file, &mut calls)?);
        shares.push(logins[round - 1] / hashes[round - 1]);
        println!(
            "{round}: {:6.1} hashes/s alone, {:6.1} logins/s: {:.2}; {} other calls",
            hashes[round - 1],
            logins[round - 1],
            shares[round - 1],
            calls.len() - before
        );
    }
    let milliseconds = |quantile| calls.value_at_quantile(quantile) as f64 / 1e6;
    println!(
        "median {:.1} hashes/s, {:.1} logins/s, {:.2} of the hash alone; GET /v1/me meanwhile: p50 {:.2} ms  p99 {:.2} ms  \
         max {:.2} ms",
        Spread::of(&hashes).median,
        Spread::of(&logins).median,
        Spread::of(&shares).median,
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(1.0)
    );
    Ok(())
}

/// Hashes a second, on as many threads as the server makes at once.
fn hash_alone() -> f64 {
    let hashing = Hashing::new(HASHES, Duration::MAX);
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..HASHES {
            scope.spawn(|| {
                let password = Password::typed(PASSWORD);
                while begin.elapsed() < TIME {
                    let turn = hashing.turn().map(|mut turn| turn.matches(&password, None));
                    assert!(matches!(turn, Ok(Ok(false))), "a hash of nobody");
                }
            });
        }
    });
    hashing.made() as f64 / begin.elapsed().as_secs_f64()
}

/// Logins a second; and the times of the other calls.
fn through_the_server(file: &Path, calls: &mut Histogram<u64>) -> anyhow::Result<f64> {
    let listeners = Listener::bind_all(&"127.0.0.1:0".parse()?)?;
    let address = listeners[0].local_address()?;
    let shutdown = Shutdown::new();
    let config = config(file, &shutdown)?;
    let server = thread::spawn({
        let shutdown = shutdown.clone();
        move || api_server::run_and_tell(listeners, config, Arc::new(Memory::new()), &shutdown, || ())
    });
    let measured = load(address, calls);
    shutdown.request();
    server.join().expect("the server does not panic")?;
    fs::remove_file(file)?;
    measured
}

fn config(file: &Path, shutdown: &Shutdown) -> anyhow::Result<Config> {
    let never = Rule {
        most: 0,
        pause: Duration::ZERO,
    };
    Ok(Config {
        limits: Limits::default(),
        batch_scheduling: false,
        secure: None,
        pages: Cors::default(),
        metrics: Metrics::default(),
        health: Health::starting(shutdown),
        settings: Settings {
            accounts: Accounts::open(file)?,
            token_time: Duration::from_secs(3_600),
            hashes: HASHES,
            hash_wait: Duration::from_secs(5),
            user_rule: never,
            address_rule: never,
            entry_time: directory::SEAT_TIME,
        },
    })
}

fn load(address: SocketAddr, calls: &mut Histogram<u64>) -> anyhow::Result<f64> {
    let mut clients = Vec::new();
    for number in 0..=CLIENTS {
        let mut client = Client::connect(address)?;
        let body = format!(r#"{{"user_id":"user {number}","password":"{PASSWORD}"}}"#);
        ensure!(client.post("/v1/accounts", &body)?.0 == 201, "no account");
        clients.push((client, body));
    }
    let (mut other, body) = clients.pop().context("one more client")?;
    let (_, answer) = other.post("/v1/login", &body)?;
    let token = answer.split('"').nth(3).context("a token")?.to_owned();
    let is_over = AtomicBool::new(false);
    let begin = Instant::now();
    thread::scope(|scope| {
        let clients = clients
            .iter_mut()
            .map(|(client, body)| scope.spawn(|| log_in(client, body, begin)));
        let clients: Vec<_> = clients.collect();
        let other = scope.spawn(|| ask(&mut other, &token, &is_over));
        let logins: Vec<_> = clients
            .into_iter()
            .map(|client| client.join().expect("no panic"))
            .collect();
        let seconds = begin.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        calls.add(other.join().expect("no panic")?)?;
        let logins = logins.into_iter().sum::<anyhow::Result<u32>>()?;
        Ok(f64::from(logins) / seconds)
    })
}

/// One login after the other.
fn log_in(client: &mut Client, body: &str, begin: Instant) -> anyhow::Result<u32> {
    let mut count = 0;
    while begin.elapsed() < TIME {
        let (status, answer) = client.post("/v1/login", body)?;
        ensure!(status == 200, "{status} {answer}");
        count += 1;
    }
    Ok(count)
}

/// At fixed times; a call counts from when it was due.
fn ask(client: &mut Client, token: &str, is_over: &AtomicBool) -> anyhow::Result<Histogram<u64>> {
    let mut times = Histogram::new(3)?;
    let mut due = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        due += PACE;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let (status, answer) = client.exchange(&format!(
            "GET /v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
        ))?;
        ensure!(status == 200, "{status} {answer}");
        times.record(due.elapsed().as_nanos() as u64)?;
    }
    Ok(times)
}

/// A client that keeps its connection.
struct Client {
    answers: BufReader<TcpStream>,
}

impl Client {
    fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            answers: BufReader::new(stream),
        })
    }

    fn post(&mut self, path: &str, body: &str) -> anyhow::Result<(u16, String)> {
        self.exchange(&format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Status and body.
    fn exchange(&mut self, request: &str) -> anyhow::Result<(u16, String)> {
        self.answers.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length) = (None, 0);
        loop {
            let mut line = String::new();
            ensure!(self.answers.read_line(&mut line)? > 0, "the server has closed");
            match line.trim_end().split_once(' ') {
                Some(("HTTP/1.1", rest)) => status = rest.get(..3).and_then(|digits| digits.parse().ok()),
                Some(("Content-Length:", bytes)) => length = bytes.parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.answers.read_exact(&mut body)?;
        Ok((status.context("a status")?, String::from_utf8(body)?))
    }
}
