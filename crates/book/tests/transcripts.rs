//! Runs every command that the book and the README show, and compares what it prints.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::env;
use std::io::{Write, stderr};
use std::path::Path;
use std::{fs, process};

use book::page::{self, Page};
use book::transcript::{Action, events};
use book::{Outcome, run};

/// A test for each page, so that they run side by side and each has its name.
macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {
        $(
            #[test]
            fn $name() {
                run_page($path);
            }
        )*

        const PAGES: &[&str] = &[$($path),*];
    };
}

pages! {
    readme: "README.md",
    echo_1_once: "docs/src/echo/1-once.md",
    echo_2_keep: "docs/src/echo/2-keep.md",
    echo_3_iterate: "docs/src/echo/3-iterate.md",
    echo_4_threads: "docs/src/echo/4-threads.md",
    echo_5_packets: "docs/src/echo/5-packets.md",
    echo_server: "docs/src/echo/server.md",
    echo_limits: "docs/src/echo/limits.md",
    echo_client: "docs/src/echo/client.md",
    calc_1_raw: "docs/src/calc/1-raw.md",
    calc_2_length: "docs/src/calc/2-length.md",
    calc_3_readn: "docs/src/calc/3-readn.md",
    calc_4_packet: "docs/src/calc/4-packet.md",
    calc_5_socket: "docs/src/calc/5-socket.md",
    calc_6_facade: "docs/src/calc/6-facade.md",
    calc_server: "docs/src/calc/server.md",
    calc_byte_order: "docs/src/calc/byte-order.md",
    time_1_daytime: "docs/src/time/1-daytime.md",
    time_2_threads: "docs/src/time/2-threads.md",
    time_3_sessions: "docs/src/time/3-sessions.md",
    time_4_udp: "docs/src/time/4-udp.md",
    time_server: "docs/src/time/server.md",
    chat_1_broadcast: "docs/src/chat/1-broadcast.md",
    chat_2_channel: "docs/src/chat/2-channel.md",
    chat_3_packets: "docs/src/chat/3-packets.md",
    chat_4_rooms: "docs/src/chat/4-rooms.md",
    chat_5_workers: "docs/src/chat/5-workers.md",
    chat_server: "docs/src/chat/server.md",
    chat_client: "docs/src/chat/client.md",
    chat_data_path: "docs/src/chat/data-path.md",
    chat_slow: "docs/src/chat/slow.md",
    chat_order: "docs/src/chat/order.md",
    chat_your_own_client: "docs/src/chat/your-own-client.md",
    baccarat_1_score: "docs/src/baccarat/1-score.md",
    baccarat_2_table: "docs/src/baccarat/2-table.md",
    baccarat_3_clock: "docs/src/baccarat/3-clock.md",
    baccarat_4_money: "docs/src/baccarat/4-money.md",
    baccarat_5_fair: "docs/src/baccarat/5-fair.md",
    baccarat_rules: "docs/src/baccarat/rules.md",
    baccarat_money: "docs/src/baccarat/money.md",
    baccarat_fair: "docs/src/baccarat/fair.md",
    baccarat_server: "docs/src/baccarat/server.md",
    baccarat_client: "docs/src/baccarat/client.md",
    backend_accounts: "docs/src/backend/accounts.md",
    backend_api_server: "docs/src/backend/api-server.md",
    backend_metrics: "docs/src/backend/metrics.md",
    backend_admin: "docs/src/backend/admin.md",
    backend_fleet: "docs/src/backend/fleet.md",
    backend_many_machines: "docs/src/backend/many-machines.md",
    web_page: "docs/src/web/page.md",
    web_websocket: "docs/src/web/websocket.md",
    web_tls: "docs/src/web/tls.md",
    io_quadrants: "docs/src/io/quadrants.md",
    io_blocking: "docs/src/io/blocking.md",
    io_readiness: "docs/src/io/readiness.md",
    io_triggers: "docs/src/io/triggers.md",
    io_events: "docs/src/io/events.md",
    io_reactor: "docs/src/io/reactor.md",
    io_completion: "docs/src/io/completion.md",
    io_async: "docs/src/io/async.md",
    io_queues: "docs/src/io/queues.md",
    tools_addresses: "docs/src/tools/addresses.md",
    tools_http_head: "docs/src/tools/http-head.md",
    tools_udp_client: "docs/src/tools/udp-client.md",
    examine: "docs/src/examine.md",
    clients: "docs/src/clients.md",
    formats: "docs/src/formats.md",
    rooms: "docs/src/rooms.md",
    net_ending: "docs/src/net/ending.md",
    loadgen: "docs/src/loadgen.md",
    net_tcp_life: "docs/src/net/tcp-life.md",
    net_udp: "docs/src/net/udp.md",
    net_timeouts: "docs/src/net/timeouts.md",
    net_http: "docs/src/net/http.md",
}

fn run_page(path: &str) {
    // Not another's who runs the same tests at this moment.
    let name = format!("{}-{}", path.replace(['/', '.'], "-"), process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let page = Page::read(path).expect("the page is there");
    match run(&page, &folder) {
        Ok(Outcome::Ran(count)) => {
            assert!(count > 0, "{path} has no transcript");
            fs::remove_dir_all(folder).expect("a folder of our own");
        }
        Ok(Outcome::Skipped(tools)) => {
            let tools = tools.join(", ");
            assert!(!all_tools_are_here(), "{path}: not installed: {tools}");
            // Not println!, which a passing test keeps to itself.
            let _ = writeln!(
                stderr(),
                "SKIPPED: {path} was not run, since these are not installed: {tools}"
            );
        }
        Err(error) => panic!("{error:#}"),
    }
}

/// CI installs what the pages need, and says so: there no page may be left out.
fn all_tools_are_here() -> bool {
    env::var_os("BOOK_TOOLS").is_some_and(|value| value == "required")
}

/// Where a pause is what the page shows, and nothing depends on how long it is.
const PAUSES: &[(&str, usize)] = &[
    ("docs/src/calc/3-readn.md", 1),
    ("docs/src/chat/slow.md", 1),
    ("docs/src/echo/5-packets.md", 1),
];

/// A pause that is long enough on one machine is too short on another that is busy.
#[test]
fn no_command_sleeps_in_place_of_a_wait() {
    for page in page::all().expect("pages") {
        let commands = events(&page).into_iter().filter_map(|event| match event.action {
            Action::Command(command) => Some(command.replace("do sleep 0.1; done", "")),
            _ => None,
        });
        let pauses: Vec<_> = commands.filter(|command| command.contains("sleep")).collect();
        let path = page.path.to_str().expect("UTF-8");
        let allowed = PAUSES.iter().find(|(page, _)| *page == path);
        let allowed = allowed.map_or(0, |(_, count)| *count);
        assert_eq!(
            pauses.len(),
            allowed,
            "{path}: wait for what must come: {pauses:#?}"
        );
    }
}

#[test]
fn every_page_with_a_transcript_is_run() {
    for page in page::all().expect("pages") {
        let has_transcript = page.fences().iter().any(|fence| fence.kind == "console");
        let path = page.path.to_str().expect("UTF-8");
        assert_eq!(
            has_transcript,
            PAGES.contains(&path),
            "{path}: see `pages!` in this file"
        );
    }
}
