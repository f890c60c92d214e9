//! A Redis of a test's own: a real `redis-server` on a socket in a folder of its own, which a test can stop, kill and start
//! again. Included by those that need one, and no part of this module.

#![allow(dead_code, reason = "each file of tests uses its part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use rustix::process::{Pid, Signal, kill_process};

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the server, and ends it when whoever has started it ends, even by SIGKILL: then the pipe to this shell is closed.
/// A server that is to be started again leaves its folder.
const KEEP: &str = r#"
folder=$1
shift
"$@" >>"$folder/log" 2>&1 &
echo $!
read -r last
kill -9 $!
wait
[ "$last" = keep ] || rm -rf "$folder"
"#;

/// A running `redis-server`. Dropping it ends it.
pub(crate) struct RedisServer {
    folder: PathBuf,
    more: Vec<String>,
    running: Option<Running>,
}

struct Running {
    keeper: Child,
    pipe: ChildStdin,
    id: u32,
}

impl RedisServer {
    /// One that keeps everything on its disk before it answers.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// One that keeps nothing on its disk: for tests that do not kill it, since many disks that are written to at once
    /// are slow.
    pub(crate) fn in_memory() -> Self {
        Self::start_with(&["--appendonly", "no"])
    }

    /// One with more arguments of `redis-server`; the last of a kind counts.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        // The path of a socket is 100 bytes at most, which the folder of a build may well be.
        let folder = env::temp_dir().join(format!("redis-{}-{number}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let mut server = Self {
            folder,
            more: more.iter().map(|argument| (*argument).to_owned()).collect(),
            running: None,
        };
        server.run();
        server
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.running.as_ref().expect("a Redis that runs").id
    }

    /// It does nothing until [`go_on`](Self::go_on), but is there.
    pub(crate) fn stop(&self) {
        self.signal(Signal::STOP);
        self.wait_until("it has stopped", || self.state() == Some('T'));
    }

    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Ends it by SIGKILL, and returns when it is gone. Its data stays.
    pub(crate) fn kill(&mut self) {
        let mut running = self.running.take().expect("a Redis that runs");
        writeln!(running.pipe, "keep").expect("it is kept");
        running.keeper.wait().expect("its keeper ends");
    }

    /// Starts it again on the data that it has had, after killing it where it runs.
    pub(crate) fn restart(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
        self.run();
    }

    /// Starts it again without any data, after killing it where it runs.
    pub(crate) fn restart_empty(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
        fs::remove_dir_all(&self.folder).expect("its data can be removed");
        fs::create_dir_all(&self.folder).expect("a folder can be made");
        self.run();
    }

    /// How much of what it has done is in its file.
    pub(crate) fn file_size(&self) -> u64 {
        let file = fs::metadata(self.appended()).expect("it keeps everything on its disk");
        file.len()
    }

    /// Cuts its file off, while it does not run: what a machine without power has not written to its disk.
    pub(crate) fn cut_file(&self, size: u64) {
        assert!(self.running.is_none(), "it would go on where it was");
        let file = fs::File::options().write(true).open(self.appended());
        file.and_then(|file| file.set_len(size)).expect("its file");
    }

    fn appended(&self) -> PathBuf {
        self.folder.join("appendonlydir/appendonly.aof.1.incr.aof")
    }

    /// Sends commands as they are typed into telnet, one a line, and gives what comes back for them.
    pub(crate) fn say(&self, commands: &str) -> String {
        let mut stream = UnixStream::connect(self.socket()).expect("a Redis that listens");
        write!(stream, "{commands}\r\n").expect("it takes commands");
        // A QUIT would wait for the end of a pause.
        stream.shutdown(Shutdown::Write).expect("it has taken them");
        let mut answers = String::new();
        stream.read_to_string(&mut answers).expect("answers in UTF-8");
        answers
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("r.sock")
    }

    fn run(&mut self) {
        // What was killed leaves its name.
        let _ = fs::remove_file(self.socket());
        let mut keeper = Command::new("sh")
            .args(["-c", KEEP, "sh"])
            .arg(&self.folder)
            .args(arguments(&self.folder))
            .args(&self.more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipe = keeper.stdin.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("the number of a process");
        let id = line.trim().parse().expect("the number of a process");
        self.running = Some(Running { keeper, pipe, id });
        self.wait_until("it answers", || self.answers());
    }

    /// Also while it loads its data it says so.
    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = UnixStream::connect(self.socket())?;
            stream.write_all(b"PING\r\n")?;
            stream.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        // One with a password answers as well.
        ask().is_ok_and(|answer| answer.starts_with("+PONG") || answer.starts_with("-NOAUTH"))
    }

    fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(self.process().cast_signed()).expect("the number of a process");
        kill_process(id, signal).expect("it takes a signal");
    }

    /// As in proc_pid_stat(5), behind the name in parentheses.
    fn state(&self) -> Option<char> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.process())).ok()?;
        text.rsplit_once(')')?.1.trim_start().chars().next()
    }

    #[track_caller]
    fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(
                self.state().is_some_and(|state| state != 'Z'),
                "redis-server has ended, or is not installed (apt-get install redis-server): {}",
                log()
            );
            assert!(
                Instant::now() < deadline,
                "still not so of redis-server: {what}\n{}",
                log()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn arguments(folder: &Path) -> Vec<String> {
    let socket = folder.join("r.sock").display().to_string();
    let folder = folder.display().to_string();
    let arguments = [
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        &socket,
        "--dir",
        &folder,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ];
    arguments.map(str::to_owned).to_vec()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        match self.running.take() {
            Some(Running { mut keeper, pipe, .. }) => {
                drop(pipe);
                let _ = keeper.wait();
            }
            None => drop(fs::remove_dir_all(&self.folder)),
        }
    }
}
