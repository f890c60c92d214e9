//! The Rust that is kept with the sources is what the files in `proto/` say.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Each file is a package of its name.
const PACKAGES: [&str; 2] = ["chat", "baccarat"];

/// In front of what prost-build has made, which says only that.
fn opening(package: &str) -> String {
    format!(
        "// What `proto/{package}.proto` says, in Rust: `tests/proto.rs` tells how it is made again. `protobuf.rs` reads it.\n"
    )
}

/// Makes the test write the files, in place of comparing them.
const UPDATE: &str = "UPDATE_PROTO";

/// A folder with what prost-build makes of the files. protox reads them, so that nobody has to install protoc.
fn generated() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proto");
    fs::create_dir_all(&directory).expect("a directory");
    let files = PACKAGES.map(|package| format!("proto/{package}.proto"));
    let descriptors = protox::compile(files, ["proto"]).expect("legal files");
    prost_build::Config::new()
        // Comments go to people who read the .proto file; as Markdown they would be read as code.
        .disable_comments(["."])
        .out_dir(&directory)
        .compile_fds(descriptors)
        .expect("a directory to write to");
    directory
}

#[test]
fn what_is_kept_is_what_the_proto_files_say() {
    let directory = generated();
    for package in PACKAGES {
        let kept = format!("src/message/generated/{package}.rs");
        let generated = fs::read_to_string(directory.join(package).with_extension("rs")).expect("a package");
        let generated = opening(package) + &generated;
        if env::var_os(UPDATE).is_some() {
            fs::write(&kept, &generated).expect("a file of this crate");
        }
        assert!(
            fs::read_to_string(&kept).expect("a file of this crate") == generated,
            "proto/{package}.proto has changed: `{UPDATE}=1 cargo test -p protocol --test proto` generates {kept} again"
        );
    }
}
