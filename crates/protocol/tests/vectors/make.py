"""Makes bodies.txt: bodies of messages in each codec, by encoders that share no code with this crate.

    python3 -m venv venv && venv/bin/pip install msgpack grpcio-tools
    venv/bin/python make.py > bodies.txt

Run it when a message is new; rows that were there must not change.
"""

import importlib
import pathlib
import struct
import sys
import tempfile

import msgpack
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto" / "chat.proto"


def chat_pb2():
    with tempfile.TemporaryDirectory() as folder:
        assert protoc.main(["protoc", f"-I{PROTO.parent}", f"--python_out={folder}", str(PROTO)]) == 0
        sys.path.insert(0, folder)
        return importlib.import_module("chat_pb2")


chat = chat_pb2()


def padded(text):
    return text.encode().ljust(16, b"\0")


def text8(text):
    return struct.pack("<b", len(text.encode())) + text.encode()


def text16(text):
    return struct.pack("<h", len(text.encode())) + text.encode()


def row(name, binary, fields, message):
    """A map without an entry is no bytes: nobody needs to be told of it."""
    packed = msgpack.packb(fields) if fields else b""
    proto = message.SerializeToString(deterministic=True)
    print(name, *(body.hex() or "-" for body in (binary, packed, proto)))


def raw(name, body):
    """The same in every codec."""
    print(name, *[body.hex() or "-"] * 3)


def result(name, code):
    message = getattr(chat, "".join(word.capitalize() for word in name.split("_")))
    number = 0 if code == 1 else code
    row(name, struct.pack("<h", code), {"Result": number}, message(result=code))


def number(name, message, value):
    if value is None:
        row(name, b"", {}, message())
    else:
        row(name, struct.pack("<h", value), {"Number": value}, message(number=value))


def user_list(users):
    binary = struct.pack("<b", len(users))
    binary += b"".join(struct.pack("<Q", unique_id) + text8(user_id) for unique_id, user_id in users)
    fields = {
        "UserCount": len(users),
        "UniqueId": [unique_id for unique_id, _ in users],
        "ID": [user_id for _, user_id in users],
    }
    proto = [chat.RoomUser(unique_id=unique_id, user_id=user_id) for unique_id, user_id in users]
    row("ROOM_USER_LIST_NTF", binary, fields, chat.RoomUserListNtf(users=proto))


print("# Made by make.py: packet id, then the body in binary, msgpack and protobuf; - is a body of no bytes.")

raw("ECHO", b"")
raw("ECHO", b"\x00\xff")
for value in (None, 0, -1, 127, 128, -32, -33, -129, 32767, -32768):
    number("PING_REQ", chat.PingReq, value)
number("PING_RES", chat.PingRes, None)
number("PING_RES", chat.PingRes, 258)
for code in (51, 65, 127, 128, 32767, -1):
    row("ERROR_NTF", struct.pack("<h", code), {"ErrorCode": code}, chat.ErrorNtf(error=code))
for user_id, password in (("alice", "sesame"), ("안녕", ""), ("sixteen bytes ok", "0123456789abcdef")):
    row(
        "LOGIN_REQ",
        padded(user_id) + padded(password),
        {"UserID": user_id, "UserPW": password},
        chat.LoginReq(user_id=user_id, password=password),
    )
result("LOGIN_RES", 1)
result("LOGIN_RES", 111)
for room in (0, 7, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, -1, -32, -33, -128, -129, -32769, -(2**31)):
    row("ROOM_ENTER_REQ", struct.pack("<i", room), {"RoomNumber": room}, chat.RoomEnterReq(room=room))
for code, room, unique_id in ((1, 0, 1), (1, 1000, 2**64 - 1), (134, 0, 0)):
    row(
        "ROOM_ENTER_RES",
        struct.pack("<hiQ", code, room, unique_id),
        {"Result": 0 if code == 1 else code, "RoomNumber": room, "RoomUserUniqueId": unique_id},
        chat.RoomEnterRes(result=code, room=room, user_unique_id=unique_id),
    )
user_list([])
user_list([(1, "bob"), (256, "")])
user_list([(unique_id, f"user{unique_id}") for unique_id in range(120, 140)])
user_list([(2**40 + place, "x") for place in range(127)])
user_list([(1, "x" * 127)])
for unique_id, user_id in ((2, "안"), (2**32, "x" * 31), (2**32 - 1, "x" * 32)):
    row(
        "ROOM_NEW_USER_NTF",
        struct.pack("<Q", unique_id) + text8(user_id),
        {"UniqueId": unique_id, "ID": user_id},
        chat.RoomNewUserNtf(unique_id=unique_id, user_id=user_id),
    )
row("ROOM_LEAVE_REQ", b"", {}, chat.RoomLeaveReq())
result("ROOM_LEAVE_RES", 1)
for unique_id in (1, 128, 2**63, 2**64 - 1):
    row(
        "ROOM_LEAVE_USER_NTF",
        struct.pack("<Q", unique_id),
        {"UserUniqueId": unique_id},
        chat.RoomLeaveUserNtf(unique_id=unique_id),
    )
for message in ("hi", "", "안녕\n", "x" * 126, "x" * 255, "x" * 256):
    row("ROOM_CHAT_REQ", text16(message), {"Msg": message}, chat.RoomChatReq(message=message))
result("ROOM_CHAT_RES", 151)
for unique_id, message in ((3, "hello"), (300, "안\n")):
    row(
        "ROOM_CHAT_NTF",
        struct.pack("<Q", unique_id) + text16(message),
        {"UserUniqueId": unique_id, "Msg": message},
        chat.RoomChatNtf(unique_id=unique_id, message=message),
    )
raw("ROOM_RELAY_REQ", b"\xff\x00")
raw("ROOM_RELAY_NTF", struct.pack("<Q", 4) + b"\xff\x00")
for name, message in (("WHISPER_REQ", chat.WhisperReq), ("WHISPER_NTF", chat.WhisperNtf)):
    row(
        name,
        text8("bob") + text16("psst"),
        {"UserID": "bob", "Msg": "psst"},
        message(user_id="bob", message="psst"),
    )
result("WHISPER_RES", 153)
for name, message in (
    ("ROOM_INVITE_REQ", chat.RoomInviteReq),
    ("ROOM_INVITE_DECLINE_REQ", chat.RoomInviteDeclineReq),
    ("ROOM_INVITE_DECLINE_NTF", chat.RoomInviteDeclineNtf),
):
    row(name, text8("alice"), {"UserID": "alice"}, message(user_id="alice"))
result("ROOM_INVITE_RES", 1)
row(
    "ROOM_INVITE_NTF",
    text8("alice") + struct.pack("<i", 7),
    {"UserID": "alice", "RoomNumber": 7},
    chat.RoomInviteNtf(user_id="alice", room=7),
)
