//! A wish to be matched, which can be taken back.

use std::time::Duration;

use parking_lot::Mutex;

use crate::account::{Account, CallOff, MatchId};

/// How long to wait for the answer to a wish that is to be taken back.
const FAREWELL: Duration = Duration::from_secs(1);

/// What can be taken back.
pub(super) struct Wish {
    pub(super) account: Account,
    pub(super) state: Mutex<WishState>,
}

/// Locked while somebody asks for a match, too: nobody leaves a wish behind that the API server takes at this moment.
#[derive(Default)]
pub(super) struct WishState {
    /// None where a table has been found, or nothing is asked for.
    pub(super) id: Option<MatchId>,
    pub(super) is_called_off: bool,
}

impl Wish {
    /// Nothing is asked for yet.
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            state: Mutex::default(),
        }
    }

    pub(super) fn call_off(&self) -> Option<String> {
        let mut state = self.state.try_lock_for(FAREWELL)?;
        state.is_called_off = true;
        let id = state.id.take()?;
        Some(match self.account.call_off(&id) {
            Ok(CallOff::Done) => "you do not wait for a match any more".to_owned(),
            Ok(CallOff::TooLate(place)) => {
                let place = place.map_or_else(String::new, |place| format!(" in room {}", place.room));
                format!("too late to call the match off: the others wait for you{place}, for a moment")
            }
            Err(error) => {
                format!("the match is called off when nobody has asked for it for a while: {error}")
            }
        })
    }
}
