// A table for baccarat without a browser: what it knows of a round, and whether a shoe was dealt as committed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cardName } from "../../page/baccarat.js";
import { BETTING, chips, RESULT, Table, WAITING } from "../../page/table.js";
import { started, welcome } from "./server.js";
import { plain, unhex, vectors } from "./vectors.js";

const SHOE = vectors.shoes[2];

/** A session at a table, with its first shoe in front of it. */
async function seated() {
  const { session, lines, tell } = started();
  let told;
  const changes = { next: () => new Promise((resolve) => (told = resolve)) };
  session.game = new Table(tell, () => told?.());
  const socket = await welcome(session);
  socket.says(table(WAITING, 0n, 52));
  return { session, lines, socket, table: session.game, changes };
}

function table(phase, round, cards_left, shoe = BigInt(SHOE.shoe), commitment = unhex(SHOE.commitment)) {
  return ["TABLE_NTF", { phase, time_left: phase === WAITING ? 0 : 5_000, round, shoe, cards_left, commitment }];
}

function result([[player_cards, banker_cards], player_score, banker_score, end]) {
  return ["GAME_RESULT_NTF", { player_cards, banker_cards, player_score, banker_score, winner: end & 3 }];
}

const reveal = (seed = SHOE.seed) => ["SHOE_REVEAL_NTF", { shoe: BigInt(SHOE.shoe), seed: unhex(seed), cuts: SHOE.cuts }];

test("a round from its start to its payout", async () => {
  const { lines, socket, table: seat } = await seated();
  assert.deepEqual(socket.last, ["BALANCE_REQ"]);
  socket.says(["BALANCE_RES", { balance: 1_000_000n }], table(BETTING, 1n, 52));
  assert.ok(seat.ends > Date.now());
  socket.says(["STAKE_RES", { result: 1, balance: 999_000n }], ["STAKE_NTF", { unique_id: 2n, side: 1, amount: 10n }]);
  socket.says(["GAME_BET_NTF", { unique_id: 1n, side: 1 }], ["GAME_BET_NTF", { unique_id: 1n, side: 2 }]);
  assert.deepEqual([...seat.stakes.get(1n)], [[2, "one unit"]]);
  assert.deepEqual([...seat.stakes.get(2n)], [[1, 10n]]);
  socket.says(table(RESULT, 1n, 40), result(SHOE.rounds[0]));
  socket.says(["PAYOUT_NTF", { round: 1n, balance: 999_000n, payouts: [{ side: 1, stake: 10n, returned: 1_950n }] }]);
  assert.equal(chips(seat.balance), "9990.00");
  assert.match(lines.at(-1), /^notice: 10 on player brings 19\.50: you have 9990\.00 chips$/u);
  assert.deepEqual(seat.history(), [SHOE.rounds[0][3]]);
  socket.says(table(BETTING, 2n, 40));
  assert.deepEqual([seat.stakes.size, seat.round], [0, null]);
});

async function played(change) {
  const seat = await seated();
  for (const [at, round] of SHOE.rounds.entries()) {
    seat.socket.says(table(BETTING, BigInt(at + 1), 40), table(RESULT, BigInt(at + 1), 40), result(round));
  }
  const verdict = seat.changes.next();
  change(seat.socket);
  await verdict;
  return seat;
}

test("a shoe that is dealt as committed is praised, and any other is shouted about", async () => {
  const fair = await played((socket) => socket.says(reveal()));
  assert.equal(fair.lines.at(-1), `notice: shoe 2 is as committed: ${SHOE.rounds.length} rounds follow from its seed`);
  assert.equal(plain(fair.table.verdict), fair.lines.at(-1).replace("notice: ", ""));
  const other = await played((socket) => socket.says(reveal("00".repeat(32))));
  assert.match(other.lines.at(-1), /^problem: SHOE 2 IS NOT AS COMMITTED: the seed/u);
  const changed = await played((socket) => socket.says(table(WAITING, 9n, 52, 2n, new Uint8Array(32))));
  assert.equal(changed.lines.at(-1), "problem: THE SERVER HAS CHANGED THE CARDS OF SHOE 2");
  const hidden = await played((socket) => socket.says(table(WAITING, 9n, 52, 3n)));
  assert.equal(hidden.lines.at(-1), "problem: SHOE 2 IS NOT REVEALED");
});

test("whoever came in the middle of a shoe can check it, too", async () => {
  const { socket, lines, changes } = await seated();
  const [first, second, ...others] = SHOE.rounds;
  socket.says(["HISTORY_NTF", { rounds: [first[3], second[3]] }]);
  for (const [at, round] of others.entries()) socket.says(table(RESULT, BigInt(at + 3), 30), result(round));
  const verdict = changes.next();
  socket.says(reveal());
  await verdict;
  assert.match(lines.at(-1), /^notice: shoe 2 is as committed/u);
});

test("whoever leaves takes no stakes along", async () => {
  const { session, socket, table: seat } = await seated();
  socket.says(table(BETTING, 1n, 52), ["STAKE_NTF", { unique_id: 2n, side: 1, amount: 10n }]);
  session.leave();
  socket.says(["ROOM_LEAVE_RES", { result: 1 }]);
  assert.deepEqual([seat.now, seat.stakes.size], [null, 0]);
});

test("cards have names", () => {
  assert.deepEqual([0, 24, 38, 51, 9].map(cardName), ["ace of spades", "queen of hearts", "king of diamonds", "king of clubs", "10 of spades"]);
});
