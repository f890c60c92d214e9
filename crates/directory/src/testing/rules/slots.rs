//! The rules of slots and leases.

use crate::directory::Slot;
use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::server::{Load, Offer, Owner, Server};
use crate::testing::world::{World, at, offer, race, taken};

/// A slot that has an owner is given to nobody else, and there are only so many.
pub fn a_slot_has_one_owner(world: &World) {
    let [first, second] = [(); 2].map(|()| world.server());
    assert_eq!((first.slot, second.slot), (0, 1));
    assert_eq!(world.take(&offer(), Some(0)), Slot::NoneFree);
    assert_eq!(taken(world.take(&offer(), Some(7))).slot, 7);
    let last = offer().slots() - 1;
    assert_eq!(taken(world.take(&offer(), Some(last))).slot, last);
    for none in [last + 1, u32::MAX] {
        assert_eq!(world.take(&offer(), Some(none)), Slot::NoneFree);
    }
    world.directory.release(&first).expect("a release");
    assert_eq!(world.server().slot, 0, "the first that is free");
}

/// Whether they want a certain one or any.
pub fn of_racing_servers_one_takes_the_slot(world: &World) {
    let slots = race_for(world, Some(3));
    let given = slots.iter().filter(|slot| **slot != Slot::NoneFree);
    assert_eq!(given.count(), 1, "{slots:?}");
    let owners = race_for(world, None).into_iter().map(taken);
    let mut numbers: Vec<_> = owners.map(|owner| owner.slot).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 8, "one slot has two owners: {numbers:?}");
}

fn race_for(world: &World, wanted: Option<u32>) -> Vec<Slot> {
    let (directory, lease) = (&world.directory, world.lease);
    race(8, |_| {
        let slot = directory.take_slot(&offer(), wanted, lease);
        slot.expect("a directory that answers")
    })
}

/// However a slot has become free.
pub fn generations_grow(world: &World) {
    let mut last = world.server();
    for ends_in_order in [true, false, true, false] {
        match ends_in_order {
            true => world.directory.release(&last).expect("a release"),
            false => world.pass_a_lease(),
        }
        let next = world.server();
        assert_eq!(next.slot, last.slot);
        assert!(next.generation > last.generation, "{next} after {last}");
        last = next;
    }
}

/// Without anybody sweeping.
pub fn a_lease_ends_with_its_time(world: &World) {
    let owner = world.server();
    world.pass_a_lease();
    assert!(servers(world).is_empty());
    assert_eq!(owner_of(world, &owner), None);
    assert!(!renew(world, &owner), "a lease that has ended");
    assert_eq!(owner_of(world, &owner), None, "and stays so");
}

/// As long as it is renewed.
pub fn a_lease_that_is_renewed_goes_on(world: &World) {
    let owner = world.server();
    for users in 0..4 {
        world.pass_thirds(2);
        let (load, directory) = (
            Load {
                users,
                connections: 7,
            },
            &world.directory,
        );
        assert!(directory.renew(&owner, load, world.lease).expect("an answer"));
        assert_eq!(owner_of(world, &owner).map(|server| server.load), Some(load));
    }
    world.pass_a_lease();
    assert_eq!(owner_of(world, &owner), None);
}

/// One that has lost its slot, and does not know it.
pub fn a_late_server_harms_nobody(world: &World) {
    let late = world.server();
    world.pass_a_lease();
    let owner = world.server();
    assert!(!renew(world, &late));
    world.directory.release(&late).expect("an answer");
    let holder = owner_of(world, &owner).map(|server| server.owner);
    assert_eq!(holder, Some(owner.clone()));
    assert!(renew(world, &owner));
}

/// As the same owner, whose presence counts again.
pub fn a_slot_that_nobody_has_had_since_is_taken_again(world: &World) {
    let owner = world.server();
    let (alice, bob) = (at(&owner, 1), at(&owner, 2));
    let log_in = |user: &str, presence: &Presence| {
        let outcome = world.directory.log_in(user, presence, None);
        outcome.expect("an answer")
    };
    assert_eq!(log_in("alice", &alice), LogIn::Done);
    assert_eq!(log_in("bob", &bob), LogIn::Done);
    assert!(take_again(world, &owner), "its lease has not ended");
    world.pass_a_lease();
    let other = taken(world.take(&offer(), Some(5)));
    assert_eq!(log_in("bob", &at(&other, 1)), LogIn::Done);
    assert!(!renew(world, &owner));
    for _ in 0..2 {
        assert!(take_again(world, &owner));
        assert!(renew(world, &owner));
    }
    assert_eq!(
        owner_of(world, &owner).map(|server| server.owner),
        Some(owner.clone())
    );
    assert_eq!(world.take(&offer(), Some(owner.slot)), Slot::NoneFree);
    assert_eq!(world.find("alice"), Some(alice));
    assert_eq!(log_in("bob", &bob), LogIn::Held(at(&other, 1)));
    let numbers: Vec<_> = servers(world)
        .into_iter()
        .map(|server| server.owner.slot)
        .collect();
    assert_eq!(numbers, [owner.slot, 5]);
}

