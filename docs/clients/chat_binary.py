"""A client of chat-server with binary bodies: python3 chat_binary.py --help"""
import struct

from packets import (CHAT_NTF, ELSEWHERE_NTF, ENTER_REQ, ENTER_RES, HISTORY_NTF, HISTORY_REQ, LEAVE_USER_NTF,
                     LOGIN_REQ, POSITION_NTF, RESULTS, SYNC_RES, USER_LIST_NTF)
from program import main

# ANCHOR: encode
def encode(packet_id, value):  # < is little-endian; 16s is filled up with zero bytes
    if packet_id == LOGIN_REQ:
        return struct.pack("<16s16s", *(text.encode() for text in value))
    if packet_id == ENTER_REQ:
        return struct.pack("<i", value)
    if packet_id == HISTORY_REQ:
        return struct.pack("<3Q", *value)
    return struct.pack("<h", len(value.encode())) + value.encode()
# ANCHOR_END: encode

# ANCHOR: decode
def decode(packet_id, body):  # (result, own id), or (id, message), or id, or {id: name, ...}
    if packet_id == ENTER_RES:
        result, _, unique_id = struct.unpack("<hiQ", body)
        return result, unique_id
    if packet_id == SYNC_RES:
        return struct.unpack("<hQ", body)
    if packet_id in RESULTS:
        return struct.unpack("<h", body)[0], 0
    if packet_id == CHAT_NTF:
        unique_id, length = struct.unpack_from("<Qh", body)
        return unique_id, struct.unpack(f"<Qh{length}s", body)[2].decode()
    if packet_id == LEAVE_USER_NTF:
        return struct.unpack("<Q", body)[0]
    if packet_id == ELSEWHERE_NTF:
        length = struct.unpack_from("<iHb", body)[2]
        room, port, _, host, ticket = struct.unpack(f"<iHb{length}s16s", body)
        return room, host.decode(), port, ticket.rstrip(b"\0").decode()
    if packet_id == POSITION_NTF:
        return struct.unpack("<3Q", body)
    if packet_id == HISTORY_NTF:
        length = struct.unpack_from("<b", body, 16)[0]
        size = struct.unpack_from("<h", body, 17 + length)[0]
        generation, number, _, user, _, message = struct.unpack(f"<2Qb{length}sh{size}s", body)
        return generation, number, user.decode(), message.decode()
    count, at = (body[0], 1) if packet_id == USER_LIST_NTF else (1, 0)
    users = {}
    for _ in range(count):
        unique_id, length = struct.unpack_from("<Qb", body, at)
        users[unique_id] = struct.unpack_from(f"{length}s", body, at + 9)[0].decode()
        at += 9 + length
    if at != len(body):
        raise ValueError(f"{len(body) - at} bytes are left over")
    return users
# ANCHOR_END: decode

if __name__ == "__main__":
    main(encode, decode)
