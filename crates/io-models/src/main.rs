//! The program `io-models`: a model, and where it listens.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use command_line::{LogFlags, ProgramFlags, duration, print_line};
use io_models::{Model, Options};
use net::{Family, NetAddress, Shutdown};
use tracing::warn;

const EXAMPLES: &str = "Examples:
  io-models thread
  io-models thread-per-core --threads 4
  io-models epoll-edge --bind 127.0.0.1:0";

/// The same echo server in every I/O model.
#[derive(Parser)]
#[command(name = "io-models", version, after_help = EXAMPLES)]
struct Flags {
    /// How the server waits for its clients.
    #[arg(value_enum)]
    model: Model,
    /// Where to listen, at the first address of the host; port 0 lets the system choose.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18080")]
    bind: NetAddress,
    /// Threads of pool, thread-per-core, completion-workers, completion and async; 0 is one for each processor.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    threads: usize,
    /// Silence after which epoll-level closes a client; 0 is never.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    idle_timeout: Duration,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    fn log(&self) -> &LogFlags {
        &self.log
    }

    /// A timer that a model does not have would seem to work.
    fn check(&self) -> Result<(), String> {
        match self.model {
            model if model == Model::EpollLevel || self.idle_timeout.is_zero() => Ok(()),
            model => Err(format!(
                "--idle-timeout is for epoll-level, the model with a timer: {model} has none"
            )),
        }
    }
}

impl Flags {
    fn options(&self) -> Options {
        Options {
            threads: threads(self.threads),
            idle_timeout: (!self.idle_timeout.is_zero()).then_some(self.idle_timeout),
        }
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        let options = flags.options();
        let shutdown = Shutdown::on_signals()?;
        if let Err(error) = net::raise_descriptor_limit() {
            warn!("cannot raise the limit of open files: {error}");
        }
        let address = one_of(&flags.bind)?;
        let listener = flags
            .model
            .listen(address)
            .with_context(|| format!("cannot listen on {address}"))?;
        let line = format!("listening on {}", listener.local_addr()?);
        serve(flags.model, listener, options, &shutdown, || {
            print_line(&line)?;
            settings.log();
            Ok(())
        })
    })
}

/// The first address of the host. What a model shows is how it waits with one listener; several at once, as a name
/// asks for, are `echo-server`'s business.
fn one_of(host: &NetAddress) -> anyhow::Result<SocketAddr> {
    let addresses = host.resolve(Family::Any)?;
    let address = addresses[0];
    if addresses.iter().any(|other| *other != address) {
        warn!(
            "{} has several addresses, and a model listens at one: {}",
            host.host(),
            address.ip()
        );
    }
    Ok(address)
}

/// What the thread of the model tells, and the signals.
enum News {
    Ready,
    End(io::Result<()>),
}

/// Serves until a signal comes, or the model cannot go on; calls `say_so` when the model is ready. Its threads end
/// with the process.
fn serve(
    model: Model,
    listener: TcpListener,
    options: Options,
    shutdown: &Shutdown,
    say_so: impl Fn() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (tell, told) = mpsc::channel();
    let asked = tell.clone();
    // A flag of its own, so that the model has cleaned up before the process ends.
    let clean_up = Shutdown::new();
    let of_model = clean_up.clone();
    shutdown.on_request(move || {
        clean_up.request();
        drop(asked.send(News::End(Ok(()))));
    });
    thread::Builder::new().name("model".to_owned()).spawn(move || {
        let is_ready = || drop(tell.send(room_for_a_client()));
        tell.send(News::End(model.run(listener, options, &of_model, &is_ready)))
    })?;
    loop {
        match told.recv()? {
            News::Ready => say_so()?,
            News::End(outcome) => return outcome.with_context(|| format!("{model} cannot go on")),
        }
    }
}

/// A model that has all it needs is of no use where nothing is left for its first client.
fn room_for_a_client() -> News {
    match UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) {
        Ok(_a_descriptor) => News::Ready,
        Err(error) => News::End(Err(error)),
    }
}

fn threads(asked: usize) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        count => count,
    }
}
