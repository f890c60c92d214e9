//! What the web port sends, and whom it lets in.

use serde_json::json;

use crate::browser::{Window, browser};
use crate::site::Site;
use crate::support::PATIENCE;

/// What the page may cost before it is seen, in bytes.
const MOST_BYTES: u64 = 100 * 1024;

/// What becomes of a WebSocket to this address, opened by a script of the page that the window shows.
fn knock(window: &Window, url: &str) -> String {
    let script = "const [url] = arguments;
        window.knocked = 'nothing yet';
        try {
            const socket = new WebSocket(url, 'codelab.v1');
            socket.onopen = () => { window.knocked = 'open'; socket.close() };
            socket.onerror = () => { window.knocked = 'refused' };
        } catch (error) { window.knocked = String(error) }";
    window.run(script, &[json!(url)]);
    let outcome = || window.run("return window.knocked", &[]);
    window.wait_until("an answer", || outcome() != "nothing yet");
    outcome().as_str().expect("a text").to_owned()
}

#[test]
fn a_page_of_another_site_is_not_let_in() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let socket = format!("ws://{}/ws", site.web);
    let own = Window::visit(browser, &site.url());
    assert_eq!(knock(&own, &socket), "open");
    // A page of nobody, whose origin is `null`, and which has no policy of its own.
    let foreign = Window::open(browser);
    foreign.go_to("data:text/html,<title>elsewhere</title>");
    assert_eq!(knock(&foreign, &socket), "refused");
    // Another site, from which its policy lets nothing out.
    let other = Site::chat(&[]);
    let visitor = Window::visit(browser, &other.url());
    assert_eq!(knock(&visitor, &socket), "refused");
    assert!(
        visitor.troubles().concat().contains("policy: connect-src"),
        "{:?}",
        visitor.troubles()
    );
}

#[test]
fn the_policy_allows_no_foreign_script_and_no_inline_one() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let policy = policy_of(&site.url());
    assert!(
        policy.contains("default-src 'none'") || policy.contains("default-src 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let window = Window::visit(browser, &site.url());
    window.is_well();
    is_kept(&window);
}

/// A script that gets into the page all the same does not run.
fn is_kept(window: &Window) {
    let script =
        "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"document.title='hacked'\">`);
        const inline = document.createElement('script');
        inline.textContent = \"document.title = 'hacked'\";
        document.body.append(inline)";
    window.run(script, &[]);
    window.wait_until("both are refused", || {
        let troubles = window.troubles();
        troubles
            .iter()
            .filter(|trouble| trouble.starts_with("policy: script-src"))
            .count()
            >= 2
    });
    assert_ne!(window.run("return document.title", &[]), "hacked");
}

#[track_caller]
fn policy_of(url: &str) -> String {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .proxy(None);
    let answer = config.build().new_agent().get(url).call().expect("the page");
    let policy = answer.headers().get("Content-Security-Policy").expect("a policy");
    policy.to_str().expect("a text").to_owned()
}

#[test]
fn a_page_is_seen_for_less_than_a_hundred_kibibytes() {
    let Some(browser) = browser() else { return };
    for site in [Site::chat(&[]), Site::baccarat(&[])] {
        let window = Window::visit(browser, &site.url());
        window.wait_until("something was painted", || {
            window.run(
                "return performance.getEntriesByName('first-contentful-paint').length",
                &[],
            ) == 1
        });
        let script = "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .map((entry) => [entry.name, entry.transferSize])";
        let loaded: Vec<(String, u64)> =
            serde_json::from_value(window.run(script, &[])).expect("names and sizes");
        assert!(loaded.len() >= 4, "{loaded:?}");
        assert!(loaded.iter().all(|(_, size)| *size > 0), "{loaded:?}");
        let bytes: u64 = loaded.iter().map(|(_, size)| size).sum();
        assert!(bytes < MOST_BYTES, "{bytes} bytes: {loaded:#?}");
        let foreign: Vec<_> = loaded
            .iter()
            .filter(|(name, _)| !name.starts_with(&site.url()))
            .collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }
}
