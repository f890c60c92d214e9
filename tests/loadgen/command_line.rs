//! Flags, output, exit codes.

use std::fs;
use std::process::Stdio;

use crate::support::{Process, Program, Terminal};
use crate::{LOADGEN, json, number, run, server};

#[test]
fn the_table_tells_everything_once() {
    let server = server("echo-server", &[]);
    let address = server.address.to_string();
    let finished = run(&["echo", &address, "--count", "100", "--connections", "2"]).expect_success();
    let table = finished.text();
    let expected = format!("echo, connections 2, closed loop, in flight 1, at {address}");
    assert_eq!(table.lines().next(), Some(&*expected));
    for row in [
        "connections",
        "messages",
        "a second",
        "bytes sent",
        "bytes received",
        "latency of",
        "latency p50",
        "latency p90",
        "latency p99 ",
        "latency p99.9",
        "latency max",
        "errors",
    ] {
        let found = table.lines().filter(|line| line.starts_with(&format!("  {row}")));
        assert_eq!(found.count(), 1, "{row}: {table}");
    }
    assert!(
        finished.stderr.is_empty(),
        "no bar in a pipe: {}",
        finished.stderr
    );
}

#[test]
fn a_bar_shows_the_progress_on_a_terminal() {
    let server = server("echo-server", &[]);
    let address = server.address.to_string();
    let program = Program::new(LOADGEN).args(&["echo", &address, "--duration", "400ms", "--warm-up", "0"]);
    let mut terminal = Terminal::start(program.env("TERM", "xterm"));
    terminal.screen.wait_for_text("%  ");
    assert!(terminal.process.wait().success());
    terminal
        .screen
        .wait_for_line("  errors                         0");
    assert!(
        terminal.screen.count(" messages a second") > 0,
        "{}",
        terminal.screen.text()
    );
}

/// What stands on a terminal of this kind after a load, for a person who wants no colours.
fn screen_without_colours(term: &str) -> String {
    let server = server("echo-server", &[]);
    let address = server.address.to_string();
    let program = Program::new(LOADGEN).args(&["echo", &address, "--duration", "400ms", "--warm-up", "0"]);
    let mut terminal = Terminal::start(program.env("TERM", term).env("NO_COLOR", "1"));
    terminal
        .screen
        .wait_for_line("  errors                         0");
    assert!(terminal.process.wait().success());
    terminal.screen.text()
}

#[test]
fn the_bar_has_no_colours_and_a_dumb_terminal_gets_none() {
    let screen = screen_without_colours("xterm");
    assert!(screen.contains(" messages a second"), "{screen:?}");
    let sequences: Vec<_> = screen.split("\x1b[").skip(1).collect();
    let colour = sequences.iter().find(|sequence| {
        let end = sequence.find(|letter: char| letter.is_ascii_alphabetic());
        end.is_some_and(|end| sequence[end..].starts_with('m'))
    });
    assert_eq!(colour, None, "{screen:?}");

    let screen = screen_without_colours("dumb");
    assert!(!screen.contains('\x1b') && !screen.contains("%  "), "{screen:?}");
}

#[test]
fn errors_stand_in_the_table_too() {
    let server = server("echo-server", &["--max-per-ip", "1"]);
    let address = server.address.to_string();
    let finished = run(&["echo", &address, "--count", "20", "--connections", "2"]);
    finished.expect_failure(1);
    let table = finished.text();
    assert!(
        table.contains("\n    closed ") || table.contains("\n    reset "),
        "{table}"
    );
}

#[test]
fn a_figure_is_written() {
    let server = server("echo-server", &[]);
    let file = format!("{}/echo.svg", env!("CARGO_TARGET_TMPDIR"));
    let address = server.address.to_string();
    run(&["echo", &address, "--duration", "200ms", "--plot", &file]).expect_success();
    let figure = fs::read_to_string(&file).expect("a figure");
    assert!(figure.starts_with("<svg"), "{figure}");
    for part in ["latency in ms", "p50", "p99", "messages a second"] {
        assert!(figure.contains(&format!("\n{part}\n")), "{part}");
    }
}

