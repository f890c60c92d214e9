//! Solves exercises of the book: takes a step, changes in it what the exercise asks for, and gives the result to
//! `tests/solutions.rs`. A copy of each step would hide what the solution is, and grow old.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What stands in a step, and what a reader puts in its place.
type Change = (&'static str, &'static str);

/// Each with its name, its step, and the changes.
const SOLUTIONS: &[(&str, &str, &[Change])] = &[
    (
        "calc_1_raw",
        "calc-server/steps/1_raw.rs",
        &[(
            "    if client.read(&mut request)? == 0 {
        return Ok(());
    }
    let result = answer(request);
    client.write_all(&result.to_le_bytes())
",
            "    // That a request has 9 bytes is what the bytes do not say.
    while client.read_exact(&mut request).is_ok() {
        client.write_all(&answer(request).to_le_bytes())?;
    }
    Ok(())
",
        )],
    ),
    (
        "calc_3_readn",
        "calc-server/steps/3_readn.rs",
        &[
            (
                "    let mut got = 0;\n",
                "    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut got = 0;
",
            ),
            (
                "        match client.read(&mut buffer[got..])? {\n",
                "        let left = end.saturating_duration_since(std::time::Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        client.set_read_timeout(Some(left))?;
        match client.read(&mut buffer[got..])? {
",
            ),
        ],
    ),
    (
        "calc_4_packet",
        "calc-server/steps/4_packet.rs",
        &[
            (
                "use protocol::{Packet, PacketError};",
                "use protocol::{Packet, PacketError, PacketReader};",
            ),
            (
                "answer(Packet::from(request.to_vec()))",
                "answer(PacketReader::new(&request))",
            ),
            (
                "fn answer(mut request: Packet)",
                "fn answer(mut request: PacketReader<'_>)",
            ),
        ],
    ),
    (
        "chat_4_rooms",
        "chat-server/steps/4_rooms.rs",
        &[(
            "    let unique_id = rooms.entry(room).or_default().enter(user);\n",
            "    if rooms.entry(room).or_default().members.len() >= 100 {
        return Err(ErrorCode::ENTER_ROOM_USER_FULL);
    }
    let unique_id = rooms.entry(room).or_default().enter(user);
",
        )],
    ),
    (
        "echo_2_keep",
        "echo-server/steps/2_keep.rs",
        &[("        line.clear();\n", "")],
    ),
    (
        "echo_4_threads",
        "echo-server/steps/4_threads.rs",
        &[(
            "    while lines.read_until(b'\\n', &mut line)? > 0 {\n",
            "    while io::Read::take(&mut lines, 1024).read_until(b'\\n', &mut line)? > 0 {
        if !line.ends_with(b\"\\n\") {
            return Err(io::Error::other(\"a line of more than 1024 bytes\"));
        }
",
        )],
    ),
    (
        "echo_5_packets",
        "echo-server/steps/5_packets.rs",
        &[
            (
                "    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);\n",
                "",
            ),
            (
                "            return decoder.finish().map_err(io::Error::other);\n",
                "            return Ok(());\n",
            ),
            (
                "        decoder.push(&buffer[..count]);
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            client.write_all(frame.bytes)?;
        }
",
                "        client.write_all(&buffer[..count])?;\n",
            ),
            ("use protocol::{DEFAULT_MAX_PACKET, FrameDecoder};\n", ""),
        ],
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for (name, step, changes) in SOLUTIONS {
        let step = Path::new("..").join(step);
        println!("cargo::rerun-if-changed={}", step.display());
        let solved = solve(&step, changes);
        fs::write(folder.join(format!("{name}.rs")), solved).expect("the folder of this build");
    }
}

/// The step with its changes. Where one does not fit any more, that is an error of the test, and not of this build.
fn solve(step: &Path, changes: &[Change]) -> String {
    let mut source = fs::read_to_string(step).unwrap_or_default();
    for (before, after) in changes {
        if source.matches(before).count() != 1 {
            let step = step.display();
            return format!(
                "compile_error!(\"{step} has changed: mend its solution in crates/book/build.rs\");\n"
            );
        }
        source = source.replace(before, after);
    }
    // These are for the top of a file, and this will stand in a module.
    let lines = source.lines().filter(|line| !line.starts_with("//!"));
    lines.flat_map(|line| [line, "\n"]).collect()
}
