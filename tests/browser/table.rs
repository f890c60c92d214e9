//! Baccarat on the page: from the first stake to the shoe that is verified.

use crate::browser::{Window, browser};
use crate::packets::{Dealt, PLAYER, stake};
use crate::site::Site;
use crate::support::Client;
use crate::support::messages::{enter, log_in};

const RANKS: [&str; 13] = [
    "ace", "2", "3", "4", "5", "6", "7", "8", "9", "10", "jack", "queen", "king",
];
const SUITS: [&str; 4] = ["spades", "hearts", "diamonds", "clubs"];

/// One deck, whose cut card is the first: one round, and one more. A result stays for a moment only, and nobody is hurried.
const SHORT: [&str; 8] = [
    "--decks",
    "1",
    "--cut-card",
    "52",
    "--result-time",
    "1ms",
    "--bet-time",
    "1h",
];

/// The result, for one who has staked: passes over what comes before.
#[track_caller]
fn next_result(client: &mut Client) -> Dealt {
    loop {
        let mut header = [0; 5];
        client.receive_exactly(&mut header);
        let mut packet = header.to_vec();
        packet.resize(usize::from(u16::from_le_bytes([header[0], header[1]])), 0);
        client.receive_exactly(&mut packet[5..]);
        if header[2..4] == 764_u16.to_le_bytes() {
            return Dealt::read(&packet);
        }
    }
}

/// The names of these cards, as they are read out.
fn names(cards: [i8; 3]) -> Vec<String> {
    let cards = cards.into_iter().filter_map(|card| usize::try_from(card).ok());
    let name = |card: usize| format!("{} of {}", RANKS[card % 13], SUITS[card / 13]);
    cards.map(name).collect()
}

/// Chips as all clients of this project show them.
fn chips(hundredths: i64) -> String {
    format!("{}.{:02} chips", hundredths / 100, hundredths % 100)
}

/// All cards that are seen, by their names.
fn cards_of(window: &Window) -> Vec<String> {
    let images = window.controls().into_iter();
    let images = images.filter(|control| ["img", "image"].contains(&&*control.role));
    let names = images.map(|control| control.name);
    names.filter(|name| name.contains(" of ")).collect()
}

#[test]
fn a_round_is_played_and_the_shoe_is_verified_in_the_page() {
    let Some(browser) = browser() else { return };
    let site = Site::baccarat(&SHORT);
    let alice = Window::enter(browser, &site.url(), "alice", 5);
    alice.reads("no round is running: you can start one");
    alice.reads_in("status", "Balance", "10000.00 chips");
    alice.reads("shoe 1: 52 cards are left, commitment ");
    let mut bob = site.server.connect();
    bob.send(&[log_in("bob"), enter(5)].concat());
    alice.hears("* bob has entered");
    let mut balance = 1_000_000;
    for round in 1..=2 {
        alice.click("button", "Start round");
        alice.reads(&format!("round {round}: bets are open"));
        alice.fill("spinbutton", "Chips", "100");
        alice.click("button", "Stake on player");
        alice.reads_in("status", "Balance", &chips(balance - 10_000));
        alice.fill("spinbutton", "Chips", "10");
        alice.click("button", "Stake on player");
        alice.reads_in("status", "Balance", &chips(balance - 11_000));
        alice.reads_in("table", "Stakes", "110");
        // The round ends as soon as all have a stake.
        bob.send(&stake(round, PLAYER, 77));
        let dealt = next_result(&mut bob);
        balance += dealt.returned(PLAYER, 110) - 11_000;
        alice.reads_in("status", "Balance", &chips(balance));
        alice.wait_until("the cards of the round", || {
            cards_of(&alice) == [names(dealt.player), names(dealt.banker)].concat()
        });
        let (player, banker) = (dealt.player_score, dealt.banker_score);
        alice.reads_in("group", "Player's hand", &format!("score {player}"));
        alice.reads_in("group", "Banker's hand", &format!("score {banker}"));
        let letter = ["P", "B", "T"][usize::try_from(dealt.winner - 1).expect("1 to 3")];
        if round == 1 {
            assert!(alice.is_disabled("Cut"), "a round was played with this shoe");
            let road = format!("Bead plate: {letter}");
            alice.wait_until("the bead plate", || {
                alice.controls().iter().any(|control| control.name == road)
            });
        }
        alice.hears(&format!("you have {}", chips(balance)));
    }
    alice.reads("shoe 1 is as committed: 2 rounds");
    alice.reads("shoe 2: 52 cards are left, commitment ");
    assert!(!alice.is_disabled("Cut"), "no round was played with this shoe");
    alice.is_well();
}

#[test]
fn stakes_of_others_refusals_and_the_cut_are_shown() {
    let Some(browser) = browser() else { return };
    let site = Site::baccarat(&["--chips", "50", "--bet-time", "1h", "--result-time", "1h"]);
    let alice = Window::enter(browser, &site.url(), "alice", 5);
    let bob = Window::enter(browser, &site.other_url(), "bob", 5);
    bob.reads("no round is running: alice can start one");
    assert!(bob.is_disabled("Start round") && !alice.is_disabled("Start round"));
    alice.fill("spinbutton", "Cut position", "17");
    alice.click("button", "Cut");
    alice.click("button", "Cut");
    alice.hears("(GAME_BET_INVALID_ROOM_STATE)");
    assert!(!alice.is_disabled("Cut"));
    alice.click("button", "Start round");
    alice.fill("spinbutton", "Chips", "100");
    alice.click("button", "Stake on tie");
    alice.hears("that is more than you have (INSUFFICIENT_FUNDS)");
    alice.fill("spinbutton", "Chips", "1");
    alice.click("button", "Stake on banker pair");
    alice.reads_in("status", "Balance", "49.00 chips");
    assert!(
        alice.is_disabled("Cut"),
        "cards were burnt for the round that runs"
    );
    bob.reads_in("table", "Stakes", "alice 1");
    // A newcomer is told of the round that runs.
    bob.click("button", "Leave room");
    bob.fill("spinbutton", "Other room", "5");
    bob.click("button", "Go");
    bob.is_in(5);
    bob.is_well();
    alice.is_well();
}
