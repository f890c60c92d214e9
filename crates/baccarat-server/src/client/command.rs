//! Parses what a player types: a bet, a cut, a question.

use baccarat::Side;
use room_client::Vocabulary;

/// What can be typed at a table.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    help: &[
        "/start           starts a round; only the member who came first can",
        "/bet banker 50   stakes 50 chips on player, banker, tie, player-pair or banker-pair",
        "/bet banker      bets one unit of the table on player or banker; again, it moves",
        "/cut 200         cuts the shoe at the 200th card, before its first round",
        "/table           shows the phase, the seconds left, and what is staked",
        "/balance         asks how many chips you have",
        "/road            shows the rounds of this shoe: bead plate and big road",
        "/wait betting    holds what you type next until bets are open; result, waiting, shoe",
    ],
    words: &[
        ("/bet", &["player", "banker", "tie", "player-pair", "banker-pair"]),
        ("/wait", &["betting", "result", "waiting", "shoe"]),
    ],
};

/// What a line asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Start,
    /// With no amount: one unit of the table.
    Bet {
        side: Side,
        amount: Option<i64>,
    },
    Cut(i16),
    Table,
    Balance,
    Road,
    Wait(Until),
}

/// What a script can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Bets are taken.
    Betting,
    /// A result is shown, and what was staked is paid.
    Result,
    /// The master may start a round.
    Waiting,
    /// A shoe is over and verified.
    Shoe,
}

impl Command {
    /// Reads a command; `None` for one that is not of the game. The error is a sentence for whoever typed it.
    pub(crate) fn parse(word: &str, rest: &str) -> Option<Result<Self, String>> {
        Some(match word {
            "/start" => alone(word, rest, Self::Start),
            "/bet" => bet(rest),
            "/cut" => position(rest).map(Self::Cut),
            "/table" => alone(word, rest, Self::Table),
            "/balance" => alone(word, rest, Self::Balance),
            "/road" => alone(word, rest, Self::Road),
            "/wait" => until(rest).map(Self::Wait),
            _ => return None,
        })
    }
}

fn alone(word: &str, rest: &str, command: Command) -> Result<Command, String> {
    match rest {
        "" => Ok(command),
        _ => Err(format!("{word} takes nothing after it")),
    }
}

fn bet(rest: &str) -> Result<Command, String> {
    let mut words = rest.split_whitespace();
    let side = words
        .next()
        .ok_or("/bet takes a side and chips, as in /bet banker 50")?;
    let side = side.parse().map_err(|_| {
        format!("{side} is no side: /bet takes player, banker, tie, player-pair or banker-pair")
    })?;
    let amount = words.next().map(str::parse).transpose();
    match (amount, words.next()) {
        (Ok(amount), None) => Ok(Command::Bet { side, amount }),
        _ => Err("/bet takes a side and a whole number of chips, as in /bet banker 50".to_owned()),
    }
}

fn position(rest: &str) -> Result<i16, String> {
    rest.parse()
        .map_err(|_| "/cut takes the number of a card, as in /cut 200".to_owned())
}

fn until(rest: &str) -> Result<Until, String> {
    Ok(match rest {
        "betting" => Until::Betting,
        "result" => Until::Result,
        "waiting" => Until::Waiting,
        "shoe" => Until::Shoe,
        _ => return Err("/wait takes betting, result, waiting or shoe".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_what_they_take() {
        let bet = |side, amount| Command::Bet { side, amount };
        for (word, rest, command) in [
            ("/start", "", Command::Start),
            ("/bet", "banker 50", bet(Side::Banker, Some(50))),
            ("/bet", "player-pair   1", bet(Side::PlayerPair, Some(1))),
            ("/bet", "tie -1", bet(Side::Tie, Some(-1))),
            ("/bet", "player", bet(Side::Player, None)),
            ("/cut", "200", Command::Cut(200)),
            ("/road", "", Command::Road),
            ("/wait", "shoe", Command::Wait(Until::Shoe)),
        ] {
            assert_eq!(Command::parse(word, rest), Some(Ok(command)), "{word} {rest}");
        }
        assert_eq!(Command::parse("/leave", ""), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (word, rest, problem) in [
            ("/start", "now", "/start takes nothing after it"),
            ("/bet", "", "/bet takes a side and chips, as in /bet banker 50"),
            (
                "/bet",
                "50",
                "50 is no side: /bet takes player, banker, tie, player-pair or banker-pair",
            ),
            (
                "/bet",
                "tie 0.5",
                "/bet takes a side and a whole number of chips, as in /bet banker 50",
            ),
            (
                "/bet",
                "tie 5 6",
                "/bet takes a side and a whole number of chips, as in /bet banker 50",
            ),
            ("/cut", "deep", "/cut takes the number of a card, as in /cut 200"),
            ("/wait", "", "/wait takes betting, result, waiting or shoe"),
        ] {
            let parsed = Command::parse(word, rest);
            assert_eq!(parsed, Some(Err(problem.to_owned())), "{word} {rest}");
        }
    }

    #[test]
    fn every_command_of_the_help_can_be_typed() {
        for line in VOCABULARY.help {
            let example: String = line.split("  ").next().unwrap().to_owned();
            let (word, rest) = example.split_once(' ').unwrap_or((&example, ""));
            assert!(
                Command::parse(word, rest.trim()).is_some_and(|parsed| parsed.is_ok()),
                "{line}"
            );
        }
        for (word, following) in VOCABULARY.words {
            for rest in *following {
                assert!(
                    Command::parse(word, rest).is_some_and(|parsed| parsed.is_ok()),
                    "{word} {rest}"
                );
            }
        }
    }
}
