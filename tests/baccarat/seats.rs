//! Servers with tables, and users who sit at them: they enter as into any room, and see the table.

use crate::members::{binary_servers, next_packet, servers, user};
use crate::support::messages::{enter, entered, has_come, user_list};
use crate::support::{Client, Server};
use crate::table::{
    BETTING, Dealt, RESULT, Table, balance, balance_is, history, paid, start, started, starts,
};

/// What a user has who has never staked anything, in hundredths of a chip.
pub(crate) const ALL: i64 = 1_000_000;

/// Nothing ends by time in these: a test that waits for the time says which.
const PATIENT: [&str; 4] = ["--bet-time", "1h", "--result-time", "1h"];

/// The server with one worker and with four, and in the other codecs as well. A phase of a round lasts for an hour,
/// unless the flags say otherwise.
pub(crate) fn tables(flags: &[&str]) -> Vec<Server> {
    told_of_tables(servers(&with_patience(flags)))
}

/// The same for tests whose bytes are no messages.
pub(crate) fn binary_tables(flags: &[&str]) -> Vec<Server> {
    told_of_tables(binary_servers(&with_patience(flags)))
}

fn told_of_tables(servers: impl Iterator<Item = Server>) -> Vec<Server> {
    servers.map(|server| server.passing_over(&[])).collect()
}

fn with_patience<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    let patient = PATIENT.chunks(2).filter(|patient| !flags.contains(&patient[0]));
    patient.flatten().chain(flags).copied().collect()
}

/// The next packet, which must be a TABLE_NTF.
#[track_caller]
pub(crate) fn next_table(client: &mut Client) -> Table {
    Table::read(&next_packet(client))
}

/// Sits down at an empty table.
#[track_caller]
pub(crate) fn first_at(server: &Server, room: i32, name: &str) -> (Client, Table) {
    let mut client = user(server, name);
    client.send(&enter(room));
    let table = next_table(&mut client);
    client.expect(&[history(&[]), entered(room, 1)].concat());
    (client, table)
}

/// Two members of a table, with the unique ids 1 and 2. The first is the master.
#[track_caller]
pub(crate) fn pair_at(server: &Server, room: i32, names: [&str; 2]) -> [Client; 2] {
    let (mut first, table) = first_at(server, room, names[0]);
    let mut second = user(server, names[1]);
    assert_eq!(
        sits_down(&mut second, room, 2, &[(1, names[0])], &[]),
        table,
        "both see the same"
    );
    first.expect(&has_come(2, names[1]));
    [first, second]
}

/// A user sits down beside others, at a table with these rounds in its shoe.
#[track_caller]
pub(crate) fn sits_down(
    client: &mut Client,
    room: i32,
    unique_id: u64,
    others: &[(u64, &str)],
    rounds: &[u8],
) -> Table {
    client.send(&enter(room));
    client.expect(&user_list(others));
    let table = next_table(client);
    client.expect(&[history(rounds), entered(room, unique_id)].concat());
    table
}

/// The first of these starts a round, and all hear of it. Gives what they hear of the table.
#[track_caller]
pub(crate) fn begin_round(members: &mut [Client]) -> Table {
    let [master, others @ ..] = members else {
        panic!("a round needs a master");
    };
    master.send(&start());
    let table = next_table(master);
    assert_eq!(table.phase, BETTING);
    master.expect(&[started(1), starts()].concat());
    for other in others {
        assert_eq!(next_table(other), table);
        other.expect(&starts());
    }
    table
}

/// The result is on the table.
#[track_caller]
pub(crate) fn hear_result(client: &mut Client) -> (Table, Dealt) {
    let table = next_table(client);
    assert_eq!(table.phase, RESULT);
    (table, Dealt::read(&next_packet(client)))
}

/// What the user has, as the ledger knows it.
#[track_caller]
pub(crate) fn balance_of(client: &mut Client) -> i64 {
    client.send(&balance());
    let packet = next_packet(client);
    let balance = i64::from_le_bytes(packet[5..].try_into().expect("eight bytes"));
    assert_eq!(packet, balance_is(balance));
    balance
}

/// The member is told what the rules say of its stakes, given what was left in its balance. Gives the new one.
#[track_caller]
pub(crate) fn hear_payout(
    client: &mut Client,
    round: u64,
    dealt: &Dealt,
    left: i64,
    stakes: &[(i8, i64)],
) -> i64 {
    let with_return = |(side, chips): &(i8, i64)| (*side, *chips, dealt.returned(*side, *chips));
    let sides: Vec<_> = stakes.iter().map(with_return).collect();
    let balance = left + sides.iter().map(|(.., returned)| returned).sum::<i64>();
    client.expect(&paid(round, balance, &sides));
    balance
}

/// The same, and the ledger agrees: for a result that stays on the table meanwhile.
#[track_caller]
pub(crate) fn expect_payout(
    client: &mut Client,
    round: u64,
    dealt: &Dealt,
    left: i64,
    stakes: &[(i8, i64)],
) -> i64 {
    let balance = hear_payout(client, round, dealt, left, stakes);
    assert_eq!(balance_of(client), balance);
    balance
}
