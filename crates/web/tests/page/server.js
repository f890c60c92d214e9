// A server that is written down here: what the page sends is read, what it says is sent, and time passes when a test says.

import assert from "node:assert/strict";

import { direct } from "../../page/api.js";
import { RoomLog } from "../../page/log.js";
import { decode, encode, FrameDecoder, joined } from "../../page/packets.js";
import { Session } from "../../page/session.js";
import { plain } from "./vectors.js";

/** The sockets that were opened, oldest first. */
export const sockets = [];

/** The waits that were asked for: functions with their milliseconds. */
export const timers = [];

const wait = (act, ms) => timers.push({ act, ms });
Object.assign(globalThis, { setTimeout: wait, setInterval: wait, clearTimeout() {}, clearInterval() {} });
globalThis.location = { protocol: "http:", host: "127.0.0.1:11080" };

globalThis.WebSocket = class {
  #frames = new FrameDecoder(1024);
  /** The messages of each write. */
  writes = [];
  isClosed = false;

  constructor(url, protocol) {
    Object.assign(this, { url, protocol });
    sockets.push(this);
  }

  send(bytes) {
    assert.ok(!this.isClosed, "a closed socket is not written to");
    this.writes.push([...this.#frames.push(bytes)].map(({ id, body }) => decode(id, body)));
  }

  close() {
    this.isClosed = true;
  }

  opens() {
    this.onopen();
  }

  /** Messages of the server, as pairs of a name and its fields, in one piece or in several. */
  says(...messages) {
    this.brings(joined(...messages.map(([name, values]) => encode(name, values))));
  }

  brings(bytes) {
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  closes(code = 1000) {
    this.onclose?.({ code });
  }

  /** The names of what came in the last write. */
  get last() {
    return this.writes.at(-1).map(({ name }) => name);
  }
};

export const latest = () => sockets.at(-1);

/** A session, with the lines that it tells. */
export function started(options = {}) {
  const lines = [];
  const tell = (kind, words) => lines.push(`${kind}: ${plain(words)}`);
  const session = new Session({
    name: "alice", room: 7, road: direct("127.0.0.1:11080"), game: null, log: new RoomLog(tell), maxPacket: 1024, tell,
    changed() {}, ...options,
  });
  return { session, lines, tell };
}

const no = { result: 53 };

/** Lets the session into room 7, where bob is, as a server does that keeps no messages. */
export async function welcome(session, own = 2n) {
  await session.start();
  latest().opens();
  const bob = { users: [{ unique_id: 1n, user_id: "bob" }] };
  latest().says(["LOGIN_RES", { result: 1 }], ["ERROR_NTF", { error: no.result }], ["ROOM_USER_LIST_NTF", bob]);
  latest().says(["ROOM_ENTER_RES", { result: 1, room: 7, user_unique_id: own }], ["ERROR_NTF", { error: no.result }]);
  return latest();
}

/** The same in a durable room, as far as the entry; the history is the test's. */
export async function welcomeBack(session, epoch = 9n) {
  await session.start();
  latest().opens();
  latest().says(["LOGIN_RES", { result: 1 }], ["SYNC_RES", { result: 1, epoch }]);
  latest().says(["ROOM_ENTER_RES", { result: 1, room: 7, user_unique_id: 2n }]);
  return latest();
}
