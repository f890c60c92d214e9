// The way over an API server: its calls, its refusals, and which of them may pass.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account, direct, RoadError, webSocketUrl } from "../../page/api.js";
import { plain } from "./vectors.js";

/** What the API server says to each call; what was asked stands in `asked`. */
function answers(...answers) {
  const asked = [];
  globalThis.fetch = async (url, { headers, body }) => {
    asked.push([url, headers.Authorization, JSON.parse(body)]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    const { status = 200, said = {}, retry = null } = answer;
    return { status, ok: status < 300, statusText: "", headers: new Map([["Retry-After", retry]]), json: async () => said };
  };
  return asked;
}

const account = () => new Account("http://127.0.0.1:8080/", "chat", "alice", "correct horse");
const token = { said: { token: "t1", expires_in: 3600 } };
const seat = { said: { web: "127.0.0.1:11081", room: 3, ticket: "0123456789abcdef" } };

globalThis.location = { protocol: "http:", host: "127.0.0.1:11080" };

test("a WebSocket is as secure as its page", () => {
  assert.equal(webSocketUrl("a:1", { protocol: "https:" }), "wss://a:1/ws");
  assert.equal(webSocketUrl("[::1]:1", { protocol: "http:" }), "ws://[::1]:1/ws");
});

test("without logins there is one server, and no ticket", async () => {
  assert.deepEqual(await direct("127.0.0.1:11080").place(7), { url: "ws://127.0.0.1:11080/ws", room: 7, ticket: "" });
});

test("a token is asked for once, and a seat for each way", async () => {
  const asked = answers(token, seat, seat);
  const user = account();
  const place = { url: "ws://127.0.0.1:11081/ws", room: 3, ticket: "0123456789abcdef" };
  assert.deepEqual(await user.place(3), place);
  assert.deepEqual(await user.place(null), { ...place, room: null });
  assert.deepEqual(asked, [
    ["http://127.0.0.1:8080/v1/login", undefined, { user_id: "alice", password: "correct horse" }],
    ["http://127.0.0.1:8080/v1/assign", "Bearer t1", { game: "chat", room: 3 }],
    ["http://127.0.0.1:8080/v1/assign", "Bearer t1", { game: "chat" }],
  ]);
});

test("a token that is over is asked for again, once", async () => {
  const over = { status: 401, said: { message: "no such token" } };
  const asked = answers(token, seat, over, token, over);
  const user = account();
  await user.place(3);
  await assert.rejects(user.place(3), { status: 401 });
  assert.deepEqual(asked.map(([url]) => url.split("/").at(-1)), ["login", "assign", "assign", "login", "assign"]);
});

test("a refusal says what the API server says, and whether it may pass", async () => {
  for (const [answer, text, mayPass, wait] of [
    [{ status: 401, said: { message: "wrong \u202e" } }, "the API server says 401: wrong \\u{202e}", false, 0],
    [{ status: 503, said: { message: "no server" }, retry: "2" }, "the API server says 503: no server", true, 2_000],
    [{ status: 502, said: null }, "the API server says 502: ", true, 0],
    [new TypeError("failed"), "the API server at http://127.0.0.1:8080 cannot be reached", true, 0],
  ]) {
    answers(answer);
    const error = await account().place(3).catch((error) => error);
    assert.ok(error instanceof RoadError);
    assert.deepEqual([plain(error.reason), error.mayPass, error.wait], [text, mayPass, wait]);
  }
  answers(token, { said: { ...seat.said, web: null } });
  await assert.rejects(account().place(3), { mayPass: false });
});
