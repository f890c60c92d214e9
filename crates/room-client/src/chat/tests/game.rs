//! A game beside the chat, with commands, packets and words of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::game::News;
use crate::request::GameRequest;

/// A game with one request, and one thing to wait for.
#[derive(Debug, Default)]
struct Dice {
    holds: bool,
    has_left: Arc<AtomicBool>,
}

const ROLLED: PacketId = PacketId(901);

impl Game for Dice {
    fn name(&self) -> &'static str {
        "dice"
    }

    fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            help: &["/roll   rolls"],
            words: &[],
        }
    }

    fn command(&mut self, word: &str, rest: &str, _: &Surroundings<'_>) -> Option<Result<Action, String>> {
        match (word, rest) {
            ("/roll", "") => Some(Ok(Action::Ask(GameRequest {
                packet: Packet::framed(PacketId(900)).build().unwrap(),
                answer: ROLLED,
                needs_room: true,
                done: Some("rolled".to_owned()),
                too_late: None,
            }))),
            ("/roll", _) => Some(Err("/roll takes nothing".to_owned())),
            ("/hold", _) => {
                self.holds = true;
                Some(Ok(Action::Show(Vec::new())))
            }
            _ => None,
        }
    }

    fn packet(&mut self, id: PacketId, body: &[u8], at: &Surroundings<'_>) -> anyhow::Result<Option<News>> {
        self.holds = false;
        Ok((id == ROLLED).then(|| News {
            result: Some(ErrorCode(i16::from(body[0]))),
            lines: vec![Line::Notice(at.room.name(1))],
        }))
    }

    fn left(&mut self) {
        self.has_left.store(true, Ordering::Relaxed);
    }

    fn refusal(&self, error: ErrorCode, request: Option<&GameRequest>, _: &Room) -> Option<String> {
        (request.is_some() && error == ErrorCode::BET_LIMIT).then(|| "the dice are hot".to_owned())
    }

    fn holds_input(&self) -> bool {
        self.holds
    }
}

#[test]
fn a_game_has_commands_packets_and_words_of_its_own() {
    let game = Dice::default();
    let has_left = Arc::clone(&game.has_left);
    let mut chat = in_room_1(Chat::new("alice", Codec::Binary, Box::new(game)));
    assert_eq!(shown(&mut chat, "/help")[0], "* /roll   rolls");
    assert_eq!(shown(&mut chat, "/roll twice"), ["! /roll takes nothing"]);
    assert_eq!(
        shown(&mut chat, "/dance"),
        ["! /dance is not a command: /help lists them"]
    );
    let mut answer = |line: &str, id, body| {
        sent(&mut chat, line);
        let lines = chat.received_by_game(id, body, view()).unwrap();
        let lines = lines.map(|lines| lines.iter().map(Line::to_string).collect::<Vec<_>>());
        (lines, chat.is_waiting())
    };
    let texts = |texts: [&str; 2]| Some(texts.map(ToOwned::to_owned).to_vec());
    assert_eq!(
        answer("/roll", ROLLED, &[1]),
        (texts(["* rolled", "* bob"]), false)
    );
    assert_eq!(
        answer("/roll", ROLLED, &[185]),
        (texts(["! the dice are hot (BET_LIMIT)", "* bob"]), false)
    );
    assert_eq!(answer("/roll", PacketId(902), &[]), (None, true));
    let no_room = "you are in no room: /enter 1 enters one (ROOM_NOT_IN_USER)";
    assert_eq!(
        chat.received(&error(ErrorCode::ROOM_NOT_IN_USER)),
        problem(no_room)
    );
    assert!(!chat.is_waiting());
    assert!(shown(&mut chat, "/hold").is_empty() && chat.is_held());
    chat.received_by_game(ROLLED, &[1], view()).unwrap();
    assert!(!chat.is_held());
    let unique_id = 3;
    chat.received(&Message::RoomLeaveUserNtf(RoomLeaveUserNtf { unique_id }));
    assert!(has_left.load(Ordering::Relaxed));
}
