//! The flags of a server for what it allows its clients.

use std::time::Duration;

use net::{Limits, RateLimit};

use crate::{duration, size};

/// What a server allows its clients. 0 switches a limit off.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits (0 switches one off; a bare number is bytes or seconds)")]
pub(crate) struct LimitFlags {
    /// Clients at the same time; lowered at start to what the system allows.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub(crate) max_connections: usize,
    /// Clients at the same time from one IPv4 address, or from one network of IPv6: see --ipv6-prefix.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    max_per_ip: usize,
    /// Bits that the addresses of one network of IPv6 have in common, for --max-per-ip: 1 to 128; a household has a
    /// /64, or a /56.
    #[arg(long, value_name = "BITS", default_value_t = 64, value_parser = clap::value_parser!(u8).range(1..=128))]
    ipv6_prefix: u8,
    /// Stack of each client's thread; untouched stack costs no memory.
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = stack_size)]
    stack_size: usize,
    /// Largest packet, header included: 256 to 65535 bytes.
    #[arg(long, value_name = "SIZE", default_value = "1024", value_parser = packet_size)]
    pub(crate) max_packet: usize,
    /// Silence after which a client is closed.
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    pub(crate) idle_timeout: Duration,
    /// Time from a packet's first byte to its last.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) frame_timeout: Duration,
    /// Time for which a client may take nothing of what is sent to it.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    write_timeout: Duration,
    /// Packets a second from one client, twice as many in a burst; what is over is dropped.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) rate_limit: u32,
    /// What the kernel keeps for a client that does not read (SO_SNDBUF); 0 is the system's choice.
    #[arg(long, value_name = "SIZE", default_value = "0", value_parser = buffer_size)]
    send_buffer: usize,
    /// Time that clients have at shutdown to receive what is on its way to them.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    drain: Duration,
}

impl LimitFlags {
    /// The limits as the flags have them, whatever the system allows.
    pub(crate) fn as_given(&self) -> Limits {
        Limits {
            max_connections: unless_off(self.max_connections),
            max_per_ip: unless_off(self.max_per_ip),
            ipv6_prefix: self.ipv6_prefix,
            stack_size: self.stack_size,
            max_packet: self.max_packet,
            idle_timeout: unless_off(self.idle_timeout),
            frame_timeout: unless_off(self.frame_timeout),
            write_timeout: unless_off(self.write_timeout),
            // No flag: nobody needs more, and a server without would be open to whoever begins and never ends.
            handshake_timeout: Limits::default().handshake_timeout,
            rate_limit: unless_off(self.rate_limit).map(|per_second| RateLimit {
                per_second,
                burst: per_second.saturating_mul(2),
            }),
            send_buffer: unless_off(self.send_buffer),
            drain: unless_off(self.drain),
        }
    }
}

/// 0 switches a limit off.
fn unless_off<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

fn packet_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        bytes @ 256..=65_535 => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are not between 256 and 65535")),
    }
}

fn buffer_size(text: &str) -> Result<usize, String> {
    // The system counts it in 32 bits, with a sign.
    const MOST: usize = i32::MAX as usize;
    match size(text)? {
        bytes if bytes <= MOST => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are too many: {MOST} at most")),
    }
}

fn stack_size(text: &str) -> Result<usize, String> {
    // Less overflows in a handler that decodes packets, and a stack overflow aborts the process.
    const LEAST: usize = 128 * 1024;
    match size(text)? {
        bytes if bytes >= LEAST => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are too few: 128KiB at least")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        limits: LimitFlags,
    }

    fn limits(arguments: &[&str]) -> Limits {
        let arguments = std::iter::once("program").chain(arguments.iter().copied());
        Program::parse_from(arguments).limits.as_given()
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        assert_eq!(limits(&[]), Limits::default());
    }

    #[test]
    fn zero_switches_every_limit_off() {
        let flags = [
            "--max-connections=0",
            "--max-per-ip=0",
            "--idle-timeout=0",
            "--frame-timeout=0",
            "--write-timeout=0",
            "--rate-limit=0",
            "--send-buffer=0",
            "--drain=0",
        ];
        let off = Limits {
            max_connections: None,
            max_per_ip: None,
            idle_timeout: None,
            frame_timeout: None,
            write_timeout: None,
            rate_limit: None,
            send_buffer: None,
            drain: None,
            ..Limits::default()
        };
        assert_eq!(limits(&flags), off);
    }
}
