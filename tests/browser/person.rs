//! What a person does on the page. The names of its controls are part of it, as its packets are part of a server: others
//! who cannot see it know it by these.

use crate::browser::{Browser, Key, Window};

impl Window {
    /// Opens the page.
    #[track_caller]
    pub(crate) fn visit(browser: &'static Browser, url: &str) -> Self {
        let window = Self::open(browser);
        window.go_to(url);
        window.shows("button", "Log in");
        window
    }

    /// Opens the page, and goes to a room.
    #[track_caller]
    pub(crate) fn enter(browser: &'static Browser, url: &str, name: &str, room: i32) -> Self {
        let window = Self::visit(browser, url);
        window.log_in(name, room);
        window.is_in(room);
        window
    }

    /// Types a name and the number of a room, and logs in.
    #[track_caller]
    pub(crate) fn log_in(&self, name: &str, room: i32) {
        self.fill("textbox", "Name", name);
        self.fill("spinbutton", "Room", &room.to_string());
        self.click("button", "Log in");
    }

    #[track_caller]
    pub(crate) fn is_in(&self, room: i32) {
        self.shows("heading", &format!("Room {room}"));
        self.connection_is("connected as ");
    }

    /// Waits until this is said of the connection.
    #[track_caller]
    pub(crate) fn connection_is(&self, words: &str) {
        self.reads_in("status", "Connection", words);
    }

    /// Types a line, and presses Enter.
    #[track_caller]
    pub(crate) fn says(&self, line: &str) {
        self.fill("textbox", "Message", line);
        self.press(&[Key::Enter]);
    }

    /// Waits until this stands in the conversation.
    #[track_caller]
    pub(crate) fn hears(&self, line: &str) {
        self.reads_in("log", "Messages", line);
    }

    /// The lines of the conversation.
    #[track_caller]
    pub(crate) fn conversation(&self) -> Vec<String> {
        let text = self.text_of("log", "Messages");
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(ToOwned::to_owned).collect()
    }

    /// Whether this button is there, and cannot be pressed now.
    #[track_caller]
    pub(crate) fn is_disabled(&self, name: &str) -> bool {
        let controls = self.controls();
        let button = controls.iter().find(|control| control.is("button", name));
        button.expect("a button of this name").is_disabled
    }

    /// No script has failed, and nothing was done that the page's policy forbids.
    #[track_caller]
    pub(crate) fn is_well(&self) {
        assert_eq!(self.troubles(), [""; 0]);
    }
}
