# Deals a shoe of baccarat from its seed, and prints the record of it: python3 baccarat_shoe.py SEED SHOE DECKS [CUT ...]
import hashlib, hmac, itertools, struct, sys

CUT_CARD = 16  # When fewer cards are left after a round, one more is played.
RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"]


# ANCHOR: shuffle
def numbers(seed, shoe):
    """Endless u32, eight out of each block of HMAC-SHA256."""
    for counter in itertools.count():
        block = hmac.new(seed, struct.pack("<QQ", shoe, counter), hashlib.sha256).digest()
        yield from struct.unpack("<8I", block)


def below(limit, drawn):
    """A fair number below the limit: what is over the last whole round of it is passed over."""
    fair = 2**32 // limit * limit
    return next(number for number in drawn if number < fair) % limit


def shuffled(seed, shoe, decks):
    cards = list(range(52)) * decks
    drawn = numbers(seed, shoe)
    for last in range(len(cards) - 1, 0, -1):
        other = below(last + 1, drawn)
        cards[last], cards[other] = cards[other], cards[last]
    return cards
# ANCHOR_END: shuffle


def value(card):
    return card % 13 + 1 if card % 13 < 9 else 0


def score(hand):
    return sum(map(value, hand)) % 10


# ANCHOR: round
# For each score of the banker the values of the player's third card at which the banker draws.
DRAWS = [range(10)] * 3 + [{0, 1, 2, 3, 4, 5, 6, 7, 9}, range(2, 8), range(4, 8), {6, 7}, {}]


def deal(cards):
    """Takes a round off the cards: the player's hand and the banker's."""
    player, banker = [cards.pop(0), cards.pop(1)], [cards.pop(0), cards.pop(0)]
    if score(player) < 8 and score(banker) < 8:
        stands = score(player) > 5
        if not stands:
            player.append(cards.pop(0))
        if score(banker) <= 5 if stands else value(player[2]) in DRAWS[score(banker)]:
            banker.append(cards.pop(0))
    return player, banker
# ANCHOR_END: round


def hand_text(hand):
    cards = " ".join("SHDC"[card // 13] + RANKS[card % 13] for card in hand)
    return f"{cards} scores {score(hand)}"


def winner(player, banker):
    if score(player) == score(banker):
        return "tie"
    return "player" if score(player) > score(banker) else "banker"


def rounds(cards):
    """Deals until the cut card has come, and one round more."""
    last = False
    while not last:
        last = len(cards) < CUT_CARD
        yield deal(cards)


def main(seed, shoe, decks, *cuts):
    cards = shuffled(bytes.fromhex(seed), int(shoe), int(decks))
    for cut in map(int, cuts):
        cards = cards[cut:] + cards[:cut]
    print("baccarat record 1", f"shoe {shoe}", f"decks {decks}", sep="\n")
    print("commitment", hashlib.sha256(b"baccarat shoe 1" + bytes.fromhex(seed)).hexdigest())
    print("# first cards", *cards[:12])
    burnt = 1 + (value(cards[0]) or 10)
    print("# burnt", burnt)
    del cards[:burnt]
    for number, (player, banker) in enumerate(rounds(cards), 1):
        hands = f"player {hand_text(player)} banker {hand_text(banker)}"
        print(f"round {number} {hands} winner {winner(player, banker)}")
    print("seed", seed)
    print("cuts", *cuts)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: baccarat_shoe.py SEED SHOE DECKS [CUT ...]")
    main(*sys.argv[1:])
