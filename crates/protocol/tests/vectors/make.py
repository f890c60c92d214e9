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

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def compiled(*names):
    with tempfile.TemporaryDirectory() as folder:
        files = [str(PROTO / f"{name}.proto") for name in names]
        assert protoc.main(["protoc", f"-I{PROTO}", f"--python_out={folder}", *files]) == 0
        sys.path.insert(0, folder)
        return [importlib.import_module(f"{name}_pb2") for name in names]


chat, baccarat = compiled("chat", "baccarat")


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


def result(name, code, package=chat):
    message = getattr(package, "".join(word.capitalize() for word in name.split("_")))
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
for room, port, host, ticket in (
    (1200, 11022, "b.example", "0123456789abcd-_"),
    (0, 0, "", ""),
    (7, 65535, "127.0.0.1", "t"),
):
    row(
        "ROOM_ELSEWHERE_NTF",
        struct.pack("<iH", room, port) + text8(host) + padded(ticket),
        {"RoomNumber": room, "Port": port, "Host": host, "Ticket": ticket},
        chat.RoomElsewhereNtf(room=room, port=port, host=host, ticket=ticket),
    )


def position(name, message, epoch, generation, number):
    row(
        name,
        struct.pack("<3Q", epoch, generation, number),
        {"Epoch": epoch, "Generation": generation, "Number": number},
        message(epoch=epoch, generation=generation, number=number),
    )


row("SYNC_REQ", b"", {}, chat.SyncReq())
for epoch in (1, 2**64 - 1):
    fields = {"Result": 0, "Epoch": epoch}
    row("SYNC_RES", struct.pack("<hQ", 1, epoch), fields, chat.SyncRes(result=1, epoch=epoch))
for name, message in (("ROOM_POSITION_NTF", chat.RoomPositionNtf), ("ROOM_HISTORY_REQ", chat.RoomHistoryReq)):
    position(name, message, 0, 0, 0)
    position(name, message, 2**63 + 5, 1_700_000_000_000, 300)
for user_id, message in (("bob", "psst"), ("", "안녕")):
    row(
        "ROOM_HISTORY_NTF",
        struct.pack("<2Q", 128, 2**64 - 1) + text8(user_id) + text16(message),
        {"Generation": 128, "Number": 2**64 - 1, "UserID": user_id, "Msg": message},
        chat.RoomHistoryNtf(generation=128, number=2**64 - 1, user_id=user_id, message=message),
    )
result("ROOM_HISTORY_RES", 1)
result("ROOM_HISTORY_RES", 156)


def empty(name, message):
    row(name, b"", {}, message())


def bet(name, message, side, unique_id=None):
    if unique_id is None:
        row(name, struct.pack("<b", side), {"Side": side}, message(side=side))
    else:
        fields = {"UserUniqueId": unique_id, "Side": side}
        row(name, struct.pack("<Qb", unique_id, side), fields, message(unique_id=unique_id, side=side))


def game_result(banker, player, player_score, banker_score, winner):
    row(
        "GAME_RESULT_NTF",
        struct.pack("<9b", *banker, *player, player_score, banker_score, winner),
        {
            "BankerCards": banker,
            "PlayerCards": player,
            "PlayerScore": player_score,
            "BankerScore": banker_score,
            "Winner": winner,
        },
        baccarat.GameResultNtf(
            banker_cards=banker,
            player_cards=player,
            player_score=player_score,
            banker_score=banker_score,
            winner=winner,
        ),
    )


def table(phase, time_left, round_number, shoe, cards_left, commitment):
    row(
        "TABLE_NTF",
        struct.pack("<biQQh", phase, time_left, round_number, shoe, cards_left) + commitment,
        {
            "Phase": phase,
            "TimeLeft": time_left,
            "Round": round_number,
            "Shoe": shoe,
            "CardsLeft": cards_left,
            "Commitment": commitment,
        },
        baccarat.TableNtf(
            phase=phase,
            time_left=time_left,
            round=round_number,
            shoe=shoe,
            cards_left=cards_left,
            commitment=commitment,
        ),
    )


