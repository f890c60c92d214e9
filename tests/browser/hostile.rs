//! Names and messages that would be markup, commands to a terminal, or another direction: on the page they are text.

use serde_json::json;

use crate::browser::{Window, browser};
use crate::site::Site;
use crate::support::messages::{
    chat, has_come, invite, is_invited, relay, relayed, said_by_oneself, whisper, whispered,
};

/// A name, and how it is shown: one with blanks or quotes stands in quotes.
const NAMES: [(&str, &str); 3] = [
    ("<img src=x>", "\"<img src=x>\""),
    ("\"'><b>&lt;", "\"\\\"'><b>&lt;\""),
    ("<script>x()//", "<script>x()//"),
];

/// What is said, and how it is shown.
const MESSAGES: [(&str, &str); 6] = [
    (
        "<img src=x onerror=\"document.title='hacked'\">",
        "<img src=x onerror=\"document.title='hacked'\">",
    ),
    (
        "<script>document.title = 'hacked'</script>",
        "<script>document.title = 'hacked'</script>",
    ),
    (
        "'\"&lt;&#60;</bdi></p><svg onload=document.title=1>",
        "'\"&lt;&#60;</bdi></p><svg onload=document.title=1>",
    ),
    ("\u{1b}[2J\u{7}\u{0}\u{7f}", "\\u{1b}[2J\\u{7}\\u{0}\\u{7f}"),
    ("\u{202e}live\u{2066}\u{200b}", "\\u{202e}live\\u{2066}\\u{200b}"),
    (
        "가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라마바사아자차카타파하",
        "가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라마바사아자차카타파하",
    ),
];

/// The elements inside those parts of the page that show what others have typed.
const ELEMENTS: &str = "return [...new Set([...document.querySelectorAll(
    '#messages *, #members *, #invitations *, #connection *')].map((element) => element.localName))]";

#[test]
fn what_others_type_is_text_and_nothing_else() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 0);
    let title = alice.run("return document.title", &[]);
    assert_eq!(MESSAGES[5].0.len(), 126);
    for (room, (name, shown)) in (1..).zip(NAMES) {
        let mut hostile = site.user_in(name, room);
        hostile.exchange(&invite("alice"), &is_invited(1));
        alice.shows("group", &format!("Invitation from {shown}"));
        alice.click("button", &format!("Accept invitation from {shown}"));
        alice.is_in(room);
        alice.hears(&format!("* you are in room {room}, with {shown}"));
        hostile.skip_to(&has_come(2, "alice"));
        for (message, _) in MESSAGES {
            hostile.exchange(&chat(message), &said_by_oneself(1, message));
            hostile.exchange(&whisper("alice", message), &whispered(1));
            hostile.exchange(&relay(message.as_bytes()), &relayed(1, message.as_bytes()));
        }
        alice.hears(&format!("* {shown} relays: {}", MESSAGES[5].1));
        let heard = alice.conversation();
        let expected = MESSAGES.iter().flat_map(|(_, text)| {
            [
                format!("{shown}: {text}"),
                format!("{shown} whispers: {text}"),
                format!("* {shown} relays: {text}"),
            ]
        });
        assert!(heard.ends_with(&expected.collect::<Vec<_>>()), "{heard:#?}");
        alice.shows("button", &format!("Whisper to {shown}"));
    }
    let elements: Vec<String> = serde_json::from_value(alice.run(ELEMENTS, &[])).expect("names");
    for element in elements {
        assert!(
            ["bdi", "button", "div", "li", "p", "span"].contains(&&*element),
            "an element <{element}> was made of a text"
        );
    }
    assert_eq!(alice.run("return document.title", &[]), title);
    alice.is_well();
}

#[test]
fn a_name_that_is_typed_is_text_as_well() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let own = Window::visit(browser, &site.url());
    own.log_in("<i>al</i>", 4);
    own.is_in(4);
    own.connection_is("connected as <i>al</i>");
    own.says("<b>bold</b>");
    own.hears("<i>al</i>: <b>bold</b>");
    let count = own.run("return document.querySelectorAll('b, i').length", &[]);
    assert_eq!(count, json!(0));
    own.click("button", "Log out");
    // Refused by the server, in words, on the form.
    own.log_in("\u{3164}", 4);
    own.wait_until("a refusal", || {
        own.controls().iter().any(|control| control.role == "alert")
            && own.text().contains("LOGIN_USER_INVALID_ID")
    });
    own.is_well();
}
