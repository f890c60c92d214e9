//! A real Chromium for the tests of the page, driven as a person would: by the roles and the names of what is on the page.
//! Included by those that need one, and no part of the module `support`.
//!
//! | file | what is in it |
//! |---|---|
//! | `shared` | the one browser of a test program, and its end |
//! | `driver` | the calls of the W3C WebDriver protocol, and of Chromium's own |
//! | `window` | a window of it: go to a page, click, type, wait for what must come |
//! | `tree` | the accessibility tree: what a screen reader knows of the page |
//! | `look` | how the page looks: its width, its colours, a picture of it |
//! | `js/` | what runs in the page: a recorder of its troubles, waits, the contrast of its texts |
//!
//! Nothing sleeps for a guessed time. A wait ends with a change of the page, and fails after [`PATIENCE`](crate::support::PATIENCE).

#![allow(dead_code, reason = "each file of tests uses its part")]

mod driver;
mod look;
mod shared;
mod tree;
mod window;

pub(crate) use driver::Key;
pub(crate) use look::{Colours, Size};
pub(crate) use shared::{Browser, browser};
pub(crate) use window::Window;
