//! The rows, one file for each family.

pub(super) mod churn;
pub(super) mod crowd;
pub(super) mod endings;
pub(super) mod flood;
pub(super) mod places;
pub(super) mod sizes;
pub(super) mod slow;
pub(super) mod users;
mod views;
pub(super) mod walk;
mod walker;
