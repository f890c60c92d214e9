//! What `/status.json` says: the numbers of each server, its fullest rooms, its slowest clients, and a page of its users.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use http::Request;
use serde::{Serialize, Serializer};

use crate::health::Health;
use crate::metrics::Metrics;
use crate::numbers::{Label, Numbers, Value};
use crate::people::{Client, Wanted};

/// Rooms and slow clients that are shown; of the rest is said how many they are.
const SHOWN: usize = 20;

/// Users on a page where nobody says otherwise, and at most.
const USERS: usize = 50;
const MOST_USERS: usize = 500;

/// The answer. However many users there are, it is no longer than so many rows.
#[derive(Serialize)]
pub(crate) struct Status {
    status: &'static str,
    /// What the program shares with others, each `ok` or `away`.
    watched: BTreeMap<&'static str, &'static str>,
    /// Whether anything can be done.
    actions: bool,
    servers: Vec<Server>,
    rooms: Top<Room>,
    slow: Top<Client>,
    users: Users,
}

/// The numbers of one server. Those of the whole program have no name.
#[derive(Serialize)]
struct Server {
    server: Option<String>,
    numbers: Vec<Number>,
}

#[derive(Serialize)]
struct Number {
    name: &'static str,
    #[serde(serialize_with = "as_map")]
    labels: Vec<Label>,
    #[serde(flatten)]
    value: Told,
}

/// A counter and a gauge have a value; of a histogram is told how much it was altogether.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    One { value: u64 },
    Many { count: u64, sum: f64 },
}

/// A row, and which server it is about.
#[derive(Serialize)]
struct Of<T> {
    server: Option<String>,
    #[serde(flatten)]
    row: T,
}

/// The first rows, and how many are left.
#[derive(Serialize)]
struct Top<T> {
    list: Vec<Of<T>>,
    more: usize,
}

#[derive(Serialize)]
struct Room {
    room: i32,
    members: usize,
}

#[derive(Serialize)]
struct Users {
    total: usize,
    /// How many names have the wanted text in them.
    matching: usize,
    list: Vec<Of<Client>>,
    /// With which name the next page begins.
    next: Option<String>,
}

/// Which users a request wants: `?from=NAME&filter=TEXT&count=NUMBER`.
pub(crate) fn wanted(request: &Request) -> Wanted {
    let text = |name| request.query(name).unwrap_or_default();
    let count = request.query("count").and_then(|count| count.parse().ok());
    let count = count.unwrap_or(USERS).min(MOST_USERS);
    Wanted::new(&text("from"), &text("filter"), count)
}

impl Status {
    /// What there is now. `actions` says whether anything can be done.
    pub(crate) fn of(health: &Health, metrics: &Metrics, actions: bool, wanted: &Wanted) -> Self {
        let (mut rooms, mut slow, mut users) = (Vec::new(), Vec::new(), Vec::new());
        let (mut total, mut matching) = (0, 0);
        for (server, people) in metrics.people() {
            let look = people.look(wanted);
            total += look.total;
            matching += look.matching;
            users.extend(look.users.into_iter().map(|row| of(&server, row)));
            slow.extend(look.slow.into_iter().map(|row| of(&server, row)));
            let room = |(room, members)| of(&server, Room { room, members });
            rooms.extend(look.rooms.into_iter().map(room));
        }
        Self {
            status: health.status().1,
            watched: health.others(),
            actions,
            servers: servers(&metrics.numbers()),
            rooms: top(rooms, |room| (Reverse(room.members), room.room)),
            slow: top(slow, |client| (Reverse(client.unsent), client.client)),
            users: page(users, total, matching, wanted),
        }
    }
}

fn of<T>(server: &Option<String>, row: T) -> Of<T> {
    let server = server.clone();
    Of { server, row }
}

/// Only what is shown is put in order.
fn top<T, K: Ord>(mut list: Vec<Of<T>>, key: impl Fn(&T) -> K) -> Top<T> {
    let more = list.len().saturating_sub(SHOWN);
    if more > 0 {
        list.select_nth_unstable_by_key(SHOWN, |of| key(&of.row));
        list.truncate(SHOWN);
    }
    list.sort_by_key(|of| key(&of.row));
    Top { list, more }
}

/// Each server has given one user more than is wanted, so the one behind the last is known.
fn page(mut list: Vec<Of<Client>>, total: usize, matching: usize, wanted: &Wanted) -> Users {
    list.sort_by(|one, other| (&one.row.user_id, &one.server).cmp(&(&other.row.user_id, &other.server)));
    let next = list.get(wanted.count()).and_then(|of| of.row.user_id.clone());
    list.truncate(wanted.count());
    Users {
        total,
        matching,
        list,
        next,
    }
}

/// The numbers by server, in the order in which the servers were added.
fn servers(numbers: &Numbers) -> Vec<Server> {
    let mut servers: Vec<Server> = Vec::new();
    for family in numbers.families() {
        for (labels, value) in &family.numbers {
            let (of_server, labels): (Vec<_>, Vec<_>) =
                labels.iter().cloned().partition(|(name, _)| *name == "server");
            let name = of_server.into_iter().next().map(|(_, name)| name);
            let known = servers.iter().position(|known| known.server == name);
            let index = known.unwrap_or_else(|| {
                let numbers = Vec::new();
                servers.push(Server {
                    server: name,
                    numbers,
                });
                servers.len() - 1
            });
            servers[index].numbers.push(Number {
                name: family.name,
                labels,
                value: told(value),
            });
        }
    }
    servers
}

fn told(value: &Value) -> Told {
    match value {
        Value::Counter(value) | Value::Gauge(value) => Told::One { value: *value },
        Value::Histogram { steps, sum } => Told::Many {
            count: steps.iter().map(|(_, count)| count).sum(),
            sum: *sum,
        },
    }
}

fn as_map<S: Serializer>(labels: &[Label], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(labels.iter().map(|(name, value)| (name, value)))
}
