//! Linux: what the system knows of a process and of a connection, out of `/proc`.

use std::collections::HashMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};

use super::{Process, eventually};

impl Process {
    /// How many threads it has.
    pub(crate) fn threads(&self) -> u64 {
        figure(self.id(), "Threads:")
    }

    /// The scheduling class of the thread of this name; 0 is the usual one (sched(7)).
    pub(crate) fn scheduling_class(&self, thread_name: &str) -> Option<u64> {
        const CLASS: usize = 38;
        let threads = fs::read_dir(self.proc("task")).expect("the process lives");
        let stats = threads
            .flatten()
            .flat_map(|thread| fs::read_to_string(thread.path().join("stat")));
        let mut fields = stats.filter_map(|stat| {
            let (id_and_name, fields) = stat.rsplit_once(") ")?;
            let found = id_and_name.ends_with(&format!("({thread_name}"));
            found
                .then(|| fields.split_whitespace().nth(CLASS)?.parse().ok())
                .flatten()
        });
        fields.next()
    }

    /// The processes that it has started and not yet waited for, dead or alive.
    pub(crate) fn children(&self) -> Vec<u32> {
        let threads = fs::read_dir(self.proc("task")).expect("the process lives");
        let of_thread = |path: PathBuf| fs::read_to_string(path.join("children")).unwrap_or_default();
        let children = threads.flatten().map(|thread| of_thread(thread.path()));
        let ids = |children: String| -> Vec<u32> {
            let ids = children.split_whitespace();
            ids.map(|id| id.parse().expect("a number")).collect()
        };
        children.flat_map(ids).collect()
    }

    /// True where this signal does nothing to it.
    pub(crate) fn ignores(&self, signal: Signal) -> bool {
        let status = fs::read_to_string(self.proc("status")).expect("the process lives");
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = u64::from_str_radix(mask.expect("the line is there").trim(), 16);
        mask.expect("a hexadecimal number") >> (signal.as_raw() - 1) & 1 == 1
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(self.proc("fd")).expect("the process lives").count()
    }

    /// Memory that it really uses.
    pub(crate) fn resident_bytes(&self) -> u64 {
        resident_bytes(self.id())
    }

    /// Memory that it has asked for, used or not, at the moment when that was most.
    pub(crate) fn most_bytes_asked_for(&self) -> u64 {
        figure(self.id(), "VmPeak:") * 1024
    }

    /// Time that all its threads have computed, exact to a hundredth of a second.
    pub(crate) fn cpu_time(&self) -> Duration {
        const USER_TIME: usize = 11;
        let stat = fs::read_to_string(self.proc("stat")).expect("the process lives");
        // The name, in brackets, may contain anything.
        let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
        let ticks = fields.split_whitespace().skip(USER_TIME).take(2);
        let ticks: u64 = ticks.map(|field| field.parse::<u64>().expect("a number")).sum();
        Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second())
    }

    /// Time that the threads which it and its children have now have computed, exact to a few milliseconds: on a
    /// busy machine not even one that never waits gets much more in the time of a test.
    pub(crate) fn exact_cpu_time_of_family(&self) -> Duration {
        let threads = self
            .family()
            .flat_map(|process| fs::read_dir(proc(process, "task")));
        let times = threads.flatten().flatten().filter_map(|thread| {
            // A child may end meanwhile.
            let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            times.split_whitespace().next()?.parse::<u64>().ok()
        });
        let nanoseconds = times.sum();
        assert!(nanoseconds > 0, "the system does not tell");
        Duration::from_nanos(nanoseconds)
    }

    /// Memory that it and its children really use.
    pub(crate) fn resident_bytes_of_family(&self) -> u64 {
        self.family().map(resident_bytes).sum()
    }

    fn family(&self) -> impl Iterator<Item = u32> {
        self.children().into_iter().chain([self.id()])
    }

    /// Leaves it no descriptor but those that it has open now.
    pub(crate) fn take_away_descriptors(&self) {
        let open = |descriptor: &u64| fs::symlink_metadata(self.proc(&format!("fd/{descriptor}"))).is_ok();
        let lowest_free = (0..).take_while(open).count() as u64;
        self.limit_descriptors(Some(lowest_free));
    }

    /// Gives it all the descriptors that this test may have.
    pub(crate) fn give_back_descriptors(&self) {
        self.limit_descriptors(getrlimit(Resource::Nofile).maximum);
    }

    /// Only the soft limit, so that it can be raised again.
    fn limit_descriptors(&self, current: Option<u64>) {
        let maximum = getrlimit(Resource::Nofile).maximum;
        let id = Pid::from_raw(self.id().cast_signed());
        prlimit(id, Resource::Nofile, Rlimit { current, maximum }).expect("the limit can be set");
    }

    /// How often it has called write(2), whatever came of that; nothing where it has ended. Sockets have calls of their
    /// own, so it is a pipe, a file or a terminal that it has written to.
    pub(crate) fn tries_to_write(&self) -> Option<u64> {
        let counts = fs::read_to_string(self.proc("io")).ok()?;
        let calls = counts.lines().find_map(|line| line.strip_prefix("syscw: "));
        calls.expect("the system counts").trim().parse().ok()
    }

    /// Lifts its limit of how large a file may become.
    pub(crate) fn lift_file_limit(&self) {
        let id = Pid::from_raw(self.id().cast_signed());
        let limit = getrlimit(Resource::Fsize);
        prlimit(id, Resource::Fsize, limit).expect("the limit can be set");
    }

    /// Leaves it so much memory to ask for, and no more.
    pub(crate) fn leave_room_for(&self, bytes: u64) {
        let current = Some(figure(self.id(), "VmSize:") * 1024 + bytes);
        let maximum = getrlimit(Resource::As).maximum;
        let id = Pid::from_raw(self.id().cast_signed());
        prlimit(id, Resource::As, Rlimit { current, maximum }).expect("the limit can be set");
    }

    /// Stops all its threads where they stand, until [`thaw`](Self::thaw): what clients do meanwhile has
    /// happened at one moment for it.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
        eventually("all threads are stopped", || {
            let threads = fs::read_dir(self.proc("task")).expect("the process lives");
            threads.flatten().all(|thread| {
                let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
                stat.rsplit_once(") ")
                    .is_some_and(|(_, state)| state.starts_with('T'))
            })
        });
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// True while its first thread waits for something.
    pub(crate) fn sleeps(&self) -> bool {
        let stat = fs::read_to_string(self.proc("stat")).expect("the process lives");
        stat.rsplit_once(") ")
            .is_some_and(|(_, state)| state.starts_with('S'))
    }

    fn proc(&self, file: &str) -> PathBuf {
        proc(self.id(), file)
    }
}

