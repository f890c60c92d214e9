//! A window of the browser, and what a person does in it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{Element, Key, Refused, Session};
use super::shared::Browser;
use super::tree::{self, Control};
use crate::support::PATIENCE;

/// How long a page is waited for that may change without a change of what is in it: a value that was typed, the focus.
const MOMENT: Duration = Duration::from_millis(50);

/// A window. It closes when it is dropped.
///
/// All windows are of one browser, so they share what their pages keep, but only with pages of the same *origin*. Two users
/// of one server have two origins: `127.0.0.1` and `localhost`.
pub(crate) struct Window {
    pub(super) session: Session,
}

impl Window {
    /// An empty one.
    pub(crate) fn open(browser: &'static Browser) -> Self {
        let window = Self {
            session: Session::open(browser),
        };
        // Every window believes that somebody looks at it.
        window.devtools("Emulation.setFocusEmulationEnabled", &json!({"enabled": true}));
        window.devtools("Page.enable", &json!({}));
        window.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({"source": include_str!("js/record.js")}),
        );
        window
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
        let mut text = String::new();
        self.with(role, name, |element| {
            let script = "return arguments[0].innerText";
            text = self.session.try_run(script, &[element.to_json()])?.to_string();
            Ok(())
        });
        serde_json::from_str(&text).expect("a text")
    }

    /// Waits until it is true, and looks again after every change of the page.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, mut is_true: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_true() {
            assert!(
                Instant::now() < deadline,
                "still not: {what}; on the page:\n{}\ntroubles: {}",
                self.text(),
                self.troubles().join("\n")
            );
            // The page may go away while it is waited for.
            let moment = json!(MOMENT.as_millis());
            let _ = self.session.try_wait(include_str!("js/change.js"), &[moment]);
        }
    }

    /// Waits until this is to be read on the page.
    #[track_caller]
    pub(crate) fn reads(&self, text: &str) {
        self.wait_until(&format!("the text {text:?}"), || self.text().contains(text));
    }

    /// Waits until this is to be read in an element.
    #[track_caller]
    pub(crate) fn reads_in(&self, role: &str, name: &str, text: &str) {
        let what = format!("the text {text:?} in the {role} {name:?}");
        self.wait_until(&what, || {
            let found = tree::find_now(&self.session, &|control| control.is(role, name));
            let script = "return arguments[0].innerText";
            found.is_some_and(|element| {
                let seen = self.session.try_run(script, &[element.to_json()]);
                seen.is_ok_and(|seen| seen.as_str().unwrap_or_default().contains(text))
            })
        });
    }

    /// Waits until something with this role and this name is there.
    #[track_caller]
    pub(crate) fn shows(&self, role: &str, name: &str) {
        self.with(role, name, |_| Ok(()));
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
        self.with(role, name, |element| self.session.try_click(element));
    }

    /// Types a text where another one may be, which goes.
    #[track_caller]
    pub(crate) fn fill(&self, role: &str, name: &str, text: &str) {
        self.with(role, name, |element| {
            self.session.try_clear(element)?;
            self.session.try_type(element, text)
        });
    }

    /// Types a text behind what is there.
    #[track_caller]
    pub(crate) fn type_into(&self, role: &str, name: &str, text: &str) {
        self.with(role, name, |element| self.session.try_type(element, text));
    }

    /// Text that no keyboard has keys for, as a paste or an input method brings it.
    #[track_caller]
    pub(crate) fn insert(&self, role: &str, name: &str, text: &str) {
        self.focus(role, name);
        self.devtools("Input.insertText", &json!({"text": text}));
    }

    /// Gives it the focus.
    #[track_caller]
    pub(crate) fn focus(&self, role: &str, name: &str) {
        self.with(role, name, |element| {
            let script = "arguments[0].focus()";
            self.session.try_run(script, &[element.to_json()]).map(drop)
        });
    }

    /// Presses keys, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, keys: &[Key]) {
        self.session.press(keys);
    }

    /// What is typed into it.
    #[track_caller]
    pub(crate) fn value_of(&self, role: &str, name: &str) -> String {
        let mut value = Value::Null;
        self.with(role, name, |element| {
            value = self
                .session
                .try_run("return arguments[0].value", &[element.to_json()])?;
            Ok(())
        });
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
        self.devtools("Input.insertText", &json!({"text": text}));
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
    fn with(&self, role: &str, name: &str, mut act: impl FnMut(&Element) -> Result<(), Refused>) {
        let is_it = |control: &Control| control.is(role, name) && !control.is_disabled;
        self.wait_until(&format!("a {role} {name:?} that can be used"), || {
            let Some(element) = tree::find_now(&self.session, &is_it) else {
                return false;
            };
            match act(&element) {
                Ok(()) => true,
                Err(refused) if refused.is_a_matter_of_time() => false,
                Err(refused) => panic!("the {role} {name:?}: {refused:?}"),
            }
        });
    }
}
