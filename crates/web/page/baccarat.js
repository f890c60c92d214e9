// What the page shows of a table for baccarat: cards, stakes, chips, roads and the shoe, and what is pressed there.

import { $, button, element, hide, nodes, on, update, updateText } from "./chat.js";
import { beadPlate, bigRoad } from "./roads.js";
import { hex, SIDES, WINNERS } from "./shoe.js";
import { BETTING, chips, RESULT, WAITING } from "./table.js";
import { words } from "./text.js";

export { Table } from "./table.js";

const LETTERS = [null, "P", "B", "T"];
const SUITS = [["♠", "spades"], ["♥", "hearts"], ["♦", "diamonds"], ["♣", "clubs"]];
const RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
const NAMES = { 0: "ace", 10: "jack", 11: "queen", 12: "king" };

/** A card, 0 to 51, in words: queen of hearts. */
export const cardName = (card) => `${NAMES[card % 13] ?? RANKS[card % 13]} of ${SUITS[Math.floor(card / 13)]?.[1]}`;

/** Its picture, with its name for those who do not see it. */
function picture(card) {
  const [sign, suit] = SUITS[Math.floor(card / 13)] ?? ["?", "unknown"];
  const attributes = { role: "img", "aria-label": cardName(card), class: `card ${suit}` };
  return element("span", attributes, `${RANKS[card % 13]} ${sign}`);
}

export class View {
  #session;

  constructor(session) {
    this.#session = session;
    $("stakes").tBodies[0].append(...SIDES.slice(1).map((side, at) => this.#row(side, at + 1)));
    on("start", "click", () => session().ask("GAME_START_REQ"));
    on("cut", "submit", () => session().ask("CUT_REQ", { position: Number($("cut-position").value) }));
    setInterval(() => this.#clock(), 200);
  }

  #row(side, number) {
    const [label, session] = [`Stake on ${side}`, this.#session];
    const stake = button(label, label, () => {
      if (!$("chips").reportValidity()) return;
      const amount = BigInt($("chips").valueAsNumber);
      session().ask("STAKE_REQ", { round: session().game.now.round, side: number, amount });
    });
    return element("tr", {}, element("th", { scope: "row" }, stake), element("td", {}), element("td", {}));
  }

  show() {
    const { game, room, own } = this.#session();
    hide(room === null || !game?.now, "table");
    if (room === null || !game?.now) return;
    const { phase, round, shoe, cards_left: left, commitment } = game.now;
    const master = this.#session().first();
    update("phase", [phase, round, master], () => [{
      [WAITING]: `no round is running: ${master === own ? "you" : this.#session().nameOf(master)} can start one`,
      [BETTING]: `round ${round}: bets are open`,
      [RESULT]: `round ${round} is over`,
    }[phase] ?? `phase ${phase}`]);
    $("start").disabled = phase !== WAITING || master !== own;
    for (const stake of $("stakes").querySelectorAll("button")) stake.disabled = phase !== BETTING;
    // A shoe is cut before its first round.
    $("cut").querySelector("button").disabled = phase !== WAITING || game.history().length > 0;
    updateText("balance", game.balance === null ? "" : `${chips(game.balance)} chips`);
    updateText("shoe", `shoe ${shoe}: ${left} cards are left, commitment ${hex(commitment)}`);
    if (game.verdict) update("verified", game.verdict, () => nodes(game.verdict));
    this.#hands(game.round);
    this.#stakes(game.stakes, own);
    this.#roads(game.history());
    this.#clock();
  }

  #hands(round) {
    for (const [at, side] of ["player", "banker"].entries()) {
      const cards = round?.[side] ?? [];
      const won = WINNERS[round?.winner] === side ? " wins" : "";
      const title = element("h3", {}, round ? `${side}: score ${round.scores[at]}${won}` : side);
      update(side, [cards, round?.scores, won], () => [title, ...cards.map(picture)]);
    }
  }

  #stakes(stakes, own) {
    for (const [at, { cells }] of [...$("stakes").tBodies[0].rows].entries()) {
      const others = [...stakes].filter(([id, sides]) => id !== own && sides.has(at + 1));
      const named = others.map(([id, sides]) => `${this.#session().nameOf(id)} ${sides.get(at + 1)}`);
      cells[1].textContent = stakes.get(own)?.get(at + 1) ?? "";
      cells[2].replaceChildren(...nodes(words`${named.join(", ")}`));
    }
  }

  #roads(history) {
    const letters = history.map((outcome) => LETTERS[outcome & 3]).join(" ") || "empty";
    for (const [id, name, cells] of [["bead-plate", "Bead plate", beadPlate], ["big-road", "Big road", bigRoad]]) {
      update(id, history, () => cells(history).map(cell));
      $(id).setAttribute("aria-label", `${name}: ${letters}`);
    }
  }

  #clock() {
    const ends = this.#session().game?.ends;
    updateText("time-left", ends ? `${Math.max(0, Math.ceil((ends - Date.now()) / 1000))} s` : "");
  }
}

/** A place of a road: the letter of the winner, and how many ties followed. */
function cell({ winner, ties, column, row }) {
  const made = element("span", { class: WINNERS[winner] ?? "" }, `${LETTERS[winner] ?? ""}${ties || ""}`);
  made.style.gridArea = `${row + 1} / ${column + 1}`;
  return made;
}