/// Nor one that was given back; nor where it would have other rooms than the others.
pub fn a_slot_of_somebody_else_is_not_taken_again(world: &World) {
    let late = world.server();
    world.pass_a_lease();
    let owner = world.server();
    assert!(!take_again(world, &late), "somebody has it");
    world.pass_a_lease();
    assert!(!take_again(world, &late), "somebody has had it");
    assert!(take_again(world, &owner));
    world.directory.release(&owner).expect("an answer");
    assert!(!take_again(world, &owner), "it was given back");
    let last = world.server();
    assert!(last.generation > owner.generation);
    world.pass_a_lease();
    world.directory.release(&last).expect("an answer");
    assert!(!take_again(world, &last), "it was given back late");
    let last = world.server();
    world.pass_a_lease();
    let more = Offer {
        rooms: offer().rooms + 1,
        ..offer()
    };
    taken(world.take(&more, Some(1)));
    assert!(!take_again(world, &last), "the others have other rooms");
}

/// Slots of different games have nothing in common.
pub fn each_game_has_its_own_slots(world: &World) {
    let chat = world.server();
    let baccarat = taken(world.take(&of_baccarat(), None));
    assert_eq!((chat.slot, baccarat.slot), (0, 0));
    let games = servers(world).into_iter().map(|server| server.owner);
    assert_eq!(games.collect::<Vec<_>>(), [baccarat.clone(), chat.clone()]);
    assert_eq!(
        owner_of(world, &baccarat).map(|server| server.owner),
        Some(baccarat)
    );
    world.directory.release(&chat).expect("an answer");
    assert_eq!(servers(world).len(), 1);
}

/// Or one number would name two rooms.
pub fn servers_of_a_game_have_the_same_rooms(world: &World) {
    let more = Offer {
        rooms: offer().rooms + 1,
        ..offer()
    };
    let first = world.server();
    assert_eq!(world.take(&more, None), Slot::OtherRooms(offer().rooms));
    let other = Offer {
        rooms: more.rooms,
        ..of_baccarat()
    };
    taken(world.take(&other, None));
    world.directory.release(&first).expect("an answer");
    taken(world.take(&more, None));
    assert_eq!(world.take(&offer(), None), Slot::OtherRooms(more.rooms));
}

/// To others, from the first moment on.
pub fn a_server_is_shown_as_it_offers_itself(world: &World) {
    world.server();
    let without_web = Offer {
        address: "[::1]:11021".to_owned(),
        web: None,
        ..offer()
    };
    let owner = taken(world.take(&without_web, Some(3)));
    let server = Server {
        owner: owner.clone(),
        offer: without_web,
        load: Load::default(),
    };
    assert_eq!((server.first_room(), server.has_room(39)), (30, true));
    assert!(!server.has_room(40) && !server.has_room(29));
    assert_eq!(owner_of(world, &owner).as_ref(), Some(&server));
    assert_eq!(servers(world)[1], server);
    assert_eq!(servers(world)[0].offer, offer());
}

fn of_baccarat() -> Offer {
    Offer {
        game: GameName::new("baccarat"),
        ..offer()
    }
}

fn renew(world: &World, owner: &Owner) -> bool {
    let renewed = world.directory.renew(owner, Load::default(), world.lease);
    renewed.expect("a directory that answers")
}

fn take_again(world: &World, owner: &Owner) -> bool {
    let taken = world.directory.take_again(owner, &offer(), world.lease);
    taken.expect("a directory that answers")
}

fn servers(world: &World) -> Vec<Server> {
    world.directory.servers().expect("a directory that answers")
}

fn owner_of(world: &World, owner: &Owner) -> Option<Server> {
    let server = world.directory.owner_of(&owner.game, owner.slot);
    server.expect("a directory that answers")
}