/// Nobody listens there: it is found out before the load.
#[test]
fn a_figure_that_cannot_be_written_is_told_before_the_load() {
    let file = "/no/such/folder/echo.svg";
    for arguments in [
        &["echo", "127.0.0.1:1", "--plot", file][..],
        &["compare", "a=/no/such/program", "--plot", file, "--", "echo"],
    ] {
        let finished = run(arguments);
        let line = finished.expect_failure(1);
        let expected = format!("loadgen: cannot write {file}: ");
        assert!(line.starts_with(&expected), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_not_there_is_told_before_the_load() {
    let finished = run(&["echo", "127.0.0.1:1", "--pid", "4194304"]);
    assert_eq!(finished.expect_failure(1), "loadgen: there is no process 4194304");
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        ("", "requires a subcommand"),
        ("echo", "<HOST:PORT>"),
        (
            "echo nonsense",
            "`nonsense` is not an address: the port is missing",
        ),
        (
            "echo 127.0.0.1:1 --connections 0",
            "`0` is not a count of at least 1",
        ),
        ("echo 127.0.0.1:1 --size 0", "a message has at least 1 byte"),
        (
            "echo 127.0.0.1:1 --packets --size 4",
            "a packet has 5 to 65535 bytes, not 4",
        ),
        (
            "echo 127.0.0.1:1 --packets --size 65536",
            "a packet has 5 to 65535 bytes, not 65536",
        ),
        (
            "echo 127.0.0.1:1 --rate 0",
            "`0` is not a number of messages a second",
        ),
        (
            "echo 127.0.0.1:1 --rate 1e300",
            "`1e300` is not a number of messages a second",
        ),
        (
            "echo 127.0.0.1:1 --duration 0",
            "`0` is too short: it must be longer than 0",
        ),
        (
            "echo 127.0.0.1:1 --timeout 0",
            "`0` is too short: it must be longer than 0",
        ),
        ("echo 127.0.0.1:1 --duration 25h", "`25h` is more than a day"),
        (
            "echo 127.0.0.1:1 --connections 1000000000000",
            "1000000000000 are more than 65535",
        ),
        (
            "echo 127.0.0.1:1 --size 16MiB --in-flight 1000",
            "--in-flight 1000 of --size 16777216 are more than 268435456 bytes",
        ),
        (
            "chat 127.0.0.1:1 --rooms 1000 --members 1000",
            "--rooms 1000 of --members 1000 are more than 65535 connections",
        ),
        ("echo 127.0.0.1:1 --rate 5 --in-flight 2", "cannot be used with"),
        ("echo 127.0.0.1:1 --count 5 --duration 1s", "cannot be used with"),
        ("calc 127.0.0.1:1 --size 5", "unexpected argument '--size'"),
        (
            "chat 127.0.0.1:1 --members 2 --senders 3",
            "--senders 3 are among --members 2",
        ),
        ("chat 127.0.0.1:1 --peer mqtt", "invalid value 'mqtt'"),
        (
            "chat 127.0.0.1:1 --codec json",
            "\"json\" is not a codec: expected binary, msgpack or protobuf",
        ),
        (
            "chat 127.0.0.1:1 --codec msgpack --peer redis",
            "'--codec <CODEC>' cannot be used with '--peer <PEER>'",
        ),
        (
            "echo 127.0.0.1:1 --codec msgpack",
            "unexpected argument '--codec'",
        ),
        ("compare -- echo", "<NAME=COMMAND>"),
        ("compare nonsense -- echo", "nonsense is not NAME=COMMAND"),
        ("compare =b -- echo", "=b is not NAME=COMMAND"),
        (
            "compare a=b -- echo --help",
            "after `--`: unexpected argument '--help'",
        ),
        ("compare a=b", "<LOAD>"),
        (
            "compare a=b --at-load 50%,101% -- echo",
            "`101%` is not a part in percent",
        ),
        (
            "compare a=b --at-load 50% -- echo --rate 1000",
            "--at-load finds the rates by a closed loop: leave --rate out",
        ),
        (
            "compare a=b -- echo 127.0.0.1:1",
            "after `--`: unexpected argument '127.0.0.1:1'",
        ),
        (
            "compare a=b -- chat --members 2 --senders 3",
            "--senders 3 are among --members 2",
        ),
        (
            "compare a=b -- chat --codec msgpack --peer nats",
            "'--codec <CODEC>' cannot be used with '--peer <PEER>'",
        ),
        (
            "compare a=redis-server b=nats-server -- chat --codec msgpack",
            "--codec is for chat servers, and there are only message brokers",
        ),
    ] {
        let finished = run(&arguments.split_whitespace().collect::<Vec<_>>());
        let line = finished.expect_failure(2);
        assert!(line.starts_with("loadgen: ") && line.contains(problem), "{line}");
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}

/// Words of a command are separated by blanks, as those above are.
#[test]
fn a_codec_behind_the_load_must_be_that_of_the_command() {
    let contradiction = "a is started with --codec msgpack, which contradicts the flags after `--`";
    let unknown = r#"a: "json" is not a codec: expected binary, msgpack or protobuf"#;
    for (command, flags, problem) in [
        ("a=b --codec msgpack", "--codec binary", contradiction),
        ("a=b --codec=msgpack", "--codec protobuf", contradiction),
        ("a=b --codec msgpack", "--peer nats", contradiction),
        ("a=b --codec json", "", unknown),
    ] {
        let arguments = ["compare", command, "--", "chat"].into_iter();
        let finished = run(&arguments.chain(flags.split_whitespace()).collect::<Vec<_>>());
        let line = finished.expect_failure(2);
        assert_eq!(line, format!("loadgen: {problem}; try --help"), "{flags}");
    }
}

#[test]
fn more_connections_than_files_are_refused_before_the_first() {
    let script = r#"ulimit -n 100 && exec "$0" "$@""#;
    for load in [
        "echo 127.0.0.1:1 --connections 90",
        "chat 127.0.0.1:1 --members 90",
    ] {
        let arguments = ["-c", script, LOADGEN].into_iter().chain(load.split_whitespace());
        let finished = Program::new("/bin/sh").args(&arguments.collect::<Vec<_>>()).run();
        assert_eq!(
            finished.expect_failure(1),
            "loadgen: 90 connections need 109 open files, and only 100 are allowed (ulimit -Hn)"
        );
    }
}

#[test]
fn help_has_examples() {
    let help = run(&["--help"]).expect_success().text();
    assert!(
        help.contains("\nExamples:\n  loadgen echo 127.0.0.1:18080\n"),
        "{help}"
    );
}

/// A variable has the name of the program and of the flag, whatever the subcommand.
#[test]
fn variables_set_the_flags_of_a_load() {
    let server = server("echo-server", &[]);
    let address = server.address.to_string();
    let program = Program::new(LOADGEN).args(&["echo"]);
    let program = program
        .env("LOADGEN_ADDRESS", &address)
        .env("LOADGEN_COUNT", "50")
        .env("LOADGEN_SIZE", "")
        .env("LOADGEN_JSON", "Yes");
    let finished = program.run().expect_success();
    assert_eq!(number(&json(&finished)["messages"]), 50.0);
    let help = Program::new(LOADGEN)
        .args(&["help", "chat"])
        .run()
        .expect_success();
    assert!(help.text().contains("[env: LOADGEN_COUNT=]"), "{}", help.text());
}

#[test]
fn a_wrong_variable_of_a_load_is_named() {
    let program = |arguments: &[&str]| {
        let program = Program::new(LOADGEN).args(arguments);
        program.env("LOADGEN_COUNT", "abc")
    };
    for load in ["echo", "calc", "chat"] {
        let problem = "invalid value 'abc' for the variable LOADGEN_COUNT: invalid digit found in string";
        program(&[load, "127.0.0.1:1"])
            .run()
            .refuses_flags("loadgen", problem);
        let compared = program(&["compare", "one=true", "--", load]).run();
        compared.refuses_flags("loadgen", &format!("after `--`: {problem}"));
    }
    let both = Program::new(LOADGEN).env("LOADGEN_COUNT", "5");
    let both = both.args(&["echo", "127.0.0.1:1", "--duration", "1s"]).run();
    let problem = "the variable LOADGEN_COUNT cannot be used with '--duration <DURATION>'";
    let turned = "the argument '--duration <DURATION>' cannot be used with the variable LOADGEN_COUNT";
    let line = both.expect_failure(2);
    assert!(line.contains(problem) || line.contains(turned), "{line}");
}

/// No exit code 0 with output that is lost.
#[cfg(target_os = "linux")]
#[test]
fn a_report_on_a_full_disk_is_a_failure() {
    let server = server("echo-server", &[]);
    let address = server.address.to_string();
    for arguments in [
        &["--version"][..],
        &["--help"],
        &["help"],
        &["help", "echo"],
        &["echo", "--help"],
        &["soak", "--list", "echo"],
        &["echo", &address, "--count", "5"],
        &["echo", &address, "--count", "5", "--json"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let full = full.expect("a device");
        let program = Program::new(LOADGEN).args(arguments);
        let child = program.spawn(Stdio::null(), full.into(), Stdio::piped());
        let finished = Process::new(child).finish();
        let line = finished.expect_failure(1);
        let expected = "loadgen: cannot print: No space left on device (os error 28)";
        assert_eq!(line, expected, "{arguments:?}");
    }
}
