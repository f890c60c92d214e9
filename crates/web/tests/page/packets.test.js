// The codec of the page against the one in Rust: the same messages, the same fields, the same refusals.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, encode, FrameDecoder, joined, MESSAGES, PacketError } from "../../page/packets.js";
import { hex } from "../../page/shoe.js";
import { SENTENCES } from "../../page/words.js";
import { unhex, vectors } from "./vectors.js";

test("every message has its id and its place in the table", () => {
  assert.deepEqual(Object.entries(MESSAGES).map(([name, [id]]) => [id, name]), vectors.names);
});

test("every code has its name and a sentence", () => {
  const named = Object.entries(SENTENCES).map(([code, [name]]) => [Number(code), name]);
  assert.deepEqual(named, vectors.codes.filter(([code]) => code !== 1));
});

/** The fields as the vectors have them. */
function plain(fields) {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name === "name" || value === null) return [];
    if (typeof value === "string") return [[name, trimmed(new TextEncoder().encode(value))]];
    if (value instanceof Uint8Array) return [[name, trimmed(value)]];
    if (Array.isArray(value) && typeof value[0] === "object") return value.flatMap(plain);
    if (Array.isArray(value)) return name === "users" || name === "payouts" ? [] : [[name, `[${value.join(",")}]`]];
    return [[name, String(value)]];
  });
}

const trimmed = (bytes) => hex(bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1));

/** What a body is read as; null where it is refused. */
function read(id, body) {
  try {
    return decode(id, body);
  } catch (error) {
    assert.ok(error instanceof PacketError, error);
    return null;
  }
}

test("every body is read as in Rust, or refused as there, and written as it came", () => {
  let refused = 0;
  for (const [id, body, fields] of vectors.bodies) {
    const message = read(id, unhex(body));
    assert.deepEqual(message && plain(message), fields, `${id} ${body}`);
    if (message) assert.equal(hex(encode(message.name, message).subarray(5)), body);
    else refused += 1;
  }
  assert.ok(refused > 500 && vectors.bodies.length - refused > 500, `${refused} refused`);
});

test("a packet byte by byte", () => {
  assert.equal(hex(encode("ROOM_CHAT_REQ", { message: "hi" })), "0900db0200" + "0200" + "6869");
  assert.equal(hex(encode("LOGIN_REQ", { user_id: "이수", password: "" })), `2500bd0200${hex(new TextEncoder().encode("이수"))}${"00".repeat(26)}`);
});

test("numbers that do not fit are refused here, not cut", () => {
  assert.throws(() => encode("CUT_REQ", { position: 40_000 }), PacketError);
  assert.throws(() => encode("STAKE_REQ", { round: -1n, side: 1, amount: 1n }), PacketError);
  assert.throws(() => encode("LOGIN_REQ", { user_id: "seventeen-letters", password: "" }), PacketError);
  assert.equal(decode(722, unhex("0100" + "07000000" + "ffffffffffffffff")).user_unique_id, 2n ** 64n - 1n);
});

test("an id that nobody knows is no error", () => {
  assert.equal(decode(999, unhex("00ff")), null);
});

test("a stream gives the same packets, wherever it is cut", () => {
  const packets = [encode("PING_REQ", { number: null }), encode("ROOM_CHAT_REQ", { message: "안녕" }), encode("ECHO", { bytes: [1] })];
  const stream = joined(...packets);
  const whole = [...new FrameDecoder(1024).push(stream)];
  assert.deepEqual(whole.map(({ id }) => id), [201, 731, 101]);
  for (let piece = 1; piece <= stream.length; piece += 1) {
    const decoder = new FrameDecoder(1024);
    const found = [];
    for (let at = 0; at < stream.length; at += piece) found.push(...decoder.push(stream.subarray(at, at + piece)));
    assert.deepEqual(found, whole, `pieces of ${piece}`);
  }
});

test("packets before a bad header come first", () => {
  for (const bad of ["0400650000", "0104650000", "0500650001"]) {
    const found = [];
    const decoder = new FrameDecoder(1024);
    assert.throws(() => {
      for (const { id } of decoder.push(joined(encode("PING_REQ", { number: 1 }), unhex(bad)))) found.push(id);
    }, PacketError);
    assert.deepEqual(found, [201], bad);
  }
});
