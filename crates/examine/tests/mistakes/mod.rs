//! For each mistake of a server the checks that must find it.

mod byte_order;
mod chat;
mod codecs;
mod streams;
mod tables;
mod time;
