//! The time: daytime, sessions and UDP.

use super::Greeting;
use crate::check::Check;

pub(crate) fn checks() -> Vec<Check> {
    Vec::new()
}

pub(super) fn greeting() -> Greeting {
    Greeting {
        request: Vec::new(),
        reply: Vec::new(),
    }
}
