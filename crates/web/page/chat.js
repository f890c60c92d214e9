// What the page shows of a session, and what its user types and presses. Whatever others typed becomes the text of an
// element, never markup: there is no innerHTML here.

import { bytesOf } from "./packets.js";
import { asTyped, composed, LONGEST_MESSAGE, parse, printable, words } from "./text.js";

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

export const button = (label, name, onclick) =>
  Object.assign(element("button", { type: "button", "aria-label": name }, label), { onclick });

// ANCHOR: nodes
/** What others typed, in an element of its own, so that its direction ends where it ends. */
const foreign = (text) => element("bdi", {}, printable(text));

/** Words as nodes. */
export const nodes = ({ strings, values }) =>
  strings.flatMap((string, at) => (at in values ? [string, foreign(values[at])] : [string]));
// ANCHOR_END: nodes

/** A line of the conversation. Who has scrolled up stays there. */
export function tell(kind, said) {
  const messages = $("messages");
  const isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  const star = kind === "notice" || kind === "problem" ? ["* "] : [];
  messages.append(element("p", { class: kind }, ...star, ...nodes(said)));
  while (messages.childElementCount > MOST_LINES) messages.firstChild.remove();
  if (isAtEnd) messages.scrollTop = messages.scrollHeight;
}

const problem = (text) => tell("problem", words([text]));

const shown = {};

/** Gives an element new children where what they are made of has changed: a live region speaks of every change. */
export function update(id, key, children) {
  const text = JSON.stringify(key, (_, value) => (typeof value === "bigint" ? String(value) : value));
  if (shown[id] === text) return;
  shown[id] = text;
  $(id).replaceChildren(...children());
}

export const updateText = (id, text) => update(id, text, () => [text]);

export const hide = (isHidden, ...ids) => ids.forEach((id) => ($(id).hidden = isHidden));

export const on = (id, type, act) => $(id).addEventListener(type, act);

// ANCHOR: composing
/** Whether a key belongs to a composition, as of a Korean syllable. Safari ends one before its last key: 229 tells. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
// ANCHOR_END: composing

/** The parts of the page that are the same for every game; `session()` is the present one. */
export class Chat {
  #session;
  /** Where one goes on: what has had the focus by itself. */
  #place = null;

  constructor(session) {
    this.#session = session;
    on("message", "keydown", (event) => event.key === "Enter" && isComposing(event) && event.preventDefault());
    on("message", "input", () => this.#count());
    on("say", "submit", () => this.#say());
    on("go", "submit", () => session().go(Number($("other-room").value)));
    on("invite", "submit", (event) => {
      session().invite(composed($("invited").value));
      event.target.reset();
    });
    on("leave", "click", () => session().leave());
    on("wave", "click", () => session().relay(bytesOf("wave")));
    on("try-now", "click", () => session().start());
    this.#count();
  }

  /** Shows how the session stands. */
  show() {
    const { state, why, wait, name, room, wanted, members, invitations } = this.#session();
    const isOut = state === "out";
    const states = {
      out: () => (why ? ["not connected: ", ...nodes(why)] : ["not connected"]),
      connecting: () => ["connecting"],
      waiting: () => ["no connection: ", ...nodes(why), `: trying again in ${Math.ceil(wait / 1000)} s`],
      in: () => ["connected as ", foreign(asTyped(name))],
    };
    update("connection", [state, why, wait, name], states[state]);
    update("refusal", isOut && why, () => (isOut && why ? nodes(why) : []));
    updateText("room-title", room === null ? "No room" : `Room ${room}`);
    update("members", [...members], () => [...members].map((member) => this.#member(...member)));
    update("invitations", [...invitations], () => [...invitations].map((invitation) => this.#invitation(...invitation)));
    hide(!isOut, "login");
    hide(isOut, "inside", "log-out");
    hide(state !== "waiting", "try-now");
    hide(room === null, "leave", "wave", "members-title", "invite");
    // Who is on the way to a room goes on typing.
    const isOnTheWay = room === null && (state !== "in" || wanted !== null);
    const place = isOut ? "name" : isOnTheWay ? this.#place : room === null ? "other-room" : "message";
    if (this.#place !== place) $(place).focus();
    this.#place = place;
  }

  #member(uniqueId, user) {
    const name = asTyped(user);
    if (uniqueId === this.#session().own) return element("li", {}, foreign(name), " (you)");
    return element("li", {}, button(foreign(name), `Whisper to ${printable(name)}`, () => this.#write(`/w ${name} `)));
  }

  #invitation(user, room) {
    const [name, session] = [printable(asTyped(user)), this.#session()];
    return element("div", { role: "group", "aria-label": `Invitation from ${name}` },
      element("p", {}, foreign(asTyped(user)), ` invites you to room ${room}`),
      button("Accept", `Accept invitation from ${name}`, () => session.accept(user)), " ",
      button("Decline", `Decline invitation from ${name}`, () => session.decline(user)));
  }

  #write(text) {
    $("message").value = text;
    $("message").focus();
    this.#count();
  }

  /** Says how long the message is, in bytes, as the server counts them; nothing is cut. Returns whether it can be sent. */
  #count() {
    const count = bytesOf(parse($("message").value).text ?? "").length;
    const over = count - LONGEST_MESSAGE;
    updateText("length", `${count} of ${LONGEST_MESSAGE} bytes${over > 0 ? `: ${over} too many` : ""}`);
    $("message").setAttribute("aria-invalid", over > 0);
    return count > 0 && over <= 0;
  }

  #say() {
    const [asked, session] = [parse($("message").value), this.#session()];
    if (asked.problem) return problem(asked.problem);
    if (!this.#count() || !asked.text.trim()) return;
    if (session.state !== "in") return problem("not sent: there is no connection now");
    if (asked.kind === "say") session.say(asked.text);
    if (asked.kind === "whisper") session.whisper(asked.user, asked.text);
    if (asked.kind === "relay") session.relay(bytesOf(asked.text));
    this.#write("");
  }
}