def stake_req(round_number, side, amount):
    row(
        "STAKE_REQ",
        struct.pack("<Qbq", round_number, side, amount),
        {"Round": round_number, "Side": side, "Amount": amount},
        baccarat.StakeReq(round=round_number, side=side, amount=amount),
    )


def stake_res(code, balance):
    row(
        "STAKE_RES",
        struct.pack("<hq", code, balance),
        {"Result": 0 if code == 1 else code, "Balance": balance},
        baccarat.StakeRes(result=code, balance=balance),
    )


def payout(round_number, balance, payouts):
    binary = struct.pack("<Qqb", round_number, balance, len(payouts))
    binary += b"".join(struct.pack("<bqq", *columns) for columns in payouts)
    sides, stakes, returned = (list(column) for column in zip(*payouts)) if payouts else ([], [], [])
    row(
        "PAYOUT_NTF",
        binary,
        {"Round": round_number, "Balance": balance, "Side": sides, "Stake": stakes, "Returned": returned},
        baccarat.PayoutNtf(
            round=round_number,
            balance=balance,
            payouts=[
                baccarat.Payout(side=side, stake=stake, returned=back) for side, stake, back in payouts
            ],
        ),
    )


def history(rounds):
    row(
        "HISTORY_NTF",
        struct.pack("<h", len(rounds)) + rounds,
        {"Rounds": rounds},
        baccarat.HistoryNtf(rounds=rounds),
    )


def reveal(shoe, seed, cuts):
    row(
        "SHOE_REVEAL_NTF",
        struct.pack("<Q", shoe) + seed + struct.pack(f"<b{len(cuts)}h", len(cuts), *cuts),
        {"Shoe": shoe, "Seed": seed, "Cuts": cuts},
        baccarat.ShoeRevealNtf(shoe=shoe, seed=seed, cuts=cuts),
    )


empty("GAME_START_REQ", baccarat.GameStartReq)
result("GAME_START_RES", 1, baccarat)
result("GAME_START_RES", 173, baccarat)
empty("GAME_START_NTF", baccarat.GameStartNtf)
for side in (1, 2, 0, 3, 127, -1, -128):
    bet("GAME_BET_REQ", baccarat.GameBetReq, side)
result("GAME_BET_RES", 184, baccarat)
bet("GAME_BET_NTF", baccarat.GameBetNtf, 2, 300)
game_result([29, 47, 20], [16, 35, 31], 9, 3, 1)
game_result([0, 51, -1], [7, 0, -1], 9, 1, 1)
game_result([0, 0, 0], [0, 0, 0], 3, 3, 3)
table(1, 0, 0, 1, 405, bytes(range(32)))
table(2, 5000, 2**40, 2**63, 16, b"\xff" * 32)
stake_req(7, 2, 50)
stake_req(2**64 - 1, 5, 2**63 - 1)
stake_req(0, 0, -(2**63))
stake_res(1, 995_000)
stake_res(186, -1)
row(
    "STAKE_NTF",
    struct.pack("<Qbq", 3, 4, 10_000),
    {"UserUniqueId": 3, "Side": 4, "Amount": 10_000},
    baccarat.StakeNtf(unique_id=3, side=4, amount=10_000),
)
payout(7, 1_009_500, [(2, 100, 19_500)])
payout(8, 0, [(1, 10, 0), (2, 20, 0), (3, 1, 900), (4, 5, 6_000), (5, 128, 0)])
payout(9, 5, [])
history(b"")
history(bytes([1, 2, 3, 0b10101, 0b01110]))
history(bytes(range(256)))
for position in (1, 200, 415, 0, -1):
    row("CUT_REQ", struct.pack("<h", position), {"Position": position}, baccarat.CutReq(position=position))
result("CUT_RES", 182, baccarat)
reveal(1, bytes(range(32)), [200, 17])
reveal(2**64 - 1, b"\0" * 32, [])
reveal(3, b"\x80" * 32, list(range(1, 128)))
empty("BALANCE_REQ", baccarat.BalanceReq)
row("BALANCE_RES", struct.pack("<q", 1_000_000), {"Balance": 1_000_000}, baccarat.BalanceRes(balance=1_000_000))
