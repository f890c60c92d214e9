// What the page shows of a session, and what its users type and press. Whatever others typed becomes the text of an
// element, never markup: there is no innerHTML here.

import { asTyped, bytesOf, LONGEST_MESSAGE, parse, printable } from "./text.js";

/** So many lines of the conversation are kept. */
const MOST_LINES = 500;

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

// ANCHOR: nodes
/** Words as nodes: what others typed stands in an element of its own, so that its direction ends where it ends. */
export const nodes = ({ strings, values }) =>
  strings.flatMap((string, at) => (at in values ? [string, element("bdi", {}, printable(values[at]))] : [string]));
// ANCHOR_END: nodes

/** A line of the conversation. Who has scrolled up stays there. */
export function tell(kind, words) {
  const messages = $("messages");
  const isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  const star = kind === "notice" || kind === "problem" ? ["* "] : [];
  messages.append(element("p", { class: kind }, ...star, ...nodes(words)));
  while (messages.childElementCount > MOST_LINES) messages.firstChild.remove();
  if (isAtEnd) messages.scrollTop = messages.scrollHeight;
}

// ANCHOR: composing
/** Whether a key belongs to a composition, as of a Korean syllable. Safari ends one before its last key: 229 tells. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
// ANCHOR_END: composing

/** Wires the parts of the page that are the same for every game; `session()` is the present one. */
export class Chat {
  #session;
  #shown = {};

  constructor(session) {
    this.#session = session;
    const message = $("message");
    message.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && isComposing(event)) event.preventDefault();
    });
    message.addEventListener("input", () => this.#count());
    onSubmit("say", () => this.#say());
    onSubmit("go", () => session().go(Number($("other-room").value)));
    onSubmit("invite", () => {
      session().invite($("invited").value.normalize("NFC"));
      $("invited").value = "";
    });
    $("leave").addEventListener("click", () => session().leave());
    $("wave").addEventListener("click", () => session().relay(bytesOf("wave")));
    $("try-now").addEventListener("click", () => session().start());
    this.#count();
  }

  /** Shows how the session stands. */
  show() {
    const { state, why, wait, name, room, members, invitations } = this.#session();
    const isOut = state === "out";
    const again = `: trying again in ${Math.ceil(wait / 1000)} s`;
    this.#update("connection", [state, why, wait, name], () => ({
      out: why ? ["not connected: ", ...nodes(why)] : ["not connected"],
      connecting: ["connecting"],
      waiting: ["no connection: ", ...nodes(why ?? { strings: [""], values: [] }), again],
      in: ["connected as ", element("bdi", {}, printable(asTyped(name ?? "")))],
    })[state]);
    this.#update("refusal", [isOut && why], () => (isOut && why ? nodes(why) : []));
    this.#update("room-title", [room], () => [room === null ? "No room" : `Room ${room}`]);
    this.#update("members", [...members.entries()], () => [...members].map((member) => this.#member(member)));
    this.#update("invitations", [...invitations.entries()], () => [...invitations].map((one) => this.#invitation(one)));
    hide(!isOut, "login");
    hide(isOut, "inside", "log-out");
    hide(state !== "waiting", "try-now");
    hide(room === null, "leave", "wave", "members-title", "invite");
    this.#moveFocus(isOut ? "out" : room === null ? "hall" : "room");
  }

  /** Puts children into an element where what they are made of has changed: a live region speaks of every change. */
  #update(id, key, children) {
    const text = JSON.stringify(key, (_, value) => (typeof value === "bigint" ? String(value) : value));
    if (this.#shown[id] === text) return;
    this.#shown[id] = text;
    $(id).replaceChildren(...children());
  }

  /** To where one goes on, when one has come to another place. */
  #moveFocus(place) {
    if (this.#shown.place === place) return;
    const wasFirst = this.#shown.place === undefined;
    this.#shown.place = place;
    if (!wasFirst) $({ out: "name", hall: "other-room", room: "message" }[place]).focus();
  }

  #member([uniqueId, user]) {
    const name = printable(asTyped(user));
    if (uniqueId === this.#session().own) return element("li", {}, element("bdi", {}, name), " (you)");
    const button = element("button", { type: "button", "aria-label": `Whisper to ${name}` }, element("bdi", {}, name));
    button.addEventListener("click", () => this.#write(`/w ${asTyped(user)} `));
    return element("li", {}, button);
  }

  #invitation([user, room]) {
    const name = printable(asTyped(user));
    const button = (word, act) => {
      const made = element("button", { type: "button", "aria-label": `${word} invitation from ${name}` }, word);
      made.addEventListener("click", act);
      return made;
    };
    const session = this.#session();
    const text = element("p", {}, element("bdi", {}, name), ` invites you to room ${room} `);
    return element("div", { role: "group", "aria-label": `Invitation from ${name}` }, text,
      button("Accept", () => session.accept(user)), " ", button("Decline", () => session.decline(user)));
  }

  #write(text) {
    $("message").value = text;
    $("message").focus();
    this.#count();
  }

  /** Says how long the message is, in bytes, as the server counts; never cuts one. */
  #count() {
    const { text = "" } = parse($("message").value);
    const [count, over] = [bytesOf(text).length, bytesOf(text).length - LONGEST_MESSAGE];
    const words = `${count} of ${LONGEST_MESSAGE} bytes${over > 0 ? `: ${over} too many` : ""}`;
    this.#update("length", [words], () => [words]);
    $("message").toggleAttribute("aria-invalid", over > 0);
    return over <= 0;
  }

  #say() {
    const [asked, session] = [parse($("message").value), this.#session()];
    if (asked.problem) return tell("problem", { strings: [asked.problem], values: [] });
    if (!asked.text.trim() || !this.#count()) return;
    if (session.state !== "in") return tell("problem", { strings: ["not sent: there is no connection now"], values: [] });
    if (asked.kind === "say") session.say(asked.text);
    if (asked.kind === "whisper") session.whisper(asked.user, asked.text);
    if (asked.kind === "relay") session.relay(bytesOf(asked.text));
    this.#write("");
  }
}

export function onSubmit(id, act) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

export function hide(isHidden, ...ids) {
  for (const id of ids) $(id).hidden = isHidden;
}
