//! The driver finds what is on a page, does what a person does, and sees what went wrong.

use serde_json::json;

use crate::browser::{Browser, Colours, Key, Size, Window, browser};

/// A window with this page.
fn page(browser: &'static Browser, html: &str) -> Window {
    let window = Window::open(browser);
    window.go_to("about:blank");
    let script = "document.open(); document.write(arguments[0]); document.close()";
    window.run(script, &[json!(html)]);
    window
}

const FORM: &str = r#"
<title>form</title>
<form><label>Message <input></label><button disabled>Send</button></form>
<div role="log" aria-label="Messages"></div>
<button aria-label="Close the window">x</button><button hidden>Unseen</button>
<script>
    const [input, send] = document.querySelectorAll("input, button");
    // A page that takes its time, and draws a button anew.
    input.addEventListener("input", () => setTimeout(() => { send.disabled = input.value === "" }, 20));
    document.forms[0].addEventListener("submit", (event) => {
        event.preventDefault();
        setTimeout(() => document.querySelector("[role=log]").append(`me: ${input.value}`), 20);
    });
    input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    });
</script>"#;

#[test]
fn controls_are_found_by_role_and_name_and_waited_for() {
    let Some(browser) = browser() else { return };
    let window = page(browser, FORM);
    assert!(window.has("button", "Send") && !window.has("button", "Unseen"));
    assert_eq!(window.computed("[role=log] + button").1, "Close the window");
    window.fill("textbox", "Message", "안녕");
    window.click("button", "Send");
    window.reads_in("log", "Messages", "me: 안녕");
    window.fill("textbox", "Message", "hello");
    window.press(&[Key::Enter]);
    window.reads("me: hello");
    assert_eq!(window.value_of("textbox", "Message"), "hello");
    let log = window
        .controls()
        .into_iter()
        .find(|control| control.role == "log");
    assert_eq!(log.expect("a log").live, "polite");
    assert_eq!(window.troubles(), [""; 0]);
}

/// Without what the page does about it, the same Enter sends.
#[test]
fn an_enter_in_a_composition_is_told_as_one() {
    let Some(browser) = browser() else { return };
    let window = page(browser, FORM);
    let watch = "window.seen = []; for (const kind of ['compositionstart', 'keydown', 'compositionend'])
        document.querySelector('input').addEventListener(kind, (event) => seen.push([kind, event.isComposing ?? null, event.keyCode ?? 0]))";
    window.run(watch, &[]);
    window.focus("textbox", "Message");
    window.compose("한");
    window.press_enter_in_composition();
    window.end_composition("한");
    let seen = window.run("return seen", &[]);
    assert_eq!(
        seen,
        json!([
            ["compositionstart", null, 0],
            ["keydown", true, 229],
            ["compositionend", null, 0]
        ])
    );
    assert_eq!(window.value_of("textbox", "Message"), "한");
    assert_eq!(window.text_of("log", "Messages"), "");
    window.press(&[Key::Enter]);
    window.reads_in("log", "Messages", "me: 한");
}

#[test]
fn troubles_of_a_page_are_written_down() {
    let Some(browser) = browser() else { return };
    let window = Window::open(browser);
    let policy = "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">";
    let html = format!("data:text/html,{policy}<img src=data:,x><script>oh.no</script>");
    window.go_to(&html);
    window.wait_until("two troubles", || window.troubles().len() >= 2);
    let troubles = window.troubles().join("\n");
    assert!(troubles.contains("policy: img-src"), "{troubles}");
    assert!(troubles.contains("error: Uncaught ReferenceError"), "{troubles}");
}

#[test]
fn how_a_page_looks_is_measured() {
    let Some(browser) = browser() else { return };
    let html = "<style>:root { color-scheme: light dark }</style><p>black or white</p>
        <p style='color: rgb(119 119 119); background: white'>grey <b style='color: #767676'>a little more</b></p>
        <div style='width: 400px'>wide</div>";
    let window = page(browser, html);
    window.resize(Size {
        width: 360,
        height: 640,
    });
    for (colours, width) in [(Colours::Light, 360), (Colours::Dark, 360)] {
        window.prefer(colours);
        assert_eq!(window.run("return innerWidth", &[]), width);
        let dark = window.run("return matchMedia('(prefers-color-scheme: dark)').matches", &[]);
        assert_eq!(dark, colours == Colours::Dark);
        let contrasts = window.contrasts();
        let expected = [("black or white", 21.0), ("grey", 4.48), ("a little more", 4.54)];
        for ((text, contrast), (expected_text, expected)) in contrasts.iter().zip(expected) {
            assert_eq!(text, expected_text);
            // Dark is a dark grey, not black.
            assert!((contrast - expected).abs() < 5.0, "{text}: {contrast}");
        }
        assert!((contrasts[1].1 - 4.48).abs() < 0.01, "{contrasts:?}");
    }
    assert!((41..=60).contains(&window.sideways()), "{}", window.sideways());
    assert!(window.picture().starts_with(b"\x89PNG\r\n"));
}
