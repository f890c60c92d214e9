//! A ledger in a process of its own: killed with a stake under way, without room on the disk, without a right to write, with a
//! file of an odd name.

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

use baccarat_server::ledger::{Amount, LedgerError, Refusal, RoundId, audit};
use database::DatabaseError;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::asking::{Asking, BANKER, CHIPS, chips, settlement, stake};
use crate::folder::Folder;

const ROUND: RoundId = RoundId { table: 0, number: 1 };

/// What a process of this test is told: what to do, and with which file.
const ROLE: &str = "LEDGER_TEST_ROLE";
const FILE: &str = "LEDGER_TEST_FILE";

/// The other process, when this program is started by one of the tests below.
#[test]
#[ignore = "is the other process of the tests beside it"]
fn other_process() {
    let (Ok(role), Some(file)) = (env::var(ROLE), env::var_os(FILE)) else {
        return println!("nothing to do: no test has started this");
    };
    let file = PathBuf::from(file);
    match role.as_str() {
        "stakes" => stake_for_ever(&file),
        "fills" => fill_the_disk(&file),
        "asks" => ask_by_name(&file),
        "opens" => println!("{}", Asking::try_open(Some(&file)).err().expect("an error")),
        role => panic!("no role {role}"),
    }
}

/// Starts the other process, by way of `around` where that is not empty.
fn start(around: &[&str], role: &str, file: &Path) -> Child {
    let this = env::current_exe().expect("this program");
    let this = this.to_str().expect("a path in UTF-8");
    let test = ["--ignored", "--exact", "process::other_process", "--nocapture"];
    let words: Vec<&str> = around.iter().copied().chain([this]).chain(test).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env(ROLE, role).env(FILE, file);
    command
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process can be started")
}

fn stake_for_ever(file: &Path) {
    let ledger = Asking::open(file);
    for number in 1.. {
        // A new user now and then, so that accounts are made too.
        let user = format!("user {}", number / 100);
        ledger
            .stake(stake(ROUND, &user, 2, number, 1))
            .expect("the stake is stored");
        println!("stored {number}");
    }
}

#[test]
fn a_process_that_is_killed_has_stored_what_it_has_answered() {
    const LEAST: usize = 150;
    let folder = Folder::new("killed");
    let file = folder.join("chips.db");
    let mut child = start(&[], "stakes", &file);
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut stored = lines.map_while(Result::ok).filter(|line| line.contains("stored"));
    assert_eq!(stored.by_ref().take(LEAST).count(), LEAST);
    // It has the file for itself.
    let refused = Asking::try_open(Some(&file)).err().expect("a locked file");
    assert!(
        matches!(refused, LedgerError::Database(DatabaseError::InUse(_))),
        "{refused:?}"
    );
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let answered = LEAST + stored.count();

    let found = audit(&file).expect("a ledger");
    assert_eq!(found.total(), 0);
    let open: i64 = found.open.iter().map(|open| open.amount.chips()).sum();
    let open = usize::try_from(open).expect("stakes");
    // One stake may have been stored and not yet answered.
    assert!(
        (answered..=answered + 1).contains(&open),
        "{open} stored, {answered} answered"
    );
    Asking::open(&file).close();
    let after = audit(&file).expect("a ledger");
    assert!(after.open.is_empty());
    assert!(
        after.users.values().all(|balance| *balance == chips(CHIPS)),
        "{after:?}"
    );
    assert_eq!(after.movements, found.movements + found.open.len());
}

