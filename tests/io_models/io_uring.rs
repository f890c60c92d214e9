//! io_uring, which not every system has and not every container permits.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

use crate::support::raw_echo::HELLO;
use crate::support::{Client, Finished, Program};
use crate::{MODELS, PROGRAM, server};

/// The same on all architectures that Linux has had for long enough.
const IO_URING_SETUP: i64 = 425;

/// True for a model that works here. Asks the program itself, once.
pub(crate) fn is_there_for(model: &str) -> bool {
    static IS_THERE: LazyLock<bool> = LazyLock::new(|| {
        let server = server("completion-one --log off");
        let client = Client::try_connect(server.address);
        if client.is_ok_and(|mut client| client.is_answered(HELLO, HELLO)) {
            return true;
        }
        let finished = server.process.finish();
        let reason = expect_refusal("completion-one", &finished);
        // The macros of print are shown only for a test that fails.
        let _ = writeln!(io::stderr(), "the models with io_uring are not tested: {reason}");
        false
    });
    !model.starts_with("completion") || *IS_THERE
}

/// Exit code 1 and one line that says what is missing.
#[track_caller]
fn expect_refusal<'a>(model: &str, finished: &'a Finished) -> &'a str {
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with(&format!("io-models: {model} cannot go on: ")),
        "{line}"
    );
    assert!(line.contains("io_uring"), "{line}");
    line
}

#[test]
fn where_it_is_not_permitted_one_line_says_so() {
    for model in MODELS.iter().filter(|model| model.starts_with("completion")) {
        let program = Program::new(PROGRAM).args(&[model, "--bind", "127.0.0.1:0", "--log", "off"]);
        // A filter is for the thread that asks for it, and for what that starts.
        let finished = thread::spawn(|| {
            apply_filter(&without_io_uring()).expect("filters are permitted");
            program.run()
        });
        let finished = finished.join().expect("the program has ended");
        let line = expect_refusal(model, &finished);
        let reasons = ["a filter of system calls (seccomp)", "kernel.io_uring_disabled"];
        assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
    }
}

fn without_io_uring() -> BpfProgram {
    let rules = BTreeMap::from([(IO_URING_SETUP, Vec::new())]);
    let not_permitted = SeccompAction::Errno(rustix::io::Errno::PERM.raw_os_error().cast_unsigned());
    let architecture = ARCH.try_into().expect("an architecture with filters");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, not_permitted, architecture);
    filter.and_then(TryInto::try_into).expect("a filter")
}
