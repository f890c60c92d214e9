//! The arithmetic of the calculator: 32 bits, wrapping, with an error for what has no result.

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalculationError {
    /// The operator is none of the five.
    #[error("unknown operator {op:?} (0x{0:02x}): expected one of + - * / %", op = char::from(*.0))]
    UnknownOperator(u8),
    /// `/` or `%` with 0 on the right.
    #[error("division by zero: {left} {sign} 0", sign = char::from(*.op))]
    DivisionByZero {
        /// What should have been divided.
        left: i32,
        /// `/` or `%`.
        op: u8,
    },
}

/// Calculates as 32-bit machines do: what is too large wraps around (two's complement).
///
/// `/` rounds towards zero, and `%` has the sign of the left side. The one division that is too large,
/// `i32::MIN / -1`, wraps to `i32::MIN`, and its remainder is 0.
///
/// ```
/// use calc_server::calculate;
///
/// assert_eq!(calculate(b'+', i32::MAX, 1), Ok(i32::MIN));
/// assert_eq!(calculate(b'/', i32::MIN, -1), Ok(i32::MIN));
/// assert_eq!(calculate(b'%', -7, 2), Ok(-1));
/// assert!(calculate(b'%', 7, 0).is_err());
/// ```
///
/// # Errors
/// [`CalculationError`].
#[inline]
pub fn calculate(op: u8, left: i32, right: i32) -> Result<i32, CalculationError> {
    match op {
        b'+' => Ok(left.wrapping_add(right)),
        b'-' => Ok(left.wrapping_sub(right)),
        b'*' => Ok(left.wrapping_mul(right)),
        b'/' | b'%' if right == 0 => Err(CalculationError::DivisionByZero { left, op }),
        b'/' => Ok(left.wrapping_div(right)),
        b'%' => Ok(left.wrapping_rem(right)),
        _ => Err(CalculationError::UnknownOperator(op)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extremes_wrap() {
        for (op, left, right, result) in [
            (b'+', i32::MAX, 1, i32::MIN),
            (b'+', i32::MIN, -1, i32::MAX),
            (b'-', i32::MIN, 1, i32::MAX),
            (b'-', 0, i32::MIN, i32::MIN),
            (b'*', i32::MAX, 2, -2),
            (b'*', i32::MIN, -1, i32::MIN),
            (b'/', i32::MIN, -1, i32::MIN),
            (b'%', i32::MIN, -1, 0),
            (b'/', i32::MIN, i32::MIN, 1),
        ] {
            assert_eq!(
                calculate(op, left, right),
                Ok(result),
                "{left} {} {right}",
                char::from(op)
            );
        }
    }

    #[test]
    fn division_rounds_towards_zero() {
        assert_eq!(calculate(b'/', -7, 2), Ok(-3));
        assert_eq!(calculate(b'%', -7, 2), Ok(-1));
        assert_eq!(calculate(b'%', 7, -2), Ok(1));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let division = calculate(b'%', -5, 0).unwrap_err();
        assert_eq!(division.to_string(), "division by zero: -5 % 0");
        let operator = calculate(b'?', 1, 2).unwrap_err();
        assert_eq!(
            operator.to_string(),
            "unknown operator '?' (0x3f): expected one of + - * / %"
        );
        let control = calculate(0x1b, 1, 2).unwrap_err();
        assert_eq!(
            control.to_string(),
            "unknown operator '\\u{1b}' (0x1b): expected one of + - * / %"
        );
    }
}
