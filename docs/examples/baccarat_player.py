# Plays a shoe of baccarat, and checks it: python3 baccarat_player.py HOST:PORT NAME CUT
import hashlib, socket, struct, sys
from baccarat_shoe import deal, shuffled, value, winner

LOGIN_REQ, LOGIN_RES, ENTER_REQ, ENTER_RES = 701, 702, 721, 722
START_REQ, START_RES, RESULT_NTF = 751, 752, 764
TABLE_NTF, STAKE_REQ, STAKE_RES, PAYOUT_NTF = 801, 802, 803, 805
CUT_REQ, CUT_RES, REVEAL_NTF = 807, 808, 809
BANKER, CHIPS, BETTING = 2, 10, 2


def send(connection, packet_id, layout="", *fields):
    body = struct.pack("<" + layout, *fields)
    connection.sendall(struct.pack("<HHB", 5 + len(body), packet_id, 0) + body)


def receive(stream):
    """The id and the body of the next packet."""
    header = stream.read(5)
    if len(header) < 5:
        sys.exit("the server has closed the connection")
    size, packet_id, _ = struct.unpack("<HHB", header)
    return packet_id, stream.read(size - 5)


def expect(stream, expected):
    """The body of the next packet with this id; others are passed over. A result other than 1 is the end."""
    while True:
        packet_id, body = receive(stream)
        if packet_id == expected:
            break
    if expected in (LOGIN_RES, ENTER_RES, START_RES, STAKE_RES, CUT_RES):
        (result,) = struct.unpack_from("<h", body)
        if result != 1:
            sys.exit(f"packet {expected} says {result}")
    return body


# ANCHOR: play
def play(connection, stream):
    """Plays until the reveal: the hands that were dealt, and the body of the reveal."""
    hands = []
    while True:
        send(connection, START_REQ)
        table = expect(stream, TABLE_NTF)
        (round_number,) = struct.unpack_from("<Q", table, 5)
        expect(stream, START_RES)
        send(connection, STAKE_REQ, "Qbq", round_number, BANKER, CHIPS)
        expect(stream, STAKE_RES)
        cards = struct.unpack("<9b", expect(stream, RESULT_NTF))
        banker, player = [[card for card in hand if card >= 0] for hand in (cards[:3], cards[3:6])]
        hands.append((player, banker))
        (balance,) = struct.unpack_from("<q", expect(stream, PAYOUT_NTF), 8)
        print(f"round {round_number}: {winner(player, banker)}, {balance / 100:.2f} chips")
        packet_id, body = receive(stream)
        if packet_id == REVEAL_NTF:
            return hands, body
# ANCHOR_END: play


# ANCHOR: check
def check(commitment, decks, hands, reveal):
    """Shuffles, cuts and deals again, and compares."""
    shoe, seed, count = struct.unpack_from("<Q32sb", reveal)
    cuts = struct.unpack_from(f"<{count}h", reveal, 41)
    if hashlib.sha256(b"baccarat shoe 1" + seed).digest() != commitment:
        sys.exit(f"the dealer has revealed {seed.hex()}, which is not what it has committed to")
    cards = shuffled(seed, shoe, decks)
    for cut in cuts:
        cards = cards[cut:] + cards[:cut]
    del cards[: 1 + (value(cards[0]) or 10)]
    for number, dealt in enumerate(hands, 1):
        expected = deal(cards)
        if dealt != expected:
            sys.exit(f"round {number} of the shoe must be {expected}, but {dealt} was dealt")
    print(f"{len(hands)} rounds, cuts {list(cuts)}: every card is right")
# ANCHOR_END: check


def main(address, name, cut):
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        stream = connection.makefile("rb")
        send(connection, LOGIN_REQ, "16s16s", name.encode(), b"")
        expect(stream, LOGIN_RES)
        send(connection, ENTER_REQ, "i", 0)
        cards_left, commitment = struct.unpack_from("<h32s", expect(stream, TABLE_NTF), 21)
        print("committed to", commitment.hex())
        expect(stream, ENTER_RES)
        send(connection, CUT_REQ, "h", int(cut))
        expect(stream, CUT_RES)
        hands, reveal = play(connection, stream)
        check(commitment, cards_left // 52, hands, reveal)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: baccarat_player.py HOST:PORT NAME CUT")
    main(*sys.argv[1:])
