//! Parses what a user types: a message, or a command that begins with `/`.

use std::borrow::Cow;

use protocol::user_name;
use talk::LONGEST_MESSAGE;
use text::composed;

/// What `/help` shows.
pub(crate) const HELP: [&str; 11] = [
    "/enter 2         enters room 2",
    "/leave           leaves the room",
    "/users           shows who is in the room",
    "/whisper bob hi  says hi to bob alone, wherever bob is",
    "/invite bob      asks bob into the room",
    "/decline alice   says no to the invitation of alice",
    "/quit            ends the client, as Ctrl-D does",
    "/help            shows this",
    "put a name with a space in it in quotes: /invite \"bob smith\"",
    "in quotes, put a \\ before a quote and before a \\: /invite \"the \\\"boss\\\"\"",
    "anything else is a message to the room; to begin one with /, put a space in front of it",
];

/// Ends the client.
pub(crate) const QUIT: &str = "/quit";

/// What a line asks for. Names and messages are composed, as they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Say(String),
    Enter(i32),
    Leave,
    Users,
    Whisper { user: String, message: String },
    Invite(String),
    Decline(String),
    Quit,
    Help,
}

impl Command {
    /// Reads a line. The error is a sentence for whoever typed it.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        if !line.starts_with('/') {
            return message(line).map(Self::Say);
        }
        let (word, rest) = first_word(line);
        match word {
            "/enter" => room(rest).map(Self::Enter),
            "/leave" => alone(word, rest, Self::Leave),
            "/users" => alone(word, rest, Self::Users),
            "/whisper" => whisper(rest),
            "/invite" => name(word, rest).map(Self::Invite),
            "/decline" => name(word, rest).map(Self::Decline),
            QUIT => alone(word, rest, Self::Quit),
            "/help" => alone(word, rest, Self::Help),
            _ => Err(format!("{word} is not a command: /help lists them")),
        }
    }
}

pub(crate) fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn alone(word: &str, rest: &str, command: Command) -> Result<Command, String> {
    match rest {
        "" => Ok(command),
        _ => Err(format!("{word} takes nothing after it")),
    }
}

fn room(rest: &str) -> Result<i32, String> {
    let number = rest.trim_end().parse();
    number.map_err(|_| "/enter takes the number of a room, as in /enter 2".to_owned())
}

fn name(word: &str, rest: &str) -> Result<String, String> {
    match first_name(rest)? {
        (name, "") if name.is_empty() => Err(format!("{word} takes a name, as in {word} bob")),
        (name, "") => check_name(&name),
        _ => Err(format!("{word} takes one name, as in {word} bob")),
    }
}

fn whisper(rest: &str) -> Result<Command, String> {
    match first_name(rest)? {
        (_, "") => Err("/whisper takes a name and a message, as in /whisper bob hi".to_owned()),
        (user, text) => Ok(Command::Whisper {
            user: check_name(&user)?,
            message: message(text)?,
        }),
    }
}

/// A name, which is a word or stands in quotes, and what follows it.
fn first_name(text: &str) -> Result<(String, &str), String> {
    match text.strip_prefix('"') {
        Some(quoted) => name_in_quotes(quoted),
        None => {
            let (word, rest) = first_word(text);
            Ok((word.to_owned(), rest))
        }
    }
}

/// What stands behind an opening quote. Nothing is guessed: a secret must not go to the one whose name is nearly
/// that.
fn name_in_quotes(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = text.chars();
    loop {
        match rest
            .next()
            .ok_or("a name that begins with a quote ends with one, as in \"bob smith\"")?
        {
            '"' => break,
            '\\' => name.push(escaped(rest.next())?),
            character => name.push(character),
        }
    }
    match rest.as_str() {
        rest if rest.is_empty() || rest.starts_with(char::is_whitespace) => Ok((name, rest.trim_start())),
        _ => Err("a space must follow the closing quote; a quote in a name is written \\\"".to_owned()),
    }
}

/// What a backslash in a quoted name stands in front of.
fn escaped(character: Option<char>) -> Result<char, String> {
    character
        .filter(|character| matches!(character, '"' | '\\'))
        .ok_or_else(|| "in quotes, only a quote or another \\ may follow a \\".to_owned())
}

/// A name as it must be typed, and as it is shown: in quotes, `alice: yes` cannot pass for a message of alice,
/// nor six characters that somebody has typed for one that was written out.
pub(crate) fn as_typed(name: &str) -> String {
    if !name.contains(|character: char| character.is_whitespace() || matches!(character, '"' | '\\')) {
        return name.to_owned();
    }
    let mut typed = String::from('"');
    for character in name.chars() {
        if matches!(character, '"' | '\\') {
            typed.push('\\');
        }
        typed.push(character);
    }
    typed.push('"');
    typed
}

fn message(text: &str) -> Result<String, String> {
    let text = composed(text);
    match text.len() {
        ..=LONGEST_MESSAGE => Ok(text.into_owned()),
        count => Err(format!(
            "not sent: the message has {count} bytes, and {LONGEST_MESSAGE} are allowed"
        )),
    }
}

