//! A window of the browser, and what a person does in it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{Element, Key, Refused, Session};
use super::shared::Browser;
use super::tree::{self, Control};
use crate::support::PATIENCE;

/// How long a page is waited for that may change without a change of what is in it: a value that was typed, the focus.
const MOMENT: Duration = Duration::from_millis(50);

/// How long a page looks for something before it is asked again, since it may have been another page meanwhile.
const LOOK: Duration = Duration::from_secs(2);

/// A window. The page in it does nothing any more when it is dropped.
///
/// All windows are of one browser, so they share what their pages keep, but only with pages of the same *origin*. Two users
/// of one server have two origins: `127.0.0.1` and `localhost`.
pub(crate) struct Window {
    pub(super) session: Session,
}

impl Window {
    /// One that shows nothing yet, or what somebody before has left.
    pub(crate) fn open(browser: &'static Browser) -> Self {
        let session = Session::unused().unwrap_or_else(|| Self::prepared(Session::open(browser)));
        Self { session }
    }

    /// What holds for every page that is shown in it.
    fn prepared(session: Session) -> Session {
        // Every window believes that somebody looks at it.
        session.devtools("Emulation.setFocusEmulationEnabled", &json!({"enabled": true}));
        // Otherwise the accessibility tree is built anew for whoever asks for one role.
        session.devtools("Accessibility.enable", &json!({}));
        let recorder = json!({"source": include_str!("js/record.js")});
        session.devtools("Page.enable", &json!({}));
        session.devtools("Page.addScriptToEvaluateOnNewDocument", &recorder);
        session
    }

    #[track_caller]
    pub(crate) fn go_to(&self, url: &str) {
        self.session.go_to(url);
    }

