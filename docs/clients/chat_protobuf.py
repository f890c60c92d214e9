"""A client of chat-server with bodies in Protocol Buffers: python3 chat_protobuf.py --help"""
from packets import (CHAT_NTF, ELSEWHERE_NTF, HISTORY_NTF, HISTORY_REQ, LEAVE_USER_NTF, LOGIN_REQ, POSITION_NTF,
                     RESULTS, SYNC_RES, USER_LIST_NTF)
from program import main

# ANCHOR: write
def varint(number):  # 7 bits a byte, the lowest first; the highest bit says that another byte follows
    number &= 0xFFFF_FFFF_FFFF_FFFF  # a negative one is sent with all its 64 bits
    start = []
    while number > 0x7F:
        start.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*start, number])

def field(number, value):  # its key is its number, times 8, plus its kind: 0 for a number, 2 for a text
    if isinstance(value, int):
        return varint(8 * number) + varint(value)
    return varint(8 * number + 2) + varint(len(value.encode())) + value.encode()
# ANCHOR_END: write

# ANCHOR: read
def read_varint(body, at):
    number = 0
    for shift in range(0, 70, 7):
        number |= (body[at] & 0x7F) << shift
        at += 1
        if body[at - 1] < 0x80:
            return number, at
    raise ValueError("a number of more than 10 bytes")

def read_bytes(body, at, length):
    if at + length > len(body):
        raise ValueError("a field is longer than the body")
    return body[at:at + length], at + length

def read_fields(body):  # of every field all its values, for it may be repeated
    fields, at = {}, 0
    while at < len(body):
        key, at = read_varint(body, at)
        if key % 8 == 0:
            value, at = read_varint(body, at)
        elif key % 8 == 1:
            value, at = read_bytes(body, at, 8)
        elif key % 8 == 2:
            length, at = read_varint(body, at)
            value, at = read_bytes(body, at, length)
        elif key % 8 == 5:
            value, at = read_bytes(body, at, 4)
        else:
            raise ValueError(f"no field begins with {key}")
        fields.setdefault(key // 8, []).append(value)
    return fields

def value_of(fields, number, kind):  # a field that is missing is 0 or empty, and the last one counts
    value = fields.get(number, [kind()])[-1]
    if not isinstance(value, kind):
        raise ValueError(f"field {number} is of another kind")
    return value
# ANCHOR_END: read

# ANCHOR: bodies
def encode(packet_id, value):  # user_id, room and message all are field 1 of their messages
    if packet_id in (LOGIN_REQ, HISTORY_REQ):  # a field that is empty or 0 is left out
        return b"".join(field(number, item) for number, item in enumerate(value, 1) if item)
    return field(1, value)

def decode(packet_id, body):  # (result, own id), or (id, message), or id, or {id: name, ...}
    fields = read_fields(body)
    if packet_id in RESULTS:
        result = value_of(fields, 1, int)
        return result - (2**64 if result >> 63 else 0), value_of(fields, 2 if packet_id == SYNC_RES else 3, int)
    if packet_id == CHAT_NTF:
        return value_of(fields, 1, int), value_of(fields, 2, bytes).decode()
    if packet_id == LEAVE_USER_NTF:
        return value_of(fields, 1, int)
    if packet_id == ELSEWHERE_NTF:
        host, ticket = (value_of(fields, number, bytes).decode() for number in (3, 4))
        return value_of(fields, 1, int), host, value_of(fields, 2, int), ticket
    if packet_id == POSITION_NTF:
        return tuple(value_of(fields, number, int) for number in (1, 2, 3))
    if packet_id == HISTORY_NTF:
        user, message = (value_of(fields, number, bytes).decode() for number in (3, 4))
        return value_of(fields, 1, int), value_of(fields, 2, int), user, message
    users = map(read_fields, fields.get(1, [])) if packet_id == USER_LIST_NTF else [fields]
    return {value_of(user, 1, int): value_of(user, 2, bytes).decode() for user in users}
# ANCHOR_END: bodies

if __name__ == "__main__":
    main(encode, decode)
