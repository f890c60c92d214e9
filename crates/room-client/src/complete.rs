//! Completion with Tab: the rest of a command, or of a name in the room.

use crate::command::HELP;
use crate::game::Vocabulary;

/// Commands that are followed by a name.
const WITH_NAME: [&str; 3] = ["/whisper", "/invite", "/decline"];

/// What can be done for a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// Nothing fits, or nothing is missing.
    None,
    /// This is the line now.
    Line(String),
    /// All of these fit, and they part here.
    Choice(Vec<String>),
}

/// Completes the last word of a line. `names` are written as they are typed, in quotes where they need them.
pub(crate) fn complete(line: &str, names: &[String], game: &Vocabulary) -> Completion {
    let (before, word) = line.split_at(last_word(line));
    let help = game.help.iter().chain(&HELP);
    let commands = help.filter_map(|help| help.split_whitespace().next());
    let words = game
        .words
        .iter()
        .find(|(command, _)| *command == before.trim_end());
    let fitting: Vec<&str> = match before {
        "" if word.starts_with('/') => starting_with(word, commands),
        _ if let Some((_, words)) = words => starting_with(word, words.iter().copied()),
        _ if word.is_empty() && !takes_name(before) => Vec::new(),
        _ => starting_with(word, names.iter().map(String::as_str)),
    };
    match fitting.as_slice() {
        [] => Completion::None,
        [only] => Completion::Line(format!("{before}{only} ")),
        [first, others @ ..] => {
            let common = others
                .iter()
                .fold(*first, |common, other| common_start(common, other));
            match common.len() > word.len() {
                true => Completion::Line(format!("{before}{common}")),
                false => Completion::Choice(fitting.iter().map(ToString::to_string).collect()),
            }
        }
    }
}

fn starting_with<'a>(start: &str, words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut fitting: Vec<_> = words.filter(|word| word.starts_with(start)).collect();
    // A command may have two lines of help.
    fitting.dedup();
    fitting
}

/// Where the last word begins. Behind a command that takes a name, all the rest may be one: `"bob smith"`.
fn last_word(line: &str) -> usize {
    let after_blank = |text: &str| {
        text.rfind(char::is_whitespace)
            .map_or(0, |at| at + blank_at(text, at))
    };
    match line.find(" \"") {
        Some(at) if takes_name(&line[..=at]) => at + 1,
        _ => after_blank(line),
    }
}

fn blank_at(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Whether a name, and nothing else, comes next.
fn takes_name(before: &str) -> bool {
    WITH_NAME.contains(&before.trim_end())
}

fn common_start<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one
        .chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other);
    let length = same.map(|(character, _)| character.len_utf8()).sum();
    &one[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(line: &str) -> Completion {
        let names = ["alice", "bob", "bobby", "\"bob smith\"", "\"bob jones\"", "캐롤"];
        complete(line, &names.map(ToOwned::to_owned), &Vocabulary::default())
    }

    fn line(text: &str) -> Completion {
        Completion::Line(text.to_owned())
    }

    fn choice(words: &[&str]) -> Completion {
        Completion::Choice(words.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn commands_are_completed_at_the_start_of_a_line() {
        assert_eq!(completed("/w"), line("/whisper "));
        assert_eq!(completed("/e"), line("/enter "));
        assert_eq!(completed("/x"), Completion::None);
        let all = [
            "/enter", "/leave", "/users", "/whisper", "/invite", "/decline", "/quit", "/help",
        ];
        assert_eq!(completed("/"), choice(&all));
        assert_eq!(completed("hi /w"), Completion::None);
    }

    #[test]
    fn words_of_a_game_are_completed_where_they_belong() {
        let game = Vocabulary {
            help: &["/bet tie 5   stakes", "/bet tie   moves", "/balance   shows"],
            words: &[("/bet", &["player", "banker", "player-pair"])],
        };
        let names = ["banana".to_owned()];
        let completed = |line| complete(line, &names, &game);
        assert_eq!(completed("/b"), choice(&["/bet", "/balance"]));
        assert_eq!(completed("/be"), line("/bet "));
        assert_eq!(completed("/bet "), choice(&["player", "banker", "player-pair"]));
        assert_eq!(completed("/bet b"), line("/bet banker "));
        assert_eq!(completed("/bet p"), line("/bet player"));
        assert_eq!(completed("b"), line("banana "));
    }

    #[test]
    fn names_are_completed_behind_commands_and_in_messages() {
        assert_eq!(completed("/whisper a"), line("/whisper alice "));
        assert_eq!(completed("/whisper b"), line("/whisper bob"));
        assert_eq!(completed("/whisper bob"), choice(&["bob", "bobby"]));
        assert_eq!(completed("/invite \"b"), line("/invite \"bob "));
        assert_eq!(completed("/invite \"bob s"), line("/invite \"bob smith\" "));
        assert_eq!(completed("/decline 캐"), line("/decline 캐롤 "));
        assert_eq!(completed("hello, a"), line("hello, alice "));
        assert_eq!(completed("al"), line("alice "));
        assert_eq!(completed("안녕\u{3000}캐"), line("안녕\u{3000}캐롤 "));
    }

    #[test]
    fn without_a_word_only_a_name_that_must_come_is_offered() {
        let all = ["alice", "bob", "bobby", "\"bob smith\"", "\"bob jones\"", "캐롤"];
        assert_eq!(completed("/whisper "), choice(&all));
        assert_eq!(completed(""), Completion::None);
        assert_eq!(completed("hello "), Completion::None);
        assert_eq!(completed("/enter "), Completion::None);
        assert_eq!(completed("/whisper alice hi "), Completion::None);
    }
}
