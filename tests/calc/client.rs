//! The client: one calculation, a pipe, a prompt, and the same one many times.

use std::net::TcpListener;

use super::calc_server;
use super::requests::reply;
use super::support::{Finished, Program, Signal, Terminal, ends_in_order, eventually, unused_address};

fn client(server: &str) -> Program {
    Program::new(env!("CARGO_BIN_EXE_calc-client")).env("CALC_CLIENT_SERVER", server)
}

fn calculate(server: &str, words: &[&str]) -> Finished {
    client(server).args(words).run()
}

#[test]
fn a_calculation_is_one_word_or_three() {
    let server = calc_server(&[]);
    for (words, result) in [
        (&["10", "+", "20"][..], "30\n"),
        (&["10 + 20"], "30\n"),
        (&["10+20"], "30\n"),
        (&["10", "-", "20"], "-10\n"),
        (&["-5", "-", "-3"], "-2\n"),
        (&["6", "*", "7"], "42\n"),
        (&["--", "-7", "%", "2"], "-1\n"),
        (&["-2147483648", "/", "-1"], "-2147483648\n"),
    ] {
        let finished = calculate(&server.host_and_port(), words).expect_success();
        assert_eq!(finished.text(), result, "{words:?}");
    }
}

#[test]
fn a_mistake_is_said_with_its_place_before_anybody_is_asked() {
    let (_held, nobody) = unused_address();
    let finished = calculate(&nobody.to_string(), &["10", "plus", "20"]);
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: 10 plus 20: expected one of + - * / %, found 'p' (column 4)"
    );
    let finished = calculate(&nobody.to_string(), &["1 / 0"]);
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: 1 / 0: division by zero: 1 / 0 (column 5)"
    );
}

#[test]
fn nobody_there_is_one_line() {
    let (_held, nobody) = unused_address();
    let finished = calculate(&nobody.to_string(), &["1 + 1"]);
    assert_eq!(
        finished.expect_failure(1),
        format!("calc-client: cannot connect to {nobody}: connection refused: is the server running?")
    );
}

#[test]
fn a_pipe_gives_a_result_for_each_line() {
    let server = calc_server(&[]);
    let run = |input: &str| client(&server.host_and_port()).run_with(input.as_bytes());
    assert_eq!(run("1 + 1\n2 * 3").expect_success().text(), "2\n6\n");
    assert_eq!(run("").expect_success().text(), "");
    let many: String = (0..100_000).map(|number| format!("{number} + 1\n")).collect();
    let results: String = (1..=100_000).map(|number| format!("{number}\n")).collect();
    assert!(run(&many).expect_success().text() == results);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_calculation() {
    let server = calc_server(&[]);
    let finished = client(&server.host_and_port()).run_with("\u{feff}1 + 1\n2 * 3\n".as_bytes());
    assert_eq!(finished.expect_success().text(), "2\n6\n");
}

#[test]
fn a_line_without_an_end_is_refused_after_the_results_before_it() {
    let server = calc_server(&[]);
    let input = [b"1 + 1\n".to_vec(), vec![b'1'; 64 * 1024 * 1024]].concat();
    let finished = client(&server.host_and_port()).run_with(&input);
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: cannot read standard input: line 2 has more than 1048576 bytes"
    );
    assert_eq!(finished.text(), "2\n");
}

#[test]
fn a_pipe_ends_at_the_first_mistake_after_the_results_before_it() {
    let server = calc_server(&[]);
    let finished = client(&server.host_and_port()).run_with(b"1 + 1\n2 + 2\n3 +\n4 + 4\n");
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: line 3: expected a number, found the end (column 4)"
    );
    assert_eq!(finished.text(), "2\n4\n");
}

#[test]
fn one_calculation_many_times_has_every_reply_checked() {
    let server = calc_server(&[]);
    let finished = calculate(&server.host_and_port(), &["--repeat", "100000", "10", "+", "20"]);
    assert_eq!(finished.expect_success().text(), "30\n");
    let server = server.terminate().expect_success();
    assert!(
        server.stderr.contains("1300000 bytes in, 400000 bytes out"),
        "{}",
        server.stderr
    );
}

/// Answers whatever comes with these bytes, and closes.
fn false_server(replies: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut client, _) = listener.accept().unwrap();
        let mut request = [0; 13];
        client.read_exact(&mut request).unwrap();
        client.write_all(&replies).unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        // Reads on, so that the client is not answered with a reset.
        let _ = std::io::copy(&mut client, &mut std::io::sink());
    });
    address
}

#[test]
fn a_wrong_or_missing_reply_is_noticed() {
    let wrong = false_server([reply(30), reply(31), reply(30)].concat());
    let finished = calculate(&wrong, &["--repeat", "3", "10 + 20"]);
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: reply 2 of 3 is 31, not 30"
    );
    let short = false_server(reply(30).repeat(2));
    let finished = calculate(&short, &["--repeat", "3", "10 + 20"]);
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: the server closed the connection after 2 of 3 replies"
    );
    let cut = false_server(vec![30, 0]);
    let finished = client(&cut).run_with(b"10 + 20\n");
    assert_eq!(
        finished.expect_failure(1),
        "calc-client: the server closed the connection after 0 of 1 replies"
    );
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let finished = calculate(&address, &["--timeout", "300ms", "1 + 1"]);
    assert!(finished.expect_failure(1).contains("timed out"));
}

