//! The finished server as it starts by default: whatever comes goes back.

use crate::support::{has_ipv6, raw_echo};
use crate::{server, server_at};

#[test]
fn lines_come_back() {
    raw_echo::lines_come_back(&server(&[]));
}

#[test]
fn no_line_break_is_needed() {
    raw_echo::no_line_break_is_needed(&server(&[]));
}

#[test]
fn bytes_of_every_value_come_back() {
    raw_echo::bytes_of_every_value_come_back(&server(&[]));
}

#[test]
fn what_would_be_a_bad_packet_comes_back_too() {
    raw_echo::what_would_be_a_bad_packet_comes_back_too(&server(&[]));
}

#[test]
fn ten_megabytes_come_back_while_they_are_still_being_sent() {
    raw_echo::ten_megabytes_come_back_while_they_are_still_being_sent(&server(&[]));
}

#[test]
fn a_hundred_clients_are_served_side_by_side() {
    raw_echo::a_hundred_clients_are_served_side_by_side(&server(&[]));
}

#[test]
fn a_silent_client_keeps_nobody_waiting() {
    raw_echo::a_silent_client_keeps_nobody_waiting(&server(&[]));
}

#[test]
fn ten_thousand_lines_before_a_half_close_are_all_answered() {
    raw_echo::ten_thousand_lines_before_a_half_close_are_all_answered(&server(&[]));
}

#[test]
fn clients_come_over_ipv6() {
    if has_ipv6() {
        raw_echo::clients_come_over_ipv6(&server_at("[::1]:0", &[]));
    }
}

#[test]
fn all_addresses_of_ipv6_serve_ipv4_too() {
    if has_ipv6() {
        raw_echo::all_addresses_of_ipv6_serve_ipv4_too(&server_at("[::]:0", &[]));
    }
}
