//! The two servers, each in a process of its own: this program once more, and nginx.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use harness::{Announcement, RunningServer, Stream};
use http::{Http, Method, Request, Response};
use net::{Limits, Shutdown, SystemLimits, TcpServer};

/// Until a server listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// What this program is told to be the server.
pub(crate) const SERVE: &str = "serve";

/// Serves until the process is ended.
pub(crate) fn serve() -> anyhow::Result<()> {
    let _ = net::raise_descriptor_limit();
    let mut limits = Limits {
        max_connections: Some(20_000),
        ..Limits::default()
    };
    limits.fit(&SystemLimits::read(), 1);
    let server = TcpServer::bind(&"127.0.0.1:0".parse()?)?.limits(limits.clone());
    println!("listening on {}", server.local_addresses()?[0]);
    server.run(Http::new(health, &limits), &Shutdown::new())?;
    Ok(())
}

fn health(request: &Request) -> Response {
    match (request.method(), request.path()) {
        (Method::Get, "/healthz") => Response::json(200, &[("status", "ok")]),
        _ => Response::not_found(),
    }
}

pub(crate) fn start_ours() -> anyhow::Result<RunningServer> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(SERVE);
    RunningServer::start(&mut command, Announcement::FIRST_LINE, PATIENCE)
}

/// nginx with two workers and an empty file, as Debian sets it up but for the log; `None` where it is not installed.
pub(crate) fn start_nginx(folder: &Path) -> anyhow::Result<Option<RunningServer>> {
    if Command::new("nginx").arg("-v").output().is_err() {
        return Ok(None);
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("healthz"), "")?;
    // It cannot be told to take any port, so it is told one that is free now.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let place = folder.display();
    let configuration = format!(
        "user root; worker_processes 2; daemon off; pid {place}/nginx.pid; error_log stderr notice;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n\
           access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;\n\
           server {{ listen {address}; root {place}; }}\n\
         }}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration)?;
    let mut command = Command::new("nginx");
    command.arg("-e").arg("stderr").arg("-c").arg(&file);
    let started = Announcement {
        stream: Stream::Errors,
        words: "start worker process ",
        lines: 20,
    };
    RunningServer::start_at(address, &mut command, started, PATIENCE)
        .context("nginx")
        .map(Some)
}
