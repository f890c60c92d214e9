//! The page of the servers, in a real Chromium: every test runs real servers, and does what a person does who sees the page,
//! or who hears it. Where there is no Chromium, a test says so and passes.
//!
//! | file | what is in it |
//! |---|---|
//! | `browser/admin` | the page where a server is watched and steered |
//! | `browser/driver` | the driver itself, on small pages of its own |
//! | `support/browser` | that driver |
#![cfg(target_os = "linux")]

mod support;

#[path = "browser/admin.rs"]
mod admin;
#[path = "support/browser/mod.rs"]
mod browser;
#[path = "browser/driver.rs"]
mod driver;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/operator.rs"]
mod operator;
