//! Whispers and invitations, wherever users are: in the same room, in another worker's, in none.

use crate::support::Client;
use crate::support::messages::{
    decline, declines, enter, entered, has_come, has_left, invitation, invite, is_invited, leave, left,
    not_entered, user_list, whisper, whispered, whispers,
};
use crate::{first_in, goes, heard_nothing_more, pair_in, servers, user};

const NO_SUCH_USER: i16 = 152;
const SELF: i16 = 153;
const IN_ROOM: i16 = 154;

#[test]
fn a_whisper_reaches_one_user_wherever_that_is() {
    for server in servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 0, ["alice", "bob"]);
        let mut carol = first_in(&server, 4, "carol");
        let mut dave = first_in(&server, 1, "dave");
        let mut erin = user(&server, "에린");
        let names = ["alice", "bob", "carol", "dave", "에린"];
        let users = [&mut alice, &mut bob, &mut carol, &mut dave, &mut erin];
        for from in 0..users.len() {
            for to in (0..users.len()).filter(|to| *to != from) {
                users[from].exchange(&whisper(names[to], "안녕"), &whispered(1));
                users[to].expect(&whispers(names[from], "안녕"));
            }
        }
        // And nobody else.
        users.into_iter().for_each(heard_nothing_more);
    }
}

#[test]
fn a_whisper_to_nobody_or_to_oneself_is_refused() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 1, "alice");
        let bob = user(&server, "bob");
        for nobody in [
            "carol",
            "",
            "Bob",
            "bob\0",
            "a name of over 16 bytes",
            &"x".repeat(127),
        ] {
            alice.exchange(&whisper(nobody, "hi"), &whispered(NO_SUCH_USER));
        }
        alice.exchange(&whisper("alice", "hi"), &whispered(SELF));
        alice.exchange(&whisper("bob", "hi"), &whispered(1));
        goes_after(bob, &whispers("alice", "hi"));
        alice.exchange(&whisper("bob", "hi"), &whispered(NO_SUCH_USER));
        let mut bob = user(&server, "bob");
        alice.exchange(&whisper("bob", "again"), &whispered(1));
        bob.expect(&whispers("alice", "again"));
    }
}

/// As `goes`, for one who has heard this.
#[track_caller]
fn goes_after(mut client: Client, heard: &[u8]) {
    client.expect(heard);
    goes(client);
}

#[test]
fn whispers_keep_their_order() {
    for server in servers(&["--rate-limit", "0"]) {
        let mut alice = first_in(&server, 1, "alice");
        let mut bob = first_in(&server, 2, "bob");
        let messages: Vec<_> = (0..200).map(|number| format!("message {number}")).collect();
        let requests: Vec<_> = messages
            .iter()
            .flat_map(|message| whisper("bob", message))
            .collect();
        alice.exchange(&requests, &whispered(1).repeat(messages.len()));
        for message in &messages {
            bob.expect(&whispers("alice", message));
        }
    }
}

#[test]
fn an_invitation_is_refused_where_it_makes_no_sense() {
    for server in servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        for nobody in ["carol", "", "Bob", &"x".repeat(127)] {
            alice.exchange(&invite(nobody), &is_invited(NO_SUCH_USER));
        }
        alice.exchange(&invite("alice"), &is_invited(SELF));
        alice.exchange(&invite("bob"), &is_invited(IN_ROOM));
        heard_nothing_more(&mut bob);
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 1));
        goes(bob);
        alice.exchange(&invite("bob"), &is_invited(NO_SUCH_USER));
    }
}

#[test]
fn an_invitation_reaches_a_user_in_any_room_and_in_none() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 258, "앨리스");
        let mut others = [2, 6, 3].map(|room| first_in(&server, room, &format!("in {room}")));
        let mut nowhere = user(&server, "nowhere");
        for (other, name) in others.iter_mut().zip(["in 2", "in 6", "in 3"]) {
            alice.exchange(&invite(name), &is_invited(1));
            other.expect(&invitation("앨리스", 258));
        }
        alice.exchange(&invite("nowhere"), &is_invited(1));
        nowhere.expect(&invitation("앨리스", 258));
    }
}

