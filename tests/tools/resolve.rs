//! The program `resolve`.

use crate::RESOLVE;
use crate::support::{Finished, Program};

fn resolve(arguments: &[&str]) -> Finished {
    Program::new(RESOLVE).args(arguments).run()
}

#[test]
fn a_number_is_its_own_address() {
    for (arguments, printed) in [
        (&["127.0.0.1:80"][..], "127.0.0.1:80\n"),
        (&["[::1]:80"], "[::1]:80\n"),
        (&["[0:0::1]:80", "--tcp6"], "[::1]:80\n"),
        (&["127.0.0.1:0", "--tcp4"], "127.0.0.1:0\n"),
    ] {
        assert_eq!(resolve(arguments).expect_success().text(), printed);
    }
}

#[test]
fn localhost_is_this_machine() {
    let printed = resolve(&["localhost:80"]).expect_success().text();
    let is_loopback = |line: &str| line.starts_with("127.") || line == "[::1]:80";
    assert!(
        !printed.is_empty() && printed.lines().all(is_loopback),
        "{printed}"
    );
    let printed = resolve(&["localhost:80", "--tcp4"]).expect_success().text();
    assert_eq!(printed, "127.0.0.1:80\n");
}

#[test]
fn an_address_of_the_other_family_is_none() {
    for (arguments, family) in [
        (&["127.0.0.1:80", "--tcp6"], "IPv6"),
        (&["[::1]:80", "--tcp4"], "IPv4"),
    ] {
        let finished = resolve(arguments);
        let line = finished.expect_failure(1);
        assert!(
            line.ends_with(&format!(": no {family} address is known for it")),
            "{line}"
        );
    }
}

#[test]
fn an_unknown_name_is_said() {
    // No such name can ever be given out (RFC 2606).
    let finished = resolve(&["nobody.invalid:80"]);
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with("resolve: cannot resolve nobody.invalid: "),
        "{line}"
    );
}
