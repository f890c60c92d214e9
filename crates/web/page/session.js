// One user's side of the conversation: logs in, enters a room, knows who is there, and comes back when a connection is
// lost. All state is here, and nothing of the page: `tell` gets a line to show, `changed` is called when state differs.

import { RoadError, webSocketUrl } from "./api.js";
import { BackOff, Connection } from "./connection.js";
import { decode, encode } from "./packets.js";
import { asTyped, words } from "./text.js";
import * as codes from "./words.js";

/** How often a login is tried again that is refused after a loss: the server may not know yet that we were lost. */
const MOST_REFUSALS = 12;
/** A room may be on another server, but nobody is sent round in circles. */
const MOST_MOVES = 5;
const MOST_INVITATIONS = 20;

export class Session {
  /** `out`, `connecting`, `in`, or `waiting` for the next attempt: then `why`, in words, and for how long. */
  state = "out";
  why = null;
  wait = 0;
  /** The room that the user is in, who that is there, and all who are: names by unique id. */
  room = null;
  own = null;
  members = new Map();
  /** Rooms by the name of who invites. */
  invitations = new Map();

  #connection = null;
  #backOff = new BackOff();
  #timer;
  #attempt = 0;
  #began = 0;
  /** Where the user wants to be, also on the next connection. */
  wanted;
  /** What the server has not answered, in the order in which it was asked; so it is answered. */
  #unanswered = [];
  /** What the server said before it closes. */
  #farewell = null;
  /** Where another server is that has the room. */
  #elsewhere = null;
  #moves = 0;
  #wasIn = false;
  #refusals = 0;

  constructor({ room, ...options }) {
    Object.assign(this, options);
    this.wanted = room;
  }

