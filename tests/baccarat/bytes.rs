//! Every message of a table, byte by byte, as the description of the wire has it.

use crate::members::{next_packet, user};
use crate::seats::binary_tables;
use crate::support::{Client, Server};

const ENTER_7: &[u8] = &[9, 0, 0xd1, 2, 0, 7, 0, 0, 0];
const ENTERED_7_AS_1: &[u8] = &[19, 0, 0xd2, 2, 0, 1, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
const NO_ROUNDS: &[u8] = &[7, 0, 0x26, 3, 0, 0, 0];

/// TABLE_NTF up to its commitment, with 416 cards in the shoe.
const EMPTY_TABLE: &[u8] = &[
    60, 0, 0x21, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xa0, 1,
];
const COMMITMENT: std::ops::Range<usize> = 28..60;

const START: &[u8] = &[5, 0, 0xef, 2, 0];
const STARTED: &[u8] = &[7, 0, 0xf0, 2, 0, 1, 0, 5, 0, 0xf1, 2, 0];

/// Alone at table 7. Gives the commitment of the shoe.
fn at_table_7(server: &Server) -> (Client, Vec<u8>) {
    let mut client = user(server, "alice");
    client.send(ENTER_7);
    let table = next_packet(&mut client);
    assert_eq!(table[..COMMITMENT.start], *EMPTY_TABLE);
    client.expect(&[NO_ROUNDS, ENTERED_7_AS_1].concat());
    (client, table[COMMITMENT].to_vec())
}

/// Alone at table 7, in the betting phase of round 1.
fn betting_at_table_7(server: &Server) -> (Client, Vec<u8>) {
    let (mut client, commitment) = at_table_7(server);
    client.send(START);
    let table = next_packet(&mut client);
    let (phase, time) = (table[5], i32::from_le_bytes(table[6..10].try_into().unwrap()));
    assert_eq!((phase, time), (2, 3_600_000));
    // Round 1, shoe 1.
    assert_eq!(table[10..26], [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    let cards_left = i16::from_le_bytes([table[26], table[27]]);
    // The first card, and one to ten burnt.
    assert!((405..=414).contains(&cards_left), "{cards_left}");
    assert_eq!(table[COMMITMENT], commitment);
    client.expect(STARTED);
    (client, commitment)
}

/// TABLE_NTF of the result, and GAME_RESULT_NTF: its winner.
fn result(client: &mut Client) -> u8 {
    let table = next_packet(client);
    assert_eq!((table.len(), &table[2..6]), (60, &[0x21, 3, 0, 3][..]));
    let result = next_packet(client);
    assert_eq!(result[..5], [14, 0, 0xfc, 2, 0]);
    let (player_score, banker_score, winner) = (result[11], result[12], result[13]);
    let expected = match player_score.cmp(&banker_score) {
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Less => 2,
        std::cmp::Ordering::Equal => 3,
    };
    assert_eq!(winner, expected, "{result:?}");
    winner
}

#[test]
fn a_table_its_start_and_a_start_too_many() {
    for server in binary_tables(&[]) {
        let (mut alice, _) = betting_at_table_7(&server);
        alice.exchange(START, &[7, 0, 0xf0, 2, 0, 171, 0]);
    }
}

#[test]
fn a_stake_its_result_and_its_payout() {
    for server in binary_tables(&[]) {
        let (mut alice, _) = betting_at_table_7(&server);
        // 100 chips on the banker in round 1; 9,900 are left, 990,000 hundredths.
        alice.send(&[
            22, 0, 0x22, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 100, 0, 0, 0, 0, 0, 0, 0,
        ]);
        alice.expect(&[15, 0, 0x23, 3, 0, 1, 0, 0x30, 0x1b, 0x0f, 0, 0, 0, 0, 0]);
        alice.expect(&[
            22, 0, 0x24, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 100, 0, 0, 0, 0, 0, 0, 0,
        ]);
        let returned: i64 = match result(&mut alice) {
            1 => 0,
            2 => 19_500,
            _ => 10_000,
        };
        alice.expect(&[39, 0, 0x25, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        alice.expect(&(990_000 + returned).to_le_bytes());
        alice.expect(&[1, 2, 100, 0, 0, 0, 0, 0, 0, 0]);
        alice.expect(&returned.to_le_bytes());
        alice.send(&[5, 0, 0x2b, 3, 0]);
        alice.expect(&[13, 0, 0x2c, 3, 0]);
        alice.expect(&(990_000 + returned).to_le_bytes());
    }
}

#[test]
fn a_bet_of_the_original() {
    for server in binary_tables(&[]) {
        let (mut alice, _) = betting_at_table_7(&server);
        alice.exchange(&[6, 0, 0xf9, 2, 0, 3], &[7, 0, 0xfa, 2, 0, 183, 0]);
        alice.send(&[6, 0, 0xf9, 2, 0, 1]);
        alice.expect(&[7, 0, 0xfa, 2, 0, 1, 0]);
        alice.expect(&[14, 0, 0xfb, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        // Ten chips on the player, as PAYOUT_NTF says.
        result(&mut alice);
        let payout = next_packet(&mut alice);
        assert_eq!(payout[..5], [39, 0, 0x25, 3, 0]);
        assert_eq!(payout[21..31], [1, 1, 10, 0, 0, 0, 0, 0, 0, 0]);
    }
}

#[test]
fn cuts_and_what_reveals_them() {
    for server in binary_tables(&[]) {
        let (mut alice, _) = at_table_7(&server);
        alice.exchange(&[7, 0, 0x27, 3, 0, 0, 0], &[7, 0, 0x28, 3, 0, 181, 0]);
        alice.exchange(&[7, 0, 0x27, 3, 0, 200, 0], &[7, 0, 0x28, 3, 0, 1, 0]);
        alice.exchange(&[7, 0, 0x27, 3, 0, 17, 0], &[7, 0, 0x28, 3, 0, 182, 0]);
        alice.send(START);
        next_packet(&mut alice);
        alice.expect(STARTED);
        // A member who leaves last gives the table up, and sees what was in the shoe.
        alice.send(&[5, 0, 0xd6, 2, 0]);
        let mut heard = [next_packet(&mut alice), next_packet(&mut alice)];
        heard.sort_by_key(Vec::len);
        assert_eq!(heard[0], [7, 0, 0xd7, 2, 0, 1, 0]);
        assert_eq!(heard[1][..13], [48, 0, 0x29, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(heard[1][45..], [1, 200, 0]);
    }
}
