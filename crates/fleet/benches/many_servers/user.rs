//! A user of a chat server: a client that blocks, and reads what it waits for.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, bail, ensure};
use protocol::message::{Decode, Encode, ErrorNtf, LoginReq, LoginRes, RoomEnterReq, RoomEnterRes};
use protocol::{Codec, ErrorCode, HEADER_SIZE, Header, LARGEST_PACKET, PacketId};

use crate::cluster::PATIENCE;

/// A user who is logged in.
pub(crate) struct User {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
    scratch: Vec<u8>,
}

impl User {
    /// Connects and logs in; a ticket is a password.
    pub(crate) fn log_in(server: SocketAddr, user_id: &str, password: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect_timeout(&server, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut user = Self {
            reader: BufReader::new(stream.try_clone()?),
            stream,
            body: Vec::new(),
            scratch: Vec::new(),
        };
        user.send(&LoginReq::new(user_id, password)?)?;
        let answer: LoginRes = user.wait_for(PacketId::LOGIN_RES)?;
        ensure!(
            answer.result == ErrorCode::NONE,
            "{user_id} may not log in: {}",
            answer.result
        );
        Ok(user)
    }

    /// Enters a room, and gives the unique id there.
    pub(crate) fn enter(&mut self, room: i32) -> anyhow::Result<u64> {
        self.send(&RoomEnterReq { room })?;
        let answer: RoomEnterRes = self.wait_for(PacketId::ROOM_ENTER_RES)?;
        ensure!(
            answer.result == ErrorCode::NONE,
            "room {room} may not be entered: {}",
            answer.result
        );
        Ok(answer.user_unique_id)
    }

    pub(crate) fn send(&self, message: &impl Encode) -> anyhow::Result<()> {
        self.send_bytes(message.encode_as(Codec::Binary)?.as_bytes())
    }

    /// Whole packets.
    pub(crate) fn send_bytes(&self, bytes: &[u8]) -> anyhow::Result<()> {
        (&self.stream).write_all(bytes).context("cannot write")
    }

    /// A second handle of the same connection, for a thread that sends while another receives.
    pub(crate) fn sender(&self) -> anyhow::Result<TcpStream> {
        Ok(self.stream.try_clone()?)
    }

    /// Reads the next packet of this kind. Others before it are passed over, but for one that tells of an error.
    pub(crate) fn wait_for<'a, M: Decode<'a>>(&'a mut self, wanted: PacketId) -> anyhow::Result<M> {
        while self.read()? != wanted {}
        Ok(M::decode_as(Codec::Binary, &self.body, &mut self.scratch)?)
    }

    /// Reads the next packet; its body is [`body`](Self::body) then.
    pub(crate) fn read(&mut self) -> anyhow::Result<PacketId> {
        let mut header = [0; HEADER_SIZE];
        self.reader.read_exact(&mut header).context("cannot read")?;
        let header = Header::decode(&header, LARGEST_PACKET)?;
        self.body.resize(usize::from(header.total_size) - HEADER_SIZE, 0);
        self.reader.read_exact(&mut self.body).context("cannot read")?;
        if header.packet_id == PacketId::ERROR_NTF {
            let told: ErrorNtf = Decode::decode_as(Codec::Binary, &self.body, &mut Vec::new())?;
            bail!("the server says {}", told.error);
        }
        Ok(header.packet_id)
    }

    /// Of the packet that was read last.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}
