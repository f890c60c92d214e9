// A table for baccarat as the server has told of it: phase, stakes, cards, chips, and a shoe from its commitment to its
// reveal. It has nothing of the page in it.

import { faultOf, hex, outcome, SIDES, WINNERS } from "./shoe.js";
import { words } from "./text.js";

export const [WAITING, BETTING, RESULT] = [1, 2, 3];

/** An amount in hundredths of a chip as a text in chips: 97.50. */
export const chips = (hundredths) => String(hundredths).padStart(3, "0").replace(/(\d\d)$/u, ".$1");

export class Table {
  #tell;
  #changed;
  /** The last TABLE_NTF, and when its phase ends. */
  now = null;
  ends = null;
  balance = null;
  /** Stakes by unique id, then by side. */
  stakes = new Map();
  /** The last round that was dealt here. */
  round = null;
  /** The shoe on the table: number, commitment, decks where they are known, rounds. */
  shoe = null;
  /** What the last shoe has shown. */
  verdict = null;

  constructor(tell, changed) {
    this.#tell = tell;
    this.#changed = changed;
  }

  left() {
    this.now = this.ends = this.round = null;
    this.stakes.clear();
  }

  /** The rounds of this shoe as HISTORY_NTF has them. */
  history() {
    return (this.shoe?.rounds ?? []).map((round) => round.outcome ?? outcome(round));
  }

  packet(message, session) {
    const name = session.nameOf(message.unique_id ?? session.own);
    switch (message.name) {
      case "ROOM_ENTER_RES":
        return message.result === 1 && session.ask("BALANCE_REQ");
      case "TABLE_NTF":
        return this.#table(message);
      case "HISTORY_NTF":
        return this.#missed(message.rounds);
      case "STAKE_RES":
      case "BALANCE_RES":
        this.balance = message.balance;
        return;
      case "STAKE_NTF":
        return this.#stake(name, message);
      case "GAME_BET_NTF":
        return this.#stake(name, { ...message, amount: "one unit" });
      case "GAME_RESULT_NTF":
        return this.#result(message);
      case "PAYOUT_NTF":
        return this.#payout(message);
      case "SHOE_REVEAL_NTF":
        return this.#reveal(message);
    }
  }

  #table(message) {
    if (message.round !== this.now?.round) this.stakes.clear();
    if (message.phase === BETTING) this.round = null;
    this.#shoeOf(message, this.now === null);
    this.now = message;
    this.ends = message.time_left > 0 ? Date.now() + message.time_left : null;
  }

  #shoeOf({ phase, shoe: number, commitment, cards_left: cards }, isNewcomer) {
    const before = this.shoe;
    if (before?.number === number && hex(before.commitment) === hex(commitment)) return;
    if (before && !isNewcomer && before.number === number) this.#alarm(words`THE SERVER HAS CHANGED THE CARDS OF SHOE ${number}`);
    else if (before && !isNewcomer && before.rounds.length > 0) this.#alarm(words`SHOE ${before.number} IS NOT REVEALED`);
    const decks = phase === WAITING && cards % 52 === 0 ? cards / 52 : null;
    this.shoe = { number, commitment, decks, rounds: [] };
  }

  #missed(outcomes) {
    if (!this.shoe || outcomes.length === 0) return;
    // Cards have been burnt, so their number tells nothing.
    if (this.shoe.rounds.length === 0) this.shoe.decks = null;
    for (const outcome of outcomes.subarray(this.shoe.rounds.length)) this.shoe.rounds.push({ outcome });
  }

  #stake(name, { unique_id: uniqueId, side, amount }) {
    if (!this.stakes.has(uniqueId)) this.stakes.set(uniqueId, new Map());
    const stakes = this.stakes.get(uniqueId);
    // A unit is on the player or on the banker: the other one is free again.
    if (stakes.get(3 - side) === "one unit") stakes.delete(3 - side);
    stakes.set(side, amount);
    this.#tell("notice", words`${name} has ${amount} on ${SIDES[side] ?? side}`);
  }

  #result(message) {
    const hand = (cards) => cards.filter((card) => card >= 0);
    this.round = {
      number: this.now?.round, winner: message.winner, scores: [message.player_score, message.banker_score],
      player: hand(message.player_cards), banker: hand(message.banker_cards),
    };
    this.shoe?.rounds.push(this.round);
    const end = message.winner === 3 ? "a tie" : `${WINNERS[message.winner]} wins`;
    const scores = this.round.scores.join(" to ");
    this.#tell("notice", words`round ${this.round.number ?? ""}: ${end}, ${scores}`);
  }

  #payout({ round, balance, payouts }) {
    this.balance = balance;
    if (this.round?.number === round) this.round.payouts = payouts;
    const each = payouts.map(({ side, stake, returned }) => `${stake} on ${SIDES[side] ?? side} brings ${chips(returned)}`);
    this.#tell("notice", words`${each.join(", ")}: you have ${chips(balance)} chips`);
  }

  /** The shoe is over, and everything about it can be checked. */
  async #reveal({ shoe: number, seed, cuts }) {
    const shoe = this.shoe;
    if (shoe?.number !== number) return this.#alarm(words`SHOE ${number} IS REVEALED, BUT IS NOT ON THE TABLE`);
    this.shoe = null;
    const fault = await faultOf(shoe, { seed, cuts });
    if (fault) return this.#alarm(words`SHOE ${number} IS NOT AS COMMITTED: ${fault}`);
    this.verdict = words`shoe ${number} is as committed: ${shoe.rounds.length} rounds follow from its seed`;
    this.#tell("notice", this.verdict);
    this.#changed();
  }

  /** Nobody must overlook it. */
  #alarm(verdict) {
    this.verdict = verdict;
    this.#tell("problem", verdict);
    this.#changed();
  }
}