    /// What a script returns. It is the body of a function with these arguments.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.session.run(script, arguments)
    }

    #[track_caller]
    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.session.devtools(command, parameters)
    }

    /// All text that is seen on the page.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        let text = self.run("return document.body?.innerText ?? ''", &[]);
        text.as_str().expect("a text").to_owned()
    }

    /// The text of an element.
    #[track_caller]
    pub(crate) fn text_of(&self, role: &str, name: &str) -> String {
        let element = self.await_element(&Wanted::control(role, name));
        let text = self.run("return arguments[0].innerText", &[element.to_json()]);
        text.as_str().expect("a text").to_owned()
    }

    /// Waits until it is true, and looks again after every change of the page.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, mut is_true: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_true() {
            if Instant::now() >= deadline {
                self.gives_up(what);
            }
            // The page may go away while it is waited for.
            let moment = json!(MOMENT.as_millis());
            let _ = self.session.try_run(include_str!("js/change.js"), &[moment]);
        }
    }

    #[track_caller]
    fn gives_up(&self, what: &str) -> ! {
        panic!(
            "still not: {what}; on the page:\n{}\ntroubles: {}",
            self.text(),
            self.troubles().join("\n")
        )
    }

    /// Waits until this is to be read on the page.
    #[track_caller]
    pub(crate) fn reads(&self, text: &str) {
        self.await_element(&Wanted::text(text));
    }

    /// Waits until this is to be read in an element.
    #[track_caller]
    pub(crate) fn reads_in(&self, role: &str, name: &str, text: &str) {
        self.await_element(&Wanted {
            text: Some(text),
            ..Wanted::control(role, name)
        });
    }

    /// Waits until something with this role and this name is there.
    #[track_caller]
    pub(crate) fn shows(&self, role: &str, name: &str) {
        self.await_element(&Wanted::control(role, name));
    }

    /// All that is on the page for assistive technology, from its top to its end.
    pub(crate) fn controls(&self) -> Vec<Control> {
        tree::controls(&self.session)
    }

    /// Whether something with this role and this name is there now.
    pub(crate) fn has(&self, role: &str, name: &str) -> bool {
        self.controls().iter().any(|control| control.is(role, name))
    }

    /// Clicks on what has this role and this name, as soon as it can be used.
    #[track_caller]
    pub(crate) fn click(&self, role: &str, name: &str) {
        self.with(role, name, "click", |element| self.session.try_click(element));
    }

    /// Puts a text where another one may be, which goes: all at once, as a paste does. Key by key it takes four times as
    /// long, see [`type_into`](Self::type_into).
    #[track_caller]
    pub(crate) fn fill(&self, role: &str, name: &str, text: &str) {
        self.await_element(&Wanted::to(role, name, "fill"));
        match text {
            "" => self.press(&[Key::Delete]),
            _ => self.insert_here(text),
        }
    }

    /// Types a text behind what is there, key by key.
    #[track_caller]
    pub(crate) fn type_into(&self, role: &str, name: &str, text: &str) {
        self.with(role, name, "focus", |element| {
            self.session.try_type(element, text)
        });
    }

    /// Text that no keyboard has keys for, as a paste or an input method brings it.
    #[track_caller]
    pub(crate) fn insert(&self, role: &str, name: &str, text: &str) {
        self.focus(role, name);
        self.insert_here(text);
    }

    #[track_caller]
    fn insert_here(&self, text: &str) {
        self.devtools("Input.insertText", &json!({"text": text}));
    }

    /// Gives it the focus.
    #[track_caller]
    pub(crate) fn focus(&self, role: &str, name: &str) {
        self.await_element(&Wanted::to(role, name, "focus"));
    }

    /// Presses keys, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, keys: &[Key]) {
        self.session.press(keys);
    }

    /// Types a text, wherever the focus is.
    #[track_caller]
    pub(crate) fn type_here(&self, text: &str) {
        let script = "return document.activeElement";
        let focused = self.session.try_element(script, &[]).expect("a page");
        let focused = focused.expect("something has the focus");
        self.session.try_type(&focused, text).expect("it takes text");
    }

    /// What is typed into it.
    #[track_caller]
    pub(crate) fn value_of(&self, role: &str, name: &str) -> String {
        let element = self.await_element(&Wanted::control(role, name));
        let value = self.run("return arguments[0].value", &[element.to_json()]);
        value.as_str().expect("it has a value").to_owned()
    }

    /// An input method shows these letters, underlined: they are not the text yet.
    #[track_caller]
    pub(crate) fn compose(&self, text: &str) {
        let end = text.encode_utf16().count();
        let parameters = json!({"text": text, "selectionStart": end, "selectionEnd": end});
        self.devtools("Input.imeSetComposition", &parameters);
    }

    /// The Enter that ends a composition, as browsers tell it to a page: with the key code of "an input method is at
    /// work" (229), before `compositionend`.
    #[track_caller]
    pub(crate) fn press_enter_in_composition(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let parameters = json!({
                "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229,
            });
            self.devtools("Input.dispatchKeyEvent", &parameters);
        }
    }

    /// The input method hands over what was composed.
    #[track_caller]
    pub(crate) fn end_composition(&self, text: &str) {
        self.insert_here(text);
    }

    /// What went wrong in this page: errors of its scripts, and what its Content-Security-Policy has refused.
    #[track_caller]
    pub(crate) fn troubles(&self) -> Vec<String> {
        let troubles = self.run("return window.troubles ?? []", &[]);
        serde_json::from_value(troubles).expect("a list of texts")
    }

    /// Role and name of what an element of this selector of CSS is, as WebDriver computes them.
    #[track_caller]
    pub(crate) fn computed(&self, selector: &str) -> (String, String) {
        let script = "return document.querySelector(arguments[0])";
        let element = self.session.try_element(script, &[json!(selector)]);
        let element = element.expect("a page").expect("such an element");
        self.session.role_and_label(&element)
    }

    /// Does this with what has this role and this name, as soon as it is there and takes it.
    #[track_caller]
    fn with(&self, role: &str, name: &str, to: &str, mut act: impl FnMut(&Element) -> Result<(), Refused>) {
        let usable = Wanted::to(role, name, to);
        let deadline = Instant::now() + PATIENCE;
        while let Err(refused) = act(&self.await_element(&usable)) {
            let may_pass = refused.is_a_matter_of_time() && Instant::now() < deadline;
            assert!(may_pass, "{usable:?}: {refused:?}");
        }
    }

    /// Waits until this is on the page.
    #[track_caller]
    fn await_element(&self, wanted: &Wanted<'_>) -> Element {
        let deadline = Instant::now() + PATIENCE;
        let Wanted { role, name, text, to } = wanted;
        let arguments = [
            json!(role),
            json!(name),
            json!(text),
            json!(to),
            json!(LOOK.as_millis()),
        ];
        while Instant::now() < deadline {
            // The page may go away while it is looked at.
            match self.session.try_run(include_str!("js/find.js"), &arguments) {
                Ok(found) if found.is_null() => {}
                Ok(found) => return Element::from_json(&found).expect("an element"),
                Err(refused) => assert!(
                    !refused.message.contains("ComputedAccessibilityInfo"),
                    "{refused:?}"
                ),
            }
        }
        self.gives_up(&format!("{wanted:?}"))
    }
}

/// What is looked for on a page.
#[derive(Debug, Default)]
struct Wanted<'a> {
    /// `None` for the page as a whole.
    role: Option<&'a str>,
    name: &'a str,
    text: Option<&'a str>,
    /// What it is to be ready for: `js/find.js` knows what.
    to: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn control(role: &'a str, name: &'a str) -> Self {
        Self {
            role: Some(role),
            name,
            ..Self::default()
        }
    }

    /// What takes input.
    fn to(role: &'a str, name: &'a str, to: &'a str) -> Self {
        Self {
            to: Some(to),
            ..Self::control(role, name)
        }
    }

    fn text(text: &'a str) -> Self {
        Self {
            text: Some(text),
            ..Self::default()
        }
    }
}
