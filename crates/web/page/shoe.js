// A shoe that everybody can check: shuffles it again from its seed with the browser's own WebCrypto, deals it by the
// rules, and compares that with what was promised, dealt and paid.

import { joined } from "./packets.js";

export const WINNERS = [null, "player", "banker", "tie"];
export const SIDES = [null, "player", "banker", "tie", "player pair", "banker pair"];

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// ANCHOR: shuffle
/** What a dealer tells of a seed before the first stake. */
export async function commitment(seed) {
  const tagged = joined(new TextEncoder().encode("baccarat shoe 1"), seed);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", tagged));
}

/** The numbers that follow from a seed: little-endian u32 of HMAC-SHA256(seed, shoe counter). */
async function* numbers(seed, shoe) {
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  for (let counter = 0n; ; counter += 1n) {
    const message = new BigUint64Array([shoe, counter]); // little-endian, as every machine with a browser is
    const block = new DataView(await crypto.subtle.sign("HMAC", key, message));
    for (let at = 0; at < block.byteLength; at += 4) yield block.getUint32(at, true);
  }
}

/** The cards of a shoe, shuffled and cut. */
export async function shuffle(seed, shoe, decks, cuts) {
  const cards = Array.from({ length: 52 * decks }, (_, at) => at % 52);
  const drawn = numbers(seed, shoe);
  for (let last = cards.length - 1; last > 0; last -= 1) {
    const fair = Math.floor(2 ** 32 / (last + 1)) * (last + 1);
    let number;
    do number = (await drawn.next()).value;
    while (number >= fair);
    const other = number % (last + 1);
    [cards[last], cards[other]] = [cards[other], cards[last]];
  }
  for (const cut of cuts) cards.push(...cards.splice(0, cut));
  return cards;
}
// ANCHOR_END: shuffle

const value = (card) => (card % 13 < 9 ? (card % 13) + 1 : 0);
export const score = (hand) => hand.reduce((sum, card) => sum + value(card), 0) % 10;
const isPair = ([first, second]) => first % 13 === second % 13;
const isNatural = (hand) => hand.length === 2 && score(hand) >= 8;

function bankerDraws(score, third) {
  if (score <= 2 || third === undefined) return score <= 5;
  return score === 3 ? third !== 8 : score <= 6 && third >= (score - 3) * 2 && third <= 7;
}

/** A round of these cards, which are taken off; null where they run out. */
function deal(cards) {
  const [first, second, third, fourth] = cards.splice(0, 4);
  const [player, banker] = [[first, third], [second, fourth]];
  if (!isNatural(player) && !isNatural(banker)) {
    const bankers = score(banker);
    if (score(player) <= 5) player.push(cards.shift());
    if (bankerDraws(bankers, player[2] === undefined ? undefined : value(player[2]))) banker.push(cards.shift());
  }
  return [...player, ...banker].includes(undefined) ? null : { player, banker };
}

/** How a round has ended, as HISTORY_NTF has it: winner, pairs, natural. */
export function outcome({ player, banker }) {
  const [players, bankers] = [score(player), score(banker)];
  const winner = players > bankers ? 1 : players < bankers ? 2 : 3;
  const isOver = isNatural(player) || isNatural(banker);
  return winner | (isPair(player) && 4) | (isPair(banker) && 8) | (isOver && 16);
}

/** What a stake of whole chips brings back, in hundredths. */
export function returned(side, stake, outcome) {
  const winner = outcome & 3;
  const odds = [
    0n, winner === 1 ? 200n : winner === 3 ? 100n : 0n, winner === 2 ? 195n : winner === 3 ? 100n : 0n,
    winner === 3 ? 900n : 0n, outcome & 4 ? 1200n : 0n, outcome & 8 ? 1200n : 0n,
  ];
  return stake * (odds[side] ?? 0n);
}

/** Every round that a shoe can deal, from its cards. */
export function* rounds(cards) {
  const rest = cards.slice();
  rest.splice(0, 1 + (value(rest[0]) || 10));
  for (let round = deal(rest); round; round = deal(rest)) yield round;
}

/** What is wrong with the first round that is not as the cards deal it: [its place, why]; null where nothing is. */
function firstFault(seen, cards) {
  const dealt = rounds(cards);
  for (const [at, round] of seen.entries()) {
    const next = dealt.next().value;
    if (!next) return [at, "the shoe is over before it"];
    const isAsDealt = round.player
      ? hex(round.player) === hex(next.player) && hex(round.banker) === hex(next.banker) &&
        round.scores[0] === score(next.player) && round.scores[1] === score(next.banker) &&
        round.winner === (outcome(next) & 3)
      : round.outcome === outcome(next);
    if (!isAsDealt) return [at, "its cards or its end are others"];
    const wrong = (round.payouts ?? []).find((paid) => paid.returned !== returned(paid.side, paid.stake, outcome(next)));
    if (wrong) return [at, `the stake on ${SIDES[wrong.side]} was not paid right`];
  }
  return null;
}

// ANCHOR: verify
/** Why a shoe is not as committed, in a sentence; null where it is. Where the decks are not known, all are tried. */
export async function faultOf(shoe, { seed, cuts }) {
  if (!globalThis.crypto?.subtle) return "this page cannot check it: browsers have WebCrypto only on https and on this machine";
  if (hex(await commitment(seed)) !== hex(shoe.commitment)) return "the seed is not the one that was committed to";
  let best = [-1, ""];
  for (const decks of shoe.decks ? [shoe.decks] : [1, 2, 3, 4, 5, 6, 7, 8]) {
    if (cuts.some((cut) => cut < 1 || cut >= 52 * decks)) continue;
    const fault = firstFault(shoe.rounds, await shuffle(seed, shoe.number, decks, cuts));
    if (!fault) return null;
    if (fault[0] > best[0]) best = fault;
  }
  return best[0] < 0 ? "there is no such cut" : `round ${best[0] + 1} of it: ${best[1]}`;
}
// ANCHOR_END: verify
