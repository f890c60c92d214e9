//! Flags and exit codes.

use crate::support::raw_echo::is_served;
use crate::support::{Finished, Program, unused_address};
use crate::{MODELS, PROGRAM};

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(PROGRAM).args(arguments).run()
}

#[test]
fn help_lists_all_models() {
    let help = run(&["--help"]).expect_success().text();
    let names = help.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let names = names.filter_map(|line| Some(line.split_once(':')?.0));
    let models: Vec<_> = names.take(MODELS.len() + 1).collect();
    assert!(models.starts_with(&MODELS), "{help}");
    assert!(help.contains("[default: 127.0.0.1:18080]"), "{help}");
    assert!(help.contains("\nExamples:\n  io-models thread\n"), "{help}");
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (&[][..], "required arguments were not provided: <MODEL>"),
        (&["fork"], "invalid value 'fork' for '<MODEL>'"),
        (&["thread", "pool"], "unexpected argument 'pool'"),
        (
            &["thread", "--no-such-flag"],
            "unexpected argument '--no-such-flag'",
        ),
        (
            &["pool", "--threads", "many"],
            "invalid value 'many' for '--threads <COUNT>'",
        ),
        (
            &["thread", "--bind", "nonsense"],
            "`nonsense` is not an address: the port is missing",
        ),
        (
            &["epoll-edge", "--idle-timeout", "5s"],
            "--idle-timeout is for epoll-level, the model with a timer: epoll-edge has none",
        ),
    ] {
        run(arguments).refuses_flags("io-models", problem);
    }
}

#[test]
fn the_model_and_the_settings_that_differ_from_the_defaults_are_logged_at_start() {
    for (flags, settings) in [
        (&[][..], "bind=127.0.0.1:0 model=thread"),
        (
            &["--threads", "2", "--log", "info"],
            "bind=127.0.0.1:0 model=thread threads=2",
        ),
    ] {
        let program = Program::new(PROGRAM).args(&["thread", "--bind", "127.0.0.1:0"]);
        let server = program.args(flags).serve();
        let line = server.log().wait_for_line(" settings: ");
        assert!(line.ends_with(&format!(" INFO settings: {settings}")), "{line}");
    }
}

#[test]
fn a_taken_port_is_one_line_and_exit_code_1() {
    let (_taken, address) = unused_address();
    let finished = run(&["thread", "--bind", &address.to_string()]);
    let expected = format!("io-models: cannot listen on {address}: Address already in use (os error 98)");
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
}

/// Its threads share a port with each other, and not with a second server.
#[test]
#[cfg(target_os = "linux")]
fn a_model_with_many_listeners_shares_its_port_with_no_other_server() {
    let first = crate::server("thread-per-core");
    for model in ["thread-per-core", "thread"] {
        let finished = run(&[model, "--bind", &first.host_and_port()]);
        assert!(
            finished
                .expect_failure(1)
                .ends_with("Address already in use (os error 98)")
        );
    }
}

#[test]
fn thread_per_core_has_its_old_name_too() {
    let server = crate::server("reactor");
    is_served(&mut server.connect());
}

#[test]
fn a_foreign_address_is_one_line_and_exit_code_1() {
    // Set aside for documentation (RFC 5737), so it is nobody's.
    let finished = run(&["thread", "--bind", "192.0.2.1:0"]);
    let expected = "io-models: cannot listen on 192.0.2.1:0: Cannot assign requested address (os error 99)";
    assert_eq!(finished.expect_failure(1), expected);
}
