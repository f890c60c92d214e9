//! A person at a terminal: signs in colours, a line that stays as it is while the table goes on, and Tab.

use protocol::message::baccarat::{Phase, Side};

use crate::client;
use crate::dealer::Dealer;
use crate::screen::{Screen, shows};
use crate::server::Server;
use crate::support::Terminal;

/// A terminal with colours and UTF-8, whatever this test itself runs in.
const ABLE: [(&str, &str); 3] = [
    ("TERM", "xterm-256color"),
    ("NO_COLOR", ""),
    ("LC_ALL", "C.UTF-8"),
];

#[track_caller]
fn alice(variables: &[(&str, &str)]) -> (Terminal, Dealer) {
    let server = Server::start();
    let program = client(&server.address, "alice", &[]);
    let variables = ABLE.iter().chain(variables);
    let program = variables.fold(program, |program, (name, value)| program.env(name, value));
    let terminal = Terminal::start(program);
    let dealer = Dealer::welcome(&server);
    shows(&terminal, &["* you are in room 1, with bob", "> "]);
    (terminal, dealer)
}

/// Deals the first round.
fn play(dealer: &mut Dealer) -> baccarat::Round {
    dealer.open_bets();
    let round = dealer.deal();
    dealer.announce(round);
    round
}

#[test]
fn cards_have_signs_and_colours() {
    let (terminal, mut dealer) = alice(&[]);
    let round = play(&mut dealer);
    for (whose, hand) in [("player", round.player), ("banker", round.banker)] {
        let cards = hand.cards().map(|card| match card.suit().is_red() {
            true => format!(" \x1b[91m{card}\x1b[0m"),
            false => format!(" {card}"),
        });
        let line = format!("* {whose} {}:{}\r\n", hand.score(), cards.collect::<String>());
        terminal.screen.wait_for_text(&line);
    }
    let (winner, colour) = match round.winner() {
        baccarat::Winner::Player => ("player wins", 94),
        baccarat::Winner::Banker => ("banker wins", 91),
        baccarat::Winner::Tie => ("a tie", 92),
    };
    terminal
        .screen
        .wait_for_text(&format!("* round 1: \x1b[{colour}m{winner}\x1b[0m"));
}

#[test]
fn a_terminal_without_colours_or_signs_gets_letters() {
    for variable in [("NO_COLOR", "1"), ("LC_ALL", "C"), ("LC_ALL", "ko_KR.EUC-KR")] {
        let (terminal, mut dealer) = alice(&[variable]);
        let round = play(&mut dealer);
        let line = format!(
            "* banker {}: {}\r\n",
            round.banker.score(),
            round.banker.letters()
        );
        let what = format!("{line:?} with {variable:?}");
        terminal.screen.wait_until(&what, |bytes, _| {
            let printed = String::from_utf8_lossy(bytes);
            let screen = Screen::after(&printed).rows().join("\r\n") + "\r\n";
            let is_there = screen.contains(&line);
            // Where colours are not wanted, there are none.
            let is_right = variable.0 != "NO_COLOR" || !printed.contains("\x1b[9");
            (is_there && is_right).then_some(())
        });
    }
}

/// The table goes on; what is being typed stays as it is, Korean too.
#[test]
fn a_change_of_phase_does_not_break_the_line_that_is_being_typed() {
    let (mut terminal, mut dealer) = alice(&[]);
    terminal.type_text("누가 이");
    shows(&terminal, &["> 누가 이"]);
    dealer.open_bets();
    shows(&terminal, &["* round 1: bets are open for 5 s", "> 누가 이"]);
    terminal.type_text("길까?\x1b[D");
    let round = dealer.deal();
    dealer.announce(round);
    dealer.tell(Phase::WAITING, 0);
    terminal.type_text("지");
    terminal.type_text("\x1b[F!");
    shows(
        &terminal,
        &["* no round is running: bob can /start one", "> 누가 이길까지?!"],
    );
}

#[test]
fn tab_completes_commands_sides_and_phases() {
    let (mut terminal, mut dealer) = alice(&[]);
    dealer.open_bets();
    shows(&terminal, &["* round 1: bets are open for 5 s", "> "]);
    terminal.type_text("/be\t");
    shows(&terminal, &["> /bet "]);
    terminal.type_text("b\t");
    shows(&terminal, &["> /bet banker"]);
    terminal.type_text("\t");
    shows(&terminal, &["* banker  banker-pair", "> /bet banker"]);
    terminal.type_text(" 10\r");
    dealer.take_stake(Side::BANKER, 10);
    shows(&terminal, &["* you have 10 on banker, and 9900.00 left", "> "]);
    terminal.type_text("/wait s\t");
    shows(&terminal, &["> /wait shoe "]);
}

/// The roads are as wide as the terminal is now, and keep their newest columns.
#[test]
fn a_road_fits_into_a_narrow_terminal() {
    let (mut terminal, mut dealer) = alice(&[("NO_COLOR", "1")]);
    dealer.has_dealt(41);
    terminal
        .screen
        .wait_for_text("* rounds of this shoe that have been played: 41");
    terminal.resize(20);
    terminal.type_text("/road\r");
    shows(&terminal, &["* big road:", "* P B P B P B P B", "> "]);
    terminal.resize(12);
    terminal.type_text("/road\r");
    shows(&terminal, &["* big road:", "* P B P B", "> "]);
}

/// What is typed behind /wait is held, and the person is told.
#[test]
fn a_line_that_is_held_is_told_and_sent_later() {
    let (mut terminal, mut dealer) = alice(&[]);
    terminal.type_text("/wait betting\r/bet banker 10\r");
    let held = "* this waits for the game, as you have asked; Ctrl-C ends the client";
    shows(&terminal, &[held, "> "]);
    dealer.open_bets();
    dealer.take_stake(Side::BANKER, 10);
    shows(
        &terminal,
        &[
            held,
            "* round 1: bets are open for 5 s",
            "* you have 10 on banker, and 9900.00 left",
            "> ",
        ],
    );
}

/// At a terminal an alarm is a line, and the player decides what to do.
#[test]
fn an_alarm_does_not_end_a_session_at_a_terminal() {
    let (mut terminal, mut dealer) = alice(&[]);
    play(&mut dealer);
    dealer.reveal([8; 32], &[]);
    terminal
        .screen
        .wait_for_text("! SHOE 1 IS NOT AS COMMITTED: the seed was changed");
    terminal.type_text("/quit\r");
    assert_eq!(terminal.process.wait().code(), Some(0));
    terminal.screen.wait_for_end();
    terminal.expect_order();
}
