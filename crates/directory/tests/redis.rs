//! A directory in Redis, with a real `redis-server`.
#![cfg(target_os = "linux")]

#[path = "redis/conformance.rs"]
mod conformance;
#[path = "redis/connection.rs"]
mod connection;
#[path = "redis/refused.rs"]
mod refused;
#[path = "../../../tests/support/redis.rs"]
mod server;
#[path = "redis/world.rs"]
mod world;
