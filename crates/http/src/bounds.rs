//! How long a request may be. All of it is held in memory, for as long as the slowest client takes.

/// The longest head in bytes, its request line and the empty line at its end included. 8 KiB is what browsers can
/// count on with most servers.
pub const MAX_HEAD: usize = 8 * 1024;

/// The most fields in a head. A browser behind two proxies sends about thirty.
pub const MAX_FIELDS: usize = 64;

/// The longest body in bytes. What programs say to this server in JSON are a few hundred.
pub const MAX_BODY: usize = 16 * 1024;
