// A session without a browser and without a server: what it sends, knows and tells, and how it comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BackOff } from "../../page/connection.js";
import { bytesOf } from "../../page/packets.js";
import { latest, sockets, started, timers, welcome } from "./server.js";
import { plain } from "./vectors.js";

/** The wait that the session asked for last is over. */
const passes = async () => timers.at(-1).act();

test("a session logs in and enters in one write, and is told who is there", async () => {
  const { session, lines } = started();
  const socket = await welcome(session);
  assert.equal(socket.url, "ws://127.0.0.1:11080/ws");
  assert.equal(socket.protocol, "codelab.v1");
  assert.deepEqual(socket.last, ["LOGIN_REQ", "SYNC_REQ", "ROOM_ENTER_REQ", "ROOM_HISTORY_REQ"]);
  assert.deepEqual([session.state, session.room, session.own], ["in", 7, 2n]);
  assert.deepEqual([...session.members.values()], ["bob", "alice"]);
  assert.deepEqual(lines, ["notice: you are in room 7, with bob"]);
});

test("what others do is told, and what nobody knows is not", async () => {
  const { session, lines } = started();
  const socket = await welcome(session);
  lines.length = 0;
  socket.brings(new Uint8Array([6, 0, 0xff, 0xff, 0, 1]));
  socket.says(["ROOM_NEW_USER_NTF", { unique_id: 3n, user_id: "bob smith" }]);
  socket.says(["ROOM_CHAT_NTF", { unique_id: 3n, message: "<b>\u202e" }], ["ROOM_CHAT_NTF", { unique_id: 99n, message: "?" }]);
  socket.says(["ROOM_RELAY_NTF", { unique_id: 1n, bytes: bytesOf("wave") }], ["WHISPER_NTF", { user_id: "bob", message: "psst" }]);
  socket.says(["ROOM_LEAVE_USER_NTF", { unique_id: 1n }]);
  assert.deepEqual(lines, [
    'notice: "bob smith" has entered', 'message: "bob smith": <b>\\u{202e}', "message: user 99: ?", "notice: bob waves",
    "whisper: bob whispers: psst", "notice: bob has left",
  ]);
  assert.equal(session.first(), 2n);
});

test("answers belong to their requests", async () => {
  const { session, lines } = started();
  const socket = await welcome(session);
  lines.length = 0;
  session.whisper("carol", "hi");
  session.whisper("dave", "ho");
  session.invite("carol");
  socket.says(["WHISPER_RES", { result: 152 }], ["WHISPER_RES", { result: 1 }], ["ROOM_INVITE_RES", { result: 1 }]);
  session.leave();
  socket.says(["ROOM_LEAVE_RES", { result: 0 }]);
  session.say("nobody hears this");
  socket.says(["ERROR_NTF", { error: 121 }]);
  assert.deepEqual(lines, [
    "problem: carol is not logged in (WHISPER_NO_SUCH_USER)", "whisper: to dave: ho", "notice: carol is invited",
    "notice: you have left room 7", "problem: you are in no room: go to one first (ROOM_NOT_IN_USER)",
  ]);
});

test("an invitation is accepted by leaving one room and entering the other, in one write", async () => {
  const { session } = started();
  const socket = await welcome(session);
  socket.says(["ROOM_INVITE_NTF", { user_id: "bob", room: 3 }], ["ROOM_INVITE_NTF", { user_id: "carol", room: 4 }]);
  session.decline("carol");
  assert.deepEqual(socket.last, ["ROOM_INVITE_DECLINE_REQ"]);
  session.accept("bob");
  assert.deepEqual(socket.last, ["ROOM_LEAVE_REQ", "ROOM_ENTER_REQ"]);
  assert.equal(session.invitations.size, 0);
});

test("a connection that is lost is taken up again, into the same room", async () => {
  const { session, lines } = started();
  const socket = await welcome(session);
  session.say("is this heard?");
  socket.closes(1006);
  assert.deepEqual([session.state, session.room, session.members.size], ["waiting", null, 0]);
  assert.match(lines.join("\n"), /problem: nobody knows whether this has arrived: is this heard\?/u);
  assert.ok(session.wait >= 250 && session.wait <= 500, `${session.wait}`);
  await passes();
  assert.equal(session.state, "connecting");
  latest().opens();
  assert.equal(latest().writes[0].find(({ name }) => name === "ROOM_ENTER_REQ").room, 7);
});

test("whoever has left a room comes back into none", async () => {
  const { session } = started();
  const socket = await welcome(session);
  session.leave();
  socket.says(["ROOM_LEAVE_RES", { result: 1 }]);
  socket.closes(1006);
  await passes();
  latest().opens();
  assert.deepEqual(latest().last, ["LOGIN_REQ", "SYNC_REQ"]);
});

