//! The Rust that is kept with the sources is what `proto/chat.proto` says.

use std::{env, fs, path::Path};

const PROTO: &str = "proto/chat.proto";
const KEPT: &str = "src/message/proto_generated.rs";

/// Makes the test write the file, in place of comparing it.
const UPDATE: &str = "UPDATE_PROTO";

/// What prost-build makes of the file. protox reads it, so that nobody has to install protoc.
fn generated() -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proto");
    fs::create_dir_all(&directory).expect("a directory");
    let descriptors = protox::compile([PROTO], ["proto"]).expect("a legal file");
    prost_build::Config::new()
        // Comments go to people who read the .proto file; as Markdown they would be read as code.
        .disable_comments(["."])
        .out_dir(&directory)
        .compile_fds(descriptors)
        .expect("a directory to write to");
    fs::read_to_string(directory.join("chat.rs")).expect("the package is called chat")
}

#[test]
fn what_is_kept_is_what_the_proto_file_says() {
    let generated = generated();
    if env::var_os(UPDATE).is_some() {
        fs::write(KEPT, &generated).expect("a file of this crate");
    }
    let kept = fs::read_to_string(KEPT).expect("a file of this crate");
    assert!(
        kept == generated,
        "{PROTO} has changed: `{UPDATE}=1 cargo test -p protocol --test proto` generates {KEPT} again"
    );
}