/// Makes sure that this can be a user's name, which the server would find out only later.
pub(crate) fn check_name(name: &str) -> Result<String, String> {
    user_name(name)
        .map(Cow::into_owned)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn say(message: &str) -> Command {
        Command::Say(message.to_owned())
    }

    fn whisper(user: &str, message: &str) -> Command {
        let (user, message) = (user.to_owned(), message.to_owned());
        Command::Whisper { user, message }
    }

    #[test]
    fn a_line_without_a_slash_is_a_message() {
        assert_eq!(Command::parse("hello, all"), Ok(say("hello, all")));
        assert_eq!(Command::parse(" /leave"), Ok(say(" /leave")));
        assert_eq!(Command::parse("안녕"), Ok(say("안녕")));
        assert_eq!(Command::parse("\u{110b}\u{1175}"), Ok(say("이")));
    }

    #[test]
    fn commands_are_read_with_what_they_take() {
        for (line, command) in [
            ("/enter 2", Command::Enter(2)),
            ("/enter   -1 ", Command::Enter(-1)),
            ("/leave", Command::Leave),
            ("/users ", Command::Users),
            ("/invite bob", Command::Invite("bob".to_owned())),
            ("/invite bob ", Command::Invite("bob".to_owned())),
            ("/decline 앨리스", Command::Decline("앨리스".to_owned())),
            ("/quit", Command::Quit),
            ("/help", Command::Help),
        ] {
            assert_eq!(Command::parse(line), Ok(command), "{line}");
        }
        assert_eq!(
            Command::parse("/whisper bob  see you  there "),
            Ok(whisper("bob", "see you  there "))
        );
    }

    #[track_caller]
    fn can_be_typed(name: &str) {
        let typed = as_typed(name);
        let read = Command::parse(&format!("/whisper {typed} \"hi\" all"));
        assert_eq!(read, Ok(whisper(name, "\"hi\" all")), "{typed}");
        let read = Command::parse(&format!("/decline {typed} "));
        assert_eq!(read, Ok(Command::Decline(name.to_owned())), "{typed}");
    }

    #[test]
    fn a_name_is_read_as_it_is_to_be_typed() {
        for (name, typed) in [
            ("bob", "bob"),
            ("bob smith", r#""bob smith""#),
            ("b\"ob", r#""b\"ob""#),
            ("\"bob\"", r#""\"bob\"""#),
            ("alice\" x", r#""alice\" x""#),
            ("\\", r#""\\""#),
            (r"\u{1b}", r#""\\u{1b}""#),
            ("\\\" \"\\", r#""\\\" \"\\""#),
        ] {
            assert_eq!(as_typed(name), typed);
            can_be_typed(name);
        }
    }

    proptest! {
        #[test]
        fn every_name_can_be_typed_as_it_is_shown(text in r#"[a "\\\\이:/é]{1,8}|\PC{1,4}"#) {
            if let Ok(name) = user_name(&text) {
                can_be_typed(&name);
                let shown = as_typed(&name);
                prop_assert_eq!(command_line::printable(shown.as_bytes()), shown);
            }
        }
    }

    /// Whoever is called `alice" x` must not get what is meant for alice, nor alice what is meant for them.
    #[test]
    fn what_follows_a_closing_quote_is_not_guessed() {
        for (line, problem) in [
            (
                r#"/whisper "alice"x hi"#,
                r#"a space must follow the closing quote; a quote in a name is written \""#,
            ),
            (
                r#"/whisper "alice hi"#,
                r#"a name that begins with a quote ends with one, as in "bob smith""#,
            ),
            (
                r#"/whisper "al\ice" hi"#,
                r"in quotes, only a quote or another \ may follow a \",
            ),
            (
                r#"/decline "alice\"#,
                r"in quotes, only a quote or another \ may follow a \",
            ),
            (
                r#"/decline "alice" x""#,
                "/decline takes one name, as in /decline bob",
            ),
        ] {
            assert_eq!(Command::parse(line), Err(problem.to_owned()), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, problem) in [
            ("/", "/ is not a command: /help lists them"),
            ("/join 2", "/join is not a command: /help lists them"),
            ("/leaves", "/leaves is not a command: /help lists them"),
            ("/enter", "/enter takes the number of a room, as in /enter 2"),
            ("/enter two", "/enter takes the number of a room, as in /enter 2"),
            (
                "/enter 2147483648",
                "/enter takes the number of a room, as in /enter 2",
            ),
            ("/leave now", "/leave takes nothing after it"),
            (
                "/whisper bob",
                "/whisper takes a name and a message, as in /whisper bob hi",
            ),
            ("/invite", "/invite takes a name, as in /invite bob"),
            (
                "/invite bob and carol",
                "/invite takes one name, as in /invite bob",
            ),
            ("/invite \"\"", "/invite takes a name, as in /invite bob"),
            (
                "/decline seventeen-letters",
                "this name has 17 bytes: at most 16 are allowed",
            ),
            (
                "/invite bob\u{200b}",
                "a name may have only characters that everybody can see and tell apart: \\u{200b} is not one of them",
            ),
        ] {
            assert_eq!(Command::parse(line), Err(problem.to_owned()), "{line}");
        }
    }

    #[test]
    fn a_message_is_counted_in_bytes() {
        let longest = "한".repeat(42);
        assert_eq!(Command::parse(&longest), Ok(say(&longest)));
        let longer = format!("{longest}.");
        let problem = "not sent: the message has 127 bytes, and 126 are allowed";
        assert_eq!(Command::parse(&longer), Err(problem.to_owned()));
        let whisper = format!("/whisper bob {longer}");
        assert_eq!(Command::parse(&whisper), Err(problem.to_owned()));
    }
}
