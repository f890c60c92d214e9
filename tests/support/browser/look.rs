//! How a page looks: its width, its colours, a picture of it.

use base64ct::{Base64, Encoding};
use serde_json::json;

use super::window::Window;

/// Size of a window, in pixels of CSS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// What the person wishes: `prefers-color-scheme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    Light,
    Dark,
}

impl Window {
    #[track_caller]
    pub(crate) fn resize(&self, size: Size) {
        let Size { width, height } = size;
        let parameters = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &parameters);
    }

    /// From now on the person wishes for these colours, and for nothing that moves.
    #[track_caller]
    pub(crate) fn prefer(&self, colours: Colours) {
        let scheme = match colours {
            Colours::Light => "light",
            Colours::Dark => "dark",
        };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// By how many pixels the page is wider than the window.
    #[track_caller]
    pub(crate) fn sideways(&self) -> i64 {
        let script = "const root = document.scrollingElement; return root.scrollWidth - root.clientWidth";
        self.run(script, &[]).as_i64().expect("a number")
    }

    /// The texts that are seen, each with its contrast to what is behind it: 1 to 21.
    #[track_caller]
    pub(crate) fn contrasts(&self) -> Vec<(String, f64)> {
        let found = self.run(include_str!("js/contrast.js"), &[]);
        serde_json::from_value(found).expect("texts and numbers")
    }

    /// From now on it has no bars at its sides.
    #[track_caller]
    pub(crate) fn hide_bars(&self) {
        self.devtools("Emulation.setScrollbarsHidden", &json!({"hidden": true}));
    }

    /// The window as PNG.
    #[track_caller]
    pub(crate) fn picture(&self) -> Vec<u8> {
        Base64::decode_vec(&self.session.picture()).expect("base64")
    }
}
