// What the page shows of a table for baccarat: cards, stakes, chips, roads and the shoe, and what is pressed there.

import { $, element, hide, nodes, onSubmit } from "./chat.js";
import { cardPicture } from "./cards.js";
import { beadPlate, bigRoad } from "./roads.js";
import { hex, SIDES, WINNERS } from "./shoe.js";
import { BETTING, chips, RESULT, WAITING } from "./table.js";

export { Table } from "./table.js";

const LETTERS = [null, "P", "B", "T"];

export class View {
  #session;
  #shown = {};

  constructor(session) {
    this.#session = session;
    $("stakes").tBodies[0].append(...SIDES.slice(1).map((side, at) => this.#row(side, at + 1)));
    $("start").addEventListener("click", () => session().ask("GAME_START_REQ"));
    onSubmit("cut", () => session().ask("CUT_REQ", { position: Number($("cut-position").value) }));
    setInterval(() => this.#clock(), 200);
  }

  #row(side, number) {
    const button = element("button", { type: "button" }, `Stake on ${side}`);
    button.addEventListener("click", () => this.#stake(number));
    const head = element("th", { scope: "row" }, button);
    return element("tr", {}, head, element("td", {}), element("td", {}));
  }

  #stake(side) {
    const [session, chosen] = [this.#session(), document.querySelector("[name=chips]:checked")];
    const round = session.game.now?.round ?? 0n;
    session.ask("STAKE_REQ", { round, side, amount: BigInt(chosen.value) });
  }

  show() {
    const { game, room, own } = this.#session();
    hide(room === null || !game?.now, "table");
    if (room === null || !game?.now) return;
    const { phase, round, shoe, cards_left: left, commitment } = game.now;
    const master = this.#session().first();
    const who = master === own ? "you" : this.#session().nameOf(master);
    this.#text("phase", {
      [WAITING]: `no round is running: ${who} can start one`,
      [BETTING]: `round ${round}: bets are open`,
      [RESULT]: `round ${round} is over`,
    }[phase] ?? "");
    $("start").disabled = phase !== WAITING || master !== own;
    for (const button of $("stakes").querySelectorAll("button")) button.disabled = phase !== BETTING;
    this.#text("balance", game.balance === null ? "" : `${chips(game.balance)} chips`);
    this.#text("shoe", `shoe ${shoe}: ${left} cards are left, commitment ${hex(commitment)}`);
    if (game.verdict) this.#put("verified", game.verdict, () => nodes(game.verdict));
    this.#hands(game.round);
    this.#stakes(game, own);
    this.#roads(game.history());
    this.#clock();
  }

  #hands(round) {
    for (const [at, side] of ["player", "banker"].entries()) {
      const cards = round?.[side] ?? [];
      const title = element("h3", {}, round ? `${side}: score ${round.scores[at]}` : side);
      this.#put(side, [cards, round?.scores], () => [title, ...cards.map(cardPicture)]);
      $(side).classList.toggle("won", WINNERS[round?.winner] === side);
    }
  }

  #stakes(game, own) {
    for (const [at, row] of [...$("stakes").tBodies[0].rows].entries()) {
      const all = [...game.stakes].filter(([, stakes]) => stakes.has(at + 1));
      const others = all.filter(([id]) => id !== own);
      const named = others.map(([id, stakes]) => `${this.#session().nameOf(id)} ${stakes.get(at + 1)}`);
      row.cells[1].textContent = game.stakes.get(own)?.get(at + 1) ?? "";
      row.cells[2].replaceChildren(...nodes({ strings: [""], values: [named.join(", ")] }));
    }
  }

  #roads(history) {
    const letters = history.map((outcome) => LETTERS[outcome & 3]).join(" ");
    for (const [id, name, cells] of [["bead-plate", "Bead plate", beadPlate], ["big-road", "Big road", bigRoad]]) {
      this.#put(id, history, () => cells(history).map(cell));
      $(id).setAttribute("aria-label", `${name}: ${letters || "empty"}`);
    }
  }

  #clock() {
    const ends = this.#session().game?.ends;
    this.#text("time-left", ends ? `${Math.max(0, Math.ceil((ends - Date.now()) / 1000))} s` : "");
  }

  #text(id, text) {
    if ($(id).textContent !== text) $(id).textContent = text;
  }

  #put(id, key, children) {
    const text = JSON.stringify(key);
    if (this.#shown[id] === text) return;
    this.#shown[id] = text;
    $(id).replaceChildren(...children());
  }
}

/** A place of a road: the letter of the winner, and how many ties followed. */
function cell({ winner, ties, column, row }) {
  const made = element("span", { class: WINNERS[winner] ?? "" }, `${LETTERS[winner] ?? ""}${ties || ""}`);
  made.style.gridArea = `${row + 1} / ${column + 1}`;
  return made;
}
