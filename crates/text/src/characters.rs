//! Classes of characters, made of Unicode's own tables.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

/// Characters, described as regular expressions describe them (`[\p{Cf}--\p{Prepended_Concatenation_Mark}]`),
/// and looked up when the first is asked for.
pub(crate) struct Characters(LazyLock<ClassUnicode>);

impl Characters {
    /// The set that `find` looks up.
    const fn new(find: fn() -> ClassUnicode) -> Self {
        Self(LazyLock::new(find))
    }

    pub(crate) fn contains(&self, character: char) -> bool {
        let ranges = self.0.ranges();
        let behind = ranges.partition_point(|range| range.start() <= character);
        behind > 0 && character <= ranges[behind - 1].end()
    }
}

fn class(pattern: &str) -> ClassUnicode {
    match regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        // The patterns are those below, and a test looks each of them up.
        other => unreachable!("{pattern} is not a class of characters: {other:?}"),
    }
}

macro_rules! characters {
    ($($(#[$doc:meta])* $name:ident = $pattern:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: Characters = Characters::new(|| class($pattern));
        )*
    };
}

characters! {
    /// What does something to a terminal or to its reader, and shows nothing: control characters, those that
    /// turn a line round or break it (categories Cf, Zl and Zp), and all that a program which does not know
    /// them leaves out, as selectors of variants and fillers of Hangul. Those of Cf that have a shape stay, as
    /// the Arabic number sign.
    HIDDEN = r"[\p{Cc}[\p{Cf}--\p{Prepended_Concatenation_Mark}]\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";

    /// What looks like nothing, like a space, or like any other: the above, all blanks (Z), and what has no
    /// meaning, so that each font draws the same box for it (Co and Cn, the rest of C).
    ///
    /// The five at the end are blank, too, but Unicode has them among symbols, letters and marks: the empty
    /// pattern of Braille, a filler of Khitan, the notehead that is not drawn, and two blanks between hieroglyphs.
    WITHOUT_A_LOOK = concat!(
        r"[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}",
        r"\u{2800}\u{16FE4}\u{1D159}\u{13441}\u{13442}--\x20]"
    );

    /// What belongs to the character in front of it: an accent, a vowel sign.
    MARK = r"\p{M}";

    /// Pictures.
    PICTURE = r"\p{Extended_Pictographic}";

    /// Colours of skin, which stand behind a picture.
    SKIN = r"\p{Emoji_Modifier}";

    /// Letters and marks of the scripts that are written with U+200C and U+200D, as their chapters in the
    /// Unicode Standard tell.
    OF_JOINING_SCRIPT = concat!(
        r"[[\p{L}\p{M}]&&[",
        r"\p{scx=Arabic}\p{scx=Bengali}\p{scx=Devanagari}\p{scx=Gujarati}\p{scx=Gurmukhi}",
        r"\p{scx=Kannada}\p{scx=Khmer}\p{scx=Malayalam}\p{scx=Mongolian}\p{scx=Myanmar}",
        r"\p{scx=Oriya}\p{scx=Sinhala}\p{scx=Syriac}\p{scx=Tamil}\p{scx=Telugu}]",
        r"--\p{Default_Ignorable_Code_Point}]"
    );
}

/// Whether a character must be written out to be seen, wherever it stands.
pub(crate) fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    HIDDEN.contains(character)
}

/// Whether a reader cannot see the character, or cannot tell it from others: control characters, invisible ones,
/// blanks other than the plain space, and those that have no meaning in Unicode.
///
/// ```
/// assert!(text::has_no_look_of_its_own('\u{3164}'), "the Hangul filler");
/// assert!(text::has_no_look_of_its_own('\u{a0}'), "the space that does not break");
/// assert!(!text::has_no_look_of_its_own(' '));
/// assert!(!text::has_no_look_of_its_own('이'));
/// ```
#[must_use]
pub fn has_no_look_of_its_own(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    WITHOUT_A_LOOK.contains(character)
}

/// Whether the character is drawn on the one in front of it, as an accent is.
#[must_use]
pub fn is_mark(character: char) -> bool {
    MARK.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = char> {
        '\0'..=char::MAX
    }

    #[test]
    fn each_set_has_what_it_is_named_for() {
        for (set, member) in [
            (&HIDDEN, '\u{202e}'),
            (&WITHOUT_A_LOOK, '\u{2800}'),
            (&MARK, '\u{301}'),
            (&PICTURE, '👨'),
            (&SKIN, '🏽'),
            (&OF_JOINING_SCRIPT, 'م'),
            (&OF_JOINING_SCRIPT, '\u{94d}'),
        ] {
            assert!(set.contains(member), "{member:?}");
            assert!(!set.contains('a'), "{member:?}");
        }
    }

    #[test]
    fn the_quick_answer_for_ascii_is_that_of_the_tables() {
        for character in '\0'..='\x7f' {
            assert_eq!(is_hidden(character), HIDDEN.contains(character), "{character:?}");
            let has_none = WITHOUT_A_LOOK.contains(character);
            assert_eq!(has_no_look_of_its_own(character), has_none, "{character:?}");
        }
    }

    #[test]
    fn what_is_written_out_has_no_look_of_its_own() {
        let forgotten: Vec<_> = all()
            .filter(|character| is_hidden(*character) && !has_no_look_of_its_own(*character))
            .collect();
        assert_eq!(forgotten, []);
    }

    /// The white space that Rust knows, which is Unicode's, too.
    #[test]
    fn the_plain_space_is_the_only_blank_with_a_look_of_its_own() {
        let blanks = all().filter(|character| character.is_whitespace());
        let allowed: Vec<_> = blanks
            .filter(|character| !has_no_look_of_its_own(*character))
            .collect();
        assert_eq!(allowed, [' ']);
    }
}
