//! Servers as a table for people.

use figures::Table;
use serde::Deserialize;
use text::printable;

/// The answer of `GET /v1/servers`, as far as it is shown. What a later version says beside that is passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Servers {
    servers: Vec<Server>,
}

/// A slot, and who has it.
#[derive(Debug, Deserialize)]
struct Server {
    game: String,
    slot: u32,
    generation: u64,
    address: String,
    rooms: u32,
    first_room: u32,
    users: u32,
    connections: u32,
    load: f64,
}

/// One line for each server below the headings.
pub(super) fn text(servers: &Servers) -> String {
    if servers.servers.is_empty() {
        return "no game server has a place in the directory".to_owned();
    }
    let mut table = Table::new(&[
        "server",
        "address",
        "rooms",
        "users",
        "connections",
        "load",
        "generation",
    ]);
    for server in &servers.servers {
        table.row(row(server));
    }
    table.to_string()
}

fn row(server: &Server) -> [String; 7] {
    let last_room = u64::from(server.first_room) + u64::from(server.rooms.max(1)) - 1;
    [
        format!("{} {}", printable(server.game.as_bytes()), server.slot),
        printable(server.address.as_bytes()),
        format!("{}-{last_room}", server.first_room),
        server.users.to_string(),
        server.connections.to_string(),
        format!("{:.1}%", server.load * 100.0),
        server.generation.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_for_each_server() {
        let server = |game: &str, slot: u32, users: u32| {
            json!({
                "game": game, "slot": slot, "generation": 7 + slot, "address": "127.0.0.1:11021", "web": null,
                "rooms": 1_000, "room_size": 100, "first_room": slot * 1_000, "users": users, "connections": 12,
                "load": f64::from(users) / 100_000.0,
            })
        };
        let servers = json!({"servers": [server("chat", 0, 10), server("chat\u{1b}", 12, 2_500)]});
        let servers = serde_json::from_value(servers).unwrap();
        let expected = concat!(
            "  server                 address        rooms  users  connections  load  generation\n",
            "  chat 0         127.0.0.1:11021        0-999     10           12  0.0%           7\n",
            "  chat\\u{1b} 12  127.0.0.1:11021  12000-12999   2500           12  2.5%          19",
        );
        assert_eq!(text(&servers), expected);
    }

    #[test]
    fn no_server_is_said_in_words() {
        let none = Servers { servers: Vec::new() };
        assert_eq!(text(&none), "no game server has a place in the directory");
    }
}
