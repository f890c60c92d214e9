// Text that others typed, against the crate `text`; and what a typed line asks for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isComposing } from "../../page/chat.js";
import { asTyped, parse, printable, words } from "../../page/text.js";
import { refusal } from "../../page/words.js";
import { plain, vectors } from "./vectors.js";

test("what cannot be seen is written out as in Rust", () => {
  for (const [text, shown] of vectors.texts) assert.equal(printable(text), shown, JSON.stringify(text));
  assert.ok(vectors.texts.some(([text, shown]) => text !== shown));
});

test("a line is a message, a whisper, a relay or a problem", () => {
  for (const [line, asked] of [
    ["hello", { kind: "say", text: "hello" }],
    [" /w bob hi", { kind: "say", text: " /w bob hi" }],
    ["\u110b\u1175", { kind: "say", text: "이" }],
    ["/w bob hi, you", { kind: "whisper", user: "bob", text: "hi, you" }],
    ['/w "bob smith" hi', { kind: "whisper", user: "bob smith", text: "hi" }],
    ['/w "the \\"boss\\"" hi', { kind: "whisper", user: 'the "boss"', text: "hi" }],
    ["/w bob", { kind: "whisper", user: "bob", text: "" }],
    ["/relay 1 2", { kind: "relay", text: "1 2" }],
  ]) {
    assert.deepEqual(parse(line), asked, line);
  }
  for (const line of ["/leave", "/w", '/w "bob hi', '/w "bob"hi', "/"]) assert.ok(parse(line).problem, line);
});

test("a name in quotes is read as it was", () => {
  for (const name of ["bob", "bob smith", 'the "boss"', "a\\b", "이수"]) {
    assert.equal(parse(`/w ${asTyped(name)} hi`).user, name);
  }
});

test("words keep what others typed apart", () => {
  const said = words`${"<b>"} whispers: ${"\u202e"}`;
  assert.deepEqual(said.values, ["<b>", "\u202e"]);
  assert.equal(plain(said), "<b> whispers: \\u{202e}");
});

test("a refusal names what was asked for, and its code", () => {
  for (const [code, about, text] of [
    [122, { room: 7 }, "room 7 does not exist (ROOM_INVALID_NUMBER)"],
    [152, { user: "bob smith" }, '"bob smith" is not logged in (WHISPER_NO_SUCH_USER)'],
    [65, {}, "the server is full (SERVER_FULL)"],
    [152, {}, "that user is not logged in (WHISPER_NO_SUCH_USER)"],
    [182, { name: "CUT_REQ" }, "a shoe is cut before its first round, and once by each member (GAME_BET_INVALID_ROOM_STATE)"],
    [999, {}, "the server answers what this page does not know (error 999)"],
  ]) {
    assert.equal(plain(refusal(code, about)), text);
  }
});

test("a key that belongs to a composition sends nothing", () => {
  assert.equal(isComposing({ key: "Enter", isComposing: true, keyCode: 13 }), true);
  assert.equal(isComposing({ key: "Enter", isComposing: false, keyCode: 229 }), true);
  assert.equal(isComposing({ key: "Enter", isComposing: false, keyCode: 13 }), false);
});
