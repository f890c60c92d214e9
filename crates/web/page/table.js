// A table for baccarat as the server has told of it: phase, stakes, cards, chips, and a shoe from its commitment to its
// reveal. It has nothing of the page in it.

import { faultOf, hex, outcome, SIDES, WINNERS } from "./shoe.js";
import { words } from "./text.js";

export const [WAITING, BETTING, RESULT] = [1, 2, 3];

/** How many chips a bet of the original codelab is, which only the table knows. */
const UNIT = "one unit";

/** An amount in hundredths of a chip as a text in chips: 97.50. */
export const chips = (hundredths) => String(hundredths).padStart(3, "0").replace(/(\d\d)$/u, ".$1");

export class Table {
  /** The last TABLE_NTF, and when its phase ends. */
  now = null;
  ends = null;
  balance = null;
  /** Stakes by unique id, then by side. */
  stakes = new Map();
  /** The last round that was dealt here. */
  round = null;
  /** The shoe on the table: number, commitment, decks where they are known, and its rounds. */
  shoe = null;
  /** What the last shoe has shown, in words. */
  verdict = null;

  constructor(tell, changed) {
    Object.assign(this, { tell, changed });
  }

  left() {
    this.now = this.ends = this.round = null;
    this.stakes.clear();
  }

  /** The rounds of this shoe as HISTORY_NTF has them. */
  history = () => this.shoe?.rounds.map((round) => round.outcome ?? outcome(round)) ?? [];

  packet(message, session) {
    this.#news[message.name]?.(message, session);
  }

  #news = {
    ROOM_ENTER_RES: ({ result }, session) => result === 1 && session.ask("BALANCE_REQ"),
    TABLE_NTF: (message) => this.#table(message),
    HISTORY_NTF: ({ rounds }) => this.#missed(rounds),
    STAKE_RES: ({ balance }) => (this.balance = balance),
    BALANCE_RES: ({ balance }) => (this.balance = balance),
    STAKE_NTF: ({ unique_id: id, side, amount }, session) => this.#stake(id, side, amount, session),
    GAME_BET_NTF: ({ unique_id: id, side }, session) => this.#stake(id, side, UNIT, session),
    GAME_RESULT_NTF: (message) => this.#result(message),
    PAYOUT_NTF: (message) => this.#payout(message),
    SHOE_REVEAL_NTF: (message) => this.#reveal(message),
  };

  #table(message) {
    if (message.round !== this.now?.round) this.stakes.clear();
    if (message.phase === BETTING) this.round = null;
    this.#shoeOf(message, this.now === null);
    this.now = message;
    this.ends = message.time_left > 0 ? Date.now() + message.time_left : null;
  }

  #shoeOf({ phase, shoe: number, commitment, cards_left: cards }, isNewcomer) {
    const [before, isSame] = [this.shoe, this.shoe?.number === number];
    if (isSame && hex(before.commitment) === hex(commitment)) return;
    if (before && !isNewcomer) {
      if (isSame) this.#alarm(words`THE SERVER HAS CHANGED THE CARDS OF SHOE ${number}`);
      else if (before.rounds.length > 0) this.#alarm(words`SHOE ${before.number} IS NOT REVEALED`);
    }
    this.shoe = { number, commitment, decks: phase === WAITING && cards % 52 === 0 ? cards / 52 : null, rounds: [] };
  }

  /** Rounds that were played before the user came. Cards have been burnt, so their number tells nothing. */
  #missed(outcomes) {
    const { shoe } = this;
    if (!shoe || outcomes.length === 0) return;
    if (shoe.rounds.length === 0) shoe.decks = null;
    for (const outcome of outcomes.subarray(shoe.rounds.length)) shoe.rounds.push({ outcome });
  }

  #stake(id, side, amount, session) {
    if (!this.stakes.has(id)) this.stakes.set(id, new Map());
    const stakes = this.stakes.get(id);
    // A unit is on the player or on the banker: the other one is free again.
    if (amount === UNIT && stakes.get(3 - side) === UNIT) stakes.delete(3 - side);
    stakes.set(side, amount);
    this.tell("notice", words`${session.nameOf(id)} has ${amount} on ${SIDES[side] ?? side}`);
  }

  #result({ winner, player_cards: player, banker_cards: banker, player_score: score, banker_score: other }) {
    const hand = (cards) => cards.filter((card) => card >= 0);
    const number = this.now?.round ?? 0n;
    this.round = { number, winner, scores: [score, other], player: hand(player), banker: hand(banker) };
    this.shoe?.rounds.push(this.round);
    this.tell("notice", words`round ${number}: ${winner === 3 ? "a tie" : `${WINNERS[winner]} wins`}, ${score} to ${other}`);
  }

  #payout({ round, balance, payouts }) {
    this.balance = balance;
    if (this.round?.number === round) this.round.payouts = payouts;
    const each = payouts.map(({ side, stake, returned }) => `${stake} on ${SIDES[side] ?? side} brings ${chips(returned)}`);
    this.tell("notice", words`${each.join(", ")}: you have ${chips(balance)} chips`);
  }

  /** The shoe is over, and everything about it can be checked. */
  async #reveal({ shoe: number, seed, cuts }) {
    const { shoe } = this;
    if (shoe?.number !== number) return this.#alarm(words`SHOE ${number} IS REVEALED, BUT IS NOT ON THE TABLE`);
    this.shoe = null;
    const fault = await faultOf(shoe, { seed, cuts });
    if (fault) return this.#alarm(words`SHOE ${number} IS NOT AS COMMITTED: ${fault}`);
    this.#judge(words`shoe ${number} is as committed: ${shoe.rounds.length} rounds follow from its seed`);
  }

  /** Nobody must overlook it. */
  #alarm = (verdict) => this.#judge(verdict, "problem");

  #judge(verdict, kind = "notice") {
    this.verdict = verdict;
    this.tell(kind, verdict);
    this.changed();
  }
}
