// Durable rooms: who comes back asks for what was missed, in one write, and says nothing twice.

import assert from "node:assert/strict";
import { test } from "node:test";

import { latest, started, timers, welcomeBack } from "./server.js";

const said = (generation, number, user_id, message) => ["ROOM_HISTORY_NTF", { generation, number, user_id, message }];
const isAt = (generation, number) => ["ROOM_POSITION_NTF", { epoch: 9n, generation, number }];
const chat = (unique_id, message) => ["ROOM_CHAT_NTF", { unique_id, message }];
const done = ["ROOM_HISTORY_RES", { result: 1 }];
const entry = { result: 1, room: 7, user_unique_id: 2n };

/** Lost, and let in again; what is asked of the history. */
async function comesBack(socket) {
  socket.closes(1006);
  await timers.at(-1).act();
  latest().opens();
  const [login, sync, entered, history] = latest().writes.at(-1);
  assert.deepEqual([login.name, sync.name, entered.name], ["LOGIN_REQ", "SYNC_REQ", "ROOM_ENTER_REQ"]);
  latest().says(["LOGIN_RES", { result: 1 }], ["SYNC_RES", { result: 1, epoch: 9n }], ["ROOM_ENTER_RES", entry]);
  const { epoch, generation, number } = history;
  return [epoch, generation, number];
}

test("a newcomer asks for what is kept, and is shown where the new begins", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  assert.deepEqual(socket.writes[0].at(-1), { name: "ROOM_HISTORY_REQ", epoch: 0n, generation: 0n, number: 0n });
  socket.says(said(5n, 1n, "bob", "one"), said(5n, 2n, "carol", "two"), done, chat(1n, "three"));
  assert.deepEqual(lines.slice(1), ["message: bob: one", "message: carol: two", "line: new from here on", "message: user 1: three"]);
});

test("what was heard since the last position is passed over", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  socket.says(done, chat(1n, "a"), isAt(5n, 41n), chat(1n, "b"), chat(1n, "c"));
  assert.deepEqual(await comesBack(socket), [9n, 5n, 41n]);
  // The history breaks off behind the first of them. The other one was written by a later server.
  latest().says(said(5n, 42n, "bob", "b"));
  assert.deepEqual(await comesBack(latest()), [9n, 5n, 42n]);
  latest().says(said(6n, 1n, "bob", "c"), said(6n, 2n, "bob", "d"), done);
  assert.deepEqual(lines.slice(-3), ["line: said while you were away", "message: bob: d", "line: new from here on"]);
});

test("a position that came with the entry counts only when the history is complete", async () => {
  const { session } = started();
  const socket = await welcomeBack(session);
  socket.says(done, isAt(5n, 3n));
  assert.deepEqual(await comesBack(socket), [9n, 5n, 3n]);
  latest().says(isAt(6n, 0n), said(5n, 4n, "bob", "four"));
  assert.deepEqual(await comesBack(latest()), [9n, 5n, 4n]);
  latest().says(isAt(6n, 0n), said(5n, 5n, "bob", "five"), done, chat(1n, "six"));
  assert.deepEqual(await comesBack(latest()), [9n, 6n, 0n]);
});

test("a line stands above what was missed, and there is none where nothing was", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  socket.says(done, isAt(5n, 1n));
  await comesBack(socket);
  latest().says(said(5n, 2n, "bob", "where are you?"), done);
  assert.deepEqual(lines.slice(-3), ["line: said while you were away", "message: bob: where are you?", "line: new from here on"]);
  await comesBack(latest());
  const before = lines.length;
  latest().says(done);
  assert.equal(lines.length, before);
});

test("what has no answer is said again only where the history has it not", async () => {
  const { session } = started();
  const socket = await welcomeBack(session);
  socket.says(done, isAt(5n, 1n));
  for (const text of ["heard", "stored", "lost", "lost"]) session.say(text);
  socket.says(chat(2n, "heard"));
  await comesBack(socket);
  latest().says(said(5n, 2n, "alice", "heard"), said(5n, 3n, "alice", "stored"), said(5n, 4n, "bob", "lost"));
  assert.equal(latest().writes.length, 1, "nothing is said before the history is complete");
  latest().says(done);
  assert.deepEqual(latest().writes.slice(1).map(([{ name, message }]) => [name, message]), [["ROOM_CHAT_REQ", "lost"], ["ROOM_CHAT_REQ", "lost"]]);
  latest().says(chat(2n, "lost"), chat(2n, "lost"));
  await comesBack(latest());
  latest().says(said(5n, 5n, "alice", "lost"), said(5n, 6n, "alice", "lost"), done);
  assert.equal(latest().writes.length, 1);
});

test("what could not be stored is a refusal, and is not said again", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  socket.says(done);
  session.say("hello");
  socket.says(["ROOM_CHAT_RES", { result: 157 }]);
  assert.match(lines.at(-1), /NOT_STORED/u);
  await comesBack(socket);
  latest().says(done);
  assert.equal(latest().writes.length, 1);
});

test("a gap is told, and so is what nobody can know any more", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  socket.says(done, isAt(5n, 1n));
  session.say("hello");
  await comesBack(socket);
  latest().says(["ROOM_HISTORY_RES", { result: 156 }]);
  assert.match(lines.at(-2), /problem: .*HISTORY_GAP/u);
  assert.equal(lines.at(-1), "problem: nobody knows whether this has arrived: hello");
  assert.deepEqual(await comesBack(latest()), [0n, 0n, 0n]);
});

test("a server that is away for several attempts makes nothing lost or doubled", async () => {
  const { session, lines } = started();
  const socket = await welcomeBack(session);
  socket.says(done, isAt(5n, 1n));
  session.say("hello");
  socket.closes(1006);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await timers.at(-1).act();
    latest().closes(1006);
  }
  await timers.at(-1).act();
  latest().opens();
  const history = latest().writes[0].at(-1);
  assert.deepEqual([history.generation, history.number], [5n, 1n]);
  latest().says(["LOGIN_RES", { result: 1 }], ["SYNC_RES", { result: 1, epoch: 9n }], ["ROOM_ENTER_RES", entry], done);
  assert.equal(latest().writes.at(-1)[0].message, "hello");
  assert.ok(!lines.some((line) => line.includes("nobody knows")));
});
