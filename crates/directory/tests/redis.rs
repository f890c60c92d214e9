//! A directory in Redis, with a real `redis-server`.
//!
//! | file | what is in it |
//! |---|---|
//! | `redis/world` | directories in one Redis, and time that passes as a test wants |
//! | `redis/conformance` | the rules of every directory |
//! | `redis/connection` | calls while Redis is stopped, dies, is slow |
//! | `redis/refused` | what is told where no Redis answers |
//! | `redis/encrypted` | the way there with TLS |
//! | `redis/away` | the directory meanwhile, and what of it comes back |
//! | `redis/kept` | what is in Redis, and for how long |
#![cfg(target_os = "linux")]

#[path = "redis/away.rs"]
mod away;
#[path = "redis/conformance.rs"]
mod conformance;
#[path = "redis/connection.rs"]
mod connection;
#[path = "redis/encrypted.rs"]
mod encrypted;
#[path = "../../../tests/support/folder.rs"]
mod folder;
#[path = "redis/kept.rs"]
mod kept;
#[path = "../../../tests/support/redis.rs"]
mod redis_server;
#[path = "redis/refused.rs"]
mod refused;
#[path = "redis/world.rs"]
mod world;
