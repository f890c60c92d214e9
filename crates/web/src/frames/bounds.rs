//! How much a message may be.

/// The most bytes of a message. Nothing is kept of one, so this is no question of memory. But a client that says that
/// 2^60 bytes will follow is wrong, and it is better told now. A packet of the largest size fits in.
pub const MAX_MESSAGE: u64 = 64 * 1024;

/// The most frames of a message. A piece may be empty, so without it a message could go on for ever.
pub const MAX_FRAMES: u32 = 1_024;
