//! Whether this machine has IPv6: some containers have not.

use std::io::{Write, stderr};
use std::net::TcpListener;
use std::sync::LazyLock;

/// False, and said so, where nobody can listen on `::1`.
pub(crate) fn has_ipv6() -> bool {
    static HAS_IPV6: LazyLock<bool> = LazyLock::new(|| {
        let has_ipv6 = TcpListener::bind("[::1]:0").is_ok();
        if !has_ipv6 {
            // Not eprintln!, which a passing test keeps to itself.
            let _ = writeln!(stderr(), "SKIPPED: what is about IPv6: this machine has none");
        }
        has_ipv6
    });
    *HAS_IPV6
}
