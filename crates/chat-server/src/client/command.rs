//! From a typed line to what it asks for, or to what is wrong with it.

use chat_server::LONGEST_MESSAGE;

/// The most bytes of a user's name.
const LONGEST_NAME: usize = 16;

/// What `/help` shows.
pub(crate) const HELP: [&str; 10] = [
    "/enter 2         enters room 2",
    "/leave           leaves the room",
    "/users           shows who is in the room",
    "/whisper bob hi  says hi to bob alone, wherever bob is",
    "/invite bob      asks bob into the room",
    "/decline alice   says no to the invitation of alice",
    "/quit            ends, as Ctrl-D does",
    "/help            shows this",
    "a name with a space in it stands in quotes: /invite \"bob smith\"",
    "anything else is a message to the room; to begin one with /, put a space in front of it",
];

/// What a line asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    Say(&'a str),
    Enter(i32),
    Leave,
    Users,
    Whisper { user: &'a str, message: &'a str },
    Invite(&'a str),
    Decline(&'a str),
    Quit,
    Help,
}

impl<'a> Command<'a> {
    /// Reads a line. The error is a sentence for whoever typed it.
    pub(crate) fn parse(line: &'a str) -> Result<Self, String> {
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
            "/quit" => alone(word, rest, Self::Quit),
            "/help" => alone(word, rest, Self::Help),
            _ => Err(format!("{word} is no command: /help shows all")),
        }
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn alone<'a>(word: &str, rest: &str, command: Command<'a>) -> Result<Command<'a>, String> {
    match rest {
        "" => Ok(command),
        _ => Err(format!("{word} stands alone")),
    }
}

fn room(rest: &str) -> Result<i32, String> {
    let number = rest.trim_end().parse();
    number.map_err(|_| "/enter takes the number of a room, as in /enter 2".to_owned())
}

fn name<'a>(word: &str, rest: &'a str) -> Result<&'a str, String> {
    match first_name(rest) {
        ("", "") => Err(format!("{word} takes a name, as in {word} bob")),
        (name, "") => check_name(name),
        _ => Err(format!("{word} takes one name, as in {word} bob")),
    }
}

fn whisper(rest: &str) -> Result<Command<'_>, String> {
    match first_name(rest) {
        (_, "") => Err("/whisper takes a name and a message, as in /whisper bob hi".to_owned()),
        (user, text) => Ok(Command::Whisper {
            user: check_name(user)?,
            message: message(text)?,
        }),
    }
}

/// A name, which is a word or stands in quotes, and what follows it. The closing quote is the first that
/// ends a word, so that a name can have quotes of its own.
fn first_name(text: &str) -> (&str, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        for (end, quote) in quoted.match_indices('"') {
            let rest = &quoted[end + quote.len()..];
            if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                return (&quoted[..end], rest.trim_start());
            }
        }
    }
    first_word(text)
}

/// A name as it must be typed, and as it is shown: in quotes, `alice: yes` cannot pass for a message of alice.
pub(crate) fn as_typed(name: &str) -> String {
    match name.starts_with('"') || name.contains(char::is_whitespace) {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}

fn message(text: &str) -> Result<&str, String> {
    match text.len() {
        ..=LONGEST_MESSAGE => Ok(text),
        count => Err(format!(
            "not sent: the message has {count} bytes, and {LONGEST_MESSAGE} are allowed"
        )),
    }
}

/// Makes sure that this can be the name of whoever types it. Other clients may log in with a space in it,
/// but those who want to reach them must know of the quotes.
pub(crate) fn check_own_name(name: &str) -> Result<&str, String> {
    match name.contains(char::is_whitespace) {
        true => Err("a name has no spaces".to_owned()),
        false => check_name(name),
    }
}

/// Makes sure that this can be a user's name, which the server would find out only later.
fn check_name(name: &str) -> Result<&str, String> {
    match name.len() {
        0 => Err("a name cannot be empty".to_owned()),
        1..=LONGEST_NAME if name.contains(char::is_control) => {
            Err("a name has no control characters".to_owned())
        }
        1..=LONGEST_NAME => Ok(name),
        count => Err(format!("a name of {count} bytes: {LONGEST_NAME} are allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_slash_is_a_message() {
        assert_eq!(Command::parse("hello, all"), Ok(Command::Say("hello, all")));
        assert_eq!(Command::parse(" /leave"), Ok(Command::Say(" /leave")));
        assert_eq!(Command::parse("안녕"), Ok(Command::Say("안녕")));
    }

    #[test]
    fn commands_are_read_with_what_they_take() {
        for (line, command) in [
            ("/enter 2", Command::Enter(2)),
            ("/enter   -1 ", Command::Enter(-1)),
            ("/leave", Command::Leave),
            ("/users ", Command::Users),
            ("/invite bob", Command::Invite("bob")),
            ("/invite bob ", Command::Invite("bob")),
            ("/decline 앨리스", Command::Decline("앨리스")),
            ("/quit", Command::Quit),
            ("/help", Command::Help),
        ] {
            assert_eq!(Command::parse(line), Ok(command), "{line}");
        }
        let (user, message) = ("bob", "see you  there ");
        assert_eq!(
            Command::parse("/whisper bob  see you  there "),
            Ok(Command::Whisper { user, message })
        );
    }

    #[test]
    fn a_name_is_read_as_it_is_to_be_typed() {
        for name in [
            "bob",
            "bob smith",
            " bob",
            "b\"ob",
            "\"bob",
            "\"bob\"",
            "\"b\u{3000}\"",
        ] {
            let line = format!("/whisper {} \"hi\" all", as_typed(name));
            let (user, message) = (name, "\"hi\" all");
            assert_eq!(Command::parse(&line), Ok(Command::Whisper { user, message }));
            let line = format!("/decline {} ", as_typed(name));
            assert_eq!(Command::parse(&line), Ok(Command::Decline(name)));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, problem) in [
            ("/", "/ is no command: /help shows all"),
            ("/join 2", "/join is no command: /help shows all"),
            ("/leaves", "/leaves is no command: /help shows all"),
            ("/enter", "/enter takes the number of a room, as in /enter 2"),
            ("/enter two", "/enter takes the number of a room, as in /enter 2"),
            (
                "/enter 2147483648",
                "/enter takes the number of a room, as in /enter 2",
            ),
            ("/leave now", "/leave stands alone"),
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
            ("/decline seventeen-letters", "a name of 17 bytes: 16 are allowed"),
        ] {
            assert_eq!(Command::parse(line), Err(problem.to_owned()), "{line}");
        }
    }

    #[test]
    fn a_message_is_counted_in_bytes() {
        let longest = "한".repeat(42);
        assert_eq!(Command::parse(&longest), Ok(Command::Say(&longest)));
        let longer = format!("{longest}.");
        let problem = "not sent: the message has 127 bytes, and 126 are allowed";
        assert_eq!(Command::parse(&longer), Err(problem.to_owned()));
        let whisper = format!("/whisper bob {longer}");
        assert_eq!(Command::parse(&whisper), Err(problem.to_owned()));
    }
}
