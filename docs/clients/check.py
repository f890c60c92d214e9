"""Do the three decoders read the same out of the same message? crates/protocol/tests/vectors/bodies.txt has
its body in each codec, as other encoders have written it. No difference is no output."""
import pathlib, sys

import chat_binary, chat_msgpack, chat_protobuf, packets

VECTORS = pathlib.Path(__file__).parents[2] / "crates/protocol/tests/vectors/bodies.txt"
KNOWN = {name: getattr(packets, name.replace("ROOM_", "")) for name in (
    "ERROR_NTF", "LOGIN_RES", "ROOM_ENTER_RES", "ROOM_USER_LIST_NTF", "ROOM_NEW_USER_NTF",
    "ROOM_LEAVE_RES", "ROOM_LEAVE_USER_NTF", "ROOM_CHAT_RES", "ROOM_CHAT_NTF")}

compared = 0
for line in VECTORS.read_text().splitlines():
    name, *bodies = line.split()
    if name in KNOWN:
        bodies = [bytes.fromhex(body.replace("-", "")) for body in bodies]
        codecs = chat_binary, chat_msgpack, chat_protobuf
        values = [codec.decode(KNOWN[name], body) for codec, body in zip(codecs, bodies)]
        if not values[0] == values[1] == values[2]:
            sys.exit(f"{name}: {values}")
        compared += 1
if compared == 0:
    sys.exit(f"nothing to compare in {VECTORS}")