#[test]
fn whoever_accepts_enters() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = first_in(&server, 2, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        let welcome = [left(1), user_list(&[(1, "alice")]), entered(5, 2)].concat();
        bob.exchange(&[leave(), enter(5)].concat(), &welcome);
        alice.expect(&has_come(2, "bob"));
        // Nothing is open any more.
        ignored(&mut bob, &decline("alice"));
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn whoever_accepts_enters_wherever_the_inviter_is() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = user(&server, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        alice.exchange(&leave(), &left(1));
        bob.exchange(&enter(5), &entered(5, 2));
        ignored(&mut bob, &decline("alice"));
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn another_room_is_no_acceptance() {
    for server in servers(&["--room-size", "1"]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = user(&server, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        // Nor is a room that lets nobody in.
        bob.exchange(&enter(5), &not_entered(134));
        bob.exchange(&enter(6), &entered(6, 1));
        bob.send(&decline("alice"));
        alice.expect(&declines("bob"));
    }
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = first_in(&server, 6, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        // Alice comes to bob's room, bob leaves it and comes back: where they meet is not where she asked him.
        let welcome = [user_list(&[(1, "bob")]), entered(6, 2)].concat();
        alice.exchange(&[leave(), enter(6)].concat(), &[left(1), welcome].concat());
        bob.expect(&has_come(2, "alice"));
        let welcome = [user_list(&[(2, "alice")]), entered(6, 3)].concat();
        bob.exchange(&[leave(), enter(6)].concat(), &[left(1), welcome].concat());
        alice.expect(&[has_left(1), has_come(3, "bob")].concat());
        bob.send(&decline("alice"));
        alice.expect(&declines("bob"));
    }
}

/// Nothing comes of a request, not even an answer. Whatever it would have led to is on its way to all
/// others when this returns.
#[track_caller]
fn ignored(client: &mut Client, request: &[u8]) {
    client.send(request);
    heard_nothing_more(client);
}

#[test]
fn whoever_declines_does_so_once() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = first_in(&server, 2, "bob");
        for _ in 0..2 {
            // Two invitations of the same user are one.
            for _ in 0..2 {
                alice.exchange(&invite("bob"), &is_invited(1));
                bob.expect(&invitation("alice", 5));
            }
            ignored(&mut bob, &decline("alice"));
            alice.expect(&declines("bob"));
            ignored(&mut bob, &decline("alice"));
            heard_nothing_more(&mut alice);
        }
    }
}

#[test]
fn only_an_open_invitation_can_be_declined() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = user(&server, "bob");
        let mut carol = first_in(&server, 6, "carol");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        for inviter in ["carol", "bob", "nobody", ""] {
            ignored(&mut bob, &decline(inviter));
        }
        // The other way round, and somebody else's.
        ignored(&mut alice, &decline("bob"));
        ignored(&mut carol, &decline("alice"));
        for user in [&mut alice, &mut carol] {
            heard_nothing_more(user);
        }
        bob.send(&decline("alice"));
        alice.expect(&declines("bob"));
    }
}

#[test]
fn several_invitations_are_declined_one_by_one() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut carol = first_in(&server, 6, "carol");
        let mut bob = first_in(&server, 7, "bob");
        for (inviter, name, room) in [(&mut alice, "alice", 5), (&mut carol, "carol", 6)] {
            inviter.exchange(&invite("bob"), &is_invited(1));
            bob.expect(&invitation(name, room));
        }
        ignored(&mut bob, &decline("carol"));
        carol.expect(&declines("bob"));
        heard_nothing_more(&mut alice);
        ignored(&mut bob, &decline("alice"));
        alice.expect(&declines("bob"));
        heard_nothing_more(&mut carol);
    }
}

#[test]
fn an_invitation_ends_with_its_inviter() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let mut bob = first_in(&server, 2, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 5));
        goes(alice);
        ignored(&mut bob, &decline("alice"));
        // Who comes back is another, who has not invited.
        let mut alice = user(&server, "alice");
        ignored(&mut bob, &decline("alice"));
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn an_invitation_ends_with_the_invited() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 5, "alice");
        let bob = first_in(&server, 2, "bob");
        alice.exchange(&invite("bob"), &is_invited(1));
        goes_after(bob, &invitation("alice", 5));
        let mut bob = user(&server, "bob");
        ignored(&mut bob, &decline("alice"));
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn every_form_of_a_name_is_the_same_user() {
    const DECOMPOSED: &str = "\u{110b}\u{1175}\u{1109}\u{116e}";
    for server in servers(&[]) {
        let mut isu = first_in(&server, 1, "이수");
        let mut bob = user(&server, "bob");
        for form in ["이수", DECOMPOSED] {
            isu.exchange(&whisper(form, "hi"), &whispered(SELF));
            isu.exchange(&invite(form), &is_invited(SELF));
            isu.exchange(&invite("bob"), &is_invited(1));
            bob.expect(&invitation("이수", 1));
            bob.send(&decline(form));
            isu.expect(&declines("bob"));
        }
        bob.exchange(&enter(1), &[user_list(&[(1, "이수")]), entered(1, 2)].concat());
        isu.expect(&has_come(2, "bob"));
        for form in ["이수", DECOMPOSED] {
            bob.exchange(&invite(form), &is_invited(IN_ROOM));
        }
    }
}
