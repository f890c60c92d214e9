//! A guard process that ends the servers which this program has started, if this program is killed or crashes.
//!
//! A program that is killed gets no word in. But the kernel closes its descriptors, and whoever reads at the other end
//! of a pipe sees that. So the program starts itself a second time, as a guard: it is told of each
//! [group](crate::ProcessGroup) that is started or has ended, and when the pipe ends it ends what is left. Linux has a
//! signal for the death of a parent as well, prctl(2). But that ends the child alone, and not what a script has started;
//! and it means the death of the *thread* that has started the child.

#[cfg(unix)]
pub(crate) use unix::{is_wanted, kill_group, prepare, tell, watch, will_be_understood};

/// What a guard is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// A group of this number is there.
    Started(u32),
    /// It has ended, and another program's group may get its number.
    Ended(u32),
}

/// Elsewhere there are no groups.
#[cfg(not(unix))]
pub(crate) fn prepare() {}

/// Elsewhere there are no groups.
#[cfg(not(unix))]
pub(crate) fn tell(_told: Told) {}

#[cfg(unix)]
mod unix {
    use std::collections::BTreeSet;
    use std::env;
    use std::io::{self, Read, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{ChildStdin, Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use rustix::process::{Pid, Signal, kill_process_group};

    use super::Told;

    /// The one argument of a guard, which says what it is to whoever looks at the list of processes.
    const ARGUMENT: &str = "--guard-of-servers";

    /// Whether this program, started a second time, would be a guard.
    static UNDERSTANDS: AtomicBool = AtomicBool::new(false);

    static GUARD: Mutex<Guard> = Mutex::new(Guard::NotNeededYet);

    enum Guard {
        NotNeededYet,
        Listens(ChildStdin),
        /// It could not be started, or is not understood. What is started then ends with this program but for the case
        /// that this program is killed.
        IsMissing,
    }

    /// From now on this program, started with the argument of a guard, is one.
    pub(crate) fn will_be_understood() {
        UNDERSTANDS.store(true, Ordering::Relaxed);
    }

    /// True where this process is to be a guard.
    pub(crate) fn is_wanted() -> bool {
        env::args_os().skip(1).eq([ARGUMENT])
    }

    /// The life of a guard: listens until the program has gone, and ends what that has left.
    pub(crate) fn watch() {
        let mut told = Vec::new();
        // What has come before an error has come.
        let _ = io::stdin().lock().read_to_end(&mut told);
        for id in left(&String::from_utf8_lossy(&told)) {
            if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
                kill_group(group);
            }
        }
    }

    /// The groups that have been started and have not ended. The last line may be half of one, whose number would be
    /// another group's: only what ends with a line break is believed.
    fn left(told: &str) -> BTreeSet<u32> {
        let mut groups = BTreeSet::new();
        for line in told
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
        {
            match Told::parse(line) {
                Some(Told::Started(id)) => groups.insert(id),
                Some(Told::Ended(id)) => groups.remove(&id),
                None => false,
            };
        }
        groups
    }

    /// It fails where nobody of the group is left.
    pub(crate) fn kill_group(group: Pid) {
        let _ = kill_process_group(group, Signal::KILL);
    }

    /// Starts the guard, where there is none yet: before what it guards, which must not be alone for long.
    pub(crate) fn prepare() {
        let mut guard = lock();
        if let Guard::NotNeededYet = *guard {
            *guard = start().map_or(Guard::IsMissing, Guard::Listens);
        }
    }

    /// Tells the guard.
    pub(crate) fn tell(told: Told) {
        let mut guard = lock();
        if let Guard::Listens(pipe) = &mut *guard
            && pipe.write_all(told.line().as_bytes()).is_err()
        {
            *guard = Guard::IsMissing;
        }
    }

    /// A panic elsewhere leaves it as good as it was.
    fn lock() -> MutexGuard<'static, Guard> {
        GUARD.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start() -> Option<ChildStdin> {
        if !UNDERSTANDS.load(Ordering::Relaxed) {
            return None;
        }
        // By this path it is the same program even where its file has been replaced. And a process is called after
        // the file: who kills all that have the name of this program leaves the guard alone.
        let program = match cfg!(target_os = "linux") {
            true => "/proc/self/exe".into(),
            false => env::current_exe().ok()?,
        };
        let mut command = Command::new(program);
        command.arg0("guard").arg(ARGUMENT).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C is not for it.
        command.process_group(0).spawn().ok()?.stdin
    }

    impl Told {
        fn line(self) -> String {
            match self {
                Self::Started(id) => format!("+{id}\n"),
                Self::Ended(id) => format!("-{id}\n"),
            }
        }

        fn parse(line: &str) -> Option<Self> {
            let (sign, id) = line.split_at_checked(1)?;
            // 1 would be every process that there is, see kill(2).
            let id = id.parse().ok().filter(|id| *id > 1)?;
            match sign {
                "+" => Some(Self::Started(id)),
                "-" => Some(Self::Ended(id)),
                _ => None,
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_has_ended_is_left_alone() {
            let told = [
                Told::Started(7),
                Told::Started(8),
                Told::Ended(7),
                Told::Started(9),
            ];
            let told = told.map(Told::line).concat();
            // Half a line is the last word of somebody who was killed.
            for rest in ["", "+", "+12", "nonsense\n", "+1\n"] {
                assert_eq!(left(&format!("{told}{rest}")), BTreeSet::from([8, 9]), "{rest}");
            }
        }
    }
}
