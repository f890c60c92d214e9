//! What the crates of this workspace say of packets, codes, texts and shoes, as JSON for the modules of the page.

use baccarat::{BigRoad, Card, Outcome, Seed, Shoe, ShoeSettings, Side, Winner, returned, shuffle};
use protocol::message::{Description, FieldDescription, MESSAGES, baccarat as table, describe};
use protocol::{ErrorCode, PacketId};
use serde_json::{Value, json};

/// Bodies of all messages, made by encoders that are not ours: a name, then the body in binary and in other codecs.
const BODIES: &str = include_str!("../../../protocol/tests/vectors/bodies.txt");

/// So many ways to break each body.
const BROKEN: usize = 40;

pub(crate) fn all() -> Value {
    let mut random = fastrand::Rng::with_seed(7);
    json!({
        "names": names(),
        "codes": ErrorCode::ALL.iter().map(|code| json!([code.0, code.name()])).collect::<Vec<_>>(),
        "bodies": bodies(&mut random),
        "texts": texts(&mut random),
        "shoes": shoes(),
        "returned": all_returned(),
        "roads": (0..200).map(|_| road(&mut random)).collect::<Vec<_>>(),
    })
}

/// Every message in the order of the tables.
fn names() -> Vec<Value> {
    let named = |(id, name): (PacketId, Option<&str>)| json!([id.0, name]);
    let chat = MESSAGES.ids().map(|id| (id, MESSAGES.name(id)));
    let baccarat = table::MESSAGES.ids().map(|id| (id, table::MESSAGES.name(id)));
    chat.chain(baccarat).map(named).collect()
}

fn id_of(name: &str) -> PacketId {
    let ids = MESSAGES.ids().chain(table::MESSAGES.ids());
    let named = |id: &PacketId| MESSAGES.name(*id).or_else(|| table::MESSAGES.name(*id)) == Some(name);
    ids.into_iter().find(named).expect("a message of a table")
}

/// Each body as it is, and broken in many ways, with its fields; null where it is no message.
fn bodies(random: &mut fastrand::Rng) -> Vec<Value> {
    let rows = BODIES.lines().filter(|line| !line.starts_with('#'));
    let mut bodies = Vec::new();
    for row in rows {
        let mut columns = row.split(' ');
        let id = id_of(columns.next().expect("a name"));
        let body = unhex(columns.next().expect("a body"));
        bodies.push(vector(id, &body));
        bodies.extend((0..BROKEN).map(|_| vector(id, &broken(&body, random))));
    }
    bodies
}

fn broken(body: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut broken = body.to_vec();
    match random.u8(0..4) {
        0 => broken.truncate(random.usize(0..=body.len())),
        1 => broken.push(random.u8(..)),
        _ if body.is_empty() => {}
        2 => broken[random.usize(0..body.len())] ^= 1 << random.u8(0..8),
        _ => broken[random.usize(0..body.len())] = random.u8(..),
    }
    broken
}

fn vector(id: PacketId, body: &[u8]) -> Value {
    let described = table::MESSAGES.describe(id, body);
    let Description { fields, error } = described.unwrap_or_else(|| describe(id, body));
    let is_field = |field: &&FieldDescription| !["len", "id_len", "count"].contains(&field.name);
    let fields = fields.iter().filter(is_field);
    let fields: Vec<_> = fields
        .map(|field| json!([field.name, plain(field, body)]))
        .collect();
    json!([
        id.0,
        hex(body),
        if error.is_some() {
            Value::Null
        } else {
            json!(fields)
        }
    ])
}

/// The value of a field: a number, numbers in brackets, or bytes without the zeros at their end.
fn plain(field: &FieldDescription, body: &[u8]) -> String {
    let is_bytes = field.secret
        || field.value.starts_with('"')
        || ["commitment", "seed", "rounds"].contains(&field.name);
    if is_bytes {
        let bytes = &body[field.range.clone()];
        let end = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        return hex(&bytes[..end]);
    }
    // A number with a name stands behind it: `NONE (1)`.
    let number = field
        .value
        .rsplit_once('(')
        .map(|(_, number)| number.trim_end_matches(')'));
    number.unwrap_or(&field.value).to_owned()
}

