//! Packets as the description of the wire has them, written down by hand: what the `protocol` crate makes
//! of them is what is being tested.

/// The id of ECHO.
pub(crate) const ECHO: u16 = 101;

pub(crate) const SLOW_CONSUMER: i16 = 62;
pub(crate) const RATE_LIMITED: i16 = 63;
pub(crate) const SERVER_SHUTTING_DOWN: i16 = 64;
pub(crate) const SERVER_FULL: i16 = 65;
pub(crate) const IDLE_TIMEOUT: i16 = 66;

/// `total_size:u16  packet_id:u16  packet_type:u8  body`, little-endian.
pub(crate) fn packet(id: u16, packet_type: u8, body: &[u8]) -> Vec<u8> {
    let total_size = u16::try_from(5 + body.len()).expect("a packet has at most 65,535 bytes");
    let [size_low, size_high] = total_size.to_le_bytes();
    let [id_low, id_high] = id.to_le_bytes();
    [&[size_low, size_high, id_low, id_high, packet_type], body].concat()
}

/// A plain ECHO packet.
pub(crate) fn echo(body: &[u8]) -> Vec<u8> {
    packet(ECHO, 0, body)
}

/// ERROR_NTF, whose id is 203: `error:i16`.
pub(crate) fn error_packet(error: i16) -> [u8; 7] {
    let [low, high] = error.to_le_bytes();
    [7, 0, 203, 0, 0, low, high]
}
