// The shoe of the page against the one in Rust, and what it takes for a fair one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { beadPlate, bigRoad } from "../../page/roads.js";
import { commitment, faultOf, hex, outcome, returned, rounds, score, shuffle } from "../../page/shoe.js";
import { unhex, vectors } from "./vectors.js";

const hand = (cards) => cards.filter((card) => card >= 0);

test("the same seed gives the same commitment, cards and rounds", async () => {
  assert.equal(vectors.shoes[0].commitment, "2cfabdec71dffbed2b3dd2087de4e096c082c5bfd614920ab0f365f9515a9a18");
  assert.deepEqual(vectors.shoes[1].cards.slice(0, 12), [33, 40, 10, 50, 45, 0, 41, 21, 31, 14, 27, 34]);
  for (const shoe of vectors.shoes) {
    const seed = unhex(shoe.seed);
    assert.equal(hex(await commitment(seed)), shoe.commitment);
    const cards = await shuffle(seed, BigInt(shoe.shoe), shoe.decks, shoe.cuts);
    assert.deepEqual(cards, shoe.cards);
    const dealt = rounds(cards);
    for (const [[player, banker], players, bankers, end] of shoe.rounds) {
      const round = dealt.next().value;
      assert.deepEqual(round, { player: hand(player), banker: hand(banker) });
      assert.deepEqual([score(round.player), score(round.banker), outcome(round)], [players, bankers, end]);
    }
  }
});

test("a stake brings back what it does in Rust", () => {
  for (const [side, end, hundredths] of vectors.returned) assert.equal(returned(side, 7n, end), BigInt(hundredths));
});

test("the big road is drawn as in Rust", () => {
  for (const [history, cells] of vectors.roads) {
    const drawn = bigRoad(history).map(({ column, row, winner, ties }) => [column, row, winner, ties]);
    assert.deepEqual(drawn.sort(([a, b], [c, d]) => a - c || b - d), cells, history.join());
  }
  assert.deepEqual(beadPlate([1, 2, 3, 1, 1, 1, 2]).at(-1), { winner: 2, ties: 0, column: 1, row: 0 });
});

/** A shoe as somebody has seen it who came after `unseen` rounds, and its reveal. */
function seen({ seed, shoe, decks, cuts, commitment, rounds }, unseen = 0) {
  const all = rounds.map(([[player, banker], players, bankers, end], at) =>
    at < unseen ? { outcome: end }
      : { player: hand(player), banker: hand(banker), scores: [players, bankers], winner: end & 3 });
  const known = unseen === 0 ? decks : null;
  return [{ number: BigInt(shoe), commitment: unhex(commitment), decks: known, rounds: all }, { seed: unhex(seed), cuts }];
}

test("a shoe that was dealt as committed has no fault, whenever one came", async () => {
  for (const shoe of vectors.shoes) {
    assert.equal(await faultOf(...seen(shoe)), null);
    assert.equal(await faultOf(...seen(shoe, 3)), null);
  }
});

test("whatever was changed is found", async () => {
  const fault = async (change, unseen) => {
    const [shoe, reveal] = seen(vectors.shoes[1], unseen);
    change(shoe, reveal);
    return faultOf(shoe, reveal);
  };
  assert.match(await fault((_, reveal) => (reveal.seed[0] ^= 1)), /seed/u);
  assert.match(await fault((_, reveal) => (reveal.cuts = [200, 18])), /round 1 /u);
  assert.match(await fault((_, reveal) => (reveal.cuts = [416])), /no such cut/u);
  assert.match(await fault((shoe) => (shoe.rounds[4].player[0] += 13)), /round 5 .*cards/u);
  assert.match(await fault((shoe) => (shoe.rounds[4].winner = 3)), /round 5 /u);
  assert.match(await fault((shoe) => (shoe.rounds[4].scores[0] += 1)), /round 5 /u);
  assert.match(await fault((shoe) => shoe.rounds.splice(2, 1), 1), /round 3 /u);
  assert.match(await fault((shoe) => (shoe.rounds[0].outcome ^= 4), 1), /round 1 /u);
  const paid = [{ side: 1, stake: 1n, returned: 999n }];
  assert.match(await fault((shoe) => (shoe.rounds[2].payouts = paid)), /round 3 .*player was not paid right/u);
});