/// Texts of characters that must be written out, or may stay between some others, and how they are shown.
fn texts(random: &mut fastrand::Rng) -> Vec<Value> {
    let alphabet: Vec<char> = "ab1#이é\"\\ م\u{94d}क❤👨🏽🏴\u{e9}\u{600}\u{200c}\u{200d}\u{fe0e}\u{fe0f}\u{20e3}\u{202e}\
                               \u{2066}\u{200b}\u{ad}\u{feff}\u{2028}\u{3164}\u{115f}\u{34f}\u{e0061}\u{180b}\u{7}\n\u{9b}\u{1b}"
        .chars()
        .collect();
    let mut text = || -> String {
        let length = random.usize(0..7);
        (0..length)
            .map(|_| alphabet[random.usize(0..alphabet.len())])
            .collect()
    };
    let shown = |text: String| json!([text, text::printable(text.as_bytes())]);
    (0..3_000).map(|_| shown(text())).collect()
}

/// The shoes of the wire's vectors, whose seed is the bytes from 0, then others.
fn shoes() -> Vec<Value> {
    let cases: [(u8, u64, u8, &[u16]); 6] = [
        (0, 1, 8, &[]),
        (0, 1, 8, &[200, 17]),
        (0, 2, 1, &[1]),
        (7, u64::MAX, 6, &[311, 1, 100]),
        (200, 0, 3, &[5]),
        (99, 1_000_000, 2, &[]),
    ];
    cases.into_iter().map(shoe).collect()
}

fn shoe((first, number, decks, cuts): (u8, u64, u8, &[u16])) -> Value {
    let seed = Seed::from(std::array::from_fn(|at| first.wrapping_add(at as u8)));
    let mut shoe = Shoe::new(
        seed.clone(),
        number,
        ShoeSettings::new(decks, 16).expect("good settings"),
    );
    let mut cards = shuffle(&seed, number, decks);
    for cut in cuts {
        shoe.cut(*cut).expect("a position");
        cards.rotate_left((*cut).into());
    }
    let rounds = std::iter::from_fn(|| shoe.deal());
    let rounds = rounds.map(|round| {
        let cards = [round.player.numbers(), round.banker.numbers()];
        json!([
            cards,
            round.player.score(),
            round.banker.score(),
            round.outcome().history_byte()
        ])
    });
    let rounds: Vec<_> = rounds.collect();
    json!({
        "seed": hex(seed.as_bytes()), "shoe": number.to_string(), "decks": decks, "cuts": cuts,
        "commitment": seed.commitment().to_string(),
        "cards": cards.into_iter().map(Card::number).collect::<Vec<_>>(),
        "rounds": rounds,
    })
}

/// What 7 chips on each side bring back after each end of a round.
fn all_returned() -> Vec<Value> {
    let outcomes = (0..32).filter_map(|byte| Outcome::from_history_byte(byte).ok());
    let sides = 1..=5_i8;
    let each = outcomes.flat_map(|outcome| sides.clone().map(move |side| (side, outcome)));
    each.map(|(side, outcome)| {
        let returned = returned(Side::try_from(side).expect("a side"), 7, outcome).expect("a stake");
        json!([side, outcome.history_byte(), returned])
    })
    .collect()
}

/// A history, and the cells of its big road: column, row, winner, ties.
fn road(random: &mut fastrand::Rng) -> Value {
    let favourite = random.u8(1..=2);
    let winner = |random: &mut fastrand::Rng| {
        if random.bool() {
            favourite
        } else {
            random.u8(1..=3)
        }
    };
    let bytes: Vec<u8> = (0..random.usize(0..60)).map(|_| winner(random)).collect();
    let history: Vec<_> = bytes
        .iter()
        .map(|byte| Outcome::from_history_byte(*byte).expect("a winner"))
        .collect();
    let road = BigRoad::new(&history);
    let places = (0..road.columns()).flat_map(|column| (0..6).map(move |row| (column, row)));
    let cells = places.filter_map(|(column, row)| {
        let cell = road.cell(column, row)?;
        let winner = if cell.winner == Winner::Player { 1 } else { 2 };
        Some(json!([column, row, winner, cell.ties]))
    });
    json!([bytes, cells.collect::<Vec<_>>()])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16).expect("digits");
    digits.chunks(2).map(byte).collect()
}
