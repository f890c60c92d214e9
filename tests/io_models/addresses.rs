//! Clients that come over IPv6, and names with several addresses.

use crate::support::{has_ipv6, raw_echo, with_names};
use crate::{PROGRAM, server_at};

pub(crate) fn clients_come_over_ipv6(model: &str) {
    if has_ipv6() {
        raw_echo::clients_come_over_ipv6(&server_at("[::1]:0", model));
    }
}

pub(crate) fn all_addresses_of_ipv6_serve_ipv4_too(model: &str) {
    if has_ipv6() {
        raw_echo::all_addresses_of_ipv6_serve_ipv4_too(&server_at("[::]:0", model));
    }
}

#[test]
fn of_a_name_with_several_addresses_it_says_which_one_it_takes() {
    let Some(program) = with_names(PROGRAM) else {
        return;
    };
    let server = program.args(&["thread", "--bind", "twins:0"]).serve();
    server.log().wait_for_line(&format!(
        " WARN twins has several addresses, and a model listens at one: {}",
        server.address.ip()
    ));
    raw_echo::is_served(&mut server.connect());
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text().lines().count(), 1);
}
