//! The calls of the W3C WebDriver protocol (w3.org/TR/webdriver2) that the tests need, and one more that chromedriver has:
//! a command of the DevTools protocol, for what WebDriver knows nothing of.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{mem, thread};

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use super::shared::Browser;
use crate::support::PATIENCE;

/// A picture of a window is the longest answer.
const LONGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// How an element is written in JSON ("element-..." is the constant of the protocol).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys that are no letters, as WebDriver names them ("Keyboard actions").
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Delete,
    Enter,
    Escape,
    Tab,
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Delete => '\u{e017}',
            Self::Enter => '\u{e007}',
            Self::Escape => '\u{e00c}',
            Self::Tab => '\u{e004}',
        }
    }
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element(String);

impl Element {
    /// As the protocol writes it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        Some(Self(value[ELEMENT].as_str()?.to_owned()))
    }
}

/// Why a call has brought nothing: the code of the error, and a text about it.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) error: String,
    pub(crate) message: String,
}

impl Refused {
    /// Whether the page has been drawn anew under the hands of the caller, who may ask again.
    pub(crate) fn is_a_matter_of_time(&self) -> bool {
        [
            "stale element reference",
            "element not interactable",
            "element click intercepted",
            "no such element",
        ]
        .contains(&&*self.error)
    }
}

/// chromedriver, which takes calls over HTTP.
pub(crate) struct Driver {
    agent: Agent,
    url: String,
}

impl Driver {
    pub(super) fn new(url: &str) -> Self {
        let config = Agent::config_builder()
            // A wait in the page ends first, and says more.
            .timeout_global(Some(PATIENCE + Duration::from_secs(30)))
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self {
            agent: config.new_agent(),
            url: url.to_owned(),
        }
    }

    #[track_caller]
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Content-Type", "application/json; charset=utf-8")
            .body(body.map_or_else(String::new, Value::to_string))
            .expect("a request in order");
        let answer = self.agent.run(request);
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: chromedriver: {error}"));
        let body = answer.body_mut().with_config().limit(LONGEST_ANSWER);
        let text = body.read_to_string().expect("an answer in UTF-8");
        let mut json: Value = serde_json::from_str(&text).expect("an answer in JSON");
        let value = json["value"].take();
        match answer.status().is_success() {
            true => Ok(value),
            false => Err(Refused {
                error: value["error"].as_str().unwrap_or_default().to_owned(),
                message: value["message"].as_str().unwrap_or_default().to_owned(),
            }),
        }
    }
}

/// Locked by whoever opens a window or closes one: a new session begins in any window that there is, which must not close
/// under it.
static WINDOWS: Mutex<()> = Mutex::new(());

/// Sessions that nobody uses now, each with its window: a new one takes most of a second.
static UNUSED: Mutex<Vec<Session>> = Mutex::new(Vec::new());

/// A session of the protocol: it has one window, since each [`Window`](super::Window) has a session of its own. So two tests
/// never wait for each other.
pub(crate) struct Session {
    driver: &'static Driver,
    path: String,
}

impl Session {
    /// One whose window somebody has used before, and whose page does nothing any more.
    pub(super) fn unused() -> Option<Self> {
        lock(&UNUSED).pop()
    }