  /** Sets out, at once. */
  async start() {
    clearTimeout(this.#timer);
    this.#set("connecting");
    const attempt = ++this.#attempt;
    try {
      const place = await this.road.place(this.wanted);
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
    this.#forget();
    this.#set("out", why);
  }

  /** Asks for what is answered; `about` is what a refusal may name. */
  ask = (name, values, about) => this.#connection?.send(this.#request(name, values, about));
  whisper = (user, text) => this.ask("WHISPER_REQ", { user_id: user, message: text }, { user, text });
  invite = (user) => this.ask("ROOM_INVITE_REQ", { user_id: user }, { user });
  /** No packet answers a relay but the notification that all get. */
  relay = (bytes) => this.#connection?.send(encode("ROOM_RELAY_REQ", { bytes }));

  say(text) {
    this.log.said(text);
    this.ask("ROOM_CHAT_REQ", { message: text }, { text });
  }

  accept(user) {
    const room = this.invitations.get(user);
    this.invitations.delete(user);
    if (room !== this.room) this.go(room);
    this.changed();
  }

  decline(user) {
    this.invitations.delete(user);
    this.#connection?.send(encode("ROOM_INVITE_DECLINE_REQ", { user_id: user }));
    this.changed();
  }

  /** Out of the room that the user is in, and into that one. */
  go(room) {
    const leave = this.room === null ? [] : [this.#request("ROOM_LEAVE_REQ")];
    this.wanted = room;
    this.#moves = 0;
    this.#connection?.send(...leave, ...this.#entry(room));
  }

  leave() {
    this.wanted = null;
    this.ask("ROOM_LEAVE_REQ");
  }

  nameOf = (id) => (this.members.has(id) ? asTyped(this.members.get(id)) : `user ${id}`);
  /** The member who has been here longest: unique ids count up. */
  first = () => [...this.members.keys()].reduce((first, id) => (first < id ? first : id), 2n ** 64n);

  #request(name, values, about) {
    const packet = encode(name, values);
    this.#unanswered.push({ name, ...about });
    return packet;
  }

  #entry(room) {
    const entry = this.#request("ROOM_ENTER_REQ", { room }, { room });
    const history = this.log.request(room);
    return history ? [entry, this.#request("ROOM_HISTORY_REQ", history)] : [entry];
  }

  #travel({ url, room, ticket }) {
    this.#forget();
    this.#began = Date.now();
    this.wanted = room;
    this.#connection = new Connection(url, this.maxPacket, {
      opened: () => this.#arrived(room, ticket),
      packet: (id, body) => this.#take(id, body),
      closed: (why) => this.#closed(why),
    });
  }

  // ANCHOR: arrived
  /** All in one write, so that no message of others comes between the entry and the history. */
  #arrived(room, ticket) {
    this.log.arrived();
    const login = this.#request("LOGIN_REQ", { user_id: this.name, password: ticket }, { user: this.name });
    const sync = this.#request("SYNC_REQ");
    this.#connection.send(login, sync, ...(room === null ? [] : this.#entry(room)));
  }
  // ANCHOR_END: arrived

  #take(id, body) {
    const message = decode(id, body);
    if (!message) return;
    // Only as the very last word is this the reason for an end.
    if (this.#farewell === codes.RATE_LIMITED) this.#farewell = null;
    if ("result" in message) this.#answered(message);
    else this.#news[message.name]?.(message);
    this.game?.packet(message, this);
    this.changed();
  }

  #answered(message) {
    const request = this.#taken(message.name.replace("_RES", "_REQ"));
    // The original codelab's server never writes these two.
    const isUnwritten = message.result === 0 && ["ROOM_CHAT_RES", "ROOM_LEAVE_RES"].includes(message.name);
    if (message.result === codes.NONE || isUnwritten) this.#done[message.name]?.(message, request);
    else this.#refused(message.result, request);
  }

  /** The oldest request of that name. Those before it are not answered any more: the server has dropped them. */
  #taken(name) {
    const at = this.#unanswered.findIndex((request) => request.name === name);
    return at < 0 ? { name } : this.#unanswered.splice(0, at + 1)[at];
  }

  /** What was asked for, and has worked. */
  #done = {
    LOGIN_RES: () => this.#set("in"),
    SYNC_RES: ({ epoch }) => this.log.synced(epoch),
    ROOM_ENTER_RES: (message) => this.#entered(message),
    ROOM_LEAVE_RES: () => {
      this.tell("notice", words`you have left room ${this.room}`);
      this.#leave();
    },
    ROOM_HISTORY_RES: () => this.log.isComplete((text) => this.say(text)),
    WHISPER_RES: (_, { user, text }) => this.tell("whisper", words`to ${asTyped(user)}: ${text}`),
    ROOM_INVITE_RES: (_, { user }) => this.tell("notice", words`${asTyped(user)} is invited`),
  };

  /** What others say and do. */
  #news = {
    ERROR_NTF: ({ error }) => this.#error(error),
    ROOM_USER_LIST_NTF: ({ users }) => users.forEach((user) => this.members.set(user.unique_id, user.user_id)),
    ROOM_NEW_USER_NTF: ({ unique_id: id, user_id: user }) => {
      this.members.set(id, user);
      this.tell("notice", words`${asTyped(user)} has entered`);
    },
    ROOM_LEAVE_USER_NTF: ({ unique_id: id }) => this.#left(id),
    ROOM_CHAT_NTF: ({ unique_id: id, message }) => {
      this.log.heard(id === this.own ? message : null);
      this.tell("message", words`${this.nameOf(id)}: ${message}`);
    },
    ROOM_RELAY_NTF: ({ unique_id: id, bytes }) => {
      const [name, text] = [this.nameOf(id), new TextDecoder().decode(bytes)];
      this.tell("notice", text === "wave" ? words`${name} waves` : words`${name} relays: ${text}`);
    },
    WHISPER_NTF: ({ user_id: user, message }) => this.tell("whisper", words`${asTyped(user)} whispers: ${message}`),
    ROOM_INVITE_NTF: ({ user_id: user, room }) => {
      if (this.invitations.size < MOST_INVITATIONS) this.invitations.set(user, room);
      this.tell("notice", words`${asTyped(user)} invites you to room ${room}`);
    },
    ROOM_INVITE_DECLINE_NTF: ({ user_id: user }) =>
      this.tell("notice", words`${asTyped(user)} has declined your invitation`),
    ROOM_ELSEWHERE_NTF: (place) => (this.#elsewhere = place),
    ROOM_POSITION_NTF: (position) => this.log.isAt(position),
    ROOM_HISTORY_NTF: (message) => this.log.past(message, message.user_id === this.name),
  };

  #entered({ room, user_unique_id: own }) {
    const others = [...this.members.values()].map(asTyped).join(", ");
    Object.assign(this, { room, own });
    this.members.set(own, this.name);
    this.#wasIn = true;
    this.#refusals = this.#moves = 0;
    this.tell("notice", others ? words`you are in room ${room}, with ${others}` : words`you are in room ${room}, alone`);
  }

  #left(id) {
    if (id !== this.own) {
      this.tell("notice", words`${this.nameOf(id)} has left`);
      return void this.members.delete(id);
    }
    this.tell("problem", words`the server has taken you out of room ${this.room}`);
    this.wanted = null;
    this.#leave();
  }

  #leave() {
    this.members.clear();
    this.room = this.own = null;
    this.game?.left();
  }

  /** An ERROR_NTF is the last word of the server, says that something was dropped, or answers a request. */
  #error(error) {
    if (error <= 60 || error >= 70) return this.#refused(error, this.#unanswered.shift());
    this.#farewell = error;
    if (error !== codes.RATE_LIMITED) return;
    this.log.forgetUnsaid();
    this.tell("problem", codes.refusal(error));
  }

  #refused(error, request = {}) {
    const reason = codes.refusal(error, request);
    if (request.name === "LOGIN_REQ") return this.#turnedAway(error, reason);
    if (request.name === "SYNC_REQ") return this.log.synced(null);
    if (request.name === "ROOM_HISTORY_REQ") return this.log.isGone(error === codes.HISTORY_GAP);
    if (request.name === "ROOM_CHAT_REQ") this.log.unsaid(request.text);
    if (request.name === "ROOM_ENTER_REQ") {
      if (error === codes.ELSEWHERE && this.#isMoved(request.room)) return;
      this.wanted = null;
      this.members.clear();
    }
    this.tell("problem", reason);
  }

  #turnedAway(error, reason) {
    const isOfLoss = this.#wasIn && [codes.DUPLICATION, codes.LOGIN_FAILED].includes(error);
    const mayPass = isOfLoss ? this.#refusals++ < MOST_REFUSALS : !codes.isMeant(error);
    this.#lost(reason, mayPass);
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

  #closed(why) {
    this.#backOff.after(Date.now() - this.#began);
    const error = this.#farewell;
    if (error === null) return this.#lost(words`${why}`, true);
    this.#lost(codes.refusal(error), !codes.isMeant(error), codes.leastWait(error));
  }

  #lost(reason, mayPass, leastWait) {
    if (this.state === "in") this.tell("problem", reason);
    if (!mayPass) return this.stop(reason);
    this.#forget();
    this.wait = this.#backOff.next(leastWait);
    this.#timer = setTimeout(() => this.start(), this.wait);
    this.#set("waiting", reason);
  }

  /** Nothing of a connection is left but where the user wants to be. */
  #forget() {
    this.#connection?.close();
    this.#connection = this.#farewell = this.#elsewhere = null;
    this.#unanswered = [];
    this.invitations.clear();
    this.log.lost();
    this.#leave();
  }

  #set(state, why = null) {
    Object.assign(this, { state, why });
    this.changed();
  }
}
