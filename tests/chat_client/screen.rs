//! What a terminal makes of what is printed on it: so much of its language as a line editor speaks.

use unicode_width::UnicodeWidthChar;

use crate::support::Terminal;

/// What a terminal has where nobody has said otherwise.
const COLUMNS: usize = 80;

/// A screen without a bottom.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Screen {
    /// A wide character stands in its first cell, and a zero in its second.
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Screen {
    /// The screen after all this has been printed.
    pub(crate) fn after(printed: &str) -> Self {
        let mut screen = Self::default();
        let mut rest = printed;
        while let Some(character) = rest.chars().next() {
            rest = &rest[character.len_utf8()..];
            match character {
                '\r' => screen.column = 0,
                '\n' => screen.row += 1,
                '\x1b' => rest = screen.sequence(rest),
                _ => screen.put(character),
            }
        }
        // What has been erased below the cursor is as it was before.
        while screen.rows.len() > screen.row + 1 && screen.rows.last().is_some_and(Vec::is_empty) {
            screen.rows.pop();
        }
        screen
    }

    /// What can be read on it, row by row.
    pub(crate) fn rows(&self) -> Vec<String> {
        let rows = self.rows.iter();
        let texts = rows.map(|row| row.iter().filter(|cell| **cell != '\0').collect::<String>());
        texts.map(|text| text.trim_end().to_owned()).collect()
    }

    /// Where the cursor stands: rows up from the last, and cells to the left of it.
    pub(crate) fn cursor(&self) -> (usize, usize) {
        (self.rows.len().saturating_sub(self.row + 1), self.column)
    }

    fn put(&mut self, character: char) {
        let width = character
            .width()
            .unwrap_or_else(|| panic!("{character:?} is printed as it is"));
        if self.column + width > COLUMNS {
            self.row += 1;
            self.column = 0;
        }
        self.rows.resize(self.rows.len().max(self.row + 1), Vec::new());
        let row = &mut self.rows[self.row];
        row.resize(row.len().max(self.column + width), ' ');
        row[self.column] = character;
        row[self.column + 1..self.column + width].fill('\0');
        self.column += width;
    }

    /// Does what stands behind an escape character, and gives back the rest; of a sequence whose end has
    /// not been printed yet, nothing.
    fn sequence<'a>(&mut self, text: &'a str) -> &'a str {
        let Some(end) = text.find(char::is_alphabetic) else {
            return "";
        };
        let (number, rest) = text.split_at(end);
        let number = number.strip_prefix('[').expect("a control sequence");
        let count = number.parse().unwrap_or(1);
        match &rest[..1] {
            "A" => self.row = self.row.saturating_sub(count),
            "B" => self.row += count,
            "C" => self.column += count,
            "D" => self.column -= count,
            "K" => self.erase(self.row..self.row + 1),
            "J" => self.erase(self.row..self.rows.len()),
            // Colours take no place.
            "m" => {}
            // Draw at once or in one go; mark what is pasted or do not.
            "h" | "l" if ["?2026", "?2004"].contains(&number) => {}
            other => panic!("an unknown sequence: {number}{other}"),
        }
        &rest[1..]
    }

    /// From the cursor to the end of its row, and all rows below.
    fn erase(&mut self, rows: std::ops::Range<usize>) {
        for row in rows {
            if let Some(cells) = self.rows.get_mut(row) {
                cells.truncate(if row == self.row { self.column } else { 0 });
            }
        }
    }
}

/// Waits until the last lines on the screen are these; the cursor stands behind the last.
#[track_caller]
pub(crate) fn shows(terminal: &Terminal, last_lines: &[&str]) {
    let expected = Screen::after(&last_lines.join("\r\n"));
    terminal
        .screen
        .wait_until(&format!("a screen with {last_lines:#?}"), |bytes, _| {
            let screen = Screen::after(&String::from_utf8_lossy(bytes));
            let is_it = screen.rows().ends_with(&expected.rows()) && screen.cursor() == expected.cursor();
            is_it.then_some(())
        });
}

#[test]
fn the_cursor_goes_where_it_is_sent() {
    let screen = Screen::after("> 안녕\x1b[2D\x1b[K하\r\n> x\x1b[A\r\x1b[Kbob: hi\r\n\r\x1b[3Cyz");
    assert_eq!(screen.rows(), ["bob: hi", "> xyz"]);
    assert_eq!(screen.cursor(), (0, 5));
    assert_eq!(Screen::after("> 안녕\x1b[2D\x1b[K하").rows(), ["> 안하"]);
    let full = format!("{}안녕", "x".repeat(79));
    assert_eq!(Screen::after(&full).rows(), ["x".repeat(79), "안녕".to_owned()]);
}