    /// One with a new window of this browser.
    pub(super) fn open(browser: &'static Browser) -> Self {
        let driver = &browser.driver;
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"debuggerAddress": browser.debugger},
            "timeouts": {"script": PATIENCE.as_millis(), "pageLoad": PATIENCE.as_millis()},
        }}});
        let _unchanged = lock(&WINDOWS);
        let made = driver.call("POST", "/session", Some(&wanted));
        let made = made.unwrap_or_else(|refused| panic!("no session: {refused:?}"));
        let id = made["sessionId"].as_str().expect("the id of a session");
        let session = Self {
            driver,
            path: format!("/session/{id}"),
        };
        let window = session.post("/window/new", &json!({"type": "window"}));
        session.post("/window", &json!({"handle": window["handle"]}));
        session
    }

    /// The usual size and colours, and a page that does nothing any more: its scripts are switched off. An empty page in its
    /// place would cost as much as the next one.
    fn rest(&self) -> Result<(), Refused> {
        self.try_scripts(false)?;
        self.try_devtools("Emulation.clearDeviceMetricsOverride", &json!({}))?;
        self.try_devtools("Emulation.setEmulatedMedia", &json!({"features": []}))?;
        self.try_devtools("Emulation.setScrollbarsHidden", &json!({"hidden": false}))?;
        Ok(())
    }

    /// Whether the page's scripts may run.
    fn try_scripts(&self, may_run: bool) -> Result<(), Refused> {
        let parameters = json!({"value": !may_run});
        self.try_devtools("Emulation.setScriptExecutionDisabled", &parameters)
            .map(drop)
    }

    #[track_caller]
    fn get(&self, what: &str) -> Value {
        let answer = self.driver.call("GET", &format!("{}{what}", self.path), None);
        answer.unwrap_or_else(|refused| panic!("GET {what}: {refused:?}"))
    }

    #[track_caller]
    fn try_post(&self, what: &str, body: &Value) -> Result<Value, Refused> {
        let path = format!("{}{what}", self.path);
        self.driver.call("POST", &path, Some(body))
    }

    #[track_caller]
    fn post(&self, what: &str, body: &Value) -> Value {
        let answer = self.try_post(what, body);
        answer.unwrap_or_else(|refused| panic!("POST {what} {body}: {refused:?}"))
    }

    /// Returns when the page is there.
    #[track_caller]
    pub(super) fn go_to(&self, url: &str) {
        let allowed = self.try_scripts(true);
        allowed.unwrap_or_else(|refused| panic!("scripts: {refused:?}"));
        self.post("/url", &json!({"url": url}));
    }

    /// Moves the mouse to its middle, which is to be in the window, and clicks.
    pub(super) fn try_click(&self, element: &Element) -> Result<(), Refused> {
        let click = json!([
            {"type": "pointerMove", "duration": 0, "origin": element.to_json(), "x": 0, "y": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]);
        let mouse = json!({"type": "pointer", "id": "mouse", "actions": click});
        self.try_post("/actions", &json!({"actions": [mouse]})).map(drop)
    }

    /// Types into it, key by key.
    pub(super) fn try_type(&self, element: &Element, text: &str) -> Result<(), Refused> {
        self.try_post(&format!("/element/{}/value", element.0), &json!({"text": text}))
            .map(drop)
    }

    /// Presses and releases keys, wherever the focus is.
    #[track_caller]
    pub(super) fn press(&self, keys: &[Key]) {
        let of_key = |key: &Key| {
            let value = key.code();
            [
                json!({"type": "keyDown", "value": value}),
                json!({"type": "keyUp", "value": value}),
            ]
        };
        let actions: Vec<_> = keys.iter().flat_map(of_key).collect();
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// Role and name of an element, as the browser computes them.
    #[track_caller]
    pub(super) fn role_and_label(&self, element: &Element) -> (String, String) {
        let of = |what: &str| {
            let value = self.get(&format!("/element/{}/{what}", element.0));
            value.as_str().expect("a text").to_owned()
        };
        (of("computedrole"), of("computedlabel"))
    }

    /// What a script returns, or the promise that it returns. It is the body of a function with these arguments.
    pub(super) fn try_run(&self, script: &str, arguments: &[Value]) -> Result<Value, Refused> {
        self.try_post("/execute/sync", &json!({"script": script, "args": arguments}))
    }

    #[track_caller]
    pub(super) fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let answer = self.try_run(script, arguments);
        answer.unwrap_or_else(|refused| panic!("a script failed: {refused:?}\n{script}"))
    }

    /// The element that a script returns.
    pub(super) fn try_element(&self, script: &str, arguments: &[Value]) -> Result<Option<Element>, Refused> {
        Ok(Element::from_json(&self.try_run(script, arguments)?))
    }

    /// The window as PNG, in base64.
    #[track_caller]
    pub(super) fn picture(&self) -> String {
        self.get("/screenshot").as_str().expect("a text").to_owned()
    }

    /// A command of the DevTools protocol (chromedevtools.github.io/devtools-protocol).
    pub(super) fn try_devtools(&self, command: &str, parameters: &Value) -> Result<Value, Refused> {
        self.try_post(
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        )
    }

    #[track_caller]
    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let answer = self.try_devtools(command, parameters);
        answer.unwrap_or_else(|refused| panic!("{command}: {refused:?}"))
    }
}

/// Goes back to the unused ones. Where a test has failed, who knows what is in its window: that closes.
impl Drop for Session {
    fn drop(&mut self) {
        if !thread::panicking() && self.rest().is_ok() {
            let path = mem::take(&mut self.path);
            lock(&UNUSED).push(Self {
                driver: self.driver,
                path,
            });
            return;
        }
        let _unchanged = lock(&WINDOWS);
        for what in ["/window", ""] {
            let _ = self.driver.call("DELETE", &format!("{}{what}", self.path), None);
        }
    }
}

/// A test that has failed with the lock in its hands changes nothing for the others.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
