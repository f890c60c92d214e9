//! Names with several addresses, for one program alone.
//!
//! They stand in an `/etc/hosts` that only the program under test sees, in a mount namespace of its own
//! (mount_namespaces(7)). Where the system gives none, or has no IPv6, that is said.

use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::process;
use std::thread;

use super::{Program, has_ipv6};

/// All names. 192.0.2.1 is set aside for documentation (RFC 5737), so no machine has it.
const HOSTS: &str = "\
127.0.0.2 many
127.0.0.3 many
::1 many
127.0.0.1 twins
::1 twins
127.0.0.1 partly
192.0.2.1 partly
127.0.0.1 twice
127.0.0.1 twice
192.0.2.1 nowhere
";

/// Starts a program for which `many` has three addresses, `twins` one of each family, `partly` one that this machine
/// has and one that it has not, `twice` the same twice, and `nowhere` only one that is no machine's.
pub(crate) fn with_names(path: &str) -> Option<Program> {
    if !has_ipv6() {
        return None;
    }
    let hosts = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hosts");
    let begun = hosts.with_extension(format!("{}-{:?}", process::id(), thread::current().id()));
    fs::write(&begun, HOSTS).expect("a folder for tests");
    // Several tests write it: never may one see half of it.
    fs::rename(&begun, &hosts).expect("a folder for tests");
    let in_own_mounts = ["--map-root-user", "--mount", "sh", "-c"];
    let mount = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";
    let hosts = hosts.to_str().expect("UTF-8");
    let enter = |path| {
        Program::new("unshare")
            .args(&in_own_mounts)
            .args(&[mount, hosts, path])
    };
    if enter("true").run().status.success() {
        Some(enter(path))
    } else {
        // Not println!, which a passing test keeps to itself.
        let _ = writeln!(
            stderr(),
            "SKIPPED: names with several addresses: no mount namespace of one's own (unshare, mount)"
        );
        None
    }
}
