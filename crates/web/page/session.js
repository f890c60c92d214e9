// One user's side of the conversation: logs in, enters a room, knows who is there, and comes back when a connection is
// lost. All state is here, and nothing of the page: `tell` gets a line to show, `changed` is called when state differs.

import { Connection, BackOff } from "./connection.js";
import { decode, encode } from "./packets.js";
import { RoadError, webSocketUrl } from "./api.js";
import { asTyped, words } from "./text.js";
import * as code from "./words.js";

/** How often a login is tried again that is refused after a loss: the server may not know yet that we were lost. */
const MOST_REFUSALS = 12;

/** Rooms may be on another server, but a user is not sent round in circles. */
const MOST_MOVES = 5;

const MOST_INVITATIONS = 20;

/** What a request is about, and which answers are told, by the names of the requests. */
const DONE = {
  WHISPER_REQ: ({ user, text }) => ["whisper", words`to ${asTyped(user)}: ${text}`],
  ROOM_INVITE_REQ: ({ user }) => ["notice", words`${asTyped(user)} is invited`],
};

export class Session {
  /** `out`, `connecting`, `in` or `waiting` for the next attempt; `why`, in words, where it is not `in`. */
  state = "out";
  why = null;
  /** How long the wait before the next attempt is, in milliseconds. */
  wait = 0;
  /** The room that the user is in, who that is there, and who else: names by unique id. */
  room = null;
  own = null;
  members = new Map();
  /** Rooms by the name of who invites. */
  invitations = new Map();

  #connection = null;
  #timer;
  #attempt = 0;
  #began = 0;
  #backOff = new BackOff();
  /** Where the user wants to be, also on the next connection. */
  #wanted;
  /** What the server has not answered, in the order in which it was asked; so it is answered. */
  #unanswered = [];
  /** What the server said before it closes. */
  #farewell = null;
  #elsewhere = null;
  #moves = 0;
  #wasIn = false;
  #refusals = 0;
  #log;

  constructor({ name, room, road, game, log, maxPacket, tell, changed }) {
    Object.assign(this, { name, road, game, maxPacket, tell, changed });
    this.#wanted = room;
    this.#log = log;
  }

  /** Sets out, at once. */
  async start() {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#set("connecting");
    const attempt = ++this.#attempt;
    try {
      const place = await this.road.place(this.#wanted);
      if (attempt === this.#attempt) this.#travel(place);
    } catch (error) {
      if (!(error instanceof RoadError)) throw error;
      if (attempt === this.#attempt) this.#lost(error.reason, error.mayPass, error.wait);
    }
  }

  /** Ends it, for good. */
  stop(why = null) {
    clearTimeout(this.#timer);
    this.#attempt += 1;
    this.#connection?.close();
    this.#forget();
    this.#set("out", why);
  }

  say(text) {
    this.#log.said(text);
    this.ask("ROOM_CHAT_REQ", { message: text }, { text });
  }

  whisper(user, text) {
    this.ask("WHISPER_REQ", { user_id: user, message: text }, { user, text });
  }

  invite(user) {
    this.ask("ROOM_INVITE_REQ", { user_id: user }, { user });
  }

  /** No packet answers a relay, but the notification that all get. */
  relay(bytes) {
    this.#connection?.send(encode("ROOM_RELAY_REQ", { bytes }));
  }

  accept(user) {
    const room = this.invitations.get(user);
    this.invitations.delete(user);
    if (room === this.room) return this.changed();
    this.go(room);
  }

  decline(user) {
    this.invitations.delete(user);
    this.#connection?.send(encode("ROOM_INVITE_DECLINE_REQ", { user_id: user }));
    this.changed();
  }

  /** Out of the room that the user is in, and into that one. */
  go(room) {
    const leave = this.room === null ? [] : [this.#request("ROOM_LEAVE_REQ")];
    this.#wanted = room;
    this.#moves = 0;
    this.#connection?.send(...leave, ...this.#entry(room));
  }

  leave() {
    this.#wanted = null;
    this.ask("ROOM_LEAVE_REQ");
  }

  /** Asks the server for something that it answers. */
  ask(name, values, about) {
    this.#connection?.send(this.#request(name, values, about));
  }

  nameOf(uniqueId) {
    return asTyped(this.members.get(uniqueId) ?? `user ${uniqueId}`);
  }

  /** The member who has been here longest. Who is there is told in the order of their ids. */
  first() {
    return this.members.keys().next().value ?? null;
  }

  #request(name, values = {}, about = {}) {
    this.#unanswered.push({ name, ...about });
    return encode(name, values);
  }

  #entry(room) {
    const history = this.#log.request(room);
    const entry = this.#request("ROOM_ENTER_REQ", { room }, { room });
    return history ? [entry, this.#request("ROOM_HISTORY_REQ", history)] : [entry];
  }

  #travel({ url, room, ticket }) {
    this.#connection?.close();
    this.#forget();
    this.#began = Date.now();
    this.#wanted = room;
    this.#connection = new Connection(url, this.maxPacket, {
      opened: () => this.#arrived(room, ticket),
      packet: (id, body) => this.#take(id, body),
      closed: (why) => this.#closed(why),
    });
  }

  // ANCHOR: arrived
  /** All in one write, so that no message of others comes in between. */
  #arrived(room, ticket) {
    const login = this.#request("LOGIN_REQ", { user_id: this.name, password: ticket }, { user: this.name });
    this.#log.arrived();
    const sync = this.#request("SYNC_REQ");
    this.#connection.send(login, sync, ...(room === null ? [] : this.#entry(room)));
  }
  // ANCHOR_END: arrived