/// Its files may have so many blocks of 512 bytes, and then get as many as they like.
fn fill_the_disk(file: &Path) {
    let ledger = Asking::open(file);
    let mut staked = 0;
    let refused = loop {
        match ledger.stake(stake(ROUND, "alice", 2, staked + 1, 1)) {
            Ok(_) => staked += 1,
            Err(refused) => break refused,
        }
    };
    assert!(staked > 0, "{refused:?}");
    assert!(matches!(refused.reason, Refusal::NotStored(_)), "{refused:?}");
    let left = chips(CHIPS - i64::from(staked));
    assert_eq!(refused.balance, left);

    let (told, closed) = channel();
    let settlement = settlement(ROUND, BANKER);
    ledger
        .handle()
        .settle(settlement, move |outcome| drop(told.send(outcome)));
    // By the time that this one is refused, the settlement was tried once at least.
    let other = RoundId { table: 1, number: 1 };
    let refused = ledger
        .stake(stake(other, "alice", 2, 1, 1))
        .expect_err("a full disk");
    assert!(matches!(refused.reason, Refusal::NotStored(_)), "{refused:?}");
    assert!(closed.try_recv().is_err());
    // What needs no disk goes on.
    assert_eq!(ledger.balance("alice"), left);

    let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
    setrlimit(
        Resource::Fsize,
        Rlimit {
            current: maximum,
            maximum,
        },
    )
    .expect("up to the hard limit");
    let closed = closed.recv().expect("an answer").expect("the end of the round");
    let won = Amount::from_hundredths(95 * i64::from(staked));
    assert_eq!(
        closed.players[0].balance,
        chips(CHIPS).checked_add(won).expect("few chips")
    );
    ledger
        .stake(stake(other, "alice", 2, 1, 1))
        .expect("there is room again");
    ledger.refund(other).expect("there is room again");
    ledger.close();
    let found = audit(file).expect("a ledger");
    assert_eq!(
        (found.total(), found.users["alice"]),
        (0, closed.players[0].balance)
    );
    println!("went through");
}

#[test]
fn without_room_on_the_disk_nothing_is_taken_and_nothing_is_lost() {
    let folder = Folder::new("full");
    // Past the limit a write fails, where the signal is ignored that would end the process.
    let limited = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 600; exec \"$@\"", "sh"];
    let child = start(&limited, "fills", &folder.join("chips.db"));
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("went through"), "{said}");
}

/// By way of which a process is not root, to whom every file is open.
fn as_nobody() -> &'static [&'static str] {
    let nobody = &["setpriv", "--reuid", "65534", "--clear-groups"][..];
    let is_allowed = Command::new(nobody[0])
        .args(&nobody[1..])
        .arg("true")
        .stderr(Stdio::null())
        .status();
    match is_allowed {
        Ok(status) if status.success() => nobody,
        _ => &[],
    }
}

#[test]
fn a_file_that_may_not_be_written_is_named() {
    let folder = Folder::new("read-only");
    let file = folder.join("chips.db");
    Asking::open(&file).close();
    // The file, then its folder, where the log would be.
    for (folder_mode, file_mode) in [(0o777, 0o444), (0o555, 0o666)] {
        fs::set_permissions(&file, Permissions::from_mode(file_mode)).expect("it is ours");
        fs::set_permissions(folder.join(""), Permissions::from_mode(folder_mode)).expect("it is ours");
        let mut said = String::new();
        let mut child = start(as_nobody(), "opens", &file);
        child
            .stdout
            .take()
            .expect("a pipe")
            .read_to_string(&mut said)
            .expect("text");
        child.wait().expect("it ends");
        assert!(said.contains("cannot be written to"), "{said}");
    }
    fs::set_permissions(folder.join(""), Permissions::from_mode(0o755)).expect("it is ours");
}

/// By the name of the file alone, as somebody types it.
fn ask_by_name(file: &Path) {
    env::set_current_dir(file.parent().expect("a folder")).expect("a folder");
    let ledger = Asking::open(file.file_name().expect("a name").as_ref());
    ledger.balance("alice");
    ledger.close();
}

/// SQLite itself would take them for a database in memory, and for an address of one.
#[test]
fn whatever_its_name_is_a_file_is_a_file() {
    for name in [":memory:", "file:chips.db?mode=memory"] {
        let folder = Folder::new("names");
        let file = folder.join(name);
        let status = start(&[], "asks", &file).wait().expect("it ends");
        assert!(status.success(), "{name}");
        assert!(audit(&file).expect(name).users.contains_key("alice"));
    }
}
