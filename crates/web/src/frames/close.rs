//! The frame that ends a conversation: nothing, or a code and a reason.

use tungstenite::protocol::frame::coding::{CloseCode, Control, OpCode};

use super::head::Head;
use super::mistake::Mistake;

/// It was registered later than `tungstenite` knows.
const BAD_GATEWAY: u16 = 1014;

/// The code that a client has closed with; `None` where it has said none.
pub(super) fn code_of(payload: &[u8]) -> Result<Option<CloseCode>, Mistake> {
    let [high, low, reason @ ..] = payload else {
        return match payload {
            [] => Ok(None),
            _ => Err(Mistake::HalfCode),
        };
    };
    let number = u16::from_be_bytes([*high, *low]);
    let code = CloseCode::from(number);
    if !code.is_allowed() && number != BAD_GATEWAY {
        return Err(Mistake::Code(number));
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(Some(code)),
        Err(_) => Err(Mistake::Reason),
    }
}

/// Appends a close with this code, or with none.
pub(super) fn append(code: Option<CloseCode>, out: &mut Vec<u8>) {
    let head = Head {
        opcode: OpCode::Control(Control::Close),
        is_final: true,
        mask: None,
        length: code.map_or(0, |_| 2),
    };
    head.append(out);
    if let Some(code) = code {
        out.extend_from_slice(&u16::from(code).to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u16) -> Result<Option<CloseCode>, Mistake> {
        code_of(&number.to_be_bytes())
    }

    #[test]
    fn only_codes_that_are_sent_are_codes() {
        for number in [
            1000, 1001, 1002, 1003, 1007, 1009, 1011, 1014, 3000, 3999, 4000, 4999,
        ] {
            assert_eq!(code(number).map(|code| code.map(u16::from)), Ok(Some(number)));
        }
        for number in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX] {
            assert_eq!(code(number), Err(Mistake::Code(number)));
        }
    }

    #[test]
    fn a_code_may_be_left_out_and_a_reason_is_text() {
        assert_eq!(code_of(b""), Ok(None));
        assert_eq!(code_of(b"\x03"), Err(Mistake::HalfCode));
        assert_eq!(code_of(b"\x03\xe8bye"), Ok(Some(CloseCode::Normal)));
        assert_eq!(code_of(b"\x03\xe8\xff"), Err(Mistake::Reason));
    }
}
