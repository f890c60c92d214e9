//! The list of all game servers, for people and programs that watch them.

use directory::{Directory, Server, Unavailable};
use serde::Serialize;

use crate::assign::load;

/// Every server that has a lease, by game and slot.
#[derive(Serialize)]
pub(crate) struct Servers {
    servers: Vec<ServerRow>,
}

/// A slot and its server. A server that has several slots has several rows, with the same address.
#[derive(Serialize)]
struct ServerRow {
    game: String,
    slot: u32,
    /// Grows with every server that has had this slot.
    generation: u64,
    /// Where clients connect.
    address: String,
    /// Where browsers do, if they can.
    web: Option<String>,
    /// How many rooms the slot has.
    rooms: u32,
    /// How many members each of them may have.
    room_size: u32,
    first_room: i32,
    users: u32,
    connections: u32,
    /// Users of all that it has room for, 0 to 1.
    load: f64,
}

/// All of them.
///
/// # Errors
/// [`Unavailable`].
pub(crate) fn list(directory: &dyn Directory) -> Result<Servers, Unavailable> {
    let servers = directory.servers()?.into_iter().map(ServerRow::from);
    Ok(Servers {
        servers: servers.collect(),
    })
}

impl From<Server> for ServerRow {
    fn from(server: Server) -> Self {
        Self {
            game: server.owner.game.to_string(),
            slot: server.owner.slot,
            generation: server.owner.generation,
            first_room: server.first_room(),
            load: load(&server),
            users: server.load.users,
            connections: server.load.connections,
            rooms: server.offer.rooms,
            room_size: server.offer.room_size,
            address: server.offer.address,
            web: server.offer.web,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use directory::{GameName, Load, Memory, Offer, Slot};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_is_listed_with_what_it_has_said_last() {
        let directory = Memory::new();
        let offer = Offer {
            game: GameName::new("chat"),
            address: "127.0.0.1:11021".to_owned(),
            by_codec: Vec::new(),
            web: None,
            rooms: 10,
            room_size: 4,
        };
        let lease = Duration::from_secs(600);
        let Slot::Taken(owner) = directory.take_slot(&offer, Some(3), lease).unwrap() else {
            panic!("the slot is free");
        };
        let load = Load {
            users: 10,
            connections: 12,
        };
        assert!(directory.renew(&owner, load, lease).unwrap());
        let listed = serde_json::to_value(list(&directory).unwrap()).unwrap();
        let row = json!({
            "game": "chat",
            "slot": 3,
            "generation": owner.generation,
            "address": "127.0.0.1:11021",
            "web": null,
            "rooms": 10,
            "room_size": 4,
            "first_room": 30,
            "users": 10,
            "connections": 12,
            "load": 0.25,
        });
        assert_eq!(listed, json!({"servers": [row]}));
    }
}
