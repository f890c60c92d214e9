//! The small tools, as their users have them: every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `tools/parse_ip` | addresses, and carets under mistakes |
//! | `tools/resolve` | all addresses of a host |
//! | `tools/names` | a name with many addresses |
//! | `tools/http_head` | web servers of all kinds, and what is none |
//! | `tools/udp_client` | replies that come, come late, come from others, or not at all |
//! | `tools/peers` | the crate `http`; Python's web server and Debian's `nc`, where they are installed |
//! | `tools/poor` | systems that give a program little |
//! | `tools/command_line` | what all four have in common |
#![cfg(unix)]

mod support;

#[path = "tools/command_line.rs"]
mod command_line;
#[path = "tools/http_head.rs"]
mod http_head;
#[path = "tools/names.rs"]
mod names;
#[path = "tools/parse_ip.rs"]
mod parse_ip;
#[path = "tools/peers.rs"]
mod peers;
#[cfg(target_os = "linux")]
#[path = "tools/poor.rs"]
mod poor;
#[path = "tools/resolve.rs"]
mod resolve;
#[path = "tools/udp_client.rs"]
mod udp_client;

const PARSE_IP: &str = env!("CARGO_BIN_EXE_parse-ip");
const RESOLVE: &str = env!("CARGO_BIN_EXE_resolve");
const HTTP_HEAD: &str = env!("CARGO_BIN_EXE_http-head");
const UDP_CLIENT: &str = env!("CARGO_BIN_EXE_udp-client");
