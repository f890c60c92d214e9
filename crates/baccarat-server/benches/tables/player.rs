//! A player: a connection that does not block, its packets, and what it has.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use mio::net::TcpStream;
use protocol::message::baccarat::{Message, PayoutNtf, StakeRes};
use protocol::message::{LoginReq, RoomEnterReq};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, FrameDecoder};

/// Hundredths of a chip that a new user has.
const CHIPS: i64 = 1_000_000;

/// What one stake costs.
const STAKE: i64 = 100;

/// A member of a table.
pub(crate) struct Player {
    pub(crate) stream: TcpStream,
    decoder: FrameDecoder,
    balance: i64,
}

impl Player {
    /// Connects, and asks to log in and to sit down.
    pub(crate) fn sit_down(server: SocketAddr, table: usize, seat: usize) -> anyhow::Result<Self> {
        let mut stream = std::net::TcpStream::connect(server).context("cannot connect")?;
        stream.set_nodelay(true)?;
        let log_in = LoginReq::new(&format!("{table} {seat}"), "")?.encode()?;
        let room = i32::try_from(table)?;
        let enter = RoomEnterReq { room }.encode()?;
        stream.write_all(&[log_in.as_bytes(), enter.as_bytes()].concat())?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(stream),
            decoder: FrameDecoder::new(DEFAULT_MAX_PACKET),
            balance: CHIPS,
        })
    }

    /// A request, which is far smaller than the socket's buffer.
    pub(crate) fn send(&mut self, packet: &[u8]) -> anyhow::Result<()> {
        let sent = self.stream.write(packet)?;
        ensure!(sent == packet.len(), "the server does not read");
        Ok(())
    }

    /// Reads what is there, and hands over each message of a table.
    pub(crate) fn read(
        &mut self,
        mut take: impl FnMut(Message<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => bail!("the server has closed a connection"),
                Ok(count) => self.decoder.push(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(io::Error::into(error)),
            }
            while let Some(frame) = self.decoder.next_frame()? {
                if let Some(message) = Message::decode(frame.header.packet_id, frame.body())? {
                    match &message {
                        Message::StakeRes(staked) => check_stake(&mut self.balance, staked)?,
                        Message::PayoutNtf(payout) => check_payout(&mut self.balance, payout)?,
                        _ => {}
                    }
                    take(message)?;
                }
            }
        }
    }
}

/// One that came too late has cost nothing.
fn check_stake(balance: &mut i64, staked: &StakeRes) -> anyhow::Result<()> {
    match staked.result {
        ErrorCode::NONE => *balance -= STAKE,
        ErrorCode::GAME_BET_INVALID_ROOM_STATE => {}
        result => bail!("a stake was refused: {result}"),
    }
    ensure!(
        staked.balance == *balance,
        "expected a balance of {balance}, got {staked:?}"
    );
    Ok(())
}

fn check_payout(balance: &mut i64, payout: &PayoutNtf) -> anyhow::Result<()> {
    *balance += payout.payouts.iter().map(|payout| payout.returned).sum::<i64>();
    ensure!(
        payout.balance == *balance,
        "expected a balance of {balance}, got {payout:?}"
    );
    Ok(())
}
