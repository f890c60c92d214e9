"""Do the three decoders read the same out of the same message? crates/protocol/tests/vectors/bodies.txt has
its body in each codec, as other encoders have written it. No difference is no output. With --bodies it says
instead how each line of the input is read: a codec, the id of a packet, and its body in hexadecimal, - for none."""
import pathlib, sys

import chat_binary, chat_msgpack, chat_protobuf, packets

CODECS = {"binary": chat_binary, "msgpack": chat_msgpack, "protobuf": chat_protobuf}
VECTORS = pathlib.Path(__file__).parents[2] / "crates/protocol/tests/vectors/bodies.txt"
KNOWN = {name: getattr(packets, name.replace("ROOM_", "")) for name in (
    "ERROR_NTF", "LOGIN_RES", "ROOM_ENTER_RES", "ROOM_USER_LIST_NTF", "ROOM_NEW_USER_NTF",
    "ROOM_LEAVE_RES", "ROOM_LEAVE_USER_NTF", "ROOM_CHAT_RES", "ROOM_CHAT_NTF", "ROOM_ELSEWHERE_NTF",
    "SYNC_RES", "ROOM_POSITION_NTF", "ROOM_HISTORY_NTF", "ROOM_HISTORY_RES")}

def from_hex(body):
    return bytes.fromhex(body.replace("-", ""))

def compare():
    compared = 0
    for line in VECTORS.read_text().splitlines():
        name, *bodies = line.split()
        if name in KNOWN:
            values = [codec.decode(KNOWN[name], from_hex(body)) for codec, body in zip(CODECS.values(), bodies)]
            if not values[0] == values[1] == values[2]:
                sys.exit(f"{name}: {values}")
            compared += 1
    if compared == 0:
        sys.exit(f"nothing to compare in {VECTORS}")

def read_bodies():
    for line in sys.stdin:
        codec, packet_id, body = line.split()
        try:
            for _, value in packets.read([(int(packet_id), from_hex(body))], CODECS[codec].decode):
                print(value)
        except ValueError as error:
            print(error)

if "--bodies" in sys.argv:
    read_bodies()
else:
    compare()
