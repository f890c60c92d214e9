//! Parses the text of a calculation, or finds the place where it goes wrong.

use std::fmt;
use std::str::FromStr;

use calc_server::CalculationError;
use unicode_width::UnicodeWidthStr;

/// Two numbers and what to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expression {
    pub(crate) op: u8,
    pub(crate) left: i32,
    pub(crate) right: i32,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Columns of a terminal in front of the mistake; a wide character takes two.
    pub(crate) column: usize,
    pub(crate) problem: String,
}

impl Expression {
    /// What the server must answer; or what it would refuse, and closes the connection for.
    pub(crate) fn expected(self) -> Result<i32, CalculationError> {
        calc_server::calculate(self.op, self.left, self.right)
    }
}

impl FromStr for Expression {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        let mut rest = Rest { text, at: 0 };
        let left = rest.number()?;
        let op = rest.operator()?;
        rest.skip_blanks();
        let right_at = rest.at;
        let right = rest.number()?;
        rest.skip_blanks();
        if rest.at < text.len() {
            return Err(rest.mistake("nothing more, since a calculation has two numbers"));
        }
        let expression = Self { op, left, right };
        // A server closes the connection for this; here it can be said where.
        expression.expected().map_err(|error| Mistake {
            column: text[..right_at].width(),
            problem: error.to_string(),
        })?;
        Ok(expression)
    }
}

/// What of a text has not been read.
struct Rest<'a> {
    text: &'a str,
    /// Bytes that have been read.
    at: usize,
}

impl Rest<'_> {
    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    /// A sign or none, and digits.
    fn number(&mut self) -> Result<i32, Mistake> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let sign = usize::from(rest.starts_with(['+', '-']));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.mistake("a number"));
        }
        let number = rest[..sign + digits].parse().map_err(|_| Mistake {
            column: self.column(),
            problem: format!("a number has 32 bits: from {} to {}", i32::MIN, i32::MAX),
        })?;
        self.at += sign + digits;
        Ok(number)
    }

    fn operator(&mut self) -> Result<u8, Mistake> {
        self.skip_blanks();
        match self.text.as_bytes().get(self.at) {
            Some(op @ (b'+' | b'-' | b'*' | b'/' | b'%')) => {
                self.at += 1;
                Ok(*op)
            }
            _ => Err(self.mistake("one of + - * / %")),
        }
    }

    fn mistake(&self, expected: &str) -> Mistake {
        let found = match self.text[self.at..].chars().next() {
            Some(character) => format!("{character:?}"),
            None => "the end".to_owned(),
        };
        Mistake {
            column: self.column(),
            problem: format!("expected {expected}, found {found}"),
        }
    }

    fn column(&self) -> usize {
        self.text[..self.at].width()
    }
}

/// In one line, for where no caret can point.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (column {})", self.problem, self.column + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Expression, (usize, String)> {
        text.parse::<Expression>()
            .map_err(|mistake| (mistake.column, mistake.problem))
    }

    #[test]
    fn blanks_do_not_matter_and_signs_do() {
        for (text, op, left, right) in [
            ("10 + 20", b'+', 10, 20),
            ("10+20", b'+', 10, 20),
            ("  10   +20  ", b'+', 10, 20),
            ("-1--2", b'-', -1, -2),
            ("+1 - +2", b'-', 1, 2),
            ("-2147483648 / -1", b'/', i32::MIN, -1),
            ("7 % 3", b'%', 7, 3),
        ] {
            assert_eq!(parse(text), Ok(Expression { op, left, right }), "{text}");
        }
    }

    #[test]
    fn a_mistake_has_its_place() {
        for (text, column, problem) in [
            ("", 0, "expected a number, found the end"),
            ("ten + 1", 0, "expected a number, found 't'"),
            ("10 plus 1", 3, "expected one of + - * / %, found 'p'"),
            ("10", 2, "expected one of + - * / %, found the end"),
            ("10 + ", 5, "expected a number, found the end"),
            (
                "10 + 2 + 3",
                7,
                "expected nothing more, since a calculation has two numbers, found '+'",
            ),
            ("안녕 + 1", 0, "expected a number, found '안'"),
            (
                "1 + 2147483648",
                4,
                "a number has 32 bits: from -2147483648 to 2147483647",
            ),
            ("1 / 0", 4, "division by zero: 1 / 0"),
            ("1 +\u{3000}한", 5, "expected a number, found '한'"),
        ] {
            assert_eq!(parse(text), Err((column, problem.to_owned())), "{text}");
        }
    }
}
