//! For tests: whether this machine has IPv6. Some containers have not.

/// True where somebody can listen on `::1`.
pub(crate) fn is_there() -> bool {
    std::net::TcpListener::bind("[::1]:0").is_ok()
}
