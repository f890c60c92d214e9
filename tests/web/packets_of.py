"""Packets for the two clients beside this file, by hand as in the description of the wire."""

import struct

ROOM_ENTER_RES, ROOM_CHAT_NTF, ERROR_NTF = 722, 733, 203


def packet(packet_id, body=b""):
    return struct.pack("<HHB", 5 + len(body), packet_id, 0) + body


def log_in(name):
    return packet(701, name.encode().ljust(16, b"\0") + bytes(16))


def enter(room):
    return packet(721, struct.pack("<i", room))


def chat(text):
    message = text.encode()
    return packet(731, struct.pack("<h", len(message)) + message)


class Stream:
    """Packets out of the pieces in which they come."""

    def __init__(self):
        self.rest = b""

    def packets(self, piece):
        self.rest += piece
        while len(self.rest) >= 5:
            size, packet_id, _ = struct.unpack_from("<HHB", self.rest)
            if len(self.rest) < size:
                return
            body, self.rest = self.rest[5:size], self.rest[size:]
            yield packet_id, body
