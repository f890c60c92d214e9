//! The one browser of a test program: Chromium, and chromedriver, which drives it.

use std::io::{Write, stderr};
use std::path::Path;
use std::process::{ChildStdin, Command, id};
use std::sync::LazyLock;
use std::{env, fs};

use super::driver::Driver;
use crate::support::{Process, Program};

/// What the tests need, and the packages of Debian that have it.
const NEEDED: [(&str, &str); 2] = [("chromium", "chromium"), ("chromedriver", "chromium-driver")];

/// Starts both, and ends them with all that they have started when whoever has started this shell ends, even by SIGKILL:
/// then its standard input is closed. Ctrl-C is left to those too.
const KEEP: &str = r#"
trap '' INT HUP
folder=$1
shift
setsid "$@" --user-data-dir="$folder" </dev/null &
chromium=$!
setsid chromedriver --port=0 </dev/null &
driver=$!
read -r last
kill -9 -$chromium -$driver
wait
rm -rf "$folder"
"#;

/// Without a screen, without a sandbox (which root has none of), without what Chromium does for those who stay: updates,
/// reports. Scripts may ask for roles and names. A window that nobody looks at is as quick as any other.
const CHROMIUM: [&str; 16] = [
    "chromium",
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    "--disable-renderer-backgrounding",
    "--enable-blink-features=ComputedAccessibilityInfo",
    "--no-first-run",
    "--remote-debugging-port=0",
];

static SHARED: LazyLock<Option<Browser>> = LazyLock::new(|| {
    let missing: Vec<_> = NEEDED.iter().filter(|(program, _)| !is_there(program)).collect();
    if missing.is_empty() {
        return Some(Browser::start());
    }
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    let text = format!(
        "not installed: a browser (apt-get install {})",
        packages.join(" ")
    );
    assert!(
        env::var_os("BOOK_TOOLS").is_none_or(|value| value != "required"),
        "{text}"
    );
    // Not eprintln!, which a passing test keeps to itself.
    let _ = writeln!(stderr(), "SKIPPED: tests/browser: {text}");
    None
});

/// A browser that runs, for all tests of this program. It ends with the program.
pub(crate) struct Browser {
    pub(super) driver: Driver,
    /// Where Chromium takes commands: `HOST:PORT`.
    pub(super) debugger: String,
    keeper: Process,
    _alive: ChildStdin,
}

/// The browser of this program; `None`, and said so, where none is installed.
pub(crate) fn browser() -> Option<&'static Browser> {
    SHARED.as_ref()
}

fn is_there(program: &str) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

impl Browser {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}", id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        let folder = folder.to_str().expect("a path in UTF-8");
        let program = Program::new("sh").args(&["-c", KEEP, "sh", folder]);
        let (keeper, alive) = program.args(&CHROMIUM).start_with_keyboard();
        let line = keeper.stderr.wait_for_line("DevTools listening on ws://");
        let debugger = between(&line, "ws://", "/").to_owned();
        let line = keeper.stdout.wait_for_line("started successfully on port ");
        let port = between(&line, "on port ", ".");
        Self {
            driver: Driver::new(&format!("http://127.0.0.1:{port}")),
            debugger,
            keeper,
            _alive: alive,
        }
    }
}

/// What stands in the line between these two.
fn between<'a>(line: &'a str, before: &str, behind: &str) -> &'a str {
    let (_, rest) = line.split_once(before).expect("it is in the line");
    rest.split_once(behind).expect("it is in the line").0
}
