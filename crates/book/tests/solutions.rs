//! Solves every exercise of the book that names a command of `examine`, and runs that command as it is written there.
//!
//! The solutions are the steps with the changes of `build.rs`. Each is served by this very program, started once more.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs, thread};

use book::page;
use book::program::Programs;
use serde_json::Value;

/// The variable that says which solution is to be served.
const SOLUTION: &str = "BOOK_SOLUTION";

/// Each in a module of its own, with its `main`, which nobody calls.
macro_rules! solutions {
    ($($name:ident,)*) => {
        $(
            #[allow(dead_code, unused_imports, reason = "a whole program, of which a part is called")]
            mod $name {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));

                pub(super) fn run_anywhere() -> std::io::Result<()> {
                    run("127.0.0.1:0")
                }
            }
        )*

        fn run_solution(name: &str) -> std::io::Result<()> {
            match name {
                $( stringify!($name) => $name::run_anywhere(), )*
                other => panic!("{other} is no solution"),
            }
        }
    };
}

solutions! {
    calc_1_raw,
    calc_3_readn,
    calc_4_packet,
    chat_4_rooms,
    echo_2_keep,
    echo_4_threads,
    echo_5_packets,
}

/// An exercise, solved.
struct Exercise {
    page: &'static str,
    /// As it stands on the page.
    command: &'static str,
    solution: &'static str,
    /// The checks that the page says must fail.
    fails: &'static [&'static str],
}

const EXERCISES: [Exercise; 7] = [
    Exercise {
        page: "docs/src/calc/1-raw.md",
        command: "examine calc --no-length --only merged",
        solution: "calc_1_raw",
        fails: &[],
    },
    Exercise {
        page: "docs/src/calc/3-readn.md",
        command: "examine calc --only split --only byte-by-byte",
        solution: "calc_3_readn",
        fails: &[],
    },
    Exercise {
        page: "docs/src/calc/4-packet.md",
        command: "examine calc",
        solution: "calc_4_packet",
        // Those of the step.
        fails: &[
            "division",
            "unknown-operator",
            "division-by-zero",
            "two-clients",
            "others-stay",
            "silence",
            "slow-reader",
        ],
    },
    Exercise {
        page: "docs/src/chat/4-rooms.md",
        command: "examine chat --only room-full",
        solution: "chat_4_rooms",
        fails: &[],
    },
    Exercise {
        page: "docs/src/echo/2-keep.md",
        command: "examine echo-line --only lines",
        solution: "echo_2_keep",
        fails: &["lines"],
    },
    Exercise {
        page: "docs/src/echo/4-threads.md",
        command: "examine echo-line",
        solution: "echo_4_threads",
        fails: &["long-line"],
    },
    Exercise {
        page: "docs/src/echo/5-packets.md",
        command: "examine echo-packets",
        solution: "echo_5_packets",
        fails: &[
            "size-0",
            "size-1",
            "size-4",
            "size-over-maximum",
            "size-negative",
            "others-stay",
            "end-inside",
        ],
    },
];

#[test]
fn each_solution_does_what_its_exercise_says() {
    thread::scope(|scope| {
        for exercise in &EXERCISES {
            scope.spawn(|| is_solved(exercise));
        }
    });
}

fn is_solved(exercise: &Exercise) {
    let Exercise {
        page,
        command,
        solution,
        fails,
    } = exercise;
    let this = env::current_exe().expect("a test is a program");
    let this = this.to_str().expect("a path in UTF-8");
    let which = format!("{SOLUTION}={solution}");
    let server = [
        "env",
        &which,
        this,
        "--exact",
        "this_is_a_server",
        "--ignored",
        "--nocapture",
    ];
    let arguments: Vec<_> = command.split(' ').skip(1).collect();
    let (must_fail, must_pass): (Vec<_>, Vec<_>) =
        (checks(&arguments).into_iter()).partition(|name| fails.contains(&name.as_str()));
    assert_eq!(must_fail.len(), fails.len(), "{page}");
    // What must come may take its time on a busy machine. What must fail waits in vain.
    let failed = failed(&without_only(&arguments), &must_fail, "1s", &server);
    assert_eq!(failed, must_fail.into_iter().collect(), "`{command}` of {page}");
    let failed = self::failed(&without_only(&arguments), &must_pass, "8s", &server);
    assert_eq!(failed, BTreeSet::new(), "`{command}` of {page}");
}

