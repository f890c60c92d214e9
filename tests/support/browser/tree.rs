//! The accessibility tree: what a screen reader knows of a page.

use serde_json::{Value, json};

use super::driver::Session;

/// Roles of what is there to be used.
const USABLE: [&str; 12] = [
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "menuitem",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "textbox",
];

/// Something on a page, as assistive technology is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) role: String,
    /// Its accessible name.
    pub(crate) name: String,
    pub(crate) is_disabled: bool,
    /// How changes in it are told: `polite`, `assertive`, or nothing.
    pub(crate) live: String,
}

impl Control {
    /// Whether it has this role and this name.
    pub(crate) fn is(&self, role: &str, name: &str) -> bool {
        self.role == role && self.name == name
    }

    /// Whether a person can use it, so that it needs a name.
    pub(crate) fn is_usable(&self) -> bool {
        USABLE.contains(&&*self.role)
    }

    /// As `Accessibility.AXNode` of the DevTools protocol writes it; nothing for what is hidden.
    fn from_json(node: &Value) -> Option<Self> {
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let property = |name: &str| {
            let properties = node["properties"].as_array()?;
            let found = properties.iter().find(|property| property["name"] == name)?;
            Some(&found["value"])
        };
        (node["ignored"] != true).then(|| Self {
            role: text(&node["role"]),
            name: text(&node["name"]),
            is_disabled: property("disabled").is_some_and(|value| value["value"] == true),
            live: property("live").map(text).unwrap_or_default(),
        })
    }
}

/// All that is on the page for assistive technology, from its top to its end. A page that is going away has nothing.
pub(super) fn controls(session: &Session) -> Vec<Control> {
    let tree = session.try_devtools("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree.map(|mut tree| tree["nodes"].take()).unwrap_or_default();
    let nodes = nodes.as_array().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().filter_map(Control::from_json).collect()
}