test("the last word of the server decides whether the page comes back", async () => {
  for (const [error, state, least] of [[64, "waiting", 0], [65, "waiting", 5_000], [66, "waiting", 0], [67, "waiting", 0], [68, "out", 0], [63, "out", 0]]) {
    const { session } = started();
    const socket = await welcome(session);
    socket.says(["ERROR_NTF", { error }]);
    socket.closes(1008);
    assert.equal(session.state, state, `${error}`);
    assert.match(plain(session.why), /\([A-Z_]+\)$/u);
    assert.ok(state === "out" || session.wait >= least, `${error}: ${session.wait}`);
  }
});

test("a warning that was followed by something is no last word", async () => {
  const { session } = started();
  const socket = await welcome(session);
  socket.says(["ERROR_NTF", { error: 63 }], ["PING_RES", { number: null }]);
  socket.closes(1006);
  assert.equal(session.state, "waiting");
});

test("a name that is taken is a refusal at first, and may be our own after a loss", async () => {
  const refuse = () => {
    latest().opens();
    latest().says(["LOGIN_RES", { result: 111 }]);
  };
  const first = started().session;
  await first.start();
  refuse();
  assert.equal(first.state, "out");
  assert.equal(plain(first.why), "alice is logged in already: take another name (LOGIN_USER_DUPLICATION)");
  const { session } = started();
  (await welcome(session)).closes(1006);
  for (let attempt = 0; attempt < 12; attempt += 1) {
    assert.equal(session.state, "waiting");
    await passes();
    refuse();
    assert.ok(latest().isClosed);
  }
  await passes();
  refuse();
  assert.equal(session.state, "out");
});

test("what is no packet ends the connection with a clear word", async () => {
  const shorterThanItsHeader = [4, 0, 101, 0, 0];
  const tooLarge = [0xff, 0xff, 101, 0, 0];
  const compressed = [6, 0, 101, 0, 1, 0];
  const halfAResult = [6, 0, 0xbe, 2, 0, 1];
  for (const bytes of [shorterThanItsHeader, tooLarge, compressed, halfAResult]) {
    const { session } = started();
    const socket = await welcome(session);
    socket.brings(Uint8Array.from(bytes));
    assert.equal(session.state, "waiting", `${bytes}`);
    assert.match(plain(session.why), /^the server sent what is no packet: /u);
    assert.ok(socket.isClosed);
  }
});

test("a server that does not answer is given up", async () => {
  const { session } = started();
  const before = timers.length;
  const socket = await welcome(session);
  const ping = timers.slice(before).find(({ ms }) => ms === 30_000).act;
  ping();
  assert.deepEqual(socket.last, ["PING_REQ"]);
  socket.says(["PING_RES", { number: null }]);
  ping();
  assert.equal(session.state, "in");
  ping();
  assert.equal(plain(session.why), "the server does not answer");
});

test("a room on another server is followed, with the ticket, but not round in circles", async () => {
  const { session, lines } = started();
  await session.start();
  const ticket = bytesOf("0123456789abcdef");
  for (let move = 0; move <= 5; move += 1) {
    latest().opens();
    const place = { room: 7, port: 11_090, host: move % 2 ? "::1" : "127.0.0.1", ticket };
    latest().says(["LOGIN_RES", { result: 1 }], ["ERROR_NTF", { error: 53 }], ["ROOM_ELSEWHERE_NTF", place]);
    latest().says(["ROOM_ENTER_RES", { result: 135, room: 0, user_unique_id: 0n }]);
  }
  assert.deepEqual(sockets.slice(-5).map(({ url }) => url).slice(0, 2), ["ws://127.0.0.1:11090/ws", "ws://[::1]:11090/ws"]);
  assert.deepEqual(latest().writes[0][0].password, ticket);
  assert.equal(lines.filter((line) => line.includes("moving there")).length, 5);
  assert.equal(lines.at(-1), "problem: room 7 is on another server (ROOM_ELSEWHERE)");
});

test("who logs out hears nothing more", async () => {
  const { session, lines } = started();
  const socket = await welcome(session);
  session.stop();
  lines.length = 0;
  socket.says(["ROOM_CHAT_NTF", { unique_id: 1n, message: "late" }]);
  socket.closes();
  assert.deepEqual([session.state, lines.length, socket.isClosed], ["out", 0, true]);
});

test("waits double up to the longest, and only a connection that lasts makes them begin again", () => {
  const waits = (chance) => {
    const backOff = new BackOff(() => chance);
    return Array.from({ length: 7 }, () => backOff.next());
  };
  assert.deepEqual(waits(1), [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  assert.deepEqual(waits(0), [250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
  const backOff = new BackOff(() => 0);
  assert.deepEqual([backOff.next(7_000), backOff.next()], [7_000, 500]);
  backOff.after(14_000);
  assert.equal(backOff.next(), 1_000);
  backOff.after(15_000);
  assert.equal(backOff.next(), 250);
});
