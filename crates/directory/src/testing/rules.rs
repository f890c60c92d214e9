//! The rules that every directory keeps, each as a function. [`conformance!`](crate::conformance) makes a test of each.
#![expect(
    clippy::missing_panics_doc,
    reason = "a rule that is broken panics: all of them are for tests"
)]

mod presence;
mod requests;
mod slots;
mod tickets;

pub use presence::*;
pub use requests::*;
pub use slots::*;
pub use tickets::*;

/// A test of each rule. `$world` makes a [`World`](crate::testing::World) whose directory is empty, for each anew.
///
/// ```
/// use std::time::Duration;
///
/// use directory::Memory;
/// use directory::testing::{ManualClock, World};
///
/// fn world() -> World {
///     let clock = ManualClock::default();
///     let memory = Memory::with_clock(clock.clock());
///     World::new(memory, Duration::from_secs(6), move |time| clock.pass(time))
/// }
///
/// directory::conformance!(world());
/// ```
#[macro_export]
macro_rules! conformance {
    ($world:expr) => {
        $crate::conformance! { $world =>
            a_slot_has_one_owner,
            of_racing_servers_one_takes_the_slot,
            generations_grow,
            a_lease_ends_with_its_time,
            a_lease_that_is_renewed_goes_on,
            a_late_server_harms_nobody,
            a_slot_that_nobody_has_had_since_is_taken_again,
            a_slot_of_somebody_else_is_not_taken_again,
            each_game_has_its_own_slots,
            servers_of_a_game_have_the_same_rooms,
            a_server_is_shown_as_it_offers_itself,
            a_user_is_in_one_place,
            of_racing_logins_one_is_in,
            of_racing_replacements_one_is_in,
            presence_ends_with_the_lease,
            presence_ends_with_its_server,
            a_late_end_of_a_session_harms_nobody,
            a_login_that_is_said_twice_is_one,
            a_server_without_a_lease_logs_nobody_in,
            a_ticket_is_worth_one_login,
            a_ticket_is_for_its_user_and_server,
            a_ticket_is_over_with_its_time,
            of_racing_logins_one_has_the_ticket,
            an_answer_comes_back,
            every_request_comes_as_it_was_sent,
            whoever_does_not_listen_is_not_there,
            no_answer_is_told,
            a_late_answer_is_nobodys,
        }
    };
    ($world:expr => $($rule:ident,)*) => {
        $(
            #[test]
            fn $rule() {
                $crate::testing::rules::$rule(&$world);
            }
        )*
    };
}
