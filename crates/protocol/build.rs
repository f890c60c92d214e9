//! Makes Rust of `proto/chat.proto`. protox reads it, so that nobody has to install protoc.

use std::io::Result;

const PROTO: &str = "proto/chat.proto";

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed={PROTO}");
    let descriptors = protox::compile([PROTO], ["proto"]).map_err(std::io::Error::other)?;
    prost_build::Config::new()
        // Comments go to people who read the file; as Markdown they would be read as code.
        .disable_comments(["."])
        .compile_fds(descriptors)
}
