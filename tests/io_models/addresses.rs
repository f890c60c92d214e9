//! Clients that come over IPv6.

use crate::server_at;
use crate::support::raw_echo;

pub(crate) fn clients_come_over_ipv6(model: &str) {
    raw_echo::clients_come_over_ipv6(&server_at("[::1]:0", model));
}

pub(crate) fn all_addresses_of_ipv6_serve_ipv4_too(model: &str) {
    raw_echo::all_addresses_of_ipv6_serve_ipv4_too(&server_at("[::]:0", model));
}