  #take(id, body) {
    const message = decode(id, body);
    if (!message) return;
    // Only as the very last word is this the reason for an end.
    if (this.#farewell === code.RATE_LIMITED) this.#farewell = null;
    if ("result" in message) this.#answered(message);
    else this.#notified(message);
    this.game?.packet(message, this);
    this.changed();
  }

  #answered(message) {
    const request = this.#taken(message.name.replace("_RES", "_REQ"));
    // The original codelab's server never writes these two.
    const isLeftAt0 = message.result === 0 && ["ROOM_CHAT_RES", "ROOM_LEAVE_RES"].includes(message.name);
    if (message.result !== code.NONE && !isLeftAt0) return this.#refused(message.result, request);
    switch (message.name) {
      case "LOGIN_RES":
        return this.#set("in");
      case "SYNC_RES":
        return this.#log.synced(message.epoch);
      case "ROOM_ENTER_RES":
        return this.#entered(message);
      case "ROOM_LEAVE_RES":
        this.tell("notice", words`you have left room ${this.room}`);
        return this.#leave();
      case "ROOM_HISTORY_RES":
        return this.#log.isComplete((text) => this.say(text));
      default:
        if (DONE[request?.name]) this.tell(...DONE[request.name](request));
    }
  }

  /** The oldest request of that name. Those before it are not answered any more: the server has dropped them. */
  #taken(name) {
    const at = this.#unanswered.findIndex((request) => request.name === name);
    return at < 0 ? { name } : this.#unanswered.splice(0, at + 1)[at];
  }

  #refused(result, request = {}) {
    const reason = code.refusal(result, request);
    switch (request.name) {
      case "LOGIN_REQ":
        return this.#turnedAway(result, reason);
      case "SYNC_REQ":
        return this.#log.synced(null);
      case "ROOM_HISTORY_REQ":
        return this.#log.isGone(result === code.HISTORY_GAP);
      case "ROOM_ENTER_REQ":
        if (result === code.ELSEWHERE && this.#isMoved(request.room)) return;
        this.#wanted = null;
        this.members.clear();
        break;
      case "ROOM_CHAT_REQ":
        this.#log.unsaid(request.text);
    }
    this.tell("problem", reason);
  }

  #turnedAway(result, reason) {
    const mayPass = !code.isMeant(result) || (this.#wasIn && this.#refusals++ < MOST_REFUSALS);
    this.#connection.close();
    this.#lost(reason, mayPass && result !== 112, code.leastWait(result));
  }

  #isMoved(room) {
    const place = this.#elsewhere;
    if (place?.room !== room || this.#moves++ >= MOST_MOVES) return false;
    const host = place.host.includes(":") ? `[${place.host}]` : place.host;
    this.tell("notice", words`room ${room} is on another server: moving there`);
    this.#travel({ url: webSocketUrl(`${host}:${place.port}`), room, ticket: place.ticket });
    this.#set("connecting");
    return true;
  }

  #entered({ room, user_unique_id: own }) {
    const others = [...this.members.values()].map(asTyped).join(", ");
    Object.assign(this, { room, own });
    this.members.set(own, this.name);
    this.#set("in");
    this.#wasIn = true;
    this.#refusals = this.#moves = 0;
    this.#wanted = room;
    this.tell("notice", others ? words`you are in room ${room}, with ${others}` : words`you are in room ${room}, alone`);
  }

  #leave() {
    this.members.clear();
    this.room = this.own = null;
    this.game?.left();
  }

  /** What others say and do. */
  #notified(message) {
    const name = message.user_id === undefined ? null : asTyped(message.user_id);
    const member = () => this.nameOf(message.unique_id);
    switch (message.name) {
      case "ERROR_NTF":
        return this.#error(message.error);
      case "ROOM_USER_LIST_NTF":
        for (const user of message.users) this.members.set(user.unique_id, user.user_id);
        return;
      case "ROOM_NEW_USER_NTF":
        this.members.set(message.unique_id, message.user_id);
        return this.tell("notice", words`${name} has entered`);
      case "ROOM_LEAVE_USER_NTF":
        return this.#left(message.unique_id);
      case "ROOM_CHAT_NTF":
        this.#log.heard(message.unique_id === this.own ? message.message : null);
        return this.tell("message", words`${member()}: ${message.message}`);
      case "ROOM_RELAY_NTF":
        return this.tell("notice", relayed(member(), new TextDecoder().decode(message.bytes)));
      case "WHISPER_NTF":
        return this.tell("whisper", words`${name} whispers: ${message.message}`);
      case "ROOM_INVITE_NTF":
        if (this.invitations.size >= MOST_INVITATIONS) return;
        this.invitations.set(message.user_id, message.room);
        return this.tell("notice", words`${name} invites you to room ${message.room}`);
      case "ROOM_INVITE_DECLINE_NTF":
        return this.tell("notice", words`${name} has declined your invitation`);
      case "ROOM_ELSEWHERE_NTF":
        this.#elsewhere = message;
        return;
      case "ROOM_POSITION_NTF":
        return this.#log.isAt(message);
      case "ROOM_HISTORY_NTF":
        return this.#log.past(message, message.user_id === this.name);
    }
  }

  #left(uniqueId) {
    if (uniqueId === this.own) {
      this.tell("problem", words`the server has taken you out of room ${this.room}`);
      this.#wanted = null;
      return this.#leave();
    }
    this.tell("notice", words`${this.nameOf(uniqueId)} has left`);
    this.members.delete(uniqueId);
  }

  /** An ERROR_NTF is the last word of the server, says that something was dropped, or answers a request. */
  #error(error) {
    if (error > 60 && error < 70) this.#farewell = error;
    else return this.#refused(error, this.#unanswered.shift());
    if (error !== code.RATE_LIMITED) return;
    this.#log.forgetUnsaid();
    this.tell("problem", code.refusal(error));
  }

  #closed(why) {
    this.#backOff.after(Date.now() - this.#began);
    const [error, reason] = [this.#farewell, words`${why}`];
    if (error === null) return this.#lost(reason, true);
    this.#lost(code.refusal(error), !code.isMeant(error), code.leastWait(error));
  }

  #lost(reason, mayPass, leastWait = 0) {
    if (this.state === "in") this.tell("problem", reason);
    if (!mayPass) return this.stop(reason);
    this.#forget();
    this.wait = this.#backOff.next(leastWait);
    this.#timer = setTimeout(() => this.start(), this.wait);
    this.#set("waiting", reason);
  }

  /** Nothing of a connection is left but where the user wants to be. */
  #forget() {
    this.#connection = null;
    this.#unanswered = [];
    this.#farewell = this.#elsewhere = null;
    this.invitations.clear();
    this.#log.lost();
    this.#leave();
  }

  #set(state, why = null) {
    Object.assign(this, { state, why });
    this.changed();
  }
}

const relayed = (name, text) => (text === "wave" ? words`${name} waves` : words`${name} relays: ${text}`);
