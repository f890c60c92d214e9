"""A client of chat-server with bodies in MessagePack: python3 chat_msgpack.py --help"""
import struct

from packets import (CHAT_NTF, ELSEWHERE_NTF, ENTER_REQ, ENTER_RES, ERROR_NTF, HISTORY_NTF, HISTORY_REQ,
                     LEAVE_USER_NTF, LOGIN_REQ, POSITION_NTF, RESULTS, SYNC_RES, USER_LIST_NTF)
from program import main

# ANCHOR: pack
def pack(value):  # the longest form of each kind: short ones are an art, but no duty
    if isinstance(value, dict):
        return bytes([0x80 + len(value)]) + b"".join(pack(k) + pack(v) for k, v in value.items())
    if isinstance(value, int):
        return struct.pack(">BQ", 0xCF, value) if value >> 63 == 1 else struct.pack(">Bq", 0xD3, value)
    return struct.pack(">BH", 0xDA, len(value.encode())) + value.encode()
# ANCHOR_END: pack

# ANCHOR: unpack
NUMBERS = "fdBHIQbhiq"  # of the kinds 0xCA to 0xD3, as struct has them
LENGTHS = dict(zip([*range(0xC4, 0xCA), *range(0xD9, 0xE0)], "BHIBHIBHIHIHI"))

def get(form, body, at):  # a value, and where the next one begins
    return struct.unpack_from(">" + form, body, at)[0], at + struct.calcsize(">" + form)

def unpack(body, at=0, depth=0):
    kind, at = get("B", body, at)
    if kind < 0x80 or kind >= 0xE0:  # small numbers are their own kind
        return kind - (0x100 if kind >= 0xE0 else 0), at
    if 0xCA <= kind <= 0xD3:
        return get(NUMBERS[kind - 0xCA], body, at)
    if kind in (0xC0, 0xC2, 0xC3):  # nil, false, true
        return kind == 0xC3, at
    if kind in LENGTHS:
        length, at = get(LENGTHS[kind], body, at)
    elif kind < 0xC0:  # short ones have their length in the same byte
        length = kind & (0x1F if kind >= 0xA0 else 0x0F)
    elif kind >= 0xD4:  # extensions of 1, 2, 4, 8 or 16 bytes
        length = 1 << (kind - 0xD4)
    else:
        raise ValueError("no value begins with c1")
    if kind < 0xA0 or kind >= 0xDC:
        return unpack_items(kind < 0x90 or kind >= 0xDE, length, body, at, depth)
    if 0xC7 <= kind <= 0xC9 or 0xD4 <= kind <= 0xD8:
        length += 1  # an extension says in one byte more what it is
    data, at = get(f"{length}s", body, at)
    return data.decode() if kind < 0xC0 or kind >= 0xD9 else data, at

def unpack_items(is_map, count, body, at, depth):
    if depth == 16:
        raise ValueError("nested too deep")
    items = []
    for _ in range(2 * count if is_map else count):
        item, at = unpack(body, at, depth + 1)
        items.append(item)
    return dict(zip(map(str, items[::2]), items[1::2])) if is_map else items, at
# ANCHOR_END: unpack

# ANCHOR: bodies
def encode(packet_id, value):
    if packet_id == LOGIN_REQ:
        return pack(dict(zip(("UserID", "UserPW"), value)))
    if packet_id == HISTORY_REQ:
        return pack(dict(zip(("Epoch", "Generation", "Number"), value)))
    return pack({"RoomNumber" if packet_id == ENTER_REQ else "Msg": value})

def decode(packet_id, body):  # (result, own id), or (id, message), or id, or {id: name, ...}
    fields, end = unpack(body)
    if end != len(body):
        raise ValueError(f"{len(body) - end} bytes are left over")
    if packet_id in RESULTS:  # success is 0 in MessagePack
        result = of(int, fields["ErrorCode" if packet_id == ERROR_NTF else "Result"])
        name = {ENTER_RES: "RoomUserUniqueId", SYNC_RES: "Epoch"}.get(packet_id)
        return result or 1, of(int, fields[name]) if name else 0
    if packet_id == CHAT_NTF:
        return of(int, fields["UserUniqueId"]), of(str, fields["Msg"])
    if packet_id == LEAVE_USER_NTF:
        return of(int, fields["UserUniqueId"])
    if packet_id == ELSEWHERE_NTF:
        place = of(int, fields["RoomNumber"]), of(str, fields["Host"]), of(int, fields["Port"])
        return (*place, of(str, fields["Ticket"]))
    if packet_id == POSITION_NTF:
        return tuple(of(int, fields[name]) for name in ("Epoch", "Generation", "Number"))
    if packet_id == HISTORY_NTF:
        place = of(int, fields["Generation"]), of(int, fields["Number"])
        return (*place, of(str, fields["UserID"]), of(str, fields["Msg"]))
    ids, names = fields["UniqueId"], fields["ID"]
    if packet_id != USER_LIST_NTF:  # one user
        ids, names = [ids], [names]
    if len(of(list, ids)) != len(of(list, names)):
        raise ValueError(f"{len(ids)} ids, but {len(names)} names")
    return {of(int, unique_id): of(str, name) for unique_id, name in zip(ids, names)}

def of(kind, value):
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} should be of type {kind.__name__}")
    return value
# ANCHOR_END: bodies

if __name__ == "__main__":
    main(encode, decode)
