//! What must hold for any bytes as a body or a packet, for the property tests and for `fuzz/`.

use protocol::{
    Codec, PacketError, PacketId,
    message::{Encode, baccarat, describe},
    trace,
};

use super::any_table::AnyMessage;

/// What decode, encode, describe and trace owe to each other for one body.
pub(crate) fn check_any_body(packet_id: PacketId, packet_type: u8, body: &[u8]) {
    let mut scratch = Vec::new();
    let decoded = AnyMessage::decode_as(Codec::Binary, packet_id, body, &mut scratch);
    if let Ok(Some(message)) = &decoded {
        let encoded = message
            .encode_as(Codec::Binary)
            .expect("what was decoded can be encoded");
        assert_eq!(message.packet_id(), packet_id);
        assert_eq!(&encoded.as_bytes()[5..], body);
    }
    check_description(packet_id, body, decoded.err());

    let total_size = u16::try_from(body.len() + 5).unwrap_or(u16::MAX);
    let [id_low, id_high] = packet_id.0.to_le_bytes();
    let [size_low, size_high] = total_size.to_le_bytes();
    let header = [size_low, size_high, id_low, id_high, packet_type];
    check_any_packet(&[&header[..], body].concat());
}

/// The fields follow each other, take every byte, and are safe to print.
fn check_description(packet_id: PacketId, body: &[u8], error: Option<PacketError>) {
    let of_baccarat = baccarat::MESSAGES.describe(packet_id, body);
    let description = of_baccarat.unwrap_or_else(|| describe(packet_id, body));
    assert_eq!(description.error, error);
    let mut end = 0;
    for field in &description.fields {
        assert_eq!(field.range.start, end);
        assert!(!field.value.contains(char::is_control), "{:?}", field.value);
        end = field.range.end;
    }
    assert_eq!(end, body.len());
}

/// A packet, or what is none, is shown without a control character but the line breaks of the dump.
pub(crate) fn check_any_packet(packet: &[u8]) {
    for codec in Codec::ALL {
        let reading = trace::Reading {
            own: Some(&baccarat::MESSAGES),
            ..codec.into()
        };
        let line = trace::line(reading, packet);
        assert!(!line.contains(char::is_control), "{line:?}");
        for line in trace::hex(reading, packet).lines() {
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
}
