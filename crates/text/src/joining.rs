//! Invisible characters that a reader misses: those which join what stands at their sides.

use crate::characters::{OF_JOINING_SCRIPT, PICTURE, SKIN};

/// U+200C keeps two letters apart, as Persian needs it inside its words, and U+200D joins them.
const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';

/// U+FE0E and U+FE0F ask for a picture in black and in colours.
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// The frame of a keycap, `1️⃣`.
const KEYCAP: char = '\u{20e3}';

/// Whether an invisible character does between these two texts what it is made for, and can stay: without it a
/// family of emoji falls apart, and Persian is misspelt. Anywhere else it hides.
pub(crate) fn joins(before: &str, character: char, behind: &str) -> bool {
    let last = before.chars().next_back();
    let next = behind.chars().next();
    match character {
        NON_JOINER => last.is_some_and(is_of_joining_script),
        JOINER => {
            last.is_some_and(is_of_joining_script)
                || (ends_in_picture(before) && next.is_some_and(is_picture))
        }
        TEXT_STYLE => last.is_some_and(is_picture),
        EMOJI_STYLE => last.is_some_and(is_picture) || (last.is_some_and(is_key) && next == Some(KEYCAP)),
        _ => false,
    }
}

/// A picture, and what may belong to it: the style or a colour of skin.
fn ends_in_picture(text: &str) -> bool {
    let mut last = text.chars().rev();
    match last.next() {
        Some(EMOJI_STYLE) => last.next().is_some_and(is_picture),
        Some(skin) if SKIN.contains(skin) => last.next().is_some_and(is_picture),
        other => other.is_some_and(is_picture),
    }
}

fn is_picture(character: char) -> bool {
    PICTURE.contains(character)
}

fn is_key(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '#' | '*')
}

fn is_of_joining_script(character: char) -> bool {
    OF_JOINING_SCRIPT.contains(character)
}