/// The checks that the command does.
fn checks(arguments: &[&str]) -> Vec<String> {
    let list = examine(&[arguments, &["--list"]].concat());
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

fn without_only<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let is_one = |at: usize| arguments[at] == "--only" || (at > 0 && arguments[at - 1] == "--only");
    let others = (0..arguments.len()).filter(|at| !is_one(*at));
    others.map(|at| arguments[at]).collect()
}

/// Which of these checks fail.
fn failed(arguments: &[&str], names: &[String], patience: &str, server: &[&str]) -> BTreeSet<String> {
    if names.is_empty() {
        return BTreeSet::new();
    }
    let only = names.iter().flat_map(|name| ["--only", name]).collect::<Vec<_>>();
    let address = ["127.0.0.1:0", "--json", "--patience", patience];
    let report = examine(&[arguments, &address, &only, &["--"], server].concat());
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
    let checks = report["checks"].as_array().expect("checks");
    let failed = checks.iter().filter(|check| check["verdict"] == "failed");
    failed
        .map(|check| check["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// What it prints.
fn examine(arguments: &[&str]) -> String {
    let programs = Programs::of_this_build().expect("a test is a program");
    let examine = programs.path("examine").expect("it is built");
    let output = Command::new(examine).args(arguments).output();
    let output = output.expect("it can be started");
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Behind the heading of the exercises, in backquotes.
#[test]
fn every_exercise_with_a_command_of_examine_is_solved() {
    let mut found = BTreeSet::new();
    for page in page::all().expect("pages") {
        let path = page.path.to_str().expect("UTF-8").to_owned();
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&path));
        let text = text.expect("the page is there");
        let (_, exercises) = text.split_once("\n## Exercises\n").unwrap_or_default();
        let quoted = exercises.split('`').skip(1).step_by(2);
        let commands = quoted.filter(|quoted| quoted.starts_with("examine "));
        found.extend(commands.map(|command| (path.clone(), command.replace('\n', " "))));
    }
    // That page is about the program: its exercise is to write the server.
    found.retain(|(path, _)| path != "docs/src/examine.md");
    let solved = EXERCISES.map(|one| (one.page.to_owned(), one.command.to_owned()));
    assert_eq!(found, BTreeSet::from(solved));
}

/// The first exercise of the page about `examine`: the mistake of the calculator in Python.
#[test]
fn the_calculator_in_python_can_be_mended() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: not installed: python3");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/calc_server.py");
    let mut source = fs::read_to_string(path).expect("the example is there");
    let division = "(abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1))";
    for (before, after) in [
        ("left // right", division),
        ("left % right", &format!("left - right * {division}")),
    ] {
        assert_eq!(source.matches(before).count(), 1, "{before}");
        source = source.replace(before, after);
    }
    let mended = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mended_calc_server.py");
    fs::write(&mended, source).expect("a folder for this");
    let mended = mended.to_str().expect("a path in UTF-8");
    let all = checks(&["calc"]);
    let failed = failed(&["calc"], &all, "8s", &["python3", mended, "127.0.0.1:0"]);
    assert_eq!(failed, BTreeSet::new());
}

/// A server for the tests above, which start it.
#[test]
#[ignore = "a server for the other tests, which start it"]
fn this_is_a_server() {
    // The test's own name stands on the line that is not ended yet.
    println!();
    run_solution(&env::var(SOLUTION).expect("a solution")).expect("it serves until it is ended");
}
