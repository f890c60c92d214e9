//! TLS as servers and clients use it: files, channels, whole connections.

#[path = "tls/channels.rs"]
mod channels;
#[path = "tls/clients.rs"]
mod clients;
#[path = "tls/files.rs"]
mod files;
#[path = "tls/servers.rs"]
mod servers;
#[path = "tls/support.rs"]
mod support;
