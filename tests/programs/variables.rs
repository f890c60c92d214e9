//! The environment variables of the servers: how switches are written, empty ones, and what is wrong with one.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::flags::{DEFAULTS, defaults_of, variable};
use crate::kinds::servers;
use crate::support::{Program, has_ipv6};

#[test]
fn a_variable_sets_what_a_flag_does_and_the_flag_beats_it() {
    for kind in servers() {
        let name = variable(kind.program, "max-connections");
        let server = kind.started(kind.program(&[]).env(&name, "2"));
        let line = server.log().wait_for_line(" settings: ");
        let of_variable = format!(" max-connections=2 ({name})");
        assert!(line.contains(&of_variable), "{line}");
        let server = kind.started(kind.program(&["--max-connections", "1"]).env(&name, "2"));
        let line = server.log().wait_for_line(" settings: ");
        assert!(format!("{line} ").contains(" max-connections=1 "), "{line}");
    }
}

#[test]
fn a_variable_can_say_where_to_listen() {
    if !has_ipv6() {
        return;
    }
    for kind in servers() {
        let program =
            kind.listens
                .chunks(2)
                .fold(Program::of_this_build(kind.program), |program, flag_and_value| {
                    let name = flag_and_value[0].trim_start_matches("--");
                    program.env(&variable(kind.program, name), "[::1]:0")
                });
        let server = kind.started(program);
        assert!(server.address.is_ipv6());
        kind.serves(&mut server.connect());
    }
}

#[test]
fn a_switch_is_written_in_many_ways() {
    for kind in servers() {
        let name = variable(kind.program, "batch-scheduling");
        let defaults = defaults_of(kind.program);
        let default = defaults.iter().find(|(flag, _)| *flag == "batch-scheduling");
        let (_, default) = default.expect("every server has this flag");
        for (values, setting) in [
            (
                &["1", "yes", "YES", "on", "On", "true", "TRUE"][..],
                format!("true ({name})"),
            ),
            (
                &["0", "no", "No", "off", "OFF", "false", "False"],
                format!("false ({name})"),
            ),
            // As if it were not there.
            (&[""], (*default).to_owned()),
        ] {
            for value in values {
                let program = kind.program(&["--log", "debug"]).env(&name, value);
                let server = kind.started(program);
                let setting = format!(" batch-scheduling={setting} ");
                server.log().wait_for_line(&setting);
            }
        }
    }
}

#[test]
fn an_empty_variable_is_none() {
    for kind in servers() {
        let program = Program::of_this_build(kind.program).args(kind.listens);
        let program = DEFAULTS.iter().fold(program, |program, (flag, _)| {
            program.env(&variable(kind.program, flag), "")
        });
        let server = kind.started(program);
        let line = server.log().wait_for_line(" settings: ");
        assert!(
            line.ends_with(&format!(" settings: {}", kind.as_settings())),
            "{line}"
        );
        let log = variable(kind.program, "log");
        let help = Program::of_this_build(kind.program)
            .env(&log, "")
            .args(&["--help"]);
        let help = help.run().expect_success().text();
        assert!(help.contains(&format!("[env: {log}=]")), "{help}");
    }
}

#[test]
fn a_wrong_variable_is_named() {
    for kind in servers() {
        for (flag, value, problem) in [
            ("max-packet", "huge", ": `huge` is not a size"),
            ("max-connections", "many", ""),
            (
                "batch-scheduling",
                "perhaps",
                ": `perhaps` is not a switch: expected 1, yes, on or true, or 0, no, off or false",
            ),
            ("log", "loud", " [possible values: off, error,"),
        ] {
            let name = variable(kind.program, flag);
            let expected = format!("invalid value '{value}' for the variable {name}{problem}");
            let finished = kind.program(&[]).env(&name, value).run();
            finished.refuses_flags(kind.program, &expected);
        }
    }
}

#[test]
fn what_is_typed_is_not_the_fault_of_a_variable() {
    for kind in servers() {
        let name = variable(kind.program, "idle-timeout");
        let program = |typed| kind.program(&["--idle-timeout", typed]).env(&name, "soon");
        let finished = program("late").run();
        finished.refuses_flags(
            kind.program,
            "invalid value 'late' for '--idle-timeout <DURATION>'",
        );
        let server = kind.started(program("20s"));
        let line = server.log().wait_for_line(" settings: ");
        assert!(format!("{line} ").contains(" idle-timeout=20s "), "{line}");
    }
}

#[test]
fn a_variable_that_is_no_text_is_named() {
    for kind in servers() {
        let first = kind.listens[0].trim_start_matches("--");
        for flag in ["max-packet", "batch-scheduling", first] {
            let name = variable(kind.program, flag);
            let program = Program::of_this_build(kind.program);
            let finished = program.env_bytes(&name, OsStr::from_bytes(b"1\xff")).run();
            let problem = format!("the variable {name} is not UTF-8: \"1\\xFF\"");
            finished.refuses_flags(kind.program, &problem);
        }
    }
}

/// What the program finds out itself.
#[test]
fn a_variable_that_goes_with_nothing_is_named() {
    for program in ["calc-server", "echo-server", "time-server"] {
        let name = variable(program, "rate-limit");
        let finished = Program::of_this_build(program).env(&name, "10").run();
        let problem = format!("(--rate-limit comes from the variable {name})");
        finished.refuses_flags(program, &problem);
    }
}
