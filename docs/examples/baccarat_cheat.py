# What a player sees of a shoe, and checks, where the dealer cheats: python3 baccarat_cheat.py nothing|card|seed
import hashlib, struct, sys
from baccarat_player import check
from baccarat_shoe import rounds, shuffled, value


# ANCHOR: cheat
def main(wrong):
    seed = bytes(32)
    commitment = hashlib.sha256(b"baccarat shoe 1" + seed).digest()
    cards = shuffled(seed, 1, 1)
    del cards[: 1 + (value(cards[0]) or 10)]
    hands = list(rounds(cards))
    if wrong == "card":
        player, _ = hands[2]
        player[0] = 51 - player[0]
    if wrong == "seed":
        seed = bytes([1] * 32)
    check(commitment, 1, hands, struct.pack("<Q32sb", 1, seed, 0))
# ANCHOR_END: cheat


if sys.argv[1:] not in (["nothing"], ["card"], ["seed"]):
    sys.exit("usage: baccarat_cheat.py nothing|card|seed")
main(sys.argv[1])