/// False for one that is dead, waited for or not.
pub(crate) fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(proc(process, "stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").map(|(_, fields)| fields);
    state.is_some_and(|state| !state.starts_with(['Z', 'X']))
}

/// For a process that this test has not started itself.
pub(crate) fn kill(process: u32, signal: Signal) {
    let id = Pid::from_raw(process.cast_signed()).expect("not 0");
    kill_process(id, signal).expect("the process takes a signal");
}

fn resident_bytes(process: u32) -> u64 {
    figure(process, "VmRSS:") * 1024
}

/// A line of the status of a process.
fn figure(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(proc(process, "status")).expect("the process lives");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.expect("the line is there").parse().expect("a number")
}

fn proc(process: u32, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/{file}"))
}

/// Bytes that `here` has to send, and `there` has not taken.
pub(crate) fn bytes_to_send(here: SocketAddr, there: SocketAddr) -> u64 {
    let tables = tables();
    let queues = queues(&tables);
    let [to_send, _] = queues[&[&*written(here), &*written(there)]];
    u64::from_str_radix(to_send, 16).expect("a hexadecimal number")
}

/// True when all that the first of each pair has sent has arrived, and the second has read it.
pub(crate) fn is_all_read(pairs: &[(SocketAddr, SocketAddr)]) -> bool {
    let tables = tables();
    let queues = queues(&tables);
    pairs.iter().all(|(here, there)| {
        let (here, there) = (written(*here), written(*there));
        let sending = queues.get(&[&*here, &*there]);
        let reading = queues.get(&[&*there, &*here]);
        sending.is_some_and(|[to_send, _]| is_zero(to_send))
            && reading.is_some_and(|[_, to_read]| is_zero(to_read))
    })
}

/// The system's tables of connections.
fn tables() -> [String; 2] {
    ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default())
}

/// Local and remote address of all rows, with the bytes to send and the bytes to read.
fn queues(tables: &[String; 2]) -> HashMap<[&str; 2], [&str; 2]> {
    let rows = tables.iter().flat_map(|table| table.lines());
    rows.filter_map(addresses_and_queues).collect()
}

/// Of one row of the table: local and remote address, bytes to send and bytes to read.
fn addresses_and_queues(row: &str) -> Option<([&str; 2], [&str; 2])> {
    let mut fields = row.split_whitespace().skip(1);
    let addresses = [fields.next()?, fields.next()?];
    let _state = fields.next()?;
    let (to_send, to_read) = fields.next()?.split_once(':')?;
    Some((addresses, [to_send, to_read]))
}

fn is_zero(hexadecimal: &str) -> bool {
    hexadecimal.bytes().all(|digit| digit == b'0')
}

/// As in the table: every four bytes of the address as one number of this machine, in hexadecimal.
fn written(address: SocketAddr) -> String {
    let octets = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let words = octets
        .chunks_exact(4)
        .map(|word| word.try_into().expect("four bytes"));
    let ip: String = words
        .map(|word| format!("{:08X}", u32::from_ne_bytes(word)))
        .collect();
    format!("{ip}:{:04X}", address.port())
}
