//! The calculator, and what can be wrong with it.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

use super::{keep_open, read_some, serve, serve_until_an_error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    BigEndian,
    BigEndianResult,
    NumbersHaveNoSign,
    SwapsLeftAndRight,
    Saturates,
    FloatingPoint,
    RoundsDown,
    MinusOneForUnknown,
    ZeroForDivisionByZero,
    ZeroForRemainderByZero,
    TrustsTheLength,
    LengthInOneByte,
    LengthHasNoSign,
    OneReadIsOneRequest,
    ForgetsTheRestOfARead,
    AnswersOutOfOrder,
    LosesRepliesAtAnError,
    ClosesAllAtAnError,
    IgnoresHalfClose,
    OnlyOneRequest,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    if mistake == Some(Mistake::ClosesAllAtAnError) {
        return serve_until_an_error(move |client| talk(client, mistake));
    }
    serve(move |client| talk(&client, mistake))
}

fn talk(mut client: &TcpStream, mistake: Option<Mistake>) -> io::Result<()> {
    let is = |one| mistake == Some(one);
    let mut begun = Vec::new();
    loop {
        let piece = read_some(client)?;
        if piece.is_empty() {
            break;
        }
        if is(Mistake::OneReadIsOneRequest) && piece.len() < 13 {
            return Ok(());
        }
        begun.extend(piece);
        let mut results = Vec::new();
        let outcome = answer_all(&mut begun, &mut results, mistake);
        if is(Mistake::AnswersOutOfOrder) {
            results.reverse();
        }
        if is(Mistake::LosesRepliesAtAnError) && outcome.is_err() {
            return outcome;
        }
        let replies: Vec<_> = results
            .iter()
            .flat_map(|result| bytes(*result, mistake))
            .collect();
        client.write_all(&replies)?;
        outcome?;
        if is(Mistake::ForgetsTheRestOfARead) && !replies.is_empty() {
            begun.clear();
        }
        if is(Mistake::OnlyOneRequest) && !replies.is_empty() {
            return Ok(());
        }
    }
    if is(Mistake::IgnoresHalfClose) {
        keep_open();
    }
    Ok(())
}

fn bytes(result: i32, mistake: Option<Mistake>) -> [u8; 4] {
    match mistake {
        Some(Mistake::BigEndianResult | Mistake::BigEndian) => result.to_be_bytes(),
        _ => result.to_le_bytes(),
    }
}

fn number(bytes: [u8; 4], mistake: Option<Mistake>) -> i32 {
    match mistake {
        Some(Mistake::BigEndian) => i32::from_be_bytes(bytes),
        _ => i32::from_le_bytes(bytes),
    }
}

fn answer_all(begun: &mut Vec<u8>, results: &mut Vec<i32>, mistake: Option<Mistake>) -> io::Result<()> {
    while let Some(length) = begun.first_chunk().map(|bytes| number(*bytes, mistake)) {
        let wanted = match mistake {
            Some(Mistake::TrustsTheLength) if length > 9 => length as usize,
            Some(Mistake::LengthHasNoSign) if length < 0 => usize::MAX - 4,
            Some(Mistake::LengthInOneByte) if length & 0xff == 9 => 9,
            _ if length == 9 => 9,
            _ => return Err(io::Error::other("a length that cannot be")),
        };
        if begun.len() < 4 + wanted {
            break;
        }
        let request: Vec<_> = begun.drain(..4 + wanted).skip(4).collect();
        let number = |at: usize| number(request[at..at + 4].try_into().expect("4 bytes"), mistake);
        results.push(calculate(request[0], number(1), number(5), mistake)?);
    }
    Ok(())
}

fn calculate(op: u8, left: i32, right: i32, mistake: Option<Mistake>) -> io::Result<i32> {
    let is = |one| mistake == Some(one);
    let (left, right) = if is(Mistake::SwapsLeftAndRight) {
        (right, left)
    } else {
        (left, right)
    };
    let error = || Err(io::Error::other("no result"));
    Ok(match op {
        b'+' if is(Mistake::Saturates) => left.saturating_add(right),
        b'-' if is(Mistake::Saturates) => left.saturating_sub(right),
        b'*' if is(Mistake::Saturates) => left.saturating_mul(right),
        b'*' if is(Mistake::FloatingPoint) => (f64::from(left) * f64::from(right)) as i64 as i32,
        b'+' => left.wrapping_add(right),
        b'-' => left.wrapping_sub(right),
        b'*' => left.wrapping_mul(right),
        b'/' if right == 0 && is(Mistake::ZeroForDivisionByZero) => 0,
        b'%' if right == 0 && is(Mistake::ZeroForRemainderByZero) => 0,
        b'/' | b'%' if right == 0 => return error(),
        b'/' if is(Mistake::NumbersHaveNoSign) => (left as u32 / right as u32) as i32,
        b'%' if is(Mistake::NumbersHaveNoSign) => (left as u32 % right as u32) as i32,
        b'/' if is(Mistake::RoundsDown) => left.wrapping_div_euclid(right),
        b'%' if is(Mistake::RoundsDown) => left.wrapping_rem_euclid(right),
        b'/' => left.wrapping_div(right),
        b'%' => left.wrapping_rem(right),
        _ if is(Mistake::MinusOneForUnknown) => -1,
        _ => return error(),
    })
}
