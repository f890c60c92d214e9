//! The page of the servers, in a real Chromium: every test runs real servers, and does what a person does who sees the page,
//! or who hears it. Where there is no Chromium, a test says so and passes.
//!
//! | file | what is in it |
//! |---|---|
//! | `browser/driver` | the driver itself, on small pages of its own |
//! | `support/browser` | that driver |
#![cfg(target_os = "linux")]

mod support;

#[path = "support/browser/mod.rs"]
mod browser;
#[path = "browser/driver.rs"]
mod driver;
