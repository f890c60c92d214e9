//! The page of the servers, in a real Chromium: every test runs real servers, and does what a person does who sees the page,
//! or who hears it. Where there is no Chromium, a test says so and passes.
//!
//! | file | what is in it |
//! |---|---|
//! | `browser/admin` | the page where a server is watched and steered |
//! | `browser/again` | servers that are killed, end, or are full |
//! | `browser/chat` | browsers, and clients of other kinds, in one room |
//! | `browser/composing` | an input method, and how long a message is |
//! | `browser/door` | what the web port sends, and whom it lets in |
//! | `browser/driver` | the driver itself, on small pages of its own |
//! | `browser/fleet` | accounts, and rooms of another server |
//! | `browser/hostile` | names and messages that would be markup, commands, or another direction |
//! | `browser/keyboard` | the keyboard alone |
//! | `browser/person` | what a person does on the page |
//! | `browser/screenshots` | the pictures in the book, made anew only where that is asked for |
//! | `browser/site` | servers with a page |
//! | `browser/table` | baccarat, from the first stake to the shoe that is verified |
//! | `browser/views` | each view: narrow windows, colours, contrast, and what a screen reader knows of it |
//! | `support/browser` | that driver |
//! | `baccarat/table` | packets of a table, written down by hand |
#![cfg(target_os = "linux")]

mod support;

#[path = "browser/admin.rs"]
mod admin;
#[path = "browser/again.rs"]
mod again;
#[path = "support/browser/mod.rs"]
mod browser;
#[path = "browser/chat.rs"]
mod chat;
#[path = "browser/composing.rs"]
mod composing;
#[path = "browser/door.rs"]
mod door;
#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/fleet.rs"]
mod fleet;
#[path = "support/folder.rs"]
mod folder;
#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/keyboard.rs"]
mod keyboard;
#[path = "support/operator.rs"]
mod operator;
#[path = "baccarat/table.rs"]
mod packets;
#[path = "browser/person.rs"]
mod person;
#[path = "browser/screenshots.rs"]
mod screenshots;
#[path = "browser/site.rs"]
mod site;
#[path = "browser/table.rs"]
mod table;
#[path = "browser/views.rs"]
mod views;
