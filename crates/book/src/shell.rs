//! The terminal in which the commands of a page are typed: one bash for all of them.
//!
//! So what one command sets is there for the next, as for a reader: `exec 3<>/dev/tcp/127.0.0.1/18080` opens a
//! connection that stays open until `exec 3>&-`, and nobody has to guess how long it is needed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::program::Prepared;

/// How long a command may take. What a page waits for comes; so this ends only what would hang.
const PATIENCE: Duration = Duration::from_secs(600);

/// A bash that is told one command after the other.
pub(crate) struct Shell {
    process: Child,
    commands: ChildStdin,
    /// The status of each command, when it is done.
    done: Receiver<String>,
    folder: PathBuf,
    count: usize,
}

impl Shell {
    /// Starts it in this folder.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let mut process = bash(folder)
            .arg("-s")
            // A group of its own, so that all that is left in the background ends with the page.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start bash")?;
        let stdout = process.stdout.take().context("no standard output")?;
        let (sender, done) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            lines
                .take_while(|line| sender.send(line.clone()).is_ok())
                .for_each(drop);
        });
        Ok(Self {
            commands: process.stdin.take().context("no standard input")?,
            process,
            done,
            folder: folder.to_owned(),
            count: 0,
        })
    }

    /// Runs a command. Gives all that it has printed when it was done, and its status.
    pub(crate) fn run(&mut self, command: &Prepared) -> Result<(String, i32)> {
        // A file of its own for each, and no pipe: what goes on in the background keeps it open.
        self.count += 1;
        let file = self.folder.join(format!(".output-{}", self.count));
        File::create(&file)?;
        self.type_in(command, &file)?;
        let status = self.done.recv_timeout(PATIENCE);
        let output = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
        match status {
            Ok(status) => Ok((output, status.parse()?)),
            Err(_) => bail!(
                "{}\nhas not ended after {} seconds. It printed\n{output}",
                command.text,
                PATIENCE.as_secs()
            ),
        }
    }

    fn type_in(&mut self, command: &Prepared, output: &Path) -> Result<()> {
        let mut text = String::new();
        for (name, value) in &command.variables {
            text += &format!("export {name}={}\n", quoted(value));
        }
        let (command, output) = (quoted(&command.text), quoted(&output.to_string_lossy()));
        text += &format!("eval {command} < /dev/null > {output} 2>&1\necho $?\n");
        self.commands.write_all(text.as_bytes()).context("bash has ended")
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// Runs its arguments with the three standard streams and no other descriptor. What the program that started the tests
/// left open would be open in the servers too, and a page that counts descriptors would show another number.
const CLOSE_WHAT_WAS_INHERITED: &str = r#"
for descriptor in /dev/fd/*; do
    descriptor=${descriptor##*/}
    [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
done
exec "$@"
"#;

/// A bash for commands of this folder, with nothing in it yet.
pub(crate) fn bash(folder: &Path) -> Command {
    let mut command = Command::new("bash");
    // A test that was itself started in the background has Ctrl-C switched off for all that it starts.
    let clean = ["env", "--default-signal=INT", "bash"];
    command.args(["-c", CLOSE_WHAT_WAS_INHERITED, "bash"]).args(clean);
    command.current_dir(folder);
    command.env("LC_ALL", "C.UTF-8").env_remove("RUST_BACKTRACE");
    command
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_starter_of_the_tests_left_open_is_closed() {
        let clean = bash(&std::env::temp_dir());
        let output = Command::new("bash")
            .args(["-c", "exec 9< /dev/null 231< /dev/null; exec \"$@\"", "bash"])
            .arg(clean.get_program())
            .args(clean.get_args())
            .args([
                "-c",
                "for n in 0 1 2 9 231; do [ -e /dev/fd/$n ] && echo $n; done",
            ])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n1\n2\n");
    }

    #[test]
    fn what_a_command_sets_is_there_for_the_next() {
        let folder = std::env::temp_dir().join(format!("book-shell-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut shell = Shell::start(&folder).unwrap();
        let mut run = |text: &str| {
            let variables = vec![("WORD".to_owned(), "it's".to_owned())];
            let text = text.to_owned();
            shell.run(&Prepared { text, variables }).unwrap()
        };
        assert_eq!(run("echo 'one' two"), ("one two\n".to_owned(), 0));
        assert_eq!(run("exec 3> file; false"), (String::new(), 1));
        assert_eq!(run("echo $WORD >&3; cat file"), ("it's\n".to_owned(), 0));
        // Nobody waits for the background; and a command gets no keyboard.
        assert_eq!(run("(sleep 1000 &); cat"), (String::new(), 0));
        drop(shell);
        fs::remove_dir_all(folder).unwrap();
    }
}
