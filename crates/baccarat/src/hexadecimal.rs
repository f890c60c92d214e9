//! 32 bytes as 64 hexadecimal digits, and back: how seeds and commitments are written.

use std::fmt;

use crate::BaccaratError;

pub(crate) fn write(f: &mut fmt::Formatter<'_>, bytes: &[u8; 32]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

pub(crate) fn read(text: &str) -> Result<[u8; 32], BaccaratError> {
    let error = || BaccaratError::Hexadecimal(text.to_owned());
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = digits.ok_or_else(error)?;
    let digits: [u8; 64] = digits.try_into().map_err(|_| error())?;
    Ok(std::array::from_fn(|at| digits[2 * at] << 4 | digits[2 * at + 1]))
}

fn digit(character: char) -> Option<u8> {
    character.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_32_bytes() {
        let good = "0F".repeat(32);
        assert_eq!(read(&good), Ok([15; 32]));
        for text in [
            "",
            "0f",
            &good[1..],
            &format!("{good}0f"),
            &good.replace('F', "g"),
        ] {
            assert_eq!(
                read(text),
                Err(BaccaratError::Hexadecimal(text.to_owned())),
                "{text}"
            );
        }
    }
}