/// Ctrl-Z and `fg`: the time is over, but the reply came while the client stood still.
#[test]
#[cfg(target_os = "linux")]
fn a_reply_that_waits_is_read_before_the_time_is_over() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut process = client(&address).args(&["--timeout", "2s", "10 + 20"]).start();
    let (mut server, _) = listener.accept().unwrap();
    std::io::Read::read_exact(&mut server, &mut [0; 13]).unwrap();
    eventually("the client waits for the reply", || process.sleeps());
    process.freeze();
    std::io::Write::write_all(&mut server, &reply(30)).unwrap();
    // This is about time: longer than the client waits.
    std::thread::sleep(std::time::Duration::from_millis(2_200));
    process.thaw();
    assert!(process.wait().success());
    assert_eq!(process.stdout.text(), "30\n");
}

#[test]
fn a_prompt_calculates_points_at_mistakes_and_remembers() {
    const UP: &str = "\x1b[A";
    let server = calc_server(&[]);
    let mut terminal = Terminal::start(client(&server.host_and_port()));
    // The next line is typed when the next prompt is there: until then the terminal itself would take a
    // Ctrl-D, and keep it.
    let up_and_2 = format!("{UP}{UP}{UP}2\r");
    let session = [
        ("10 + 20\r", "30"),
        // The prompt takes two columns.
        ("한 + 1\r", "  ^ expected a number, found '한'"),
        ("10 plus 1\r", "     ^ expected one of + - * / %, found 'p'"),
        (&up_and_2, "212"),
    ];
    let mut shown = vec!["> "];
    for (typed, answer) in session {
        terminal.screen.wait_for_texts(&shown);
        terminal.type_text(typed);
        shown.extend([answer, "> "]);
    }
    terminal.screen.wait_for_texts(&shown);
    terminal.press("\x04");
    assert!(terminal.process.wait().success());
}

#[test]
fn lines_that_are_pasted_are_calculated_one_by_one() {
    let server = calc_server(&[]);
    let mut terminal = Terminal::start(client(&server.host_and_port()));
    terminal.screen.wait_for_text("> ");
    terminal.paste("1 + 1\r\n2 * 3\r\n\r\n4 / 0");
    terminal.screen.wait_for_text("4 / 0");
    terminal.type_text("\r");
    terminal
        .screen
        .wait_for_texts(&["4 / 0", "2\r\n", "6\r\n", "division by zero", "> "]);
    terminal.press("\x04");
    assert!(terminal.process.wait().success());
    terminal.expect_order();
}

#[test]
fn a_signal_ends_a_prompt_with_the_terminal_in_order() {
    let server = calc_server(&[]);
    ends_in_order(|| {
        let terminal = Terminal::start(client(&server.host_and_port()));
        terminal.screen.wait_for_text("> ");
        terminal
    });
}

/// At the moment at which the server goes, the client may be between two lines.
#[test]
fn a_signal_between_two_lines_does_so_too() {
    for round in 0..20 {
        let server = calc_server(&[]);
        let mut terminal = Terminal::start(client(&server.host_and_port()));
        terminal.screen.wait_for_text("> ");
        terminal.type_text(&"1 + 1\r".repeat(1 + round));
        terminal.screen.wait_for_text("2\r\n");
        terminal.process.signal(Signal::TERM);
        drop(server);
        let code = terminal.process.wait().code();
        assert!(matches!(code, Some(143 | 1)), "{code:?}");
        terminal.expect_order();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_stop_leaves_the_terminal_in_order() {
    use super::support::stops_in_order;
    let server = calc_server(&[]);
    let command = format!("{} {}", env!("CARGO_BIN_EXE_calc-client"), server.address);
    let mut shell = stops_in_order(&command, "Ctrl-D ends");
    shell.type_text("\r");
    shell.screen.wait_for_text("expected a number, found 'a'");
    shell.press("\x04");
}

#[test]
fn the_server_may_stand_in_front_of_the_calculation() {
    let server = calc_server(&[]);
    let address = server.host_and_port();
    let run = |words: &[&str]| {
        Program::new(env!("CARGO_BIN_EXE_calc-client"))
            .args(words)
            .run_with(b"1 + 1\n")
    };
    assert_eq!(run(&[&address]).expect_success().text(), "2\n");
    assert_eq!(run(&[&address, "10", "+", "20"]).expect_success().text(), "30\n");
    assert_eq!(
        run(&["--repeat", "3", &address, "-5 - -3"])
            .expect_success()
            .text(),
        "-2\n"
    );
    let finished = run(&["127.0.0.1:none"]);
    let line = finished.expect_failure(2);
    assert!(line.contains("`127.0.0.1:none` is not an address"), "{line}");
    let line = run(&["--repeat", "3", &address]);
    assert!(line.expect_failure(2).contains("--repeat needs a calculation"));
}

#[test]
fn flags_go_in_front_of_the_calculation() {
    let finished = calculate("127.0.0.1:1", &["10", "+", "20", "--repeat", "3"]);
    assert_eq!(
        finished.expect_failure(2),
        "calc-client: --repeat comes after the calculation: flags go before it; try --help"
    );
}
