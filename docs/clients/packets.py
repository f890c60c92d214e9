"""From the stream of bytes to packets and back: the same in every codec."""
import struct

ERROR_NTF, PING_REQ, LOGIN_REQ, LOGIN_RES, ENTER_REQ, ENTER_RES = 203, 201, 701, 702, 721, 722
USER_LIST_NTF, NEW_USER_NTF, LEAVE_REQ, LEAVE_RES, LEAVE_USER_NTF = 723, 724, 726, 727, 728
CHAT_REQ, CHAT_RES, CHAT_NTF, ELSEWHERE_NTF = 731, 732, 733, 786
SYNC_REQ, SYNC_RES, POSITION_NTF, HISTORY_REQ, HISTORY_NTF, HISTORY_RES = range(791, 797)
RESULTS = ERROR_NTF, LOGIN_RES, ENTER_RES, LEAVE_RES, CHAT_RES, SYNC_RES, HISTORY_RES
NEWS = USER_LIST_NTF, NEW_USER_NTF, LEAVE_USER_NTF, CHAT_NTF, ELSEWHERE_NTF, POSITION_NTF, HISTORY_NTF
GOING = 64, 67  # the server, or its rooms: others may have them
UNKNOWN, GAP = 53, 156  # no error of anybody: this server keeps nothing, or not as much as was asked for
WRONG_CODEC = "does this port speak another codec?"
ERRORS = {
    51: f"the server cannot read this: {WRONG_CODEC}",
    62: "this client reads too slowly",
    63: "too many packets a second",
    64: "the server is shutting down",
    65: "the server is full",
    67: "the server has lost its place among the others",
    68: "you have logged in again elsewhere",
    111: "the name is taken",
    112: "the name is not allowed",
    113: "the server does not let you in: it wants a ticket (--api)",
    114: "nobody can check the ticket now",
    122: "there is no such room",
    134: "the room is full",
    151: "a message has 1 to 126 bytes",
    157: "the message could not be kept, so nobody has seen it",
}

def printable(text):  # control characters of others are shown, not obeyed
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)

# ANCHOR: packets
def packet(packet_id, body):
    return struct.pack("<HHB", 5 + len(body), packet_id, 0) + body

def packets(connection):  # TCP cuts where it likes: a packet has come when all its bytes have
    data = b""
    while more := connection.recv(65536):
        data += more
        while len(data) >= 5 and len(data) >= (size := struct.unpack_from("<H", data)[0]):
            if size < 5 or data[4] != 0:
                raise ValueError(f"the server sent no plain packet: size {size}, type {data[4]}")
            yield struct.unpack_from("<H", data, 2)[0], data[5:size]
            data = data[size:]
    raise ConnectionError("the server closed the connection")
# ANCHOR_END: packets

# ANCHOR: read
def read(packets, decode):  # what they say; others, which a newer server may send, are skipped
    for packet_id, body in packets:
        if packet_id in RESULTS + NEWS:
            try:
                value = decode(packet_id, body)
            except (LookupError, TypeError, ValueError, struct.error) as error:
                raise ValueError(f"cannot read packet {packet_id} ({error!r}): {WRONG_CODEC}") from error
            if packet_id in RESULTS and value[0] not in (1, UNKNOWN, GAP):
                kind = ConnectionError if value[0] in GOING else ValueError
                raise kind(f"error {value[0]}: {ERRORS.get(value[0], WRONG_CODEC)}")
            yield packet_id, value
# ANCHOR_END: read
