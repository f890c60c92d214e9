//! The rules of tickets.

use crate::server::Owner;
use crate::testing::world::{World, race};
use crate::ticket::{Seat, Ticket};

/// And no more.
pub fn a_ticket_is_worth_one_login(world: &World) {
    let owner = world.server();
    let seats = [3, 4].map(|room| seat(&owner, room));
    let tickets = seats.each_ref().map(|seat| put(world, seat));
    assert_eq!(
        redeem(world, &ticket(), "alice", &owner),
        None,
        "one that nobody has given out"
    );
    // Both of one user, in any order.
    for (ticket, seat) in tickets.iter().zip(seats).rev() {
        assert_eq!(redeem(world, ticket, "alice", &owner), Some(seat));
        assert_eq!(redeem(world, ticket, "alice", &owner), None);
    }
}

/// Others do not get in with it, and do not use it up.
pub fn a_ticket_is_for_its_user_and_server(world: &World) {
    let [owner, other] = [(); 2].map(|()| world.server());
    let older = Owner {
        generation: owner.generation - 1,
        ..owner.clone()
    };
    let seat = seat(&owner, 3);
    let ticket = put(world, &seat);
    for (user_id, owner) in [
        ("bob", &owner),
        ("alice", &other),
        ("alice", &older),
        ("", &owner),
    ] {
        assert_eq!(
            redeem(world, &ticket, user_id, owner),
            None,
            "{user_id} at {owner}"
        );
    }
    assert_eq!(redeem(world, &ticket, "alice", &owner), Some(seat));
}

/// Whatever becomes of its server.
pub fn a_ticket_is_over_with_its_time(world: &World) {
    let owner = world.server();
    let seat = seat(&owner, 3);
    let [early, late] = [(); 2].map(|()| put(world, &seat));
    world.pass_thirds(2);
    assert_eq!(redeem(world, &early, "alice", &owner), Some(seat));
    world.pass_thirds(2);
    assert_eq!(redeem(world, &late, "alice", &owner), None);
}

/// And nobody else.
pub fn of_racing_logins_one_has_the_ticket(world: &World) {
    let owner = world.server();
    let ticket = put(world, &seat(&owner, 3));
    let directory = &world.directory;
    let seats = race(16, |_| {
        let seat = directory.redeem(&ticket, "alice", &owner);
        seat.expect("a directory that answers")
    });
    assert_eq!(seats.iter().flatten().count(), 1);
}

fn ticket() -> Ticket {
    Ticket::random().expect("random bytes")
}

fn seat(owner: &Owner, room: i32) -> Seat {
    Seat {
        user_id: "alice".to_owned(),
        owner: owner.clone(),
        room,
    }
}

/// A ticket that is worth this seat as long as a lease.
fn put(world: &World, seat: &Seat) -> Ticket {
    let ticket = ticket();
    let put = world.directory.put_ticket(&ticket, seat, world.lease);
    put.expect("a directory that answers");
    ticket
}

fn redeem(world: &World, ticket: &Ticket, user_id: &str, owner: &Owner) -> Option<Seat> {
    let seat = world.directory.redeem(ticket, user_id, owner);
    seat.expect("a directory that answers")
}
